#!/usr/bin/python3
"""test-operator.py: what an operator meets: settings that go together, starts that fail, a disk that is full."""

import contextlib
import os
import re
import sqlite3
import subprocess
import tempfile

from helpers import network, quota, tap, tracker, tracker_api
from helpers.tracker import LOOPBACK, folder, serve, stops

HASH = b"o" * 20
OLDER = """DROP TRIGGER torrents_come; DROP TRIGGER torrents_go; DROP TRIGGER torrents_change; DROP TABLE run; DROP TABLE states;
DROP INDEX torrents_of_state_by_name; DROP INDEX torrents_of_state_by_size; DROP INDEX torrents_of_state_by_added;
DROP INDEX torrents_of_state_by_completed; CREATE INDEX torrents_by_state ON torrents (state); PRAGMA user_version = 1"""


def case_settings_change_together():
    """Settings that bound each other change at once; a change that is not right as a whole changes nothing."""
    with folder() as where:
        token = tracker.TOKEN.search(tracker.command("init", where).stdout).group()

        def patch(server, **values):
            return server.api("PATCH", "/api/v1/settings",
                              {f"announce.{name}".replace("_", "-"): value for name, value in values.items()}, token)

        def now(server):
            rows = {row["name"]: row["value"] for row in server.api("GET", "/api/v1/settings", token=token)[1]["settings"]}
            return rows["announce.min-interval"], rows["announce.interval"], rows["announce.spread"]

        with serve(where, "--set=announce.numwant=60") as server:
            assert patch(server, min_interval="3000", interval="4000")[0] == 200 and now(server)[:2] == ("3000", "4000")
            for values, name in (({"spread": "1", "interval": "2000"}, "announce.interval"),
                                 ({"spread": "1", "min_interval": "5000"}, "announce.min-interval"),
                                 ({"spread": "1", "interval": "9000", "min_interval": "9001"}, "announce.interval"),
                                 ({"spread": "1", "numwant": "50"}, "announce.numwant")):
                status, answer = patch(server, **values)
                assert status in (400, 409) and name in answer["error"]["message"], (values, answer)
            assert now(server) == ("3000", "4000", "180")
            assert patch(server, interval="600", min_interval="500")[0] == 200
            stops(server)
        with serve(where) as server:
            assert now(server) == ("500", "600", "180")
            assert patch(server, interval=None, min_interval=None)[0] == 200
            assert now(server)[:2] == ("900", "1800")


def case_start_says_what_to_do():
    """What keeps a tracker from starting is named with a way out of it."""
    with folder() as where, serve(where) as server:
        host, port = server.address("http")
        _host, udp = server.address("udp")
        other = os.path.join(where, "other")
        for options, words in ((["--http", f"{host}:{port}", "--udp", "none"], ("HTTP", f"{host}:{port}", "listen.http")),
                               (["--http", "none", "--udp", f"127.0.0.1:{udp}"], ("UDP", f"127.0.0.1:{udp}", "listen.udp")),
                               (["--http", "192.0.2.1:0", "--udp", "none"], ("192.0.2.1", "no such address"))):
            done = tracker.command("run", "--folder", other, "--admin", "127.0.0.1:0", *options, code=8)
            assert all(word in done.stderr for word in words), (words, done)
        with open(os.path.join(other, "tracker.db"), "wb") as file:
            file.write(os.urandom(100000))
        done = tracker.command("run", "--folder", other, "--http", "127.0.0.1:0", "--udp", "none", "--admin", "127.0.0.1:0",
                               code=4)
        assert "damaged" in done.stderr and "shoal-tracker restore" in done.stderr, done
        done = tracker.command("restore", os.path.join(where, "server"), "--folder", other, code=4)
        assert "no copy" in done.stderr, done
        stops(server)


def contents(where):
    """What each file of a folder has, but for the one that says which process has the folder."""
    files = [os.path.join(where, name) for name in os.listdir(where) if name != "server"]
    found = {}
    for path in filter(os.path.isfile, files):
        with open(path, "rb") as file:
            found[path] = file.read()
    return found


