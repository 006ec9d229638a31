#!/usr/bin/python3
"""test-library-places.py: files of a torrent are given other names and other folders while it runs."""

import hashlib
import os
import random
import shutil
import tempfile

from helpers import mutate, network, swarm, tap
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import Gio, GLib, Shoal

DOWNLOADING = Shoal.TorrentState.DOWNLOADING
PIECE = 65536
FILES = {"a": 20 * PIECE + 5, "b/c": 7, "b/d": 3 * PIECE}


def session(state=None):
    """A session of this host."""
    made = Shoal.Session.new("127.0.0.1:0", True)
    made.set_state_folder(state)
    return made


def seeded(lab, files=FILES, kind="v1"):
    """A torrent and a session that seeds it."""
    torrent, giver = lab.torrent("tree", files, kind), session()
    seed = add(giver, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "the seed is verified")
    return torrent, giver, seed


def fetching(lab, torrent, giver, taker, priorities=None):
    """A session that has begun to fetch a torrent of another, and its folder."""
    folder = lab.path("fetched")
    os.mkdir(folder)
    leech = add(taker, torrent, folder, priorities=priorities)
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    return leech, folder


def answer(finish, start, *arguments):
    """Runs a pair of functions; its result, or its error."""
    answers = []

    def done(source, result):
        try:
            answers.append(finish(source, result))
        except GLib.Error as error:
            answers.append(error)
    start(*arguments, None, done)
    iterate(lambda: answers, 20, "an answer")
    return answers[0]


def rename(torrent, index, path):
    """What comes of a rename."""
    return answer(Shoal.Torrent.rename_file_finish, torrent.rename_file_async, index, path)


def move(torrent, folder, cancellable=None):
    """What comes of a move."""
    answers = []

    def done(source, result):
        try:
            answers.append(Shoal.Torrent.move_finish(source, result))
        except GLib.Error as error:
            answers.append(error)
    torrent.move_async(folder, cancellable, done)
    iterate(lambda: answers, 60, "the move is over")
    return answers[0]


def other_device(lab):
    """A folder on another file system than the lab's."""
    if os.stat("/dev/shm").st_dev == os.stat(lab.folder).st_dev:
        raise tap.Skip("/dev/shm is no other file system")
    return tempfile.TemporaryDirectory(dir="/dev/shm")


def fails(code, result):
    """The result is an error of that code."""
    assert isinstance(result, GLib.Error) and result.matches(Shoal.error_quark(), code), result
    return True


def listed(folder):
    """All files below a folder, hidden ones as well."""
    return sorted(os.path.relpath(os.path.join(at, name), folder)
                  for at, _folders, names in os.walk(folder) for name in names)


def read(*path):
    """The bytes of a file."""
    with open(os.path.join(*path), "rb") as file:
        return file.read()


@in_lab
def case_rename_while_it_is_fetched(lab):
    torrent, giver, seed = seeded(lab)
    seed.set_limits(0, 8 * PIECE)
    taker = session()
    leech, folder = fetching(lab, torrent, giver, taker)
    files = list(leech.dup_files())
    told = []
    files[0].connect("notify::name", lambda it, _spec: told.append(it.props.name))
    iterate(lambda: leech.props.downloaded > 0, 20, "something has come")
    assert rename(leech, 0, "x/y/other") is True
    assert told == ["other"] and files[0].props.path == "x/y/other", told
    assert files[0].dup_full_path() == os.path.join(folder, "tree/x/y/other")
    assert rename(leech, 1, "c") is True and rename(leech, 2, "../d\n") is True
    assert [file.props.path for file in files] == ["x/y/other", "c", "d_"]
    seed.set_limits(0, 0)
    iterate(lambda: leech.props.state == SEEDING, 30, "all of it is here")
    assert listed(os.path.join(folder, "tree")) == ["c", "d_", "x/y/other"]
    for mine, theirs in (("x/y/other", "a"), ("c", "b/c"), ("d_", "b/d")):
        assert read(folder, "tree", mine) == read(torrent.content, "tree", theirs)
    leech.verify()
    iterate(lambda: leech.props.hashed == leech.props.total and leech.props.state == SEEDING, 20,
            "every byte is where its name says")
    del taker


