"""scenes: what tests/gui/pictures.py shows of a running client, state after state, in whatever language it speaks.

A Scene knows the words of the client's language, and what stands where: names are given in English. Each function brings the client
into states that a person meets, takes a picture of each, and leaves it as it was.
"""

import contextlib
import gettext
import os
import pathlib
import re
import subprocess

from helpers import atspi, clipboard, screen

NARROW = (360, 640)  # without the border
BORDER = 5  # what GTK draws around a window where nobody composes the screen
SHOWCASE = (1090, 780)
FOOT, DETAILS_HEIGHT = 24, 280  # the bar at the bottom, and what the details have at first
TALLER = 205  # the details are to be, so that the graph is seen
SEEN_SECONDS = 30  # of the graph
REST = 0.6  # until what was asked for is drawn, in seconds
PAGES = ("speed", "network", "sharing")
DETAILS = ("overview", "files", "peers", "trackers", "log")


class Scene:
    """One client, the folder for its pictures, and its language."""

    def __init__(self, shoal, folder, size, language):
        self.shoal, self.folder, self.size = shoal, folder, size
        self.words = gettext.translation("shoal", os.environ["SHOAL_LOCALEDIR"], [language], fallback=True)

    def fit(self, number=None):
        """Gives a window its size, without the border."""
        screen.resize(number or self.shoal.number(), *(side + 2 * BORDER for side in self.size))
        settle()

    def said(self, words, context=None):
        """What stands in the window for English words."""
        text = self.words.pgettext(context, words) if context else self.words.gettext(words)
        return text.replace("_", "", 1)

    def find(self, role, words, context=None):
        """A node that is shown, by its English words."""
        return atspi.find_shown(self.shoal.app(), role, self.said(words, context))

    def button(self, words, context=None):
        """A button of whatever kind that is shown and can be pressed."""
        name = self.said(words, context)

        def there():
            return next((node for node in atspi.walk(self.shoal.app()) if "button" in node.get_role_name()
                         and atspi.matches(node, None, name) and atspi.is_shown(node) and node.get_n_actions()), None)
        return atspi.until(there, f"button {name!r}")

    def shoot(self, name, number=None):
        """A picture of a window without its border, by default the last one."""
        settle()
        path = os.path.join(self.folder, name + ".png")
        screen.picture(path, number or self.shoal.number())
        mogrify(path, "-shave", f"{BORDER}x{BORDER}")

    def shoot_over(self, name):
        """A picture of the first window with what hangs out of it: a menu is a window of its own."""
        settle()
        path = os.path.join(self.folder, name + ".png")
        screen.picture(path)
        width, height = (side + 2 * BORDER for side in self.size)
        mogrify(path, "-crop", f"{width}x{height}+0+0", "-shave", f"{BORDER}x{BORDER}")

    def popover(self, name, button, *keys):
        """What a button holds, after keys in it."""
        atspi.click(button)
        settle()
        if keys:
            screen.key(*keys)
        self.shoot_over(name)
        screen.key("Escape")
        settle()

    def menu(self, name):
        """The menu of what has the focus."""
        screen.key("shift+F10")
        self.shoot_over(name)
        screen.key("Escape")
        settle()

    @contextlib.contextmanager
    def above(self, name, count=2):
        """A window that has come over the others: its picture, and its end."""
        number = self.shoal.number(count)
        if self.size == NARROW:
            self.fit(number)
        self.shoot(name, number)
        yield number
        screen.focus(number)
        screen.key("Escape")
        atspi.until(lambda: len(screen.windows(self.shoal.pid)) < count, f"{name} is closed")

    def over(self, name, *keys, count=2):
        """A window that keys open, as it opens."""
        self.shoal.key(*keys)
        with self.above(name, count):
            pass


def mogrify(path, *changes):
    """Changes a picture in its place."""
    subprocess.run(["mogrify", *changes, "+repage", "-strip", path], check=True, timeout=60)


def settle(seconds=REST):
    """Lets a window draw what it shows."""
    atspi.pump(seconds)


def tab(scene, which):
    """Shows a tab by its place: 0 is Upload, 1 is Download."""
    tabs = [node for node in atspi.find_all(scene.shoal.app(), "page tab") if atspi.is_shown(node)]
    atspi.click(tabs[which])
    settle()


def rows(scene):
    """The torrents that are shown."""
    found = atspi.find_all(scene.shoal.app(), "table row") + atspi.find_all(scene.shoal.app(), "list item")
    return [node for node in found if atspi.is_shown(node) and not atspi.nameless(node) and not atspi.is_head(node)]


def row(scene, name):
    """The row of a torrent, or of a file."""
    return atspi.until(lambda: next((node for node in rows(scene) if node.get_name().startswith(name)), None),
                       f"row of {name}")


def download(scene, name):
    """The list with one torrent selected, its menus, and what a person is told when it goes."""
    tab(scene, 1)
    scene.shoal.press(row(scene, name))
    screen.point_away()
    scene.shoot("download")
    scene.menu("menu-torrent")
    scene.popover("menu-add", scene.button("More ways to add and share"))
    scene.popover("menu-main", scene.button("Main Menu"))
    scene.popover("menu-columns", scene.button("Order and Columns"))
    scene.popover("speeds", scene.button("Speeds and limits"))
    scene.shoal.key("ctrl+f")
    screen.type_text("zzz")
    scene.shoot("nothing-found")
    scene.shoal.key("Escape")


def removal(scene, name):
    """A torrent that goes and comes back, and the questions that are asked before what cannot be taken back."""
    scene.shoal.press(row(scene, name))
    scene.shoal.key("Delete")
    screen.point_away()
    scene.shoot("undo")
    atspi.click(scene.find("push button", "_Undo"))
    scene.shoal.press(row(scene, name))
    scene.over("question-delete", "shift+Delete")
    scene.over("question-close", "ctrl+w")


