/* trk-swarm.c: peers of both families as one swarm. */
#include "tracker-server/swarm/trk-swarm.h"

#include <glib.h>

#include "protocol/core/bt-assert.h"

static const TrkPeers nobody;

const TrkPeers *
trk_swarm_list (const TrkSwarm *self, BtFamily family)
{
  return family == BT_FAMILY_V4 ? &self->v4 : self->v6;
}

static const TrkShape *
shape_of (const TrkShapes *shapes, BtFamily family)
{
  return family == BT_FAMILY_V4 ? &shapes->v4 : &shapes->v6;
}

/* The list of a family, to be changed; a v6 list is made when it is missing. */
static TrkPeers *
list_to_change (TrkSwarm *self, BtFamily family)
{
  if (family == BT_FAMILY_V4)
    return &self->v4;
  if (self->v6 == NULL)
    self->v6 = g_new0 (TrkPeers, 1);
  return self->v6;
}

/* An empty v6 list is none. */
static void
drop_if_empty (TrkSwarm *self)
{
  if (self->v6 != NULL && self->v6->n == 0)
    g_clear_pointer (&self->v6, g_free);
}

void
trk_swarm_clear (TrkSwarm *self, const TrkShapes *shapes)
{
  trk_peers_clear (&self->v4, &shapes->v4);
  if (self->v6 != NULL)
    trk_peers_clear (self->v6, &shapes->v6);
  g_free (self->v6);
  *self = (TrkSwarm){ 0 };
}

uint32_t
trk_swarm_n_peers (const TrkSwarm *self)
{
  return self->v4.n + (self->v6 != NULL ? self->v6->n : 0);
}

TrkCounts
trk_swarm_counts (const TrkSwarm *self)
{
  const TrkPeers *v6 = self->v6 != NULL ? self->v6 : &nobody;
  uint32_t seeders = self->v4.n_seeders + v6->n_seeders;

  return (TrkCounts){ .seeders = seeders,
                      .leechers = self->v4.n + v6->n - seeders,
                      .paused = self->n_paused,
                      .completed = self->completed };
}

const uint8_t *
trk_swarm_compact (const TrkSwarm *self, const TrkShapes *shapes, BtFamily family,
                   uint32_t position)
{
  return trk_peers_compact (trk_swarm_list (self, family), shape_of (shapes, family), position);
}

TrkPlace
trk_swarm_find (const TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer)
{
  const TrkPeers *list = trk_swarm_list (self, (BtFamily) peer->family);
  TrkPlace place = { (BtFamily) peer->family, TRK_NO_PEER };
  uint8_t compact[BT_COMPACT_V6_LEN];

  if (list != NULL && bt_endpoint_write_compact (peer, compact) > 0)
    place.position = trk_peers_find (list, shape_of (shapes, place.family), compact);
  return place;
}

void
trk_swarm_ahead_record (const TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer)
{
  const TrkPeers *list = trk_swarm_list (self, (BtFamily) peer->family);
  uint8_t compact[BT_COMPACT_V6_LEN];

  if (list != NULL && bt_endpoint_write_compact (peer, compact) > 0)
    trk_peers_ahead_record (list, shape_of (shapes, (BtFamily) peer->family), compact);
}

bool
trk_swarm_is_crowded (const TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer)
{
  const TrkPeers *list = trk_swarm_list (self, (BtFamily) peer->family);
  uint8_t compact[BT_COMPACT_V6_LEN];

  return list != NULL && bt_endpoint_write_compact (peer, compact) > 0
         && trk_peers_is_crowded (list, shape_of (shapes, (BtFamily) peer->family), compact);
}

static uint8_t
flags_of (const TrkPeerState *state)
{
  return state->seeder ? TRK_PEER_SEEDER : state->paused ? TRK_PEER_PAUSED : 0;
}

TrkPlace
trk_swarm_add (TrkSwarm *self, const TrkShapes *shapes, const BtEndpoint *peer,
               const TrkPeerState *state, uint8_t tick)
{
  TrkPlace place = { .family = (BtFamily) peer->family };
  uint8_t flags = flags_of (state);
  uint8_t compact[BT_COMPACT_V6_LEN];

  bt_assert (bt_endpoint_write_compact (peer, compact) > 0);
  place.position = trk_peers_add (list_to_change (self, place.family),
                                  shape_of (shapes, place.family), compact, flags, tick);
  self->n_paused += (flags & TRK_PEER_PAUSED) != 0;
  return place;
}

