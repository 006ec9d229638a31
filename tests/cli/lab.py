"""lab: runs the `shoal` command in a folder of its own and looks at what it leaves.

    with lab.Folder() as here:
        done = here.shoal("create", "content", code=0)

SHOAL names the program. No configuration, locale, colour or terminal of whoever runs the tests counts.
"""

import json
import os
import shutil
import subprocess
import tempfile

from helpers import trees

SHOAL = os.environ.get("SHOAL", "shoal")
VERBS = ["create", "download", "seed", "show", "edit", "verify", "magnet", "resolve", "tracker", "completions", "help"]
FILES = {"a.bin": 300000, "sub/b.bin": 100000, "sub/empty": 0, "zz": 3}
CONTROL = set(range(0x20)) - {0x0A, 0x09} | {0x7F}


class Done:
    """How a command has ended."""

    def __init__(self, code, out, err):
        self.code, self.raw, self.raw_err = code, out, err
        self.out, self.err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    def __repr__(self):
        return f"code {self.code}\n{self.out}\n{self.err}"

    def json(self):
        """The one object on standard output."""
        found = json.loads(self.raw)
        assert found["schema"] == 1, found
        return found

    def rows(self):
        """The records of --plain."""
        return [line.split("\t") for line in self.out.splitlines()]

    def row(self, key):
        """The value of the one record with that key."""
        found = [row[1] for row in self.rows() if row[0] == key]
        assert len(found) == 1, (key, self.out)
        return found[0]

    def one_sentence(self):
        """Checks that standard error is one sentence, perhaps after warnings and before a hint."""
        lines = [line for line in self.err.splitlines() if not line.startswith("warning: ")]
        assert lines and lines[0].startswith("shoal: "), self
        assert all(line.startswith("hint: ") for line in lines[1:]) and len(lines) <= 2, self
        assert not harmful(self.raw_err), self
        return lines[0]


def harmful(raw):
    """The bytes and characters that a terminal might act upon."""
    text = raw.decode("utf-8", "replace")
    return [c for c in text if ord(c) in CONTROL or 0x80 <= ord(c) < 0xA0
            or 0x2028 <= ord(c) <= 0x202E or 0x2060 <= ord(c) <= 0x206F or c in "\u200b\ufeff\U000e0041"]


def environment(home, extra=None):
    """Where nothing but the test decides."""
    keep = {k: v for k, v in os.environ.items() if k.startswith(("ASAN_", "UBSAN_", "LSAN_", "PATH"))}
    return {**keep, "LC_ALL": "C.UTF-8", "HOME": home, "XDG_CONFIG_HOME": os.path.join(home, ".config"),
            "TERM": "xterm", "G_DEBUG": "fatal-criticals", **(extra or {})}


class Folder:
    """A temporary folder that holds "content", to run commands in."""

    def __init__(self, files=None):
        self.files = FILES if files is None else files

    def __enter__(self):
        self.base = tempfile.mkdtemp(prefix="shoal-cli-")
        os.chmod(self.base, 0o755)
        self.home = os.path.join(self.base, "home")
        self.path = os.path.join(self.base, "here")
        os.makedirs(self.home)
        os.makedirs(self.path)
        trees.make(self.at("content"), self.files)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.base, ignore_errors=True)

    def at(self, *parts):
        """A path in the folder."""
        return os.path.join(self.path, *parts)

    def names(self):
        """What lies in the folder."""
        return sorted(os.listdir(self.path))

    def write(self, name, data):
        """A file with these bytes or this text; its path."""
        path = self.at(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        return path

    def read(self, name):
        """The bytes of a file."""
        with open(self.at(name), "rb") as file:
            return file.read()

    def config(self, text):
        """The person's configuration."""
        path = os.path.join(self.home, ".config", "shoal", "config")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def shoal(self, *arguments, code=0, stdin=b"", env=None, **options):
        """Runs the command and checks its exit code; None checks nothing."""
        run = subprocess.run([SHOAL, *arguments], cwd=self.path, env=environment(self.home, env),
                             input=stdin, capture_output=True, timeout=50, check=False, **options)
        done = Done(run.returncode, run.stdout, run.stderr)
        assert code is None or done.code == code, (arguments, done)
        return done

    def start(self, *arguments, **options):
        """Starts the command; the caller waits for it."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([SHOAL, *arguments], cwd=self.path, env=environment(self.home),
                                **{**pipes, **options})

    def make(self, *arguments, name="content.torrent"):
        """A torrent of the content; its bytes."""
        self.shoal("create", "content", "--no-date", "--quiet", "--force", "-o", name, *arguments)
        return self.read(name)


def finish(process):
    """Waits for a command that was started."""
    out, err = process.communicate(timeout=50)
    return Done(process.returncode, out or b"", err or b"")


def sparse(path, size):
    """A large file of zeros that takes no room."""
    with open(path, "wb") as file:
        file.truncate(size)


def bencode(value):
    """Bencode of numbers, bytes, texts, lists and dictionaries; keys sorted."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    pairs = sorted((k.encode() if isinstance(k, str) else k, v) for k, v in value.items())
    return b"d" + b"".join(bencode(k) + bencode(v) for k, v in pairs) + b"e"


def torrent(names, outer=None, **info):
    """A v1 torrent of one byte in each file; names are lists of path components."""
    files = [{"length": 1, "path": path} for path in names]
    return bencode({"info": {"name": "n", "piece length": 16384, "pieces": b"x" * 20, "files": files,
                             **info}, **(outer or {})})
