#!/usr/bin/python3
"""test-magnets.py: metadata and addresses from peers, most of whom are not what they seem."""

import contextlib
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time

from helpers import bad_peer, capture, ltep, mutate, network, peers, raw_peer, swarm, tap

SHOAL = swarm.SHOAL
MANY = {f"{number:05}": number % 7 for number in range(4000)}  # 150 KB of metadata, ten pieces
TREE = {"a.bin": 1000003, "deep/b.bin": 65537, "empty": 0}


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-")))
    run.__name__ = case.__name__
    return run


def info_of(torrent):
    """The info dictionary: the last value of a torrent without web seeds and layers."""
    with open(torrent.file, "rb") as file:
        data = file.read()
    return data[data.index(b"4:info") + 6:-1]


def resolve(lab, torrent, *peers_at, options=(), seconds=60):
    """Starts the command on the info-hash alone; so long it seeks."""
    info_hash, _ = torrent.identity()
    arguments = ["resolve", info_hash.hex(), "-o", lab.path("found.torrent"), "--bind", "127.0.0.1",
                 "--many-per-address", "--timeout", f"{seconds}s", *options]
    for peer in peers_at:
        arguments += ["--peer", peer]
    return lab.shoal(arguments, "127.0.0.1", lab.folder)


def rss(peer, most=False):
    """KiB of memory, now or at the most."""
    with open(f"/proc/{peer.process.pid}/status", encoding="utf-8") as status:
        rows = dict(line.split(":", 1) for line in status)
    return int(rows["VmHWM" if most else "VmRSS"].split()[0])


def finds(lab, torrent, *behaviours, seconds=70):
    """One honest peer among others: what comes is the metadata, and nothing else."""
    info_hash, pieces = torrent.identity()
    info = info_of(torrent)
    with contextlib.ExitStack() as stack:
        met = [stack.enter_context(bad_peer.BadPeer(behaviour, info_hash, pieces))
               for behaviour in (*behaviours, ltep.metadata(info))]
        with resolve(lab, torrent, *(peer.at for peer in met)) as command:
            assert command.finishes(seconds) == 0, command.log
            path = command.events("metadata")[0]["torrent"]
    with open(path, "rb") as file:
        assert info in file.read()


@in_lab
def case_junk_and_wrong_sizes(lab):
    """Each kind of liar beside one who is honest."""
    torrent = lab.torrent("tree", MANY, "v1")
    info = info_of(torrent)
    for behaviour in (ltep.metadata(info, spoilt="all"), ltep.metadata(info, spoilt={3}),
                      ltep.metadata(info, size=2 ** 31), ltep.metadata(info, size=0), ltep.metadata(info, size=-1),
                      ltep.metadata(info, size=1), bad_peer.stall, bad_peer.garbage,
                      ltep.metadata(info, size=2 ** 70)):
        finds(lab, torrent, behaviour)


@in_lab
def case_one_honest_among_three_liars(lab):
    torrent = lab.torrent("tree", MANY, "v1")
    info = info_of(torrent)
    liars = [ltep.metadata(info, spoilt="all"), ltep.metadata(info, spoilt={0}), ltep.metadata(info, spoilt={5, 6})]
    finds(lab, torrent, *liars)


@in_lab
def case_one_honest_among_those_who_fall_silent(lab):
    """One answers nothing, one stops in the middle, one lies: nobody holds the others up."""
    torrent = lab.torrent("tree", MANY, "v1")
    info = info_of(torrent)
    finds(lab, torrent, ltep.metadata(info, gives=0), ltep.metadata(info, gives=4), ltep.metadata(info, spoilt={5}))


@in_lab
def case_liars_alone_find_nothing(lab):
    """They claim 30 MiB and send zeros: what is kept is thrown away with them."""
    torrent = lab.torrent("tree", TREE, "v1")
    info_hash, pieces = torrent.identity()
    with contextlib.ExitStack() as stack:
        liars = [stack.enter_context(bad_peer.BadPeer(ltep.metadata(bytes(30 << 20)), info_hash, pieces))
                 for _ in range(3)]
        peak = []

        def has_ended():
            with contextlib.suppress(OSError, KeyError):  # of one that has just ended
                peak.append(rss(command, most=True))
            return not command.running()
        with resolve(lab, torrent, *(liar.at for liar in liars), seconds=25) as command:
            network.until(has_ended, 60, "it gives up")
            assert command.finishes(5) == 7, command.log
            assert not command.events("metadata") and all(liar.met for liar in liars)
            assert peak[-1] < (524288 if swarm.SANITIZED else 131072), peak[-1]


