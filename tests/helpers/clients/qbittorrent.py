"""qbittorrent: qbittorrent-nox, set up by its configuration file and spoken to by its web interface."""

import json
import os
import subprocess
import tempfile

from helpers import network
from helpers.clients import base, web

WEB_PORT = 8080
CONFIGURATION = f"""[LegalNotice]
Accepted=true

[BitTorrent]
Session\\BTProtocol=TCP
Session\\DHTEnabled=false
Session\\Encryption=@crypto@
Session\\LSDEnabled=false
Session\\MultiConnectionsPerIp=true
Session\\PeXEnabled=@pex@
Session\\Port=6881
Session\\QueueingSystemEnabled=false
Session\\StopTrackerTimeout=1

[Network]
PortForwardingEnabled=false

[Preferences]
General\\UseRandomPort=false
WebUI\\Address=127.0.0.1
WebUI\\CSRFProtection=false
WebUI\\HostHeaderValidation=false
WebUI\\LocalHostAuth=false
WebUI\\Port={WEB_PORT}
WebUI\\UseUPnP=false
"""
BOUNDARY = "----------------a-torrent-and-its-options"
COMPLETE = ("uploading", "stalledUP", "forcedUP", "queuedUP", "pausedUP")


def form(fields, torrent):
    """The body of a request as a browser sends a form with a file, or with a link."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]
    if torrent.startswith("magnet:"):
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="urls"\r\n\r\n{torrent}\r\n'.encode())
        return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    with open(torrent, "rb") as file:
        parts += [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="torrents"; filename="a.torrent"\r\n'
                  "Content-Type: application/x-bittorrent\r\n\r\n".encode(), file.read(), b"\r\n"]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


class Client(base.Client):
    """Of the same engine as libtorrent, with settings and a disk cache of its own."""

    title = "qbittorrent"
    program = "qbittorrent-nox"

    @classmethod
    def version(cls):
        """It wants a home even to say this."""
        with tempfile.TemporaryDirectory() as home:
            return subprocess.run([cls.program, "--version"], capture_output=True, text=True, check=False,
                                  env={**os.environ, "HOME": home}).stdout.split()[-1].lstrip("v")

    def command(self):
        """With a profile of its own."""
        folder = self.path("qBittorrent/config")
        os.makedirs(folder, exist_ok=True)
        if not os.path.exists(f"{folder}/qBittorrent.conf"):
            with open(f"{folder}/qBittorrent.conf", "w", encoding="utf-8") as file:
                crypto = {"prefer": "0", "require": "1", "off": "2"}[self.job.encryption]
                file.write(CONFIGURATION.replace("@crypto@", crypto)
                           .replace("@pex@", "true" if self.job.pex else "false"))
        return [self.program, f"--profile={self.job.home}"]

    def begin(self):
        """Adds the torrent, unless it is there from the first run."""
        network.until(lambda: self.lives() or web.answers(self.job.place, WEB_PORT), 20, f"{self.peer.name} listens")
        if self.torrents():
            return
        fields = {"savepath": self.job.folder, "autoTMM": "false", "contentLayout": "Original",
                  "paused": "true" if self.job.wanted else "false"}
        status, _, said = web.ask(self.job.place, WEB_PORT, "POST", "/api/v2/torrents/add",
                                  form(fields, self.job.source()),
                                  {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
        assert (status, said) == (200, b"Ok."), f"{self.peer.name}: {status} {said}"
        if self.job.wanted:
            self.choose()

    def choose(self):
        """Only some files; then it begins."""
        network.until(self.torrents, 10, f"{self.peer.name} has the torrent")
        item = self.torrents()[0]["hash"]
        unwanted = "%7C".join(str(number) for number, wanted in enumerate(self.job.chosen()) if not wanted)
        self.post("filePrio", f"hash={item}&id={unwanted}&priority=0")
        self.post("resume", f"hashes={item}")

    def post(self, what, body):
        """A command about torrents."""
        status, _, said = web.ask(self.job.place, WEB_PORT, "POST", f"/api/v2/torrents/{what}", body,
                                  {"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 200, f"{self.peer.name}: {what}: {status} {said}"

    def torrents(self):
        """What it says of its torrents."""
        return json.loads(web.ask(self.job.place, WEB_PORT, "GET", "/api/v2/torrents/info")[2])

    def done(self):
        """Whether nothing is left, and it seeds."""
        self.lives()
        torrents = self.torrents()
        return bool(torrents) and torrents[0]["amount_left"] == 0 and torrents[0]["state"] in COMPLETE
