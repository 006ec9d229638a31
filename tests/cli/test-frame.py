#!/usr/bin/python3
"""test-frame.py: what every verb shares: configuration, colours, JSON errors, locales, odd names."""

import os
import pty
import select
import signal
import subprocess
import tempfile
import termios

import lab
from helpers import peers, tap

ESCAPE = "\033["


# --- configuration ---

def case_configuration_gives_defaults():
    with lab.Folder() as here:
        here.config("[create]\nformat=v1\nno-date=true\ntracker=http://a.example/a;http://b.example/b\n"
                    "[profile site]\nformat=v2\nsource=SITE\n")
        here.shoal("create", "content")
        found = here.shoal("show", "--json", "content.torrent").json()
        assert found["format"] == "v1" and found["creation_date"] is None
        assert found["announce_list"] == [["http://a.example/a"], ["http://b.example/b"]]


def case_precedence():
    with lab.Folder() as here:
        here.config("[create]\nformat=v1\n[profile site]\nformat=v2\nsource=SITE\n")

        def made(*options):
            here.shoal("create", "content", "--force", *options)
            found = here.shoal("show", "--json", "content.torrent").json()
            return found["format"], found["source"]

        assert made() == ("v1", None)
        assert made("--profile", "site") == ("v2", "SITE")
        assert made("--profile", "site", "-f", "hybrid") == ("hybrid", "SITE")
        other = here.write("other", "[create]\nformat=v2\n")
        assert made("--config", other) == ("v2", None)
        here.config("[create]\ntracker=http://a.example/a\nformat=v1\n")
        here.shoal("create", "content", "--force", "-t", "http://b.example/b")
        found = here.shoal("show", "--json", "content.torrent").json()
        assert found["announce_list"] == [["http://b.example/b"]]


def case_configuration_mistakes():
    with lab.Folder() as here:
        for text in ("[create]\nformta=v1\n", "nonsense", "[create\n", "[create]\nformat\n"):
            here.config(text)
            here.shoal("create", "content", code=3).one_sentence()
            here.shoal("help")
            assert here.names() == ["content"]
        here.config("[create]\nformat=v9\n")
        here.shoal("create", "content", code=2).one_sentence()
        here.config("")
        here.shoal("create", "content", "-c", b"\xff", code=2).one_sentence()
        here.shoal("create", "content", "--profile", "none", code=3).one_sentence()
        here.shoal("create", "content", "--config", "none", code=3).one_sentence()
        os.unlink(os.path.join(here.home, ".config", "shoal", "config"))
        here.shoal("create", "content", "--profile", "none", code=3).one_sentence()
        error = here.shoal("create", "content", "--config", "none", "--json", code=3).json()["error"]
        assert error["code"] == "config", error


# --- the command line ---

def case_usage_mistakes():
    with lab.Folder() as here:
        here.make()
        for verb in lab.VERBS:
            here.shoal(verb, "--nonsense", code=2).one_sentence()
            here.shoal(verb, "--color=blue", code=2).one_sentence()
            here.shoal(verb, "--config", code=2).one_sentence()
        for verb in ("create", "show", "edit", "verify", "magnet", "completions"):
            here.shoal(verb, code=2).one_sentence()
        assert "did you mean --tracker" in here.shoal("create", "--traker", "x", code=2).err
        assert "did you mean “verify”" in here.shoal("verfy", code=2).err
        for word in ("--nonsense", "", "x\x1b[2J", b"\xff"):
            here.shoal(word, code=2).one_sentence()
        assert "behind the verb" in here.shoal("-C", "x", "show", code=2).err
        assert here.shoal("verfy", "--json", code=2).json()["error"]["code"] == "usage"
        error = here.shoal("show", "--json", "--nonsense", code=2).json()["error"]
        assert error["code"] == "usage" and "nonsense" in error["message"], error


def case_names_that_start_with_a_dash():
    with lab.Folder() as here:
        os.rename(here.at("content"), here.at("-x"))
        here.shoal("create", "-o", "t", "--", "-x")
        assert here.shoal("show", "--json", "t").json()["name"] == "-x"
        os.rename(here.at("t"), here.at("--json"))
        for verb in ("show", "verify", "magnet"):
            here.shoal(verb, "--", "--json")
        here.shoal("edit", "-c", "x", "--", "--json")
        here.shoal("create", "./-x", "-o", "u")


