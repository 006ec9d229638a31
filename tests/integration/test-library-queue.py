#!/usr/bin/python3
"""test-library-queue.py: how many torrents of a session are active at a time: who waits, and what gives one
its turn."""

import gc
import os

from helpers import library, network, tap
from helpers.library import in_lab, iterate
from gi.repository import Shoal

SEEDING, DOWNLOADING = library.SEEDING, Shoal.TorrentState.DOWNLOADING


def giver_of(torrents):
    """A session that hands out so little that who fetches is at it until the limit goes."""
    giver = Shoal.Session.new("127.0.0.1:0", True)
    giver.set_limits(0, 60000)
    seeds = [library.add(giver, torrent, torrent.content) for torrent in torrents]
    iterate(lambda: all(seed.get_state() == SEEDING for seed in seeds), 30, "the seeds are verified")
    return giver


def open_profile(profile):
    session = Shoal.Session.open(profile, "127.0.0.1:0", True)
    iterate(session.get_loaded, 30, "the list is there")
    return session


def begin(lab, count, limit):
    """Torrents, who gives them, and a session that may fetch so many at a time."""
    torrents = [lab.torrent(f"t{n}", 2**20 + n, ("v1", "hybrid")[n % 2], "64KiB") for n in range(count)]
    giver, folder = giver_of(torrents), lab.path("files")
    os.mkdir(folder)
    taker = open_profile(lab.path("profile"))
    taker.set_max_active_downloads(limit)
    leeches = [library.add(taker, torrent, folder) for torrent in torrents]
    for leech in leeches:
        leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    return torrents, giver, taker, leeches, folder


def waiting(leeches):
    return "".join("w" if leech.get_queued() else "r" for leech in leeches)


def expect(leeches, pattern, what):
    iterate(lambda: waiting(leeches) == pattern, 30, f"{what}: {pattern}, not {waiting(leeches)}")


@in_lab
def case_in_the_order_of_the_list(lab):
    _torrents, giver, _taker, leeches, _folder = begin(lab, 3, 1)
    told = []
    leeches[1].connect("notify::queued", lambda one, _spec: told.append(one.get_queued()))
    expect(leeches, "rww", "the first fetches")
    iterate(lambda: leeches[0].get_downloaded() > 0, 30, "it does")
    leeches[0].pause()
    expect(leeches, "rrw", "a pause frees a place")
    leeches[1].add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leeches[1].get_downloaded() > 0, 30, "the second fetches")
    leeches[0].resume()
    expect(leeches, "rww", "the first is before it")
    iterate(lambda: leeches[1].get_n_peers() == 0, 30, "who waits has no peers")
    assert told[-1] is True and False in told, told


@in_lab
def case_the_end_of_one_is_the_turn_of_the_next(lab):
    torrents, giver, _taker, leeches, folder = begin(lab, 3, 1)
    expect(leeches, "rww", "the first fetches")
    gone = []
    leeches[0].connect("removed", gone.append)
    leeches[0].remove()
    expect(leeches[1:], "rw", "who leaves frees a place")
    iterate(lambda: gone, 30, "it has left")
    giver.set_limits(0, 0)
    for leech in leeches[1:]:
        leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leeches[1].get_state() == SEEDING, 30, "the second is complete")
    expect(leeches[1:], "rr", "who is complete frees a place")
    leeches[2].add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leeches[2].get_state() == SEEDING, 30, "the third is complete")
    for torrent in torrents[1:]:
        torrent.check(folder)


@in_lab
def case_limits_change_and_are_kept(lab):
    _torrents, _giver, taker, leeches, _folder = begin(lab, 4, 2)
    expect(leeches, "rrww", "two fetch")
    taker.set_max_active_downloads(3)
    expect(leeches, "rrrw", "three do")
    taker.set_max_active_downloads(0)
    expect(leeches, "rrrr", "all do")
    taker.set_max_active_downloads(1)
    expect(leeches, "rwww", "one does")
    taker.set_max_active_seeds(7)
    profile = taker.get_profile()
    del leeches, taker
    gc.collect()
    taker = open_profile(profile)
    assert (taker.get_max_active_downloads(), taker.get_max_active_seeds()) == (1, 7)
    expect(list(taker), "rwww", "so it is in the next session")
    assert not any(one.get_paused() for one in taker), "nobody has paused them"


@in_lab
def case_seeds(lab):
    torrents = [lab.torrent(f"t{n}", 2**20, "v1", "64KiB") for n in range(3)]
    giver = Shoal.Session.new("127.0.0.1:0", True)
    giver.set_max_active_seeds(2)
    seeds = [library.add(giver, torrent, torrent.content) for torrent in torrents]
    expect(seeds, "rrw", "two are shared")
    seeds[0].remove()
    expect(seeds[1:], "rr", "one has left")


if __name__ == "__main__":
    network.enter()
    tap.main([case_in_the_order_of_the_list, case_the_end_of_one_is_the_turn_of_the_next,
              case_limits_change_and_are_kept, case_seeds])
