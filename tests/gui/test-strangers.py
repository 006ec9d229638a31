#!/usr/bin/python3
"""Words of strangers that were chosen to break what shows them, in what the client does with files of one's own: cards,
lists in both forms, the search, messages, notifications, sheets and questions. A warning of GTK ends the client."""

import os
import pathlib
import re

from gi.repository import GLib

from helpers import atspi, desktop, disks, peers, screen, strangers, tap
from helpers.person import DOWNLOADS, HOME, in_world, pasted, start

SLASH = "\u2215"  # what no name of a file may hold
LONGEST = 240  # bytes of a name on the disk
NAMES = {
    "markup": strangers.MARKUP, "turned": strangers.TURNED, "controls": strangers.CONTROLS, "broken": strangers.BROKEN,
    "formats": strangers.FORMATS, "stacked": strangers.STACKED, "wide": strangers.WIDE, "right": "שלום עולם \u202b(1)",
}
# What turns the words around it, or breaks a line, and may be in nothing that is shown.
HARMFUL = re.compile("[\u202a-\u202e\n\r\t\x01\x1b\x7f\u2028\u0085]")
NARROW = (360, 640)
REFUSED = re.compile(".*cannot stand in a torrent.*", re.DOTALL)


def on_disk(words):
    """A name of a file, as bytes."""
    name = words if isinstance(words, bytes) else words.replace("/", SLASH).encode()
    return name[:LONGEST].decode(errors="ignore").encode() if not isinstance(words, bytes) else name


def said(label):
    """What a label says; one that goes away meanwhile says nothing."""
    try:
        return label.get_name() or ""
    except GLib.Error:
        return ""


def shown(node):
    """What all labels say that are there now."""
    return [said(label) for label in atspi.find_all(node, "label")]


def look(shoal, where):
    """Nothing that is shown is more than words."""
    assert shoal.running(), f"{where}: {shoal.said()}"
    wrong = [words for words in shown(shoal.app()) if HARMFUL.search(words) and "\n" not in words]
    assert not wrong, (where, wrong)


def linked(shoal):
    """Whether the card tells of a link; None: it does not say yet how it went."""
    link = atspi.look(shoal.app(), "text", "Magnet link")
    if link is not None and atspi.text(link).startswith("magnet:"):
        return "linked"
    return "refused" if atspi.look(shoal.app(), "label", REFUSED) else None


def share(shoal, path):
    """Shares a file as the card proposes it; whether it was not refused, in words."""
    pasted(shoal, pathlib.Path(os.fsdecode(path)).as_uri())
    button = atspi.find(shoal.app(), "push button", "Create and Share")
    atspi.until(lambda: atspi.has(button, "sensitive"), "it can be shared")
    look(shoal, "the card that asks")
    atspi.click(button)
    how = atspi.until(lambda: linked(shoal), "it is shared, or refused")
    look(shoal, f"the card of what is {how}")
    return how == "linked"


def register(shoal, name):
    """Looks at the sheet that registers what the card shows."""
    atspi.click(atspi.find_shown(shoal.app(), "push button", "Register on a Tracker…"))
    atspi.find(shoal.app(), "frame", "Register on a Tracker")
    look(shoal, f"registering {name}")
    shoal.key("Escape")
    atspi.absent(shoal.app(), "frame", "Register on a Tracker")


def rows(shoal, role="table row"):
    """The torrents that are listed, by what their rows say; the list of the other tab has some of them as well."""
    named = {said(node): node for node in atspi.find_all(shoal.app(), role) if atspi.is_shown(node)}
    return [node for words, node in named.items() if ", Sharing" in words]


@in_world
def case_what_is_shared(world):
    with world.window() as shoal:
        count = 0
        for name, words in NAMES.items():
            path = os.path.join(os.fsencode(HOME), on_disk(words))
            with open(path, "wb") as file:
                file.write(name.encode() * 1000)
            if not share(shoal, path):
                atspi.click(atspi.find_shown(shoal.app(), "push button", "Do not share this"))
                continue
            count += 1
            atspi.until(lambda: len(rows(shoal)) == count, f"{name} is in the list")
            register(shoal, name)
            atspi.click(atspi.find_shown(shoal.app(), "push button", "Done; it stays shared"))
        assert count >= 2, count  # other systems could not keep the others
        look(shoal, "the list of what is shared")
        atspi.click(atspi.find_shown(shoal.app(), "page tab", "Download"))
        atspi.until(lambda: len(rows(shoal)) == count, "all are in the list")
        look(shoal, "the list")
        shoal.key("ctrl+f")
        screen.type_text("bold")
        atspi.until(lambda: len(rows(shoal)) == 1, "one is found by what is left of its name")
        look(shoal, "the search")
        shoal.key("Escape")
        shoal.resize(*NARROW)
        atspi.until(lambda: len(rows(shoal, "list item")) == count, "all are in rows")
        look(shoal, "the rows")
        shoal.select(lambda: rows(shoal, "list item")[0])
        shoal.key("alt+Return")
        for tab in ("Files", "Trackers", "Log"):
            node = atspi.find_shown(shoal.app(), "page tab", tab)
            atspi.click(node)
            atspi.until(lambda node=node: atspi.has(node, "selected"), f"{tab} is shown")
            look(shoal, tab)


@in_world
def case_what_goes_wrong(world):
    disks.small(DOWNLOADS, "64m")  # which has no trash
    for name, words in NAMES.items():
        file = world.lab.path(name) + ".torrent"
        with open(file, "wb") as out:
            out.write(strangers.torrent(words, 40000, announce=world.url))
        with open(os.path.join(os.fsencode(DOWNLOADS), b"in the way"), "wb"):
            pass
        with world.window(file, profile=name) as shoal:
            start(shoal)
            shoal.select(lambda: atspi.find_shown(shoal.app(), "table row", re.compile(".*, (Downloading|Checking), .*")))
            shoal.key("ctrl+c")
            atspi.find(shoal.app(), "label", re.compile("The magnet link is in the clipboard"))
            shoal.key("shift+Delete")
            atspi.find(shoal.app(), None, re.compile("Delete Files for Ever.|1 torrent removed"))
            look(shoal, f"removing {name}")


desktop.need_accessibility()
peers.need("xdotool")
disks.enter()
tap.main([case_what_is_shared, case_what_goes_wrong])