def case_directory():
    with lab.Folder() as here:
        os.mkdir(here.at("there"))
        here.shoal("create", "../content", "-C", "there")
        assert os.listdir(here.at("there")) == ["content.torrent"]
        here.shoal("verify", "--directory", "there", "content.torrent", "..")
        here.shoal("show", "-C", "nowhere", "x", code=4).one_sentence()
        here.shoal("show", "-C", "there/content.torrent", "x", code=4).one_sentence()


def case_json_errors_are_objects():
    with lab.Folder() as here:
        here.make()
        here.write("bad", "nonsense")
        cases = [
            (2, "usage", ["show"]), (4, "open", ["show", "none"]), (4, "expected-value", ["magnet", "bad"]),
            (5, "exists", ["create", "content"]), (4, "open", ["create", "none"]),
            (10, "lint", ["create", "content", "-p", "-o", "x"]), (2, "rehash", ["edit", "content.torrent", "-n", "x"]),
            (4, "open", ["verify", "content.torrent", "none"]), (4, "not-magnet", ["show", "magnet:x"]),
        ]
        for code, name, words in cases:
            done = here.shoal(*words, "--json", code=code)
            error = done.json()["error"]
            assert error["code"] == name and error["message"] and "hint" in error, (words, error)
            assert not [line for line in done.err.splitlines() if not line.startswith("warning: ")], done


# --- colours and progress, for each stream by itself ---

def on_terminal(here, words, stdout=True, stderr=True, env=None, until=None, seconds=30, columns=0):
    """Runs with a terminal as standard output, standard error or both; what each one got. It is
    interrupted when the terminal shows a text, or when the time is over."""
    main, side = pty.openpty()
    termios.tcsetwinsize(side, (24, columns))
    with tempfile.TemporaryFile() as file:
        process = subprocess.Popen([lab.SHOAL, *words], cwd=here.path, stdin=subprocess.DEVNULL,
                                   stdout=side if stdout else file, stderr=side if stderr else file,
                                   env=lab.environment(here.home, env))
        os.close(side)
        shown = b""
        while True:
            ready = select.select([main], [], [], seconds)[0]
            if not ready or (until is not None and until in shown):
                process.send_signal(signal.SIGINT)
                until = None
            if not ready:
                continue
            try:
                part = os.read(main, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        os.close(main)
        process.wait(30)
        file.seek(0)
        return shown.decode(), file.read().decode()


def case_colours_by_stream():
    with lab.Folder() as here:
        here.make()
        good, bad = ["show", "content.torrent"], ["show", "none"]
        terminal, _ = on_terminal(here, good)
        assert ESCAPE in terminal
        terminal, file = on_terminal(here, good, stdout=False)
        assert ESCAPE not in file and "content" in file and terminal == ""
        terminal, file = on_terminal(here, bad, stdout=False)
        assert ESCAPE in terminal and file == ""
        terminal, file = on_terminal(here, bad, stderr=False)
        assert ESCAPE not in file and "shoal: " in file and terminal == ""


def case_colours_are_switched_off_and_on():
    with lab.Folder() as here:
        here.make()
        show = ["show", "content.torrent"]
        for env, words, wanted in (
                ({"NO_COLOR": "1"}, [], False), ({"NO_COLOR": ""}, [], True), ({"TERM": "dumb"}, [], False),
                ({}, ["--no-color"], False), ({}, ["--color=never"], False), ({}, ["--color", "auto"], True),
                ({"NO_COLOR": "1"}, ["--color=always"], True), ({}, ["--plain"], False), ({}, ["--json"], False)):
            terminal, _ = on_terminal(here, show + words, env=env)
            assert (ESCAPE in terminal) == wanted, (env, words)
        assert ESCAPE in here.shoal(*show, "--color=always").out
        assert ESCAPE not in here.shoal(*show, "--json", "--color=always").out
        assert ESCAPE not in here.shoal(*show).out


def case_progress_needs_a_terminal():
    with lab.Folder({}) as here:
        lab.sparse(here.at("big"), 200 << 30)
        words = ["create", "big", "-f", "v1", "--allow", "many-pieces", "--dry-run"]
        here.shoal(*words)
        words[-1] = "-q"
        terminal, _ = on_terminal(here, words[:-1], stdout=False, until=b"ETA")
        assert "Hashing" in terminal and "iB/s" in terminal and "[" in terminal, terminal
        assert "\r\033[K" in terminal and "once more to stop at once" in terminal, terminal
        for env, extra in (({"TERM": "dumb"}, []), ({}, ["-q"])):
            terminal, _ = on_terminal(here, words[:-1] + extra, stdout=False, env=env, seconds=1)
            assert "Hashing" not in terminal, terminal
        assert here.names() == ["big", "content"] or here.names() == ["big"], here.names()


def widest(text):
    """The columns of the longest line that could have been broken."""
    lines = [line for line in text.splitlines() if " " in line.strip() and not line.startswith(("  shoal ", "Usage: "))]
    return max(map(len, lines))


def case_help_fits_its_terminal():
    with lab.Folder({}) as here:
        for verb in lab.VERBS:
            words = here.shoal("help", verb).out.split()
            for columns in (60, 80, 100):
                shown, _ = on_terminal(here, ["help", verb], columns=columns)
                assert widest(shown) <= columns, (verb, columns, shown)
                assert shown.split() == words, (verb, columns)
            assert widest(here.shoal("help", verb).out) <= 80, verb
        narrow, _ = on_terminal(here, ["help", "create"], columns=10)
        assert narrow.split() == here.shoal("help", "create").out.split()


# --- locales ---

def turkish(here):
    """A folder of locales with tr_TR.UTF-8, where 'i' has no dotless capital."""
    peers.need("localedef")
    made = subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8", here.at("tr_TR.UTF-8")],
                          capture_output=True, check=False)
    if not os.path.exists(here.at("tr_TR.UTF-8", "LC_CTYPE")):
        raise tap.Skip("no Turkish locale could be made: " + made.stderr.decode()[:80].strip())
    return {"LOCPATH": here.path, "LC_ALL": "tr_TR.UTF-8"}


