"""measure.py: whole processes in alternating rounds, by the kernel's own accounts.

Each run goes through GNU time, because a child's peak memory would otherwise begin at the size of
the program that started it. Figures are medians; ratios are medians of the pairs of one round."""

import os
import statistics
import subprocess
import tempfile
import time

TIMEOUT_S = 900


class Run:
    """One finished process: seconds, MiB, exit code."""

    def __init__(self, wall, cpu, rss, code):
        self.wall, self.cpu, self.rss, self.code = wall, cpu, rss, code


def run_once(command, env=None):
    """Runs a command to its end with its output thrown away."""
    with tempfile.NamedTemporaryFile('r') as account:
        start = time.monotonic()
        done = subprocess.run(['/usr/bin/time', '-q', '-f', '%U %S %M', '-o', account.name, *command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=env, timeout=TIMEOUT_S, check=False)
        wall = time.monotonic() - start
        user, system, rss = account.read().split()[-3:]
    return Run(wall, float(user) + float(system), int(rss) / 1024, done.returncode)


def rounds(commands, n, before=None):
    """Runs {name: command} in rounds A B C A B C, so that a drift of the machine falls on all alike.
    The first round warms up and is not counted."""
    results = {name: [] for name in commands}
    for turn in range(n + 1):
        for name, command in commands.items():
            if before is not None:
                before()
            run = run_once(command)
            if run.code != 0:
                raise SystemExit('%s: exit code %d: %s' % (name, run.code, ' '.join(command)))
            if turn > 0:
                results[name].append(run)
    return results


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


def ratio(runs, reference):
    """How many times faster than the reference, pair by pair."""
    return statistics.median(b.wall / a.wall for a, b in zip(runs, reference))


def table(title, results, size=None, reference=None, notes=None):
    """The lines of a Markdown table; @size in bytes gives rates."""
    head = ['what', 'wall s (min / median / max)', 'CPU s', 'peak MiB']
    head += ['MiB/s'] if size else []
    head += ['times %s' % reference] if reference in results else []
    lines = ['', '### ' + title, '', '| ' + ' | '.join(head) + ' |', '|' + ' --- |' * len(head)]
    for name, runs in results.items():
        walls = sorted(run.wall for run in runs)
        row = [name, '%.3f / %.3f / %.3f' % (walls[0], median(runs, 'wall'), walls[-1]),
               '%.2f' % median(runs, 'cpu'), '%.0f' % max(run.rss for run in runs)]
        row += ['%.0f' % (size / 2 ** 20 / median(runs, 'wall'))] if size else []
        row += ['%.2f' % ratio(runs, results[reference])] if reference in results else []
        lines.append('| ' + ' | '.join(row) + ' |')
    return lines + (['', notes] if notes else [])


def machine():
    """What the figures were made on, by what the processor can do."""
    wanted = ('sha_ni', 'avx2', 'avx512f', 'avx512bw', 'avx512vl')
    with open('/proc/cpuinfo', encoding='ascii') as info:
        flags = next((line for line in info if line.startswith('flags')), '').split()
    have = [flag for flag in wanted if flag in flags]
    cpus = len(os.sched_getaffinity(0))
    return '%d processors, %s with %s; Linux %s' % (
        cpus, os.uname().machine, ', '.join(have) or 'no hash extensions', os.uname().release)
