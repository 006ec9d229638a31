#!/usr/bin/python3
"""Torrents that wait for their turn: who is first is chosen in the list, by its menu and by keys, and one goes past the
queue."""

import contextlib

from helpers import atspi, desktop, peers, screen, tap
from helpers.person import by_queue, choose, in_world, order, pasted, row, select, start

NAMES = ("One", "Two", "Three")
LONG = {"film.mkv": 40000003, "poster.jpg": 100}
SLOW = {"LT_UPLOAD_LIMIT": str(1 << 17)}
WAITS = "Waiting for its turn"


def one_at_a_time(shoal):
    """Says in the preferences that one torrent downloads at a time."""
    shoal.key("ctrl+comma")
    shoal.number(2)
    shown = atspi.find(shoal.app(), "frame", "Preferences")
    atspi.click(atspi.find(shown, "page tab", "Speed"))
    spin = atspi.find_shown(shown, "spin button", "Downloads")
    shoal.press(spin)
    shoal.key("ctrl+a")
    screen.type_text("1")
    shoal.key("Return")
    shoal.key("Escape")
    atspi.until(lambda: len(screen.windows(shoal.pid)) == 1, "the preferences are closed")


def active(shoal, torrents, *names):
    """Waits until these download and the others wait."""
    for torrent in torrents:
        row(shoal, torrent, "Downloading" if torrent.name in names else WAITS)


@in_world
def case_who_is_first_is_chosen(world):
    torrents = [world.torrent(LONG, name=name) for name in NAMES]
    one, two, three = torrents
    with contextlib.ExitStack() as stack:
        for torrent in torrents:
            stack.enter_context(world.seed(torrent, env=SLOW))
        shoal = stack.enter_context(world.window())
        one_at_a_time(shoal)
        for torrent in torrents:
            add(shoal, torrent)
        active(shoal, torrents, "One")
        by_queue(shoal)
        atspi.until(lambda: order(shoal) == NAMES, "the list is in the order of the queue")
        select(shoal, three)
        shoal.key("alt+Home")
        active(shoal, torrents, "Three")
        atspi.until(lambda: order(shoal) == ("Three", "One", "Two"), "it is the first")
        shoal.key("alt+Down")
        atspi.until(lambda: order(shoal) == ("One", "Three", "Two"), "it is still selected, and goes down")
        active(shoal, torrents, "One")
        shoal.key("alt+End")
        atspi.until(lambda: order(shoal) == NAMES, "it is the last")
        shoal.key("alt+Up")
        atspi.until(lambda: order(shoal) == ("One", "Three", "Two"), "it goes up")
        select(shoal, two)
        choose_in_queue(shoal, "Start Now, Past the Queue")
        active(shoal, torrents, "One", "Two")
        shoal.key("ctrl+shift+s")
        active(shoal, torrents, "One")
        choose_in_queue(shoal, "To the Top")
        active(shoal, torrents, "Two")


def add(shoal, torrent):
    """Adds one torrent and starts it."""
    pasted(shoal, torrent.file)
    start(shoal)


def choose_in_queue(shoal, item):
    """Chooses from the menu of the queue."""
    choose(shoal, "Queue", item)


desktop.need_accessibility()
peers.need("xdotool")
tap.main([case_who_is_first_is_chosen])
