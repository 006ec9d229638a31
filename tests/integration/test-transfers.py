#!/usr/bin/python3
"""test-transfers.py: whole transfers, ours with ours and with other programs.

What arrives is compared file by file with what was sent. All of it happens in a network of the test's own.
With "matrix" only the large ones run. aria2 1.36 hashes what is left of the info dictionary when it has lost
the empty keys, of which the file tree of BEP 52 has one in every file: any hybrid gets an info-hash of aria2's
own, whoever made it, so that v1 alone is tried with it.
"""

import os
import signal
import sys
import tempfile

from helpers import bad_peer, network, others, peers, relay, swarm, tap

TREE = {"a.bin": 1000003, "empty": 0, "deep/er/b.bin": 65536, "deep/c.bin": 65537, "deep/d": 1, "z.bin": 700001}
BIG = {"film.bin": 60000001, "empty": 0, **{f"many/{n}": n * 997 for n in range(300)}}


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-").replace(" ", "-")))
    run.__name__ = case.__name__
    return run


def known_to_fail(reason):
    """Skips a case, saying what is to be mended first."""
    def wrap(case):
        def run():
            raise tap.Skip(reason)
        run.__name__ = case.__name__
        return run
    return wrap


def transfer(lab, torrent, host="127.0.0.1"):
    """From one of ours to another."""
    with lab.seed(torrent, host=host) as seed:
        with lab.download(torrent, peers_at=[seed.at()], host=host) as leech:
            end = leech.completes()
            torrent.check(leech.folder)
            assert end["downloaded"] <= end["total"], end  # nothing twice


@in_lab
def case_one_file(lab):
    transfer(lab, lab.torrent("one.bin", 3000001))


@in_lab
def case_one_file_v1(lab):
    transfer(lab, lab.torrent("one.bin", 3000001, "v1"))


@in_lab
def case_tree_hybrid(lab):
    transfer(lab, lab.torrent("tree", TREE))


@in_lab
def case_tree_v1(lab):
    transfer(lab, lab.torrent("tree", TREE, "v1"))


@in_lab
def case_tree_over_ipv6(lab):
    transfer(lab, lab.torrent("tree", TREE), host="[::1]")


@in_lab
def case_bind_takes_ipv6_without_brackets(lab):
    torrent = lab.torrent("one.bin", 300001)
    with lab.seed(torrent, host="::1") as seed:
        seed.says("seeding")
        with lab.download(torrent, peers_at=[f"[::1]:{seed.says('started')['port']}"], host="::1") as leech:
            leech.completes()
            torrent.check(leech.folder)


def half(leech):
    """Waits until between a part and all of it is verified; returns the event."""
    network.until(lambda: leech.events() and leech.last()["left"] < leech.last()["total"] * 0.6, 20,
                  f"half is here ({leech.log})")
    return leech.last()


def stop_half_way(lab, torrent, seed, number):
    """A download from a slow peer that is sent a signal; the folder, the exit code and what was left."""
    with relay.Relay(seed.at(), 3 << 20, torrent.size() * 7 // 10) as slow:
        with lab.download(torrent, peers_at=[slow.at]) as leech:
            left = half(leech)["left"]
            assert 0 < left
            os.kill(leech.pid, number)
            return leech.folder, leech.finishes(5), left


def resume(lab, torrent, seed, folder, left):
    """The next run fetches what was left at most."""
    with lab.download(torrent, peers_at=[seed.at()], folder=folder) as leech:
        end = leech.completes()
        torrent.check(folder)
        assert 0 < end["downloaded"] <= left < end["total"], (end, left)


@in_lab
def case_killed_half_way_resumes(lab):
    torrent = lab.torrent("tree", {**TREE, "big.bin": 6000000})
    with lab.seed(torrent) as seed:
        folder, code, left = stop_half_way(lab, torrent, seed, signal.SIGKILL)
        assert code == -signal.SIGKILL, code
        resume(lab, torrent, seed, folder, left)


@in_lab
def case_interrupted_half_way_resumes(lab):
    torrent = lab.torrent("one.bin", 8000001, "v1")
    with lab.seed(torrent) as seed:
        folder, code, left = stop_half_way(lab, torrent, seed, signal.SIGINT)
        assert code == 130, code
        resume(lab, torrent, seed, folder, left)


@in_lab
def case_terminated_half_way_resumes(lab):
    torrent = lab.torrent("one.bin", 8000001)
    with lab.seed(torrent) as seed:
        folder, code, left = stop_half_way(lab, torrent, seed, signal.SIGTERM)
        assert code == 143, code
        resume(lab, torrent, seed, folder, left)


def spoil(path, offset):
    """Changes one byte of a file."""
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1]))


