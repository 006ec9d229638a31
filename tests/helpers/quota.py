"""quota: a program that gets a tenth of a processor, so that others on the same machine can ask more of it than it can do.

    with quota.tenth(pid) as held: ...

A control group of the kernel gives it a millisecond in ten. Only root may make one, and not on every system: where
it cannot be made nothing is held.
"""

import contextlib
import os

GROUPS = (  # of the second version, which has all in one tree, and of the first
    ("/sys/fs/cgroup", {"cpu.max": "1000 10000"}),
    ("/sys/fs/cgroup/cpu", {"cpu.cfs_period_us": "10000", "cpu.cfs_quota_us": "1000"}),
)


def write(path, text):
    """Into a file that is there: in a folder that is no group none is made."""
    with open(path, "r+", encoding="ascii") as file:
        file.write(text)


def enter(pid, folder, settings):
    """Makes a group of the one process; whether that could be done."""
    try:
        os.mkdir(folder)
        for name, value in {**settings, "cgroup.procs": str(pid)}.items():
            write(f"{folder}/{name}", value)
    except OSError:
        with contextlib.suppress(OSError):
            os.rmdir(folder)
        return False
    return True


@contextlib.contextmanager
def tenth(pid):
    """While the block runs; gives whether it is held."""
    for top, settings in GROUPS:
        folder = f"{top}/shoal-test-{pid}"
        if enter(pid, folder, settings):
            try:
                yield True
            finally:
                write(f"{top}/cgroup.procs", str(pid))
                os.rmdir(folder)
            return
    yield False
