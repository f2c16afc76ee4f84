#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every form in ui/ has a test under tests/gui that names its class; every control of a form that a person can use is clicked
or typed into by such a test, and can be named by a screen reader."""
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree  # noqa: E402

# Controls that say their own text, and those that need a label.
SAY_THEMSELVES = {"QPushButton", "QCheckBox", "QRadioButton", "QToolButton", "QCommandLinkButton", "QGroupBox"}
NEED_A_NAME = {"QLineEdit", "QComboBox", "QSpinBox", "QDoubleSpinBox", "QPlainTextEdit", "QTextEdit", "QTextBrowser", "QTableView",
               "QTreeView", "QListView", "QTableWidget", "QTreeWidget", "QListWidget", "QSlider", "QProgressBar", "QDateEdit",
               "QTimeEdit", "QDateTimeEdit", "QDial", "QKeySequenceEdit", "QFontComboBox", "QCalendarWidget", "QTabWidget",
               "QGraphicsView", "QChartView"}
INTERACTION = re.compile(r"\b(mouseClick|keyClick|keyClicks|mouseDClick|keySequence|keyPress)\s*\(|->click\(\)|\.click\(|\bclick\w*\s*\(")


def custom_widgets(document):
    """Promoted classes of the form -> the Qt class they extend."""
    return {widget.findtext("class"): widget.findtext("extends") for widget in document.iter("customwidget")}


def property_text(widget, name):
    for item in widget.findall("property"):
        if item.get("name") == name:
            return (item.findtext("string") or "").strip()
    return ""


def control_problems(document, name):
    buddies = {item.findtext("cstring") for item in document.iter("property") if item.get("name") == "buddy"}
    promoted = custom_widgets(document)
    problems = []
    for widget in document.iter("widget"):
        kind, own = widget.get("class"), widget.get("name")
        base = promoted.get(kind, kind)
        if property_text(widget, "accessibleName"):
            continue
        if base in SAY_THEMSELVES:
            text = property_text(widget, "text") or property_text(widget, "title")
            if not text:
                problems.append(f"{name}: {own} ({kind}) has neither text nor accessibleName")
        elif base in NEED_A_NAME and own not in buddies:
            problems.append(f"{name}: {own} ({kind}) has neither accessibleName nor a label whose buddy it is")
    return problems


# What a person uses: each of them must be used by a test. Tables are: their rows are clicked where that does something.
USED = {"QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QLineEdit", "QComboBox", "QSpinBox", "QDoubleSpinBox", "QPlainTextEdit"}
NAMED = re.compile(r'"([A-Za-z_]\w*)"')
VARIABLE = re.compile(r"(?:auto|[\w:]+)\s*\*\s*(?:const\s+)?(\w+)\s*=")
LOOP = re.compile(r"for\s*\(const (?:char|auto)\s*\*\s*(\w+)\s*:\s*\{([^}]*)\}\s*\)")


def used_controls(text):
    """Names of controls that the test clicks or types into: in the call itself, by a variable that was found by the name, or
    by the variable of a loop over names."""
    used, found_as = set(), {}
    for variable, names in LOOP.findall(text):
        found_as.setdefault(variable, set()).update(NAMED.findall(names))
    for statement in re.split(r"[;{]\s*\n", text):
        names = set(NAMED.findall(statement))
        variable = VARIABLE.search(statement)
        if INTERACTION.search(statement):
            used |= names
            for word in set(re.findall(r"\w+", statement)):
                used |= found_as.get(word, set())
        elif variable and names:
            found_as.setdefault(variable.group(1), set()).update(names)
    return used


def use_problems(document, name, tests):
    promoted = custom_widgets(document)
    used = set().union(*(used_controls(text) for text in tests)) if tests else set()
    return [f"{name}: no test of the form clicks or types into {widget.get('name')} ({widget.get('class')})"
            for widget in document.iter("widget")
            if promoted.get(widget.get("class"), widget.get("class")) in USED and widget.get("name") not in used]


def test_problems(root, form, form_class, tests, document):
    stem = form.stem
    wanted = re.compile(rf"\b({re.escape(form_class)}|{re.escape(stem)})\b", re.I)
    named = [path for path, text in tests.items() if wanted.search(text) or wanted.search(path.stem.removeprefix("Test"))]
    if not named:
        return [f"{form.relative_to(root)}: no test under tests/gui names {form_class}"]
    if not any(INTERACTION.search(tests[path]) for path in named):
        return [f"{form.relative_to(root)}: no test that names {form_class} clicks or types"]
    return use_problems(document, form.relative_to(root), [tests[path] for path in named])


def check(root):
    tests = {path: tree.blank(tree.text_of(path), strings=False) for path in tree.files(root, ["tests/gui"], (".cpp", ".h"))}
    problems = []
    for form in tree.files(root, ["ui"], (".ui",)):
        name = form.relative_to(root)
        try:
            document = xml.parse(form).getroot()
        except xml.ParseError as error:
            problems.append(f"{name}: {error}")
            continue
        problems += control_problems(document, name)
        problems += test_problems(root, form, (document.findtext("class") or form.stem).split("::")[-1], tests, document)
    return problems


if __name__ == "__main__":
    sys.exit(tree.report(check(tree.root_from_arguments()), "forms"))
