#!/usr/bin/python3
"""The pill at the head of the window and the bar at its foot, held against what is true: the limits against a transfer
that runs, the free space against the disk, the port against who listens, the ratio against what was moved."""

import os
import re
import shutil
import socket

from helpers import atspi, desktop, disks, tap
from helpers.person import DOWNLOADS, in_world, row, start
from helpers.speeds import Pill, bytes_of

KIB, MIB = 1 << 10, 1 << 20
FAST = 2 * MIB
LONG = {"film.mkv": 120 * MIB, "poster.jpg": 100}


@in_world
def case_limits_of_the_pill_hold_at_once(world):
    torrent = world.torrent(LONG)
    with world.seed(torrent, env={"LT_UPLOAD_LIMIT": str(FAST)}), world.window(torrent.file) as shoal:
        start(shoal)
        pill = Pill(shoal)
        pill.waits("down", lambda rate: rate > MIB)
        pill.opens()
        pill.limits("Usual limit of downloading, in KiB/s", 512)
        pill.waits("down", lambda rate: 0 < rate < 768 * KIB)
        pill.limits("Slow limit of downloading, in KiB/s", 64)
        pill.slow_down(True)
        pill.waits("down", lambda rate: 0 < rate < 128 * KIB)
        pill.slow_down(False)
        pill.waits("down", lambda rate: rate > 256 * KIB)
        pill.limits("Usual limit of downloading, in KiB/s", 0)
        pill.waits("down", lambda rate: rate > MIB)


@in_world
def case_limits_of_uploads_hold_at_once(world):
    torrent = world.torrent({"film.mkv": 24 * MIB, "poster.jpg": 100})
    shutil.copytree(torrent.content, DOWNLOADS, dirs_exist_ok=True)
    with world.window(torrent.file) as shoal:
        start(shoal)
        row(shoal, torrent, "Sharing")
        pill = Pill(shoal)
        pill.opens()
        pill.limits("Usual limit of sharing, in KiB/s", 512)
        folder = world.lab.path("leech")
        os.mkdir(folder)
        with world.lab.libtorrent("leech", torrent, folder) as (other, _):
            pill.waits("up", lambda rate: 0 < rate < 768 * KIB)
            pill.limits("Slow limit of sharing, in KiB/s", 64)
            pill.slow_down(True)
            pill.waits("up", lambda rate: 0 < rate < 128 * KIB)
            pill.slow_down(False)
            pill.limits("Usual limit of sharing, in KiB/s", 0)
            assert other.finishes(120) == 0, other.log


def said(shoal, pattern):
    """What the bar at the foot says."""
    return re.compile(pattern).fullmatch(atspi.find(shoal.app(), "label", re.compile(pattern)).get_name()).group(1)


@in_world
def case_the_bar_at_the_foot_tells_the_truth(world):
    torrent = world.torrent({"film.mkv": 8 * MIB, "poster.jpg": 100})
    disks.small(DOWNLOADS, "32m")
    try:
        with world.window(torrent.file) as shoal:
            atspi.until(lambda: abs(bytes_of(said(shoal, "(.+) free")) - free()) < MIB, "the space is told")
            start(shoal)
            with world.seed(torrent):
                row(shoal, torrent, "Sharing")
            atspi.until(lambda: abs(bytes_of(said(shoal, "(.+) free")) - free()) < MIB, "the space is told anew")
            assert free() < 26 * MIB
            port = int(said(shoal, "Port ([0-9]+), closed"))  # there is no router here that could be asked
            socket.create_connection(("127.0.0.1", port), 90).close()
            folder = world.lab.path("leech")
            os.mkdir(folder)
            with world.lab.libtorrent("leech", torrent, folder, peers_at=[f"127.0.0.1:{port}"]) as (other, _):
                assert other.finishes(120) == 0, other.log
            atspi.until(lambda: 0.95 < float(said(shoal, r"Ratio ([0-9.]+)")) < 1.1, "the ratio is told")
    finally:
        disks.take_away(DOWNLOADS)


def free():
    """Bytes that are left where downloads go."""
    found = os.statvfs(DOWNLOADS)
    return found.f_bavail * found.f_frsize


desktop.need_accessibility()
disks.enter()
tap.main([
    case_limits_of_the_pill_hold_at_once, case_limits_of_uploads_hold_at_once, case_the_bar_at_the_foot_tells_the_truth,
])
