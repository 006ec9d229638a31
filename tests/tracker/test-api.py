"""The tracker's API: every route does what its description says, for whom it may."""

import base64
import gzip
import itertools
import json
import time
import xml.etree.ElementTree

from helpers import tap, tracker_api
from helpers.tracker_api import DOCUMENT, SEEN, Host, Torrent, bdecode, form, quote

HOST = Host()
ADMIN = {"door": "admin", "token": HOST.admin}
SCOPES = {scope: HOST.make_token(scope)[1] for scope in ("read", "register", "admin")}


def listed(**query):
    """Names of a list's torrents, in order."""
    text = "&".join(f"{k}={quote(str(v))}" for k, v in query.items())
    return [t["name"] for t in HOST.ask("GET", f"/api/v1/torrents?{text}").json["torrents"]]


def settings(**values):
    """Changes settings, whose names have '_' for '.' and '-'."""
    answer = HOST.ask("PATCH", "/api/v1/settings",
                      {k.replace("__", "-").replace("_", ".", 1): v for k, v in values.items()}, **ADMIN)
    assert answer.status == 200, answer.body


# --- the catalogue ---


def case_registers_and_shows():
    torrent = Torrent("First one.iso", comment="A comment", **{"creation date": 1234567890})
    made = HOST.register(torrent.data)
    assert made.status == 201 and made.json["state"] == "allowed" and not made.json["merged"], made.body
    for key in (torrent.v1, torrent.v1.upper(), made.json["id"]):
        shown = HOST.ask("GET", f"/api/v1/torrents/{key}")
        assert shown.status == 200 and shown.json["name"] == "First one.iso", shown.body
    assert shown.json["created_at"] == 1234567890 and shown.json["comment"] == "A comment"
    assert shown.json["size"] == Torrent.LEN and shown.json["files"] == 1
    assert shown.json["registered_by"] is None
    assert HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}", **ADMIN).json["registered_by"] == 1


def case_a_second_one_is_told_of_the_first():
    torrent = Torrent("Twice")
    first = HOST.register(torrent.data)
    second = HOST.register(torrent.data)
    assert second.status == 409 and second.code == "exists"
    assert second.json["error"]["id"] == first.json["id"]


def case_takes_a_form():
    torrent = Torrent("By form")
    body, kind = form({"category": b"films", "tags": "one zwölf".encode(), "torrent": ("x.torrent", torrent.data)})
    made = HOST.ask("POST", "/api/v1/torrents", body, token=HOST.admin, kind=kind)
    assert made.status == 201, made.body
    shown = HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}").json
    assert shown["category"] == "films" and shown["tags"] == ["one", "zwölf"]
    assert "By form" in listed(category="films") and "By form" not in listed(category="other")
    for fields in ({"category": b"x"}, {"torrent": b""}, {"torrent": torrent.data, "extra": b"1"},
                   {"torrent": torrent.data, "tags": b"\xff"}, {"torrent": torrent.data, "category": b"x" * 300}):
        body, kind = form(fields)
        assert HOST.ask("POST", "/api/v1/torrents", body, token=HOST.admin, kind=kind).status == 400, fields


def case_files_are_hashed():
    path, kind = "/api/v1/torrents?name=Hashed", "application/octet-stream"
    made = HOST.ask("POST", path, b"A file", token=SCOPES["register"], kind=kind)
    assert made.status == 201 and made.json["name"] == "Hashed" and made.json["info_hash_v2"], made.body
    settings(files_size__max="2", files_total__max="1")
    for size, status in ((3 << 20, 413), (1500000, 507)):
        assert HOST.ask("POST", path, bytes(size), token=HOST.admin, kind=kind).status == status
    settings(files_size__max=None, files_total__max=None)


