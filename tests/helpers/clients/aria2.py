"""aria2: aria2c, which is told everything on its command line."""

import subprocess

from helpers.clients import base

OPTIONS = ["--no-conf", "--enable-dht6=false", "--bt-enable-lpd=false",
           "--file-allocation=none", "--check-integrity=true", "--follow-torrent=mem", "--log-level=info", "--log=-",
           "--listen-port=6881"]


class Client(base.Ending):
    """aria2 asks a UDP tracker by the socket of its DHT alone, which is on then and knows nobody."""

    title = "aria2"
    program = "aria2c"
    no_hybrid = "aria2 gives a hybrid torrent an info-hash of its own"
    no_v2 = "aria2 knows no BitTorrent v2"

    @classmethod
    def why_not(cls, scene, seeds):
        """Its DHT asks, and only the one of IPv4 does so."""
        return "aria2 asks UDP trackers over IPv4 alone" if (scene.way, scene.version) == ("udp", 6) else None

    @classmethod
    def version(cls):
        """The first line of --version."""
        return subprocess.run(["aria2c", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]

    def command(self):
        """All that there is to tell it."""
        end = "--seed-ratio=0.0" if self.job.seeds() or self.job.stays else "--seed-time=0"
        six = f"--disable-ipv6={'true' if self.job.place.version == 4 else 'false'}"
        udp = any(tracker.startswith("udp:") for tracker in self.job.torrent.trackers)
        dht = [f"--enable-dht={'true' if udp else 'false'}", f"--dht-file-path={self.path('dht')}"]
        crypto = {"off": [], "prefer": ["--bt-min-crypto-level=arc4"],
                  "require": ["--bt-require-crypto=true", "--bt-min-crypto-level=arc4"]}[self.job.encryption]
        more = [f"--enable-peer-exchange={'true' if self.job.pex else 'false'}"]
        if self.job.wanted:
            more += ["--select-file=" + ",".join(str(number + 1) for number in self.job.wanted)]
        return ["aria2c", *OPTIONS, *dht, *crypto, *more, six, end, f"--dir={self.job.folder}", self.job.source()]
