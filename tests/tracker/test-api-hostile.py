"""The tracker's API and people who mean no good: hosts, paths, names, framing, JSON, tokens."""

import concurrent.futures
import contextlib
import json
import pathlib
import random
import secrets
import socket
import time
import xml.etree.ElementTree

from helpers import network, tap, tracker_api
from helpers.tracker_api import Host, Torrent

MIB = 1 << 20
HEAD_SECONDS = 10  # so long a head is waited for
HOST = Host(["web.hosts=tracker.example;10.1.2.3", "web.origins=https://friend.example",
             "tracker.url=http://public.example:6969"])
SCOPED = {scope: HOST.make_token(scope)[1] for scope in ("read", "register")}


def status_of(raw):
    """The status of an answer as it came."""
    assert raw, raw
    return int(raw.split(b" ", 2)[1])


def head(method="POST", path="/api/v1/announce", *lines, host=True):
    """A request's head as bytes."""
    first = [f"{method} {path} HTTP/1.1"] + (["Host: localhost"] if host else [])
    return "\r\n".join([*first, *lines, "", ""]).encode()


# --- hosts ---


def case_only_known_hosts():
    known = ("127.0.0.1", "localhost", "LOCALHOST:80", "[::1]:6969", "127.9.9.9", "tracker.example",
             "Tracker.Example.:443", "10.1.2.3:5", "public.example", "public.example:1", "localhost.")
    unknown = ("evil.example", "tracker.example.evil.example", "xtracker.example", "10.1.2.4", "1.1.1.1:6969",
               "localhost.evil.example", "127.0.0.1.evil.example", "[::2]", "2130706433", "0x7f000001", "0",
               "tracker.example@evil.example", "friend.example", "127.1", "evil.example#localhost", "::1",
               "tracker.example:99999", "tracker.example:x", "a" * 300)
    for name in known:
        assert HOST.ask("GET", "/health", headers={"Host": name}).status == 200, name
    for name in unknown:
        for path in ("/health", "/docs", "/nowhere", "/api/v1/torrents"):
            got = HOST.ask("GET", path, headers={"Host": name}, check=False)
            assert got.status in (400, 421), f"{name}: {got.status}"
    assert HOST.ask("GET", "/health", headers={"Host": "evil.example"}).status == 421


def case_hosts_in_odd_heads():
    refused = (head(host=False), head("GET", "/health", host=False), head("GET", "/health", "Host: evil.example"),
               head("GET", "http://evil.example/health"), head("GET", "/health", "Host:"),
               b"GET http://localhost/health HTTP/1.1\r\nHost: evil.example\r\n\r\n",
               b"GET /health HTTP/1.1\r\nHost: \r\n\r\n", b"GET /health HTTP/1.1\r\nHost: a b\r\n\r\n")
    for data in refused:
        got = HOST.raw(data)
        assert got is not None and status_of(got) in (400, 421), (data, got)
    assert status_of(HOST.raw(b"GET /health HTTP/1.0\r\n\r\n")) == 200
    assert status_of(HOST.raw(head("GET", "http://localhost/health"))) == 200


# --- paths ---


def traversals():
    """Fifty ways to write a path that leads elsewhere."""
    ups = ("..", "%2e%2e", "%2E%2e", ".%2e", "..%00", "..;", "%252e%252e", "..%c0%af", "%c0%ae%c0%ae", "....")
    for up in ups:
        for shape in ("/{0}/{0}/{0}/etc/passwd", "/docs/{0}/{0}/etc/passwd", "/api/v1/torrents/{0}",
                      "/api/v1/torrents/1/{0}/{0}/tokens", "/{0}\\{0}\\etc\\passwd"):
            yield shape.format(up)


def case_paths_lead_nowhere_else():
    paths = list(traversals())
    assert len(paths) == 50
    more = ["/%00", "/docs%00.html", "//docs", "/docs/", "/api/v1//torrents", "/API/v1/torrents",
            "/docs%2f", "/" + "a" * 5000, "/\\docs", "/%", "/%zz", "/api/v1/tokens%20"]
    for path in paths + more:
        for door in ("public", "admin"):
            raw = HOST.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), door)
            # Dots are resolved before anybody is asked for a token.
            resolved = path.lower().replace("%2e", ".") == "/api/v1/torrents/1/../../tokens"
            fine = {"public": 403, "admin": 401}[door] if resolved else (400, 404)
            assert status_of(raw) == fine if resolved else status_of(raw) in fine, f"{path}: {raw[:80]}"
            assert b"root:" not in raw and b'"tokens"' not in raw


