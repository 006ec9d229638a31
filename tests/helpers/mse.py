"""mse: message stream encryption as a test writes and reads it, with every freedom to get it wrong.

    with mse.connect("127.0.0.1:6881", info_hash) as stream: stream.sendall(...)
    hello = mse.answer(socket, info_hash)

A socket whose opening is through has sendall() and recv(), as raw_peer and bad_peer call them.
"""

import contextlib
import hashlib
import random
import socket
import struct

from helpers import bad_peer, network

PRIME = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3"
            "CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A63A36210000000000090563", 16)
KEY = 96
PLAINTEXT, RC4 = 1, 2
PLAIN_OPENING = b"\x13BitTorrent protocol"


class Cipher:
    """RC4, the first 1024 bytes of which are thrown away."""

    def __init__(self, key):
        self.state, self.i, self.j = list(range(256)), 0, 0
        j = 0
        for i in range(256):
            j = (j + self.state[i] + key[i % len(key)]) % 256
            self.state[i], self.state[j] = self.state[j], self.state[i]
        self.crypt(bytes(1024))

    def crypt(self, data):
        """The next bytes, there or back."""
        state, i, j, out = self.state, self.i, self.j, bytearray(data)
        for at, byte in enumerate(out):
            i = (i + 1) % 256
            j = (j + state[i]) % 256
            state[i], state[j] = state[j], state[i]
            out[at] = byte ^ state[(state[i] + state[j]) % 256]
        self.i, self.j = i, j
        return bytes(out)


class Stream:
    """A socket behind its opening."""

    def __init__(self, stream, sends, receives):
        self.stream, self.sends, self.receives = stream, sends, receives

    def sendall(self, data):
        """All of it, encrypted."""
        self.stream.sendall(self.sends.crypt(data))

    def recv(self, length):
        """What is there, decrypted."""
        return self.receives.crypt(self.stream.recv(length))


def sha1(*parts):
    """The hash of all parts."""
    return hashlib.sha1(b"".join(parts)).digest()


def keys():
    """A private key, and the public one as it is sent."""
    private = random.getrandbits(160)
    return private, pow(2, private, PRIME).to_bytes(KEY, "big")


def agree(private, theirs):
    """What both share."""
    return pow(int.from_bytes(theirs, "big"), private, PRIME).to_bytes(KEY, "big")


def until(stream, mark, limit):
    """Reads up to and with a mark, which ends within so many bytes."""
    data = b""
    while not data.endswith(mark):
        assert len(data) < limit, "no mark within the limit"
        data += bad_peer.exactly(stream, 1)


def exor(one, two):
    """Byte by byte."""
    return bytes(a ^ b for a, b in zip(one, two))


def exchange(stream, pad=b""):
    """Sends a key and reads theirs; what is shared."""
    private, public = keys()
    stream.sendall(public + pad)
    return agree(private, bad_peer.exactly(stream, KEY))


@contextlib.contextmanager
def connect(at, info_hash, methods=RC4, seconds=network.PATIENCE):
    """Opens an encrypted connection."""
    host, _, port = at.rpartition(":")
    with socket.create_connection((host, int(port)), seconds) as stream:
        stream.settimeout(seconds)
        shared = exchange(stream, random.randbytes(77))
        sends, receives = Cipher(sha1(b"keyA", shared, info_hash)), Cipher(sha1(b"keyB", shared, info_hash))
        stream.sendall(sha1(b"req1", shared) + exor(sha1(b"req2", info_hash), sha1(b"req3", shared)))
        stream.sendall(sends.crypt(bytes(8) + struct.pack(">IHH", methods, 0, 0)))
        until(stream, receives.crypt(bytes(8)), 512 + 8)
        method, pad = struct.unpack(">IH", receives.crypt(bad_peer.exactly(stream, 6)))
        assert method == RC4, method
        receives.crypt(bad_peer.exactly(stream, pad))
        yield Stream(stream, sends, receives)


def answer(stream, info_hash, method=RC4):
    """Answers one with a method, whatever was offered: (the stream behind it, what was offered, its first bytes)."""
    shared = exchange(stream)
    until(stream, sha1(b"req1", shared), 512 + 20)
    assert bad_peer.exactly(stream, 20) == exor(sha1(b"req2", info_hash), sha1(b"req3", shared)), "another torrent"
    sends, receives = Cipher(sha1(b"keyB", shared, info_hash)), Cipher(sha1(b"keyA", shared, info_hash))
    check, offered, pad = struct.unpack(">8sIH", receives.crypt(bad_peer.exactly(stream, 14)))
    assert check == bytes(8), check
    receives.crypt(bad_peer.exactly(stream, pad))
    length = struct.unpack(">H", receives.crypt(bad_peer.exactly(stream, 2)))[0]
    first = receives.crypt(bad_peer.exactly(stream, length))
    stream.sendall(sends.crypt(bytes(8) + struct.pack(">IH", method, 0)))
    return Stream(stream, sends, receives), offered, first
