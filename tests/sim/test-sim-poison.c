/* test-sim-poison.c: peers that send what is not true. */
#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "client-core/torrent/eng-torrent-private.h"
#include "tests/sim/sim-swarm.h"

#define RATE (1000 * 1000)
#define KIB 1024

static const SimTrackerConfig tracker
    = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };
static const SimClientConfig seed = {
  .line = { .up_Bps = RATE / 10, .down_Bps = 10 * RATE, .latency_us = 20 * SIM_MS },
  .seed = true,
};
static const SimClientConfig leech
    = { .line = { .up_Bps = RATE, .down_Bps = 10 * RATE, .latency_us = 20 * SIM_MS } };

static const struct
{
  const char *name;
  BtFormat format;
  unsigned n_seeds;
  unsigned n_poisoners;
  uint32_t spoilt_blocks;
  uint64_t poison_Bps;
  uint64_t piece_length;
  uint32_t n_pieces;
  uint32_t bad_max; /* pieces, for all poisoners */
  double time_max;  /* times the clean time */
} cases[] = {
  { "/sim/poison/alone", BT_FORMAT_V1, 0, 1, UINT32_MAX, RATE / 10, 256 * KIB, 128, 1, 1.1 },
  { "/sim/poison/alone-one-block", BT_FORMAT_V1, 0, 1, 1, RATE / 10, 256 * KIB, 128, 1, 1.1 },
  { "/sim/poison/among-20", BT_FORMAT_V1, 20, 1, UINT32_MAX, RATE / 10, 256 * KIB, 128, 4, 1.1 },
  { "/sim/poison/among-20-one-block", BT_FORMAT_V1, 20, 1, 1, RATE / 10, 256 * KIB, 128, 4, 1.1 },
  { "/sim/poison/among-20-large-pieces", BT_FORMAT_V1, 20, 1, UINT32_MAX, RATE / 10, 4096 * KIB, 48,
    4, 1.15 },
  { "/sim/poison/among-20-one-block-of-large", BT_FORMAT_V1, 20, 1, 1, RATE / 10, 4096 * KIB, 48, 4,
    1.15 },
  { "/sim/poison/three-among-20", BT_FORMAT_V1, 20, 3, UINT32_MAX, RATE / 10, 1024 * KIB, 64, 9,
    1.15 },
  { "/sim/poison/among-3", BT_FORMAT_V1, 3, 1, UINT32_MAX, RATE / 10, 4096 * KIB, 10, 3, 1.2 },
  { "/sim/poison/slow", BT_FORMAT_V1, 20, 1, UINT32_MAX, RATE / 100, 1024 * KIB, 64, 4, 1.15 },
  { "/sim/poison/v2-alone", BT_FORMAT_V2, 0, 1, UINT32_MAX, RATE / 10, 256 * KIB, 128, 1, 1.1 },
  { "/sim/poison/v2-among-20", BT_FORMAT_V2, 20, 1, UINT32_MAX, RATE / 10, 256 * KIB, 128, 4, 1.1 },
  { "/sim/poison/v2-one-block-of-large", BT_FORMAT_V2, 20, 1, 1, RATE / 10, 4096 * KIB, 48, 4,
    1.1 },
  { "/sim/poison/v2-three-among-20", BT_FORMAT_V2, 20, 3, UINT32_MAX, RATE / 10, 1024 * KIB, 64, 9,
    1.1 },
  { "/sim/poison/hybrid-among-3", BT_FORMAT_HYBRID, 3, 1, UINT32_MAX, RATE / 10, 4096 * KIB, 10, 3,
    1.1 },
};

/* So many blocks of each peer beside the bad ones may be thrown away where leaves tell what is to
 * blame: in the end game several are asked for one, and who has none left is asked once more. */
#define STALE_BLOCKS 2

typedef struct
{
  double time_s; /* 0: never */
  uint64_t wasted;
  uint32_t n_bad;
  unsigned n_banned;
  unsigned n_honest_banned;
} Outcome;

/* Half to three halves of the usual rate, and anything between near and far; the same with
 * poisoners and without. */
