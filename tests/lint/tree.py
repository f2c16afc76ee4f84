# SPDX-License-Identifier: Apache-2.0
"""What the lints share: the files of the project, and C++ text with its comments and strings blanked out."""
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CPP = (".cpp", ".h", ".hpp", ".cc")
SKIPPED_FOLDERS = {"build", ".git", ".cache", "node_modules", "__pycache__"}

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?:u8|u|U|L)?R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f_])'(?:\\.|[^'\\\n])+'", re.S)


def root_from_arguments():
    """The tree to look at: the first argument, or this project. The lints' own tests pass a planted tree."""
    return Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT


def files(root, folders, suffixes=None):
    """Every file below the folders, sorted, without build output."""
    found = []
    for folder in folders:
        for place, below, names in os.walk(Path(root) / folder):
            below[:] = sorted(name for name in below if name not in SKIPPED_FOLDERS)
            found += [Path(place) / name for name in sorted(names)
                      if suffixes is None or name.endswith(suffixes)]
    return found


def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace")


def blank(text, strings=True):
    """C++ text without comments (and strings), every character at its old line and column."""
    def replace(match):
        token = match.group(0)
        if not strings and not token.startswith(("//", "/*")):
            return token
        return re.sub(r"[^\n]", " ", token)
    return _TOKEN.sub(replace, text)


def report(problems, what):
    """Prints the problems, one a line, and gives the exit code."""
    for problem in problems:
        print(problem)
    print(f"{what}: {len(problems)} problem(s)" if problems else f"{what}: holds")
    return 1 if problems else 0
