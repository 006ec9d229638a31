#!/usr/bin/python3
"""Preferences as a person finds and changes them: the search comes to each row, the folder is chosen, the style is seen
at once, numbers keep to their ranges, and what is to be shared begins as it was said."""

import os
import pathlib
import re
import signal
import socket
import xml.etree.ElementTree as tree

from helpers import atspi, chooser, desktop, network, peers, screen, tap, trees, window
from helpers.person import HOME, in_world, opens, pasted, row, start

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FORM = os.path.join(SOURCE, "gtk-client", "preferences", "gui-preferences.ui")
# Rows that are made in code.
MADE = ("Port", "New torrents begin with")
# What is typed into a row of numbers that said 20: what it says then. Rates, and numbers of torrents.
RATES = (("", "No limit"), ("20", "20 KiB/s"), ("fast", "20 KiB/s"), ("-1", "20 KiB/s"), ("99999999999", "10000000 KiB/s"))
COUNTS = (("", "No limit"), ("20", "20"), ("many", "20"), ("1001", "1000"))
TRACKER = "http://127.0.0.1:9/announce"


def titles():
    """The titles of all rows, as they are read."""
    rows = [node for node in tree.parse(FORM).getroot().iter("object")
            if re.fullmatch("Adw(Action|Combo|Entry)Row", node.get("class"))]
    return [*(node.find("property[@name='title']").text.replace("_", "") for node in rows), *MADE]


def preferences(shoal, page="General"):
    """The window of preferences, which has the keyboard."""
    shoal.key("ctrl+comma")
    shoal.number(2)
    shown = atspi.find(shoal.app(), "frame", "Preferences")
    atspi.click(atspi.find(shown, "page tab", page))
    return shown


def leave(shoal):
    """Closes the window of preferences."""
    shoal.key("Escape")
    atspi.until(lambda: len(screen.windows(shoal.pid)) == 1, "the preferences are closed")


def search(words):
    """Types words into the search, which has the keyboard, in place of others."""
    screen.key("ctrl+a")
    screen.type_text(words)


def result(shown, title):
    """What the search shows of a row: its title above where it is."""
    def look():
        items = [node for node in atspi.find_all(shown, "list item", title) if atspi.is_shown(node)]
        return next((node for node in items if atspi.look(node, "label", re.compile(".+ → .+"))), None)
    return atspi.until(look, f"the search finds {title}")


@in_world
def case_the_search_finds_every_row(world):
    with world.window() as shoal:
        shown = preferences(shoal)
        shoal.key("ctrl+f")
        for title in titles():
            search(title)
            result(shown, title)
        search("no such thing")
        atspi.find_shown(shown, "label", "No Results Found")
        search("encryption")
        shoal.press(result(shown, "Encryption"))
        combo = atspi.find_shown(shown, "combo box", "Encryption")
        atspi.until(lambda: atspi.has(atspi.find(shown, "page tab", "Network"), "selected"), "its page is shown")
        atspi.until(lambda: atspi.is_shown(combo), "it is shown")


@in_world
def case_the_folder_is_chosen_and_used(world):
    torrent, folder = world.torrent({"a.bin": 70000, "b.bin": 1000}), os.path.join(HOME, "Elsewhere")
    os.mkdir(folder)
    with world.window() as shoal:
        shown = preferences(shoal)
        atspi.click(atspi.find(shown, "push button", "Folder"))
        chooser.folder(shoal, "Folder for Downloads", folder, "Select")
        atspi.find(shown, "label", re.compile(".*Elsewhere"))
        leave(shoal)
        pasted(shoal, torrent.file)
        with world.seed(torrent):
            start(shoal)
            row(shoal, torrent, "Sharing")
        torrent.check(folder)


@in_world
def case_the_style_is_seen_at_once(world):
    with world.window() as shoal:
        window = shoal.number()
        atspi.until(lambda: screen.brightness(window) > 0.7, "it is light")
        shown = preferences(shoal)
        style = atspi.find(shown, "combo box", "Style")
        for down, is_dark in ((2, True), (-1, False)):
            pick(shoal, style, down)
            atspi.until(lambda is_dark=is_dark: (screen.brightness(window) < 0.3) == is_dark, f"it is dark: {is_dark}")


def enter(shoal, field, words):
    """Types words into a field in place of what it says, and presses Enter."""
    shoal.press(field)
    shoal.key("ctrl+a", "Delete")
    screen.type_text(words)
    shoal.key("Return")


def numbers(shown, page):
    """The rows of numbers of a page, once all are there."""
    atspi.click(atspi.find(shown, "page tab", page))
    rows = [node for node in atspi.find_all(shown, "spin button") if atspi.is_shown(node)]
    return rows if len(rows) == 6 else None


@in_world
def case_numbers_keep_to_their_ranges(world):
    with world.window() as shoal:
        shown = preferences(shoal, "Speed")
        shoal.resize(640, 780)  # so that all rows are in sight
        rows = atspi.until(lambda: numbers(shown, "Speed"), "all six numbers are shown")
        for at, spin in enumerate(rows):
            for typed, said in COUNTS if at >= 4 else RATES:
                enter(shoal, spin, typed)
                atspi.until(lambda spin=spin, said=said: atspi.text(spin) == said,
                            f"{spin.get_name()} says {said} after {typed!r}")


