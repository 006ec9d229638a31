/* btf-reuse.h: taking the hashes of files that another torrent holds, instead of reading them all.
 *
 * v1 hashes are taken when the other torrent lays the same files out in the same way, with the same
 * piece length; v2 hashes, and both of a hybrid, file by file, wherever a file of that name and
 * length is found in a torrent of that piece length. Names and lengths prove nothing: a sample of
 * pieces is read and compared first, and a file that differs in one of them is hashed as usual. One
 * thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-digest.h"
#include "protocol/files/btf-control.h"
#include "protocol/files/btf-error.h"
#include "protocol/files/btf-tree.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct BtfReuse BtfReuse;

/* What came of it. */
typedef struct
{
  unsigned torrents;      /* that hold one of the files at least */
  size_t files;           /* whose hashes were taken */
  size_t different_files; /* that looked alike, but whose sample differs */
  uint64_t bytes;         /* that need no reading */
} BtfReuseSum;

/* Looks for what a torrent of @tree in @format can take; both are lent until it is freed. */
BtfReuse *btf_reuse_new (const BtfTree *tree, BtFormat format, const BtDigestOps *ops);

/* Accepts NULL. */
void btf_reuse_free (BtfReuse *reuse);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtfReuse, btf_reuse_free)

/* Adds a .torrent, or all below a folder; there, what cannot be read or is no torrent is passed
 * over. Torrents without any of the files are forgotten at once. */
bool btf_reuse_add (BtfReuse *reuse, const char *path, const BtfControl *control, BtfError *error);

/* The piece length of the first torrent that holds every file; 0 when none does. */
uint64_t btf_reuse_piece_length (const BtfReuse *reuse);

BtfReuseSum btf_reuse_sum (const BtfReuse *reuse);

/* The torrent to be made; the arrays have an element for each piece of @layout, whose files are the
 * tree's entries. */
typedef struct
{
  const BtLayout *layout;
  unsigned n_threads;
  bool rotational;
  uint8_t *pieces_v1; /* 20 bytes each; NULL for v2 only */
  uint8_t *pieces_v2; /* 32 bytes each; NULL for v1 only */
  uint8_t *known;     /* set to 1 where the hashes were filled in */
} BtfReuseTarget;

/* Samples, and fills in what holds. False when it was cancelled. */
bool btf_reuse_take (BtfReuse *reuse, const BtfReuseTarget *target, const BtfControl *control);
