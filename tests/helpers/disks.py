"""disks: small and read-only disks for the programs of a test alone.

    disks.enter()
    disks.small(folder, "4m")

enter() starts the program once more in a mount namespace of its own; what is mounted there, nobody else sees, and
the kernel takes it away with the last process.
"""

import os
import subprocess
import sys

from helpers import tap

MARK = "SHOAL_TEST_MOUNTS"


def enter():
    """Returns inside of the namespace; skips all cases where the system allows none."""
    if os.environ.get(MARK) == "1":
        return
    way = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*way, "true"], capture_output=True, check=False).returncode != 0:
        tap.skip_all("this system lets no mount namespace be made")
    os.environ[MARK] = "1"
    os.execvp(way[0], [*way, sys.executable, *sys.argv])


def mount(*arguments):
    """One command of mount, which may not fail."""
    subprocess.run(["mount", *arguments], check=True, timeout=20)


def small(folder, size):
    """Puts an empty disk of that size over a folder."""
    mount("-t", "tmpfs", "-o", f"size={size}", "none", folder)


def grow(folder, size):
    """Gives a small disk another size."""
    mount("-o", f"remount,size={size}", folder)


def read_only(folder, wanted=True):
    """Lets nobody write to a small disk, or everybody again."""
    mount("-o", "remount," + ("ro" if wanted else "rw"), folder)


# What becomes of a program so that what may not be read by its mode is not read by root either.
ORDINARY = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search")


def take_away(folder):
    """The disk is gone: the folder is what it was before."""
    subprocess.run(["umount", "--lazy", folder], check=True, timeout=20)
