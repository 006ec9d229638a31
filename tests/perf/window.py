#!/usr/bin/python3
"""window: what the desktop client costs, beside what it may cost.

    tests/perf/window.py [BUILD [SECONDS]]

Runs the benchmarks of the window out of a build folder, build/release by default, each on a display, a bus and a
network of its own, and ends with one table and the number of figures that are over their limit, which is the exit
code. It is watched at rest for so many seconds, 10 by default: once shown, once hidden. Five minutes in all.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(HERE, "..", "gui", "run.py")
HEAD = "| what | limit | measured | |\n| --- | --- | --- | --- |"
MINUTES = 15


def rows(build, name, *arguments):
    """The rows of one benchmark, which are printed as they come."""
    program = os.path.join(build, "tests", "perf", "bench-gui-" + name)
    env = {**os.environ, "SHOAL_BUILD": build}
    done = subprocess.run([sys.executable, RUN, "--network", program, *arguments], env=env, check=True, text=True,
                          stdout=subprocess.PIPE, timeout=60 * MINUTES)
    print(done.stdout, flush=True)
    return [line for line in done.stdout.splitlines() if line.startswith("| ")]


def main(build="build/release", seconds="10"):
    """All of them; how many figures are over their limit."""
    build = os.path.abspath(build)
    table = [*rows(build, "list", "10000", seconds), *rows(build, "files"), *rows(build, "stall")]
    over = sum(line.endswith("| over |") for line in table)
    print(HEAD, *table, "", f"{over} over their limit", sep="\n")
    return over


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
