#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What may not be written, each with the reason it is told with."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree  # noqa: E402

# pattern, why, where it holds (a regular expression on the path), where it is at home (or None)
CODE = [
    (r"\bQEventLoop\b", "nested loops re-enter the UI; use Task or Pending", r"src/", None),
    (r"\bprocessEvents\s*\(", "nested loops re-enter the UI; return to the loop", r"src/", None),
    (r"(\.|->)exec\s*\(\s*\)", "a loop of its own re-enters the UI; open() and a signal", r"src/gui/", None),
    (r"\bQ(Core|Gui)?Application::exec\s*\(", "only a program runs the event loop", r"src/(?!main/)", None),
    (r"\bQMessageBox::(about\w*|information|warning|critical|question)\s*\(|\bQ(File|Input|Color|Font)Dialog::get\w+\s*\(",
     "it blocks with a loop of its own; make the dialog and open() it", r"src/", None),
    (r"\bwaitFor(Finished|Started|ReadyRead|BytesWritten|Connected|Disconnected|Encrypted|NewConnection)\s*\(",
     "it blocks the loop; connect to the signal", r"src/", None),
    (r"^\s*delete(\[\])?\s+[\w*(]", "ownership: a value, unique_ptr or a QObject parent", r"(src|tests)/", None),
    (r"::instance\(\)", "no global: pass the dependency", r"src/", None),
    (r"\bsystem_clock::now\b", "take a Clock&", r"(src|tests)/", r"src/base/Clock\.cpp$"),
    (r"\bcurrentDateTime(Utc)?\s*\(|\bcurrent(M)?SecsSinceEpoch\s*\(|\bQDate::currentDate\b|\bQTime::currentTime\b",
     "take a Clock&", r"src/", None),
    (r"\.then\(\s*this", "asserts when `this` dies first (Qt 6.4); use Task or Pending", r"src/", None),
    (r"\bQThread::(m|u)?sleep\b|(?<![\w:])(::)?u?sleep\s*\(\s*\d|\bnanosleep\b|\bsleep_(for|until)\b|\bQTest::q(Sleep|Wait)\s*\(",
     "wait on a condition with a deadline", r"(src|tests)/.*\.(cpp|h)$", None),
    (r"\bQSKIP\b", "a skipped test proves nothing", r"(src|tests)/", None),
    (r"\bQEXPECT_FAIL\b", "mend it, or do not test it", r"tests/", None),
    (r"\bsetInsecureFallback\s*\((?!false\))", "a secret goes to the keyring or nowhere", r"(src|tests)/", None),
    (r"\bignoreSslErrors\b|\b(Query|Auto)?VerifyNone\b|\bverify_none\b|\bSSL_VERIFY_NONE\b|\bCURLOPT_SSL_VERIFYPEER\b.*\b0",
     "no switch turns verification off", r"src/", None),
    (r"\bSIGNAL\s*\(|\bSLOT\s*\(", "connect by pointer to member: the compiler checks it", r"(src|tests)/", None),
    (r"\bQ_(DISABLE_COPY_MOVE_)?FOREACH\b|\bforeach\s*\(", "range-for", r"src/.*\.(cpp|h)$", None),
    (r"\bqsrand\b|\bstd::rand\b|\brand\s*\(\s*\)|\brandom_device\b", "take a Random&, so that a seed repeats the run", r"src/",
     r"src/base/Ids\.cpp$"),
    (r"^\s*using\s+namespace\s+(?!std::(chrono_|string_view_|string_)?literals|Qt::(StringLiterals|Literals))",
     "names would clash when sources are compiled together", r"src/(?!main/)", None),
]
ANYWHERE = [
    (r"\b(TODO|FIXME|XXX|HACK)\b", "do it, or write an issue", r"(src|tests|ui|packaging|resources/.*\.(toml|qss|html))"),
    (r"\.\./shared\b", "what builds and tests need is copied into the project", r".*"),
    (r"\b(time\.sleep|asyncio\.sleep)\s*\(", "wait on a condition with a deadline (tests/integration/waiting.py)", r"tests/.*\.py$"),
    (r"^\s*sleep\s+[0-9.]", "wait on a condition with a deadline", r"(tests|packaging)/.*\.sh$"),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----", "no key is committed: tests make theirs", r"(src|resources|docs|examples|packaging)/"),
]
HOME_OF_WAITING = "tests/integration/waiting.py"
TEXT = (".cpp", ".h", ".py", ".sh", ".mjs", ".js", ".cmake", ".txt", ".md", ".json", ".toml", ".ui", ".ts", ".qrc", ".html", ".qss", ".yml")


def spdx_problems(root):
    wants = (".cpp", ".h", ".py", ".sh", ".mjs", "CMakeLists.txt")
    problems = []
    for path in tree.files(root, ["src", "tests", "packaging"], wants):
        if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(tree.text_of(path).splitlines()[:3]):
            problems.append(f"{path.relative_to(root)}:1: the SPDX line is missing")
    return problems


def check(root):
    problems = spdx_problems(root)
    for path in tree.files(root, ["src", "tests"], tree.CPP):
        name = str(path.relative_to(root))
        code = tree.blank(tree.text_of(path)).splitlines()
        for pattern, why, where, home in CODE:
            if not re.match(where, name) or (home and re.match(home, name)):
                continue
            problems += [f"{name}:{number}: {line.strip()[:70]}  ({why})" for number, line in enumerate(code, 1)
                         if re.search(pattern, line)]
    top = [path for path in sorted(root.iterdir()) if path.is_file() and path.name.endswith(TEXT)] if root.is_dir() else []
    folders = ["src", "tests", "ui", "resources", "translations", "packaging", "docs", "examples", ".ci"]
    for path in top + tree.files(root, folders, TEXT):
        name = str(path.relative_to(root))
        if name.startswith("tests/lint/") or name == HOME_OF_WAITING:
            continue
        for number, line in enumerate(tree.text_of(path).splitlines(), 1):
            problems += [f"{name}:{number}: {line.strip()[:70]}  ({why})" for pattern, why, where in ANYWHERE
                         if re.match(where, name) and re.search(pattern, line)]
    return problems


if __name__ == "__main__":
    sys.exit(tree.report(check(tree.root_from_arguments()), "patterns"))
