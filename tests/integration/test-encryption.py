#!/usr/bin/python3
"""test-encryption.py: what is said in the clear and what is not, under each policy, to friends and to foes."""

import contextlib
import random
import socket
import tempfile
import time

from helpers import bad_peer, mse, network, raw_peer, swarm, tap
from helpers.mse import PLAIN_OPENING

SIZE = 1000003
LIMIT_SECONDS = 10  # of an opening
PAUSE_SECONDS = 5  # before a peer that a person named is called again


def in_lab(case):
    """A case that is given a folder of its own, which ends with it."""
    def run():
        with tempfile.TemporaryDirectory() as folder:
            case(swarm.Lab(folder, case.__name__.removeprefix("case_").replace("_", "-")))
    run.__name__ = case.__name__
    return run


@contextlib.contextmanager
def refused():
    """The other end hangs up within the block."""
    try:
        yield
    except ConnectionError:
        return
    raise AssertionError("it was let in")


def content(torrent):
    """What a torrent of one file consists of."""
    with open(f"{torrent.content}/{torrent.name}", "rb") as file:
        return file.read()


class Wiretap:
    """Passes connections on to another place and keeps what it hears, one string for each direction of each."""

    def __init__(self, target):
        self.heard = []

        def behaviour(near, _info_hash, _pieces):
            host, _, port = target.rpartition(":")
            with socket.create_connection((host, int(port))) as far:
                self.listen(near, far)

        self.peer = bad_peer.BadPeer(behaviour, None, None)
        self.at = self.peer.at

    def listen(self, near, far):
        """Both directions of one connection, until one ends."""
        up, down = bytearray(), bytearray()
        self.heard += [up, down]
        for stream in (near, far):
            stream.setblocking(False)
        pairs = [(near, far, up), (far, near, down)]
        while True:
            idle = True
            for source, sink, heard in pairs:
                with contextlib.suppress(BlockingIOError):
                    data = source.recv(65536)
                    if not data:
                        return
                    idle = False
                    heard += data
                    sink.setblocking(True)
                    sink.sendall(data)
                    sink.setblocking(False)
            if idle:
                time.sleep(0.001)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.peer.__exit__()


def transfer(lab, torrent, seed_policy, leech_policy):
    """What a third heard of a transfer."""
    with lab.seed(torrent, "--encryption", seed_policy) as seed, Wiretap(seed.at()) as tapped:
        with lab.download(torrent, "--encryption", leech_policy, peers_at=[tapped.at]) as leech:
            leech.completes()
            torrent.check(leech.folder)
    return tapped.heard


def in_the_clear(heard, text):
    """Whether any direction of any connection has it."""
    return any(text in direction for direction in heard)


@in_lab
def case_each_policy_with_each_other(lab):
    """Who gets through to whom, and what can be read on the way: who connects opens, and all else follows."""
    torrent = lab.torrent("one.bin", SIZE, "v1")
    block = content(torrent)[5000:5064]
    for seed, leech, opening, payload in (
            ("prefer", "prefer", False, True), ("prefer", "require", False, False), ("prefer", "off", True, True),
            ("require", "prefer", False, False), ("require", "require", False, False), ("off", "prefer", True, True),
            ("off", "off", True, True)):
        heard = transfer(lab, torrent, seed, leech)
        assert in_the_clear(heard[0::2], PLAIN_OPENING) == opening, (seed, leech)
        assert in_the_clear(heard[1::2], PLAIN_OPENING) == payload, (seed, leech)
        assert in_the_clear(heard, block) == payload, (seed, leech)


def listeners_hear(lab, policy, enough, seconds):
    """The first bytes of each connection that a leech opens to somebody who says nothing and hangs up."""
    torrent = lab.torrent("one.bin", 100001, "v1")
    heard = []

    def note(stream, _info_hash, _pieces):
        heard.append((time.monotonic(), stream.recv(1000)))
        stream.close()

    with bad_peer.BadPeer(note, *torrent.identity()) as peer:
        with lab.download(torrent, "--encryption", policy, peers_at=[peer.at]):
            network.until(lambda: len(heard) >= enough, seconds, f"{enough} connections")
    return heard


