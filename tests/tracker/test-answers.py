#!/usr/bin/python3
"""test-answers.py: what the tracker answers, to the byte, to every kind of announce and scrape, HTTP and UDP.

Each row of a table is asked of a torrent that nobody asked for before. Names of rows and cases are
what docs/tracker.md names.
"""

import contextlib
import socket
import struct
import tempfile
import urllib.parse

from helpers import network, tap, tracker

COUNTER = iter(range(1, 1 << 20))
HASH = b"h" * 20
BEHIND = 0xbe41d
SETTINGS = ["--set=announce.spread=0", *tracker.NO_LIMITS]
RUNNING = []


def server():
    """The tracker of all cases."""
    return RUNNING[0]


def fresh():
    """The info-hash of a torrent that nobody knows."""
    return b"\xff%+& " + next(COUNTER).to_bytes(15, "big")


def escape(value):
    """Every byte as %XX."""
    return "".join(f"%{byte:02x}" for byte in value)


def ask(query, path="/announce", version=4, headers=""):
    """The body of an answer that has to be 200."""
    status, body = tracker.get(*server().address("http", version), path + "?" + query, headers)
    assert status == 200, (status, body)
    return body


def base(info_hash):
    """The least that an announce says."""
    return f"info_hash={escape(info_hash)}&peer_id={escape(tracker.PEER_ID)}"


def string(value):
    """Bencode's."""
    value = value.encode() if isinstance(value, str) else value
    return b"%d:%s" % (len(value), value)


def good(complete, incomplete, peers=b"", downloaded=0, paused=0, tail=b""):
    """The answer to an announce over HTTP."""
    return (b"d8:completei%de10:downloadedi%de11:downloadersi%de11:external ip4:\x7f\0\0\x0110:incompletei%de"
            b"8:intervali1800e12:min intervali900e5:peers" % (complete, downloaded, incomplete - paused, incomplete)
            + string(peers) + tail + b"e")


def failure(why, interval=1800, retry=b"5:never"):
    """The answer to one that is refused."""
    return (b"d14:failure reason" + string(why) + b"8:intervali%de12:min intervali900e8:retry in" % interval
            + retry + b"e")


def compact(*ports):
    """Peers of loopback."""
    return b"".join(b"\x7f\0\0\x01" + struct.pack(">H", port) for port in ports)


