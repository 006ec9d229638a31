#!/usr/bin/python3
"""test-helpers.py: the networks, ports and peers that other tests rely on do what they promise."""

import os
import subprocess
import sys
import tempfile
import urllib.request

from helpers import network, peers, tap, trees

FILES = {"a.bin": 100000, "folder/b.bin": 3, "folder/empty": 0}
STUBBORN = "trap '' TERM; echo ready; while :; do sleep 1; done"


def web_server(folder, host, port):
    """Python's own, as a peer that everybody has."""
    return peers.Peer("web", [sys.executable, "-m", "http.server", "--bind", host, str(port)], cwd=folder)


def gone(pid):
    """Whether no process has this id, or only its remains."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def case_network_is_alone():
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
    assert len([line for line in links.splitlines() if "state UP" in line or ",UP" in line]) == 1, links
    routes = subprocess.run(["ip", "route"], capture_output=True, text=True, check=True).stdout
    assert "default" not in routes, routes


def case_congestion_control_is_plain():
    tap.comment(f"TCP uses {network.congestion_control()}")
    assert network.congestion_control() in ("cubic", "reno"), network.congestion_control()


def case_free_ports_differ():
    ports = network.free_ports(20)
    assert len(set(ports)) == 20 and all(1024 <= p <= 65535 for p in ports), ports


def case_peer_serves_and_stops_by_pid():
    with tempfile.TemporaryDirectory() as folder:
        trees.make(folder, FILES)
        host, port = network.address(2), network.free_ports(1, network.address(2))[0]
        with web_server(folder, host, port) as web:
            web.listens(host, port)
            with urllib.request.urlopen(f"http://{host}:{port}/a.bin", timeout=5) as reply:
                assert len(reply.read()) == FILES["a.bin"]
            pid = web.pid
        assert gone(pid)
        assert not network.answers(host, port)
        with open(web.log, encoding="utf-8") as log:
            assert "GET /a.bin" in log.read()


def case_stubborn_peer_is_killed_with_its_children():
    with peers.Peer("stubborn", ["sh", "-c", STUBBORN]) as stubborn:
        network.until(lambda: os.path.getsize(stubborn.log) > 0, 5, "the peer has started")
        children = f"/proc/{stubborn.pid}/task/{stubborn.pid}/children"
        network.until(lambda: read(children), 5, "the peer has a child")
        child = int(read(children).split()[0])
        assert stubborn.stop(seconds=0.3) == -9
        network.until(lambda: gone(child), 5, "the child has ended")


def read(path):
    """A small file."""
    with open(path, encoding="ascii") as file:
        return file.read()


def case_peer_that_ends_at_once_is_reported():
    with peers.Peer("brief", ["false"]) as brief:
        assert brief.finishes(5) == 1
        try:
            brief.listens("127.0.0.1", 9, seconds=1)
        except AssertionError as failure:
            assert brief.log in str(failure), failure
        else:
            raise AssertionError("a peer that has ended cannot listen")


def case_absent_program_is_a_skip():
    try:
        peers.need("sh", "a-program-that-nobody-has")
    except tap.Skip as skip:
        assert "a-program-that-nobody-has" in str(skip)
    else:
        raise AssertionError("no skip")


def case_trees_are_told_apart():
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        trees.make(one, FILES)
        trees.make(two, FILES)
        assert trees.sums(one) == trees.sums(two) and set(trees.sums(one)) == set(FILES)
        trees.make(two, {"folder/b.bin": 3}, seed=2)
        assert trees.sums(one) != trees.sums(two)
        os.symlink("nowhere", os.path.join(one, "link"))
        assert trees.sums(one)["link"] == "-> nowhere"


if __name__ == "__main__":
    network.enter(addresses=2)
    tap.main([
        case_network_is_alone,
        case_congestion_control_is_plain,
        case_free_ports_differ,
        case_peer_serves_and_stops_by_pid,
        case_stubborn_peer_is_killed_with_its_children,
        case_peer_that_ends_at_once_is_reported,
        case_absent_program_is_a_skip,
        case_trees_are_told_apart,
    ])