@in_lab
def case_corrupt_piece_is_fetched_again(lab):
    torrent = lab.torrent("one.bin", 3000001)
    folder = lab.copy(torrent)
    spoil(os.path.join(folder, "one.bin"), 1000000)
    with lab.seed(torrent) as seed, lab.download(torrent, peers_at=[seed.at()], folder=folder) as leech:
        end = leech.completes()
        torrent.check(folder)
        assert end["downloaded"] == 65536, end


@in_lab
def case_incomplete_content_is_not_seeded(lab):
    torrent = lab.torrent("one.bin", 300001)
    spoil(os.path.join(torrent.content, "one.bin"), 7)
    with lab.seed(torrent) as seed:
        assert seed.finishes(10) == 6


@in_lab
def case_seed_ends_by_its_ratio(lab):
    torrent = lab.torrent("one.bin", 2000001)
    with lab.seed(torrent, "--seed-ratio", "1") as seed:
        with lab.download(torrent, peers_at=[seed.at()]) as leech:
            leech.completes()
            torrent.check(leech.folder)
            assert seed.finishes(5) == 0
            assert seed.last()["event"] == "stopped", seed.last()


@in_lab
def case_download_goes_on_seeding_for_a_time(lab):
    torrent = lab.torrent("one.bin", 2000001)
    with lab.seed(torrent) as seed:
        with lab.download(torrent, "--seed-for", "1s", peers_at=[seed.at()]) as leech:
            leech.says("seeding")
            leech.completes(5)
            torrent.check(leech.folder)


@in_lab
def case_seed_ends_with_130_when_interrupted(lab):
    with lab.seed(lab.torrent("one.bin", 300001)) as seed:
        seed.says("seeding")
        os.kill(seed.pid, signal.SIGINT)
        assert seed.finishes(5) == 130


@in_lab
def case_seed_outlives_peers_that_leave_within_a_block(lab):
    torrent = lab.torrent("one.bin", 8000000, piece="16KiB")
    with lab.seed(torrent) as seed:
        for _ in range(3):
            bad_peer.leave_within_a_block(seed.at(), torrent.identity()[0], 480)
        os.kill(seed.pid, signal.SIGINT)
        assert seed.finishes(5) == 130


@in_lab
def case_one_seed_and_two_leeches(lab):
    torrent = lab.torrent("tree", TREE)
    with lab.seed(torrent) as seed, lab.download(torrent, peers_at=[seed.at()]) as one:
        with lab.download(torrent, peers_at=[seed.at(), one.at()]) as two:
            for leech in (one, two):
                leech.completes()
                torrent.check(leech.folder)


@in_lab
def case_two_seeds_and_one_leech(lab):
    torrent = lab.torrent("one.bin", 6000001, "v1")
    with lab.seed(torrent) as one, lab.seed(torrent, host=network.address(2)) as two:
        with relay.Relay(one.at(), 3 << 20, 4 << 20) as slow, relay.Relay(two.at(), 3 << 20, 4 << 20) as slower:
            with lab.download(torrent, "--many-per-address", peers_at=[slow.at, slower.at]) as leech:
                leech.completes()
                torrent.check(leech.folder)
                network.until(lambda: one.last()["uploaded"] and two.last()["uploaded"], 2, "both have sent")


def to_libtorrent(lab, torrent):
    folder = lab.path("libtorrent")
    with lab.seed(torrent) as seed:
        with lab.libtorrent("leech", torrent, folder, peers_at=[seed.at()]) as (other, _):
            assert other.finishes(20) == 0, other.log
            torrent.check(folder)


def from_libtorrent(lab, torrent):
    with lab.libtorrent("seed", torrent, torrent.content) as (_, at):
        with lab.download(torrent, peers_at=[at]) as leech:
            leech.completes()
            torrent.check(leech.folder)


@in_lab
def case_to_libtorrent_v1(lab):
    to_libtorrent(lab, lab.torrent("tree", TREE, "v1"))


@in_lab
def case_to_libtorrent_hybrid(lab):
    to_libtorrent(lab, lab.torrent("tree", TREE, "hybrid"))


@in_lab
def case_from_libtorrent_v1(lab):
    from_libtorrent(lab, lab.torrent("tree", TREE, "v1"))


@in_lab
def case_from_libtorrent_hybrid(lab):
    from_libtorrent(lab, lab.torrent("tree", TREE, "hybrid"))


