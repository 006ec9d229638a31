#!/usr/bin/python3
"""Every key that the list of shortcuts names does what it says, wherever the keyboard is. What is pressed is read out of
the list itself: one that has no test here fails."""

import os
import re
import tempfile
import xml.etree.ElementTree as tree

from helpers import atspi, clipboard, desktop, peers, person, screen, strangers, tap, window

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LISTED = os.path.join(SOURCE, "gtk-client", "shell", "gui-shortcuts.ui")
FILES = {"one.bin": 400000, "two.bin": 70000}


def listed():
    """(group, what it does, the keys as xdotool calls them) of all that are listed."""
    for group in tree.parse(LISTED).getroot().iter("object"):
        if group.get("class") != "AdwPreferencesGroup":
            continue
        head = group.find("property[@name='title']").text
        for row in group.iter("object"):
            if row.get("class") == "AdwActionRow":
                label = row.find("child/object[@class='GtkShortcutLabel']/property[@name='accelerator']").text
                keys = label.replace("<Control>", "ctrl+").replace("<Shift>", "shift+").replace("<Alt>", "alt+")
                yield head, row.find("property[@name='title']").text, keys


class Case:
    """A client with two torrents that nobody has the files of."""

    def __init__(self, name, folder):
        self.files = []
        for torrent in ("First", "Second"):
            self.files.append(os.path.join(folder, torrent + ".torrent"))
            with open(self.files[-1], "wb") as out:
                out.write(strangers.torrent(torrent, FILES))
        self.shoal = window.Window(name, "--profile", name, *self.files)

    def begin(self):
        """Starts both; the keyboard is in the header, far from the list."""
        app = self.shoal.app()
        button = atspi.find(app, "push button", "Start")
        atspi.until(lambda: atspi.has(button, "sensitive"), "they can be started")
        atspi.click(button)
        atspi.absent(app, "frame", re.compile("Add .*"))
        screen.point_away()  # what the case before has left it at may have a tooltip, which is a window
        self.one_window()
        self.row("Second")

    def one_window(self):
        """Waits until no other window is over the first."""
        atspi.until(lambda: len(screen.windows(self.shoal.pid)) == 1, "there is one window")

    def another_window(self, title=None):
        """Waits for another window; closes it."""
        self.shoal.number(2)
        if title:
            atspi.find(self.shoal.app(), None, title)
        atspi.again(lambda: self.shoal.key("Escape"), lambda: len(screen.windows(self.shoal.pid)) == 1, "it is closed")

    def row(self, name, state=".*"):
        """Waits for a row in a state."""
        return atspi.find_shown(self.shoal.app(), "table row", re.compile(rf"{name}, {state}, .*"))

    def select(self, name):
        """Selects a row, which gets the keyboard."""
        self.shoal.select(lambda: self.row(name))

    def details(self):
        """The tabs of the details that are shown."""
        node = atspi.look(self.shoal.app(), "page tab", "Trackers")
        return node is not None and atspi.is_shown(node)

    def leave_list(self):
        """Gives the keyboard to the header; what is selected stays."""
        row = self.row("First")
        self.shoal.key(*["F6"] * (2 if self.details() else 1))
        atspi.until(lambda: not atspi.has(row, "focused"), "the list has the keyboard no longer")


def shown_menu(case):
    """Waits for a menu; closes it."""
    atspi.until(screen.is_held, "a menu")
    atspi.until(lambda: any(atspi.matches(node, "menu item", None) for node in atspi.walk_shown(case.shoal.app())), "its items")
    case.shoal.key("Escape")


# --- what each does: called before it is pressed, it gives what is to be true after ---


def opens(title=None):
    """It opens a window."""
    return lambda case: lambda: case.another_window(title)


def pastes(case):
    holder = clipboard.holding("magnet:?xt=urn:btih:" + "ab" * 20)

    def after():
        with holder:
            case.another_window("Add Torrent")
    return after


