#!/usr/bin/python3
"""test-guide.py: the programs of docs/guide.md, as they stand there, are compiled and run."""

import os
import re
import shutil
import subprocess
import sys

from helpers import library, network, tap
from helpers.library import SEEDING, add, in_lab, iterate
from gi.repository import Shoal

GUIDE = os.environ["SHOAL_GUIDE"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"(\w+\.(?:c|py|js|vala)):")
SIZES = {"a.bin": 200001, "b/c": 7}


def program(lab, name):
    """A program of the guide, in a file of its own."""
    with open(GUIDE, encoding="utf-8") as guide:
        blocks = [text for _language, text in BLOCK.findall(guide.read())]
    found = [text for text in blocks if NAME.search(text).group(1) == name]
    assert len(found) == 1, f"{GUIDE} has {len(found)} programs called {name}"
    path = os.path.join(lab.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(found[0])
    return path


def run(*command, **options):
    """What a program says; it must end well."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, **options)
    assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def downloads(lab, *command):
    """The program fetches a torrent that a session of this process has."""
    torrent, giver, folder = lab.torrent("tree", SIZES), Shoal.Session.new("127.0.0.1:0", True), lab.path("fetched")
    seed = add(giver, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "the seed is verified")
    os.mkdir(folder)
    said = run(*command, torrent.file, folder, f"127.0.0.1:{giver.get_port()}")
    torrent.check(folder)
    assert "tree: 100" in said, said


def need(tool):
    """Skips the case without a tool."""
    if shutil.which(tool) is None:
        raise tap.Skip(f"{tool} is not installed")


@in_lab
def case_download_in_c(lab):
    need("cc")
    flags = run("pkg-config", "--cflags", "--libs", "shoal-1").split()
    exe = os.path.join(lab.folder, "download")
    run("cc", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", program(lab, "download.c"), "-o", exe, *flags)
    downloads(lab, exe)


@in_lab
def case_download_in_python(lab):
    downloads(lab, sys.executable, program(lab, "download.py"))


@in_lab
def case_download_in_javascript(lab):
    need("gjs")
    downloads(lab, "gjs", program(lab, "download.js"))


def built_vapi(lab):
    """A folder with both files of the binding, which lie apart before they are installed."""
    folder = os.environ["GI_TYPELIB_PATH"]
    if not os.path.exists(os.path.join(folder, "shoal-1.vapi")):
        raise tap.Skip("vapigen was not there when the library was built")
    for file in ("shoal-1.vapi", "../meson-private/shoal-1.deps"):
        shutil.copy(os.path.join(folder, file), lab.folder)
    return lab.folder


@in_lab
def case_download_in_vala(lab):
    need("valac")
    exe = os.path.join(lab.folder, "download")
    folder = os.environ.get("SHOAL_VAPIDIR") or built_vapi(lab)
    run("valac", "--vapidir", folder, "--pkg", "shoal-1", program(lab, "download.vala"), "-o", exe)
    downloads(lab, exe)


@in_lab
def case_create_and_look(lab):
    torrent, file = lab.torrent("tree", SIZES), lab.path("made.torrent")
    said = run(sys.executable, program(lab, "create.py"), os.path.join(torrent.content, "tree"), file)
    assert f"{os.path.getsize(file)} bytes" in said, said
    facts = library.shown(file)
    assert facts["comment"] == "made by the guide" and "tracker.example" in str(facts), facts
    said = run(sys.executable, program(lab, "rows.py"), file, torrent.content)
    assert "a.bin 200001 4" in said and "b/c 7 4" in said and "1 torrent, 0 peers" in said, said


@in_lab
def case_resolve(lab):
    torrent, giver, folder = lab.torrent("tree", SIZES), Shoal.Session.new("127.0.0.1:0", True), lab.path("fetched")
    seed = add(giver, torrent, torrent.content)
    iterate(lambda: seed.props.state == SEEDING, 20, "the seed is verified")
    os.mkdir(folder)
    words = [sys.executable, program(lab, "resolve.py"), torrent.magnet(), folder]
    said = run(*words, "60", f"127.0.0.1:{giver.get_port()}")
    assert said.splitlines() == ["200001 a.bin", "7 b/c"], said
    assert library.shown(os.path.join(folder, "tree.torrent"))["info_hash"] == torrent.identity()[0].hex()
    late = subprocess.run([*words, "1"], capture_output=True, text=True, timeout=100, check=False)
    assert late.returncode == 1 and "nobody has answered" in late.stderr, late


@in_lab
def case_share(lab):
    torrent, folder = lab.torrent("tree", SIZES), lab.path("fetched")
    command = [sys.executable, program(lab, "share.py"), "100", os.path.join(torrent.content, "tree")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as giver:
        try:
            said = giver.stdout.readline()
            assert said.startswith("magnet:?xt=urn:btih:") and "nobody is led here" in said, said
            os.mkdir(folder)
            taker = Shoal.Session.new("127.0.0.1:0", True)
            taker.set_limits(50000, 0)  # long enough to be seen
            leech = taker.add_magnet(said.split()[0], folder, Shoal.AddFlags.NONE)
            leech.add_peer(f"127.0.0.1:{said.split()[-1]}")
            iterate(lambda: leech.props.state == SEEDING, 60, "it has been fetched")
            assert giver.stdout.readline().startswith("peer 127.0.0.1:"), "it shows who comes"
        finally:
            giver.kill()


@in_lab
def case_rename_and_move(lab):
    torrent, other = lab.torrent("tree", SIZES), lab.path("other")
    os.mkdir(other)
    said = run(sys.executable, program(lab, "move.py"), torrent.file, torrent.content, other, "x/new.bin")
    places = said.split()
    assert places == [os.path.join(other, "tree", path) for path in ("x/new.bin", "b/c")], said
    assert [os.path.getsize(place) for place in places] == list(SIZES.values())


CASES = [
    case_download_in_c,
    case_download_in_python,
    case_download_in_javascript,
    case_download_in_vala,
    case_create_and_look,
    case_resolve,
    case_share,
    case_rename_and_move,
]

if __name__ == "__main__":
    network.enter()
    tap.main(CASES)
