#!/usr/bin/python3
"""test-library-recheck.py: what is found damaged is mended at once, by those whom one knew before."""

import os

from helpers import network, small_tracker, tap
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import GLib, Shoal

PIECE = 65536
FILES = {"a": 20 * PIECE + 5, "b/c": 3 * PIECE}

# Trackers are asked again after a minute at the earliest, and so are peers whose connection has ended.
AT_ONCE = 20


class Tracker(small_tracker.Tracker):
    """Remembers what it was told."""

    def __init__(self):
        self.told = []  # (port, event, left), in order
        super().__init__("127.0.0.1", 0)

    def answer(self, host, asked):
        self.told.append((int(asked["port"]), asked.get("event", ""), int(asked["left"])))
        return super().answer(host, asked)

    def told_by(self, session):
        """What one session has said."""
        return [said[1:] for said in self.told if said[0] == session.get_port()]


def session():
    """A session of this host."""
    return Shoal.Session.new("127.0.0.1:0", True)


def seeds(torrent):
    return torrent.props.state == SEEDING


def fetched(lab, trackers=(), flags=Shoal.AddFlags.NO_TRACKERS, priorities=None):
    """A seed, and one that has fetched from it; both have parted."""
    torrent, giver, taker = lab.torrent("tree", FILES, "v1", trackers=trackers), session(), session()
    seed = add(giver, torrent, torrent.content, flags)
    iterate(lambda: seeds(seed), 20, "the seed is verified")
    folder = lab.path("fetched")
    os.mkdir(folder)
    leech = add(taker, torrent, folder, flags, priorities and GLib.Bytes.new(priorities))
    if not trackers:
        leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: seeds(leech), 20, "it is fetched")
    iterate(lambda: leech.props.n_peers == 0, 20, "the seeds have parted")
    return torrent, giver, seed, taker, leech, folder


def damage(folder):
    """One byte in the middle."""
    with open(os.path.join(folder, "tree/a"), "r+b") as file:
        file.seek(7 * PIECE + 77)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 0x55]))


def mended(leech, taker):
    """The torrent is verified, lacks something, and is whole again, maybe between two looks at its state."""
    before = leech.props.downloaded
    leech.verify()
    iterate(lambda: leech.props.downloaded - before >= PIECE and seeds(leech), AT_ONCE, "it is mended")
    assert leech.props.left == 0 and taker.get_n_items() == 1


@in_lab
def case_known_seeds_are_asked_at_once(lab):
    """They were named once, and nobody names them again."""
    torrent, _giver, _seed, taker, leech, folder = fetched(lab)
    for _ in range(2):
        damage(folder)
        mended(leech, taker)
        torrent.check(folder)


@in_lab
def case_trackers_hear_of_it(lab):
    """A tracker that believed in a seed learns better at once; what is fetched twice is counted once."""
    with Tracker() as tracker:
        torrent, giver, _seed, taker, leech, folder = fetched(lab, [tracker.url], Shoal.AddFlags.NONE)
        iterate(lambda: tracker.told_by(taker)[-1:] == [("completed", 0)], AT_ONCE, "it has told of the last piece")
        damage(folder)
        mended(leech, taker)
        torrent.check(folder)
        iterate(lambda: tracker.told_by(taker)[2:] == [("started", PIECE), ("", 0)], AT_ONCE,
                "it has told of the damage, and of its end")
        assert tracker.told_by(giver) == [("started", 0)], tracker.told


@in_lab
def case_whoever_is_named_meanwhile_is_known(lab):
    """The person names a peer between the old torrent's end and the beginning of the new one."""
    torrent, _giver, seed, _taker, leech, folder = fetched(lab)
    seed.pause()
    damage(folder)
    leech.verify()
    iterate(lambda: leech.props.state == Shoal.TorrentState.DOWNLOADING, AT_ONCE, "the damage is found")
    other = session()
    more = add(other, torrent, torrent.content)
    iterate(lambda: seeds(more), 20, "another seed is verified")
    leech.verify()
    leech.add_peer(f"127.0.0.1:{other.get_port()}")
    iterate(lambda: seeds(leech), AT_ONCE, "it is mended")
    torrent.check(folder)


@in_lab
def case_partial_seeds_say_so(lab):
    """Who wants no more than it has is no seed, and has completed nothing (BEP 21)."""
    with Tracker() as tracker:
        _torrent, giver, _seed, taker, leech, _folder = fetched(lab, [tracker.url], Shoal.AddFlags.NONE, [0, 4])
        iterate(lambda: tracker.told_by(taker)[1:] == [("paused", leech.props.left)], AT_ONCE, "it is a partial seed")
        assert leech.props.left > 0
        leech.set_priorities(GLib.Bytes.new([4, 4]))
        iterate(lambda: leech.props.left == 0 and seeds(leech), AT_ONCE, "the rest has come")
        iterate(lambda: tracker.told_by(taker)[-1:] == [("completed", 0)], AT_ONCE, "now it is counted")
        assert len(tracker.told_by(giver)) == 1


if __name__ == "__main__":
    network.enter()
    tap.main([case_known_seeds_are_asked_at_once, case_trackers_hear_of_it,
              case_whoever_is_named_meanwhile_is_known, case_partial_seeds_say_so])
