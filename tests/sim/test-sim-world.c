/* test-sim-world.c: the simulator itself: lines as fast as they say, runs that repeat, connections
 * that fail as they do in life, and how large a swarm may be. */
#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "tests/sim/sim-swarm.h"

#define RATE (1000 * 1000)
#define KIB 1024

static const SimTrackerConfig tracker
    = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 30 };
static const SimClientConfig seed = {
  .line = { .up_Bps = RATE, .down_Bps = 4 * RATE, .latency_us = 20 * SIM_MS },
  .seed = true,
};
static const SimClientConfig leech
    = { .line = { .up_Bps = RATE, .down_Bps = 4 * RATE, .latency_us = 20 * SIM_MS } };

static const SimClientConfig cold_seed = {
  .line = { .up_Bps = RATE, .down_Bps = 4 * RATE, .latency_us = 20 * SIM_MS },
  .drive = { .latency_us = 5 * SIM_MS, .rate_Bps = 100 * RATE, .cold = true },
  .seed = true,
};
static const SimClientConfig slow_leech
    = { .line = { .up_Bps = RATE, .down_Bps = RATE / 4, .latency_us = 20 * SIM_MS } };

static const struct
{
  const char *name;
  const SimClientConfig *from;
  const SimClientConfig *to;
  uint64_t rate_Bps; /* of the narrowest */
} pairs[] = {
  { "/sim/world/line/up", &seed, &leech, RATE },
  { "/sim/world/line/cold", &cold_seed, &leech, RATE },
  { "/sim/world/line/down", &seed, &slow_leech, RATE / 4 },
};

/* A download of 16 MiB takes what the narrowest line says, and little more. */
static void
test_line (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (1), 256 * KIB, 64);
  SimClient *to;
  double ideal = (double) swarm->layout->end / (double) pairs[i].rate_Bps;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  sim_client_start (sim_swarm_add_client (swarm, pairs[i].from));
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  to = sim_swarm_add_client (swarm, pairs[i].to);
  sim_client_start (to);
  g_assert_true (sim_swarm_run_until_complete (swarm, 200 * SIM_S));
  sim_swarm_check_truth (swarm);
  g_test_message ("%.2f s, ideal %.2f s", sim_swarm_time_of (swarm, to), ideal);
  g_assert_cmpfloat (sim_swarm_time_of (swarm, to), >, ideal);
  g_assert_cmpfloat (sim_swarm_time_of (swarm, to), <, 1.05 * ideal + 1);
  sim_swarm_free (swarm);
}

/* Twelve clients with jitter and resets: as much chance as there is. */
static uint64_t
digest_of (uint64_t number)
{
  SimSwarm *swarm = sim_swarm_new (number, 64 * KIB, 64);
  SimClientConfig jittery = leech;
  uint64_t digest;

  jittery.line.jitter_us = 30 * SIM_MS;
  (void) sim_swarm_add_tracker (swarm, &tracker);
  sim_client_start (sim_swarm_add_client (swarm, &seed));
  for (unsigned i = 0; i < 12; i++)
    sim_client_start (sim_swarm_add_client (swarm, &jittery));
  for (unsigned i = 0; i < 10; i++)
    {
      (void) sim_swarm_run (swarm, SIM_S, NULL, NULL);
      sim_host_reset_one (sim_client_host (sim_swarm_client (swarm, i)));
    }
  g_assert_true (sim_swarm_run_until_complete (swarm, 600 * SIM_S));
  digest = sim_world_digest (swarm->world);
  sim_swarm_free (swarm);
  return digest;
}

static void
test_same_again (void)
{
  uint64_t number = sim_seed (7);
  uint64_t once = digest_of (number);

  g_assert_cmphex (digest_of (number), ==, once);
  g_assert_cmphex (digest_of (number + 1), !=, once);
}

typedef enum
{
  FATE_REFUSE,
  FATE_VANISH,
  FATE_SIDE
} Fate;

