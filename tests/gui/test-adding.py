#!/usr/bin/python3
"""What a person adds: several at once, what is there already, and what does not fit. Nothing begins without a click."""

import contextlib
import http.server
import os
import pathlib
import re
import shutil
import threading

from helpers import atspi, desktop, disks, dragging, tap
from helpers.person import DOWNLOADS, details, in_world, pasted, row, sheet, start, tab, tick, tiers

BROKEN = "magnet:?dn=nothing"
MORE = "http://127.0.0.1:9/announce"


class Web:
    """Serves a folder over HTTP until the block ends."""

    def __init__(self, folder, odd=None):
        def handler(*arguments):
            return http.server.SimpleHTTPRequestHandler(*arguments, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), odd or handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def says(root, pattern):
    """Waits for words below a node."""
    return atspi.find(root, "label", re.compile(pattern))


@in_world
def case_several_at_once_in_one_sheet(world):
    one, two, three = (world.torrent({"a": 70000}, name=name) for name in ("one", "two", "three"))
    magnets = [world.torrent({"m": 50000}, name=name).magnet() for name in ("four", "five", "six")]
    web = world.lab.path("web")
    os.mkdir(web)
    shutil.copy(three.file, os.path.join(web, "three.torrent"))
    with Web(web) as site, world.window() as shoal:
        pasted(shoal, "\n".join([*magnets, one.file, two.file, site.url + "/three.torrent", BROKEN]))
        shown = atspi.find(shoal.app(), "frame", "Add 7 Torrents")
        for name in ("one", "two", "three"):
            says(shown, name)
        says(shown, "This magnet.*|.*hash.*")
        assert not os.listdir(DOWNLOADS) and one.name not in atspi.outline(shoal.app()).split("frame 'Add")[0]
        start(shoal)
        for torrent in (one, two, three):
            row(shoal, torrent, "Downloading")
        for name in ("four", "five", "six"):
            atspi.find_shown(shoal.app(), "table row", re.compile(name + ", .*"))


@in_world
def case_what_is_there_already_takes_more_trackers(world):
    torrent = world.torrent({"a": 70000}, name="twice")
    with world.window(torrent.file) as shoal:
        start(shoal)
        row(shoal, torrent, "Downloading")
        pasted(shoal, torrent.magnet() + "&tr=" + MORE)
        says(sheet(shoal), "You Have This Torrent Already")
        atspi.click(atspi.find(sheet(shoal), "push button", "Add Its Trackers"))
        says(shoal.app(), "1 tracker was added")
        atspi.absent(shoal.app(), "frame", re.compile("Add .*"))
        details(shoal, torrent)
        tab(shoal, "Trackers")
        atspi.until(lambda: set(tiers(shoal)) == {MORE, world.url}, "both are asked")


@in_world
def case_trackers_and_tiers_are_those_of_the_text(world):
    torrent = world.torrent({"a": 70000}, name="tiers")
    with world.window(torrent.file) as shoal:
        atspi.click(atspi.find(sheet(shoal), None, re.compile("Edit trackers")))
        text = atspi.find(sheet(shoal), "text", re.compile("Trackers, one address.*"))
        atspi.until(lambda: atspi.text(text) == world.url, "the trackers are shown")
        atspi.set_text(text, f"{MORE}\n\n{world.url}\n")
        start(shoal)
        details(shoal, torrent)
        tab(shoal, "Trackers")
        atspi.until(lambda: tiers(shoal) == {MORE: "Tier 1", world.url: "Tier 2"}, "the tiers are as they were written")


