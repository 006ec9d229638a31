#!/usr/bin/python3
"""Pictures of the client's windows, with real torrents in them: light, dark, high contrast, right to left, narrow,
large text.

    tests/gui/run.py --network tests/gui/pictures.py FOLDER [VARIANT...]

Each VARIANT, those six or a language, such as ru or narrow-ru, becomes a folder in FOLDER with a PNG for each state of a window
that scenes.py knows. The torrents are made up; a seed of ours gives some of them away slowly, by a tracker of ours, so that
transfers are seen at work. SCENES, with commas between, makes but some: start, download, details, removal, upload, share,
preferences, windows; showcase, which README.md shows (docs/pictures), is made when it is asked for alone.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time

import scenes
from helpers import atspi, disks, swarm, tracker, window

WIDE = (1090, 710)
VARIANTS = {
    "light": ({}, WIDE),
    "dark": ({"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, WIDE),
    "contrast": ({"ADW_DEBUG_HIGH_CONTRAST": "1"}, WIDE),
    "right-to-left": ({"LANGUAGE": "fa"}, WIDE),
    "narrow": ({}, scenes.NARROW),
    "large-text": ({"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, WIDE),
}
USUAL = tuple(VARIANTS)
VARIANTS["narrow-large-text"] = ({}, scenes.NARROW)
for language in ("ar", "de", "fa", "ru", "uz"):
    VARIANTS[language] = ({"LANGUAGE": language}, WIDE)
    VARIANTS["narrow-" + language] = ({"LANGUAGE": language}, scenes.NARROW)
ASKED_FOR = os.environ.get("SCENES", "").split(",")
MIB = 1 << 20
SHOWN = {
    "Big Buck Bunny 2160p": {"Big Buck Bunny.mkv": 30 * MIB, "Subtitles/English.srt": 90000,
                             "Subtitles/Persian.srt": 120000, "poster.jpg": 400000},
    "debian-12.8.0-amd64-netinst.iso": 12 * MIB,
    "Field recordings, spring 2026": {f"{n:02} – dawn.flac": 900000 + n * 31000 for n in range(1, 9)},
    "شاهنامهٔ فردوسی": {"متن.epub": 3 * MIB, "خوانش/۰۱.opus": 2 * MIB},
}
SPEEDS = {"": (100000, 900000, 8 * MIB, 8 * MIB), "showcase": (220000, 90000, 8 * MIB, 8 * MIB)}  # bytes a second
FETCHED, SHARED = "Big Buck Bunny 2160p", "Field recordings, spring 2026"
ASKED = {f"Season {s}/Episode {e:02}.mkv": (18 + e) * 50000 for s in (1, 2) for e in range(1, 7)}
DISK = "64g"  # of which nothing is taken but what is written; without a trash
DOWNLOADS = os.path.join(os.environ.get("HOME", ""), "Downloads")


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
        self.junk = os.path.join(folder, "photo.torrent")
        with open(self.junk, "wb") as out:
            out.write(b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)) * 40)

    def torrent(self, name, files):
        """A torrent of our tracker."""
        return self.lab.torrent(name, files, trackers=[self.url])

    def give(self, torrent, limit):
        """Seeds a torrent, at so many bytes a second."""
        env = {"LT_UPLOAD_LIMIT": str(limit)}
        self.stack.enter_context(self.lab.libtorrent("seed", torrent, torrent.content, env=env))


class Variant:
    """One way to draw all windows, and the folder for its pictures."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.env, self.size = VARIANTS[name]

    @contextlib.contextmanager
    def client(self, name, *arguments, sized=True):
        """A client drawn so; the sheet that it begins with hides the window behind it."""
        with window.Window(f"pictures-{name}-{self.name}", *arguments, env=self.env) as shoal:
            scene = scenes.Scene(shoal, self.folder, self.size, self.env.get("LANGUAGE", "C"))
            for _ in range(2 if sized else 0):  # once narrow it may be narrower still
                scene.fit()
            yield scene

    def start(self, stage):
        """What is seen of a client that has nothing yet, of one that another keeps out, and of what is added."""
        asked = {"add": [stage.asked.file], "add-magnet": [stage.asked.magnet()],
                 "add-several": [stage.asked.file, stage.junk, *(torrent.file for torrent in stage.torrents)]}
        for name, arguments in asked.items():
            with self.client(name, "--profile", "asked", *arguments, sized=False) as scene:
                scenes.sheet(scene, name)
        with self.client("empty", "--profile", "empty") as scene:
            scenes.empty(scene)
            with self.client("refusal", "--profile", "empty") as second:
                second.shoot("refusal")

    def main(self, stage):
        """The window with torrents in it, and those above it."""
        steps = {
            "download": lambda scene: scenes.download(scene, FETCHED), "details": lambda scene: scenes.details(scene, FETCHED),
            "removal": lambda scene: scenes.removal(scene, FETCHED),
            "upload": lambda scene: scenes.upload(scene, SHARED, stage.torrents[2].content),
            "share": lambda scene: scenes.share(scene, SHARED), "preferences": scenes.preferences,
            "windows": scenes.windows,
        }
        with self.client("main") as scene:
            scenes.settle(3)
            for name, step in steps.items():
                if wanted(name):
                    step(scene)
                    scene.shoal.number()

    def showcase(self):
        """The window at work."""
        with self.client("showcase") as scene:
            scenes.showcase(scene, FETCHED)

    def make(self, stage):
        """All pictures, or those that are asked for."""
        os.makedirs(self.folder, exist_ok=True)
        set_dpi(192 if "large-text" in self.name else 96)
        if wanted("start"):
            self.start(stage)
        if ASKED_FOR == ["showcase"]:
            self.showcase()
        else:
            self.main(stage)


def wanted(name):
    """Whether pictures of a scene are asked for."""
    return not any(ASKED_FOR) or name in ASKED_FOR


def set_dpi(dpi):
    """Tells windows that open from now on how large text is: 96 is usual."""
    subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", f"Xft.dpi:\t{dpi}\n"],
                   check=True, timeout=20)


def prepare(stage):
    """Adds what the windows show, as a person does."""
    for torrent, limit in zip(stage.torrents, SPEEDS["showcase" if ASKED_FOR == ["showcase"] else ""]):
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
    disks.enter()
    disks.small(DOWNLOADS, DISK)
    with tempfile.TemporaryDirectory() as work:
        stage = Stage(work)
        with stage.stack:
            prepare(stage)
            for name in names or USUAL:
                Variant(name, os.path.join(folder, name)).make(stage)
                print(os.path.join(folder, name), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
