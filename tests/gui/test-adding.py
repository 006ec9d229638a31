#!/usr/bin/python3
"""What a person adds: several at once, what is there already, and what does not fit. Nothing begins without a click."""

import http.server
import os
import re
import shutil
import threading

from helpers import atspi, desktop, tap
from helpers.person import DOWNLOADS, details, in_world, pasted, row, sheet, start, tab, tiers

BROKEN = "magnet:?dn=nothing"
MORE = "http://127.0.0.1:9/announce"


class Web:
    """Serves a folder over HTTP until the block ends."""

    def __init__(self, folder):
        def handler(*arguments):
            return http.server.SimpleHTTPRequestHandler(*arguments, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
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


desktop.need_accessibility()
tap.main([
    case_several_at_once_in_one_sheet, case_what_is_there_already_takes_more_trackers,
    case_trackers_and_tiers_are_those_of_the_text,
])