class Odd(http.server.BaseHTTPRequestHandler):
    """A server that answers with what is no torrent, or leads elsewhere."""

    def do_GET(self):
        """By the path of the request."""
        if self.path.startswith("/to/"):
            self.answer(302, b"", location="/" + self.path.removeprefix("/to/"))
        elif self.path == "/loop":
            self.answer(302, b"", location="/loop")
        elif self.path == "/large":
            self.answer(200, bytes(33 << 20))
        elif self.path == "/page":
            self.answer(200, b"<html>A page about torrents</html>")
        elif self.path == "/good.torrent":
            with open(self.server.torrent, "rb") as file:
                self.answer(200, file.read())
        else:
            self.answer(404, b"")

    def answer(self, status, body, location=None):
        """One answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # what is too large is not read to its end
            self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""


@in_world
def case_addresses_that_lead_to_no_torrent_are_told_in_words(world):
    torrent = world.torrent({"a": 70000}, name="led to")
    with Web(world.lab.folder, Odd) as site, world.window() as shoal:
        site.server.torrent = torrent.file
        secret = site.url.replace("http:", "https:")
        for address, words in ((site.url + "/none", ".*404.*"), (site.url + "/page", "This is a page of the web, not a torrent.*"),
                               (site.url + "/large", ".*too large.*"), (site.url + "/loop", ".*sends us on too often.*"),
                               (secret + "/good.torrent", ".*(TLS|secur|certificate|handshake).*"),
                               ("http://127.0.0.1:9/x.torrent", ".*(refused|connect).*")):
            pasted(shoal, address)
            says(sheet(shoal), "This Cannot Be Added")
            atspi.find(sheet(shoal), "label", re.compile(words, re.IGNORECASE | re.DOTALL))
            shoal.key("Escape")
            atspi.absent(shoal.app(), "frame", re.compile("Add .*"))
        pasted(shoal, site.url + "/to/good.torrent")
        says(sheet(shoal), torrent.name)
        start(shoal)
        row(shoal, torrent, "Downloading")


@in_world
def case_files_that_are_no_torrents_are_told_in_words(world):
    with open(world.torrent({"a": 70000}).file, "rb") as whole:
        cut = whole.read()[:200]
    others = {"photo": (b"\xff\xd8\xff\xe0JFIF", "This is no torrent, but a file of another kind"),
              "nothing": (b"", "This file is empty: .*"), "cut": (cut, r"This torrent is damaged \(.*\): .*")}
    with world.window() as shoal:
        for name, (content, words) in others.items():
            path = os.path.join(world.lab.folder, name + ".torrent")
            with open(path, "wb") as out:
                out.write(content)
            pasted(shoal, pathlib.Path(path).as_uri())
            says(sheet(shoal), "This Cannot Be Added")
            says(sheet(shoal), words)
            shoal.key("Escape")
            atspi.absent(shoal.app(), "frame", re.compile("Add .*"))


@in_world
def case_what_is_added_is_seen_whatever_was_shown_before(world):
    torrent = world.torrent({"a": 70000}, name="seen")
    with world.window() as shoal:
        tab(shoal, "Upload")
        pasted(shoal, pathlib.Path(torrent.file).as_uri())
        start(shoal)
        row(shoal, torrent, "Downloading")


@in_world
def case_what_is_dropped_is_added(world):
    one, two, three = (world.torrent({"a": 70000}, name=name) for name in ("dropped", "beside it", "by its link"))
    with world.window() as shoal:
        with dragging.Source("files", one.file, two.file) as source:
            source.drop(shoal)
            shown = atspi.find(shoal.app(), "frame", "Add 2 Torrents")
            says(shown, one.name)
            start(shoal)
        with dragging.Source("text", three.magnet()) as source:
            source.drop(shoal)
            start(shoal)
        for torrent in (one, two):
            row(shoal, torrent, "Downloading")
        atspi.find_shown(shoal.app(), "table row", re.compile(three.name + ", .*"))


@in_world
def case_a_folder_that_is_dropped_is_to_be_shared(world):
    folder = world.torrent({"a": 70000, "b": 1000}, name="from the files")
    with world.window() as shoal, dragging.Source("files", os.path.join(folder.content, folder.name)) as source:
        source.drop(shoal)
        atspi.find(shoal.app(), "push button", "Create and Share")
        says(shoal.app(), "2 files, .*")


@in_world
def case_the_space_that_is_needed_is_that_of_the_choice(world):
    torrent = world.torrent({"large.bin": 9 << 20, "small.bin": 1 << 20}, name="too much")
    disks.small(DOWNLOADS, "4m")
    try:
        with world.seed(torrent), world.window(torrent.file) as shoal:
            shown = sheet(shoal)
            says(shown, "Needs 10.0.MiB, .* are free: .* too little")
            atspi.find(shown, "push button", "Start Anyway")
            tick(shoal, atspi.find(shown, "check box", "large.bin"), False)
            says(shown, "Needs 1.0.MiB, .* are free")
            start(shoal)
            row(shoal, torrent, "Sharing")
    finally:
        disks.take_away(DOWNLOADS)


desktop.need_accessibility()
disks.enter()
tap.main([
    case_several_at_once_in_one_sheet, case_what_is_there_already_takes_more_trackers,
    case_trackers_and_tiers_are_those_of_the_text, case_addresses_that_lead_to_no_torrent_are_told_in_words,
    case_files_that_are_no_torrents_are_told_in_words,
    case_what_is_added_is_seen_whatever_was_shown_before, case_what_is_dropped_is_added,
    case_a_folder_that_is_dropped_is_to_be_shared,
    case_the_space_that_is_needed_is_that_of_the_choice,
])
