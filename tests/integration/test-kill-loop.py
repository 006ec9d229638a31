#!/usr/bin/python3
"""test-kill-loop.py: `shoal create` and `shoal download`, killed at random moments again and again.

    test-kill-loop.py CYCLES SECONDS [SEED [CASE]]

A cycle is one run that is killed. CYCLES are done of each case, or of CASE alone, unless SECONDS are over
before; the seed of the moments is printed, and the same seed gives the same ones.
"""

import concurrent.futures
import contextlib
import functools
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from helpers import network, quota, relay, swarm, tap, trees

PIECE = 1 << 16
TREE = {"a.bin": 2500003, "empty": 0, "deep/b.bin": 65536, "deep/c.bin": 65537, "z.bin": 1500001}
MANY = {f"folder-{n % 7}/file-{n}": n * 37 % 30011 for n in range(600)}


class Chance:
    """The moments of one case, and when it has had enough of them: the clock runs from the first one on."""

    LEAST = 5  # cycles, however slow the machine is: only what was killed can be started again

    def __init__(self, name, cycles, seconds, seed):
        self.cycles, self.done, self.seconds, self.end = cycles, 0, seconds, None
        self.name, self.seed = name, seed
        self.random = random.Random(f"{seed}:{name}")

    def share(self, number, n):
        """One of several who do its cycles side by side."""
        return Chance(f"{self.name}:{number}", -(-self.cycles // n), self.seconds, self.seed)

    def goes_on(self):
        """Whether there is to be one more cycle."""
        self.end = self.end or time.monotonic() + self.seconds
        more = self.done < self.cycles and (self.done < self.LEAST or time.monotonic() < self.end)
        self.done += more
        return more


def killed(command, seconds):
    """Runs a command and kills it after that time; whether it was still running."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


# --- create ---

class Creation:
    """A torrent that is made again and again, and what a run makes of it when nobody kills it."""

    def __init__(self, folder):
        self.content, self.place = os.path.join(folder, "content"), os.path.join(folder, "place")
        self.file = os.path.join(self.place, "it.torrent")
        os.mkdir(self.place)
        trees.make(self.content, MANY)
        self.old, _ = self.make("--comment", "old")
        self.new, self.lasts = self.make("--force")

    def command(self, *options):
        """What makes it."""
        return [swarm.SHOAL, "create", self.content, "-o", self.file, "-s", "16KiB", "--no-date", "-q", *options]

    def make(self, *options):
        """Its bytes, and how long they took."""
        start = time.monotonic()
        subprocess.run(self.command(*options), check=True)
        return self.here(), time.monotonic() - start

    def here(self):
        """What the file has; None without the file."""
        if not os.path.exists(self.file):
            return None
        with open(self.file, "rb") as file:
            return file.read()

    def moment(self, chance):
        """Any moment of a run, every second time near its end, where the file is written."""
        return self.lasts * (chance.random.uniform(0, 1.1) if chance.done % 2 else chance.random.uniform(0.7, 1.1))


def clean(creation):
    """Fails unless what lies beside the file is hidden and no .torrent; takes it away."""
    left = [name for name in os.listdir(creation.place) if name != "it.torrent"]
    assert len(left) <= 1, left
    for name in left:
        assert name.startswith(".it.torrent.") and not name.endswith(".torrent"), name
        os.unlink(os.path.join(creation.place, name))
    return len(left)


def kill_create(chance, before, *options):
    """Kills runs over what is there before; nothing but that or the whole new file is there afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        creation = Creation(folder)
        before = creation.old if before else None
        count = {"killed": 0, "new": 0, "left over": 0}
        while chance.goes_on():
            os.unlink(creation.file)
            if before:
                with open(creation.file, "wb") as file:
                    file.write(before)
            count["killed"] += killed(creation.command(*options), creation.moment(chance))
            found = creation.here()
            assert found in (before, creation.new), f"a part of {len(creation.new)} bytes: {len(found)}"
            count["new"] += found == creation.new
            count["left over"] += clean(creation)
            found, creation.lasts = creation.make("--force")  # nothing that is left stands in the way
            assert found == creation.new and clean(creation) == 0
        assert count["killed"] > 0 and chance.done >= chance.LEAST, count
        tap.comment(f"{chance.done} cycles: {count}")


def case_create_leaves_nothing_or_all(chance):
    kill_create(chance, before=False)


def case_create_over_a_file_leaves_old_or_new(chance):
    kill_create(chance, True, "--force")


# --- download ---

def pieces_of(torrent):
    """(path, offset, length) of the pieces, of which none has bytes of two files."""
    for path in torrent.paths:
        size = os.path.getsize(os.path.join(torrent.content, path))
        for offset in range(0, size, PIECE):
            yield path, offset, min(PIECE, size - offset)


def missing(torrent, folder):
    """How many bytes are in pieces that differ from the content, by our own look."""
    wrong = 0
    for path, offset, length in pieces_of(torrent):
        wrong += read(torrent.content, path, offset, length) != read(folder, path, offset, length) and length
    return wrong


def read(folder, path, offset, length):
    """A part of a file, nothing when there is no such file."""
    try:
        with open(os.path.join(folder, path), "rb") as file:
            file.seek(offset)
            return file.read(length)
    except FileNotFoundError:
        return b""


def verified(leech):
    """What it has told since it knows what is here."""
    return leech.events("downloading") or leech.events("complete")


class Download:
    """One folder that is downloaded into by runs which are killed, until everything is there."""

    def __init__(self, lab, torrent, place, options):
        self.lab, self.torrent, self.place, self.options = lab, torrent, place, options
        self.folder = lab.path("download")
        self.left = None  # what the last run has told

    def begins(self, leech):
        """What is left when a run has verified: what we see to be missing, and no more than was told before."""
        network.until(lambda: verified(leech), 20, f"it has verified ({leech.log})")
        left = verified(leech)[0]["left"]
        assert self.left is None or left <= self.left, f"{left} left after {self.left}: verified bytes are gone"
        return left

    def run(self, seconds):
        """One run, killed; whether everything was there before."""
        wanted = missing(self.torrent, self.folder)
        with self.lab.download(self.torrent, *self.options, peers_at=[self.place], folder=self.folder) as leech:
            assert self.begins(leech) == wanted, f"{leech.log}: {wanted} bytes are wrong"
            time.sleep(seconds)
            leech.process.kill()
            leech.process.wait()
            self.left = leech.last()["left"]
            assert leech.last()["downloaded"] <= wanted, leech.last()
        assert missing(self.torrent, self.folder) <= self.left, f"{leech.log} told of bytes that are not there"
        return self.left == 0

    def check(self):
        """Every byte, and nothing besides."""
        assert trees.sums(self.folder) == trees.sums(self.torrent.content), self.folder


def kill_download(chance, kind, files, *options):
    """Kills downloads until they are complete, and begins anew."""
    with tempfile.TemporaryDirectory() as folder:
        lab = swarm.Lab(folder, f"kill-loop-{kind}")
        torrent = lab.torrent("it", files, kind, piece="64KiB")
        completed = 0
        with lab.seed(torrent) as seed, relay.Relay(seed.at(), rate=4 << 20) as slow:
            while chance.goes_on():
                download = Download(lab, torrent, slow.at, options)
                while not download.run(chance.random.uniform(0, 0.7)) and chance.goes_on():
                    pass
                if download.left:  # the cycles are over
                    with lab.download(torrent, *options, peers_at=[seed.at()], folder=download.folder) as leech:
                        assert leech.completes()["downloaded"] <= download.left, leech.last()
                download.check()
                completed += 1
        assert chance.done >= chance.LEAST, f"{chance.done} cycles"
        tap.comment(f"{chance.done} cycles, {completed} downloads")


def case_download_of_a_tree_goes_on(chance):
    kill_download(chance, "hybrid", TREE)


def case_download_of_a_file_goes_on(chance):
    kill_download(chance, "v1", 4000003)


def case_download_that_trusts_the_last_run_goes_on(chance):
    kill_download(chance, "hybrid", TREE, "--trust-resume")


# --- many downloads ---

N_TORRENTS = 20
N_AT_ONCE = 4
SLOW = 1 << 20  # bytes a second, of each download
COMMIT_S = 5  # how often a run says what it has, at least
LATE_S = 3  # and how late it may be, what is told of it included
RESTART_S, ENOUGH = 2, 100  # cycles, to speak of one in a hundred
KINDS = [
    ("v1", 8 * SLOW),
    ("hybrid", 8 * SLOW - 4711),
    ("hybrid", {"a.bin": 2500003, "empty": 0, "deep/b.bin": 65536, "deep/c.bin": 65537, "z.bin": 5500001}),
    ("v1", {"a.bin": 32 * PIECE, "deep/b.bin": 64 * PIECE, "z.bin": 20 * PIECE + 17}),
]


class Figures:
    """What the restarts were like. Any thread."""

    def __init__(self):
        self.lock = threading.Lock()
        self.restarts, self.again, self.completed = [], [0], 0

    def add(self, seconds, hashed):
        """One restart: its time, and the bytes that were hashed again though the last run had them."""
        with self.lock:
            self.restarts.append(seconds)
            self.again.append(hashed)

    def tell(self, cycles):
        """The figures as a comment; fails when restarts of many took too long."""
        self.restarts.sort()
        middle, slow = statistics.median(self.restarts), self.restarts[int(len(self.restarts) * 0.99)]
        tap.comment(f"{cycles} cycles, {self.completed} downloads; restart to first act: median {middle:.3f} s, "
                    f"99 of 100 {slow:.3f} s, longest {self.restarts[-1]:.3f} s; hashed again: at most "
                    f"{max(self.again) / SLOW:.2f} s of data, mean {statistics.mean(self.again) / SLOW:.2f} s")
        if cycles >= ENOUGH:
            quota.not_when_crowded(slow <= RESTART_S, f"99 of 100 restarts take up to {slow:.3f} s")


class Trusting(Download):
    """One of many, which measures what a restart costs."""

    def __init__(self, lab, torrent, place, options, figures):
        super().__init__(lab, torrent, place, options)
        self.figures, self.lasted = figures, 0

    def again(self, told):
        """Hashed again is what came since the last row, and of a run without trust nothing is said."""
        hashed = told["hashed"] if "--trust-resume" in self.options else 0
        most = SLOW * (min(self.lasted, COMMIT_S) + LATE_S) + 2 * PIECE
        assert hashed <= most, f"{hashed} bytes were hashed again after a run of {self.lasted:.2f} s"
        return hashed

    def begins(self, leech):
        start = time.monotonic()
        left = super().begins(leech)
        self.figures.add(time.monotonic() - start, self.again(verified(leech)[0]))
        return left

    def run(self, seconds):
        start = time.monotonic()
        done = super().run(seconds)
        self.lasted = time.monotonic() - start
        return done


def moment(chance):
    """How long a run lasts: most end soon, some live to say what they have."""
    return chance.random.uniform(COMMIT_S, COMMIT_S + 2) if chance.random.random() < 0.08 else chance.random.uniform(0, 0.7)


def own_lab(lab, worker):
    """Paths and names of one's own; the state is that of all."""
    own = swarm.Lab(lab.path("worker"), f"{lab.case}-{worker}")
    os.mkdir(own.folder)
    own.state = lab.state
    return own


def kill_some(chance, lab, own, figures):
    """Kills the downloads of some torrents, one at a time; a whole one is checked and begun anew."""
    begun = {}
    while chance.goes_on():
        torrent, place, options = chance.random.choice(own)
        download = begun.setdefault(torrent.name, Trusting(lab, torrent, place, options, figures))
        if download.run(moment(chance)):
            download.check()
            shutil.rmtree(begun.pop(torrent.name).folder)
            figures.completed += 1
    for torrent, place, options in own:  # none is lost
        if torrent.name in begun:
            with lab.download(torrent, *options, peers_at=[place], folder=begun[torrent.name].folder) as leech:
                begun[torrent.name].begins(leech)


def case_many_torrents_go_on(chance):
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        lab = swarm.Lab(folder, "kill-loop-many")
        all_of_them = []
        for number in range(N_TORRENTS):
            kind, files = KINDS[number % len(KINDS)]
            torrent = lab.torrent(f"torrent-{number}", files, kind, piece="64KiB")
            seed = stack.enter_context(lab.seed(torrent, env={"XDG_STATE_HOME": lab.path("state-of-the-seed")}))
            slow = stack.enter_context(relay.Relay(seed.at(), rate=SLOW))
            all_of_them.append((torrent, slow.at, [] if number % 5 == 4 else ["--trust-resume"]))
        shares = [all_of_them[worker::N_AT_ONCE] for worker in range(N_AT_ONCE)]
        chances = [chance.share(worker, N_AT_ONCE) for worker in range(N_AT_ONCE)]
        labs = [own_lab(lab, worker) for worker in range(N_AT_ONCE)]
        with concurrent.futures.ThreadPoolExecutor(N_AT_ONCE) as pool:
            list(pool.map(kill_some, chances, labs, shares, [figures] * N_AT_ONCE))
    figures.tell(sum(share.done for share in chances))


CASES = [
    case_create_leaves_nothing_or_all,
    case_create_over_a_file_leaves_old_or_new,
    case_download_of_a_tree_goes_on,
    case_download_of_a_file_goes_on,
    case_download_that_trusts_the_last_run_goes_on,
    case_many_torrents_go_on,
]


def with_chance(case, cycles, seconds, seed):
    """The case, with moments of its own."""
    return functools.update_wrapper(lambda: case(Chance(case.__name__, cycles, seconds, seed)), case)


def main(cycles, seconds, seed=None, name=None):
    """Each case gets its share of the time."""
    chosen = [case for case in CASES if name in (None, case.__name__)]
    network.enter()
    seed = seed or os.urandom(4).hex()
    tap.comment(f"seed {seed}")
    tap.main([with_chance(case, int(cycles), int(seconds) / len(chosen), seed) for case in chosen])


if __name__ == "__main__":
    main(*sys.argv[1:])
