#!/usr/bin/python3
"""test-clock.py: clocks that jump, a process that stands still, a machine that slept: who is silent expires, and nobody else.

    test-clock.py [SECONDS]: how long it is stopped; CLOCK_SHIM names clock-shim.so
"""

import mmap
import os
import signal
import socket
import struct
import sys
import tempfile
import time

from helpers import network, tap, tracker

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 3
SHIM = os.environ["CLOCK_SHIM"]
HOUR, YEAR = 3600, 365 * 86400
HASH = b"c" * 20
JUMPS = {  # what is added to the wall clock, from the time of the test on
    "an hour on": HOUR, "an hour back": -HOUR, "ten years on": 10 * YEAR, "ten years back": -10 * YEAR,
    "1970": -int(time.time()), "before 1970": -int(time.time()) - HOUR, "behind 2038": 2 ** 31 + HOUR - int(time.time()),
    "behind 2106": 2 ** 32 + HOUR - int(time.time()), "as it is": 0,
}


class Clock:
    """The file that the shim reads."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "clock")
        with open(self.path, "wb") as file:
            file.write(bytes(16))
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 16)

    def set(self, seconds, slept=0):
        """Moves the wall clock; as if the machine had slept."""
        self.map[:] = struct.pack("=qq", seconds, slept)


def serve(folder, clock, *options):
    """A tracker that has this clock."""
    return tracker.ShoalTracker("clock", os.path.join(folder, "kept"), *tracker.NO_LIMITS, "--set=jobs.snapshot=10", *options,
                                env={"LD_PRELOAD": SHIM, "SHOAL_CLOCK": clock.path})


def connection_id(sock):
    """One over UDP."""
    sock.send(struct.pack(">QII", tracker.PROTOCOL_ID, tracker.CONNECT, 7))
    return struct.unpack(">IIQ", sock.recv(2048))[2]


def announce(sock, connection, port):
    """(interval, leechers, seeders) over UDP."""
    sock.send(struct.pack(">QII", connection, tracker.ANNOUNCE, 9) + HASH + tracker.PEER_ID
              + struct.pack(">QQQIIIiH", 0, 1, 0, 0, 0, 0, -1, port))
    return struct.unpack(">IIIII", sock.recv(2048)[:20])[2:]


def look(server, sock, connection, name, peers):
    """Everything that has a time in it is as it was."""
    interval, leechers, _seeders = announce(sock, connection, 1)
    assert 1800 <= interval <= 1980 and leechers == peers, (name, interval, leechers)
    reply = server.announce("http", HASH, peer_port=1, left=1)
    assert 1800 <= reply[b"interval"] <= 1980 and reply[b"min interval"] == 900, (name, reply)
    assert reply[b"incomplete"] == peers, (name, reply)
    stats = server.stats()
    assert 0 <= stats["uptime"] < 300 and stats["peers"] == peers, (name, stats)
    status, health = server.api("GET", "/api/v1/health")
    assert status == 200, (name, health)
    status, history = server.api("GET", "/api/v1/history")
    assert status == 200, (name, history)


def busy(server):
    """Seconds of processor that it has used."""
    with open(f"/proc/{server.pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def case_wall_clock_jumps():
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(folder)
        with serve(folder, clock) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(network.PATIENCE)
            sock.connect(server.address("udp"))
            connection = connection_id(sock)
            for port in range(1, 6):
                announce(sock, connection, port)
            for name, seconds in JUMPS.items():
                clock.set(seconds)
                before = busy(server)
                look(server, sock, connection, name, 5)
                time.sleep(0.3)
                assert busy(server) - before < 0.3, f"{name}: a storm"
                made = server.do("token", "make", "--days", "1").stdout.strip()
                assert server.api("GET", "/api/v1/settings", token=made)[0] == 403, f"{name}: a token of today is good"
            kept = os.listdir(os.path.join(folder, "kept", "backups")) if os.path.isdir(
                os.path.join(folder, "kept", "backups")) else []
            assert len(kept) <= 1, kept


def case_swarms_are_back_whatever_the_clock_says():
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(folder)
        for name, seconds in JUMPS.items():
            with serve(folder, clock) as server:
                server.announce("http", HASH, peer_port=1, left=1)
                os.kill(server.pid, signal.SIGTERM)
                assert server.finishes(5) == 0, server.said()
            clock.set(seconds)
            with serve(folder, clock) as server:
                peers = server.stats()["peers"]
                tap.comment(f"{name}: {peers} peers are back")
                assert peers == 1 or seconds > HOUR, (name, server.said())
                reply = server.announce("http", HASH, peer_port=1, left=1)
                assert 1800 <= reply[b"interval"] <= 1980 and reply[b"incomplete"] == 1, (name, reply)


def case_peers_expire():
    """Whoever was silent for two intervals and a minute is gone, and nobody else; what was counted stays."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(folder)
        with serve(folder, clock, "--set=announce.spread=0") as server:
            def says(port, left, event=""):
                return server.announce("http", HASH, peer_port=port, left=left, event=event)

            def counts():
                return tracker.http_scrape(*server.address("http"), HASH)
            says(1, 1, "started"), says(1, 0, "completed"), says(2, 1), says(3, 0)
            clock.set(0, 1800)
            says(2, 1)
            clock.set(0, 2 * 1800)
            assert counts() == (2, 1, 1), "none is late yet"
            clock.set(0, 2 * 1800 + 360)  # a tick has some two minutes
            network.until(lambda: counts() == (0, 1, 1), 90, "two are gone")
            assert says(2, 1)[b"incomplete"] == 1
            clock.set(0, 6 * 1800)
            network.until(lambda: counts() == (0, 1, 0) and server.stats()["peers"] == 0, 90, "all are gone")
            reply = says(4, 1)
            assert (reply[b"incomplete"], reply[b"downloaded"]) == (1, 1), reply


def case_stands_still():
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(folder)
        with serve(folder, clock) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(network.PATIENCE)
            sock.connect(server.address("udp"))
            connection = connection_id(sock)
            for port in range(1, 6):
                announce(sock, connection, port)
            os.kill(server.pid, signal.SIGSTOP)
            time.sleep(SECONDS)
            before = busy(server)
            os.kill(server.pid, signal.SIGCONT)
            look(server, sock, connection, "stopped", 5)
            time.sleep(1)
            assert busy(server) - before < 0.5, "it makes up for what it missed"


if __name__ == "__main__":
    cases = [case for name, case in sorted(globals().items()) if name.startswith("case_")]
    tap.main([case for case in cases if SECONDS >= 60 or case is not case_peers_expire])  # which takes minutes
