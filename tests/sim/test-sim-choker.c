/* test-sim-choker.c: whom the choker serves in a swarm: those who give, newcomers, all alike while
 * seeding; and what those get who only take. */
#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "tests/sim/sim-swarm.h"

#define RATE (1000 * 1000)
#define KIB 1024

static const SimTrackerConfig tracker
    = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };

static SimLine
line (uint64_t up_Bps)
{
  return (SimLine){ .up_Bps = up_Bps, .down_Bps = 10 * RATE, .latency_us = 20 * SIM_MS };
}

static SimClient *
add_client (SimSwarm *swarm, uint64_t up_Bps, bool seed)
{
  SimClientConfig config = { .line = line (up_Bps), .seed = seed };
  SimClient *client = sim_swarm_add_client (swarm, &config);

  sim_client_start (client);
  return client;
}

/* One that dials the first @n_dialled clients. */
static SimPeer *
add_dialling (SimSwarm *swarm, const SimPeerConfig *config, guint n_dialled)
{
  SimPeer *peer = sim_peer_new (swarm->net, swarm->metainfo, config);

  g_ptr_array_add (swarm->peers, peer); /* no tracker tells of it */
  for (guint i = 0; i < n_dialled; i++)
    {
      BtEndpoint endpoint = sim_host_endpoint (sim_client_host (sim_swarm_client (swarm, i)));

      sim_peer_dial (peer, &endpoint);
    }
  return peer;
}

static SimPeer *
add_taker (SimSwarm *swarm, guint n_dialled, bool again, uint64_t reconnect_us)
{
  SimPeerConfig config
      = { .line = line (RATE), .fetches = true, .again = again, .reconnect_us = reconnect_us };

  return add_dialling (swarm, &config, n_dialled);
}

static double
mean_time (const SimSwarm *swarm, guint first, guint end)
{
  double sum = 0;

  for (guint i = first; i < end; i++)
    sum += sim_swarm_time_of (swarm, sim_swarm_client (swarm, i));
  return sum / (end - first);
}

/* --- tit for tat --- */

static bool
have_fetched (void *data)
{
  const SimSwarm *swarm = data;

  for (guint i = 0; i < swarm->peers->len; i++)
    if (sim_peer_completed_us (swarm->peers->pdata[i]) == 0)
      return false;
  return true;
}

/* Many more than there are slots. Clients leave when all are done, as people do; who gave nothing
 * is still at it then. */
static void
test_free_riders (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (31), 64 * KIB, 128);
  double honest, riders = 0;
  uint64_t from_us;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  (void) add_client (swarm, RATE / 8, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  from_us = sim_world_now_us (swarm->world);
  for (unsigned i = 0; i < 24; i++)
    (void) add_client (swarm, RATE / 40, false);
  (void) sim_swarm_run (swarm, SIM_S, NULL, NULL);
  for (unsigned i = 0; i < 6; i++)
    (void) add_taker (swarm, 25, false, 0);
  g_assert_true (sim_swarm_run_until_complete (swarm, 3600 * SIM_S));
  honest = mean_time (swarm, 1, 25);
  for (unsigned i = 1; i <= 24; i++)
    sim_client_stop (sim_swarm_client (swarm, i));
  g_assert_true (sim_swarm_run (swarm, 3600 * SIM_S, have_fetched, swarm));
  for (unsigned i = 0; i < 6; i++)
    riders += (double) (sim_peer_completed_us (swarm->peers->pdata[i]) - from_us) / 6 / SIM_S;
  g_test_message ("those who give %.1f s, those who only take %.1f s", honest, riders);
  g_assert_cmpfloat (riders, >, 1.05 * honest);
  sim_swarm_free (swarm);
}

/* --- newcomers --- */

static bool
has_first (void *data)
{
  return sim_client_n_have (data) > 0;
}

