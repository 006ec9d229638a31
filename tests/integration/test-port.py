#!/usr/bin/python3
"""test-port.py: the router is asked to lead a port to a session: by NAT-PMP and by UPnP, of routers of ours
that behave well and badly, and of miniupnpd; who is told of it, and what is left behind."""

import contextlib
import gc
import glob
import os
import subprocess

from helpers import library, network, router, swarm, tap
from helpers.library import iterate
from gi.repository import GLib, Shoal

UNKNOWN, OPEN, CLOSED = Shoal.PortState.UNKNOWN, Shoal.PortState.OPEN, Shoal.PortState.CLOSED
NONE, NAT_PMP, UPNP = Shoal.PortMapper.NONE, Shoal.PortMapper.NAT_PMP, Shoal.PortMapper.UPNP
TRACKER = f"http://{router.INSIDE}:8000/announce"


def in_network(*wishes):
    """A case that is given a lab, what a router that was told so hears, and the network."""
    def wrap(case):
        @library.in_lab
        def run(lab):
            with router.Network(lab.folder) as net, net.program(*wishes) as heard:
                case(lab, heard, net)
        run.__name__ = case.__name__
        return run
    return wrap


class Reach:
    """A session that seeds, with what it says of its port."""

    def __init__(self, lab, address=None, mapping=True, tracker=None):
        self.torrent = lab.torrent("one.bin", 50000)
        self.session = Shoal.Session.new(address, True)
        self.told = []
        self.session.connect("notify", lambda _it, spec: self.told.append(spec.name))
        if not mapping:
            self.session.set_port_mapping(False)
        flags = Shoal.AddFlags.NONE if tracker else Shoal.AddFlags.NO_TRACKERS
        self.seed = library.add(self.session, self.torrent, self.torrent.content, flags)
        if tracker:
            self.seed.add_tracker(tracker, 0)
        iterate(lambda: self.seed.get_state() == library.SEEDING, 20, "it seeds")

    def port(self):
        return self.session.get_port()

    def is_mapped(self, by):
        iterate(lambda: self.session.get_port_mapper() == by, 20, f"mapped by {by.value_nick}")

    def shows(self, port, state):
        it = self.session.props
        assert (it.external_port, it.external_address, it.port_state) == (port, router.OUTSIDE, state)

    def fails(self, words):
        iterate(lambda: self.session.props.port_problem is not None, 30, "it says what is wrong")
        it = self.session.props
        assert words in it.port_problem, it.port_problem
        return it.port_state, it.port_mapper, it.external_port

    def close(self):
        """The session ends, all of it."""
        begin = GLib.get_monotonic_time()
        del self.seed, self.session
        gc.collect()
        return (GLib.get_monotonic_time() - begin) / 1e6


# --- NAT-PMP ---

@in_network("natpmp=map", "port=40001")
def case_nat_pmp(lab, heard, _net):
    it = Reach(lab, tracker=TRACKER)
    it.is_mapped(NAT_PMP)
    it.shows(40001, UNKNOWN)
    assert it.session.get_port_problem() is None and {"port-mapper", "external-port", "external-address"} <= set(it.told)
    network.until(lambda: 40001 in [one["port"] for one in heard("announce")], 20, "the tracker is told the router's port")
    asked = heard("natpmp")[0]
    assert asked["op"] == 2 and asked["internal"] == asked["external"] == it.port() and asked["lifetime"] > 0, asked
    port = it.port()
    it.close()
    last = heard("natpmp")[-1]
    assert (last["op"], last["internal"], last["lifetime"]) == (2, port, 0), last
    assert not heard("search"), "nobody else is asked"


@in_network("natpmp=map", "port=40002")
def case_another_address_is_another_mapping(lab, heard, _net):
    it = Reach(lab)
    it.is_mapped(NAT_PMP)
    old, port = it.port(), network.free_ports(1)[0]
    done = []
    it.session.set_address_async(f":{port}", None, lambda _it, result: done.append(it.session.set_address_finish(result)))
    iterate(lambda: done, 20, "it listens elsewhere")
    iterate(lambda: [one for one in heard("natpmp") if one.get("internal") == port], 20, "the new port is mapped")
    told = [(one["internal"], one["lifetime"] > 0) for one in heard("natpmp") if one["op"] == 2]
    assert told == [(old, True), (old, False), (port, True)], told
    it.is_mapped(NAT_PMP)
    it.close()


