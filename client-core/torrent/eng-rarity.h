/* eng-rarity.h: how many peers have each piece, and the pieces that may be started, rarest last.
 *
 * The pieces that may be started form pools, one for each priority. A pool is one array, sorted by
 * how many peers have a piece; where each band of equals ends is remembered, so that a piece moves
 * to the neighbouring band by swapping it with the band's edge. Inside a band the order is random.
 *
 * Peers that have everything are one number. A peer that has more than half counts as one that has
 * everything, and the pieces it lacks are counted down: the cost of a peer is what sets it apart.
 * One owner; no locks. */
#pragma once

#include <stdint.h>

#include "protocol/core/bt-bitfield.h"

/* Priorities are 1 to 7; 0 is a piece that is not wanted. */
#define ENG_PRIORITIES 8
#define ENG_PRIORITY_NORMAL 4

/* No more peers than this may be counted at a time. */
#define ENG_RARITY_PEERS 60000

typedef struct
{
  uint32_t *order; /* owned; the pieces of the pool, the most common first */
  uint32_t *edge;  /* owned; edge[c] pieces have a count of at least c: edge[0] are all */
  uint32_t capacity;
} EngRarityPool;

typedef struct
{
  uint32_t n_pieces;
  int32_t n_all;   /* peers that have everything, less what was added to each count */
  uint16_t *count; /* owned; of each piece: availability less n_all */
  uint8_t *level;  /* owned; the pool that the piece is in, 0 for none */
  uint32_t *at;    /* owned; its place in the pool's order */
  uint32_t n_edges;
  EngRarityPool pools[ENG_PRIORITIES];
  uint64_t random;
} EngRarity;

/* No piece is in a pool and no peer has any. */
void eng_rarity_init (EngRarity *self, uint32_t n_pieces, uint64_t seed);
void eng_rarity_clear (EngRarity *self);

/* A peer comes or goes with what it has at that time. O(what sets it apart from a peer with
 * nothing or with everything). */
void eng_rarity_add (EngRarity *self, const BtBitfield *have);
void eng_rarity_remove (EngRarity *self, const BtBitfield *have);

/* A peer that has been added has got one more piece. O(1). */
void eng_rarity_have (EngRarity *self, uint32_t piece);

/* It has one piece less. O(1), now and then O(pieces). */
void eng_rarity_lost (EngRarity *self, uint32_t piece);

/* How many peers have the piece. */
uint32_t eng_rarity_availability (const EngRarity *self, uint32_t piece);

/* Puts a piece in the pool of a priority, or in none with 0. O(availability), and O(1) for the
 * rarest piece of a pool. */
void eng_rarity_set_level (EngRarity *self, uint32_t piece, unsigned level);

/* The pieces of a pool that at least one peer has, the rarest last; equals in random order.
 * Borrowed: valid until a peer comes or goes or a piece enters a pool. Taking one out leaves the
 * ones in front of it where they are, but for one of each band. */
const uint32_t *eng_rarity_peek (const EngRarity *self, unsigned level, uint32_t *n);
