#!/usr/bin/python3
"""The desktop client on the display and the bus of tests/gui/run.py: it starts, is read, shown and ends."""

import os
import signal
import sys
import tempfile

from helpers import atspi, desktop, peers, screen, tap, window

desktop.need_accessibility()

# A window with two controls of which nobody can say what they are, and two that need no more words.
NAMELESS = """
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk
window = Gtk.Window(title="Names", child=Gtk.Box())
for child in (Gtk.Button(label="named"), Gtk.Button(icon_name="list-add-symbolic"), Gtk.Image(), Gtk.Picture()):
    window.get_child().append(child)
window.present()
GLib.MainLoop().run()
"""
WARNING = """
from gi.repository import GLib
GLib.log_variant("Test", GLib.LogLevelFlags.LEVEL_WARNING, GLib.Variant("a{sv}", {"MESSAGE": GLib.Variant("s", "!")}))
"""


def case_the_desktop_is_a_desktop_of_its_own():
    for variable in desktop.FOLDERS:
        assert "shoal-desktop-" in os.environ[variable], variable
    assert os.environ["XDG_RUNTIME_DIR"] in os.environ["DBUS_SESSION_BUS_ADDRESS"]


def case_the_window_is_read_and_shown():
    with window.Window("frame") as shoal, tempfile.TemporaryDirectory() as folder:
        for name in ("Upload", "Download"):
            tab = atspi.find(shoal.app(), "page tab", name)
            atspi.click(tab)
            atspi.until(lambda tab=tab: atspi.has(tab, "selected"), f"{name} is shown")
        shoal.resize(700, 500)
        picture = os.path.join(folder, "window.png")
        shoal.picture(picture)
        with open(picture, "rb") as file:
            assert file.read(24)[16:] == (700).to_bytes(4, "big") + (500).to_bytes(4, "big")


def case_every_control_has_a_name():
    with window.Window("names") as shoal:
        atspi.find(shoal.app(), "page tab", "Download")
        found = atspi.unlabelled(shoal.app())
        assert not found, found


def case_a_control_without_a_name_is_found():
    with peers.Peer("nameless", [sys.executable, "-c", NAMELESS]) as program:
        app = atspi.application(program.pid)
        atspi.find(app, "push button", "named")
        found = atspi.until(lambda: len(atspi.unlabelled(app)) == 2 and atspi.unlabelled(app), "both are found")
        assert found[0].startswith("push button") and found[1].startswith("image 'GtkPicture'"), found


def case_a_warning_fails_the_client():
    with peers.Peer("warning", [sys.executable, "-c", WARNING], env=window.STRICT) as program:
        assert program.finishes(90) == -signal.SIGTRAP, program.log


def ask_for_one_too_many(shoal):
    """GTK 4.8 answers with the last window that there is; of one that is hidden the bus knows nothing: a warning."""
    app = shoal.app()
    app.get_child_at_index(app.get_child_count())
    assert shoal.running(), shoal.said()


def case_who_asks_for_a_window_too_many_ends_nothing():
    with window.Window("too-many") as shoal:
        atspi.find(shoal.app(), "page tab", "Download")
        ask_for_one_too_many(shoal)
        for keys in ("ctrl+question", "ctrl+comma"):
            shoal.key(keys)
            shoal.number(2)
            shoal.key("Escape")
            atspi.until(lambda: len(screen.windows(shoal.pid)) == 1, "it is closed")
            ask_for_one_too_many(shoal)


tap.main([
    case_the_desktop_is_a_desktop_of_its_own, case_the_window_is_read_and_shown, case_every_control_has_a_name,
    case_a_control_without_a_name_is_found, case_a_warning_fails_the_client, case_who_asks_for_a_window_too_many_ends_nothing,
])
