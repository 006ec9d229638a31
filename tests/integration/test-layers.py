#!/usr/bin/python3
"""test-layers.py: torrents of v2 whose .torrent lacks piece layers, all or some of them (BEP 52).

They come from peers, ours and libtorrent, or from the files themselves when these are whole; what arrives is compared
file by file with what was sent. All of it happens in a network of the test's own."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

from helpers import mutate, network, swarm, tap

TREE = {"a.bin": 1000003, "empty": 0, "deep/er/b.bin": 65536, "deep/c.bin": 65537, "deep/d": 1, "z.bin": 700001}
PIECE = 65536
LAYERS = b"piece layers"


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-")))
    run.__name__ = case.__name__
    return run


def shoal(*arguments):
    """Our program, until it ends."""
    return subprocess.run([swarm.SHOAL, *arguments], capture_output=True, text=True, timeout=2 * network.PATIENCE,
                          check=False)


# --- transfers ---

def ours(lab, stack, torrent):
    """Our program as a seed; where it listens."""
    return stack.enter_context(lab.seed(torrent, "--many-per-address")).at()


def theirs(lab, stack, torrent):
    """libtorrent as a seed; where it listens."""
    return stack.enter_context(lab.libtorrent("seed", torrent, torrent.content))[1]


def case_of(seeds, has, kind, keep):
    """Our download of a torrent without layers from a seed that has them, or finds them in its files."""
    def run():
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            lab = swarm.Lab(folder, f"{seeds.__name__}-{has}-{kind}-{keep}")
            torrent = lab.torrent("tree", TREE, kind)
            bare = swarm.without_layers(lab, torrent, keep)
            at = seeds(lab, stack, bare if has == "no" else torrent)
            with lab.download(bare, peers_at=[at]) as leech:
                end = leech.completes()
                torrent.check(leech.folder)
                assert end["downloaded"] <= end["total"], end  # nothing twice
                assert kind == "hybrid" or leech.events("metadata"), leech.log
    run.__name__ = f"{kind}, {keep or 'no'} layers, from {seeds.__name__} with {has} layers"
    return run


def case_to_libtorrent(has):
    """Our seed has found the layers in its files, and gives them to a libtorrent that has them or not."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            lab = swarm.Lab(folder, f"to-libtorrent-{has}")
            torrent = lab.torrent("tree", TREE, "v2")
            bare = swarm.without_layers(lab, torrent)
            place = lab.path("libtorrent")
            with lab.seed(bare) as seed, lab.libtorrent("leech", bare if has == "no" else torrent, place,
                                                        peers_at=[seed.at()]) as (other, _):
                assert other.finishes(20) == 0, other.log
            torrent.check(place)
    run.__name__ = f"to libtorrent with {has} layers"
    return run


@in_lab
def case_what_is_there_is_not_fetched(lab):
    """Some files are whole: theirs are their own layers. A byte of another is wrong: only its piece comes again."""
    torrent = lab.torrent("tree", TREE, "v2")
    bare, folder = swarm.without_layers(lab, torrent), lab.copy(torrent)
    with open(os.path.join(folder, "tree/a.bin"), "r+b") as file:
        file.seek(3 * PIECE + 7)
        file.write(b"another")
    with lab.seed(torrent) as seed, lab.download(bare, peers_at=[seed.at()], folder=folder) as leech:
        end = leech.completes()
        torrent.check(folder)
        assert 0 < end["downloaded"] <= PIECE, end


@in_lab
def case_all_that_is_there_needs_nobody(lab):
    """A download that finds every file whole ends at once, and the next run does again."""
    torrent = lab.torrent("tree", TREE, "v2")
    bare, folder = swarm.without_layers(lab, torrent), lab.copy(torrent)
    for _ in range(2):
        with lab.download(bare, folder=folder) as leech:
            assert leech.completes()["downloaded"] == 0
    torrent.check(folder)


