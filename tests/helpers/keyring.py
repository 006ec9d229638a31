"""keyring: GNOME's own keyring on the bus of a test, with what is kept in it.

    with keyring.Keyring() as ring:
        ring.secrets({"server": "https://tracker.example.org"})

It is unlocked, empty, and lies in the folders of the test's person. Who lacks the program skips.
"""

from helpers import atspi, peers

NAME, PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"
SERVICE = "org.freedesktop.Secret.Service"
# It reads the words that unlock it until they end.
START = "printf words | exec gnome-keyring-daemon --foreground --unlock --components=secrets"


class Keyring(peers.Peer):
    """The daemon, from entering the block to its end."""

    def __init__(self):
        from gi.repository import Gio
        peers.need("gnome-keyring-daemon")
        super().__init__("keyring", ["sh", "-c", START])
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        atspi.until(lambda: self.call("ReadAlias", "(s)", "default") != "/", f"the keyring is open ({self.log})")

    def call(self, method, kind, *arguments):
        """Asks the service; the first that it answers."""
        from gi.repository import Gio, GLib
        assert self.running(), self.log
        answer = self.bus.call_sync(NAME, PATH, SERVICE, method, GLib.Variant(kind, arguments), None,
                                    Gio.DBusCallFlags.NO_AUTO_START, 120000, None)
        return answer.unpack()[0] if method != "OpenSession" else answer.unpack()[1]

    def secrets(self, attributes):
        """What is kept under these attributes, as bytes."""
        from gi.repository import GLib
        session = self.call("OpenSession", "(sv)", "plain", GLib.Variant("s", ""))
        items = self.call("SearchItems", "(a{ss})", attributes)
        found = self.call("GetSecrets", "(aoo)", items, session)
        return [bytes(secret[2]) for secret in found.values()]