def case_errors_say_little():
    for path in ("/nowhere", "/api/v1/torrents/0", "/api/v1/torrents?x=1", "/api/v1/tokens"):
        got = HOST.ask("GET", path)
        assert set(got.json) == {"error"} and set(got.json["error"]) == {"code", "message"}
        for word in (HOST.folder.name, "/tmp", ".c:", "sqlite", "trk_", "SQL"):
            assert word not in got.body.decode(), got.body


# --- names ---

MARKUP = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg/onload=alert(1)>",
          "'-alert(1)-'", "</title><script>x</script>", "]]><script>x</script>", "&lt;script&gt;", "<!--",
          "${7*7}", "{{7*7}}", "javascript:alert(1)", "\u2028alert(1)//", "\\u003cscript\\u003e", "%3Cscript%3E",
          "<a href=\"javascript:x\">", "\x00<b>", "\x1b]0;x\x07", "\r\nSet-Cookie: a=b", "‮<script>", "﷽<b>")


def names(generator):
    """Two hundred names that mean something to some reader."""
    for index in range(200):
        parts = generator.sample(MARKUP, 2) + ["".join(chr(generator.choice((9, 10, 13, 34, 39, 47, 60, 62, 92, 127,
                                                                            0x85, 0x202e, 0xfffe, 0x1f600)))
                                                       for _ in range(4))]
        generator.shuffle(parts)
        yield f"{index} " + "".join(parts)


def case_names_are_data():
    generator = random.Random(7)
    for name in names(generator):
        torrent = Torrent(name, generator.choice(("v1", "v2", "hybrid")), comment=name)
        made = HOST.register(torrent.data)
        if made.status == 409:
            continue
        assert made.status == 201, (name, made.body)
        number = made.json["id"]
        for path in ("", "/torrent", "/magnet"):
            got = HOST.ask("GET", f"/api/v1/torrents/{number}{path}")
            assert got.status == 200, (name, got.status)
            assert got.headers["x-content-type-options"] == "nosniff" and "set-cookie" not in got.headers
            assert "default-src 'none'" in got.headers["content-security-policy"]
            if path != "/torrent":
                assert b"<" not in got.body and "\u2028".encode() not in got.body, got.body
        disposition = HOST.ask("GET", f"/api/v1/torrents/{number}/torrent").headers["content-disposition"]
        assert disposition.isascii() and disposition.startswith("attachment; filename=\"")
        assert disposition.count('"') == 2 and "/" not in disposition, disposition
    feed = HOST.ask("GET", "/rss").body
    xml.etree.ElementTree.fromstring(feed)
    assert b"<script" not in feed and b"<svg" not in feed and b"<img" not in feed


def case_answers_have_their_headers():
    for path in ("/docs", "/health", "/nowhere", "/rss", "/api/v1/openapi.json", "/api/v1/tokens"):
        headers = HOST.ask("GET", path).headers
        assert headers["referrer-policy"] == "no-referrer" and headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    page = HOST.ask("GET", "/docs")
    assert b"<script" not in page.body and b"openapi.json" in page.body


# --- framing ---


def case_ambiguous_framing_is_refused():
    smuggled = b"GET /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\n\r\n"
    chunked = b"0\r\n\r\n"
    kind = "Content-Type: application/json"
    cases = [
        (head("POST", "/api/v1/announce", kind, "Content-Length: 5", "Transfer-Encoding: chunked"), chunked),
        (head("POST", "/api/v1/announce", kind, "Transfer-Encoding: chunked", "Content-Length: 5"), chunked),
        (head("POST", "/api/v1/announce", kind, "Content-Length: 2", "Content-Length: 3"), b"{}x"),
        (head("POST", "/api/v1/announce", kind, "Content-Length: 2", "Content-Length: 2"), b"{}"),
        (head("POST", "/api/v1/announce", kind, "Content-Length: 2, 2"), b"{}"),
        (head("POST", "/api/v1/announce", kind, "Content-Length: -1"), b""),
        (head("POST", "/api/v1/announce", kind, "Content-Length: +2"), b"{}"),
        (head("POST", "/api/v1/announce", kind, "Content-Length: 0x2"), b"{}"),
        (head("POST", "/api/v1/announce", kind, "Content-Length: 2x"), b"{}"),
        (head("POST", "/api/v1/announce", kind, "Content-Length: "), b"{}"),
        (head("POST", "/api/v1/announce", kind, "Content-Length: 99999999999999999999"), b"{}"),
        (head("POST", "/api/v1/announce", kind, "Transfer-Encoding: gzip"), chunked),
        (head("POST", "/api/v1/announce", kind, "Transfer-Encoding: chunked, chunked"), chunked),
        (head("POST", "/api/v1/announce", kind, "Transfer-Encoding: xchunked"), chunked),
        (head("POST", "/api/v1/announce", kind, "Transfer-Encoding: identity"), chunked),
        (head("GET", "/health", "Content-Length: -1"), b""),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
        (head("GET", "/health", *(f"X-{n}: y" for n in range(150))), b""),
    ]
    for start, rest in cases:
        begun = time.monotonic()
        got = HOST.raw(start + rest + smuggled, to_end=True)
        took = time.monotonic() - begun
        assert got is not None and took < HEAD_SECONDS, (start, got, took)
        assert got == b"" or status_of(got) in (400, 413, 415, 501, 505), (start, got)
        assert got.count(b"HTTP/1.") <= 1 and b'"tokens"' not in got, (start, got)
    assert HOST.ask("GET", "/health").status == 200


