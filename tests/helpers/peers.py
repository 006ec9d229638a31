"""peers: other programs that a test talks to, started and stopped by their process id.

    with peers.Peer("seed", ["aria2c", ...]) as seed: ...

A peer's words are kept in a log, which a failure names. A peer ends with the block, with stop(), or when
the test program dies, whichever comes first; nothing that it started outlives it.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from helpers import network, tap

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def need(*programs):
    """Skips the case when an optional program is absent."""
    for program in programs:
        if shutil.which(program) is None:
            raise tap.Skip(f"{program} is not installed")


def log_folder():
    """Where the logs of this test program are kept."""
    base = os.environ.get("SHOAL_TEST_LOGS") or tempfile.gettempdir()
    folder = os.path.join(base, os.path.splitext(os.path.basename(sys.argv[0]))[0])
    os.makedirs(folder, exist_ok=True)
    return folder


def begin(place):
    """Runs in the child: the kernel kills it when the test program ends in any way."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if place is not None:
        place.enter()


class Peer:
    """One running program, the leader of a process group of its own; at a place of helpers.places if one is given."""

    def __init__(self, name, command, cwd=None, env=None, place=None):
        need(command[0])
        self.name = name
        self.log = os.path.join(log_folder(), name + ".log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=cwd,
                env={**os.environ, **(env or {})}, start_new_session=True,
                preexec_fn=lambda: begin(place),
            )
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def running(self):
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def listens(self, host, port, seconds=10):
        """Waits until the peer accepts connections; fails when it ends or takes too long."""
        def ready():
            assert self.running(), f"{self.name} ended with {self.process.returncode}: {self.log}"
            return network.answers(host, port)
        network.until(ready, seconds, f"{self.name} listens on {host}:{port} ({self.log})")

    def finishes(self, seconds):
        """Waits for the end of a peer that ends by itself; returns its exit code."""
        seconds = max(seconds, network.PATIENCE)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} runs after {seconds} s: {self.log}") from None

    def stop(self, seconds=5):
        """Asks the peer to end, then makes it; returns its exit code, negative for a signal."""
        if self.running():
            os.kill(self.pid, signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                tap.comment(f"{self.name} did not end within {seconds} s of being asked: {self.log}")
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # nothing of its group is left, as it should be
        return self.process.wait()
