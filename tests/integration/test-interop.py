#!/usr/bin/python3
"""test-interop.py: whole transfers between Shoal and every other client, found through a tracker.

Each cell of the matrix is a client, a direction and a scene. What arrives is compared by SHA-256 with what was
sent. Without arguments one cell for each client and direction runs, with "full" all do, with other words those
whose names have each of them as a word. A table of what came of it is printed at the end and kept beside the logs.
"""

import contextlib
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import typing

from helpers import network, others, padded, peers, places, small_tracker, swarm, tap, trees
from helpers.clients import aria2, base, libtorrent, ours, qbittorrent, rtorrent, table, transmission

CLIENTS = [libtorrent.Client, transmission.Client, aria2.Client, rtorrent.Client, qbittorrent.Client]
TO, FROM = "to", "from"
TREE = {"a.bin": 1000003, "empty": 0, "deep/er/b.bin": 65536, "deep/c.bin": 65537, "deep/d": 1, "z.bin": 700001}
SMALL = {f"{number // 200:03}/{number:05}": number * 7919 % 2003 for number in range(20000)}
PORT = 6969
CELL_SECONDS = 60
EXCHANGE_SECONDS = 400  # rtorrent tells of peers every other minute, others once in 60 or 90 seconds
TRICKLE_MEGABIT, TRICKLE_BYTES = 0.3, 65536
PADDED_PIECE = 65536
SLOW_MEGABIT = 40
LONG = 16000001
MEMORY_BYTES = 2 << 30


class Scene(typing.NamedTuple):
    """What is transferred, between whom, and how they find each other."""

    title: str
    files: object  # as Lab.torrent() takes them
    way: str = "http"
    kind: str = "v1"
    seeds: int = 1
    leeches: int = 1
    version: int = 4
    resume: bool = False
    encryption: str = "off"
    magnet: bool = False
    exchange: bool = False
    wanted: tuple = ()


SCENES = [
    Scene("one file, HTTP", 3000001),
    Scene("one file, UDP", 3000001, "udp"),
    Scene("several files", TREE),
    Scene("several files, hybrid", TREE, "udp", "hybrid"),
    Scene("several files, v2", TREE, "http", "v2"),
    Scene("magnet", TREE, magnet=True),
    Scene("encrypted", TREE, encryption="require"),
    Scene("encryption preferred", TREE, encryption="prefer"),
    Scene("peer exchange", LONG, exchange=True),
    Scene("padding", TREE, kind="padded"),
    Scene("some files", TREE, wanted=(1, 5)),
    Scene("20,000 files", SMALL, "udp"),
    Scene("IPv6", TREE, version=6),
    Scene("resumed", LONG, resume=True),
    Scene("2 seeds", LONG, "udp", seeds=2),
    Scene("4 leeches", LONG, leeches=4),
]
SHORT, MAGNET = (next(scene for scene in SCENES if scene.title == title) for title in ("several files", "magnet"))


def plain(text):
    """A name that may be part of a file's."""
    return text.replace(",", "").replace(" ", "-")


class Cell:
    """One client, one direction, one scene; afterwards what came of it."""

    def __init__(self, client, direction, scene, way):
        self.client, self.direction, self.scene, self.way = client, direction, scene, way
        self.result, self.reason, self.seconds = "not run", "", 0.0
        self.name = f"{direction} {client.title}, {scene.title}"

    def cast(self):
        """The programs that seed and those that leech: four leeches are two of each side's."""
        seed, leech = (self.client, ours.Client) if self.direction == FROM else (ours.Client, self.client)
        leeches = [leech, seed, leech, seed] if self.scene.leeches == 4 else [leech] * self.scene.leeches
        return [seed] * self.scene.seeds, leeches

    def why_not(self):
        """Why the client cannot do this, or None."""
        if self.client.missing():
            return self.client.missing()
        if self.scene.kind == "hybrid" and self.client.no_hybrid:
            return self.client.no_hybrid
        if self.scene.kind == "v2" and self.client.no_v2:
            return self.client.no_v2
        if self.scene.kind == "padded" and self.client.no_pads:
            return self.client.no_pads
        return self.client.why_not(self.scene, self.direction == FROM)


