#!/usr/bin/python3
"""test-verbs-network.py: the verbs that go to the network, flag by flag, with real peers and trackers.

All of it happens in a network of the test's own.
"""

import functools
import http.server
import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time

from helpers import network, others, relay, swarm, tap

SHOAL = swarm.SHOAL
HASH = "0123456789abcdef0123456789abcdef01234567"
MIB = 1 << 20


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-")))
    run.__name__ = case.__name__
    return run


def run(*arguments, code=0):
    """Runs the command to its end."""
    done = subprocess.run([SHOAL, *arguments], capture_output=True, timeout=2 * network.PATIENCE, check=False,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == code, (arguments, done)
    return done


def answer(*arguments, code=0):
    """The document that the command prints."""
    found = json.loads(run(*arguments, "--json", code=code).stdout)
    assert found["schema"] == 1
    return found


def one_sentence(done):
    """Checks that the command has said one thing only, perhaps with a hint, and returns it."""
    first, *hints = done.stderr.decode().splitlines()
    assert first.startswith("shoal: ") and len(hints) <= 1 and all(hint.startswith("hint: ") for hint in hints), done
    return first


# --- what is fetched, and in which order ---

TREE = {"a.bin": 200001, "b/b.bin": 70000, "b/empty": 0, "c.bin": 300000, "d.bin": 5}


def select_files(lab, kind, chosen, wanted):
    """Fetches some files of a tree; the names of what is there then."""
    torrent = lab.torrent("tree", TREE, kind)
    with lab.seed(torrent) as seed, lab.download(torrent, "--select", chosen, peers_at=[seed.at()]) as leech:
        assert leech.finishes(20) == 0, leech.log
        end = leech.last()
        assert end["event"] == "stopped" and end["reason"] == "complete", end
        assert end["wanted_left"] == 0 and 0 < end["wanted"] < end["total"], end
        hidden = [name for name in os.listdir(leech.folder) if name != torrent.name]
        assert len(hidden) == (kind == "v1") and all(name.startswith(".tree.") for name in hidden), hidden
        root = os.path.join(leech.folder, torrent.name)
        for name in wanted:
            with open(os.path.join(root, name), "rb") as got, \
                    open(os.path.join(torrent.content, torrent.name, name), "rb") as sent:
                assert got.read() == sent.read(), name
        return sorted(os.path.relpath(os.path.join(at, name), root) for at, _, names in os.walk(root)
                      for name in names)


@in_lab
def case_select(lab):
    assert select_files(lab, "hybrid", "2,4", ["b/b.bin", "c.bin"]) == ["b/b.bin", "c.bin"]
    assert select_files(lab, "hybrid", "3-5", ["b/empty", "c.bin", "d.bin"]) == ["b/empty", "c.bin", "d.bin"]


@in_lab
def case_select_where_files_share_pieces(lab):
    # The first piece of c.bin begins in b.bin: that part of it lies in the hidden part file.
    assert select_files(lab, "v1", "3-5", ["b/empty", "c.bin", "d.bin"]) == ["b/empty", "c.bin", "d.bin"]


def part_of(lab, option, limit, share):
    """The pieces, of 192, that are there when less than a share is left of what is fetched in such an order."""
    torrent = lab.torrent("one.bin", 6 * MIB, "v1", piece="32KiB")
    with lab.seed(torrent) as seed, relay.Relay(seed.at(), 4 * MIB, int(6 * MIB * (1.1 - share))) as some, \
            lab.download(torrent, option, "--limit-down", limit, peers_at=[some.at]) as leech:
        network.until(lambda: leech.events() and leech.last()["left"] < share * leech.last()["total"], 20,
                      f"a part is here ({leech.log})")
        os.kill(leech.pid, signal.SIGINT)
        assert leech.finishes(5) == 130
        return pieces_of(torrent, leech.folder, 32768)


@in_lab
def case_sequential(lab):
    here = part_of(lab, "--sequential", "2M", 0.6)
    in_order = sum(number == place for place, number in enumerate(here))
    # Beside those in their order, what was under way, and up to ten that came while choked (BEP 6).
    assert len(here) >= 60 and len(here) - in_order < 20, here


@in_lab
def case_edges_first(lab):
    here = part_of(lab, "--edges-first", "1M", 0.8)
    assert here[0] == 0 and here[-1] == 191 and len(here) < 160, here


@in_lab
def case_prefer(lab):
    torrent = lab.torrent("tree", {f"{name}.bin": 2 * MIB for name in "abcd"}, "hybrid")
    with lab.seed(torrent) as seed:
        for options, there, absent in ((["--prefer", "3"], "c", ()), (["--prefer", "2", "--select", "4"], "b", "ac")):
            with relay.Relay(seed.at(), 4 * MIB, 7 * MIB // 2) as some, \
                    lab.download(torrent, *options, "--limit-down", "1M", peers_at=[some.at]) as leech:
                network.until(lambda: leech.events() and leech.last()["left"] < leech.last()["total"] - 3 * MIB, 30,
                              f"a part is here ({leech.log})")
                os.kill(leech.pid, signal.SIGINT)
                assert leech.finishes(5) == 130
                here = torrent.digests(leech.folder)
                made = torrent.digests(torrent.content)
                assert here[f"{there}.bin"] == made[f"{there}.bin"], (options, here)
                assert not any(f"{name}.bin" in here for name in absent), here
    refused = lab.download(torrent, "--prefer", "5")
    with refused:
        assert refused.finishes(5) == 2


def pieces_of(torrent, folder, size):
    """The numbers of the pieces of a single file that are there."""
    with open(os.path.join(folder, torrent.name), "rb") as got, \
            open(os.path.join(torrent.content, torrent.name), "rb") as sent:
        pairs = iter(lambda: (got.read(size), sent.read(size)), (b"", b""))
        return [number for number, (a, b) in enumerate(pairs) if a == b]


# --- names ---

def listed(folder):
    """The files below a folder, by their paths."""
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


@in_lab
def case_rename(lab):
    torrent = lab.torrent("tree", TREE, "hybrid")
    names = ["--rename", "1=films/one.mkv", "--rename", "3=../../outside"]
    with lab.seed(torrent) as seed:
        for source in (torrent.file, torrent.magnet()):
            folder = lab.path("download")
            for given in (names, []):  # the second run remembers what they are called
                words = ["download", source, "-d", folder, *given, "--bind", "127.0.0.1", "--peer", seed.at()]
                with lab.shoal(words, "127.0.0.1", folder) as leech:
                    assert leech.finishes(20) == 0, leech.log
                    told = {event["file"]: event["path"] for event in leech.events("renamed")}
                    assert told == ({1: "films/one.mkv", 3: "outside"} if given else {}), told
                assert listed(folder) == ["tree/b/b.bin", "tree/c.bin", "tree/d.bin", "tree/films/one.mkv",
                                          "tree/outside"], listed(folder)
            with open(os.path.join(folder, "tree/films/one.mkv"), "rb") as got, \
                    open(os.path.join(torrent.content, "tree/a.bin"), "rb") as sent:
                assert got.read() == sent.read()


@in_lab
def case_rename_of_a_single_file(lab):
    torrent = lab.torrent("one.bin", 300000)
    with lab.seed(torrent) as seed:
        folder = lab.path("download")
        words = ["download", torrent.file, "-d", folder, "--rename", "1=two.bin", "--on-complete", "echo %f %n", "--bind",
                 "127.0.0.1", "--no-trackers", "--peer", seed.at()]
        said = run(*words).stderr.decode()
        assert f"\n{folder}/two.bin one.bin\n" in said and "File 1 is “two.bin”" in said, said
        assert listed(folder) == ["two.bin"]
        run("seed", torrent.file, folder, "--no-trackers", "--bind", "127.0.0.1", "--seed-for", "1s")
        with open(os.path.join(folder, "mine"), "wb"):
            pass
        words[5] = "1=mine"
        assert answer_of_events(run(*words, "--json", code=5))["error"]["code"] == "exists"
        words[5] = "1=.."
        assert answer_of_events(run(*words, "--json", code=2))["error"]["code"] == "usage"
        assert listed(folder) == ["mine", "two.bin"]


def answer_of_events(done):
    """The last event."""
    return json.loads(done.stdout.splitlines()[-1])


# --- limits ---

def rate_over(peer, key, seconds):
    """Bytes a second by what the peer says of itself, over a while after it has begun."""
    def after(start, wait):
        return [e for e in peer.events("progress") if e[key] > 0 and e["elapsed_ms"] >= start + wait]
    network.until(lambda: after(0, 0), 10, f"{peer.name} has begun ({peer.log})")
    first = after(0, 0)[0]
    network.until(lambda: after(first["elapsed_ms"], seconds * 1000), seconds + 5, f"{seconds} s are over ({peer.log})")
    last = after(first["elapsed_ms"], seconds * 1000)[0]
    return (last[key] - first[key]) * 1000 / (last["elapsed_ms"] - first["elapsed_ms"])


@in_lab
def case_limit_down(lab):
    torrent = lab.torrent("one.bin", 24 * MIB, "v1", piece="256KiB")
    with lab.seed(torrent) as seed, lab.download(torrent, "--limit-down", "2M", peers_at=[seed.at()]) as leech:
        assert MIB // 4 < rate_over(leech, "downloaded", 3) < 4 * MIB


@in_lab
def case_limit_up(lab):
    torrent = lab.torrent("one.bin", 24 * MIB, "v1", piece="256KiB")
    with lab.seed(torrent, "--limit-up", "2MiB") as seed, lab.download(torrent, peers_at=[seed.at()]):
        assert MIB // 4 < rate_over(seed, "uploaded", 3) < 4 * MIB


@in_lab
def case_seed_ratio(lab):
    torrent = lab.torrent("one.bin", 300000)
    with lab.seed(torrent, "--until-ratio", "1") as seed:
        with lab.download(torrent, peers_at=[seed.at()]) as leech:
            leech.completes()
        assert seed.finishes(10) == 0 and seed.last()["reason"] == "ratio", seed.last()
        assert seed.last()["uploaded"] >= 300000, seed.last()


@in_lab
def case_seed_for(lab):
    torrent = lab.torrent("one.bin", 300000)
    with lab.seed(torrent) as seed:
        with lab.download(torrent, "--seed-for", "1s", peers_at=[seed.at()]) as leech:
            assert leech.finishes(20) == 0, leech.log
            kinds = [event["event"] for event in leech.events()]
            assert kinds.index("complete") < kinds.index("seeding") < kinds.index("stopped") == len(kinds) - 1
            assert leech.last()["reason"] == "time"


@in_lab
def case_timeout_is_incomplete(lab):
    torrent = lab.torrent("one.bin", 300000)
    with lab.download(torrent, "--timeout", "1s") as leech:
        assert leech.finishes(10) == 7, leech.log
        error = leech.events("error")[0]
        assert error["schema"] == 1 and error["error"]["code"] == "timeout", error
        assert leech.last()["event"] == "stopped" and leech.last()["reason"] == "timeout"


# --- torrents from the web ---

class Quiet(http.server.SimpleHTTPRequestHandler):
    """A web server that logs nothing."""

    def log_message(self, *_):
        pass


def serve(folder):
    """A web server for a folder; give it to contextlib.closing or shut it down."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


@in_lab
def case_url(lab):
    torrent = lab.torrent("one.bin", 300000)
    server, base = serve(os.path.dirname(torrent.file))
    with lab.seed(torrent) as seed:
        torrent_url = f"{base}/{os.path.basename(torrent.file)}"
        folder = lab.path("download")
        run("download", torrent_url, "-d", folder, "--no-trackers", "--bind", "127.0.0.1", "--peer", seed.at())
        torrent.check(folder)
    assert "404" in one_sentence(run("download", base + "/none.torrent", code=8))
    assert answer("download", base + "/none.torrent", code=8)["error"]["code"] == "fetch"
    with open(os.path.join(os.path.dirname(torrent.file), "bad.torrent"), "w", encoding="ascii") as bad:
        bad.write("<html>")
    assert "bad.torrent" in one_sentence(run("download", base + "/bad.torrent", code=4))
    server.shutdown()
    server.server_close()
    assert "refused" in one_sentence(run("download", base + "/none.torrent", code=8))


# --- trackers ---

@in_lab
def case_announce_and_scrape(lab):
    port = network.free_ports(1)[0]
    urls = others.tracker_urls(port)
    torrent = lab.torrent("one.bin", 100000, trackers=[urls["http"], urls["udp"]])
    hash_v1 = torrent.identity()[0].hex()
    with others.opentracker(lab, port, [torrent]):
        for kind in ("http", "udp"):
            ask_one_tracker(urls[kind], hash_v1)
        found = answer("tracker", "scrape", torrent.file)
        assert [one["url"] for one in found["trackers"]] == [urls["http"], urls["udp"]], found
        assert all(one["torrents"][0]["info_hash"] == hash_v1 for one in found["trackers"]), found
        shown = answer("show", "--scrape", torrent.file)
        assert [one["problem"] for one in shown["scrape"]] == [None, None], shown
        rows = run("tracker", "announce", torrent.file, "--plain").stdout.decode().splitlines()
        assert rows[0] == "tracker\t" + urls["http"] and "leechers\t1" in rows, rows
        assert "Seeders" in run("show", "--scrape", torrent.file).stdout.decode()
        refused = run("tracker", "announce", urls["udp"], "-i", HASH, "--timeout", "5s", code=8)
        assert urls["udp"] in one_sentence(refused)


def ask_one_tracker(url, info_hash):
    """Announces a seed that stays and a leech that goes, and counts them."""
    run("tracker", "announce", url, "-i", info_hash, "--left", "0", "--port", "7001", "--stay")
    found = answer("tracker", "announce", url, "-i", info_hash, "--port", "7002", "--numwant", "9")["trackers"][0]
    assert found["seeders"] == 1 and found["leechers"] == 1 and found["interval"] > 0, found
    assert "127.0.0.1:7001" in found["peers"], found
    swarm_now = answer("tracker", "scrape", url, "-i", info_hash)["trackers"][0]["torrents"][0]
    assert (swarm_now["info_hash"], swarm_now["seeders"], swarm_now["leechers"]) == (info_hash, 1, 0), swarm_now
    run("tracker", "announce", url, "-i", info_hash, "--left", "0", "--port", "7001", "--event", "stopped")
    assert answer("tracker", "scrape", url, "-i", info_hash)["trackers"][0]["torrents"][0]["seeders"] == 0


@in_lab
def case_no_tracker_there(lab):
    for url, words, seconds in (("http://127.0.0.1:1/announce", "refused", 20), ("udp://127.0.0.1:1/announce", "in time", 1),
                                ("http://nowhere.invalid/announce", "nowhere.invalid", 20)):
        for verb in ("announce", "scrape"):
            command = ("tracker", verb, url, "-i", HASH, "--timeout", f"{seconds}s")
            assert words in one_sentence(run(*command, code=8)), command
            found = answer(*command, code=8)
            assert found["error"]["code"] == "tracker" and url in found["error"]["message"], found
    torrent = lab.torrent("one.bin", 1000, trackers=["http://127.0.0.1:1/announce"])
    assert "refused" in one_sentence(run("show", "--scrape", torrent.file, code=8))


@in_lab
def case_tracker_failures_are_told_once(lab):
    url = "http://127.0.0.1:1/announce"
    torrent = lab.torrent("one.bin", 300000)
    with lab.seed(torrent, "--tracker", url) as seed:
        told = seed.says("tracker")
        assert told["url"] == url and "refused" in told["message"] and told["kind"] == "failure", told
        with lab.download(torrent, "--tracker", url, peers_at=[seed.at()]) as leech:
            leech.completes()
        assert len(seed.events("tracker")) == 1
    process = subprocess.Popen([SHOAL, "seed", torrent.file, torrent.content, "--no-trackers", "-t", url,
                                "--seed-for", "2s", "--bind", "127.0.0.1"], stderr=subprocess.PIPE)
    said = process.communicate(timeout=network.PATIENCE)[1].decode()
    assert process.returncode == 0 and said.count(f"warning: tracker “{url}”: ") == 1, said


# --- peers ---

@in_lab
def case_peer_by_name(lab):
    torrent = lab.torrent("one.bin", 300000)
    with lab.seed(torrent) as seed:
        port = seed.at().rsplit(":", 1)[1]
        with lab.download(torrent, peers_at=[f"localhost:{port}", f"nowhere.invalid:{port}"]) as leech:
            leech.completes()
            torrent.check(leech.folder)


@in_lab
def case_create_and_seed(lab):
    content = lab.path("content")
    swarm.trees.make(content, {"tree/a.bin": 200000, "tree/b": 5})
    os.utime(os.path.join(content, "tree/a.bin"), (10 ** 9, 10 ** 9))
    file = lab.path("tree") + ".torrent"
    with lab.shoal(["create", os.path.join(content, "tree"), "-o", file, "--seed", "--bind", "127.0.0.1",
                    "--seed-ratio", "1"], "127.0.0.1", content) as seed:
        made = seed.says("created")
        assert seed.says("seeding")["hashed"] == 5, "only what was written to just now is read again"
        assert made["torrent"] == file and made["magnet"].startswith("magnet:?xt=urn:btih:" + made["info_hash"])
        torrent = swarm.Torrent("tree", file, content, ["tree/a.bin", "tree/b"])
        with lab.download(torrent, peers_at=[seed.at()]) as leech:
            leech.completes()
            torrent.check(leech.folder)
        assert seed.finishes(10) == 0 and seed.last()["reason"] == "ratio"
    done = run("create", os.path.join(content, "tree"), "-o", file, "--force", "--seed", "--seed-for", "1s",
               "--link", "--quiet", "--bind", "127.0.0.1")
    assert done.stdout.decode().startswith("magnet:?xt=urn:btih:") and done.stderr == b"", done
    run("create", os.path.join(content, "tree"), "--name", "other", "--seed", code=2)


@in_lab
def case_super_seed(lab):
    torrent = lab.torrent("one.bin", 4 * MIB + 1, "v1", piece="32KiB")
    with lab.seed(torrent, "--super-seed", "--many-per-address") as seed:
        at = seed.at()
        with lab.download(torrent, "--seed", "--many-per-address", "--port", str(network.free_ports(1)[0]),
                          peers_at=[at]) as one:
            with lab.download(torrent, "--seed", "--many-per-address", peers_at=[at, one.at()]) as two:
                for leech in (one, two):
                    leech.says("complete", 30)
                    torrent.check(leech.folder)
                network.until(lambda: seed.last()["uploaded"] >= 4 * MIB, 5, f"the last picture is here ({seed.log})")
                sent = seed.last()["uploaded"]
                assert sent < 1.25 * (4 * MIB), sent
                tap.comment(f"the super-seed sent {sent / (4 * MIB):.2f} copies")


@in_lab
def case_super_seed_alone_with_a_leech(lab):
    torrent = lab.torrent("one.bin", MIB, piece="32KiB")
    with lab.seed(torrent, "--super-seed") as seed, lab.download(torrent, peers_at=[seed.at()]) as leech:
        leech.completes()
        torrent.check(leech.folder)


# --- the command at the end ---

@in_lab
def case_on_complete(lab):
    name = "$(touch x);a 'b"
    torrent = lab.torrent(name, 100000)
    out = lab.path("out")
    script = f"{sys.executable} -c 'import os,sys; open(sys.argv[1], \"w\").write(repr((sys.argv[2:], " \
             f"os.environ[\"SHOAL_NAME\"], os.environ[\"SHOAL_DIR\"])))' {out} %f %n 100%% %i"
    with lab.seed(torrent) as seed:
        with lab.download(torrent, "--on-complete", script, peers_at=[seed.at()]) as leech:
            leech.completes()
            with open(out, encoding="utf-8") as file:
                got = eval(file.read())  # the test's own words
            path = os.path.join(leech.folder, name)
            assert got == ([path, name, "100%", torrent.identity()[0].hex()], name, leech.folder), got
        for command in ("false", "/nowhere/at/all", "sh -c 'kill $$'"):
            with lab.download(torrent, "--on-complete", command, peers_at=[seed.at()]) as leech:
                assert leech.finishes(20) == 1, leech.log
                assert leech.events("error")[0]["error"]["code"] == "on-complete"
                torrent.check(leech.folder)


# --- what the person sees ---

def on_terminal(arguments, columns=100, until=None, env=None):
    """What a terminal of so many columns gets on standard error, until a text is in it; then Ctrl-C."""
    main, side = pty.openpty()
    subprocess.run(["stty", "cols", str(columns)], stdin=side, check=True)
    process = subprocess.Popen([SHOAL, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=side,
                               env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **(env or {})})
    os.close(side)
    shown, end = b"", time.monotonic() + 2 * network.PATIENCE
    while time.monotonic() < end:
        if not select.select([main], [], [], 0.1)[0]:
            continue
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        shown += part
        if until is not None and until in shown:
            process.send_signal(signal.SIGINT)
            until = None
    os.close(main)
    process.wait(network.PATIENCE)
    return shown.decode("utf-8", "replace")


@in_lab
def case_progress_line(lab):
    torrent = lab.torrent("one.bin", 8 * MIB, "v1")
    with lab.seed(torrent) as seed:
        for columns, locale, arrow in ((100, "C.UTF-8", "↓"), (45, "C.UTF-8", "↓"), (100, "C", "down")):
            words = ["download", torrent.file, "-d", lab.path("download"), "--no-trackers", "--bind", "127.0.0.1",
                     "--peer", seed.at(), "--limit-down", "3M"]
            shown = on_terminal(words, columns, env={"LC_ALL": locale})
            lines = [line for line in shown.replace("\x1b[K", "").split("\r") if " %  " in line]
            lines = [line for line in lines if not line.startswith("Verifying")]  # of a machine that is busy
            assert lines and all(len(line) < columns for line in lines), lines
            assert any(arrow in line for line in lines), lines
            assert any("ETA" in line for line in lines) == (columns == 100), lines
            assert all(line.startswith("[") == (columns == 100) for line in lines), lines
            assert shown.isascii() == (locale == "C"), shown
            assert "Complete and verified: 8.0" in shown and "1 peer" in "".join(lines) or columns < 100, shown


@in_lab
def case_verification_is_shown(lab):
    content = lab.path("content")
    os.mkdir(content)
    with open(os.path.join(content, "big"), "wb") as file:
        file.truncate(1 << 30)
    torrent = lab.path("big") + ".torrent"
    run("create", os.path.join(content, "big"), "-o", torrent, "-f", "v1", "-q")
    shown = on_terminal(["seed", torrent, content, "--no-trackers", "--bind", "127.0.0.1"], until=b"Verifying [")
    assert "Verifying [" in shown and "1.0\u00a0GiB" in shown, shown
    with lab.shoal(["seed", torrent, content, "--no-trackers", "--bind", "127.0.0.1"], "127.0.0.1", content) as seed:
        seed.says("seeding", 20)
        assert all(e["verified"] <= e["total"] == 1 << 30 for e in seed.events("verifying")), seed.log


@in_lab
def case_quiet_is_silent(lab):
    torrent = lab.torrent("one.bin", MIB)
    with lab.seed(torrent) as seed:
        words = ["download", torrent.file, "-d", lab.path("download"), "--no-trackers", "--bind", "127.0.0.1",
                 "--peer", seed.at(), "-q", "--tracker", "http://127.0.0.1:1/announce"]
        assert on_terminal(words) == ""
        assert "Waiting for peers" in on_terminal(["download", torrent.file, "-d", lab.path("other"), "--no-trackers",
                                                   "--bind", "127.0.0.1"], until=b"Waiting for peers")


@in_lab
def case_who_asks_nobody_is_told(lab):
    """Neither tracker nor peer: a torrent and a link without them, not ones that name somebody."""
    torrent = lab.torrent("one.bin", 1000)
    link = torrent.magnet()
    for what, named in ((torrent.file, False), (link, False), (f"{link}&x.pe=127.0.0.1:1", True)):
        folder = lab.path("download")
        with lab.shoal(["download", what, "-d", folder, "--timeout", "6s", "--bind", "127.0.0.1"], "127.0.0.1",
                       folder) as leech:
            assert leech.finishes(20) == 7, leech.log
            warned = [event["message"] for event in leech.events("warning")]
            error = leech.events("error")[0]["error"]
            assert any("neither a tracker nor a peer" in text for text in warned) != named, warned
            assert error["code"] == "timeout" and ("nobody to ask" in error["message"]) != named, error


@in_lab
def case_a_folder_that_is_not_there_is_not_seeded(lab):
    torrent = lab.torrent("one.bin", 1000)
    said = one_sentence(run("seed", torrent.file, lab.path("nowhere"), "--no-trackers", "--bind", "127.0.0.1", code=4))
    assert "No such file or directory" in said, said
    said = one_sentence(run("seed", torrent.file, torrent.file, "--no-trackers", "--bind", "127.0.0.1", code=4))
    assert "Not a directory" in said, said


@in_lab
def case_a_signal_is_answered_at_once(lab):
    shown = on_terminal(["download", lab.torrent("one.bin", 1000).file, "-d", lab.path("download"), "--bind", "127.0.0.1"],
                        until=b"Waiting for peers")
    assert "stopping" in shown, shown


@in_lab
def case_padding_is_not_verified_content(lab):
    torrent = lab.torrent("tree", {"a": 5, "b": 7, "c": 70000}, "hybrid")
    with lab.seed(torrent, "--seed-for", "1s") as seed:
        assert seed.finishes(20) == 0, seed.log
        assert seed.last()["verified"] == seed.last()["total"] == 70012, seed.last()


@in_lab
def case_second_signal_ends_at_once(lab):
    torrent = lab.torrent("one.bin", 1000)
    with lab.download(torrent, "--on-complete", "sleep 60") as leech:
        leech.says("downloading")
        os.kill(leech.pid, signal.SIGINT)
        assert leech.finishes(5) == 130
    with lab.seed(torrent) as seed:
        deaf = lab.path("deaf")
        with lab.download(torrent, "--on-complete", f"sh -c 'trap \"\" TERM; : > {deaf}; sleep 60'",
                          peers_at=[seed.at()]) as leech:
            network.until(lambda: os.path.exists(deaf), 10, "the command cannot be ended gently")
            os.kill(leech.pid, signal.SIGINT)
            time.sleep(0.3)
            assert leech.running()
            os.kill(leech.pid, signal.SIGINT)
            assert leech.finishes(2) == 130


@in_lab
def case_events_in_their_order(lab):
    torrent = lab.torrent("one.bin", 12 * MIB)
    with lab.seed(torrent) as seed:
        with lab.download(torrent, "--limit-down", "4M", peers_at=[seed.at()]) as leech:
            leech.completes()
            events = leech.events()
            kinds = [event["event"] for event in events]
            wanted = ["started", "downloading", "progress", "complete", "stopped"]
            assert [kind for i, kind in enumerate(kinds) if kind != "verifying" and kind not in kinds[:i]] == wanted, kinds
            for event in events:
                assert event["schema"] == 1 and event["total"] == 12 * MIB and event["port"] > 0, event
    assert [event["event"] for event in seed.events()][-1] == "stopped" and seed.last()["reason"] == "signal"


if __name__ == "__main__":
    network.enter()
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