/* Twelve that are busy with each other let one begin that has nothing to offer. */
static void
test_newcomer (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (32), 256 * KIB, 256);
  SimClient *newcomer;
  uint64_t from_us;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  for (unsigned i = 0; i < 12; i++)
    {
      SimClientConfig config = { .line = line (RATE / 20) };
      SimClient *client = sim_swarm_add_client (swarm, &config);

      for (uint32_t p = 0; p < 256; p++)
        if (p % 12 == i || sim_world_below (swarm->world, 2) == 0)
          sim_drive_put (sim_client_drive (client), p);
      sim_client_start (client);
    }
  (void) sim_swarm_run (swarm, 120 * SIM_S, NULL, NULL);
  from_us = sim_world_now_us (swarm->world);
  newcomer = add_client (swarm, RATE / 20, false);
  g_assert_true (sim_swarm_run (swarm, 120 * SIM_S, has_first, newcomer));
  g_test_message ("first piece after %.1f s",
                  (double) (sim_world_now_us (swarm->world) - from_us) / (double) SIM_S);
  g_assert_cmpuint (sim_world_now_us (swarm->world) - from_us, <, 60 * SIM_S);
  sim_swarm_free (swarm);
}

/* --- seeding --- */

/* More of them than slots, all with the same wish: nobody has much more than another. */
static void
test_fair_seed (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (33), 256 * KIB, 2048);
  uint64_t least = UINT64_MAX, most = 0;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  (void) add_client (swarm, RATE / 10, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  for (unsigned i = 0; i < 20; i++)
    (void) add_taker (swarm, 1, false, 0);
  (void) sim_swarm_run (swarm, 1200 * SIM_S, NULL, NULL);
  for (guint i = 0; i < swarm->peers->len; i++)
    {
      uint64_t fetched = sim_peer_fetched (swarm->peers->pdata[i]);

      least = MIN (least, fetched);
      most = MAX (most, fetched);
    }
  g_test_message ("%.2f to %.2f MB each", (double) least / 1e6, (double) most / 1e6);
  g_assert_cmpfloat ((double) most, <, 2.5 * (double) least);
  sim_swarm_free (swarm);
}

/* Who comes again and again has no more than the others. */
static void
test_fair_to_all (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (36), 256 * KIB, 2048);
  uint64_t sums[2] = { 0 };

  (void) sim_swarm_add_tracker (swarm, &tracker);
  (void) add_client (swarm, RATE / 10, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  for (unsigned i = 0; i < 16; i++)
    (void) add_taker (swarm, 1, false, i % 4 == 0 ? 120 * SIM_S : 0);
  (void) sim_swarm_run (swarm, 1200 * SIM_S, NULL, NULL);
  for (guint i = 0; i < swarm->peers->len; i++)
    sums[i % 4 == 0] += sim_peer_fetched (swarm->peers->pdata[i]);
  g_test_message ("%.2f MB each, who come again %.2f MB", (double) sums[0] / 12e6,
                  (double) sums[1] / 4e6);
  g_assert_cmpfloat ((double) sums[1] / 4, <, 1.1 * (double) sums[0] / 12);
  sim_swarm_free (swarm);
}

/* Forty who want, and never ask, or so little that they are just not idle, do not keep a seed from
 * who does. */
static const struct
{
  const char *name;
  uint64_t drip_us;
} silent[] = {
  { "/sim/choker/who-never-ask", 0 },
  { "/sim/choker/who-ask-for-a-block-now-and-then", 19 * SIM_S },
};

static void
test_who_never_ask (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (37), 256 * KIB, 128);
  double alone = (double) swarm->layout->end / (RATE / 2);
  SimClient *client;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  (void) add_client (swarm, RATE / 2, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  for (unsigned i = 0; i < 40; i++)
    {
      SimPeerConfig config = { .line = line (RATE), .wants = true, .drip_us = silent[at].drip_us };

      (void) add_dialling (swarm, &config, 1);
    }
  (void) sim_swarm_run (swarm, 300 * SIM_S, NULL, NULL);
  client = add_client (swarm, RATE / 2, false);
  g_assert_true (sim_swarm_run_until_complete (swarm, 900 * SIM_S));
  g_test_message ("%.1f s, alone %.1f s", sim_swarm_time_of (swarm, client), alone);
  g_assert_cmpfloat (sim_swarm_time_of (swarm, client), <, 1.25 * alone + 10);
  sim_swarm_free (swarm);
}

/* Eight honest ones with a seed, alone and beside three that take all they can get for ever. */
static const struct
{
  const char *name;
  uint64_t reconnect_us;
} thefts[] = {
  { "/sim/choker/theft/steady", 0 },
  { "/sim/choker/theft/reconnecting", 15 * SIM_S },
};

