#!/usr/bin/python3
"""What a screen reader says of each control, in every window, page and popover of the client: none is without a name,
and none is read by the type of its widget, twice, or with the mark of its key."""

import os
import pathlib
import re

from helpers import atspi, desktop, disks, peers, screen, tap, trees, window
from helpers.person import (DOWNLOADS, HOME, button, choose, details, in_world, opens, pasted, row, select, select_file, start,
                            tab)

FILM = {"film.mkv": 30000003, "poster.jpg": 300000, "extras/notes.txt": 2000}
SLOW = {"LT_UPLOAD_LIMIT": str(1 << 16)}
NARROW = (360, 640)
# What libadwaita's own windows leave without a name: the search of preferences, and texts of licences.
FOREIGN = re.compile("^(entry 'GtkSearchEntry' .*frame 'Preferences'|(text 'GtkTextView'|push button 'GtkButton') .*"
                     "frame 'About')$")


class Walk:
    """Looks at one client, state after state, and remembers what it does not like."""

    def __init__(self, shoal):
        self.shoal = shoal
        self.found = {}

    def look(self, where):
        """Walks over all that is shown now; what is hidden is walked over by test-flows.py."""
        for control in atspi.unlabelled_shown(self.shoal.app()):
            if not FOREIGN.search(control):
                self.found.setdefault(control, where)

    def popover(self, opener, where):
        """Opens what a button of that name holds, looks, and closes it."""
        opens(self.shoal, opener)
        self.look(where)
        self.shoal.key("Escape")

    def end(self):
        """Nothing may have been found."""
        assert self.shoal.running(), self.shoal.said()
        assert not self.found, "\n".join(f"{where}: {control}" for control, where in self.found.items())


def menu(walk, where):
    """The menu of what has the focus."""
    walk.shoal.key("shift+F10")
    atspi.until(screen.is_held, where)
    walk.look(where)
    walk.shoal.key("Escape")


def popovers(walk):
    """What the header holds, and the menus of the list."""
    for name in ("More ways to add and share", "Main Menu", re.compile("Speed.*|.*[Ll]imits.*"), "Order and Columns"):
        walk.popover(name, f"popover of {name}")


def tabs_of_details(walk, torrent, at):
    """All five tabs, with what they hold and what they open."""
    shoal = walk.shoal
    for name in ("Overview", "Log"):
        tab(shoal, name)
        walk.look(name)
    tab(shoal, "Files")
    select_file(shoal, "film.mkv")
    menu(walk, "menu of a file")
    shoal.key("F2")
    atspi.find_shown(shoal.app(), "text", "New name of the file")
    walk.look("renaming")
    shoal.key("Escape")
    tab(shoal, "Peers")
    shoal.select(lambda: atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(at) + ".*")))
    menu(walk, "menu of a peer")
    choose(shoal, "Limit Speed…")
    atspi.find(shoal.app(), "frame", "Limit Speed")
    walk.look("limiting a peer")
    shoal.key("Escape")
    atspi.absent(shoal.app(), "frame", "Limit Speed")
    walk.popover("Add Peer…", "adding a peer")
    tab(shoal, "Trackers")
    shoal.press(atspi.find_shown(shoal.app(), "list item", re.compile("http.*")))
    menu(walk, "menu of a tracker")
    walk.popover("Add Tracker…", "adding a tracker")
    atspi.click(button(shoal, "Edit…"))
    atspi.find(shoal.app(), "frame", "Edit Trackers")
    walk.look("editing trackers")
    shoal.key("Escape")
    atspi.absent(shoal.app(), "frame", "Edit Trackers")


def fetch(world, torrent, shoal, at):
    """A transfer at work, with a peer."""
    start(shoal)
    row(shoal, torrent, "Downloading")
    details(shoal, torrent)
    tab(shoal, "Peers")
    atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(at) + ".*"))


@in_world
def case_list_and_details(world):
    torrent = world.torrent(FILM)
    with world.seed(torrent, env=SLOW) as (_, at), world.window(torrent.file) as shoal:
        walk = Walk(shoal)
        fetch(world, torrent, shoal, at)
        tabs_of_details(walk, torrent, at)
        select(shoal, torrent)
        menu(walk, "menu of a torrent")
        popovers(walk)
        shoal.key("ctrl+f")
        walk.look("search")
        walk.end()


@in_world
def case_narrow_pages(world):
    torrent = world.torrent(FILM)
    with world.seed(torrent, env=SLOW) as (_, at), world.window(torrent.file) as shoal:
        start(shoal)
        atspi.until(lambda: len(screen.windows(shoal.pid)) == 1, "the sheet is gone")
        shoal.resize(*NARROW)
        walk = Walk(shoal)
        shoal.press(atspi.find_shown(shoal.app(), "list item", re.compile(re.escape(torrent.name) + ", .*")))
        walk.look("rows")
        menu(walk, "menu of a row")
        shoal.key("alt+Return")
        tab(shoal, "Peers")
        atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(at) + ".*"))
        tabs_of_details(walk, torrent, at)
        walk.end()


