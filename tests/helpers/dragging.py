"""dragging: what is dragged from another program, such as a file manager, and dropped into a window.

    with dragging.Source("files", path) as source:
        source.drop(shoal)

The other program is a window of GTK that offers files by their paths, or "text", and is dragged from by the pointer.
"""

import sys

from helpers import atspi, peers, screen

TITLE, SIDE = "Something to drag", 120
STEPS = 12


class Source(peers.Peer):
    """The other program, from entering the block to its end."""

    def __init__(self, kind, *offered):
        super().__init__("dragged-" + kind, [sys.executable, __file__, kind, *offered])
        self.number = atspi.until(lambda: next(iter(screen.named(self.pid, TITLE)), None), f"it is shown ({self.log})")
        self.left = int(screen.xdotool("getdisplaygeometry").split()[0]) - SIDE
        screen.move(self.number, self.left, 0)

    def drop(self, shoal):
        """Drags it into the middle of the client's window, which stands beside it."""
        number = shoal.number()
        screen.move(number, 0, 0)
        screen.resize(number, self.left - 20, 700)
        atspi.pump(0.3)
        screen.xdotool("windowraise", self.number, "mousemove", "--sync", self.left + SIDE // 2, SIDE // 2)
        screen.xdotool("mousedown", 1)
        for step in range(1, STEPS + 1):  # as a hand moves: what is dragged is taken up on the way
            screen.xdotool("mousemove", self.left + SIDE // 2 - step * self.left // (2 * STEPS), SIDE // 2 + step * 20)
            atspi.pump(0.1)
        screen.xdotool("mouseup", 1)
        screen.point_away()


def content(kind, offered):
    """What is dragged."""
    from gi.repository import Gdk, Gio
    if kind == "text":
        return Gdk.ContentProvider.new_for_value("\n".join(offered))
    return Gdk.ContentProvider.new_for_value(Gdk.FileList.new_from_list([Gio.File.new_for_path(path) for path in offered]))


def show(kind, offered):
    """Runs until it is ended."""
    import gi
    gi.require_version("Gtk", "4.0")
    from gi.repository import GLib, Gtk
    window = Gtk.Window(title=TITLE, default_width=SIDE, default_height=SIDE, decorated=False)
    window.set_child(Gtk.Label(label="Drag me", hexpand=True, vexpand=True))
    source = Gtk.DragSource()
    source.connect("prepare", lambda *_: content(kind, offered))
    window.add_controller(source)
    window.present()
    GLib.MainLoop().run()


if __name__ == "__main__":
    show(sys.argv[1], sys.argv[2:])
