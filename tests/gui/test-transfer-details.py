#!/usr/bin/python3
"""What a person does with the details of a transfer: files, peers and trackers, with libtorrent at the other end and
our tracker between."""

import os
import re

from helpers import atspi, clipboard, desktop, tap
from helpers.person import DOWNLOADS, choose, details, in_world, row, select_file, start, tab, tiers
from helpers.speeds import Pill

KIB, MIB = 1 << 10, 1 << 20
FAST = {"LT_UPLOAD_LIMIT": str(2 * MIB)}
SLOW = {"LT_UPLOAD_LIMIT": str(1 << 18)}
SLOWER = {"LT_UPLOAD_LIMIT": str(1 << 16)}  # the peer is there until it is banned, on any machine
FILM = {"film.mkv": 60000003, "poster.jpg": 300000, "extras/notes.txt": 2000}
OTHER = "http://127.0.0.1:9/announce"


def begin(shoal, torrent):
    """Starts a transfer and shows its details."""
    start(shoal)
    row(shoal, torrent, "Downloading")
    details(shoal, torrent)


def file_row(shoal, name, words=".*"):
    """The row of a file, once it says so."""
    return atspi.find_shown(shoal.app(), "table row", re.compile(rf"{re.escape(name)}, {words}"))


def peer_row(shoal, at):
    """The row of libtorrent at an address."""
    return atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(at) + ", libtorrent.*"))


def says(shoal, words):
    """Waits for a message of the window."""
    atspi.find_shown(shoal.app(), "label", words)


def answer(shoal, entry, words):
    """Fills a field that a popover asks with, which has the keyboard, and presses Return in it."""
    atspi.until(lambda: atspi.has(entry, "focused"), "the field has the keyboard")
    atspi.set_text(entry, words)
    shoal.key("Return")


@in_world
def case_files_are_renamed_skipped_and_wanted_more(world):
    torrent = world.torrent(FILM)
    folder = os.path.join(DOWNLOADS, torrent.name)
    with world.seed(torrent, env=SLOW), world.window(torrent.file) as shoal:
        begin(shoal, torrent)
        tab(shoal, "Files")
        select_file(shoal, "film.mkv")
        choose(shoal, "Low Priority")
        atspi.find_shown(shoal.app(), "label", "Low")
        select_file(shoal, "poster.jpg")
        choose(shoal, "High Priority")
        atspi.until(lambda: os.path.exists(os.path.join(folder, "poster.jpg")), "the poster is here")
        select_file(shoal, "poster.jpg")
        shoal.key("F2")
        answer(shoal, atspi.find_shown(shoal.app(), "text", "New name of the file"), "cover <b>.jpg")
        file_row(shoal, "cover <b>.jpg")
        atspi.until(lambda: os.path.exists(os.path.join(folder, "cover <b>.jpg")), "the file is renamed")
        assert not os.path.exists(os.path.join(folder, "poster.jpg"))
        select_file(shoal, "film.mkv")
        choose(shoal, "Skip")
        file_row(shoal, "film.mkv", ".*skipped")
        row(shoal, torrent, "Sharing")


@in_world
def case_peers_are_added_copied_and_banned(world):
    torrent = world.torrent(FILM)
    with world.seed(torrent, env=SLOWER) as (_, at), world.window(torrent.file) as shoal:
        begin(shoal, torrent)
        tab(shoal, "Peers")
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Add Peer…"))
        entry = atspi.find_shown(shoal.app(), "text", "Address of a Peer")
        answer(shoal, entry, "nonsense")
        atspi.until(lambda: atspi.has(entry, "invalid_entry") or atspi.text(entry) == "nonsense", "it is refused")
        answer(shoal, entry, at)
        shoal.select(lambda: peer_row(shoal, at))
        shoal.key("ctrl+c")
        says(shoal, "The address was copied")
        atspi.until(lambda: clipboard.text() == at, "it is in the clipboard")
        choose(shoal, "Ban")
        atspi.absent(shoal.app(), "table row", re.compile(re.escape(at) + ".*"))
        says(shoal, f"{at} is not connected to again")
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Undo"))
        peer_row(shoal, at)


@in_world
def case_speed_of_a_peer_is_limited(world):
    torrent = world.torrent({"film.mkv": 120 * MIB})
    with world.seed(torrent, env=FAST) as (_, at), world.window(torrent.file) as shoal:
        begin(shoal, torrent)
        tab(shoal, "Peers")
        pill = Pill(shoal)
        pill.waits("down", lambda rate: rate > MIB)
        shoal.select(lambda: peer_row(shoal, at))
        choose(shoal, "Limit Speed…")
        sheet = atspi.find(shoal.app(), "frame", "Limit Speed")
        atspi.find(sheet, "label", at)
        down = atspi.find(sheet, "spin button", "Download")
        atspi.set_value(down, 256)
        atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(at) + ", .*, at most 256.*KiB/s down"))
        pill.waits("down", lambda rate: 0 < rate < 384 * KIB)
        atspi.set_value(down, 0)
        pill.waits("down", lambda rate: rate > MIB)
        atspi.absent(shoal.app(), "table row", re.compile(".*at most.*"))
        shoal.key("Escape")
        atspi.absent(shoal.app(), "frame", "Limit Speed")


@in_world
def case_trackers_are_edited_asked_and_removed(world):
    torrent = world.torrent(FILM)
    with world.window(torrent.file) as shoal:
        begin(shoal, torrent)
        tab(shoal, "Trackers")
        atspi.find_shown(shoal.app(), "list item", re.compile(re.escape(world.url) + ": .*"))
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Edit…"))
        sheet = atspi.find(shoal.app(), "frame", "Edit Trackers")
        text = atspi.find(sheet, "text", re.compile("Trackers, one address.*"))
        atspi.set_text(text, "no address")
        atspi.find(sheet, "label", re.compile("Line 1: .*"))
        save = atspi.find(sheet, "push button", "Save")
        atspi.until(lambda: not atspi.has(save, "sensitive"), "it cannot be saved")
        atspi.set_text(text, f"{OTHER}\n\n{world.url}\n")
        atspi.until(lambda: atspi.has(save, "sensitive"), "it can be saved")
        atspi.click(save)
        atspi.absent(shoal.app(), "frame", "Edit Trackers")
        atspi.until(lambda: tiers(shoal) == {OTHER: "Tier 1", world.url: "Tier 2"}, "the tiers are as they were written")
        shoal.select(lambda: atspi.find_shown(shoal.app(), "list item", re.compile(re.escape(OTHER) + ": .*")))
        shoal.key("ctrl+c")
        atspi.until(lambda: clipboard.text() == OTHER, "the address was copied")
        choose(shoal, "Remove")
        atspi.absent(shoal.app(), "list item", re.compile(re.escape(OTHER) + ": .*"))
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Undo"))
        atspi.until(lambda: tiers(shoal) == {OTHER: "Tier 1", world.url: "Tier 2"}, "it is where it was")
        tab(shoal, "Log")
        atspi.find_shown(shoal.app(), "label", re.compile(".*127.0.0.1:9.*"))


desktop.need_accessibility()
tap.main([
    case_files_are_renamed_skipped_and_wanted_more, case_peers_are_added_copied_and_banned,
    case_speed_of_a_peer_is_limited, case_trackers_are_edited_asked_and_removed,
])
