"""places: computers of a test's own, each with an address, joined by a switch.

    one, two, three = places.make([4, 4, 6])
    peers.Peer("seed", ["aria2c", ...], place=one)

A place is a network namespace with a loopback and one more interface; the test program stands beside the
switch, at ADDRESSES. A client needs to be told nothing of where it is: whatever it binds and whomever it asks,
its packets come from its own address, which is of IPv4 or of IPv6 and never of both. The links count and may
be slowed. network.enter() comes first; it all ends with the test program.
"""

import contextlib
import ctypes
import os
import subprocess

from helpers import tap

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
BRIDGE = "switch"
OUR_NUMBER = 254
INNER = "10.79.0.1/32"  # leads nowhere; getaddrinfo() finds no 127.0.0.1 where IPv4 has nothing else
ADDRESSES = {4: f"10.78.0.{OUR_NUMBER}", 6: f"fd78::{OUR_NUMBER}"}


def checked(result):
    """Raises what the last call of the C library failed with."""
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def run(*command):
    """A command that may not fail."""
    subprocess.run(command, check=True, capture_output=True, text=True)


def address_options(version, number):
    """What `ip address add` takes for a computer's number."""
    return ["10.78.0.%d/24" % number] if version == 4 else ["fd78::%d/64" % number, "nodad"]


def bucket(megabit):
    """A discipline that lets so many megabits through in a second."""
    return ["tbf", "rate", f"{megabit}mbit", "burst", "64kb", "latency", "100ms"]


class Place:
    """One computer: `address` as programs take it, `host` as it stands before a port."""

    def __init__(self, version, number):
        self.version, self.link = version, f"link{number}"
        self.address = address_options(version, number)[0].partition("/")[0]
        self.host = self.address if version == 4 else f"[{self.address}]"
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            checked(LIBC.unshare(CLONE_NEWNET))
            self.descriptor = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        finally:
            checked(LIBC.setns(home, CLONE_NEWNET))
            os.close(home)
        self.plug(number)

    def plug(self, number):
        """Connects it to the switch."""
        run("ip", "link", "add", self.link, "type", "veth", "peer", "name", "lan",
            "netns", f"/proc/{os.getpid()}/fd/{self.descriptor}")
        run("ip", "link", "set", self.link, "master", BRIDGE, "up")
        with self.inside():
            run("ip", "link", "set", "lo", "up")
            if self.version == 6:
                run("ip", "address", "add", INNER, "dev", "lo")
            run("ip", "address", "add", *address_options(self.version, number), "dev", "lan")
            run("ip", "link", "set", "lan", "up")

    def enter(self):
        """Moves this thread there for good; of use in a child that is about to become a program."""
        checked(LIBC.setns(self.descriptor, CLONE_NEWNET))

    @contextlib.contextmanager
    def inside(self):
        """Does something there: a socket stays where it was made."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.enter()
        try:
            yield
        finally:
            checked(LIBC.setns(home, CLONE_NEWNET))
            os.close(home)

    def counts(self):
        """Bytes that came there and bytes that left it, since it was made."""
        with open("/proc/thread-self/net/dev", encoding="ascii") as links:
            fields = next(line for line in links if line.strip().startswith(self.link + ":")).split()
        return int(fields[9]), int(fields[1])

    def received(self):
        """Bytes that came there."""
        return self.counts()[0]

    def sent(self):
        """Bytes that left it."""
        return self.counts()[1]

    @contextlib.contextmanager
    def slowly(self, megabit):
        """For a time no more than so many megabits reach it in a second."""
        run("tc", "qdisc", "add", "dev", self.link, "root", *bucket(megabit))
        try:
            yield
        finally:
            run("tc", "qdisc", "del", "dev", self.link, "root")

    @contextlib.contextmanager
    def sends_slowly(self, megabit):
        """For a time no more than so many megabits leave it in a second."""
        with self.inside():
            run("tc", "qdisc", "add", "dev", "lan", "root", *bucket(megabit))
        try:
            yield
        finally:
            with self.inside():
                run("tc", "qdisc", "del", "dev", "lan", "root")


def make_switch():
    """The switch, or all cases are skipped where the system has none."""
    try:
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        for version in ADDRESSES:
            run("ip", "address", "add", *address_options(version, OUR_NUMBER), "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
    except subprocess.CalledProcessError as problem:
        tap.skip_all(f"this system lets no bridge be made: {problem.stderr.strip()}")


def make(versions):
    """The switch, and a place for each version of IP in the list."""
    make_switch()
    return [Place(version, number) for number, version in enumerate(versions, 1)]
