/* test-sim-v2.c: swarms of BitTorrent v2: alone, hybrid, without piece layers, and those who lie
 * about hashes. */
#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "tests/sim/sim-swarm.h"

#define RATE (1000 * 1000)
#define KIB 1024
#define N_LEECHES 6

static const SimTrackerConfig tracker
    = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };
static const SimLine line = { .up_Bps = RATE, .down_Bps = 4 * RATE, .latency_us = 20 * SIM_MS };

static const struct
{
  const char *name;
  BtFormat format;
  BtFormat magnet;   /* the leeches know these hashes alone; 0: they have the metainfo */
  unsigned n_liars;  /* about hashes; their blocks are true */
  unsigned n_refuse; /* refuse hashes */
  uint64_t piece_length;
  uint32_t n_pieces;
  double time_max; /* seconds */
  bool bare;       /* nobody's .torrent has the piece layers, the seed's neither */
} cases[] = {
  { "/sim/v2/alone", BT_FORMAT_V2, 0, 0, 0, 64 * KIB, 100, 40 },
  { "/sim/v2/hybrid", BT_FORMAT_HYBRID, 0, 0, 0, 64 * KIB, 100, 40 },
  { "/sim/v2/magnet", BT_FORMAT_V2, BT_FORMAT_V2, 0, 0, 64 * KIB, 100, 42 },
  { "/sim/v2/magnet-hybrid", BT_FORMAT_HYBRID, BT_FORMAT_HYBRID, 0, 0, 64 * KIB, 100, 42 },
  { "/sim/v2/magnet-v1-of-hybrid", BT_FORMAT_HYBRID, BT_FORMAT_V1, 0, 0, 64 * KIB, 100, 42 },
  { "/sim/v2/magnet-v2-of-hybrid", BT_FORMAT_HYBRID, BT_FORMAT_V2, 0, 0, 64 * KIB, 100, 42 },
  { "/sim/v2/magnet-many-runs", BT_FORMAT_V2, BT_FORMAT_V2, 0, 0, 16 * KIB, 1500, 120 },
  { "/sim/v2/magnet-two-pieces", BT_FORMAT_V2, BT_FORMAT_V2, 0, 0, 1024 * KIB, 2, 30 },
  { "/sim/v2/liars", BT_FORMAT_V2, BT_FORMAT_V2, 4, 0, 64 * KIB, 100, 60 },
  { "/sim/v2/refusers", BT_FORMAT_V2, BT_FORMAT_V2, 0, 4, 64 * KIB, 100, 60 },
  { "/sim/v2/both", BT_FORMAT_V2, BT_FORMAT_V2, 3, 3, 16 * KIB, 1500, 150 },
  { "/sim/v2/bare", BT_FORMAT_V2, 0, 0, 0, 64 * KIB, 100, 42, true },
  { "/sim/v2/bare-many-runs", BT_FORMAT_V2, 0, 0, 0, 16 * KIB, 1500, 120, true },
  { "/sim/v2/bare-among-liars", BT_FORMAT_V2, 0, 3, 3, 64 * KIB, 100, 60, true },
};

static unsigned
count_bans (const SimSwarm *swarm, const SimClient *client, bool of_peers)
{
  const EngCandidates *candidates = sim_client_torrent (client)->candidates;
  guint n = of_peers ? swarm->peers->len : swarm->clients->len;
  unsigned n_banned = 0;

  for (guint i = 0; i < n; i++)
    {
      const SimHost *host = of_peers ? sim_peer_host (swarm->peers->pdata[i])
                                     : sim_client_host (swarm->clients->pdata[i]);
      BtEndpoint endpoint = sim_host_endpoint (host);

      n_banned += eng_candidates_ban_reason (candidates, &endpoint) == ENG_BAN_BAD_DATA;
    }
  return n_banned;
}

static void
test_swarm (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new_of (cases[at].format, sim_seed (33), cases[at].piece_length,
                                      cases[at].n_pieces);
  SimClientConfig config = { .line = line, .seed = true, .bare = cases[at].bare };
  SimPeerConfig peer = { .line = line, .has_all = true, .serves = true };
  double slowest = 0;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  sim_client_start (sim_swarm_add_client (swarm, &config));
  for (unsigned i = 0; i < cases[at].n_liars + cases[at].n_refuse; i++)
    {
      peer.lies_hashes = i < cases[at].n_liars;
      (void) sim_swarm_add_peer (swarm, &peer);
    }
  (void) sim_swarm_run (swarm, SIM_S, NULL, NULL);
  config.seed = false;
  config.magnet = cases[at].magnet;
  for (unsigned i = 0; i < N_LEECHES; i++)
    sim_client_start (sim_swarm_add_client (swarm, &config));
  g_assert_true (sim_swarm_run_until_complete (swarm, 600 * SIM_S));
  sim_swarm_check_truth (swarm);
  for (unsigned i = 1; i <= N_LEECHES; i++)
    {
      const SimClient *client = sim_swarm_client (swarm, i);

      slowest = MAX (slowest, sim_swarm_time_of (swarm, client));
      g_assert_cmpuint (count_bans (swarm, client, false), ==, 0);
      g_assert_cmpuint (count_bans (swarm, client, true), <=, cases[at].n_liars);
      g_assert_cmpuint (bt_metainfo_lacks_layers (sim_client_torrent (client)->metainfo), ==, 0);
      g_assert_cmpuint (sim_drive_n_bad (sim_client_drive (client)), ==, 0);
    }
  g_test_message ("%.1f s", slowest);
  g_assert_cmpfloat (slowest, <, cases[at].time_max);
  sim_swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, GSIZE_TO_POINTER (i), test_swarm);
  return g_test_run ();
}
