/* test-sim-monkey.c: everything at once, by chance: lines, disks, peers that misbehave in each way,
 * connections that break, clients that go and come. Nothing traps, nothing is left behind, no piece
 * is false, and in the end everybody has everything. */
#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "tests/sim/sim-swarm.h"

#define KIB 1024

static const SimTrackerConfig usual
    = { .latency_us = 50 * SIM_MS, .interval_s = 120, .min_interval_s = 60, .give = 50 };

static uint64_t
some (SimSwarm *swarm, uint32_t least, uint32_t most)
{
  return least + sim_world_below (swarm->world, most - least);
}

static bool
often (SimSwarm *swarm, uint32_t percent)
{
  return sim_world_below (swarm->world, 100) < percent;
}

static SimLine
some_line (SimSwarm *swarm)
{
  return (SimLine){ .up_Bps = some (swarm, 20 * 1000, 1000 * 1000),
                    .down_Bps = some (swarm, 100 * 1000, 4000 * 1000),
                    .latency_us = some (swarm, 1000, 150 * 1000),
                    .jitter_us = some (swarm, 0, 50 * 1000) };
}

static void
add_client (SimSwarm *swarm, bool seed)
{
  SimClientConfig config = { .line = some_line (swarm), .seed = seed };
  SimClient *client;

  config.drive.cold = often (swarm, 50);
  config.drive.latency_us = some (swarm, 0, 20 * 1000);
  config.drive.rate_Bps = often (swarm, 30) ? some (swarm, 200 * 1000, 2000 * 1000) : 0;
  config.budget = often (swarm, 30) ? some (swarm, 512 * KIB, 4096 * KIB) : 0;
  client = sim_swarm_add_client (swarm, &config);
  for (uint32_t p = 0; p < swarm->layout->n_pieces; p++)
    if (!seed && often (swarm, 10))
      sim_drive_put (sim_client_drive (client), p);
  sim_client_start (client);
}

static void
add_peer (SimSwarm *swarm)
{
  SimPeerConfig config = { .line = some_line (swarm),
                           .has_all = often (swarm, 70),
                           .serves = often (swarm, 60),
                           .rejects = often (swarm, 20),
                           .spoilt_blocks = often (swarm, 30) ? (uint32_t) some (swarm, 1, 5) : 0,
                           .stall_after = often (swarm, 30) ? some (swarm, 1, 500 * KIB) : 0,
                           .flap_us = often (swarm, 30) ? some (swarm, SIM_S / 5, 9 * SIM_S) : 0,
                           .fetches = often (swarm, 50),
                           .again = true,
                           .reconnect_us = often (swarm, 30) ? 7 * SIM_S : 0,
                           .requests_per_s = often (swarm, 20) ? 200 : 0,
                           .cancels_per_s = often (swarm, 20) ? 200 : 0,
                           .haves_per_s = often (swarm, 20) ? 200 : 0 };
  SimPeer *peer = sim_swarm_add_peer (swarm, &config);

  for (guint i = 0; i < swarm->clients->len; i++)
    if (often (swarm, 50))
      {
        BtEndpoint endpoint = sim_host_endpoint (sim_client_host (sim_swarm_client (swarm, i)));

        sim_peer_dial (peer, &endpoint);
      }
}

static void
break_something (SimSwarm *swarm)
{
  SimClient *client = sim_swarm_client (swarm, 1 + sim_world_below (swarm->world, 7));
  SimHost *host = sim_client_host (client);

  switch (sim_world_below (swarm->world, 7))
    {
    case 0:
      sim_host_reset_one (host);
      break;
    case 1:
      sim_host_reset_all (host);
      break;
    case 2:
      sim_host_stall (host, often (swarm, 50));
      break;
    case 3:
      sim_host_vanish (host, often (swarm, 30));
      break;
    case 4:
      sim_host_refuse (host, often (swarm, 50));
      break;
    case 5:
      sim_host_set_side (host, often (swarm, 30));
      break;
    default:
      if (!sim_client_is_running (client))
        sim_client_start (client);
      else if (often (swarm, 50))
        sim_client_stop (client);
      break;
    }
}

static void
mend_everything (SimSwarm *swarm)
{
  for (guint i = 0; i < swarm->clients->len; i++)
    {
      SimClient *client = sim_swarm_client (swarm, i);
      SimHost *host = sim_client_host (client);

      sim_host_stall (host, false);
      sim_host_vanish (host, false);
      sim_host_refuse (host, false);
      sim_host_set_side (host, 0);
      if (!sim_client_is_running (client))
        sim_client_start (client);
    }
}

static void
test_monkey (gconstpointer data)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (GPOINTER_TO_SIZE (data)), 64 * KIB, 64);

  (void) sim_swarm_add_tracker (swarm, &usual);
  add_client (swarm, true);
  for (unsigned i = 0; i < 7; i++)
    add_client (swarm, false);
  for (unsigned i = 0; i < 5; i++)
    add_peer (swarm);
  for (unsigned i = 0; i < 100; i++)
    {
      break_something (swarm);
      (void) sim_swarm_run (swarm, some (swarm, 1, 2 * SIM_S), NULL, NULL);
      sim_swarm_check_truth (swarm);
    }
  (void) sim_swarm_run (swarm, 5 * SIM_S, NULL, NULL); /* the last stop ends */
  mend_everything (swarm);
  g_assert_true (sim_swarm_run_until_complete (swarm, 2 * 3600 * SIM_S));
  sim_swarm_check_truth (swarm);
  sim_swarm_free (swarm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 1; i <= (g_test_slow () ? 200 : 5); i++)
    {
      g_autofree char *name = g_strdup_printf ("/sim/monkey/seed-%u", (unsigned) i);

      g_test_add_data_func (name, GSIZE_TO_POINTER (i), test_monkey);
    }
  return g_test_run ();
}