def case_v2_and_hybrids():
    for name in ("v2", "hybrid"):
        torrent = Torrent(f"A {name}", name)
        made = HOST.register(torrent.data)
        assert made.status == 201, made.body
        assert (made.json["info_hash"], made.json["info_hash_v2"]) == (torrent.v1, torrent.v2)
        assert HOST.ask("GET", f"/api/v1/torrents/{torrent.v2}").json["id"] == made.json["id"]
    magnet = HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}/magnet").json["magnet"]
    assert f"urn:btih:{torrent.v1}" in magnet and f"urn:btmh:1220{torrent.v2}" in magnet
    classic = HOST.ask("GET", f"/torrents/{Torrent('A v2', 'v2').v2}").json
    assert classic["info_hash"] == Torrent("A v2", "v2").v2[:40]


def case_a_hybrid_takes_in_its_half():
    torrent = Torrent("Half first", "hybrid")
    half = HOST.ask("POST", "/torrents/", {"info_hash": torrent.v1, "name": "Half", "size": 1, "piece_length": 1},
                    token=HOST.admin)
    assert half.status == 201, half.body
    made = HOST.register(torrent.data)
    assert made.status == 201 and made.json["merged"] and made.json["id"] == half.json["id"], made.body
    assert HOST.ask("GET", f"/api/v1/torrents/{torrent.v2}").json["name"] == "Half first"


def case_refuses_what_is_no_torrent():
    info = b"d9:file treed1:ad0:d6:lengthi20000e11:pieces root32:" + b"r" * 32
    no_layers = b"d4:info" + info + b"eee12:meta versioni2e4:name1:n12:piece lengthi16384eee"
    for data in (b"x", b"d4:infoi1ee", b"le", b"d8:announce", b"d" * 1000, no_layers):
        answer = HOST.register(data)
        assert answer.status == 400 and answer.code == "torrent", answer.body
    assert b"layer-missing" in answer.body, answer.body


def case_searches_sorts_and_pages():
    sizes = ["Quartz alpha", "Quartz beta", "Quartz Gamma", "quartz delta"]
    for name in sizes:
        assert HOST.register(Torrent(name).data).status == 201
    assert listed(q="quartz", sort="added") == sizes[::-1]
    assert listed(q="quartz", sort="added", order="asc") == sizes
    assert listed(q="quartz", sort="name", order="asc") == [
        "Quartz alpha", "Quartz beta", "quartz delta", "Quartz Gamma"]
    assert listed(q="quar bet") == ["Quartz beta"]
    assert listed(q="quartz", per_page=3, page=2) == sizes[:1]
    assert listed(q="quartz", per_page=3, page=3) == []
    page = HOST.ask("GET", "/api/v1/torrents?q=quartz&per_page=1").json
    assert page["total"] == 4 and page["per_page"] == 1 and page["page"] == 1
    for odd in ('"', "' OR 1=1 --", "a AND", "*", "NEAR(", "ü", "%", "(((", "x" * 1000):
        assert HOST.ask("GET", f"/api/v1/torrents?q={quote(odd)}").status == 200, odd


def case_unicode_is_found():
    for name, word in (("Žluťoučký kůň", "kůň"), ("東京物語 4K", "東京物語"), ("\U0001f41f fish", "fish"),
                       ("e\u0301clair", "e\u0301clair"), ("ΟΔΟΣ one", "οδος")):
        assert HOST.register(Torrent(name).data).status == 201
        assert name in listed(q=word), name
        assert name in [t["name"] for t in HOST.ask("GET", f"/torrents/?q={quote(word)}").json]
    assert HOST.ask("GET", "/api/v1/torrents?q=%ff").status == 400


