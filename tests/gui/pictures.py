#!/usr/bin/python3
"""Pictures of the client's windows, with real torrents in them: light, dark, high contrast, right to left, narrow.

    tests/gui/run.py --network tests/gui/pictures.py FOLDER [VARIANT...]

Each VARIANT becomes a folder in FOLDER with a PNG for each window. The torrents are made up; a seed of ours gives
some of them away slowly, by a tracker of ours, so that transfers are seen at work.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time

from helpers import atspi, screen, swarm, tracker, window

WIDE, NARROW = (1000, 680), (360, 640)
VARIANTS = {
    "light": ({}, WIDE),
    "dark": ({"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, WIDE),
    "contrast": ({"ADW_DEBUG_HIGH_CONTRAST": "1"}, WIDE),
    "right-to-left": ({"LANGUAGE": "fa"}, WIDE),
    "narrow": ({}, NARROW),
}
MIB = 1 << 20
SHOWN = {
    "Big Buck Bunny 2160p": {"Big Buck Bunny.mkv": 30 * MIB, "Subtitles/English.srt": 90000,
                             "Subtitles/Persian.srt": 120000, "poster.jpg": 400000},
    "debian-12.8.0-amd64-netinst.iso": 12 * MIB,
    "Field recordings, spring 2026": {f"{n:02} – dawn.flac": 900000 + n * 31000 for n in range(1, 9)},
    "شاهنامهٔ فردوسی": {"متن.epub": 3 * MIB, "خوانش/۰۱.opus": 2 * MIB},
}
ASKED = {f"Season {s}/Episode {e:02}.mkv": (18 + e) * 50000 for s in (1, 2) for e in range(1, 7)}
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


def main_windows(shoal, folder):
    """The pages of the main window."""
    tab(shoal, 1)
    rows = [node for node in atspi.find_all(shoal.app(), "table row") + atspi.find_all(shoal.app(), "list item")
            if atspi.is_shown(node) and not atspi.nameless(node) and not atspi.is_head(node)]
    if rows:
        shoal.press(rows[-1])
    settle()
    shoot(shoal, os.path.join(folder, "download.png"))
    shoal.key("alt+Return")
    settle(2)
    shoot(shoal, os.path.join(folder, "details.png"))
    shoal.key("alt+Return")
    tab(shoal, 0)
    shoot(shoal, os.path.join(folder, "upload.png"))


def preferences(shoal, folder, size):
    """The window of preferences."""
    shoal.key("ctrl+comma")
    number = shoal.number(2)
    if size == NARROW:
        screen.resize(number, *size)
    settle()
    shoot(shoal, os.path.join(folder, "preferences.png"), number)


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
    with window.Window("pictures-" + name, env=env) as shoal:
        screen.resize(shoal.number(), *size)
        settle(3)
        main_windows(shoal, folder)
        preferences(shoal, folder, size)
    sheet(stage, "pictures-add-" + name, env, size, folder)


def prepare(stage):
    """Adds what the windows show, as a person does."""
    for torrent, limit in zip(stage.torrents, (300000, 900000, 8 * MIB, 8 * MIB)):
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
            for name in names or VARIANTS:
                variant(stage, name, os.path.join(folder, name))
                print(os.path.join(folder, name), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