@in_network("natpmp=map")
def case_off_is_silent(lab, heard, _net):
    it = Reach(lab, mapping=False, tracker=TRACKER)
    network.until(lambda: heard("announce"), 20, "it announces")
    assert not heard("natpmp") and not heard("search"), heard()
    it.session.set_port_mapping(True)
    it.is_mapped(NAT_PMP)
    it.session.set_port_mapping(False)
    it.is_mapped(NONE)
    assert it.session.get_external_port() == 0 and it.session.get_external_address() is None
    assert heard("natpmp")[-1]["lifetime"] == 0
    count = len(heard("natpmp"))
    it.close()
    assert len(heard("natpmp")) == count, "nothing is left to be taken back"


@in_network("natpmp=map", "upnp=map")
def case_this_computer_alone_asks_nobody(lab, heard, _net):
    it = Reach(lab, "127.0.0.1:0")
    there = Reach(lab, "[::1]:0")
    assert it.session.get_port_state() == there.session.get_port_state() == UNKNOWN
    it.close()
    there.close()
    assert not heard(), heard()


@in_network("natpmp=private")
def case_behind_two_routers(lab, _heard, _net):
    it = Reach(lab)
    it.is_mapped(NAT_PMP)
    assert it.fails("stands before it")[:2] == (CLOSED, NAT_PMP)
    it.close()


# --- UPnP ---

def calls(heard):
    return [(one["action"], one["path"]) for one in heard("call")]


@in_network("natpmp=old", "upnp=first")
def case_upnp(lab, heard, _net):
    it = Reach(lab)
    it.is_mapped(UPNP)
    port = it.port()
    it.shows(port, UNKNOWN)
    it.close()
    assert calls(heard) == [("GetExternalIPAddress", "/dead"), ("GetExternalIPAddress", "/c?a=1&b=2"),
                            ("AddPortMapping", "/c?a=1&b=2"), ("DeletePortMapping", "/c?a=1&b=2")], calls(heard)
    added = heard("call")[2]
    assert added["NewInternalClient"] == router.LAN and added["NewInternalPort"] == str(port) and added["NewProtocol"] == "TCP"
    assert heard("call")[3]["NewExternalPort"] == str(port)


@in_network("natpmp=old", "upnp=conflict")
def case_a_port_that_is_taken(lab, heard, _net):
    it = Reach(lab, tracker=TRACKER)
    it.is_mapped(UPNP)
    external = it.session.get_external_port()
    assert external not in (0, it.port())
    network.until(lambda: external in [one["port"] for one in heard("announce")], 20, "the tracker is told")
    it.close()
    assert heard("call")[-1]["NewExternalPort"] == str(external)


@in_network("natpmp=old", "upnp=permanent")
def case_a_router_without_leases(lab, heard, _net):
    it = Reach(lab)
    it.is_mapped(UPNP)
    it.close()
    assert [one["NewLeaseDuration"] for one in heard("call") if one["action"] == "AddPortMapping"][-1] == "0"
    assert calls(heard)[-1][0] == "DeletePortMapping"


def ask(*words):
    """What shoal-map-port says to an order."""
    program = os.path.join(os.environ["SHOAL_LIBEXECDIR"], "shoal-map-port")
    return subprocess.run([program, *words], check=False, capture_output=True, text=True, timeout=2 * network.PATIENCE)


@in_network("natpmp=old", "upnp=map")
def case_again(_lab, heard, _net):
    """Half of a lease later what is known is asked, and all is found anew when that is gone."""
    order = ["map", "upnp", router.INSIDE, router.LAN, "-", "6881", "7000", "1"]
    kind = "urn:schemas-upnp-org:service:WANIPConnection:1"
    here = f"http://{router.INSIDE}:8000/c"
    said = f"mapped upnp 7000 3600 {router.OUTSIDE} {here} {kind}\n"
    assert ask(*order, here, kind).stdout == said
    assert [one["kind"] for one in heard()] == ["call", "call"], heard()
    for gone in (f"http://{router.INSIDE}:8001/c", "http://80.1.2.2:8000/c"):
        assert ask(*order, gone, kind).stdout == "found\n" + said
    assert len(heard("get")) == 2 and len(heard("natpmp")) == 2
    bad = ask(*order, here)
    assert bad.returncode == 1 and "not by hand" in bad.stderr


