"""swarm: torrents, and our program seeding and downloading them, for tests of whole transfers.

    lab = swarm.Lab(folder)
    torrent = lab.torrent("name", {"a.bin": 1000})
    with lab.seed(torrent) as seed, lab.download(torrent, peers=[seed.at()]) as leech:
        leech.completes()
"""

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys

from helpers import mutate, network, peers, tap, trees

SHOAL = os.environ.get("SHOAL", "shoal")
SANITIZED = "/asan/" in SHOAL or "/tsan/" in SHOAL  # which take far more memory
PYTHON = sys.executable


class Torrent:
    """A torrent file and the folder that holds its content."""

    def __init__(self, name, file, content, paths, trackers=()):
        self.name, self.file, self.content, self.paths, self.trackers = name, file, content, paths, trackers

    def sizes(self):
        """Bytes of each file."""
        return [os.path.getsize(os.path.join(self.content, path)) for path in self.paths]

    def facts(self):
        """What our program shows of it."""
        return json.loads(subprocess.run([SHOAL, "show", self.file, "--json"], check=True, capture_output=True).stdout)

    def order(self):
        """The paths of its files as the torrent lists them, below its folder."""
        return self.facts()["files"]

    def names(self):
        """The names of its swarms, v1 first: 20 bytes each."""
        facts = self.facts()
        hashes = [facts.get("info_hash"), facts.get("info_hash_v2")]
        return [bytes.fromhex(text)[:20] for text in hashes if text]

    def identity(self):
        """The first of its names and the number of its pieces."""
        return self.names()[0], self.facts()["piece_count"]

    def magnet(self):
        """Its link, with the trackers."""
        said = subprocess.run([SHOAL, "magnet", self.file], check=True, capture_output=True, text=True)
        return said.stdout.strip()

    def size(self):
        """Bytes of its content."""
        return sum(os.path.getsize(os.path.join(self.content, path)) for path in self.paths)

    def digests(self, folder):
        """{path: SHA-256} of what of the torrent's a folder has."""
        return trees.sums(os.path.join(folder, self.name)) if len(self.paths) > 1 else {
            self.name: trees.sha256(os.path.join(folder, self.name))}

    def check(self, folder, ignored=()):
        """Fails unless a folder has every file as it was made, and none more; some paths may be absent."""
        here, made = self.digests(folder), self.digests(self.content)
        wrong = {path for path in {*here, *made} if here.get(path) != made.get(path)} - {
            path for path in ignored if path not in here}
        wrong = {path for path in wrong if not path.startswith(".pad/")}  # padding is nobody's content
        assert not wrong, f"{len(wrong)} files differ from those of {self.name}: {sorted(wrong)[:5]} ({folder})"

    def empty_files(self):
        """The paths of files without content, as digests() has them."""
        return [os.path.relpath(path, self.name) for path in self.paths
                if not os.path.getsize(os.path.join(self.content, path))]


class Shoal(peers.Peer):
    """Our program at a transfer; what it says is read as events."""

    def __init__(self, name, arguments, host, folder, env=None, place=None):
        super().__init__(name, [SHOAL, *arguments, "--json"], env=env, place=place)
        self.host, self.folder = host, folder

    def events(self, kind=None):
        """What it has said so far, only of one kind when that is given."""
        with open(self.log, encoding="utf-8") as log:
            lines = [line for line in log.read().split("\n")[:-1] if line.startswith("{")]
        told = [json.loads(line) for line in lines]
        return [event for event in told if kind in (None, event.get("event"))]

    def last(self):
        """The event told last."""
        return self.events()[-1]

    def says(self, kind, seconds=10):
        """Waits until it has told an event of that kind; returns it."""
        return self.tells(lambda: self.events(kind), seconds, f"says {kind}")[0]

    def tells(self, find, seconds, what):
        """Waits until something is found in what it has told; gives that. It may tell it and end."""
        found = []

        def look():
            running = self.running()  # what it tells before its end is there afterwards
            found[:] = find()
            assert found or running, f"{self.name} ended with {self.process.returncode}: {self.log}"
            return found
        network.until(look, seconds, f"{self.name} {what} ({self.log})")
        return found

    def at(self):
        """Where it listens, as --peer takes it, once it takes connections there."""
        self.tells(self.takes_peers, 20, "has verified")
        return f"{self.host}:{self.events('started')[0]['port']}"

    def takes_peers(self):
        """Whether it has verified what is there: before that it turns every peer away."""
        return self.events("seeding") or self.events("downloading")

    def stop(self, seconds=network.PATIENCE):
        """Asks it to end, which it does by itself, and says so."""
        return super().stop(seconds)

    def completes(self, seconds=20):
        """Waits for a download that ends by itself; returns its last event."""
        code = self.finishes(seconds)
        assert code == 0, f"{self.name} ended with {code}: {self.log}"
        assert self.last()["left"] == 0, self.last()
        return self.last()


