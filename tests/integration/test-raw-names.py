#!/usr/bin/python3
"""test-raw-names.py: data that stands on the disk under the names of the torrent, which we would have cleaned.

Whoever has it from elsewhere verifies and seeds it as it is; what is fetched here is called as ever, and whoever goes on
with such a folder goes on with its files.
"""

import glob
import os
import sqlite3
import subprocess
import sys
import tempfile

from helpers import network, swarm, tap, trees

PIECE = 16384
CLASH = {"net/xt_mark.h": 40000, "net/xt_MARK.h": 50001, "net/xt_Mark.h": 3, "README": 20000, "readme/a": 7}
# A name, and what we make of it.
RAW = {
    "a: b.txt": "a: b.txt", "CON": "CON_", "aux/nul.c": "aux_/nul_.c", "trail. ": "trail. ", "x\\y": "xy",
    "Same": "Same", "same": "same (2)", "dir/\u202egnp.exe": "dir/gnp.exe", "tab\there": "tab_here", "empty/lpt1": "empty/lpt1_",
    "caf\u00e9": "caf\u00e9", "big": "big",
}
SIZES = {path: 0 if path.startswith("empty") else 1000 + 977 * number for number, path in enumerate(RAW)} | {"big": 300000, "same": 70000}
MAKER = """
import sys
import libtorrent
out, folder, kind, name = sys.argv[1:]
flags = {"v1": libtorrent.create_torrent.v1_only, "v2": libtorrent.create_torrent.v2_only, "hybrid": 0}
files = libtorrent.file_storage()
libtorrent.add_files(files, folder + "/" + name)
made = libtorrent.create_torrent(files, 16384, flags[kind])
libtorrent.set_piece_hashes(made, folder)
open(out, "wb").write(libtorrent.bencode(made.generate()))
"""


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-")))
    run.__name__ = case.__name__
    return run


def elsewhere(lab, kind, name="nul"):
    """A folder, and the torrent that another client has made of it."""
    swarm.need_libtorrent()
    content = lab.path("content")
    trees.make(content, {f"{name}/{path}": size for path, size in SIZES.items()})
    file = lab.path("made") + ".torrent"
    subprocess.run([sys.executable, "-c", MAKER, file, content, kind, name], check=True, capture_output=True)
    return swarm.Torrent(name, file, content, [f"{name}/{path}" for path in SIZES])


