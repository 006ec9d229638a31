#!/usr/bin/python3
"""The client by keys alone, from the first link to the last byte: no case points at anything, or does more to a control
than a key does."""

import os
import pathlib
import re
import tempfile

from helpers import atspi, clipboard, desktop, keyboard, peers, strangers, swarm, tap, trees, window
from helpers.person import asked

FILES = {"a/one.bin": 400000, "two.bin": 70000}
DOWNLOADS = os.path.join(os.environ.get("HOME", ""), "Downloads")


def named(name, state=".*"):
    """The sentence of a row."""
    return re.compile(rf"{re.escape(name)}, {state}, .*|{re.escape(name)}, {state}")


def client(case, *arguments):
    """The client, with a profile of the case."""
    return window.Window(f"keys-{case}", "--profile", case, *arguments)


def paste(focus, text):
    """Pastes a text into the window."""
    with clipboard.holding(text):
        focus.press("ctrl+v")
        atspi.until(lambda: asked(focus.shoal), "what was pasted is there")


def start(focus):
    """Starts what the Add sheet shows."""
    shoal = focus.shoal
    focus.take(2)
    button = atspi.find(shoal.app(), "push button", "Start")
    atspi.until(lambda: atspi.has(button, "sensitive"), "it can be started")
    focus.go("push button", "Start")
    focus.press("Return")
    atspi.absent(shoal.app(), "frame", re.compile("Add .*"))
    focus.take()


def shown(shoal, name, state=".*"):
    """Waits for a row in a state."""
    return atspi.find_shown(shoal.app(), "table row", named(name, state))


def torrent_of(folder, name):
    """A .torrent that nobody has the files of."""
    path = os.path.join(folder, name + ".torrent")
    with open(path, "wb") as out:
        out.write(strangers.torrent(name, FILES))
    return path


def case_fetch_a_magnet_with_a_choice():
    swarm.need_libtorrent()
    with tempfile.TemporaryDirectory() as folder:
        lab = swarm.Lab(folder, "keys-fetch")
        torrent = lab.torrent("Keys", FILES)
        with lab.libtorrent("seed", torrent, torrent.content) as (_, at), client("fetch") as shoal:
            focus = keyboard.Focus(shoal)
            paste(focus, f"{torrent.magnet()}&x.pe={at}")
            atspi.find(shoal.app(), "check box", "two.bin")
            focus.take(2)
            focus.go("check box", "a")
            focus.step("Down")
            focus.press("space")
            box = atspi.find(shoal.app(), "check box", "two.bin")
            atspi.until(lambda: not atspi.has(box, "checked"), "the file is left out")
            start(focus)
            shown(shoal, "Keys", "Sharing")
        assert os.path.exists(os.path.join(DOWNLOADS, "Keys/a/one.bin"))
        assert not os.path.exists(os.path.join(DOWNLOADS, "Keys/two.bin"))


def case_share_a_folder():
    folder = os.path.join(os.environ["HOME"], "Shared By Keys")
    trees.make(folder, FILES)
    with client("share") as shoal:
        focus = keyboard.Focus(shoal)
        paste(focus, pathlib.Path(folder).as_uri())
        button = atspi.find(shoal.app(), "push button", "Create and Share")
        atspi.until(lambda: atspi.has(button, "sensitive"), "it can be shared")
        focus.go("push button", "Create and Share")
        focus.press("Return")
        link = atspi.find(shoal.app(), "text", "Magnet link")
        atspi.until(lambda: atspi.text(link).startswith("magnet:"), "there is a link")
        focus.go("push button", "Copy Link")


def case_pause_remove_and_undo():
    with tempfile.TemporaryDirectory() as folder:
        with client("list", torrent_of(folder, "First"), torrent_of(folder, "Second")) as shoal:
            focus = keyboard.Focus(shoal)
            start(focus)
            shown(shoal, "Second")
            focus.go("table row", named("First"))  # which selects it: what follows is about it
            focus.press("ctrl+p")
            shown(shoal, "First", "Paused")
            focus.press("shift+F10")
            atspi.find_shown(shoal.app(), "menu item", "Start")
            focus.press("Escape")
            atspi.until(lambda: atspi.has(shown(shoal, "First"), "focused"), "the row has the keyboard back")
            focus.press("ctrl+s")
            shown(shoal, "First", "Downloading")
            focus.press("Delete")
            atspi.absent(shoal.app(), "table row", named("First"))
            focus.go("push button", "Undo")
            focus.press("Return")
            shown(shoal, "First")


def case_details_and_back():
    with tempfile.TemporaryDirectory() as folder:
        with client("details", torrent_of(folder, "First")) as shoal:
            focus = keyboard.Focus(shoal)
            start(focus)
            focus.go("table row", named("First"))
            focus.press("alt+Return")
            for name in ("Overview", "Files", "Peers", "Trackers", "Log"):
                tab = focus.go("page tab", name)
                focus.press("space")
                atspi.until(lambda tab=tab: atspi.has(tab, "selected"), f"{name} is shown")
            focus.step("F6")
            focus.press("Escape")


def case_preferences():
    with client("preferences") as shoal:
        focus = keyboard.Focus(shoal)
        focus.press("ctrl+comma")
        focus.take(2)
        focus.go("list item", "Start at once")
        switch = atspi.find(shoal.app(), "check box", re.compile("Start at once.*"))
        before = atspi.has(switch, "checked")
        focus.press("Return")
        atspi.until(lambda: atspi.has(switch, "checked") != before, "it is switched")
        focus.press("Escape")
        atspi.absent(shoal.app(), "frame", "Preferences")


desktop.need_accessibility()
peers.need("xdotool")
tap.main([
    case_fetch_a_magnet_with_a_choice, case_share_a_folder, case_pause_remove_and_undo, case_details_and_back,
    case_preferences,
])
