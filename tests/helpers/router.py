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
# What the stranger does: it calls, begins with a handshake, and says how much it has got.
CALL = """import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 30)
s.sendall(b"\\x13BitTorrent protocol" + bytes(8) + bytes.fromhex(sys.argv[3]) + b"-XX0000-000000000000")
s.settimeout(30)
print(len(s.recv(68)))
"""


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


def stranger(net, port, info_hash):
    """A program outside that calls a port of the router for a torrent; it prints how many bytes it was answered."""
    return subprocess.Popen(net.outside.inside(sys.executable, "-c", CALL, OUTSIDE, str(port), info_hash),
                            stdout=subprocess.PIPE)


def set_up_tables(net):
    """What miniupnpd writes into, and the way out."""
    for words in ("-t nat -N MINIUPNPD", "-t nat -A PREROUTING -i world -j MINIUPNPD", "-N MINIUPNPD",
                  "-A FORWARD -i world -o inside -j MINIUPNPD", "-t nat -N MINIUPNPD-POSTROUTING",
                  "-t nat -A POSTROUTING -o world -j MASQUERADE"):
        net.router.run("iptables-legacy", *words.split())


def configuration(natpmp):
    """That of miniupnpd."""
    return (f"ext_ifname=world\nlistening_ip=inside\nport=0\nenable_upnp=yes\nsecure_mode=yes\n"
            f"enable_natpmp={'yes' if natpmp else 'no'}\nmin_lifetime=120\nmax_lifetime=86400\n"
            f"uuid=00000000-0000-0000-0000-000000000000\nallow 1024-65535 0.0.0.0/0 1024-65535\n"
            "upnp_forward_chain=MINIUPNPD\nupnp_nat_chain=MINIUPNPD\nupnp_nat_postrouting_chain=MINIUPNPD-POSTROUTING\n")


@contextlib.contextmanager
def miniupnpd(net, natpmp):
    """A real router's program; skips the case where it is not installed, or the system lets no tables be made."""
    for program in ("miniupnpd", "iptables-legacy"):
        if shutil.which(program) is None:
            raise tap.Skip(f"{program} is not installed")
    try:
        set_up_tables(net)
    except subprocess.CalledProcessError as error:
        raise tap.Skip(f"this system lets no tables be made: {error.stderr.decode().strip()}") from error
    file = os.path.join(net.folder, "miniupnpd.conf")
    with open(file, "w", encoding="utf-8") as out:
        out.write(configuration(natpmp))
    with open(os.path.join(net.folder, "miniupnpd.log"), "wb") as log:
        process = subprocess.Popen(net.router.inside("miniupnpd", "-d", "-f", file, "-P", os.path.join(net.folder, "pid")),
                                   stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def redirections(net):
    """The ports that lead inside, by the tables of the router."""
    done = subprocess.run(net.router.inside("iptables-legacy", "-t", "nat", "-S", "MINIUPNPD"), check=True,
                          capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if "DNAT" in line]


def heard(log):
    """The lines of a log that are whole. A datagram that is not answered soon is sent again: that is one."""
    with contextlib.suppress(OSError), open(log, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file.read().split("\n")[:-1]]
        return [line for at, line in enumerate(lines) if line["kind"] != "natpmp" or at == 0 or line != lines[at - 1]]
    return []
