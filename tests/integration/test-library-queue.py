#!/usr/bin/python3
"""test-library-queue.py: how many torrents of a session are active at a time: who waits, what gives one
its turn, and the order in which they have it."""

import gc
import os
import sqlite3

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
    torrents = [lab.torrent(f"t{n}", 2**22 + n, ("v1", "hybrid")[n % 2], "64KiB") for n in range(count)]
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


def order(session):
    """The names in the list, whose ranks are in its order."""
    ranks = [torrent.get_queue_rank() for torrent in session]
    assert ranks == sorted(set(ranks)), ranks
    return "".join(torrent.get_name()[1] for torrent in session)


UP, DOWN, TOP, BOTTOM = (Shoal.QueueMove.UP, Shoal.QueueMove.DOWN, Shoal.QueueMove.TOP, Shoal.QueueMove.BOTTOM)

# What is moved, where to, and the order afterwards; out of "012345", of which 1 and 4 are complete.
MOVES = (
    ("0", UP, "012345"), ("5", DOWN, "012345"), ("", TOP, "012345"),
    ("2", UP, "210345"), ("3", UP, "013245"), ("5", UP, "012543"), ("23", UP, "213045"), ("02", UP, "012345"),
    ("1", UP, "012345"), ("4", UP, "042315"), ("1", DOWN, "042315"), ("35", DOWN, "012345"),
    ("02", DOWN, "310245"), ("023", DOWN, "510243"), ("3", TOP, "301245"), ("52", TOP, "250134"),
    ("0", BOTTOM, "123450"), ("31", BOTTOM, "024513"), ("543210", TOP, "012345"),
)


@in_lab
def case_moves(lab):
    torrents = [lab.torrent(f"t{n}", 70000 + n, "v1", "64KiB") for n in range(6)]
    folder = lab.path("files")
    os.mkdir(folder)
    session, other = Shoal.Session.new("127.0.0.1:0", True), Shoal.Session.new("127.0.0.1:0", True)
    added = [library.add(session, torrent, torrent.content if n in (1, 4) else folder)
             for n, torrent in enumerate(torrents)]
    states = [SEEDING if n in (1, 4) else DOWNLOADING for n in range(6)]
    iterate(lambda: [torrent.get_state() for torrent in added] == states, 30, "they are verified")
    stranger = library.add(other, torrents[0], torrents[0].content, Shoal.AddFlags.CHOOSE)
    for moved, where, after in MOVES:
        session.move_in_queue(added, TOP)
        for torrent in added:
            session.move_in_queue([torrent], BOTTOM)
        assert order(session) == "012345", order(session)
        told = []
        heard = session.connect("items-changed", lambda _session, *change: told.append(change))
        session.move_in_queue([added[int(one)] for one in moved] + [stranger], where)
        session.disconnect(heard)
        assert order(session) == after, (moved, where, order(session))
        changed = [n for n in range(6) if "012345"[n] != after[n]]
        expected = [(changed[0], *(changed[-1] - changed[0] + 1,) * 2)] if changed else []
        assert told == expected, (moved, where, told)


@in_lab
def case_order_and_force_give_turns(lab):
    _torrents, giver, taker, leeches, _folder = begin(lab, 4, 1)
    expect(leeches, "rwww", "the first fetches")
    taker.move_in_queue([leeches[2]], TOP)
    expect(leeches, "wwrw", "who is at the top does")
    leeches[3].set_forced(True)
    expect(leeches, "wwrr", "who is forced does as well")
    leeches[3].add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leeches[3].get_downloaded() > 0, 30, "it fetches")
    leeches[2].set_forced(True)
    expect(leeches, "rwrr", "who is forced takes nobody's place")
    leeches[2].set_forced(False)
    taker.move_in_queue([leeches[2]], BOTTOM)
    expect(leeches, "rwwr", "who is at the bottom waits")


def restart(session, between=lambda: None):
    profile = session.get_profile()
    flushed = []
    session.flush_async(None, lambda one, result: flushed.append(one.flush_finish(result)))
    iterate(lambda: flushed, 30, "the profile is on the device")
    del session
    gc.collect()
    between()
    return open_profile(profile)


@in_lab
def case_the_order_is_kept(lab):
    _torrents, _giver, taker, leeches, _folder = begin(lab, 4, 1)
    taker.move_in_queue([leeches[3]], TOP)
    leeches[2].set_forced(True)
    assert order(taker) == "3012"
    profile = taker.get_profile()
    del leeches
    held = [taker]
    del taker
    taker = restart(held.pop())
    assert order(taker) == "3012"
    assert [torrent.get_forced() for torrent in taker] == [False, False, False, True]
    expect(list(taker), "rwwr", "so it is in the next session")
    fresh = library.add(taker, lab.torrent("t4", 70000, "v1", "64KiB"), lab.path("files"))
    assert order(taker) == "30124", "a new one is the last"
    del fresh
    for positions in ("7", "9223372036854775807 - id", "-9223372036854775807 + id"):
        def damage():
            with sqlite3.connect(os.path.join(profile, "session.db")) as database:
                database.execute(f"UPDATE roster SET position = {positions}")
            database.close()
        held = [taker]
        del taker
        taker = restart(held.pop(), damage)
        was = order(taker)
        taker.move_in_queue([taker[4]], TOP)
        assert order(taker) == was[4] + was[:4]
        held = [taker]
        del taker
        taker = restart(held.pop())
        assert order(taker) == was[4] + was[:4]


if __name__ == "__main__":
    network.enter()
    tap.main([case_in_the_order_of_the_list, case_the_end_of_one_is_the_turn_of_the_next,
              case_limits_change_and_are_kept, case_seeds, case_moves, case_order_and_force_give_turns,
              case_the_order_is_kept])
