/* eng-piece-work-private.h: the inside of a piece, for the two files that work on it. */
#pragma once

#include "eng-piece-private.h"

struct EngPiece
{
  EngTask task; /* first: run() and done() cast back */
  EngStorage *storage;
  uint32_t index;
  uint32_t needed;   /* bytes */
  uint32_t n_blocks; /* of them */

  /* Both sides. */
  _Atomic (uint8_t *) *slots; /* blocks in memory */
  atomic_uint ready;          /* blocks from the start on that have been handed in */
  atomic_uint press;          /* EngPress */
  atomic_bool forgotten;

  /* The engine's thread. */
  BtBitfield received;
  EngPiece *next_life; /* what came after it was forgotten */
  bool waits;          /* it is a next life: not to be run yet */
  bool kept;           /* in doubt: not to be run before it is mended or forgotten */

  /* The thread that has it. */
  uint32_t hashed;  /* blocks */
  uint8_t *on_disk; /* one a block */
  bool has_v1;
  BtDigest sha1;
  const uint8_t *want_v2; /* the metainfo's; NULL for none */
  uint8_t *leaves;        /* 32 bytes a block */
  bool doubted;           /* BAD, and written as it came */
  EngCheck check;
  bool differs;    /* a hybrid's two hashes do not agree about it */
  uint8_t *spoilt; /* SHA-1 of each block of a BAD piece */
};

/* What the disk threads do: EngTask.run. */
void eng_piece_run (EngTask *const *tasks, size_t n);

void eng_piece_drop_blocks (EngPiece *piece);
