"""Files that the tracker hashes: the torrents are those of the command, and a stranger's file costs little."""

import hashlib
import json
import os
import pathlib
import random
import select
import socket
import subprocess
import tempfile
import threading
import time

from helpers import network, tap
from helpers.tracker_api import Host, Torrent, bdecode, bencode, quote

MIB = 1 << 20
HOST = Host(["files.size-max=64", "files.total-max=100"])
KIND = "application/octet-stream"
FOLDER = tempfile.TemporaryDirectory(prefix="shoal-uploads-")


def content(length, seed=1):
    """Bytes that depend on the seed alone."""
    return random.Random(seed).randbytes(length)


def upload(data, host=HOST, token="", **query):
    """Registers a file."""
    text = "&".join(f"{name}={quote(str(value))}" for name, value in query.items())
    return host.ask("POST", f"/api/v1/torrents?{text}", data, token=token or host.admin, kind=KIND)


def head(*lines, name="a", host=HOST):
    """The head of an upload, for bytes of a test's own."""
    return "\r\n".join([f"POST /api/v1/torrents?name={name} HTTP/1.1", "Host: localhost", f"Content-Type: {KIND}",
                        f"Authorization: Bearer {host.admin}", *lines, "", ""]).encode()


def chunk(data):
    """One chunk of a body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def created(name, data, *options):
    """The info dictionary, as bytes, of what the command makes of a file."""
    path = pathlib.Path(FOLDER.name, name)
    path.write_bytes(data)
    out = path.with_name("out.torrent")
    subprocess.run([os.environ["SHOAL"], "create", path, "--force", "-o", out, *options], check=True, stderr=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)
    return bencode(bdecode(out.read_bytes())[b"info"])


def is_refused(status, *lines):
    """Whether an upload is refused so; it is not answered while its bytes are waited for."""
    got = HOST.raw(head(*lines), seconds=1)
    return got is not None and status_of(got) == status


def status_of(raw):
    """The status of an answer as it came."""
    assert raw, raw
    return int(raw.split(b" ", 2)[1])


# --- the torrents ---


def case_torrents_are_those_of_the_command():
    for index, (form, length) in enumerate((form, length) for form in ("v1", "v2", "hybrid")
                                           for length in (1, 16384, 100001, 3 * MIB, 40 * MIB + 5)):
        name, data = f"File {index} é.bin", content(length, index)
        made = upload(data, name=name, format=form)
        assert made.status == 201, made.body
        info = created(name, data, f"--format={form}")
        assert made.json["info_hash"] == (hashlib.sha1(info).hexdigest() if form != "v2" else None), (form, length)
        assert made.json["info_hash_v2"] == (hashlib.sha256(info).hexdigest() if form != "v1" else None)
        got = bdecode(HOST.ask("GET", f"/api/v1/torrents/{made.json['id']}/torrent").body)
        assert bencode(got[b"info"]) == info
        assert got[b"announce"] == f"http://127.0.0.1:{HOST.ports['public']}/announce".encode()


def case_what_is_asked_for():
    data = content(300000, 50)
    made = upload(data, name="Words", format="hybrid", piece_length=65536, private="true", comment="A\nnote ü",
                  source="here", category="films", tags="one two")
    assert made.status == 201, made.body
    shown = HOST.ask("GET", f"/api/v1/torrents/{made.json['id']}").json
    assert shown["private"] and shown["comment"] == "A\nnote ü" and shown["category"] == "films"
    assert shown["tags"] == ["one", "two"] and shown["piece_length"] == 65536 and shown["size"] == len(data)
    assert "Words" in [t["name"] for t in HOST.ask("GET", "/api/v1/torrents?q=words").json["torrents"]]
    info = created("Words", data, "--private", "--format=hybrid", "-s", "64KiB", "--source=here",
                   "--allow=private-trackerless")
    assert made.json["info_hash"] == hashlib.sha1(info).hexdigest()
    private = upload(data, name="Private", private="true").json
    assert private["info_hash"] is not None and private["info_hash_v2"] is None
    again = upload(data, name="Private", private="true")
    assert again.status == 409 and again.json["error"]["id"] == private["id"]


def case_length_need_not_be_said():
    data = content(3 * MIB + 77, 60)
    got = HOST.raw(head("Transfer-Encoding: chunked", name="Chunked")
                   + b"".join(chunk(data[at:at + 70001]) for at in range(0, len(data), 70001)) + b"0\r\n\r\n")
    assert status_of(got) == 201, got
    made = json.loads(got.partition(b"\r\n\r\n")[2])
    info = created("Chunked", data, "-s", "1MiB")
    assert made["info_hash"] == hashlib.sha1(info).hexdigest()


def case_strange_values_are_refused():
    for query in ({}, {"name": ""}, {"name": "a/b"}, {"name": ".."}, {"name": "x" * 256}, {"name": "a\nb"},
                  {"name": "a", "format": "v3"}, {"name": "a", "piece_length": 1}, {"name": "a", "piece_length": 50000},
                  {"name": "a", "piece_length": 1 << 40}, {"name": "a", "private": 1}, {"name": "a", "x": 1},
                  {"name": "a", "source": ""}, {"name": "con"}):
        got = upload(b"x" * 100, **query)
        assert got.status == 400 and got.code == "value", (query, got.body)
    assert upload(b"", name="a").status == 400
    got = HOST.raw(head("Transfer-Encoding: chunked") + b"0\r\n\r\n")
    assert status_of(got) == 400, got
    got = HOST.ask("POST", "/api/v1/torrents?name=x", Torrent("Named").data, token=HOST.admin,
                   kind="application/x-bittorrent")
    assert got.status == 400 and "name" in got.json["error"]["message"]


# --- limits ---


def case_too_long_ones_are_not_read():
    """The answer comes though no byte of them does."""
    assert status_of(HOST.raw(head(f"Content-Length: {64 * MIB + 1}"))) == 413
    assert status_of(HOST.raw(head(f"Content-Length: {1 << 62}"))) in (400, 413)


def case_endless_ones_end():
    before = HOST.resident()
    part = chunk(bytes(MIB))
    with socket.create_connection(("127.0.0.1", HOST.ports["public"]), timeout=20) as connection:
        connection.sendall(head("Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 1000:
                connection.sendall(part)
                sent += 1
        except OSError:
            pass
    assert 60 <= sent < 1000, sent
    assert HOST.resident() - before < 8 * MIB


class Holders:
    """Uploads that stop in the middle. One that is turned away, as those before it are not seen to be gone yet, comes again."""

    def __init__(self, count, data):
        self.data = data
        self.streams = [self.begin() for _ in range(count)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for stream in self.streams:
            stream.close()

    def begin(self):
        """One of them."""
        stream = socket.create_connection(("127.0.0.1", HOST.ports["public"]), timeout=network.PATIENCE)
        stream.sendall(self.data)
        return stream

    def hold(self):
        """Those that were answered begin anew."""
        for stream in select.select(self.streams, [], [], 0)[0]:
            self.streams.remove(stream)
            stream.close()
            self.streams.append(self.begin())


def case_all_together_have_a_limit():
    with Holders(1, head(f"Content-Length: {60 * MIB}") + bytes(1000)) as holders:
        wait_for(lambda: holders.hold() or is_refused(507, f"Content-Length: {50 * MIB}"))
        wait_for(lambda: upload(bytes(1), name="x").status in (201, 409))
        got = HOST.raw(head("Transfer-Encoding: chunked") + chunk(bytes(MIB)) * 45)
        assert status_of(got) == 507 and b"Retry-After" in got, got
    wait_for(lambda: upload(content(50 * MIB, 70), name="fits again").status in (201, 409))


def case_one_address_has_few_at_a_time():
    with Holders(4, head("Content-Length: 1000", "X: y") + bytes(10)) as holders:
        wait_for(lambda: holders.hold() or is_refused(503, "Content-Length: 1000"))
    wait_for(lambda: upload(content(10, 71), name="after").status == 201)


def case_pieces_have_to_be_large_enough():
    with Host(["files.size-max=100000", "files.total-max=100000"]) as host:
        got = host.raw(head("Content-Length: 40000000000", name="a&piece_length=16384", host=host))
        assert status_of(got) == 400 and b"piece_length" in got, got


def case_none_are_taken_where_that_is_set():
    with Host(["files.size-max=0"]) as host:
        got = upload(b"x", host=host, name="x")
        assert got.status == 403 and got.code == "no_files"
        assert host.register(Torrent("Still taken").data).status == 201


def case_who_may():
    with Host(["web.register=anyone"]) as host:
        got = host.ask("POST", "/api/v1/torrents?name=x", b"abc", kind=KIND)
        assert got.status == 201 and got.json["state"] == "pending"
        assert host.ask("GET", f"/api/v1/torrents/{got.json['id']}").status == 404
    got = HOST.raw(f"POST /api/v1/torrents?name=x HTTP/1.1\r\nHost: localhost\r\nContent-Type: {KIND}\r\n"
                   f"Content-Length: {50 * MIB}\r\n\r\n".encode() + bytes(100000))
    assert status_of(got) == 401


# --- others meanwhile ---


def wait_for(what, seconds=network.PATIENCE):
    """Asks until it is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.02)