def searches(case):
    def after():
        entry = atspi.find_shown(case.shoal.app(), "entry", "Search by name")
        atspi.until(lambda: any(atspi.has(node, "focused") for node in atspi.walk(entry)), "the search has the keyboard")
        case.shoal.key("Escape")
    return after


def undoes(case):
    case.select("Second")
    case.shoal.key("Delete")
    atspi.absent(case.shoal.app(), "table row", re.compile("Second, .*"))

    def after():
        case.row("Second")
        atspi.absent(case.shoal.app(), "push button", "Undo")
    return after


def opens_menu(case):
    return lambda: shown_menu(case)


def goes_on(case):
    case.select("First")
    row = case.row("First")

    def after():
        atspi.until(lambda: not atspi.has(row, "focused"), "the keyboard leaves the list")
        case.shoal.key("F6", "F6")  # round the window
        atspi.until(lambda: atspi.focused(case.shoal.app()) is not None, "something has it")
    return after


def starts(case):
    case.select("First")
    case.shoal.key("ctrl+p")
    case.row("First", "Paused")
    return away(case, lambda: case.row("First", "Downloading"))


def pauses(case):
    case.select("First")
    return away(case, lambda: (case.row("First", "Paused"), case.shoal.key("ctrl+s"), case.row("First", "Downloading")))


def away(case, after):
    """It has to work also where the keyboard is not in the list."""
    case.leave_list()
    return after


def starts_now(case):
    case.select("First")
    case.shoal.key("ctrl+p")
    case.row("First", "Paused")

    def after():
        case.row("First", "Downloading")
        case.shoal.key("ctrl+shift+s")  # from now on it waits for its turn again
    return after


def moves(before, wanted):
    """It moves the second torrent in the queue, from where another key has put it."""
    def effect(case):
        person.by_queue(case.shoal)
        case.select("Second")
        case.shoal.key(before)
        atspi.until(lambda: person.order(case.shoal) == wanted[::-1], f"{wanted[::-1]} before it is moved")
        return lambda: atspi.until(lambda: person.order(case.shoal) == wanted, f"{wanted} after it is moved")
    return effect


def shows_details(case):
    case.select("First")
    return away(case, lambda: atspi.find_shown(case.shoal.app(), "page tab", "Trackers"))


def reveals(case):
    case.select("First")
    return away(case, lambda: atspi.find(case.shoal.app(), "label", re.compile(".*(folder|show|program).*", re.I)))


def copies(case):
    case.select("First")
    return lambda: atspi.until(lambda: clipboard.text().startswith("magnet:"), "the link was copied")


def checks(case):
    case.select("First")
    shows_details_now(case)
    tab_of(case, "Log")
    case.select("First")
    return away(case, lambda: atspi.find_shown(case.shoal.app(), "label", re.compile("The files are verified|Verified.*")))


def selects_all(case):
    case.select("First")
    return lambda: atspi.until(lambda: atspi.has(case.row("Second"), "selected"), "all are selected")


def removes(case):
    case.select("Second")

    def after():
        atspi.absent(case.shoal.app(), "table row", re.compile("Second, .*"))
        atspi.click(atspi.find_shown(case.shoal.app(), "push button", "Undo"))
        case.row("Second")
    return after


def menu_of_torrent(case):
    case.select("First")
    return lambda: shown_menu(case)


def shows_details_now(case):
    """The details are shown."""
    if not case.details():
        case.shoal.key("alt+Return")
        atspi.find_shown(case.shoal.app(), "page tab", "Trackers")


def tab_of(case, name):
    """Shows one of the details."""
    node = atspi.find_shown(case.shoal.app(), "page tab", name)
    atspi.click(node)
    atspi.until(lambda: atspi.has(node, "selected"), f"{name} is shown")


def leaves_details(case):
    case.select("First")
    shows_details_now(case)
    return lambda: atspi.until(lambda: not case.details(), "the details are left")


