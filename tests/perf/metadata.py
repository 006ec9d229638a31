#!/usr/bin/python3
"""metadata.py: how long a magnet link takes with a peer that is given, ours beside libtorrent, in one run.

    tests/perf/metadata.py [--runs N] [--data FOLDER] [--shoal PROGRAM] [--pieces N]

The metadata is 20 bytes for each piece. Of ours it is a whole process, `shoal resolve`, from its start to its end with
the .torrent written; of libtorrent from the moment that a running session is given the link and the peer. The seed
is ours both times. All of it happens in a network namespace of the program's own."""

import argparse
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import libtorrent

import measure
from helpers import network
from helpers.lt_peer import PLAIN, SETTINGS

ROOT = os.path.dirname(os.path.dirname(HERE))
PORT = 20000
LIMIT_S = 20


def resolve(options, link, peer):
    """Seconds of a whole `shoal resolve`."""
    out = os.path.join(options.data, 'resolved.torrent')
    begin = time.monotonic()
    subprocess.run([options.shoal, 'resolve', '-q', '-f', '-o', out, '--no-trackers', '--bind', '127.0.0.1', '--peer', peer,
                    link], check=True, timeout=LIMIT_S)
    return time.monotonic() - begin


def ask_libtorrent(options, link, peer):
    """Seconds until libtorrent has it."""
    session = libtorrent.session({**SETTINGS, **PLAIN, 'listen_interfaces': '127.0.0.1:0'})
    added = libtorrent.parse_magnet_uri(link)
    added.save_path = options.data
    begin = time.monotonic()
    handle = session.add_torrent(added)
    host, _, port = peer.rpartition(':')
    handle.connect_peer((host, int(port)))
    while not handle.status().has_metadata:
        if time.monotonic() - begin > LIMIT_S:
            raise SystemExit('libtorrent has not got it')
        time.sleep(0.001)
    return time.monotonic() - begin


def main():
    """Both in turns, the first round not counted."""
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--runs', type=int, default=9)
    parser.add_argument('--data', default='/dev/shm/shoal-perf')
    parser.add_argument('--shoal', default=os.path.join(ROOT, 'build', 'plain', 'cli', 'shoal'))
    parser.add_argument('--pieces', type=int, default=16384)
    options = parser.parse_args()
    os.makedirs(options.data, exist_ok=True)
    network.enter(addresses=1)
    content, torrent = (os.path.join(options.data, name) for name in ('metadata.bin', 'metadata.torrent'))
    with open(content, 'wb') as file:
        file.truncate(options.pieces << 14)
    subprocess.run([options.shoal, 'create', '-q', '--force', '-f', 'v1', '-s', '16KiB', '-o', torrent, content], check=True)
    link = subprocess.run([options.shoal, 'magnet', torrent], check=True, capture_output=True, text=True).stdout.strip()
    peer = f'127.0.0.1:{PORT}'
    seed = subprocess.Popen([options.shoal, 'seed', torrent, options.data, '--no-trackers', '--bind', '127.0.0.1', '--port',
                             str(PORT), '--many-per-address'], stderr=subprocess.PIPE, text=True)
    try:
        network.until(lambda: 'Seeding' in seed.stderr.readline(), 60, 'the seed serves')
        rows = {'shoal resolve, the whole process': [], 'libtorrent 2.0, a running session': []}
        for turn in range(options.runs + 1):
            for (_, runs), how in zip(rows.items(), (resolve, ask_libtorrent)):
                spent = how(options, link, peer)
                runs += [spent] if turn > 0 else []
    finally:
        seed.kill()
        seed.wait()
        os.unlink(content)
    print(measure.machine())
    print(f'\n### metadata of {os.path.getsize(torrent)} bytes from a given peer\n\n| what | ms (min / median / max) |\n| --- | --- |')
    for name, runs in rows.items():
        print(f'| {name} | {min(runs) * 1000:.0f} / {statistics.median(runs) * 1000:.0f} / {max(runs) * 1000:.0f} |')


main()