# --- who does not, or not well ---

BAD = {
    "refuse": (("natpmp=refuse",), "refuses to open a port (its error 2)"),
    "full": (("natpmp=old", "upnp=full"), "have all the ports"),
    "huge": (("natpmp=old", "upnp=huge"), "cannot be understood"),
    "slow": (("natpmp=old", "upnp=slow"), "cannot be understood"),
    "endless": (("natpmp=old", "upnp=endless"), "cannot be understood"),
    "redirect": (("natpmp=old", "upnp=redirect"), "cannot be understood"),
    "elsewhere": (("natpmp=junk", "upnp=elsewhere"), "switch on UPnP or NAT-PMP"),
    "control elsewhere": (("natpmp=old", "upnp=control"), "cannot be understood"),
    "nonsense": (("natpmp=old", "upnp=nonsense"), "cannot be understood"),
}


@library.in_lab
def case_routers_that_behave_badly(lab):
    with router.Network(lab.folder) as net:
        for name, (wishes, words) in BAD.items():
            with net.program(*wishes) as heard:
                it = Reach(lab)
                assert it.fails(words) == (CLOSED, NONE, 0), name
                it.close()
                others = [one for one in heard("get") if one["path"] != "/root.xml"]
                assert not others, (name, others)


@library.in_lab
def case_no_router(lab):
    it = Reach(lab)
    assert it.fails("knows no router") == (CLOSED, NONE, 0)
    it.close()


def children():
    """The programs of Shoal that this process has running."""
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            name, _, rest = file.read().partition("(")[2].rpartition(")")
            if name.startswith("shoal") and int(rest.split()[1]) == os.getpid():
                found.append(name)
    return found


@in_network("natpmp=old", "upnp=slow")
def case_an_end_in_the_middle(lab, heard, _net):
    it = Reach(lab)
    network.until(lambda: heard("get"), 20, "it reads the description")
    assert children() == ["shoal-map-port"], children()
    assert it.close() < 20, "it is not waited for"
    network.until(lambda: not children(), 5, "nobody asks any more")


@in_network("natpmp=map", "upnp=map")
def case_no_program(lab, heard, _net):
    before = os.environ["SHOAL_LIBEXECDIR"]
    os.environ["SHOAL_LIBEXECDIR"] = lab.folder
    try:
        it = Reach(lab)
        assert it.fails("install Shoal again") == (CLOSED, NONE, 0)
        it.close()
    finally:
        os.environ["SHOAL_LIBEXECDIR"] = before
    assert not heard("natpmp") and not heard("search"), heard()


# --- a real one ---

def check_miniupnpd(lab, natpmp):
    with router.Network(lab.folder) as net:
        with router.miniupnpd(net, natpmp):
            it = Reach(lab)
            it.is_mapped(NAT_PMP if natpmp else UPNP)
            external = it.session.get_external_port()
            assert it.session.get_external_address() == router.OUTSIDE and it.session.get_port_state() == UNKNOWN
            assert [f"--dport {external} " in line for line in router.redirections(net)] == [True], router.redirections(net)
            stranger = router.stranger(net, external, it.seed.get_info_hash())
            iterate(lambda: it.session.get_port_state() == OPEN, 20, "a stranger has come in")
            assert stranger.communicate(timeout=2 * network.PATIENCE)[0].strip() == b"68"
            it.close()
            network.until(lambda: not router.redirections(net), 20, "nothing leads inside any more")


@library.in_lab
def case_miniupnpd_by_nat_pmp(lab):
    check_miniupnpd(lab, True)


@library.in_lab
def case_miniupnpd_by_upnp(lab):
    check_miniupnpd(lab, False)


if __name__ == "__main__":
    router.enter()
    tap.main([case_nat_pmp, case_another_address_is_another_mapping, case_off_is_silent,
              case_this_computer_alone_asks_nobody, case_behind_two_routers, case_upnp, case_a_port_that_is_taken,
              case_a_router_without_leases, case_again, case_routers_that_behave_badly, case_no_router, case_no_program,
              case_an_end_in_the_middle, case_miniupnpd_by_nat_pmp, case_miniupnpd_by_upnp])
