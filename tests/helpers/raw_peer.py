"""raw_peer: a peer whose every message the test writes and reads itself.

    with raw_peer.connect("127.0.0.1:6881", torrent) as peer:
        peer.become_interested()
        peer.block(0, 0, 16384)
"""

import contextlib
import random
import socket
import struct

from helpers import bad_peer, network

INTERESTED, HAVE, CANCEL, HAVE_ALL, HAVE_NONE, REJECT, ALLOWED_FAST = 2, 4, 8, 14, 15, 16, 17


class RawPeer:
    """A connection after both handshakes, without any extension."""

    def __init__(self, stream):
        self.stream = stream

    def send(self, kind, body=b""):
        """One message."""
        bad_peer.send(self.stream, kind, body)

    def receive(self):
        """The next message: its kind and its body."""
        return bad_peer.receive(self.stream)

    def wait_for(self, kind):
        """The body of the next message of that kind; others are passed over."""
        while True:
            came, body = self.receive()
            if came == kind:
                return body

    def become_interested(self):
        """Says so, and waits to be served."""
        self.send(INTERESTED)
        self.wait_for(bad_peer.UNCHOKE)

    def block(self, piece, begin, length):
        """Asks for a block and returns its bytes."""
        self.send(bad_peer.REQUEST, struct.pack(">III", piece, begin, length))
        body = self.wait_for(bad_peer.PIECE)
        assert struct.unpack(">II", body[:8]) == (piece, begin)
        return body[8:]

    def is_closed(self):
        """Whether the other end hangs up, whatever it says before that."""
        with contextlib.suppress(ConnectionError):
            while self.stream.recv(65536):
                pass
        return True


FAST = bytes([0, 0, 0, 0, 0, 0, 0, 4])


def handshake(info_hash, features=bytes(8)):
    """What both sides send first."""
    return b"\x13BitTorrent protocol" + features + info_hash + b"-XX0000-" + random.randbytes(12)


@contextlib.contextmanager
def connect(at, torrent, seconds=network.PATIENCE, features=bytes(8), source=None):
    """Connects and shakes hands; a peer that is silent for so long fails the test."""
    host, _, port = at.rpartition(":")
    info_hash, _ = torrent.identity()
    with socket.create_connection((host, int(port)), seconds, source and (source, 0)) as stream:
        stream.settimeout(seconds)
        stream.sendall(handshake(info_hash, features))
        bad_peer.exactly(stream, 68)
        yield RawPeer(stream)
