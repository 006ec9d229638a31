"""services: what a desktop offers to programs beside notifications, as far as the client asks for it.

    with services.Services("session-manager", "portal") as desk:
        desk.waits("Inhibit")

A session manager that keeps the machine awake, a portal that permits work in the background (or refuses it, as
"portal-that-refuses") or keeps the machine awake ("portal-inhibit"), GNOME's service of notifications, which starts a
program whose button is pressed, and a file manager that shows files. None of them does anything: each call is a line of
JSON in a log, and calls() reads them in a test.
"""

import json
import sys

from helpers import atspi, peers

MANAGER = """<node><interface name="org.gnome.SessionManager">
  <method name="RegisterClient">
    <arg direction="in" type="s"/><arg direction="in" type="s"/><arg direction="out" type="o"/>
  </method>
  <method name="UnregisterClient"><arg direction="in" type="o"/></method>
  <method name="Inhibit">
    <arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/>
    <arg direction="in" type="u"/><arg direction="out" type="u"/>
  </method>
  <method name="Uninhibit"><arg direction="in" type="u"/></method>
</interface></node>"""
# Whoever finds a portal takes it for one that can keep the machine awake, too.
PORTAL = """<interface name="org.freedesktop.portal.Background">
  <method name="RequestBackground">
    <arg direction="in" type="s"/><arg direction="in" type="a{sv}"/><arg direction="out" type="o"/>
  </method>
</interface>"""
INHIBIT = """<interface name="org.freedesktop.portal.Inhibit">
  <method name="Inhibit">
    <arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="a{sv}"/>
    <arg direction="out" type="o"/>
  </method>
  <method name="CreateMonitor">
    <arg direction="in" type="s"/><arg direction="in" type="a{sv}"/><arg direction="out" type="o"/>
  </method>
</interface>"""
REQUEST = """<node><interface name="org.freedesktop.portal.Request"><method name="Close"/></interface></node>"""
NOTIFICATIONS = """<node><interface name="org.gtk.Notifications">
  <method name="AddNotification">
    <arg direction="in" type="s"/><arg direction="in" type="s"/><arg direction="in" type="a{sv}"/>
  </method>
  <method name="RemoveNotification"><arg direction="in" type="s"/><arg direction="in" type="s"/></method>
</interface></node>"""
FILES = """<node><interface name="org.freedesktop.FileManager1">
  <method name="ShowItems"><arg direction="in" type="as"/><arg direction="in" type="s"/></method>
</interface></node>"""
PORTAL_NAME, PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
OFFERED = {
    "session-manager": ("org.gnome.SessionManager", "/org/gnome/SessionManager", MANAGER),
    "portal": (PORTAL_NAME, PORTAL_PATH, f"<node>{PORTAL}{INHIBIT}</node>"),
    "portal-that-refuses": (PORTAL_NAME, PORTAL_PATH, f"<node>{PORTAL}{INHIBIT}</node>"),
    "portal-inhibit": (PORTAL_NAME, PORTAL_PATH, f"<node>{INHIBIT}</node>"),
    "notifications": ("org.gtk.Notifications", "/org/gtk/Notifications", NOTIFICATIONS),
    "files": ("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", FILES),
}


class Services(peers.Peer):
    """Some of them, from entering the block to its end; a client that starts in it finds them."""

    def __init__(self, *offered):
        super().__init__("services-" + "-".join(offered), [sys.executable, __file__, *offered])
        atspi.until(lambda: self.told()[:1] == ["ready"] or not self.running(), f"the services start ({self.log})")
        assert self.running(), self.log

    def told(self):
        """What it has printed so far, each line read."""
        with open(self.log, encoding="utf-8") as log:
            return [json.loads(line) for line in log.read().split("\n")[:-1]]

    def calls(self, method):
        """What it was asked by a method so far: the arguments of each call, and last of all the answer."""
        return [line["arguments"] for line in self.told()[1:] if line["method"] == method]

    def waits(self, method, count=1):
        """Waits for so many calls of a method; the last one."""
        atspi.until(lambda: len(self.calls(method)) >= count, f"{method} is called ({self.log})")
        return self.calls(method)[-1]


class Desk:
    """The process: it answers, and writes down what it was asked."""

    def __init__(self, connection, offered):
        self.connection, self.refuses, self.count = connection, "portal-that-refuses" in offered, 0

    def call(self, _connection, sender, _path, _face, method, arguments, invocation):
        """One call."""
        from gi.repository import GLib
        self.count += 1
        asked = list(arguments.unpack())
        answer = None
        if method == "Inhibit" and len(asked) == 3:
            answer = GLib.Variant("(o)", (self.request(sender, asked[2]),))
        elif method == "Inhibit":
            answer = GLib.Variant("(u)", (self.count,))
        elif method == "RegisterClient":
            answer = GLib.Variant("(o)", (f"/org/gnome/SessionManager/Client{self.count}",))
        elif method == "RequestBackground":
            answer = GLib.Variant("(o)", (self.respond(sender, asked[1]),))
        print(json.dumps({"method": method, "arguments": [*asked, *(answer.unpack() if answer else ())]}), flush=True)
        invocation.return_value(answer)

    def request(self, sender, options):
        """The path of a request of the portal, which can be closed there."""
        from gi.repository import Gio
        token = options.get("handle_token", f"t{self.count}")
        path = "/".join((PORTAL_PATH, "request", sender[1:].replace(".", "_"), token))
        self.connection.register_object(path, Gio.DBusNodeInfo.new_for_xml(REQUEST).interfaces[0], self.call)
        return path

    def respond(self, sender, options):
        """The portal's answer, which comes after that to the call; the path of its request."""
        from gi.repository import GLib
        path = "/".join((PORTAL_PATH, "request", sender[1:].replace(".", "_"), options["handle_token"]))
        results = {"background": GLib.Variant("b", not self.refuses), "autostart": GLib.Variant("b", False)}
        GLib.idle_add(lambda: self.connection.emit_signal(sender, path, "org.freedesktop.portal.Request", "Response",
                                                          GLib.Variant("(ua{sv})", (0, results))) and False)
        return path


def serve(offered):
    """Runs until the bus is gone."""
    from gi.repository import Gio, GLib
    connection = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    desk = Desk(connection, offered)
    for name, path, face in map(OFFERED.get, offered):
        for interface in Gio.DBusNodeInfo.new_for_xml(face).interfaces:
            connection.register_object(path, interface, desk.call)
        Gio.bus_own_name_on_connection(connection, name, Gio.BusNameOwnerFlags.NONE, None, None)
    connection.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetId", None, None, 0, -1, None)
    print(json.dumps("ready"), flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    serve(sys.argv[1:])
