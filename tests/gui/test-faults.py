#!/usr/bin/python3
"""What goes wrong with a transfer: a disk that is full or read-only, files that are changed or in the way, and a
tracker that refuses. Each is told in words beside a button that helps, and the transfer goes on."""

import contextlib
import os
import re
import shutil

from helpers import atspi, chooser, desktop, disks, peers, tap
from helpers.person import DOWNLOADS, HOME, choose, in_world, row, select, sheet, start

LARGE = {"film.bin": 12 << 20, "poster.jpg": 100}


@contextlib.contextmanager
def disk(size):
    """The folder of downloads on a disk of its own."""
    disks.small(DOWNLOADS, size)
    try:
        yield
    finally:
        disks.take_away(DOWNLOADS)


def trouble(shoal, words, button):
    """Waits for a row that says what is wrong; the button that helps."""
    pattern = re.compile(f".*{words}.*", re.DOTALL)
    atspi.find_shown(shoal.app(), "table row", pattern)
    return atspi.find_shown(shoal.app(), "push button", button)


def said(shoal, words):
    """Waits for a message at the foot of the window."""
    atspi.find_shown(shoal.app(), "label", re.compile(words))


@in_world
def case_the_disk_is_full(world):
    torrent = world.torrent(LARGE, name="full")
    with disk("5m"), world.seed(torrent), world.window(torrent.file) as shoal:
        button = atspi.find(sheet(shoal), "push button", "Start Anyway")
        atspi.find(sheet(shoal), "label", re.compile(".*(too little|short|missing|more|free).*"))
        atspi.until(lambda: atspi.has(button, "sensitive"), "it can be started all the same")
        atspi.click(button)
        trouble(shoal, "The disk is full", "Change Location…")
        disks.grow(DOWNLOADS, "64m")
        select(shoal, torrent)
        shoal.key("ctrl+r")
        row(shoal, torrent, "Sharing")


@in_world
def case_another_place_is_chosen_when_the_disk_is_full(world):
    torrent = world.torrent(LARGE, name="moved")
    larger = os.path.join(HOME, "Larger")
    os.mkdir(larger)
    with disk("5m"), world.seed(torrent), world.window(torrent.file) as shoal:
        atspi.click(atspi.find(sheet(shoal), "push button", "Start Anyway"))
        atspi.click(trouble(shoal, "The disk is full", "Change Location…"))
        chooser.folder(shoal, "Move Files to a Folder", larger, "Move")
        row(shoal, torrent, "Sharing")
        torrent.check(larger)
        assert not os.path.exists(os.path.join(DOWNLOADS, torrent.name))


@in_world
def case_files_are_gone_and_found_elsewhere(world):
    torrent = world.torrent({"a.bin": 100000, "b.bin": 200000}, name="gone")
    here, elsewhere = os.path.join(DOWNLOADS, torrent.name), os.path.join(HOME, "Elsewhere")
    with world.seed(torrent), world.window(torrent.file) as shoal:
        start(shoal)
        row(shoal, torrent, "Sharing")
        shoal.key("ctrl+q")
        assert shoal.finishes(90) == 0, shoal.said()
    os.mkdir(elsewhere)
    os.rename(here, os.path.join(elsewhere, torrent.name))
    with world.window() as shoal:
        atspi.click(trouble(shoal, "Files are missing", "Locate…"))
        chooser.folder(shoal, "Where Are the Files Now?", elsewhere, "Use This Folder")
        row(shoal, torrent, "Sharing")
        assert not os.path.exists(here)
    torrent.check(elsewhere)


@in_world
def case_the_disk_is_read_only(world):
    torrent = world.torrent(LARGE, name="locked")
    with disk("64m"), world.seed(torrent), world.window(torrent.file) as shoal:
        sheet(shoal)
        disks.read_only(DOWNLOADS)
        start(shoal)
        button = trouble(shoal, "Files cannot be written", "Try Again")
        disks.read_only(DOWNLOADS, False)
        atspi.click(button)
        row(shoal, torrent, "Sharing")


@in_world
def case_a_file_is_in_the_place_of_the_folder(world):
    torrent = world.torrent({"a.bin": 100000, "b.bin": 200000}, name="in the way")
    obstacle = os.path.join(DOWNLOADS, torrent.name)
    with open(obstacle, "wb") as file:
        file.write(b"mine")
    with world.seed(torrent), world.window(torrent.file) as shoal:
        start(shoal)
        button = trouble(shoal, "in the way", "Try Again")
        with open(obstacle, "rb") as file:
            assert file.read() == b"mine"
        os.remove(obstacle)
        atspi.click(button)
        row(shoal, torrent, "Sharing")


