#!/usr/bin/python3
"""test-session.py: the library from another language: sessions side by side in one process, each with many
torrents, as an application holds them."""

import os

from helpers import library, network, swarm, tap
from helpers.library import add, in_lab, iterate, pair
from gi.repository import Gio, GLib, Shoal

SEEDING, FAULT = library.SEEDING, Shoal.TorrentState.FAULT


@in_lab
def case_many_torrents_at_once(lab):
    torrents, giver, taker, leeches, folder = pair(lab, 24)
    completed = []
    for leech in leeches:
        leech.connect("completed", completed.append)
    iterate(lambda: all(leech.get_state() == SEEDING for leech in leeches), 30, "everything is here")
    for torrent, leech in zip(torrents, leeches):
        torrent.check(folder)
        assert leech.get_left() == 0 and leech.get_error() is None
    iterate(lambda: len(completed) == len(leeches), 5, "each has said so")
    del giver, taker


@in_lab
def case_verify_finds_and_mends_what_was_spoilt(lab):
    torrents, giver, _taker, leeches, folder = pair(lab, 2)
    torrent, leech = torrents[1], leeches[1]
    iterate(lambda: all(one.get_state() == SEEDING for one in leeches), 20, "everything is here")
    before = leech.get_downloaded()
    path = os.path.join(folder, torrent.name, "a.bin")
    with open(path, "r+b") as file:
        file.write(b"no")
    states = []
    leech.connect("changed", lambda it: states.append(it.get_state()))
    leech.verify()
    leech.verify()  # while it is on its way
    iterate(lambda: leech.get_state() != SEEDING, 20, "it is looked at")
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.get_state() == SEEDING, 20, "it is mended")
    torrent.check(folder)
    assert Shoal.TorrentState.DOWNLOADING in states, states
    assert leech.get_downloaded() == before + 65536, "one piece"


@in_lab
def case_removed_while_it_is_verified(lab):
    _torrents, _giver, taker, leeches, _folder = pair(lab, 3)
    iterate(lambda: all(one.get_state() == SEEDING for one in leeches), 20, "everything is here")
    gone = []
    for leech in leeches:
        leech.connect("removed", gone.append)
        leech.verify()
        leech.remove()
    iterate(lambda: len(gone) == 3, 10, "all have left")
    assert all(leech.get_state() == Shoal.TorrentState.REMOVED for leech in leeches)
    del taker


@in_lab
def case_fault_is_mended_by_verify(lab):
    torrent = lab.torrent("tree", {"a.bin": 300001, "b.bin": 5})
    giver, taker = Shoal.Session.new("127.0.0.1:0", True), Shoal.Session.new("127.0.0.1:0", True)
    seed = add(giver, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 20, "the seed is verified")
    folder = lab.path("fetched")
    os.makedirs(folder)
    with open(os.path.join(folder, torrent.name), "wb"):
        pass  # a file where the torrent's folder has to be
    leech = add(taker, torrent, folder)
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.get_state() == FAULT, 20, "the disk refuses")
    assert torrent.name in leech.get_error().message, leech.get_error().message
    os.unlink(os.path.join(folder, torrent.name))
    leech.verify()
    iterate(lambda: leech.get_state() != FAULT, 20, "it is looked at")
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.get_state() == SEEDING, 20, "everything is here")
    assert leech.get_error() is None
    torrent.check(folder)


def magnet(lab, flags):
    """A session that seeds, one that knows the link alone, and what it has said."""
    torrent = lab.torrent("tree", {"a.bin": 300001, "b.bin": 200000}, "v1")
    giver, taker = Shoal.Session.new("127.0.0.1:0", True), Shoal.Session.new("127.0.0.1:0", True)
    seed = add(giver, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 20, "the seed is verified")
    folder = lab.path("fetched")
    os.makedirs(folder)
    leech = taker.add_magnet(torrent.magnet(), folder, flags)
    assert leech.get_state() == Shoal.TorrentState.METADATA and leech.get_torrent_file() is None
    assert leech.get_name() == "tree" and leech.get_metadata_progress() == 0
    told = []
    leech.connect("metadata-received", told.append)
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: told, 20, "the metadata is here")
    return torrent, giver, taker, leech, folder