def file_of(case):
    """Selects a file of the first torrent."""
    case.select("First")
    shows_details_now(case)
    tab_of(case, "Files")
    person.select_file(case.shoal, "two.bin")


def renames(case):
    file_of(case)

    def after():
        atspi.find_shown(case.shoal.app(), "text", "New name of the file")
        case.shoal.key("Escape")
    return after


def chooses(case):
    file_of(case)
    box = atspi.find_shown(case.shoal.app(), "check box", "two.bin")
    before = atspi.has(box, "checked")
    return lambda: atspi.until(lambda: atspi.has(box, "checked") != before, "it is chosen or left out")


EFFECTS = {
    ("General", "Add .torrent files"): opens(),
    ("General", "Add what the clipboard holds"): pastes,
    ("General", "Share files"): opens(),
    ("General", "Search"): searches,
    ("General", "Undo"): undoes,
    ("General", "Go to the next part of the window"): goes_on,
    ("General", "Main menu"): opens_menu,
    ("General", "Keyboard shortcuts"): opens("Keyboard Shortcuts"),
    ("General", "Preferences"): opens("Downloads"),
    ("Torrents", "Start"): starts,
    ("Torrents", "Pause"): pauses,
    ("Torrents", "Start now, past the queue"): starts_now,
    ("Torrents", "To the top of the queue"): moves("alt+End", ("Second", "First")),
    ("Torrents", "Up in the queue"): moves("alt+End", ("Second", "First")),
    ("Torrents", "Down in the queue"): moves("alt+Home", ("First", "Second")),
    ("Torrents", "To the bottom of the queue"): moves("alt+Home", ("First", "Second")),
    ("Torrents", "Details"): shows_details,
    ("Torrents", "Show in folder"): reveals,
    ("Torrents", "Copy magnet link"): copies,
    ("Torrents", "Check files"): checks,
    ("Torrents", "Select all"): selects_all,
    ("Torrents", "Remove"): removes,
    ("Torrents", "Remove and put files in the trash"): removes,
    ("Torrents", "Menu of a torrent"): menu_of_torrent,
    ("Torrents", "Leave the details"): leaves_details,
    ("Files", "Rename"): renames,
    ("Files", "Choose or leave out"): chooses,
}
# Those that end the window have a case of their own.
ENDS = {("General", "Close the window"): "ctrl+w", ("General", "Quit"): "ctrl+q"}


def press_all(group):
    """Presses all of one group, in one client."""
    with tempfile.TemporaryDirectory() as folder:
        case = Case(f"shortcuts-{group.lower()}", folder)
        with case.shoal:
            case.begin()
            for head, what, keys in listed():
                if head == group and (head, what) not in ENDS:
                    atspi.click(atspi.find_shown(case.shoal.app(), "page tab", "Download"))
                    after = EFFECTS[head, what](case)
                    case.shoal.key(keys)
                    after()
                    assert case.shoal.running(), f"{what}: {case.shoal.said()}"


def case_all_that_are_listed_are_tried():
    found = {(head, what): keys for head, what, keys in listed()}
    assert set(found) == set(EFFECTS) | set(ENDS), set(found) ^ (set(EFFECTS) | set(ENDS))
    assert all(found[what] == keys for what, keys in ENDS.items()), found


def case_general():
    press_all("General")


def case_torrents():
    press_all("Torrents")


def case_files():
    press_all("Files")


def case_those_that_end_the_window():
    for keys in ENDS.values():
        name = "shortcuts-" + keys.replace("+", "-")
        with window.Window(name, "--profile", name) as shoal:
            atspi.find(shoal.app(), "page tab", "Download")
            shoal.key(keys)
            assert shoal.finishes(90) == 0, shoal.said()


desktop.need_accessibility()
peers.need("xdotool")
tap.main([
    case_all_that_are_listed_are_tried, case_general, case_torrents, case_files, case_those_that_end_the_window,
])
