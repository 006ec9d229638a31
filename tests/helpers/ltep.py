"""ltep: peers that speak the extension protocol (BEP 10): metadata (BEP 9) and other peers (BEP 11), honest or not.

    with bad_peer.BadPeer(ltep.metadata(info), info_hash, 0) as peer: peer.at ...
"""

from helpers import bad_peer, raw_peer

EXTENDED = 20
METADATA, PEX = 1, 2  # our ids
PIECE = 16384
FEATURES = bytes([0, 0, 0, 0, 0, 0x10, 0, 0])
REQUEST, DATA, REJECT = 0, 1, 2


def encode(value):
    """Bencode of numbers, bytes, text and dictionaries."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, dict):
        return b"d" + b"".join(encode(key) + encode(value[key]) for key in sorted(value)) + b"e"
    value = value.encode() if isinstance(value, str) else value
    return b"%d:%s" % (len(value), value)


def value(data, key):
    """The number behind a key, or None; good enough for what one's own program sends."""
    mark = b"%d:%si" % (len(key), key.encode())
    at = data.find(mark)
    return None if at < 0 else int(data[at + len(mark):].split(b"e", 1)[0])


def send(stream, extension, body):
    """One extended message."""
    bad_peer.send(stream, EXTENDED, bytes([extension]) + body)


def shake(stream, info_hash, size=None, listens=None):
    """Both handshakes of one who was connected to; the ids that the other end gave."""
    bad_peer.exactly(stream, 68)
    stream.sendall(raw_peer.handshake(info_hash, FEATURES))
    return greet(stream, size, listens)


def greet(stream, size=None, listens=None):
    """The extended handshakes."""
    hello = {"m": {"ut_metadata": METADATA, "ut_pex": PEX}}
    if size is not None:
        hello["metadata_size"] = size
    if listens is not None:
        hello["p"] = listens
    send(stream, 0, encode(hello))
    while True:
        kind, body = bad_peer.receive(stream)
        if kind == EXTENDED and body[0] == 0:
            return {"metadata": value(body, "ut_metadata"), "pex": value(body, "ut_pex"),
                    "size": value(body, "metadata_size"), "raw": body[1:]}


def metadata(info, spoilt=None, size=None, gives=None):
    """A behaviour: answers requests out of @info; @spoilt pieces are junk; @size is claimed in the place of the
    true one; only so many pieces are given, then nothing more is said."""
    def behave(stream, info_hash, _pieces):
        given = 0
        ids = shake(stream, info_hash, len(info) if size is None else size)
        while True:
            kind, body = bad_peer.receive(stream)
            if kind != EXTENDED or body[0] != METADATA:
                continue
            piece = value(body, "piece")
            part = info[piece * PIECE:(piece + 1) * PIECE]
            if spoilt is not None and (spoilt == "all" or piece in spoilt):
                part = bytes(len(part))
            if gives is not None and given >= gives:
                continue
            given += 1
            head = {"msg_type": DATA, "piece": piece, "total_size": len(info) if size is None else size}
            send(stream, ids["metadata"], encode(head) + part)
    return behave
