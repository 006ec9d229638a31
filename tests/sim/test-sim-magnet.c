/* test-sim-magnet.c: swarms in which clients know the info-hash alone, and peers who hear of each
 * other from each other. */
#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "protocol/core/bt-limits.h"
#include "tests/sim/sim-swarm.h"

#define RATE (1000 * 1000)
#define KIB 1024

static const SimTrackerConfig tracker
    = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };
static const SimClientConfig seed = {
  .line = { .up_Bps = RATE, .down_Bps = 10 * RATE, .latency_us = 20 * SIM_MS },
  .seed = true,
};
static const SimClientConfig magnet = {
  .line = { .up_Bps = RATE, .down_Bps = 10 * RATE, .latency_us = 20 * SIM_MS },
  .magnet = BT_FORMAT_V1,
};

static const struct
{
  const char *name;
  unsigned n_seeds;
  unsigned n_magnets;
  unsigned n_mute; /* peers that say they have everything, and know no extension */
  uint32_t n_pieces;
  uint64_t seeds_after_us; /* the seeds come late */
  double metadata_s;       /* of the last, from the first seed on */
} cases[] = {
  { "/sim/magnet/pair", 1, 1, 0, 64, 0, 2 },
  { "/sim/magnet/large", 1, 1, 0, 60000, 0, 6 },
  { "/sim/magnet/crowd", 1, 12, 0, 64, 0, 4 },
  { "/sim/magnet/among-mute", 2, 4, 20, 64, 0, 30 },
  { "/sim/magnet/late-seed", 1, 3, 0, 64, 30 * SIM_S, 100 },
};

static bool
all_found (void *data)
{
  const SimSwarm *swarm = data;

  for (guint i = 0; i < swarm->clients->len; i++)
    if (sim_client_metadata (swarm->clients->pdata[i]) != NULL)
      return false;
  return true;
}

static void
start_seeds (SimSwarm *swarm, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    sim_client_start (sim_swarm_client (swarm, i));
}

/* All get the metadata in time, and what it describes without one connection more. */
static void
test_case (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (31), 16 * KIB, cases[at].n_pieces);
  SimPeerConfig mute = { .line = { .latency_us = 20 * SIM_MS }, .has_all = true };

  (void) sim_swarm_add_tracker (swarm, &tracker);
  for (unsigned i = 0; i < cases[at].n_seeds; i++)
    (void) sim_swarm_add_client (swarm, &seed);
  for (unsigned i = 0; i < cases[at].n_mute; i++)
    (void) sim_swarm_add_peer (swarm, &mute);
  if (cases[at].seeds_after_us == 0)
    start_seeds (swarm, cases[at].n_seeds);
  for (unsigned i = 0; i < cases[at].n_magnets; i++)
    sim_client_start (sim_swarm_add_client (swarm, &magnet));
  (void) sim_swarm_run (swarm, cases[at].seeds_after_us, NULL, NULL);
  if (cases[at].seeds_after_us > 0)
    start_seeds (swarm, cases[at].n_seeds);
  g_assert_true (
      sim_swarm_run (swarm, (uint64_t) (cases[at].metadata_s * SIM_S), all_found, swarm));
  if (cases[at].n_pieces < 1000)
    g_assert_true (sim_swarm_run_until_complete (swarm, 600 * SIM_S));
  sim_swarm_check_truth (swarm);
  sim_swarm_free (swarm);
}

/* The connection over which the metadata came carries the rest. */
static void
test_one_connection (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (32), 16 * KIB, 64);
  SimClient *giver = sim_swarm_add_client (swarm, &seed);
  SimClient *taker = sim_swarm_add_client (swarm, &magnet);
  BtEndpoint at = sim_host_endpoint (sim_client_host (giver));

  sim_client_start (giver);
  sim_client_start (taker);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  sim_client_add_peer (taker, &at);
  g_assert_true (sim_swarm_run_until_complete (swarm, 60 * SIM_S));
  g_assert_cmpuint (sim_client_metadata_us (taker), >, 0);
  /* handshake, metadata, pieces: a reconnect would wait for a minute */
  g_assert_cmpfloat (sim_swarm_time_of (swarm, taker), <, 20);
  sim_swarm_check_truth (swarm);
  sim_swarm_free (swarm);
}