@in_lab
def case_rename_is_refused(lab):
    _torrent, giver, seed = seeded(lab)
    top = os.path.join(seed.get_folder(), "tree")
    with open(os.path.join(top, "mine"), "w", encoding="utf-8") as file:
        file.write("mine")
    outside = lab.path("outside")
    os.mkdir(outside)
    os.symlink(outside, os.path.join(top, "way-out"))
    assert fails(Shoal.Error.EXISTS, rename(seed, 0, "B/C"))
    assert fails(Shoal.Error.EXISTS, rename(seed, 0, "b"))
    assert fails(Shoal.Error.EXISTS, rename(seed, 0, "mine"))
    assert fails(Shoal.Error.WRITE, rename(seed, 0, "way-out/x"))
    assert fails(Shoal.Error.INVALID, rename(seed, 0, "../.."))
    assert rename(seed, 0, "a") is True, "it is called so"
    assert listed(top) == ["a", "b/c", "b/d", "mine"] and not os.listdir(outside)
    answers = []
    for wish in ("new", "new"):
        seed.rename_file_async(0 if not answers else 2, wish, None, lambda it, result: answers.append(result))
    seed.remove()
    iterate(lambda: len(answers) == 2, 20, "every question is answered, though the torrent goes")
    del giver


@in_lab
def case_rename_is_kept(lab):
    state = lab.path("state")
    for kind, single in (("v1", False), ("hybrid", False), ("v1", True)):
        torrent = lab.torrent("one", 3 * PIECE + 1, kind) if single else lab.torrent("tree", FILES, kind)
        first = session(state)
        seed = add(first, torrent, torrent.content)
        iterate(lambda: seed.props.state == SEEDING, 20, "it is verified")
        assert rename(seed, 0, "first/name") is True
        assert rename(seed, 0, "last") is True
        del seed, first
        second = session(state)
        again = add(second, torrent, torrent.content, Shoal.AddFlags.NO_TRACKERS | Shoal.AddFlags.TRUST_RESUME)
        files = again.dup_files()
        iterate(lambda: again.props.state == SEEDING, 20, "it is all there")
        assert files[0].props.path == "last" and again.props.hashed == 0, again.props.hashed
        assert os.path.exists(files[0].dup_full_path())
        del again, second
        third = session(state)
        distrustful = add(third, torrent, torrent.content)
        iterate(lambda: distrustful.props.state == SEEDING, 20, "names are no matter of trust")
        removed = answer(Shoal.Torrent.remove_finish, distrustful.remove_async, Shoal.Remove.DELETE_DATA)
        assert removed is True and listed(torrent.content) == []
        del third


@in_lab
def case_wanted_is_a_priority(lab):
    torrent, giver, _seed = seeded(lab)
    taker = session()
    leech, _folder = fetching(lab, torrent, giver, taker, GLib.Bytes.new(bytes([4, 0, 7])))
    files = list(leech.dup_files())
    assert [file.props.wanted for file in files] == [True, False, True]
    told = []
    files[1].connect("notify::wanted", lambda it, _spec: told.append(it.props.priority))
    files[1].props.wanted = True
    files[2].props.wanted = True
    assert told == [4], told
    assert files[2].props.priority == 7, "what is wanted already keeps its priority"
    files[2].set_wanted(False)
    assert files[2].props.priority == 0 and not files[2].get_wanted()
    del taker


