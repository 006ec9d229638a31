#!/usr/bin/python3
"""compare.py: Shoal beside other programs, in one run.

    tests/perf/compare.py [--runs N] [--data FOLDER] [--shoal PROGRAM] [--only WORD,...] [--out FILE]

WORDs are create, small, verify, show and scale. FOLDER should be on a tmpfs with 12 GiB to spare;
its content is made once and kept. The tables go to FILE, or to standard output."""

import argparse
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import content
import measure
import peers

GIB = 2 ** 30
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Bench:
    def __init__(self, options):
        self.shoal, self.data, self.runs = options.shoal, options.data, options.runs
        self.out = os.path.join(self.data, 'out.torrent')
        os.makedirs(self.data, exist_ok=True)

    def path(self, name):
        return os.path.join(self.data, name)

    def forget(self):
        if os.path.exists(self.out):
            os.unlink(self.out)

    def rounds(self, commands):
        return measure.rounds(commands, self.runs, self.forget)

    def ours(self, source, piece, mode):
        return [self.shoal, 'create', '-q', '-f', mode, '-s', str(piece), '--allow', 'large-torrent', '-o',
                self.out, source]


def create_table(bench, title, source, size, piece):
    commands = {'shoal, ' + mode: bench.ours(source, piece, mode) for mode in ('v1', 'v2', 'hybrid')}
    commands.update(peers.create(source, bench.out, piece))
    results = bench.rounds(commands)
    lines = measure.table(title, results, size)
    best = [name for name in results if not name.startswith('shoal')]
    for mode in ('v1', 'v2', 'hybrid'):
        rivals = [name for name in best if name.endswith(mode)]
        if rivals:
            rival = min(rivals, key=lambda name: measure.median(results[name], 'wall'))
            lines += ['', 'shoal, %s: %.2f times %s' % (
                mode, measure.ratio(results['shoal, ' + mode], results[rival]), rival)]
    return lines


def create_big(bench):
    source = content.big_file(bench.path('big.bin'), 4 * GIB)
    return create_table(bench, 'create: one file of 4 GiB, pieces of 2 MiB', source, 4 * GIB, 2 ** 21)


def create_small(bench):
    size = content.small_files(bench.path('small'), 20000, 25 * 1024, 75 * 1024)
    return create_table(bench, 'create: 20,000 files, %d MiB, pieces of 256 KiB' % (size // 2 ** 20),
                        bench.path('small'), size, 2 ** 18)


def verify(bench):
    lines = []
    cases = (('one file of 4 GiB', content.big_file(bench.path('big.bin'), 4 * GIB), 4 * GIB, 2 ** 21),
             ('20,000 files', bench.path('small'),
              content.small_files(bench.path('small'), 20000, 25 * 1024, 75 * 1024), 2 ** 18))
    for title, source, size, piece in cases:
        torrent = bench.path(os.path.basename(source) + '.torrent')
        if not os.path.exists(torrent):
            subprocess.run([bench.shoal, 'create', '-q', '-f', 'v1', '-s', str(piece), '-o', torrent,
                            source], check=True)
        commands = {'shoal': [bench.shoal, 'verify', '-q', torrent, bench.data]}
        commands.update(peers.verify(torrent, bench.data))
        results = bench.rounds(commands)
        lines += measure.table('verify: ' + title, results, size)
        rivals = [name for name in results if name != 'shoal']
        if rivals:
            rival = min(rivals, key=lambda name: measure.median(results[name], 'wall'))
            lines += ['', 'shoal: %.2f times %s' % (measure.ratio(results['shoal'], results[rival]),
                                                    rival)]
    return lines


def show(bench):
    lines = []
    cases = (('1,000,000 pieces', 'pieces.torrent', content.many_pieces, 1000000),
             ('200,000 files', 'files.torrent', content.many_files, 200000))
    for title, name, make, count in cases:
        torrent = bench.path(name)
        if not os.path.exists(torrent):
            make(torrent, count)
        commands = {'shoal show': [bench.shoal, 'show', torrent],
                    'shoal show --files': [bench.shoal, 'show', '--files', torrent]}
        commands.update(peers.show(torrent))
        size = os.path.getsize(torrent)
        results = measure.rounds(commands, max(bench.runs, 9))
        lines += measure.table('show: %s, %.1f MB' % (title, size / 1e6), results)
    return lines


def scale_line(what, unit, small, large, factor):
    """How the cost of one unit grows when there are @factor times as many."""
    wall = measure.median(large, 'wall') / measure.median(small, 'wall') / factor
    cpu = measure.median(large, 'cpu') / measure.median(small, 'cpu') / factor
    return '%s: cost per %s grows by %.2f (wall), %.2f (CPU)' % (what, unit, wall, cpu)


def scale(bench):
    lines = []
    sparse = {}
    for size in (4, 40):
        source = content.sparse_file(bench.path('sparse-%d.bin' % size), size * GIB)
        sparse['%d GiB, sparse' % size] = bench.ours(source, 2 ** 23, 'v1')
    results = bench.rounds(sparse)
    lines += measure.table('create, ten times the bytes (v1, pieces of 8 MiB)', results)
    lines += ['', scale_line('bytes', 'GiB', *results.values(), 10)]
    many = {}
    for count in (100000, 1000000):
        folder = bench.path('many-%d' % count)
        content.small_files(folder, count, 100, 200, 1000)
        for mode in ('v1', 'hybrid'):
            many['%d files, %s' % (count, mode)] = bench.ours(folder, 2 ** 16, mode)
    results = bench.rounds(many)
    lines += measure.table('create, ten times the files (pieces of 64 KiB)', results)
    runs = list(results.values())
    lines += ['', scale_line('files, v1', 'file', runs[0], runs[2], 10),
              '', scale_line('files, hybrid', 'file', runs[1], runs[3], 10)]
    return lines


def limits(bench):
    """What one core can read and hash here; the bound that the goals are measured against."""
    source = content.big_file(bench.path('big.bin'), 4 * GIB)
    read = measure.median(measure.rounds({'cat': ['cat', source]}, bench.runs)['cat'], 'wall')
    program = os.path.join(os.path.dirname(os.path.dirname(bench.shoal)), 'tests/perf/bench-digest')
    lines = ['', '### Limits of one core', '', 'Reading 4 GiB from memory: %.2f GiB/s.' % (4 / read)]
    if os.path.exists(program):
        text = subprocess.run([program], capture_output=True, text=True, check=True).stdout
        lines += ['', '```', *text.rstrip().splitlines(), '```']
    return lines


PARTS = {'limits': limits, 'create': create_big, 'small': create_small, 'verify': verify, 'show': show,
         'scale': scale}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--data', default='/dev/shm/shoal-perf')
    parser.add_argument('--shoal', default=os.path.join(ROOT, 'build/plain/cli/shoal'))
    parser.add_argument('--only', default=','.join(PARTS))
    parser.add_argument('--out')
    options = parser.parse_args()
    bench = Bench(options)
    lines = ['# Figures', '', 'Made by `tests/perf/compare.py` on ' + measure.machine() + '.']
    for part in re.split('[, ]+', options.only):
        print('measuring', part, file=sys.stderr, flush=True)
        lines += PARTS[part](bench)
    bench.forget()
    text = '\n'.join(lines) + '\n'
    if options.out:
        with open(options.out, 'w', encoding='utf-8') as out:
            out.write(text)
    else:
        print(text, end='')


if __name__ == '__main__':
    main()
