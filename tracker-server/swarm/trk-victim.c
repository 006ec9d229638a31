/* trk-victim.c: the oldest peer of a sample, once-seen ones first. */
#include "tracker-server/swarm/trk-victim.h"

#include <glib.h>

#include "tracker-server/swarm/trk-random.h"

/* How many records a pick looks at, and how many peers in each of a record's lists. */
#define RECORDS 16u
#define PEERS 4u

/* Above every age: who came back is spared before anyone who did not. */
#define ONCE 256u

typedef struct
{
  const TrkFrame *frame;
  uint32_t worth; /* of the best so far, for going; 0: nobody */
  TrkVictim best;
} Pick;

/* The timeout is two intervals, so that half of it is an announce missed. */
static uint32_t
worth (const TrkPeers *list, const TrkShape *shape, uint32_t position, const TrkFrame *frame)
{
  uint8_t age = (uint8_t) (frame->tick - trk_peers_tick (list, shape, position));

  if ((trk_peers_flags (list, shape, position) & TRK_PEER_RETURNED) != 0)
    return age > frame->age_max / 2 ? age : 0;
  return age > 0 ? ONCE + age : 0;
}

static void
look (Pick *pick, uint32_t id, const TrkSwarm *swarm, BtFamily family, uint32_t random)
{
  const TrkPeers *list = trk_swarm_list (swarm, family);
  const TrkShape *shape
      = family == BT_FAMILY_V4 ? &pick->frame->shapes->v4 : &pick->frame->shapes->v6;
  uint32_t n = list != NULL ? list->n : 0;
  uint32_t from = (uint32_t) (((uint64_t) random * n) >> 32);

  for (uint32_t i = 0; i < MIN (n, PEERS); i++)
    {
      uint32_t position = from + i < n ? from + i : from + i - n;
      uint32_t value = worth (list, shape, position, pick->frame);

      if (value <= pick->worth)
        continue;
      pick->worth = value;
      pick->best = (TrkVictim){ id, { family, position } };
    }
}

bool
trk_victim_pick (const TrkTable *table, const TrkFrame *frame, TrkHand *hand, bool alone,
                 TrkVictim *out)
{
  Pick pick = { .frame = frame };

  for (uint32_t i = 0; i < MIN (RECORDS, table->n_used); i++)
    {
      uint32_t id = hand->record < table->n_used ? hand->record : 0;
      const TrkSwarm *swarm = &trk_table_record (table, id)->swarm;

      hand->record = id + 1;
      if (!trk_table_is_live (table, id) || (alone && trk_swarm_n_peers (swarm) != 1))
        continue;
      look (&pick, id, swarm, BT_FAMILY_V4, trk_random (&hand->random));
      look (&pick, id, swarm, BT_FAMILY_V6, trk_random (&hand->random));
    }
  if (pick.worth > 0)
    *out = pick.best;
  return pick.worth > 0;
}
