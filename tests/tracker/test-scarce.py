#!/usr/bin/python3
"""test-scarce.py: memory and threads run short while the tracker serves: it goes on with less, and with all when there is more.

    test-scarce.py [CYCLES]: how often each runs short
"""

import contextlib
import os
import re
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from helpers import network, peers, quota, tap, tracker

CYCLES = int(sys.argv[1]) if len(sys.argv) > 1 else 3
MIB = 1 << 20
KNOWN = b"k" * 20
FULL = {b"failure reason": b"tracker is full"}


def flood(server, count):
    """So many torrents of one peer each; those who are turned away are answered, too."""
    subprocess.run([os.environ["UDP_FLOOD"], "fill", str(server.address("udp")[1]), str(count), "0"], check=True, timeout=120,
                   capture_output=True)


def announce(server, info_hash, peer_port=1):
    """What is said to an announce: nothing, or why not."""
    reply = tracker.http_announce(*server.address("http"), info_hash, peer_port=peer_port, left=1)
    return {key: reply[key] for key in FULL if key in reply}


def mapped(server):
    """Bytes of addresses that it has."""
    with open(f"/proc/{server.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")


def known(server):
    """Somebody comes, and comes back: who announced but once makes room for others a minute later."""
    for _ in range(2):
        assert announce(server, KNOWN) == {}


def is_held(server):
    """Who is new is told that the tracker is full, or takes the place of somebody who did not come back."""
    before = server.stats()["peers"]
    return announce(server, os.urandom(20)) == FULL or server.stats()["peers"] <= before


def holds(server):
    """Who is there is answered, there are no more for somebody new, and pages are shown."""
    network.until(lambda: is_held(server), 5, "nobody new comes in")
    assert announce(server, KNOWN) == {}
    assert tracker.get(*server.address("http"), "/api/v1/stats")[0] == 200


def is_back(server):
    """How long it takes until somebody new is let in."""
    began = time.monotonic()
    network.until(lambda: announce(server, os.urandom(20)) == {}, 1, "who is new comes in")
    return time.monotonic() - began


def case_addresses_run_out():
    """A limit of addresses (ulimit -v) is never reached: floods are held before it."""
    if tracker.SANITIZED:  # which takes addresses by the terabyte
        raise tap.Skip("a sanitizer's program has no use for a limit of addresses")
    with tempfile.TemporaryDirectory() as base:
        limit = ["prlimit", f"--as={88 * MIB}:unlimited"]
        with tracker.ShoalTracker("scarce", base + "/kept", *tracker.NO_LIMITS, prefix=limit) as server:
            known(server)
            flood(server, 400000)
            assert server.said().count("memory runs short") == 1, server.said()
            holds(server)
            times = []
            for _cycle in range(CYCLES):
                resource.prlimit(server.pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                times.append(is_back(server))
                resource.prlimit(server.pid, resource.RLIMIT_AS, (mapped(server) + 24 * MIB, resource.RLIM_INFINITY))
                holds(server)
            tap.comment(f"{server.stats()['peers']} peers; letting in again after at most {1000 * max(times):.0f} ms")
            tracker.stops(server)
        # With room for less it comes back all the same.
        limit = ["prlimit", f"--as={80 * MIB}:unlimited"]
        with tracker.ShoalTracker("scarce", base + "/kept", *tracker.NO_LIMITS, prefix=limit) as server:
            network.until(lambda: is_held(server), 5, "nobody new comes in")
            network.until(lambda: "memory runs short" in server.said(), 5, "why is said")
            assert server.stats()["peers"] > 1000, server.said()
            tracker.stops(server)


def case_memory_of_a_group_runs_out():
    """The limit of a control group (MemoryMax=, a container's) is never reached."""
    with quota.memory() as little, tempfile.TemporaryDirectory() as base:
        if little is None:
            raise tap.Skip("no control group can be made here")
        if tracker.SANITIZED:
            raise tap.Skip("a sanitizer's program takes far more memory")
        with tracker.ShoalTracker("scarce", base + "/kept", *tracker.NO_LIMITS, prefix=little(56 * MIB)) as server:
            known(server)
            flood(server, 400000)
            assert server.said().count("memory runs short") == 1, server.said()
            holds(server)
            times = []
            for _cycle in range(CYCLES):
                little(1 << 30)
                times.append(is_back(server))
                little(56 * MIB)
                holds(server)
            tap.comment(f"{server.stats()['peers']} peers; letting in again after at most {1000 * max(times):.0f} ms")
            tracker.stops(server)


def threads(server):
    """How many it has."""
    return len(os.listdir(f"/proc/{server.pid}/task"))


def ask_everything(server, base, number, seconds):
    """What takes threads: a file to hash, a backup, TLS, a request of the command. The names of what did not come in time."""
    failed = []

    @contextlib.contextmanager
    def tried(name):
        try:
            yield
        except (OSError, AssertionError):
            failed.append(name)
    with tried("upload"), socket.create_connection(server.address("http"), timeout=seconds) as stream:
        body = os.urandom(100000)
        stream.sendall(f"POST /api/v1/torrents?name=f{number} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
                       "Content-Type: application/octet-stream\r\n\r\n".encode() + body)
        assert stream.recv(100).split()[1] == b"201"
    with tried("backup"):
        done = tracker.command("backup", f"{base}/copy-{number}", "--folder", server.folder, code=None)
        assert done.returncode == 0, done
    with tried("tls"), socket.create_connection(server.address("https"), timeout=seconds) as stream:
        context = ssl.create_default_context(cafile=f"{base}/chain.pem")
        with context.wrap_socket(stream, server_hostname="127.0.0.1") as safe:
            safe.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert safe.recv(100).split()[1] == b"200"
    assert announce(server, KNOWN) == {} and server.running()
    return failed


def case_threads_run_out():
    """No thread is to be had any more: what has its own goes on, and all works once there are some."""
    peers.need("openssl")
    with quota.tasks() as few, tempfile.TemporaryDirectory() as base:
        if few is None:
            raise tap.Skip("no control group can be made here")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                        "/CN=scarce", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{base}/key.pem", "-out",
                        f"{base}/chain.pem"], check=True, capture_output=True)
        options = ["--set=web.register=anyone", "--set=listen.https=127.0.0.1:0", f"--set=listen.certificate={base}/chain.pem",
                   f"--set=listen.key={base}/key.pem"]
        with tracker.ShoalTracker("scarce", base + "/kept", *tracker.NO_LIMITS, *options, prefix=few(100)) as server:
            for cycle in range(CYCLES):
                few(threads(server))
                tap.comment(f"{threads(server)} threads: without {ask_everything(server, base, 2 * cycle, 0.5) or 'nothing'}")
                few(100)
                assert ask_everything(server, base, 2 * cycle + 1, network.PATIENCE) == []
            said = re.findall(r"(?:warning|critical).*", server.said())
            assert not said, said
            tracker.stops(server)


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
