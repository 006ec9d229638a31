#!/usr/bin/python3
"""test-installed.py: what a programmer and a person have of Shoal once it is installed.

It is installed into a folder of the test's own; then this program runs once more, with what is there and nothing of
the build: the programs of the guide are built and run against it, and the commands answer.
"""

import glob
import importlib
import json
import os
import subprocess
import sys
import tempfile

from helpers import network, tap

BUILD = os.environ["SHOAL_BUILD"]
MARK = "SHOAL_TEST_INSTALLED"


def below(folder, *names):
    """The one path below a folder that ends so."""
    found = glob.glob(os.path.join(folder, "**", *names), recursive=True)
    assert len(found) == 1, (os.path.join(*names), found)
    return found[0]


def run(*command):
    """What a program says; it must end well."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def move_package(folder):
    """Has the package begin where everything is staged, not where it would be in the end; gives its folder."""
    path = below(folder, "shoal-1.pc")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(f"prefix={folder}{line[7:]}" if line.startswith("prefix=") else line for line in lines))
    return os.path.dirname(path)


def install(folder):
    """Installs, and runs this program again with what is there."""
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", folder)
    libraries = os.path.dirname(below(folder, "libshoal-1.so.0"))
    env = {
        **os.environ,
        MARK: folder,
        "SHOAL": below(folder, "bin", "shoal"),
        "PKG_CONFIG_PATH": move_package(folder),
        "GI_TYPELIB_PATH": os.path.dirname(below(folder, "Shoal-1.typelib")),
        "LD_LIBRARY_PATH": libraries,
        "SHOAL_VAPIDIR": os.path.dirname(below(folder, "shoal-1.vapi")),
    }
    return subprocess.run([sys.executable, *sys.argv], env=env, check=False).returncode


def case_every_file_has_a_name_of_its_own():
    plan = json.loads(run("meson", "introspect", BUILD, "--install-plan"))
    places = [entry["destination"] for section in plan.values() for entry in section.values()]
    twice = sorted({place for place in places if places.count(place) > 1})
    assert len(places) > 50 and not twice, twice


def case_nothing_knows_the_build():
    """No file of text names it, and no program looks for its libraries there."""
    folder = os.environ[MARK]
    source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for path in glob.glob(os.path.join(folder, "**", "*"), recursive=True):
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            content = file.read()
        if content[:4] != b"\x7fELF":
            assert os.fsencode(source) not in content, path
        else:
            assert os.fsencode(BUILD) not in run("readelf", "-d", path).encode(), path


def case_the_commands_answer():
    version = run("pkg-config", "--modversion", "shoal-1").strip()
    for name in ("shoal", "shoal-tracker"):
        assert version in run(below(os.environ[MARK], "bin", name), "--version"), name
        assert run(below(os.environ[MARK], "bin", name), "--help")


def case_each_page_is_there():
    """Of every verb, and of the programs."""
    folder = os.environ[MARK]
    verbs = run(os.environ["SHOAL"], "help").partition("Verbs:\n")[2].partition("\n\n")[0].splitlines()
    assert len(verbs) > 9, verbs
    pages = [f"shoal-{verb.split()[0]}.1" for verb in verbs]
    for page in ("shoal.1", "shoal-tracker.8", "shoal-tracker.conf.5", *pages):
        with open(below(folder, "man*", page), encoding="utf-8") as file:
            head = file.readline().replace("\\", "").split()
        name, _, section = page.rpartition(".")
        assert head[:3] == [".TH", name.upper(), section], head


def main():
    """Both runs."""
    if MARK in os.environ:
        network.enter()
        guide = importlib.import_module("test-guide")
        tap.main([case_every_file_has_a_name_of_its_own, case_nothing_knows_the_build, case_the_commands_answer,
                  case_each_page_is_there, *guide.CASES])
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(install(folder))


if __name__ == "__main__":
    main()
