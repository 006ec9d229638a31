/* trk-victim.h: who goes when the tracker holds as many peers, or swarms, as it may.
 *
 * The one that was heard of longest ago out of a sample: a hand goes round the swarms of a shard,
 * and looks at a few peers of each. Who has announced only once goes before who came back, and who
 * came back goes only after it has missed an announce: a flood of made-up peers drives out itself,
 * not the swarms that were there. Whoever was heard of in this tick stays: then the flood is faster
 * than any eviction would help.
 * Belongs to a shard and is used under its lock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tracker-server/swarm/trk-table.h"

typedef struct
{
  uint32_t id; /* of the swarm */
  TrkPlace place;
} TrkVictim;

/* Where the hand of a shard points, and its generator's state. */
typedef struct
{
  uint32_t record;
  uint64_t random;
} TrkHand;

/* Looks on from where the hand points, which moves: at a few dozen peers at most, or only at those
 * that are @alone in their swarms. False when nobody who was seen may go. */
bool trk_victim_pick (const TrkTable *table, const TrkFrame *frame, TrkHand *hand, bool alone,
                      TrkVictim *out);
