"""person: what a person does in the window in many tests: a case's world, the Add sheet, the rows of transfers.

    @person.in_world
    def case_fetch(world):
        torrent = world.torrent()
        with world.seed(torrent), world.window(torrent.file) as shoal:
            person.start(shoal)
            person.row(shoal, torrent, "Sharing")
"""

import os
import re
import tempfile

from helpers import atspi, clipboard, peers, screen, swarm, tracker, window

HOME = os.environ.get("HOME", "")
DOWNLOADS = os.path.join(HOME, "Downloads")
FILES = {"beach.jpg": 1000003, "clips/first.mkv": 6000001, "clips/second.mkv": 3000001, "notes.txt": 211}


class World:
    """One case's tracker, swarm and client."""

    def __init__(self, folder, case):
        self.lab = swarm.Lab(folder, case)
        self.case = case
        self.count = 0
        self.tracker = tracker.ShoalTracker(f"{case}-tracker", os.path.join(folder, "tracker"), *tracker.NO_LIMITS)
        self.url = "http://{}:{}/announce".format(*self.tracker.address("http"))

    def torrent(self, files=None, name=None, **more):
        """A torrent of our tracker, whose name is that of the case unless another is given."""
        return self.lab.torrent(name or self.case.replace("-", " ").title(), files or FILES, trackers=[self.url], **more)

    def seed(self, torrent, **more):
        """libtorrent as the one who has it all."""
        return self.lab.libtorrent("seed", torrent, torrent.content, **more)

    def window(self, *arguments, profile="", **more):
        """The client, with a profile of the case."""
        self.count += 1
        return window.Window(f"{self.case}-{self.count}", "--profile", self.case + profile, *arguments, **more)


def in_world(case):
    """A case that is given a world, which ends with it."""
    name = case.__name__.removeprefix("case_").replace("_", "-")

    def run():
        peers.need("xdotool")
        swarm.need_libtorrent()
        with tempfile.TemporaryDirectory() as folder:
            world = World(folder, name)
            with world.tracker:
                case(world)
    run.__name__ = case.__name__
    return run


def row(shoal, torrent, state, seconds=atspi.SECONDS):
    """Waits for the row of a torrent in a state; its percentage."""
    pattern = re.compile(rf"{re.escape(torrent.name)}, {state}, (\d+).%.*")
    found = atspi.find_shown(shoal.app(), "table row", pattern, seconds)
    return int(pattern.fullmatch(found.get_name()).group(1))


def sheet(shoal):
    """The Add sheet, once it is there."""
    return atspi.find(shoal.app(), "frame", re.compile("Add (Torrent|[0-9]+ Torrents)"))


def tick(shoal, node, wanted):
    """Ticks or empties a check box."""
    if atspi.has(node, "checked") != wanted:
        shoal.press(node)
    atspi.until(lambda: atspi.has(node, "checked") == wanted, f"{node.get_name()} is ticked: {wanted}")


def start(shoal):
    """Starts what the Add sheet shows, and waits until it is gone."""
    button = atspi.find(sheet(shoal), "push button", "Start")
    atspi.until(lambda: atspi.has(button, "sensitive"), "it can be started")
    atspi.click(button)
    atspi.absent(shoal.app(), "frame", re.compile("Add .*"))


def select(shoal, torrent):
    """Selects the row of a torrent."""
    shoal.select(lambda: atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(torrent.name) + ", .*")))


def select_file(shoal, name):
    """Selects the row of a file in the details, by its name: at its start is the box."""
    def row_of():
        return atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(name) + ", .*"))
    atspi.again(lambda: shoal.press(atspi.find_shown(shoal.app(), "label", name)), lambda: atspi.has(row_of(), "selected"),
                f"{name} is selected")


def details(shoal, torrent):
    """Shows the details of a torrent."""
    select(shoal, torrent)
    shoal.key("alt+Return")
    atspi.find_shown(shoal.app(), "page tab", "Overview")


def tab(shoal, name):
    """Shows a tab of the details."""
    node = atspi.find_shown(shoal.app(), "page tab", name)
    atspi.click(node)
    atspi.until(lambda: atspi.has(node, "selected"), f"{name} is shown")


def choose(shoal, *items):
    """Chooses from the menu of what has the focus, through those below it, and waits until the menu is gone."""
    shoal.key("shift+F10")
    atspi.until(screen.is_held, "the menu is open")
    shoal.choose(*items)


def order(shoal):
    """The names of the rows from the top."""
    rows = [(atspi.extents(node).y, node.get_name().split(",")[0]) for node in atspi.find_all(shoal.app(), "table row")
            if atspi.is_shown(node) and not atspi.is_head(node)]
    return tuple(name for _, name in sorted(rows))


def by_queue(shoal):
    """Puts the list in the order of the queue, who is first at the top."""
    for item, wanted in (("Queue", True), ("Descending", False)):
        opens(shoal, "Order and Columns")
        if atspi.has(atspi.find_shown(shoal.app(), "menu item", item), "checked") != wanted:
            shoal.choose(item)
        else:
            shoal.key("Escape")


def button(shoal, name):
    """A button that is shown and does something, whatever kind it is of."""
    def there():
        return next((node for node in atspi.walk_shown(shoal.app()) if atspi.matches(node, None, name)
                     and node.get_role_name() in ("push button", "toggle button") and node.get_n_actions()
                     and atspi.is_shown(node)), None)
    return atspi.until(there, f"button {name!r}")


def opens(shoal, name):
    """Opens the menu or the popover that a button holds; another one has gone by then."""
    atspi.until(lambda: not screen.is_held(), "no other is open")
    # A window that has just got the keyboard back from another closes what was opened before.
    shoal.take_keyboard()
    atspi.again(lambda: atspi.click(button(shoal, name)), screen.is_held, f"{name} is open")


def tiers(shoal):
    """What is said of the tier of each tracker."""
    rows = [node for node in atspi.find_all(shoal.app(), "list item", re.compile("http.*")) if atspi.is_shown(node)]
    return {node.get_name().split(": ")[0]: atspi.look(node, "label", re.compile("Tier [0-9]+")).get_name()
            for node in rows}


def pasted(shoal, words):
    """Pastes words into the window, and waits until it has asked for them."""
    with clipboard.holding(words):
        shoal.key("ctrl+v")
        atspi.until(lambda: asked(shoal), "what was pasted is there")


def asked(shoal):
    """Whether a sheet or a card asks how to go on."""
    return (atspi.look(shoal.app(), "frame", re.compile("Add .*"))
            or atspi.look(shoal.app(), "push button", "Create and Share"))
