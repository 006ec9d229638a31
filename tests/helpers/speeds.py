"""speeds: the pill at the head of the window, which tells the speeds and has the limits."""

import re

from helpers import atspi, person

UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
WORDS = re.compile("↓ (.*)  ↑ (.*)")


def bytes_of(words):
    """How many bytes a figure of the window stands for: "1.5 MiB/s"; 0 for "0"."""
    figure, _, unit = words.strip("\u2068\u2069").removesuffix("/s").replace("\u00a0", " ").partition(" ")
    return float(figure) * UNITS[unit] if unit else float(figure)


class Pill:
    """The pill of a client."""

    def __init__(self, shoal):
        self.shoal = shoal

    def rate(self, way):
        """What it says, "down" or "up", in bytes a second."""
        label = atspi.find(self.shoal.app(), "label", WORDS)
        match = WORDS.fullmatch(label.get_name())
        return bytes_of(match.group(1 if way == "down" else 2)) if match else -1

    def waits(self, way, holds):
        """Waits until a speed is as it should be."""
        atspi.until(lambda: holds(self.rate(way)), f"the speed {way} is as it should be")

    def opens(self):
        """Shows the limits."""
        person.opens(self.shoal, "Speeds and limits")

    def limits(self, name, kib):
        """Sets a limit, in KiB a second."""
        atspi.set_value(atspi.find_shown(self.shoal.app(), "spin button", name), kib)

    def slow_down(self, slow):
        """Switches the slow pair of limits."""
        def switch():
            found = atspi.find_all(self.shoal.app(), None, re.compile(".*Slow Down.*"))
            return next((one for one in found if one.get_role_name() not in ("label", "list item")), None)
        node = atspi.until(switch, "the switch of the slow pair")
        if atspi.has(node, "checked") != slow:
            atspi.click(node)
        atspi.until(lambda: atspi.has(node, "checked") == slow, f"slow: {slow}")
