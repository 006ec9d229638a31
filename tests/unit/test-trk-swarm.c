/* test-trk-swarm.c: one swarm beside a naive model, over sizes with and without an index. */
#include <string.h>

#include <glib.h>

#include "tracker-server/swarm/trk-swarm.h"

#define UNIVERSE 1500u

typedef struct
{
  bool there;
  bool seeder;
  bool paused;
  bool counted;
  uint8_t tick;
} ModelPeer;

typedef struct
{
  GRand *rand;
  TrkShapes shapes;
  TrkSwarm swarm;
  ModelPeer peers[2][UNIVERSE]; /* by family: v4, v6 */
  uint32_t completed;
  uint64_t random;
  uint8_t tick;
  uint32_t range; /* of the peers that come and go for now */
} Model;

static BtEndpoint
peer_at (unsigned family, uint32_t number)
{
  uint8_t addr[16] = { 0x2a, [2] = (uint8_t) (number >> 8), [3] = (uint8_t) (number >> 3) };
  uint16_t port = (uint16_t) (1 + number % 8); /* several on one address */

  return family == 0 ? bt_endpoint_v4 (addr, port) : bt_endpoint_v6 (addr, port);
}

static void
model_init (Model *m, uint32_t seed)
{
  BtSipKey key = { { seed, 7 } };

  memset (m, 0, sizeof *m);
  m->rand = g_rand_new_with_seed (seed);
  m->shapes = (TrkShapes){ { BT_COMPACT_V4_LEN, key }, { BT_COMPACT_V6_LEN, key } };
  m->range = 4;
}

static void
model_clear (Model *m)
{
  trk_swarm_clear (&m->swarm, &m->shapes);
  g_assert_cmpuint (trk_swarm_n_peers (&m->swarm), ==, 0);
  g_rand_free (m->rand);
}

static void
announce (Model *m, ModelPeer *peer, const BtEndpoint *endpoint)
{
  TrkPeerState state = { .seeder = g_rand_int_range (m->rand, 0, 3) == 0,
                         .paused = g_rand_boolean (m->rand),
                         .completed = g_rand_boolean (m->rand) };
  bool counts = peer->there && state.completed && state.seeder && !peer->seeder && !peer->counted;
  TrkPlace place = trk_swarm_find (&m->swarm, &m->shapes, endpoint);
  bool completed = false;

  g_assert_cmpint (place.position != TRK_NO_PEER, ==, peer->there);
  if (peer->there)
    place = trk_swarm_update (&m->swarm, &m->shapes, place, &state, m->tick, &completed);
  else
    place = trk_swarm_add (&m->swarm, &m->shapes, endpoint, &state, m->tick);
  g_assert_cmpint (completed, ==, counts);
  g_assert_cmpuint (place.position, ==, trk_swarm_find (&m->swarm, &m->shapes, endpoint).position);
  m->completed += counts;
  *peer = (ModelPeer){ .there = true,
                       .seeder = state.seeder,
                       .paused = state.paused && !state.seeder,
                       .counted = (peer->there && peer->counted) || counts,
                       .tick = m->tick };
}

static void
stop (Model *m, ModelPeer *peer, const BtEndpoint *endpoint)
{
  TrkPlace place = trk_swarm_find (&m->swarm, &m->shapes, endpoint);

  g_assert_cmpint (place.position != TRK_NO_PEER, ==, peer->there);
  if (peer->there)
    trk_swarm_remove (&m->swarm, &m->shapes, place);
  peer->there = false;
}

static void
expire (Model *m, uint8_t max_age)
{
  trk_swarm_expire (&m->swarm, &m->shapes, m->tick, max_age);
  for (unsigned family = 0; family < 2; family++)
    for (uint32_t i = 0; i < UNIVERSE; i++)
      if ((uint8_t) (m->tick - m->peers[family][i].tick) > max_age)
        m->peers[family][i].there = false;
}

