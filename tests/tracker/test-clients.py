#!/usr/bin/python3
"""test-clients.py: clients of every making at our tracker: they announce, are given peers, transfer, and stop.

A cell is a client, a protocol (HTTP, UDP) and a family (IPv4, IPv6). In each the client fetches a torrent from a
seed of ours that it knows from the tracker alone, and the tracker is asked by scrape what it has seen. Without
arguments one cell for each client runs, with "full" all do, with other words those whose names have each of them.
Without words for cells there is one swarm of all clients besides, whose tracker ends, and is killed.
"""

import contextlib
import os
import signal
import sys
import tempfile
import typing
import zlib

from helpers import network, places, swarm, tap, tracker
from helpers.clients import aria2, base, libtorrent, ours, qbittorrent, rtorrent, transmission

CLIENTS = [ours.Client, libtorrent.Client, transmission.Client, aria2.Client, rtorrent.Client, qbittorrent.Client]
WAYS = [("http", 4), ("udp", 6), ("udp", 4), ("http", 6)]
FILES = {"a.bin": 300003, "deep/b.bin": 65537}
STOPS_AT_ONCE = [aria2.Client]  # may tell a tracker that they stop and no more
SAYS_GOODBYE = [ours.Client, aria2.Client, qbittorrent.Client]  # the others may end before they have told that they stop
PORT = 6969
CELL_SECONDS = 40


class Cell(typing.NamedTuple):
    """One client, and how it asks; what the matrix of transfers asks of a scene, too."""

    client: object
    way: str
    version: int
    title: str = "at our tracker"
    kind: str = "v1"
    resume: bool = False
    seeds: int = 1
    leeches: int = 1

    def name(self):
        """As it is shown."""
        return f"{self.client.title}, {self.way.upper()} over IPv{self.version}"


def url_of(cell):
    """What stands in the torrent."""
    host = places.ADDRESSES[4] if cell.version == 4 else f"[{places.ADDRESSES[6]}]"
    return f"{cell.way}://{host}:{PORT}/announce"


def counts(cell, info_hash):
    """(seeders, completed, leechers), asked over the protocol of the cell."""
    ask = tracker.http_scrape if cell.way == "http" else tracker.udp_scrape
    return ask(places.ADDRESSES[cell.version], PORT, info_hash)


def client(stack, lab, cell, kind, torrent, folder, place, stays=False):
    """Starts one, which the cell ends."""
    home = lab.path(f"home-{kind.title}-{len(os.listdir(lab.folder))}")
    name = cell.name().replace(",", "").replace(" ", "-") + "-" + os.path.basename(home)
    return stack.enter_context(kind(base.Job(name, place, torrent, folder, home, stays=stays)))


def play(cell, lab, server, computers):
    """Runs one cell."""
    here = [place for place in computers if place.version == cell.version]
    files = {**FILES, "c.bin": 1000 + zlib.crc32(cell.name().encode()) % 99991}  # a torrent of its own for each cell
    torrent = lab.torrent("tree", files, "v1", "64KiB")
    torrent = lab.torrent_of(torrent.content, torrent.name, "v1", "64KiB", [url_of(cell)], torrent.paths)
    info_hash = torrent.identity()[0]
    with contextlib.ExitStack() as stack:
        before = server.stats()["counts"][f"announces_{cell.way}"]
        seed = client(stack, lab, cell, ours.Client, torrent, torrent.content, here[0])
        network.until(lambda: counts(cell, info_hash) == (1, 0, 0), CELL_SECONDS, "the tracker knows the seed")
        leech = client(stack, lab, cell, cell.client, torrent, lab.path("download"), here[1])
        network.until(leech.done, CELL_SECONDS, f"{leech.peer.name} is complete ({leech.peer.log})")
        if cell.client not in STOPS_AT_ONCE:
            network.until(lambda: counts(cell, info_hash)[1] == 1, 20, "the tracker has counted that it is complete")
        leech.stop()
        torrent.check(leech.job.folder)
        if cell.client in SAYS_GOODBYE:
            network.until(lambda: counts(cell, info_hash)[::2] == (1, 0), 20, "who has stopped is gone")
        seed.stop()
        network.until(lambda: counts(cell, info_hash)[0] <= (cell.client not in SAYS_GOODBYE), 20, "the seed is gone")
        seen = server.stats()["counts"]
        assert seen[f"announces_{cell.way}"] - before >= 3, seen
        assert not seen["bad_requests"] and not seen["bad_connection_ids"] and not seen["dropped_datagrams"], seen


