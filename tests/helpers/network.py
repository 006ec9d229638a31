"""network: a network of its own for a test program, and ports that are free in it.

    network.enter(addresses=3)

starts the program once more inside a new user and network namespace, whose loopback has the addresses
10.77.0.1, 10.77.0.2 ... and nothing else. Whatever the programs under test do there, no packet leaves it,
and when the last process has ended the kernel takes it away.
"""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
import time

from helpers import tap

MARK = "SHOAL_TEST_NETWORK"
CONTROL = "/proc/sys/net/ipv4/tcp_congestion_control"
EPHEMERAL = "/proc/sys/net/ipv4/ip_local_port_range"
# Seconds. What a program does in a moment takes it long where many want the processors: nothing that has to come is
# given up sooner.
PATIENCE = 30
GIVEN = set()


def address(number):
    """The address of one peer, counted from 1."""
    return f"10.77.0.{number}"


def enter(addresses=1):
    """Returns inside of the namespace; skips all cases where the system allows none."""
    if os.environ.get(MARK) == "1":
        configure(addresses)
        return
    for program in ("unshare", "ip"):
        if shutil.which(program) is None:
            tap.skip_all(f"{program} is not installed")
    ways = [["unshare", "--user", "--map-root-user", "--net"]]
    if os.geteuid() == 0:  # with every user still there, so that a program can become another one
        ways.insert(0, ["unshare", "--net"])
    for way in ways:
        if subprocess.run([*way, "true"], capture_output=True, check=False).returncode == 0:
            os.environ[MARK] = "1"
            os.execvp(way[0], [*way, sys.executable, *sys.argv])
    tap.skip_all("this system lets no network namespace be made")


def configure(addresses):
    """Brings the loopback up with its addresses."""
    run_ip("link", "set", "lo", "up")
    for number in range(1, addresses + 1):
        run_ip("address", "add", address(number) + "/24", "dev", "lo")
    for name in ("cubic", "reno"):
        # A kernel offers a namespace only what its list of allowed ones has; bbr is never wanted here.
        with contextlib.suppress(OSError), open(CONTROL, "w", encoding="ascii") as file:
            file.write(name)
            file.flush()
            return


def run_ip(*arguments):
    """One command of ip, which may not fail."""
    subprocess.run(["ip", *arguments], check=True)


def congestion_control():
    """What TCP uses in here: "cubic", or "reno" where the kernel allows nothing better."""
    with open(CONTROL, encoding="ascii") as file:
        return file.read().strip()


def unclaimed():
    """Ports that the kernel gives nobody who does not ask for them by number."""
    with open(EPHEMERAL, encoding="ascii") as file:
        first, last = map(int, file.read().split())
    below, above = range(10000, first), range(last + 1, 65536)
    return below if len(below) >= len(above) else above


def is_free(port, host):
    """Whether somebody can listen there, for TCP and for UDP."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as trial:
            try:
                trial.bind((host, port))
            except OSError:
                return False
    return True


def free_ports(count, host="127.0.0.1"):
    """Ports that are free for TCP and UDP alike, all different. They stay free: no socket is given one by the kernel, which
    could take it before who is told to listen there, or be the other end of its own call; and each is named once."""
    found = []
    while len(found) < count:
        port = random.choice(unclaimed())
        if port not in GIVEN and is_free(port, host):
            GIVEN.add(port)
            found.append(port)
    return found


def until(condition, seconds, what):
    """Waits for a condition, looking often; fails with a sentence when the time, or what patience has, is over."""
    seconds = max(seconds, PATIENCE)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.02)


def answers(host, port):
    """Whether somebody accepts connections there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
        stream.settimeout(1)
        return stream.connect_ex((host, port)) == 0