@in_lab
def case_it_goes_on_where_it_was_stopped(lab):
    """What has come before is not fetched again, though the layers are."""
    torrent = lab.torrent("one.bin", 200 * PIECE + 5, "v2")
    bare, folder = swarm.without_layers(lab, torrent), lab.path("download")
    with lab.seed(torrent, "--many-per-address") as seed:
        with lab.download(bare, "--limit-down", "1M", peers_at=[seed.at()], folder=folder) as leech:
            network.until(lambda: leech.events("progress") and leech.last()["left"] < 150 * PIECE, 60,
                          f"a quarter is here ({leech.log})")
            leech.stop()
        with lab.download(bare, peers_at=[seed.at()], folder=folder) as leech:
            end = leech.completes()
            assert 0 < end["downloaded"] < 160 * PIECE, end
    torrent.check(folder)


# --- what is damaged ---

@in_lab
def case_a_seed_without_everything_says_so(lab):
    """Nobody could prove what it has: it ends, as one does that has the layers."""
    torrent = lab.torrent("tree", TREE, "v2")
    bare, folder = swarm.without_layers(lab, torrent), lab.copy(torrent)
    with open(os.path.join(folder, "tree/z.bin"), "r+b") as file:
        file.write(b"something else")
    said = shoal("seed", bare.file, folder, "--no-trackers", "--bind", "127.0.0.1")
    assert said.returncode == 6 and "not complete" in said.stderr, said


@in_lab
def case_a_verification_names_the_file(lab):
    """Of a file without its layer as a whole, of one with it the piece."""
    torrent = lab.torrent("tree", {"a": 5 * PIECE, "b": 4 * PIECE, "c": 5}, "v2")
    for damaged, keep, pieces in ("a", 0, 5), ("b", 0, 4), ("c", 0, 1):
        bare, folder = swarm.without_layers(lab, torrent, keep), lab.copy(torrent)
        good = shoal("verify", bare.file, folder, "--plain")
        assert good.returncode == 0 and good.stdout == "result\tgood\t0\t3\t0\t10\n", good
        with open(os.path.join(folder, "tree", damaged), "r+b") as file:
            file.write(b"xyz")
        said = shoal("verify", bare.file, folder, "--plain")
        lines = said.stdout.split("\n")
        assert said.returncode == 6 and lines[0].startswith("file\tcorrupt\t"), said
        assert lines[0].endswith(f"\t{pieces}\t{damaged}"), said
        assert len([line for line in lines if line.startswith("piece\t")]) == pieces, said
        shutil.rmtree(folder)


# --- the whole .torrent ---

@in_lab
def case_resolve_makes_it_whole(lab):
    """Of a torrent without layers, as of a link; an edit refuses it, and says how."""
    torrent = lab.torrent("tree", TREE, "v2")
    bare, found = swarm.without_layers(lab, torrent), lab.path("found.torrent")
    said = shoal("edit", bare.file, "--comment", "no")
    assert said.returncode == 4 and "shoal resolve" in said.stderr, said
    with lab.seed(torrent) as seed:
        command = ["resolve", bare.file, "-o", found, "--peer", seed.at(), "--bind", "127.0.0.1"]
        with lab.shoal(command, "127.0.0.1", lab.folder) as resolver:
            assert resolver.finishes(20) == 0, resolver.log
    made, whole = (dict(mutate.decode(open(path, "rb").read())) for path in (found, torrent.file))
    assert all(made[key] == whole[key] for key in (b"info", LAYERS))
    said = shoal("edit", found, "--comment", "yes")
    assert said.returncode == 0, said


def cases():
    """From ours and from libtorrent, of each kind."""
    for keep in 0, 1:
        yield case_of(ours, "its", "v2", keep)
        yield case_of(theirs, "its", "v2", keep)
    yield case_of(ours, "no", "v2", 0)
    yield case_of(ours, "its", "hybrid", 0)
    yield case_of(ours, "its", "hybrid", 1)
    yield case_of(theirs, "its", "hybrid", 0)
    yield case_to_libtorrent("its")
    yield case_to_libtorrent("no")
    yield from (case_what_is_there_is_not_fetched, case_all_that_is_there_needs_nobody, case_it_goes_on_where_it_was_stopped,
                case_a_seed_without_everything_says_so, case_a_verification_names_the_file, case_resolve_makes_it_whole)


if __name__ == "__main__":
    network.enter(addresses=2)
    WORDS = sys.argv[1:]
    tap.main([case for case in cases() if all(word in case.__name__ for word in WORDS)])
