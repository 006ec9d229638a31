"""library: sessions of the library in a test's own process, which has a state folder of its own."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile

from helpers import network, swarm, tap

try:
    import gi
except ImportError:
    tap.skip_all("the Python module gi is not installed")

STATE = tempfile.mkdtemp()
os.environ["XDG_STATE_HOME"] = STATE  # before GLib asks, which is once
atexit.register(shutil.rmtree, STATE, ignore_errors=True)

gi.require_version("Shoal", "1")
from gi.repository import GLib, Shoal  # noqa: E402 (the version has to be chosen first)

KINDS = ("v1", "hybrid")
SEEDING = Shoal.TorrentState.SEEDING


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-")))
    run.__name__ = case.__name__
    return run


def iterate(condition, seconds, what):
    """Runs the main context until a condition holds; as patient as network.until()."""
    seconds = max(seconds, network.PATIENCE)
    ticks = GLib.timeout_add(20, lambda: True)
    context = GLib.MainContext.default()
    end = GLib.get_monotonic_time() + seconds * 1000000
    while not condition():
        assert GLib.get_monotonic_time() < end, f"{what}: not within {seconds} s"
        context.iteration(True)
    GLib.source_remove(ticks)


def add(session, torrent, folder, flags=Shoal.AddFlags.NO_TRACKERS, priorities=None):
    """A torrent of the session."""
    with open(torrent.file, "rb") as file:
        data = GLib.Bytes.new(file.read())
    return session.add(data, folder, priorities, flags)


def pair(lab, count):
    """Torrents, a session that seeds them and one that has begun to fetch them."""
    torrents = [lab.torrent(f"t{n}", {"a.bin": 70001 + 9973 * n, "b/c": n}, KINDS[n % 2]) for n in range(count)]
    giver = Shoal.Session.new("127.0.0.1:0", True)
    taker = Shoal.Session.new("127.0.0.1:0", True)
    seeds = [add(giver, torrent, torrent.content) for torrent in torrents]
    iterate(lambda: all(seed.get_state() == SEEDING for seed in seeds), 20, "the seeds are verified")
    folder = lab.path("fetched")
    os.mkdir(folder)
    leeches = [add(taker, torrent, folder) for torrent in torrents]
    for leech in leeches:
        leech.add_peer(f"127.0.0.1:{giver.get_port()}")
    return torrents, giver, taker, leeches, folder


def shown(file):
    """What our own program reads in a torrent file."""
    command = [swarm.SHOAL, "show", file, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