def stable_in(here, env):
    """A torrent and the record of it, made in a locale."""
    here.shoal("create", "content", "--no-date", "-o", "t", "--force", "-t", "HTTPS://I.example/", "-c", "ı",
               "-s", "32kib", env=env)
    shown = here.shoal("show", "--plain", "t", env=env).raw + here.shoal("show", "--json", "t", env=env).raw
    return here.read("t"), shown


def case_locales_change_nothing():
    with lab.Folder({"I": 5, "i": 6, "ä": 7, "Z": 8, "a/ü": 9}) as here:
        extra = {"LC_ALL": "C.UTF-8"}
        here.config("[create]\nallow=case-clash\n")
        first = stable_in(here, extra)
        for env in ({"LC_ALL": "C"}, {"LC_ALL": "POSIX", "LANGUAGE": "de"}, {"LC_ALL": "xx_XX.UTF-8"}):
            assert stable_in(here, env) == first, env


def case_a_turkish_locale_changes_nothing():
    with lab.Folder({"I": 5, "i": 6, "ı": 7, "İ": 8}) as here:
        env = turkish(here)
        here.config("[create]\nallow=case-clash\n")
        assert stable_in(here, env) == stable_in(here, {"LC_ALL": "C.UTF-8"})


# --- the question before a file is written over ---

def answer(here, words, text):
    """Runs on a terminal and types an answer; the exit code and what was shown."""
    main, side = pty.openpty()
    process = subprocess.Popen([lab.SHOAL, *words], cwd=here.path, stdin=side, stdout=side, stderr=side,
                               env=lab.environment(here.home))
    os.close(side)
    os.write(main, text.encode())
    shown = b""
    while select.select([main], [], [], 30)[0]:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(main)
    return process.wait(30), shown.decode()


def case_overwriting_is_asked_for():
    with lab.Folder() as here:
        words = ["create", "content", "-o", "t", "-c", "second"]
        for answered, code in (("n\n", 5), ("\n", 5), ("y\n", 0)):
            here.make("-c", "first", name="t")
            got, shown = answer(here, words, answered)
            assert got == code and "Write over it?" in shown, (answered, got, shown)
            comment = here.shoal("show", "--json", "t").json()["comment"]
            assert comment == ("second" if code == 0 else "first")
        here.make("-c", "first", name="t")
        got, shown = answer(here, [*words, "--no-input"], "y\n")
        assert got == 5 and "Write over it?" not in shown
        here.shoal(*words, code=5).one_sentence()
        here.shoal(*words, "--yes")
        here.shoal("edit", "t", "-c", "third", "-o", "content.torrent")
        here.shoal("edit", "t", "-c", "third", "-o", "content.torrent", code=5).one_sentence()
        here.shoal("edit", "t", "-c", "third", "-o", "content.torrent", "-y")


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
