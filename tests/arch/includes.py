"""includes: the rules on who includes what."""

import os
import re

from layers import LAYERS, LIBRARY_USERS, SANS_IO, SANS_IO_HEADERS, room_rank, is_private, layer_of, within
from tree import problem

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
INTERNAL_TYPE = re.compile(r"\bBt[A-Z]\w*|\bbool\b")


def includes_of(tree, path):
    """(line, quote, name) of every #include of a file."""
    for number, line in tree.lines(path):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def resolve(tree, path, name):
    """The project's file that an include means, or None for one of the system."""
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    for candidate in (beside, name):
        if candidate in tree.paths:
            return candidate
    return None


def check_layers(tree, folder):
    """The files of one row of the table include only what the row allows."""
    found = []
    for path in tree.select(".c", ".h", under=folder):
        if layer_of(path) != folder:
            continue
        for line, quote, name in includes_of(tree, path):
            target = resolve(tree, path, name)
            if target is None and quote == '"':
                found.append(problem(path, line, f'"{name}" is no file of the project'))
            elif target is not None:
                found += check_project_include(path, line, target)
            else:
                found += check_system_include(path, line, name)
    return found


def check_project_include(path, line, target):
    """One include of the project's own header against the table."""
    folder = layer_of(path)
    here, there = os.path.dirname(path), os.path.dirname(target)
    if is_private(target) and here != there and folder != "tests":
        return [problem(path, line, f"{target} is private to its folder")]
    below, above = room_rank(path), room_rank(target)
    if below is not None and above is not None and above > below:
        return [problem(path, line, f"{target} stands above {here}")]
    if within(target, folder) and layer_of(target) == folder:
        return []
    if any(within(target, place) for place in LAYERS[folder].sees):
        return []
    return [problem(path, line, f"{folder} may not see {target}")]


def check_system_include(path, line, name):
    """One include of a system header: the libraries of other folders, and the sans-I/O list."""
    folder = layer_of(path)
    if folder in SANS_IO and name not in SANS_IO_HEADERS:
        return [problem(path, line, f"sans-I/O code may not include <{name}>")]
    if folder == "tests":
        return []
    for prefix, users in LIBRARY_USERS.items():
        if name.startswith(prefix) and not any(within(path, user) for user in users):
            return [problem(path, line, f"<{name}> is for {' and '.join(users)} alone")]
    return []


def check_table_complete(tree):
    """Every C file lies in a folder that the table knows."""
    return [
        problem(path, 1, "this folder has no row in tests/arch/layers.py")
        for path in tree.select(".c", ".h") if layer_of(path) is None
    ]


def public_headers(tree):
    """shoal.h and every header of the project that it includes, directly or not."""
    waiting, seen = ["client-core/shoal.h"], []
    while waiting:
        path = waiting.pop()
        if path not in tree.paths or path in seen:
            continue
        seen.append(path)
        waiting += [
            target for _, _, name in includes_of(tree, path) if (target := resolve(tree, path, name))
        ]
    return sorted(seen)


def check_public_headers(tree):
    """The public interface names no type of the protocol library and no bool (GIR widens it)."""
    found = []
    for path in public_headers(tree):
        for line, text in tree.code_lines(path):
            match = INTERNAL_TYPE.search(text)
            if match and not INCLUDE.match(text):
                found.append(problem(path, line, f"{match.group(0)} in the public interface"))
        for line, _, name in includes_of(tree, path):
            if name == "stdbool.h":
                found.append(problem(path, line, "stdbool.h in the public interface"))
    return found
