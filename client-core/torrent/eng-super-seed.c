/* eng-super-seed.c: which piece next, and whether it is time. */
#include "client-core/torrent/eng-super-seed.h"

#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-assert.h"

void
eng_super_seed_init (EngSuperSeed *self, uint32_t n_pieces, uint64_t random)
{
  *self = (EngSuperSeed){ .n_pieces = n_pieces,
                          .offers = g_new0 (uint16_t, n_pieces),
                          .random = random };
}

void
eng_super_seed_clear (EngSuperSeed *self)
{
  g_free (self->offers);
  *self = (EngSuperSeed){ 0 };
}

void
eng_super_peer_init (EngSuperPeer *peer, EngSuperSeed *seed)
{
  *peer = (EngSuperPeer){ .seed = seed, .piece = ENG_SUPER_SEED_NONE };
  bt_bitfield_init (&peer->shown, seed->n_pieces);
}

static void
take_offer_back (EngSuperPeer *peer)
{
  if (peer->piece != ENG_SUPER_SEED_NONE)
    peer->seed->offers[peer->piece]--;
  peer->piece = ENG_SUPER_SEED_NONE;
}

void
eng_super_peer_clear (EngSuperPeer *peer)
{
  if (peer->seed == NULL)
    return;
  take_offer_back (peer);
  bt_bitfield_clear (&peer->shown);
  *peer = (EngSuperPeer){ 0 };
}

/* Whether the peer has done with what it was shown. Of those who have a piece it is one itself. */
static bool
is_due (const EngSuperPeer *peer, const EngPicker *picker, const EngSuperFacts *facts)
{
  uint64_t waited_us = facts->now_us - peer->since_us;

  if (peer->piece == ENG_SUPER_SEED_NONE || waited_us >= ENG_SUPER_SEED_PATIENCE_US)
    return true;
  if (!bt_bitfield_test (facts->have, peer->piece))
    return !facts->interested && waited_us >= ENG_SUPER_SEED_INTEREST_US;
  return facts->alone || eng_picker_availability (picker, peer->piece) > 1;
}

/* Those who have it and those who are to fetch it. */
static uint32_t
copies (const EngSuperSeed *self, const EngPicker *picker, uint32_t piece)
{
  return eng_picker_availability (picker, piece) + self->offers[piece];
}

/* The rarest of what we have and it has not; of equals, the first behind a random place. */
static uint32_t
choose (EngSuperPeer *peer, const EngPicker *picker, const BtBitfield *have)
{
  EngSuperSeed *self = peer->seed;
  uint32_t start = self->n_pieces > 0 ? eng_random_below (&self->random, self->n_pieces) : 0;
  uint32_t best = ENG_SUPER_SEED_NONE;
  uint32_t least = UINT32_MAX;

  for (uint32_t i = 0; i < self->n_pieces && least > 0; i++)
    {
      uint32_t piece = (uint32_t) (((uint64_t) start + i) % self->n_pieces);

      if (!bt_bitfield_test (eng_picker_done (picker), piece) || bt_bitfield_test (have, piece)
          || bt_bitfield_test (&peer->shown, piece) || copies (self, picker, piece) >= least)
        continue;
      best = piece;
      least = copies (self, picker, piece);
    }
  return best;
}

uint32_t
eng_super_peer_next (EngSuperPeer *peer, const EngPicker *picker, const EngSuperFacts *facts)
{
  uint32_t piece;

  bt_assert (peer->seed != NULL);
  if (!is_due (peer, picker, facts))
    return ENG_SUPER_SEED_NONE;
  piece = choose (peer, picker, facts->have);
  if (piece == ENG_SUPER_SEED_NONE)
    return piece;
  take_offer_back (peer);
  peer->piece = piece;
  peer->since_us = facts->now_us;
  peer->seed->offers[piece]++;
  (void) bt_bitfield_set (&peer->shown, piece); /* it was not */
  return piece;
}

bool
eng_super_peer_may_have (const EngSuperPeer *peer, uint32_t piece)
{
  return peer->seed == NULL || bt_bitfield_test (&peer->shown, piece);
}
