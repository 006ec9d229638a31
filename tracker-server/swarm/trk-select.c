/* trk-select.c: which peers of a swarm an announce is answered with. */
#include <glib.h>

#include "tracker-server/swarm/trk-random.h"
#include "tracker-server/swarm/trk-swarm.h"

/* Who of one family may be given, and how many of them will be. */
typedef struct
{
  const TrkPeers *list; /* (nullable) */
  const TrkShape *shape;
  uint32_t skip;     /* the position of who asks */
  uint32_t seeders;  /* that may be given */
  uint32_t leechers; /* that may be given */
  uint32_t take;
} Side;

static Side
side_of (const TrkSwarm *swarm, const TrkShapes *shapes, const TrkAsk *ask, BtFamily family)
{
  Side side = { .list = trk_swarm_list (swarm, family),
                .shape = family == BT_FAMILY_V4 ? &shapes->v4 : &shapes->v6,
                .skip = ask->self.family == family ? ask->self.position : TRK_NO_PEER };

  if (side.list == NULL || (!ask->mixed && ask->self.family != family))
    return side;
  side.leechers = side.list->n - side.list->n_seeders;
  side.seeders = ask->seeder ? 0 : side.list->n_seeders;
  if (side.skip < side.list->n_seeders)
    side.seeders -= !ask->seeder;
  else if (side.skip != TRK_NO_PEER)
    side.leechers--;
  return side;
}

/* The first one's share of @n, by how many there are of each. */
static uint32_t
share (uint32_t n, uint32_t first, uint32_t second)
{
  uint64_t sum = (uint64_t) first + second;

  return sum == 0 ? 0 : (uint32_t) (((uint64_t) n * first + sum / 2) / sum);
}

/* A family has a quarter if there are that many. */
static void
raise_to_quarter (Side *low, Side *high, uint32_t want)
{
  uint32_t least = MIN (low->seeders + low->leechers, (want + 3) / 4);

  if (low->take < least && high->take >= least - low->take)
    {
      high->take -= least - low->take;
      low->take = least;
    }
}

/* Seeders of both families go before leechers of either, but for the quarters. */
static void
divide (Side *v4, Side *v6, uint32_t want)
{
  uint32_t seeders = MIN (want, v4->seeders + v6->seeders);
  uint32_t leechers = MIN (want - seeders, v4->leechers + v6->leechers);
  uint32_t n_seeders = share (seeders, v4->seeders, v6->seeders);
  uint32_t n_leechers = share (leechers, v4->leechers, v6->leechers);

  v4->take = n_seeders + n_leechers;
  v6->take = seeders + leechers - v4->take;
  raise_to_quarter (v4, v6, want);
  raise_to_quarter (v6, v4, want);
}

static uint32_t
give (const Side *side, uint64_t *random, uint8_t *out)
{
  uint32_t n = 0;
  uint32_t n_seeders = MIN (side->take, side->seeders);

  if (n_seeders > 0)
    n = trk_peers_copy (side->list, side->shape, 0, side->list->n_seeders, side->skip, n_seeders,
                        trk_random (random), out);
  if (side->take > n)
    n += trk_peers_copy (side->list, side->shape, side->list->n_seeders,
                         side->list->n - side->list->n_seeders, side->skip, side->take - n,
                         trk_random (random), out + n * side->shape->len);
  return n;
}

void
trk_swarm_select (const TrkSwarm *self, const TrkShapes *shapes, const TrkAsk *ask,
                  uint64_t *random, TrkRoom *room)
{
  Side v4 = side_of (self, shapes, ask, BT_FAMILY_V4);
  Side v6 = side_of (self, shapes, ask, BT_FAMILY_V6);

  divide (&v4, &v6, MIN (ask->want, TRK_PEERS_MAX));
  room->n_v4 = give (&v4, random, room->v4);
  room->n_v6 = give (&v6, random, room->v6);
}
