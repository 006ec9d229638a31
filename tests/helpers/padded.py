"""padded: a v1 torrent whose files begin at pieces, by files of padding between them (BEP 3, BEP 47).

No verb of ours makes one. The padding is there on the disk as well, for clients that take it for files.
"""

import hashlib
import os

from helpers import mutate, swarm

FOLDER = ".pad"


def entries(content, name, paths, piece):
    """(path below the torrent's folder, length, attributes) of each file, padding among them."""
    for number, path in enumerate(sorted(paths)):
        length = os.path.getsize(os.path.join(content, path))
        yield os.path.relpath(path, name), length, b""
        gap = -length % piece
        if gap and number + 1 < len(paths):
            yield f"{FOLDER}/{number}-{gap}", gap, b"p"


def pieces(content, name, files, piece):
    """The SHA-1 of each piece of the files one after the other."""
    data = bytearray()
    for path, _, _ in files:
        with open(os.path.join(content, name, path), "rb") as file:
            data += file.read()
    return b"".join(hashlib.sha1(data[at:at + piece]).digest() for at in range(0, len(data), piece))


def torrent(lab, made, piece, trackers):
    """The padded torrent of what another torrent is of, with a folder of content of its own."""
    content = lab.copy(made)
    files = list(entries(content, made.name, made.paths, piece))
    os.makedirs(os.path.join(content, made.name, FOLDER))
    for path, length, attributes in files:
        if attributes:
            with open(os.path.join(content, made.name, path), "wb") as file:
                file.write(bytes(length))
    listed = [{"length": length, "path": path.split("/"), **({"attr": attributes} if attributes else {})}
              for path, length, attributes in files]
    info = {"files": listed, "name": made.name, "piece length": piece,
            "pieces": pieces(content, made.name, files, piece)}
    file = lab.path(made.name) + ".torrent"
    with open(file, "wb") as out:
        out.write(mutate.encode(mutate.tree({"announce": trackers[0], "info": info})))
    return swarm.Torrent(made.name, file, content, made.paths, trackers)
