#!/usr/bin/python3
"""test-floods.py: a million messages of each kind from one peer: what it costs, and when it ends.

The peer is gone within ten seconds, the program's memory grows by 16 MiB at the most, it has no more than one
processor meanwhile, and somebody else is served through it all.
"""

import contextlib
import os
import resource
import socket
import struct
import sys
import tempfile
import threading
import time

from helpers import bad_peer, ltep, network, raw_peer, swarm, tap

MESSAGES = 1000000
CROWD = 5000
BATCH = 1000  # messages in a write
SECONDS, GROWTH_KIB = 10, 16384
EACH_KIB = 4  # who has connected and says nothing
TICK = os.sysconf("SC_CLK_TCK")
HASH_REQUEST, HAVE, CHOKE, KEEP_ALIVE = 21, 4, 0, b"\0\0\0\0"
FEATURES = bytes([0, 0, 0, 0, 0, 0x10, 0, 0x14])


def message(kind, body=b""):
    """As it is on the wire."""
    return struct.pack(">IB", 1 + len(body), kind) + body


def extended(extension, value):
    """One of the extension protocol."""
    return message(ltep.EXTENDED, bytes([extension]) + ltep.encode(value))


def requests(_torrent, pieces, _ids, number):
    """For the first blocks of pieces that there are, by one who is choked."""
    return message(bad_peer.REQUEST, struct.pack(">III", number % pieces, 0, 16384))


def cancels(_torrent, pieces, _ids, number):
    """Of what nobody has asked for."""
    return message(raw_peer.CANCEL, struct.pack(">III", number % pieces, 0, 16384))


def haves(_torrent, pieces, _ids, number):
    """Of the same pieces again and again, but never of all."""
    return message(HAVE, struct.pack(">I", number % (pieces - 1)))


def metadata(_torrent, _pieces, ids, number):
    """For the pieces of the metadata."""
    return extended(ids["metadata"], {"msg_type": ltep.REQUEST, "piece": number % 2})


def hashes(torrent, _pieces, _ids, number):
    """For leaves, which have to be read from the disk, of a file that there is."""
    return message(HASH_REQUEST, torrent.root + struct.pack(">IIII", 0, number % 8 * 64, 64, 0))


def roots(_torrent, _pieces, _ids, number):
    """For hashes of files that there are not."""
    return message(HASH_REQUEST, struct.pack(">Q", number) * 4 + struct.pack(">IIII", 0, 0, 64, 0))


def exchange(_torrent, _pieces, ids, number):
    """A hundred peers."""
    peers = b"".join(bytes([11, 9, number & 255, at]) + struct.pack(">H", 6881) for at in range(100))
    return extended(ids["pex"], {"added": peers, "added.f": bytes(100), "dropped": b""})


def handshakes(_torrent, _pieces, _ids, number):
    """Of the extension protocol, which say something else each time."""
    return extended(0, {"m": {"ut_metadata": 1 + number % 200}, "reqq": number % 500})


def unknown(_torrent, _pieces, _ids, number):
    """What nobody knows."""
    return message(200, bytes([number & 255]))


def keep_alives(*_):
    """Nothing at all."""
    return KEEP_ALIVE


FLOODS = [requests, cancels, haves, metadata, hashes, roots, exchange, handshakes, unknown, keep_alives]


def cpu(pid):
    """Seconds of the processors that it has had."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_kib(pid):
    """What it has now."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return int(dict(line.split(":", 1) for line in status)["VmRSS"].split()[0])


class Peak:
    """The most memory that a process has had until it is asked."""

    def __init__(self, pid):
        self.pid, self.start, self.most, self.over = pid, memory_kib(pid), 0, threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        """Looks every few milliseconds."""
        while not self.over.wait(0.005):
            self.most = max(self.most, memory_kib(self.pid))

    def growth(self):
        """KiB more than at the beginning."""
        self.over.set()
        self.thread.join()
        return max(self.most, memory_kib(self.pid)) - self.start


class Drain:
    """Reads what comes, so that nothing waits for it."""

    def __init__(self, stream):
        self.stream, self.bytes = stream, 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        """Until the other end hangs up."""
        with contextlib.suppress(OSError):
            while got := len(self.stream.recv(1 << 20)):
                self.bytes += got