def verify(torrent, folder, code=0):
    """What `shoal verify` says of a folder."""
    done = subprocess.run([swarm.SHOAL, "verify", torrent.file, folder, "--verbose"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def fetch(lab, torrent, seed, *options, folder=None):
    """A whole download of ours; where it lies."""
    with lab.download(torrent, *options, peers_at=[seed.at()], folder=folder) as leech:
        leech.completes()
        return leech


def contents(folder):
    """What is in all files of a folder, whatever they are called."""
    return sorted(trees.sums(folder).values())


@in_lab
def case_a_tree_that_differs_by_letter_case(lab):
    for kind in ("v1", "v2", "hybrid"):
        content, file = lab.path("content"), lab.path("made") + ".torrent"
        trees.make(content, {f"linux/{path}": size for path, size in CLASH.items()})
        subprocess.run([swarm.SHOAL, "create", f"{content}/linux", "-o", file, "--format", kind, "--quiet",
                        "--piece-size", "16KiB", "--allow", "case-clash"], check=True)
        torrent = swarm.Torrent("linux", file, content, [f"linux/{path}" for path in CLASH])
        verify(torrent, content)
        with lab.seed(torrent) as seed:
            ours = fetch(lab, torrent, seed)
            assert contents(ours.folder) == contents(content)
            verify(torrent, ours.folder)
            if swarm.has_libtorrent():
                with lab.libtorrent("leech", torrent, lab.path("theirs"), peers_at=[seed.at()]) as (theirs, _):
                    assert theirs.finishes(60) == 0, theirs.log
                    assert contents(f"{lab.folder}/{lab.count - 1}-theirs") == contents(content)


@in_lab
def case_a_folder_of_another_client(lab):
    for kind in ("v1", "v2", "hybrid"):
        torrent = elsewhere(lab, kind)
        verify(torrent, torrent.content)
        verify(torrent, os.path.join(torrent.content, "nul"))
        with lab.seed(torrent) as seed:
            ours = fetch(lab, torrent, seed)
        made = {RAW[path]: digest for path, digest in trees.sums(f"{torrent.content}/nul").items()}
        assert trees.sums(os.path.join(ours.folder, "nul_")) == made, (made, os.listdir(ours.folder))
        assert os.listdir(torrent.content) == ["nul"] and trees.sums(f"{torrent.content}/nul").keys() == SIZES.keys()
        verify(torrent, ours.folder)


@in_lab
def case_a_single_file(lab):
    swarm.need_libtorrent()
    content, file = lab.path("content"), lab.path("made") + ".torrent"
    trees.make(content, {"aux": 50000})
    subprocess.run([sys.executable, "-c", MAKER, file, content, "v1", "aux"], check=True, capture_output=True)
    torrent = swarm.Torrent("aux", file, content, ["aux"])
    verify(torrent, content)
    verify(torrent, os.path.join(content, "aux"))
    with lab.seed(torrent) as seed:
        ours = fetch(lab, torrent, seed, "--on-complete", "cp %f %d/copy")
    assert sorted(os.listdir(ours.folder)) == ["aux_", "copy"], os.listdir(ours.folder)
    with lab.seed(torrent, folder=ours.folder) as seed:
        seed.at()


@in_lab
def case_a_download_goes_on_in_a_folder_from_elsewhere(lab):
    torrent = elsewhere(lab, "v1")
    folder = lab.copy(torrent)
    before = trees.sums(folder)
    for path, at in (("nul/x\\y", 700), ("nul/same", 5)):
        with open(os.path.join(folder, path), "r+b") as file:
            file.seek(at)
            file.write(b"other")
    os.unlink(os.path.join(folder, "nul/CON"))
    assert "missing     CON_" in verify(torrent, folder, 6)
    with lab.seed(torrent, env={"XDG_STATE_HOME": lab.path("state-of-the-seed")}) as seed:
        first = fetch(lab, torrent, seed, folder=folder)
        assert 0 < first.last()["downloaded"] < sum(SIZES.values()), first.last()
        # What was not there has come under the name that we give, all else where it was.
        after = {path.replace("CON_", "CON"): digest for path, digest in trees.sums(folder).items()}
        assert after == before and os.path.exists(os.path.join(folder, "nul/CON_"))
        # The next run asks nobody and hashes nothing, also beside a file that is called as we would call one.
        with open(os.path.join(folder, "nul/xy"), "wb") as file:
            file.write(b"not of the torrent")
        with lab.download(torrent, "--trust-resume", folder=folder) as second:
            second.completes()
        assert (second.last()["hashed"], second.last()["downloaded"]) == (0, 0), second.last()
    with open(os.path.join(folder, "nul/xy"), "rb") as file:
        assert file.read() == b"not of the torrent"
    path, = glob.glob(os.path.join(lab.state, "shoal", "transfers", "*.db"))
    kept = {row[0] for row in sqlite3.connect(path).execute("SELECT path FROM names")}
    assert {"nul", "x\\y", "same", "aux/nul.c"} <= kept and "CON" not in kept, kept


@in_lab
def case_a_seed_begins_again(lab):
    torrent = elsewhere(lab, "v2")
    with lab.seed(torrent, "--trust-resume") as first:
        first.at()
    assert first.last()["hashed"] > 0
    with lab.seed(torrent, "--trust-resume") as second:
        second.at()
    assert second.last()["hashed"] == 0, second.last()


@in_lab
def case_layers_of_a_torrent_that_lacks_them(lab):
    torrent = elsewhere(lab, "v2")
    bare = swarm.without_layers(lab, torrent, 0)
    verify(bare, torrent.content)
    with lab.seed(bare) as seed:
        ours = fetch(lab, bare, seed)
        assert contents(ours.folder) == contents(torrent.content)


if __name__ == "__main__":
    network.enter()
    tap.main([case for name, case in list(globals().items()) if name.startswith("case_")])
