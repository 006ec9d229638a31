#!/usr/bin/python3
"""test-differential.py: thousands of broken torrents, to our parser and to libtorrent's.

    test-differential.py PROBE [MUTATIONS]

Of whole torrents, and of their info dictionaries alone, as magnet links have them. Both give the same info-hashes,
files, sizes, offsets, roots and hashes of pieces, or both refuse. Where they disagree, a rule of the table says who
is right and why; a disagreement that no rule names is a failure.
"""

import collections
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import typing

from helpers import mutate, tap, trees

try:
    import libtorrent as lt
except ImportError:
    lt = None

PROBE = sys.argv[1]
MUTATIONS = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
SEED = 20240607
LIMITS = {"max_pieces": 4194304, "max_decode_tokens": 32000000, "max_buffer_size": 268435456,
          "max_decode_depth": 100}

# Who refuses alone, its reason as a whole (ours: "code key", theirs: a sentence), why we do so.
RULES = [
    ("we", r"key-duplicate -", "a key twice: two programs would read two torrents under one hash"),
    ("we", r"trailing .*", "more than a line end behind the torrent: a transfer that went wrong"),
    ("we", r"overflow .*", "a number that fits no 64 bits, also where nobody asks for it"),
    ("we", r"(layer-mismatch|layer-extra|wrong-type) piece layers",
     "BEP 52: not valid if the layers do not match the roots"),
    ("we", r"wrong-type info\.file tree.*", "BEP 52 says what a tree is made of; in a v1 torrent, too"),
    ("we", r"wrong-type info(\.(name|length|pieces|piece length|files|meta version))?",
     "a key of another type than its BEP says, which they pass over for another form or an earlier copy"),
    ("we", r"wrong-type info\.files\.(path|length|symlink path)",
     "BEP 3: a list of strings, a number; they take the twin, or need none for a link"),
    ("we", r"(out-of-range|wrong-length) info\.(files|file tree)\.(length|pieces root)",
     "a negative length, a root of another length: of a link or pad, where they do not look"),
    ("we", r"missing-key info\.name", "no name but a twin that is empty"),
    ("we", r"(missing-key info\.pieces|no-files info|merkle-v1 info\.root hash)",
     "half of a v1 half: they read what is left as v2 only"),
    ("we", r"hybrid-mismatch info\.files",
     "BEP 52: the halves describe the same files; they pass over a v1 list that is empty or a link"),
    ("we", r"(both-forms info\.files|out-of-range info\.length)", "BEP 3: length or files, never both; they take the files"),
    ("we", r"meta-version info\.meta version", "BEP 52: versions begin with 2, none is below 1"),
    ("they", r"invalid bencoding",
     "v2 with keys out of order beside the tree: BEP 52 allows it for who hashes the bytes as they stand"),
    ("they", r"missing name in torrent file", "an empty name: BEP 52 calls it purely advisory"),
    ("they", r"the torrent contains v2 keys but does not specify meta version 2",
     "a tree that no version announces is an unknown key to BEP 3"),
    ("they", r"invalid or missing 'piece length' entry in torrent file", "1 GiB is our limit, 512 MiB theirs"),
    ("they", r"(incorrect number of piece hashes in torrent file|the v1 and v2 file metadata does not match)",
     "a file outside any list that calls itself a pad or a link: BEP 47 has that for lists alone"),
    ("they", r"invalid length of torrent", "a file of 2^48 bytes is within our limit, not within theirs"),
    ("neither", r"private True False", "the lowest number of 64 bits, which they read as 0"),
    ("neither", r"count 1 0", "a file outside any list that calls itself a pad: likewise"),
]


class Judged(typing.NamedTuple):
    """What a parser says of a torrent that it accepts; the names are those of a disagreement."""

    v1: str
    v2: str
    count: int
    size: int
    piece: int
    private: bool
    layout: str
    hashes: str


def theirs(data):
    """What libtorrent says, or why it refuses."""
    try:
        info = lt.torrent_info(data, LIMITS)
    except (RuntimeError, MemoryError, ValueError, TypeError, OverflowError) as refusal:
        return str(refusal)
    hashes, files = info.info_hashes(), info.files()
    real = [i for i in range(files.num_files()) if not files.file_flags(i) & lt.file_flags_t.flag_pad_file]
    return Judged(str(hashes.v1) if hashes.has_v1() else "-", str(hashes.v2) if hashes.has_v2() else "-",
                  len(real), sum(files.file_size(i) for i in real), info.piece_length(), info.priv(),
                  ",".join(place_of(files, i) for i in real),
                  b"".join(map(info.hash_for_piece, range(info.num_pieces()))).hex() if hashes.has_v1() else "-")


def place_of(files, number):
    """Where a file lies, of any consequence only when it has bytes, its length, and its root if it has one."""
    size, root = files.file_size(number), str(files.root(number))
    return f"{files.file_offset(number) if size else 0}:{size}:{root if root.strip('0') else ''}"


def ours(torrents, *kind):
    """The same of our parser, for all of them."""
    frames = b"".join(struct.pack(">I", len(t)) + t for t in torrents)
    lines = subprocess.run([PROBE, *kind], input=frames, stdout=subprocess.PIPE, check=True).stdout.decode()
    for line in lines.splitlines():
        word, _, rest = line.partition(" ")
        if word == "no":
            yield rest
        else:
            v1, v2, count, size, piece, private, layout, hashes = rest.split(" ")
            yield Judged(v1, v2, int(count), int(size), int(piece), private == "1", layout, hashes)


