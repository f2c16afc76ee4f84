#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every shipped file is named where it is embedded, data has its licence note, and no translation is unfinished."""
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree  # noqa: E402

DATA = (".csv", ".json", ".jsonl")


def unnamed_resources(root):
    """Files of resources/ that no .qrc, no CMakeLists and no README names."""
    naming = "\n".join(tree.text_of(path) for path in tree.files(root, ["resources", "src", "packaging", "tests/support"],
                                                                (".qrc", "CMakeLists.txt", "README.md")))
    return [f"{path.relative_to(root)}: no .qrc, CMakeLists.txt or README.md names it" for path in tree.files(root, ["resources"])
            if path.suffix not in (".qrc", ".md") and path.name != "CMakeLists.txt" and path.name not in naming]


def broken_qrc(root):
    problems = []
    for path in tree.files(root, ["resources", "src", "ui", "translations"], (".qrc",)):
        for entry in xml.parse(path).getroot().iter("file"):
            if not (path.parent / (entry.text or "")).exists():
                problems.append(f"{path.relative_to(root)}: {entry.text} does not exist")
    return problems


def unlicensed_data(root):
    """Copied data must be described in the README.md of its folder or one above it, within resources or tests/support."""
    problems = []
    for base in ("resources", "tests/support/data"):
        for path in tree.files(root, [base], DATA):
            notes, folder = "", path.parent
            while folder != root:
                for note in ("README.md", "NOTICE", "LICENSES.md"):
                    if (folder / note).exists():
                        notes += tree.text_of(folder / note)
                folder = folder.parent
                if folder == (root / base).parent:
                    break
            named = path.name in notes or any(part + "/" in notes for part in path.relative_to(root).parts[1:-1])
            if not named:
                problems.append(f"{path.relative_to(root)}: no README.md above it says what it is and under which licence")
    return problems


def unfinished_translations(root):
    problems = []
    for path in tree.files(root, ["translations"], (".ts",)):
        for context in xml.parse(path).getroot().iter("context"):
            for message in context.iter("message"):
                translation = message.find("translation")
                kind = translation.get("type") if translation is not None else "unfinished"
                empty = translation is None or not "".join(translation.itertext()).strip()
                if kind == "unfinished" or (empty and kind not in ("obsolete", "vanished")):
                    source = re.sub(r"\s+", " ", message.findtext("source") or "")[:60]
                    problems.append(f"{path.relative_to(root)}: {context.findtext('name')}: not translated: {source}")
    return problems


def check(root):
    return unnamed_resources(root) + broken_qrc(root) + unlicensed_data(root) + unfinished_translations(root)


if __name__ == "__main__":
    sys.exit(tree.report(check(tree.root_from_arguments()), "resources"))
