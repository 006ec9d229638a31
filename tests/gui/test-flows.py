#!/usr/bin/python3
"""What a person does in the window, from the first click to the last byte: a real window that is read and driven as
a screen reader does it, our engine, our tracker, and libtorrent at the other end."""

import os
import pathlib
import re
import subprocess
import sys

from helpers import atspi, clipboard, desktop, network, notices, peers, screen, strangers, swarm, tap, trees, window
from helpers.person import DOWNLOADS, FILES, HOME, in_world, row, select, sheet, start, tick

SLOW = {"LT_UPLOAD_LIMIT": str(2 << 20)}
# The search of libadwaita's own window of preferences, which its later versions name.
FOREIGN = re.compile("^(entry 'GtkSearchEntry'|push button 'GtkImage') .*frame 'Preferences'$")


@in_world
def case_share_a_folder(world):
    folder = os.path.join(HOME, "Holiday 2026")
    trees.make(folder, FILES)
    with world.window() as shoal:
        with clipboard.holding(pathlib.Path(folder).as_uri()):
            shoal.key("ctrl+v")
            create = atspi.find(shoal.app(), "push button", "Create and Share")
        atspi.until(lambda: atspi.has(create, "sensitive"), "it can be shared")
        atspi.click(create)
        link = atspi.find(shoal.app(), "text", "Magnet link")
        magnet = atspi.until(lambda: atspi.text(link), "there is a link")
        fetched = world.lab.path("fetched")
        os.mkdir(fetched)
        with leech(world, magnet, fetched, port_of(shoal)) as other:
            assert other.finishes(120) == 0, other.log
    assert trees.sums(os.path.join(fetched, "Holiday 2026")) == trees.sums(folder)


def port_of(shoal):
    """Where the client listens, as its status bar says."""
    return atspi.find(shoal.app(), "label", re.compile("Port [0-9]+.*")).get_name().split()[1].rstrip(",")


def leech(world, magnet, folder, port):
    """libtorrent, which knows a link and where we are."""
    at = f"127.0.0.1:{network.free_ports(1)[0]}"
    driver = os.path.join(os.path.dirname(swarm.__file__), "lt_peer.py")
    return peers.Peer(f"{world.case}-leech", [sys.executable, driver, "leech", magnet, folder, at,
                                                      f"127.0.0.1:{port}"])


@in_world
def case_words_of_strangers_in_every_view(world):
    for name, data in strangers.torrents():
        file = world.lab.path(name) + ".torrent"
        with open(file, "wb") as out:
            out.write(data)
        with world.window(file, profile=name) as shoal:
            frame = sheet(shoal)
            button = atspi.find(frame, "push button", re.compile("Start|Start Anyway"))
            if name == "deep":  # more folders than a path can have: said, not added
                atspi.find(frame, "label", "This Cannot Be Added")
                continue
            atspi.until(lambda button=button: atspi.has(button, "sensitive"), f"{name} can be started")
            atspi.click(button)
            atspi.absent(shoal.app(), "frame", re.compile("Add .*"))
            look_at_everything(shoal, name)


def look_at_everything(shoal, name):
    """Selects the one torrent, and shows each of its details."""
    shoal.select(lambda: atspi.find_shown(shoal.app(), "table row", re.compile(".*, (Downloading|Checking), .*")))
    shoal.key("alt+Return")
    for tab in ("Overview", "Files", "Peers", "Trackers"):
        node = atspi.find_shown(shoal.app(), "page tab", tab)
        atspi.click(node)
        atspi.until(lambda node=node: atspi.has(node, "selected"), f"{tab} of {name} is shown")
    assert shoal.running(), shoal.said()


@in_world
def case_every_control_of_every_window_has_a_name(world):
    torrent = world.torrent()
    with world.window(torrent.file) as shoal:
        start(shoal)
        row(shoal, torrent, "Downloading")
        shoal.key("ctrl+comma")
        atspi.find(shoal.app(), "frame", "Preferences")
        found = [control for control in atspi.unlabelled(shoal.app()) if not FOREIGN.search(control)]
    with world.window(world.torrent(name="another").file) as shoal:
        sheet(shoal)
        found += atspi.unlabelled(shoal.app())
    assert not found, "\n".join(found)


