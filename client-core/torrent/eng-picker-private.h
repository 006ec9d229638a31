/* eng-picker-private.h: what the states of the picker and its choice share. */
#pragma once

#include "client-core/torrent/eng-picker.h"

/* A piece that has been started. A block is its state in the lowest two bits, and above them the
 * peer that was asked for it or sent it. */
typedef struct
{
  uint32_t piece;
  uint32_t n_blocks;
  uint32_t n_free;
  uint32_t n_requested;
  uint32_t first_free; /* no block below it is free */
  EngPeer owner;       /* the only peer that is asked for its blocks; 0 for any */
  bool parole;         /* ... even if there is nothing else to ask for */
  uint32_t blocks[];
} EngPartial;

/* A block asked of a second peer, in the end game. */
typedef struct
{
  EngBlock block;
  EngPeer peer;
} EngBusy;

typedef struct
{
  uint32_t piece;
  uint64_t deadline_us;
} EngDeadline;

/* An array of what is started: those with free blocks come first. */
typedef struct
{
  EngPartial **items; /* owned, and so is what it holds */
  uint32_t n;
  uint32_t n_open;
  uint32_t capacity;
  uint32_t n_open_at[ENG_PRIORITIES];
  EngPartial **spare; /* owned; for pieces to come */
  uint32_t n_spare;
} EngPartials;

struct EngPicker
{
  const BtLayout *layout;
  bool short_pieces;
  bool sequential;
  uint32_t n_pieces;
  uint32_t max_blocks;
  EngRarity rarity;  /* its pools hold those of `fresh` */
  uint8_t *priority; /* of each piece */
  uint8_t *state;    /* of each piece: EngPieceState */
  uint32_t *slot;    /* of a started piece: its place in partials */
  BtBitfield fresh;  /* wanted, and not held */
  BtBitfield wanted; /* and not done */
  BtBitfield held;
  BtBitfield done;
  EngPartials partials;
  uint64_t n_free;
  uint64_t n_missing;
  uint64_t n_requested;
  EngBusy *busy; /* owned; at most one a peer */
  size_t n_busy;
  size_t busy_capacity;
  EngPeer *others; /* owned */
  size_t n_others;
  size_t others_capacity;
  EngDeadline *deadlines; /* owned; sorted */
  size_t n_deadlines;
  uint64_t random;
};

static inline EngBlockState
eng_partial_state (const EngPartial *partial, uint32_t block)
{
  return (EngBlockState) (partial->blocks[block] & 3);
}

static inline EngPeer
eng_partial_peer (const EngPartial *partial, uint32_t block)
{
  return partial->blocks[block] >> 2;
}

/* The started piece; NULL for a fresh or done one. */
EngPartial *eng_picker_partial (const EngPicker *self, uint32_t piece);

/* Starts a fresh piece; takes it out of its pool. */
EngPartial *eng_picker_start (EngPicker *self, uint32_t piece);

/* Marks a free block as requested. May move the partial behind the open ones. */
void eng_picker_take (EngPicker *self, EngPartial *partial, uint32_t block, EngPeer peer);

/* Marks a requested block as requested of @peer, too. */
void eng_picker_double (EngPicker *self, EngBlock block, EngPeer peer);

/* Whether @peer was asked for a requested block. */
bool eng_picker_was_asked (const EngPicker *self, const EngPartial *partial, uint32_t block,
                           EngPeer peer);

/* Adds what a piece contributes to the counts, or takes it away. */
void eng_picker_count (EngPicker *self, uint32_t piece, bool add);

/* Brings the pools and the sets up to date with the state and priority of a piece. */
void eng_picker_file (EngPicker *self, uint32_t piece);