def serve(folder):
    """A tracker at all addresses of the switch, to which clients come back soon."""
    hosts = (places.ADDRESSES[4], f"[{places.ADDRESSES[6]}]")
    return tracker.ShoalTracker("tracker", folder, "--set=announce.min-interval=30", hosts=hosts, port=PORT)


def play_restarts(lab, computers):
    """All clients fetch one torrent and stay. The tracker ends, comes back, is killed, comes back: all that was counted is."""
    kinds = [kind for kind in CLIENTS if not kind.missing()]
    cell = Cell(ours.Client, "http", 4)
    torrent = lab.torrent("tree", FILES, "v1", "64KiB")
    torrent = lab.torrent_of(torrent.content, torrent.name, "v1", "64KiB", [url_of(cell)], torrent.paths)
    info_hash, wanted = torrent.identity()[0], (1 + len(kinds), len(kinds), 0)
    kept = lab.path("kept")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(serve(kept))
        client(stack, lab, cell, ours.Client, torrent, torrent.content, computers[0])
        for number, kind in enumerate(kinds, 1):
            client(stack, lab, cell, kind, torrent, lab.path(f"download-{number}"), computers[number], stays=True)
        network.until(lambda: counts(cell, info_hash) == wanted, 2 * CELL_SECONDS, "all are complete, and told so")
        for end in (signal.SIGTERM, signal.SIGKILL):
            tracker.stops(server, end, 0 if end == signal.SIGTERM else -end)
            server = stack.enter_context(serve(kept))
            assert counts(cell, info_hash) == wanted, (end, counts(cell, info_hash), wanted)


def case_of(cell, lab, server, computers):
    """The cell as a case of TAP."""
    def run():
        reason = cell.client.missing() or cell.client.why_not(cell, False)
        if reason:
            raise tap.Skip(reason)
        with tempfile.TemporaryDirectory(dir=lab.folder) as folder:
            play(cell, swarm.Lab(folder, "cell"), server(), computers)
    run.__name__ = cell.name()
    return run


def chosen(words):
    """The cells that the words of the command line name."""
    every = [Cell(kind, *way) for kind in CLIENTS for way in WAYS]
    if not words:
        return [Cell(kind, *WAYS[number % len(WAYS)]) for number, kind in enumerate(CLIENTS)]
    return [cell for cell in every if all(word in cell.name() for word in words if word != "full")]


def case_restarts(lab, computers):
    """The swarm of all as a case of TAP."""
    def run():
        with tempfile.TemporaryDirectory(dir=lab.folder) as folder:
            play_restarts(swarm.Lab(folder, "restarts"), [place for place in computers if place.version == 4])
    run.__name__ = "all clients in one swarm, whose tracker ends and is killed"
    return run


def main(words):
    """Runs the cells, all at one tracker."""
    cells = chosen(words)
    network.enter()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and every client is ended
    computers = places.make([4] * (1 + len(CLIENTS)) + [6] * 2)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        running, lab = [], swarm.Lab(folder, "cells")

        def server():
            if not running:
                running.append(stack.enter_context(serve(os.path.join(folder, "tracker"))))
            return running[0]
        cases = [case_of(cell, lab, server, computers) for cell in cells]
        if words in ([], ["full"]):
            cases.insert(0, case_restarts(lab, computers))  # before the cells' tracker has its port
        try:
            tap.main(cases)
        finally:
            if running:
                tap.comment(running[0].stats()["counts"])


if __name__ == "__main__":
    main(sys.argv[1:])
