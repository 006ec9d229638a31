"""content.py: the files that the benchmarks work on, the same bytes on every machine."""

import hashlib
import os
import random

MIB = 2 ** 20


def big_file(path, size):
    """A file of bytes that no two MiB of share."""
    if os.path.exists(path) and os.path.getsize(path) == size:
        return path
    chunk = bytearray(random.Random(1).randbytes(MIB))
    with open(path, 'wb') as out:
        for index in range(size // MIB):
            chunk[:8] = index.to_bytes(8, 'big')
            out.write(chunk)
    return path


def sparse_file(path, size):
    with open(path, 'wb') as out:
        out.truncate(size)
    return path


def small_files(folder, count, low, high, per_folder=200):
    """@count files of @low to @high bytes; returns how many bytes they have."""
    chance = random.Random(7)
    data = chance.randbytes(high + 4096)
    total = 0
    fresh = not os.path.exists(folder)
    for index in range(count):
        below = '%s/d%04d' % (folder, index // per_folder)
        if fresh and index % per_folder == 0:
            os.makedirs(below)
        size = chance.randrange(low, high + 1)
        total += size
        if fresh:
            with open('%s/f%06d.dat' % (below, index), 'wb') as out:
                out.write(index.to_bytes(8, 'big')[:size])
                out.write(data[index % 4096:][:max(0, size - 8)])
    return total


def encode(value):
    """Bencode."""
    if isinstance(value, int):
        return b'i%de' % value
    if isinstance(value, bytes):
        return b'%d:%s' % (len(value), value)
    if isinstance(value, list):
        return b'l' + b''.join(encode(item) for item in value) + b'e'
    return b'd' + b''.join(encode(key) + encode(value[key]) for key in sorted(value)) + b'e'


def many_pieces(path, count):
    """A v1 torrent of one file with @count pieces."""
    pieces = b''.join(hashlib.sha1(b'%d' % index).digest() for index in range(count))
    info = {b'length': 65536 * count, b'name': b'one.bin', b'piece length': 65536, b'pieces': pieces}
    write(path, info)


def many_files(path, count):
    """A v1 torrent of @count files."""
    files = [{b'length': 1000 + index % 50000,
              b'path': [b'dir%04d' % (index // 100), b'some-file-name-%06d.dat' % index]}
             for index in range(count)]
    total = sum(file[b'length'] for file in files)
    pieces = (total + MIB - 1) // MIB
    write(path, {b'files': files, b'name': b'top', b'piece length': MIB,
                 b'pieces': hashlib.sha1(b'').digest() * pieces})


def write(path, info):
    with open(path, 'wb') as out:
        out.write(encode({b'announce': b'http://tracker.example/announce', b'info': info}))
