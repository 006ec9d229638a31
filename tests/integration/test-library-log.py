#!/usr/bin/python3
"""test-library-log.py: what the log of a torrent tells of the world: pieces that are not what they should be
and who sent them, who is banned, files that are called otherwise, folders that they went to, trackers, the
session before, and faults that are over."""

import gc
import os

from helpers import bad_peer, library, network, small_tracker, tap
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


def texts(torrent):
    return [entry.get_text() for entry in torrent.dup_log()]


class Tracker(small_tracker.Listener):
    """Says what it is told to, and counts who begins."""

    def __init__(self):
        self.body, self.begun = b"", 0
        super().__init__("127.0.0.1", 0)

    def answer(self, host, asked):
        self.begun += asked.get("event") == "started"
        return self.body


def begin_anew(session, torrent):
    """Has its trackers told that it begins."""
    answered = []
    torrent.pause()
    session.flush_async(None, lambda one, done: answered.append(one.flush_finish(done)))
    iterate(lambda: answered, 30, "it is paused")
    torrent.resume()


NOBODY = b"d8:intervali1800e5:peers0:e"
ONE = b"d8:intervali1800e5:peers6:\x7f\0\0\x09\0\x09e"
REFUSED = b"d14:failure reason9:not todaye"


@in_lab
def case_trackers_by_outcome(lab):
    for kind, swarms in (("v1", 1), ("hybrid", 2)):
        with Tracker() as tracker:
            tracker.body = NOBODY
            torrent = lab.torrent(f"announced-{kind}", 2**17, kind, "64KiB", trackers=[tracker.url])
            session = Shoal.Session.new("127.0.0.1:0", True)
            seed = library.add(session, torrent, torrent.content, Shoal.AddFlags.NONE)
            rounds = ((NOBODY, "names no peers"), (NOBODY, "names no peers"), (REFUSED, "failed: not today"),
                      (REFUSED, "failed: not today"), (ONE, "names 1 peer"), (ONE, "names 1 peer"))
            for count, (body, words) in enumerate(rounds):
                tracker.body = body
                if count > 0:
                    begin_anew(session, seed)
                iterate(lambda: tracker.begun == (count + 1) * swarms, 30, "it is announced")
                iterate(lambda: any(tracker.url in text and words in text for text in texts(seed)), 30,
                        f"{words}: {texts(seed)}")
            told = [text for text in texts(seed) if tracker.url in text]
            assert len(told) <= 3 * swarms, told


@in_lab
def case_the_last_session(lab):
    torrent = lab.torrent("kept", 2**20, "v1", "64KiB")
    profile = lab.path("profile")

    def open_profile():
        session = Shoal.Session.open(profile, "127.0.0.1:0", True)
        iterate(session.get_loaded, 30, "the list is there")
        return session
    session = open_profile()
    seed = library.add(session, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 30, "it is verified")
    assert texts(seed)[0] == "Added"
    del seed, session
    gc.collect()
    session = open_profile()
    first = texts(session[0])[0].replace("\xa0", " ")
    assert first == "Taken over from the last session: 1.0 MiB of 1.0 MiB are here", texts(session[0])


@in_lab
def case_after_a_fault(lab):
    giver, taker = Shoal.Session.new("127.0.0.1:0", True), Shoal.Session.new("127.0.0.1:0", True)
    folder = lab.path("files")
    os.mkdir(folder)
    torrent = lab.torrent("failing", {"a": 2**18, "b": 1}, "v1", "64KiB")
    seed = library.add(giver, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 30, "the seed is verified")
    obstacle = os.path.join(folder, torrent.name)
    with open(obstacle, "wb"):
        pass  # a file where the torrent's folder has to be
    leech = library.add(taker, torrent, folder)
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: leech.get_state() == Shoal.TorrentState.FAULT, 30, "the disk refuses")
    expect(leech, Shoal.LogSeverity.ERROR, torrent.name)
    os.unlink(obstacle)
    leech.retry()
    expect(leech, Shoal.LogSeverity.INFO, "tried again")


@in_lab
def case_each_verification(lab):
    """What a person asks for is told with its outcome, though it ends before anybody has looked."""
    torrent = lab.torrent("verified", {"a.bin": 70000, "b.bin": 1000}, "hybrid", "64KiB")
    folder = lab.copy(torrent)
    session = Shoal.Session.new("127.0.0.1:0", True)
    seed = library.add(session, torrent, folder)
    expect(seed, Shoal.LogSeverity.INFO, "Verified: 100.0 %")
    for _ in range(3):
        before = len(texts(seed))
        seed.verify()
        iterate(lambda: texts(seed)[before:] == ["The files are verified", "Verified: 100.0 % of what is wanted is here"],
                30, f"both are told: {texts(seed)}")


if __name__ == "__main__":
    network.enter()
    tap.main([case_bad_pieces_and_bans, case_names_and_folders, case_trackers_by_outcome, case_the_last_session,
              case_after_a_fault, case_each_verification])
