"""test-slow.py: slow clients, bursts and too few descriptors: the tracker's HTTP side goes on answering the others.

    test-slow.py [CONNECTIONS SECONDS RATE BURST CYCLES]

CONNECTIONS slow clients from 200 addresses, a third of each kind (a head, a body, a reader), come back whenever they
are thrown out, for SECONDS; meanwhile RATE announces a second, each with a connection of its own, must all be
answered. BURST connections come within a second. CYCLES times the descriptors run out and come back. Without numbers:
little of everything, which says that it holds and not how well.
"""

import contextlib
import os
import random
import resource
import select
import socket
import sys
import tempfile
import time

from helpers import network, quota, tap, tracker

CONNECTIONS, SECONDS, RATE, BURST, CYCLES = [int(a) for a in sys.argv[1:6]] or [300, 6, 100, 1000, 5]
WHOLE = SECONDS >= 60
P50_MS, P99_MS, BURST_P99_MS, DESCRIPTORS, GROWTH_MIB = 5, 250 if CONNECTIONS > 10000 else 100, 50, CONNECTIONS + 1000, 16
SOURCES, PER_SOURCE = 200, 64  # an address has no more connections than that
HOST = "127.0.0.1"
ANNOUNCE = (
    b"GET /announce?info_hash=%s&peer_id=-SH0001-abcdefghijkl&port=6881&left=7 HTTP/1.1\r\n"
    b"Host: t\r\nConnection: close\r\n\r\n"
)
SLOW = (
    b"GET /announce HTTP/1.1\r\nX: ",
    b"POST /api/v1/torrents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-bittorrent\r\nContent-Length: 1000000\r\n\r\n",
    b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 300,
)
SWARMS = [b"%020d" % number for number in range(100)]


@contextlib.contextmanager
def serving(*options, **more):
    """The tracker, over HTTP alone; its port and itself."""
    with tempfile.TemporaryDirectory() as base:
        with tracker.ShoalTracker("slow", base + "/kept", "--set=web.register=anyone", *options, **more) as server:
            yield server.address("http")[1], server
            tracker.stops(server)


def announce(port, swarm, source=None):
    """One announce with a connection of its own; how long it took, in seconds."""
    began = time.monotonic()
    with socket.socket() as stream:
        stream.settimeout(network.PATIENCE)
        if source is not None:
            stream.bind((source, 0))
        stream.connect((HOST, port))
        stream.sendall(ANNOUNCE % swarm)
        reply = b""
        while piece := stream.recv(65536):
            reply += piece
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n") and b"8:complete" in reply, reply
    return time.monotonic() - began


class Crowd:
    """Slow clients of one process, that come back whenever they are thrown out."""

    def __init__(self, port):
        self.port, self.poll, self.streams = port, select.epoll(), {}
        self.thrown_out = 0

    def add(self, number):
        """Connects one from its address, and says the beginning of what it never ends."""
        stream = socket.socket()
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stream.setblocking(False)
        try:
            stream.bind((f"127.1.{number % SOURCES}.1", 0))
            stream.connect_ex((HOST, self.port))
        except OSError:
            stream.close()
            return
        self.streams[stream.fileno()] = (stream, number)
        self.poll.register(stream.fileno(), select.EPOLLOUT | select.EPOLLHUP)

    def drop(self, descriptor):
        """It was thrown out; another one comes."""
        stream, number = self.streams.pop(descriptor)
        self.poll.unregister(descriptor)
        stream.close()
        self.thrown_out += 1
        self.add(number)

    def handle(self, descriptor, events):
        """Connected: says its piece. Readable or broken: is gone, or reads a byte."""
        stream, number = self.streams[descriptor]
        try:
            if events & select.EPOLLOUT:
                stream.send(SLOW[number % 3])
                reads = 0 if number % 3 == 2 else select.EPOLLIN
                self.poll.modify(descriptor, reads | select.EPOLLHUP | select.EPOLLRDHUP)
            elif events & (select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP) or not stream.recv(1):
                self.drop(descriptor)
        except BlockingIOError:
            pass
        except OSError:
            self.drop(descriptor)

    def dribble(self):
        """A byte more of every head and body."""
        for descriptor, (stream, number) in list(self.streams.items()):
            if number % 3 == 2:
                continue
            try:
                stream.send(b"x")
            except BlockingIOError:
                pass
            except OSError:
                self.drop(descriptor)

    def run(self, count, seconds):
        """Keeps so many for so long."""
        end, next_dribble = time.monotonic() + seconds, time.monotonic() + 3
        for number in range(count):
            self.add(number)
        while time.monotonic() < end:
            for descriptor, events in self.poll.poll(0.2, 1024):
                if descriptor in self.streams:
                    self.handle(descriptor, events)
            if time.monotonic() > next_dribble:
                next_dribble += 3
                self.dribble()