/* Every peer is where the model has it, with what the model knows; the sums agree. */
static void
compare (Model *m)
{
  TrkCounts counts = trk_swarm_counts (&m->swarm);
  uint32_t seeders = 0, leechers = 0, paused = 0;

  for (unsigned family = 0; family < 2; family++)
    for (uint32_t i = 0; i < UNIVERSE; i++)
      {
        const ModelPeer *peer = &m->peers[family][i];
        BtEndpoint endpoint = peer_at (family, i);
        TrkPlace place = trk_swarm_find (&m->swarm, &m->shapes, &endpoint);

        g_assert_cmpint (place.position != TRK_NO_PEER, ==, peer->there);
        if (!peer->there)
          continue;
        seeders += peer->seeder;
        leechers += !peer->seeder;
        paused += peer->paused;
        g_assert_cmpint (place.position < trk_swarm_list (&m->swarm, place.family)->n_seeders, ==,
                         peer->seeder);
      }
  g_assert_cmpuint (counts.seeders, ==, seeders);
  g_assert_cmpuint (counts.leechers, ==, leechers);
  g_assert_cmpuint (counts.paused, ==, paused);
  g_assert_cmpuint (counts.completed, ==, m->completed);
}

/* The number of a listed peer, which must be one that may be given, and once. */
static void
check_listed (Model *m, unsigned family, const uint8_t *compact, const TrkAsk *ask, bool *seen)
{
  BtEndpoint endpoint
      = family == 0 ? bt_endpoint_read_compact_v4 (compact) : bt_endpoint_read_compact_v6 (compact);
  uint32_t number = (uint32_t) endpoint.addr[2] << 8 | (uint32_t) (endpoint.addr[3] & 31) << 3;

  number += endpoint.port - 1u;
  g_assert_cmpuint (number, <, UNIVERSE);
  g_assert_true (m->peers[family][number].there);
  g_assert_false (ask->seeder && m->peers[family][number].seeder);
  g_assert_false (seen[number]);
  g_assert_false (ask->self.family == (BtFamily) endpoint.family
                  && ask->self.position
                         == trk_swarm_find (&m->swarm, &m->shapes, &endpoint).position);
  seen[number] = true;
}

/* How many of a family may be given to who asks. */
static uint32_t
eligible (const Model *m, const TrkAsk *ask, unsigned family, uint32_t self)
{
  bool own = ask->self.family == (family == 0 ? BT_FAMILY_V4 : BT_FAMILY_V6);
  uint32_t n = 0;

  for (uint32_t i = 0; (ask->mixed || own) && i < UNIVERSE; i++)
    n += m->peers[family][i].there && !(own && i == self)
         && !(ask->seeder && m->peers[family][i].seeder);
  return n;
}

/* What is asked for ahead changes nothing, and has a second step with an index alone. */
static void
look_ahead (const TrkSwarm *swarm, const TrkShapes *shapes, const BtEndpoint *peer,
            const TrkAsk *ask, uint64_t random)
{
  const TrkPeers *list = trk_swarm_list (swarm, (BtFamily) peer->family);
  uint32_t n = list != NULL ? list->n : 0;
  bool more = trk_swarm_ahead (swarm, shapes, peer, ask, random);

  g_assert_true (more ? n > TRK_INDEX_AT / 2 : n <= TRK_INDEX_AT);
  if (more)
    trk_swarm_ahead_record (swarm, shapes, peer);
}

static void
choose (Model *m, unsigned family, uint32_t number)
{
  BtEndpoint endpoint = peer_at (family, number);
  TrkAsk ask = { .self = trk_swarm_find (&m->swarm, &m->shapes, &endpoint),
                 .seeder = m->peers[family][number].seeder,
                 .mixed = g_rand_boolean (m->rand),
                 .want = (uint32_t) g_rand_int_range (m->rand, 0, 210) };
  bool seen[2][UNIVERSE] = { { false } };
  uint32_t want = MIN (ask.want, TRK_PEERS_MAX);
  uint32_t v4 = eligible (m, &ask, 0, number), v6 = eligible (m, &ask, 1, number);
  g_autofree TrkRoom *room = g_new0 (TrkRoom, 1);

  look_ahead (&m->swarm, &m->shapes, &endpoint, &ask, m->random);
  trk_swarm_select (&m->swarm, &m->shapes, &ask, &m->random, room);
  g_assert_cmpuint (room->n_v4 + room->n_v6, ==, MIN (want, v4 + v6));
  g_assert_cmpuint (room->n_v4, >=, MIN (v4, want / 4));
  g_assert_cmpuint (room->n_v6, >=, MIN (v6, want / 4));
  for (uint32_t i = 0; i < room->n_v4; i++)
    check_listed (m, 0, room->v4 + i * BT_COMPACT_V4_LEN, &ask, seen[0]);
  for (uint32_t i = 0; i < room->n_v6; i++)
    check_listed (m, 1, room->v6 + i * BT_COMPACT_V6_LEN, &ask, seen[1]);
}

