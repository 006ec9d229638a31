#!/usr/bin/python3
"""test-abi.py: libshoal-1 is what programs were built against.

    test-abi.py LIBRARY HEADERS           nothing that was there is gone or another; new symbols are no matter
    test-abi.py LIBRARY HEADERS exact     nor is there a symbol more: before a release
    test-abi.py LIBRARY HEADERS renew     writes tests/arch/shoal.abi anew, after a change that is meant
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

from helpers import tap

SNAPSHOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shoal.abi")
LIBRARY, HEADERS, *MODE = sys.argv[1:]
PUBLIC = ("--exported-interfaces-only", "--drop-private-types")
RENEW = "/usr/bin/python3 tests/arch/test-abi.py LIBRARY client-core renew"


def renew():
    """Writes the snapshot: what is public, and nothing of where it was built."""
    command = ["abidw", "--headers-dir", HEADERS, *PUBLIC, "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs",
               "--no-elf-needed", "--no-architecture", "--no-parameter-names", "--no-write-default-sizes",
               "--type-id-style", "hash", "--out-file", SNAPSHOT, LIBRARY]
    subprocess.run(command, check=True)


def compare(snapshot, *options):
    """(whether they are the same, what abidiff says) of a snapshot and the library."""
    command = ["abidiff", "--no-architecture", "--headers-dir2", HEADERS, *PUBLIC, *options, snapshot, LIBRARY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode & 3 == 0, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done.returncode == 0, done.stdout


def case_what_was_there_is_there():
    same, said = compare(SNAPSHOT, *([] if "exact" in MODE else ["--no-added-syms"]))
    assert same, f"{said}\nIf that is meant: {RENEW}"


def spoilt(pattern, replacement):
    """A snapshot of a library that had something else."""
    with open(SNAPSHOT, encoding="utf-8") as file:
        text, count = re.subn(pattern, replacement, file.read(), count=1)
    assert count == 1, f"{pattern} is not in {SNAPSHOT}"
    return text


def case_what_is_gone_or_another_is_seen():
    changes = {
        "a function that is gone": (r"(<elf-symbol name=')shoal_torrent_pause(')", r"\1shoal_torrent_halt\2"),
        "another value": (r"(name='SHOAL_TORRENT_STATE_SEEDING' value=')2'", r"\g<1>7'"),
        "another type": (r"(<function-decl name='shoal_torrent_get_total'(?s:.*?)<return type-id=')[^']*'",
                         r"\g<1>48b5725f'"),
    }
    for what, change in changes.items():
        with tempfile.NamedTemporaryFile("w", suffix=".abi", encoding="utf-8") as file:
            file.write(spoilt(*change))
            file.flush()
            same, _said = compare(file.name, "--no-added-syms")
        assert not same, f"{what} was not seen"


CASES = [
    case_what_was_there_is_there,
    case_what_is_gone_or_another_is_seen,
]

if __name__ == "__main__":
    if MODE == ["renew"]:
        renew()
    elif shutil.which("abidiff") is None:
        tap.skip_all("abidiff is not installed")
    else:
        tap.main(CASES)
