#!/usr/bin/python3
"""test-documents.py: that every command which a document or an example of the help shows has the verb and the options
that it is shown with."""

import functools
import os
import re
import shlex
import subprocess

import lab
from helpers import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = {"shoal": lab.SHOAL, "shoal-tracker": os.environ["SHOAL_TRACKER"]}
DOCUMENTS = ["README.md", "HACKING.md", "NEWS", *(f"docs/{name}" for name in sorted(os.listdir(os.path.join(ROOT, "docs")))
                                                   if name.endswith(".md"))]

# A span of code, or an indented line of it, with the shell's prompt.
SHOWN = re.compile(r"`([^`\n]+)`|^ {2,}(?:\$ )?(.+)$", re.MULTILINE)
OPTION = re.compile(r"--[a-z][a-z-]*|-[a-zA-Z]\b")


@functools.lru_cache(maxsize=None)
def helped(program, *words):
    """What a program prints of itself."""
    done = subprocess.run([PROGRAMS[program], *words], env=lab.environment("/proc/nonexistent"), capture_output=True,
                          text=True, timeout=50, check=True)
    return done.stdout


@functools.lru_cache(maxsize=None)
def verbs(program):
    """The verbs in its list of them."""
    return re.findall(r"^  ([a-z-]+) {2,}\S", helped(program, "--help").partition("Verbs:")[2], re.MULTILINE)


@functools.lru_cache(maxsize=None)
def options(program, verb):
    """The options that the help of a verb lists."""
    head = re.compile(r"^  (?:(-.), |    )(--[a-z-]+)", re.MULTILINE)
    return {option for found in head.findall(helped(program, "help", verb)) for option in found if option}


def command_in(text):
    """(program, words up to a pipe or a redirection) of a line, or None."""
    try:
        words = shlex.split(text.replace("…", ""), comments=True)
    except ValueError:
        words = text.split()
    words = [os.path.basename(word) if number == 0 else word for number, word in enumerate(words)]
    if not words or words[0] not in PROGRAMS:
        return None
    end = next((number for number, word in enumerate(words) if word in ("|", ">", "&&", ";")), len(words))
    return words[0], words[1:end]


def wrong(program, words):
    """What a command has that its program has not; None when all is there."""
    if not words or words[0] in ("--version", "--help") or words[0].isupper() or not re.match(r"[a-z-]+$", words[0]):
        return None
    if words[0] not in verbs(program):
        return f"{program} has no verb {words[0]}"
    known = options(program, words[0])
    for word in words[1:]:
        option = OPTION.match(word)
        if option and option.group() not in known:
            return f"{program} {words[0]} has no {option.group()}"
    return None


def shown(path):
    """(line, program, words) of the commands of a document."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        text = file.read()
    for match in SHOWN.finditer(text):
        # A span may have been broken between two lines, which a list of lines never is.
        found = command_in(match.group(1) or match.group(2))
        if found:
            yield text.count("\n", 0, match.start()) + 1, *found


def case_documents_show_commands_that_are_there():
    found = [(path, *command) for path in DOCUMENTS for command in shown(path)]
    assert len(found) > 20, found
    lies = [f"{path}:{line}: {what}" for path, line, program, words in found if (what := wrong(program, words))]
    assert not lies, "\n".join(lies)


def case_options_of_documents_are_there():
    known = {option for program in PROGRAMS for verb in verbs(program) for option in options(program, verb)}
    lies = []
    for path in ("README.md", "NEWS", "docs/tracker.md"):
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            spans = re.findall(r"`(--[a-z-]+)[^`]*`", file.read())
        lies += [f"{path}: nothing has {option}" for option in spans if option not in known | {"--version", "--profile"}]
    assert not lies, lies


def case_examples_of_the_help_are_right():
    count = 0
    for program in PROGRAMS:
        for verb in verbs(program):
            for line in re.findall(rf"^  ({program} .+)$", helped(program, "help", verb), re.MULTILINE):
                what, count = wrong(*command_in(line)), count + 1
                assert what is None, f"{line}: {what}"
    assert count > 30, count


# --- docs/json.md ---

def members(section):
    """The members that a section of the page lists, by their paths."""
    with open(os.path.join(ROOT, "docs/json.md"), encoding="utf-8") as file:
        text = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", file.read(), re.MULTILINE | re.DOTALL).group(1)
    return {name for line in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for name in re.findall(r"`([^`]+)`", line)}


def paths(value, start=""):
    """The paths of what a document has that is not an object or a list of them."""
    if isinstance(value, dict):
        return {path for key, inner in value.items() for path in paths(inner, f"{start}.{key}".lstrip("."))}
    if isinstance(value, list) and value and all(isinstance(inner, dict) for inner in value):
        return {path for inner in value for path in paths(inner, start + "[]")}
    return {start}


def case_documents_of_json_are_described():
    with lab.Folder() as here:
        here.make("-t", "udp://tracker.example:6969")
        here.shoal("create", "content", "-f", "v2", "-o", "t")
        link = here.shoal("magnet", "content.torrent", "--select", "1").out.strip()
        optional = {"scrape", "registered"}
        for section, code, words in (
                ("show, and create", 0, ["show", "content.torrent"]), ("show, and create", 0, ["create", "content", "-o", "u"]),
                ("create --dry-run", 0, ["create", "content", "--dry-run"]), ("Errors", 4, ["show", "none"]),
                ("magnet, and show of a link", 0, ["magnet", "content.torrent"]),
                ("magnet, and show of a link", 0, ["show", link]), ("edit", 0, ["edit", "t", "-c", "x"]),
                ("verify", 6, ["verify", "content.torrent", "--verbose"])):
            if code == 6:
                here.write("content/a.bin", "short")
            found = paths(here.shoal(*words, "--json", code=code).json())
            found -= {path for path in found if any(other.startswith(path + "[]") for other in found)}  # an empty list
            assert found == members(section) - optional, (words, found ^ members(section))


def case_every_member_of_json_is_described():
    """By the names in the sources: also what only a tracker's answer has, and the events of the man pages."""
    with open(os.path.join(ROOT, "docs/json.md"), encoding="utf-8") as file:
        known = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", file.read()))))
    known |= set(re.findall(r"[a-z_0-9]+", helped("shoal", "help", "--man", "download").replace("\\&", "")))
    named = set()
    for name in sorted(os.listdir(os.path.join(ROOT, "cli"))):
        with open(os.path.join(ROOT, "cli", name), encoding="utf-8") as file:
            named |= set(re.findall(r'(?:cli_json_\w+|add_count|set_member_name) \(b(?:uilder)?, "(\w+)"', file.read()))
    assert len(named) > 60 and not named - known, named - known


def case_a_lie_is_found():
    assert wrong("shoal", ["creat"]) and wrong("shoal", ["create", "--nothing"]) and wrong("shoal-tracker", ["run", "-Z"])
    assert wrong("shoal", ["create", "x", "-t", "udp://a:1", "--name=b"]) is None


tap.main([
    case_documents_show_commands_that_are_there, case_options_of_documents_are_there,
    case_examples_of_the_help_are_right, case_documents_of_json_are_described, case_every_member_of_json_is_described,
    case_a_lie_is_found,
])
