"""screen: what stands in front of a display: keys, the pointer, sizes of windows, and pictures.

It needs xdotool, and ImageMagick for pictures; who lacks them skips. There is no window manager: a window is
where it is put, as large as it is made, and has the keyboard when it is given it.
"""

import subprocess

from helpers import display, network, peers

SECONDS = 90
# What a window of the client without a title of its own is called.
UNTITLED = ("", "shoal-gtk")


def xdotool(*arguments):
    """One command; what it printed."""
    peers.need("xdotool")
    done = subprocess.run(["xdotool", *map(str, arguments)], capture_output=True, text=True, timeout=SECONDS,
                          check=False)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def is_held():
    """Whether a program has taken the pointer, as GTK does while a menu or a popover is open: a press then closes that,
    and does nothing else."""
    return display.connection().is_held()


def titled(pid):
    """A program's windows that are shown, with their titles. What has no title, such as a menu, or the words beside a
    pointer that rests, is none."""
    return [window for window in display.connection().windows(pid)
            if not window.override and window.title not in UNTITLED]


def windows(pid):
    """The numbers of a program's windows that are shown."""
    return [window.number for window in titled(pid)]


def named(pid, title):
    """The numbers of a program's windows of that title that are shown."""
    return [window.number for window in titled(pid) if window.title == title]


def press(number, x, y, button=1):
    """Presses a button of the pointer at a place of a window, which stays there. The display does both in turn;
    to wait for the move would take long where the pointer is there already."""
    focus(number)
    xdotool("mousemove", "--window", number, x, y, "click", button)


def focus(number):
    """Gives a window the keyboard."""
    network.until(lambda: display.connection().focus(number), SECONDS, f"window {number} has the keyboard")


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
    subprocess.run(["import", "-window", str(number), str(path)], check=True, timeout=SECONDS)


def brightness(number):
    """How bright a window is, from 0 to 1."""
    peers.need("import", "convert")
    shot = subprocess.run(["import", "-window", str(number), "png:-"], check=True, timeout=SECONDS,
                          capture_output=True).stdout
    mean = subprocess.run(["convert", "png:-", "-colorspace", "gray", "-format", "%[fx:mean]", "info:"], input=shot,
                          check=True, timeout=SECONDS, capture_output=True)
    return float(mean.stdout)
