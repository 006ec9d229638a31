"""desktop: a display and a message bus of its own for programs with windows.

    with desktop.Desktop() as place:
        subprocess.run([program], env=place.environment())

The display is Xvfb's, the bus starts the accessibility bus and helpers.notices, and nothing of the machine's: no
portal, no settings of the person who runs the tests, no trash of theirs. All folders of a person lie in a
temporary one, which ends with the block, and so does everything that was started on the display or the bus.
"""

import contextlib
import glob
import os
import random
import shutil
import subprocess
import sys
import tempfile

from helpers import network, notices, peers, tap

SIZE = (1280, 800)
TRIES = 20
# How long what a desktop is made of may take to start on the slowest machine, with others at work.
SECONDS = 90
ACCESSIBILITY = "dbus-1/services/org.a11y.Bus.service"
FOLDERS = {
    "HOME": "home", "XDG_RUNTIME_DIR": "run", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache",
}
# What a program sees whoever runs the test, and wherever.
SETTINGS = {
    "ADW_DISABLE_PORTAL": "1", "GDK_BACKEND": "x11", "GIO_USE_VFS": "local", "GSETTINGS_BACKEND": "memory",
    "GSK_RENDERER": "cairo", "GTK_IM_MODULE": "simple", "LC_ALL": "C.UTF-8", "TZ": "UTC",
}
# What the person's own desktop would change.
FOREIGN = ("ADW_DEBUG_COLOR_SCHEME", "ADW_DEBUG_HIGH_CONTRAST", "GDK_SCALE", "GTK_DEBUG", "GTK_THEME", "LANGUAGE",
           "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_CURRENT_DESKTOP")
# The font that GNOME draws with, where it is installed; and no animation is waited for.
GTK_SETTINGS = "[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=false\n"
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <limit name="auth_timeout">240000</limit>
  <limit name="service_start_timeout">120000</limit>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def missing():
    """What of a desktop is not installed, in words; or None."""
    for program in ("Xvfb", "dbus-daemon"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    return None


def data_folders():
    """Where the machine's programs keep what they share."""
    return (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")


class Desktop:
    """A display and a bus, from entering the block to its end."""

    def __init__(self, size=SIZE):
        self.size = size
        self.stack = contextlib.ExitStack()
        self.settings = {}

    def __enter__(self):
        with self.stack:
            # What the bus has started may write into it until it hears that the bus is gone.
            folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="shoal-desktop-",
                                                                          ignore_cleanup_errors=True))
            for variable, name in FOLDERS.items():
                self.settings[variable] = os.path.join(folder, name)
                os.mkdir(self.settings[variable], 0o700)
            os.mkdir(os.path.join(self.settings["HOME"], "Downloads"))
            self.write_settings()
            self.settings["DISPLAY"] = self.start_display()
            self.settings["DBUS_SESSION_BUS_ADDRESS"] = self.start_bus(folder)
            self.park_pointer()
            self.stack = self.stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def environment(self):
        """The environment of a program on this desktop."""
        kept = {key: value for key, value in os.environ.items() if key not in FOREIGN}
        return {**kept, **SETTINGS, **self.settings}

    def write_settings(self):
        """What GTK asks a desktop for."""
        folder = os.path.join(self.settings["XDG_CONFIG_HOME"], "gtk-4.0")
        os.mkdir(folder)
        with open(os.path.join(folder, "settings.ini"), "w", encoding="utf-8") as file:
            file.write(GTK_SETTINGS)

    def start_display(self):
        """Starts Xvfb under a number that no other server has locked; its name."""
        for _ in range(TRIES):
            number = random.randrange(100, 30000)
            server = peers.Peer("xvfb", ["Xvfb", f":{number}", "-screen", "0", "{}x{}x24".format(*self.size),
                                         "-nolisten", "tcp", "-noreset", "-displayfd", "1"])
            # It says its number when it takes programs. Somebody else's server may have that number: then it ends.
            network.until(lambda: not server.running() or f"{number}\n" in words(server), SECONDS,
                          f"the display starts ({server.log})")
            if server.running():
                self.stack.callback(server.stop)
                return f":{number}"
        raise AssertionError(f"no display could be started: {server.log}")

    def write_service(self, folder, name, module):
        """Lets the bus start one of our modules for whoever asks for a name."""
        path = os.path.join(self.settings["XDG_RUNTIME_DIR"], "notices.json")
        with open(os.path.join(folder, name + ".service"), "w", encoding="utf-8") as file:
            file.write(f"[D-BUS Service]\nName={name}\nExec={sys.executable} {module.__file__} {path}\n")

    def park_pointer(self):
        """Puts the pointer where it points at nothing, if that can be done here."""
        if shutil.which("xdotool"):
            subprocess.run(["xdotool", "mousemove", *map(str, self.size)], check=False, timeout=SECONDS,
                           env=self.environment())

    def start_bus(self, folder):
        """Starts the bus; its address."""
        services = os.path.join(folder, "services")
        os.mkdir(services)
        for file in [os.path.join(data, ACCESSIBILITY) for data in data_folders()]:
            if os.path.exists(file):
                shutil.copy(file, services)
                break
        self.write_service(services, "org.freedesktop.Notifications", notices)
        config = os.path.join(folder, "bus.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(BUS.format(folder=self.settings["XDG_RUNTIME_DIR"], services=services))
        bus = peers.Peer("bus", ["dbus-daemon", "--config-file", config, "--nofork", "--print-address=1"],
                         env={**SETTINGS, **self.settings})
        self.stack.callback(bus.stop)
        network.until(lambda: not bus.running() or words(bus).endswith("\n"), SECONDS, f"the bus starts ({bus.log})")
        address = words(bus).split("\n")[0]
        assert address.startswith("unix:"), f"the bus has no address: {bus.log}"
        return address


def words(peer):
    """What a peer has said so far."""
    with open(peer.log, encoding="utf-8", errors="replace") as log:
        return log.read()


def need_accessibility():
    """Ends the program, skipped, when windows cannot be read and driven here; else they can be from now on."""
    try:
        import gi
        gi.require_version("Atspi", "2.0")
    except (ImportError, ValueError):
        tap.skip_all("the typelib Atspi 2.0 is not installed")
    if not any(glob.glob(os.path.join(data, ACCESSIBILITY)) for data in data_folders()):
        tap.skip_all("at-spi2-core is not installed")
    start_accessibility()


def start_accessibility():
    """Has the bus of the desktop start that of accessibility, which a client otherwise waits for at its own start, and
    goes on without when that takes it too long."""
    from gi.repository import Gio
    Gio.bus_get_sync(Gio.BusType.SESSION, None).call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
                                                          None, None, Gio.DBusCallFlags.NONE, SECONDS * 1000, None)