static SimClientConfig
make_seed (uint64_t *random)
{
  SimClientConfig config = seed;

  config.line.up_Bps = config.line.up_Bps * (50 + eng_random_below (random, 100)) / 100;
  config.line.latency_us = (5 + eng_random_below (random, 60)) * SIM_MS;
  return config;
}

static Outcome
run (size_t at, unsigned n_poisoners)
{
  uint64_t random = sim_seed (21);
  SimSwarm *swarm
      = sim_swarm_new_of (cases[at].format, random, cases[at].piece_length, cases[at].n_pieces);
  SimPeerConfig poisoner = { .line = { .up_Bps = cases[at].poison_Bps, .latency_us = 20 * SIM_MS },
                             .has_all = true,
                             .serves = true,
                             .spoilt_blocks = cases[at].spoilt_blocks };
  Outcome outcome = { 0 };
  SimClient *client;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  for (unsigned i = 0; i < cases[at].n_seeds; i++)
    {
      SimClientConfig config = make_seed (&random);

      sim_client_start (sim_swarm_add_client (swarm, &config));
    }
  for (unsigned i = 0; i < n_poisoners; i++)
    {
      poisoner.line.latency_us = (5 + eng_random_below (&random, 60)) * SIM_MS;
      (void) sim_swarm_add_peer (swarm, &poisoner);
    }
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  client = sim_swarm_add_client (swarm, &leech);
  sim_client_start (client);
  if (sim_swarm_run_until_complete (swarm, 300 * SIM_S))
    outcome.time_s = sim_swarm_time_of (swarm, client);
  sim_swarm_check_truth (swarm);
  outcome.wasted = sim_client_wasted (client);
  outcome.n_bad = sim_drive_n_bad (sim_client_drive (client));
  for (guint i = 0; i < swarm->peers->len; i++)
    {
      BtEndpoint endpoint = sim_host_endpoint (sim_peer_host (swarm->peers->pdata[i]));

      outcome.n_banned
          += eng_candidates_ban_reason (sim_client_torrent (client)->candidates, &endpoint)
             == ENG_BAN_BAD_DATA;
    }
  for (guint i = 0; i < cases[at].n_seeds; i++)
    {
      BtEndpoint endpoint = sim_host_endpoint (sim_client_host (sim_swarm_client (swarm, i)));

      outcome.n_honest_banned
          += eng_candidates_ban_reason (sim_client_torrent (client)->candidates, &endpoint)
             != ENG_BAN_NONE;
    }
  sim_swarm_free (swarm);
  return outcome;
}

static void
test_poison (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  unsigned n_peers = cases[at].n_seeds + cases[at].n_poisoners;
  Outcome poisoned = run (at, cases[at].n_poisoners);
  Outcome clean = { 0 };

  if (cases[at].n_seeds > 0)
    clean = run (at, 0);
  g_test_message (
      "%u bad pieces, %u banned, %u honest ones; %.1f s, clean %.1f s, %" G_GUINT64_FORMAT
      " KiB wasted, %" G_GUINT64_FORMAT,
      poisoned.n_bad, poisoned.n_banned, poisoned.n_honest_banned, poisoned.time_s, clean.time_s,
      poisoned.wasted / KIB, clean.wasted / KIB);
  g_assert_cmpuint (poisoned.n_bad, <=, cases[at].bad_max);
  if (poisoned.n_bad > 0
      || cases[at].spoilt_blocks == UINT32_MAX) /* or it was never asked for it */
    g_assert_cmpuint (poisoned.n_banned, ==, cases[at].n_poisoners);
  g_assert_cmpuint (poisoned.n_honest_banned, ==, 0);
  if ((cases[at].format & BT_FORMAT_V2) != 0 && cases[at].spoilt_blocks == 1)
    g_assert_cmpuint (poisoned.wasted, <=,
                      (poisoned.n_bad + STALE_BLOCKS * n_peers) * BT_BLOCK_LEN);
  if (cases[at].n_seeds == 0)
    return;
  g_assert_cmpfloat (poisoned.time_s, >, 0);
  g_assert_cmpfloat (poisoned.time_s, <, cases[at].time_max * clean.time_s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, GSIZE_TO_POINTER (i), test_poison);
  return g_test_run ();
}
