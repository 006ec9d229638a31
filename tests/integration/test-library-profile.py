#!/usr/bin/python3
"""test-library-profile.py: what a session with a profile remembers when its process is killed.

    test-library-profile.py [CYCLES]     more kills than the few of every run; SHOAL_PROFILE_SEED repeats one

A child does one thing after the other to its torrents and says of each, once the profile has answered
for it, what it has come to. It is killed in between; whoever opens the profile next has to find at least
that. What was not answered for may be there or not, but nothing else."""

import contextlib
import gc
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from helpers import library, network, tap
from helpers.library import in_lab, iterate
from gi.repository import GLib, Shoal

SEEDING = library.SEEDING
CYCLES = 6
STEPS = 4000
LIMITS = (0, 1000, 2000000)
TRACKERS = tuple(f"http://127.0.0.1:1/announce/{n}" for n in range(3))


def flush(session):
    """Waits until the profile has answered for all that was said."""
    done = []
    session.flush_async(None, lambda _session, result: done.append(session.flush_finish(result)))
    iterate(lambda: done, 30, "the profile answers")
    assert done[0]


def open_profile(profile):
    session = Shoal.Session.open(profile, "127.0.0.1:0", True)
    iterate(session.get_loaded, 30, "the list is there")
    return session


def state_of(torrent):
    """What a person has said of a torrent."""
    down, up = torrent.get_limits()
    return {"paused": torrent.get_paused(), "sequential": torrent.get_sequential(),
            "limits": [down, up],
            "trackers": sorted(url for url in torrent.dup_announce_list() if url),
            "folder": torrent.get_folder(), "magnet": torrent.get_info_hash() in torrent.dup_magnet()}


def state(session):
    return {one.get_info_hash(): state_of(one) for one in session}


# --- the child ---

def step(session, torrents, folder, chance):
    """One thing that a person does; what it is called."""
    there = list(session)
    absent = [data for data in torrents if session.find_torrent(data) is None]
    if absent and (not there or chance.random() < 0.3):
        session.add(chance.choice(absent), folder, None, Shoal.AddFlags.NO_TRACKERS)
        return "add"
    torrent = chance.choice(there)
    kind = chance.randrange(6)
    if kind == 0:
        gone = []
        torrent.connect("removed", gone.append)
        torrent.remove()
        iterate(lambda: gone, 30, "it has left")
        return "remove"
    if kind == 1:
        torrent.resume() if torrent.get_paused() else torrent.pause()
        return "pause"
    if kind == 2:
        torrent.set_sequential(not torrent.get_sequential())
    elif kind == 3:
        torrent.set_limits(chance.choice(LIMITS), chance.choice(LIMITS))
    elif kind == 4:
        torrent.add_tracker(chance.choice(TRACKERS), chance.randrange(3))
    else:
        torrent.remove_tracker(chance.choice(TRACKERS))
    return "wish"


def child(profile, folder, seed, *files):
    chance = random.Random(int(seed))
    torrents = [GLib.Bytes.new(open(path, "rb").read()) for path in files]
    session = open_profile(profile)
    print(json.dumps(state(session)), flush=True)
    for _ in range(STEPS):
        step(session, torrents, folder, chance)
        print("begun " + json.dumps(state(session)), flush=True)
        flush(session)
        print(json.dumps(state(session)), flush=True)


def deleter(profile, folder, file):
    """Takes a torrent out with its files, one of which is called otherwise, until it is killed in the midst."""
    session = open_profile(profile)
    torrent = session.add(GLib.Bytes.new(open(file, "rb").read()), folder, None, Shoal.AddFlags.NO_TRACKERS)
    iterate(lambda: torrent.get_state() == SEEDING, 60, "it is verified")
    named = []
    torrent.rename_file_async(0, "elsewhere/renamed", None, lambda one, done: named.append(one.rename_file_finish(done)))
    iterate(lambda: named, 30, "it is called otherwise")
    flush(session)
    torrent.remove_async(Shoal.Remove.DELETE_DATA, None, None)
    print("deletes", flush=True)
    GLib.MainLoop().run()


