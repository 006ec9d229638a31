#!/usr/bin/python3
"""test-admin.py: a tracker administered by the command, and servers that are none."""

import contextlib
import http.server
import json
import os
import shutil
import ssl
import subprocess
import threading

import lab
from helpers import tap, tracker_api

ALLOW = ("--allow", "local-tracker")  # trackers of the tests are on this machine


@contextlib.contextmanager
def place(*settings):
    """A tracker, a folder with a torrent for it and its token in a file, and how to administer it."""
    with tracker_api.Host(settings) as host, lab.Folder() as here:
        secret = here.write("token", host.admin + "\n")
        os.chmod(secret, 0o600)
        here.url = f"http://127.0.0.1:{host.ports['admin']}/announce"
        here.make("-t", here.url, *ALLOW)

        def admin(*words, token="token", url=here.url, **options):
            return here.shoal("tracker", *words, "--server", url, "--token-file", token, **options)

        yield host, here, admin


def case_register_list_and_remove():
    with place() as (_, here, admin):
        made = here.shoal("show", "content.torrent", "--json").json()
        added = admin("add", "content.torrent", "--json").json()["torrents"][0]
        assert added["new"] and added["state"] == "allowed" and added["id"] > 0, added
        assert (added["info_hash"], added["info_hash_v2"]) == (made["info_hash"], made["info_hash_v2"]), added
        assert added["announce"] and added["announce"][0].endswith("/announce"), added
        row = admin("list", "--plain").rows()
        assert row == [["torrent", str(added["id"]), made["info_hash"], "allowed", str(made["content_size"]),
                        "0", "0", "0", "content"]], row
        done = admin("list")
        assert "content" in done.out and "Page 1: 1 of 1" in done.err, done
        admin("remove", str(added["id"]))
        assert admin("list", "--json").json()["total"] == 0
        admin("remove", str(added["id"]), code=8).one_sentence()
        assert admin("remove", made["info_hash"], "--json", code=8).json()["error"]["code"] == "not_found"


def case_what_is_there_is_no_error():
    with place() as (_, here, admin):
        first = admin("add", "content.torrent", "--plain")
        again = admin("add", "content.torrent", "--plain")
        assert (first.row("new"), again.row("new")) == ("yes", "no"), (first, again)
        assert first.row("id") == again.row("id") and again.row("state") == "allowed", again
        assert again.rows()[4:] == first.rows()[4:] and again.rows()[4][0] == "announce", again


def case_search_sort_and_pages():
    with place() as (host, here, admin):
        for number, name in enumerate(("alpha one", "beta & two", "gamma=three")):
            host.register(tracker_api.Torrent(name, comment=f"c{number}").data)
        found = admin("list", "--query", "beta & t", "--json").json()
        assert [t["name"] for t in found["torrents"]] == ["beta & two"] and found["total"] == 1, found
        names = [r[-1] for r in admin("list", "--sort", "name", "--plain").rows()]
        assert names == ["alpha one", "beta & two", "gamma=three"], names
        page = admin("list", "--sort", "name", "--page", "2", "--per-page", "2", "--json").json()
        assert [t["name"] for t in page["torrents"]] == ["gamma=three"] and page["total"] == 3, page
        assert admin("list", "--state", "pending", "--json").json()["total"] == 0
        for words in (["--sort", "x"], ["--page", "0"], ["--per-page", "201"], ["--state", "x"]):
            admin("list", *words, code=2).one_sentence()


def case_allow_deny_unmark():
    with place() as (host, here, admin):
        made = here.shoal("show", "content.torrent", "--json").json()
        cut = {made["info_hash"], made["info_hash_v2"][:40]}

        def marks():
            rows = host.ask("GET", "/api/v1/marks", token=host.admin, door="admin").json["marks"]
            return {(row["info_hash"], row["mark"], row["note"]) for row in rows}

        admin("deny", "content.torrent", "--note", "a \"reason\"")
        assert marks() == {(one, "denied", "a \"reason\"") for one in cut}, marks()
        admin("allow", made["info_hash"])
        assert (made["info_hash"], "allowed", "") in marks(), marks()
        admin("unmark", "content.torrent")
        assert not marks(), marks()
        number = admin("add", "content.torrent", "--plain").row("id")
        admin("deny", number)
        assert admin("list", "--state", "denied", "--json").json()["torrents"][0]["id"] == int(number)