ALONE, SEED, NOBODY = good(0, 1), good(1, 0), good(0, 0)
HTTP = {
    "plain": ("{base}&port=1&left=7", ALONE),
    "seeder": ("{base}&port=1&left=0", SEED),
    "no-left": ("{base}&port=1", ALONE),
    "left-negative": ("{base}&port=1&left=-1", ALONE),
    "left-2^64-1": ("{base}&port=1&left=18446744073709551615", ALONE),
    "uploaded-2^63": ("{base}&port=1&left=1&uploaded=9223372036854775808", failure("uploaded is not a number of bytes")),
    "uploaded-negative": ("{base}&port=1&left=1&uploaded=-1", failure("uploaded is not a number of bytes")),
    "port-twice": ("{base}&port=1&port=2&left=1", ALONE),
    "two-hashes": ("{base}&info_hash={hash}&port=1", failure("more than one info_hash")),
    "hash-19": ("info_hash=aaaaaaaaaaaaaaaaaaa&peer_id={id}&port=1", failure("info_hash is not 20 bytes")),
    "hash-21": ("info_hash={hash}a&peer_id={id}&port=1", failure("info_hash is not 20 bytes")),
    "hash-of-bad-escapes": ("info_hash=%0%a&peer_id={id}&port=1", failure("info_hash is not 20 bytes")),
    "hash-of-half-an-escape": ("info_hash=aaaaaaaaaaaaaaaaaaa%a&peer_id={id}&port=1", failure("info_hash is not 20 bytes")),
    "hash-empty": ("info_hash=&peer_id={id}&port=1", failure("info_hash is not 20 bytes")),
    "no-hash": ("peer_id={id}&port=1", failure("info_hash is missing")),
    "no-peer-id": ("info_hash={hash}&port=1", failure("peer_id is missing")),
    "peer-id-19": ("info_hash={hash}&peer_id=aaaaaaaaaaaaaaaaaaa&port=1", failure("peer_id is not 20 bytes")),
    "no-port": ("{base}", failure("port is missing")),
    "port-0": ("{base}&port=0", failure("port is not between 1 and 65535")),
    "port-65536": ("{base}&port=65536", failure("port is not between 1 and 65535")),
    "port-negative": ("{base}&port=-1", failure("port is not between 1 and 65535")),
    "port-0-stopped": ("{base}&port=0&event=stopped", NOBODY),
    "stopped-unknown": ("{base}&port=9&left=0&event=stopped", NOBODY),
    "event-unknown": ("{base}&port=1&left=7&event=dancing", ALONE),
    "event-empty": ("{base}&port=1&left=7&event=", ALONE),
    "event-paused": ("{base}&port=1&left=7&event=paused", good(0, 1, paused=1)),
    "numwant-0": ("{base}&port=1&left=7&numwant=0", ALONE),
    "numwant-text": ("{base}&port=1&left=7&numwant=x", failure("numwant is not a number")),
    "compact-0": ("{base}&port=1&left=7&compact=0", ALONE.replace(b"5:peers0:", b"5:peersle")),
    "key-without-value": ("{base}&port=1&left=7&a", ALONE),
    "odd-values": ("{base}&a&=b?&&&port=1&left=7&=&c==", ALONE),
    "ip-is-ignored": ("{base}&port=1&left=7&ip=8.8.8.8&ipv4=8.8.8.8:5&ipv6=2600::1", ALONE),
    "8-kib": ("{base}&port=1&left=7&x=" + "y" * 8192, ALONE),
    "129-parameters": ("{base}&port=1" + "&x" * 127, failure("too many parameters")),
}


def case_http_announces():
    for name, (query, wanted) in HTTP.items():
        info_hash = fresh()
        query = query.replace("{base}", base(info_hash)).replace("{hash}", escape(info_hash))
        body = ask(query.replace("{id}", escape(tracker.PEER_ID)))
        assert body == wanted, (name, body, wanted)


