#!/usr/bin/python3
"""test-library-log.py: what the log of a torrent tells of the world: pieces that are not what they should be
and who sent them, who is banned, files that are called otherwise, and folders that they went to."""

import os

from helpers import bad_peer, library, network, tap
from helpers.library import in_lab, iterate
from gi.repository import Shoal

SEEDING = library.SEEDING


def entries(torrent):
    return [(entry.get_severity(), entry.get_text()) for entry in torrent.dup_log()]


def tells(torrent, severity, *words):
    """Whether an entry has all of these words."""
    return any(kind == severity and all(word in text for word in words) for kind, text in entries(torrent))


def expect(torrent, severity, *words):
    iterate(lambda: tells(torrent, severity, *words), 30, f"the log tells {words}: {entries(torrent)}")


@in_lab
def case_bad_pieces_and_bans(lab):
    for kind in ("v1", "hybrid", "v2"):
        torrent = lab.torrent(f"spoilt-{kind}", 2**18, kind, "64KiB")
        folder = lab.path("files")
        os.mkdir(folder)
        taker = Shoal.Session.new("127.0.0.1:0", True)
        leech = library.add(taker, torrent, folder)
        with bad_peer.BadPeer(bad_peer.corrupt, *torrent.identity()) as liar:
            leech.add_peer(liar.at)
            expect(leech, Shoal.LogSeverity.WARNING, "Piece ", "is not what it should be", liar.at)
            expect(leech, Shoal.LogSeverity.WARNING, "Banned: ", liar.at)
        leech.ban_peer("127.0.0.9:1")
        expect(leech, Shoal.LogSeverity.INFO, "Banned by hand", "127.0.0.9:1")


@in_lab
def case_names_and_folders(lab):
    torrent = lab.torrent("placed", {"a.bin": 70000, "b.bin": 1}, "v1", "64KiB")
    folder, other = lab.copy(torrent), lab.path("other")
    os.mkdir(other)
    session = Shoal.Session.new("127.0.0.1:0", True)
    seed = library.add(session, torrent, folder)
    iterate(lambda: seed.get_state() == SEEDING, 30, "it is verified")
    answers = []
    seed.rename_file_async(0, "c.bin", None, lambda one, result: answers.append(one.rename_file_finish(result)))
    iterate(lambda: answers, 30, "the file has another name")
    expect(seed, Shoal.LogSeverity.INFO, "called otherwise", "c.bin")
    seed.move_async(other, None, lambda one, result: answers.append(one.move_finish(result)))
    iterate(lambda: len(answers) == 2, 30, "the files are in the other folder")
    expect(seed, Shoal.LogSeverity.INFO, "another folder", other)

    def refused(one, result):
        try:
            one.rename_file_finish(result)
        except Exception as error:  # what it says is what the log says
            answers.append(error.message)
    seed.rename_file_async(1, "c.bin", None, refused)
    iterate(lambda: len(answers) == 3, 30, "the name is another's")
    expect(seed, Shoal.LogSeverity.WARNING, answers[2])


if __name__ == "__main__":
    network.enter()
    tap.main([case_bad_pieces_and_bans, case_names_and_folders])
