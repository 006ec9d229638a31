#!/usr/bin/python3
"""test-floods.py: a million messages of each kind from one peer, and crowds: what they cost, and when they end.

A peer that floods is gone before it has cost ten seconds of a processor, the program's memory grows by 16 MiB at the
most, it has no more than one processor meanwhile, and somebody else is served through it all. Five thousand who say nothing, and a thousand who
take their time with each byte, cost 64 MiB at the most, and who comes behind them is served, within two seconds unless
others want the processors.
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
IDLE, SLOW = 5000, 1000
SERVED_SECONDS, CROWD_KIB = 2, 65536
TRIES = 20
BATCH = 1000  # messages in a write
SECONDS, GROWTH_KIB = 10, 16384
WAIT = 2 * network.PATIENCE
TICK = os.sysconf("SC_CLK_TCK")
HASH_REQUEST, CHOKE, KEEP_ALIVE = 21, 0, b"\0\0\0\0"
SUGGEST, PORT, NOT_INTERESTED = 13, 9, 3
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
    return message(raw_peer.HAVE, struct.pack(">I", number % (pieces - 1)))


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


def interests(_torrent, _pieces, _ids, number):
    """A change of mind with each one."""
    return message(NOT_INTERESTED if number % 2 else raw_peer.INTERESTED)


def chokes(_torrent, _pieces, _ids, number):
    """Likewise."""
    return message(CHOKE if number % 2 else bad_peer.UNCHOKE)


def fields(_torrent, pieces, _ids, number):
    """All of the pieces but one, and not always the same."""
    return message(bad_peer.BITFIELD, bytes([0xFF] * (pieces // 8 - 1)) + bytes([0xFE - number % 2]))


def losses(_torrent, pieces, ids, number):
    """A piece is had, and then it is not (BEP 54)."""
    piece = struct.pack(">I", number % pieces)
    lost = message(ltep.EXTENDED, bytes([ltep.value(ids["raw"], "lt_donthave")]) + piece)
    return lost if number % 2 else message(raw_peer.HAVE, piece)


def rejects(_torrent, pieces, _ids, number):
    """Of what was not asked for."""
    return message(raw_peer.REJECT, struct.pack(">III", number % pieces, 0, 16384))


def blocks(_torrent, pieces, _ids, number):
    """Nobody has asked for them, and they are as short as they can be."""
    return message(bad_peer.PIECE, struct.pack(">II", number % pieces, 0) + b"x")


def advice(_torrent, pieces, _ids, number):
    """Which piece to take, and at which port a node listens."""
    return message(SUGGEST, struct.pack(">I", number % pieces)) if number % 2 else message(PORT, b"\x1a\xe1")


FLOODS = [requests, cancels, haves, metadata, hashes, roots, exchange, handshakes, unknown, keep_alives, interests,
          chokes, fields, losses, rejects, blocks, advice]


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
    """Reads what comes, so that nothing waits for it, and knows when the other end has hung up."""

    def __init__(self, stream):
        self.stream, self.over = stream, threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        """Until then."""
        with contextlib.suppress(OSError):
            while self.stream.recv(1 << 20):
                pass
        self.over.set()


def flood(stream, make):
    """Sends until it is over or nobody listens; how many."""
    batch = b"".join(make(number) for number in range(BATCH))
    with contextlib.suppress(OSError):
        for first in range(0, MESSAGES, BATCH):
            stream.sendall(batch)
        return MESSAGES
    return first


def root_of(torrent):
    """Of its only file."""
    with open(torrent.file, "rb") as file:
        data = file.read()
    at = data.index(b"11:pieces root32:") + len(b"11:pieces root32:")
    return data[at:at + 32]


class Target:
    """A seed that all floods meet, each from an address of its own."""

    def __init__(self, lab):
        self.lab, self.count = lab, 0
        self.torrent = lab.torrent("one.bin", 16 << 20, "v2", "64KiB")
        self.torrent.root = root_of(self.torrent)
        _, self.pieces = self.torrent.identity()
        self.seed = lab.seed(self.torrent)
        self.at = self.seed.at()

    def address(self):
        """That nobody has had."""
        self.count += 1
        return f"127.0.1.{self.count}"

    def is_served(self, seconds=2 * SECONDS):
        """Somebody else has everything of it; how long it took."""
        begun = time.monotonic()
        with self.lab.download(self.torrent, peers_at=[self.at], host=self.address()) as leech:
            leech.completes(seconds)
            self.torrent.check(leech.folder)
        return time.monotonic() - begun


def case_of(target, kind):
    """One flood."""
    def run():
        features = FEATURES
        with raw_peer.connect(target.at, target.torrent, WAIT, features, target.address()) as foe:
            ids = ltep.greet(foe.stream, listens=6881)
            came, sent = Drain(foe.stream), []
            peak, spent, start = Peak(target.seed.pid), cpu(target.seed.pid), time.monotonic()
            sender = threading.Thread(target=lambda: sent.append(flood(
                foe.stream, lambda number: kind(target.torrent, target.pieces, ids, number))), daemon=True)
            sender.start()
            target.is_served()
            assert came.over.wait(WAIT), "it is still there"
            sender.join()
            took = time.monotonic() - start
            spent, grown = cpu(target.seed.pid) - spent, peak.growth()
        tap.comment(f"{kind.__name__}: {sent} of {MESSAGES} sent in {took:.1f} s, {spent:.2f} s of processors, "
                    f"{grown} KiB more")
        assert target.seed.running() and sent, (sent, took)
        assert grown < GROWTH_KIB, grown
        assert spent < min(took + 1, SECONDS), (spent, took)
    run.__name__ = f"{kind.__name__} by the million"
    return run


def crowd_address(number):
    """One of a crowd's, in networks of their own."""
    return f"127.{2 + number // 62500}.{number // 250 % 250}.{1 + number % 250}"