def case_database_of_a_newer_version():
    """It is refused by the server and by each command, with what to do, and nothing in the folder changes."""
    with folder() as where:
        tracker.command("init", where)
        with contextlib.closing(sqlite3.connect(os.path.join(where, "tracker.db"))) as db:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA user_version = 99")
        before = contents(where)
        for words in (["run", "--http=127.0.0.1:0", "--udp=none", "--admin=127.0.0.1:0"], ["token", "list"],
                      ["backup", where + ".copy"]):
            done = tracker.command(*words, "--folder", where, code=4)
            assert "a newer version of this program wrote it" in done.stderr, done
            assert words[0] != "run" or "install that version, or restore a copy from before it" in done.stderr, done
            assert contents(where) == before, words
        tracker.command("restore", os.path.join(where, "tracker.db"), "--folder", where + " too", code=4)


def case_database_of_an_older_version():
    """It is brought up to date once, with all that is in it; as it was it stays beside it, and can be restored."""
    with folder() as where:
        with serve(where, "--set=web.register=anyone") as server:
            token = server.token()
            for number in range(3):
                torrent = tracker_api.Torrent(f"number {number}")
                assert server.api("POST", "/api/v1/torrents", torrent.data, token, kind="application/x-bittorrent")[0] == 201
            stops(server)
        path = os.path.join(where, "tracker.db")
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.executescript(OLDER)

        def version(name):
            with contextlib.closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True)) as found:
                return found.execute("PRAGMA user_version").fetchone()[0]
        newest = tracker.command("init", where + " new") and version(os.path.join(where + " new", "tracker.db"))
        for start in range(2):
            with serve(where) as server:
                assert ("an older version's" in server.said()) == (start == 0), server.said()
                assert server.api("GET", "/api/v1/torrents", token=token)[1]["total"] == 3
                stops(server)
            assert (version(path), version(path + ".v1")) == (newest, 1)
        tracker.command("restore", path + ".v1", "--folder", where)
        with serve(where) as server:
            assert server.api("GET", "/api/v1/torrents", token=token)[1]["total"] == 3
            stops(server)


def case_folder_of_somebody_else():
    """Who may not write there is told whose the folder has to be."""
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*become, "true"], capture_output=True, check=False).returncode != 0:
        raise tap.Skip("nobody can become somebody else here")
    with tempfile.TemporaryDirectory() as base:
        os.chmod(base, 0o755)
        done = subprocess.run([*become, tracker.PROGRAM, "run", "--folder", f"{base}/kept", "--http=127.0.0.1:0", "--udp=none"],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 5 and f"{base}/kept" in done.stderr and "has to belong to the user" in done.stderr, done


def case_no_more_threads():
    """A start that gets too few threads says so; with all that it wants it serves."""
    with folder() as where, quota.tasks() as few:
        if few is None:
            raise tap.Skip("no control group can be made here")
        for number in range(3, 40):
            # LeakSanitizer looks from a thread of its own, which is not to be had.
            sane = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
            with tracker.ShoalTracker("few-threads", f"{where}-{number}", hosts=LOOPBACK[:1], prefix=few(number), wait=False,
                                      env=sane) as server:
                network.until(lambda it=server: not it.running() or " ready: " in it.said(), 20, "it serves, or has ended")
                if " ready: " in server.said():
                    stops(server)
                    break
                assert server.finishes(1) in (1, 8) and "no more threads" in server.said(), (number, server.said())
        assert "everything is kept" in server.said(), server.said()
        tap.comment(f"serves with {number - 1} threads")


def case_disk_is_full():
    """What cannot be kept is refused as such, and announces go on."""
    small = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
             'mount -t tmpfs -o size=900k none "$0" && exec "$@"']
    with folder() as where:
        os.makedirs(where)
        if subprocess.run([*small, where, "true"], capture_output=True, check=False).returncode != 0:
            raise tap.Skip("small disks cannot be made here")
        with serve(where, "--set=web.register=anyone", prefix=[*small, where]) as server:
            token = tracker.TOKEN.search(server.said()).group()
            for number in range(200):
                torrent = tracker_api.Torrent(f"number {number}", **{"x padding": "p" * 20000})
                status, answer = server.api("POST", "/api/v1/torrents", torrent.data, kind="application/x-bittorrent")
                if status != 201:
                    break
            assert (status, answer["error"]["code"]) == (507, "disk_full"), (number, status, answer)
            status, answer = server.api("PATCH", "/api/v1/settings", {"announce.interval": "2000", "announce.spread": "0"}, token)
            assert status in (200, 507), answer
            host, port = re.search(r"serves http://(\S+):(\d+)/", server.said()).groups()
            assert b"interval" in tracker.http_announce(host, int(port), HASH), "announces go on"
            assert number > 1


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
