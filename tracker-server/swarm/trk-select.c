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

/* What is taken of the seeders, and then of the leechers. Returns how many slices. */
static unsigned
slices_of (const Side *side, uint64_t *random, TrkSlice slices[2])
{
  uint32_t n_seeders = MIN (side->take, side->seeders);
  unsigned n = 0;

  if (n_seeders > 0)
    {
      slices[n] = (TrkSlice){ .skip = side->skip,
                              .n = side->list->n_seeders,
                              .want = n_seeders,
                              .random = trk_random (random) };
      n++;
    }
  if (side->take > n_seeders)
    {
      slices[n] = (TrkSlice){ .skip = side->skip,
                              .first = side->list->n_seeders,
                              .n = side->list->n - side->list->n_seeders,
                              .want = side->take - n_seeders,
                              .random = trk_random (random) };
      n++;
    }
  return n;
}

/* @ids is NULL when they are not wanted. */
static uint32_t
give (const Side *side, uint64_t *random, uint8_t *out, uint8_t *ids)
{
  TrkSlice slices[2];
  unsigned n_slices = slices_of (side, random, slices);
  uint32_t n = 0;

  for (unsigned i = 0; i < n_slices; i++)
    n += trk_peers_copy (side->list, side->shape, &slices[i], out + n * side->shape->len,
                         ids != NULL ? ids + n * BT_PEER_ID_LEN : NULL);
  return n;
}

bool
trk_swarm_ahead (const TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer,
                 const TrkAsk *ask, uint64_t random)
{
  BtFamily family = (BtFamily) peer->family;
  TrkAsk alone = { .self = { family, TRK_NO_PEER }, .seeder = ask->seeder };
  Side side = side_of (self, shapes, &alone, family);
  uint8_t compact[BT_COMPACT_V6_LEN];
  TrkSlice slices[2];
  unsigned n;
  bool more;

  if (side.list == NULL || bt_endpoint_write_compact (peer, compact) == 0)
    return false;
  more = trk_peers_ahead (side.list, side.shape, compact);
  side.take = MIN (MIN (ask->want, TRK_PEERS_MAX), side.seeders + side.leechers);
  n = slices_of (&side, &random, slices);
  for (unsigned i = 0; i < n; i++)
    trk_peers_ahead_slice (side.list, side.shape, &slices[i]);
  return more;
}

void
trk_swarm_select (const TrkSwarm *self, const TrkShapes *shapes, const TrkAsk *ask,
                  uint64_t *random, TrkRoom *room)
{
  Side v4 = side_of (self, shapes, ask, BT_FAMILY_V4);
  Side v6 = side_of (self, shapes, ask, BT_FAMILY_V6);

  divide (&v4, &v6, MIN (ask->want, TRK_PEERS_MAX));
  room->has_ids = ask->ids && shapes->v4.tail > 0;
  room->n_v4 = give (&v4, random, room->v4, room->has_ids ? room->ids : NULL);
  room->n_v6 = give (&v6, random, room->v6,
                     room->has_ids ? room->ids + room->n_v4 * BT_PEER_ID_LEN : NULL);
}