bool
trk_swarm_detail (const TrkSwarm *self, const TrkShapes *shapes, TrkPlace place, TrkDetail *out)
{
  const TrkShape *shape = shape_of (shapes, place.family);

  if (shape->tail == 0)
    return false;
  *out = trk_detail_read (trk_swarm_compact (self, shapes, place.family, place.position)
                          + shape->len + 2);
  return true;
}

void
trk_swarm_set_detail (TrkSwarm *self, const TrkShapes *shapes, TrkPlace place,
                      const TrkDetail *detail, bool fresh)
{
  const TrkShape *shape = shape_of (shapes, place.family);
  TrkDetail before;
  TrkDetail now = *detail;

  if (!trk_swarm_detail (self, shapes, place, &before))
    return;
  if (!fresh)
    now.first = before.first;
  trk_detail_write (&now,
                    trk_peers_tail (list_to_change (self, place.family), shape, place.position));
}

TrkRestored
trk_swarm_restore (TrkSwarm *self, const TrkShapes *shapes, const TrkKept *peer)
{
  TrkPeers *list = list_to_change (self, peer->family);
  const TrkShape *shape = shape_of (shapes, peer->family);
  TrkPlace place = { .family = peer->family };

  if (trk_peers_find (list, shape, peer->compact) != TRK_NO_PEER)
    return TRK_WAS_THERE;
  if (trk_peers_is_crowded (list, shape, peer->compact))
    return TRK_WAS_CROWDED;
  place.position = trk_peers_add (list, shape, peer->compact, peer->flags, peer->tick);
  trk_swarm_set_detail (self, shapes, place, &peer->detail, true);
  self->n_paused += (peer->flags & TRK_PEER_PAUSED) != 0;
  return TRK_RESTORED;
}

TrkPlace
trk_swarm_update (TrkSwarm *self, const TrkShapes *shapes, TrkPlace place,
                  const TrkPeerState *state, uint8_t tick, bool *completed)
{
  TrkPeers *list = list_to_change (self, place.family);
  const TrkShape *shape = shape_of (shapes, place.family);
  uint8_t before = trk_peers_flags (list, shape, place.position);
  uint8_t kept = before & (TRK_PEER_COUNTED | TRK_PEER_RETURNED);
  uint8_t flags = (uint8_t) (flags_of (state) | kept);

  *completed = state->completed && state->seeder && (before & TRK_PEER_SEEDER) == 0
               && (before & TRK_PEER_COUNTED) == 0;
  if (*completed)
    {
      flags |= TRK_PEER_COUNTED;
      self->completed += self->completed < UINT32_MAX;
    }
  if (trk_peers_tick (list, shape, place.position) != tick)
    flags |= TRK_PEER_RETURNED;
  self->n_paused -= (before & TRK_PEER_PAUSED) != 0;
  self->n_paused += (flags & TRK_PEER_PAUSED) != 0;
  place.position = trk_peers_set (list, shape, place.position, flags, tick);
  return place;
}

void
trk_swarm_remove (TrkSwarm *self, const TrkShapes *shapes, TrkPlace place)
{
  TrkPeers *list = list_to_change (self, place.family);
  const TrkShape *shape = shape_of (shapes, place.family);

  self->n_paused -= (trk_peers_flags (list, shape, place.position) & TRK_PEER_PAUSED) != 0;
  trk_peers_remove (list, shape, place.position);
  drop_if_empty (self);
}

/* From the last to the first, so that what takes a removed peer's place has been looked at. */
static void
expire_list (TrkSwarm *self, const TrkShapes *shapes, BtFamily family, uint8_t tick,
             uint8_t max_age)
{
  const TrkPeers *list = trk_swarm_list (self, family);
  uint32_t n = list != NULL ? list->n : 0;

  for (uint32_t i = n; i > 0; i--)
    {
      uint8_t heard = trk_peers_tick (list, shape_of (shapes, family), i - 1);

      if ((uint8_t) (tick - heard) > max_age)
        trk_swarm_remove (self, shapes, (TrkPlace){ family, i - 1 });
    }
}

void
trk_swarm_expire (TrkSwarm *self, const TrkShapes *shapes, uint8_t tick, uint8_t max_age)
{
  expire_list (self, shapes, BT_FAMILY_V4, tick, max_age);
  expire_list (self, shapes, BT_FAMILY_V6, tick, max_age);
}