def case_percent_decoding():
    """Raw, %XX in either case and all bytes, one torrent: each is the same peer of the same swarm."""
    info_hash = bytes(range(0x2b, 0x2b + 10)) + b"\0\xff%&=+ ?#a"
    raw = "".join(chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+-./_~*") else f"%{byte:02X}" for byte in info_hash)
    for form in (raw, escape(info_hash), escape(info_hash).upper(), urllib.parse.quote(info_hash, safe="")):
        body = ask(f"info_hash={form}&peer_id={escape(tracker.PEER_ID)}&port=1&left=1")
        assert body == ALONE, (form, body)
    space = info_hash.replace(b"+", b" ")
    assert tracker.http_scrape(*server().address("http"), space) == (0, 0, 0), "a plus is no space"
    assert tracker.http_scrape(*server().address("http"), info_hash) == (0, 0, 1)
    for first in range(0, 256, 20):
        info_hash = bytes(byte % 256 for byte in range(first, first + 20))
        assert ask(base(info_hash) + "&port=1&left=1") == ALONE, first
        assert tracker.udp_scrape(*server().address("udp"), info_hash) == (0, 0, 1), first


def case_forms_of_targets():
    query = base(fresh()) + "&port=1&left=7"
    for path in ("/announce", "/announce%20".replace("%20", " "), "/x/announce", "/announce.php"):
        assert ask(query, path) == ALONE, path
    info_hash = fresh()
    for path in ("/scrape", "/scrape.php", "/x/scrape"):
        body = ask(f"info_hash={escape(info_hash)}", path)
        assert tracker.bdecode(body)[0][b"files"][info_hash][b"complete"] == 0, path


def case_who_is_given_whom():
    """Seeders get leechers alone, leechers seeders first, nobody himself; his own state counts."""
    info_hash = fresh()
    for number in range(30):
        ask(f"{base(info_hash)}&port={1000 + number}&left=0")
        ask(f"{base(info_hash)}&port={2000 + number}&left=9")
    for scheme in ("http", "udp"):
        reply = server().announce(scheme, info_hash, peer_port=1000, left=0, numwant=200)
        ports = {port for _address, port in tracker.compact_peers(reply[b"peers"])}
        assert ports == set(range(2000, 2030)), (scheme, ports)
        reply = server().announce(scheme, info_hash, peer_port=2000, left=1, numwant=200)
        ports = {port for _address, port in tracker.compact_peers(reply[b"peers"])}
        assert ports == {*range(1000, 1030), *range(2001, 2030)}, (scheme, ports)
        reply = server().announce(scheme, info_hash, peer_port=2000, left=1, numwant=20)
        ports = {port for _address, port in tracker.compact_peers(reply[b"peers"])}
        assert len(ports) == 20 and ports <= set(range(1000, 1030)), (scheme, ports)
        assert (reply[b"complete"], reply[b"incomplete"]) == (30, 30), reply


def case_numwant():
    info_hash = fresh()
    for number in range(1, 301):
        server().announce("http", info_hash, peer_port=number, left=0)
    for scheme, maximum in (("http", 200), ("udp", 200)):
        for numwant, wanted in ((0, 0), (1, 1), (-1, 50), (-200, 50), (49, 49), (201, maximum), (1 << 30, maximum)):
            if (scheme, numwant) == ("udp", 0):
                wanted = 0
            reply = server().announce(scheme, info_hash, peer_port=5000, left=1, numwant=numwant)
            assert len(reply[b"peers"]) == 6 * wanted, (scheme, numwant, len(reply[b"peers"]))
    body = ask(base(info_hash) + "&port=5000&left=1")
    assert len(tracker.bdecode(body)[0][b"peers"]) == 300, "without numwant there are 50"
    body = ask(base(info_hash) + "&port=5000&left=1&numwant=99999999999999999999")
    assert len(tracker.bdecode(body)[0][b"peers"]) == 1200


def case_lists_stay_in_a_datagram():
    info_hash = fresh()
    for number in range(1, 101):
        server().announce("http", info_hash, 6, peer_port=number, left=0)
    reply = server().announce("udp", info_hash, 6, peer_port=5000, left=1, numwant=200)
    assert len(reply[b"peers6"]) == 74 * 18, len(reply[b"peers6"])


def case_families():
    """HTTP mixes both; UDP answers in its own; each family has at least a quarter."""
    info_hash = fresh()
    for number in range(1, 101):
        server().announce("http", info_hash, 4, peer_port=number, left=0)
    for number in range(1, 21):
        server().announce("http", info_hash, 6, peer_port=number, left=0)
    reply = server().announce("http", info_hash, 4, peer_port=5000, left=1, numwant=40)
    four, six = len(reply[b"peers"]) // 6, len(reply[b"peers6"]) // 18
    assert four + six == 40 and four >= 10 and six >= 10, (four, six)
    reply = server().announce("udp", info_hash, 4, peer_port=5000, left=1)
    assert len(reply[b"peers"]) == 300, reply


def case_identity_is_the_address():
    """The same peer id elsewhere is somebody else; another one at the same place is nobody new."""
    info_hash = fresh()
    query = f"info_hash={escape(info_hash)}&left=1&peer_id="
    ask(query + "a" * 20 + "&port=1")
    assert ask(query + "a" * 20 + "&port=2") == good(0, 2, compact(1))
    assert ask(query + "b" * 20 + "&port=1") == good(0, 2, compact(2))


def case_completed_is_counted_once():
    info_hash = fresh()

    def say(port, left, event, complete, incomplete, downloaded):
        reply = server().announce("http", info_hash, peer_port=port, left=left, event=event)
        found = reply[b"complete"], reply[b"incomplete"], reply[b"downloaded"]
        assert found == (complete, incomplete, downloaded), (port, event, found)
    say(1, 0, "completed", 1, 0, 0)  # nobody has seen it download
    say(2, 5, "started", 1, 1, 0)
    say(2, 0, "completed", 2, 0, 1)
    say(2, 0, "completed", 2, 0, 1)
    say(2, 0, "", 2, 0, 1)
    say(3, 5, "started", 2, 1, 1)
    say(3, 0, "", 3, 0, 1)  # it moves, and is nowhere twice
    say(3, 5, "", 2, 1, 1)
    say(2, 0, "stopped", 1, 1, 1)
    say(2, 0, "stopped", 1, 1, 1)
    assert tracker.http_scrape(*server().address("http"), info_hash) == (1, 1, 1)
    assert tracker.udp_scrape(*server().address("udp"), info_hash) == (1, 1, 1)


def case_forwarded_addresses():
    """Nobody is believed; a listed proxy is, from the right, and ::ffff:a.b.c.d is IPv4."""
    header = "X-Forwarded-For: 9.9.9.9, 8.8.8.8, 10.1.1.1\r\n"
    info_hash = fresh()
    ask(base(info_hash) + "&port=1&left=1", headers=header)
    assert ask(base(info_hash) + "&port=2&left=1") == good(0, 2, compact(1))
    with tempfile.TemporaryDirectory() as folder, \
            tracker.ShoalTracker("proxied", folder + "/kept", *SETTINGS, "--set=proxy.trusted=127.0.0.0/8;10.0.0.0/8") as proxied:
        host, port = proxied.address("http")
        query = "/announce?" + base(info_hash) + "&left=1&port="
        tracker.get(host, port, query + "1", header)
        reply = tracker.bdecode(tracker.get(host, port, query + "2", "X-Forwarded-For: 7.7.7.7\r\n")[1])[0]
        assert tracker.compact_peers(reply[b"peers"]) == {("8.8.8.8", 1)}, reply
        assert reply[b"external ip"] == bytes([7, 7, 7, 7]), reply
        reply = tracker.bdecode(tracker.get(host, port, query + "3", "X-Forwarded-For: ::ffff:6.6.6.6\r\n")[1])[0]
        assert reply[b"external ip"] == bytes([6, 6, 6, 6]) and reply[b"incomplete"] == 3, reply


def case_no_peer_can_be_there():
    """A proxy says where somebody is, and nobody can be there: no swarm has him."""
    with tempfile.TemporaryDirectory() as folder, \
            tracker.ShoalTracker("martians", folder + "/kept", *SETTINGS, "--set=proxy.trusted=127.0.0.0/8") as proxied:
        host, port = proxied.address("http")
        info_hash = fresh()
        for address in ("0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "169.254.1.1", "192.0.2.1", "198.51.100.7",
                        "203.0.113.9", "0.1.2.3", "198.18.0.1", "::", "fe80::1", "ff02::1", "2001:db8::1", "::ffff:224.0.0.1"):
            found = tracker.get(host, port, f"/announce?{base(info_hash)}&port=1&left=1", f"X-Forwarded-For: {address}\r\n")
            assert found == (200, failure("no peer can be at this address")), (address, found)
        assert tracker.http_scrape(host, port, info_hash) == (0, 0, 0)
        for address in ("9.9.9.9", "192.168.1.1", "2a01::9", "fd00::1"):
            tracker.get(host, port, f"/announce?{base(info_hash)}&port=1&left=1", f"X-Forwarded-For: {address}\r\n")
        assert tracker.http_scrape(host, port, info_hash) == (0, 0, 4)


def case_external_address():
    """Who shares this machine, or its network, is shown to others with the address that they can reach."""
    with tempfile.TemporaryDirectory() as folder, \
            tracker.ShoalTracker("behind", folder + "/kept", *SETTINGS, "--set=announce.external-ipv4=9.8.7.6",
                                 "--set=proxy.trusted=127.0.0.0/8") as behind:
        for number, address in enumerate(("127.0.0.1", "10.2.3.4", "8.8.8.8"), 1):
            tracker.get(*behind.address("http"), f"/announce?{base(HASH)}&left=1&port={number}", f"X-Forwarded-For: {address}\r\n")
        behind.announce("udp", HASH, peer_port=4, left=1)
        reply = behind.announce("http", HASH, peer_port=5, left=1)
        assert tracker.compact_peers(reply[b"peers"]) == {("9.8.7.6", 1), ("9.8.7.6", 2), ("8.8.8.8", 3), ("9.8.7.6", 4)}, reply


def case_what_is_not_served():
    """Listed and denied torrents: a refusal is a whole answer over UDP as well, and a scrape tells nothing."""
    with tempfile.TemporaryDirectory() as folder, \
            tracker.ShoalTracker("listed", folder + "/kept", *SETTINGS, "--mode=listed") as listed:
        names = {"listed": b"a" * 20, "denied": b"b" * 20, "unknown": b"c" * 20}
        for name, mark in (("listed", "allowed"), ("denied", "denied")):
            path = f"{folder}/{name}.txt"
            with open(path, "w", encoding="ascii") as file:
                file.write(names[name].hex() + "\n")
            listed.do("import", path, "--as", mark)
        texts = {"denied": (b"torrent is not allowed here", b"5:never"), "unknown": (b"torrent is not registered here", b"i30e")}
        for name, info_hash in names.items():
            status, body = tracker.get(*listed.address("http"), f"/announce?{base(info_hash)}&port=1&left=7")
            with datagrams(at=listed) as (sock, connection):
                packet = answer(sock, udp_announce(connection, info_hash, port=2))
            if name == "listed":
                assert (body, packet) == (ALONE, udp_good(0, 2, compact(1))), (body, packet)
                continue
            why, retry = texts[name]
            assert (status, body) == (200, failure(why, retry=retry)), (name, body)
            assert packet == udp_failure(why), (name, packet)
        hashes = sorted(names.values())
        reply = tracker.udp_ask(*listed.address("udp"), tracker.SCRAPE, b"".join(hashes))
        assert reply == struct.pack(">9I", 0, 0, 2, *[0] * 6), reply
        status, body = tracker.get(*listed.address("http"), "/scrape?" + "&".join("info_hash=" + escape(one) for one in hashes))
        found = tracker.bdecode(body)[0][b"files"]
        assert found[hashes[0]][b"incomplete"] == 2 and all(found[one][b"incomplete"] == 0 for one in hashes[1:] if one in found), found


def case_order_of_numbers():
    """Seeders, completions and leechers of different number, each where it belongs."""
    info_hash = fresh()
    for port, left, event in ((1, 0, ""), (2, 0, ""), (3, 1, "started"), (3, 0, "completed"), (4, 1, ""), (5, 1, "")):
        reply = server().announce("http", info_hash, peer_port=port, left=left, event=event)
    assert (reply[b"complete"], reply[b"downloaded"], reply[b"incomplete"]) == (3, 1, 2), reply
    assert tracker.http_scrape(*server().address("http"), info_hash) == (3, 1, 2)
    assert tracker.udp_scrape(*server().address("udp"), info_hash) == (3, 1, 2)
    with datagrams() as (sock, connection):
        assert answer(sock, udp_announce(connection, info_hash, port=5, numwant=0)) == udp_good(3, 2)


def case_scrapes():
    host, port = server().address("http")
    hashes = sorted(fresh() for _ in range(74))
    tracker.udp_announce(*server().address("udp"), hashes[3], left=0)

    def query(some):
        return "/scrape?" + "&".join("info_hash=" + escape(one) for one in some)
    wanted = b"".join(string(one) + b"d8:completei%de10:downloadedi0e11:downloadersi0e10:incompletei0ee" % (one == hashes[3])
                      for one in hashes[:64])
    assert tracker.get(host, port, query(hashes[:64])) == (200, b"d5:filesd" + wanted + b"ee")
    assert tracker.get(host, port, query(reversed(hashes[:64]))) == (200, b"d5:filesd" + wanted + b"ee"), "keys are sorted"
    for target, why in ((query(hashes[:65]), "too many info_hash"), ("/scrape?info_hash=a", "info_hash is not 20 bytes"),
                        ("/scrape", "a scrape needs info_hash")):
        status, body = tracker.get(host, port, target)
        assert status == 200 and tracker.bdecode(body)[0][b"failure reason"] == why.encode(), (target[:40], body)
    reply = tracker.udp_ask(*server().address("udp"), tracker.SCRAPE, b"".join(hashes))
    assert reply == b"".join(struct.pack(">III", one == hashes[3], 0, 0) for one in hashes)


@contextlib.contextmanager
def datagrams(version=4, at=None):
    """A connected socket and a connection id, of the tracker of all cases or of another one."""
    host, port = (at or server()).address("udp", version)
    with socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.settimeout(network.PATIENCE)
        sock.connect((host, port))
        sock.send(struct.pack(">QII", tracker.PROTOCOL_ID, tracker.CONNECT, 7))
        reply = sock.recv(2048)
        assert len(reply) == 16, reply
        yield sock, struct.unpack(">IIQ", reply)[2]


def udp_announce(connection, info_hash, tail=b"", port=1, left=1, event=0, address=0, numwant=-1):
    """A packet."""
    return (struct.pack(">QII", connection, tracker.ANNOUNCE, 9) + info_hash + tracker.PEER_ID
            + struct.pack(">QQQIIIiH", 0, left, 0, event, address, 0, numwant, port) + tail)


def answer(sock, packet):
    """What comes back, or None when nothing does before the answer to what is asked behind it: a socket's packets are
    answered in their order."""
    sock.settimeout(network.PATIENCE)
    sock.send(packet)
    sock.send(struct.pack(">QII", tracker.PROTOCOL_ID, tracker.CONNECT, BEHIND))
    replies = [sock.recv(2048)]
    while replies[-1][:8] != struct.pack(">II", tracker.CONNECT, BEHIND):
        replies.append(sock.recv(2048))
    assert len(replies) <= 2, replies
    return replies[0] if len(replies) == 2 else None


def udp_good(seeders, leechers, peers=b""):
    """The answer to an announce."""
    return struct.pack(">IIIII", tracker.ANNOUNCE, 9, 1800, leechers, seeders) + peers


def udp_failure(why):
    """An error, action 3."""
    return struct.pack(">II", tracker.PROBLEM, 9) + why


def case_udp_announces():
    rows = {
        "plain": ({}, udp_good(0, 1)),
        "seeder": ({"left": 0}, udp_good(1, 0)),
        "port-0": ({"port": 0}, udp_failure(b"port is not between 1 and 65535")),
        "port-0-stopped": ({"port": 0, "event": 3}, udp_good(0, 0)),
        "stopped-unknown": ({"event": 3}, udp_good(0, 0)),
        "event-4-is-paused": ({"event": 4}, udp_good(0, 1)),
        "event-unknown": ({"event": 77}, udp_good(0, 1)),
        "ip-is-ignored": ({"address": 0x08080808}, udp_good(0, 1)),
        "numwant-least": ({"numwant": -(1 << 31)}, udp_good(0, 1)),
        "left-all-ones": ({"left": (1 << 64) - 1}, udp_good(0, 1)),
        "url-data": ({"tail": b"\x02\x09/announce\x00"}, udp_good(0, 1)),
        "url-data-in-parts": ({"tail": b"\x01\x02\x03/an\x02\x02?a\x00rest"}, udp_good(0, 1)),
        "url-data-cut": ({"tail": b"\x02\xff/a"}, udp_good(0, 1)),
        "url-data-of-no-length": ({"tail": b"\x02\x00\x02\x00"}, udp_good(0, 1)),
        "url-data-without-length": ({"tail": b"\x02"}, udp_good(0, 1)),
        "nops": ({"tail": b"\x01" * 300}, udp_good(0, 1)),
        "option-unknown-first": ({"tail": b"\x7f\x03abc\x02\x09/announce"}, udp_good(0, 1)),
        "option-unknown": ({"tail": b"\x09\x01a"}, udp_good(0, 1)),
    }
    with datagrams() as (sock, connection):
        for name, (what, wanted) in rows.items():
            found = answer(sock, udp_announce(connection, fresh(), **what))
            assert found == wanted, (name, found, wanted)
        info_hash = fresh()
        answer(sock, udp_announce(connection, info_hash, address=0x08080808))
        assert answer(sock, udp_announce(connection, info_hash, port=2)) == udp_good(0, 2, compact(1))


def case_udp_is_silent():
    """Nothing comes back to what is too short, unknown, or has no good id."""
    with datagrams() as (sock, connection):
        whole = udp_announce(connection, fresh())
        silent = {
            "empty": b"", "connect-15": struct.pack(">QII", tracker.PROTOCOL_ID, 0, 7)[:15], "announce-97": whole[:97],
            "scrape-16": struct.pack(">QII", connection, tracker.SCRAPE, 9),
            "scrape-35": struct.pack(">QII", connection, tracker.SCRAPE, 9) + bytes(19),
            "not-the-protocol": struct.pack(">QII", tracker.PROTOCOL_ID ^ 1, 0, 7),
            "action-3": struct.pack(">QII", connection, 3, 9) + bytes(82),
            "action-huge": struct.pack(">QII", connection, 0x80000001, 9) + bytes(82),
            "id-0": udp_announce(0, fresh()), "id-of-the-protocol": udp_announce(tracker.PROTOCOL_ID, fresh()),
            "id-one-bit-off": udp_announce(connection ^ 1, fresh()), "id-all-ones": udp_announce((1 << 64) - 1, fresh()),
            "scrape-bad-id": struct.pack(">QII", connection ^ 1 << 63, tracker.SCRAPE, 9) + bytes(20),
        }
        for name, packet in silent.items():
            assert answer(sock, packet) is None, name
        assert answer(sock, whole) == udp_good(0, 1), "it goes on"
        scrape = struct.pack(">QII", connection, tracker.SCRAPE, 9)
        assert answer(sock, scrape + bytes(75 * 20)) == udp_failure(b"too many info_hash")
        assert answer(sock, scrape + bytes(39)) == struct.pack(">IIIII", tracker.SCRAPE, 9, 0, 0, 0), "what is left over is not read"


def case_ids_are_of_an_address():
    """The port may change, as NATs have it; the address may not."""
    host, port = server().address("udp")
    with datagrams() as (_sock, connection), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        other.connect((host, port))
        assert answer(other, udp_announce(connection, fresh())) == udp_good(0, 1)
        stranger.bind(("127.0.0.2", 0))
        stranger.connect((host, port))
        assert answer(stranger, udp_announce(connection, fresh())) is None


def main():
    with tempfile.TemporaryDirectory() as folder, tracker.ShoalTracker("answers", folder + "/kept", *SETTINGS) as running:
        RUNNING.append(running)
        tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])


if __name__ == "__main__":
    main()