@in_world
def case_files_are_changed(world):
    torrent = world.torrent({"a.bin": 100000, "b.bin": 200000}, name="lost")
    folder = os.path.join(DOWNLOADS, torrent.name)
    with world.window(torrent.file) as shoal:
        start(shoal)
        with world.seed(torrent):
            row(shoal, torrent, "Sharing")
        with open(os.path.join(folder, "a.bin"), "r+b") as file:
            file.write(b"changed")
        select(shoal, torrent)
        shoal.key("ctrl+r")
        said(shoal, "“.?lost.?”: .* is here and right, .* are missing")
        row(shoal, torrent, "Downloading")
        shutil.copy(os.path.join(torrent.content, torrent.name, "a.bin"), folder)
        shoal.key("ctrl+r")
        said(shoal, "Everything that is wanted of “.?lost.?” is here and right")
        row(shoal, torrent, "Sharing")


def fetched(world, torrent):
    """The folder of a torrent that was fetched, in a client that has ended."""
    with world.seed(torrent), world.window(torrent.file) as shoal:
        start(shoal)
        row(shoal, torrent, "Sharing")
        shoal.key("ctrl+q")
        assert shoal.finishes(90) == 0, shoal.said()
    return os.path.join(DOWNLOADS, torrent.name)


@contextlib.contextmanager
def asked(world, shoal, torrent):
    """Somebody who asks the client for all of a torrent; gives the program."""
    folder = world.lab.path("asked")
    os.mkdir(folder)
    with world.lab.libtorrent("leech", torrent, folder, peers_at=[at(shoal)]) as (other, _):
        yield other


def at(shoal):
    """Where the client listens."""
    port = atspi.find(shoal.app(), "label", re.compile("Port [0-9]+.*")).get_name().split()[1].rstrip(",")
    return f"127.0.0.1:{port}"


@in_world
def case_a_file_becomes_unreadable(world):
    peers.need("setpriv")
    torrent = world.torrent({"a.bin": 300000, "b.bin": 200000}, name="secret")
    file = os.path.join(fetched(world, torrent), "a.bin")
    with world.window(under=disks.ORDINARY) as shoal:
        row(shoal, torrent, "Sharing")
        os.chmod(file, 0)
        with asked(world, shoal, torrent) as other:
            button = trouble(shoal, "Files cannot be read: .*a.bin.*Permission denied", "Try Again")
            os.chmod(file, 0o600)
            atspi.click(button)
            row(shoal, torrent, "Sharing")
            assert other.finishes(90) == 0, other.log


@in_world
def case_a_shared_file_becomes_shorter(world):
    torrent = world.torrent({"a.bin": 3000000, "b.bin": 200000}, name="cut")
    file = os.path.join(fetched(world, torrent), "a.bin")
    with world.window() as shoal:
        row(shoal, torrent, "Sharing")
        os.truncate(file, 1000)
        with asked(world, shoal, torrent):
            # Who asks finds it shorter; the client's own look, if that comes before, finds it another one.
            button = trouble(shoal, "Files have changed: .*a.bin", "Check Files")
        atspi.click(button)
        said(shoal, "“.?cut.?”: .* is here and right, .* are missing")
        row(shoal, torrent, "Downloading")
        with world.seed(torrent, peers_at=[at(shoal)]):  # the tracker may not be asked so soon again
            row(shoal, torrent, "Sharing")
    torrent.check(DOWNLOADS)


@in_world
def case_files_cannot_be_moved_there(world):
    torrent = world.torrent({"a.bin": 9 << 20, "b.bin": 1000}, name="stays")
    full = os.path.join(HOME, "Full")
    os.mkdir(full)
    fetched(world, torrent)
    disks.small(full, "1m")
    try:
        with world.window() as shoal:
            row(shoal, torrent, "Sharing")
            select(shoal, torrent)
            choose(shoal, "Change Location…")
            chooser.folder(shoal, "Move Files to a Folder", full, "Move")
            atspi.find(shoal.app(), "label", re.compile(".*was not moved: .*", re.DOTALL))
            row(shoal, torrent, "Sharing")
        torrent.check(DOWNLOADS)
        assert not os.listdir(full), os.listdir(full)
    finally:
        disks.take_away(full)


def deny(world, torrent):
    """Lets our tracker refuse a torrent."""
    for name in torrent.names():
        target = "/api/v1/marks/" + name.hex()
        status, told = world.tracker.api("PUT", target, {"mark": "denied"}, token=world.tracker.token())
        assert status in (200, 201, 204), told


@in_world
def case_a_tracker_refuses(world):
    torrent = world.torrent({"a.bin": 100000}, name="unknown")
    deny(world, torrent)
    with world.window(torrent.file) as shoal:
        start(shoal)
        trouble(shoal, "The tracker refuses: ", "Ask Again")


desktop.need_accessibility()
disks.enter()
tap.main([
    case_the_disk_is_full, case_another_place_is_chosen_when_the_disk_is_full, case_files_are_gone_and_found_elsewhere,
    case_the_disk_is_read_only, case_a_file_is_in_the_place_of_the_folder,
    case_files_are_changed, case_a_file_becomes_unreadable, case_a_shared_file_becomes_shorter,
    case_files_cannot_be_moved_there, case_a_tracker_refuses,
])
