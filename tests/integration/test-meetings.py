#!/usr/bin/python3
"""test-meetings.py: who finds whom, in which order, and what is said at the door."""

import contextlib
import os
import signal
import struct
import tempfile

from helpers import bad_peer, network, others, raw_peer, swarm, tap

TREE = {"a.bin": 1000003, "deep/b.bin": 65537, "empty": 0}


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-")))
    run.__name__ = case.__name__
    return run


@in_lab
def case_leech_comes_before_its_seed(lab):
    """The peer that the person named is tried again until it is there."""
    torrent = lab.torrent("tree", TREE)
    port = network.free_ports(1)[0]
    with lab.download(torrent, peers_at=[f"127.0.0.1:{port}"]) as leech:
        leech.says("downloading")
        with lab.seed(torrent, "--port", str(port)):
            leech.completes(15)
            torrent.check(leech.folder)


@in_lab
def case_seed_connects_to_a_leech(lab):
    """The tracker knew nobody when the leech asked: it is the seed that hears of the leech."""
    port = network.free_ports(1)[0]
    torrent = lab.torrent("tree", TREE, trackers=[others.tracker_urls(port)["http"]])
    with others.opentracker(lab, port, [torrent]):
        with lab.download(torrent, "--many-per-address", trackers=True) as leech:
            others.knows_leeches(port, torrent)
            with lab.seed(torrent, "--many-per-address", trackers=True):
                leech.completes(15)
                torrent.check(leech.folder)


def both_ways(lab, *options):
    """Each is told of the other, and they connect at the same time."""
    torrent = lab.torrent("tree", TREE)
    one, two = (f"127.0.0.1:{port}" for port in network.free_ports(2))
    with lab.seed(torrent, "--port", one.rpartition(":")[2], "--peer", two, *options):
        with lab.download(torrent, "--port", two.rpartition(":")[2], *options, peers_at=[one]) as leech:
            leech.completes(15)
            torrent.check(leech.folder)


@in_lab
def case_both_connect_at_once(lab):
    for _ in range(5):
        both_ways(lab)


@in_lab
def case_both_connect_at_once_where_many_share_an_address(lab):
    for _ in range(5):
        both_ways(lab, "--many-per-address")


def content(torrent):
    """What a torrent of one file consists of."""
    with open(os.path.join(torrent.content, torrent.name), "rb") as file:
        return file.read()


@in_lab
def case_long_requests_are_served(lab):
    """128 KiB in one block, and not a byte more."""
    torrent = lab.torrent("one.bin", 3000001, "v1", "1MiB")
    with lab.seed(torrent) as seed, raw_peer.connect(seed.at(), torrent) as peer:
        peer.become_interested()
        for begin, length in ((0, 131072), (5, 40000), (1048576 - 131072, 131072), (7, 1)):
            assert peer.block(1, begin, length) == content(torrent)[1048576 + begin:][:length]
        peer.send(bad_peer.REQUEST, struct.pack(">III", 0, 0, 131073))
        assert peer.is_closed(), "a request over the limit is not served"


