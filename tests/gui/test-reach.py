#!/usr/bin/python3
"""Whether others reach the client, in the window's words: a router that leads its port here, a stranger who comes in by
it, and what is said and offered where nobody can."""

import pathlib
import re
import shutil

from helpers import atspi, desktop, peers, router, screen, tap
from helpers.person import DOWNLOADS, HOME, in_world, pasted, row, start

NARROW = (360, 640)


def share(world, shoal, torrent):
    """Shares what the case has made."""
    shutil.copytree(torrent.content, DOWNLOADS, dirs_exist_ok=True)
    start(shoal)
    row(shoal, torrent, "Sharing")


def network(shoal):
    """The page of preferences about the network."""
    shoal.key("ctrl+comma")
    shoal.number(2)
    shown = atspi.find(shoal.app(), "frame", "Preferences")
    atspi.click(atspi.find(shown, "page tab", "Network"))
    return shown


def says(root, pattern):
    """Waits for words that are shown."""
    return atspi.find_shown(root, "label", re.compile(pattern, re.DOTALL))


def reached(world, torrent, by, natpmp):
    """The window beside a router that leads its port here."""
    with router.Network(world.lab.folder) as net, router.miniupnpd(net, natpmp), world.window(torrent.file) as shoal:
        share(world, shoal, torrent)
        shown = network(shoal)
        port = says(shown, rf"Nobody has come in by this port yet\.\nThe router leads its port (\d+) here \({by}\)\.")
        port = re.search(r"its port (\d+)", port.get_name()).group(1)
        with router.stranger(net, port, torrent.names()[0].hex()) as stranger:
            says(shown, rf"Others reach you at this port\.\nThe router leads its port {port} here \({by}\)\.")
            assert stranger.communicate(timeout=90)[0].strip() == b"68"
        says(shoal.app(), r"Port \d+, open")
        shoal.press(atspi.find(shown, "check box", "Ask the router"))
        atspi.until(lambda: not router.redirections(net), "nothing leads inside any more")
        atspi.absent(shown, "label", re.compile(".*The router leads.*", re.DOTALL))


@in_world
def case_the_port_is_mapped_and_open_by_nat_pmp(world):
    reached(world, world.torrent({"a.bin": 70000, "b.bin": 1000}, name="mapped"), "NAT-PMP", True)


@in_world
def case_the_port_is_mapped_and_open_by_upnp(world):
    reached(world, world.torrent({"a.bin": 70000, "b.bin": 1000}, name="led here"), "UPnP", False)


def is_hinted(shoal):
    """Whether the hint is shown."""
    return any(atspi.is_shown(node)
               for node in atspi.find_all(shoal.app(), "label", re.compile("Nobody can reach you.*knows no router.*", re.DOTALL)))


@in_world
def case_nobody_can_reach_whom_shares(world):
    torrent = world.torrent({"a.bin": 70000, "b.bin": 1000}, name="alone")
    with world.window(torrent.file) as shoal:
        share(world, shoal, torrent)
        atspi.click(atspi.find(shoal.app(), "page tab", "Upload"))
        says(shoal.app(), "Nobody can reach you at this port: .*\n.*knows no router.*")
        pasted(shoal, pathlib.Path(HOME).as_uri())
        atspi.until(lambda: not is_hinted(shoal), "a card that asks has the room")
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Do not share this"))
        atspi.until(lambda: is_hinted(shoal), "the hint is back")
        shoal.resize(*NARROW)  # the hint needs no more room than a phone has
        atspi.click(atspi.find_shown(shoal.app(), "push button", "What to Do"))
        shoal.number(2)
        page = atspi.find(atspi.find(shoal.app(), "frame", "Preferences"), "page tab", "Network")
        atspi.until(lambda: atspi.has(page, "selected"), "the page about the network is shown")
        shoal.key("Escape")
        atspi.until(lambda: len(screen.windows(shoal.pid)) == 1, "the preferences are closed")
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Do not show this again now"))
        atspi.until(lambda: not is_hinted(shoal), "the hint is gone")


desktop.need_accessibility()
peers.need("xdotool", "nsenter")
tap.main([
    case_nobody_can_reach_whom_shares, case_the_port_is_mapped_and_open_by_nat_pmp, case_the_port_is_mapped_and_open_by_upnp,
])
