"""base: what every client has in common."""

import os
import shutil
import typing

from helpers import peers, swarm


class Job(typing.NamedTuple):
    """What one client is to do."""

    name: str  # of its log
    place: object  # of helpers.places
    torrent: swarm.Torrent
    folder: str  # that holds, or is to hold, the torrent's file or folder
    home: str  # for the client's own files; the second run of the same job finds those of the first
    encryption: str = "off"  # of the other clients: "off", "prefer" or "require"; ours prefers it for "off"
    magnet: str = ""  # what a leech is given in the place of the torrent
    pex: bool = False  # peers tell each other of peers
    wanted: tuple = ()  # numbers of the files that a leech is to have, from 0; none are all
    stays: bool = False  # a leech goes on as a seed

    def chosen(self):
        """For each file of the torrent whether it is wanted."""
        return [not self.wanted or number in self.wanted for number in range(len(self.torrent.order()))]

    def seeds(self):
        """Whether the content is there: in the folder that the torrent was made of."""
        return self.folder == self.torrent.content

    def source(self):
        """The torrent's file, or the magnet link."""
        return self.magnet or self.torrent.file


class Client:
    """One program at its place; a seed is a client that finds everything there."""

    title = ""  # in the table
    program = ""  # that has to be there
    no_hybrid = ""  # why it shares no hybrid torrents, if it does not
    no_v2 = ""  # nor those of v2 alone
    no_pads = ""  # why it cannot share torrents with files of padding
    makes_empty_files = True
    forgets_seconds = 0  # how long it takes a peer that has gone to be here still

    def __init__(self, job):
        self.job = job
        os.makedirs(job.home, exist_ok=True)
        os.makedirs(job.folder, exist_ok=True)
        env = {"HOME": job.home, "XDG_STATE_HOME": os.path.join(job.home, "state")}
        self.peer = peers.Peer(job.name, self.command(), env=env, place=job.place)
        try:
            self.begin()
        except BaseException:
            self.peer.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.peer.stop()

    @classmethod
    def missing(cls):
        """Why it cannot be run here at all, or None."""
        return None if shutil.which(cls.program) else f"{cls.program} is not installed"

    @classmethod
    def version(cls):
        """What it calls itself."""
        raise NotImplementedError

    @classmethod
    def why_not(cls, scene, seeds):
        """Why it cannot do a scene of the matrix as the seed or as a leech, or None."""
        return None

    def command(self):
        """The program and its arguments; what files they name is made here."""
        raise NotImplementedError

    def begin(self):
        """Gives it the torrent, where the command has not."""

    def done(self):
        """Whether everything is there as the client sees it; fails when it has ended without."""
        raise NotImplementedError

    def lives(self):
        """Fails when the program has ended."""
        assert self.peer.running(), f"{self.peer.name} ended with {self.peer.process.returncode}: {self.peer.log}"

    def stop(self):
        """Ends it as a person would."""
        self.peer.stop()

    def path(self, name):
        """A path below its home."""
        return os.path.join(self.job.home, name)


class Ending(Client):
    """One whose leeches end by themselves when they are complete, unless they stay."""

    def done(self):
        """Whether it has ended, as it should."""
        if self.peer.running():
            return False
        code = self.peer.process.returncode
        assert code == 0, f"{self.peer.name} ended with {code}: {self.peer.log}"
        return True
