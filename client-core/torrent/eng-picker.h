/* eng-picker.h: which blocks are wanted, where each one stands, and which to ask a peer for next.
 *
 * A piece is fresh until its first block is asked for, then partial, then hashing once every block
 * came, then done; one that fails its hash is fresh again. The order of choice: deadlines; then by
 * priority; inside a priority the partial pieces before the rarest fresh one, unless more peers
 * have them, equals at random. The first four pieces are chosen at random. A peer that fetches a
 * whole piece in 20 s has its pieces for itself, and goes on with the neighbour up to the end of an
 * extent of 8 MiB; a peer on parole has its pieces for itself, whatever its rate, until others have
 * nothing else to ask for. A piece that is held is for nobody but those that are to try it. In the
 * end game, when no wanted block is free, a peer that has nothing outstanding gets one block that
 * was asked of somebody else.
 *
 * eng-requests.h says how many blocks to ask for. One owner; no locks; no call allocates per block.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/torrent/eng-rarity.h"
#include "protocol/core/bt-bitfield.h"
#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-layout.h"

/* A peer as the picker knows it: 1 to ENG_PEER_MAX; 0 is nobody. A handle is not given to another
 * peer while an unfinished piece holds a block of its. */
typedef uint32_t EngPeer;
#define ENG_PEER_MAX ((UINT32_C (1) << 30) - 1)

#define ENG_PICKER_EXTENT (8 * BT_MIB)
#define ENG_PICKER_WHOLE_S 20
#define ENG_PICKER_RANDOM_PIECES 4
#define ENG_PICKER_OPEN_MAX 32 /* with more partial pieces that want blocks, they come first */

typedef enum
{
  ENG_BLOCK_FREE,
  ENG_BLOCK_REQUESTED,
  ENG_BLOCK_RECEIVED,
  ENG_BLOCK_WRITTEN
} EngBlockState;

typedef enum
{
  ENG_PIECE_FRESH,
  ENG_PIECE_PARTIAL,
  ENG_PIECE_HASHING, /* every block is here; until passed or failed */
  ENG_PIECE_DONE
} EngPieceState;

/* Block @block of a piece starts BT_BLOCK_LEN * block bytes into it. */
typedef struct
{
  uint32_t piece;
  uint32_t block;
} EngBlock;

/* What the picker must know of the peer that is to be asked. */
typedef struct
{
  EngPeer peer;
  const BtBitfield *have; /* what it may be asked for now; borrowed for the call */
  uint64_t rate_Bps;      /* of its blocks to us */
  uint32_t outstanding;   /* blocks asked of it that have not come */
  uint32_t last_piece;    /* of the block it was asked for last; n_pieces for none */
  bool parole;            /* it had a part in a piece that failed */
  bool tries;             /* it may be asked for @trial, a piece that is held, before all else */
  uint32_t trial;
} EngAsk;

/* Of the pieces that are wanted and not done. */
typedef struct
{
  uint64_t free;      /* blocks that nobody was asked for */
  uint64_t missing;   /* blocks that have not come: the free ones and the requested ones */
  uint64_t requested; /* blocks asked of somebody, of unwanted pieces, too */
  uint32_t pieces;    /* wanted, not done */
  uint32_t partial;   /* pieces that have been started and are not done, unwanted ones, too */
} EngPickerCounts;

typedef enum
{
  ENG_RECEIVED_STALE, /* it was here already; drop it */
  ENG_RECEIVED_BLOCK,
  ENG_RECEIVED_PIECE /* ... and it was the last one of its piece, which is hashing now */
} EngReceived;

typedef struct EngPicker EngPicker;

/* Every piece is fresh and of normal priority. @layout outlives the picker. With @short_pieces a
 * piece ends with its file, as in v2. */
EngPicker *eng_picker_new (const BtLayout *layout, bool short_pieces, uint64_t seed);
void eng_picker_free (EngPicker *self);

/* What peers have, for the rarest first: see eng-rarity.h. */
void eng_picker_add_peer (EngPicker *self, const BtBitfield *have);
void eng_picker_remove_peer (EngPicker *self, const BtBitfield *have);
void eng_picker_peer_has (EngPicker *self, uint32_t piece);
void eng_picker_peer_lost (EngPicker *self, uint32_t piece);
uint32_t eng_picker_availability (const EngPicker *self, uint32_t piece);