class Stage:
    """One cell under way: its folder, its tracker, its clock."""

    def __init__(self, cell, lab, computers, stack):
        self.cell, self.lab, self.stack = cell, lab, stack
        self.end = time.monotonic() + (EXCHANGE_SECONDS if cell.scene.exchange else CELL_SECONDS)
        self.places = [place for place in computers if place.version == cell.scene.version]
        self.count = 0
        self.received_before = 0  # by the first leech's place

    def left(self):
        """Seconds until the cell has failed."""
        return max(self.end - time.monotonic(), 0.1)

    def until(self, condition, what):
        """Waits for a condition as long as the cell has time."""
        network.until(condition, self.left(), what)

    def client(self, kind, torrent, folder, place, home=None, stays=False):
        """Starts a client, which the cell ends."""
        self.count += 1
        scene, leeches = self.cell.scene, folder != torrent.content
        name = plain(self.cell.name) + f"-{self.count}-{kind.title}"
        home = home or self.lab.path(f"home-{kind.title}")
        magnet = torrent.magnet() if scene.magnet and leeches else ""
        job = base.Job(name, place, torrent, folder, home, scene.encryption, magnet, scene.exchange,
                       scene.wanted if leeches else (), stays)
        return self.stack.enter_context(kind(job))

    def seeds(self, shelf):
        """Starts tracker and seeds; the torrent, once the tracker knows them all, and the seeds."""
        kinds = self.cell.cast()[0]
        version, small = self.cell.scene.version, self.cell.scene.version == 6 or self.cell.scene.exchange
        if small:
            tracker = self.stack.enter_context(
                small_tracker.Tracker(places.ADDRESSES[version], PORT, chain=self.cell.scene.exchange))
            torrent = shelf.torrent(self.cell.scene, tracker.url)
        else:
            torrent = shelf.torrent(self.cell.scene, others.tracker_urls(PORT, places.ADDRESSES[4])[self.cell.way])
            self.stack.enter_context(others.opentracker(self.lab, PORT, [torrent], places.ADDRESSES[4]))
        seeds = [self.client(kind, torrent, torrent.content, place) for kind, place in zip(kinds, self.places)]
        if small:
            self.until(lambda: tracker.seeds() == len(seeds), "the tracker knows the seeds")
        else:
            others.knows_seeds(PORT, torrent, len(seeds), places.ADDRESSES[4], self.left())
        return torrent, seeds

    def leech(self, kind, torrent, number):
        """Starts a leech at a place behind those of the seeds."""
        return self.client(kind, torrent, self.lab.path("download"), self.places[self.cell.scene.seeds + number])

    def completes(self, leech):
        """Waits for a leech, ends it and compares what it has."""
        self.until(leech.done, f"{leech.peer.name} is complete ({leech.peer.log})")
        leech.stop()
        torrent = leech.job.torrent
        if leech.job.wanted:
            self.has_what_it_wants(leech)
            return
        ignored = [] if leech.makes_empty_files else torrent.empty_files()
        torrent.check(leech.job.folder, ignored)
        if ignored:
            self.cell.reason = f"{leech.title} makes no empty files: those are not compared"

    def has_what_it_wants(self, leech):
        """The chosen files are there, and little of the others."""
        torrent = leech.job.torrent
        paths = [torrent.order()[number] for number in leech.job.wanted]
        for path in paths:
            here, made = (trees.sha256(os.path.join(folder, torrent.name, path))
                          for folder in (leech.job.folder, torrent.content))
            assert here == made, f"{path} differs ({leech.job.folder})"
        wanted = sum(os.path.getsize(os.path.join(torrent.content, torrent.name, path)) for path in paths)
        came, whole = leech.job.place.received() - self.received_before, torrent.size()
        assert came < (wanted + whole) / 2, f"{came} bytes came of {whole}, where {wanted} were wanted"

    def exchange(self, torrent, seed):
        """A go-between that gets and sends little; a leech, told of it alone, finds the seed through it. (One that
        had everything would let the seed go, who has nothing for it.)"""
        between, leech = (self.cell.client, ours.Client) if self.cell.direction == FROM else (
            ours.Client, self.cell.client)
        middle, place = self.places[self.cell.scene.seeds:][:2]
        with middle.slowly(TRICKLE_MEGABIT), middle.sends_slowly(TRICKLE_MEGABIT):
            start = middle.received()
            self.client(between, torrent, self.lab.path("between"), middle, stays=True)
            self.until(lambda: middle.received() - start > TRICKLE_BYTES, "the go-between knows the seed")
            before = seed.job.place.sent()
            self.completes(self.client(leech, torrent, self.lab.path("download"), place))
        assert seed.job.place.sent() - before > torrent.size() / 2, "the seed that is told of sent little"

    def resume(self, leech):
        """Ends a leech half way; the one that goes on where it stopped."""
        job, total, start = leech.job, leech.job.torrent.size(), leech.job.place.received()
        with job.place.slowly(SLOW_MEGABIT):
            self.until(lambda: job.place.received() - start > total / 2, f"half is here ({leech.peer.log})")
            assert not leech.done(), "it was complete before it could be stopped"
            leech.stop()
        time.sleep(self.cell.client.forgets_seconds)
        before = job.place.received()
        again = self.client(type(leech), job.torrent, job.folder, job.place, job.home)
        self.completes(again)
        fetched = job.place.received() - before
        assert fetched < total * 0.8, f"the second run fetched {fetched} of {total} bytes"


