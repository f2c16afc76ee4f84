#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The translation files hold exactly the strings of the sources: lupdate, run on a copy, finds nothing new and nothing gone."""
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree  # noqa: E402


def strings(path):
    return {(context.findtext("name"), message.findtext("source"), message.findtext("comment"))
            for context in xml.parse(path).getroot().iter("context") for message in context.iter("message")}


def check(root):
    problems = []
    with tempfile.TemporaryDirectory() as place:
        files = sorted((root / "translations").glob("*.ts"))
        for path in files:
            shutil.copy(path, place)
        done = subprocess.run([str(root / "translations" / "update.sh"), place], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return [f"translations/update.sh: {(done.stderr or done.stdout).strip()}"]
        for path in files:
            before, after = strings(path), strings(Path(place) / path.name)
            for what, found in (("missing", after - before), ("no longer in the sources", before - after)):
                problems += [f"{path.relative_to(root)}: {what}: {context}: {source[:60]!r}" for context, source, _ in sorted(found, key=str)]
    return problems


if __name__ == "__main__":
    sys.exit(tree.report(check(tree.root_from_arguments()), "translations"))
