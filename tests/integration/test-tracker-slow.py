"""Slow clients, bursts and too few descriptors: the tracker's HTTP side goes on answering the others.

    test-tracker-slow.py PROGRAM [CONNECTIONS SECONDS RATE BURST CYCLES]

PROGRAM is bench-tracker-http. CONNECTIONS slow clients from 200 addresses, a third of each kind (a head, a
body, a reader), come back whenever they are thrown out, for SECONDS; meanwhile RATE announces a second, each
with a connection of its own, must all be answered. BURST connections come within a second. CYCLES times the
descriptors run out and come back. Without numbers: little of everything.
"""

import contextlib
import os
import random
import resource
import select
import signal
import socket
import subprocess
import sys
import time

from helpers import network, tap

PROGRAM = sys.argv[1]
CONNECTIONS, SECONDS, RATE, BURST, CYCLES = [int(a) for a in sys.argv[2:7]] or [300, 6, 100, 1000, 5]
SOURCES = 200
HOST = "127.0.0.1"
ANNOUNCE = (
    b"GET /announce?info_hash=%s&peer_id=-SH0001-abcdefghijkl&port=6881&left=7 HTTP/1.1\r\n"
    b"Host: t\r\nConnection: close\r\n\r\n"
)
SLOW = (
    b"GET /announce HTTP/1.1\r\nX: ",
    b"POST /page HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n",
    b"GET /page HTTP/1.1\r\nHost: t\r\n\r\n" * 300,
)
SWARMS = [b"%020d" % number for number in range(100)]


@contextlib.contextmanager
def server(descriptors=None, per_source=64):
    """The tracker at a free port, stopped by SIGTERM at the end, when it must still be alive."""
    port = network.free_ports(1, HOST)[0]

    def limit():
        if descriptors is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    with subprocess.Popen(
        [PROGRAM, HOST, str(port), "1", str(per_source)], preexec_fn=limit, stdout=subprocess.PIPE
    ) as process:
        try:
            network.until(lambda: network.answers(HOST, port), 10, "the tracker listens")
            yield port, process
            assert process.poll() is None, "the tracker ended"
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                tap.comment(process.communicate(timeout=10)[0].decode())
            if process.poll() is None:
                process.kill()


def announce(port, swarm, source=None):
    """One announce with a connection of its own; how long it took, in seconds."""
    began = time.monotonic()
    with socket.socket() as stream:
        stream.settimeout(5)
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


def status_of(process, name):
    """A number of /proc/PID/status, in KiB."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


def tell(times, process):
    """Prints how long the announces took, and what the server has by now."""
    times.sort()
    p50, p99 = times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000
    open_now = len(os.listdir(f"/proc/{process.pid}/fd"))
    tap.comment(f"{len(times)} announces: p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {times[-1] * 1000:.1f} ms; "
                f"{open_now} descriptors, {status_of(process, 'VmRSS') // 1024} MiB")


def case_slow_clients_hold_nobody_up():
    """Every honest announce is answered, whatever the others do."""
    choice = random.Random(1)
    with server() as (port, process):
        child = crowd_in_child(port)
        times = []
        time.sleep(2)
        began = time.monotonic()
        for number in range(RATE * SECONDS):
            time.sleep(max(0, began + number / RATE - time.monotonic()))
            source = f"127.2.{number % SOURCES}.1"
            times.append(announce(port, choice.choice(SWARMS), source))
            if number % (RATE * max(SECONDS // 4, 1)) == RATE:
                tap.comment(f"memory {status_of(process, 'VmRSS') // 1024} MiB")
        tell(times, process)
        os.waitpid(child, 0)


def listen_drops():
    """Connections that the kernel dropped because a listener's queue was full."""
    with open("/proc/net/netstat", encoding="ascii") as file:
        rows = [line.split() for line in file if line.startswith("TcpExt:")]
    numbers = dict(zip(rows[0], rows[1]))
    return int(numbers["ListenDrops"]) + int(numbers["ListenOverflows"])


def case_burst_of_connects():
    """So many connections within a second lose none in the listener's queue, and all are answered."""
    before = listen_drops()
    with server(per_source=0) as (port, _process):
        began, times = time.monotonic(), []
        for number in range(BURST):
            time.sleep(max(0, began + number / BURST - time.monotonic()))
            times.append(announce(port, SWARMS[number % len(SWARMS)]))
        times.sort()
        tap.comment(f"{BURST} connects in {time.monotonic() - began:.2f} s, p99 {times[BURST * 99 // 100] * 1000:.1f} ms")
    assert listen_drops() == before, listen_drops() - before


def case_all_at_once():
    """Connects that wait for nobody, as many as the backlog holds."""
    before = listen_drops()
    count = min(BURST, 4000)
    with server(per_source=0) as (port, _process):
        began, streams = time.monotonic(), []
        for _number in range(count):
            stream = socket.socket()
            stream.settimeout(5)
            stream.connect((HOST, port))
            streams.append(stream)
        tap.comment(f"{count} connects in {time.monotonic() - began:.2f} s")
        for stream in streams:
            stream.sendall(ANNOUNCE % SWARMS[0])
        for stream in streams:
            assert stream.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
            stream.close()
    assert listen_drops() == before, listen_drops() - before


def answers_within(port, seconds):
    """How long it takes until an announce is answered; fails when it takes too long."""
    began = time.monotonic()
    while True:
        with contextlib.suppress(OSError):  # turned away, as long as those before are not seen to be gone
            announce(port, SWARMS[0])
            return time.monotonic() - began
        assert time.monotonic() < began + seconds, f"no answer within {seconds} s"


def case_out_of_descriptors():
    """400 connections where there are 256 descriptors: answering again within a second of their going."""
    with server(descriptors=256, per_source=0) as (port, _process):
        slowest = 0
        for _cycle in range(CYCLES):
            streams = []
            for _number in range(400):
                stream = socket.socket()
                stream.settimeout(5)
                stream.connect((HOST, port))
                streams.append(stream)
            for stream in streams:
                stream.close()
            slowest = max(slowest, answers_within(port, 1))
    tap.comment(f"{CYCLES} cycles, answering again after at most {slowest * 1000:.1f} ms")


network.enter()
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
tap.main([
    case_slow_clients_hold_nobody_up, case_burst_of_connects, case_all_at_once, case_out_of_descriptors,
])