def case_the_file_has_this_tracker_in_it():
    torrent = Torrent("Filed", **{"announce": "http://other.example/announce", "unknown key": [1, "x"]})
    HOST.register(torrent.data)
    got = HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}/torrent")
    assert got.status == 200 and torrent.info in got.body
    values = bdecode(got.body)
    ours = f"http://127.0.0.1:{HOST.ports['public']}/announce".encode()
    assert values[b"announce"] == ours and values[b"unknown key"] == [1, b"x"]
    assert [b"http://other.example/announce"] in values[b"announce-list"]
    settings(tracker_url="https://tracker.example")
    values = bdecode(HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}/torrent").body)
    assert values[b"announce"] == b"https://tracker.example/announce"
    assert "https%3A%2F%2Ftracker.example" in HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}/magnet").json["magnet"]
    settings(tracker_url=None)
    private = Torrent("Private", private=True, announce="http://other.example/announce")
    HOST.register(private.data)
    got = HOST.ask("GET", f"/api/v1/torrents/{private.v1}/torrent").body
    assert b"other.example" not in got
    assert HOST.ask("GET", f"/api/v1/torrents/{'0' * 40}/torrent").status == 404


def case_states_are_for_administrators():
    torrent = Torrent("Wanted and not")
    HOST.register(torrent.data)
    path = f"/api/v1/torrents/{torrent.v1}"
    for state in ("pending", "denied", "allowed"):
        changed = HOST.ask("PATCH", path, {"state": state}, **ADMIN)
        assert changed.status == 200 and changed.json["state"] == state, changed.body
        seen = state == "allowed"
        for rest in ("", "/peers", "/magnet", "/torrent"):
            assert (HOST.ask("GET", path + rest).status == 200) == seen, rest
        assert ("Wanted and not" in listed(q="wanted")) == seen
        assert (b"Wanted and not" in HOST.ask("GET", "/rss").body) == seen
        found = HOST.ask("GET", f"/api/v1/torrents?state={state}&q=wanted", **ADMIN).json
        assert found["total"] == 1
    assert HOST.ask("PATCH", path, {"state": "none"}, **ADMIN).status == 400
    assert HOST.ask("PATCH", f"/api/v1/torrents/{'0' * 40}", {"state": "denied"}, **ADMIN).status == 404
    assert HOST.ask("DELETE", path, **ADMIN).status == 204
    assert HOST.ask("DELETE", path, **ADMIN).status == 404
    assert HOST.ask("GET", path).status == 404


def case_category_and_tags_change():
    torrent = Torrent("Editable thing")
    HOST.register(torrent.data)
    path = f"/api/v1/torrents/{torrent.v1}"
    changed = HOST.ask("PATCH", path, {"category": "Films", "tags": ["zeta", "übel"]}, **ADMIN).json
    assert (changed["category"], changed["tags"], changed["state"]) == ("Films", ["zeta", "übel"], "allowed"), changed
    assert listed(q="zeta") == ["Editable thing"] and listed(category="Films") == ["Editable thing"]
    changed = HOST.ask("PATCH", path, {"tags": [], "state": "allowed"}, **ADMIN).json
    assert changed["tags"] == [] and changed["category"] == "Films" and listed(q="zeta") == []
    for bad in ({}, {"tags": ["two words"]}, {"tags": [""]}, {"tags": "x"}, {"tags": [1]}, {"tags": None},
                {"category": "a\nb"}, {"category": "x" * 257}, {"tags": ["x" * 4000] * 2}, {"name": "x"}):
        assert HOST.ask("PATCH", path, bad, **ADMIN).status == 400, bad
    assert HOST.ask("GET", path).json == changed | {"registered_by": None}
    HOST.ask("DELETE", path, **ADMIN)


def case_anyone_may_register_where_that_is_set():
    torrent, bare = Torrent("By anyone"), Torrent("Bare by anyone")
    assert HOST.ask("POST", "/api/v1/torrents", torrent.data, kind="application/x-bittorrent").status == 401
    settings(web_register="anyone")
    made = HOST.ask("POST", "/api/v1/torrents", torrent.data, kind="application/x-bittorrent")
    assert made.status == 201 and made.json["state"] == "pending", made.body
    assert HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}").status == 404
    made = HOST.ask("POST", "/torrents/", {"info_hash": bare.v1, "name": "x", "size": 5, "piece_length": 16384})
    assert made.status == 201
    settings(web_register="admin")
    for token, status in ((None, 401), (SCOPES["register"], 403), (HOST.admin, 201)):
        again = Torrent(f"For the admin {token is None}")
        got = HOST.ask("POST", "/api/v1/torrents", again.data, token=token, door="admin",
                       kind="application/x-bittorrent")
        assert got.status == status, (status, got.body)
    settings(web_register=None)


