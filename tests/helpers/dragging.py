"""dragging: what is dragged from another program, such as a file manager, and dropped into a window.

    with dragging.Source("files", path) as source:
        source.drop(shoal)

The other program is a window of GTK that offers files by their paths, or "text", and is dragged from by the pointer.
"""

import sys

from helpers import atspi, peers, screen

TITLE, SIDE = "Something to drag", 120
STEPS = 12
WELCOME, UNWELCOME = "it would be taken", "it would not be taken"


class Source(peers.Peer):
    """The other program, from entering the block to its end."""

    def __init__(self, kind, *offered):
        super().__init__("dragged-" + kind, [sys.executable, __file__, kind, *offered])
        self.number = atspi.until(lambda: next(iter(screen.named(self.pid, TITLE)), None), f"it is shown ({self.log})")
        self.left = int(screen.xdotool("getdisplaygeometry").split()[0]) - SIDE
        screen.move(self.number, self.left, 0)

    def drop(self, shoal):
        """Drags it into the middle of the client's window, which stands beside it."""
        screen.move(shoal.number(), 0, 0)
        shoal.resize(self.left - 20, 700)
        screen.xdotool("windowraise", self.number, "mousemove", self.left + SIDE // 2, SIDE // 2, "mousedown", 1)
        for step in range(1, STEPS + 1):  # as a hand moves: what is dragged is taken up on the way
            self.move(step)
            atspi.pump(0.1)
        atspi.until(self.is_welcome, f"what is dragged would be taken ({self.log})")
        screen.xdotool("mouseup", 1)
        screen.point_away()

    def move(self, step):
        """Moves the pointer towards the middle of the client's window."""
        screen.xdotool("mousemove", self.left + SIDE // 2 - step * self.left // (2 * STEPS), SIDE // 2 + step * 20)

    def is_welcome(self):
        """Whether the client has said that it takes what is held over it; it is asked whenever the pointer moves."""
        with open(self.log, encoding="utf-8") as log:
            if log.read().splitlines()[-1:] == [WELCOME]:
                return True
        for step in (STEPS - 1, STEPS):
            self.move(step)
        return False


def content(kind, offered):
    """What is dragged."""
    from gi.repository import Gdk, Gio
    if kind == "text":
        return Gdk.ContentProvider.new_for_value("\n".join(offered))
    return Gdk.ContentProvider.new_for_value(Gdk.FileList.new_from_list([Gio.File.new_for_path(path) for path in offered]))


def tell(drag, _property):
    """Says whether who is below the pointer would take what is dragged."""
    print(WELCOME if drag.get_selected_action() else UNWELCOME, flush=True)


def show(kind, offered):
    """Runs until it is ended."""
    import gi
    gi.require_version("Gtk", "4.0")
    from gi.repository import GLib, Gtk
    window = Gtk.Window(title=TITLE, default_width=SIDE, default_height=SIDE, decorated=False)
    window.set_child(Gtk.Label(label="Drag me", hexpand=True, vexpand=True))
    source = Gtk.DragSource()
    source.connect("prepare", lambda *_: content(kind, offered))
    source.connect("drag-begin", lambda _, drag: drag.connect("notify::selected-action", tell))
    window.add_controller(source)
    window.present()
    GLib.MainLoop().run()


if __name__ == "__main__":
    show(sys.argv[1], sys.argv[2:])
