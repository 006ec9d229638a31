#!/usr/bin/python3
"""test-library-layers.py: a torrent of v2 without its piece layers (BEP 52) in a session, and in a profile."""

import gc
import os
import shutil

from helpers import library, mutate, network, small_tracker, swarm, tap
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import GLib, Shoal

PIECE = 65536
FILES = {"a": 20 * PIECE + 5, "b/c": 3 * PIECE, "d": 7}
METADATA = Shoal.TorrentState.METADATA


class Tracker(small_tracker.Tracker):
    """Remembers what it was told."""

    def __init__(self):
        self.told = []  # (port, event), in order
        super().__init__("127.0.0.1", 0)

    def answer(self, host, asked):
        self.told.append((int(asked["port"]), asked.get("event", "")))
        return super().answer(host, asked)

    def told_by(self, session):
        """The events of one session."""
        return [event for port, event in self.told if port == session.get_port() and event]


def works(trackers):
    """The only one has answered."""
    return [one.get_status() for one in trackers] == [Shoal.TrackerStatus.WORKING]


def open_profile(path):
    session = Shoal.Session.open(path, "127.0.0.1:0", True)
    iterate(session.get_loaded, 30, "the list is there")
    return session


def outer(data):
    """The keys of a .torrent."""
    return dict(mutate.decode(data))


def made(lab, trackers=("http://127.0.0.1:1/announce",)):
    """A torrent, what stands in it, and the same without layers."""
    torrent = lab.torrent("tree", FILES, "v2", trackers=trackers)
    with open(torrent.file, "rb") as file:
        return torrent, outer(file.read()), swarm.without_layers(lab, torrent)


def is_whole(torrent, whole):
    """All that the .torrent had stands in it, and the layers."""
    return outer(torrent.get_torrent_file().get_data()) == whole


@in_lab
def case_layers_are_kept(lab):
    """Until they are here it waits, in the next run too; from then on nobody is needed for them."""
    torrent, whole, bare = made(lab)
    folder, profile = lab.path("fetched"), lab.path("profile")
    os.mkdir(folder)
    session = open_profile(profile)
    leech = add(session, bare, folder)
    iterate(lambda: leech.get_state() == METADATA, 20, "it looks for its layers")
    assert leech.get_n_files() == 3 and leech.get_metadata_progress() == 0
    assert not is_whole(leech, whole)
    del leech, session
    gc.collect()
    session = open_profile(profile)
    leech = session.find_torrent(GLib.Bytes.new(open(bare.file, "rb").read()))
    iterate(lambda: leech.get_state() == METADATA, 20, "it looks for them again")
    with lab.seed(torrent) as seed:
        leech.add_peer(seed.at())
        iterate(lambda: leech.get_state() == SEEDING, 30, "it has come")
    assert is_whole(leech, whole)
    torrent.check(folder)
    del leech, session
    gc.collect()
    session = open_profile(profile)
    leech = session.find_torrent(GLib.Bytes.new(open(bare.file, "rb").read()))
    iterate(lambda: leech.get_state() == SEEDING, 20, "it seeds on")
    assert leech.get_hashed() == 0 and is_whole(leech, whole)


@in_lab
def case_files_that_are_whole_tell_them(lab):
    """A seed without layers finds them, and reads its files no second time for that."""
    torrent, whole, bare = made(lab)
    session = Shoal.Session.new("127.0.0.1:0", True)
    told = []
    seed = add(session, bare, torrent.content)
    seed.connect("metadata-received", lambda one: told.append(is_whole(one, whole)))
    iterate(lambda: seed.get_state() == SEEDING, 20, "it seeds")
    assert told == [True], told
    assert seed.get_hashed() == 7, seed.get_hashed()


@in_lab
def case_files_that_come_later(lab):
    """While it waits the person puts them there and has them verified, or says where they lie."""
    torrent, whole, bare = made(lab)
    for way in "verify", "place":
        folder, session = lab.path("folder"), Shoal.Session.new("127.0.0.1:0", True)
        os.mkdir(folder)
        one = add(session, bare, folder)
        iterate(lambda: one.get_state() == METADATA, 20, "it looks for its layers")
        if way == "verify":
            shutil.copytree(torrent.content, folder, dirs_exist_ok=True)
            one.verify()
        else:
            one.set_folder(torrent.content)
        iterate(lambda: one.get_state() == SEEDING, 20, f"it seeds ({way})")
        assert is_whole(one, whole)


@in_lab
def case_files_are_chosen_before(lab):
    """Nothing is looked for before: its list is there."""
    torrent, whole, bare = made(lab)
    folder = lab.path("fetched")
    os.mkdir(folder)
    session = Shoal.Session.new("127.0.0.1:0", True)
    leech = add(session, bare, torrent.content, Shoal.AddFlags.NO_TRACKERS | Shoal.AddFlags.CHOOSE)
    iterate(lambda: leech.get_state() == METADATA, 20, "it waits")
    assert [one.get_path() for one in leech.dup_files()] == ["a", "b/c", "d"]
    with lab.seed(torrent) as seed:
        leech.choose_in(folder, GLib.Bytes.new(bytes([0, 4, 4])))
        leech.add_peer(seed.at())
        iterate(lambda: leech.get_state() == SEEDING, 30, "it has come")
    assert is_whole(leech, whole)
    torrent.check(folder, ignored=["a"])


def case_trackers_are_asked(what):
    """While it looks for its layers, or as a magnet for all: it says that it stops and that it goes on."""
    @in_lab
    def run(lab):
        folder = lab.path("fetched")
        os.mkdir(folder)
        with Tracker() as tracker:
            torrent, _, bare = made(lab, () if what == "a torrent that names none" else (tracker.url,))
            session = Shoal.Session.new("127.0.0.1:0", True)
            leech = (session.add_magnet(torrent.magnet(), folder, Shoal.AddFlags.NONE) if what == "a magnet" else
                     add(session, bare, folder, Shoal.AddFlags.NONE))
            if what == "a torrent that names none":
                leech.add_tracker(tracker.url, 0)
            trackers = leech.dup_trackers()
            iterate(lambda: works(trackers), 20, "it has announced itself")
            leech.pause()
            iterate(lambda: tracker.told_by(session) == ["started", "stopped"], 20, "it has said that it stops")
            leech.resume()
            iterate(lambda: tracker.told_by(session) == ["started", "stopped", "started"], 20, "it goes on")
            with lab.seed(torrent, "--tracker", tracker.url, trackers=True) as seed:
                network.until(seed.takes_peers, 20, "the seed is there")
                iterate(lambda: leech.get_state() == SEEDING, 60, "it has come")
            torrent.check(folder)
    run.__name__ = f"trackers are asked for {what}"
    return run


@in_lab
def case_one_that_is_removed_meanwhile(lab):
    """While it looks for layers among its files, and while it waits for peers."""
    _, _, bare = made(lab)
    for folder in lab.folder, bare.content:
        session, gone = Shoal.Session.new("127.0.0.1:0", True), []
        torrent = add(session, bare, folder)
        torrent.connect("removed", gone.append)
        torrent.remove()
        iterate(lambda: gone, 20, "it has left")


if __name__ == "__main__":
    network.enter()
    tap.main([case_layers_are_kept, case_files_that_are_whole_tell_them, case_files_that_come_later,
              case_files_are_chosen_before,
              case_trackers_are_asked("a torrent"), case_trackers_are_asked("a torrent that names none"),
              case_trackers_are_asked("a magnet"),
              case_one_that_is_removed_meanwhile])
