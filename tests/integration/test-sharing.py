#!/usr/bin/python3
"""test-sharing.py: a file that two torrents of a session have is fetched once: in v2 its root tells (BEP 52).

What was copied is verified, and what of it is not true is fetched; bytes that came from peers are counted.
"""

import os
import shutil

from helpers import library, network, tap, trees
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import GLib, Shoal

BIG, OTHER, PIECE = 3000001, 500001, 131072


class Scene:
    """Two torrents that share a file under different names, and sessions that give and take them."""

    def __init__(self, lab, kinds=("v2", "hybrid")):
        self.first = lab.torrent("one", {"big.bin": BIG, "little": 5}, kinds[0], "64KiB")
        content = lab.path("content")
        trees.make(content, {"two/other.bin": OTHER})
        os.mkdir(os.path.join(content, "two", "deep"))
        shutil.copy(os.path.join(self.first.content, "one", "big.bin"), os.path.join(content, "two", "deep", "film.bin"))
        self.second = lab.torrent_of(content, "two", kinds[1], "128KiB",
                                     paths=["two/other.bin", "two/deep/film.bin"])
        self.giver = Shoal.Session.new("127.0.0.1:0", True)
        self.taker = Shoal.Session.new("127.0.0.1:0", True)
        seeds = [add(self.giver, torrent, torrent.content) for torrent in (self.first, self.second)]
        iterate(lambda: all(seed.get_state() == SEEDING for seed in seeds), 20, "the seeds are verified")
        self.folder = lab.path("fetched")
        os.mkdir(self.folder)

    def fetch(self, torrent, priorities=None):
        """Adds one to the session that takes, which is told of the other."""
        leech = add(self.taker, torrent, self.folder, priorities=priorities)
        leech.add_peer(f"127.0.0.1:{self.giver.get_port()}")
        return leech

    def complete(self, leech):
        """Waits for it."""
        iterate(lambda: leech.get_state() == SEEDING, 30, "it is complete")


def case_of_kinds(*kinds):
    """The file comes once, whatever its torrents are."""
    @in_lab
    def run(lab):
        scene = Scene(lab, kinds)
        scene.complete(scene.fetch(scene.first))
        leech = scene.fetch(scene.second)
        scene.complete(leech)
        scene.second.check(scene.folder)
        assert OTHER <= leech.get_downloaded() < OTHER + PIECE, leech.get_downloaded()
    run.__name__ = "a file of {} and {} comes once".format(*kinds)
    return run


@in_lab
def case_roots_of_v1_are_not_known(lab):
    scene = Scene(lab, ("v1", "v2"))
    scene.complete(scene.fetch(scene.first))
    leech = scene.fetch(scene.second)
    scene.complete(leech)
    assert leech.get_downloaded() >= OTHER + BIG


@in_lab
def case_what_is_not_true_is_fetched(lab):
    """The file was changed since it was verified: the pieces that differ come from the peer."""
    scene = Scene(lab)
    scene.complete(scene.fetch(scene.first))
    with open(os.path.join(scene.folder, "one", "big.bin"), "r+b") as file:
        for at in (5, BIG - 5):
            file.seek(at)
            byte = file.read(1)
            file.seek(at)
            file.write(bytes([byte[0] ^ 255]))
    leech = scene.fetch(scene.second)
    scene.complete(leech)
    scene.second.check(scene.folder)
    assert OTHER + PIECE < leech.get_downloaded() < OTHER + 3 * PIECE, leech.get_downloaded()


@in_lab
def case_what_is_here_stays(lab):
    """A file that has something is not written over, whoever has all of it: it is verified and mended."""
    scene = Scene(lab)
    scene.complete(scene.fetch(scene.first))
    os.makedirs(os.path.join(scene.folder, "two", "deep"))
    with open(os.path.join(scene.folder, "one", "big.bin"), "rb") as file:
        begin = file.read(10 * PIECE)
    with open(os.path.join(scene.folder, "two", "deep", "film.bin"), "wb") as file:
        file.write(begin)
    leech = scene.fetch(scene.second)
    scene.complete(leech)
    scene.second.check(scene.folder)
    assert leech.get_downloaded() > OTHER + BIG - 11 * PIECE, leech.get_downloaded()


@in_lab
def case_not_wanted_is_not_copied(lab):
    scene = Scene(lab, ("v2", "v2"))
    scene.complete(scene.fetch(scene.first))
    priorities = GLib.Bytes.new(bytes([0, 4]))  # in the order of a v2 tree: deep/film.bin, other.bin
    leech = scene.fetch(scene.second, priorities)
    scene.complete(leech)
    assert not os.path.exists(os.path.join(scene.folder, "two", "deep", "film.bin"))


@in_lab
def case_lenders_may_go_at_any_time(lab):
    """Removed in the same turn: whatever was copied until then, the rest is fetched."""
    scene = Scene(lab)
    lender = scene.fetch(scene.first)
    scene.complete(lender)
    leech = scene.fetch(scene.second)
    lender.remove()
    scene.complete(leech)
    scene.second.check(scene.folder)


@in_lab
def case_files_that_are_missing_come_from_there(lab):
    """A torrent whose file has gone takes it from the other one when it is verified again."""
    scene = Scene(lab)
    first, second = scene.fetch(scene.first), scene.fetch(scene.second)
    for leech in (first, second):
        scene.complete(leech)
    os.remove(os.path.join(scene.folder, "one", "big.bin"))
    had = first.get_downloaded()
    first.verify()
    iterate(lambda: os.path.exists(os.path.join(scene.folder, "one", "big.bin")), 20, "it is copied")
    scene.complete(first)
    scene.first.check(scene.folder)
    assert first.get_downloaded() == had


network.enter()
tap.main([*(case_of_kinds(*kinds) for kinds in (("v2", "hybrid"), ("hybrid", "v2"), ("v2", "v2"))),
          case_roots_of_v1_are_not_known, case_what_is_not_true_is_fetched, case_what_is_here_stays,
          case_not_wanted_is_not_copied, case_lenders_may_go_at_any_time,
          case_files_that_are_missing_come_from_there])
