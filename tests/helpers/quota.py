"""quota: a program that gets little of the machine: a tenth of a processor, few threads, little memory.

    with quota.tenth(pid) as held: ...
    with quota.tasks() as few: Popen([*few(3), ...]); few(9)
    with quota.memory() as little: Popen([*little(64 << 20), ...])

Control groups of the kernel do that; a tenth is a millisecond in ten, so that others on the same machine can ask more of
a program than it can do. Only root may make groups, and not on every system: where that fails nothing is held.
"""

import contextlib
import os

from helpers import tap

GROUPS = (  # of the second version, which has all in one tree, and of the first
    ("/sys/fs/cgroup", {"cpu.max": "1000 10000"}),
    ("/sys/fs/cgroup/cpu", {"cpu.cfs_period_us": "10000", "cpu.cfs_quota_us": "1000"}),
)


def not_when_crowded(good, what):
    """Fails for a time that is not good, unless others want the processors: then it says nothing."""
    if not good and os.getloadavg()[0] > 2 * os.cpu_count():
        raise tap.Skip(f"others are busy here: {what}")
    assert good, what


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


def limited(places):
    """Gives a function from a number to the words that start a program in a group with that limit, which those in the group
    have from then on; or None. Places are pairs of a tree and a limit's name."""
    for top, name in places:
        folder = f"{top}/shoal-test-{os.getpid()}"
        if not enter(os.getpid(), folder, {name: "-1" if name.endswith("bytes") else "max"}):
            continue
        write(f"{top}/cgroup.procs", str(os.getpid()))

        def limit(number, folder=folder, name=name):
            write(f"{folder}/{name}", str(number))
            return ["sh", "-c", f'echo $$ > {folder}/cgroup.procs && exec "$@"', "limited"]
        try:
            yield limit
        finally:
            os.rmdir(folder)
        return
    yield None


@contextlib.contextmanager
def tasks():
    """So many threads."""
    yield from limited([("/sys/fs/cgroup", "pids.max"), ("/sys/fs/cgroup/pids", "pids.max")])


@contextlib.contextmanager
def memory():
    """So many bytes."""
    yield from limited([("/sys/fs/cgroup", "memory.max"), ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")])
