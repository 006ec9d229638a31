/* sim-swarm.c: see the header. */
#include "tests/sim/sim-swarm.h"

#include <glib.h>

#include "client-core/torrent/eng-torrent-private.h"
#include "protocol/core/bt-assert.h"
#include "tests/sim/sim-content.h"

#define STOP_US (60 * SIM_S)

uint64_t
sim_seed (uint64_t usual)
{
  const char *text = g_getenv ("SHOAL_SIM_SEED");
  guint64 seed = usual;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &seed, NULL))
    seed = usual;
  g_test_message ("SHOAL_SIM_SEED=%" G_GUINT64_FORMAT, seed);
  return seed;
}

SimSwarm *
sim_swarm_new (uint64_t seed, uint64_t piece_length, uint32_t n_pieces)
{
  return sim_swarm_new_of (BT_FORMAT_V1, seed, piece_length, n_pieces);
}

SimSwarm *
sim_swarm_new_of (BtFormat format, uint64_t seed, uint64_t piece_length, uint32_t n_pieces)
{
  SimSwarm *swarm = g_new0 (SimSwarm, 1);
  g_autofree char *name = g_strdup_printf ("world-%" G_GUINT64_FORMAT, seed);

  swarm->seed = seed;
  swarm->world = sim_world_new (seed);
  swarm->net = sim_net_new (swarm->world);
  swarm->metainfo = sim_content_metainfo (format, name, piece_length, piece_length * n_pieces);
  swarm->layout = bt_metainfo_layout (swarm->metainfo);
  swarm->clients = g_ptr_array_new ();
  swarm->announces = g_ptr_array_new ();
  swarm->trackers = g_ptr_array_new ();
  swarm->peers = g_ptr_array_new ();
  return swarm;
}

static bool
is_stopped (void *data)
{
  const SimSwarm *swarm = data;

  for (guint i = 0; i < swarm->clients->len; i++)
    if (sim_client_is_running (swarm->clients->pdata[i]))
      return false;
  return true;
}

void
sim_swarm_free (SimSwarm *swarm)
{
  for (guint i = 0; i < swarm->clients->len; i++)
    sim_client_stop (swarm->clients->pdata[i]);
  g_assert_true (sim_swarm_run (swarm, STOP_US, is_stopped, swarm));
  for (guint i = 0; i < swarm->peers->len; i++)
    sim_peer_free (swarm->peers->pdata[i]);
  for (guint i = 0; i < swarm->announces->len; i++)
    sim_announces_free (swarm->announces->pdata[i]);
  for (guint i = 0; i < swarm->clients->len; i++)
    {
      g_assert_cmpuint (sim_host_n_streams (sim_client_host (swarm->clients->pdata[i])), ==, 0);
      sim_client_free (swarm->clients->pdata[i]);
    }
  for (guint i = 0; i < swarm->trackers->len; i++)
    sim_tracker_free (swarm->trackers->pdata[i]);
  g_ptr_array_unref (swarm->clients);
  g_ptr_array_unref (swarm->announces);
  g_ptr_array_unref (swarm->trackers);
  g_ptr_array_unref (swarm->peers);
  bt_metainfo_unref (swarm->metainfo);
  sim_net_free (swarm->net);
  sim_world_free (swarm->world);
  g_free (swarm);
}

SimTracker *
sim_swarm_add_tracker (SimSwarm *swarm, const SimTrackerConfig *config)
{
  SimTracker *tracker = sim_tracker_new (swarm->world, config);

  bt_assert (swarm->clients->len == 0);
  g_ptr_array_add (swarm->trackers, tracker);
  return tracker;
}

SimClient *
sim_swarm_add_client (SimSwarm *swarm, const SimClientConfig *config)
{
  SimClient *client = sim_client_new (swarm->net, swarm->metainfo, config);

  g_ptr_array_add (swarm->clients, client);
  if (swarm->trackers->len > 0)
    g_ptr_array_add (
        swarm->announces,
        sim_announces_new (client, (SimTracker **) swarm->trackers->pdata, swarm->trackers->len));
  return client;
}

SimPeer *
sim_swarm_add_peer (SimSwarm *swarm, const SimPeerConfig *config)
{
  SimPeer *peer = sim_peer_new (swarm->net, swarm->metainfo, config);

  g_ptr_array_add (swarm->peers, peer);
  for (guint i = 0; i < swarm->trackers->len; i++)
    sim_tracker_add (swarm->trackers->pdata[i], sim_peer_host (peer));
  return peer;
}

SimClient *
sim_swarm_client (const SimSwarm *swarm, unsigned i)
{
  return swarm->clients->pdata[i];
}

bool
sim_swarm_run (SimSwarm *swarm, uint64_t us, SimCondition done, void *data)
{
  return sim_world_run (swarm->world, sim_world_now_us (swarm->world) + us, done, data);
}

static bool
is_complete (void *data)
{
  const SimSwarm *swarm = data;

  for (guint i = 0; i < swarm->clients->len; i++)
    {
      const SimClient *client = swarm->clients->pdata[i];
      EngTorrent *torrent = sim_client_torrent (client);

      if ((torrent != NULL && torrent->state != ENG_TORRENT_SEEDING)
          || sim_client_metadata (client) != NULL)
        return false;
    }
  return true;
}

bool
sim_swarm_run_until_complete (SimSwarm *swarm, uint64_t us)
{
  return sim_swarm_run (swarm, us, is_complete, swarm);
}

double
sim_swarm_time_of (const SimSwarm *swarm, const SimClient *client)
{
  uint64_t completed_us = sim_client_completed_us (client);

  g_assert_cmpuint (completed_us, !=, 0);
  return (double) (completed_us - sim_client_started_us (client)) / (double) SIM_S;
}

void
sim_swarm_check_truth (const SimSwarm *swarm)
{
  for (guint i = 0; i < swarm->clients->len; i++)
    {
      const SimClient *client = swarm->clients->pdata[i];
      EngTorrent *torrent = sim_client_torrent (client);

      if (torrent != NULL)
        g_assert_cmpuint (bt_bitfield_count_andnot (eng_picker_done (torrent->picker),
                                                    sim_drive_has (sim_client_drive (client))),
                          ==, 0);
    }
}
