#!/usr/bin/python3
"""test-library-disks.py: disks that take nothing, and what is made on those that do."""

import os
import stat

from helpers import disks, mutate, swarm, tap
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import GLib, Shoal

FAULT = Shoal.TorrentState.FAULT
FILES = {"a/b": 70000, "c": 5, "run": 100}


def session():
    """A session of this host."""
    return Shoal.Session.new("127.0.0.1:0", True)


@in_lab
def case_who_may_not_write_hears_of_it_at_once(lab):
    """No peer is there, and no piece will come; a disk that takes files again lets it go on."""
    torrent, folder = lab.torrent("tree", FILES, "v1"), lab.path("disk")
    os.mkdir(folder)
    disks.small(folder, "1m")
    disks.read_only(folder)
    taker = session()
    leech = add(taker, torrent, folder)
    iterate(lambda: leech.props.state == FAULT, 20, "it is said")
    error = leech.get_error()
    assert error.matches(Shoal.error_quark(), Shoal.Error.WRITE), error
    assert folder in error.message, error.message
    disks.read_only(folder, False)
    leech.retry()
    iterate(lambda: leech.props.state == Shoal.TorrentState.DOWNLOADING, 20, "it goes on")
    assert os.listdir(folder) == []
    del leech, taker
    disks.take_away(folder)


def with_a_program(lab, torrent):
    """The same torrent, in which one file is a program (BEP 47)."""
    with open(torrent.file, "rb") as file:
        tree = mutate.decode(file.read())
    for entry in dict(dict(tree)[b"info"])[b"files"]:
        if dict(entry)[b"path"] == [b"run"]:
            entry.insert(0, [b"attr", b"xh"])
    path = lab.path("programs.torrent")
    with open(path, "wb") as out:
        out.write(mutate.encode(tree))
    return swarm.Torrent("tree", path, torrent.content, torrent.paths)


def mode(folder, path):
    return stat.S_IMODE(os.stat(os.path.join(folder, "tree", path)).st_mode)


@in_lab
def case_programs_are_programs(lab):
    """As far as the person's mask lets them, also where bytes of theirs came for another file's sake."""
    torrent = with_a_program(lab, lab.torrent("tree", FILES, "v1"))
    giver, taker, folder = session(), session(), lab.path("fetched")
    seed = add(giver, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "the seed is verified")
    os.mkdir(folder)
    os.umask(0o027)
    leech = add(taker, torrent, folder, priorities=GLib.Bytes.new([4, 4, 0]))
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.props.state == SEEDING, 20, "what is wanted is here")
    assert not os.path.exists(os.path.join(folder, "tree/run"))
    leech.set_priorities(GLib.Bytes.new([4, 4, 4]))
    iterate(lambda: os.path.exists(os.path.join(folder, "tree/run")) and leech.props.state == SEEDING, 20,
            "the rest is here")
    assert [mode(folder, path) for path in ("run", "c", "a/b")] == [0o750, 0o640, 0o640]
    torrent.check(folder)


if __name__ == "__main__":
    disks.enter()
    tap.main([case_who_may_not_write_hears_of_it_at_once, case_programs_are_programs])
