/* test-sim-limits.c: what very low limits do to who fetches below them. */
#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/patience", test_patience);
  return g_test_run ();
}
