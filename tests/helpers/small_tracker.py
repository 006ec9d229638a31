"""small_tracker: a tracker over HTTP, for the programs of a test alone (BEP 3, BEP 7, BEP 23).

    with small_tracker.Tracker("fd78::fe", port) as tracker: tracker.url, tracker.seeds()

Debian's opentracker knows IPv4 alone and names everybody. This one keeps one swarm, believes its peers, forgets
those that stop, and as a chain names to each peer only the one that came before it.
"""

import http.server
import socket
import threading
import urllib.parse

PEER_PORT = 2


def server_of(host, port, handler):
    """A server at an address of either family."""
    class Server(http.server.ThreadingHTTPServer):
        """Its threads end with the program."""

        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

    return Server((host, port), handler)


class Tracker:
    """Listens until the block ends."""

    def __init__(self, host, port, chain=False):
        self.version = 6 if ":" in host else 4
        self.url = f"http://{f'[{host}]' if self.version == 6 else host}:{port}/announce"
        self.chain = chain
        self.swarm = {}  # (address, port) -> whether it has everything
        self.arrivals = []  # the same, in the order in which they first came
        self.lock = threading.Lock()
        self.server = server_of(host, port, self.handler())
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def handler(self):
        """The class that answers for this tracker."""
        tracker = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One announce."""

            def do_GET(self):
                """Answers with those whom the peer may know; what is no announce is not found."""
                if not urllib.parse.urlsplit(self.path).path.endswith("/announce"):
                    self.send_error(404)
                    return
                body = tracker.answer(self.client_address[0], urllib.parse.urlsplit(self.path).query)
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Says nothing: the clients' logs tell more."""

        return Handler

    def others(self, peer):
        """Whom a peer is told of."""
        if not self.chain:
            return [other for other in self.swarm if other != peer]
        before = self.arrivals[:self.arrivals.index(peer)][-1:]
        return [other for other in before if other in self.swarm]

    def answer(self, host, query):
        """Remembers a peer; the others, as the reply to it."""
        asked = dict(urllib.parse.parse_qsl(query, encoding="latin-1"))
        peer = host, int(asked["port"])
        with self.lock:
            if peer not in self.arrivals:
                self.arrivals.append(peer)
            others = self.others(peer)
            if asked.get("event") == "stopped":
                self.swarm.pop(peer, None)
            else:
                self.swarm[peer] = asked["left"] == "0"
        family = socket.AF_INET6 if self.version == 6 else socket.AF_INET
        packed = b"".join(socket.inet_pton(family, address) + port.to_bytes(PEER_PORT, "big")
                          for address, port in others)
        none, some = (b"5:peers0:", b"6:peers6") if self.version == 6 else (b"", b"5:peers")
        return b"d8:intervali1800e%s%s%d:%se" % (none, some, len(packed), packed)

    def seeds(self):
        """How many have everything."""
        with self.lock:
            return sum(self.swarm.values())