def case_one_request_a_connection():
    one = head("GET", "/health")
    assert HOST.raw(one + one, to_end=True).count(b"HTTP/1.1 200") == 1


def case_bodies_over_the_limit():
    """1 GiB announced, without end in chunks, and in time; memory stays."""
    begun = HOST.resident()
    kind = "Content-Type: application/json"
    for path, kind, door in (("/api/v1/announce", kind, "public"), ("/health", kind, "public"),
                             ("/nowhere", kind, "public"), ("/api/v1/tokens", kind, "admin"),
                             ("/api/v1/torrents", "Content-Type: application/x-bittorrent", "public")):
        token = f"Authorization: Bearer {HOST.admin}"
        method = "GET" if path == "/health" else "POST"
        got = HOST.raw(head(method, path, kind, token, f"Content-Length: {1 << 30}") + b"x" * 1000000, door)
        assert status_of(got) in (404, 413), (path, got)
        assert json.loads(got.partition(b"\r\n\r\n")[2])["error"]["code"]
    for path, kind in (("/api/v1/announce", "application/json"), ("/health", "application/json")):
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in [b"[" * 10000] * 1000)
        method = "GET" if path == "/health" else "POST"
        got = HOST.raw(head(method, path, f"Content-Type: {kind}", "Transfer-Encoding: chunked") + chunks)
        assert status_of(got) == 413, (path, got)
    grown = HOST.resident() - begun
    tap.comment(f"grown by {grown // 1024} KiB")
    assert grown <= 4 * MIB, grown


def case_uploads_without_a_token_are_not_read():
    start = head("POST", "/api/v1/torrents", "Content-Type: application/x-bittorrent", f"Content-Length: {20 * MIB}")
    begun = HOST.resident()
    for _ in range(5):
        assert status_of(HOST.raw(start + b"d" * MIB)) == 401
    assert HOST.resident() - begun <= 4 * MIB
    expecting = head("POST", "/api/v1/torrents", "Content-Type: application/x-bittorrent", "Content-Length: 5",
                     "Expect: 100-continue")
    assert status_of(HOST.raw(expecting)) == 401


def case_long_uploads_are_taken():
    torrent = Torrent("Long", **{"x padding": "p" * (8 * MIB)})
    assert HOST.register(torrent.data).status == 201
    chunked = head("POST", "/api/v1/torrents", "Content-Type: application/x-bittorrent",
                   f"Authorization: Bearer {SCOPED['register']}", "Transfer-Encoding: chunked")
    data = Torrent("In chunks").data
    got = HOST.raw(chunked + b"".join(b"1\r\n%c\r\n" % byte for byte in data) + b"0\r\n\r\n")
    assert status_of(got) == 201, got


def case_media_types():
    for kind in ("text/html", "application/jsonx", "", "multipart/mixed; boundary=x", None,
                 "application/json-patch+json"):
        got = HOST.ask("POST", "/api/v1/announce", "{}", kind=kind)
        assert got.status == 415, (kind, got.body)
    for kind in ("application/json", "APPLICATION/JSON; charset=utf-8"):
        assert HOST.ask("POST", "/api/v1/announce", "{}", kind=kind).status == 400
    assert HOST.ask("POST", "/api/v1/announce", kind="application/json").status == 400
    for boundary in ("", "x" * 80, "a\"b", "a b "):
        got = HOST.ask("POST", "/api/v1/torrents", "--a\r\n\r\n--a--", token=HOST.admin,
                       kind=f"multipart/form-data; boundary={boundary}")
        assert got.status == 400, boundary


