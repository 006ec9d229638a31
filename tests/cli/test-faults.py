#!/usr/bin/python3
"""test-faults.py: what a hostile system does to the command: no permission, no space, signals, files that
change under it, standard streams that are closed, full or break."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import lab
from helpers import network, tap, trees

NOBODY = 65534
BIG = 40 << 30  # of zeros: longer than any test waits, however fast the machine


def opened(process, path):
    """Whether the process has the file open."""
    folder = f"/proc/{process.pid}/fd"
    try:
        return any(os.path.realpath(os.path.join(folder, fd)) == os.path.realpath(path) for fd in os.listdir(folder))
    except OSError:
        return False


def wait_until_open(process, path):
    """Returns when the process reads the file."""
    network.until(lambda: opened(process, path) or process.poll() is not None, 20, "the file is open")
    assert process.poll() is None, process.communicate()


# --- permissions ---

def case_unreadable_files():
    with lab.Folder() as here:
        user = {}
        if os.geteuid() == 0:
            user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            try:
                here.shoal("--version", **user)
            except (PermissionError, AssertionError):
                raise tap.Skip("the program lies where nobody else may go") from None
        raw = here.make()
        here.write("t", raw)
        os.chmod(here.base, 0o755)
        os.chmod(here.at("t"), 0)
        for words in (["show", "t"], ["verify", "t"], ["edit", "t", "-c", "x"], ["magnet", "t"]):
            assert "Permission denied" in here.shoal(*words, code=4, **user).one_sentence()
        os.chmod(here.at("t"), 0o644)
        os.chmod(here.at("content", "a.bin"), 0)
        os.mkdir(here.at("open"))
        os.chmod(here.at("open"), 0o777)
        assert "a.bin" in here.shoal("create", "content", "-o", "open", code=4, **user).one_sentence()
        assert os.listdir(here.at("open")) == []
        done = here.shoal("verify", "t", code=6, **user)
        assert "unreadable" in done.out and "Permission denied" in done.out, done
        assert here.shoal("verify", "--json", "t", code=6, **user).json()["files"][0]["reason"]
        os.chmod(here.at("content", "a.bin"), 0o644)
        os.chmod(here.at("content", "sub"), 0)
        here.shoal("create", "content", "-o", "open", code=4, **user).one_sentence()
        os.chmod(here.at("content", "sub"), 0o755)
        # Known before the search: nobody is asked.
        for words in (["create", "content", "-o", "u"], ["edit", "t", "-c", "x"], ["edit", "t", "-c", "x", "-o", "u"],
                      ["resolve", "0" * 40, "-o", "u"], ["resolve", "0" * 40],
                      ["download", f"magnet:?xt=urn:btih:{'0' * 40}", "--stop-on-metadata"]):
            assert "Permission denied" in here.shoal(*words, code=5, **user).one_sentence(), words
        os.mkdir(here.at("shut"))
        transfer = ["download", "t", "-d", "shut", "--bind", "127.0.0.1", "--no-trackers"]
        assert "Permission denied" in here.shoal(*transfer, code=5, **user).err
        events = here.shoal(*transfer, "--json", code=5, **user).out.splitlines()
        assert json.loads(events[-1])["event"] == "error" and json.loads(events[-1])["error"]["code"] == "write", events
        assert here.names() == ["content", "content.torrent", "open", "shut", "t"] and here.read("t") == raw


def case_pipes_and_devices():
    with lab.Folder() as here:
        here.make("-f", "v1")
        os.mkfifo(here.at("content", "pipe"))
        assert "pipes or devices" in here.shoal("create", "content", "-o", "t").err
        here.shoal("create", "content/pipe", code=4).one_sentence()
        os.unlink(here.at("content", "a.bin"))
        os.rename(here.at("content", "pipe"), here.at("content", "a.bin"))
        found = here.shoal("verify", "--json", "content.torrent", code=6).json()
        assert found["files"][0]["state"] == "not-a-file", found
        os.mkfifo(here.at("p"))
        for words in (["-o", "p"], ["-o", "p", "--force"], ["-o", "/dev/full", "--force"]):
            here.shoal("create", "content", *words, code=5).one_sentence()
        os.symlink("p", here.at("link"))
        here.shoal("create", "content", "-o", "link", "--force", code=5).one_sentence()
        assert os.path.islink(here.at("link")) and here.names() == ["content", "content.torrent", "link", "p", "t"]
        here.shoal("create", "content", "-o", "x", "--reuse", "p", code=4).one_sentence()


# --- space ---

FULL = """
mount -t tmpfs -o size=$1 none "$2" && cd "$2" && shift 2 || exit 99
"$@"
code=$?
ls -A
exit $code
"""


def on_small_disk(here, size, *words):
    """Runs in a tmpfs of that size, and lists what is left there."""
    way = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*way, "true"], capture_output=True, check=False).returncode != 0:
        raise tap.Skip("this system lets no mount namespace be made")
    run = subprocess.run([*way, "sh", "-c", FULL, "sh", size, here.at("small"), lab.SHOAL, *words], cwd=here.path,
                         env=lab.environment(here.home), capture_output=True, check=False)
    return lab.Done(run.returncode, run.stdout, run.stderr)


def case_full_disk():
    with lab.Folder({"a": 3000000}) as here:
        os.mkdir(here.at("small"))
        raw = here.make("-s", "16KiB", "-f", "v1", "-c", "x" * 20000)
        for words in (["create", here.at("content"), "-s", "16KiB", "-c", "x" * 20000],
                      ["create", here.at("content"), "-s", "16KiB", "-c", "x" * 20000, "--force"],
                      ["edit", here.at("content.torrent"), "-c", "x" * 30000, "-o", "t"]):
            done = on_small_disk(here, "16k", *words)
            assert done.code == 9 and "No space left" in done.one_sentence(), done
            assert done.out.split() == [], done
            done = on_small_disk(here, "16k", *words, "--json")
            assert done.code == 9 and '"no-space"' in done.out, done
        assert here.read("content.torrent") == raw
        assert on_small_disk(here, "1m", "create", here.at("content")).code == 0


# --- standard streams ---

def case_standard_output_is_full():
    with lab.Folder({f"{i:04}": 1 for i in range(2000)}) as here:
        here.make()
        with open("/dev/full", "wb") as full:
            for words in (["show", "content.torrent"], ["show", "--json", "--files", "content.torrent"],
                          ["show", "--files", "content.torrent"], ["help"], ["help", "create"], ["--version"],
                          ["magnet", "content.torrent"], ["completions", "bash"], ["verify", "content.torrent"],
                          ["create", "content", "-o", "-"], ["edit", "content.torrent", "-c", "x", "-o", "-"]):
                done = lab.finish(here.start(*words, stdout=full))
                assert done.code == 9 and "could not be written: No space" in done.err, (words, done)
                assert len([line for line in done.err.splitlines() if line]) == 1, (words, done)


def case_standard_output_is_closed():
    with lab.Folder() as here:
        raw = here.make()
        for words in (["show", "content.torrent"], ["create", "content", "-o", "-"], ["verify", "content.torrent"],
                      ["create", "content", "-o", "t", "--force"], ["help"]):
            done = lab.finish(here.start(*words, stdout=None, preexec_fn=lambda: os.close(1)))
            assert done.code == 5 and "could not be written" in done.err, (words, done)
        assert here.read("content.torrent") == raw
        here.shoal("show", "t")
        done = lab.finish(here.start("show", "-", stdin=None, preexec_fn=lambda: os.close(0)))
        assert done.code == 4 and done.one_sentence(), done
        done = lab.finish(here.start("show", "none", stderr=None, preexec_fn=lambda: os.close(2)))
        assert done.code == 4, done


def case_standard_output_breaks():
    with lab.Folder({f"{i:05}": 1 for i in range(3000)}) as here:
        here.make()
        for words in (["show", "--files", "content.torrent"], ["create", "content", "-o", "-"],
                      ["show", "--json", "content.torrent"]):
            process = here.start(*words)
            process.stdout.read(10)
            process.stdout.close()
            err = process.stderr.read()
            process.stderr.close()
            assert process.wait(30) == 5 and err == b"", (words, err)
        assert here.names() == ["content", "content.torrent"]


# --- signals ---

def case_signals_at_many_moments():
    with lab.Folder({}) as here:
        lab.sparse(here.at("big"), BIG)
        os.mkdir(here.at("out"))
        for number in (signal.SIGINT, signal.SIGTERM):
            for step in range(12):
                process = here.start("create", "big", "-o", "out", "-f", "v1", "-s", "16MiB")
                try:
                    process.wait(0.001 * 1.7 ** step)
                except subprocess.TimeoutExpired:
                    process.send_signal(number)
                done = lab.finish(process)
                # Before the command could say what it wants, the signal ends it: a shell shows the same number.
                assert done.code in (128 + number, -number), (step, done)
                assert os.listdir(here.at("out")) == [], step
                assert done.code == -number or "stopped" in done.one_sentence(), done


def case_signals_stop_every_verb():
    with lab.Folder({}) as here:
        lab.sparse(here.at("big"), BIG)
        size, piece = BIG, 1 << 24
        here.write("t", lab.bencode({"info": {"name": "big", "piece length": piece, "length": size,
                                              "pieces": b"x" * 20 * (size // piece)}}))
        for number in (signal.SIGINT, signal.SIGTERM):
            process = here.start("verify", "t")
            wait_until_open(process, here.at("big"))
            process.send_signal(number)
            done = lab.finish(process)
            assert done.code == 128 + number and done.out == "" and done.one_sentence(), done
            process = here.start("verify", "t", "--json")
            wait_until_open(process, here.at("big"))
            process.send_signal(number)
            assert lab.finish(process).json()["error"]["code"] == "cancelled"
            process = here.start("create", "big", "-o", "x", "-f", "v1", "-s", "16MiB", "--reuse", "t")
            wait_until_open(process, here.at("big"))
            process.send_signal(number)
            assert lab.finish(process).code == 128 + number
            process = here.start("show", "-", stdin=subprocess.PIPE)
            network.until(lambda p=process: catches(p, signal.SIGTERM), 20, "signals are caught")
            process.send_signal(number)
            process.wait(20)
            done = lab.finish(process)
            assert done.code == 128 + number and "stopped" in done.one_sentence(), done
        assert here.names() == ["big", "t"] or here.names() == ["big", "content", "t"], here.names()


def case_signals_stop_what_waits_for_a_server():
    with lab.Folder() as here, socket.create_server(("127.0.0.1", 0)) as server:
        at = f"http://127.0.0.1:{server.getsockname()[1]}"
        here.make("-t", f"{at}/announce", "--allow", "local-tracker")
        here.write("token", "shoal_secret")
        admin = ["--server", at, "--token-file", "token"]
        for words in (["tracker", "announce", "content.torrent"], ["tracker", "scrape", "content.torrent"],
                      ["tracker", "list", "--server", at], ["tracker", "add", "content.torrent", *admin],
                      ["tracker", "stats", *admin], ["tracker", "reload", *admin], ["download", at]):
            process = here.start(*words, "--json")
            connection, _peer = server.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                done = lab.finish(process)
            assert done.code == 130, (words, done)
            error = done.json()["error"]
            assert (error["code"], error["message"]) == ("cancelled", "stopped"), (words, error)


def catches(process, number):
    """Whether a process has a handler for a signal, and waits for input."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        status = dict(line.split(":", 1) for line in file if ":" in line)
    return bool(int(status["SigCgt"], 16) & 1 << (number - 1)) and status["State"].strip().startswith("S")


