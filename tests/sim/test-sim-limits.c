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

static bool
is_complete (void *client)
{
  return sim_client_completed_us (client) != 0;
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

/* One that may send next to nothing fetches from a peer that asks it for a great deal: what it asks
 * for does not stand behind what it is asked for. */
static void
test_both_ways (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (73), 64 * KIB, 128);
  SimClientConfig config = { .line = line };
  const SimPeerConfig other
      = { .line = line, .has_all = true, .serves = true, .fetches = true, .requests_per_s = 20 };
  EngWishes wishes = { .up_Bps = 16 * KIB };
  SimClient *client = sim_swarm_add_client (swarm, &config);
  SimPeer *peer = sim_peer_new (swarm->net, swarm->metainfo, &other);
  BtEndpoint at = sim_host_endpoint (sim_client_host (client));

  g_ptr_array_add (swarm->peers, peer);
  for (uint32_t p = 0; p < 128; p += 2)
    sim_drive_put (sim_client_drive (client), p);
  sim_client_start (client);
  g_assert_true (eng_torrent_set_wishes (sim_client_torrent (client), &wishes));
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  sim_peer_dial (peer, &at);
  (void) sim_swarm_run (swarm, 300 * SIM_S, is_complete, client);
  g_test_message ("after %.1f s", sim_swarm_time_of (swarm, client));
  g_assert_cmpfloat (sim_swarm_time_of (swarm, client), <, 40);
  g_assert_cmpuint (sim_client_uploaded (client), >, 0);
  sim_swarm_free (swarm);
}

static unsigned
count_unchoked (const EngTorrent *torrent)
{
  unsigned n = 0;

  for (guint i = 0; i < torrent->links->len; i++)
    n += ((EngLink *) torrent->links->pdata[i])->choker.unchoked;
  return n;
}

/* The slots follow a limit that is set, at the next round, whatever the line has carried before. */
static void
test_slots (void)
{
  static const SimTrackerConfig tracker
      = { .latency_us = 50 * SIM_MS, .interval_s = 600, .give = 50 };
  SimSwarm *swarm = sim_swarm_new (sim_seed (74), 64 * KIB, 4800);
  EngWishes wishes = { .up_Bps = 36 * KIB };
  SimClient *seed;

  (void) sim_swarm_add_tracker (swarm, &tracker);
  seed = add_client (swarm, true);
  (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
  for (unsigned i = 0; i < 16; i++)
    (void) add_client (swarm, false);
  (void) sim_swarm_run (swarm, 60 * SIM_S, NULL, NULL);
  g_assert_cmpuint (count_unchoked (sim_client_torrent (seed)), >, 12);
  g_assert_true (eng_torrent_set_wishes (sim_client_torrent (seed), &wishes));
  (void) sim_swarm_run (swarm, 25 * SIM_S, NULL, NULL);
  g_assert_cmpuint (count_unchoked (sim_client_torrent (seed)), <=, 6);
  sim_swarm_free (swarm);
}

/* --- single peers --- */

static EngPeerWish
wish_for (SimClient *client, uint64_t down_Bps, uint64_t up_Bps)
{
  return (EngPeerWish){ .endpoint = sim_host_endpoint (sim_client_host (client)),
                        .down_Bps = down_Bps,
                        .up_Bps = up_Bps };
}

/* What @of has of @peer in its picture, in bytes a second. */
static uint64_t
rate_from (SimClient *of, SimClient *peer)
{
  g_autoptr (GArray) pictures = eng_torrent_peers (sim_client_torrent (of));
  BtEndpoint at = sim_host_endpoint (sim_client_host (peer));

  for (guint i = 0; i < pictures->len; i++)
    {
      const EngPeerPicture *picture = &g_array_index (pictures, EngPeerPicture, i);

      if (bt_endpoint_same_address (&picture->remote, &at))
        return picture->rate_down_Bps;
    }
  return 0;
}

/* One of four seeds is limited; it leaves and comes again, and is so still, until that is taken
 * back; the others have no part in it. */
static void
test_peer_down (void)
{
  SimClient *leech, *slow;
  SimSwarm *swarm = make_swarm (&leech);
  EngWishes wishes = { .down_Bps = 100 * KIB };
  EngPeerWish wish;
  uint64_t before;

  g_assert_true (eng_torrent_set_wishes (sim_client_torrent (leech), &wishes));
  slow = sim_swarm_client (swarm, 0);
  wish = wish_for (slow, 8 * KIB, 0);
  eng_torrent_limit_peer (sim_client_torrent (leech), &wish);
  for (unsigned life = 0; life < 2; life++)
    {
      (void) sim_swarm_run (swarm, 30 * SIM_S, NULL, NULL);
      before = sim_client_uploaded (slow);
      (void) sim_swarm_run (swarm, 20 * SIM_S, NULL, NULL);
      g_assert_true (has_met_all (leech));
      g_assert_cmpuint (sim_client_uploaded (slow) - before, <=, 20 * 8 * KIB + 4 * BT_BLOCK_LEN);
      g_assert_cmpuint (rate_from (leech, sim_swarm_client (swarm, 1)), >, 16 * KIB);
      sim_client_stop (slow);
      (void) sim_swarm_run (swarm, 5 * SIM_S, NULL, NULL);
      sim_client_start (slow);
      (void) sim_swarm_run (swarm, 90 * SIM_S, has_met_all, leech);
    }
  g_assert_cmpuint (g_hash_table_size (sim_client_torrent (leech)->peer_limits), ==, 1);
  wish.down_Bps = 0;
  eng_torrent_limit_peer (sim_client_torrent (leech), &wish);
  g_assert_cmpuint (g_hash_table_size (sim_client_torrent (leech)->peer_limits), ==, 0);
  g_assert_true (sim_swarm_run_until_complete (swarm, 3600 * SIM_S));
  sim_swarm_free (swarm);
}

/* A seed sends one of two that fetch next to nothing, and the other what the line carries. */
static void
test_peer_up (void)
{
  SimSwarm *swarm = sim_swarm_new (sim_seed (75), 64 * KIB, 960);
  SimClient *seed = add_client (swarm, true);
  SimClient *takers[2];

  for (unsigned i = 0; i < 2; i++)
    {
      SimClientConfig config = { .line = line, .alone = true };
      BtEndpoint at = sim_host_endpoint (sim_client_host (seed));

      takers[i] = sim_swarm_add_client (swarm, &config);
      sim_client_start (takers[i]);
      if (i == 0)
        {
          EngPeerWish wish = wish_for (takers[i], 0, 8 * KIB);

          eng_torrent_limit_peer (sim_client_torrent (seed), &wish);
        }
      (void) sim_swarm_run (swarm, 2 * SIM_S, NULL, NULL);
      sim_client_add_peer (takers[i], &at);
    }
  (void) sim_swarm_run (swarm, 60 * SIM_S, NULL, NULL);
  g_assert_cmpuint (sim_client_downloaded (takers[0]), >, 60 * 4 * KIB);
  g_assert_cmpuint (sim_client_downloaded (takers[0]), <=, 62 * 8 * KIB + 2 * BT_BLOCK_LEN);
  g_assert_cmpuint (sim_client_downloaded (takers[1]), >, 60 * 256 * KIB);
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
  g_test_add_func ("/limits/both-ways", test_both_ways);
  g_test_add_func ("/limits/slots", test_slots);
  g_test_add_func ("/limits/peer-down", test_peer_down);
  g_test_add_func ("/limits/peer-up", test_peer_up);
  g_test_add_func ("/limits/own-address", test_own_address);
  return g_test_run ();
}