# --- JSON ---


def case_json_bombs():
    bombs = ("[" * 60000, '{"a":' * 9000, "[" * 33 + "]" * 33, "[" + "1," * 20000 + "1]",
             "{" + ",".join(f'"{n}":1' for n in range(5000)) + "}", '{"a":"' + "\\u0000" * 5 + '"}', "{", "nul",
             "", " ", "1e999", '{"port":1e999}', '{"port":99999999999999999999999}', "\ufeff{}", "'a'", "{}{}",
             '{"port":1,}', '{"port":NaN}', '{"info_hash":{"a":1}}', "null", "true", '"x"', "[]",
             '{"__proto__":1}', '{"event":"\\ud800"}')
    for bomb in bombs:
        for path in ("/api/v1/announce", "/peers/announce"):
            got = HOST.ask("POST", path, bomb, kind="application/json")
            assert got.status == 400, (bomb[:40], got.status, got.body)
    for data in (b"\xff\xfe", b'{"a":"\xc3("}', b'{"event":"\x00"}', b'{"event":"\xed\xa0\x80"}'):
        assert HOST.ask("POST", "/api/v1/announce", data, kind="application/json").status == 400, data
    assert HOST.ask("POST", "/api/v1/announce", "[" * 70000, kind="application/json").status == 413


def case_queries_have_limits():
    for query in ("q=" + "x" * 1025, "page=0", "page=1000001", "page=1e3", "page=-1", "page=%201", "per_page=201",
                  "sort=rowid", "order=desc;drop", "q=a&q=b", "x=1", "q=%00", "q=%ff", "&".join(["q=a"] * 100),
                  "state=x", "category=" + "x" * 257):
        got = HOST.ask("GET", f"/api/v1/torrents?{query}")
        assert got.status == 400, (query[:60], got.status)
    assert HOST.ask("GET", "/api/v1/torrents?q=" + "%61" * 3000).status == 400


# --- other sites ---


def case_cors():
    preflight = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}
    got = HOST.ask("OPTIONS", "/api/v1/torrents/1", headers={"Origin": "https://friend.example", **preflight})
    assert got.status == 204 and got.headers["access-control-allow-origin"] == "https://friend.example"
    assert "PATCH" in got.headers["access-control-allow-methods"]
    assert "authorization" in got.headers["access-control-allow-headers"].lower()
    for origin in ("https://evil.example", "null", "https://friend.example.evil.example", "http://friend.example"):
        got = HOST.ask("OPTIONS", "/api/v1/torrents/1", headers={"Origin": origin, **preflight})
        assert got.status == 204 and not [h for h in got.headers if h.startswith("access-control")], origin
        got = HOST.ask("GET", "/health", headers={"Origin": origin})
        assert got.status == 200 and "access-control-allow-origin" not in got.headers
        got = HOST.ask("POST", "/api/v1/announce", {}, headers={"Origin": origin})
        assert got.status == 403 and got.code == "origin", origin
    got = HOST.ask("GET", "/health", headers={"Origin": "https://friend.example"})
    assert got.headers["access-control-allow-origin"] == "https://friend.example" and "Origin" in got.headers["vary"]
    assert "access-control-allow-credentials" not in got.headers
    own = {"Origin": f"http://127.0.0.1:{HOST.ports['public']}"}
    assert HOST.ask("POST", "/api/v1/announce", {}, headers=own).status == 400


# --- tokens ---


def case_tokens_leave_no_trace():
    """Secrets that were made and secrets that were guessed stand in no file, log or answer."""
    with Host() as host:
        canaries = ["shoal_" + secrets.token_urlsafe(32) for _ in range(4)]
        for canary in canaries:
            assert host.ask("GET", "/health", token=canary).status == 401
        made = [host.make_token("read", f"canary {n}")[1] for n in range(1000)] + [host.admin]
        host.ask("GET", "/metrics", token=made[0])
        told = [host.ask("GET", path, token=host.admin, door="admin").body.decode()
                for path in ("/api/v1/tokens", "/api/v1/audit?limit=200", "/api/v1/settings", "/metrics")]
        host.ask("POST", "/api/v1/backup", token=host.admin, door="admin")
        with open(f"/proc/{host.process.pid}/cmdline", "rb") as line:
            told.append(line.read().decode())
        told.append(host.complaints())
        kept = b"".join(path.read_bytes() for path in pathlib.Path(host.folder.name).rglob("*")
                        if path.is_file())
        for secret in canaries + made:
            assert not any(secret in text for text in told) and secret.encode() not in kept
            assert secret[6:30].encode() not in kept


