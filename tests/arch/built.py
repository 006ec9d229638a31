"""built: the rules on what the compiler made, in an ordinary build without LTO and sanitizers."""

import concurrent.futures
import fnmatch
import json
import os
import re
import shlex
import subprocess

from layers import LAYERS, layer_of, own_headers
from tree import Problem, problem

ALLOWED = "tests/arch/sans-io.symbols"
EXPORTED = "tests/arch/shoal.symbols"
INCLUDE = re.compile(r'\s*#\s*include\s+"([^"]+)"')
FLAGS = re.compile(r"^-(?:D|U|I|isystem|std=|pthread|W|f(?!ile-prefix)|m)")


class Build:
    """A build folder of meson: its commands and its objects."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
            self.commands = json.load(file)

    def path(self, *parts):
        """A file of the build folder."""
        return os.path.join(self.folder, *parts)

    def objects(self, tree):
        """(source, object) of each C file of the project that was compiled."""
        for command in self.commands:
            source = os.path.realpath(os.path.join(command["directory"], command["file"]))
            source = os.path.relpath(source, os.path.realpath(tree.root))
            if source in tree.paths:
                yield source, os.path.join(command["directory"], command["output"])

    def flags(self, tree, path):
        """The compiler and its flags for a header: those of a C file near it."""
        near = max(
            (c for c in self.commands if c["file"].endswith(".c")),
            key=lambda c: len(os.path.commonprefix([
                os.path.relpath(os.path.realpath(os.path.join(c["directory"], c["file"])),
                                os.path.realpath(tree.root)), path])),
        )
        words = shlex.split(near["command"])
        if os.path.basename(words[0]) == "ccache":
            words = words[1:]
        return near["directory"], [words[0]] + [w for w in words[1:] if FLAGS.match(w)]


def nm(path, *options):
    """(symbol, kind) of an object or archive."""
    listing = subprocess.run(
        ["nm", "--format=posix", *options, path], capture_output=True, text=True, check=True
    ).stdout
    for line in listing.splitlines():
        words = line.split()
        if len(words) >= 2:
            yield words[0].partition("@")[0], words[1]


def list_file(tree, path):
    """The entries of a list: a line each, without comments."""
    return [line.split("#")[0].strip() for _, line in tree.lines(path) if line.split("#")[0].strip()]


def nm_each(objects):
    """(source, symbol, kind) of what each of many (source, object) shows to others, by one nm."""
    source_of = {compiled: source for source, compiled in objects}
    if not source_of:
        return
    listing = subprocess.run(
        ["nm", "--format=posix", "--print-file-name", "--defined-only", "--extern-only", *source_of],
        capture_output=True, text=True, check=True,
    ).stdout
    for line in listing.splitlines():
        compiled, _, rest = line.partition(": ")
        words = rest.split()
        if len(words) >= 2:
            yield source_of[compiled], words[0].partition("@")[0], words[1]


def check_symbol_prefixes(tree, build, folder):
    """Every function and variable that other files see carries the prefix of its folder."""
    prefixes = tuple(p + "_" for p in LAYERS[folder].prefixes)
    objects = [
        (source, compiled) for source, compiled in build.objects(tree)
        if layer_of(source) == folder and os.path.exists(compiled)
    ]
    return [
        problem(source, 1, f"{symbol} ({kind}) lacks the folder's prefix")
        for source, symbol, kind in nm_each(objects)
        if symbol != "main" and not symbol.startswith(prefixes)
    ]


def check_sans_io(tree, build):
    """The sans-I/O archive asks for nothing but memory, strings and GLib's containers."""
    archive = build.path("protocol", "libbt.a")
    defined = {symbol for symbol, _ in nm(archive, "--defined-only")}
    allowed = list_file(tree, ALLOWED)
    found = []
    for symbol in sorted({symbol for symbol, _ in nm(archive, "--undefined-only")} - defined):
        if not any(fnmatch.fnmatchcase(symbol, pattern) for pattern in allowed):
            found.append(Problem(f"{archive}: needs {symbol}, which is not in {ALLOWED}"))
    return found


def check_exports(tree, build):
    """libshoal-1 shows exactly the symbols of the list, and they are all shoal_*."""
    library = build.path("client-core", "libshoal-1.so")
    exported = sorted(symbol for symbol, _ in nm(library, "--dynamic", "--defined-only"))
    listed = list_file(tree, EXPORTED)
    found = [Problem(f"{EXPORTED}: not shoal_*: {s}") for s in exported if not s.startswith("shoal_")]
    found += [Problem(f"{EXPORTED}: add {s}") for s in exported if s not in listed]
    found += [Problem(f"{EXPORTED}: {s} is not exported") for s in listed if s not in exported]
    if listed != sorted(listed):
        found.append(Problem(f"{EXPORTED}: is not sorted"))
    return found


def check_header_alone(tree, build, path):
    """One header compiles as the first include of an empty file."""
    directory, command = build.flags(tree, path)
    source = f'#include "{os.path.join(os.path.realpath(tree.root), path)}"\n'
    result = subprocess.run(
        command + ["-Werror", "-fsyntax-only", "-x", "c", "-"],
        input=source, capture_output=True, text=True, cwd=directory, check=False,
    )
    if result.returncode == 0:
        return []
    return [problem(path, 1, "does not compile alone: " + result.stderr.strip())]


def first_include(tree, path):
    """The header that a C file begins with, or None."""
    for _, line in tree.lines(path):
        match = INCLUDE.match(line)
        if match:
            return match[1]
    return None


def compiled_alone(tree, build):
    """The headers that the build itself compiled as the first include of their own C file."""
    for source, compiled in build.objects(tree):
        header = source.removesuffix(".c") + ".h"
        if header in tree.paths and os.path.exists(compiled) \
                and first_include(tree, source) in (header, os.path.basename(header)):
            yield header


def check_headers_alone(tree, build):
    """Every header includes what its own declarations need."""
    proved = set(compiled_alone(tree, build))
    headers = [path for path in own_headers(tree) if path not in proved]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda path: check_header_alone(tree, build, path), headers)
        return [finding for findings in results for finding in findings]
