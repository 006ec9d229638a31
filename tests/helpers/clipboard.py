"""clipboard: what programs have put into the clipboard of the display.

    with clipboard.holding("magnet:?..."):
        shoal.key("ctrl+v")

    shoal.key("ctrl+c")
    assert clipboard.text() == "127.0.0.1:6881"
"""

import subprocess
import sys

from helpers import network, peers

OWNER = """
import sys
import gi
gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk
Gtk.init()
value = Gdk.Display.get_default().get_clipboard()
value.set_content(Gdk.ContentProvider.new_for_bytes("text/plain;charset=utf-8", GLib.Bytes.new(sys.argv[1].encode())))
print("ready", flush=True)
GLib.MainLoop().run()
"""

READER = """
import sys
import gi
gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk
Gtk.init()
loop = GLib.MainLoop()
def took(clipboard, result):
    print(clipboard.read_text_finish(result) or "", end="")
    loop.quit()
Gdk.Display.get_default().get_clipboard().read_text_async(None, took)
loop.run()
"""


def text():
    """What the clipboard holds now; "" when whoever holds it does not answer, as while it changes hands."""
    try:
        done = subprocess.run([sys.executable, "-c", READER], capture_output=True, text=True, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def holding(words_of_it):
    """The program that holds a text, to be used as a block; what it holds is gone with it."""
    owner = peers.Peer("clipboard", [sys.executable, "-c", OWNER, words_of_it])
    network.until(lambda: not owner.running() or "ready" in words(owner), 90, f"the clipboard is filled ({owner.log})")
    assert owner.running(), words(owner)
    return owner


def words(peer):
    """What a peer has said so far."""
    with open(peer.log, encoding="utf-8", errors="replace") as log:
        return log.read()