def almost_everything(stream, pieces):
    """Says that it has all pieces but the last."""
    field = bytearray((pieces + 7) // 8)
    for piece in range(pieces - 1):
        field[piece // 8] |= 0x80 >> piece % 8
    stream.send(bad_peer.BITFIELD, bytes(field))


@in_lab
def case_cancels_of_nothing_end_the_connection(lab):
    torrent = lab.torrent("one.bin", 300001, "v1", "16KiB")
    with lab.seed(torrent) as seed, raw_peer.connect(seed.at(), torrent) as peer:
        peer.become_interested()
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                peer.send(raw_peer.CANCEL, struct.pack(">III", 0, 0, 16384))
        assert peer.is_closed()


@in_lab
def case_newcomer_gets_its_fast_pieces_once(lab):
    """Ten pieces while it is choked (BEP 6), each of them once, and not a second time after coming again."""
    torrent = lab.torrent("one.bin", 200 * 16384, "v1", "16KiB")
    with lab.seed(torrent) as seed, contextlib.ExitStack() as swarm:
        for other in (2, 3):  # a seed gives away what others have as well
            peer = swarm.enter_context(raw_peer.connect(seed.at(), torrent, source=network.address(other)))
            almost_everything(peer, 200)
            peer.become_interested()
        with raw_peer.connect(seed.at(), torrent, features=raw_peer.FAST) as peer:
            peer.send(raw_peer.HAVE_NONE)
            pieces = [struct.unpack(">I", peer.wait_for(raw_peer.ALLOWED_FAST))[0] for _ in range(9)]
            for piece in pieces:
                assert peer.block(piece, 0, 16384) == content(torrent)[16384 * piece:][:16384]
            for piece in (pieces[0], 199):
                peer.send(bad_peer.REQUEST, struct.pack(">III", piece, 0, 16384))
                assert struct.unpack(">III", peer.wait_for(raw_peer.REJECT)) == (piece, 0, 16384)
        with raw_peer.connect(seed.at(), torrent, features=raw_peer.FAST) as peer:
            peer.send(raw_peer.HAVE_NONE)
            peer.send(bad_peer.REQUEST, struct.pack(">III", pieces[0], 0, 16384))
            assert peer.wait_for(raw_peer.REJECT)
        with raw_peer.connect(seed.at(), torrent, features=raw_peer.FAST, source=network.address(4)) as peer:
            peer.send(raw_peer.HAVE_NONE)
            given = struct.unpack(">I", peer.wait_for(raw_peer.ALLOWED_FAST))[0]
            assert len(peer.block(given, 0, 8192)) == 8192
            for piece in range(11):  # who has as many has something to give
                peer.send(raw_peer.HAVE, struct.pack(">I", piece))
            peer.send(bad_peer.REQUEST, struct.pack(">III", given, 8192, 8192))
            assert struct.unpack(">III", peer.wait_for(raw_peer.REJECT)) == (given, 8192, 8192)


@in_lab
def case_fast_pieces_are_fetched_while_choked(lab):
    """From a peer that never unchokes, one piece of which it refuses once."""
    torrent = lab.torrent("one.bin", 9 * 16384, "v1", "16KiB")
    data = content(torrent)
    asked = []

    def stingy(stream, info_hash, pieces):
        bad_peer.exactly(stream, 68)
        stream.sendall(raw_peer.handshake(info_hash, raw_peer.FAST))
        bad_peer.send(stream, raw_peer.HAVE_ALL, b"")
        for piece in range(pieces):
            bad_peer.send(stream, raw_peer.ALLOWED_FAST, struct.pack(">I", piece))
        while True:
            kind, body = bad_peer.receive(stream)
            if kind != bad_peer.REQUEST:
                continue
            piece, begin, length = struct.unpack(">III", body)
            asked.append(piece)
            if piece == 4 and asked.count(4) == 1:
                bad_peer.send(stream, raw_peer.REJECT, body)
                bad_peer.send(stream, raw_peer.ALLOWED_FAST, struct.pack(">I", 4))
            else:
                block = data[16384 * piece + begin:][:length]
                bad_peer.send(stream, bad_peer.PIECE, struct.pack(">II", piece, begin) + block)

    with bad_peer.BadPeer(stingy, *torrent.identity()) as peer:
        with lab.download(torrent, peers_at=[peer.at]) as leech:
            leech.completes()
            torrent.check(leech.folder)
            assert sorted(asked) == sorted([*range(9), 4]), asked


@in_lab
def case_peer_that_refuses_everything_is_left(lab):
    """It unchokes and rejects: not for ever."""
    torrent = lab.torrent("one.bin", 3000001, "v1", "16KiB")
    refused = []

    def refuse(stream, info_hash, _pieces):
        bad_peer.exactly(stream, 68)
        stream.sendall(raw_peer.handshake(info_hash, raw_peer.FAST))
        bad_peer.send(stream, raw_peer.HAVE_ALL, b"")
        bad_peer.send(stream, bad_peer.UNCHOKE, b"")
        while True:
            kind, body = bad_peer.receive(stream)
            if kind == bad_peer.REQUEST:
                refused.append(body)
                bad_peer.send(stream, raw_peer.REJECT, body)

    with bad_peer.BadPeer(refuse, *torrent.identity(), host=network.address(2)) as peer, lab.seed(torrent) as seed:
        with lab.download(torrent, peers_at=[peer.at, seed.at()]) as leech:
            leech.completes()
            torrent.check(leech.folder)
            assert len(refused) < 200, len(refused)


def sparse(lab, name, size):
    """A torrent of one file of zeros that takes a while to verify and hardly any room."""
    os.makedirs(folder := lab.path("content"))
    with open(os.path.join(folder, name), "wb") as file:
        file.truncate(size)
    return lab.torrent_of(folder, name, "v1", "1MiB")


@in_lab
def case_visitors_wait_while_files_are_verified(lab):
    """They are greeted when it is over; who asks for something before that is sent away."""
    torrent = sparse(lab, "zeros.bin", 1 << 30)
    with lab.seed(torrent, "--many-per-address") as seed:
        at = f"127.0.0.1:{seed.says('started')['port']}"
        fast = raw_peer.FAST
        with raw_peer.connect(at, torrent, features=fast) as rude, raw_peer.connect(at, torrent) as patient:
            os.kill(seed.pid, signal.SIGSTOP)  # so that what it has not done yet it does not do before it is asked
            rude.send(bad_peer.REQUEST, struct.pack(">III", 0, 0, 16384))
            verified = seed.events("seeding")
            os.kill(seed.pid, signal.SIGCONT)
            if verified:
                raise tap.Skip("the files were verified before anybody could come")
            assert rude.is_closed()
            patient.become_interested()
            assert patient.block(7, 0, 16384) == bytes(16384)


CASES = [
    case_visitors_wait_while_files_are_verified,
    case_leech_comes_before_its_seed,
    case_seed_connects_to_a_leech,
    case_both_connect_at_once,
    case_both_connect_at_once_where_many_share_an_address,
    case_long_requests_are_served,
    case_cancels_of_nothing_end_the_connection,
    case_newcomer_gets_its_fast_pieces_once,
    case_fast_pieces_are_fetched_while_choked,
    case_peer_that_refuses_everything_is_left,
]

if __name__ == "__main__":
    network.enter(addresses=3)
    tap.main(CASES)
