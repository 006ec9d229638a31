#!/usr/bin/python3
"""test-table.py: help, man pages and completions say the same, and the tools that read them agree."""

import os
import re
import shutil
import subprocess

import lab
from helpers import peers, tap

LONG = re.compile(r"--([a-z][a-z-]*)")
BASH = r"""
source ./shoal
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_shoal
printf '%s\n' "${COMPREPLY[@]}"
"""


def options_of_help(text):
    """The options that the help lists."""
    return {m.group(1) for m in re.finditer(r"^ {2}(?:-\w, | {4})--([a-z-]+)", text, re.M)}


def options_of_man(text):
    """Those of a man page."""
    return {m.group(1).replace("\\-", "-") for m in re.finditer(r"^(?:\\fB\\-\w\\fR, )?\\fB\\-\\-([a-z\\-]+)\\fR", text, re.M)}


def options_of_bash(text, verb):
    """Those that bash proposes for a verb."""
    line = re.search(rf"^      {verb}\) COMPREPLY=.*-W '([^']*)'", text, re.M).group(1)
    return set(LONG.findall(line))


def options_of_zsh(text, verb):
    """Those that zsh proposes."""
    body = text.split(f"_shoal_{verb} ()")[1].split("\n}\n")[0]
    return {m.group(1) for m in re.finditer(r"^    (?:'\*'|'\(.*?\)')?\{?(?:-\w\+?,)?--([a-z-]+)", body, re.M)}


def options_of_fish(text, verb):
    """Those that fish proposes."""
    lines = [line for line in text.splitlines() if f"'__shoal_verb_is {verb}'" in line]
    return {m.group(1) for line in lines for m in re.finditer(r" -l ([a-z-]+)", line)}


def case_options_are_the_same_everywhere():
    with lab.Folder({}) as here:
        scripts = {s: here.shoal("completions", s).out for s in ("bash", "zsh", "fish")}
        for verb in lab.VERBS:
            wanted = options_of_help(here.shoal("help", verb).out)
            assert {"json", "plain", "help", "config"} <= wanted, (verb, wanted)
            assert options_of_man(here.shoal("help", "--man", verb).out) == wanted, verb
            assert options_of_bash(scripts["bash"], verb) == wanted, verb
            assert options_of_zsh(scripts["zsh"], verb) == wanted, verb
            assert options_of_fish(scripts["fish"], verb) == wanted, verb


def case_every_option_is_taken():
    with lab.Folder({}) as here:
        for verb in lab.VERBS:
            text = here.shoal("help", verb).out
            for option in options_of_help(text):
                value = "=auto" if option == "color" else "=1" if f"--{option}=" in text else ""
                assert here.shoal(verb, f"--{option}{value}", "--help").out == text, (verb, option)
                if value:
                    here.shoal(verb, f"--{option}", code=2).one_sentence()
                else:
                    here.shoal(verb, f"--{option}=x", code=2).one_sentence()


def case_values_are_proposed():
    with lab.Folder({}) as here:
        for shell in ("bash", "zsh", "fish"):
            text = here.shoal("completions", shell).out
            for words in ("v1 v2 hybrid", "auto always never", "path size", "bash zsh fish"):
                assert words in text, (shell, words)
            assert "private-trackerless" in text and ".torrent" in text


def propose(here, *words):
    """What bash proposes for the last of these words."""
    done = subprocess.run(["bash", "-c", BASH, "bash", *words], cwd=here.path, capture_output=True,
                          text=True, check=True)
    return set(done.stdout.split())


def case_bash_completes():
    peers.need("bash")
    with lab.Folder({}) as here:
        here.write("shoal", here.shoal("completions", "bash").out)
        subprocess.run(["bash", "-n", here.at("shoal")], check=True)
        here.write("a.torrent", "")
        here.write("b.txt", "")
        assert set(lab.VERBS) < propose(here, "shoal", "")
        assert propose(here, "shoal", "cr") == {"create"}
        assert propose(here, "shoal", "create", "--form") == {"--format"}
        assert propose(here, "shoal", "create", "--format", "") == {"v1", "v2", "hybrid"}
        assert propose(here, "shoal", "create", "--format", "=", "v") == {"v1", "v2"}
        assert propose(here, "shoal", "create", "--format", "=") == {"v1", "v2", "hybrid"}
        assert propose(here, "shoal", "create", "-C", "") == folders(here)
        assert propose(here, "shoal", "show", "") == {"a.torrent"} | folders(here)
        assert "b.txt" in propose(here, "shoal", "verify", "a.torrent", "")
        assert propose(here, "shoal", "create", "--tracker", "") == set()
        assert propose(here, "shoal", "help", "ve") == {"verify"}
        assert propose(here, "shoal", "completions", "") == {"bash", "zsh", "fish"}


