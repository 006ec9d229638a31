"""ours: `shoal seed` and `shoal download`."""

import subprocess

from helpers import swarm
from helpers.clients import base


class Client(base.Ending):
    """Ours: to seed is another verb than to leech."""

    title = "shoal"
    program = swarm.SHOAL

    @classmethod
    def version(cls):
        """The line of --version."""
        said = subprocess.run([swarm.SHOAL, "--version"], capture_output=True, text=True, check=True).stdout
        return said.split()[-1]

    def command(self):
        """One of two verbs."""
        if self.job.seeds():
            verb = ["seed", self.job.torrent.file, self.job.folder]
        else:
            verb = ["download", self.job.source(), "-d", self.job.folder]
            verb += ["--seed"] if self.job.stays else []
            verb += ["--select", ",".join(str(number + 1) for number in self.job.wanted)] if self.job.wanted else []
        policy = ["--encryption", "require"] if self.job.encryption == "require" else []
        return [swarm.SHOAL, *verb, "--bind", self.job.place.address, "--json", *policy]
