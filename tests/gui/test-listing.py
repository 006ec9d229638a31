#!/usr/bin/python3
"""The list of transfers in the hand of a person: filters that count, the order by a column's head, several at once, and a
window that comes back as it was left."""

import os
import re
import tempfile

from helpers import atspi, clipboard, desktop, peers, screen, strangers, tap, window
from helpers.person import order

NAMES = ("alpha", "beta", "gamma")
SIZES = (700000, 90000, 3000000)


def torrents(folder):
    """Three that nobody has the files of, each larger or smaller than the others."""
    files = []
    for name, size in zip(NAMES, SIZES):
        files.append(os.path.join(folder, name + ".torrent"))
        with open(files[-1], "wb") as out:
            out.write(strangers.torrent(name, {"a.bin": size, "b.bin": 1000}))
    return files


def begin(shoal):
    """Starts what the sheet asks for."""
    button = atspi.find(shoal.app(), "push button", "Start")
    atspi.until(lambda: atspi.has(button, "sensitive"), "they can be started")
    atspi.click(button)
    atspi.until(lambda: len(screen.windows(shoal.pid)) == 1 and len(order(shoal)) == 3, "they are listed")


def heads(shoal):
    """What is at the head of each column, by its title, from the left."""
    row = atspi.until(lambda: next((node for node in atspi.walk_shown(shoal.app()) if atspi.matches(node, "table row", None)
                                    and atspi.is_head(node)), None), "the columns have heads")
    return {node.get_name(): node for node in atspi.walk_shown(row) if atspi.matches(node, "label", None)}


def head(shoal, title):
    """The head of a column."""
    return atspi.until(lambda: heads(shoal).get(title), f"the column {title}")


def columns(shoal, shown, hidden):
    """Waits until a column is shown and another one is not."""
    def there():
        titles = heads(shoal)
        return shown in titles and hidden not in titles
    atspi.until(there, f"{shown} is shown, {hidden} is not")


def row(shoal, name):
    """The row of a torrent."""
    return atspi.find_shown(shoal.app(), "table row", re.compile(name + ", .*"))


def filtered(shoal, title, count):
    """The filter of that title, once it counts so many."""
    name = f"{title}: {count} torrent" + ("" if count == 1 else "s")

    def there():
        nodes = (node for node in atspi.walk_shown(shoal.app()) if atspi.matches(node, None, name))
        return next((node for node in nodes if node.get_n_actions()), None)
    return atspi.until(there, f"the filter says {name}")


def choose(shoal, title, count, names):
    """Chooses a filter, which shows these."""
    atspi.click(filtered(shoal, title, count))
    atspi.until(lambda: set(order(shoal)) == set(names), f"{title} shows {names}")


def in_client(case):
    """A case that is given a client with the three torrents."""
    name = case.__name__.removeprefix("case_").replace("_", "-")

    def run():
        peers.need("xdotool")
        with tempfile.TemporaryDirectory() as folder:
            with window.Window(name, "--profile", name, *torrents(folder)) as shoal:
                begin(shoal)
                case(shoal)
    run.__name__ = case.__name__
    return run


@in_client
def case_filters_count_and_choose(shoal):
    shoal.select(lambda: row(shoal, "beta"))
    shoal.key("ctrl+p")
    choose(shoal, "Paused", 1, ["beta"])
    choose(shoal, "Downloading", 2, ["alpha", "gamma"])
    shoal.select(lambda: row(shoal, "alpha"))
    shoal.key("ctrl+p")
    atspi.until(lambda: order(shoal) == ("gamma",), "what is paused leaves the list")
    choose(shoal, "All", 3, NAMES)
    choose(shoal, "Sharing", 0, [])
    atspi.find_shown(shoal.app(), "label", "No torrent is in this state.")


def by_name(shoal):
    """Has the first in the alphabet come first: those added in one second have no order of their own."""
    shoal.press(head(shoal, "Name"))
    atspi.until(lambda: order(shoal) == NAMES, "the order is that of the names")


def by_size(shoal):
    """Has the largest come first, by two presses."""
    for wanted in (("beta", "alpha", "gamma"), ("gamma", "alpha", "beta")):
        shoal.press(head(shoal, "Size"))
        atspi.until(lambda wanted=wanted: order(shoal) == wanted, f"the order is {wanted}")


@in_client
def case_the_head_of_a_column_puts_in_order(shoal):
    by_size(shoal)
    by_name(shoal)


@in_client
def case_several_are_selected_and_acted_on(shoal):
    by_name(shoal)
    shoal.select(lambda: row(shoal, "alpha"))
    shoal.key("shift+Down")
    atspi.until(lambda: all(atspi.has(row(shoal, name), "selected") for name in NAMES[:2]), "two are selected")
    shoal.key("ctrl+c")
    atspi.until(lambda: clipboard.text().count("magnet:?") == 2, "two links were copied")
    shoal.key("ctrl+p")
    filtered(shoal, "Paused", 2)
    shoal.key("ctrl+s")
    filtered(shoal, "Paused", 0)
    shoal.key("Delete")
    atspi.until(lambda: order(shoal) == ("gamma",), "two are removed")
    atspi.find_shown(shoal.app(), "label", "2 torrents removed")
    atspi.click(atspi.find_shown(shoal.app(), "push button", "Undo"))
    atspi.until(lambda: set(order(shoal)) == set(NAMES), "both are there again")


def leave(shoal):
    """Ends the client as a person does."""
    shoal.key("ctrl+q")
    assert shoal.finishes(90) == 0, shoal.said()


def case_the_window_is_as_it_was_left():
    peers.need("xdotool")
    with tempfile.TemporaryDirectory() as folder:
        with window.Window("left", "--profile", "left", *torrents(folder), env=window.KEPT) as shoal:
            begin(shoal)
            columns(shoal, "Ratio", "Added")
            shoal.resize(1010, 610)
            for title in ("Ratio", "Added"):
                shoal.menu(lambda: head(shoal, "Name"))
                shoal.choose(title)
            columns(shoal, "Added", "Ratio")
            by_size(shoal)
            before = screen.size(shoal.number())
            leave(shoal)
        with window.Window("left-again", "--profile", "left", env=window.KEPT) as shoal:
            atspi.until(lambda: order(shoal) == ("gamma", "alpha", "beta"), "the largest is first again")
            columns(shoal, "Added", "Ratio")
            atspi.until(lambda: screen.size(shoal.number()) == before, f"the window is {before}")
            tab = atspi.find_shown(shoal.app(), "page tab", "Upload")
            atspi.click(tab)
            atspi.until(lambda: atspi.has(tab, "selected"), "the other tab is shown")
            leave(shoal)
        with window.Window("left-at-last", "--profile", "left", env=window.KEPT) as shoal:
            tab = atspi.find_shown(shoal.app(), "page tab", "Upload")
            atspi.until(lambda: atspi.has(tab, "selected"), "the tab is that which was left")


desktop.need_accessibility()
tap.main([
    case_filters_count_and_choose, case_the_head_of_a_column_puts_in_order, case_several_are_selected_and_acted_on,
    case_the_window_is_as_it_was_left,
])
