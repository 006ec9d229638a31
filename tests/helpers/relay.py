"""relay: passes TCP connections on to another place, no faster than asked, so that a transfer lasts.

    with relay.Relay("127.0.0.1:7000", rate=1 << 20) as slow: slow.at ...
"""

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

    def __init__(self, target, rate):
        self.target, self.rate = endpoint(target), rate
        self.streams = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.at = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for stream in [self.listener, *self.streams]:
            try:
                stream.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # its peer was faster
            stream.close()

    def accept(self):
        """Takes connections, each with one of its own to the target."""
        try:
            while True:
                near = self.listener.accept()[0]
                far = socket.create_connection(self.target)
                self.streams += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self.pump, args=pair, daemon=True).start()
        except OSError:
            pass  # the block has ended, or the target has

    def pump(self, source, sink):
        """Copies one direction at the rate."""
        try:
            while data := source.recv(PART):
                sink.sendall(data)
                time.sleep(len(data) / self.rate)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # either end has closed