def case_wrong_tokens_have_to_wait():
    with Host() as host:
        for odd in ("Bearer", "Bearer ", "Basic eDp5", "Bearer x y", "bearer shoal_", f"Bearer {host.admin}x",
                    f"Bearer {host.admin[:-1]}"):
            got = host.ask("GET", "/health", headers={"Authorization": odd})
            assert got.status in (401, 429), odd
        got = host.ask("GET", "/health", token=host.admin)
        assert got.status == 429 and int(got.headers["retry-after"]) >= 1
        assert host.ask("GET", "/health").status == 200
    with Host() as host:
        for _ in range(5):
            assert host.ask("GET", "/health", token="shoal_" + "A" * 43).status == 401
        assert host.ask("GET", "/health", headers={"Authorization": f"bEARER   {host.admin}"}).status == 200


def case_revocation_holds_at_once():
    with Host() as host:
        for _ in range(5):
            number, secret = host.make_token("read")
            assert host.ask("GET", "/metrics", token=secret).status == 200
            assert host.ask("DELETE", f"/api/v1/tokens/{number}", token=host.admin, door="admin").status == 204
            assert host.ask("GET", "/metrics", token=secret).status == 401


def case_who_asks_too_often_is_told():
    with Host(["limits.rate=5", "limits.burst=10"]) as host:
        got = [host.ask("GET", "/health").status for _ in range(60)]
        assert got[0] == 200
        tap.comment(f"{got.count(429)} of 60 were too many")
        if 429 not in got:
            raise tap.Skip("the limiter of this build lets everyone through")


# --- the administration's door ---


def case_administration_where_it_is_set():
    with Host(["web.admin-public=true"]) as host:
        assert host.ask("GET", "/api/v1/settings", token=host.admin).status == 200
        assert host.ask("GET", "/api/v1/settings").status == 401


# --- clients that go away ---


def case_clients_that_go_away():
    request = head("GET", "/api/v1/torrents")
    upload = head("POST", "/api/v1/torrents", "Content-Type: application/x-bittorrent",
                  f"Authorization: Bearer {HOST.admin}", "Content-Length: 1000")
    for index in range(300):
        connection = socket.create_connection(("127.0.0.1", HOST.ports["public"]))
        if index % 3 == 0:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.sendall((request, upload, upload + b"d" * 500, request[:30], b"")[index % 5])
        connection.close()
    assert HOST.ask("GET", "/health").status == 200


def case_slow_readers_have_a_limit():
    """Large answers that nobody reads wait in memory up to a limit; who comes then is told, and short answers are given.
    Once the readers have gone all is as before."""
    large = Torrent("Large", **{"x padding": "p" * (4 * MIB)})
    with Host() as host, contextlib.ExitStack() as held:
        assert host.register(large.data).status == 201
        request, begun, told = head("GET", f"/api/v1/torrents/{large.v1}/torrent"), host.resident(), []
        for _ in range(60):
            reader = held.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.settimeout(20)
            reader.connect(("127.0.0.1", host.ports["public"]))
            reader.sendall(request)
            told.append(status_of(reader.recv(16)))
        tap.comment(f"{told.count(200)} wait, {told.count(503)} are told; grown by {(host.resident() - begun) // MIB} MiB")
        assert told == [200] * 15 + [503] * 45, told
        assert host.resident() - begun <= 200 * MIB
        assert host.ask("GET", "/health").status == 200
        answer = host.ask("GET", f"/api/v1/torrents/{large.v1}/torrent")
        assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "busy", "1"), answer.body
        held.close()
        network.until(lambda: host.ask("GET", f"/api/v1/torrents/{large.v1}/torrent").status == 200, 20, "there is room again")


def case_ends_in_the_middle():
    with Host() as host:
        hanging = [socket.create_connection(("127.0.0.1", host.ports["public"])) for _ in range(30)]
        for index, connection in enumerate(hanging):
            connection.sendall((head("GET", "/api/v1/torrents"), head("GET", "/health")[:20],
                                head("POST", "/api/v1/announce", "Content-Type: application/json",
                                     "Content-Length: 50") + b"{")[index % 3])
    for connection in hanging:
        connection.close()


def case_many_at_once():
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(HOST.ask, "GET", path, token=SCOPED["read"])
                for path in ("/api/v1/torrents", "/stats", "/rss", "/api/v1/torrents/1") * 50]
        assert {job.result().status for job in jobs} == {200}


def case_ends_well():
    HOST.close()


tap.main([case for name, case in list(globals().items()) if name.startswith("case_")])
