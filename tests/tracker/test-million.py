#!/usr/bin/python3
"""test-million.py: a restart with a million peers in 100,000 torrents loses none of them, and takes seconds.

The peers announce over UDP, each by a port of its own, as fast as the tracker takes them.
"""

import os
import signal
import socket
import struct
import tempfile
import time

from helpers import tap, tracker

TORRENTS, PEERS = 100000, 10
START_SECONDS = 2.0
STOP_SECONDS = 5
AT_ONCE = 500  # announces whose answers are waited for together


def announces(connection, torrent):
    """The packets of all peers of one torrent; three in ten are seeders."""
    info_hash = struct.pack(">I", torrent) * 5
    for peer in range(1, PEERS + 1):
        yield (struct.pack(">QII", connection, tracker.ANNOUNCE, torrent) + info_hash + tracker.PEER_ID
               + struct.pack(">QQQIIIiH", 0, peer > 3, 0, 2, 0, 0, 0, peer))


def feed(host, port):
    """Announces everybody, and waits for the answers so that none is lost."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.settimeout(10)
        sock.connect((host, port))
        for first in range(0, TORRENTS, AT_ONCE // PEERS):
            sock.send(struct.pack(">QII", tracker.PROTOCOL_ID, tracker.CONNECT, 7))
            connection = struct.unpack(">IIQ", sock.recv(2048))[2]
            packets = [packet for torrent in range(first, min(first + AT_ONCE // PEERS, TORRENTS))
                       for packet in announces(connection, torrent)]
            for packet in packets:
                sock.send(packet)
            for _ in packets:
                sock.recv(2048)


def stops(server):
    """How long it takes to end, everything kept."""
    begin = time.monotonic()
    os.kill(server.pid, signal.SIGTERM)
    assert server.finishes(STOP_SECONDS) == 0, server.said()
    return time.monotonic() - begin


def case_restart_with_a_million_peers():
    with tempfile.TemporaryDirectory() as base:
        where = os.path.join(base, "tracker")
        with tracker.ShoalTracker("feed", where, *tracker.NO_LIMITS) as server:
            feed(*server.address("udp"))
            tap.comment(f"stopped in {stops(server):.2f} s")
        begin = time.monotonic()
        with tracker.ShoalTracker("restart", where, *tracker.NO_LIMITS) as server:
            took = time.monotonic() - begin
            tap.comment(f"started in {took:.2f} s")
            stats = server.stats()
            assert (stats["swarms"], stats["peers"], stats["seeders"]) == (TORRENTS, TORRENTS * PEERS, TORRENTS * 3), stats
            assert took < START_SECONDS, took


if __name__ == "__main__":
    tap.main([case_restart_with_a_million_peers])