static void
step (Model *m)
{
  unsigned family = g_rand_boolean (m->rand);
  uint32_t number = (uint32_t) g_rand_int_range (m->rand, 0, (gint32) m->range);
  BtEndpoint endpoint = peer_at (family, number);
  int what = g_rand_int_range (m->rand, 0, 1000);

  if (what < 700)
    announce (m, &m->peers[family][number], &endpoint);
  else if (what < 950)
    stop (m, &m->peers[family][number], &endpoint);
  else if (what < 990)
    choose (m, family, number);
  else if (what < 995)
    m->tick++;
  else if (what < 996)
    m->range = UNIVERSE >> g_rand_int_range (m->rand, 0, 10);
  else if (what < 997)
    expire (m, (uint8_t) g_rand_int_range (m->rand, 2, 30));
  if (what >= 995)
    compare (m);
}

static void
test_model (void)
{
  for (uint32_t seed = 1; seed <= 4; seed++)
    {
      g_autofree Model *m = g_new (Model, 1);

      model_init (m, seed);
      for (unsigned i = 0; i < 40000; i++)
        step (m);
      compare (m);
      model_clear (m);
    }
}

/* Fills and empties a swarm in the order of its positions, past every step and the index. */
static void
test_up_and_down (void)
{
  for (unsigned family = 0; family < 2; family++)
    {
      TrkShapes shapes
          = { { BT_COMPACT_V4_LEN, { { 1, 2 } } }, { BT_COMPACT_V6_LEN, { { 1, 2 } } } };
      TrkSwarm swarm = { 0 };

      for (uint32_t i = 0; i < UNIVERSE; i++)
        {
          TrkPeerState state = { .seeder = i % 3 == 0 };
          BtEndpoint peer = peer_at (family, i);

          trk_swarm_add (&swarm, &shapes, &peer, &state, 0);
          g_assert_cmpuint (trk_swarm_counts (&swarm).seeders, ==, i / 3 + 1);
        }
      for (uint32_t i = UNIVERSE; i > 0; i--)
        {
          BtEndpoint peer = peer_at (family, i - 1);

          look_ahead (&swarm, &shapes, &peer, &(TrkAsk){ .want = 50 }, i);
          trk_swarm_remove (&swarm, &shapes, trk_swarm_find (&swarm, &shapes, &peer));
          g_assert_cmpuint (trk_swarm_n_peers (&swarm), ==, i - 1);
        }
      g_assert_null (swarm.v6);
      trk_swarm_clear (&swarm, &shapes);
    }
}

/* An index of more than 65536 slots has wide ones. */
static void
test_wide_index (void)
{
  TrkShapes shapes = { { BT_COMPACT_V4_LEN, { { 1, 2 } } }, { BT_COMPACT_V6_LEN, { { 1, 2 } } } };
  TrkPeerState state = { 0 };
  TrkSwarm swarm = { 0 };

  for (uint32_t turn = 0; turn < 2; turn++)
    for (uint32_t i = 0; i < 120000; i++)
      {
        uint8_t addr[4] = { 9, (uint8_t) (i >> 16), (uint8_t) (i >> 8), (uint8_t) i };
        BtEndpoint peer = bt_endpoint_v4 (addr, 1);
        TrkPlace place = trk_swarm_find (&swarm, &shapes, &peer);

        g_assert_cmpint (place.position == TRK_NO_PEER, ==, turn == 0);
        if (turn == 0)
          trk_swarm_add (&swarm, &shapes, &peer, &state, 0);
        else
          trk_swarm_remove (&swarm, &shapes, place);
      }
  g_assert_cmpuint (trk_swarm_n_peers (&swarm), ==, 0);
  trk_swarm_clear (&swarm, &shapes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/swarm/model", test_model);
  g_test_add_func ("/trk/swarm/up-and-down", test_up_and_down);
  g_test_add_func ("/trk/swarm/wide-index", test_wide_index);
  return g_test_run ();
}
