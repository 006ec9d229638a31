#!/usr/bin/python3
"""test-library-details.py: what a window shows of a torrent, and changes while it runs: files, peers, trackers,
pieces, pauses, and its end."""

import os
import time

from helpers import network, tap
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import GLib, Shoal

DOWNLOADING = Shoal.TorrentState.DOWNLOADING
PIECE = 65536


def session():
    """A session of this host."""
    return Shoal.Session.new("127.0.0.1:0", True)


def seeded(lab, files, kind="v1"):
    """A torrent and a session that seeds it."""
    torrent, giver = lab.torrent("tree", files, kind), session()
    seed = add(giver, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "the seed is verified")
    return torrent, giver, seed


def fetching(lab, torrent, giver, priorities=None, state=None):
    """A session that has begun to fetch a torrent of another, and its folder."""
    taker, folder = session(), lab.path("fetched")
    os.mkdir(folder)
    taker.set_state_folder(state)
    leech = add(taker, torrent, folder, priorities=priorities)
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    return taker, leech, folder


def by_path(files):
    """{path: ShoalFile} of a list."""
    return {file.props.path: file for file in files}


@in_lab
def case_files_and_what_is_here_of_them(lab):
    torrent, giver, _seed = seeded(lab, {"a": 3 * PIECE + 5, "b/c": 7, "z": 0}, "hybrid")
    taker, leech, _folder = fetching(lab, torrent, giver)
    files = leech.dup_files()
    assert [(file.props.path, file.props.size) for file in files] == [("a", 3 * PIECE + 5), ("b/c", 7), ("z", 0)]
    assert files[0] is files[0] and leech.dup_files() is files and files[3:] == []
    mine = by_path(files)
    told = []
    mine["a"].connect("notify::done", lambda it, _spec: told.append(it.props.done))
    iterate(lambda: all(file.props.done == file.props.size for file in mine.values()), 20, "every byte is here")
    assert told[-1] == 3 * PIECE + 5
    del taker


@in_lab
def case_files_wanted_later(lab):
    for state in (None, lab.path("state-of-it")):
        torrent, giver, _seed = seeded(lab, {"a": 3 * PIECE, "b": 3 * PIECE, "none": 0})
        taker, leech, folder = fetching(lab, torrent, giver, GLib.Bytes.new(bytes([4, 0, 0])), state)
        iterate(lambda: leech.props.state == SEEDING, 20, "what is wanted is here")
        assert leech.props.left == 3 * PIECE and leech.props.progress == 1
        assert sorted(os.listdir(os.path.join(folder, torrent.name))) == ["a"], "nothing else is written"
        mine = by_path(leech.dup_files())
        assert mine["b"].props.priority == 0
        mine["b"].props.priority = 7
        mine["none"].set_priority(4)
        iterate(lambda: leech.props.state != SEEDING, 20, "more is wanted")
        iterate(lambda: leech.props.state == DOWNLOADING, 20, "it goes on")
        leech.add_peer(f"127.0.0.1:{giver.get_port()}")
        iterate(lambda: leech.props.state == SEEDING, 40, "all of it is here")
        torrent.check(folder)
        del taker


@in_lab
def case_files_wanted_no_more(lab):
    torrent, giver, seed = seeded(lab, {"a": 2 * PIECE, "b": 40 * PIECE})
    seed.set_limits(0, PIECE)
    taker, leech, _folder = fetching(lab, torrent, giver)
    leech.props.sequential = True
    leech.props.edges_first = True
    iterate(lambda: leech.props.downloaded > 0, 20, "something has come")
    leech.set_priorities(GLib.Bytes.new(bytes([4, 0])))
    seed.set_limits(0, 0)
    iterate(lambda: leech.props.state == SEEDING, 30, "what is wanted is here")
    assert leech.props.wanted == 2 * PIECE and leech.props.left > 0
    del taker


