"""router_program.py: LOG WISH...: a router that speaks NAT-PMP and UPnP as it is told, and is a tracker.

    natpmp=silent|map|refuse|old|junk|private    what it says to NAT-PMP
    upnp=silent|map|conflict|permanent|full|huge|slow|endless|redirect|elsewhere|control|nonsense|first
    port=N                                       the external port that NAT-PMP gives

All that it hears goes to LOG, one JSON object a line.
"""

import contextlib
import http.server
import json
import socket
import struct
import sys
import threading
import time
import urllib.parse

INSIDE, OUTSIDE, CARRIER = "192.168.7.1", "80.1.2.1", "100.64.3.4"
GROUP = "239.255.255.250"
LOG = sys.argv[1]
WISHES = dict(word.split("=") for word in sys.argv[2:])
NATPMP, UPNP = WISHES.get("natpmp", "silent"), WISHES.get("upnp", "silent")
LOCK = threading.Lock()
TYPE = "urn:schemas-upnp-org:service:WANIPConnection:1"
DESCRIPTION = """<?xml version="1.0"?>
<!-- a router of tests -->
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
<device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><serviceList>
<service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/l3f</controlURL></service>
</serviceList><deviceList><device><serviceList>
<service><serviceType>urn:schemas-upnp-org:service:WANPPPConnection:1</serviceType><controlURL>/dead</controlURL></service>
<service><serviceType>%s</serviceType><controlURL>%s</controlURL></service>
</serviceList></device></deviceList></device></root>"""
SOAP = """<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body></s:Envelope>"""


def note(kind, **facts):
    with LOCK, open(LOG, "a", encoding="utf-8") as file:
        file.write(json.dumps({"kind": kind, **facts}) + "\n")


def natpmp_reply(data):
    """What NAT-PMP is answered with, or None."""
    op = data[1]
    if NATPMP == "refuse":
        return struct.pack(">BBHI", 0, 128 + op, 2, 7)
    if NATPMP == "old":
        return struct.pack(">BBHI", 0, 128 + op, 1, 7)
    if NATPMP == "junk":
        return b"\xff" * 11
    if op == 0:
        address = CARRIER if NATPMP == "private" else OUTSIDE
        return struct.pack(">BBHI", 0, 128, 0, 7) + socket.inet_aton(address)
    internal, wanted, lifetime = struct.unpack(">HHI", data[4:12])
    given = int(WISHES.get("port", wanted)) if lifetime else 0
    return struct.pack(">BBHIHHI", 0, 128 + op, 0, 7, internal, given, lifetime)


def listen(host, port):
    """A socket for datagrams."""
    it = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    it.bind((host, port))
    return it


def serve_natpmp(it):
    while True:
        data, sender = it.recvfrom(2000)
        facts = dict(zip(("internal", "external", "lifetime"), struct.unpack(">HHI", data[4:12]))) if len(data) == 12 else {}
        note("natpmp", op=data[1], **facts)
        reply = natpmp_reply(data) if NATPMP != "silent" else None
        if reply is not None:
            it.sendto(reply, sender)


def serve_search(it, port):
    while True:
        data, sender = it.recvfrom(2000)
        note("search", target=[line[4:] for line in data.decode().split("\r\n") if line.startswith("ST: ")][0])
        host = "80.1.2.2" if UPNP == "elsewhere" else INSIDE
        if UPNP != "silent":
            it.sendto(f"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nEXT:\r\nLocation: http://{host}:{port}/root.xml\r\n"
                      "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n".encode(), sender)


class Answer(http.server.BaseHTTPRequestHandler):
    """Its pages: description, control and the tracker's."""

    protocol_version = "HTTP/1.1"
    conflicts = 2

    def handle(self):
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, *_unused):
        pass

    def say(self, status, body, kind="text/xml"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def pour(self, pause):
        """A body without an end."""
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"<a>" * 1000)
                time.sleep(pause)
        except OSError:
            note("left")

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path)
        note("get", path=path.path)
        if path.path == "/announce":
            query = urllib.parse.parse_qs(path.query, encoding="latin-1")
            note("announce", address=self.client_address[0], port=int(query["port"][0]), event=query.get("event", [""])[0])
            self.say(200, b"d8:intervali1800e5:peers0:e", "text/plain")
        elif UPNP in ("huge", "slow"):
            self.pour(0 if UPNP == "huge" else 0.2)
        elif UPNP == "redirect" and path.path == "/root.xml":
            self.send_response(302)
            self.send_header("Location", f"http://{INSIDE}:{self.server.server_port}/private.xml")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif UPNP == "nonsense":
            self.say(200, b"<root><service><serviceType>" + b"x" * 5000)
        else:
            control = {"control": "http://80.1.2.2:80/c", "first": "c?a=1&amp;b=2"}.get(UPNP, "/c")
            self.say(200, (DESCRIPTION % (TYPE, control)).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        action = self.headers["SOAPAction"].strip('"').rpartition("#")[2]
        names = ("NewExternalPort", "NewInternalPort", "NewInternalClient", "NewLeaseDuration", "NewProtocol")
        facts = {name: body.partition(f"<{name}>")[2].partition("<")[0] for name in names if f"<{name}>" in body}
        note("call", action=action, path=self.path, **facts)
        if UPNP == "endless":
            self.pour(0)
            return
        code = self.problem(action, facts)
        if self.path == "/dead":
            self.say(500, (SOAP % "<s:Fault><detail><UPnPError><errorCode>501</errorCode></UPnPError></detail></s:Fault>").encode())
        elif code:
            self.say(500, (SOAP % f"<s:Fault><detail><UPnPError><errorCode>{code}</errorCode></UPnPError></detail></s:Fault>").encode())
        else:
            self.say(200, (SOAP % f"<u:{action}Response><NewExternalIPAddress>{OUTSIDE}</NewExternalIPAddress></u:{action}Response>").encode())

    def problem(self, action, facts):
        """The code of the error that a call is answered with; 0: it is done."""
        if action != "AddPortMapping":
            return 0
        if UPNP == "permanent" and facts["NewLeaseDuration"] != "0":
            return 725
        if UPNP == "full" or (UPNP == "conflict" and Answer.conflicts > 0):
            Answer.conflicts -= 1
            return 718
        return 0


server = http.server.ThreadingHTTPServer((INSIDE, int(WISHES.get("http", "8000"))), Answer)
server.daemon_threads = True
search = listen("", 1900)
search.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton(INSIDE))
threading.Thread(target=serve_natpmp, args=(listen(INSIDE, 5351),), daemon=True).start()
threading.Thread(target=serve_search, args=(search, server.server_port), daemon=True).start()
note("ready")
server.serve_forever()