/* More than there is room for dial the one that looks for metadata, say nothing, and come again
 * when they are sent away; who has it can only come by itself. */
static void
test_silent_crowd (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (35), 16 * KIB, 64);
  SimClient *giver = sim_swarm_add_client (swarm, &seed);
  SimClient *taker = sim_swarm_add_client (swarm, &magnet);
  const SimPeerConfig silent = { .line = { .latency_us = 20 * SIM_MS } };
  BtEndpoint at = sim_host_endpoint (sim_client_host (taker));

  sim_client_start (taker);
  for (unsigned i = 0; i < 2 * BT_LIMIT_METADATA_PEERS; i++)
    {
      SimPeer *peer = sim_peer_new (swarm->net, swarm->metainfo, &silent);

      g_ptr_array_add (swarm->peers, peer); /* no tracker tells of it */
      sim_peer_dial (peer, &at);
    }
  (void) sim_swarm_run (swarm, 10 * SIM_S, NULL, NULL);
  sim_client_start (giver);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  sim_client_add_peer (giver, &at);
  g_assert_true (sim_swarm_run (swarm, 30 * SIM_S, all_found, swarm));
  sim_swarm_free (swarm);
}

static bool
all_meet (void *data)
{
  const SimSwarm *swarm = data;

  for (guint i = 0; i < swarm->clients->len; i++)
    {
      const EngTorrent *torrent = sim_client_torrent (swarm->clients->pdata[i]);

      if (torrent == NULL || torrent->links->len + 1 < swarm->clients->len)
        return false;
    }
  return true;
}

/* Without a tracker all know the first one alone, and hear of the others from it. */
static void
test_exchange (void)
{
  static const SimClientConfig leech
      = { .line = { .up_Bps = RATE / 20, .down_Bps = 10 * RATE, .latency_us = 20 * SIM_MS } };
  SimSwarm *swarm = sim_swarm_new (sim_seed (33), 256 * KIB, 400);
  BtEndpoint at;

  for (unsigned i = 0; i < 6; i++)
    sim_client_start (sim_swarm_add_client (swarm, &leech));
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  at = sim_host_endpoint (sim_client_host (sim_swarm_client (swarm, 0)));
  for (unsigned i = 1; i < 6; i++)
    sim_client_add_peer (sim_swarm_client (swarm, i), &at);
  g_assert_true (sim_swarm_run (swarm, 200 * SIM_S, all_meet, swarm));
  sim_swarm_free (swarm);
}

/* The one that all know tells nobody of the others. */
static void
test_no_exchange (void)
{
  SimClientConfig config = { .line = { .up_Bps = RATE, .down_Bps = RATE }, .alone = true };
  SimSwarm *swarm = sim_swarm_new (sim_seed (34), 256 * KIB, 400);
  BtEndpoint at;

  for (unsigned i = 0; i < 4; i++)
    {
      sim_client_start (sim_swarm_add_client (swarm, &config));
      config.alone = false;
    }
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  at = sim_host_endpoint (sim_client_host (sim_swarm_client (swarm, 0)));
  for (unsigned i = 1; i < 4; i++)
    sim_client_add_peer (sim_swarm_client (swarm, i), &at);
  (void) sim_swarm_run (swarm, 200 * SIM_S, NULL, NULL);
  g_assert_cmpuint (sim_client_torrent (sim_swarm_client (swarm, 0))->links->len, ==, 3);
  for (unsigned i = 1; i < 4; i++)
    g_assert_cmpuint (sim_client_torrent (sim_swarm_client (swarm, i))->links->len, ==, 1);
  sim_swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, GSIZE_TO_POINTER (i), test_case);
  g_test_add_func ("/sim/magnet/one-connection", test_one_connection);
  g_test_add_func ("/sim/magnet/silent-crowd", test_silent_crowd);
  g_test_add_func ("/sim/pex/all-meet", test_exchange);
  g_test_add_func ("/sim/pex/switched-off", test_no_exchange);
  return g_test_run ();
}