def case_bash_completion_loads_the_script():
    loader = "/usr/share/bash-completion/bash_completion"
    if not os.path.exists(loader):
        raise tap.Skip("bash-completion is not installed")
    with lab.Folder({}) as here:
        here.write("completions/shoal", here.shoal("completions", "bash").out)
        script = f"source {loader}; _completion_loader shoal; complete -p shoal"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True,
                              env=lab.environment(here.home, {"BASH_COMPLETION_USER_DIR": here.path}))
        assert done.stdout == "complete -F _shoal shoal\n", done


def folders(here):
    """The folders that lie there."""
    return {name for name in here.names() if os.path.isdir(here.at(name))}


def case_zsh_and_fish_read_their_scripts():
    found = [shell for shell in ("zsh", "fish") if shutil.which(shell)]
    if len(found) < 2:
        raise tap.Skip("zsh and fish are not both installed")
    with lab.Folder({}) as here:
        for shell in found:
            path = here.write(shell, here.shoal("completions", shell).out)
            subprocess.run([shell, "-n", path], check=True, env=lab.environment(here.home))


def case_fish_completes():
    peers.need("fish")
    with lab.Folder({}) as here:
        here.write("shoal.fish", here.shoal("completions", "fish").out)

        def complete(line):
            done = subprocess.run(["fish", "--no-config", "-c", f"source shoal.fish; complete -C '{line}'"],
                                  cwd=here.path, capture_output=True, text=True, check=True,
                                  env=lab.environment(here.home))
            return {row.split("\t")[0] for row in done.stdout.splitlines()}

        here.write("a.torrent", "")
        assert set(lab.VERBS) <= complete("shoal "), complete("shoal ")
        assert complete("shoal create --format=") == {"--format=v1", "--format=v2", "--format=hybrid"}
        assert "a.torrent" in complete("shoal show ")
        assert "--no-trackers" in complete("shoal magnet --no-")


def case_zsh_completes_descriptions():
    peers.need("zsh")
    with lab.Folder({}) as here:
        here.write("_shoal", here.shoal("completions", "zsh").out)
        script = "autoload -Uz compinit; compinit -u -D; source ./_shoal; print -r -- $_comps[shoal]; " \
                 "whence -w _shoal_create"
        done = subprocess.run(["zsh", "-f", "-c", script], cwd=here.path, capture_output=True, text=True,
                              check=True, env=lab.environment(here.home))
        assert done.stdout.split() == ["_shoal", "_shoal_create:", "function"], done


def case_every_text_can_be_translated():
    peers.need("xgettext")
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    done = subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=ngettext:1,2",
                           "--add-comments", "-f", "po/POTFILES.in", "-o", "-"], cwd=root, capture_output=True,
                          text=True, check=True)
    # A format in a macro, such as G_GUINT64_FORMAT, would cut the text short.
    assert done.stderr == "", done.stderr
    assert done.stdout.count("\nmsgid ") > 200


def pages(here):
    """{name: text} of all man pages, with a date."""
    found = {}
    for verb in [""] + lab.VERBS:
        words = ["help", "--man"] + ([verb] if verb else [])
        found[f"shoal-{verb}.1" if verb else "shoal.1"] = here.shoal(
            *words, env={"SOURCE_DATE_EPOCH": "1700000000"}).out
    return found


def case_man_pages_have_their_sections():
    sections = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "FILES",
                "ENVIRONMENT", "SEE ALSO"]
    with lab.Folder({}) as here:
        for name, text in pages(here).items():
            wanted = [s for s in sections if s != "OPTIONS" or name != "shoal.1"]
            assert re.findall(r"^\.SH (.*)", text, re.M) == wanted, name
            assert '"2023-11-14"' in text
        assert '1 "" "Shoal' in here.shoal("help", "--man").out


def case_man_pages_are_clean():
    peers.need("mandoc")
    with lab.Folder({}) as here:
        for name, text in pages(here).items():
            path = here.write(name, text)
            done = subprocess.run(["mandoc", "-T", "lint", path], capture_output=True, text=True, check=False)
            # Pages refer to each other, which are not installed while testing.
            words = [w for w in done.stdout.splitlines() if "cross reference" not in w and "outdated" not in w]
            assert not words, words


def case_man_pages_are_reproducible():
    with lab.Folder({}) as here:
        assert pages(here) == pages(here)


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
