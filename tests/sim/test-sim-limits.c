/* test-sim-limits.c: what limits do to who is below them. */
#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-peer-priority.h"
#include "tests/sim/sim-swarm.h"

#define KIB 1024
#define N_SEEDS 4

static const SimLine line
    = { .up_Bps = 1000 * KIB, .down_Bps = 1000 * KIB, .latency_us = 20 * SIM_MS };

static SimClient *
add_client (SimSwarm *swarm, bool seed)
{
  SimClientConfig config = { .line = line, .seed = seed };
  SimClient *client = sim_swarm_add_client (swarm, &config);

  sim_client_start (client);
  return client;
}

static bool
has_met_all (void *leech)
{
  EngTorrent *torrent = sim_client_torrent (leech);

  return torrent != NULL && eng_torrent_stats (torrent).n_peers == N_SEEDS;
}

/* A block of each peer takes minutes below the limit: nobody is late but us, nothing that was asked
 * for is given up and comes in vain but in the endgame, and nobody is taken for dead. */
static void
test_patience (void)
{
  static const SimTrackerConfig tracker
      = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };
  SimSwarm *swarm = sim_swarm_new (sim_seed (71), 64 * KIB, 48);
  EngWishes wishes = { .down_Bps = 400 };
  SimClient *leech;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  for (unsigned i = 0; i < N_SEEDS; i++)
    (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  leech = add_client (swarm, false);
  g_assert_true (eng_torrent_set_wishes (sim_client_torrent (leech), &wishes));
  g_assert_true (sim_swarm_run (swarm, 60 * SIM_S, has_met_all, leech));
  for (unsigned i = 0; i < 20; i++)
    {
      (void) sim_swarm_run (swarm, 60 * SIM_S, NULL, NULL);
      g_assert_true (has_met_all (leech));
    }
  g_assert_true (sim_swarm_run_until_complete (swarm, 36000 * SIM_S));
  g_assert_cmpuint (sim_client_wasted (leech), <=, 2 * N_SEEDS * ENG_REQUESTS_FLOOR * BT_BLOCK_LEN);
  sim_swarm_free (swarm);
}

/* A swarm of seeds, and one that has met them all. */
static SimSwarm *
make_swarm (SimClient **leech)
{
  static const SimTrackerConfig tracker
      = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };
  SimSwarm *swarm = sim_swarm_new (sim_seed (72), 64 * KIB, 480);

  (void) sim_swarm_add_tracker (swarm, &tracker);
  for (unsigned i = 0; i < N_SEEDS; i++)
    (void) add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  *leech = add_client (swarm, false);
  g_assert_true (sim_swarm_run (swarm, 60 * SIM_S, has_met_all, *leech));
  return swarm;
}

/* One that is paused keeps a part of those it knows, and what it hears of later, to that number. */
static void
test_stopped (void)
{
  EngWishes wishes = { .paused = true };
  SimClient *leech;
  SimSwarm *swarm = make_swarm (&leech);
  EngTorrent *torrent = sim_client_torrent (leech);

  for (unsigned round = 0; round < 3; round++)
    {
      wishes.paused = round == 1;
      g_assert_true (eng_torrent_set_wishes (torrent, &wishes));
      (void) sim_swarm_run (swarm, SIM_S, NULL, NULL);
      for (uint32_t i = 0; i < 2 * BT_LIMIT_CANDIDATES_STOPPED; i++)
        {
          BtEndpoint at = { .family = BT_FAMILY_V4,
                            .addr = { 90, (uint8_t) (i >> 8), (uint8_t) i, (uint8_t) round },
                            .port = 6881 };

          (void) eng_candidates_add (torrent->candidates, &at, ENG_SOURCE_TRACKER, false);
        }
      if (round == 1)
        g_assert_cmpuint (eng_candidates_count (torrent->candidates), <=,
                          BT_LIMIT_CANDIDATES_STOPPED);
      else
        g_assert_cmpuint (eng_candidates_count (torrent->candidates), >=,
                          2 * BT_LIMIT_CANDIDATES_STOPPED);
    }
  sim_swarm_free (swarm);
}

/* Who connects to others knows from them who it is, and whom to prefer (BEP 40). */
static void
test_own_address (void)
{
  SimClient *leech;
  SimSwarm *swarm = make_swarm (&leech);
  EngTorrent *torrent = sim_client_torrent (leech);
  const EngShare *share = torrent->config.share;
  BtEndpoint own;

  (void) sim_swarm_run (swarm, 5 * SIM_S, NULL, NULL);
  g_assert_cmpuint (share->own.n_changes, ==, 1);
  g_assert_cmpuint (torrent->n_own_changes, ==, 1);
  own = share->own.families[0].believed;
  own.port = share->port;
  for (uint32_t i = 0; i < eng_candidates_count (torrent->candidates); i++)
    {
      const EngCandidate *candidate = eng_candidates_peek (torrent->candidates, i);

      g_assert_cmpuint (candidate->priority, ==, bt_peer_priority (&own, &candidate->endpoint));
    }
  sim_swarm_free (swarm);
}

/* More strangers connect to a client than it takes, and say nothing: who has something to give or
 * to take finds room all the same, before the strangers have been silent for too long. */
static void
test_room (gconstpointer data)
{
  static const SimTrackerConfig tracker
      = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };
  static const SimPeerConfig mute = { .line = { .latency_us = 20 * SIM_MS } };
  bool crowded_seed = GPOINTER_TO_INT (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (73), 64 * KIB, 48);
  BtEndpoint endpoint;
  SimClient *crowded;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  crowded = add_client (swarm, crowded_seed);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  endpoint = sim_host_endpoint (sim_client_host (crowded));
  for (unsigned i = 0; i < BT_LIMIT_CONNECTIONS_PER_TORRENT + 50; i++)
    {
      SimPeer *stranger = sim_peer_new (swarm->net, swarm->metainfo, &mute);

      g_ptr_array_add (swarm->peers, stranger); /* no tracker tells of it */
      sim_peer_dial (stranger, &endpoint);
    }
  (void) sim_swarm_run (swarm, 5 * SIM_S, NULL, NULL);
  g_assert_cmpuint (eng_torrent_stats (sim_client_torrent (crowded)).n_peers, ==,
                    BT_LIMIT_CONNECTIONS_PER_TORRENT);
  (void) add_client (swarm, !crowded_seed);
  g_assert_true (sim_swarm_run_until_complete (swarm, 30 * SIM_S));
  sim_swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/limits/room/seed", GINT_TO_POINTER (true), test_room);
  g_test_add_data_func ("/limits/room/leech", GINT_TO_POINTER (false), test_room);
  g_test_add_func ("/limits/patience", test_patience);
  g_test_add_func ("/limits/stopped", test_stopped);
  g_test_add_func ("/limits/own-address", test_own_address);
  return g_test_run ();
}
