#!/usr/bin/python3
"""test-ssrf.py: trackers that lead into this computer or its network: nothing there is asked for but announces.

A server of the internet, which is an address of the test's own network here, sends the program on to places that it
must not reach; and a torrent names such places itself. Listeners at all of them take down what is asked of them.
"""

import contextlib
import http.server
import os
import socket
import subprocess
import sys
import tempfile
import threading

from helpers import network, swarm, tap

PUBLIC, PRIVATE, LINK = "8.8.4.4", "10.77.0.1", "169.254.77.1"
INSIDE = ["127.0.0.1", PRIVATE, LINK, "[::1]"]
PATHS = ["/announce", "/announce.php", "/", "/admin?do=reset", "/announce/../admin", "/x/announce", "/shutdown#/announce",
         "/scrape"]
# This computer by other words.
SPELLINGS = ["localhost", "LOCALHOST.", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0", "127.255.0.1",
             "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "user:secret@127.0.0.1"]
CODES = [301, 302, 303, 307, 308]


class Server(http.server.ThreadingHTTPServer):
    """At a free port of an address of either family."""

    daemon_threads = True

    def __init__(self, host, handler):
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host.strip("[]"), 0), handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


def answering(answer):
    """A handler that hands each request to a function."""
    class Handler(http.server.BaseHTTPRequestHandler):
        """Closes after one answer."""

        def do_GET(self):
            """Whatever it is."""
            code, headers, body = answer(self)
            self.send_response(code)
            for header in headers.items():
                self.send_header(*header)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Says nothing."""

    return Handler


@contextlib.contextmanager
def honeypots(hits):
    """Listeners at every place inside; {host: port}."""
    with contextlib.ExitStack() as stack:
        ports = {}
        for host in INSIDE:
            def answer(request, host=host):
                hits.append((host, request.path))
                return 200, {}, b"d14:failure reason4:nonee"
            server = Server(host, answering(answer))
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            ports[host] = server.server_port
        yield ports


def ask(lab, trackers):
    """Has a torrent's trackers asked until each has said why it failed, or answered."""
    torrent = lab.torrent("one.bin", 100000, "v1")
    arguments = ["download", torrent.file, "-d", lab.path("download"), "--timeout", "100s"]
    for tracker in trackers:
        arguments += ["--tracker", tracker]
    return lab.shoal(arguments, "127.0.0.1", lab.folder)


def in_lab(case):
    """A case with a folder of its own."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-")))
    run.__name__ = case.__name__
    return run


@in_lab
def case_redirects_from_the_internet_lead_nowhere(lab):
    """Every path at every place inside, by every code and whatever the place is called: none is asked for anything,
    announces included."""
    hits, met = [], []
    with honeypots(hits) as ports:
        places = [f"http://{host}:{ports[host]}{path}" for host in INSIDE for path in PATHS]
        places += [f"http://{host}:{ports['127.0.0.1']}/announce" for host in SPELLINGS]
        sent = [(places[at], CODES[at % len(CODES)]) for at in range(len(places))]

        def answer(request):
            number = int(request.path[2:].partition("/")[0])
            met.append(number)
            return sent[number][1], {"Location": sent[number][0]}, b""
        public = Server(PUBLIC, answering(answer))
        urls = [f"http://{PUBLIC}:{public.server_port}/r{number}/announce" for number in range(len(sent))]
        with ask(lab, urls) as client:
            network.until(lambda: set(range(len(sent))) <= set(met), 30, "every redirect was met")
            network.until(lambda: {event["url"] for event in client.events("tracker")} >= set(urls), 10, "all have failed")
            said = {event["message"] for event in client.events("tracker")}
        public.shutdown()
        public.server_close()
    assert not hits, hits
    assert all("not allowed" in message or "resolving" in message for message in said), said


@in_lab
def case_this_computer_is_asked_for_announces_alone(lab):
    """What a person or a torrent names: of loopback nothing is asked but what a tracker has."""
    hits = []
    with honeypots(hits) as ports:
        urls = [f"http://{host}:{ports[host]}{path}" for host in ("127.0.0.1", "[::1]") for path in PATHS
                if "#" not in path]
        with ask(lab, urls) as client:
            refused = {url for url in urls if not is_announce(url)}
            network.until(lambda: {event["url"] for event in client.events("tracker")} >= refused, 20, "they have failed")
            network.until(lambda: len({host for host, _ in hits}) == 2, 10, "trackers of this computer are asked")
    assert all(is_announce(path) for _, path in hits), hits


def is_announce(url):
    """Whether the last part of its path is a tracker's."""
    last = url.partition("?")[0].rpartition("/")[2]
    return last.startswith(("announce", "scrape"))


@in_lab
def case_a_loop_of_redirects_ends(lab):
    met = []
    public = None

    def answer(request):
        met.append(request.path)
        return 302, {"Location": f"http://{PUBLIC}:{public.server_port}/{len(met)}/announce"}, b""
    public = Server(PUBLIC, answering(answer))
    with ask(lab, [f"http://{PUBLIC}:{public.server_port}/announce"]) as client:
        network.until(lambda: client.events("tracker"), 20, "it has failed")
        assert "too often" in client.events("tracker")[0]["message"]
    assert len(met) == 6, met
    public.shutdown()
    public.server_close()


@in_lab
def case_other_schemes_are_no_trackers(lab):
    """Neither as redirects, nor as trackers of a torrent."""
    met = []
    schemes = ["file:///etc/passwd", "gopher://127.0.0.1:70/_x", "ftp://127.0.0.1/x", "data:,x", "//"]

    def answer(request):
        met.append(request.path)
        return 302, {"Location": schemes[int(request.path[2])]}, b""
    public = Server(PUBLIC, answering(answer))
    urls = [f"http://{PUBLIC}:{public.server_port}/r{number}/announce" for number in range(len(schemes))]
    with ask(lab, urls) as client:
        network.until(lambda: {event["url"] for event in client.events("tracker")} >= set(urls), 20, "all have failed")
    public.shutdown()
    public.server_close()


if __name__ == "__main__":
    network.enter()
    for address in (f"{PUBLIC}/32", f"{LINK}/32"):
        subprocess.run(["ip", "address", "add", address, "dev", "lo"], check=False, capture_output=True)
    tap.main([case_redirects_from_the_internet_lead_nowhere, case_this_computer_is_asked_for_announces_alone,
              case_a_loop_of_redirects_ends, case_other_schemes_are_no_trackers])
