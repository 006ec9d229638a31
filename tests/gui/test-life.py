#!/usr/bin/python3
"""How the client lives with a desktop: it keeps the machine awake while it fetches, tells what has ended by notifications
whose buttons work while no window is shown, and goes on when its window is closed, as the desktop permits."""

import os
import pathlib
import re
import signal

from gi.repository import GLib

from helpers import activation, atspi, desktop, notices, screen, services, tap, window
from helpers.person import DOWNLOADS, in_world, row, select, sheet, start

FILM = {"film.mkv": 12000003, "poster.jpg": 100}
SLOW = {"LT_UPLOAD_LIMIT": str(1 << 20)}
SUSPEND = 4
KEEP = "Keep Sharing in the Background?"


def hidden(shoal):
    """Waits until no window is shown, while the client runs."""
    atspi.until(lambda: not screen.windows(shoal.pid), "the window is closed")
    assert shoal.running(), shoal.said()


def answer(shoal, words):
    """Closes the window, and answers what is asked then."""
    shoal.key("ctrl+w")
    dialog = atspi.find(shoal.app(), None, KEEP)
    while dialog.get_role_name() not in ("frame", "dialog", "alert"):
        dialog = dialog.get_parent()
    atspi.click(atspi.find(dialog, "push button", words))


def told(title, torrent):
    """Waits for a notification of a torrent."""
    def look():
        return next((one for one in notices.told() if one["title"] == title and torrent.name in one["text"]), None)
    return atspi.until(look, f"{title} is told of {torrent.name}")


@in_world
def case_awake_while_something_is_fetched(world):
    torrent = world.torrent(FILM)
    with services.Services("session-manager") as desk, world.window(torrent.file) as shoal:
        with world.seed(torrent, env=SLOW):
            start(shoal)
            *_, flags, cookie = desk.waits("Inhibit")
            assert flags == SUSPEND, desk.calls("Inhibit")
            assert not desk.calls("Uninhibit")
            row(shoal, torrent, "Sharing")
            assert desk.waits("Uninhibit") == [cookie]
    assert len(desk.calls("Inhibit")) == 1, desk.calls("Inhibit")


@in_world
def case_buttons_of_a_notification_work_without_a_window(world):
    one, two = (world.torrent(FILM, name=name) for name in ("Revealed", "Shown"))
    with services.Services("files") as desk, world.window(one.file, two.file) as shoal:
        start(shoal)
        for torrent in (one, two):
            row(shoal, torrent, "Downloading")
        answer(shoal, "Keep Sharing")
        hidden(shoal)
        with world.seed(one), world.seed(two):
            notes = [told("Download Complete", torrent) for torrent in (one, two)]
        notices.press(notes[0], "Show in Folder")
        items, _ = desk.waits("ShowItems")
        assert items == [pathlib.Path(DOWNLOADS, one.name).as_uri()], items
        hidden(shoal)
        notices.press(notes[1], notices.ITSELF)
        shoal.number()
        node = atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(two.name) + ", .*"))
        atspi.until(lambda: atspi.has(node, "selected"), "it is selected")


@in_world
def case_an_error_is_told(world):
    torrent = world.torrent(FILM, name="stopped")
    folder = os.path.join(DOWNLOADS, torrent.name)
    with world.window(torrent.file) as shoal:
        sheet(shoal)
        with open(folder, "wb") as obstacle:
            obstacle.write(b"mine")
        screen.look_away()
        start(shoal)
        with world.seed(torrent):
            notice = told("Stopped by an Error", torrent)
        assert re.fullmatch(f"\u2068?{torrent.name}\u2069?: .*", notice["text"]), notice
        assert not [one for one in notices.told() if one["text"] == torrent.name], notices.told()
    os.remove(folder)


@in_world
def case_closing_keeps_sharing(world):
    torrent = world.torrent(FILM)
    with window.Window("closing", torrent.file) as shoal:
        start(shoal)
        row(shoal, torrent, "Downloading")
        answer(shoal, "Cancel")
        atspi.absent(shoal.app(), None, KEEP)
        shoal.number()
        answer(shoal, "Keep Sharing")
        hidden(shoal)
        with world.seed(torrent):
            atspi.until(lambda: os.path.exists(os.path.join(DOWNLOADS, torrent.name, "poster.jpg")), "it goes on")
            told("Download Complete", torrent)
        with window.Window("closing-again", wait=False) as other:
            assert other.finishes(90) == 0, other.said()
        shoal.number()
        row(shoal, torrent, "Sharing")
        shoal.key("ctrl+w")  # it was told once
        hidden(shoal)


@in_world
def case_closing_may_quit(world):
    torrent = world.torrent(FILM)
    with world.window(torrent.file) as shoal:
        start(shoal)
        row(shoal, torrent, "Downloading")
        answer(shoal, "Quit Instead")
        assert shoal.finishes(90) == 0, shoal.said()
    with world.window() as shoal:
        row(shoal, torrent, "Downloading")
        select(shoal, torrent)
        shoal.key("ctrl+p")
        row(shoal, torrent, "Paused")
        shoal.key("ctrl+w")  # nothing is at work: closing is the end
        assert shoal.finishes(90) == 0, shoal.said()


