#!/usr/bin/python3
"""What is installed beside the desktop client: that the desktop finds, starts and shows it by these files."""

import configparser
import glob
import json
import os
import re
import subprocess
import tempfile

from helpers import peers, tap

BUILD = os.environ["SHOAL_BUILD"]
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ID = "org.shoal.Shoal"
ICON_NAME = re.compile(r"[\">]([a-z0-9]+(?:-[a-z0-9]+)*-symbolic)[\"<]")
SIZES = (16, 32, 48, 128)

folder = tempfile.TemporaryDirectory()


def share(*names):
    """A path below the folder of shared data, where the programs were installed."""
    found = glob.glob(os.path.join(folder.name, "**", "share", *names), recursive=True)
    assert found, os.path.join(*names) + " is not installed"
    return found[0]


def run(*command):
    """Runs a tool, which has to be content."""
    peers.need(command[0])
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def desktop_file():
    """The groups of the desktop file."""
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read(share("applications", ID + ".desktop"), encoding="utf-8")
    return parser


def case_everything_is_installed():
    done = subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", folder.name],
                          capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    share("glib-2.0", "schemas", ID + ".gschema.xml")
    share("man", "man1", "shoal-gtk.1")


def case_the_desktop_file_is_good():
    run("desktop-file-validate", share("applications", ID + ".desktop"))
    groups = desktop_file()
    entry = groups["Desktop Entry"]
    assert {"application/x-bittorrent", "x-scheme-handler/magnet"} <= set(entry["MimeType"].split(";"))
    assert entry["Exec"].split()[0] == "shoal-gtk" and entry["Icon"] == ID and entry["DBusActivatable"] == "true"
    for action in filter(None, entry["Actions"].split(";")):
        assert groups[f"Desktop Action {action}"]["Exec"].split() == ["gapplication", "action", ID, action]


def case_the_metainfo_is_good():
    file = share("metainfo", ID + ".metainfo.xml")
    run("appstreamcli", "validate", "--no-net", "--explain", file)
    with open(file, encoding="utf-8") as metainfo:
        text = metainfo.read()
    with open(os.path.join(SOURCE, "meson.build"), encoding="utf-8") as build:
        version = re.search(r"version: '([^']+)'", build.read()).group(1)
    assert f'<release version="{version}"' in text or f"version=\"{version}\"" in text, "no release of this version"
    assert f"{ID}.desktop</launchable>" in text


def case_the_bus_starts_what_is_installed():
    with open(share("dbus-1", "services", ID + ".service"), encoding="utf-8") as file:
        text = file.read()
    program = re.search(r"^Exec=(\S+) --gapplication-service$", text, re.MULTILINE).group(1)
    assert f"Name={ID}\n" in text and os.access(folder.name + program, os.X_OK), program


def case_the_schema_has_words_for_each_key():
    schema = share("glib-2.0", "schemas", ID + ".gschema.xml")
    run("glib-compile-schemas", "--strict", "--dry-run", os.path.dirname(schema))
    with open(schema, encoding="utf-8") as file:
        text = file.read()
    assert text.count("<key ") == text.count("<summary>") > 0


def case_the_man_page_is_good():
    peers.need("mandoc")
    done = subprocess.run(["mandoc", "-T", "lint", share("man", "man1", "shoal-gtk.1")], capture_output=True, text=True,
                          check=False)
    # A page that is the same in every build has no date.
    wrong = [line for line in done.stdout.splitlines() if "missing date" not in line]
    assert not wrong, wrong


def case_the_program_tells_its_version():
    """Without a display."""
    version = json.loads(run("meson", "introspect", BUILD, "--projectinfo"))["version"]
    env = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    said = subprocess.run([os.path.join(BUILD, "gtk-client", "shoal-gtk"), "--version"], env=env, capture_output=True,
                          text=True, timeout=150, check=True).stdout
    assert said == f"shoal-gtk {version}\n", said


def case_the_icons_show_something_at_every_size():
    gi = gtk()
    for file in (share("icons", "hicolor", "scalable", "apps", ID + ".svg"),
                 share("icons", "hicolor", "symbolic", "apps", ID + "-symbolic.svg")):
        for size in SIZES:
            picture = gi["GdkPixbuf"].Pixbuf.new_from_file_at_size(file, size, size)
            assert (picture.get_width(), picture.get_height()) == (size, size), file
            opaque = sum(alpha > 200 for alpha in picture.get_pixels()[3::4])
            assert size * size // 8 < opaque < size * size, (file, size, opaque)


def case_every_icon_that_is_named_is_there():
    gi = gtk()
    theme = gi["Gtk"].IconTheme.get_for_display(gi["Gdk"].Display.get_default())
    assert theme.get_theme_name() == "Adwaita"
    theme.add_search_path(share("icons"))
    named = set()
    for file in glob.glob(os.path.join(SOURCE, "gtk-client", "**", "*.[cu]*"), recursive=True):
        with open(file, encoding="utf-8") as text:
            named |= {(name, os.path.relpath(file, SOURCE)) for name in ICON_NAME.findall(text.read())}
    own = {os.path.splitext(os.path.basename(path))[0]
           for path in glob.glob(os.path.join(SOURCE, "gtk-client", "**", "*.svg"), recursive=True)}
    assert len(named) > 3, named
    lacking = sorted(entry for entry in named if entry[0] not in own and not theme.has_icon(entry[0]))
    assert not lacking, lacking


def case_a_flatpak_sees_no_more_than_it_needs():
    with open(os.path.join(SOURCE, "data", "desktop", ID + ".json"), encoding="utf-8") as file:
        manifest = json.load(file)
    assert manifest["id"] == ID and manifest["command"] == "shoal-gtk"
    holes = [hole for hole in manifest["finish-args"] if hole.startswith(("--filesystem", "--talk", "--own", "--system"))]
    assert holes == ["--filesystem=xdg-download"], holes


def gtk():
    """The modules of GTK, by their names."""
    try:
        import gi
        gi.require_version("Gdk", "4.0")
        gi.require_version("Gtk", "4.0")
        from gi.repository import Gdk, GdkPixbuf, Gtk
    except (ImportError, ValueError):
        raise tap.Skip("the typelib Gtk 4.0 is not installed") from None
    assert Gtk.init_check(), "no display"
    return {"Gdk": Gdk, "GdkPixbuf": GdkPixbuf, "Gtk": Gtk}


with folder:
    tap.main([
        case_everything_is_installed, case_the_desktop_file_is_good, case_the_metainfo_is_good,
        case_the_bus_starts_what_is_installed, case_the_schema_has_words_for_each_key, case_the_man_page_is_good,
        case_the_program_tells_its_version,
        case_the_icons_show_something_at_every_size, case_every_icon_that_is_named_is_there,
        case_a_flatpak_sees_no_more_than_it_needs,
    ])
