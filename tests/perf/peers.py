"""peers.py: how other programs do the same work, for those that are installed."""

import shutil
import sys

LT_CREATE = '''
import sys, os, libtorrent as lt
mode, source, out, piece = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3], int(sys.argv[4])
files = lt.file_storage()
lt.add_files(files, source)
flags = {"v1": lt.create_torrent.v1_only, "v2": lt.create_torrent.v2_only, "hybrid": 0}[mode]
torrent = lt.create_torrent(files, piece, int(flags))
lt.set_piece_hashes(torrent, os.path.dirname(source))
open(out, "wb").write(lt.bencode(torrent.generate()))
'''

LT_VERIFY = '''
import sys, time, libtorrent as lt
session = lt.session({"enable_dht": False, "enable_lsd": False, "enable_upnp": False,
                      "enable_natpmp": False, "listen_interfaces": "127.0.0.1:0",
                      "hashing_threads": int(sys.argv[3]), "alert_mask": 0})
handle = session.add_torrent({"ti": lt.torrent_info(sys.argv[1]), "save_path": sys.argv[2]})
while True:
    status = handle.status()
    if status.state not in (lt.torrent_status.checking_files, lt.torrent_status.checking_resume_data):
        break
    time.sleep(0.005)
import os
os._exit(0 if status.is_seeding else 9)
'''

LT_SHOW = '''
import sys, libtorrent as lt
limits = {"max_pieces": 2000000, "max_decode_tokens": 10000000, "max_buffer_size": 100000000}
info = lt.torrent_info(sys.argv[1], limits)
print(info.num_files(), info.num_pieces())
'''

PYTHON = '/usr/bin/python3'


def has_libtorrent():
    import importlib.util
    return importlib.util.find_spec('libtorrent') is not None


def create(source, out, piece):
    """{name: command} of programs that make torrents; the format is the name's last word."""
    power = str(piece.bit_length() - 1)
    commands = {}
    if shutil.which('mktorrent'):
        commands['mktorrent -t 2, v1'] = ['mktorrent', '-t', '2', '-l', power, '-o', out, source]
    if shutil.which('transmission-create'):
        commands['transmission-create, v1'] = ['transmission-create', '-s', str(piece // 1024), '-o',
                                               out, source]
    if has_libtorrent():
        for mode in ('v1', 'v2', 'hybrid'):
            commands['libtorrent, ' + mode] = [PYTHON, '-c', LT_CREATE, mode, source, out, str(piece)]
    else:
        print('libtorrent: not installed', file=sys.stderr)
    return commands


def verify(torrent, folder):
    commands = {}
    if has_libtorrent():
        for threads in (1, 2):
            commands['libtorrent, %d hashing threads' % threads] = [
                PYTHON, '-c', LT_VERIFY, torrent, folder, str(threads)]
    if shutil.which('aria2c'):
        commands['aria2'] = ['aria2c', '--no-conf', '-q', '--enable-dht=false',
                             '--bt-enable-lpd=false', '--check-integrity=true',
                             '--hash-check-only=true', '--seed-time=0', '--file-allocation=none',
                             '--auto-save-interval=0', '-d', folder, torrent]
    return commands


def show(torrent):
    commands = {}
    if shutil.which('transmission-show'):
        commands['transmission-show'] = ['transmission-show', torrent]
    if shutil.which('aria2c'):
        commands['aria2c -S'] = ['aria2c', '-S', torrent]
    if has_libtorrent():
        commands['libtorrent (with its interpreter)'] = [PYTHON, '-c', LT_SHOW, torrent]
        commands['(the interpreter alone)'] = [PYTHON, '-c', 'import libtorrent']
    return commands