@in_world
def case_the_end_of_the_desktop_is_a_quit(world):
    """What a person has just done is done, and what is shown is remembered."""
    torrent = world.torrent(FILM)
    with world.window(torrent.file, env=window.KEPT) as shoal:
        start(shoal)
        row(shoal, torrent, "Downloading")
        select(shoal, torrent)
        shoal.key("Delete")
        atspi.absent(shoal.app(), "table row", re.compile(re.escape(torrent.name) + ", .*"))
        shown = atspi.find_shown(shoal.app(), "page tab", "Upload")
        atspi.click(shown)
        atspi.until(lambda: atspi.has(shown, "selected"), "the other tab is shown")
        os.kill(shoal.pid, signal.SIGTERM)
        assert shoal.finishes(90) == 0, shoal.said()
    with world.window(env=window.KEPT) as shoal:
        atspi.until(lambda: atspi.has(atspi.find_shown(shoal.app(), "page tab", "Upload"), "selected"), "it is shown again")
        atspi.click(atspi.find_shown(shoal.app(), "page tab", "Download"))
        atspi.find_shown(shoal.app(), "label", "Nothing Here Yet")


@in_world
def case_the_desktop_permits_the_background_or_refuses_it(world):
    torrent = world.torrent(FILM)
    with services.Services("portal") as desk, world.window(torrent.file) as shoal:
        start(shoal)
        answer(shoal, "Keep Sharing")
        parent, options, _ = desk.waits("RequestBackground")
        assert parent == "" and "window is closed" in options["reason"], options
        hidden(shoal)
        assert len(desk.calls("RequestBackground")) == 1, desk.told()
    with services.Services("portal-that-refuses") as desk, world.window() as shoal:
        row(shoal, torrent, "Downloading")
        for times in (1, 2):
            answer(shoal, "Keep Sharing") if times == 1 else shoal.key("ctrl+w")
            desk.waits("RequestBackground", times)
            atspi.find(shoal.app(), "label", re.compile("The desktop does not let Shoal go on without its window: .*"))
            shoal.number()


@in_world
def case_awake_in_a_sandbox(world):
    torrent = world.torrent(FILM)
    with services.Services("portal-inhibit") as desk, world.window(torrent.file, env={"GDK_DEBUG": "portals"}) as shoal:
        with world.seed(torrent, env=SLOW):
            start(shoal)
            _, flags, options, _ = desk.waits("Inhibit")
            assert flags == SUSPEND and "downloaded" in options["reason"], desk.calls("Inhibit")
            row(shoal, torrent, "Sharing")
            desk.waits("Close")


def noticed(desk, title):
    """Waits for a notification of GNOME's service; what it holds."""
    def look():
        return next((notice for _, _, notice in desk.calls("AddNotification") if notice["title"] == title), None)
    return atspi.until(look, f"{title} is told")


def press(action, target):
    """What GNOME does when a notification, or its button, is pressed: the program need not run."""
    activation.activate(action.removeprefix("app."), GLib.Variant("s", target))


@in_world
def case_a_notification_outlives_the_program(world):
    torrent, other = world.torrent(FILM, name="Outlived"), world.torrent(FILM, name="Beside")
    activation.permit()
    with services.Services("notifications", "files") as desk:
        with window.Window("outlived", torrent.file, other.file) as shoal:
            start(shoal)
            row(shoal, torrent, "Downloading")
            screen.look_away()
            with world.seed(torrent):
                notice = noticed(desk, "Download Complete")
            shoal.key("ctrl+q")
            assert shoal.finishes(90) == 0, shoal.said()
        press(notice["default-action"], notice["default-action-target"])
        with activation.Started() as shoal:
            row(shoal, torrent, "Sharing")
            node = atspi.find_shown(shoal.app(), "table row", re.compile(re.escape(torrent.name) + ", .*"))
            atspi.until(lambda: atspi.has(node, "selected"), "it is selected")
        button = notice["buttons"][0]
        assert button["label"] == "Show in Folder", notice
        press(button["action"], button["target"])
        with activation.Started() as shoal:
            items, _ = desk.waits("ShowItems")
            assert items == [pathlib.Path(DOWNLOADS, torrent.name).as_uri()], items


desktop.need_accessibility()
tap.main([
    case_awake_while_something_is_fetched, case_buttons_of_a_notification_work_without_a_window, case_an_error_is_told,
    case_awake_in_a_sandbox, case_a_notification_outlives_the_program, case_closing_keeps_sharing, case_closing_may_quit,
    case_the_end_of_the_desktop_is_a_quit, case_the_desktop_permits_the_background_or_refuses_it,
])