static double
run_theft (unsigned n_thieves, uint64_t reconnect_us)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (34), 256 * KIB, 128);
  double time;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  (void) add_client (swarm, RATE / 2, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  for (unsigned i = 0; i < n_thieves; i++)
    (void) add_taker (swarm, 1, true, reconnect_us);
  (void) sim_swarm_run (swarm, 30 * SIM_S, NULL, NULL);
  for (unsigned i = 0; i < 8; i++)
    (void) add_client (swarm, RATE / 5, false);
  g_assert_true (sim_swarm_run_until_complete (swarm, 900 * SIM_S));
  time = mean_time (swarm, 1, 9);
  sim_swarm_free (swarm);
  return time;
}

static void
test_theft (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  double clean = run_theft (0, 0);
  double robbed = run_theft (3, thefts[at].reconnect_us);

  g_test_message ("%.1f s, without thieves %.1f s: %+.0f %%", robbed, clean,
                  100 * (robbed / clean - 1));
  g_assert_cmpfloat (robbed, <=, 1.25 * clean);
}

/* --- those who do not keep their word --- */

static const struct
{
  const char *name;
  SimPeerConfig peer;
  unsigned n;
  double over_s; /* beyond what the seed alone needs */
} unreliable[] = {
  { "/sim/choker/unreliable/stallers",
    { .has_all = true, .serves = true, .stall_after = 200 * KIB },
    6,
    3 },
  { "/sim/choker/unreliable/liars", { .has_all = true }, 6, 3 },
  { "/sim/choker/unreliable/refusers", { .has_all = true, .rejects = true }, 6, 3 },
  { "/sim/choker/unreliable/flappers",
    { .has_all = true, .serves = true, .flap_us = 3 * SIM_S },
    6,
    3 },
  { "/sim/choker/unreliable/request-floods", { .requests_per_s = 500 }, 4, 3 },
  { "/sim/choker/unreliable/cancel-floods", { .cancels_per_s = 1000 }, 4, 3 },
  { "/sim/choker/unreliable/have-floods", { .haves_per_s = 1000 }, 4, 3 },
};

/* A seed and some that are no help: they do not make it much slower than the seed alone. */
static void
test_unreliable (gconstpointer data)
{
  size_t at = GPOINTER_TO_SIZE (data);
  SimSwarm *swarm = sim_swarm_new (sim_seed (35), 256 * KIB, 128);
  SimPeerConfig config = unreliable[at].peer;
  double ideal = (double) swarm->layout->end / RATE;
  SimClient *client;
  uint64_t n_requests = 0;

  config.line = line (RATE / 20);
  (void) sim_swarm_add_tracker (swarm, &tracker);
  (void) add_client (swarm, RATE, true);
  for (unsigned i = 0; i < unreliable[at].n; i++)
    (void) sim_swarm_add_peer (swarm, &config);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  client = add_client (swarm, RATE, false);
  g_assert_true (sim_swarm_run_until_complete (swarm, 600 * SIM_S));
  for (guint i = 0; i < swarm->peers->len; i++)
    n_requests += sim_peer_n_requests (swarm->peers->pdata[i]);
  g_test_message ("%.1f s, the seed alone %.1f s; %u requests, waste %u KiB",
                  sim_swarm_time_of (swarm, client), ideal, (unsigned) n_requests,
                  (unsigned) (sim_client_wasted (client) / KIB));
  g_assert_cmpfloat (sim_swarm_time_of (swarm, client), <, 1.1 * ideal + unreliable[at].over_s);
  g_assert_cmpuint (n_requests, <, 20000);
  sim_swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/choker/free-riders", test_free_riders);
  g_test_add_func ("/sim/choker/newcomer", test_newcomer);
  g_test_add_func ("/sim/choker/fair-seed", test_fair_seed);
  g_test_add_func ("/sim/choker/fair-to-all", test_fair_to_all);
  for (size_t i = 0; i < G_N_ELEMENTS (silent); i++)
    g_test_add_data_func (silent[i].name, GSIZE_TO_POINTER (i), test_who_never_ask);
  for (size_t i = 0; i < G_N_ELEMENTS (thefts); i++)
    g_test_add_data_func (thefts[i].name, GSIZE_TO_POINTER (i), test_theft);
  for (size_t i = 0; i < G_N_ELEMENTS (unreliable); i++)
    g_test_add_data_func (unreliable[i].name, GSIZE_TO_POINTER (i), test_unreliable);
  return g_test_run ();
}
