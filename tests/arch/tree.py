"""tree: the project's files as the rules see them, and the C in them without comments and strings."""

import functools
import os
import re
import subprocess

# A comment, a string or a character; a quoted newline stays, so that line numbers hold.
TOKENS = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL
)


class Problem(str):
    """One finding: "path:line: what is wrong"."""


def problem(path, line, text):
    """Makes a finding about a line of a file."""
    return Problem(f"{path}:{line}: {text}")


class Tree:
    """A source folder: the paths of its files, relative to it, and their text."""

    def __init__(self, root, paths=None):
        self.root = root
        self.paths = sorted(paths if paths is not None else list_files(root))

    def select(self, *suffixes, under=""):
        """The paths that end in one of the suffixes and lie under a folder."""
        inside = under.rstrip("/") + "/" if under else ""
        return [p for p in self.paths if p.startswith(inside) and p.endswith(suffixes)]

    @functools.lru_cache(maxsize=None)
    def text(self, path):
        """The whole file; bytes that are no text become replacement characters."""
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace",
                  newline="") as file:
            return file.read()

    def lines(self, path):
        """(number, line) of the file as it is written."""
        return enumerate(self.text(path).split("\n"), 1)

    @functools.lru_cache(maxsize=None)
    def code(self, path):
        """C with comments blanked and strings emptied; lines and columns of what is left hold."""
        return TOKENS.sub(blank, self.text(path))

    def code_lines(self, path):
        """(number, line) of code()."""
        return enumerate(self.code(path).split("\n"), 1)

    def exists(self, path):
        """Whether a file, or a folder with files in it, is part of the project."""
        path = path.rstrip("/")
        return any(p == path or p.startswith(path + "/") for p in self.paths)


def blank(match):
    """What stands in for a comment or a string: spaces, and the newlines that were in it."""
    token = match.group(0)
    if token.startswith("//"):
        return token
    hidden = re.sub(r"[^\n]", " ", token)
    if token.startswith("/*"):
        return hidden
    return token[0] + hidden[1:-1] + token[-1]


def list_files(root):
    """The files that belong to the project: what git knows or would take, else all but build*."""
    known = ask_git(root)
    if known:
        return [n for n in known if os.path.isfile(os.path.join(root, n))]
    found = []
    for folder, folders, files in os.walk(root):
        at = os.path.relpath(folder, root)
        folders[:] = [f for f in folders if not skipped_folder(at, f)]
        found += [os.path.normpath(os.path.join(at, f)) for f in files]
    return found


def ask_git(root):
    """The names that git knows or would take; none where there is no git or no clone."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        git = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [name for name in git.stdout.split("\0") if name]


def skipped_folder(parent, name):
    """Folders that are no part of the project when git is not there to say so."""
    return name in (".git", "__pycache__") or (parent == "." and name.startswith("build"))
