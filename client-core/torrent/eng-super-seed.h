/* eng-super-seed.h: what a seed that masks itself shows to whom (BEP 16).
 *
 * Whoever is the first to seed a torrent and has little bandwidth looks like a peer with nothing,
 * and shows each peer one piece: the one that the fewest have and the fewest are fetching. The next
 * is shown when that piece was seen at another peer, so that each piece is sent about once and
 * peers that pass nothing on get little. Beyond BEP 16, nobody waits in vain: a peer that does not
 * want its piece, is alone, or has waited for long is shown another. Pure: the caller tells what
 * is, and carries it out. */
#pragma once

#include "client-core/torrent/eng-picker.h"

#define ENG_SUPER_SEED_NONE UINT32_MAX

/* A peer that took no interest in its piece for so long does not want it. */
#define ENG_SUPER_SEED_INTEREST_US UINT64_C (2000000)

/* For so long a piece is waited for at another peer. */
#define ENG_SUPER_SEED_PATIENCE_US UINT64_C (60000000)

typedef struct
{
  uint32_t n_pieces;
  uint16_t *offers; /* owned; of each piece: how many peers were shown it last */
  uint64_t random;
} EngSuperSeed;

/* One peer. Zeroed: it is not masked from. */
typedef struct
{
  EngSuperSeed *seed; /* NULL while nothing is hidden from it */
  BtBitfield shown;   /* what it may ask for */
  uint32_t piece;     /* shown last, or ENG_SUPER_SEED_NONE */
  uint64_t since_us;  /* when */
} EngSuperPeer;

/* What is known of a peer when it is looked at. */
typedef struct
{
  const BtBitfield *have; /* lent */
  bool interested;
  bool alone; /* no other peer lacks anything */
  uint64_t now_us;
} EngSuperFacts;

void eng_super_seed_init (EngSuperSeed *self, uint32_t n_pieces, uint64_t random);
/* Its peers must have been cleared. Accepts one that is zeroed. */
void eng_super_seed_clear (EngSuperSeed *self);

/* Everything is hidden from @peer from now on. */
void eng_super_peer_init (EngSuperPeer *peer, EngSuperSeed *seed);
/* Accepts one that is zeroed. */
void eng_super_peer_clear (EngSuperPeer *peer);

/* The piece to show to @peer now, which is marked as shown; or ENG_SUPER_SEED_NONE: it is to pass
 * on the last one first, or there is none left for it. @picker knows what we and the others have.
 * O(pieces) when there is one. */
uint32_t eng_super_peer_next (EngSuperPeer *peer, const EngPicker *picker,
                              const EngSuperFacts *facts);

/* Whether the peer may have @piece of us. */
bool eng_super_peer_may_have (const EngSuperPeer *peer, uint32_t piece);
