"""keyboard: where the keyboard is, as a screen reader hears it, and how it goes on from there.

    focus = keyboard.Focus(shoal)
    focus.go("push button", "Start")
    focus.press("Return")
"""

import time

from gi.repository import Atspi

from helpers import atspi, screen

# Steps to something in a window; it is further away in none.
STEPS = 80
# How long a key may take that moves the keyboard; one that does not is waited for as long.
SECONDS = 15


class Focus:
    """The keyboard of a client: its last window has it."""

    def __init__(self, shoal):
        self.shoal = shoal
        self.heard = []
        self.listener = Atspi.EventListener.new(self.hear)
        self.listener.register("object:state-changed:focused")
        self.take()

    def hear(self, event):
        """Something has got the keyboard, or lost it."""
        if event.detail1 == 1:
            self.heard.append(event.source)

    def take(self, count=1):
        """Gives the keyboard to the last window, once there are so many."""
        self.shoal.number(count)
        self.shoal.take_keyboard()
        atspi.pump()

    def press(self, *names):
        """Presses keys where the keyboard is."""
        screen.key(*names)
        atspi.pump()

    def step(self, name="Tab"):
        """Presses a key that moves the keyboard; what has it then, or None where it stays."""
        self.heard.clear()
        end = time.monotonic() + SECONDS
        screen.key(name)
        while not self.heard and time.monotonic() < end:
            atspi.pump()
        if self.heard:  # on its way it may pass others: what is told before an answer comes before it
            self.shoal.app().get_child_count()
            atspi.pump()
        return self.heard[-1] if self.heard else None

    def go(self, role, name, key="Tab"):
        """Walks by one key until something has the keyboard."""
        passed = []
        for _ in range(STEPS):
            node = self.step(key)
            if node is not None and atspi.matches(node, role, name):
                return node
            passed.append(node and f"{node.get_role_name()} {node.get_name()!r}")
        raise AssertionError(f"{key} does not come to {role} {name!r}: {passed}")
