#!/usr/bin/python3
"""test-rules.py: each rule of the architecture finds a planted violation and leaves clean code alone.

A small tree is written into a temporary folder. Unchanged, no rule has a word to say about it; then
each case changes one file of it and names the finding that has to come.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import arch  # noqa: E402
import built  # noqa: E402
from helpers import tap  # noqa: E402
from tree import Tree  # noqa: E402

SLASHES = "/" + "/"
UNDONE = "TO" + "DO"
ELSEWHERE = "/wo" + "rk/place"

CLEAN = {
    "ARCHITECTURE.md": "# Map\n\nSee `protocol/core/` and `bt-a.c`, run `./check`.\n",
    "check": "#!/bin/sh\n",
    "protocol/core/bt-a.h": "/* bt-a.h: a. */\n#pragma once\n\n#include <stddef.h>\n\n"
                            "#define BT_A 1\n\ntypedef struct\n{\n  int a;\n} BtA;\n\nsize_t bt_a (void);\n",
    "protocol/core/bt-a.c": "/* bt-a.c: a. */\n#include \"protocol/core/bt-a.h\"\n\n"
                            "size_t\nbt_a (void)\n{\n  return 0;\n}\n",
    "protocol/torrent/bt-t.c": "/* bt-t.c: t. */\n#include \"protocol/core/bt-a.h\"\n",
    "protocol/io/btio-a.c": "/* btio-a.c: a. */\n#include <sys/epoll.h>\n",
    "client-core/shoal.h": "/* shoal.h: all. */\n#pragma once\n\n#include \"shoal-a.h\"\n",
    "client-core/shoal-a.h": "/* shoal-a.h: a. */\n#pragma once\n\nint shoal_a (void);\n",
    "client-core/shoal-a.c": "/* shoal-a.c: a. */\n#include \"client-core/shoal-a.h\"\n\n"
                             "int\nshoal_a (void)\n{\n  return 0;\n}\n",
    "client-core/store/eng-s.h": "/* eng-s.h: s. */\n#pragma once\n",
    "client-core/disk/eng-d.h": "/* eng-d.h: d. */\n#pragma once\n\n#include \"client-core/store/eng-s.h\"\n",
    "client-core/disk/eng-d-private.h": "/* eng-d-private.h: d. */\n#pragma once\n",
    "gtk-client/gui-a.c": "/* gui-a.c: a. */\n#include <gtk/gtk.h>\n\n#include \"client-core/shoal.h\"\n\n"
                          "const char *gui_name = _ (\"Name\");\n",
    "cli/cli-a.c": "/* cli-a.c: a. */\n#include \"protocol/core/bt-a.h\"\n",
    "tests/unit/test-a.c": "/* test-a.c: a. */\n#include \"protocol/core/bt-a.h\"\n",
    "tests/unit/meson.build": "unit_tests = {\n  'a': [],\n  'b': [],\n}\n",
    "po/POTFILES.in": "gtk-client/gui-a.c\n",
    "tests/arch/sans-io.symbols": "mem*\n_GLOBAL_OFFSET_TABLE_\n",
    "tests/arch/shoal.symbols": "shoal_a\n",
}


def public(arguments, comment, body):
    """A public function of the library."""
    declared = f"SHOAL_API int shoal_a ({arguments});\n"
    told = "".join(f" * {line}\n" if line else " *\n" for line in ("shoal_a:", *comment))
    code = f"/**\n{told} */\nint\nshoal_a ({arguments})\n{{\n{body}  return 0;\n}}\n"
    return {"client-core/shoal-a.h": header("shoal-a.h", declared), "client-core/shoal-a.c": source("shoal-a.c", code)}


def lines(count):
    """That many lines of a function."""
    return "  a ();\n" * count


def long_function(count):
    """A file with a function of that many lines."""
    return "/* bt-b.c: b. */\nvoid\nbt_b (void)\n{\n" + lines(count) + "}\n"


def header(name, body):
    """A header that is right but for its body."""
    return f"/* {name}: x. */\n#pragma once\n\n{body}"


def source(name, body):
    """A C file that is right but for its body."""
    return f"/* {name}: x. */\n{body}"


CORE_B, UNIT_B = "protocol/core/bt-b.c", "tests/unit/test-b.c"

# What is planted: the name of the case, {path: text}, and the beginning of the finding.
PLANTED = [
    ("layer above", {CORE_B: source("bt-b.c", '#include "client-core/shoal.h"\n')}, CORE_B + ":2: "),
    ("sideways", {"protocol/dht/bt-b.c": source("bt-b.c", '#include "protocol/peer/bt-p.h"\n'),
                  "protocol/peer/bt-p.h": header("bt-p.h", "int x;\n")}, "protocol/dht/bt-b.c:2: "),
    ("torrent in core", {CORE_B: source("bt-b.c", '#include "protocol/torrent/bt-u.h"\n'),
                         "protocol/torrent/bt-u.h": header("bt-u.h", "int x;\n")}, CORE_B + ":2: "),
    ("io in files", {"protocol/files/btf-b.c": source("btf-b.c", '#include "protocol/io/btio-b.h"\n'),
                     "protocol/io/btio-b.h": header("btio-b.h", "int x;\n")}, "protocol/files/btf-b.c:2: "),
    ("inside of the engine in the window",
     {"gtk-client/gui-b.c": source("gui-b.c", '#include "client-core/store/eng-s.h"\n')},
     "gtk-client/gui-b.c:2: "),
    ("protocol in the window",
     {"gtk-client/gui-b.c": source("gui-b.c", '#include "protocol/core/bt-a.h"\n')}, "gtk-client/gui-b.c:2: "),
    ("client in the tracker",
     {"tracker-server/swarm/trk-b.c": source("trk-b.c", '#include "client-core/shoal.h"\n')},
     "tracker-server/swarm/trk-b.c:2: "),
    ("upwards in the engine",
     {"client-core/store/eng-b.c": source("eng-b.c", '#include "client-core/disk/eng-d.h"\n')},
     "client-core/store/eng-b.c:2: "),
    ("private header", {"client-core/eng-b.c":
                        source("eng-b.c", '#include "client-core/disk/eng-d-private.h"\n')},
     "client-core/eng-b.c:2: "),
    ("template of another folder",
     {"client-core/eng-b.c": source("eng-b.c", '#include "protocol/core/bt-b-template.h"\n'),
      "protocol/core/bt-b-template.h": "/* bt-b-template.h: b. */\n"}, "client-core/eng-b.c:2: "),
    ("lost include", {CORE_B: source("bt-b.c", '#include "bt-gone.h"\n')}, CORE_B + ":2: "),
    ("socket in core", {CORE_B: source("bt-b.c", "#include <sys/socket.h>\n")}, CORE_B + ":2: "),
    ("gio in core", {CORE_B: source("bt-b.c", "#include <gio/gio.h>\n")}, CORE_B + ":2: "),
    ("database in the command", {"cli/cli-b.c": source("cli-b.c", "#include <sqlite3.h>\n")}, "cli/cli-b.c:2: "),
    ("crypto outside digest", {"protocol/io/btio-b.c": source("btio-b.c", "#include <openssl/sha.h>\n")},
     "protocol/io/btio-b.c:2: "),
    ("folder without a row", {"lib/x.c": source("x.c", "")}, "lib/x.c:1: "),
    ("type in header", {"protocol/core/bt-b.h": header("bt-b.h", "typedef struct\n{\n  int a;\n} Foo;\n")},
     "protocol/core/bt-b.h:7: "),
    ("macro in header", {"protocol/core/bt-b.h": header("bt-b.h", "#define FOO 1\n")}, "protocol/core/bt-b.h:4: "),
    ("bool in the interface", {"client-core/shoal-a.h": header("shoal-a.h", "bool shoal_a (void);\n")},
     "client-core/shoal-a.h:4: "),
    ("inner type in the interface", {"client-core/shoal-a.h": header("shoal-a.h", "BtA *shoal_a (void);\n")},
     "client-core/shoal-a.h:4: "),
    ("public function without a comment",
     {"client-core/shoal-a.h": header("shoal-a.h", "SHOAL_API int shoal_a (void);\n")}, "shoal_a has no comment"),
    ("public function that is nowhere",
     {"client-core/shoal-a.h": header("shoal-a.h", "SHOAL_API int shoal_b (void);\n")}, "shoal_b is defined nowhere"),
    ("argument that is not told of", public("int a", ("", "Returns: 0"), ""), "does not tell of @a"),
    ("result that is not told of", public("void", ("", "Does it."), ""), "does not tell what it returns"),
    ("errors that are not told of", public("GError **error", ("@error: where to", "", "Returns: 0"), ""),
     "does not tell its errors"),
    ("NULL that is taken", public("char *a", ("@a: a", "", "Returns: 0"), ""), "takes NULL for a"),
    ("long function", {CORE_B: long_function(60)}, CORE_B + ":4: "),
    ("long file", {"cli/b.py": "a = 1\n" * 601}, "cli/b.py:1: "),
    ("long Python function", {"tests/b.py": "def b():\n" + "    a()\n" * 61}, "tests/b.py:1: "),
    ("exception outgrown", {CORE_B: long_function(70),
                            "tests/arch/long.txt": f"function {CORE_B} bt_b 65\n"}, CORE_B + ":4: "),
    ("exception not needed", {"tests/arch/long.txt": f"file {CORE_B} 700\n"}, "tests/arch/long.txt:1: "),
    ("exception unreadable", {"tests/arch/long.txt": "everything\n"}, "tests/arch/long.txt:1: "),
    ("banned function", {CORE_B: source("bt-b.c", "int a = atoi (b);\n")}, CORE_B + ":2: "),
    ("assert", {CORE_B: source("bt-b.c", "\n  g_assert (a);\n")}, CORE_B + ":3: "),
    ("sleep in a test", {UNIT_B: source("test-b.c", "  g_usleep (5);\n")}, UNIT_B + ":2: "),
    ("skip without a reason", {UNIT_B: source("test-b.c", "  g_test_skip (NULL);\n")}, UNIT_B + ":2: "),
    ("wrong comment", {CORE_B: source("bt-b.c", f"int a; {SLASHES} a\n")}, CORE_B + ":2: "),
    ("unfinished", {CORE_B: source("bt-b.c", f"/* {UNDONE}: more */\n")}, CORE_B + ":2: "),
    ("path of a machine", {"NOTES.md": f"see {ELSEWHERE}\n"}, "NOTES.md:1: "),
    ("tab", {CORE_B: source("bt-b.c", "\tint a;\n")}, CORE_B + ":2: "),
    ("trailing blank", {"NOTES.md": "a \n"}, "NOTES.md:1: "),
    ("carriage return", {"NOTES.md": "a\r\n"}, "NOTES.md:1: "),
    ("blank in a script", {"demo": "a \n"}, "demo:1: "),
    ("no newline at the end", {"NOTES.md": "a\nb"}, "NOTES.md:2: "),
    ("no opening comment", {CORE_B: "int a;\n"}, CORE_B + ":1: "),
    ("no guard", {"protocol/core/bt-b.h": "/* bt-b.h: b. */\n"}, "protocol/core/bt-b.h:1: "),
    ("translated and not listed", {"cli/cli-b.c": source("cli-b.c", 'p (_("a"));\n')}, "cli/cli-b.c:1: "),
    ("listed and not translated", {"po/POTFILES.in": "gtk-client/gui-a.c\ncli/cli-a.c\n"}, "po/POTFILES.in:2: "),
    ("listed twice", {"po/POTFILES.in": "gtk-client/gui-a.c\n" * 2}, "po/POTFILES.in:2: "),
    ("window not listed", {"gtk-client/a.ui": '<a translatable="yes"/>\n'}, "gtk-client/a.ui:1: "),
    ("gettext in the protocol", {CORE_B: source("bt-b.c", 'p (_ ("a"));\n')}, CORE_B + ":2: "),
    ("path that is gone", {"ARCHITECTURE.md": "`protocol/gone/`\n"}, "ARCHITECTURE.md:1: "),
    ("file that is gone", {"ARCHITECTURE.md": "a\n`bt-gone.c`\n"}, "ARCHITECTURE.md:2: "),
    ("test not listed", {"tests/unit/test-c.c": source("test-c.c", "int c;\n"),
                         "tests/unit/meson.build": "unit_tests = {\n  'a': [],\n}\nthreaded_tests = [\n  'c',\n]\n"},
     "tests/unit/test-c.c:1: "),
    ("path of another document that is gone", {"README.md": "`protocol/gone-NAME.c`\n"}, "README.md:1: "),
    ("link that leads nowhere", {"README.md": "[a](check)\n[b](docs/gone.md)\n"}, "README.md:2: "),
    ("documented test that is gone", {"docs/tracker.md": "`test-gone.py`\n"}, "docs/tracker.md:1: "),
    ("documented case that is gone", {"docs/tracker.md": "`test-a.c /gone`\n"}, "docs/tracker.md:1: "),
    ("no document", {"ARCHITECTURE.md": None}, "ARCHITECTURE.md:1: "),
]

# What looks like a violation and is none.
INNOCENT = {
    "banned word in a string": {CORE_B: source("bt-b.c", 'const char *a = "atoi (b) ' + SLASHES + '";\n')},
    "longer name": {CORE_B: source("bt-b.c", "int a = my_atoi (b) + p->system (c);\n")},
    "address in a comment": {CORE_B: source("bt-b.c", f"/* http:{SLASHES}bittorrent.org */\n")},
    "function of 60 lines": {CORE_B: long_function(59)},
    "template without a guard":
        {"protocol/core/bt-b-template.h": "/* bt-b-template.h: b. */\n#define B 1\n"},
    "exception in use": {CORE_B: long_function(70), "tests/arch/long.txt": f"function {CORE_B} bt_b 71\n"},
    "public function that tells all":
        public("char *a, char *b, GError **error",
               ("@a: a", "@b: (nullable): b", "@error: one of %SHOAL_ERROR", "", "Returns: 0"),
               "  g_return_val_if_fail (a != NULL, 0);\n"),
    "internal type in an engine header":
        {"client-core/eng-b.h": header("eng-b.h", "BtA *eng_b (bool a);\n")},
}


def write_tree(root, changes):
    """Writes the clean tree with some files changed; a file that is None is left out."""
    files = {path: text for path, text in {**CLEAN, **changes}.items() if text is not None}
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    return Tree(root, list(files))


def findings_of(changes):
    """All that the rules on the source find in such a tree."""
    with tempfile.TemporaryDirectory() as root:
        tree = write_tree(root, changes)
        return [finding for _, findings in arch.source_cases(tree) for finding in findings]


def build(root, changes):
    """Compiles the folders of such a tree as the project's build would."""
    tree = write_tree(root, changes)
    commands = []
    for path in tree.select(".c", under="protocol/core") + tree.select(".c", under="client-core"):
        compiled = path.replace("/", "_") + ".o"
        command = ["cc", f"-I{root}", "-fPIC", "-c", path, "-o", compiled]
        subprocess.run(command, cwd=root, check=True)
        commands.append({"directory": root, "file": path, "output": compiled, "command": " ".join(command)})
    with open(os.path.join(root, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(commands, file)
    made = [c["output"] for c in commands]
    core = [m for m in made if m.startswith("protocol_core")]
    subprocess.run(["ar", "rc", "protocol/libbt.a", *core], cwd=root, check=True)
    subprocess.run(["cc", "-shared", "-o", "client-core/libshoal-1.so", *made], cwd=root, check=True)
    return tree, built.Build(root)


# The core's symbols would be seen in a library of these plain objects.
HIDDEN = {
    "protocol/core/bt-a.c": CLEAN["protocol/core/bt-a.c"].replace(
        "size_t\nbt_a", "__attribute__ ((visibility (\"hidden\"))) size_t\nbt_a"),
}


def built_findings(changes):
    """All that the rules on built files find in such a tree."""
    with tempfile.TemporaryDirectory() as root:
        tree, made = build(os.path.realpath(root), {**HIDDEN, **changes})
        return [finding for _, findings in arch.build_cases(tree, made) for finding in findings]


def hidden(code):
    """A function of the core that the library does not show."""
    return source("bt-b.c", '__attribute__ ((visibility ("hidden"))) ' + code)


BUILT = [
    ("symbol without prefix", {CORE_B: hidden("int foo (void) { return 0; }\n")}, CORE_B + ":1: foo"),
    ("socket in the archive",
     {CORE_B: hidden("int bt_b (void) { extern int socket (int, int, int); return socket (1, 1, 1); }\n")},
     "needs socket"),
    ("symbol exported by accident", {CORE_B: source("bt-b.c", "int bt_b (void) { return 0; }\n"),
                                      "tests/arch/shoal.symbols": "bt_b\nshoal_a\n"}, "not shoal_*: bt_b"),
    ("export not listed", {"tests/arch/shoal.symbols": ""}, "add shoal_a"),
    ("listed and not exported", {"tests/arch/shoal.symbols": "shoal_a\nshoal_b\n"}, "shoal_b is not exported"),
    ("header that needs another", {"protocol/core/bt-b.h": header("bt-b.h", "uint8_t bt_b (void);\n")},
     "protocol/core/bt-b.h:1: does not compile alone"),
]


def expect(findings, wanted):
    """The planted violation is found, and nothing else is."""
    assert any(wanted in finding for finding in findings), f"wanted {wanted!r}, found {findings}"
    place = wanted.split(":")[0]
    other = [f for f in findings if place not in f and wanted not in f]
    assert not other, f"found more than planted: {other}"


def case_clean_tree():
    assert not findings_of({}), findings_of({})


def case_clean_build():
    findings = built_findings({})
    assert not findings, findings


def case_every_source_rule_has_a_violation():
    found = set()
    for _, changes, _ in PLANTED:
        with tempfile.TemporaryDirectory() as root:
            tree = write_tree(root, changes)
            found |= {name for name, findings in arch.source_cases(tree) if findings}
    missed = set(arch.SOURCE_RULES) - found
    assert not missed, f"no planted violation for {missed}"


def case(name, check):
    """A case of its own for each row of a table."""
    check.__name__ = "case_" + name.replace(" ", "_")
    return check


CASES = [case_clean_tree, case_clean_build, case_every_source_rule_has_a_violation]
CASES += [
    case("finds " + name, lambda c=changes, w=wanted: expect(findings_of(c), w))
    for name, changes, wanted in PLANTED
]
CASES += [
    case("finds " + name, lambda c=changes, w=wanted: expect(built_findings(c), w))
    for name, changes, wanted in BUILT
]
CASES += [
    case("allows " + name, lambda c=changes: expect_nothing(findings_of(c)))
    for name, changes in INNOCENT.items()
]


def expect_nothing(findings):
    """Clean code stays without findings."""
    assert not findings, findings


if __name__ == "__main__":
    tap.main(CASES)