def is_served(peer, came):
    """Whether all that was sent has been read: a block that is asked for behind it comes."""
    before = came.bytes
    peer.send(raw_peer.INTERESTED)

    def asks():
        peer.send(bad_peer.REQUEST, struct.pack(">III", 0, 0, 16384))
        time.sleep(0.1)
        return came.bytes >= before + 16384
    network.until(asks, SECONDS, "who sends what is harmless is served")
    return MESSAGES


def flood(peer, make):
    """Sends until it is over or nobody listens; how many."""
    came = Drain(peer.stream)
    batch = b"".join(make(number) for number in range(BATCH))
    with contextlib.suppress(OSError):
        for first in range(0, MESSAGES, BATCH):
            peer.stream.sendall(batch)
        return is_served(peer, came)
    return first


def root_of(torrent):
    """Of its only file."""
    with open(torrent.file, "rb") as file:
        data = file.read()
    at = data.index(b"11:pieces root32:") + len(b"11:pieces root32:")
    return data[at:at + 32]


def case_of(kind):
    """One flood."""
    def run():
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            lab = swarm.Lab(folder, "flood-" + kind.__name__)
            torrent = lab.torrent("one.bin", 16 << 20, "v2", "64KiB")
            torrent.root = root_of(torrent)
            _, pieces = torrent.identity()
            seed = stack.enter_context(lab.seed(torrent, "--many-per-address"))
            foe = stack.enter_context(raw_peer.connect(seed.at(), torrent, seconds=3 * SECONDS, features=FEATURES))
            ids = ltep.greet(foe.stream, listens=6881)
            peak, spent, start = Peak(seed.process.pid), cpu(seed.process.pid), time.monotonic()
            sender = threading.Thread(target=lambda: sent.append(flood(
                foe, lambda number: kind(torrent, pieces, ids, number))), daemon=True)
            sent = []
            sender.start()
            with lab.download(torrent, "--many-per-address", peers_at=[seed.at()]) as leech:
                leech.completes(2 * SECONDS)
                torrent.check(leech.folder)
            sender.join(SECONDS)
            took = time.monotonic() - start
            spent, grown = cpu(seed.process.pid) - spent, peak.growth()
            tap.comment(f"{kind.__name__}: {sent} of {MESSAGES} in {took:.1f} s, {spent:.2f} s of processors, "
                     f"{grown} KiB more")
            assert seed.running() and sent, (sent, took)
            assert grown < GROWTH_KIB, grown
            assert spent < took + 1, (spent, took)
            if kind in ENDS:
                assert sent[0] < MESSAGES, "it was listened to until the end"
    run.__name__ = f"{kind.__name__} by the million"
    return run


def case_crowd_that_says_nothing():
    """Thousands who connect and wait: the oldest leave, and who speaks is served through it all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(CROWD, hard - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 200), hard))
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        lab = swarm.Lab(folder, "crowd")
        torrent = lab.torrent("one.bin", 4 << 20, "v1", "64KiB")
        seed = stack.enter_context(lab.seed(torrent, "--many-per-address"))
        host, _, port = seed.at().rpartition(":")
        peak = Peak(seed.process.pid)
        mute = [stack.enter_context(socket.create_connection((host, int(port)), SECONDS)) for _ in range(count)]
        with lab.download(torrent, "--many-per-address", peers_at=[seed.at()]) as leech:
            leech.completes(2 * SECONDS)
            torrent.check(leech.folder)
        mute[0].settimeout(SECONDS)
        assert mute[0].recv(1) == b"", "who came first and said nothing is still there"
        grown = peak.growth()
        tap.comment(f"{count} who say nothing: {grown} KiB more")
        assert seed.running() and grown < EACH_KIB * count, grown


# What costs more than to read it: who goes on is sent away. The rest is read and thrown away.
ENDS = [requests, cancels, metadata, hashes, roots, exchange]

if __name__ == "__main__":
    network.enter()
    words = sys.argv[1:]
    tap.main([*(case_of(kind) for kind in FLOODS if not words or kind.__name__ in words),
              *([] if words else [case_crowd_that_says_nothing])])