def case_others_are_answered_meanwhile():
    """Four senders as fast as they can, while someone looks."""
    data, ends = content(48 * MIB, 80), []
    with Host(["files.size-max=64", "files.total-max=400"]) as host:
        threads = [threading.Thread(target=lambda n=n: ends.append(upload(data, host, name=f"busy {n}").status))
                   for n in range(4)]
        for thread in threads:
            thread.start()
        answers = 0
        while any(thread.is_alive() for thread in threads):
            assert host.ask("GET", "/health").status == 200
            answers += 1
    assert ends == [201] * 4, ends
    tap.comment(f"{answers} answers meanwhile")
    assert answers >= 3


def case_clients_that_go_away():
    generator = random.Random(9)
    for index in range(60):
        connection = socket.create_connection(("127.0.0.1", HOST.ports["public"]))
        if index % 3 == 0:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.sendall(head(f"Content-Length: {MIB}") + bytes(generator.choice((0, 1, 262144, 400000))))
        connection.close()
    wait_for(lambda: upload(content(20, 90), name="still here").status in (201, 409))


def case_ends_in_the_middle():
    with Host() as host:
        hanging = [socket.create_connection(("127.0.0.1", host.ports["public"])) for _ in range(4)]
        for index, connection in enumerate(hanging):
            connection.sendall(head(f"Content-Length: {10 * MIB}", host=host) + bytes(index * 200000))
    for connection in hanging:
        connection.close()


def case_ends_well():
    HOST.close()
    FOLDER.cleanup()


tap.main([case for name, case in list(globals().items()) if name.startswith("case_")])
