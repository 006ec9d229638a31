#!/usr/bin/python3
"""Pictures of the client's windows, with real torrents in them: light, dark, high contrast, right to left, narrow,
large text.

    tests/gui/run.py --network tests/gui/pictures.py FOLDER [VARIANT...]

Each VARIANT, those five or a language, such as ru or narrow-ru, becomes a folder in FOLDER with a PNG for each window. The torrents are made up; a seed of ours gives
some of them away slowly, by a tracker of ours, so that transfers are seen at work.
"""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from helpers import atspi, clipboard, screen, swarm, tracker, window

WIDE, NARROW = (1100, 720), (360, 640)
VARIANTS = {
    "light": ({}, WIDE),
    "dark": ({"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, WIDE),
    "contrast": ({"ADW_DEBUG_HIGH_CONTRAST": "1"}, WIDE),
    "right-to-left": ({"LANGUAGE": "fa"}, WIDE),
    "narrow": ({}, NARROW),
    "large-text": ({"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, WIDE),
}
USUAL = tuple(VARIANTS)
for language in ("ar", "de", "fa", "ru", "uz"):
    VARIANTS[language] = ({"LANGUAGE": language}, WIDE)
    VARIANTS["narrow-" + language] = ({"LANGUAGE": language}, NARROW)
MIB = 1 << 20
SHOWN = {
    "Big Buck Bunny 2160p": {"Big Buck Bunny.mkv": 30 * MIB, "Subtitles/English.srt": 90000,
                             "Subtitles/Persian.srt": 120000, "poster.jpg": 400000},
    "debian-12.8.0-amd64-netinst.iso": 12 * MIB,
    "Field recordings, spring 2026": {f"{n:02} – dawn.flac": 900000 + n * 31000 for n in range(1, 9)},
    "شاهنامهٔ فردوسی": {"متن.epub": 3 * MIB, "خوانش/۰۱.opus": 2 * MIB},
}
ASKED = {f"Season {s}/Episode {e:02}.mkv": (18 + e) * 50000 for s in (1, 2) for e in range(1, 7)}
DETAILS = ("overview", "files", "peers", "trackers", "log")
PAGES = ("speed", "network", "sharing")
BORDER = 5  # what GTK draws around a window where nobody composes the screen


class Stage:
    """A tracker, seeds and the torrents that the windows show."""

    def __init__(self, folder):
        self.lab = swarm.Lab(folder, "pictures")
        self.stack = contextlib.ExitStack()
        self.server = self.stack.enter_context(
            tracker.ShoalTracker("pictures-tracker", os.path.join(folder, "tracker"), *tracker.NO_LIMITS))
        self.url = "http://{}:{}/announce".format(*self.server.address("http"))
        self.torrents = [self.torrent(name, files) for name, files in SHOWN.items()]
        self.asked = self.torrent("The Long Way Round", {**ASKED, "Extras/map.pdf": 2 * MIB, "readme.txt": 900})

    def torrent(self, name, files):
        """A torrent of our tracker."""
        return self.lab.torrent(name, files, trackers=[self.url])

    def give(self, torrent, limit):
        """Seeds a torrent, at so many bytes a second."""
        env = {"LT_UPLOAD_LIMIT": str(limit)}
        self.stack.enter_context(self.lab.libtorrent("seed", torrent, torrent.content, env=env))


def settle(seconds=1.0):
    """Lets a window draw what it shows."""
    atspi.pump(seconds)


def shoot(shoal, path, number=None):
    """A PNG of a window without its border."""
    screen.picture(path, number or shoal.number())
    subprocess.run(["mogrify", "-shave", f"{BORDER}x{BORDER}", "+repage", "-strip", path], check=True, timeout=60)


def tab(shoal, which):
    """Shows a tab by its place: 0 is Upload, 1 is Download."""
    tabs = [node for node in atspi.find_all(shoal.app(), "page tab") if atspi.is_shown(node)]
    atspi.click(tabs[which])
    settle()


def rows(shoal):
    """The torrents that are shown."""
    found = atspi.find_all(shoal.app(), "table row") + atspi.find_all(shoal.app(), "list item")
    return [node for node in found if atspi.is_shown(node) and not atspi.nameless(node) and not atspi.is_head(node)]


def download(shoal, folder):
    """The list, and the details of its last torrent."""
    tab(shoal, 1)
    if rows(shoal):
        shoal.press(rows(shoal)[-1])
    screen.point_away()
    settle()
    shoot(shoal, os.path.join(folder, "download.png"))
    shoal.key("ctrl+r")  # of which the log tells
    shoal.key("alt+Return")
    settle(2)
    details = atspi.find(shoal.app(), "filler", "GuiDetails")
    tabs = [node for node in atspi.find_all(details, "page tab") if atspi.is_shown(node)]
    for name, node in zip(DETAILS, tabs):
        atspi.click(node)
        settle()
        shoot(shoal, os.path.join(folder, f"details-{name}.png"))
    shoal.key("Escape")


def upload(shoal, folder, shared):
    """What is shared, and the card that asks about files."""
    tab(shoal, 0)
    shoot(shoal, os.path.join(folder, "upload.png"))
    with clipboard.holding(pathlib.Path(shared).as_uri()):
        shoal.key("ctrl+v")
        settle()
    shoot(shoal, os.path.join(folder, "upload-card.png"))


def window_over(shoal, folder, size, name, *keys):
    """A window that keys open over the first one."""
    shoal.key(*keys)
    number = shoal.number(2)
    if size == NARROW:
        screen.resize(number, *size)
    settle()
    shoot(shoal, os.path.join(folder, name + ".png"), number)
    return number


def preferences(shoal, folder, size):
    """Each page of the window of preferences."""
    number = window_over(shoal, folder, size, "preferences-general", "ctrl+comma")
    frame = [node for node in atspi.find_all(shoal.app(), "frame")][-1]
    pages = [node for node in atspi.find_all(frame, "page tab") if atspi.is_shown(node)][-len(PAGES) - 1:]
    for name, node in zip(PAGES, pages[1:]):
        atspi.click(node)
        settle()
        shoot(shoal, os.path.join(folder, f"preferences-{name}.png"), number)
    shoal.key("Escape")
    atspi.until(lambda: len(screen.windows(shoal.pid)) == 1, "the preferences are closed")


def sheet(stage, name, env, size, folder):
    """The sheet that asks about a torrent."""
    with window.Window(name, stage.asked.file, env=env) as shoal:
        number = shoal.number(2)
        if size == NARROW:
            screen.resize(number, *size)
        settle(2)
        shoot(shoal, os.path.join(folder, "add.png"), number)


def variant(stage, name, folder):
    """All pictures of one variant."""
    env, size = VARIANTS[name]
    os.makedirs(folder, exist_ok=True)
    set_dpi(192 if name == "large-text" else 96)
    with window.Window("pictures-" + name, env=env) as shoal:
        for _ in range(2):  # once narrow it may be narrower still
            screen.resize(shoal.number(), *size)
            settle()
        settle(3)
        download(shoal, folder)
        upload(shoal, folder, stage.torrents[2].content)
        preferences(shoal, folder, size)
        shoal.number(1)
        window_over(shoal, folder, size, "shortcuts", "ctrl+question")
    sheet(stage, "pictures-add-" + name, env, size, folder)


def set_dpi(dpi):
    """Tells windows that open from now on how large text is: 96 is usual."""
    subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", f"Xft.dpi:\t{dpi}\n"],
                   check=True, timeout=20)


def prepare(stage):
    """Adds what the windows show, as a person does."""
    for torrent, limit in zip(stage.torrents, (100000, 900000, 8 * MIB, 8 * MIB)):
        stage.give(torrent, limit)
    with window.Window("pictures-prepare", *(torrent.file for torrent in stage.torrents)) as shoal:
        shoal.number(2)
        button = atspi.find(shoal.app(), "push button", "Start")
        atspi.until(lambda: atspi.has(button, "sensitive"), "the torrents can be started")
        atspi.click(button)
        end = time.monotonic() + 12
        while time.monotonic() < end:
            atspi.pump(0.5)


def main(folder, *names):
    """Makes the pictures."""
    with tempfile.TemporaryDirectory() as work:
        stage = Stage(work)
        with stage.stack:
            prepare(stage)
            for name in names or USUAL:
                variant(stage, name, os.path.join(folder, name))
                print(os.path.join(folder, name), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
