#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No source file above 500 lines, no function above 80: a longer one holds two ideas."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tree  # noqa: E402

FILE_LINES = 500
FUNCTION_LINES = 80
MAIN_WINDOW_LINES = 300
CONTAINER = re.compile(r"\b(namespace|class|struct|enum|union|extern)\b")
PARAMETERS_END = re.compile(r"\)\s*(const|noexcept|override|final|mutable|->.*|:.*|requires.*)*\s*$", re.S)


def functions(text):
    """(first line, last line, head) of each function body: a braced block directly inside a namespace or class whose
    head has a parameter list. What stands inside it (lambdas, blocks) counts as its part."""
    code = re.sub(r"^[ \t]*#[^\n]*(?:\\\n[^\n]*)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), tree.blank(text), flags=re.M)
    found, depth_of_function, stack, start = [], None, [], 0
    for position, char in enumerate(code):
        if char in ";" and depth_of_function is None and code.count("(", start, position) == code.count(")", start, position):
            start = position + 1
        elif char == "{":
            head = code[start:position].strip()
            if depth_of_function is None:
                is_container = CONTAINER.search(head) and not PARAMETERS_END.search(head)
                if not is_container and "(" in head:
                    depth_of_function = len(stack)
                    first = start + len(code[start:position]) - len(code[start:position].lstrip())
                    found.append([code.count("\n", 0, first) + 1, 0, " ".join(head.split())[:90]])
                elif is_container:
                    start = position + 1
            stack.append(char)
        elif char == "}" and stack:
            stack.pop()
            if depth_of_function is None or len(stack) == depth_of_function:
                if depth_of_function is not None:
                    found[-1][1] = code.count("\n", 0, position) + 1
                    # a brace that only initialises a member is part of a constructor's head: the body comes after
                    rest = code[position + 1:position + 200].lstrip()
                    if rest[:1] in (",", "{"):
                        depth_of_function = None
                        found.pop()
                        continue
                depth_of_function = None
                start = position + 1
    return [(first, last or first, head) for first, last, head in found]


def check(root):
    problems = []
    for path in tree.files(root, ["src", "tests"], tree.CPP + (".py", ".sh", ".mjs")):
        name = path.relative_to(root)
        text = tree.text_of(path)
        lines = text.count("\n")
        if lines > FILE_LINES:
            problems.append(f"{name}: {lines} lines (at most {FILE_LINES}): split it by idea")
        if path.name.startswith("MainWindow.") and lines > MAIN_WINDOW_LINES:
            problems.append(f"{name}: {lines} lines (at most {MAIN_WINDOW_LINES}): pages own themselves")
        if not path.name.endswith(tree.CPP):
            continue
        for first, last, head in functions(text):
            if last - first + 1 > FUNCTION_LINES:
                problems.append(f"{name}:{first}: {last - first + 1} lines (at most {FUNCTION_LINES}): {head}")
    return problems


if __name__ == "__main__":
    sys.exit(tree.report(check(tree.root_from_arguments()), "sizes"))