/* Wishes. Priorities are 0, not wanted, to 7; a piece has the highest of its files. O(availability)
 * for a piece; O(files + pieces) for all files. Pieces with a deadline come first, in its order;
 * UINT64_MAX takes it away. O(deadlines). */
void eng_picker_set_priority (EngPicker *self, uint32_t piece, unsigned priority);
void eng_picker_set_file_priorities (EngPicker *self, const uint8_t *priorities);
void eng_picker_set_sequential (EngPicker *self, bool sequential);
void eng_picker_set_deadline (EngPicker *self, uint32_t piece, uint64_t deadline_us);

/* Keeps a piece back for those that try it, or no longer. */
void eng_picker_hold (EngPicker *self, uint32_t piece, bool hold);

/* Chooses up to @max blocks for a peer and marks them as requested of it; returns how many. */
size_t eng_picker_pick (EngPicker *self, const EngAsk *ask, EngBlock *out, size_t max);

/* A block has come from @peer, asked for or not. The picker's mark of who was asked is gone; those
 * who were asked beside @peer are in eng_picker_others (): cancel them. */
EngReceived eng_picker_receive (EngPicker *self, EngBlock block, EngPeer peer);
const EngPeer *eng_picker_others (const EngPicker *self, size_t *n);

/* @peer will not send the block: rejected, timed out, cancelled. Nothing happens when it was not
 * asked or the block is here. */
void eng_picker_abort (EngPicker *self, EngBlock block, EngPeer peer);

/* The same for all that was asked of @peer, which is gone or snubs us; and no piece is its own any
 * longer. O(blocks of the partial pieces). */
void eng_picker_release_peer (EngPicker *self, EngPeer peer);

/* The disk has written a block that had been received, or could not: then the block is free again
 * and its piece partial. */
void eng_picker_wrote (EngPicker *self, EngBlock block);
void eng_picker_write_failed (EngPicker *self, EngBlock block);

/* Who sent each block of a partial or hashing piece, 0 where nobody did; @out has room for
 * eng_picker_n_blocks (). */
void eng_picker_senders (const EngPicker *self, uint32_t piece, EngPeer *out);

/* A piece is here whole and good, whatever its state was; a hashing piece was not good, and starts
 * anew; a piece that was done is so no longer. */
void eng_picker_passed (EngPicker *self, uint32_t piece);
void eng_picker_failed (EngPicker *self, uint32_t piece);
void eng_picker_lost (EngPicker *self, uint32_t piece);

/* A block of a hashing piece was not good, and is free again: its piece is partial, or fresh. */
void eng_picker_spoilt (EngPicker *self, EngBlock block);

/* A piece that is under way starts anew: what has come of it is not wanted any more, what was asked
 * for is. */
void eng_picker_restart (EngPicker *self, uint32_t piece);
/* A piece under way, not yet hashing, of which a block came from @peer; n_pieces for none. O(blocks
 * of the partial pieces). */
uint32_t eng_picker_find_part (const EngPicker *self, EngPeer peer);
/* Pieces that the peer has for itself for its parole are anyone's again. O(partial pieces). */
void eng_picker_end_parole (EngPicker *self, EngPeer peer);

/* Questions. Interest is whether the peer has a wanted piece that is not done: O(pieces / 64). */
bool eng_picker_is_interesting (const EngPicker *self, const BtBitfield *have);
unsigned eng_picker_priority (const EngPicker *self, uint32_t piece);
bool eng_picker_is_wanted (const EngPicker *self, uint32_t piece); /* wanted and not done */
bool eng_picker_is_complete (const EngPicker *self);               /* nothing wanted is missing */
bool
eng_picker_is_end_game (const EngPicker *self); /* nothing wanted is free, but not all is here */
EngPieceState eng_picker_piece_state (const EngPicker *self, uint32_t piece);
EngBlockState eng_picker_block_state (const EngPicker *self, EngBlock block);
uint32_t eng_picker_n_blocks (const EngPicker *self, uint32_t piece);
EngPickerCounts eng_picker_counts (const EngPicker *self);
const BtBitfield *eng_picker_done (const EngPicker *self); /* lent */
