"""bad_peer: peers that do what no honest one does.

    with bad_peer.BadPeer(bad_peer.garbage, info_hash, pieces) as peer: peer.at ...
"""

import contextlib
import random
import socket
import struct
import threading

BLOCK = 16384
UNCHOKE, INTERESTED, BITFIELD, REQUEST, PIECE = 1, 2, 5, 6, 7


def garbage(stream, _info_hash, _pieces):
    """Sends bytes that are no message, until nobody listens."""
    while True:
        stream.sendall(random.Random(7).randbytes(BLOCK))


def stall(stream, info_hash, _pieces):
    """Shakes hands and says nothing more."""
    shake(stream, info_hash)
    while stream.recv(BLOCK):
        pass


def promise(stream, info_hash, pieces):
    """Has everything, unchokes, and answers no request."""
    shake(stream, info_hash)
    offer(stream, pieces)
    while stream.recv(BLOCK):
        pass


def corrupt(stream, info_hash, pieces):
    """Has everything, and answers each request with other bytes."""
    shake(stream, info_hash)
    offer(stream, pieces)
    while True:
        kind, body = receive(stream)
        if kind == REQUEST:
            index, begin, length = struct.unpack(">III", body)
            send(stream, PIECE, struct.pack(">II", index, begin) + bytes(length))


def leave_within_a_block(place, info_hash, pieces):
    """Connects, asks for the first block of so many pieces, and is gone while they come."""
    host, _, port = place.rpartition(":")
    with socket.socket() as stream:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stream.connect((host, int(port)))
        greet(stream, info_hash)
        exactly(stream, 68)
        send(stream, INTERESTED, b"")
        while receive(stream)[0] != UNCHOKE:
            pass
        for piece in range(pieces):
            send(stream, REQUEST, struct.pack(">III", piece, 0, BLOCK))
        while receive(stream)[0] != PIECE:
            pass


def shake(stream, info_hash):
    """The handshake, without any extension."""
    exactly(stream, 68)
    greet(stream, info_hash)


def greet(stream, info_hash):
    """Our part of the handshake."""
    stream.sendall(b"\x13BitTorrent protocol" + bytes(8) + info_hash + b"-XX0000-" + random.randbytes(12))


def offer(stream, pieces):
    """Every piece, for everybody."""
    field = bytearray((pieces + 7) // 8)
    for piece in range(pieces):
        field[piece // 8] |= 0x80 >> piece % 8
    send(stream, BITFIELD, bytes(field))
    send(stream, UNCHOKE, b"")


def send(stream, kind, body):
    """One message."""
    stream.sendall(struct.pack(">IB", 1 + len(body), kind) + body)


def receive(stream):
    """The next message that is no keep-alive: its kind and its body."""
    length = 0
    while length == 0:
        length = struct.unpack(">I", exactly(stream, 4))[0]
    data = exactly(stream, length)
    return data[0], data[1:]


def exactly(stream, length):
    """So many bytes. What reads as a length may be an encrypted stranger's noise: little is taken at a time."""
    data = bytearray()
    while len(data) < length:
        part = stream.recv(min(length - len(data), 65536))
        if not part:
            raise ConnectionError("the other end has closed")
        data += part
    return bytes(data)


class BadPeer:
    """Listens at a free port of an address and treats each connection so, until the block ends."""

    def __init__(self, behaviour, info_hash, pieces, host="127.0.0.1"):
        self.behaviour, self.info_hash, self.pieces = behaviour, info_hash, pieces
        self.met = 0
        self.streams = []
        self.listener = socket.create_server((host, 0))
        self.at = f"{host}:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for stream in [self.listener, *self.streams]:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
            stream.close()

    def accept(self):
        """Takes connections."""
        with contextlib.suppress(OSError):
            while True:
                stream = self.listener.accept()[0]
                self.streams.append(stream)
                self.met += 1
                threading.Thread(target=self.treat, args=(stream,), daemon=True).start()

    def treat(self, stream):
        """One connection, until either end has enough of it."""
        with contextlib.suppress(OSError):
            self.behaviour(stream, self.info_hash, self.pieces)
