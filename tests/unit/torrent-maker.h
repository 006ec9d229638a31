/* torrent-maker.h: torrents for tests: from a short notation, and by our own builder; and a line of
 * text that says what was parsed. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/torrent/bt-metainfo.h"

/* Bencode from a notation that needs no counting:
 *
 *   {'key' 5 'list' ['a' -1]}   dictionaries as they are written, lists, strings, numbers
 *   '\xff\'' 'a'*300            escapes of a byte and of any character, a string repeated
 *   @40                         40 bytes of filling, as for hashes
 *   R3 L3                       a v2 root and the piece layer of 3 hashes under it (16 KiB pieces)
 *   =i007e;                     bytes as they stand, up to the semicolon
 */
GBytes *maker_bencode (const char *notation);

typedef struct
{
  const char *path; /* NULL: the torrent is this one file */
  uint64_t length;
} MakerFile;

/* A torrent named @name with hashes that fit each other, but no content. */
GBytes *maker_torrent (BtFormat format, const char *name, uint64_t piece_length,
                       const MakerFile *files, size_t n_files);

/* "v1 name/: a(5) b(0)x -> target | unsorted": the format, the name (with '/' for a folder), each
 * file with its length and attributes, oddities. */
char *maker_describe (const BtMetainfo *metainfo);

/* A copy of the bytes in an allocation of their exact size. */
GBytes *maker_exact (const void *data, size_t len);

/* The info dictionary of a v2 torrent of @n files of @length bytes each, whose roots are all others
 * and begin alike. (transfer full) */
GBytes *maker_alike (unsigned n, uint64_t length);

/* The same torrent as somebody made it who left the piece layers out (BEP 52). (transfer full) */
BtMetainfo *maker_without_layers (const BtMetainfo *whole);