def is_plain(first):
    """Whether a connection began as BEP 3 has it."""
    return first[1].startswith(PLAIN_OPENING)


@in_lab
def case_prefer_falls_back_at_once(lab):
    heard = listeners_hear(lab, "prefer", 2, 15)
    assert [is_plain(first) for first in heard[:2]] == [False, True], heard
    assert heard[1][0] - heard[0][0] < PAUSE_SECONDS, "it waits before it tries without"
    assert len(heard[0][1]) >= mse.KEY


@in_lab
def case_require_never_connects_plain(lab):
    heard = listeners_hear(lab, "require", 3, 40)
    assert not any(is_plain(first) for first in heard), heard


@in_lab
def case_require_tries_another_key_at_once(lab):
    heard = listeners_hear(lab, "require", 2, 15)
    assert heard[1][0] - heard[0][0] < PAUSE_SECONDS, "it waits before it tries again"
    assert heard[0][1][:mse.KEY] != heard[1][1][:mse.KEY]


@in_lab
def case_off_connects_plain(lab):
    heard = listeners_hear(lab, "off", 1, 15)
    assert all(is_plain(first) for first in heard), heard


def what_comes(at, data, seconds=LIMIT_SECONDS + network.PATIENCE):
    """All that a stranger who says something hears until it is sent away."""
    host, _, port = at.rpartition(":")
    heard = b""
    with socket.create_connection((host, int(port)), seconds) as stream:
        with contextlib.suppress(ConnectionError):
            stream.sendall(data)
            while part := stream.recv(65536):
                heard += part
    return heard


@in_lab
def case_require_takes_nobody_plain(lab):
    torrent = lab.torrent("one.bin", SIZE, "v1")
    info_hash, _ = torrent.identity()
    with lab.seed(torrent, "--encryption", "require") as seed:
        assert what_comes(seed.at(), raw_peer.handshake(info_hash)) == b""
        with mse.connect(seed.at(), info_hash) as stream:
            stream.sendall(raw_peer.handshake(info_hash))
            assert bad_peer.exactly(stream, 68).startswith(PLAIN_OPENING)
            peer = raw_peer.RawPeer(stream)
            peer.become_interested()
            assert peer.block(1, 5, 1000) == content(torrent)[65536 + 5:][:1000]
        with refused(), mse.connect(seed.at(), info_hash, mse.PLAINTEXT):
            pass  # a method that is not taken


@in_lab
def case_hybrid_is_known_by_its_swarm(lab):
    """And nobody is let in by a torrent that is not here."""
    torrent = lab.torrent("one.bin", SIZE)
    info_hash, _ = torrent.identity()
    with lab.seed(torrent) as seed:
        with mse.connect(seed.at(), info_hash) as stream:
            stream.sendall(raw_peer.handshake(info_hash))
            bad_peer.exactly(stream, 68)
        with refused(), mse.connect(seed.at(), bytes(20)):
            pass


@in_lab
def case_downgrade_is_refused(lab):
    """A peer in between answers with plaintext, which was not offered."""
    torrent = lab.torrent("one.bin", SIZE, "v1")
    offers = []

    def downgrade(stream, info_hash, _pieces):
        _, offered, first = mse.answer(stream, info_hash, mse.PLAINTEXT)
        assert first.startswith(PLAIN_OPENING)
        offers.append((offered, stream.recv(1000)))

    with bad_peer.BadPeer(downgrade, *torrent.identity()) as peer:
        with lab.download(torrent, "--encryption", "require", peers_at=[peer.at]):
            network.until(lambda: offers, 15, "an answer to the downgrade")
    assert offers[0] == (mse.RC4, b""), offers


