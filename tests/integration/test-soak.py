#!/usr/bin/python3
"""test-soak.py: seeds that live long, while leeches come, complete, leave and are killed.

    test-soak.py SECONDS [SEED]

Each torrent has one seed for the whole time. Leeches find it through a tracker, which is restarted now and
then, or are told of it; strangers connect and talk nonsense. What every leech has completed is compared with
what was sent. After a quarter of the time and at its end everybody but the seeds leaves, and what a seed
then holds, memory and descriptors, must not have grown in between.
"""

import contextlib
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time

from helpers import network, others, relay, swarm, tap

TORRENTS = [("v1", 2000003), ("hybrid", {"a": 1500001, "b/c": 700000, "empty": 0}), ("hybrid", 900001),
            ("v1", {f"{n}": n * 1009 for n in range(60)}), ("hybrid", {f"d{n % 5}/{n}": n * 1013 for n in range(50)}),
            ("v1", 5000000)]
LEECHES = 5
GROWTH = 1 << 20


class Leech:
    """One download, and what it has to end with."""

    def __init__(self, process, torrent, ends_with):
        self.process, self.torrent, self.ends_with = process, torrent, ends_with

    def reap(self):
        """Looks at what has ended: all is there, or it has ended as it was told to."""
        code = self.process.finishes(20)
        assert code in (0, self.ends_with), f"{self.process.name} ended with {code}: {self.process.log}"
        if code == 0:
            self.torrent.check(self.process.folder)
        shutil.rmtree(self.process.folder, ignore_errors=True)
        os.unlink(self.process.log)
        return code == 0


class Held:
    """What a process holds at a quiet moment."""

    def __init__(self, pid):
        self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file if ":" in line)
        self.memory = int(fields["Anonymous"].split()[0]) << 10

    def __str__(self):
        return f"{self.memory >> 10} KiB, {self.descriptors} descriptors"


class Soak:
    """The torrents, their seeds, the tracker, and whoever comes and goes."""

    def __init__(self, lab, chance):
        self.lab, self.random = lab, chance
        self.port = network.free_ports(1)[0]
        self.torrents = [lab.torrent(f"t{i}", files, kind, "16KiB", others.tracker_urls(self.port).values())
                         for i, (kind, files) in enumerate(TORRENTS)]
        self.open = contextlib.ExitStack()
        self.seeds, self.leeches, self.count = [], [], {}
        self.tracker = None

    def __enter__(self):
        if others.may_become_nobody() and shutil.which("opentracker"):
            self.restart_tracker()
        for torrent in self.torrents:
            self.seeds.append(self.open.enter_context(
                self.lab.seed(torrent, "--many-per-address", trackers=self.tracker is not None)))
        self.places = [seed.at() for seed in self.seeds]
        self.relays = [self.open.enter_context(relay.Relay(place, rate=1 << 20)) for place in self.places]
        return self

    def __exit__(self, *_):
        for leech in self.leeches:
            leech.process.stop()
        self.open.close()
        if self.tracker:
            self.tracker.stop()

    def note(self, what):
        """Counts what was done, for the report."""
        self.count[what] = self.count.get(what, 0) + 1

    # --- what may happen ---

    def join(self):
        """A leech, which is fast, slow, or finds its peers itself."""
        number = self.random.randrange(len(self.torrents))
        way = self.random.choice(["fast", "slow", "slow", "tracker"])
        at = {"fast": [self.places[number]], "slow": [self.relays[number].at], "tracker": []}[way]
        if len(self.leeches) >= LEECHES or (way == "tracker" and not self.tracker):
            return
        process = self.lab.download(self.torrents[number], "--many-per-address", peers_at=at,
                                    trackers=way == "tracker")
        self.leeches.append(Leech(process, self.torrents[number], 0))
        self.note("joined " + way)

    def leave(self, number=signal.SIGTERM, code=143):
        """A leech is asked to end."""
        # One that has said nothing yet may not listen to a signal yet: it would end by it, and not by itself.
        staying = [leech for leech in self.leeches if leech.ends_with == 0 and leech.process.events()]
        if staying:
            leech = self.random.choice(staying)
            leech.ends_with = code
            os.kill(leech.process.pid, number)

    def kill(self):
        """A leech dies."""
        self.leave(signal.SIGKILL, -signal.SIGKILL)

    def stranger(self):
        """Somebody connects to a seed, says what is no handshake, and goes at once or after a while."""
        with contextlib.suppress(OSError), socket.socket() as stream:
            host, port = relay.endpoint(self.random.choice(self.places))
            stream.settimeout(1)
            stream.connect((host, port))
            stream.sendall(self.random.randbytes(self.random.choice([0, 1, 68, 3000])))
            if self.random.random() < 0.3:
                stream.recv(1)
        self.note("stranger")

    def restart_tracker(self):
        """The tracker forgets everybody."""
        if self.tracker:
            self.tracker.stop()
        self.tracker = others.opentracker(self.lab, self.port, self.torrents)
        self.note("tracker started")

    def reap(self):
        """Those that have ended go."""
        for leech in [leech for leech in self.leeches if not leech.process.running()]:
            self.leeches.remove(leech)
            self.note("completed" if leech.reap() else f"ended with {leech.ends_with}")

    # --- the course ---

    def run(self, seconds):
        """Lets things happen for so long."""
        end = time.monotonic() + seconds
        tracker_at = time.monotonic() + 20
        while time.monotonic() < end:
            happens = self.random.choices([self.join, self.leave, self.kill, self.stranger], [12, 1, 2, 4])[0]
            happens()
            self.reap()
            if self.tracker and time.monotonic() > tracker_at:
                self.restart_tracker()
                tracker_at = time.monotonic() + 20
            time.sleep(self.random.uniform(0, 0.15))

    def rest(self):
        """Everybody but the seeds leaves; what each seed then holds."""
        while self.leeches:
            self.leave()
            self.reap()
            time.sleep(0.05)
        assert all(seed.running() for seed in self.seeds), [seed.log for seed in self.seeds]
        for seed in self.seeds:
            network.until(lambda s=seed: s.last()["peers"] == 0, 20, f"nobody is connected ({seed.log})")
        return [Held(seed.pid) for seed in self.seeds]


def compare(seed, before, after):
    """Fails when a seed has grown."""
    tap.comment(f"{seed.name}: {before}, then {after}")
    assert after.descriptors <= before.descriptors, f"{seed.log}: {before}, then {after}"
    assert after.memory <= before.memory + GROWTH, f"{seed.log}: {before}, then {after}"


def soak(seconds, seed):
    """The one case."""
    with tempfile.TemporaryDirectory() as folder:
        with Soak(swarm.Lab(folder, "soak"), random.Random(seed)) as world:
            world.run(seconds / 4)
            before = world.rest()
            world.run(seconds * 3 / 4)
            after = world.rest()
            tap.comment(world.count)
            for process, *held in zip(world.seeds, before, after):
                compare(process, *held)
            assert world.count.get("completed", 0) > 10, world.count


def main(seconds, seed=None):
    """Prints what another run needs for the same course of things."""
    network.enter()
    seed = seed or os.urandom(4).hex()
    tap.comment(f"seed {seed}")

    def case_seeds_do_not_grow():
        soak(int(seconds), seed)
    tap.main([case_seeds_do_not_grow])


if __name__ == "__main__":
    main(*sys.argv[1:])
