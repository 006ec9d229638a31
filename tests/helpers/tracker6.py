"""tracker6: a tracker over HTTP and IPv6, for the programs of a test alone (BEP 3, BEP 7).

    with tracker6.Tracker("fd78::fe", port) as tracker: tracker.url, tracker.seeds()

Debian's opentracker knows IPv4 alone. It keeps one swarm, believes its peers, and forgets those that stop.
"""

import http.server
import socket
import threading
import urllib.parse

PEER_PORT = 2


class Server(http.server.ThreadingHTTPServer):
    """Listens on IPv6."""

    address_family = socket.AF_INET6
    daemon_threads = True


class Tracker:
    """Listens until the block ends."""

    def __init__(self, host, port):
        self.url = f"http://[{host}]:{port}/announce"
        self.swarm = {}  # (address, port) -> whether it has everything
        self.lock = threading.Lock()
        self.server = Server((host, port), self.handler())
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
                """Answers with everybody else."""
                body = tracker.answer(self.client_address[0], urllib.parse.urlsplit(self.path).query)
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Says nothing: the clients' logs tell more."""

        return Handler

    def answer(self, host, query):
        """Remembers a peer; the others, as the reply to it."""
        asked = dict(urllib.parse.parse_qsl(query, encoding="latin-1"))
        peer = host, int(asked["port"])
        with self.lock:
            others = [other for other in self.swarm if other != peer]
            if asked.get("event") == "stopped":
                self.swarm.pop(peer, None)
            else:
                self.swarm[peer] = asked["left"] == "0"
        packed = b"".join(socket.inet_pton(socket.AF_INET6, address) + port.to_bytes(PEER_PORT, "big")
                          for address, port in others)
        return b"d8:intervali1800e5:peers0:6:peers6%d:%se" % (len(packed), packed)

    def seeds(self):
        """How many have everything."""
        with self.lock:
            return sum(self.swarm.values())