@in_lab
def case_move_a_seed(lab):
    torrent = lab.torrent("tree", FILES, "v1")
    state, here = lab.path("state"), torrent.content
    one = session(state)
    seed = add(one, torrent, here)
    iterate(lambda: seed.props.state == SEEDING, 20, "it is verified")
    assert rename(seed, 0, "new/name") is True
    with open(os.path.join(here, "tree", "mine"), "w", encoding="utf-8") as file:
        file.write("mine")
    told = []
    seed.connect("notify::folder", lambda it, _spec: told.append(it.props.folder))
    seed.connect("notify::moving", lambda it, _spec: told.append(it.props.moving))
    near = lab.path("near")
    os.mkdir(near)
    with other_device(lab) as far:
        for there in (near, far):
            inode = os.stat(seed.dup_files()[0].dup_full_path()).st_ino
            told.clear()
            assert move(seed, there) is True
            assert seed.props.folder == there and not seed.props.moving and told[-2:] == [there, False], told
            assert listed(there) == ["tree/b/c", "tree/b/d", "tree/new/name"]
            assert read(there, "tree/new/name")[:4] != b"mine" and listed(here) == ["tree/mine"]
            moved = os.stat(seed.dup_files()[0].dup_full_path())
            assert (moved.st_ino == inode) == (there == near)
            iterate(lambda: seed.props.state == SEEDING and seed.props.hashed == 0, 20,
                    "it seeds there, and what is known of the files is known still")
        del seed, one
        two = session(state)
        again = add(two, torrent, far, Shoal.AddFlags.NO_TRACKERS | Shoal.AddFlags.TRUST_RESUME)
        iterate(lambda: again.props.state == SEEDING, 20, "it is there")
        assert again.props.hashed == 0 and again.dup_files()[0].props.path == "new/name"
        del again, two


@in_lab
def case_move_while_it_is_fetched(lab):
    torrent, giver, seed = seeded(lab)
    seed.set_limits(0, 8 * PIECE)
    taker = session(lab.path("state"))
    leech, folder = fetching(lab, torrent, giver, taker, GLib.Bytes.new(bytes([4, 4, 0])))
    iterate(lambda: leech.props.downloaded > 2 * PIECE, 20, "something has come")
    had = leech.props.downloaded
    with other_device(lab) as far:
        assert move(leech, far) is True and listed(folder) == []
        seed.set_limits(0, 0)
        leech.add_peer(f"127.0.0.1:{giver.get_port()}")
        iterate(lambda: leech.props.wanted_left == 0 and leech.props.state == SEEDING, 30, "the rest comes")
        assert leech.props.downloaded < 21 * PIECE + had, "what was here was not fetched again"
        assert read(far, "tree", "a") == read(torrent.content, "tree", "a")
        assert not os.path.exists(os.path.join(far, "tree", "b", "d")), "nobody wants it"
        hidden = [name for name in listed(far) if name.startswith(".tree.")]
        assert len(hidden) == 1, listed(far)
        list(leech.dup_files())[2].props.wanted = True
        iterate(lambda: leech.props.state == DOWNLOADING, 20, "more is wanted")
        leech.add_peer(f"127.0.0.1:{giver.get_port()}")
        iterate(lambda: leech.props.left == 0 and leech.props.state == SEEDING, 30, "all of it is here")
        torrent.check(far)
        assert not [name for name in listed(far) if name.startswith(".")], listed(far)
        removed = answer(Shoal.Torrent.remove_finish, leech.remove_async, Shoal.Remove.DELETE_DATA)
        assert removed is True and listed(far) == []
    del taker