def case_a_second_signal_ends_at_once():
    with lab.Folder({}) as here:
        lab.sparse(here.at("big"), BIG)
        process = here.start("create", "big", "-o", "x", "-f", "v1", "-s", "16MiB")
        wait_until_open(process, here.at("big"))
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert lab.finish(process).code in (130, 143)
        assert not os.path.exists(here.at("x"))


# --- files that change ---

def act_while_open(process, path, act):
    """Acts while the process has the file open: it stands still meanwhile. Whether there was such a moment: on a busy machine
    it may have read the whole file before it was looked at."""
    network.until(lambda: opened(process, path) or process.poll() is not None, 20, "the file is open")
    process.send_signal(signal.SIGSTOP)
    network.until(lambda: stands_still(process), 20, "it stands still")
    there = opened(process, path)
    if there:
        act()
    process.send_signal(signal.SIGCONT)
    return there


def stands_still(process):
    """Whether it is stopped, or has ended."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0] in "TZ"


def while_hashing(act, *options, size=BIG, code=4, before=()):
    """Runs create, and the act while the large file is being read; the command's end."""
    with lab.Folder({}) as here:
        os.makedirs(here.at("content"), exist_ok=True)
        big = here.at("content", "a-big")
        for name in before:
            here.write(os.path.join("content", name), "x" * 1000)
        acted = False
        while not acted:
            lab.sparse(big, size)
            process = here.start("create", "content", "-f", "v1", "-s", "16MiB", "-j", "1", *options)
            acted = act_while_open(process, big, lambda: act(here, size))
            done = lab.finish(process)
            if not acted:
                assert done.code == 0, done
                os.unlink(here.at("content.torrent"))
                size *= 2
        assert done.code == code, done
        assert here.names() == ["content"], here.names()
        return done.one_sentence() if "--json" not in options else done.json()["error"]["code"]


