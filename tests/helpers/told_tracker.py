"""told_tracker: a tracker over HTTP that knows in each swarm the peers that it was told, and no others.

    with told_tracker.Tracker({name: ["127.0.0.1:6881"]}) as tracker: tracker.url, tracker.asked
"""

import http.server
import ipaddress
import threading
import urllib.parse

INTERVAL = 1800


def compact(place):
    """A "host:port" of IPv4 in six bytes."""
    host, _, port = place.rpartition(":")
    return ipaddress.IPv4Address(host).packed + int(port).to_bytes(2, "big")


class Tracker:
    """Listens at a free port of loopback until the block ends, and remembers who was asked for."""

    def __init__(self, peers):
        self.peers = peers  # the 20 bytes of a swarm's name -> places
        self.asked = []  # (name, event), in order
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/announce"
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
                """Answers it."""
                body = tracker.answer(urllib.parse.urlsplit(self.path).query)
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Says nothing: the clients' logs tell more."""

        return Handler

    def answer(self, query):
        """The peers of the swarm that is asked for."""
        fields = dict(urllib.parse.parse_qsl(query, encoding="latin-1"))
        name = fields["info_hash"].encode("latin-1")
        self.asked.append((name, fields.get("event", "")))
        peers = b"".join(compact(place) for place in self.peers.get(name, ()))
        return b"d8:intervali%de5:peers%d:%se" % (INTERVAL, len(peers), peers)
