"""display: the windows, the keyboard and the pointer of a display, asked by a connection of the test's own.

    for window in display.windows(pid): window.number, window.title
    display.focus(window.number)

It answers within a moment, so that it can be asked again and again. What is gone meanwhile is no error: it is not there.
"""

import collections
import ctypes

ANY, VIEWABLE, TO_PARENT, NOW, ASYNCHRONOUS = 0, 2, 2, 0, 1
MOST = 1024  # of a property, in units of four bytes

Window = collections.namedtuple("Window", "number title override")


class Attributes(ctypes.Structure):
    """XWindowAttributes."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border", "depth")),
        ("visual", ctypes.c_void_p), ("root", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")),
        ("planes", ctypes.c_ulong), ("pixel", ctypes.c_ulong), ("save_under", ctypes.c_int), ("colormap", ctypes.c_ulong),
        ("map_installed", ctypes.c_int), ("map_state", ctypes.c_int), ("all_masks", ctypes.c_long),
        ("own_mask", ctypes.c_long), ("other_mask", ctypes.c_long), ("override", ctypes.c_int),
        ("screen", ctypes.c_void_p),
    ]


class Connection:
    """One to the display of the environment."""

    def __init__(self):
        self.x = ctypes.CDLL("libX11.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x.XInternAtom.restype = ctypes.c_ulong
        self.handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0)
        self.x.XSetErrorHandler(self.handler)
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(None))
        assert self.display, "the display does not answer"
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.zero = ctypes.c_ulong(0)

    def top_level(self):
        """The numbers of all windows, the lowest first."""
        found, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        root, parent = ctypes.c_ulong(), ctypes.c_ulong()
        if not self.x.XQueryTree(self.display, self.root, ctypes.byref(root), ctypes.byref(parent), ctypes.byref(found),
                                 ctypes.byref(count)):
            return []
        numbers = found[:count.value]
        if found:
            self.x.XFree(found)
        return numbers

    def attributes(self, number):
        """How a window is; None where it is gone."""
        told = Attributes()
        return told if self.x.XGetWindowAttributes(self.display, ctypes.c_ulong(number), ctypes.byref(told)) else None

    def property(self, number, name):
        """What a window says of itself, as bytes: numbers of 32 bits are eight each."""
        kind, form = ctypes.c_ulong(), ctypes.c_int()
        count, left, data = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_void_p()
        atom = ctypes.c_ulong(self.x.XInternAtom(self.display, name.encode(), 0))
        failed = self.x.XGetWindowProperty(
            self.display, ctypes.c_ulong(number), atom, ctypes.c_long(0), ctypes.c_long(MOST), 0, ctypes.c_ulong(ANY),
            ctypes.byref(kind), ctypes.byref(form), ctypes.byref(count), ctypes.byref(left), ctypes.byref(data))
        if failed or not data:
            return b""
        said = ctypes.string_at(data, count.value * {8: 1, 16: 2, 32: ctypes.sizeof(ctypes.c_long)}.get(form.value, 0))
        self.x.XFree(data)
        return said

    def window(self, number):
        """What is told of a window that is shown; else None."""
        told = self.attributes(number)
        if told is None or told.map_state != VIEWABLE:
            return None
        return Window(number, self.property(number, "_NET_WM_NAME").decode(errors="replace"), bool(told.override))

    def windows(self, pid):
        """Those of a process that are shown, the lowest first."""
        mine = (number for number in self.top_level()
                if int.from_bytes(self.property(number, "_NET_WM_PID")[:4], "little") == pid)
        return [window for window in map(self.window, mine) if window is not None]

    def focus(self, number):
        """Raises a window and gives it the keyboard; whether it has it then."""
        has, revert = ctypes.c_ulong(), ctypes.c_int()
        if self.window(number) is None:
            return False
        self.x.XRaiseWindow(self.display, ctypes.c_ulong(number))
        self.x.XSetInputFocus(self.display, ctypes.c_ulong(number), TO_PARENT, ctypes.c_ulong(NOW))
        self.x.XGetInputFocus(self.display, ctypes.byref(has), ctypes.byref(revert))
        return has.value == number

    def is_held(self):
        """Whether a program has taken the pointer: nobody else can have it then."""
        refused = self.x.XGrabPointer(self.display, self.root, 0, 0, ASYNCHRONOUS, ASYNCHRONOUS, self.zero, self.zero,
                                      self.zero)
        self.x.XUngrabPointer(self.display, self.zero)
        self.x.XSync(self.display, 0)
        return refused != 0


connections = []


def connection():
    """That of this program."""
    if not connections:
        connections.append(Connection())
    return connections[0]