@in_lab
def case_peers(lab):
    torrent, giver, seed = seeded(lab, {"a": 300 * PIECE})
    seed.set_limits(0, 2 * PIECE)
    taker, leech, _folder = fetching(lab, torrent, giver)
    peers = leech.dup_peers()
    iterate(lambda: len(peers) == 1 and peers[0].props.rate_down > 0, 20, "a peer sends")
    peer = peers[0]
    assert peer.props.address == f"127.0.0.1:{giver.get_port()}" and not peer.props.incoming
    assert peer.props.client.startswith("Shoal") and peer.props.progress == 1, peer.props.client
    assert peer.props.flags & Shoal.PeerFlags.INTERESTING and not peer.props.flags & Shoal.PeerFlags.CHOKES
    assert peer.props.sources == Shoal.PeerSources.PERSON
    answers = []
    leech.look_at_pieces_async(None, lambda it, result: answers.append(it.look_at_pieces_finish(result)))
    iterate(lambda: answers, 10, "an answer")
    have, counts, requested = (int.from_bytes(each.get_data(), "big") for each in answers[0])
    assert requested and have & requested == 0, "what is being fetched is not here"
    assert counts.to_bytes(600, "big") in (b"\1\0" * 300, b"\0\1" * 300)
    other = seed.dup_peers()
    iterate(lambda: len(other) == 1, 10, "the seed sees it as well")
    assert other[0].props.sources & Shoal.PeerSources.INCOMING
    assert other[0].props.incoming and other[0].props.flags & Shoal.PeerFlags.INTERESTED
    leech.ban_peer(peer.props.address)
    iterate(lambda: len(peers) == 0, 10, "it is gone")
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.props.rate_down == 0, 20, "nothing comes any more")
    assert leech.props.n_peers == 0
    leech.unban_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.props.rate_down > 0, 20, "it is asked again")
    for wrong in (leech.ban_peer, leech.unban_peer):
        try:
            wrong("nonsense")
            raise AssertionError("it is no address")
        except GLib.Error as error:
            assert error.matches(Shoal.error_quark(), Shoal.Error.INVALID), error.message
    del taker


@in_lab
def case_pause_and_resume(lab):
    torrent, giver, seed = seeded(lab, {"a": 120 * PIECE, "b": 0})
    seed.set_limits(0, 4 * PIECE)
    taker, leech, folder = fetching(lab, torrent, giver)
    iterate(lambda: leech.props.downloaded > 0, 20, "something has come")
    leech.pause()
    assert leech.props.paused
    iterate(lambda: leech.props.n_peers == 0 and seed.props.n_peers == 0, 20, "nobody is connected")
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    here = leech.props.downloaded
    changes = []
    leech.connect("changed", changes.append)
    iterate(lambda: len(changes) > 3, 10, "time passes")
    assert leech.props.downloaded == here and leech.props.state == DOWNLOADING
    seed.set_limits(0, 0)
    leech.resume()
    iterate(lambda: leech.props.state == SEEDING, 40, "it goes on")
    torrent.check(folder)
    assert leech.props.downloaded <= 121 * PIECE, "what had come was kept"
    del taker


@in_lab
def case_pieces(lab):
    torrent, giver, seed = seeded(lab, {"a": 10 * PIECE})
    answers = []
    assert seed.dup_pieces() is None
    seed.look_at_pieces_async(None, lambda it, result: answers.append(it.look_at_pieces_finish(result)))
    iterate(lambda: answers, 10, "an answer")
    have, counts, requested = answers[0]
    assert have.get_data() == b"\xff\xc0" and seed.dup_pieces().get_data() == b"\xff\xc0"
    assert counts.get_data() == bytes(20), "nobody is connected"
    assert requested.get_data() == bytes(2), "nothing is missing"
    seed.look_at_pieces_async(None, lambda it, result: answers.append(failure(it.look_at_pieces_finish, result)))
    seed.remove()
    iterate(lambda: len(answers) == 2, 10, "an answer of one that goes")
    assert torrent and giver


