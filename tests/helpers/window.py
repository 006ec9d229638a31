"""window: the desktop client as a test starts it, on the desktop of tests/gui/run.py.

    with window.Window("window") as shoal:
        atspi.find(shoal.app(), "page tab", "Download")

A warning of GTK or GLib ends the program, and so fails the test. SHOAL_GTK names it.
"""

import os
import signal
import time

from helpers import atspi, peers, screen

STRICT = {"G_DEBUG": "fatal-warnings"}
MENU_SECONDS = 10
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
        """Presses a button of the pointer at a node."""
        title = atspi.window_of(node)
        numbers = [number for number in screen.windows(self.pid) if screen.title(number) == title]
        assert numbers, f"no window is called {title!r}"
        screen.press(numbers[-1], *atspi.point(node), button)
        atspi.pump()

    def choose(self, find, item):
        """Chooses an item of the menu that the right button opens on what find() gives. A press that closes
        an earlier menu, which goes out of sight before it is gone, opens none: it is made again."""
        end = time.monotonic() + atspi.SECONDS
        while True:
            self.press(find(), 3)
            try:
                found = atspi.find_shown(self.app(), "menu item", item, MENU_SECONDS)
                break
            except AssertionError:
                assert self.running() and time.monotonic() < end, f"no menu with {item!r} opens: {self.said()}"
        atspi.click(found)

    def key(self, *names):
        """Presses keys in its last window."""
        screen.focus(self.number())
        screen.key(*names)
        atspi.pump()

    def picture(self, path):
        """Writes a PNG of its last window."""
        screen.picture(path, self.number())

    def kill(self):
        """Ends it as a crash would."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()