FOES = {
    "key of zeros": lambda: bytes(mse.KEY) + random.randbytes(100),
    "key of one": lambda: bytes(mse.KEY - 1) + b"\1",
    "key of all ones": lambda: b"\xff" * mse.KEY,
    "the prime": lambda: mse.PRIME.to_bytes(mse.KEY, "big"),
    "the prime less one": lambda: (mse.PRIME - 1).to_bytes(mse.KEY, "big"),
    "endless padding": lambda: random.randbytes(100000),
    "nothing": lambda: b"",
    "half a key": lambda: b"\5" * 50,
    "a key and nothing more": lambda: mse.keys()[1],
    "half the name of the protocol": lambda: PLAIN_OPENING[:10],
}


@in_lab
def case_foes_are_sent_away_in_time(lab):
    """All at once, while a friend is served."""
    torrent = lab.torrent("one.bin", SIZE, "v1")
    with lab.seed(torrent, "--many-per-address", "--encryption", "require") as seed, contextlib.ExitStack() as stack:
        host, _, port = seed.at().rpartition(":")
        streams = {}
        for name, says in FOES.items():
            streams[name] = stack.enter_context(socket.create_connection((host, int(port)),
                                                                               LIMIT_SECONDS + network.PATIENCE))
            with contextlib.suppress(ConnectionError):
                streams[name].sendall(says())
        with lab.download(torrent, "--encryption", "require", peers_at=[seed.at()]) as leech:
            leech.completes()
        for name, stream in streams.items():
            heard = b""
            with contextlib.suppress(ConnectionError):
                while part := stream.recv(65536):
                    heard += part
            assert len(heard) <= mse.KEY + 512, (name, len(heard))


@in_lab
def case_foes_that_are_connected_to(lab):
    """Each answers our key with something else; the rest comes from a friend."""
    torrent = lab.torrent("one.bin", SIZE, "v1")

    def behave(says):
        def behaviour(stream, _info_hash, _pieces):
            bad_peer.exactly(stream, mse.KEY)
            stream.sendall(says())
            while stream.recv(65536):
                pass
        return behaviour

    with contextlib.ExitStack() as stack, lab.seed(torrent, "--encryption", "require") as seed:
        peers = [stack.enter_context(bad_peer.BadPeer(behave(says), *torrent.identity(), host=network.address(2 + n)))
                 for n, says in enumerate(FOES.values())]
        with lab.download(torrent, "--encryption", "require", peers_at=[peer.at for peer in peers] + [seed.at()]) as leech:
            leech.completes()
            torrent.check(leech.folder)


@in_lab
def case_flood_of_keys_does_not_stop_a_transfer(lab):
    """Strangers who each cost two exponentiations, as fast as they can be made."""
    torrent = lab.torrent("one.bin", 16000001, "v1")
    with lab.seed(torrent, "--many-per-address", "--encryption", "require") as seed:
        host, _, port = seed.at().rpartition(":")
        with contextlib.ExitStack() as stack:
            for _ in range(400):
                stream = stack.enter_context(socket.create_connection((host, int(port)), network.PATIENCE))
                stream.sendall(random.randbytes(mse.KEY))
            with lab.download(torrent, "--encryption", "require", peers_at=[seed.at()]) as leech:
                leech.completes(60)
                torrent.check(leech.folder)


CASES = [
    case_each_policy_with_each_other,
    case_prefer_falls_back_at_once,
    case_require_never_connects_plain,
    case_require_tries_another_key_at_once,
    case_off_connects_plain,
    case_require_takes_nobody_plain,
    case_hybrid_is_known_by_its_swarm,
    case_downgrade_is_refused,
    case_foes_are_sent_away_in_time,
    case_foes_that_are_connected_to,
    case_flood_of_keys_does_not_stop_a_transfer,
]

if __name__ == "__main__":
    network.enter(addresses=12)
    tap.main(CASES)