def dismiss(scene):
    """Closes the message at the foot, which lies over what is to be seen."""
    message = atspi.find_shown(scene.shoal.app(), None, "AdwToastWidget")
    atspi.click(atspi.find_all(message, "push button")[-1])
    atspi.until(lambda: not atspi.is_shown(message), "the message is gone")


def details(scene, name):
    """The five tabs, and what opens in them."""
    scene.shoal.press(row(scene, name))
    screen.point_away()
    scene.shoal.key("ctrl+r")  # of which the log tells
    dismiss(scene)
    scene.shoal.key("alt+Return")
    settle(2)
    root = atspi.find(scene.shoal.app(), "filler", "GuiDetails")
    tabs = [node for node in atspi.find_all(root, "page tab") if atspi.is_shown(node)]
    for which, node in zip(DETAILS, tabs):
        atspi.click(node)
        scene.shoot(f"details-{which}")
        if which in INSIDE:
            INSIDE[which](scene)
    scene.shoal.key("Escape")


def showcase(scene, name):
    """The window at work, for README.md: two transfers, and of one the pieces and the speed of half a minute."""
    scene.size = SHOWCASE
    scene.fit()
    scene.shoal.press(row(scene, name))
    screen.point_away()
    scene.shoal.key("alt+Return")
    settle(2)
    edge = SHOWCASE[1] + BORDER - FOOT - DETAILS_HEIGHT
    screen.xdotool("mousemove", str(SHOWCASE[0] // 2), str(edge), "mousedown", "1")
    screen.xdotool("mousemove", str(SHOWCASE[0] // 2), str(edge - TALLER // 2))
    screen.xdotool("mousemove", str(SHOWCASE[0] // 2), str(edge - TALLER), "mouseup", "1")
    screen.point_away()
    settle(SEEN_SECONDS)
    scene.shoot("showcase")


def in_files(scene):
    """A file's menu, and its renaming."""
    scene.shoal.press(atspi.find_shown(scene.shoal.app(), "label", "poster.jpg"))
    screen.point_away()
    scene.menu("menu-file")
    screen.key("F2")
    scene.shoot_over("rename")
    screen.key("Escape")


def in_peers(scene):
    """A peer's menu, the sheet that limits it, and what adds one."""
    scene.shoal.press(atspi.find_shown(scene.shoal.app(), "table row", re.compile(r"127\..*")))
    screen.point_away()
    scene.menu("menu-peer")
    screen.key("shift+F10")
    atspi.click(scene.find("menu item", "_Limit Speed…"))
    with scene.above("limit-peer"):
        pass
    scene.popover("peer", scene.button("_Add Peer…"))


def in_trackers(scene):
    """A tracker's menu, what adds one, and the sheet for all."""
    scene.shoal.press(atspi.find_shown(scene.shoal.app(), "list item", re.compile("http.*")))
    screen.point_away()
    scene.menu("menu-tracker")
    scene.popover("tracker", scene.button("_Add Tracker…"))
    atspi.click(scene.button("_Edit…"))
    with scene.above("trackers"):
        pass


INSIDE = {"files": in_files, "peers": in_peers, "trackers": in_trackers}


def upload(scene, name, shared):
    """What is shared, the card that tells how to hand it out, and the one that asks about files."""
    tab(scene, 0)
    scene.shoal.press(row(scene, name))
    screen.point_away()
    scene.shoot("upload")
    scene.menu("menu-shared")
    with clipboard.holding(pathlib.Path(shared).as_uri()):
        scene.shoal.key("ctrl+v")
        settle()
    scene.shoot("card")
    scene.shoal.press(scene.find("list item", "_Advanced"))
    screen.point_away()
    scene.shoot("card-advanced")
    scene.popover("sets", scene.button("Sets"))
    atspi.click(scene.button("Do not share this"))


def share(scene, name):
    """The card that hands a torrent out, its code, and the sheet that registers it."""
    tab(scene, 0)
    scene.shoal.press(row(scene, name))
    atspi.click(scene.button("Hand out the link of the selected torrent"))
    scene.shoot("share")
    atspi.click(atspi.find(scene.shoal.app(), None, scene.said("Show as QR code")))  # it may lie below what is seen
    scene.shoot("share-code")
    atspi.click(scene.button("_Register on a Tracker…"))
    with scene.above("register"):
        pass
    atspi.click(scene.button("Done; it stays shared"))


def preferences(scene):
    """Each page of the window of preferences, and the sheet that names trackers."""
    scene.shoal.key("ctrl+comma")
    with scene.above("preferences-general") as number:
        frame = list(atspi.find_all(scene.shoal.app(), "frame"))[-1]
        pages = [node for node in atspi.find_all(frame, "page tab") if atspi.is_shown(node)][-len(PAGES) - 1:]
        for name, node in zip(PAGES, pages[1:]):
            atspi.click(node)
            scene.shoot(f"preferences-{name}", number)
        atspi.click(scene.button("_Add Set…"))
        with scene.above("preferences-set", 3):
            pass


def windows(scene):
    """What the main menu opens."""
    scene.over("shortcuts", "ctrl+question")
    scene.shoal.key("F10")
    atspi.click(scene.find("menu item", "_About Shoal"))
    with scene.above("about"):
        pass


def empty(scene):
    """Both tabs before there is anything."""
    tab(scene, 0)
    scene.shoot("upload-empty")
    tab(scene, 1)
    scene.shoot("download-empty")


def sheet(scene, name):
    """The sheet that asks about torrents."""
    settle(2)
    with scene.above(name):
        pass