def reader(profile):
    print(json.dumps(state(open_profile(profile))), flush=True)


def fetcher(profile, folder, file, port):
    """Fetches one torrent from a peer of this machine, until it is killed; says when the profile has all of it."""
    session = open_profile(profile)
    found = list(session)
    torrent = found[0] if found else session.add(GLib.Bytes.new(open(file, "rb").read()), folder, None,
                                                 Shoal.AddFlags.NO_TRACKERS)
    torrent.add_peer(f"127.0.0.1:{port}")
    kept = []

    def tell(*_changed):
        print(json.dumps({"left": torrent.get_left(), "hashed": torrent.get_hashed(), "kept": bool(kept)}), flush=True)
    torrent.connect("changed", tell)
    tell()
    iterate(lambda: torrent.get_state() == SEEDING, 60, "it is complete")
    flush(session)
    kept.append(True)
    tell()
    GLib.MainLoop().run()


# --- the parent ---

def start(*arguments):
    """Its words are read byte by byte: whoever reads the rest of them misses none."""
    return subprocess.Popen([sys.executable, os.path.abspath(__file__), *map(str, arguments)],
                            stdout=subprocess.PIPE, bufsize=0)


def kill(process):
    """What it has said until then, whole lines."""
    process.send_signal(signal.SIGKILL)
    os.set_blocking(process.stdout.fileno(), True)
    said = process.communicate(timeout=30)[0].decode()
    lines = said.split("\n")
    return lines[:-1] if not said.endswith("\n") else [line for line in lines if line]


def read(profile):
    with start("reader", profile) as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return json.loads(said.decode().strip().split("\n")[-1])


def compare(found, answered, begun):
    """What was found is what was answered for, but for what was under way."""
    if found == answered or (begun is not None and found == begun):
        return
    differing = [name for name in set(found) | set(answered) if found.get(name) != answered.get(name)]
    assert begun is None and len(differing) == 1, \
        f"of {differing}: answered {[answered.get(d) for d in differing]}, found {[found.get(d) for d in differing]}"


def one_cycle(profile, folder, seed, files, wait):
    process = start("child", profile, folder, seed, *files)
    lines = [process.stdout.readline().decode() for _ in range(5)]  # what there was, and two steps
    time.sleep(wait)
    lines += kill(process)
    answered = [json.loads(line) for line in lines if not line.startswith("begun ")]
    begun = json.loads(lines[-1].removeprefix("begun ")) if lines and lines[-1].startswith("begun ") else None
    compare(read(profile), answered[-1], begun)
    return len(answered)


@in_lab
def case_killed_while_a_person_is_busy(lab):
    files = [lab.torrent(f"t{n}", 40000 + n, ("v1", "hybrid", "v2")[n % 2], "16KiB").file for n in range(6)]
    profile, folder = lab.path("profile"), lab.path("files")
    os.mkdir(folder)
    seed = int(os.environ.get("SHOAL_PROFILE_SEED", random.randrange(10**6)))
    print(f"# seed {seed}")
    chance = random.Random(seed)
    answers = sum(one_cycle(profile, folder, seed + n, files, chance.uniform(0.05, 1.0)) for n in range(CYCLES))
    assert answers > CYCLES, f"{answers} answers in {CYCLES} cycles are too few to say anything"


def known_pieces(profile):
    """How many pieces of the one torrent the profile has on the device."""
    with contextlib.closing(sqlite3.connect(f"file:{profile}/session.db?mode=ro", uri=True, timeout=20)) as database:
        rows = database.execute("SELECT have FROM torrents").fetchall()
    return sum(byte.bit_count() for (have,) in rows for byte in have)


