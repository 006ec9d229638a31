#!/usr/bin/python3
"""transfer.py: one seed and its leeches over loopback, ours beside other programs, in one run.

    tests/perf/transfer.py [--runs N] [--data FOLDER] [--shoal PROGRAM] [--size MIB] [--leeches N] [--formats F,...]
                           [--pairs A:B,...] [--encrypted]

A and B are "ours" or "libtorrent", the seed first. All of it happens in a network namespace of the
program's own; FOLDER should be on a tmpfs. A wall is from the start of the leeches to the last one's end of
a complete download; processors' seconds are of whole processes, a seed's from when it serves."""

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import content
import measure
from helpers import network

ROOT = os.path.dirname(os.path.dirname(HERE))
LIBTORRENT = os.path.join(ROOT, 'tests', 'helpers', 'lt_peer.py')
PORT = 20000
LIMIT_S = 120
TICK = os.sysconf('SC_CLK_TCK')
READY = {'ours': 'Seeding', 'libtorrent': 'every piece is here'}


class Bench:
    """Where things are, and how each program is started."""

    def __init__(self, options):
        self.options = options
        self.size = options.size << 20
        self.file = content.big_file(os.path.join(options.data, 'transfer.bin'), self.size)
        for kind in options.formats.split(','):
            subprocess.run([options.shoal, 'create', '--quiet', '--force', '--format', kind, '--piece-size', '1MiB',
                            '-o', self.torrent(kind), self.file], check=True)

    def torrent(self, kind):
        """Of the content, in one format."""
        return os.path.join(self.options.data, f'transfer-{kind}.torrent')

    def command(self, engine, kind, number, folder):
        """A seed where the content is, otherwise a leech that is told of the seed."""
        torrent = self.torrent(kind)
        seeds = folder == self.options.data
        place, seed = (f'{network.address(1 + n)}:{PORT}' for n in (number, 0))
        host = network.address(1 + number)
        if engine == 'ours':
            verb = ['seed', torrent, folder] if seeds else ['download', torrent, '-d', folder, '--peer', seed]
            policy = 'require' if self.options.encrypted else 'off'
            return [self.options.shoal, *verb, '--no-trackers', '--bind', host, '--port', str(PORT), '--encryption', policy]
        if engine == 'libtorrent':
            verb = ('seed' if seeds else 'leech') + ('-encrypted' if self.options.encrypted else '')
            return [sys.executable, LIBTORRENT, verb, torrent, folder, place, *([] if seeds else [seed])]
        raise SystemExit(f'no engine is called {engine}')

    def start(self, engine, kind, number, folder):
        """The process and its log."""
        log = os.path.join(self.options.data, f'log-{number}')
        state = os.path.join(self.options.data, f'state-{number}')
        shutil.rmtree(state, ignore_errors=True)
        with open(log, 'wb') as out:
            process = subprocess.Popen(self.command(engine, kind, number, folder), stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=out, env={**os.environ, 'XDG_STATE_HOME': state})
        return process, log

    def once(self, kind, seed_engine, leech_engine):
        """One transfer: wall, and processors' seconds of the seed and of a leech, a GiB each."""
        folders = [os.path.join(self.options.data, f'leech-{n}') for n in range(self.options.leeches)]
        with contextlib.ExitStack() as stack:
            for folder in folders:
                os.makedirs(folder)
                stack.callback(shutil.rmtree, folder)
            seed, log = self.start(seed_engine, kind, 0, self.options.data)
            stack.callback(stop, seed)
            network.until(lambda: says(log, READY[seed_engine]), 60, f'the seed serves ({log})')
            before = cpu(seed.pid)
            begin = time.monotonic()
            leeches = [self.start(leech_engine, kind, 1 + n, folder)[0] for n, folder in enumerate(folders)]
            spent = [ends(process) for process in leeches]
            wall = time.monotonic() - begin
            served = cpu(seed.pid) - before
            for folder in folders:
                subprocess.run(['cmp', self.file, os.path.join(folder, os.path.basename(self.file))], check=True)
        gib = self.size / 2 ** 30
        return wall, served / gib / len(folders), statistics.mean(spent) / gib


def says(log, word):
    """Whether a program has said it."""
    with open(log, encoding='utf-8', errors='replace') as file:
        return word in file.read()


def cpu(pid):
    """Seconds of the processors that a running process has had."""
    with open(f'/proc/{pid}/stat', encoding='ascii') as file:
        fields = file.read().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def ends(process):
    """Waits for a leech, which must be complete; its processors' seconds."""
    limit = threading.Timer(LIMIT_S, process.kill)
    limit.start()
    _, status, usage = os.wait4(process.pid, 0)
    limit.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f'{process.args[0]} ended with {process.returncode}')
    return usage.ru_utime + usage.ru_stime


def stop(process):
    """Ends a seed."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def table(bench, results):
    """Lines of Markdown."""
    size = bench.options.size * bench.options.leeches
    wire = 'RC4' if bench.options.encrypted else 'TCP'
    lines = ['', f'### transfer: {bench.options.size} MiB to {bench.options.leeches}, {wire} on loopback', '',
             '| torrent, seed to leech | wall s (min / median / max) | MiB/s | seed CPU s a GiB | leech CPU s a GiB |',
             '| --- | --- | --- | --- | --- |']
    for (kind, *pair), runs in results.items():
        walls, served, spent = zip(*runs)
        middle = statistics.median(walls)
        lines.append(f'| {kind}, {" to ".join(pair)} | {min(walls):.2f} / {middle:.2f} / {max(walls):.2f} | {size / middle:.0f} '
                     f'| {statistics.median(served):.2f} | {statistics.median(spent):.2f} |')
    return lines


def main():
    """Rounds A B A B, the first one not counted."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--data', default='/dev/shm/shoal-perf')
    parser.add_argument('--shoal', default=os.path.join(ROOT, 'build', 'plain', 'cli', 'shoal'))
    parser.add_argument('--size', type=int, default=1024)
    parser.add_argument('--leeches', type=int, default=1)
    parser.add_argument('--formats', default='v1', help='of v1, v2 and hybrid; measured in turns')
    parser.add_argument('--pairs', default='ours:ours,libtorrent:libtorrent,ours:libtorrent,libtorrent:ours')
    parser.add_argument('--encrypted', action='store_true', help='RC4 on both sides, and nothing else')
    options = parser.parse_args()
    os.makedirs(options.data, exist_ok=True)
    network.enter(addresses=1 + options.leeches)
    bench = Bench(options)
    results = {(kind, *pair.split(':')): [] for pair in options.pairs.split(',') for kind in options.formats.split(',')}
    for turn in range(options.runs + 1):
        for pair, runs in results.items():
            run = bench.once(*pair)
            if turn > 0:
                runs.append(run)
    print(measure.machine())
    print('\n'.join(table(bench, results)))


main()
