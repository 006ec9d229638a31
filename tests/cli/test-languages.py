#!/usr/bin/python3
"""test-languages.py: the commands and the tracker in every language of po/LINGUAS, out of the build folder: that
they speak it, in lines and columns that hold, and that what programs read stays as it is."""

import contextlib
import os
import re
import subprocess
import tempfile
import unicodedata

import lab
from helpers import tap

TRACKER = os.environ["SHOAL_TRACKER"]
CATALOGUES = os.environ["SHOAL_LOCALEDIR"]
LINGUAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "po", "LINGUAS")
TRACKER_VERBS = ["run", "init", "check-config", "reload", "stats", "token", "import", "backup", "restore", "version",
                 "help"]

# What is said with 1, 2, 5, 21 and 100 files of a language with many forms.
FILES = {
    "ar": {1: "ملف واحد (1)", 2: "ملفين (2)", 5: "5 ملفات", 21: "21 ملفًا", 100: "100 ملف"},
    "de": {1: "1 Datei", 2: "2 Dateien"},
    "fa": {1: "1 پرونده", 2: "2 پرونده"},
    "ru": {1: "1 файле", 2: "2 файлах", 5: "5 файлах", 21: "21 файле"},
    "uz": {1: "1 ta faylda", 2: "2 ta faylda"},
}
LANGUAGES = sorted(FILES)


def speaking(language):
    """The environment of a person who reads it."""
    return {"LANGUAGE": language, "SHOAL_LOCALEDIR": CATALOGUES}


def tracker(here, *words, language="C", code=0):
    """What the tracker's command prints; "C" is English."""
    done = subprocess.run([TRACKER, *words], cwd=here.path, env=lab.environment(here.home, speaking(language)),
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=50, check=False)
    assert done.returncode == code, (words, done)
    return done.stdout.decode() + done.stderr.decode()


def columns(text):
    """How many columns of a terminal it takes."""
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) == "Cf" else 1 for c in text)


def broken(text):
    """The lines of a help that could have been broken: no command, no usage."""
    return [line for line in text.splitlines()[1:] if " " in line.strip() and not line.startswith("  shoal")]


def sentences(text):
    """Those of them that have words enough to differ in every language."""
    return {line for line in broken(text) if len(re.findall(r"[a-z]{3,}", line)) > 2}


def meanings(text):
    """Where the meanings of options begin."""
    starts = re.finditer(r"^  (?:-., |    )--\S+(?: +(?=\S)|$)", text, re.MULTILINE)
    return {columns(start.group()) for start in starts if start.group().endswith(" ")}


def case_every_catalogue_is_there():
    with open(LINGUAS, encoding="ascii") as file:
        assert file.read().split() == LANGUAGES
    for language in LANGUAGES:
        assert os.path.exists(os.path.join(CATALOGUES, language, "LC_MESSAGES", "shoal.mo")), language


def case_every_help_is_spoken_and_fits():
    with lab.Folder({}) as here:
        english = {verb: here.shoal("help", verb).out for verb in lab.VERBS}
        english |= {"tracker " + verb: tracker(here, "help", verb) for verb in TRACKER_VERBS}
        for language in LANGUAGES:
            for verb, text in english.items():
                name = verb.removeprefix("tracker ")
                said = here.shoal("help", verb, env=speaking(language)).out if name == verb else tracker(
                    here, "help", name, language=language)
                same = sentences(said) & sentences(text)
                assert not same, (language, verb, same)
                wide = [line for line in broken(said) if columns(line) > 80]
                assert not wide, (language, verb, wide)
                assert meanings(said) == meanings(text), (language, verb, said)
            assert here.shoal("--help", env=speaking(language)).out != here.shoal("--help").out
            assert tracker(here, "--help", language=language) != tracker(here, "--help")


def case_plurals_have_their_forms():
    with lab.Folder({}) as here:
        for count in (1, 2, 5, 21, 100):
            folder = f"with{count}"
            for number in range(count):
                here.write(f"{folder}/{number}", "x")
            here.shoal("create", folder, "--quiet")
            for language, forms in FILES.items():
                shown = here.shoal("show", folder + ".torrent", env=speaking(language)).out
                assert forms.get(count, "") in shown, (language, count, shown)


def case_columns_are_those_of_letters():
    with lab.Folder() as here:
        here.make()
        for language in LANGUAGES:
            shown = here.shoal("show", "content.torrent", env=speaking(language)).out
            rows = [line for line in shown.splitlines() if "  " in line.strip() and not line.startswith(" ")]
            starts = {columns(re.match(r"(?:(?!  ).)+ +", line).group()) for line in rows}
            assert starts == {16}, (language, shown)


def case_errors_are_spoken():
    with lab.Folder() as here:
        for language in LANGUAGES:
            for words in (["show", "nothing"], ["nothing"], ["create"], ["verify", "--threads", "0", "x"]):
                said = here.shoal(*words, code=None, env=speaking(language))
                assert said.err.startswith("shoal: ") and len(said.err.splitlines()) <= 2, (language, said)
                assert not lab.harmful(said.raw_err), (language, said)
                assert said.err != here.shoal(*words, code=said.code).err, (language, said)
                assert "“" not in said.err or language in ("de", "uz"), f"{language} has other quotation marks: {said}"
            assert tracker(here, "stats", "--folder", "/nowhere", language=language, code=4) != tracker(
                here, "stats", "--folder", "/nowhere", code=4)
            assert tracker(here, "nothing", language=language, code=2) != tracker(here, "nothing", code=2)


def case_what_programs_read_is_the_same():
    with lab.Folder() as here, contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="shoal-"))
        here.make()
        tracker(here, "init", folder)
        readings = [["show", "--json", "content.torrent"], ["show", "--plain", "content.torrent"],
                    ["verify", "--json", "content.torrent"], ["verify", "--plain", "content.torrent"],
                    ["completions", "bash"]]
        for language in LANGUAGES:
            for words in readings:
                assert here.shoal(*words, env=speaking(language)).out == here.shoal(*words).out, (language, words)
            for words in (["stats", "--json"], ["stats"], ["token", "list", "--json"], ["token", "list"]):
                words = [*words, "--folder", folder]
                assert tracker(here, *words, language=language) == tracker(here, *words), (language, words)
            error = here.shoal("show", "--json", "nothing", code=None, env=speaking(language)).json()["error"]
            assert error["code"] == here.shoal("show", "--json", "nothing", code=None).json()["error"]["code"], error


def case_a_configuration_is_explained_and_valid():
    with lab.Folder({}) as here:
        for language in LANGUAGES:
            sample = tracker(here, "init", "--sample", language=language)
            keys = re.findall(r"^#?[a-z-]+ =.*$|^\[.*\]$", sample, re.MULTILINE)
            assert keys == re.findall(r"^#?[a-z-]+ =.*$|^\[.*\]$", tracker(here, "init", "--sample"), re.MULTILINE)
            assert len(keys) > 30 and sample != tracker(here, "init", "--sample")
            path = here.write("sample.conf", sample)
            os.chmod(path, 0o600)
            tracker(here, "check-config", path, language=language)


tap.main([
    case_every_catalogue_is_there, case_every_help_is_spoken_and_fits, case_plurals_have_their_forms,
    case_columns_are_those_of_letters, case_errors_are_spoken, case_what_programs_read_is_the_same,
    case_a_configuration_is_explained_and_valid,
])
