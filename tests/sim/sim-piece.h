/* sim-piece.h: a piece of which blocks have come to a disk that is made up: those that were not
 * true are known, by their digests. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-bitfield.h"
#include "protocol/torrent/bt-metainfo.h"

typedef struct
{
  uint32_t piece;
  BtBitfield received;
  uint64_t buffered;  /* bytes that no job has taken yet */
  GHashTable *spoilt; /* blocks that were not true, to their digests; NULL for none */
  bool kept;          /* in doubt */
} SimPiece;

/* Blocks of 16 KiB, the last one short. */
uint64_t sim_blocks_of (uint64_t bytes);

SimPiece *sim_piece_new (uint32_t index, uint64_t len);
void sim_piece_free (SimPiece *piece);

void sim_piece_note_spoilt (SimPiece *piece, uint32_t begin, const uint8_t *block, uint32_t len);
/* The digests and the leaves of all of its blocks as they came: those that were true can be made
 * again. */
void sim_piece_digest (const SimPiece *piece, const BtLayout *layout, uint64_t key, uint8_t *sha1,
                       uint8_t *leaves);
/* The blocks that are not @good are to come again. */
void sim_piece_mend (SimPiece *piece, const BtBitfield *good);