def crowd_in_child(port):
    """Starts the crowd in a process of its own; its id."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(KeyboardInterrupt):
            crowd = Crowd(port)
            crowd.run(CONNECTIONS, SECONDS + 2)
            tap.comment(f"{len(crowd.streams)} slow clients at the end, {crowd.thrown_out} thrown out")
        os._exit(0)
    return child


def resident(server):
    """Its memory in MiB."""
    with open(f"/proc/{server.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) // 1024


def tell(times):
    """Says how long announces took; the half and the hundredth that waits longest, in milliseconds."""
    times.sort()
    p50, p99 = times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000
    tap.comment(f"{len(times)} announces: p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {times[-1] * 1000:.1f} ms")
    return p50, p99


def case_slow_clients_hold_nobody_up():
    """Every honest announce is answered, whatever the others do; memory and descriptors stay."""
    choice = random.Random(1)
    with serving(f"--set=limits.connections={max(12000, SOURCES * PER_SOURCE + 1000)}") as (port, server):
        child = crowd_in_child(port)
        times, memory = [], []
        time.sleep(2)
        began = time.monotonic()
        for number in range(RATE * SECONDS):
            time.sleep(max(0, began + number / RATE - time.monotonic()))
            source = f"127.2.{number % SOURCES}.1"
            times.append(announce(port, choice.choice(SWARMS), source))
            if number % max(RATE * SECONDS // 10, 1) == 0:
                memory.append(resident(server))
        memory.append(resident(server))
        descriptors = len(os.listdir(f"/proc/{server.pid}/fd"))
        p50, p99 = tell(times)
        tap.comment(f"{descriptors} descriptors; memory in MiB: {memory}")
        os.waitpid(child, 0)
    assert descriptors <= DESCRIPTORS, descriptors
    if SECONDS >= 600:  # from the second minute on
        assert memory[-1] <= memory[2] + GROWTH_MIB, memory
    if WHOLE:
        quota.not_when_crowded(p50 <= P50_MS and p99 <= P99_MS, f"p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def listen_drops():
    """Connections that the kernel dropped because a listener's queue was full."""
    with open("/proc/net/netstat", encoding="ascii") as file:
        rows = [line.split() for line in file if line.startswith("TcpExt:")]
    numbers = dict(zip(rows[0], rows[1]))
    return int(numbers["ListenDrops"]) + int(numbers["ListenOverflows"])


class Burst:
    """Connections that are begun at their times, whoever waits; each asks once."""

    def __init__(self, port):
        self.port, self.poll = port, select.epoll()
        self.streams, self.times = {}, []
        self.asks = ANNOUNCE % SWARMS[0]

    def add(self, number):
        """Begins one."""
        stream = socket.socket()
        stream.setblocking(False)
        stream.bind((f"127.3.{number % SOURCES}.1", 0))
        stream.connect_ex((HOST, self.port))
        self.streams[stream.fileno()] = (stream, time.monotonic())
        self.poll.register(stream.fileno(), select.EPOLLOUT)

    def handle(self, descriptor, events):
        """It is connected, or answered."""
        stream, began = self.streams[descriptor]
        if events & select.EPOLLOUT:
            stream.send(self.asks)
            self.poll.modify(descriptor, select.EPOLLIN)
            return
        assert stream.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        self.times.append(time.monotonic() - began)
        self.poll.unregister(descriptor)
        stream.close()
        del self.streams[descriptor]

    def run(self, count, seconds):
        """So many in so long, and all answers; how long it took until the last had begun."""
        start, begun, took = time.monotonic(), 0, 0
        while begun < count or self.streams:
            now = time.monotonic() - start
            assert now < 2 * network.PATIENCE, f"{len(self.streams)} have no answer"
            for number in range(begun, min(count, int(count * now / seconds) + 1)):
                self.add(number)
                begun, took = number + 1, time.monotonic() - start
            for descriptor, events in self.poll.poll(0.001, 256):
                self.handle(descriptor, events)
        return took


def case_burst_of_connects():
    """So many connections within a second lose none in the listener's queue, and all are answered."""
    before = listen_drops()
    with serving(*tracker.NO_LIMITS) as (port, _server):
        burst = Burst(port)
        took = burst.run(BURST, 1.0)
        _p50, p99 = tell(burst.times)
        tap.comment(f"{BURST} connects in {took:.2f} s")
    assert len(burst.times) == BURST and listen_drops() == before, listen_drops() - before
    if WHOLE:
        quota.not_when_crowded(p99 <= BURST_P99_MS and took < 1.5, f"p99 {p99:.1f} ms, connects within {took:.2f} s")


def case_all_at_once():
    """Connects that wait for nobody, as many as the backlog holds."""
    before = listen_drops()
    count = min(BURST, 4000)
    with serving("--set=limits.rate=0", "--set=limits.connections-per-address=5000") as (port, _server):
        began, streams = time.monotonic(), []
        for _number in range(count):
            stream = socket.socket()
            stream.settimeout(network.PATIENCE)
            stream.connect((HOST, port))
            streams.append(stream)
        tap.comment(f"{count} connects in {time.monotonic() - began:.2f} s")
        for stream in streams:
            stream.sendall(ANNOUNCE % SWARMS[0])
        for stream in streams:
            assert stream.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
            stream.close()
    assert listen_drops() == before, listen_drops() - before


def answers_again(port):
    """How long it takes until an announce is answered."""
    began = time.monotonic()
    while True:
        with contextlib.suppress(OSError):  # turned away, as long as those before are not seen to be gone
            announce(port, SWARMS[0])
            return time.monotonic() - began
        assert time.monotonic() < began + network.PATIENCE, "no answer"


def case_out_of_descriptors():
    """400 connections where there are 256 descriptors: answering again within a second of their going."""
    with serving(*tracker.NO_LIMITS, prefix=["prlimit", "--nofile=256:256"]) as (port, _server):
        slowest = 0
        for _cycle in range(CYCLES):
            streams = []
            for _number in range(400):
                stream = socket.socket()
                stream.settimeout(network.PATIENCE)
                stream.connect((HOST, port))
                streams.append(stream)
            for stream in streams:
                stream.close()
            slowest = max(slowest, answers_again(port))
    tap.comment(f"{CYCLES} cycles, answering again after at most {slowest * 1000:.1f} ms")
    if WHOLE:
        quota.not_when_crowded(slowest < 1, f"answering again after {slowest:.2f} s")


if __name__ == "__main__":
    network.enter()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    tap.main([case_slow_clients_hold_nobody_up, case_burst_of_connects, case_all_at_once, case_out_of_descriptors])
