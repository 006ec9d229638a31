/* btf-hasher.h: hashing the pieces of a torrent from its files, on all processors, in one read.
 *
 *     cursor (one lock) -> a group of pieces -> worker: read the group into its own buffer
 *        -> SHA-1 of whole pieces and SHA-256 of 16 KiB blocks, several streams at once
 *        -> merkle root of each piece -> the piece function
 *
 * Groups are as small as a processor's cache. A piece that does not fit is read in slices, as many
 * pieces side by side as the digest has lanes. Memory: 48 MiB for all workers at most, and the
 * leaves of the pieces under way, whatever the input. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/core/bt-digest.h"
#include "protocol/files/btf-control.h"
#include "protocol/files/btf-error.h"
#include "protocol/torrent/bt-layout.h"
#include "protocol/torrent/bt-metainfo.h"

/* For BtfHasher.fail: a file was found wrong when no piece was under way. */
#define BTF_NO_PIECE UINT32_MAX

/* The functions are called from the workers, several at once; each piece in one call, in any
 * order. */
typedef struct
{
  const BtLayout *layout;
  BtFormat format;
  const BtDigestOps *ops;
  unsigned n_threads;
  bool rotational; /* read one piece after the other */
  void *data;

  /* Opens a file of the layout: a descriptor, or -1 and errno. */
  int (*open) (void *data, size_t file);
  /* Looks at a file before it is closed, and when a read of it failed: BT_OK or what is wrong
   * with it, with errno for BT_ERROR_READ. The descriptor stays the hasher's. NULL for nothing to
   * look at. */
  BtErrorCode (*check) (void *data, size_t file, int fd);
  /* Whether a piece need not be read. NULL for none. */
  bool (*skip) (void *data, uint32_t piece);
  /* The hashes of a piece: 20 bytes in v1 and hybrids, the 32 bytes that stand for it in the v2
   * tree in v2 and hybrids; otherwise NULL. */
  void (*piece) (void *data, uint32_t piece, const uint8_t *sha1, const uint8_t *root);
  /* A piece could not be read because of @file. False stops the work. */
  bool (*fail) (void *data, uint32_t piece, size_t file, BtErrorCode code, int sys_errno);
} BtfHasher;

/* Hashes every piece. False when it was stopped: by the control, by fail(), or because no thread
 * was to be had (then errno is set and *cancelled is false). */
bool btf_hasher_run (const BtfHasher *hasher, const BtfControl *control, bool *cancelled);