def case_a_file_shrinks():
    assert "became shorter" in while_hashing(lambda here, _size: os.truncate(here.at("content", "a-big"), 10))
    assert while_hashing(lambda here, _size: os.truncate(here.at("content", "a-big"), 0), "--json") == "file-shrank"


def case_a_file_grows():
    assert "changed while" in while_hashing(lambda here, size: os.truncate(here.at("content", "a-big"), size + 1), size=1 << 30)


def case_a_file_is_written_to():
    def write(here, _size):
        with open(here.at("content", "a-big"), "r+b") as file:
            file.write(b"x")
    assert "changed while" in while_hashing(write, size=1 << 30)


def case_a_file_vanishes():
    said = while_hashing(lambda here, _size: os.unlink(here.at("content", "b")), size=1 << 30, before=["b"])
    assert "“content/b”" in said and "went away" in said, said


def case_a_file_is_replaced():
    def replace(here, _size):
        trees.make(here.at("other"), {"b": 1000}, seed=5)
        os.rename(here.at("other", "b"), here.at("content", "b"))
        os.rmdir(here.at("other"))
    assert "“content/b”" in while_hashing(replace, size=1 << 30, before=["b"])


def case_a_folder_vanishes():
    said = while_hashing(lambda here, _size: shutil.rmtree(here.at("content", "sub")), size=1 << 30, before=["sub/b"])
    assert "“content/sub/b”" in said, said


def case_files_change_while_they_are_verified():
    with lab.Folder({"z": 1000}) as here:
        big = here.at("content", "a-big")
        lab.sparse(big, 1 << 30)
        here.make("-f", "v1", "-s", "16MiB")
        for act in (lambda: os.unlink(here.at("content", "z")), lambda: os.truncate(big, 1 << 24)):
            acted = False
            while not acted:
                process = here.start("verify", "content.torrent", "--json", "-j", "1")
                acted = act_while_open(process, big, act)
                done = lab.finish(process)
                assert acted or done.code == 0, done
            assert done.code == 6 and not done.json()["good"], done


if __name__ == "__main__":
    tempfile.tempdir = os.environ.get("TMPDIR", "/tmp")
    sys.setswitchinterval(0.001)
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