@in_lab
def case_magnet_begins_by_itself(lab):
    torrent, _giver, _taker, leech, folder = magnet(lab, Shoal.AddFlags.NONE)
    assert leech.get_metadata_progress() == 1
    iterate(lambda: leech.get_state() == SEEDING, 20, "everything is here")
    torrent.check(folder)
    path = lab.path("again.torrent")
    with open(path, "wb") as file:
        file.write(leech.get_torrent_file().get_data())
    assert swarm.Torrent("tree", path, folder, []).identity() == torrent.identity()


@in_lab
def case_magnet_waits_for_a_choice(lab):
    _torrent, _giver, _taker, leech, folder = magnet(lab, Shoal.AddFlags.CHOOSE)
    for _ in range(5):
        GLib.MainContext.default().iteration(False)
    assert leech.get_state() == Shoal.TorrentState.METADATA and not os.listdir(folder)
    leech.choose(GLib.Bytes.new(bytes([0, 4])))
    iterate(lambda: leech.get_state() == SEEDING, 20, "what was chosen is here")
    assert os.path.getsize(os.path.join(folder, "tree", "b.bin")) == 200000
    assert leech.get_downloaded() < 300001


@in_lab
def case_magnet_is_chosen_before_its_metadata_is_here(lab):
    """Who does not wait for the list of files gets all of them, in the folder of the choice."""
    torrent = lab.torrent("tree", {"a.bin": 300001, "b.bin": 200000}, "v1")
    giver, taker = Shoal.Session.new("127.0.0.1:0", True), Shoal.Session.new("127.0.0.1:0", True)
    seed = add(giver, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 20, "the seed is verified")
    elsewhere = lab.path("elsewhere")
    os.mkdir(elsewhere)
    leech = taker.add_magnet(torrent.magnet(), lab.folder, Shoal.AddFlags.CHOOSE)
    assert not leech.get_chosen()
    leech.choose_in(elsewhere, None)
    assert leech.get_chosen() and leech.get_state() == Shoal.TorrentState.METADATA
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.get_state() == SEEDING, 20, "everything is here")
    torrent.check(elsewhere)


@in_lab
def case_magnet_is_removed_while_it_seeks(lab):
    session = Shoal.Session.new("127.0.0.1:0", True)
    leech = session.add_magnet("ab" * 20, lab.folder, Shoal.AddFlags.NONE)
    leech.add_peer("127.0.0.1:9")
    gone = []
    leech.connect("removed", gone.append)
    leech.remove()
    iterate(lambda: gone, 10, "it has left")
    try:
        session.add_magnet("magnet:?dn=x", lab.folder, Shoal.AddFlags.NONE)
    except GLib.Error as error:
        assert error.matches(Shoal.error_quark(), Shoal.Error.INVALID), error
    else:
        raise AssertionError("a link without a hash was taken")


@in_lab
def case_a_list_of_torrents_with_properties(lab):
    torrents, giver, taker, leeches, _folder = pair(lab, 3)
    assert isinstance(taker, Gio.ListModel) and taker.get_item_type() == Shoal.Torrent.__gtype__
    assert [one.props.name for one in taker] == [torrent.name for torrent in torrents]
    changes, told = [], []
    taker.connect("items-changed", lambda _list, *what: changes.append(what))
    leeches[2].connect("notify", lambda it, what: told.append((what.name, it.get_property(what.name))))
    iterate(lambda: all(one.props.state == SEEDING for one in leeches), 20, "everything is here")
    assert leeches[2].props.progress == 1 and leeches[2].props.left == 0
    assert ("state", SEEDING) in told and not [name for name, _ in told if name in ("total", "name", "added")], told
    states = [value for name, value in told if name == "state"]
    assert len(states) == len(set(states)), states
    leeches[0].remove()
    iterate(lambda: changes, 10, "it has left")
    assert changes == [(0, 1, 0)] and taker[0] == leeches[1], changes
    del giver


CASES = [
    case_many_torrents_at_once,
    case_verify_finds_and_mends_what_was_spoilt,
    case_removed_while_it_is_verified,
    case_fault_is_mended_by_verify,
    case_magnet_begins_by_itself,
    case_magnet_waits_for_a_choice,
    case_magnet_is_chosen_before_its_metadata_is_here,
    case_magnet_is_removed_while_it_seeks,
    case_a_list_of_torrents_with_properties,
]

if __name__ == "__main__":
    network.enter()
    tap.main(CASES)
