"""others: how other programs are started for a transfer, each alone with the peers that it is told of.

    at = others.tracker_urls(port)["http"]
    with others.opentracker(lab, port, [torrent]) as tracker: ...
    with others.aria2("seed", lab, torrent, folder): ...
"""

import os
import urllib.parse
import urllib.request

from helpers import network, peers, tap

HOST = "127.0.0.1"


def tracker_urls(port, host=HOST):
    """Where opentracker is asked, over each protocol."""
    return {"http": f"http://{host}:{port}/announce", "udp": f"udp://{host}:{port}/announce"}


def opentracker(lab, port, torrents, host=HOST):
    """A tracker for these torrents alone."""
    if not may_become_nobody():
        raise tap.Skip("opentracker gives up root's rights, and only root can do so")
    folder = lab.path("opentracker")
    os.mkdir(folder)
    os.chmod(folder, 0o755)
    with open(os.path.join(folder, "white"), "w", encoding="ascii") as white:
        white.writelines(name.hex() + "\n" for torrent in torrents for name in torrent.names())
    peer = peers.Peer(f"{lab.case}-opentracker", ["opentracker", "-i", host, "-p", str(port), "-P", str(port),
                                                  "-w", "white", "-d", folder, "-u", "nobody"])
    peer.listens(host, port)
    for torrent in torrents:  # the list is read by a thread of its own
        network.until(lambda it=torrent: is_allowed(port, it, host), 10, f"opentracker has read its list ({peer.log})")
    return peer


def is_allowed(port, torrent, host):
    """Whether the tracker takes announces of a torrent; one of who leaves changes nothing."""
    names = [urllib.parse.quote(name[:20], safe="") for name in torrent.names()]
    def said(name):
        query = f"info_hash={name}&peer_id={'x' * 20}&port=9&left=0&event=stopped"
        with urllib.request.urlopen(f"http://{host}:{port}/announce?{query}", timeout=network.PATIENCE) as reply:
            return reply.read()
    return all(b"failure" not in said(name) for name in names)


def may_become_nobody():
    """Whether this is root, in a user namespace that has other users."""
    with open("/proc/self/uid_map", encoding="ascii") as users:
        return os.geteuid() == 0 and sum(int(line.split()[2]) for line in users) > 1


def scrape(port, torrent, host=HOST):
    """What the tracker answers, as it stands on the wire."""
    query = "info_hash=" + urllib.parse.quote(torrent.identity()[0], safe="")
    with urllib.request.urlopen(f"http://{host}:{port}/scrape?{query}", timeout=network.PATIENCE) as reply:
        return reply.read()


def knows_seeds(port, torrent, count=1, host=HOST, seconds=10):
    """Waits until the tracker counts so many seeds."""
    network.until(lambda: b"8:completei%de" % count in scrape(port, torrent, host), seconds,
                  f"the tracker knows {count} seeds")


def knows_leeches(port, torrent, count=1):
    """Waits until the tracker counts so many leeches."""
    network.until(lambda: b"10:incompletei%de" % count in scrape(port, torrent), 10,
                  f"the tracker knows {count} leeches")


def aria2(mode, lab, torrent, folder):
    """aria2 as "seed", which runs until it is ended, or as "leech", which ends when it is complete."""
    port = network.free_ports(1)[0]
    lab.count += 1
    return peers.Peer(f"{lab.case}-{lab.count}-aria2", [
        "aria2c", "--no-conf", f"--dir={folder}", f"--listen-port={port}", "--enable-dht=false",
        "--enable-dht6=false", "--bt-enable-lpd=false", "--file-allocation=none", "--check-integrity=true",
        "--log-level=info", "--log=-", "--disable-ipv6=true", "--follow-torrent=mem",
        *(["--seed-ratio=0.0"] if mode == "seed" else ["--seed-time=0"]), torrent.file,
    ])
