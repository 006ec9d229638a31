"""relay: passes TCP connections on to another place, no faster than asked, so that a transfer lasts.

    with relay.Relay("127.0.0.1:7000", rate=1 << 20) as slow: slow.at ...
    with relay.Relay("127.0.0.1:7000", rate=1 << 20, most=1 << 22) as slow: ...

What comes from that place beyond the most, of all connections together, is held back until the block ends: however late
a test looks, the transfer is not over.
"""

import contextlib
import socket
import threading
import time

PART = 16384


def endpoint(place):
    """("127.0.0.1", 7000) of "127.0.0.1:7000"."""
    host, _, port = place.rpartition(":")
    return host.strip("[]"), int(port)


class Relay:
    """Listens at a free port of 127.0.0.1 until the block ends."""

    def __init__(self, target, rate, most=1 << 62):
        self.target, self.rate, self.left = endpoint(target), rate, most
        self.lock, self.over = threading.Lock(), threading.Event()
        self.streams = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.at = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        for stream in [self.listener, *list(self.streams)]:
            end(stream)
        self.listener.close()

    def accept(self):
        """Takes connections, each with one of its own to the target."""
        try:
            while True:
                near = self.listener.accept()[0]
                threading.Thread(target=self.link, args=(near,), daemon=True).start()
        except OSError:
            pass  # the block has ended

    def link(self, near):
        """Serves one connection until both directions have ended."""
        with near, contextlib.suppress(OSError), socket.create_connection(self.target) as far:
            self.streams |= {near, far}
            back = threading.Thread(target=self.pump, args=(far, near, self.share), daemon=True)
            back.start()
            self.pump(near, far, lambda data: len(data))
            back.join()
            self.streams -= {near, far}

    def share(self, data):
        """How much of what has come passes."""
        with self.lock:
            passes = min(len(data), self.left)
            self.left -= passes
            return passes

    def pump(self, source, sink, share):
        """Copies one direction at the rate; when one end is gone, the other one hears of it."""
        try:
            while data := source.recv(PART):
                passes = share(data)
                sink.sendall(data[:passes])
                if passes < len(data):
                    self.over.wait()
                time.sleep(len(data) / self.rate)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            end(source)
            end(sink)


def end(stream):
    """Ends both directions, in whatever state it is."""
    with contextlib.suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)
