"""activation: the bus starts the client for whoever calls it by its name, as the service file that is installed says.

    activation.permit()
    activation.activate("show-torrent", hash)
    with activation.Started() as shoal:
        atspi.find(shoal.app(), "table row")
"""

import os
import signal

from gi.repository import Gio, GLib

from helpers import atspi, window

NAME, PATH = "org.shoal.Shoal", "/org/shoal/Shoal"
MS = 120000  # what a client may take to start
BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")


def bus():
    """The session's bus."""
    return Gio.bus_get_sync(Gio.BusType.SESSION, None)


def ask_bus(method, arguments=None):
    """One call to the bus itself; what it answers."""
    return bus().call_sync(*BUS, method, arguments, None, Gio.DBusCallFlags.NONE, MS, None).unpack()


def permit():
    """Puts the service file where the bus reads it, and hands it the environment of a desktop's session."""
    services = os.path.join(os.path.dirname(os.environ["XDG_RUNTIME_DIR"]), "services")
    with open(os.path.join(services, NAME + ".service"), "w", encoding="utf-8") as file:
        file.write(f"[D-BUS Service]\nName={NAME}\nExec={window.PROGRAM} --gapplication-service\n")
    session = {name: text for name, text in os.environ.items() if text.isprintable()}
    ask_bus("UpdateActivationEnvironment", GLib.Variant("(a{ss})", ({**session, **window.STRICT},)))
    ask_bus("ReloadConfig")


def activate(action, *parameters):
    """Activates an action of the client, which is started for it if it does not run."""
    bus().call_sync(NAME, PATH, "org.freedesktop.Application", "ActivateAction",
                    GLib.Variant("(sava{sv})", (action, list(parameters), {})), None, Gio.DBusCallFlags.NONE, MS, None)


class Started(window.Window):
    """The client that the bus has started, until the end of the block."""

    def __init__(self):  # there is nothing to start, and what it prints goes to the bus
        self.name, self.log = "started", os.devnull
        self.pid = ask_bus("GetConnectionUnixProcessID", GLib.Variant("(s)", (NAME,)))[0]
        self.number()

    def running(self):
        """Whether the bus still knows it."""
        return ask_bus("NameHasOwner", GLib.Variant("(s)", (NAME,)))[0]

    def app(self):
        """It as a screen reader sees it."""
        assert self.running(), "the client has ended"
        return atspi.application(self.pid)

    def stop(self, seconds=atspi.SECONDS):
        """Asks it to end, and waits until it has."""
        os.kill(self.pid, signal.SIGTERM)
        atspi.until(lambda: not self.running(), "it has ended", seconds)
