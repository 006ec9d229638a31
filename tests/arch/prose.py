"""prose: the rules on the text of the files, line by line."""

import re

from layers import layer_of, own_headers
from tree import problem

CODE = (".c", ".h")
SCRIPTS = (".py", ".sh")
ALL_TEXT = CODE + SCRIPTS + (".md", ".build", ".txt", ".in", ".xml", ".ui", ".css", ".yml")
COMMANDS = ("check", "demo", ".ci/run")

# A function, and what to use instead.
BANNED = {
    "alloca": "g_newa and alloca grow the stack by what a stranger says: allocate",
    "asctime": "GDateTime",
    "assert": "bt_assert, or g_assert_cmp* in a test",
    "atof": "g_ascii_strtod",
    "atoi": "g_ascii_string_to_unsigned, which reports errors",
    "atol": "g_ascii_string_to_unsigned",
    "atoll": "g_ascii_string_to_unsigned",
    "g_assert": "bt_assert, or g_assert_cmp* in a test",
    "g_memdup": "g_memdup2",
    "g_newa": "allocate",
    "gethostbyname": "the resolver",
    "gets": "a bounded read",
    "gmtime": "gmtime_r or GDateTime",
    "localtime": "localtime_r or GDateTime",
    "mktemp": "g_mkstemp_full",
    "popen": "GSubprocess",
    "rand": "the seed that was handed in",
    "random": "the seed that was handed in",
    "scanf": "a parser that reports errors",
    "setjmp": "a status",
    "signal": "sigaction or g_unix_signal_add",
    "sprintf": "g_snprintf or g_strdup_printf",
    "srand": "the seed that was handed in",
    "sscanf": "a parser that reports errors",
    "strcat": "GString",
    "strcpy": "g_strlcpy or memcpy",
    "strncat": "GString",
    "strncpy": "g_strlcpy",
    "strtok": "g_strsplit or strchr",
    "system": "GSubprocess",
    "tmpnam": "g_mkstemp_full",
    "vsprintf": "g_snprintf",
}
BANNED_CALL = re.compile(r"(?<![\w>.])(" + "|".join(BANNED) + r")\s*\(")

# Tests wait for events; they do not sleep.
SLEEP = re.compile(r"\b(?:g_usleep|usleep|nanosleep|sleep)\s*\(")
SKIP = re.compile(r"\bg_test_skip\s*\(\s*(?:NULL|\"\"|\))")

# Spelled so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X)\b")
FOREIGN_PATH = re.compile(r"(?<![\w.$}*])/(?:work|root)/")


def text_files(tree):
    """Every file that people write and read."""
    return [p for p in tree.select(*ALL_TEXT) if "/corpus/" not in p] + [
        p for p in COMMANDS if p in tree.paths
    ]


def find(tree, paths, pattern, say, code=False):
    """A problem for each line that matches the pattern."""
    found = []
    for path in paths:
        for number, line in tree.code_lines(path) if code else tree.lines(path):
            match = pattern.search(line)
            if match:
                found.append(problem(path, number, say(match)))
    return found


def check_banned(tree):
    """Functions that have a better one."""
    return find(
        tree, tree.select(*CODE), BANNED_CALL,
        lambda m: f"{m.group(1)} is banned; instead: {BANNED[m.group(1)]}", code=True,
    )


def check_tests_wait(tree):
    """Unit tests never sleep, and a skipped case says why."""
    paths = tree.select(*CODE, under="tests")
    found = find(tree, paths, SLEEP, lambda m: "a test waits for events, it does not sleep", code=True)
    return found + find(tree, paths, SKIP, lambda m: "a skipped case says why")


def check_comments(tree):
    """Comments are of the one kind; the other marks text that must not be committed."""
    return find(tree, tree.select(*CODE), re.compile("//"), lambda m: "a // comment", code=True)


def check_unfinished(tree):
    """No note to oneself is left behind."""
    return find(tree, text_files(tree), UNFINISHED, lambda m: f"{m.group(0)} left behind")


def check_foreign_paths(tree):
    """No path of the machine that somebody worked on."""
    return find(tree, text_files(tree), FOREIGN_PATH, lambda m: "a path of one machine")


def check_whitespace(tree):
    """No tab, no carriage return, no blank at the end of a line, one newline at the end."""
    blanks = re.compile(r"[ \t]+$|\t|\r")
    tabs_mean_something = COMMANDS + tuple(tree.select(".sh"))
    paths = [p for p in text_files(tree) if p not in tabs_mean_something]
    found = find(tree, paths, blanks, lambda m: "a tab, a carriage return or a blank at the end")
    found += find(
        tree, [p for p in tabs_mean_something if p in tree.paths], re.compile(r"[ \t]+$|^ *\t|\r"),
        lambda m: "an indenting tab, a carriage return or a blank at the end",
    )
    for path in text_files(tree):
        text = tree.text(path)
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            found.append(problem(path, text.count("\n") + 1, "a file ends with one newline"))
    return found


def check_opening(tree):
    """A C file opens with its name and what it is responsible for."""
    found = []
    for path in tree.select(*CODE):
        name = path.rpartition("/")[2]
        if not tree.text(path).startswith(f"/* {name}: "):
            found.append(problem(path, 1, f'the file does not open with "/* {name}: "'))
    return found


def check_pragma_once(tree):
    """Every header is guarded in the same way."""
    return [
        problem(path, 1, "no #pragma once")
        for path in own_headers(tree) if "\n#pragma once\n" not in tree.text(path)
    ]


TYPE_NAME = re.compile(r"^\}\s*(\w+);|^typedef\s+(?:struct|enum|union)\s+\w+\s+(\w+);")
MACRO_NAME = re.compile(r"^\s*#\s*define\s+(\w+)")


def check_header_names(tree, folder, prefixes):
    """Types and macros of a header carry the prefix of their folder."""
    found = []
    starts = tuple(p.upper() + "_" for p in prefixes) + tuple(p + "_" for p in prefixes)
    types = tuple(p.capitalize() for p in prefixes)
    for path in own_headers(tree, under=folder):
        if layer_of(path) != folder:
            continue
        for number, line in tree.code_lines(path):
            macro, kind = MACRO_NAME.match(line), TYPE_NAME.match(line)
            if macro and not macro.group(1).startswith(starts):
                found.append(problem(path, number, f"{macro.group(1)} lacks the folder's prefix"))
            name = kind and (kind.group(1) or kind.group(2))
            if name and not name.startswith(types):
                found.append(problem(path, number, f"{name} lacks the folder's prefix"))
    return found