def case_stats_and_reload():
    with place() as (_, here, admin):
        admin("add", "content.torrent")
        assert admin("stats", "--plain").row("torrents") == "1"
        assert "Uptime" in admin("stats").out
        stats = here.shoal("tracker", "stats", "--server", here.url, "--json").json()["stats"]
        assert stats["torrents"] == 1 and isinstance(stats["version"], str), stats
        admin("reload")
        done = here.shoal("tracker", "reload", "--server", here.url, code=8)
        assert "hint: --token-file" in done.err, done


def case_tokens():
    with place() as (host, here, admin):
        done = here.shoal("tracker", "add", "content.torrent", "--server", here.url, "--json", code=8)
        assert done.json()["error"]["code"] == "unauthorized", done
        here.shoal("tracker", "add", "content.torrent", "--server", here.url, "--token-file", "-",
                   stdin=host.admin.encode())
        number, secret = host.make_token("register")
        path = here.write("weak", secret)
        assert "can be read by others" in admin("list", token="weak").err
        os.chmod(path, 0o600)
        assert admin("reload", token="weak", code=8).one_sentence()
        assert admin("deny", "1", "--json", token="weak", code=8).json()["error"]["code"] == "forbidden"
        host.ask("DELETE", f"/api/v1/tokens/{number}", token=host.admin, door="admin")
        assert admin("add", "content.torrent", "--json", token="weak", code=8).json()["error"]["code"] == "unauthorized"
        here.write("wrong", "shoal_" + "x" * 43)
        done = admin("add", "content.torrent", token="wrong", code=8)
        assert "x" * 43 not in done.out + done.err, done
        for text in (b"", b"two words", b"a\r\nX: y", b"\xff", b"x" * 5000):
            here.write("none", text)
            assert "does not hold a token" in admin("list", token="none", code=4).one_sentence()
        admin("list", token="absent", code=4).one_sentence()


def case_mistakes():
    with place() as (_, here, admin):
        for words in (["list", "x"], ["add"], ["remove"], ["stats", "x"], ["lst"]):
            admin(*words, code=2).one_sentence()
        here.shoal("tracker", "list", code=2).one_sentence()
        for url in ("udp://127.0.0.1:1", "x", "http://"):
            admin("list", url=url, code=2).one_sentence()
        admin("add", "-", token="-", code=2).one_sentence()
        here.write("x.torrent", b"de")
        admin("add", "x.torrent", code=4).one_sentence()
        admin("add", "content.torrent", "absent.torrent", code=4)
        admin("allow", "nonsense", code=4).one_sentence()


def case_create_registers():
    with place() as (_, here, admin):
        made = here.shoal("create", "content", "-o", "a.torrent", "--comment", "a", "-t", here.url, *ALLOW, "--register",
                          "--token-file", "token", "--link", "--qr", "--json").json()
        assert made["registered"]["new"] and made["registered"]["info_hash"] == made["info_hash"], made
        done = here.shoal("create", "content", "-o", "b.torrent", "--source", "b", "-t", here.url, *ALLOW, "--register",
                          "--token-file", "token", "--link")
        assert "Registered as" in done.out and "magnet:?" in done.out, done
        assert admin("list", "--json").json()["total"] == 2
        done = here.shoal("create", "content", "-o", "c.torrent", "--source", "c", "-t", here.url, *ALLOW, "--register",
                          "--seed", code=8)
        assert "hint: --token-file" in done.err and "c.torrent" in here.names(), done
        done = here.shoal("create", "content", "-o", "d.torrent", "-t", "udp://tracker.example:80", "--register",
                          code=2)
        assert "d.torrent" not in here.names()
        here.shoal("create", "content", "-o", "d.torrent", "--token-file", "token", code=2)
        here.shoal("create", "content", "-o", "d.torrent", "-t", "udp://tracker.example:80", "--register",
                   "--server", "http://127.0.0.1:1", code=8)
        assert "d.torrent" in here.names()


def case_create_registers_and_seeds():
    with place() as (_, here, admin):
        done = here.shoal("create", "content", "-o", "a.torrent", "-t", here.url, *ALLOW, "--register", "--token-file",
                          "token", "--seed", "--seed-for", "1s", "--port", "0", "--json")
        events = [json.loads(line) for line in done.out.splitlines()]
        assert events[0]["event"] == "created" and events[0]["registered"]["new"], events[0]
        assert any(event["event"] == "seeding" for event in events), events


# --- servers that are none ---


