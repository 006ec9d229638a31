"""tracker: our tracker as a test starts it, and announces by hand over HTTP and UDP.

    with tracker.ShoalTracker("tracker", folder) as server:
        reply = server.announce("http", b"x" * 20, port=1, left=0)

SHOAL_TRACKER names the program. It listens on free ports of loopback, IPv4 and IPv6, or at a place of
helpers.places on a port that is given.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import urllib.parse

from helpers import network, peers

PROGRAM = os.environ.get("SHOAL_TRACKER", "shoal-tracker")
SANITIZED = "asan" in PROGRAM or "tsan" in PROGRAM
QUARANTINE_MIB = 8 if SANITIZED else 0  # of memory that was freed, as tests/full.sh says
PEER_ID = b"-XX0000-000000000000"
LOOPBACK = ("127.0.0.1", "[::1]")
NO_LIMITS = ["--set=limits.rate=0", "--set=limits.peers-per-address=0", "--set=limits.connections-per-address=1000"]
CONNECT, ANNOUNCE, SCRAPE, PROBLEM = range(4)
PROTOCOL_ID = 0x41727101980
EVENTS = {"": 0, "completed": 1, "started": 2, "stopped": 3}
COMMAND_SECONDS = 60
STOP_SECONDS = 5
TOKEN = re.compile(r"shoal_[A-Za-z0-9_-]{43}")


def bdecode(data, at=0):
    """(value, where it ends) of bencode that is known to be good."""
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    if kind in (b"l", b"d"):
        items, at = [], at + 1
        while data[at:at + 1] != b"e":
            item, at = bdecode(data, at)
            items.append(item)
        return (items if kind == b"l" else dict(zip(items[::2], items[1::2]))), at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    return data[colon + 1:end], end


def compact_peers(data, family=socket.AF_INET):
    """{(address, port)} of a compact list."""
    length = 6 if family == socket.AF_INET else 18
    return {(socket.inet_ntop(family, data[i:i + length - 2]), int.from_bytes(data[i + length - 2:i + length], "big"))
            for i in range(0, len(data), length)}


def command(*arguments, code=0, env=None, **options):
    """Runs a verb; what it printed. None as the code checks nothing."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=COMMAND_SECONDS,
                          check=False, env={**os.environ, "G_DEBUG": "fatal-criticals", **(env or {})}, **options)
    assert code is None or done.returncode == code, (arguments, done)
    return done


class ShoalTracker(peers.Peer):
    """One running tracker on a folder."""

    def __init__(self, name, folder, *options, hosts=LOOPBACK, port=0, place=None, env=None, wait=True, prefix=()):
        self.folder = folder
        at = ";".join(f"{host}:{port}" for host in hosts)
        super().__init__(name, [*prefix, PROGRAM, "run", "--folder", folder, "--http", at, "--udp", at, "--admin",
                                "127.0.0.1:0", *options], place=place, env={"G_DEBUG": "fatal-criticals", **(env or {})})
        if wait:
            self.is_ready()

    def said(self):
        """Everything on its standard error so far."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def is_ready(self, seconds=20):
        """Waits until it serves."""
        def ready():
            assert self.running(), f"the tracker ended with {self.process.returncode}: {self.said()}"
            return " ready: " in self.said()
        network.until(ready, seconds, f"the tracker is ready ({self.log})")
        return self

    def token(self):
        """The administrator's, which is shown at the first start alone; or None."""
        found = TOKEN.search(self.said())
        return found.group() if found else None

    def do(self, verb, *arguments, **options):
        """Runs a verb on its folder."""
        return command(verb, *arguments, "--folder", self.folder, **options)

    def stats(self):
        """What it says of itself."""
        return json.loads(self.do("stats", "--json").stdout)

    def address(self, scheme, version=4):
        """(host, port) where it serves."""
        for url in self.stats()["listen"]:
            parts = urllib.parse.urlsplit(url)
            if parts.scheme == scheme and (":" in parts.hostname) == (version == 6):
                return parts.hostname, parts.port
        raise AssertionError(f"it does not serve {scheme} over IPv{version}")

    def admin(self):
        """The parts of the URL where it is administrated."""
        return urllib.parse.urlsplit(re.search(r"administration at (http://\S+)", self.said()).group(1))

    def api(self, method, target, body=None, token=None, kind="application/json"):
        """The status and the JSON, or None, of a request at the administration's address."""
        connection = http.client.HTTPConnection(self.admin().hostname, self.admin().port, timeout=network.PATIENCE)
        try:
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body)
            connection.request(method, target, data, {"Content-Type": kind, **(
                {"Authorization": f"Bearer {token}"} if token else {})})
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if text else None
        finally:
            connection.close()

    def announce(self, scheme, info_hash, version=4, **what):
        """A reply as a dictionary of bencode's names."""
        host, port = self.address(scheme, version)
        return (http_announce if scheme == "http" else udp_announce)(host, port, info_hash, **what)


