"""capture: who is called in the test's own network: connections that are begun, and datagrams.

    with capture.Capture() as capture: ...
    capture.calls(port), capture.datagrams
"""

import collections
import contextlib
import socket
import struct
import threading

ALL, OUTGOING = 3, 4
TCP, UDP = 6, 17
SYN, ACK = 0x02, 0x10


class Capture:
    """Reads every IPv4 packet that leaves on the loopback, until the block ends."""

    def __init__(self):
        self.begun, self.datagrams = collections.Counter(), 0
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL))
        self.socket.bind(("lo", ALL))
        self.thread = threading.Thread(target=self.read, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            # What has been sent until now lies in the socket, and then comes the last one.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", ("127.0.0.1", 9))
            self.thread.join(10)
        self.socket.close()

    def calls(self, port):
        """How often a connection to that port was begun."""
        return self.begun[port]

    def read(self):
        """Until the datagram of the end, which does not count."""
        while True:
            packet, (_, protocol, kind, *_) = self.socket.recvfrom(128)
            if kind != OUTGOING or protocol != 0x0800:
                continue
            body = packet[(packet[0] & 15) * 4:]
            port = struct.unpack(">H", body[2:4])[0]
            if packet[9] == TCP and body[13] & (SYN | ACK) == SYN:
                self.begun[port] += 1
            elif packet[9] == UDP and port == 9:
                return
            elif packet[9] == UDP:
                self.datagrams += 1
