#!/usr/bin/python3
"""test-v2.py: transfers of BitTorrent v2 (BEP 52): v2 alone and hybrids, with our own and with libtorrent.

What arrives is compared file by file with what was sent, hashes of trees with libtorrent's and with a slow
reference, and hybrids whose halves differ are refused by name. All of it happens in a network of the test's own.
"""

import contextlib
import hashlib
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

from helpers import bad_peer, mutate, network, raw_peer, swarm, tap

TREE = {"a.bin": 1000003, "empty": 0, "deep/er/b.bin": 65536, "deep/c.bin": 65537, "deep/d": 1, "z.bin": 700001}
MANY = {"film.bin": 6000001, "empty": 0, **{f"many/{n:03}": n * 997 for n in range(300)}}


def transfer(lab, torrent):
    """From one of ours to another."""
    with lab.seed(torrent) as seed, lab.download(torrent, peers_at=[seed.at()]) as leech:
        end = leech.completes()
        torrent.check(leech.folder)
        assert end["downloaded"] <= end["total"], end  # nothing twice


def to_libtorrent(lab, torrent):
    """From ours to libtorrent."""
    folder = lab.path("libtorrent")
    with lab.seed(torrent) as seed:
        with lab.libtorrent("leech", torrent, folder, peers_at=[seed.at()]) as (other, _):
            assert other.finishes(20) == 0, other.log
    torrent.check(folder)


def from_libtorrent(lab, torrent):
    """From libtorrent to ours."""
    with lab.libtorrent("seed", torrent, torrent.content) as (_, at):
        with lab.download(torrent, peers_at=[at]) as leech:
            leech.completes()
            torrent.check(leech.folder)


WAYS = {"ours": transfer, "to libtorrent": to_libtorrent, "from libtorrent": from_libtorrent}
SHAPES = {"one file": 3000001, "one piece": 70000, "one block": 5, "tree": TREE, "many files": MANY}


# --- hashes of trees ---

HASH_REQUEST, HASHES, HASH_REJECT = 21, 22, 23
V2 = bytes([0, 0, 0, 0, 0, 0, 0, 0x14])
BLOCK, PIECE, LARGE = 16384, 65536, 1 << 20


def digest(data):
    """SHA-256."""
    return hashlib.sha256(data).digest()


def levels(data):
    """Every level of a file's tree, leaves first, slowly."""
    level = [digest(data[at:at + BLOCK]) for at in range(0, len(data), BLOCK)]
    while len(level) & len(level) - 1:
        level.append(bytes(32))
    found = [level]
    while len(found[-1]) > 1:
        found.append([digest(left + right) for left, right in zip(found[-1][::2], found[-1][1::2])])
    return found


def expected(tree, base, index, length, proof):
    """The hashes that answer a request, or None when the tree has no such part."""
    up = length.bit_length() - 1
    uncles = range(base + up, base + up + max(0, proof - up + 1))
    if base + up >= len(tree) or index + length > len(tree[base]) or uncles and uncles[-1] >= len(tree) - 1:
        return None
    return b"".join(tree[base][index:index + length]) + b"".join(
        tree[level][index >> level - base ^ 1] for level in uncles)


def ask(peer, root, request):
    """What a peer answers: the hashes, or None for a refusal."""
    sent = root + struct.pack(">IIII", *request)
    peer.send(HASH_REQUEST, sent)
    while True:
        kind, body = peer.receive()
        if kind in (HASHES, HASH_REJECT):
            assert body[:48] == sent, body[:48]
            return body[48:] if kind == HASHES else None