@in_world
def case_the_port_is_another_one_at_once(world):
    taken = socket.create_server(("0.0.0.0", 0))
    with taken, world.window() as shoal:
        shown = preferences(shoal, "Network")
        field = atspi.find_shown(shown, "text", "Port")
        for typed, said in (("70000", "A port is a number from 0 to 65535; in use is still .*"), ("", "A port is a number.*"),
                            (str(taken.getsockname()[1]), ".*; in use is still .*")):
            enter(shoal, field, typed)
            atspi.find_shown(shown, "label", re.compile(said, re.DOTALL))
        port = network.free_ports(1)[0]
        enter(shoal, field, str(port))
        atspi.find_shown(shown, "label", f"1 to 65535, or 0 for any; in use is {port}")
        socket.create_connection(("127.0.0.1", port), 90).close()
        leave(shoal)
        atspi.find(shoal.app(), "label", re.compile(f"Port {port}, (open|closed)|Port {port}"))


@in_world
def case_what_was_typed_is_kept_by_who_quits(world):
    """Without Enter, and without leaving the field before."""
    with world.window(env=window.KEPT) as shoal:
        shown = preferences(shoal, "Speed")
        shoal.resize(640, 780)
        rows = atspi.until(lambda: numbers(shown, "Speed"), "all six numbers are shown")
        enter(shoal, rows[2], "99")
        shoal.press(rows[0])
        shoal.key("ctrl+a", "Delete")
        screen.type_text("300")
        shoal.key("ctrl+q")
        assert shoal.finishes(90) == 0, shoal.said()
    with world.window(env=window.KEPT) as shoal:
        opens(shoal, "Speeds and limits")
        usual = atspi.find_shown(shoal.app(), "spin button", "Usual limit of downloading, in KiB/s")
        assert atspi.text(usual) == "300", atspi.text(usual)
        atspi.set_text(atspi.find_shown(shoal.app(), "spin button", "Slow limit of sharing, in KiB/s"), "77")
        os.kill(shoal.pid, signal.SIGTERM)  # keys are the popover's
        assert shoal.finishes(90) == 0, shoal.said()
    with world.window(env=window.KEPT) as shoal:
        shown = preferences(shoal, "Speed")
        shoal.resize(640, 780)
        rows = atspi.until(lambda: numbers(shown, "Speed"), "all six numbers are shown")
        kept = ["300 KiB/s", "No limit", "99 KiB/s", "77 KiB/s"]
        atspi.until(lambda: [atspi.text(spin) for spin in rows[:4]] == kept, "all were kept")


def pick(shoal, combo, down):
    """Chooses what stands some rows below, or above, what a row says."""
    atspi.again(lambda: shoal.press(combo), screen.is_held, "the choice is open")
    shoal.key(*["Down" if down > 0 else "Up"] * abs(down), "Return")
    atspi.until(lambda: not screen.is_held(), "it is chosen")


def save_set(shoal, shown, name):
    """Saves one tracker under a name."""
    atspi.click(atspi.find_shown(shown, "push button", "Add Set…"))
    shoal.number(3)
    sheet = atspi.find(shoal.app(), "frame", "Add Set")
    atspi.set_text(atspi.find(sheet, "text", "Name"), name)
    atspi.set_text(atspi.find(sheet, "text", re.compile("Trackers, one address.*")), TRACKER)
    save = atspi.find(sheet, "push button", "Save")
    atspi.until(lambda: atspi.has(save, "sensitive"), "it can be saved")
    atspi.click(save)
    atspi.until(lambda: len(screen.windows(shoal.pid)) == 2, "the sheet is closed")


@in_world
def case_what_is_shared_begins_as_it_was_said(world):
    folder = os.path.join(HOME, "Begins")
    trees.make(folder, {"one.txt": 70000, "two.tmp": 1000})
    with world.window() as shoal:
        shown = preferences(shoal, "Sharing")
        pick(shoal, atspi.find_shown(shown, "combo box", "Format"), 2)
        atspi.find_shown(shown, "label", re.compile("v2: .*"))
        enter(shoal, atspi.find_shown(shown, "text", "Leave out, with commas between"), "*.tmp")
        save_set(shoal, shown, "Mine")
        pick(shoal, atspi.find_shown(shown, "combo box", "New torrents begin with"), 1)
        atspi.click(atspi.find_shown(shown, "push button", "Remove this set"))
        atspi.absent(shown, "list item", "Mine")
        atspi.click(atspi.find_shown(shown, "push button", "Undo"))
        atspi.find_shown(shown, "list item", "Mine")
        leave(shoal)
        pasted(shoal, pathlib.Path(folder).as_uri())
        atspi.find_shown(shoal.app(), "label", re.compile("1 file, .*; 1 left out"))
        atspi.find_shown(shoal.app(), "label", re.compile("v2: .*"))
        text = atspi.find_shown(shoal.app(), "text", re.compile("Trackers, one address.*"))
        atspi.until(lambda: atspi.text(text) == TRACKER, "the tracker of the set is there")


desktop.need_accessibility()
peers.need("xdotool")
tap.main([
    case_the_search_finds_every_row, case_the_folder_is_chosen_and_used, case_the_style_is_seen_at_once,
    case_numbers_keep_to_their_ranges, case_the_port_is_another_one_at_once, case_what_is_shared_begins_as_it_was_said,
    case_what_was_typed_is_kept_by_who_quits,
])
