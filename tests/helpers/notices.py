"""notices: the desktop's service of notifications, as the bus of helpers.desktop starts it.

It shows nothing: each notification is a line of JSON in the file that is the first argument, told() reads them in a
test, and press() presses a button of one. A client without such a service says a warning, which is fatal.
"""

import json
import os
import sys

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
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
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface><interface name="org.shoal.Notices">
  <method name="Press"><arg direction="in" type="u"/><arg direction="in" type="s"/></method>
</interface></node>"""
# What is pressed beside all buttons: the notification itself.
ITSELF = "default"


def place():
    """Where the notifications of this desktop are written."""
    return os.path.join(os.environ["XDG_RUNTIME_DIR"], "notices.json")


def told():
    """What was shown so far: its number, title and text, its buttons, and what each button does by its words."""
    if not os.path.exists(place()):
        return []
    with open(place(), encoding="utf-8") as file:
        return [json.loads(line) for line in file.read().split("\n")[:-1]]


def press(notice, words):
    """Presses a button of a notification that was told, or ITSELF."""
    from gi.repository import Gio, GLib
    key = words if words == ITSELF else notice["actions"][words]
    connection = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    connection.call_sync(NAME, PATH, "org.shoal.Notices", "Press", GLib.Variant("(us)", (notice["number"], key)), None,
                         Gio.DBusCallFlags.NONE, 120000, None)


def write_down(arguments, path):
    """Keeps a notification for who tests; its number."""
    _, replaced, _, title, text, actions, _, _ = arguments
    with open(path, "a+", encoding="utf-8") as file:
        file.seek(0)
        number = replaced or len(file.readlines()) + 1
        file.write(json.dumps({"number": number, "title": title, "text": text, "buttons": actions[1::2],
                               "actions": dict(zip(actions[1::2], actions[::2]))}) + "\n")
    return number


def answer(method, arguments, path):
    """The reply to a call, as a variant or None."""
    from gi.repository import GLib
    if method == "Notify":
        return GLib.Variant("(u)", (write_down(arguments, path),))
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
        if method == "Press":
            connection.emit_signal(None, PATH, NAME, "ActionInvoked", arguments)

    connection = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    for face in Gio.DBusNodeInfo.new_for_xml(FACE).interfaces:
        connection.register_object(PATH, face, call)
    Gio.bus_own_name_on_connection(connection, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    serve(sys.argv[1])
