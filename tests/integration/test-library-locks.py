#!/usr/bin/python3
"""test-library-locks.py: two processes and the files of one torrent: a session with a profile, which a window
has, and the command. One of them may write, or both may read; who comes second is told who is first."""

import os

from helpers import library, network, tap
from helpers.library import in_lab, iterate
from gi.repository import GLib, Shoal

SEEDING, FAULT = library.SEEDING, Shoal.TorrentState.FAULT


def open_profile(lab):
    lab.state = library.STATE  # of the command as well: they are one person's
    session = Shoal.Session.open(lab.path("profile"), "127.0.0.1:0", True)
    iterate(session.get_loaded, 30, "the list is there")
    return session


def program():
    """What the system calls this process."""
    with open("/proc/self/comm", encoding="utf-8") as file:
        return file.read().strip()


def slow_giver(torrent):
    """A session that hands out so little that who fetches is at it until the limit goes."""
    giver = Shoal.Session.new("127.0.0.1:0", True)
    giver.set_limits(0, 20000)
    seed = library.add(giver, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 30, "the seed is verified")
    return giver


def refused(torrent, name, number):
    """Whether it is in its fault, with words that name who has the files."""
    error = torrent.get_error()
    if torrent.get_state() != FAULT or error is None:
        return False
    assert error.matches(Shoal.error_quark(), Shoal.Error.IN_USE), error.message
    assert f"{name} (process {number})" in error.message, error.message
    return True


@in_lab
def case_the_command_finds_the_window_at_work(lab):
    torrent = lab.torrent("busy", 2**20, "v1", "64KiB")
    giver, taker, folder = slow_giver(torrent), open_profile(lab), lab.path("files")
    os.mkdir(folder)
    leech = library.add(taker, torrent, folder)
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.get_downloaded() > 0, 30, "it fetches")
    with lab.download(torrent, folder=folder) as second:
        assert second.finishes(30) != 0
        said = second.last()
        assert said["error"]["code"] == "in-use", said
        assert f"{program()} (process {os.getpid()})" in said["error"]["message"], said
    giver.set_limits(0, 0)
    iterate(lambda: leech.get_state() == SEEDING, 30, "the window's goes on")
    torrent.check(folder)


@in_lab
def case_the_window_finds_the_command_at_work(lab):
    torrent = lab.torrent("busy", 2**20, "v1", "64KiB")
    giver, taker, folder = slow_giver(torrent), open_profile(lab), lab.path("files")
    os.mkdir(folder)
    with lab.download(torrent, peers_at=[f"127.0.0.1:{giver.get_port()}"], folder=folder) as first:
        iterate(lambda: first.events("downloading"), 30, "the command fetches")
        leech = library.add(taker, torrent, folder)
        iterate(lambda: refused(leech, "shoal", first.process.pid), 30, "the window is refused")
        giver.set_limits(0, 0)
        iterate(lambda: not first.running(), 30, "the command has everything, and ends")
        assert first.finishes(30) == 0
    leech.retry()
    iterate(lambda: leech.get_state() == SEEDING, 30, "the window has it, complete")
    torrent.check(folder)


@in_lab
def case_both_read_what_is_complete(lab):
    """Also one that a profile kept, which does not have to write: it wakes up beside the command."""
    torrent = lab.torrent("whole", 2**20, "v1", "64KiB")
    taker = open_profile(lab)
    profile, name = taker.get_profile(), torrent.names()[0].hex()
    seed = library.add(taker, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 30, "the window's is verified")
    with lab.seed(torrent) as other:
        iterate(lambda: other.events("seeding"), 30, "the command seeds beside it")
        assert seed.get_state() == SEEDING
        done = []
        taker.flush_async(None, lambda _session, result: done.append(taker.flush_finish(result)))
        iterate(lambda: done, 30, "the profile answers")
        del seed, taker
        taker = Shoal.Session.open(profile, "127.0.0.1:0", True)
        iterate(taker.get_loaded, 30, "the list is there")
        seed = taker.find(name)
        seed.dup_files()
        pieces = []
        seed.look_at_pieces_async(None, lambda one, result: pieces.append(one.look_at_pieces_finish(result)))
        iterate(lambda: pieces, 30, "it is awake")
        assert seed.get_state() == SEEDING, seed.get_state()
        assert other.running()


@in_lab
def case_who_lacks_something_does_not_write_beside_a_reader(lab):
    torrent = lab.torrent("spoilt", 2**20, "v1", "64KiB")
    taker, folder = open_profile(lab), lab.copy(torrent)
    profile = taker.get_profile()
    seed = library.add(taker, torrent, folder)
    iterate(lambda: seed.get_state() == SEEDING, 30, "the window's is verified")
    name = seed.get_info_hash()
    del seed, taker
    with lab.seed(torrent, folder=folder) as other:
        iterate(lambda: other.events("seeding"), 30, "the command seeds")
        with open(os.path.join(folder, torrent.name), "r+b") as file:
            file.write(b"spoilt")
        taker = Shoal.Session.open(profile, "127.0.0.1:0", True)
        iterate(taker.get_loaded, 30, "the list is there")
        seed = taker.find(name)
        iterate(lambda: refused(seed, "shoal", other.process.pid), 30, "it is refused as soon as it knows")
    seed.retry()
    iterate(lambda: seed.get_state() == Shoal.TorrentState.DOWNLOADING, 30, "it fetches what lacks")


@in_lab
def case_two_torrents_of_one_profile_share_files(lab):
    """The same content in another torrent: as before, one process knows what it does."""
    first = lab.torrent("shared", 2**20, "v1", "64KiB")
    second = lab.torrent_of(first.content, "shared", "v1", "128KiB")
    taker = open_profile(lab)
    seeds = [library.add(taker, one, first.content) for one in (first, second)]
    iterate(lambda: all(seed.get_state() == SEEDING for seed in seeds), 30, "both seed")


if __name__ == "__main__":
    network.enter()
    tap.main([case_the_command_finds_the_window_at_work, case_the_window_finds_the_command_at_work,
              case_both_read_what_is_complete, case_who_lacks_something_does_not_write_beside_a_reader,
              case_two_torrents_of_one_profile_share_files])
