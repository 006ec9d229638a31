#!/usr/bin/python3
"""test-meetings.py: who finds whom, in which order, and what is said at the door."""

import os
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
            rude.send(bad_peer.REQUEST, struct.pack(">III", 0, 0, 16384))
            if seed.events("seeding"):
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
]

if __name__ == "__main__":
    network.enter(addresses=2)
    tap.main(CASES)
