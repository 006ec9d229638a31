"""window: the desktop client as a test starts it, on the desktop of tests/gui/run.py.

    with window.Window("window") as shoal:
        atspi.find(shoal.app(), "page tab", "Download")

A warning of GTK or GLib ends the program, and so fails the test. SHOAL_GTK names it.
"""

import os
import signal

from gi.repository import Atspi

from helpers import atspi, display, peers, screen

STRICT = {"G_DEBUG": "fatal-warnings"}
# In other tests messages stay for longer than usual, since a test may come late to look at them.
USUAL = {"GSETTINGS_SCHEMA_DIR": os.path.join(os.environ.get("SHOAL_BUILD", ""), "data", "desktop")}
# Settings that outlive the program: in other tests they are in memory.
KEPT = {"GSETTINGS_BACKEND": "keyfile"}
PROGRAM = os.environ.get("SHOAL_GTK", "shoal-gtk")


class Window(peers.Peer):
    """One running client; @under is a command that becomes it."""

    def __init__(self, name, *arguments, env=None, wait=True, under=()):
        super().__init__(name, [*under, PROGRAM, *arguments], env={**STRICT, **(env or {})})
        if wait:
            self.number()

    def said(self):
        """Everything it has printed."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def app(self):
        """It as a screen reader sees it."""
        assert self.running(), f"the client ended with {self.process.returncode}: {self.said()}"
        return atspi.application(self.pid)

    def number(self, count=1):
        """The number of its last window, when it shows that many."""
        def shown():
            assert self.running(), f"the client ended with {self.process.returncode}: {self.said()}"
            numbers = screen.windows(self.pid)
            return numbers if len(numbers) >= count else None
        return atspi.until(shown, f"the client shows {count} windows ({self.log})")[-1]

    def press(self, node, button=1):
        """Presses a button of the pointer at a node, when no menu is open that would take the press."""
        title = atspi.window_of(node)
        number = atspi.until(lambda: next(iter(reversed(screen.named(self.pid, title))), None), f"{title!r} is shown")
        at = atspi.point(node)
        atspi.until(lambda: not screen.is_held(), "no menu is open")
        screen.press(number, *at, button)
        atspi.pump()

    def select(self, find):
        """Presses the row that a function finds until it is selected: lists are put in order while somebody aims."""
        atspi.again(lambda: self.press(find()), lambda: atspi.has(find(), "selected"), "the row is selected")

    def menu(self, find):
        """Opens the menu of what a function finds, by the second button."""
        atspi.again(lambda: self.press(find(), 3), screen.is_held, "its menu is open")

    def choose(self, *items):
        """Chooses from the menu that is open, through those below it, and waits until it is gone."""
        for item in items:
            atspi.click(atspi.find_shown(self.app(), "menu item", item))
        atspi.until(lambda: not screen.is_held(), f"the menu with {items[-1]} is gone")

    def key(self, *names):
        """Presses keys in its last window; a menu or a popover that Escape closes is closed then."""
        held = screen.is_held()
        self.take_keyboard()
        screen.key(*names)
        atspi.pump()
        if held and names[-1] == "Escape":
            atspi.until(lambda: not screen.is_held(), "the menu is closed")

    def take_keyboard(self):
        """Gives the keyboard to its last window. One that opens or closes is for a moment either only read or only shown:
        the last one is not known before that is over."""
        def taken():
            read = [name for name in map(Atspi.Accessible.get_name, atspi.children(self.app())) if name]
            shown = screen.titled(self.pid)
            return sorted(read) == sorted(window.title for window in shown) and display.connection().focus(shown[-1].number)
        atspi.until(taken, "a window has the keyboard")

    def resize(self, width, height):
        """Gives its last window a size, and waits until it keeps it: once narrow it may be narrower still."""
        number = self.number()

        def keeps():
            screen.xdotool("windowsize", number, width, height)
            atspi.pump(0.5)
            return screen.size(number) == (width, height)
        atspi.until(keeps, f"it is {width} by {height} large")

    def picture(self, path):
        """Writes a PNG of its last window."""
        screen.picture(path, self.number())

    def kill(self):
        """Ends it as a crash would."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()
