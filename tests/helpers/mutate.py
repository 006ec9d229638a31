"""mutate: seed torrents of every kind and seeded ways to break them, for differential tests.

Trees are plain Python: bytes, int, list, and Dict, which keeps its pairs as they stand so that it can
hold keys that are unsorted or twice.
"""

import copy
import hashlib


class Dict(list):
    """A dictionary as a list of [key, value]."""


class Raw(bytes):
    """Bytes that are written as they are."""


def encode(value):
    """Bencode, without sorting anything."""
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, Dict):
        return b"d" + b"".join(encode(k) + encode(v) for k, v in value) + b"e"
    return b"l" + b"".join(map(encode, value)) + b"e"


def tree(value):
    """A Dict of sorted pairs from a dict, all the way down."""
    if isinstance(value, dict):
        pairs = [(k.encode() if isinstance(k, str) else k, tree(v)) for k, v in value.items()]
        return Dict([k, v] for k, v in sorted(pairs, key=lambda pair: pair[0]))
    if isinstance(value, (list, tuple)):
        return [tree(v) for v in value]
    return value.encode() if isinstance(value, str) else value


# --- seeds ---

PIECE = 16384


def merkle(hashes, height=0):
    """The root over the hashes of a layer that lies so high."""
    pad = bytes(32)
    for _ in range(height):
        pad = hashlib.sha256(pad + pad).digest()
    hashes = list(hashes)
    while len(hashes) > 1:
        if len(hashes) % 2:
            hashes.append(pad)
        hashes = [hashlib.sha256(a + b).digest() for a, b in zip(hashes[::2], hashes[1::2])]
        pad = hashlib.sha256(pad + pad).digest()
    return hashes[0]


