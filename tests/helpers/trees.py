"""trees: folders of files to share, and what tells two of them apart."""

import hashlib
import os
import random


def make(root, files, seed=1):
    """Writes files of the given sizes, {"a/b": 1000}; the same seed writes the same bytes."""
    for path, size in sorted(files.items()):
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        chance = random.Random(f"{seed}:{path}")
        with open(full, "wb") as file:
            for start in range(0, size, 1 << 20):
                file.write(chance.randbytes(min(1 << 20, size - start)))


def sha256(path):
    """The digest of one file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def sums(root):
    """{path: digest} of every file under a folder; a link counts as what it says."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            full = os.path.join(folder, name)
            path = os.path.relpath(full, root)
            found[path] = "-> " + os.readlink(full) if os.path.islink(full) else sha256(full)
    return found
