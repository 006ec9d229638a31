"""sizes: functions of at most 60 lines, files of at most 600, and a list of exceptions that shrinks.

The list, tests/arch/long.txt, has a line for each exception: file PATH LINES, or
function PATH NAME LINES. An entry that is no longer needed must go, one that has grown fails.
"""

import ast
import re

from tree import problem

MAX_FUNCTION = 60
MAX_FILE = 600
LIST = "tests/arch/long.txt"
SOURCES = (".c", ".h", ".py", ".sh")
DECLARATOR = re.compile(r"^(\w+) \(")


def c_functions(tree, path):
    """(name, first line, lines) of each function from its opening brace on; braces in column 0."""
    lines = tree.code(path).split("\n")
    name, start = None, None
    for number, line in enumerate(lines, 1):
        match = DECLARATOR.match(line)
        if match:
            name = match.group(1)
        elif line.startswith("{") and name and lines[number - 2].rstrip().endswith(")"):
            start = number
        elif line.startswith("}"):
            if start and name:
                yield name, start, number - start
            name, start = None, None


def python_functions(tree, path):
    """The same for Python."""
    for node in ast.walk(ast.parse(tree.text(path), path)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.lineno, node.end_lineno - node.lineno


def long_ones(tree):
    """{(kind, path, name): (line, size)} of all that is over its limit."""
    found = {}
    for path in tree.select(*SOURCES) + [p for p in ("check", "demo") if p in tree.paths]:
        size = tree.text(path).count("\n")
        if size > MAX_FILE:
            found["file", path, ""] = (1, size)
    for path in tree.select(".c", ".h"):
        for name, line, size in c_functions(tree, path):
            if size > MAX_FUNCTION:
                found["function", path, name] = (line, size)
    for path in tree.select(".py"):
        for name, line, size in python_functions(tree, path):
            if size > MAX_FUNCTION:
                found["function", path, name] = (line, size)
    return found


def read_exceptions(tree):
    """{(kind, path, name): (line, size)} as the list has it, and the lines that say nothing."""
    entries, found = {}, []
    if LIST not in tree.paths:
        return entries, found
    for number, line in tree.lines(LIST):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "file" and len(words) == 3 and words[2].isdigit():
            entries["file", words[1], ""] = (number, int(words[2]))
        elif words[0] == "function" and len(words) == 4 and words[3].isdigit():
            entries["function", words[1], words[2]] = (number, int(words[3]))
        else:
            found.append(problem(LIST, number, "neither a file nor a function with its lines"))
    return entries, found


def check_sizes(tree):
    """Nothing is over its limit but what the list excuses; the list only shrinks."""
    long, (entries, found) = long_ones(tree), read_exceptions(tree)
    for key, (line, size) in long.items():
        kind, path, name = key
        if key not in entries:
            found.append(problem(path, line, f"{kind} {name} has {size} lines".replace("  ", " ")))
        elif size > entries[key][1]:
            found.append(problem(path, line, f"grew from {entries[key][1]} to {size} lines"))
    for key, (number, _) in entries.items():
        if key not in long:
            found.append(problem(LIST, number, f"{' '.join(key).strip()} is not over its limit any more"))
    return found
