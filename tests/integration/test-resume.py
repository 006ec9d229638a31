#!/usr/bin/python3
"""test-resume.py: what a run leaves to the next one, and what it leaves when it was killed.

The bytes that a run had to hash and those that it fetched are compared with what was done to the files and
to the state between two runs. All of it happens in a network of the test's own.
"""

import glob
import os
import shutil
import signal
import sqlite3
import tempfile

from helpers import network, relay, swarm, tap

PIECE = 65536
# In a hybrid each file begins with a piece of its own.
MIDDLE = "tree/deep/middle.bin"
TREE = {"a.bin": 1000003, "empty": 0, "deep/middle.bin": 5 * PIECE - 10, "z.bin": 700001}
WHOLE = 184 * PIECE
TOTAL = sum(TREE.values())


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-").replace(" ", "-")))
    run.__name__ = case.__name__
    return run


def source(lab, torrent):
    """A seed of what the torrent was made of, whose state is out of the way."""
    return lab.seed(torrent, env={"XDG_STATE_HOME": lab.path("state-of-the-seed")})


def databases(lab):
    """The databases of the lab's state."""
    return glob.glob(os.path.join(lab.state, "shoal", "transfers", "*.db"))


def kept(lab):
    """How many pieces the state says to be had, without touching it, and whether it is dirty."""
    path, = databases(lab)
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("", "-wal"):
            if os.path.exists(path + suffix):
                shutil.copy(path + suffix, os.path.join(folder, "copy" + suffix))
        row = sqlite3.connect(os.path.join(folder, "copy")).execute("SELECT have, dirty FROM torrents").fetchone()
    return sum(bin(byte).count("1") for byte in row[0]), row[1]


def download(lab, torrent, seed, *options, folder, code=0, **more):
    """One whole run; its last event."""
    with lab.download(torrent, *options, peers_at=[seed.at()], folder=folder, **more) as leech:
        assert leech.finishes(20) == code, leech.log
        return leech


def complete(lab, torrent, seed):
    """A folder with everything, and a state that is clean."""
    folder = lab.path("download")
    assert download(lab, torrent, seed, folder=folder).last()["downloaded"] == TOTAL
    assert kept(lab) == (32, 0), kept(lab)
    return folder


def again(lab, torrent, seed, folder, hashed, fetched, *options):
    """The next run hashes and fetches so many bytes, and then everything is right."""
    end = download(lab, torrent, seed, *(options or ["--trust-resume"]), folder=folder).last()
    assert (end["hashed"], end["downloaded"], end["left"]) == (hashed, fetched, 0), end
    torrent.check(folder)


# --- stops ---