def case_feeds():
    names = ["Feed & <co>", 'Feed "quoted"', "Feed ]]>", "Feed \x01 bell"]
    for name in names:
        HOST.register(Torrent(name).data)
    answer = HOST.ask("GET", "/rss?q=feed")
    titles = [e.text for e in xml.etree.ElementTree.fromstring(answer.body).iter("title")]
    assert set(names[:3]) <= set(titles) and len(titles) == 5, titles
    assert HOST.ask("GET", "/rss?q=a&q=b").status == 400


# --- swarms ---


def announce(torrent, port, **more):
    """An announce by JSON."""
    return HOST.ask("POST", more.pop("at", "/api/v1/announce"),
                    {"info_hash": torrent.v1, "peer_id": "-XX0000-%012d" % port, "port": port, **more})


def case_announces_by_json():
    torrent = Torrent("Swarm")
    HOST.register(torrent.data)
    assert announce(torrent, 1001, left=0).json["complete"] == 1
    second = announce(torrent, 1002, left=5, event="started", at="/peers/announce").json
    assert second["peers"] == [{"ip": "127.0.0.1", "port": 1001, "peer_id": None}] and second["incomplete"] == 1
    full = base64.b64encode(b"\xff\xe0").decode()
    assert announce(torrent, 1003, pieces=full).json["complete"] == 2
    assert announce(torrent, 1002, left=0, event="completed").json["downloaded"] == 1
    assert announce(torrent, 1003, event="stopped", left=0).status == 200
    shown = HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}").json
    assert shown["seeders"] == 2 and shown["leechers"] == 0
    for bad in ({"port": -1}, {"port": 65536}, {"left": -1}, {"uploaded": 1.5}, {"peer_id": "short"},
                {"peer_id": None}, {"info_hash": "zz"}, {"unknown": 1}, {"port": 0}, {"numwant": "1"}):
        body = {"info_hash": torrent.v1, "peer_id": "-XX0000-123456789012", "port": 1, **bad}
        for path in ("/api/v1/announce", "/peers/announce"):
            assert HOST.ask("POST", path, body).status == 400, bad


def case_addresses_are_for_tokens_that_read():
    torrent = Torrent("Swarm")
    shown = HOST.ask("GET", f"/api/v1/torrents/{torrent.v1}")
    for path, peers in ((f"/api/v1/torrents/{torrent.v1}/peers", lambda j: j["peers"]),
                        (f"/peers/{shown.json['id']}", lambda j: j)):
        assert {p["ip"] for p in peers(HOST.ask("GET", path).json)} == {None}
        got = peers(HOST.ask("GET", path, token=SCOPES["read"]).json)
        assert {(p["ip"], p["port"]) for p in got} == {("127.0.0.1", 1001), ("127.0.0.1", 1002)}
        assert all(p["peer_id"] is None and p["uploaded"] is None for p in got)
    path = f"/api/v1/torrents/{torrent.v1}/peers?limit=1"
    assert len(HOST.ask("GET", path).json["peers"]) == 1
    assert HOST.ask("GET", path + "001").status == 400
    assert HOST.ask("GET", "/peers/99999").status == 404


