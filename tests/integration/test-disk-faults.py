#!/usr/bin/python3
"""test-disk-faults.py: each call of a download that changes a file fails once, or is the last one.

A library that is loaded before the program makes call 1, 2, 3 ... fail (tests/helpers/fault-shim.c). What
the download had put on the disk is had by the next run, which trusts the state and ends with the right bytes.
Without an argument only some of the calls are tried, with "all" every one.
"""

import errno
import os
import sys
import tempfile

from helpers import network, swarm, tap

SHIM = os.environ.get("SHOAL_FAULT_SHIM", "")
FILES = {"a.bin": 90000, "deep/b.bin": 40000, "empty": 0, "z": 5}
FEW = 3  # how many calls are tried without "all"


class Sweep:
    """One download after the other, each into a folder of its own."""

    def __init__(self, folder, name, below, *options):
        self.lab = swarm.Lab(folder, "disk-faults-" + name)
        self.below, self.options = below, options
        self.torrent = self.lab.torrent("tree", FILES, "v1", "16KiB")
        self.calls = []

    def seed(self):
        """Serves what the torrent was made of."""
        return self.lab.seed(self.torrent, env={"XDG_STATE_HOME": self.lab.path("state-of-the-seed")})

    def run(self, seed, number, what):
        """A download whose call of that number fails. Gives it, its folders, the call's name or None."""
        place = self.lab.path("place")
        env = {"XDG_STATE_HOME": os.path.join(place, "state")}
        folder = os.path.join(place, "files")
        os.makedirs(folder)
        mark = os.path.join(place, "mark")
        fault = {"LD_PRELOAD": SHIM, "SHOAL_FAULT": f"{number}:{what}", "SHOAL_FAULT_MARK": mark,
                 "SHOAL_FAULT_BELOW": os.path.join(place, self.below)}
        with self.lab.download(self.torrent, *self.options, peers_at=[seed.at()], folder=folder,
                               env={**env, **fault}) as leech:
            leech.code = leech.finishes(20)
        call = None
        if os.path.exists(mark):
            with open(mark, encoding="ascii") as file:
                call = file.read()
        return leech, folder, env, call

    def recovers(self, seed, folder, env):
        """The next run goes on where the state says, without a look at what it says is had."""
        with self.lab.download(self.torrent, "--trust-resume", peers_at=[seed.at()], folder=folder, env=env) as leech:
            leech.completes()
        self.torrent.check(folder)

    def all(self, what, judge):
        """Every call, or some; @judge looks at each."""
        with self.seed() as seed:
            step = 1
            number = 1
            while True:
                leech, folder, env, call = self.run(seed, number, what)
                if call is None:
                    assert leech.code == 0, f"{leech.code} without a fault: {leech.log}"
                    break
                self.calls.append(call)
                judge(leech, call)
                self.recovers(seed, folder, env)
                if "all" not in sys.argv and number >= FEW:
                    step = step * 2
                number += step
        tap.comment(f"{number - 1} calls, of which failed: {' '.join(self.calls)}")
        assert len(self.calls) >= 5, self.calls


def sweep(name, below, what, judge, *options):
    """A case."""
    def case():
        if not SHIM:
            raise tap.Skip("SHOAL_FAULT_SHIM is not set")
        with tempfile.TemporaryDirectory() as folder:
            Sweep(folder, name, below, *options).all(what, judge)
    case.__name__ = "case_" + name.replace("-", "_")
    return case


def faults(number, code):
    """The torrent stops with the system's word and what to do, and says it is not complete."""
    def judge(leech, call):
        if call == "mkdir":  # of the folder, which is there
            return
        assert leech.code == code, f"{call}: {leech.code}: {leech.log}"
        error = leech.events()[-1]["error"]
        assert os.strerror(number) in error["message"] and error["hint"], error
        assert not leech.events("complete"), leech.log
    return judge


def goes_on(leech, call):
    """The state is no reason to stop."""
    assert leech.code == 0, f"{call}: {leech.code}: {leech.log}"
    assert leech.last()["left"] == 0 and len(leech.events("warning")) <= 1, leech.log


def killed(leech, call):
    """It came to nothing else."""
    assert leech.code in (-9, 0), f"{call}: {leech.code}: {leech.log}"


def case_sync_fails_once():
    """What was written since the last good sync is not had, and nothing is called complete."""
    with tempfile.TemporaryDirectory() as folder:
        sweeping = Sweep(folder, "sync-fails-once", "files")
        with sweeping.seed() as seed:
            number = 1
            synced = 0
            while True:
                leech, files, env, call = sweeping.run(seed, number, str(errno.EIO))
                number += 1
                if call is None:
                    break
                if "sync" not in call:
                    continue
                synced += 1
                faults(errno.EIO, 5)(leech, call)
                with sweeping.lab.download(sweeping.torrent, "--trust-resume", peers_at=[seed.at()], folder=files,
                                           env=env) as again:
                    end = again.completes()
                    assert end["hashed"] + end["downloaded"] == end["total"], end
                sweeping.torrent.check(files)
        assert synced >= 2, synced


def case_error_at_once():
    """Of a disk that is full, while the peer would send on: the command ends by it."""
    with tempfile.TemporaryDirectory() as folder:
        sweeping = Sweep(folder, "error-at-once", "files")
        with sweeping.seed() as seed:
            leech, *_ = sweeping.run(seed, 4, str(errno.ENOSPC))
            assert leech.code == 9, leech.log


CASES = [
    sweep("full-disk", "files", str(errno.ENOSPC), faults(errno.ENOSPC, 9)),
    sweep("broken-disk", "files", str(errno.EIO), faults(errno.EIO, 5)),
    sweep("full-disk-preallocated", "files", str(errno.ENOSPC), faults(errno.ENOSPC, 9), "--preallocate"),
    sweep("short-writes", "files", "short", goes_on),
    sweep("state-on-a-full-disk", "state", str(errno.ENOSPC), goes_on),
    sweep("state-on-a-broken-disk", "state", str(errno.EIO), goes_on),
    sweep("killed", "", "kill", killed),
    case_sync_fails_once,
    case_error_at_once,
]

MORE = [
    sweep("quota", "files", str(errno.EDQUOT), faults(errno.EDQUOT, 9)),
    sweep("state-written-short", "state", "short", goes_on),
]

if __name__ == "__main__":
    network.enter()
    tap.main(CASES + MORE if "all" in sys.argv else CASES)