@in_world
def case_cards_and_the_sheet_that_registers(world):
    folder = os.path.join(HOME, "Named")
    trees.make(folder, {"a": 100000})
    with world.window() as shoal:
        walk = Walk(shoal)
        pasted(shoal, pathlib.Path(folder).as_uri())
        create = atspi.find(shoal.app(), "push button", "Create and Share")
        atspi.until(lambda: atspi.has(create, "sensitive"), "it can be shared")
        walk.look("card that asks")
        walk.popover("Sets", "sets of trackers")
        atspi.click(create)
        atspi.find(shoal.app(), "text", "Magnet link")
        walk.look("card that tells")
        atspi.click(atspi.find(shoal.app(), None, "Show as QR code"))
        atspi.find(shoal.app(), "image", re.compile("QR code.*"))
        walk.look("code")
        atspi.click(atspi.find(shoal.app(), "push button", "Register on a Tracker…"))
        atspi.find(shoal.app(), "frame", "Register on a Tracker")
        walk.look("registering")
        walk.end()


def pages_of_preferences(walk):
    """Each page, and the sheet that names a set of trackers."""
    shoal = walk.shoal
    preferences = atspi.find(shoal.app(), "frame", "Preferences")
    for name in ("General", "Speed", "Network", "Sharing"):
        page = atspi.find(preferences, "page tab", name)
        atspi.click(page)
        atspi.until(lambda page=page: atspi.has(page, "selected"), f"{name} is shown")
        walk.look(f"Preferences, {name}")
    atspi.click(button(shoal, "Add Set…"))
    shoal.number(3)
    walk.look("a set of trackers")
    shoal.key("Escape")
    atspi.until(lambda: len(screen.windows(shoal.pid)) == 2, "the set is left")


@in_world
def case_windows_over_the_window(world):
    with world.window(world.torrent(FILM).file, world.torrent(name="another").magnet()) as shoal:
        walk = Walk(shoal)
        atspi.find(shoal.app(), "frame", "Add 2 Torrents")
        walk.look("adding")
        shoal.key("Escape")
        atspi.absent(shoal.app(), "frame", "Add 2 Torrents")
        for keys, name in (("ctrl+comma", "Preferences"), ("ctrl+question", "Keyboard Shortcuts")):
            shoal.key(keys)
            shoal.number(2)
            walk.look(name)
            if name == "Preferences":
                pages_of_preferences(walk)
            shoal.key("Escape")
            atspi.until(lambda: len(screen.windows(shoal.pid)) == 1, f"{name} are closed")
        shoal.key("F10")
        atspi.click(atspi.find_shown(shoal.app(), "menu item", "About Shoal"))
        shoal.number(2)
        walk.look("about")
        walk.end()


@in_world
def case_questions(world):
    disks.small(DOWNLOADS, "64m")  # which has no trash
    torrent = world.torrent({"a": 300000})
    with world.seed(torrent), world.window(torrent.file) as shoal:
        walk = Walk(shoal)
        start(shoal)
        row(shoal, torrent, "Sharing")
        select(shoal, torrent)
        shoal.key("shift+Delete")
        atspi.find(shoal.app(), None, "Delete Files for Ever?")
        walk.look("deleting for ever")
        shoal.key("Escape")
        atspi.absent(shoal.app(), "label", "Delete Files for Ever?")
        shoal.key("ctrl+w")
        atspi.find(shoal.app(), "push button", "Quit Instead")
        walk.look("closing")
        shoal.key("Escape")
        atspi.absent(shoal.app(), "push button", "Quit Instead")
        select(shoal, torrent)
        shoal.key("Delete")
        atspi.find(shoal.app(), "push button", "Undo")
        walk.look("undo")
        walk.end()


def refused(walk, path, words):
    """Pastes a path that is refused in words, looks, and leaves what refuses it."""
    pasted(walk.shoal, pathlib.Path(path).as_uri())
    atspi.find(walk.shoal.app(), "label", words)
    walk.look(words)
    walk.shoal.key("Escape")
    atspi.absent(walk.shoal.app(), "frame", re.compile("Add .*"))


@in_world
def case_what_is_refused(world):
    torrent = world.torrent({"a": 300000})
    junk, empty = os.path.join(world.lab.folder, "photo.torrent"), os.path.join(HOME, "Nothing in it")
    with open(junk, "wb") as out:
        out.write(b"\xff\xd8\xff\xe0")
    os.mkdir(empty)
    with world.window(torrent.file) as shoal:
        walk = Walk(shoal)
        walk.look("before there is anything")
        start(shoal)
        row(shoal, torrent, "Downloading")
        refused(walk, torrent.file, "You Have This Torrent Already")
        refused(walk, junk, "This Cannot Be Added")
        shoal.key("ctrl+f")
        screen.type_text("none is called so")
        atspi.find_shown(shoal.app(), "label", "Nothing Found")
        walk.look("nothing found")
        shoal.key("Escape")
        refused(walk, empty, "This cannot be shared")
        walk.end()


@in_world
def case_refusal(world):
    with world.window() as shoal:
        with window.Window("named-second", "--profile", world.case) as second:
            walk = Walk(second)
            atspi.find(second.app(), "push button", "Try Again")
            walk.look("refusal")
            walk.end()
        assert shoal.running()


desktop.need_accessibility()
peers.need("xdotool")
disks.enter()
tap.main([
    case_list_and_details, case_narrow_pages, case_cards_and_the_sheet_that_registers, case_windows_over_the_window,
    case_questions, case_what_is_refused, case_refusal,
])