def case_details_are_shown_where_they_are_kept():
    torrent = Torrent("Detailed")
    with Host(["tracker.details=true"]) as host:
        number = host.register(torrent.data).json["id"]
        _, reader = host.make_token("read")
        plain, odd = "-XX0000-000000000007", "ff00" * 10
        since = int(time.time())
        for port, peer_id, left in ((7, plain, 0), (8, odd, 3)):
            body = {"info_hash": torrent.v1, "peer_id": peer_id, "port": port, "left": left,
                    "uploaded": 1000 + port, "downloaded": 2000 + port}
            assert host.ask("POST", "/api/v1/announce", body).status == 200
        for path, peers in ((f"/api/v1/torrents/{number}/peers", lambda j: j["peers"]), (f"/peers/{number}", list)):
            got = {p["port"]: p for p in peers(host.ask("GET", path, token=reader).json)}
            assert {port: p["peer_id"] for port, p in got.items()} == {7: plain, 8: odd}, got
            for port, peer in got.items():
                assert (peer["uploaded"], peer["downloaded"]) == (1000 + port, 2000 + port), peer
                assert since - 60 <= peer["last_seen"] <= time.time() + 1, peer
            for peer in peers(host.ask("GET", path).json):
                assert peer["peer_id"] is None and peer["ip"] is None and peer["uploaded"] > 1000, peer


def case_marks_outrank():
    torrent = Torrent("Marked")
    path = f"/api/v1/marks/{torrent.v1}"
    assert HOST.ask("PUT", path, {"mark": "denied", "note": "because"}, **ADMIN).status == 204
    refused = announce(torrent, 1)
    assert refused.status == 403 and refused.code == "refused", refused.body
    assert announce(torrent, 1, at="/peers/announce").status == 403
    row = HOST.ask("GET", "/api/v1/marks?mark=denied", **ADMIN).json["marks"][0]
    assert (row["info_hash"], row["mark"], row["note"]) == (torrent.v1, "denied", "because")
    assert HOST.ask("GET", "/api/v1/marks?mark=allowed", **ADMIN).json["total"] == 0
    assert HOST.ask("DELETE", path, **ADMIN).status == 204
    assert announce(torrent, 1).status == 200
    assert HOST.ask("PUT", "/api/v1/marks/zz", {"mark": "denied"}, **ADMIN).status == 404
    assert HOST.ask("PUT", path, {"mark": "maybe"}, **ADMIN).status == 400
    assert HOST.ask("DELETE", "/api/v1/marks/1", **ADMIN).status == 404


def case_imports_hashes():
    hashes = ["%040x" % n for n in range(1, 20001)]
    text = "# a list\r\n\r\n" + "\r\n".join(hashes) + "\n" + "%064X  # v2" % 7
    got = HOST.ask("POST", "/api/v1/marks?mark=denied&note=list", text, kind="text/plain", **ADMIN)
    assert got.status == 200 and got.json["new"] >= 20000, got.body
    assert HOST.ask("GET", "/api/v1/marks?per_page=200&page=3", **ADMIN).json["total"] == got.json["new"]
    got = HOST.ask("POST", "/api/v1/marks", hashes[0] + "\n" + "x" * 40, kind="text/plain", **ADMIN)
    assert got.status == 400 and "line 2" in got.json["error"]["message"]
    got = HOST.ask("POST", "/api/v1/marks?mark=none", text, kind="text/plain", **ADMIN)
    assert got.status == 200, got.body
    assert HOST.ask("GET", "/api/v1/marks", **ADMIN).json["total"] == 0
    assert HOST.ask("GET", "/api/v1/marks?mark=x", **ADMIN).status == 400


# --- administration ---


def case_settings_change_all_or_none():
    before = HOST.ask("GET", "/api/v1/settings", **ADMIN).json["settings"]
    for bad, status in (({"tracker.name": "x", "no.such": "1"}, 400), ({"tracker.folder": "/x"}, 409),
                        ({"tracker.name": "x", "announce.interval": "1"}, 400),
                        ({"tracker.name": "\n"}, 400), ({"tracker.name": 1}, 400), ([], 400)):
        assert HOST.ask("PATCH", "/api/v1/settings", bad, **ADMIN).status == status, bad
    assert HOST.ask("GET", "/api/v1/settings", **ADMIN).json["settings"] == before
    wrong = ["announce.interval", "no.such", "announce.numwant"]
    for order in itertools.permutations(wrong):
        got = HOST.ask("PATCH", "/api/v1/settings", {"tracker.name": "x", **dict.fromkeys(order, "0")}, **ADMIN)
        assert got.status == 400 and order[0] in got.json["error"]["message"], (order, got.body)
    settings(tracker_name="Neu", announce_interval="2000")
    assert [row["subject"] for row in HOST.ask("GET", "/api/v1/audit?limit=2", **ADMIN).json["audit"]] == [
        "announce.interval", "tracker.name"]
    settings(announce_interval=None)
    assert HOST.ask("GET", "/stats").json["name"] == "Neu"
    settings(tracker_name=None)


