/* btf-reader-private.h: a worker's view of the torrent's files as one space of bytes.
 *
 * It keeps a few files open, since neighbouring pieces share them. One thread. */
#pragma once

#include "protocol/files/btf-hasher.h"

#define BTF_READER_FILES 8

typedef struct
{
  size_t file;
  int fd; /* -1 when the place is free */
} BtfOpenFile;

typedef struct
{
  const BtfHasher *hasher;
  BtfOpenFile files[BTF_READER_FILES];
  unsigned next; /* the place that is given up next */
  int sys_errno; /* of the last failure */
} BtfReader;

void btf_reader_init (BtfReader *reader, const BtfHasher *hasher);

/* Fills @out with the bytes at [@offset, @offset + @len); pads and gaps are zeros. Otherwise what
 * is wrong, and with which file. */
BtErrorCode btf_reader_read (BtfReader *reader, uint64_t offset, uint8_t *out, size_t len,
                             size_t *file);

/* Closes one file that is wrong, after all that are right: call until BT_OK. */
BtErrorCode btf_reader_close (BtfReader *reader, size_t *file);
