#!/usr/bin/python3
"""test-library-places.py: files of a torrent are given other names and other folders while it runs."""

import os

from helpers import network, tap
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import GLib, Shoal

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
    os.symlink("/tmp", os.path.join(top, "way-out"))
    assert fails(Shoal.Error.EXISTS, rename(seed, 0, "B/C"))
    assert fails(Shoal.Error.EXISTS, rename(seed, 0, "b"))
    assert fails(Shoal.Error.EXISTS, rename(seed, 0, "mine"))
    assert fails(Shoal.Error.WRITE, rename(seed, 0, "way-out/x"))
    assert fails(Shoal.Error.INVALID, rename(seed, 0, "../.."))
    assert rename(seed, 0, "a") is True, "it is called so"
    assert listed(top) == ["a", "b/c", "b/d", "mine"] and not os.path.exists("/tmp/x")
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


CASES = [
    case_rename_while_it_is_fetched,
    case_rename_is_refused,
    case_rename_is_kept,
    case_wanted_is_a_priority,
]

if __name__ == "__main__":
    network.enter()
    tap.main(CASES)