class Lab:
    """One case's folder, and what is made in it."""

    def __init__(self, folder, case):
        self.folder, self.case = folder, case
        self.count = 0
        self.state = os.path.join(folder, "state")

    def path(self, name):
        """A path in the case's folder that was not given out before."""
        self.count += 1
        return os.path.join(self.folder, f"{self.count}-{name}")

    def torrent(self, name, files, kind="hybrid", piece="64KiB", trackers=()):
        """Makes content and its torrent; a single file when files is a size."""
        content = self.path("content")
        single = isinstance(files, int)
        paths = {name: files} if single else {f"{name}/{path}": size for path, size in files.items()}
        trees.make(content, paths)
        return self.torrent_of(content, name, kind, piece, trackers, list(paths))

    def torrent_of(self, content, name, kind, piece, trackers=(), paths=()):
        """Makes the torrent of what a folder has already; one file unless paths are named."""
        file = self.path(name) + ".torrent"
        command = [SHOAL, "create", os.path.join(content, name), "-o", file, "--format", kind,
                   "--piece-size", piece, "--quiet", "--allow", "local-tracker"]
        for tracker in trackers:
            command += ["--tracker", tracker]
        subprocess.run(command, check=True, capture_output=True)
        return Torrent(name, file, content, paths or [name], trackers)

    def copy(self, torrent):
        """A folder with a copy of the content."""
        folder = self.path("copy")
        shutil.copytree(torrent.content, folder)
        return folder

    def shoal(self, arguments, host, folder, env=None):
        """Our program with a log of its own; its state stays in the case's folder."""
        self.count += 1
        env = {"XDG_STATE_HOME": self.state, **(env or {})}
        return Shoal(f"{self.case}-{self.count}-{arguments[0]}", arguments, host, folder, env)

    def seed(self, torrent, *options, folder=None, host="127.0.0.1", trackers=False, env=None):
        """Our program as a seed."""
        options = [*options, "--bind", host, *([] if trackers else ["--no-trackers"])]
        folder = folder or torrent.content
        return self.shoal(["seed", torrent.file, folder, *options], host, folder, env)

    def download(self, torrent, *options, peers_at=(), folder=None, host="127.0.0.1", trackers=False, env=None):
        """Our program as a leech, into a new folder unless one is given."""
        folder = folder or self.path("download")
        options = [*options, "--bind", host, *([] if trackers else ["--no-trackers"])]
        for peer in peers_at:
            options += ["--peer", peer]
        return self.shoal(["download", torrent.file, "-d", folder, *options], host, folder, env)

    @contextlib.contextmanager
    def libtorrent(self, mode, torrent, folder, host="127.0.0.1", peers_at=(), env=None, at=None):
        """libtorrent as "seed", which is waited for, or "leech"; gives it and where it listens, at a free port or as it
        is told."""
        need_libtorrent()
        self.count += 1
        at = at or f"{host}:{network.free_ports(1, host)[0]}"
        driver = os.path.join(os.path.dirname(__file__), "lt_peer.py")
        name = f"{self.case}-{self.count}-libtorrent"
        with peers.Peer(name, [PYTHON, driver, mode, torrent.file, folder, at, *peers_at], env=env) as other:
            if mode == "seed":
                network.until(lambda: "every piece is here" in words(other), 90, f"{name} serves ({other.log})")
            yield other, at


def without_layers(lab, torrent, keep=0):
    """The same torrent as somebody made it who left all layers out but so many."""
    with open(torrent.file, "rb") as file:
        tree = mutate.decode(file.read())
    for pair in list(tree):
        if pair[0] == b"piece layers" and keep:
            pair[1] = mutate.Dict(pair[1][:keep])
        elif pair[0] == b"piece layers":
            tree.remove(pair)
    bare = Torrent(torrent.name, lab.path("bare.torrent"), torrent.content, torrent.paths)
    with open(bare.file, "wb") as file:
        file.write(mutate.encode(tree))
    return bare


def words(peer):
    """What a peer has said so far."""
    with open(peer.log, encoding="utf-8", errors="replace") as log:
        return log.read()


@functools.cache
def has_libtorrent():
    """Whether libtorrent's binding is there."""
    return subprocess.run([PYTHON, "-c", "import libtorrent"], capture_output=True, check=False).returncode == 0


def need_libtorrent():
    """Skips the case when libtorrent's binding is absent."""
    if not has_libtorrent():
        raise tap.Skip("python3-libtorrent is not installed")
