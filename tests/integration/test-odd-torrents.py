#!/usr/bin/python3
"""test-odd-torrents.py: torrents that no client of today makes, and that are met all the same, fetched whole.

Names that are no names, or another file's; attributes of BEP 47; pieces of any length. Each file arrives where `shoal
show` says, below the torrent's own folder, and the next run finds everything.
"""

import hashlib
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

from helpers import bad_peer, mutate, network, swarm, tap

MIB = 1 << 20
NAMES = [
    [b"\xff\xfe"], [b"n" * 300 + b".txt"], [b"..", b"..", b"up"], [b"/etc", b"passwd"], [b"A.txt"], [b"a.txt"],
    [b"a.TXT"], [b"CON"], [b"nul.txt"], ["\u202egnp.exe".encode()], [b"x", b""], [b"x/y"], [b"x\\z"], [b" lead"],
    [b"trail. "], [b"new\nline"], [b"\x1b[2J"], [b"dir", b"a"], [b"dir"], [b"DIR", b"a"], [b"same"], [b"same"],
    ["caf\u00e9".encode()], ["cafe\u0301".encode()], [b"nul\0byte"], [b"-rf"], [b"deep"] * 90,
]


def plain(paths):
    """Files of those paths, of a size of their own each."""
    return [(path, 5 + 977 * number, {}) for number, path in enumerate(paths)]


ATTRIBUTES = [
    ([b"a"], 5, {}), ([b"link"], 0, {"attr": "l", "symlink path": ["..", "..", "etc", "passwd"]}),
    ([b"inner"], 0, {"attr": "l", "symlink path": ["a"]}), ([b"run.sh"], 9, {"attr": "x"}),
    ([b"hidden"], 9, {"attr": "h"}), ([b"z"], 50000, {}),
]
SHAPES = {  # name of the torrent, files, length of a piece
    "names": (b"tree", plain(NAMES), 16384),
    "a name that leads up": (b"../../../tmp/evil", plain([[b"a"], [b"b"]]), 16384),
    "no name but dots": (b"..", plain([[b"a"]]), 16384),
    "a name that is a path": (b"/tmp/odd", plain([[b"a"]]), 16384),
    "a name of bytes": (b"\xc3\x28\xa0", plain([[b"a"]]), 16384),
    "attributes": (b"tree", ATTRIBUTES, 16384),
    "one byte": (b"tree", [([b"a"], 1, {})], 16384),
    "one byte among empty ones": (b"tree", [([b"e"], 0, {}), ([b"a"], 1, {}), ([b"f", b"g"], 0, {})], 16384),
    "pieces of 1 MiB": (b"tree", [([b"a"], 3 * MIB + 1, {}), ([b"b"], 3, {})], MIB),
    "pieces of 16 MiB": (b"tree", [([b"a"], 17 * MIB, {}), ([b"b"], 3, {})], 16 * MIB),
    "pieces of no power of two": (b"tree", [([b"a"], 100001, {})], 20000),
    "pieces of a byte": (b"tree", [([b"a"], 50, {}), ([b"b"], 1, {})], 1),
}


def make(name, files, piece):
    """A torrent of v1, its content by file, and all of it."""
    parts = [random.Random(f"{path}").randbytes(size) for path, size, _ in files]
    content = b"".join(parts)
    hashes = [hashlib.sha1(content[at:at + piece]).digest() for at in range(0, len(content), piece)]
    info = {"name": name, "piece length": piece, "pieces": b"".join(hashes),
            "files": [{"length": size, "path": path, **more} for path, size, more in files]}
    return mutate.encode(mutate.tree({"info": info})), parts, content


def honest(content, piece):
    """A peer that has everything and gives it."""
    def behave(stream, info_hash, pieces):
        bad_peer.shake(stream, info_hash)
        bad_peer.offer(stream, pieces)
        while True:
            kind, body = bad_peer.receive(stream)
            if kind == bad_peer.REQUEST:
                index, begin, length = struct.unpack(">III", body)
                bad_peer.send(stream, bad_peer.PIECE, body[:8] + content[index * piece + begin:][:length])
    return behave


def on_disk(folder):
    """The files below a folder; one that is no file, and a link, is a failure."""
    found = set()
    for place, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = os.path.join(place, name)
            assert not os.path.islink(path), path
            if name in files:
                found.add(os.path.relpath(path, folder))
    return found


def shown(file):
    """What our program says of it."""
    return json.loads(subprocess.run([swarm.SHOAL, "show", file, "--json"], check=True, capture_output=True).stdout)


def check(folder, facts, files, parts):
    """Each file is where it was said to be, with its own content."""
    listed = facts["file_list"]
    real = [number for number, (_, _, more) in enumerate(files) if more.get("attr") != "l"]
    assert len(listed) == len(files), listed
    top = os.listdir(folder)
    assert top == [facts["name"]], top
    paths = [os.path.join(facts["name"], listed[number]["path"]) for number in real]
    assert on_disk(folder) == set(paths) and len(set(paths)) == len(paths), sorted(on_disk(folder) ^ set(paths))
    for number, path in zip(real, paths):
        with open(os.path.join(folder, path), "rb") as file:
            assert file.read() == parts[number], path


def case_of(what):
    """One torrent."""
    def run():
        name, files, piece = SHAPES[what]
        data, parts, content = make(name, files, piece)
        with tempfile.TemporaryDirectory() as top:
            lab = swarm.Lab(top, what.replace(" ", "-"))
            file, folder = lab.path("odd.torrent"), lab.path("download")
            with open(file, "wb") as out:
                out.write(data)
            facts = shown(file)
            torrent = swarm.Torrent(facts["name"], file, folder, [])
            with bad_peer.BadPeer(honest(content, piece), bytes.fromhex(facts["info_hash"]), facts["piece_count"]) as peer:
                with lab.download(torrent, peers_at=[peer.at], folder=folder) as leech:
                    leech.completes(30)
            check(folder, facts, files, parts)
            with lab.download(torrent, folder=folder) as again:
                assert again.completes(30)["downloaded"] == 0, again.log
            check(folder, facts, files, parts)
    run.__name__ = what
    return run


def case_nothing_but_empty_files():
    """There is nothing to fetch, and nothing that a peer could prove: it is refused by name."""
    data, _, _ = make(b"tree", [([b"a"], 0, {}), ([b"b", b"c"], 0, {})], 16384)
    with tempfile.TemporaryDirectory() as top:
        file = os.path.join(top, "empty.torrent")
        with open(file, "wb") as out:
            out.write(data)
        for verb in ("show", "download"):
            done = subprocess.run([swarm.SHOAL, verb, file], capture_output=True, text=True, cwd=top, check=False)
            assert done.returncode == 4 and "has no bytes in any of its files" in done.stderr, done


if __name__ == "__main__":
    network.enter()
    words = sys.argv[1:]
    tap.main([case for case in [*map(case_of, SHAPES), case_nothing_but_empty_files]
              if all(word in case.__name__ for word in words)])