@in_lab
def case_killed_while_it_fetches(lab):
    torrent = lab.torrent("big", 24 * 2**20, "v1", "64KiB")
    giver = Shoal.Session.new("127.0.0.1:0", True)
    seed = library.add(giver, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 30, "the seed is verified")
    giver.set_limits(0, 3 * 2**20)
    profile, folder = lab.path("profile"), lab.path("files")
    os.mkdir(folder)
    process = start("fetcher", profile, folder, torrent.file, giver.get_port())
    total = seed.get_total()
    until(process, lambda said: 0 < said["left"] < total // 4)
    giver.set_limits(0, 1)  # from here on there is nothing but what the profile learns
    iterate(lambda: known_pieces(profile) * 65536 >= total // 2, 60, "the profile knows half of it")
    kill(process)
    giver.set_limits(0, 0)
    process = start("fetcher", profile, folder, torrent.file, giver.get_port())
    last = until(process, lambda said: said["kept"])
    kill(process)
    torrent.check(folder)
    assert last["hashed"] <= total // 2, f"{last['hashed']} of {total} bytes hashed again"
    process = start("fetcher", profile, folder, torrent.file, giver.get_port())
    last = until(process, lambda said: said["kept"])
    kill(process)
    assert last["hashed"] == 0, f"{last['hashed']} bytes of a complete torrent hashed again"


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


def roster(profile):
    with contextlib.closing(sqlite3.connect(f"file:{profile}/session.db?mode=ro", uri=True, timeout=20)) as database:
        return database.execute("SELECT count(*) FROM roster").fetchone()[0]


@in_lab
def case_killed_while_files_are_deleted(lab):
    torrent = lab.torrent("many", {f"{n % 20}/{n}": 10 for n in range(3000)}, "v1", "16KiB")
    profile, folder = lab.path("profile"), lab.copy(torrent)
    process = start("deleter", profile, folder, torrent.file)
    assert process.stdout.readline() == b"deletes\n"
    iterate(lambda: len(files_of(folder)) < 3000, 60, "some files are gone")  # the renamed one is still there
    kill(process)
    print(f"# {len(files_of(folder))} files were left")
    session = open_profile(profile)
    iterate(lambda: len(session) == 0, 60, "it has left")
    assert files_of(folder) == [], f"{len(files_of(folder))} files are left"
    iterate(lambda: roster(profile) == 0, 30, "nothing of it is kept")


DELETING = 1 << 11


@in_lab
def case_a_deletion_goes_on(lab):
    """As a kill in the midst leaves it."""
    torrent = lab.torrent("half", {"a": 10, "b": 20, "c": 30}, "v1", "16KiB")
    profile, folder = lab.path("profile"), lab.copy(torrent)
    session = open_profile(profile)
    one = library.add(session, torrent, folder)
    iterate(lambda: one.get_state() == SEEDING, 30, "it is verified")
    named = []
    one.rename_file_async(1, "elsewhere", None, lambda _one, done: named.append(one.rename_file_finish(done)))
    iterate(lambda: named, 30, "a file is called otherwise")
    flush(session)
    del one, session
    gc.collect()
    os.unlink(os.path.join(folder, "half", "a"))
    with open(os.path.join(folder, "half", "mine"), "wb") as file:
        file.write(b"not the torrent's")
    with contextlib.closing(sqlite3.connect(os.path.join(profile, "session.db"), timeout=20)) as database, database:
        database.execute(f"UPDATE roster SET flags = flags | {DELETING}")
    session = open_profile(profile)
    iterate(lambda: len(session) == 0, 30, "it has left")
    assert files_of(folder) == ["half/mine"], files_of(folder)
    iterate(lambda: roster(profile) == 0, 30, "nothing of it is kept")


@in_lab
def case_who_adds_again_keeps_the_files(lab):
    torrent = lab.torrent("again", 2**20, "hybrid", "64KiB")
    profile, folder, other = lab.path("profile"), lab.copy(torrent), lab.path("other")
    os.mkdir(other)
    shutil.copy(os.path.join(folder, "again"), other)
    session = open_profile(profile)
    first = library.add(session, torrent, folder)
    iterate(lambda: first.get_state() == SEEDING, 30, "it is verified")
    gone = []
    first.remove_async(Shoal.Remove.DELETE_DATA, None, lambda one, done: gone.append(one.remove_finish(done)))
    second = library.add(session, torrent, other)
    iterate(lambda: gone and second.get_state() == SEEDING, 30, "one has left, the other is verified")
    flush(session)
    assert files_of(folder) == [] and roster(profile) == 1
    held = [session]
    del session, first, second
    held.clear()
    gc.collect()
    session = open_profile(profile)
    iterate(lambda: len(session) == 1 and session[0].get_state() == SEEDING, 30, "it is there")
    torrent.check(other)


def rates(of, span):
    """What was received and sent in each step."""
    data = of.dup_rates(span).get_data()
    numbers = [int.from_bytes(data[i:i + 4], sys.byteorder) for i in range(0, len(data), 4)]
    return numbers[0::2], numbers[1::2]


@in_lab
def case_totals_and_rates_outlive_the_session(lab):
    torrent = lab.torrent("part", 3 * 2**20, "v1", "64KiB")
    giver = Shoal.Session.new("127.0.0.1:0", True)
    seed = library.add(giver, torrent, torrent.content)
    iterate(lambda: seed.get_state() == SEEDING, 30, "the seed is verified")
    giver.set_limits(0, 2**20)
    profile, folder = lab.path("profile"), lab.path("files")
    os.mkdir(folder)
    taker = open_profile(profile)
    told = []
    for name in ("rate-down", "downloaded", "n-peers"):
        taker.connect(f"notify::{name}", lambda _session, spec: told.append(spec.name))
    leech = library.add(taker, torrent, folder)
    assert rates(leech, Shoal.RatesSpan.MINUTE) == ([0] * 60, [0] * 60)
    assert [len(rates(taker, span)[0]) for span in (Shoal.RatesSpan.HOUR, Shoal.RatesSpan.DAY)] == [60, 96]
    leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    iterate(lambda: taker.get_rate_down() > 0 and taker.get_n_peers() == 1, 30, "it fetches")
    iterate(lambda: leech.get_state() == SEEDING, 30, "everything is here")
    iterate(lambda: taker.get_rate_down() == 0 and taker.get_n_peers() == 0, 30, "nothing moves")
    total = leech.get_total()
    assert taker.get_downloaded() == leech.get_downloaded() == total and taker.get_uploaded() == 0
    assert {"rate-down", "downloaded", "n-peers"} == set(told), told
    for one in (leech, taker):
        down, up = rates(one, Shoal.RatesSpan.MINUTE)
        assert total * 0.5 < sum(down) < total * 2 and sum(up) == 0, (sum(down), total)
    name = leech.get_info_hash()
    del leech, one, taker  # the session ends
    gc.collect()
    taker = open_profile(profile)
    leech = taker.find(name)
    assert taker.get_downloaded() == leech.get_downloaded() == total, taker.get_downloaded()
    for one in (leech, taker):
        down, _up = rates(one, Shoal.RatesSpan.DAY)
        assert sum(down) > 0, "the day is kept"
        assert sum(rates(one, Shoal.RatesSpan.MINUTE)[0]) == 0, "the minute is not"


def until(process, condition):
    """The next that a child says of which a condition holds; this session goes on meanwhile."""
    fd = process.stdout.fileno()
    os.set_blocking(fd, False)
    found, rest = [], [b""]

    def look():
        try:
            rest[0] += os.read(fd, 65536)
        except BlockingIOError:
            return found
        *lines, rest[0] = rest[0].split(b"\n")
        found.extend(said for said in map(json.loads, lines) if condition(said))
        return found
    iterate(look, 60, "what is waited for is said")
    return found[0]


if __name__ == "__main__":
    roles = {"child": child, "reader": reader, "fetcher": fetcher, "deleter": deleter}
    if len(sys.argv) > 1 and sys.argv[1] in roles:
        roles[sys.argv[1]](*sys.argv[2:])
    else:
        if len(sys.argv) > 1:
            CYCLES = int(sys.argv[1])
        network.enter()
        tap.main([case_killed_while_a_person_is_busy, case_killed_while_it_fetches,
                  case_totals_and_rates_outlive_the_session, case_killed_while_files_are_deleted,
                  case_a_deletion_goes_on, case_who_adds_again_keeps_the_files])
