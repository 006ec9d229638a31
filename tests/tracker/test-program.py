#!/usr/bin/python3
"""test-program.py: the tracker as a program: what it serves, keeps, refuses and survives.

    test-program.py [CYCLES [SEED]]: how often it is killed, and by which seed
"""

import contextlib
import http.client
import itertools
import json
import multiprocessing
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from helpers import network, peers, tap, tracker, tracker_api
from helpers.tracker import STOP_SECONDS, folder, serve, stops

CYCLES = int(sys.argv[1]) if len(sys.argv) > 1 else 4
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
HASH = b"\x01%&=+ \xff\x00" + b"a" * 12
KEPT = 200  # of each kind of promise, how many are looked at after a kill
UNIT = os.environ.get("SHOAL_TRACKER_UNIT", "")
OPENTRACKER = """# as Debian has it
listen.tcp_udp 127.0.0.1:7070
listen.udp 127.0.0.1:7071
listen.udp.workers 2
access.whitelist white.txt
access.stats 192.168.0.23
tracker.user nobody
frobnicate yes
"""


def complete(server, info_hash, port):
    """A leecher that becomes a seeder, which the tracker counts before it answers."""
    server.announce("http", info_hash, peer_port=port, left=1, event="started")
    server.announce("http", info_hash, peer_port=port, left=0, event="completed")


def completed(server, info_hash):
    """How often the torrent was completed."""
    return tracker.http_scrape(*server.address("http"), info_hash)[1]


def case_serves_from_an_empty_folder():
    with folder() as where, serve(where) as server:
        assert os.stat(where).st_mode & 0o777 == 0o700
        for name in os.listdir(where):
            assert os.stat(os.path.join(where, name)).st_mode & 0o077 == 0, name
        assert server.token() and server.stats()["running"] is True
        stops(server)
        with serve(where) as again:
            assert again.token() is None, "a token is shown once"


def case_announces_over_everything():
    with folder() as where, serve(where) as server:
        number = 100
        for version in (4, 6):
            for scheme in ("http", "udp"):
                number += 1
                reply = server.announce(scheme, HASH, version, peer_port=number, left=1, event="started")
                assert 1800 <= reply[b"interval"] <= 1980, reply
        host, port = server.address("http")
        assert tracker.http_scrape(host, port, HASH) == (0, 0, 4)
        assert tracker.udp_scrape(*server.address("udp"), HASH) == (0, 0, 4)
        found = server.announce("http", HASH, peer_port=200, left=1)
        assert tracker.compact_peers(found[b"peers"]) == {("127.0.0.1", 101), ("127.0.0.1", 102)}, found
        assert tracker.compact_peers(found[b"peers6"], socket.AF_INET6) == {("::1", 103), ("::1", 104)}, found
        found = server.announce("udp", HASH, 6, peer_port=201, left=0)
        assert tracker.compact_peers(found[b"peers6"], socket.AF_INET6) == {("::1", 103), ("::1", 104)}, found
        server.announce("udp", HASH, 6, peer_port=201, left=0, event="stopped")
        stats = server.stats()
        assert (stats["swarms"], stats["leechers"], stats["seeders"]) == (1, 5, 0), stats
        assert stats["counts"]["announces_http"] == 3 and stats["counts"]["announces_udp"] == 4, stats


def case_restart_keeps_swarms_and_counts():
    with folder() as where:
        with serve(where) as server:
            complete(server, HASH, 1)
            server.announce("http", HASH, 6, peer_port=2, left=1)
            stops(server)
        with serve(where) as server:
            assert tracker.http_scrape(*server.address("http"), HASH) == (1, 1, 1), server.said()
            stats = server.stats()
            assert stats["completed"] == 1 and stats["peers"] == 2, stats
            stops(server, signal.SIGINT)