def play(cell, lab, shelf, computers):
    """Runs one cell."""
    with contextlib.ExitStack() as stack:
        stage = Stage(cell, lab, computers, stack)
        torrent, seeds = stage.seeds(shelf)
        if cell.scene.exchange:
            stage.exchange(torrent, seeds[0])
            return
        sent = [seed.job.place.sent() for seed in seeds]
        stage.received_before = stage.places[cell.scene.seeds].received()
        leeches = [stage.leech(kind, torrent, number) for number, kind in enumerate(cell.cast()[1])]
        if cell.scene.resume:
            stage.resume(leeches[0])
        elif cell.scene.seeds > 1:
            with leeches[0].job.place.slowly(SLOW_MEGABIT):  # so that each seed has time to send a part
                stage.completes(leeches[0])
        else:
            for leech in leeches:
                stage.completes(leech)
        for seed, before in zip(seeds, sent):
            assert seed.job.place.sent() - before > min(torrent.size() / 20, 500000), f"{seed.peer.name} sent nothing"


class Shelf:
    """Content is made once for all cells, a torrent of it once for each tracker."""

    def __init__(self, lab):
        self.lab, self.torrents = lab, {}

    def torrent(self, scene, url):
        """The torrent of a scene that names this tracker."""
        piece = "256KiB" if scene.files == LONG else "64KiB"
        content = str(scene.files)[:80]
        if content not in self.torrents:
            name = "one.bin" if isinstance(scene.files, int) else "tree"
            self.torrents[content] = self.lab.torrent(name, scene.files, "v1", piece)
        made = self.torrents[content]
        key = content, url, scene.kind
        if key not in self.torrents and scene.kind == "padded":
            self.torrents[key] = padded.torrent(self.lab, made, PADDED_PIECE, [url])
        elif key not in self.torrents:
            self.torrents[key] = self.lab.torrent_of(made.content, made.name, scene.kind, piece, [url], made.paths)
        return self.torrents[key]


def case_of(cell, shelf, computers):
    """The cell as a case of TAP, which keeps its result for the table."""
    def run():
        start, cell.result = time.monotonic(), "FAIL"
        try:
            if reason := cell.why_not():
                raise tap.Skip(reason)
            with tempfile.TemporaryDirectory(dir=shelf.lab.folder) as folder:
                play(cell, swarm.Lab(folder, plain(cell.name)), shelf, computers)
            cell.result = "pass"
        except tap.Skip as skip:
            cell.result, cell.reason = "skip", str(skip)
            raise
        except Exception as problem:
            cell.reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
            raise
        finally:
            cell.seconds = time.monotonic() - start
    run.__name__ = cell.name
    return run


def short_cells():
    """One for each client and direction, over HTTP and UDP by turns; and as a magnet link."""
    pairs = [(client, direction) for client in CLIENTS for direction in (FROM, TO)]
    return [Cell(client, direction, SHORT, ("http", "udp")[(number + number // 2) % 2])
            for number, (client, direction) in enumerate(pairs)] + [
                Cell(client, direction, MAGNET, "http") for client, direction in pairs]


def all_cells():
    """Every one."""
    return [Cell(client, direction, scene, scene.way)
            for client in CLIENTS for direction in (FROM, TO) for scene in SCENES]


def chosen(words):
    """The cells that the words of the command line name."""
    named = [word for word in words if word != "full"]
    patterns = [re.compile(rf"\b{re.escape(word)}\b") for word in named]
    return [cell for cell in all_cells() if all(p.search(cell.name) for p in patterns)] if words else short_cells()


def roomy_memory():
    """A folder in memory, where 20,000 files cost nothing, or None when it has too little room."""
    memory = "/dev/shm"
    return memory if os.path.isdir(memory) and shutil.disk_usage(memory).free > MEMORY_BYTES else None


def main(words):
    """Runs the cells and shows the table, also of a run that failed."""
    cells = chosen(words)
    network.enter()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and every client is ended
    computers = places.make([4] * 5 + [6] * 2)
    path = os.path.join(peers.log_folder(), f"table-{plain('-'.join(words)) or 'short'}.md")
    with tempfile.TemporaryDirectory(dir=roomy_memory()) as folder:
        shelf = Shelf(swarm.Lab(folder, "shelf"))
        try:
            tap.main([case_of(cell, shelf, computers) for cell in cells])
        finally:
            table.show(cells, path)


if __name__ == "__main__":
    main(sys.argv[1:])