def case_tokens_begin_and_end():
    number, secret = HOST.make_token("read", "Zoë’s")
    assert secret.startswith("shoal_") and len(base64.urlsafe_b64decode(secret[6:] + "=")) == 32
    assert HOST.ask("GET", "/metrics", token=secret).status == 200
    row = HOST.ask("GET", "/api/v1/tokens", **ADMIN).json["tokens"][-1]
    assert (row["id"], row["name"], row["scope"], row["revoked_at"]) == (number, "Zoë’s", "read", None)
    assert secret not in HOST.ask("GET", "/api/v1/tokens", **ADMIN).body.decode()
    assert HOST.ask("DELETE", f"/api/v1/tokens/{number}", **ADMIN).status == 204
    assert HOST.ask("GET", "/metrics", token=secret).status == 401
    assert HOST.ask("DELETE", "/api/v1/tokens/99999", **ADMIN).status == 404
    assert HOST.ask("DELETE", "/api/v1/tokens/x", **ADMIN).status == 404
    _, secret = HOST.make_token("read", expires_at=1000)
    assert HOST.ask("GET", "/metrics", token=secret).status == 401
    for bad in ({"name": "x"}, {"name": "", "scope": "god"}, {"name": "x" * 300, "scope": "read"},
                {"name": "a\nb", "scope": "read"}, {"name": "x", "scope": "read", "expires_at": -1}):
        assert HOST.ask("POST", "/api/v1/tokens", bad, **ADMIN).status == 400, bad


def case_changes_are_written_down():
    torrent = Torrent("Audited")
    HOST.register(torrent.data)
    rows = HOST.ask("GET", "/api/v1/audit?limit=1", **ADMIN).json["audit"]
    assert rows[0]["who"] == "first" and rows[0]["what"].startswith("torrent"), rows
    older = HOST.ask("GET", f"/api/v1/audit?limit=5&before={rows[0]['id']}", **ADMIN).json["audit"]
    assert len(older) == 5 and all(r["id"] < rows[0]["id"] for r in older)
    assert HOST.ask("GET", "/api/v1/audit?limit=201", **ADMIN).status == 400
    assert HOST.ask("POST", "/api/v1/reload", **ADMIN).status == 202
    assert HOST.ask("GET", "/api/v1/audit?limit=1", **ADMIN).json["audit"][0]["what"] == "reload"


def case_backs_up():
    made = HOST.ask("POST", "/api/v1/backup", **ADMIN)
    assert made.status == 201 and "/" not in made.json["file"], made.body
    with open(f"{HOST.folder.name}/backups/{made.json['file']}", "rb") as copy:
        assert copy.read(15) == b"SQLite format 3"


# --- numbers ---


def case_numbers():
    for path in ("/stats", "/api/v1/stats", "/health", "/api/v1/health"):
        assert HOST.ask("GET", path).status == 200
    assert HOST.ask("GET", "/health").json["status"] == "ok"
    for span in ("minute", "hour", "day"):
        assert HOST.ask("GET", f"/api/v1/history?span={span}&from=0&until=2000000000").json["span"] == span
    assert HOST.ask("GET", "/api/v1/history?span=week").status == 400
    assert HOST.ask("GET", "/api/v1/history?limit=0").status == 400