class Promises:
    """What the tracker has acknowledged; None stands for what was under way when it died."""

    def __init__(self, choice, token):
        self.choice, self.token = choice, token
        self.counts, self.settings, self.torrents, self.tokens, self.marks = {}, {}, {}, {}, {}
        self.server, self.http, self.number = None, None, 0

    def ask(self, *what, **more):
        """One request, by the administrator."""
        return self.server.api(*what, token=self.token, **more)

    def change(self, kept, key, value, wanted, *what, **more):
        """One request that changes one thing. Nothing is known of it until its answer has come."""
        was, kept[key] = kept.get(key), None
        status, answer = self.ask(*what, **more)
        assert status == wanted, (what, status, answer, was)
        kept[key] = value
        return answer

    def complete(self):
        """A completion."""
        info_hash = bytes([self.choice.randrange(8)]) * 20
        was, self.counts[info_hash] = self.counts.get(info_hash, 0), None
        self.number = self.number % 60000 + 1
        for left, event in ((1, "started"), (0, "completed")):
            reply = tracker.http_announce(*self.http, info_hash, peer_port=self.number, left=left, event=event)
            assert b"interval" in reply and b"failure reason" not in reply, reply
        self.counts[info_hash] = was + 1 if was is not None else None

    def set(self):
        """A setting."""
        name, value = self.choice.choice([("announce.numwant", str(self.choice.randrange(1, 200))),
                                          ("announce.interval", str(self.choice.randrange(1000, 10000)))])
        self.change(self.settings, name, value, 200, "PATCH", "/api/v1/settings", {name: value})

    def set_together(self):
        """Two settings that are changed at once, to the same number."""
        number = self.choice.randrange(1, 1000)
        together = {"announce.spread": str(number), "jobs.backups-kept": str(number)}
        self.change(self.settings, "announce.spread", str(number), 200, "PATCH", "/api/v1/settings", together)

    def register(self):
        """A torrent comes, or one that is there goes."""
        there = [key for key, is_there in self.torrents.items() if is_there]
        if there and self.choice.random() < 0.3:
            key = self.choice.choice(there)
            self.change(self.torrents, key, False, 204, "DELETE", f"/api/v1/torrents/{key}")
            return
        torrent = tracker_api.Torrent(f"number {self.choice.randrange(1 << 60)}")
        self.change(self.torrents, torrent.v1, True, 201, "POST", "/api/v1/torrents", torrent.data,
                    kind="application/x-bittorrent")

    def make_token(self):
        """A token comes, or one that is good is revoked."""
        good = [key for key, is_good in self.tokens.items() if is_good]
        if good and self.choice.random() < 0.5:
            key = self.choice.choice(good)
            self.change(self.tokens, key, False, 204, "DELETE", f"/api/v1/tokens/{key[0]}")
            return
        status, made = self.ask("POST", "/api/v1/tokens", {"name": "one", "scope": "read"})
        assert status == 201, made
        self.tokens[made["id"], made["token"]] = True

    def mark(self):
        """A mark comes, or goes."""
        key = f"ff{self.choice.randrange(20):038x}"
        if self.marks.get(key):
            self.change(self.marks, key, "", 204, "DELETE", f"/api/v1/marks/{key}")
        else:
            mark = self.choice.choice(["allowed", "denied"])
            self.change(self.marks, key, mark, 204, "PUT", f"/api/v1/marks/{key}", {"mark": mark})

    def check(self):
        """Everything that was acknowledged is there, and nothing that was taken away."""
        self.http = self.server.address("http")
        settings = {one["name"]: one["value"] for one in self.ask("GET", "/api/v1/settings")[1]["settings"]}
        marks = {one["info_hash"]: one["mark"] for one in self.ask("GET", "/api/v1/marks?per_page=200")[1]["marks"]}
        torrents = {key: self.ask("GET", f"/api/v1/torrents/{key}")[0] == 200 for key in self.torrents}
        listed = {one["id"]: one for one in self.ask("GET", "/api/v1/tokens")[1]["tokens"]}
        tokens = {key: key[0] in listed and listed[key[0]]["revoked_at"] is None for key in self.tokens}
        for number, secret in [key for key, is_good in self.tokens.items() if is_good is False][-3:]:
            status, _answer = self.server.api("GET", "/api/v1/settings", token=secret)
            assert status == 401, (number, status)
        counts = {info_hash: tracker.http_scrape(*self.http, info_hash)[1] for info_hash in self.counts}
        spread, backups = settings["announce.spread"], settings["jobs.backups-kept"]
        assert spread == backups or (spread, backups) == ("180", "7"), "all of a change, or none"
        for kept, found in ((self.settings, settings), (self.marks, marks), (self.torrents, torrents),
                            (self.tokens, tokens), (self.counts, counts)):
            for key, value in kept.items():
                now = found.get(key, "")
                assert value is None or str(value) == str(now), (key, value, now, self.server.said()[-2000:])
                kept[key] = now
            while len(kept) > KEPT:
                kept.pop(next(iter(kept)))


