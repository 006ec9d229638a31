"""rtorrent: run without a terminal, set up by its configuration file and spoken to over SCGI."""

import os
import socket
import subprocess
import xmlrpc.client

from helpers import network
from helpers.clients import base

CONFIGURATION = """system.daemon.set = true
directory.default.set = "{folder}"
session.path.set = "{home}/session"
network.scgi.open_local = "{home}/rpc"
network.port_range.set = 6881-6881
network.port_random.set = no
dht.mode.set = disable
protocol.pex.set = {pex}
protocol.encryption.set = {encryption}
trackers.use_udp.set = yes
pieces.hash.on_completion.set = no
"""


class Client(base.Client):
    """rtorrent with libtorrent (of rakshasa, not the library of the same name)."""

    title = "rtorrent"
    program = "rtorrent"
    no_hybrid = "rtorrent takes the padding of a hybrid torrent for files, and refuses two of one name"
    no_v2 = "rtorrent knows no BitTorrent v2"

    @classmethod
    def why_not(cls, scene, seeds):
        """It asks a UDP tracker over IPv6, and takes the list of peers for one of IPv4."""
        return "rtorrent takes the peers of UDP trackers for IPv4" if (scene.way, scene.version) == ("udp", 6) else None

    @classmethod
    def version(cls):
        """The first line of its help."""
        said = subprocess.run([cls.program, "-h"], capture_output=True, text=True, check=False).stdout
        return said.split("version ")[1].split(".\n")[0].rstrip(".")

    def command(self):
        """A session of its own, so that a second run goes on."""
        os.makedirs(self.path("session"), exist_ok=True)
        with open(self.path("rc"), "w", encoding="utf-8") as file:
            encryption = {"off": "none", "prefer": "allow_incoming,try_outgoing,enable_retry,prefer_plaintext",
                          "require": "require,require_RC4,allow_incoming"}[self.job.encryption]
            file.write(CONFIGURATION.format(folder=self.job.folder, home=self.job.home, encryption=encryption,
                                            pex="yes" if self.job.pex else "no"))
        return [self.program, "-n", "-o", f"import={self.path('rc')}"]

    def begin(self):
        """Adds the torrent, unless it is there from the first run."""
        network.until(lambda: self.lives() or os.path.exists(self.path("rpc")) and self.ready(), 10,
                      f"{self.peer.name} listens")
        if not self.call("download_list") and self.job.wanted:
            self.call("load.normal", "", self.job.source())
            network.until(lambda: self.call("download_list"), 10, f"{self.peer.name} has the torrent")
            self.choose(self.call("download_list")[0])
        elif not self.call("download_list"):
            self.call("load.start", "", self.job.source())

    def choose(self, item):
        """Only some files; then it begins."""
        for number, wanted in enumerate(self.job.chosen()):
            self.call("f.priority.set", f"{item}:f{number}", int(wanted))
        self.call("d.update_priorities", item)
        self.call("d.start", item)

    def ready(self):
        """Whether it answers."""
        try:
            self.call("system.pid")
        except OSError:
            return False
        return True

    def call(self, method, *arguments):
        """One call by XML-RPC, wrapped in SCGI."""
        body = xmlrpc.client.dumps(arguments, method).encode()
        head = b"CONTENT_LENGTH\0%d\0SCGI\x001\0" % len(body)
        with socket.socket(socket.AF_UNIX) as stream:
            stream.settimeout(network.PATIENCE)
            stream.connect(self.path("rpc"))
            stream.sendall(b"%d:%s,%s" % (len(head), head, body))
            reply = b"".join(iter(lambda: stream.recv(65536), b""))
        return xmlrpc.client.loads(reply.partition(b"\r\n\r\n")[2])[0][0]

    def done(self):
        """Whether it has every piece, and looks at none."""
        self.lives()
        try:
            return any(self.has_all(item) and not self.call("d.hashing", item)
                       and not self.call("d.is_meta", item) for item in self.call("download_list"))
        except xmlrpc.client.Fault:
            return False  # what a magnet stands for has just taken the place of the link

    def has_all(self, item):
        """Whether every piece is there, or every one of the files that are wanted."""
        files = [f"{item}:f{number}" for number in self.job.wanted]
        return all(self.call("f.completed_chunks", file) == self.call("f.size_chunks", file) for file in files) \
            if files else self.call("d.complete", item)
