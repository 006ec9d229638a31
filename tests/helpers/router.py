"""router: a network with a router in it, and what stands outside.

    lan 192.168.7.2 -- 192.168.7.1 router 80.1.2.1 -- 80.1.2.2 outside

    router.enter()                       this process is in the lan
    with router.Network(folder) as net:
        with net.program("natpmp=map"):  a router of ours; see helpers/router_program.py
            ...

Each of the three is a network namespace: no packet leaves them. The addresses outside are in nobody's
private range, so that whoever comes from there counts as a stranger of the internet.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time

from helpers import network, tap

LAN, INSIDE, OUTSIDE, STRANGER = "192.168.7.2", "192.168.7.1", "80.1.2.1", "80.1.2.2"
PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "router_program.py")


def enter():
    """Returns in a network namespace that others can be joined to; skips all cases without one."""
    network.enter()
    if shutil.which("nsenter") is None:
        tap.skip_all("nsenter is not installed")


class Room:
    """A network namespace, held by a process that sleeps in it."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        own = os.readlink("/proc/self/ns/net")
        network.until(lambda: self.name() not in (None, own), 10, "a namespace is there")
        self.run("ip", "link", "set", "lo", "up")

    def name(self):
        with contextlib.suppress(OSError):
            return os.readlink(f"/proc/{self.holder.pid}/ns/net")
        return None

    def inside(self, *words):
        """The command line that runs one in here."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *words]

    def run(self, *words):
        """One command, which may not fail."""
        subprocess.run(self.inside(*words), check=True, capture_output=True)

    def close(self):
        self.holder.kill()
        self.holder.wait()


def join(here, here_address, there, there_name, there_address):
    """A cable between two rooms; without a room the end is this process's."""
    name = here_address[0]
    run = here.run if here is not None else lambda *words: subprocess.run(words, check=True)
    run("ip", "link", "add", name, "type", "veth", "peer", "name", there_name, "netns", str(there.holder.pid))
    run("ip", "address", "add", here_address[1] + "/24", "dev", name)
    run("ip", "link", "set", name, "up")
    there.run("ip", "address", "add", there_address + "/24", "dev", there_name)
    there.run("ip", "link", "set", there_name, "up")


class Network:
    """The three rooms, while it is open."""

    def __init__(self, folder):
        self.folder = folder
        self.router, self.outside = Room(), Room()
        join(None, ("lan", LAN), self.router, "inside", INSIDE)
        join(self.router, ("world", OUTSIDE), self.outside, "out", STRANGER)
        network.run_ip("route", "add", "default", "via", INSIDE)
        self.router.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")

    def __enter__(self):
        return self

    def __exit__(self, *_unused):
        for room in (self.router, self.outside):
            room.close()
        subprocess.run(["ip", "link", "delete", "lan"], check=False, capture_output=True)

    @contextlib.contextmanager
    def program(self, *wishes):
        """A router of ours that behaves as it is told; gives what it has heard, a list that grows."""
        log = os.path.join(self.folder, f"router-{time.monotonic_ns()}.log")
        process = subprocess.Popen(self.router.inside(sys.executable, PROGRAM, log, *wishes))
        try:
            network.until(lambda: heard(log), 10, "the router is there")
            yield lambda kind=None: [line for line in heard(log)[1:] if kind in (None, line["kind"])]
        finally:
            process.kill()
            process.wait()


def heard(log):
    """The lines of a log that are whole."""
    with contextlib.suppress(OSError), open(log, encoding="utf-8") as file:
        return [json.loads(line) for line in file.read().split("\n")[:-1]]
    return []
