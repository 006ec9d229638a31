#!/usr/bin/python3
"""test-pages.py: help, man pages and completions of the tracker say the same, and their readers take them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from helpers import peers, tap, tracker

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
PAGES = os.path.join(ROOT, "data", "tracker", "pages.py")
KINDS = ("man", "conf", "bash", "zsh", "fish")
BASH = r"""
source ./script
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_shoal_tracker
printf '%s\n' "${COMPREPLY[@]}"
"""


def table():
    """What all is made of."""
    return json.loads(tracker.command("help", "--json").stdout)


def page(kind, epoch="1700000000"):
    """One of them."""
    said = tracker.command("help", "--json").stdout
    return subprocess.run([sys.executable, PAGES, kind], input=said, capture_output=True, text=True, check=True,
                          env={**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONIOENCODING": "utf-8"}).stdout


def verbs():
    """The verbs that the overview lists."""
    return re.findall(r"^  ([a-z-]+) {2,}[A-Z]", tracker.command("--help").stdout, re.M)


def options_of_help(verb):
    """The options that the help of a verb lists."""
    return set(re.findall(r"^ {2}(?:-\w, | {4})--([a-z-]+)", tracker.command("help", verb).stdout, re.M))


def case_options_are_the_same_everywhere():
    man, bash, zsh, fish = (page(kind) for kind in ("man", "bash", "zsh", "fish"))
    in_man = set(re.findall(r"\\fB\\-\\-([a-z\\-]+)\\fR", man.partition(".SH VERBS")[2]))
    assert len(verbs()) == len(table()["verbs"]) == 11, verbs()
    for verb in verbs():
        wanted = options_of_help(verb)
        assert wanted >= {"folder", "config", "json", "help"}, (verb, wanted)
        assert wanted <= {name.replace("\\-", "-") for name in in_man}, verb
        line = re.search(rf"^      {verb}\) COMPREPLY=.*-W '([^']*)'", bash, re.M).group(1)
        assert set(re.findall(r"--([a-z-]+)", line)) == wanted, verb
        body = zsh.split(f"_shoal_tracker_{verb} ()")[1].split("\n}\n")[0]
        assert set(re.findall(r"--([a-z-]+)=?\}?'\[", body)) == wanted, (verb, body)
        lines = [line for line in fish.splitlines() if f"'__shoal_tracker_verb_is {verb}'" in line]
        assert {name for line in lines for name in re.findall(r" -l ([a-z-]+)", line)} == wanted, verb
        assert tracker.command(verb, "--help").stdout == tracker.command("help", verb).stdout, verb


def case_every_setting_is_explained():
    conf = page("conf").replace("\\-", "-")
    sample = tracker.command("init", "--sample").stdout
    for setting in table()["settings"]:
        key = setting["name"].partition(".")[2]
        assert f"\\fB{key}\\fR" in conf and f"\n#{key} =" in sample, key


def case_pages_are_clean():
    peers.need("mandoc")
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("man", "conf"):
            path = os.path.join(folder, {"man": "page.8", "conf": "page.5"}[kind])
            with open(path, "w", encoding="utf-8") as file:
                file.write(page(kind))
            done = subprocess.run(["mandoc", "-T", "lint", path], capture_output=True, text=True, check=False)
            words = [w for w in done.stdout.splitlines() if "cross reference" not in w and "outdated" not in w]
            assert not words, words


def case_pages_are_reproducible():
    for kind in KINDS:
        assert page(kind) == page(kind)


def case_bash_completes():
    peers.need("bash")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "script"), "w", encoding="utf-8") as file:
            file.write(page("bash"))

        def propose(*words):
            done = subprocess.run(["bash", "-c", BASH, "bash", "shoal-tracker", *words], cwd=folder, capture_output=True,
                                  text=True, check=True)
            return set(done.stdout.split())
        assert set(verbs()) < propose("")
        assert propose("ch") == {"check-config"}
        assert propose("run", "--mode", "") == {"open", "listed"}
        assert propose("token", "") == {"make", "list", "revoke"}
        assert propose("help", "st") == {"stats"}
        assert "announce.interval=" in propose("run", "--set", "announce.")


def case_shells_read_their_scripts():
    found = [shell for shell in ("bash", "zsh", "fish") if shutil.which(shell)]
    if len(found) < 3:
        raise tap.Skip("bash, zsh and fish are not all installed")
    with tempfile.TemporaryDirectory() as folder:
        for shell in found:
            path = os.path.join(folder, shell)
            with open(path, "w", encoding="utf-8") as file:
                file.write(page(shell))
            subprocess.run([shell, "-n", path], check=True, env={**os.environ, "HOME": folder})


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
