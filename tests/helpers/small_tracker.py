"""small_tracker: trackers over HTTP, for the programs of a test alone (BEP 3, BEP 7, BEP 23).

    with small_tracker.Tracker("fd78::fe", port) as tracker: tracker.url, tracker.seeds()
    with small_tracker.Told({name: ["127.0.0.1:6881"]}) as tracker: tracker.url, tracker.asked

Debian's opentracker knows IPv4 alone and names everybody. The first of these keeps one swarm, believes its peers,
forgets those that stop, and as a chain names to each peer only the one that came before it. The second knows in
each swarm the peers that it was told, and no others.
"""

import http.server
import socket
import threading
import urllib.parse

INTERVAL = 1800
PEER_PORT = 2


def server_of(host, port, handler):
    """A server at an address of either family."""
    class Server(http.server.ThreadingHTTPServer):
        """Its threads end with the program."""

        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

    return Server((host, port), handler)


def packed(places, family=socket.AF_INET):
    """(address, port) pairs as trackers write them."""
    return b"".join(socket.inet_pton(family, host) + port.to_bytes(PEER_PORT, "big") for host, port in places)


class Listener:
    """Listens until the block ends; port 0 is any. What it says is the matter of answer()."""

    def __init__(self, host, port):
        self.version = 6 if ":" in host else 4
        self.server = server_of(host, port, self.handler())
        place = f"[{host}]" if self.version == 6 else host
        self.url = f"http://{place}:{self.server.server_port}/announce"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, host, asked):
        """The reply to what a peer asked, a dictionary."""
        raise NotImplementedError

    def handler(self):
        """The class that answers for this tracker."""
        tracker = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One announce."""

            def do_GET(self):
                """Answers it; what is no announce is not found."""
                target = urllib.parse.urlsplit(self.path)
                if not target.path.endswith("/announce"):
                    self.send_error(404)
                    return
                asked = dict(urllib.parse.parse_qsl(target.query, encoding="latin-1"))
                body = tracker.answer(self.client_address[0], asked)
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Says nothing: the clients' logs tell more."""

        return Handler


class Tracker(Listener):
    """One swarm of those who come."""

    def __init__(self, host, port, chain=False):
        self.chain = chain
        self.swarm = {}  # (address, port) -> whether it has everything
        self.arrivals = []  # the same, in the order in which they first came
        self.lock = threading.Lock()
        super().__init__(host, port)

    def others(self, peer):
        """Whom a peer is told of."""
        if not self.chain:
            return [other for other in self.swarm if other != peer]
        before = self.arrivals[:self.arrivals.index(peer)][-1:]
        return [other for other in before if other in self.swarm]

    def answer(self, host, asked):
        """Remembers a peer; the others, as the reply to it."""
        peer = host, int(asked["port"])
        with self.lock:
            if peer not in self.arrivals:
                self.arrivals.append(peer)
            others = self.others(peer)
            if asked.get("event") == "stopped":
                self.swarm.pop(peer, None)
            else:
                self.swarm[peer] = asked["left"] == "0"
        if self.version == 6:
            peers = packed(others, socket.AF_INET6)
            return b"d8:intervali%de5:peers0:6:peers6%d:%se" % (INTERVAL, len(peers), peers)
        peers = packed(others)
        return b"d8:intervali%de5:peers%d:%se" % (INTERVAL, len(peers), peers)

    def seeds(self):
        """How many have everything."""
        with self.lock:
            return sum(self.swarm.values())


class Told(Listener):
    """At a free port of loopback; remembers who was asked for."""

    def __init__(self, peers):
        self.peers = peers  # the 20 bytes of a swarm's name -> places, "host:port" of IPv4
        self.asked = []  # (name, event), in order
        super().__init__("127.0.0.1", 0)

    def answer(self, host, asked):
        """The peers of the swarm that is asked for."""
        name = asked["info_hash"].encode("latin-1")
        self.asked.append((name, asked.get("event", "")))
        places = [place.rpartition(":") for place in self.peers.get(name, ())]
        peers = packed((address, int(port)) for address, _, port in places)
        return b"d8:intervali%de5:peers%d:%se" % (INTERVAL, len(peers), peers)
