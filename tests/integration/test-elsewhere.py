#!/usr/bin/python3
"""test-elsewhere.py: where this machine is: a link without trackers leads to it; in another network trackers, the
router and peers are asked anew at once, and a transfer that hung on an address that is gone goes on."""

import os
import subprocess

from helpers import library, network, peers, router, swarm, tap
from helpers.library import iterate
from gi.repository import Shoal

TRACKER = f"http://{router.INSIDE}:8000/announce"
MOVED = "192.168.7.9"
# Less than what a tracker that failed, or a peer that says nothing, is waited for: a minute.
SOON_S = 30


def in_network(case):
    """A case that is given a lab, the network, and what its router hears."""
    @library.in_lab
    def run(lab):
        with router.Network(lab.folder) as net, net.program("natpmp=map") as heard:
            case(lab, net, heard)
    run.__name__ = case.__name__
    return run


def unplug():
    network.run_ip("link", "set", "lan", "down")


def plug_in():
    network.run_ip("link", "set", "lan", "up")
    network.run_ip("route", "add", "default", "via", router.INSIDE)


def move():
    """The machine has another address."""
    network.run_ip("address", "del", router.LAN + "/24", "dev", "lan")
    network.run_ip("address", "add", MOVED + "/24", "dev", "lan")
    network.run_ip("route", "add", "default", "via", router.INSIDE)


def seed_of(lab, session):
    torrent = lab.torrent("one.bin", 50000)
    return library.add(session, torrent, torrent.content)


@in_network
def case_a_cable_that_is_plugged_in(lab, _net, heard):
    unplug()
    session = Shoal.Session.new(None, True)
    session.set_port_mapping(False)
    seed = seed_of(lab, session)
    seed.add_tracker(TRACKER, 0)
    trackers = seed.dup_trackers()
    iterate(lambda: len(trackers) == 1 and trackers[0].props.status == Shoal.TrackerStatus.FAILING, 20, "nobody is reached")
    assert not heard("announce")
    plug_in()
    iterate(lambda: heard("announce"), SOON_S, "the tracker is asked")


@in_network
def case_another_address(lab, _net, heard):
    session = Shoal.Session.new(None, True)
    seed = seed_of(lab, session)
    seed.add_tracker(TRACKER, 0)
    iterate(lambda: session.get_port_mapper() == Shoal.PortMapper.NAT_PMP, 20, "the port is mapped")
    iterate(lambda: heard("announce"), 20, "the tracker is told")
    before = len(heard("natpmp"))
    move()
    iterate(lambda: MOVED in [one["address"] for one in heard("announce")], SOON_S, "the tracker sees the new address")
    iterate(lambda: len(heard("natpmp")) > before, SOON_S, "the router is asked again")
    assert session.get_port_mapper() == Shoal.PortMapper.NAT_PMP


@in_network
def case_a_link_leads_here(lab, net, _heard):
    session = Shoal.Session.new(None, True)
    seed = seed_of(lab, session)
    iterate(lambda: session.get_port_mapper() == Shoal.PortMapper.NAT_PMP, 20, "the port is mapped")
    outside = f"&x.pe={router.OUTSIDE}:{session.get_external_port()}"
    inside = f"&x.pe={router.LAN}:{session.get_port()}"
    assert seed.dup_link() == (seed.dup_magnet() + outside + inside, True), seed.dup_link()
    seed.add_tracker(TRACKER, 0)
    assert seed.dup_link() == (seed.dup_magnet(), True)


@in_network
def case_what_the_command_prints_leads_here(lab, net, _heard):
    torrent = lab.torrent("one.bin", 300000)
    with peers.Peer("giver", [swarm.SHOAL, "seed", torrent.file, torrent.content, "--no-port-mapping"]) as give:
        network.until(lambda: "x.pe=" in swarm.words(give), 20, "the link is said")
        link = [line for line in swarm.words(give).split("\n") if line.startswith("magnet:")][0]
        done = subprocess.run(net.router.inside(swarm.SHOAL, "download", link, "-d", lab.folder), check=False, timeout=60,
                              capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    torrent.check(lab.folder)


@library.in_lab
def case_nowhere(lab):
    session = Shoal.Session.new(None, True)
    seed = seed_of(lab, session)
    assert seed.dup_link() == (seed.dup_magnet(), False)


def fetches(lab, net, source):
    """A download out of the router's room, of which a part is here; and who gives it."""
    torrent = lab.torrent("big.bin", 3 << 20)
    give = peers.Peer("giver", net.router.inside(swarm.SHOAL, "seed", torrent.file, torrent.content, "--bind", router.INSIDE,
                                                 "--port", "7001", "--no-trackers", "--no-port-mapping"))
    session = Shoal.Session.new(None, True)
    session.set_port_mapping(False)
    session.set_limits(256 << 10, 0)
    folder = lab.path("fetched")
    os.mkdir(folder)
    leech = source(session, torrent, folder)
    leech.add_peer(f"{router.INSIDE}:7001")
    return give, session, leech


def goes_on(session, leech, give):
    with give:
        iterate(lambda: leech.get_downloaded() > 1 << 18, 20, "a part is here")
        move()
        session.set_limits(0, 0)
        iterate(lambda: leech.get_state() == library.SEEDING, SOON_S, "it is whole")


@in_network
def case_a_transfer_goes_on(lab, net, _heard):
    give, session, leech = fetches(lab, net, library.add)
    goes_on(session, leech, give)


if __name__ == "__main__":
    router.enter()
    tap.main([case_a_link_leads_here, case_what_the_command_prints_leads_here, case_nowhere,
              case_a_cable_that_is_plugged_in, case_another_address, case_a_transfer_goes_on])