def case_metrics_are_prometheus():
    text = HOST.ask("GET", "/metrics", door="admin").body.decode()
    kinds, values = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            kinds[line.split()[2]] = line.split()[3]
        elif not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            values[name] = float(value)
            assert name.partition("{")[0] in kinds, line
    assert all(name.startswith("shoal_tracker_") for name in kinds)
    assert all((kind == "counter") == name.endswith("_total") for name, kind in kinds.items())
    assert values["shoal_tracker_announces_http_total"] > 0 and values["shoal_tracker_seeders"] >= 2
    assert values["shoal_tracker_resident_memory_bytes"] > 2 ** 20 and values["shoal_tracker_open_fds"] > 5


# --- the classic paths ---


def case_classic_members():
    torrent = Torrent("Classic", **{"creation date": 5})
    number = HOST.register(torrent.data).json["id"]
    shown = HOST.ask("GET", f"/torrents/{number}").json
    assert shown == {"id": number, "info_hash": torrent.v1, "name": "Classic", "size": Torrent.LEN,
                     "piece_length": 16384, "created_at": 5}
    with_pieces = HOST.ask("GET", f"/torrents/{number}?pieces=true").json
    assert len(base64.b64decode(with_pieces["pieces"])) == 20
    bare = {"info_hash": "c" * 40, "name": "Bare", "size": 7, "piece_length": 16384}
    made = HOST.ask("POST", "/torrents/", bare, token=SCOPES["register"])
    assert made.status == 201 and made.json["name"] == "Bare", made.body
    assert HOST.ask("POST", "/torrents/", bare, token=SCOPES["register"]).status == 409
    assert HOST.ask("GET", f"/torrents/{'c' * 40}?pieces=true").json["pieces"] is None
    assert HOST.ask("GET", f"/api/v1/torrents/{'c' * 40}/torrent").status == 404
    assert HOST.ask("POST", "/torrents/", {**bare, "size": -1}, token=SCOPES["register"]).status == 400
    assert HOST.ask("GET", "/torrents/0").status == 404 and HOST.ask("GET", "/torrents/1?pieces=2").status == 400
    assert HOST.ask("GET", "/torrents/?page=0").status == 400


