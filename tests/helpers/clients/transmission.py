"""transmission: transmission-daemon, set up by its settings file and spoken to by RPC."""

import base64
import json
import subprocess

from helpers import network
from helpers.clients import base, web

RPC_PORT = 9091
SETTINGS = {
    "dht-enabled": False, "lpd-enabled": False, "pex-enabled": False, "utp-enabled": False,
    "port-forwarding-enabled": False, "peer-port": 6881, "peer-port-random-on-start": False,
    "rpc-enabled": True, "rpc-bind-address": "127.0.0.1", "rpc-port": RPC_PORT,
    "rpc-authentication-required": False, "rpc-host-whitelist-enabled": False, "incomplete-dir-enabled": False,
    "rename-partial-files": False, "preallocation": 0, "message-level": 3, "scrape-paused-torrents-enabled": False,
}


class Client(base.Client):
    """Transmission 3 takes one peer an address, and looks every ten seconds for whom to ask and whom to serve."""

    title = "transmission"
    program = "transmission-daemon"
    no_hybrid = "transmission 3 reads no hybrid torrents"
    no_v2 = "transmission 3 knows no BitTorrent v2"
    makes_empty_files = False
    forgets_seconds = 2

    @classmethod
    def why_not(cls, scene, seeds):
        """It knows UDP trackers over IPv4 alone."""
        return "transmission 3 asks UDP trackers over IPv4 alone" if (scene.way, scene.version) == ("udp", 6) else None

    @classmethod
    def version(cls):
        """It says so on its standard error."""
        said = subprocess.run([cls.program, "--version"], capture_output=True, text=True, check=False)
        return (said.stdout + said.stderr).split()[1]

    def command(self):
        """In the foreground, with a home of its own."""
        with open(self.path("settings.json"), "w", encoding="utf-8") as file:
            encryption = {"off": 0, "prefer": 1, "require": 2}[self.job.encryption]
            json.dump({**SETTINGS, "encryption": encryption, "pex-enabled": self.job.pex,
                       "download-dir": self.job.folder}, file)
        return [self.program, "--foreground", "--config-dir", self.job.home]

    def begin(self):
        """Adds the torrent; one that it knows from its first run is a duplicate, and goes on."""
        self.session = ""
        network.until(lambda: self.lives() or web.answers(self.job.place, RPC_PORT), 10, f"{self.peer.name} listens")
        unwanted = [number for number, wanted in enumerate(self.job.chosen()) if not wanted]
        self.call("torrent-add", {**self.what(), "download-dir": self.job.folder,
                                  **({"files-unwanted": unwanted} if unwanted else {})})

    def what(self):
        """The torrent, or its link."""
        if self.job.magnet:
            return {"filename": self.job.magnet}
        with open(self.job.torrent.file, "rb") as file:
            return {"metainfo": base64.b64encode(file.read()).decode()}

    def call(self, method, arguments):
        """One call; the server wants to see the session that it names."""
        body = json.dumps({"method": method, "arguments": arguments})
        for _ in range(2):
            status, headers, reply = web.ask(self.job.place, RPC_PORT, "POST", "/transmission/rpc", body,
                                             {"X-Transmission-Session-Id": self.session})
            if status != 409:
                break
            self.session = headers["X-Transmission-Session-Id"]
        answer = json.loads(reply)
        assert answer["result"] == "success", f"{self.peer.name}: {method}: {answer}"
        return answer["arguments"]

    def done(self):
        """Whether nothing is left, and it seeds."""
        self.lives()
        fields = ["leftUntilDone", "status", "errorString", "metadataPercentComplete"]
        torrents = self.call("torrent-get", {"fields": fields})["torrents"]
        return bool(torrents) and torrents[0]["leftUntilDone"] == 0 and torrents[0]["status"] == 6 \
            and torrents[0]["metadataPercentComplete"] == 1