def tracked(lab, way, name, files, kind):
    """A torrent with a tracker, the tracker, and its port."""
    port = network.free_ports(1)[0]
    torrent = lab.torrent(name, files, kind, trackers=[others.tracker_urls(port)[way]])
    return torrent, others.opentracker(lab, port, [torrent]), port


def through_tracker(lab, way):
    torrent, tracker, port = tracked(lab, way, "tree", TREE, "hybrid")
    with tracker, lab.seed(torrent, "--many-per-address", trackers=True):
        others.knows_seeds(port, torrent)
        with lab.download(torrent, "--many-per-address", trackers=True) as leech:
            leech.completes()
            torrent.check(leech.folder)


@in_lab
def case_found_through_opentracker_over_http(lab):
    through_tracker(lab, "http")


@in_lab
def case_found_through_opentracker_over_udp(lab):
    through_tracker(lab, "udp")


@in_lab
def case_to_aria2(lab):
    peers.need("aria2c")
    torrent, tracker, port = tracked(lab, "http", "tree", TREE, "v1")
    folder = lab.path("aria2")
    with tracker, lab.seed(torrent, "--many-per-address", trackers=True):
        others.knows_seeds(port, torrent)
        with others.aria2("leech", lab, torrent, folder) as other:
            assert other.finishes(20) == 0, other.log
            torrent.check(folder)


@in_lab
def case_from_aria2(lab):
    peers.need("aria2c")
    torrent, tracker, port = tracked(lab, "http", "tree", TREE, "v1")
    with tracker, others.aria2("seed", lab, torrent, torrent.content):
        others.knows_seeds(port, torrent)
        with lab.download(torrent, "--many-per-address", trackers=True) as leech:
            leech.completes()
            torrent.check(leech.folder)


def beside(lab, behaviour):
    """A bad peer at another address, besides a slow honest one."""
    torrent = lab.torrent("one.bin", 3000001)
    with bad_peer.BadPeer(behaviour, *torrent.identity(), host=network.address(2)) as bad:
        with lab.seed(torrent) as seed, relay.Relay(seed.at(), 3 << 20) as slow:
            with lab.download(torrent, peers_at=[bad.at, slow.at]) as leech:
                leech.completes(30)
                torrent.check(leech.folder)
                assert bad.met > 0


@in_lab
def case_beside_garbage(lab):
    beside(lab, bad_peer.garbage)


@in_lab
def case_beside_one_that_stalls(lab):
    beside(lab, bad_peer.stall)


@in_lab
def case_beside_one_that_never_answers(lab):
    beside(lab, bad_peer.promise)


@in_lab
def case_beside_one_that_corrupts(lab):
    beside(lab, bad_peer.corrupt)


def matrix():
    """Every format, size of pieces and pair of programs, with more content."""
    ways = {"ours": transfer, "to libtorrent": to_libtorrent, "from libtorrent": from_libtorrent}
    for way, run in ways.items():
        for kind in ("v1", "hybrid"):
            for piece in ("16KiB", "256KiB", "4MiB"):
                yield big_case(way, run, kind, piece)


def big_case(way, run, kind, piece):
    """One cell of the matrix."""
    def cell(lab):
        run(lab, lab.torrent("tree", BIG, kind, piece))
    cell.__name__ = f"case_big_{way}_{kind}_{piece}"
    return in_lab(cell)


CASES = [
    case_one_file,
    case_one_file_v1,
    case_tree_hybrid,
    case_tree_v1,
    case_tree_over_ipv6,
    case_bind_takes_ipv6_without_brackets,
    case_killed_half_way_resumes,
    case_interrupted_half_way_resumes,
    case_terminated_half_way_resumes,
    case_corrupt_piece_is_fetched_again,
    case_incomplete_content_is_not_seeded,
    case_seed_ends_by_its_ratio,
    case_download_goes_on_seeding_for_a_time,
    case_seed_ends_with_130_when_interrupted,
    case_seed_outlives_peers_that_leave_within_a_block,
    case_one_seed_and_two_leeches,
    case_two_seeds_and_one_leech,
    case_to_libtorrent_v1,
    case_to_libtorrent_hybrid,
    case_from_libtorrent_v1,
    case_from_libtorrent_hybrid,
    case_found_through_opentracker_over_http,
    case_found_through_opentracker_over_udp,
    case_to_aria2,
    case_from_aria2,
    case_beside_garbage,
    case_beside_one_that_stalls,
    case_beside_one_that_never_answers,
    case_beside_one_that_corrupts,
]

if __name__ == "__main__":
    network.enter(addresses=2)
    tap.main(list(matrix()) if sys.argv[1:] == ["matrix"] else CASES)