@in_world
def case_fetch_a_magnet_with_a_choice(world):
    torrent = world.torrent()
    with world.seed(torrent), world.window(torrent.magnet()) as shoal:
        box = atspi.find(sheet(shoal), "check box", "beach.jpg")
        assert not os.listdir(DOWNLOADS), "something was written before a click"
        tick(shoal, box, False)
        screen.look_away()  # who looks at the window is told nothing
        start(shoal)
        row(shoal, torrent, "Sharing")
        atspi.until(lambda: "Download Complete" in [notice["title"] for notice in notices.told()], "it is told")
    folder = os.path.join(DOWNLOADS, torrent.name)
    there, made = trees.sums(folder), trees.sums(os.path.join(torrent.content, torrent.name))
    assert "beach.jpg" not in there, there
    assert all(there[path] == made[path] for path in made if path != "beach.jpg"), (there, made)


@in_world
def case_kill_in_the_middle_and_go_on(world):
    torrent = world.torrent({"film.mkv": 40000003, "poster.jpg": 100})
    with world.seed(torrent, env=SLOW), world.window(torrent.file) as shoal:
        start(shoal)
        atspi.until(lambda: row(shoal, torrent, "Downloading") > 50, "most of it is here")
        shoal.kill()
    with world.window() as shoal:
        percent = row(shoal, torrent, "Downloading")
        assert 10 < percent < 100, percent  # nobody is there to give more, and nothing is hashed again
        with world.seed(torrent):
            row(shoal, torrent, "Sharing", 90)
    torrent.check(DOWNLOADS)


@in_world
def case_remove_with_undo_then_to_the_trash(world):
    torrent = world.torrent()
    folder = os.path.join(DOWNLOADS, torrent.name)
    with world.seed(torrent), world.window(torrent.file) as shoal:
        start(shoal)
        row(shoal, torrent, "Sharing")
        remove(shoal, torrent)
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Undo"))
        row(shoal, torrent, "Sharing")
        assert trees.sums(folder) == trees.sums(os.path.join(torrent.content, torrent.name))
        leave(shoal)
    with world.window(env=window.USUAL) as shoal:
        row(shoal, torrent, "Sharing")
        remove(shoal, torrent)
        atspi.until(lambda: not os.path.exists(folder), "the files are gone from the folder")
        trash = os.path.join(os.environ["XDG_DATA_HOME"], "Trash", "files", torrent.name)
        assert trees.sums(trash) == trees.sums(os.path.join(torrent.content, torrent.name))


def leave(shoal):
    """Ends the client as a person does."""
    shoal.key("ctrl+q")
    assert shoal.finishes(90) == 0, shoal.said()


def remove(shoal, torrent):
    """Removes a torrent with its files, by the keyboard."""
    select(shoal, torrent)
    shoal.key("shift+Delete")
    atspi.absent(shoal.app(), "table row", re.compile(re.escape(torrent.name) + ", .*"))


@in_world
def case_open_into_the_running_client(world):
    first, second = world.torrent(name="first"), world.torrent(name="second")
    with window.Window("open-one", first.file) as shoal:
        atspi.find(sheet(shoal), "label", first.name)
        shoal.key("Escape")
        atspi.absent(shoal.app(), "frame", re.compile("Add .*"))
        other = subprocess.run([window.PROGRAM, second.file, second.magnet()], timeout=90, check=False)
        assert other.returncode == 0 and shoal.running()
        atspi.find(sheet(shoal), "label", second.name)
        shoal.key("Escape")
        atspi.absent(shoal.app(), "table row", re.compile("(first|second), .*"))


@in_world
def case_actions_of_the_desktop_file(world):
    for action in ("create", "open"):
        with window.Window(f"action-{action}") as shoal:
            subprocess.run(["gdbus", "call", "--session", "--dest", "org.shoal.Shoal", "--object-path",
                            "/org/shoal/Shoal", "--method", "org.freedesktop.Application.ActivateAction", action,
                            "[]", "{}"], check=True, timeout=90, stdout=subprocess.DEVNULL)
            shoal.number(2)  # what asks for files


desktop.need_accessibility()
tap.main([
    case_share_a_folder, case_fetch_a_magnet_with_a_choice, case_kill_in_the_middle_and_go_on,
    case_remove_with_undo_then_to_the_trash,
    case_open_into_the_running_client, case_actions_of_the_desktop_file, case_words_of_strangers_in_every_view,
    case_every_control_of_every_window_has_a_name,
])
