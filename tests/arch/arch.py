#!/usr/bin/python3
"""arch: checks that the source keeps to the architecture, as a TAP program.

    arch.py SOURCE-FOLDER [BUILD-FOLDER]

A rule is a function that takes the tree (and the build) and returns its findings. One case is one
rule, or one rule on one folder. Without a build folder the rules on what was compiled are left out.
"""

import sys

import built
import docs
import includes
import prose
import public
import sizes
from layers import LAYERS
from tree import Tree


def source_cases(tree):
    """(name, findings) of each rule on the source."""
    for folder in LAYERS:
        if tree.select(".c", ".h", under=folder):
            yield f"includes of {folder}", includes.check_layers(tree, folder)
    for folder, layer in LAYERS.items():
        if layer.prefixes and tree.select(".h", under=folder):
            yield f"names in headers of {folder}", prose.check_header_names(tree, folder, layer.prefixes)
    for name, rule in SOURCE_RULES.items():
        yield name, rule(tree)


def build_cases(tree, build):
    """(name, findings) of each rule on what was built."""
    for folder, layer in LAYERS.items():
        if layer.prefixes and tree.select(".c", under=folder):
            yield f"symbols of {folder}", built.check_symbol_prefixes(tree, build, folder)
    yield "what the sans-I/O archive needs", built.check_sans_io(tree, build)
    yield "what libshoal-1 exports", built.check_exports(tree, build)
    yield "headers compile alone", built.check_headers_alone(tree, build)


SOURCE_RULES = {
    "every folder has a row": includes.check_table_complete,
    "no internal type in public headers": includes.check_public_headers,
    "public functions tell all of themselves": public.check_public_functions,
    "lengths of functions and files": sizes.check_sizes,
    "banned functions": prose.check_banned,
    "tests wait and say why they skip": prose.check_tests_wait,
    "comments": prose.check_comments,
    "nothing unfinished": prose.check_unfinished,
    "no path of one machine": prose.check_foreign_paths,
    "whitespace": prose.check_whitespace,
    "files open with their purpose": prose.check_opening,
    "headers are guarded": prose.check_pragma_once,
    "POTFILES is complete": docs.check_potfiles,
    "no gettext in the protocol library": docs.check_untranslated_layers,
    "documents name what exists": docs.check_named_paths,
    "links of documents lead somewhere": docs.check_links,
    "documents name tests that are there": docs.check_named_tests,
    "every test is listed": docs.check_tests_listed,
}


def report(cases):
    """Prints TAP; the number of cases with findings."""
    failed = number = 0
    for number, (name, findings) in enumerate(cases, 1):
        for finding in findings:
            print("\n".join(f"# {line}" for line in finding.splitlines()))
        print(f"{'not ok' if findings else 'ok'} {number} {name}", flush=True)
        failed += bool(findings)
    print(f"1..{number}")
    return failed


def main():
    """Checks the folders of the command line."""
    tree = Tree(sys.argv[1])
    cases = list(source_cases(tree))
    if len(sys.argv) > 2:
        cases += build_cases(tree, built.Build(sys.argv[2]))
    sys.exit(1 if report(cases) else 0)


if __name__ == "__main__":
    main()