@in_lab
def case_metadata_is_served_and_storms_end(lab):
    """All pieces to who asks for them once; who goes on asking is sent away, and memory stays."""
    torrent = lab.torrent("tree", MANY, "v1")
    info, (info_hash, _) = info_of(torrent), torrent.identity()
    with lab.seed(torrent, "--many-per-address") as seed:
        with raw_peer.connect(seed.at(), torrent, features=ltep.FEATURES) as peer:
            ids = ltep.greet(peer.stream)
            assert ids["size"] == len(info) and ids["metadata"], ids
            got = b""
            for piece in range((len(info) + ltep.PIECE - 1) // ltep.PIECE):
                ltep.send(peer.stream, ids["metadata"], ltep.encode({"msg_type": ltep.REQUEST, "piece": piece}))
                body = b""
                while not body.startswith(bytes([ltep.METADATA])):
                    body = peer.wait_for(ltep.EXTENDED)
                got += body[body.index(b"ee") + 2:]
            assert got == info
        before = rss(seed, most=True)
        with raw_peer.connect(seed.at(), torrent, features=ltep.FEATURES) as peer:
            ids = ltep.greet(peer.stream)
            with contextlib.suppress(ConnectionError):
                for number in range(100000):
                    ltep.send(peer.stream, ids["metadata"],
                              ltep.encode({"msg_type": ltep.REQUEST, "piece": number % 11}))
            assert peer.is_closed()
        assert rss(seed, most=True) - before < 16384
        assert seed.running()


def pex(count, first=0):
    """A message that names so many peers of documentation's addresses."""
    peers = b"".join(bytes([11, 9, (first + at) >> 8 & 255, (first + at) & 255]) + struct.pack(">H", 6881)
                     for at in range(count))
    return ltep.encode({"added": peers, "added.f": bytes(count), "dropped": b""})


@in_lab
def case_floods_of_peers_end(lab):
    """Two messages at once are borne, the third ends it, and the address is not let in again."""
    torrent = lab.torrent("tree", TREE, "v1")
    with lab.seed(torrent) as seed:
        with raw_peer.connect(seed.at(), torrent, features=ltep.FEATURES) as peer:
            ids = ltep.greet(peer.stream, listens=6881)
            for message in range(2):
                ltep.send(peer.stream, ids["pex"], pex(100, message * 100))
            ltep.send(peer.stream, 0, ltep.encode({"m": {}}))
            peer.become_interested()  # it is still there
            with contextlib.suppress(ConnectionError):
                for message in range(100000):
                    ltep.send(peer.stream, ids["pex"], pex(100, message))
            assert peer.is_closed()
        with contextlib.suppress(ConnectionError), raw_peer.connect(seed.at(), torrent, features=ltep.FEATURES):
            raise AssertionError("it was let in again")
        assert seed.running() and rss(seed, most=True) < 65536


@in_lab
def case_private_torrents_name_no_peers(lab):
    """Neither is the extension offered, nor does a message in it mean anything."""
    torrent = lab.torrent("tree", TREE, "v1")
    private = lab.path("private.torrent")
    subprocess.run([SHOAL, "create", os.path.join(torrent.content, "tree"), "-o", private, "--private", "--quiet",
                    "--allow", "private-trackerless"], check=True, capture_output=True)
    torrent = swarm.Torrent("tree", private, torrent.content, torrent.paths)
    with lab.seed(torrent, "--many-per-address") as seed, \
            raw_peer.connect(seed.at(), torrent, features=ltep.FEATURES) as peer:
        ids = ltep.greet(peer.stream, listens=6881)
        assert ids["metadata"] and b"ut_pex" not in ids["raw"], ids
        for _ in range(10):
            ltep.send(peer.stream, ltep.PEX, pex(100))
        peer.become_interested()
        assert len(peer.block(0, 0, 16384)) == 16384


def private_torrent(lab):
    """A private hybrid that no tracker knows."""
    torrent = lab.torrent("tree", TREE, "v1")
    private = lab.path("private.torrent")
    subprocess.run([SHOAL, "create", os.path.join(torrent.content, "tree"), "-o", private, "--private", "--quiet",
                    "--format", "hybrid", "--allow", "private-trackerless"], check=True, capture_output=True)
    return swarm.Torrent("tree", private, torrent.content, torrent.paths)


@in_lab
def case_private_torrents_find_nobody_else(lab):
    """Nothing but the connections that were asked for leaves three who share one: no datagram, and no call to a
    peer whom another one knows. Without a metadata search and with one, which calls its peer once more when it knows
    that it may offer v2, and again when it was quicker than the end of its first call."""
    torrent = private_torrent(lab)
    with capture.Capture() as calls, lab.seed(torrent, "--many-per-address", "--encryption", "off") as seed:
        places = [seed.at()]
        first = lab.download(torrent, "--many-per-address", "--encryption", "off", "--seed-for", "1h",
                             peers_at=[seed.at()])
        with first:
            first.says("complete", 20)
            places.append(first.at())
            folder = lab.path("second")
            link = f"magnet:?xt=urn:btih:{torrent.identity()[0].hex()}"
            with lab.shoal(["download", link, "-d", folder, "--peer", first.at(), "--many-per-address",
                            "--encryption", "off", "--bind", "127.0.0.1"], "127.0.0.1", folder) as second:
                second.completes(20)
                torrent.check(folder)
    to_seed, to_first = (calls.begun.pop(int(place.rpartition(":")[2])) for place in places)
    assert (to_seed, calls.datagrams, sum(calls.begun.values())) == (1, 0, 0) and to_first >= 2, (
        to_seed, to_first, calls.datagrams, calls.begun)


@in_lab
def case_a_peer_that_lost_a_piece_is_not_asked_for_it(lab):
    """It says so (BEP 54): all the others are asked for."""
    torrent = lab.torrent("one.bin", 640000, "v1", "64KiB")
    info_hash, pieces = torrent.identity()
    asked = set()
    with open(os.path.join(torrent.content, torrent.name), "rb") as file:
        content = file.read()

    def forgetful(stream, info_hash, pieces):
        ids = ltep.shake(stream, info_hash)
        field = bytes([0xFF] * (pieces // 8)) + (bytes([0xFF << 8 - pieces % 8 & 0xFF]) if pieces % 8 else b"")
        bad_peer.send(stream, bad_peer.BITFIELD, field)
        ltep.send(stream, ltep.value(ids["raw"], "lt_donthave"), struct.pack(">I", 3))
        bad_peer.send(stream, bad_peer.UNCHOKE, b"")
        while True:
            kind, body = bad_peer.receive(stream)
            if kind == bad_peer.REQUEST:
                piece, begin, length = struct.unpack(">III", body)
                asked.add(piece)
                at = piece * 65536 + begin
                bad_peer.send(stream, bad_peer.PIECE, body[:8] + content[at:at + length])

    with bad_peer.BadPeer(forgetful, info_hash, pieces) as peer, lab.download(torrent, peers_at=[peer.at]):
        network.until(lambda: len(asked) == pieces - 1, 10, "all but one are asked for")
        assert 3 not in asked


@in_lab
def case_files_are_chosen_after_the_metadata(lab):
    """--select, and so= without it; --stop-on-metadata."""
    torrent = lab.torrent("tree", TREE, "v1")
    info_hash, _ = torrent.identity()
    link = f"magnet:?xt=urn:btih:{info_hash.hex()}&so=1"
    with lab.seed(torrent, "--many-per-address") as seed:
        for options, there in ((["--select", "1"], "a.bin"), ([], "deep/b.bin")):
            folder = lab.path("download")
            arguments = ["download", link, "-d", folder, "--peer", seed.at(), *options]
            with lab.shoal(arguments, "127.0.0.1", folder) as leech:
                assert leech.finishes(20) == 0, leech.log
                assert os.path.getsize(os.path.join(folder, "tree", there)) == TREE[there]
                assert leech.last()["wanted"] < leech.last()["total"]
        folder = lab.path("download")
        with lab.shoal(["download", link, "-d", folder, "--peer", seed.at(), "--stop-on-metadata"], "127.0.0.1",
                       folder) as leech:
            assert leech.finishes(20) == 0 and leech.last()["reason"] == "metadata", leech.log
        assert os.listdir(folder) == ["tree.torrent"]


@in_lab
def case_a_private_torrent_behind_a_magnet(lab):
    """It becomes known in the middle: the connection stays, and no other peer is named or heard of."""
    torrent = lab.torrent("tree", TREE, "v1")
    private = lab.path("private.torrent")
    subprocess.run([SHOAL, "create", os.path.join(torrent.content, "tree"), "-o", private, "--private", "--quiet",
                    "--format", "v1", "--allow", "private-trackerless"], check=True, capture_output=True)
    torrent = swarm.Torrent("tree", private, torrent.content, torrent.paths)
    info_hash, _ = torrent.identity()
    info, hellos = info_of(torrent), []

    def watch(stream, info_hash, _pieces):
        ids = ltep.shake(stream, info_hash, len(info))
        hellos.append(ids["raw"])
        ltep.send(stream, ltep.PEX, pex(50))  # nobody asked for it
        while True:
            kind, body = bad_peer.receive(stream)
            if kind == ltep.EXTENDED and body[0] == 0:
                hellos.append(body[1:])
            elif kind == ltep.EXTENDED and body[0] == ltep.METADATA:
                head = {"msg_type": ltep.DATA, "piece": 0, "total_size": len(info)}
                ltep.send(stream, ids["metadata"], ltep.encode(head) + info)

    with bad_peer.BadPeer(watch, info_hash, 0) as peer:
        folder = lab.path("download")
        with lab.shoal(["download", info_hash.hex(), "-d", folder, "--peer", peer.at], "127.0.0.1", folder) as leech:
            leech.says("downloading")
            network.until(lambda: len(hellos) >= 2, 10, "the torrent greets on the same connection")
            assert not any(b"ut_pex" in hello for hello in hellos), hellos


LAYERED = {"a.bin": 1000003, "empty": 0, "deep/b.bin": 65536, "deep/c.bin": 200001, "deep/d": 1,
           "large.bin": 600 * 65536 + 5}  # more than a run of 512 hashes
HASHES = {"btih": ["info_hash"], "btmh": ["info_hash_v2"], "btih and btmh": ["info_hash", "info_hash_v2"]}
KINDS = {"v2": ["btmh"], "hybrid": list(HASHES)}
PREFIXES = {"info_hash": "urn:btih:", "info_hash_v2": "urn:btmh:1220"}


def outer(path):
    """What stands in a .torrent, by key."""
    with open(path, "rb") as file:
        return dict(mutate.decode(file.read()))


def link_of(torrent, which):
    """A magnet link with one hash or both, and nothing else."""
    facts = torrent.facts()
    return "magnet:?" + "&".join(f"xt={PREFIXES[key]}{facts[key]}" for key in HASHES[which])


@contextlib.contextmanager
def seeding(lab, torrent, by):
    """A seed, ours or libtorrent; gives where it listens."""
    if by == "ours":
        with lab.seed(torrent, "--many-per-address") as seed:
            yield seed.at()
    else:
        with lab.libtorrent("seed", torrent, torrent.content) as (_, at):
            yield at


def case_whole(by, kind, which):
    """The .torrent that a link stands for is whole, with piece layers, and so is what it describes."""
    @in_lab
    def run(lab):
        torrent = lab.torrent("tree", LAYERED, kind)
        link, made = link_of(torrent, which), outer(torrent.file)
        with seeding(lab, torrent, by) as at:
            found = lab.path("found.torrent")
            with lab.shoal(["resolve", link, "-o", found, "--peer", at], "127.0.0.1", lab.folder) as command:
                assert command.finishes(20) == 0, command.log
            for key in b"info", b"piece layers":
                assert outer(found)[key] == made[key], key
            folder = lab.path("download")
            with lab.shoal(["download", link, "-d", folder, "--peer", at], "127.0.0.1", folder) as leech:
                leech.completes(30)
            torrent.check(folder)
    run.__name__ = f"{kind} by {which}, whole from {by}"
    return run


@in_lab
def case_a_link_that_names_a_peer(lab):
    """It is all that there is to ask: ours of ours and of libtorrent, and libtorrent of ours."""
    torrent = lab.torrent("one.bin", 300000, "hybrid")
    for by in "ours", "libtorrent":
        with seeding(lab, torrent, by) as at:
            link, folder = torrent.magnet() + "&x.pe=" + at, lab.path("download")
            with lab.shoal(["download", link, "-d", folder, "--bind", "127.0.0.1"], "127.0.0.1", folder) as leech:
                leech.completes(30)
            torrent.check(folder)
    swarm.need_libtorrent()
    with seeding(lab, torrent, "ours") as at:
        folder = lab.path("download")
        os.mkdir(folder)
        driver = os.path.join(os.path.dirname(swarm.__file__), "lt_peer.py")
        with peers.Peer("libtorrent-by-link", [sys.executable, driver, "leech", torrent.magnet() + "&x.pe=" + at, folder,
                                               f"127.0.0.1:{network.free_ports(1)[0]}"]) as other:
            assert other.finishes(30) == 0, other.log
        torrent.check(folder)


@in_lab
def case_hybrids_do_without_layers(lab):
    """Nobody who speaks of v2 is there: its v1 hashes prove a hybrid, and it is fetched all the same."""
    torrent = lab.torrent("one.bin", 300000, "hybrid")
    info_hash, pieces = torrent.identity()
    info = mutate.encode(outer(torrent.file)[b"info"])
    with bad_peer.BadPeer(ltep.metadata(info), info_hash, pieces) as peer, resolve(lab, torrent, peer.at) as command:
        assert command.finishes(20) == 0, command.log
        found = outer(command.events("metadata")[0]["torrent"])
    assert mutate.encode(found[b"info"]) == info and b"piece layers" not in found


@in_lab
def case_two_torrents_in_one_link(lab):
    """One of its hashes is another torrent's: the link is refused by name, and nobody is blamed."""
    torrent, other = (lab.torrent("one.bin", size, "hybrid") for size in (300000, 300001))
    link = f"magnet:?xt=urn:btih:{torrent.facts()['info_hash']}&xt=urn:btmh:1220{other.facts()['info_hash_v2']}"
    info_hash, pieces = torrent.identity()
    with bad_peer.BadPeer(ltep.metadata(mutate.encode(outer(torrent.file)[b"info"])), info_hash, pieces) as peer:
        arguments = ["download", link, "-d", lab.path("download"), "--peer", peer.at]
        with lab.shoal(arguments, "127.0.0.1", lab.folder) as leech:
            assert leech.finishes(20) == 4, leech.log
            assert "different files" in leech.events("error")[0]["error"]["message"], leech.log


HASH_REQUEST, HASHES_ANSWER = 21, 22
SPOILT_HASHES = {  # what is made of a request: of its length of hashes, and of the answer's bytes
    "false": lambda body, length: body + os.urandom(32 * length),
    "too long": lambda body, length: body + os.urandom(32 * (length + 64)),
    "too short": lambda body, length: body + os.urandom(32 * length - 1),
    "none": lambda body, _length: body,
}


def case_hashes_that_are(how):
    """Who answers with them is sent away, and the layers come from another one, who finds us later."""
    @in_lab
    def run(lab):
        torrent = lab.torrent("tree", LAYERED, "v2")
        link, made = link_of(torrent, "btmh"), outer(torrent.file)
        info = mutate.encode(made[b"info"])
        answered, gone = threading.Event(), threading.Event()

        def lie(stream, info_hash, _pieces):
            bad_peer.exactly(stream, 68)
            stream.sendall(raw_peer.handshake(info_hash, bytes([0, 0, 0, 0, 0, 0x10, 0, 0x10])))
            ids = ltep.greet(stream, len(info))
            try:
                while True:
                    kind, body = bad_peer.receive(stream)
                    if kind == ltep.EXTENDED and body[0] == ltep.METADATA:
                        at = ltep.value(body, "piece")
                        head = {"msg_type": ltep.DATA, "piece": at, "total_size": len(info)}
                        ltep.send(stream, ids["metadata"],
                                  ltep.encode(head) + info[at * ltep.PIECE:(at + 1) * ltep.PIECE])
                    elif kind == HASH_REQUEST:
                        length = struct.unpack(">I", body[40:44])[0]
                        bad_peer.send(stream, HASHES_ANSWER, SPOILT_HASHES[how](body, length))
                        answered.set()
            except OSError:
                if answered.is_set():
                    gone.set()

        with bad_peer.BadPeer(lie, torrent.names()[0], 0) as liar:
            found = lab.path("found.torrent")
            with lab.shoal(["resolve", link, "-o", found, "--bind", "127.0.0.1", "--many-per-address", "--timeout", "60s",
                            "--peer", liar.at], "127.0.0.1", lab.folder) as command:
                assert gone.wait(60), f"who lies is not sent away ({command.log})"
                assert command.running(), command.log
                with lab.seed(torrent, "--many-per-address", "--peer", f"127.0.0.1:{command.says('started')['port']}"):
                    assert command.finishes(30) == 0, command.log
        for key in b"info", b"piece layers":
            assert outer(found)[key] == made[key], key
    run.__name__ = f"hashes that are {how}"
    return run


def exchange(lab, hub_is_ours):
    """A seed, a hub that is connected to it, and a third that knows the hub alone, and finds the seed by it."""
    torrent = lab.torrent("one.bin", 8000001, "v1")
    with contextlib.ExitStack() as stack:
        if hub_is_ours:
            _, seed_at = stack.enter_context(lab.libtorrent("seed", torrent, torrent.content))
            hub = stack.enter_context(lab.download(torrent, "--many-per-address", "--limit-down", "50K",
                                                   peers_at=[seed_at]))
            hub.says("downloading")
            third, _ = stack.enter_context(lab.libtorrent("leech", torrent, lab.path("third"), peers_at=[hub.at()]))
            network.until(lambda: seed_at in swarm.words(third), 130, "the third connects to the seed")
        else:
            seed = stack.enter_context(lab.seed(torrent, "--many-per-address", "--limit-up", "50K"))
            _, hub_at = stack.enter_context(lab.libtorrent("leech", torrent, lab.path("hub"), peers_at=[seed.at()]))
            third = stack.enter_context(lab.download(torrent, "--many-per-address", peers_at=[hub_at]))
            network.until(lambda: third.events() and third.last().get("seeds", 0) > 0, 130, "the third connects to the seed")


@in_lab
def case_peers_by_us_to_libtorrent(lab):
    exchange(lab, True)


@in_lab
def case_peers_by_libtorrent_to_us(lab):
    exchange(lab, False)


@in_lab
def case_private_torrents_stay_alone(lab):
    """For ten minutes, in each of which whoever exchanges peers would do so (BEP 27): one in the middle of two that are
    not done, and they do not come to know each other."""
    torrent = private_torrent(lab)
    usual = ["--many-per-address", "--encryption", "off"]
    link = f"magnet:?xt=urn:btih:{torrent.identity()[0].hex()}"
    with capture.Capture() as calls, lab.seed(torrent, "--limit-up", "1K", *usual) as seed:
        with lab.download(torrent, *usual, peers_at=[seed.at()]) as middle:
            folder = lab.path("last")
            with lab.shoal(["download", link, "-d", folder, "--peer", middle.at(), "--bind", "127.0.0.1", *usual],
                           "127.0.0.1", folder) as last:
                network.until(lambda: last.events() and last.last().get("peers", 0) == 1, 30, "the last is connected")
                time.sleep(float(WORDS[1]) if len(WORDS) > 1 else 600)
                assert last.last().get("peers") == 1, last.last()
                places = [seed.at(), middle.at()]
    to_seed, to_middle = (calls.begun.pop(int(place.rpartition(":")[2])) for place in places)
    assert (to_seed, calls.datagrams, sum(calls.begun.values())) == (1, 0, 0) and to_middle >= 1, (
        to_seed, to_middle, calls.datagrams, calls.begun)


SLOW = {"exchange": [case_peers_by_us_to_libtorrent, case_peers_by_libtorrent_to_us],
        "alone": [case_private_torrents_stay_alone]}

CASES = [
    case_junk_and_wrong_sizes, case_one_honest_among_three_liars, case_one_honest_among_those_who_fall_silent,
    case_liars_alone_find_nothing,
    case_metadata_is_served_and_storms_end, case_floods_of_peers_end, case_private_torrents_name_no_peers,
    case_a_peer_that_lost_a_piece_is_not_asked_for_it, case_files_are_chosen_after_the_metadata,
    case_a_private_torrent_behind_a_magnet, case_private_torrents_find_nobody_else, case_a_link_that_names_a_peer, case_hybrids_do_without_layers,
    case_two_torrents_in_one_link,
    *(case_hashes_that_are(how) for how in SPOILT_HASHES),
    *(case_whole(by, kind, which) for by in ("ours", "libtorrent") for kind in KINDS for which in KINDS[kind])]

network.enter()
WORDS = sys.argv[1:]
tap.main(SLOW[WORDS[0]] if WORDS and WORDS[0] in SLOW else [case for case in CASES if all(word in case.__name__ for word in WORDS)])