def case_bencoded_announces_by_way_of_libsoup():
    torrent = Torrent("Bencoded")
    raw = "".join(f"%{byte:02x}" for byte in bytes.fromhex(torrent.v1))
    got = HOST.ask("GET", f"/announce?info_hash={raw}&peer_id={'p' * 20}&port=99&left=0&compact=1")
    assert bdecode(got.body)[b"complete"] == 1, got.body
    got = HOST.ask("GET", f"/scrape?info_hash={raw}")
    assert bdecode(got.body)[b"files"][bytes.fromhex(torrent.v1)][b"complete"] == 1
    assert got.headers["content-type"] == "text/plain" and "content-encoding" not in got.headers
    failed = bdecode(HOST.ask("GET", "/announce?x=1").body)
    assert failed[b"interval"] == 1800 and failed[b"retry in"] == b"never" and b"info_hash" in failed[b"failure reason"]
    assert bdecode(HOST.ask("GET", "/scrape").body)[b"failure reason"] == b"a scrape needs info_hash"
    many = "&".join(f"info_hash={'%02x' % n}{'x' * 18}" for n in range(60))
    packed = HOST.ask("GET", f"/scrape?{many}", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert packed.headers["content-encoding"] == "gzip", packed.headers
    assert gzip.decompress(packed.body) == HOST.ask("GET", f"/scrape?{many}").body
    refused = HOST.ask("GET", f"/scrape?{many}", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


# --- who may what ---

BODIES = {
    "registerTorrent": lambda: (Torrent(f"Matrix {time.monotonic_ns()}").data, "application/x-bittorrent"),
    "importMarks": lambda: ("a" * 40, "text/plain"),
}
JSON = {
    "changeTorrent": {"state": "allowed"}, "setMark": {"mark": "denied"}, "changeSettings": {},
    "makeToken": {"name": "m", "scope": "read"}, "registerClassic": None,
    "announce": {"info_hash": "a" * 40, "peer_id": "-XX0000-123456789012", "port": 5},
}
JSON["announceClassic"] = JSON["announce"]
NEEDS = {None: 0, "read": 1, "register": 2, "admin": 3}


def body_of(name):
    """A body that an operation takes, and its type."""
    if name in BODIES:
        return BODIES[name]()
    if name == "registerClassic":
        return json.dumps({"info_hash": "%040x" % time.monotonic_ns(), "name": "m", "size": 1, "piece_length": 1}
                          ), "application/json"
    return (json.dumps(JSON[name]), "application/json") if name in JSON else (None, None)


def need_of(operation, door):
    """How much a token has to allow: 0 none, 3 all."""
    scope = operation["x-scope"]
    if scope == "by web.register":
        return 2
    if scope is not None and scope.startswith("read,"):
        return 0 if door == "admin" else 1
    return NEEDS[scope]


def expected(operation, door, role):
    """The status class that a cell has to have, or the status of a refusal."""
    need = need_of(operation, door)
    if need == 3 and door == "public":
        return 403
    if NEEDS[role] >= need:
        return None
    return 401 if role is None else 403


def case_routes_by_roles_and_doors():
    torrent = Torrent("The matrix' own")
    number = HOST.register(torrent.data).json["id"]
    cells = 0
    for path, operations in DOCUMENT["paths"].items():
        target = path.replace("{hash}", "b" * 40).replace("{key}", str(number))
        target = target.replace("/tokens/{id}", "/tokens/77777").replace("{id}", str(number)).replace(
            "{torrent_id}", str(number))
        for (method, operation), door, role in itertools.product(
                operations.items(), ("public", "admin"), NEEDS):
            if operation["operationId"] == "removeTorrent":
                target = "/api/v1/torrents/77777"
            body, kind = body_of(operation["operationId"])
            got = HOST.ask(method.upper(), target, body, kind=kind, door=door, token=role and SCOPES[role])
            want = expected(operation, door, role)
            fine = got.status == want if want else got.status < 400 or (
                got.status == 404 and target.endswith("/77777"))
            assert fine, f"{method} {target} at {door} by {role}: {got.status} and not {want}: {got.body[:200]}"
            if got.status == 401:
                assert got.headers["www-authenticate"].startswith("Bearer")
            cells += 1
    tap.comment(f"{cells} cells")


def case_every_other_method_is_refused():
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get")
    for path in DOCUMENT["paths"]:
        target = path.replace("{hash}", "b" * 40).replace("{key}", "1").replace("{id}", "1").replace(
            "{torrent_id}", "1")
        here = {method.upper() for pattern, others in DOCUMENT["paths"].items() for method in others
                if tracker_api.matches(pattern, target)}
        here |= {"HEAD"} if "GET" in here else set()
        for method in methods:
            if method in here:
                continue
            got = HOST.ask(method, target)
            if method == "OPTIONS":
                assert got.status == 204, f"{method} {target}: {got.status}"
            else:
                assert got.status == 405, f"{method} {target}: {got.status}"
                assert method == "HEAD" or got.code == "method"
            assert here <= set(got.headers["allow"].split(", ")), (target, got.headers["allow"])


def case_head_is_get_without_a_body():
    for path in ("/api/v1/torrents", "/health", "/docs", "/api/v1/torrents/1", "/nowhere", "/api/v1/tokens"):
        head, get = HOST.ask("HEAD", path), HOST.ask("GET", path)
        assert head.status == get.status and head.body == b"", path
        if path != "/health":
            assert head.headers["content-length"] == get.headers["content-length"], path


def case_every_answer_that_is_described_was_seen():
    HOST.ask("POST", "/api/v1/reload", token=SCOPES["read"], door="admin")
    described = {(method.upper(), path, status) for path, operations in DOCUMENT["paths"].items()
                 for method, operation in operations.items() for status in operation["responses"]
                 if status != "default"}
    missing = sorted(described - SEEN)
    assert not missing, missing


def case_ends_well():
    HOST.close()


tap.main([case for name, case in list(globals().items()) if name.startswith("case_")])