@contextlib.contextmanager
def folder():
    """A folder that goes away, with a name that a command has to quote."""
    path = tempfile.mkdtemp(prefix="shoal tracker ")
    try:
        yield os.path.join(path, "kept here")
    finally:
        shutil.rmtree(path, ignore_errors=True)


def serve(where, *options, **more):
    """A tracker without limits that would bind a test on one address."""
    return ShoalTracker("tracker", where, *NO_LIMITS, *options, **more)


def stops(server, number=signal.SIGTERM, code=0):
    """Asks it to end, which it does by itself."""
    os.kill(server.pid, number)
    assert server.finishes(STOP_SECONDS) == code, (server.process.returncode, server.said())


def get(host, port, target, headers=""):
    """The status and the body of one request."""
    with socket.create_connection((host, port), timeout=network.PATIENCE) as stream:
        stream.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n".encode())
        data = b""
        while part := stream.recv(65536):
            data += part
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def http_announce(host, port, info_hash, peer_port=1, left=0, event="", **more):
    """One announce over HTTP."""
    query = {"port": peer_port, "left": left, "uploaded": 0, "downloaded": 0, "compact": 1, **more}
    if event:
        query["event"] = event
    binary = "".join(f"&{key}={urllib.parse.quote(value, safe='')}"
                     for key, value in (("info_hash", info_hash), ("peer_id", PEER_ID)))
    status, body = get(host, port, "/announce?" + urllib.parse.urlencode(query) + binary)
    assert status == 200, (status, body)
    return bdecode(body)[0]


def http_scrape(host, port, info_hash):
    """(seeders, completed, leechers) over HTTP."""
    status, body = get(host, port, "/scrape?info_hash=" + urllib.parse.quote(info_hash, safe=""))
    assert status == 200, (status, body)
    entry = bdecode(body)[0][b"files"][info_hash]
    return entry[b"complete"], entry[b"downloaded"], entry[b"incomplete"]


def udp_ask(host, port, action, body):
    """Connects and asks over UDP (BEP 15); the reply behind its transaction id."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(network.PATIENCE)
        sock.connect((host, port))
        sock.send(struct.pack(">QII", PROTOCOL_ID, CONNECT, 7))
        kind, transaction, connection = struct.unpack(">IIQ", sock.recv(2048))
        assert (kind, transaction) == (CONNECT, 7), kind
        sock.send(struct.pack(">QII", connection, action, 8) + body)
        reply = sock.recv(2048)
    assert struct.unpack(">II", reply[:8]) == (action, 8), reply
    return reply[8:]


def udp_announce(host, port, info_hash, peer_port=1, left=0, event="", numwant=-1):
    """One announce over UDP, as HTTP would say it."""
    body = info_hash + PEER_ID + struct.pack(">QQQIIIiH", 0, left, 0, EVENTS[event], 0, 0, numwant, peer_port)
    reply = udp_ask(host, port, ANNOUNCE, body)
    interval, leechers, seeders = struct.unpack(">III", reply[:12])
    return {b"interval": interval, b"incomplete": leechers, b"complete": seeders,
            b"peers6" if ":" in host else b"peers": reply[12:]}


def udp_scrape(host, port, info_hash):
    """(seeders, completed, leechers) over UDP."""
    return struct.unpack(">III", udp_ask(host, port, SCRAPE, info_hash)[:12])
