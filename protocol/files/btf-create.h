/* btf-create.h: from files on disk to the bytes of a .torrent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-digest.h"
#include "protocol/files/btf-control.h"
#include "protocol/files/btf-error.h"
#include "protocol/files/btf-reuse.h"
#include "protocol/files/btf-tree.h"
#include "protocol/torrent/bt-builder.h"

/* Everything is lent for the length of the call. */
typedef struct
{
  const BtfTree *tree;
  const BtDigestOps *ops;
  /* What stands around the files: format, private, source, trackers and so on. Name, files and
   * hashes are filled in here; a piece length of 0 is chosen by btf_create_piece_length(). */
  const BtBuilder *words;
  BtfReuse *reuse;    /* for the tree and the format; NULL for none */
  unsigned n_threads; /* 0: as many as the device likes */
} BtfCreate;

/* A power of two between 16 KiB and 16 MiB that gives about 1,000 to 2,000 pieces. */
uint64_t btf_create_piece_length (uint64_t total);

/* Reads and hashes the files once, with bounded buffers, and writes the torrent. NULL and @error
 * when a file cannot be read, or is not what the walk met. (transfer full) */
GBytes *btf_create (const BtfCreate *create, const BtfControl *control, BtfError *error);
