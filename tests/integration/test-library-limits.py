#!/usr/bin/python3
"""test-library-limits.py: limits on single peers, with libtorrent at the other end: both ways, whoever comes again,
and what begins anew."""

import os
import time

from helpers import network, tap
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import GLib, Shoal

KIB, MIB = 1 << 10, 1 << 20
LIMIT = 256 * KIB
SECONDS = 4


def holds(moved):
    """Fails when more passes than the limit has; a slow machine does no harm."""
    before, end = moved(), time.monotonic() + SECONDS
    iterate(lambda: time.monotonic() > end, 2 * SECONDS, "time passes")
    passed = time.monotonic() - end + SECONDS
    assert moved() - before <= 1.5 * LIMIT * passed, (moved() - before, passed)


def begun(session, torrent, folder):
    """A torrent of a session that takes whoever comes."""
    os.makedirs(folder, exist_ok=True)
    return add(session, torrent, folder)


@in_lab
def case_what_a_peer_may_send(lab):
    torrent = lab.torrent("tree", {"a": 24 * MIB, "b": 7})
    session = Shoal.Session.new("127.0.0.1:0", False)
    folder = lab.path("fetched")
    leech = begun(session, torrent, folder)
    peers = leech.dup_peers()
    at = f"127.0.0.1:{network.free_ports(1)[0]}"
    for life in range(3):
        with lab.libtorrent("seed", torrent, torrent.content, at=at):
            if life == 0:
                assert leech.limit_peer(at, LIMIT, 0)
            leech.add_peer(at)
            iterate(lambda: len(peers) == 1 and peers[0].props.rate_down > 0, 20, f"life {life}: it sends")
            assert peers[0].props.limit_down == LIMIT and peers[0].props.limit_up == 0
            holds(lambda: leech.props.downloaded)
            if life == 2:
                leech.limit_peer(at, 0, 0)
                iterate(lambda: leech.props.state == SEEDING, 60, "without the limit it is fast")
                break
            if life == 1:
                leech.verify()  # it begins anew
        iterate(lambda: len(peers) == 0, 20, "it has left")
    torrent.check(folder)


@in_lab
def case_what_a_peer_may_have(lab):
    torrent = lab.torrent("tree", {"a": 8 * MIB, "b": 7})
    session = Shoal.Session.new("127.0.0.1:0", False)
    seed = begun(session, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "the seed is verified")
    assert seed.limit_peer("127.0.0.1:1", 0, LIMIT), "the port is not looked at"
    folder, here = lab.path("fetched"), f"127.0.0.1:{session.get_port()}"
    os.mkdir(folder)
    with lab.libtorrent("leech", torrent, folder, peers_at=[here]) as (other, _):
        iterate(lambda: seed.props.uploaded > 0, 20, "it fetches")
        peers = seed.dup_peers()
        iterate(lambda: len(peers) == 1 and peers[0].props.limit_up == LIMIT, 20, "the limit is told")
        holds(lambda: seed.props.uploaded)
        told = []
        peers[0].connect("notify::limit-up", lambda peer, _spec: told.append(peer.props.limit_up))
        seed.limit_peer("127.0.0.1:1", 0, 0)
        iterate(lambda: told == [0] or not other.running(), 20, "that there is none is told")
        iterate(lambda: not other.running(), 60, "without the limit it is fast")
        assert other.finishes(10) == 0, other.log
    torrent.check(folder)


@in_lab
def case_addresses_that_are_none(lab):
    torrent = lab.torrent("tree", {"a": 1000})
    session = Shoal.Session.new("127.0.0.1:0", False)
    leech = begun(session, torrent, lab.path("fetched"))
    for words in ("", "nobody", "1.2.3.4", "1.2.3.4:99999", "[::1:80"):
        try:
            leech.limit_peer(words, 1, 1)
            assert False, words
        except GLib.Error as error:
            assert error.matches(Shoal.error_quark(), Shoal.Error.INVALID), error
    for number in range(1200):  # more than are kept
        assert leech.limit_peer(f"10.0.{number // 250}.{1 + number % 250}:1", 1, 1)
    iterate(lambda: leech.props.state == Shoal.TorrentState.DOWNLOADING, 20, "it goes on")


if __name__ == "__main__":
    network.enter()
    tap.main([case_what_a_peer_may_send, case_what_a_peer_may_have, case_addresses_that_are_none])