static const struct
{
  const char *name;
  Fate fate;
} fates[] = {
  { "/sim/world/refused", FATE_REFUSE },
  { "/sim/world/vanished", FATE_VANISH },
  { "/sim/world/other-side", FATE_SIDE },
};

static void
set_fate (SimClient *client, Fate fate, bool on)
{
  SimHost *host = sim_client_host (client);

  if (fate == FATE_REFUSE)
    sim_host_refuse (host, on);
  else if (fate == FATE_VANISH)
    sim_host_vanish (host, on);
  else
    sim_host_set_side (host, on);
}

/* The only seed cannot be had for a while: nothing comes, and then all of it. */
static void
test_fate (gconstpointer data)
{
  Fate fate = fates[GPOINTER_TO_SIZE (data)].fate;
  SimSwarm *swarm = sim_swarm_new (sim_seed (2), 64 * KIB, 32);
  SimClient *from, *to;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  from = sim_swarm_add_client (swarm, &seed);
  sim_client_start (from);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  set_fate (from, fate, true);
  to = sim_swarm_add_client (swarm, &leech);
  sim_client_start (to);
  g_assert_false (sim_swarm_run_until_complete (swarm, 50 * SIM_S));
  g_assert_cmpuint (sim_client_n_have (to), ==, 0);
  set_fate (from, fate, false);
  g_assert_true (sim_swarm_run_until_complete (swarm, 200 * SIM_S));
  sim_swarm_free (swarm);
}

/* Two that hear of each other at the same moment and dial at once end up connected. */
static void
test_crossing (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (3), 64 * KIB, 32);
  SimClient *a = sim_swarm_add_client (swarm, &leech);
  SimClient *b = sim_swarm_add_client (swarm, &leech);
  BtEndpoint at_a = sim_host_endpoint (sim_client_host (a));
  BtEndpoint at_b = sim_host_endpoint (sim_client_host (b));

  for (uint32_t i = 0; i < 32; i++)
    sim_drive_put (sim_client_drive (i % 2 == 0 ? a : b), i);
  sim_client_start (a);
  sim_client_start (b);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  eng_torrent_add_peer (sim_client_torrent (a), &at_b, ENG_SOURCE_TRACKER, false);
  eng_torrent_add_peer (sim_client_torrent (b), &at_a, ENG_SOURCE_TRACKER, false);
  g_assert_true (sim_swarm_run_until_complete (swarm, 100 * SIM_S));
  sim_swarm_free (swarm);
}

/* 200 hosts and 1,000 pieces. */
static void
test_scale (void)
{
  SimTrackerConfig few = tracker;
  SimSwarm *swarm = sim_swarm_new (sim_seed (4), 16 * KIB, 1000);
  uint64_t from_us;

  few.give = 5;
  (void) sim_swarm_add_tracker (swarm, &few);
  sim_client_start (sim_swarm_add_client (swarm, &seed));
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  from_us = sim_world_now_us (swarm->world);
  for (unsigned i = 1; i < 200; i++)
    {
      sim_client_start (sim_swarm_add_client (swarm, &leech));
      (void) sim_swarm_run (swarm, 50 * SIM_MS, NULL, NULL);
    }
  g_assert_true (sim_swarm_run_until_complete (swarm, 600 * SIM_S));
  sim_swarm_check_truth (swarm);
  g_test_message ("%.1f s, %" G_GUINT64_FORMAT " events",
                  (double) (sim_world_now_us (swarm->world) - from_us) / (double) SIM_S,
                  sim_world_n_events (swarm->world));
  sim_swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (pairs); i++)
    g_test_add_data_func (pairs[i].name, GSIZE_TO_POINTER (i), test_line);
  g_test_add_func ("/sim/world/same-again", test_same_again);
  for (size_t i = 0; i < G_N_ELEMENTS (fates); i++)
    g_test_add_data_func (fates[i].name, GSIZE_TO_POINTER (i), test_fate);
  g_test_add_func ("/sim/world/crossing", test_crossing);
  if (g_test_slow ())
    g_test_add_func ("/sim/world/scale", test_scale);
  return g_test_run ();
}