def stop_half_way(lab, torrent, seed, number):
    """A download from a slow peer that is sent a signal after its first row with something in it."""
    def is_kept():
        events = leech.events("progress")
        return events and 0 < events[-1]["left"] < torrent_size * 0.7 and kept(lab)[0] > 0
    torrent_size = sum(torrent.sizes())
    with relay.Relay(seed.at(), 3 << 20, torrent_size * 7 // 10) as slow:
        with lab.download(torrent, peers_at=[slow.at]) as leech:
            network.until(is_kept, 20, f"a part is here and kept ({leech.log})")
            os.kill(leech.pid, number)
            leech.finishes(5)
            return leech.folder, leech.last()["left"]


@in_lab
def case_killed_half_way(lab):
    torrent = lab.torrent("one.bin", WHOLE)
    with source(lab, torrent) as seed:
        folder, left = stop_half_way(lab, torrent, seed, signal.SIGKILL)
        n_kept, dirty = kept(lab)
        assert dirty == 1 and n_kept > 0
        end = download(lab, torrent, seed, "--trust-resume", folder=folder).last()
        torrent.check(folder)
        # Not one verified piece comes again; hashed is what was written since the row, and no more.
        assert end["downloaded"] <= left, (end, left)
        assert end["hashed"] <= WHOLE - end["downloaded"] - n_kept * PIECE + 32 * PIECE, (end, left, n_kept)
        assert end["downloaded"] + n_kept * PIECE <= WHOLE + PIECE, (end, n_kept)


def stopped_half_way(lab, number):
    torrent = lab.torrent("one.bin", WHOLE)
    with source(lab, torrent) as seed:
        folder, left = stop_half_way(lab, torrent, seed, number)
        n_kept, dirty = kept(lab)
        assert dirty == 0 and n_kept > 0
        end = download(lab, torrent, seed, "--trust-resume", folder=folder).last()
        torrent.check(folder)
        assert end["hashed"] == 0 and end["downloaded"] <= left, (end, left)
        assert end["downloaded"] == WHOLE - n_kept * PIECE, (end, n_kept)


@in_lab
def case_interrupted_half_way(lab):
    stopped_half_way(lab, signal.SIGINT)


@in_lab
def case_terminated_half_way(lab):
    stopped_half_way(lab, signal.SIGTERM)


@in_lab
def case_complete_and_again(lab):
    torrent = lab.torrent("tree", TREE)
    with source(lab, torrent) as seed:
        folder = complete(lab, torrent, seed)
        again(lab, torrent, seed, folder, 0, 0)
        again(lab, torrent, seed, folder, TOTAL, 0, "--port", "0")  # without the option


@in_lab
def case_seed_trusts_the_download(lab):
    torrent = lab.torrent("tree", TREE)
    with source(lab, torrent) as seed:
        folder = complete(lab, torrent, seed)
    with lab.seed(torrent, "--trust-resume", folder=folder) as seed:
        assert seed.says("seeding")["hashed"] == 0


@in_lab
def case_seed_trusts_the_seed(lab):
    torrent = lab.torrent("tree", TREE, "v1")
    for hashed, options in ((TOTAL, ["--trust-resume"]), (0, ["--trust-resume"]), (TOTAL, [])):
        with lab.seed(torrent, *options) as seed:
            assert seed.says("seeding")["hashed"] == hashed
            os.kill(seed.pid, signal.SIGINT)
            assert seed.finishes(5) == 130


# --- what happens to a file between two runs ---


def between(lab, happen, hashed, fetched):
    torrent = lab.torrent("tree", TREE)
    with source(lab, torrent) as seed:
        folder = complete(lab, torrent, seed)
        happen(os.path.join(folder, MIDDLE))
        again(lab, torrent, seed, folder, hashed, fetched)
        again(lab, torrent, seed, folder, 0, 0)


@in_lab
def case_file_changed(lab):
    def change(path):
        with open(path, "r+b") as file:
            byte = file.read(1)[0]
            file.seek(0)
            file.write(bytes([byte ^ 1]))
    between(lab, change, TREE["deep/middle.bin"], PIECE)


@in_lab
def case_file_touched(lab):
    between(lab, os.utime, TREE["deep/middle.bin"], 0)


@in_lab
def case_file_shortened(lab):
    between(lab, lambda path: os.truncate(path, PIECE + 10), PIECE, TREE["deep/middle.bin"] - PIECE)


@in_lab
def case_file_replaced_by_its_like(lab):
    def replace(path):
        shutil.copy2(path, path + "~")
        os.rename(path + "~", path)
    between(lab, replace, TREE["deep/middle.bin"], 0)


@in_lab
def case_file_replaced_by_another(lab):
    def replace(path):
        with open(path + "~", "wb") as file:
            file.write(b"x" * TREE["deep/middle.bin"])
        shutil.copystat(path, path + "~")
        os.rename(path + "~", path)
    between(lab, replace, TREE["deep/middle.bin"], TREE["deep/middle.bin"])


@in_lab
def case_file_deleted(lab):
    between(lab, os.unlink, 0, TREE["deep/middle.bin"])


@in_lab
def case_everything_deleted(lab):
    torrent = lab.torrent("tree", TREE)
    with source(lab, torrent) as seed:
        folder = complete(lab, torrent, seed)
        shutil.rmtree(folder)
        again(lab, torrent, seed, folder, 0, TOTAL)


# --- what happens to the state ---


def state_spoilt(lab, spoil, words, aside):
    torrent = lab.torrent("tree", TREE)
    with source(lab, torrent) as seed:
        folder = complete(lab, torrent, seed)
        path, = databases(lab)
        spoil(path)
        leech = download(lab, torrent, seed, "--trust-resume", folder=folder)
        warning, = leech.events("warning")
        assert path in warning["message"] and words in warning["message"], warning
        assert leech.last()["hashed"] == TOTAL, leech.last()
        assert os.path.exists(path + ".bad") == aside
        if aside:
            again(lab, torrent, seed, folder, 0, 0)


@in_lab
def case_state_corrupt(lab):
    def spoil(path):
        with open(path, "r+b") as file:
            file.seek(30)
            file.write(b"\xa5" * 5000)
    state_spoilt(lab, spoil, "put aside", True)


@in_lab
def case_state_of_a_newer_version(lab):
    def spoil(path):
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 99")
        db.close()
    state_spoilt(lab, spoil, "newer version", False)


@in_lab
def case_state_folder_cannot_be_made(lab):
    torrent = lab.torrent("tree", TREE)
    env = {"XDG_STATE_HOME": torrent.file}  # which is no folder
    with lab.seed(torrent, env=env) as seed:
        folder = lab.path("download")
        leech = download(lab, torrent, seed, folder=folder, env=env)
        assert len(leech.events("warning")) == 1 and len(seed.events("warning")) == 1
        assert os.strerror(20) in leech.events("warning")[0]["message"], leech.events("warning")
        torrent.check(folder)


# --- two at a time ---


def refused(lab, torrent, verb, folder):
    """A second process is told off, and says why."""
    with (lab.seed if verb == "seed" else lab.download)(torrent, folder=folder) as second:
        assert second.finishes(5) == 5, second.log
        error = second.events()[-1]["error"]
        assert error["code"] == "in-use" and folder in error["message"], error
        assert error["hint"], error


@in_lab
def case_two_downloads_into_one_folder(lab):
    torrent = lab.torrent("tree", TREE)
    twin = lab.torrent("tree", TREE, "v1")  # another hash, the same files
    folder = lab.path("download")
    with lab.download(torrent, folder=folder) as first:
        first.says("downloading")
        refused(lab, torrent, "download", folder)
        refused(lab, twin, "download", folder)
        refused(lab, torrent, "seed", folder)
        link = lab.path("link")
        os.symlink(folder, link)
        refused(lab, torrent, "download", link)
        with lab.download(lab.torrent("other.bin", 1000), folder=folder) as beside:
            beside.says("downloading")


@in_lab
def case_two_seeds_of_one_folder(lab):
    torrent = lab.torrent("tree", TREE)
    with lab.seed(torrent) as one, lab.seed(torrent, "--trust-resume") as two:
        for seed in (one, two):
            seed.says("seeding")
            assert not seed.events("warning"), seed.log
        refused(lab, torrent, "download", torrent.content)


@in_lab
def case_seed_beside_a_finished_download(lab):
    torrent = lab.torrent("tree", TREE)
    with source(lab, torrent) as seed:
        with lab.download(torrent, "--seed", peers_at=[seed.at()]) as first:
            first.says("seeding")
            with lab.seed(torrent, folder=first.folder) as second:
                second.says("seeding")
            refused(lab, torrent, "download", first.folder)


@in_lab
def case_lock_of_a_killed_process_is_gone(lab):
    torrent = lab.torrent("tree", TREE)
    folder = lab.path("download")
    with lab.download(torrent, folder=folder) as first:
        first.says("downloading")
        os.kill(first.pid, signal.SIGKILL)
        first.finishes(5)
    with source(lab, torrent) as seed:
        download(lab, torrent, seed, folder=folder)
        torrent.check(folder)


CASES = [
    case_killed_half_way,
    case_interrupted_half_way,
    case_terminated_half_way,
    case_complete_and_again,
    case_seed_trusts_the_download,
    case_seed_trusts_the_seed,
    case_file_changed,
    case_file_touched,
    case_file_shortened,
    case_file_replaced_by_its_like,
    case_file_replaced_by_another,
    case_file_deleted,
    case_everything_deleted,
    case_state_corrupt,
    case_state_of_a_newer_version,
    case_state_folder_cannot_be_made,
    case_two_downloads_into_one_folder,
    case_two_seeds_of_one_folder,
    case_seed_beside_a_finished_download,
    case_lock_of_a_killed_process_is_gone,
]

if __name__ == "__main__":
    network.enter(addresses=2)
    tap.main(CASES)
