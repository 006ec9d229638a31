"""docs: what the documents, the list of translations and those of tests say is there."""

import fnmatch
import re

from tree import problem

SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"^\.?[\w*.-]+(/[\w*.-]+)*/?$")
KNOWN_ENDING = re.compile(r"\.(c|h|py|sh|md|txt|build|symbols|in|xml)$")

C_TEXT = re.compile(r"(?<![\w>])(?:N?_|C_|NC_|Q_|[nd]?n?gettext|g_dp?n?gettext2?)\s*\(")
UI_TEXT = re.compile(r'translatable="(?:yes|true|1)"')
TEST_PROGRAM = re.compile(r"^(?:test|fuzz)-(.*)\.(?:c|py)$")
EXTRACTED = (".desktop.in", ".metainfo.xml.in", ".gschema.xml")


def named_paths(tree, document):
    """(line, path) of every code span of a document that looks like a path of the project."""
    for number, line in tree.lines(document):
        for span in SPAN.findall(line):
            path = span.removeprefix("./")
            if PATH.match(path) and ("/" in path or KNOWN_ENDING.search(path)):
                yield number, path


def check_named_paths(tree, document="ARCHITECTURE.md"):
    """Every path that the document names is there; a * stands for any name."""
    if document not in tree.paths:
        return [problem(document, 1, "the document is missing")]
    found = []
    for number, path in named_paths(tree, document):
        if "*" in path:
            there = any(fnmatch.fnmatch(p, path.rstrip("/")) for p in tree.paths)
        else:
            there = tree.exists(path) or any(p.endswith("/" + path) for p in tree.paths if "/" not in path)
        if not there:
            found.append(problem(document, number, f"{path} does not exist"))
    return found


NAMED_TEST = re.compile(r"`(test-[\w-]+\.(?:c|py))(?: ([^`\n]+))?`")


def check_named_tests(tree):
    """Every test that docs/tracker.md names is there: the file, and the case in it."""
    found = []
    for number, line in tree.lines("docs/tracker.md") if "docs/tracker.md" in tree.paths else ():
        for file, case in NAMED_TEST.findall(line):
            paths = [p for p in tree.select(".c", ".py", under="tests") if p.endswith("/" + file)]
            quoted = f'"{case}"' if file.endswith(".c") else f"def {case}("
            if not any(not case or quoted in tree.text(path) for path in paths):
                found.append(problem("docs/tracker.md", number, f"there is no {file} {case}".rstrip()))
    return found


def translated_files(tree):
    """The files with text for people."""
    code = [
        p for p in tree.select(".c")
        if not p.startswith(("tests/", "protocol/")) and C_TEXT.search(tree.code(p))
    ]
    windows = [p for p in tree.select(".ui", ".blp") if UI_TEXT.search(tree.text(p))]
    return sorted(code + windows + tree.select(*EXTRACTED, under="data"))


def check_potfiles(tree):
    """po/POTFILES.in names exactly the files that are translated, once each."""
    listed, path = {}, "po/POTFILES.in"
    found = []
    for number, line in tree.lines(path) if path in tree.paths else ():
        name = line.strip()
        if not name or name.startswith("#"):
            continue
        if name in listed:
            found.append(problem(path, number, f"{name} stands here twice"))
        listed[name] = number
    needed = translated_files(tree)
    found += [problem(path, listed[n], f"{n} has no text for people") for n in listed if n not in needed]
    found += [problem(n, 1, f"has text for people and is not in {path}") for n in needed if n not in listed]
    return found


def check_untranslated_layers(tree):
    """The protocol library has no text for people: sentences are made at the edge."""
    return [
        problem(path, number, "gettext in the protocol library")
        for path in tree.select(".c", ".h", under="protocol")
        for number, line in tree.code_lines(path) if C_TEXT.search(line)
    ]


def check_tests_listed(tree):
    """Every test program and fuzz target is named in the meson.build beside it: a forgotten one runs never."""
    found = []
    for path in tree.select(".c", ".py", under="tests"):
        folder, _, file = path.rpartition("/")
        name = TEST_PROGRAM.match(file)
        lists = folder + "/meson.build"
        text = tree.text(lists) if lists in tree.paths else ""
        if name and f"'{name.group(1)}':" not in text and f"'{file}'" not in text:
            found.append(problem(path, 1, f"{lists} does not list it"))
    return found