def has_twin(value):
    """Whether a tree has a dictionary with a key twice."""
    if isinstance(value, mutate.Dict):
        return len({key for key, _ in value}) < len(value) or any(has_twin(child) for _, child in value)
    return isinstance(value, list) and any(map(has_twin, value))


def is_double(data):
    """Whether a torrent that may be broken has a key twice, whatever else is wrong with it."""
    try:
        return has_twin(mutate.decode(data))
    except (ValueError, AssertionError, IndexError):
        return False


def rule_of(data, we, they):
    """The number of the rule that names a disagreement, or what it would have to name."""
    if isinstance(we, str) and is_double(data):
        we = "key-duplicate -"  # we stop at what comes first
    if isinstance(we, tuple) and isinstance(they, tuple):
        side, what = "neither", next(
            f"{name} {a} {b}" for name, a, b in zip(Judged._fields, we, they) if a != b)
    else:
        side, what = ("we", we) if isinstance(we, str) else ("they", they)
    for number, (who, pattern, _) in enumerate(RULES):
        if who == side and re.fullmatch(pattern, what):
            return number
    return f"{side}: {what}"


def compare(torrents, judgements):
    """How often each outcome and each rule was met, and the shortest input of what has no rule."""
    counts, unknown = collections.Counter(), {}
    for data, we in zip(torrents, judgements, strict=True):
        they = theirs(data)
        if we == they:
            counts["both accept"] += 1
        elif isinstance(we, str) and isinstance(they, str):
            counts["both refuse"] += 1
        else:
            rule = rule_of(data, we, they)
            counts[rule] += 1
            if isinstance(rule, str):
                unknown[rule] = min(unknown.get(rule, data), data, key=len)
    return counts, unknown


def report(counts):
    """The table of counts."""
    for outcome, count in sorted(counts.items(), key=lambda item: -item[1]):
        who, _, why = RULES[outcome] if isinstance(outcome, int) else ("", "", outcome)
        tap.comment(f"{count:7} {who + ' refuse: ' if who in ('we', 'they') else ''}{why}")


def their_seeds():
    """Torrents as libtorrent makes them: one file and several, in each format."""
    made = []
    with tempfile.TemporaryDirectory() as folder:
        trees.make(folder, {"one": 40000, "many/a": 5, "many/b/c": 40000, "many/b/d": 0, "many/e": 16384})
        for name in ("one", "many"):
            for flags in (lt.create_torrent.v1_only, lt.create_torrent.v2_only, 0):
                files = lt.file_storage()
                lt.add_files(files, os.path.join(folder, name))
                torrent = lt.create_torrent(files, 16384, flags)
                torrent.add_tracker("http://tracker.example/announce")
                lt.set_piece_hashes(torrent, folder)
                made.append(lt.bencode({k: v for k, v in torrent.generate().items() if k != b"creation date"}))
    return made


def case_whole_torrents_are_accepted_by_both():
    seeds = mutate.seeds() + their_seeds()
    for seed, we in zip(seeds, ours(seeds), strict=True):
        assert isinstance(we, tuple) and we == theirs(seed), (seed, we, theirs(seed))


def info_of(torrent):
    """The bytes of its info dictionary."""
    return next(mutate.encode(value) for key, value in mutate.decode(torrent) if key == b"info")


def case_whole_metadata_is_accepted_by_both():
    infos = [info_of(seed) for seed in mutate.seeds() + their_seeds()]
    for info, we in zip(infos, ours(infos, "info"), strict=True):
        they = theirs(b"d4:info%be" % info)
        assert isinstance(we, tuple) and we == they, (info, we, they)


def judge_broken(torrents, judgements):
    """Every disagreement has a rule."""
    counts, unknown = compare(torrents, judgements)
    report(counts)
    for rule, data in unknown.items():
        tap.comment(f"no rule for {rule}: {data!r}")
    assert not unknown, f"{len(unknown)} kinds of disagreement without a rule"
    assert counts["both accept"] > len(torrents) / 10 and counts["both refuse"] > len(torrents) / 10, counts


def case_broken_torrents_are_judged_alike():
    rng, seeds = random.Random(SEED), mutate.seeds() + their_seeds()
    torrents = [mutate.mutate(rng, rng.choice(seeds)) for _ in range(MUTATIONS)]
    judge_broken(torrents, ours(torrents))


def case_broken_metadata_is_judged_alike():
    rng, seeds = random.Random(SEED), [info_of(seed) for seed in mutate.seeds() + their_seeds()]
    infos = [mutate.mutate(rng, rng.choice(seeds)) for _ in range(MUTATIONS)]
    judge_broken([b"d4:info%be" % info for info in infos], ours(infos, "info"))


if __name__ == "__main__":
    if lt is None:
        tap.skip_all("libtorrent's Python module is not installed")
    tap.main([case_whole_torrents_are_accepted_by_both, case_whole_metadata_is_accepted_by_both,
              case_broken_torrents_are_judged_alike, case_broken_metadata_is_judged_alike])
