"""libtorrent: the library by its Python binding, driven by lt_peer.py."""

import os
import subprocess
import sys

from helpers import swarm
from helpers.clients import base

DRIVER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "lt_peer.py")


class Client(base.Ending):
    """The driver has no way to resume but to look at what is there."""

    title = "libtorrent"

    @classmethod
    def missing(cls):
        """The binding may be absent."""
        return None if swarm.has_libtorrent() else "python3-libtorrent is not installed"

    @classmethod
    def version(cls):
        """The version of the library."""
        return subprocess.run([sys.executable, "-c", "import libtorrent; print(libtorrent.version)"],
                              capture_output=True, text=True, check=True).stdout.strip()

    def command(self):
        """The driver's own."""
        mode = "seed" if self.job.seeds() or self.job.stays else "leech"
        mode += {"off": "", "prefer": "-preferring", "require": "-encrypted"}[self.job.encryption]
        env = ["/usr/bin/env", f"LT_WANTED={','.join(map(str, self.job.wanted))}"] if self.job.wanted else []
        return [*env, sys.executable, DRIVER, mode, self.job.source(), self.job.folder, f"{self.job.place.host}:6881"]