@in_lab
def case_move_is_refused(lab):
    torrent, _giver, seed = seeded(lab)
    there = lab.path("there")
    os.makedirs(os.path.join(there, "tree", "b"))
    with open(os.path.join(there, "tree", "b", "d"), "w", encoding="utf-8") as file:
        file.write("somebody's")
    before = listed(torrent.content)
    assert fails(Shoal.Error.EXISTS, move(seed, there))
    assert fails(Shoal.Error.NOT_FOUND, move(seed, lab.path("nowhere")))
    cancelled = Gio.Cancellable()
    cancelled.cancel()
    with other_device(lab) as far:
        result = move(seed, far, cancelled)
        assert fails(Shoal.Error.CANCELLED, result) and listed(far) == []
    assert listed(there) == ["tree/b/d"] and listed(torrent.content) == before
    assert seed.props.folder == torrent.content and not seed.props.moving
    iterate(lambda: seed.props.state == SEEDING, 20, "it seeds where it was")
    answers = []
    near = lab.path("near")
    os.mkdir(near)
    seed.move_async(near, None, lambda it, result: answers.append(result))
    seed.move_async(near, None, lambda it, result: answers.append(result))
    seed.remove()
    iterate(lambda: len(answers) == 2, 20, "every question is answered, though the torrent goes")
    assert sorted(listed(torrent.content) + listed(near)) == before, "one of both has them"


@in_lab
def case_the_person_moves_it(lab):
    torrent = lab.torrent("tree", FILES, "hybrid")
    one = session(lab.path("state"))
    seed = add(one, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "it is verified")
    there = lab.path("there")
    os.mkdir(there)
    os.rename(os.path.join(torrent.content, "tree"), os.path.join(there, "tree"))
    told = []
    seed.connect("notify::folder", lambda it, _spec: told.append(it.props.folder))
    seed.set_folder(there)
    iterate(lambda: told == [there], 20, "it is told of the folder")
    iterate(lambda: seed.props.state == SEEDING and seed.props.hashed == 0, 20, "it is believed")
    copied = lab.path("copied")
    shutil.copytree(there, copied)
    seed.set_folder(copied)
    iterate(lambda: seed.props.hashed == seed.props.total and seed.props.state == SEEDING, 20, "copies are verified")
    assert seed.props.folder == copied
    del one


@in_lab
def case_a_profile_remembers(lab):
    torrent = lab.torrent("tree", FILES, "v1")
    profile, there = lab.path("profile"), lab.path("there")
    os.mkdir(there)
    one = Shoal.Session.open(profile, "127.0.0.1:0", True)
    seed = add(one, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "it is verified")
    assert rename(seed, 2, "d") is True and move(seed, there) is True
    del seed, one
    two = Shoal.Session.open(profile, "127.0.0.1:0", True)
    iterate(lambda: len(two) == 1, 20, "it is remembered")
    again = two[0]
    assert again.props.folder == there
    assert [file.props.path for file in again.dup_files()] == ["a", "b/c", "d"], "before it has begun"
    iterate(lambda: again.props.state == SEEDING, 20, "it seeds")
    assert again.props.hashed == 0 and listed(there) == ["tree/a", "tree/b/c", "tree/d"]
    assert rename(again, 2, "b/d") is True and move(again, torrent.content) is True
    torrent.check(torrent.content)
    del again, two


@in_lab
def case_what_sleeps_wakes_up(lab):
    torrent = lab.torrent("tree", FILES, "v1")
    profile, near, there = lab.path("profile"), lab.path("near"), lab.path("there")
    os.mkdir(near)
    one = Shoal.Session.open(profile, "127.0.0.1:0", True)
    seed = add(one, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "it is verified")
    seed.pause()
    del seed, one
    for ask in ("rename", "move", "set"):
        session_now = Shoal.Session.open(profile, "127.0.0.1:0", True)
        iterate(lambda now=session_now: len(now) == 1, 20, "it is remembered")
        again = session_now[0]
        if ask == "rename":
            assert rename(again, 0, "renamed") is True
        elif ask == "move":
            assert move(again, near) is True
        else:
            os.rename(near, there)
            again.set_folder(there)
            iterate(lambda it=again: it.props.folder == there, 20, "it is told of the folder")
        assert again.props.paused and again.dup_files()[0].props.path == "renamed"
        iterate(lambda it=again: it.props.state == SEEDING and it.props.hashed == 0, 20, "it is whole, and believed")
        assert sorted(file.dup_full_path() for file in again.dup_files()) == [
            os.path.join(again.props.folder, path) for path in listed(again.props.folder)], ask
        del again, session_now