class Fake(http.server.ThreadingHTTPServer):
    """Answers whatever it is asked with the same bytes; keeps what came."""

    daemon_threads = True

    def __init__(self, status, body, headers=(), wait=None):
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            def answer(self):
                self.server.seen.append((self.path, self.headers.get("Authorization")))
                if wait is not None:
                    wait.wait(30)
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):
                    for chunk in body if isinstance(body, list) else [body]:
                        self.wfile.write(chunk)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"

    def handle_error(self, *_):
        pass

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


GARBAGE = {
    "no-json": (200, b"<html>hello</html>"),
    "nothing": (200, b""),
    "list": (200, b"[]"),
    "number": (200, b"7"),
    "deep": (200, b'{"a":' + b"[" * 100000),
    "no-members": (200, b"{}"),
    "wrong-types": (200, b'{"torrents":[{"id":"x","name":7}],"total":"many"}'),
    "elements-that-are-none": (200, b'{"torrents":[null,[],7]}'),
    "many": (200, b'{"torrents":[' + b"0," * 20000 + b"0]}"),
    "not-text": (200, b'{"torrents":"\xff\xfe"}'),
    "huge": (200, [b"[" + b" " * 65536] * 300),
    "page-not-found": (404, b"<html>"),
    "error-of-another-form": (403, b'{"error":"no"}'),
    "broken": (500, b'{"error":{"code":"x","message":"it \x1b[31mburns\\u0007"}}'),
    "endless-words": (500, b'{"error":{"message":"' + b"y" * 60000 + b'"}}'),
    "conflict-without-id": (409, b'{"error":{"message":"so"}}'),
}


def case_garbage():
    with lab.Folder() as here:
        here.make()
        for name, (status, body) in GARBAGE.items():
            with Fake(status, body) as fake:
                for words in (["list"], ["add", "content.torrent"]):
                    done = here.shoal("tracker", *words, "--server", fake.url, code=8)
                    assert len(done.one_sentence()) < 600, name
                if name != "no-members":
                    here.shoal("tracker", "stats", "--server", fake.url, "--json", code=None)


def case_redirects_are_not_followed():
    with lab.Folder() as here, Fake(200, b'{"torrents":[],"total":0}') as other:
        here.write("token", "secret")
        for status in (301, 302, 307, 308):
            with Fake(status, b"", [("Location", other.url)]) as fake:
                done = here.shoal("tracker", "list", "--server", fake.url, "--token-file", "token", code=8)
                assert "not followed" in done.one_sentence()
                assert fake.seen[0][1] == "Bearer secret" and not other.seen, (fake.seen, other.seen)


def case_paths_behind_a_proxy():
    with lab.Folder() as here, Fake(200, b'{"torrents":[],"total":0}') as fake:
        for path, at in (("", ""), ("announce", ""), ("t/announce", "t/"), ("announce/key", ""), ("announce.php", ""),
                         ("announcements", "announcements/"), ("t/", "t/"), ("t", "t/")):
            here.shoal("tracker", "list", "--server", fake.url + path)
            assert fake.seen.pop()[0].startswith(f"/{at}api/v1/torrents?"), path
        here.shoal("tracker", "list", "--server", fake.url.replace("//", "//user:word@"), code=8)
        assert not fake.seen


def case_slow_and_away():
    with lab.Folder() as here:
        let_go = threading.Event()
        with Fake(200, b"{}", wait=let_go) as fake:
            done = here.shoal("tracker", "stats", "--server", fake.url, "--timeout", "1s", code=8)
            assert "in time" in done.one_sentence()
            process = here.start("tracker", "stats", "--server", fake.url)
            while len(fake.seen) < 2:
                let_go.wait(0.01)
            process.send_signal(2)
            assert lab.finish(process).code == 130
            let_go.set()
        done = here.shoal("tracker", "stats", "--server", fake.url, "--json", code=8)
        assert done.json()["error"]["code"] == "tracker", done


def case_certificates_are_verified():
    if shutil.which("openssl") is None:
        raise tap.Skip("openssl is not installed")
    with lab.Folder() as here, Fake(200, b'{"torrents":[],"total":0}') as fake:
        here.write("token", "secret")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", here.at("key"), "-out",
                        here.at("cert"), "-subj", "/CN=localhost", "-days", "1"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(here.at("cert"), here.at("key"))
        fake.socket = context.wrap_socket(fake.socket, server_side=True)
        done = here.shoal("tracker", "list", "--server", fake.url.replace("http:", "https:"), "--token-file", "token",
                          code=8)
        assert "certificate" in done.one_sentence().lower() and not fake.seen, (done, fake.seen)


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
