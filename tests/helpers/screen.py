"""screen: what stands in front of a display: keys, the pointer, sizes of windows, and pictures.

It needs xdotool, and ImageMagick for pictures; who lacks them skips. There is no window manager: a window is
where it is put, as large as it is made, and has the keyboard when it is given it.
"""

import re
import subprocess

from helpers import peers


def xdotool(*arguments):
    """One command; what it printed."""
    peers.need("xdotool")
    done = subprocess.run(["xdotool", *map(str, arguments)], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def windows(pid):
    """The numbers of a program's windows that are shown. What has no title, such as a menu, or that of the program, such
    as the words beside a pointer that rests, is none."""
    beside = search(pid, "^shoal-gtk$")
    return [number for number in search(pid, ".") if number not in beside]


def named(pid, title):
    """The numbers of a program's windows of that title that are shown."""
    return search(pid, "^" + re.escape(title) + "$")


def search(pid, pattern):
    """The numbers of a program's windows that are shown and whose titles match."""
    peers.need("xdotool")
    done = subprocess.run(["xdotool", "search", "--all", "--onlyvisible", "--pid", str(pid), "--name", pattern],
                          capture_output=True, text=True, timeout=30, check=False)
    return [int(line) for line in done.stdout.split()]


def title(number):
    """What a window is called."""
    return xdotool("getwindowname", number).rstrip("\n")


def press(number, x, y, button=1):
    """Presses a button of the pointer at a place of a window, which stays there. The display does both in turn;
    to wait for the move would take long where the pointer is there already."""
    focus(number)
    xdotool("mousemove", "--window", number, x, y, "click", button)


def focus(number):
    """Gives a window the keyboard."""
    xdotool("windowraise", number, "windowfocus", "--sync", number)


def point_away():
    """Puts the pointer into the corner, where it points at nothing."""
    xdotool("mousemove", *xdotool("getdisplaygeometry").split())


def look_away():
    """Takes the keyboard from all windows, and the pointer off them."""
    point_away()
    xdotool("search", "--maxdepth", 0, ".*", "windowfocus")


def key(*names):
    """Presses keys as xdotool calls them, one after the other: ctrl+f, Tab."""
    xdotool("key", "--delay", "20", *names)


def type_text(words):
    """Types words."""
    xdotool("type", "--delay", "5", "--", words)


def resize(number, width, height):
    """Gives a window a size; it may refuse."""
    xdotool("windowsize", "--sync", number, width, height)


def size(number):
    """The width and height of a window."""
    found = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", number).split())
    return int(found["WIDTH"]), int(found["HEIGHT"])


def move(number, x, y):
    """Puts a window somewhere."""
    xdotool("windowmove", "--sync", number, x, y)


def picture(path, number="root"):
    """Writes a PNG of a window, or of the screen."""
    peers.need("import")
    subprocess.run(["import", "-window", str(number), str(path)], check=True, timeout=30)


def brightness(number):
    """How bright a window is, from 0 to 1."""
    peers.need("import", "convert")
    shot = subprocess.run(["import", "-window", str(number), "png:-"], check=True, timeout=30, capture_output=True).stdout
    mean = subprocess.run(["convert", "png:-", "-colorspace", "gray", "-format", "%[fx:mean]", "info:"], input=shot,
                          check=True, timeout=30, capture_output=True)
    return float(mean.stdout)
