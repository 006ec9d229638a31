"""quota: a program that gets little of the machine: a tenth of a processor, few threads.

    with quota.tenth(pid) as held: ...
    with quota.tasks() as few: Popen([*few(3), ...])

Control groups of the kernel do that; a tenth is a millisecond in ten, so that others on the same machine can ask more of
a program than it can do. Only root may make groups, and not on every system: where that fails nothing is held.
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


@contextlib.contextmanager
def tasks():
    """Gives a function from a number to the words that start a program in a group of so many threads; or None."""
    for top in ("/sys/fs/cgroup", "/sys/fs/cgroup/pids"):
        folder = f"{top}/shoal-test-{os.getpid()}"
        if not enter(os.getpid(), folder, {"pids.max": "max"}):
            continue
        write(f"{top}/cgroup.procs", str(os.getpid()))

        def few(number, folder=folder):
            write(f"{folder}/pids.max", str(number))
            return ["sh", "-c", f'echo $$ > {folder}/cgroup.procs && exec "$@"', "few"]
        try:
            yield few
        finally:
            os.rmdir(folder)
        return
    yield None
