#!/usr/bin/python3
"""run: runs a program with windows on a display and a bus of its own.

    run.py [--network] PROGRAM [ARGUMENT...]

A program whose name ends in .py is run by this Python, drives others, and finds an accessibility bus; any other
one is a test of widgets, which GTK lets ask for itself (GTK_A11Y=test). With --network it has a network of its
own as well. Without a display server the whole program is one skip. The exit code is the program's, or 128 and
the number of the signal that ended it.
"""

import os
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from helpers import desktop, network, tap  # noqa: E402 (the folder of helpers is found first)

BUILD = os.environ.get("SHOAL_BUILD") or os.path.join(HERE, "..", "..", "build", "plain")


def environment(place, program):
    """What the program is told: of the build, where the caller has not said it, and who reads its windows."""
    build, driven = os.path.abspath(BUILD), is_driven(program)
    told = {
        "GSETTINGS_SCHEMA_DIR": "data/desktop", "SHOAL": "cli/shoal", "SHOAL_GTK": "gtk-client/shoal-gtk",
        "SHOAL_LOCALEDIR": "po", "SHOAL_LIBEXECDIR": "client-core/discovery",
        "SHOAL_TRACKER": "tracker-server/server/shoal-tracker", "SHOAL_TEST_LOGS": "test-logs",
    }
    ours = {"SHOAL_BUILD": build, **{key: os.path.join(build, path) for key, path in told.items()}}
    # A test of widgets is the program under test; one that drives others hears of warnings that are no fault.
    reader = {"GTK_A11Y": "atspi"} if driven else {"GTK_A11Y": "test", "G_DEBUG": "fatal-warnings"}
    if driven and os.path.basename(program).startswith("test-"):
        ours["GSETTINGS_SCHEMA_DIR"] = patient_schemas(place)
    python = {"PYTHONPATH": os.path.dirname(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**ours, **place.environment(), **reader, **python}


def patient_schemas(place):
    """A folder of settings with which messages stay for longer: a test may come late to look at them."""
    folder = os.path.join(place.settings["XDG_DATA_HOME"], "patient")
    os.mkdir(folder)
    shutil.copy(os.path.join(HERE, "..", "..", "data", "desktop", "org.shoal.Shoal.gschema.xml"), folder)
    with open(os.path.join(folder, "patient.gschema.override"), "w", encoding="ascii") as file:
        file.write("[org.shoal.Shoal]\nlong-messages=true\n")
    subprocess.run(["glib-compile-schemas", folder], check=True, timeout=desktop.SECONDS)
    return folder


def is_driven(program):
    """Whether a program drives others, rather than being the one under test."""
    return program.endswith(".py")


def end(*_):
    """What started the desktop is asked to end: so is the desktop."""
    sys.exit(1)


def main(arguments):
    """Runs the program; its exit code."""
    if "--network" in arguments[:1]:
        network.enter(addresses=3)
        arguments = arguments[1:]
    why = desktop.missing()
    if why:
        tap.skip_all(why)
    signal.signal(signal.SIGTERM, end)
    sys.argv = arguments  # logs go by the name of the program
    program = [sys.executable, *arguments] if is_driven(arguments[0]) else arguments
    with desktop.Desktop() as place:
        process = subprocess.Popen(program, env=environment(place, arguments[0]))
        try:
            code = process.wait()
        finally:
            process.kill()
            process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