def requests_for(tree):
    """Runs of leaves and of the layer of the pieces, with and without proofs."""
    for base in (0, (PIECE // BLOCK).bit_length() - 1):
        width = len(tree[base]) if base < len(tree) else 0
        for length in (2, 4, 8, 16, 64, 512):
            for index in {0, length, width // 2 // length * length, width - length}:
                top = (width.bit_length() - 1) if width else 0
                for proof in {0, max(0, top - 1)}:
                    if 0 <= index < max(width, 1):
                        yield base, index, length, proof


def check_hashes(at, torrent):
    """Asks a seed for parts of the trees of all files; how many were answered."""
    answered = 0
    with raw_peer.connect(at, torrent, features=V2) as peer:
        for path in torrent.paths:
            with open(os.path.join(torrent.content, path), "rb") as file:
                data = file.read()
            tree = levels(data) if data else [[bytes(32)]]
            for request in requests_for(tree):
                want = expected(tree, *request)
                got = ask(peer, tree[-1][0], request)
                if got is not None:
                    answered += 1
                    assert got == want, (path, len(data), request)
                else:
                    filling = request[0] == 0 and request[1] * BLOCK >= len(data)
                    assert want is None or filling, (path, len(data), request)
    return answered


def case_hashes_of_ours():
    with tempfile.TemporaryDirectory() as folder:
        lab = swarm.Lab(folder, "hashes-ours")
        torrent = lab.torrent("tree", {**TREE, "big": 5000001}, "v2")
        with lab.seed(torrent) as seed:
            assert check_hashes(seed.at(), torrent) > 50


def case_hashes_cost_a_seed_no_more_than_it_bears():
    """Each request of a few bytes has 2 MiB read and hashed: after 2 GiB of it they are refused, but for 16 MiB in a second."""
    with tempfile.TemporaryDirectory() as folder:
        lab = swarm.Lab(folder, "hashes-cost")
        torrent = lab.torrent("one.bin", 32 << 20, "v2")
        with open(os.path.join(torrent.content, torrent.name), "rb") as file:
            root = levels(file.read())[-1][0]
        with lab.seed(torrent) as seed, raw_peer.connect(seed.at(), torrent, features=V2) as peer:
            begun, answered = time.monotonic(), 0
            while ask(peer, root, (0, answered * 128 % 2048, 128, 0)) is not None:
                answered += 1
                assert answered <= 1024 + 8 * (time.monotonic() - begun) + 8, answered  # in a second there is room for 8
        assert answered >= 1024, answered


def any_request(rng, tree, bottom):
    """One that BEP 52 allows, of any layer, also of what no tree has."""
    base = rng.choice([0, bottom, rng.randrange(len(tree) + 1)])
    width = len(tree[base]) if base < len(tree) else 1
    length = 2 << rng.randrange(min(9, width.bit_length()))
    proof = rng.choice([0, max(0, len(tree) - base - 2), rng.randrange(len(tree) + 2)])
    return base, rng.randrange(max(1, width // length)) * length, length, proof


def may_be_refused(request, bottom, size):
    """What we need not answer, and do not: runs behind the end of the file, layers between leaves and pieces."""
    base, index, _, _ = request
    return index * BLOCK << base >= size or 0 < base < bottom


def agree(ours, theirs, torrent, piece):
    """Asks both seeds for the same parts of the trees of all files; how many both answered."""
    rng, bottom, answered = random.Random(piece), (piece // BLOCK).bit_length() - 1, 0
    for path in torrent.paths:
        with open(os.path.join(torrent.content, path), "rb") as file:
            data = file.read()
        tree = levels(data)
        for _ in range(150):
            request = any_request(rng, tree, bottom)
            want, we, they = expected(tree, *request), ask(ours, tree[-1][0], request), ask(theirs, tree[-1][0], request)
            assert they == want, (path, len(data), request, "libtorrent")
            assert we == want or we is None and may_be_refused(request, bottom, len(data)), (path, len(data), request)
            answered += we is not None
    return answered


def case_of_proofs(piece):
    """Proofs of random parts of random trees: those of libtorrent, byte by byte, and those of the slow reference."""
    def run():
        rng = random.Random(piece)
        sizes = [rng.randrange(1, 3000000), rng.randrange(1, 40) * piece + rng.choice([-1, 0, 1]),
                 1 << rng.randrange(14, 22), (1 << rng.randrange(14, 22)) + 1, 5000001, 1]
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            lab = swarm.Lab(folder, f"proofs-{piece}")
            torrent = lab.torrent("tree", {f"{number}.bin": size for number, size in enumerate(sizes)}, "v2",
                                  f"{piece // 1024}KiB")
            _, at = stack.enter_context(lab.libtorrent("seed", torrent, torrent.content))
            places = [stack.enter_context(lab.seed(torrent)).at(), at]
            ours, theirs = (stack.enter_context(raw_peer.connect(place, torrent, features=V2)) for place in places)
            answered = agree(ours, theirs, torrent, piece)
            assert answered > 100, answered
    run.__name__ = f"proofs are libtorrent's, pieces of {piece // 1024} KiB"
    return run


# --- peers that lie ---

def spoiling(torrent):
    """A peer that sends what is true but for one block of each piece, and knows no hashes."""
    with open(os.path.join(torrent.content, torrent.name), "rb") as file:
        content = file.read()

    def behave(stream, info_hash, pieces):
        bad_peer.shake(stream, info_hash)
        bad_peer.offer(stream, pieces)
        while True:
            kind, body = bad_peer.receive(stream)
            if kind == bad_peer.REQUEST:
                piece, begin, length = struct.unpack(">III", body)
                block = content[piece * LARGE + begin:][:length]
                block = flip(block) if begin == BLOCK else block
                bad_peer.send(stream, bad_peer.PIECE, body[:8] + block)
    return behave


def case_of_proof(kind, by):
    """A block that is not true comes again, and nothing else of its piece: leaves tell which it is."""
    def run():
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            lab = swarm.Lab(folder, f"proof-{kind}-{by}")
            torrent = lab.torrent("one.bin", 16 * LARGE + 5, kind, "1MiB")
            # An honest one is asked for what it sends in three seconds: that may not be everything.
            if by == "ours":
                at = stack.enter_context(lab.seed(torrent, "--limit-up", "2M")).at()
            else:
                _, at = stack.enter_context(
                    lab.libtorrent("seed", torrent, torrent.content, env={"LT_UPLOAD_LIMIT": str(2 << 20)}))
            liar = stack.enter_context(bad_peer.BadPeer(spoiling(torrent), *torrent.identity()))
            for _ in range(5):  # until it is asked for what it spoils
                with lab.download(torrent, "--many-per-address", "--limit-down", "12M",
                                  peers_at=[at, liar.at]) as leech:
                    end = leech.completes(40)
                torrent.check(leech.folder)
                assert end["downloaded"] - end["total"] < LARGE // 2, end
                if end["downloaded"] > end["total"]:
                    return
            raise AssertionError("it was asked for nothing that it spoils")
    run.__name__ = f"a block that is not true comes again alone, {kind}, leaves from {by}"
    return run


# --- hybrids whose halves differ ---

FILES = "the v1 half and the v2 half describe different files"
DATA = "have hashes of different data"


def field(pairs, key):
    """The value of a key, or None."""
    return next((value for name, value in pairs if name == key), None)


def set_field(pairs, key, value):
    """Changes the value of a key."""
    next(pair for pair in pairs if pair[0] == key)[1] = value


def swapped(info):
    """The first two real files of the v1 half in the wrong order."""
    files = field(info, b"files")
    real = [at for at, file in enumerate(files) if field(file, b"attr") is None]
    files[real[0]], files[real[1]] = files[real[1]], files[real[0]]


def put_first(info, key, change):
    """Changes a value of the first file of the v1 half."""
    file = field(info, b"files")[0]
    set_field(file, key, change(field(file, key)))


def put_pad(info):
    """The first pad is a byte shorter."""
    pad = next(file for file in field(info, b"files") if field(file, b"attr") == b"p")
    set_field(pad, b"length", field(pad, b"length") - 1)


def flip(data):
    """Another first byte."""
    return bytes([data[0] ^ 1]) + data[1:]


def flip_root(info, path):
    """Another root of a file of one piece."""
    leaf = field(field(field(info, b"file tree"), path), b"")
    set_field(leaf, b"pieces root", flip(field(leaf, b"pieces root")))


def drop_pads(info):
    """Files follow each other as if there were no v2."""
    set_field(info, b"files", [file for file in field(info, b"files") if field(file, b"attr") is None])


def drop_first(info):
    """The v1 half lacks a file."""
    del field(info, b"files")[0]


def add_file(info):
    """The v1 half has a file more."""
    field(info, b"files").append(mutate.Dict([[b"length", 5], [b"path", [b"zz"]]]))


def drop_from_tree(info):
    """The v2 half lacks a file."""
    tree = field(info, b"file tree")
    tree.remove(next(pair for pair in tree if pair[0] == b"small"))


def swap_layer(torrent):
    """The first two hashes of the layer of a file of many pieces, in the wrong order."""
    layer = next(pair for pair in field(torrent, b"piece layers") if len(pair[1]) >= 4 * 32)
    layer[1] = layer[1][32:64] + layer[1][:32] + layer[1][64:]


MISMATCHES = {
    "a file of another name": (lambda torrent, info: put_first(info, b"path", lambda _: [b"other"]), FILES),
    "files in another order": (lambda torrent, info: swapped(info), FILES),
    "a file of another size": (lambda torrent, info: put_first(info, b"length", lambda size: size - 1), FILES),
    "a pad of another size": (lambda torrent, info: put_pad(info), FILES),
    "no pads": (lambda torrent, info: drop_pads(info), FILES),
    "a file that v1 lacks": (lambda torrent, info: drop_first(info), FILES),
    "a file that v2 lacks": (lambda torrent, info: drop_from_tree(info), FILES),
    "a file of v1 more": (lambda torrent, info: add_file(info), FILES),
    "pieces of another length": (lambda torrent, info: set_field(info, b"piece length", 131072), "wrong length"),
    "a v1 hash less": (lambda torrent, info: set_field(info, b"pieces", field(info, b"pieces")[:-20]),
                       "number of hashes"),
    "a layer in another order": (lambda torrent, info: swap_layer(torrent), "does not match the root of its file"),
    "v1 hashes of other data": (lambda torrent, info: set_field(info, b"pieces", flip(field(info, b"pieces"))),
                                DATA),
    "v2 hashes of other data": (lambda torrent, info: flip_root(info, b"small"), DATA),
    "a root that is not its layer's": (lambda torrent, info: flip_root(info, b"a"), "a piece layer belongs to no file"),
    "a layer too many": (lambda torrent, info: field(torrent, b"piece layers").append([b"z" * 32, b"z" * 64]),
                         "a piece layer belongs to no file"),
}


def case_of_mismatch(what):
    """A hybrid that is wrong in one way is not shared, and the reason is said."""
    def run():
        change, sentence = MISMATCHES[what]
        with tempfile.TemporaryDirectory() as folder:
            lab = swarm.Lab(folder, "mismatch-" + what.replace(" ", "-").replace("'", ""))
            torrent = lab.torrent("tree", {"a": 200001, "b": 100001, "small": 5}, "hybrid")
            with open(torrent.file, "rb") as file:
                tree = mutate.decode(file.read())
            change(tree, field(tree, b"info"))
            with open(torrent.file, "wb") as file:
                file.write(mutate.encode(tree))
            ended = subprocess.run([swarm.SHOAL, "seed", torrent.file, torrent.content, "--no-trackers",
                                    "--bind", "127.0.0.1"], capture_output=True, text=True, timeout=2 * network.PATIENCE,
                                   check=False)
            assert ended.returncode != 0 and sentence in ended.stderr, ended
    run.__name__ = f"hybrid: {what}"
    return run


def case_of(way, shape, kind, piece="64KiB"):
    """A transfer of one shape in one way."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            lab = swarm.Lab(folder, f"{way}-{shape}-{kind}-{piece}".replace(" ", "-"))
            name = "tree" if isinstance(SHAPES[shape], dict) else "one.bin"
            WAYS[way](lab, lab.torrent(name, SHAPES[shape], kind, piece))
    run.__name__ = f"{shape}, {kind}, {piece}, {way}"
    return run


def cases():
    """Every shape in every way, v2 alone; hybrids where files meet; the smallest pieces and large ones."""
    for way in WAYS:
        for shape in SHAPES:
            yield case_of(way, shape, "v2")
        yield case_of(way, "tree", "hybrid")
        yield case_of(way, "tree", "v2", "16KiB")
        yield case_of(way, "tree", "v2", "1MiB")
    yield case_hashes_of_ours
    yield case_hashes_cost_a_seed_no_more_than_it_bears
    for piece in (BLOCK, PIECE, PIECE * 4):
        yield case_of_proofs(piece)
    for kind in ("v2", "hybrid"):
        for by in ("ours", "libtorrent"):
            yield case_of_proof(kind, by)
    for what in MISMATCHES:
        yield case_of_mismatch(what)


if __name__ == "__main__":
    network.enter(addresses=2)
    words = sys.argv[1:]
    tap.main([case for case in cases() if all(word in case.__name__ for word in words)])