@in_lab
def case_files_of_pieces(lab):
    _torrent, _giver, seed = seeded(lab, {"a": 10 * PIECE, "b": 0, "c/d": PIECE // 2, "c/e": PIECE // 2})
    last = seed.get_n_pieces()
    assert seed.dup_files_of_pieces(0, 1, 5) == (["a"], 1)
    assert seed.dup_files_of_pieces(0, last, 2) == (["a", "c/d"], 3)
    assert seed.dup_files_of_pieces(last - 1, last + 100, 5)[0][-1] == "c/e"
    for first, end in ((last, last + 1), (3, 3), (5, 2)):
        assert seed.dup_files_of_pieces(first, end, 5) == ([], 0)


def failure(finish, *arguments):
    """The error of a call, or its result."""
    try:
        return finish(*arguments)
    except GLib.Error as error:
        return error


def removed(torrent, data):
    """Removes a torrent; what came of it."""
    answers = []
    torrent.remove_async(data, None, lambda it, result: answers.append(failure(it.remove_finish, result)))
    iterate(lambda: answers, 20, "it has left")
    return answers[0]


@in_lab
def case_remove_with_its_data(lab):
    torrent, giver, seed = seeded(lab, {"a": 2 * PIECE, "b/c/d": 5, "e/f": 9})
    top = os.path.join(torrent.content, torrent.name)
    outside = lab.path("outside")
    os.makedirs(outside)
    for path in (os.path.join(top, "e", "mine"), os.path.join(outside, "d")):
        with open(path, "wb") as file:
            file.write(b"not the torrent's")
    os.unlink(os.path.join(top, "b", "c", "d"))
    os.rmdir(os.path.join(top, "b", "c"))
    os.symlink(outside, os.path.join(top, "b", "c"))
    assert removed(seed, Shoal.Remove.DELETE_DATA) is True
    assert seed.props.state == Shoal.TorrentState.REMOVED and len(giver) == 0
    left = sorted(os.path.relpath(os.path.join(at, name), top) for at, _, names in os.walk(top) for name in names)
    assert left == ["e/mine"], left
    assert os.listdir(outside) == ["d"] and os.path.islink(os.path.join(top, "b", "c"))


@in_lab
def case_remove_and_keep(lab):
    torrent, giver, seed = seeded(lab, {"a": 2 * PIECE, "b": 5})
    assert removed(seed, Shoal.Remove.KEEP_DATA) is True and len(giver) == 0
    torrent.check(torrent.content)
    assert removed(seed, Shoal.Remove.DELETE_DATA) is True, "it had left before"
    torrent.check(torrent.content)


@in_lab
def case_all_of_the_data_goes(lab):
    torrent, giver, _seed = seeded(lab, {"a": 2 * PIECE, "b/c/d": 5, "b/e": 0})
    taker, leech, folder = fetching(lab, torrent, giver)
    iterate(lambda: leech.props.downloaded > 0, 20, "something has come")
    assert removed(leech, Shoal.Remove.DELETE_DATA) is True
    assert os.listdir(folder) == [], os.listdir(folder)
    del taker


@in_lab
def case_trackers(lab):
    torrent, giver, seed = seeded(lab, {"a": 5})
    trackers = seed.dup_trackers()
    port = network.free_ports(1)[0]
    urls = [f"http://127.0.0.1:{port}/announce", f"udp://127.0.0.1:{port}/announce"]
    for tier, url in enumerate(urls):
        seed.add_tracker(url, tier)
    iterate(lambda: len(trackers) == 2, 10, "both are there")
    assert [(one.props.url, one.props.tier) for one in trackers] == list(zip(urls, (0, 1)))
    iterate(lambda: trackers[0].props.status == Shoal.TrackerStatus.FAILING, 20, "nobody is there")
    assert trackers[0].props.message and trackers[0].props.seeders == -1
    first = trackers[0]
    assert first.props.next_announce > 0
    assert abs(first.props.last_announce - time.time()) < 60
    statuses = []
    first.connect("notify::next-announce", lambda it, _spec: statuses.append(it.props.next_announce))
    before = first.props.next_announce
    seed.announce(urls[0])
    iterate(lambda: statuses and first.props.status == Shoal.TrackerStatus.FAILING, 20, "it was asked again")
    assert before
    seed.remove_tracker(urls[1])
    iterate(lambda: len(trackers) == 1, 10, "one is left")
    assert trackers[0] is first
    seed.pause()
    iterate(lambda: trackers[0].props.next_announce == -1, 10, "none is asked in a pause")
    assert trackers[0] is first and first.props.status == Shoal.TrackerStatus.WAITING
    seed.remove_tracker(urls[0])
    iterate(lambda: len(trackers) == 0, 10, "it is taken away in a pause")
    seed.add_tracker(urls[0], 0)
    iterate(lambda: len(trackers) == 1, 10, "and comes back")
    seed.resume()
    iterate(lambda: [one.props.url for one in trackers] == urls[:1], 10, "those that are left come back")
    del giver


CASES = [
    case_files_and_what_is_here_of_them,
    case_files_wanted_later,
    case_files_wanted_no_more,
    case_peers,
    case_files_of_pieces,
    case_pause_and_resume,
    case_pieces,
    case_remove_with_its_data,
    case_remove_and_keep,
    case_all_of_the_data_goes,
    case_trackers,
]

if __name__ == "__main__":
    network.enter()
    tap.main(CASES)
