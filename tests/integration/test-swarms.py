#!/usr/bin/python3
"""test-swarms.py: a hybrid is at home in two swarms (BEP 52), however it was found, and their peers are one torrent's.

Two peers have half of it each, and a tracker knows one of them in the v1 swarm alone and the other in the v2 swarm
alone: only who asks in both, and is connected to both, completes.
"""

import contextlib
import os
import shutil
import tempfile

from helpers import network, small_tracker, swarm, tap

TREE = {"a.bin": 1000003, "b.bin": 1500001}
LINKS = {"the torrent": (), "a link of v1": ("btih",), "a link of v2": ("btmh",), "a link of both": ("btih", "btmh")}


def link_of(torrent, kinds, url):
    """A magnet link with these hashes and a tracker."""
    facts = torrent.facts()
    hashes = {"btih": "urn:btih:" + facts["info_hash"], "btmh": "urn:btmh:1220" + facts["info_hash_v2"]}
    return "magnet:?" + "&".join(f"xt={hashes[kind]}" for kind in kinds) + f"&tr={url}"


def half(lab, torrent, name):
    """A peer that has one of the files and knows nobody."""
    folder = lab.path("half-" + name)
    os.makedirs(os.path.join(folder, torrent.name))
    shutil.copy(os.path.join(torrent.content, torrent.name, name), os.path.join(folder, torrent.name, name))
    return lab.download(torrent, "--many-per-address", folder=folder)


def case_of(what):
    """A download that begins with what."""
    def run():
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            lab = swarm.Lab(folder, "swarms-" + what.replace(" ", "-"))
            torrent = lab.torrent("tree", TREE, "hybrid")
            halves = [stack.enter_context(half(lab, torrent, name)) for name in TREE]
            peers = {name: [peer.at()] for name, peer in zip(torrent.names(), halves)}
            tracker = stack.enter_context(small_tracker.Told(peers))
            source = link_of(torrent, LINKS[what], tracker.url) if LINKS[what] else torrent.file
            options = [] if LINKS[what] else ["--tracker", tracker.url]
            target = lab.path("download")
            arguments = ["download", source, "-d", target, "--bind", "127.0.0.1", "--many-per-address", *options]
            leech = stack.enter_context(lab.shoal(arguments, "127.0.0.1", target))
            leech.completes(30)
            torrent.check(target)
            for name in torrent.names():
                events = [event for asked, event in tracker.asked if asked == name]
                assert events[0] == "started" and {"completed", "stopped"} <= set(events), (what, events)
    run.__name__ = "both swarms by " + what
    return run


network.enter()
tap.main([case_of(what) for what in LINKS])
