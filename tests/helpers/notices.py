"""notices: the desktop's service of notifications, as the bus of helpers.desktop starts it.

It shows nothing: each notification is a line of JSON in the file that is the first argument, and told() reads
them in a test. A client without such a service says a warning, which is fatal.
"""

import json
import os
import sys

NAME = "org.freedesktop.Notifications"
FACE = """<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/>
    <arg direction="in" type="s"/><arg direction="in" type="s"/><arg direction="in" type="as"/>
    <arg direction="in" type="a{sv}"/><arg direction="in" type="i"/><arg direction="out" type="u"/>
  </method>
  <method name="CloseNotification"><arg direction="in" type="u"/></method>
  <method name="GetCapabilities"><arg direction="out" type="as"/></method>
  <method name="GetServerInformation">
    <arg direction="out" type="s"/><arg direction="out" type="s"/><arg direction="out" type="s"/>
    <arg direction="out" type="s"/>
  </method>
</interface></node>"""


def place():
    """Where the notifications of this desktop are written."""
    return os.path.join(os.environ["XDG_RUNTIME_DIR"], "notices.json")


def told():
    """What was shown so far: its title, its text and its buttons."""
    if not os.path.exists(place()):
        return []
    with open(place(), encoding="utf-8") as file:
        return [json.loads(line) for line in file.read().split("\n")[:-1]]


def answer(method, arguments, path):
    """The reply to a call, as a variant or None."""
    from gi.repository import GLib
    if method == "Notify":
        _, _, _, title, text, actions, _, _ = arguments
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"title": title, "text": text, "buttons": actions[1::2]}) + "\n")
        return GLib.Variant("(u)", (len(title) + 1,))
    if method == "GetCapabilities":
        return GLib.Variant("(as)", (["actions", "body", "persistence"],))
    if method == "GetServerInformation":
        return GLib.Variant("(ssss)", ("notices", "Shoal", "1", "1.2"))
    return None


def serve(path):
    """Runs until the bus is gone."""
    from gi.repository import Gio, GLib

    def call(_connection, _sender, _path, _face, method, arguments, invocation):
        invocation.return_value(answer(method, arguments.unpack(), path))

    connection = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    connection.register_object("/org/freedesktop/Notifications", Gio.DBusNodeInfo.new_for_xml(FACE).interfaces[0], call)
    Gio.bus_own_name_on_connection(connection, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    serve(sys.argv[1])
