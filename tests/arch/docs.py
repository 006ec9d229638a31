"""docs: what the documents, the list of translations and those of tests say is there."""

import fnmatch
import os
import re

from tree import problem

SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"^\.?[\w*.-]+(/[\w*.-]+)*/?$")
KNOWN_ENDING = re.compile(r"\.(c|h|py|sh|md|txt|build|symbols|in|xml)$")

C_TEXT = re.compile(r"(?<![\w>])(?:N?_|C_|NC_|Q_|[nd]?n?gettext|g_dp?n?gettext2?)\s*\(")
UI_TEXT = re.compile(r'translatable="(?:yes|true|1)"')
TEST_PROGRAM = re.compile(r"^(?:test|fuzz)-(.*)\.(?:c|py)$")
EXTRACTED = (".desktop.in", ".metainfo.xml.in", ".gschema.xml")


# What stands for a name of the reader's own, and the endings that a program's path goes without.
ANY_NAME = re.compile(r"NAME|SUBJECT")
OF_PROGRAMS = ("", ".c", ".py")


def named_paths(tree, document):
    """(line, path) of every code span of a document that looks like a path of the project; what is built is not in it."""
    rooms = {path.partition("/")[0] for path in tree.paths}
    for number, line in tree.lines(document):
        for span in SPAN.findall(line):
            path = ANY_NAME.sub("*", span.removeprefix("./"))
            room, slash, _ = path.partition("/")
            if PATH.match(path) and (room in rooms if slash else KNOWN_ENDING.search(path) and path[0] not in "-_"):
                yield number, path


def is_there(tree, path):
    """Whether the project has it; a * stands for any name, and a name alone may lie in any folder."""
    if "*" in path:
        return any(fnmatch.fnmatch(p, path.rstrip("/")) for p in tree.paths)
    if "/" not in path:
        return tree.exists(path) or any(p.endswith("/" + path) for p in tree.paths)
    return any(tree.exists(path + ending) for ending in OF_PROGRAMS)


def check_named_paths(tree):
    """Every path that a document names is there."""
    found = [] if "ARCHITECTURE.md" in tree.paths else [problem("ARCHITECTURE.md", 1, "the document is missing")]
    return found + [
        problem(document, number, f"{path} does not exist")
        for document in tree.select(".md") for number, path in named_paths(tree, document) if not is_there(tree, path)
    ]


LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|\bsrc(?:set)?=\"([^\"]+)\"")


def check_links(tree):
    """Every link of a document into the project leads to something."""
    found = []
    for document in tree.select(".md"):
        folder = os.path.dirname(document)
        for number, line in tree.lines(document):
            for target in map("".join, LINK.findall(line)):
                if "://" not in target and not tree.exists(os.path.normpath(os.path.join(folder, target))):
                    found.append(problem(document, number, f"the link to {target} leads nowhere"))
    return found


NAMED_TEST = re.compile(r"`(test-[\w-]+\.(?:c|py))(?: (/[^`\n]+|case_\w+))?`")


def check_named_tests(tree):
    """Every test that a document names is there: the file, and the case in it."""
    found = []
    for document in tree.select(".md"):
        for number, line in tree.lines(document):
            for file, case in NAMED_TEST.findall(line):
                paths = [p for p in tree.select(".c", ".py", under="tests") if p.endswith("/" + file)]
                quoted = f'"{case}"' if file.endswith(".c") else f"def {case}("
                if not any(not case or quoted in tree.text(path) for path in paths):
                    found.append(problem(document, number, f"there is no {file} {case}".rstrip()))
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