def mute(at, number):
    """Connects and says nothing."""
    host, _, port = at.rpartition(":")
    return socket.create_connection((host, int(port)), WAIT, (crowd_address(number), 0))


class SlowOnes:
    """Each says a byte now and then: half of them of the handshake, the others have shaken hands and begin a message
    that does not end."""

    def __init__(self, at, info_hash, first, count):
        hello = raw_peer.handshake(info_hash)
        self.texts = [hello[:40] if number % 2 else hello + struct.pack(">IB", 1000000, 20) + bytes(1000)
                      for number in range(count)]
        self.streams = [mute(at, first + number) for number in range(count)]
        self.said, self.over = [0] * count, threading.Event()
        for number in range(1, count, 2):
            self.said[number] = 20
        self.say(lambda number: 70 if number % 2 == 0 else 20)
        self.thread = threading.Thread(target=self.drip, daemon=True)
        self.thread.start()

    def say(self, much):
        """So many bytes of each, as far as anybody listens."""
        for number, stream in enumerate(self.streams):
            with contextlib.suppress(OSError):
                stream.send(self.texts[number][self.said[number]:][:much(number)])
                self.said[number] += much(number)

    def drip(self):
        """A byte of each in a second."""
        while not self.over.wait(1):
            self.say(lambda _number: 1)

    def end(self):
        """They hang up."""
        self.over.set()
        self.thread.join()
        for stream in self.streams:
            stream.close()


def case_crowds_of_idle_and_slow_peers(target):
    """The oldest of those who say nothing leave, and so do those from whom nobody wants anything."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    idle = min(IDLE, hard - SLOW - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, idle + SLOW + 200), hard))
    info_hash, _ = target.torrent.identity()
    peak, mutes = Peak(target.seed.pid), []
    slow = SlowOnes(target.at, info_hash, idle, SLOW)
    try:
        mutes += [mute(target.at, number) for number in range(idle)]
        times = [first_block(target)]
        while min(times) >= SERVED_SECONDS and len(times) < TRIES:
            times.append(first_block(target))
        target.is_served()
        mutes[0].settimeout(WAIT)
        assert mutes[0].recv(1) == b"", "who came first and said nothing is still there"
    finally:
        slow.end()
        for stream in mutes:
            stream.close()
    grown = peak.growth()
    tap.comment(f"{idle} idle and {SLOW} slow: served in {min(times):.2f} s, {grown} KiB more")
    assert min(times) < SERVED_SECONDS, times
    assert target.seed.running() and grown < CROWD_KIB, grown


def first_block(target):
    """How long an honest one waits for a block, from its connecting on."""
    begun = time.monotonic()
    with raw_peer.connect(target.at, target.torrent, source=target.address()) as peer:
        peer.become_interested()
        assert len(peer.block(0, 0, 16384)) == 16384
        return time.monotonic() - begun


def main():
    """All of them at one seed."""
    words = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        target = Target(swarm.Lab(folder, "flood"))

        def case_crowds():
            case_crowds_of_idle_and_slow_peers(target)
        case_crowds.__name__ = case_crowds_of_idle_and_slow_peers.__name__
        with target.seed:
            tap.main([*(case_of(target, kind) for kind in FLOODS if not words or kind.__name__ in words),
                      *([] if words and "crowds" not in words else [case_crowds])])


if __name__ == "__main__":
    network.enter()
    main()