def case_kill_loses_nothing_acknowledged():
    tap.comment(f"seed {SEED}, {CYCLES} cycles")
    choice = random.Random(SEED)
    with folder() as where:
        promises = Promises(choice, tracker.TOKEN.search(tracker.command("init", where).stdout).group())
        works = [promises.complete, promises.set, promises.set_together, promises.register, promises.make_token, promises.mark]
        done = 0
        for cycle in range(CYCLES):
            with serve(where, "--set=jobs.snapshot=10") as server:
                promises.server = server
                promises.check()
                choice.choice(works)()
                done += 1
                killer = threading.Timer(choice.random() * 1.2, os.kill, (server.pid, signal.SIGKILL))
                killer.start()
                with contextlib.suppress(OSError, http.client.HTTPException, ValueError, IndexError):
                    while True:
                        choice.choice(works)()
                        done += 1
                killer.join()
                server.process.wait()
                assert server.process.returncode == -signal.SIGKILL, (cycle, server.process.returncode, server.said())
        tap.comment(f"{done} changes acknowledged")


def completes(port, number, until, said):
    """One of many clients: peer after peer comes, completes, and says so twice. Tells how many the tracker has acknowledged,
    and how many it died over."""
    done = doubted = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((f"127.9.{number}.1", 0))
        sock.settimeout(2)
        sock.connect(("127.0.0.1", port))
        asked = itertools.count(1)

        def ask(connection, action, body):
            wanted = (action, next(asked))
            sock.send(struct.pack(">QII", connection, *wanted) + body)
            while True:  # what comes late is of what was asked before
                reply = sock.recv(2048)
                if struct.unpack(">II", reply[:8]) == wanted:
                    return reply

        def announce(connection, turn, left, event):
            info_hash = struct.pack(">I", turn // 60000) + HASH[4:]  # a peer that comes again is counted once
            ask(connection, tracker.ANNOUNCE, info_hash + tracker.PEER_ID
                + struct.pack(">QQQIIIiH", 0, left, 0, event, 0, 0, 0, 1 + turn % 60000))
        connection, sure = None, False
        for turn in itertools.count():
            if time.monotonic() > until:
                break
            try:
                sure = True
                if connection is None:
                    connection = struct.unpack(">Q", ask(tracker.PROTOCOL_ID, tracker.CONNECT, b"")[8:])[0]
                announce(connection, turn, 1, tracker.EVENTS["started"])
                sure = False
                announce(connection, turn, 0, tracker.EVENTS["completed"])
                done, sure = done + 1, True
                announce(connection, turn, 0, tracker.EVENTS["completed"])
            except OSError:
                doubted, connection = doubted + (not sure), None
                time.sleep(0.02)
    said.put((done, doubted))


def case_many_clients_and_kills_count_right():
    """Eight clients complete side by side, each completion said twice, while the tracker is killed again and again: the sum
    has all that was acknowledged, and nothing twice."""
    choice, kills = random.Random(SEED), min(CYCLES, 60)  # sixty are more than a million announces
    seconds = 1.5 * (kills + 1)
    with folder() as where:
        port, said = network.free_ports(1)[0], multiprocessing.Queue()
        until = time.monotonic() + seconds
        clients = [multiprocessing.Process(target=completes, args=(port, number, until, said), daemon=True) for number in range(8)]
        for client in clients:
            client.start()
        for _ in range(kills):
            server = serve(where, hosts=("127.0.0.1",), port=port)
            time.sleep(0.5 + choice.random())
            os.kill(server.pid, signal.SIGKILL)
            server.process.wait()
        with serve(where, hosts=("127.0.0.1",), port=port) as server:
            sums = [said.get(timeout=seconds + 60) for _ in clients]
            done, doubted = sum(one[0] for one in sums), sum(one[1] for one in sums)
            stats = server.stats()
            tap.comment(f"{kills} kills, at least {3 * done} announces, {done} completions acknowledged, {doubted} in doubt, {stats['completed']} counted")
            assert 0 < done <= stats["completed"] <= done + doubted, (done, doubted, stats)
            stops(server)
        with serve(where) as server:
            assert server.stats()["completed"] == stats["completed"]


def write_config(where, text):
    """The folder's configuration."""
    os.makedirs(where, exist_ok=True)
    with open(os.path.join(where, "shoal-tracker.conf"), "w", encoding="utf-8") as file:
        file.write(text)


def case_reload():
    with folder() as where:
        write_config(where, "[announce]\ninterval = 1000\nmin-interval = 500\nspread = 0\n")
        with serve(where) as server:
            assert server.announce("http", HASH)[b"interval"] == 1000
            write_config(where, "[announce]\ninterval = 2000\nspread = 0\n[listen]\nudp-threads = 3\n")
            server.do("reload")
            assert server.announce("udp", HASH)[b"interval"] == 2000
            assert "listen.udp-threads" in server.said(), "what holds from the start is named"
            write_config(where, "[announce]\ninterval = 2\n")
            done = server.do("reload", code=3)
            assert ":2: [announce] interval" in done.stderr and "300" in done.stderr, done
            assert server.announce("http", HASH)[b"interval"] == 2000
            write_config(where, "[announce]\ninterval = 700\nmin-interval = 600\nspread = 0\n")
            os.kill(server.pid, signal.SIGHUP)
            network.until(lambda: server.announce("http", HASH)[b"interval"] == 700, 5, "SIGHUP reloads")
        tracker.command("reload", "--folder", where, code=1)


def case_backup_and_restore():
    with folder() as where:
        copy = os.path.join(os.path.dirname(where), "copy.db")
        with serve(where) as server:
            complete(server, HASH, 1)
            token = server.do("token", "make", "--name", "first one").stdout.strip()
            server.do("backup", copy)
            assert os.stat(copy).st_mode & 0o777 == 0o600
            assert [name for name in os.listdir(where) if name.endswith(".part")] == []
            server.do("token", "make", "--name", "second")
            done = server.do("restore", copy, code=1)
            assert "stop" in done.stderr, done
            stops(server)
        assert token.encode() not in open(copy, "rb").read()
        tracker.command("restore", copy, "--folder", where)
        names = [line.split("\t")[1] for line in tracker.command("token", "list", "--folder", where).stdout.splitlines()]
        assert names == ["first", "first one"], names
        with serve(where) as server:
            assert completed(server, HASH) == 1
        with open(copy, "r+b") as file:
            file.seek(100)
            file.write(os.urandom(3000))
        tracker.command("restore", copy, "--folder", where, code=4)
        tracker.command("token", "list", "--folder", where)


def case_imports_lists():
    with folder() as where:
        path = os.path.join(os.path.dirname(where), "list.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("# ours\n\n" + "ab" * 20 + " a name\r\n" + "cd" * 32 + "\nnonsense\n")
        with serve(where, "--mode", "listed") as server:
            refused = server.announce("http", b"\xab" * 20)
            assert b"failure reason" in refused, refused
            done = server.do("import", path)
            assert ":5: " in done.stderr and "2 are new" in done.stderr, done
            assert b"interval" in server.announce("http", b"\xab" * 20, peer_port=3)
            assert b"complete" in server.announce("http", b"\xcd" * 20, peer_port=3), "a v2 hash is cut"
            server.do("import", path, "--as", "denied")
            assert b"failure reason" in server.announce("http", b"\xab" * 20)
        done = tracker.command("import", path, "--as=none", "--folder", where)
        assert "2 were changed" in done.stderr, done


def case_imports_opentracker():
    with folder() as where:
        base = os.path.dirname(where)
        with open(os.path.join(base, "opentracker.conf"), "w", encoding="utf-8") as file:
            file.write(OPENTRACKER)
        with open(os.path.join(base, "white.txt"), "w", encoding="utf-8") as file:
            file.write("ef" * 20 + "\n")
        done = tracker.command("import", os.path.join(base, "opentracker.conf"), "--folder", where)
        for word in (":6: access.stats", ":7: tracker.user", ":8: frobnicate", "1 are new"):
            assert word in done.stderr, (word, done)
        checked = json.loads(tracker.command("check-config", "--json", "--folder", where).stdout)["settings"]
        assert checked["listen.http"] == "127.0.0.1:7070", checked
        assert checked["listen.udp"] == "127.0.0.1:7070;127.0.0.1:7071", checked
        assert (checked["tracker.mode"], checked["listen.udp-threads"]) == ("listed", "2"), checked
        with serve(where) as server:
            assert b"interval" in server.announce("http", b"\xef" * 20)
            assert b"failure reason" in server.announce("http", HASH)


def case_second_server_is_refused():
    with folder() as where, serve(where) as server:
        other = tracker.command("run", "--folder", where, "--http", "127.0.0.1:0", "--udp", "none", code=1)
        assert str(server.pid) in other.stderr, other
        assert server.announce("http", HASH)[b"complete"] == 1, "the first one goes on"
        stops(server)
        with open(os.path.join(where, "server"), "w", encoding="ascii") as file:
            file.write(f"{os.getpid()}\n")  # a stale id that another process has
        tracker.command("reload", "--folder", where, code=1)
        with serve(where):
            pass


def case_port_in_use_is_named():
    with folder() as where, serve(where) as server:
        host, port = server.address("http")
        done = tracker.command("run", "--folder", where + " 2", "--http", f"{host}:{port}", "--udp", "none", code=8)
        assert str(port) in done.stderr, done


BAD = [
    ("[announce]\nintervall = 900\n", ":2: ", "announce.interval"),
    ("[anounce]\n", ":1: ", "announce"),
    ("interval = 900\n", ":1: ", "[GROUP]"),
    ("[announce]\ninterval = soon\n", ":2: ", "300 to 10800"),
    ("[announce]\n\n# so\ninterval = 10801\n", ":4: ", "300 to 10800"),
    ("[announce]\ninterval = 900\ninterval = 900\n", ":3: ", "line 2"),
    ("[announce\n", ":1: ", "]"),
    ("[announce]\nwhat\n", ":2: ", "KEY = VALUE"),
    ("[tracker]\nmode = closed\n", ":2: ", "open, listed"),
    ("[tracker]\nurl = https://tracker.example.org\n", ":2: ", "placeholder"),
    ("[tracker]\nname = CHANGE ME\n", ":2: ", "placeholder"),
    ("[tracker]\nurl = ftp://a.b\n", ":2: ", "http"),
    ("[tracker]\nfull-scrape = true\n", ":2: ", "announce.full-scrape"),
    ("[listen]\nhttp = 6969\n", ":2: ", "0.0.0.0:6969"),
    ("[listen]\nhttp =\nudp =\n", "nowhere", "listen.http"),
    ("[listen]\nhttps = 127.0.0.1:0\n", "listen.certificate", "listen.key"),
    ("[listen]\nhttps = 127.0.0.1:0\ncertificate = /nowhere/a\nkey = /nowhere/b\n", "/nowhere/a", "/nowhere/b"),
    ("[listen]\nhttp = 127.0.0.1:7;127.0.0.1:7\n", "twice", "127.0.0.1:7"),
    ("[announce]\nmin-interval = 2000\n", "announce.min-interval", "2000"),
    ("[announce]\nnumwant = 60\nnumwant-max = 50\n", "announce.numwant", "60"),
    ("[announce]\nexternal-ipv4 = ::1\n", ":2: ", "IPv4"),
    ("[proxy]\ntrusted = 10.0.0.0/33\n", ":2: ", "10.0.0.0/8"),
    ("\0", "UTF-8", ""),
    ("x" * (1 << 20) + "y", "longer", ""),
]


def case_bad_configurations_are_refused():
    with folder() as where:
        for text, first, second in BAD:
            write_config(where, text)
            for verb in (["check-config"], ["run", "--udp=none"] if "listen" not in text else ["run"]):
                done = tracker.command(*verb, "--folder", where, code=3)
                said = done.stdout + done.stderr
                assert first in said and second in said, (text[:100], said)
            assert not os.path.exists(os.path.join(where, "tracker.db")), text[:100]
        write_config(where, "[announce]\nintervall = 1\n[listenn]\n")
        found = json.loads(tracker.command("check-config", "--json", "--folder", where, code=3).stdout)
        assert len(found["errors"]) == 2 and found["schema"] == 1, found
        done = tracker.command("run", "--folder", where, "--set", "announce.interval", code=3)
        assert "NAME=VALUE" in done.stderr, done


def case_init_makes_what_run_takes():
    with folder() as where:
        done = tracker.command("init", where)
        assert tracker.TOKEN.search(done.stdout), done
        assert os.stat(where).st_mode & 0o777 == 0o700
        assert "[announce]" in open(os.path.join(where, "shoal-tracker.conf"), encoding="utf-8").read()
        tracker.command("init", where, code=5)
        tracker.command("check-config", "--folder", where)
        with serve(where) as server:
            assert server.token() is None, "there is one already"
        sample = tracker.command("init", "--sample").stdout
        write_config(where, "\n".join(line[1:] if line.startswith("#") and not line.startswith("# ") else line
                                      for line in sample.splitlines()).replace("folder =\n", "\n"))
        done = tracker.command("check-config", "--folder", where, code=None)
        assert done.returncode == 0, done


def case_signals_in_every_phase():
    choice = random.Random(SEED)
    with folder() as where:
        with serve(where) as server:
            for number in range(50):
                complete(server, bytes([number]) * 20, 9)
        for delay in [0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, choice.random() * 0.2]:
            server = serve(where, wait=False)
            time.sleep(delay)
            os.kill(server.pid, signal.SIGTERM)
            code = server.finishes(STOP_SECONDS)
            assert code in (0, -signal.SIGTERM), (delay, code, server.said())
        with serve(where) as server:
            for _ in range(30):
                os.kill(server.pid, signal.SIGHUP)
            stats = server.stats()
            assert stats["swarms"] == 50 and stats["completed"] == 50, stats
            os.kill(server.pid, signal.SIGTERM)
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGTERM)
            assert server.finishes(STOP_SECONDS) in (0, -signal.SIGTERM)


def answers(host, port):
    """Whether an announce is answered; it may be turned away as long as those before are not seen to be gone."""
    with contextlib.suppress(OSError, IndexError):
        return tracker.http_announce(host, port, HASH)[b"complete"] == 1
    return False


def case_survives_too_many_connections():
    with folder() as where:
        os.makedirs(where)
        with serve(where, prefix=["prlimit", "--nofile=96:96"]) as server:
            assert "limits.connections" in server.said()
            host, port = server.address("http")
            for _ in range(3):
                with contextlib.ExitStack() as held:
                    for _ in range(150):
                        stream = socket.socket()
                        held.enter_context(stream)
                        stream.setblocking(False)
                        stream.connect_ex((host, port))
                    time.sleep(0.3)
                network.until(lambda: answers(host, port), 5, "it answers again")
            stops(server)


def case_tells_the_service_manager():
    with folder() as where, tempfile.TemporaryDirectory() as base, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        path = os.path.join(base, "notify")
        manager.bind(path)
        manager.settimeout(network.PATIENCE)

        def hears(word):
            seen = []
            while not seen or word not in seen[-1]:
                seen.append(manager.recv(4096).decode())
            return seen
        with serve(where, env={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"}) as server:
            ready = hears("READY=1")[-1]
            assert "STATUS=" in ready, ready
            assert server.token() is None, "a service's log has no secret"
            hears("WATCHDOG=1")
            os.kill(server.pid, signal.SIGHUP)
            reloading = hears("RELOADING=1")[-1]
            assert "MONOTONIC_USEC=" in reloading, reloading
            hears("READY=1")
            os.kill(server.pid, signal.SIGTERM)
            hears("STOPPING=1")
            server.finishes(STOP_SECONDS)


def case_secrets_stay_secret():
    with folder() as where, serve(where) as server:
        made = [server.token()] + [server.do("token", "make").stdout.strip() for _ in range(20)]
        server.do("stats"), server.do("token", "list"), server.do("reload")
        with open(f"/proc/{server.pid}/cmdline", "rb") as file:
            places = {"its command line": file.read()}
        with open(f"/proc/{server.pid}/environ", "rb") as file:
            places["its environment"] = file.read()
        places["its log"] = server.said().replace(made[0], "", 1).encode()
        for name in os.listdir(where):
            if os.path.isfile(os.path.join(where, name)):
                with open(os.path.join(where, name), "rb") as file:
                    places[name] = file.read()
        with open(f"/proc/{server.pid}/limits", encoding="ascii") as file:
            core = next(line.split() for line in file if line.startswith("Max core file size"))
        assert core[4:6] == ["0", "0"], "a core would have tokens in it"
        for place, data in places.items():
            for token in made:
                assert token.encode() not in data, place


def case_no_addresses_in_the_log():
    with folder() as where, serve(where) as server:
        before = len(server.said())
        for number in range(5):
            server.announce("http", HASH, peer_port=number + 4000)
        assert "127.0.0.1" not in server.said()[before:]


def case_tokens_are_made_and_revoked():
    with folder() as where:
        tracker.command("token", "list", "--folder", where, code=4)
        tracker.command("init", where)
        for server in (None, serve(where)):
            made = json.loads(tracker.command("token", "make", "--json", "--name", "a\tb", "--scope", "read", "--days", "3",
                                              "--folder", where).stdout)
            rows = [row.split("\t") for row in tracker.command("token", "list", "--folder", where).stdout.splitlines()]
            assert rows[-1][0] == str(made["id"]) and rows[-1][2:4] == ["read", "good"], rows
            tracker.command("token", "revoke", made["id"], "--folder", where)
            rows = [row.split("\t") for row in tracker.command("token", "list", "--folder", where).stdout.splitlines()]
            assert rows[-1][3] == "revoked", rows
            tracker.command("token", "revoke", 999, "--folder", where, code=1)
            tracker.command("token", "make", "--scope", "all", "--folder", where, code=2)
            if server:
                server.stop()


def case_mistakes_are_met_with_words():
    for arguments, word in ([["rum"], "run"], [["run", "--folde", "x"], "--folder"], [["backup"], "file"], [["token"], "make"],
                            [["help", "stat"], "stats"], [["stats", "x"], "x"], [["import"], "files"]):
        done = tracker.command(*arguments, code=2)
        assert word in done.stderr and done.stderr.startswith("shoal-tracker: "), done
    failed = json.loads(tracker.command("stats", "--json", "--folder", "/nowhere", code=None).stdout)
    assert failed["error"]["code"] and failed["schema"] == 1, failed


def case_unit_is_hardened():
    peers.need("systemd-analyze")
    if not UNIT:
        raise tap.Skip("no unit was built")
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", UNIT],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