def spelt(lab, top, paths):
    """A torrent of names that we would clean, and its files as it spells them, from bytes."""
    content, file = lab.path("content"), lab.path("spelt") + ".torrent"
    parts = [random.Random(repr(path)).randbytes(30000) for path in paths]
    for path, part in zip(paths, parts):
        place = os.path.join(os.fsencode(content), top, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as out:
            out.write(part)
    whole = b"".join(parts)
    info = {"name": top, "piece length": 16384, "files": [
        {"length": len(part), "path": path.split(b"/")} for path, part in zip(paths, parts)], "pieces": b"".join(
            hashlib.sha1(whole[at:at + 16384]).digest() for at in range(0, len(whole), 16384))}
    with open(file, "wb") as out:
        out.write(mutate.encode(mutate.tree({"info": info})))
    return swarm.Torrent("spelt", file, content, paths)


def places(torrent):
    """Where its files lie, from bytes."""
    return [os.fsencode(file.dup_full_path()) for file in torrent.dup_files()]


@in_lab
def case_files_as_the_torrent_spells_them(lab):
    paths = [b"Same", b"same", b"x\\y", b"aux/\xff.bin", b"plain"]
    torrent = spelt(lab, b"nul", paths)
    profile, there, ours = lab.path("profile"), lab.path("there"), lab.path("ours")
    os.mkdir(there)
    one = Shoal.Session.open(profile, "127.0.0.1:0", True)
    seed = add(one, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "it is verified")
    assert places(seed) == [os.path.join(os.fsencode(torrent.content), b"nul", path) for path in paths]
    assert [file.props.path for file in seed.dup_files()][:3] == ["Same", "same", "x\\y"]
    assert seed.dup_files()[3].props.path == "aux_/_.bin", "what is no text is shown as we would call it"
    seed.pause()
    del seed, one
    two = Shoal.Session.open(profile, "127.0.0.1:0", True)
    iterate(lambda: len(two) == 1, 20, "it is remembered")
    again = two[0]
    assert move(again, there) is True and rename(again, 1, "other") is True
    paths[1] = b"other"
    iterate(lambda: again.props.hashed == 0 and again.props.state == SEEDING, 20, "it is whole, and believed")
    assert places(again) == [os.path.join(os.fsencode(there), b"nul", path) for path in paths]
    assert not listed(torrent.content) and len(listed(there)) == len(paths)
    # Where they are called as we call them, and where they are not once more.
    shutil.copytree(os.path.join(there, "nul"), os.path.join(ours, "nul_"))
    for was, name in (("x\\y", "xy"), ("aux", "aux_")):
        os.rename(os.path.join(ours, "nul_", was), os.path.join(ours, "nul_", name))
    os.rename(os.path.join(os.fsencode(ours), b"nul_/aux_/\xff.bin"), os.path.join(ours, "nul_/aux_/_.bin"))
    for folder, n_exact in ((ours, 3), (there, 5)):
        again.set_folder(folder)
        iterate(lambda at=folder: again.props.folder == at and all(map(os.path.isfile, places(again)))
                and again.props.state == SEEDING, 20, "it is whole there")
        exact = [place for place, path in zip(places(again), paths) if place.endswith(b"/" + path)]
        assert len(exact) == n_exact, places(again)
    assert answer(Shoal.Torrent.remove_finish, again.remove_async, Shoal.Remove.DELETE_DATA) is True
    assert not os.listdir(there)
    assert len(listed(ours)) == len(paths)
    del again, two


CASES = [
    case_rename_while_it_is_fetched,
    case_rename_is_refused,
    case_rename_is_kept,
    case_wanted_is_a_priority,
    case_move_a_seed,
    case_move_while_it_is_fetched,
    case_move_is_refused,
    case_the_person_moves_it,
    case_a_profile_remembers,
    case_what_sleeps_wakes_up,
    case_files_as_the_torrent_spells_them,
]

if __name__ == "__main__":
    network.enter()
    tap.main(CASES)