def layer(name, length):
    """Hashes for the pieces of a file; their number is its length's."""
    return [hashlib.sha256(b"%s %d" % (name, i)).digest() for i in range(max(1, -(-length // PIECE)))]


def v2_leaf(name, length, **more):
    """The dictionary behind a file's empty key."""
    leaf = dict(more, length=length)
    if length > 0:
        leaf["pieces root"] = merkle(layer(name, length))
    return {"": leaf}


def layers(*files):
    """The piece layers of (name, length)."""
    return {merkle(layer(n, l)): b"".join(layer(n, l)) for n, l in files if l > PIECE}


def v1_files(*files):
    """A list of files from (path, length) or whole dictionaries."""
    return [f if isinstance(f, dict) else {"path": f[0].split("/"), "length": f[1]} for f in files]


def pieces(length):
    """As many v1 hashes as the length asks for."""
    return b"p" * (20 * -(-length // PIECE))


def pad(length):
    """A pad file (BEP 47)."""
    return {"attr": "p", "length": length, "path": [".pad", str(length)]}


def info(name, **more):
    """An info dictionary with what all have."""
    return {"name": name, "piece length": PIECE, **{k.replace("_", " "): v for k, v in more.items()}}


def seeds():
    """Well-formed torrents of every kind."""
    outer = {"announce": "http://tracker.example/announce",
             "announce-list": [["http://a.example/", "udp://b.example:1"], ["https://c.example/x"]],
             "comment": "words", "created by": "a test", "creation date": 1700000000,
             "nodes": [["node.example", 6881]], "url-list": ["http://seed.example/"],
             "httpseeds": ["http://seed.example/s"]}
    tree_v2 = {"a.txt": v2_leaf(b"a", 5), "b": {"c": v2_leaf(b"c", 40000), "d": v2_leaf(b"d", 0)},
               "e": v2_leaf(b"e", 16384)}
    list_v1 = v1_files(("a.txt", 5), pad(16379), ("b/c", 40000), ("b/d", 0), pad(9152), ("e", 16384))
    both = layers((b"c", 40000))
    metas = [
        {"info": info("single", length=40000, pieces=pieces(40000))},
        {**outer, "info": info("single", length=5, pieces=pieces(5), private=1, source="x")},
        {**outer, "info": info("multi", files=v1_files(("a", 5), ("b/c", 20000), ("b/d", 0)),
                               pieces=pieces(20005))},
        {"info": info("pads", files=v1_files(("a", 5), pad(16379), ("b", 7)), pieces=pieces(16391))},
        {"info": info("attr", pieces=pieces(12), files=v1_files(
            {"attr": "x", "length": 5, "path": ["run"], "sha1": b"s" * 20},
            {"attr": "h", "length": 7, "path": ["d", ".hidden"], "mtime": 5},
            {"attr": "l", "length": 0, "path": ["link"], "symlink path": ["d", ".hidden"]}))},
        {"info": info("utf8", pieces=pieces(6), **{"name.utf-8": "\u00fctf8"}, files=[
            {"length": 6, "path": [b"\xe4"], "path.utf-8": ["\u00e4"]}])},
        {"info": info("v2single", meta_version=2, file_tree={"v2single": v2_leaf(b"x", 40000)}),
         "piece layers": layers((b"x", 40000))},
        {**outer, "info": info("small", meta_version=2, file_tree={"small": v2_leaf(b"x", 100)}),
         "piece layers": {}},
        {**outer, "info": info("v2multi", meta_version=2, file_tree=tree_v2), "piece layers": both},
        {"info": info("v2attr", meta_version=2, file_tree={
            "l": {"": {"attr": "l", "length": 0, "symlink path": ["x"]}},
            "x": v2_leaf(b"x", 50, attr="x")}), "piece layers": {}},
        {"info": info("hsingle", meta_version=2, file_tree={"hsingle": v2_leaf(b"x", 40000)},
                      length=40000, pieces=pieces(40000)), "piece layers": layers((b"x", 40000))},
        {**outer, "info": info("hmulti", meta_version=2, file_tree=tree_v2, files=list_v1,
                               pieces=pieces(16384 + 49152 + 16384)), "piece layers": both},
        {"info": info("htail", meta_version=2, file_tree={"a": v2_leaf(b"a", 5), "b": v2_leaf(b"b", 7)},
                      files=v1_files(("a", 5), pad(16379), ("b", 7), pad(16377)), pieces=pieces(32768)),
         "piece layers": {}},
    ]
    return [encode(tree(m)) for m in metas]


# --- reading, without opinions ---

def decode(data):
    """A tree from well-formed bencode."""
    value, end = decode_at(data, 0)
    assert end == len(data)
    return value


def decode_at(data, at):
    """A tree and where it ends."""
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    if kind in (b"l", b"d"):
        out, at = [], at + 1
        while data[at:at + 1] != b"e":
            value, at = decode_at(data, at)
            out.append(value)
        if kind == b"d":
            return Dict([k, v] for k, v in zip(out[::2], out[1::2])), at + 1
        return out, at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    return data[colon + 1:end], end


# --- breaking ---

NUMBERS = [0, 1, -1, 2, 3, 5, 16383, 16384, 16385, 32767, 32768, 65536, 1 << 20, 1 << 29, 1 << 30, 1 << 31,
           (1 << 31) - 1, 1 << 32, 1 << 40, 1 << 47, 1 << 48, 1 << 62, (1 << 63) - 1, 1 << 63, 1 << 64,
           -(1 << 63)]
KEYS = [b"", b"a", b"attr", b"announce", b"file tree", b"files", b"info", b"length", b"meta version", b"name",
        b"name.utf-8", b"path", b"path.utf-8", b"piece layers", b"piece length", b"pieces", b"pieces root",
        b"private", b"root hash", b"symlink path", b"z"]
STRINGS = [b"", b".", b"..", b"/", b"a", b"A", b"a/b", b"..\\..", b"\x00", b"\xff", b"con", b"x" * 300, b"p", b"l",
           b"x", b"pl", b"a" * 20, b"a" * 32, b"a" * 40, b"\xc3\xa4", b"\xe2\x80\xae", b"http://x/"]
ODD = [b"i05e", b"i-0e", b"i e", b"i1.5e", b"01:a", b"-1:a", b"1:", b"e", b"d", b"l", b"x", b"99:a", b"i1", b"ie",
       b"d1:ae", b"di1ei2ee", b"i9223372036854775808e"]


def places(value, found):
    """All containers of a tree with the indices that may be changed."""
    if isinstance(value, Dict):
        for i, (_, child) in enumerate(value):
            found.append((value, i))
            places(child, found)
    elif isinstance(value, list):
        for i, child in enumerate(value):
            found.append((value, i))
            places(child, found)
    return found


def get(box, i):
    """The value in a place."""
    return box[i][1] if isinstance(box, Dict) else box[i]


def put(box, i, value):
    """Changes the value in a place."""
    if isinstance(box, Dict):
        box[i] = [box[i][0], value]
    else:
        box[i] = value


def any_value(rng):
    """Something of any type."""
    return rng.choice([rng.choice(NUMBERS), rng.choice(STRINGS), [], Dict(), [rng.choice(STRINGS)],
                       Raw(rng.choice(ODD)), Dict([[rng.choice(KEYS), rng.choice(NUMBERS)]])])


def change_value(rng, box, i, _root):
    """Another number for a number, another string for a string."""
    value = get(box, i)
    if isinstance(value, int):
        put(box, i, rng.choice(NUMBERS + [value + 1, value - 1, value * 2, -value]))
    elif isinstance(value, bytes):
        at = rng.randrange(len(value) + 1)
        put(box, i, rng.choice([rng.choice(STRINGS), value[:at], value[at:], value + value, value + b"a" * 20,
                                value[:-20], value[:-32], value.swapcase(), value[:at] + b"/" + value[at:]]))
    else:
        put(box, i, any_value(rng))


def change_type(rng, box, i, _root):
    """Anything for anything."""
    put(box, i, any_value(rng))


def remove(_rng, box, i, _root):
    """One pair or element less."""
    del box[i]


def double(rng, box, i, _root):
    """One twice, next to it or anywhere."""
    box.insert(rng.randrange(len(box) + 1), copy.deepcopy(box[i]))


def swap(rng, box, i, _root):
    """Two in each other's place."""
    j = rng.randrange(len(box))
    box[i], box[j] = box[j], box[i]


def rename(rng, box, i, _root):
    """Another key, sorted in or not."""
    if isinstance(box, Dict):
        box[i] = [rng.choice(KEYS + [box[i][0].swapcase(), box[i][0] + b"x"]), box[i][1]]
        if rng.random() < 0.7:
            box.sort(key=lambda pair: pair[0])


def add(rng, box, i, _root):
    """One more, sorted in or not."""
    if isinstance(box, Dict):
        box.append([rng.choice(KEYS), any_value(rng)])
        if rng.random() < 0.7:
            box.sort(key=lambda pair: pair[0])
    else:
        box.insert(i, any_value(rng))


def move(rng, box, i, root):
    """A value from somewhere else."""
    other, j = rng.choice(places(root, []))
    put(box, i, copy.deepcopy(get(other, j)))


STRUCTURED = [change_value] * 6 + [change_type, remove, remove, double, swap, rename, rename, add, add, move]


def mutate_bytes(rng, data):
    """Flips, cuts, insertions, repetitions."""
    data = bytearray(data)
    at = rng.randrange(len(data))
    end = min(len(data), at + rng.choice([1, 1, 2, 5, 20]))
    kind = rng.randrange(6)
    if kind == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[at] = rng.choice(b"0123456789delix:-")
    elif kind == 2:
        del data[at:end]
    elif kind == 3:
        data[at:at] = data[at:end]
    elif kind == 4:
        del data[at:]
    else:
        data += rng.choice([b"\n", b"\r\n", b"x", b"\0", b"e", b" "])
    return bytes(data)


def mutate(rng, seed):
    """A broken copy: mostly of the tree, sometimes of the bytes."""
    if rng.random() < 0.2:
        return mutate_bytes(rng, seed)
    root = decode(seed)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        found = places(root, [])
        if found:
            box, i = rng.choice(found)
            rng.choice(STRUCTURED)(rng, box, i, root)
    return encode(root)
