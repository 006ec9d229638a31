/* test-trk-flood.c: what limits do to those who would fill a swarm, or the tracker, with peers that
 * are nobody. */
#include <string.h>

#include <glib.h>

#include "trk-world.h"

#define MINUTE_S 60u

/* Addresses of one IPv4 host, and of one IPv6 network, whose last bytes are anything. */
static BtEndpoint
source_of (BtFamily family, uint8_t network, uint8_t host)
{
  BtEndpoint v6 = trk_world_host6 (host);

  v6.addr[7] = network;
  return family == BT_FAMILY_V4 ? trk_world_host (network) : v6;
}

static TrkOutcome
join (TrkWorld *w, uint32_t torrent, BtEndpoint source, uint16_t port)
{
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STARTED);

  memcpy (request.info_hash, &torrent, sizeof torrent);
  request.port = port;
  return trk_world_say (w, &request, source, TRK_CARRIER_HTTP);
}

static void
test_per_source (void)
{
  static const struct
  {
    BtFamily family;
    uint32_t max;      /* peers of a source; 0: no limit */
    uint32_t n_others; /* peers of other sources, so that there is an index or none */
  } cases[] = {
    { BT_FAMILY_V4, 8, 0 },   { BT_FAMILY_V4, 8, 3 },   { BT_FAMILY_V4, 1, 100 },
    { BT_FAMILY_V4, 8, 254 }, { BT_FAMILY_V4, 8, 700 }, { BT_FAMILY_V4, 0, 300 },
    { BT_FAMILY_V6, 8, 0 },   { BT_FAMILY_V6, 1, 100 }, { BT_FAMILY_V6, 8, 254 },
    { BT_FAMILY_V6, 8, 700 }, { BT_FAMILY_V6, 0, 300 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkSwarmsConfig limits
          = { .max_swarms = 9, .max_peers = 9999, .max_per_source = cases[i].max };
      uint32_t room = cases[i].max > 0 ? cases[i].max : UINT32_MAX;
      TrkWorld w;

      trk_world_init_with (&w, &limits);
      for (uint32_t n = 0; n < cases[i].n_others; n++)
        g_assert_cmpint (join (&w, 1, source_of (cases[i].family, (uint8_t) (1 + n % 200), 0),
                               (uint16_t) (1 + n / 200)),
                         ==, n / 200 < room ? TRK_ANSWERED : TRK_CROWDED);
      for (uint32_t n = 0; n < 20; n++)
        g_assert_cmpint (
            join (&w, 1, source_of (cases[i].family, 0, (uint8_t) n), (uint16_t) (6000 + n)), ==,
            n < room ? TRK_ANSWERED : TRK_CROWDED);
      g_assert_cmpint (join (&w, 1, source_of (cases[i].family, 0, 0), 6000), ==, TRK_ANSWERED);
      g_assert_cmpint (join (&w, 2, source_of (cases[i].family, 0, 99), 6099), ==, TRK_ANSWERED);
      trk_world_clear (&w);
    }
}

/* A place that one of a source leaves is free for another. */
static void
test_crowded (void)
{
  TrkSwarmsConfig limits = { .max_swarms = 9, .max_peers = 99, .max_per_source = 2 };
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STOPPED);
  TrkWorld w;

  trk_world_init_with (&w, &limits);
  g_assert_cmpint (join (&w, 7, trk_world_host (1), 1), ==, TRK_ANSWERED);
  g_assert_cmpint (join (&w, 7, trk_world_host (1), 6881), ==, TRK_ANSWERED);
  g_assert_cmpint (join (&w, 7, trk_world_host (1), 3), ==, TRK_CROWDED);
  g_assert_cmpstr ((const char *) w.reply.failure.bytes, ==, "too many peers of one address");
  g_assert_cmpuint (w.reply.retry_min, ==, 30);
  trk_world_say (&w, &request, trk_world_host (1), TRK_CARRIER_HTTP);
  g_assert_cmpint (join (&w, 7, trk_world_host (1), 3), ==, TRK_ANSWERED);
  trk_world_clear (&w);
}

static void
assert_listed (TrkWorld *w, unsigned number, bool there)
{
  BtEndpoint peer = trk_world_at_port (trk_world_host (number), 1);

  g_assert_cmpint (trk_world_lists (&w->reply.peers_v4, &peer), ==, there);
}

/* Who comes to a full tracker takes the place of who was longest silent of those who came once;
 * who came back is spared until it misses an announce, and who is fresh in any case. */
static void
test_eviction (void)
{
  TrkSwarmsConfig limits = { .max_swarms = 9, .max_peers = 4 };
  TrkWorld w;

  trk_world_init_with (&w, &limits);
  for (unsigned i = 0; i < 4; i++, w.now_s += MINUTE_S)
    g_assert_cmpint (join (&w, 7, trk_world_host (i), 1), ==, TRK_ANSWERED);
  for (unsigned i = 0; i < 2; i++)
    g_assert_cmpint (join (&w, 7, trk_world_host (i), 1), ==, TRK_ANSWERED);
  w.now_s += MINUTE_S;
  for (unsigned i = 10; i < 12; i++) /* for 2 and 3 */
    {
      g_assert_cmpint (join (&w, 7, trk_world_host (i), 1), ==, TRK_ANSWERED);
      trk_world_assert_counts (&w, 0, 4, 0);
    }
  g_assert_cmpint (join (&w, 7, trk_world_host (12), 1), ==, TRK_FULL);
  g_assert_cmpint (join (&w, 8, trk_world_host (12), 1), ==, TRK_FULL);
  w.now_s += 32 * MINUTE_S;
  g_assert_cmpint (join (&w, 7, trk_world_host (1), 1), ==, TRK_ANSWERED);
  w.now_s += 10 * MINUTE_S;
  for (unsigned i = 12; i < 15; i++) /* for 10, 11 and 0, which is late */
    g_assert_cmpint (join (&w, 7, trk_world_host (i), 1), ==, TRK_ANSWERED);
  for (unsigned i = 0; i < 15; i++)
    assert_listed (&w, i, i == 1 || i == 12 || i == 13);
  g_assert_cmpuint (trk_swarms_totals (w.swarms).leechers, ==, 4);
  trk_world_clear (&w);
}

/* While memory is short there are no more swarms and peers than there were: who is there is
 * answered, and so is who comes for somebody who may go. */
static void
test_hold (void)
{
  TrkSwarmsConfig limits = { .max_swarms = 9, .max_peers = 9 };
  TrkWorld w;

  trk_world_init_with (&w, &limits);
  for (unsigned i = 0; i < 4; i++)
    g_assert_cmpint (join (&w, 7, trk_world_host (i), 1), ==, TRK_ANSWERED);
  for (int again = 0; again < 2; again++)
    {
      trk_swarms_hold (w.swarms, true);
      g_assert_cmpint (join (&w, 7, trk_world_host (1), 1), ==, TRK_ANSWERED);
      g_assert_cmpint (join (&w, 7, trk_world_host (9), 1), ==, TRK_FULL);
      g_assert_cmpint (join (&w, 8, trk_world_host (9), 1), ==, TRK_FULL);
    }
  w.now_s += 2 * MINUTE_S;
  g_assert_cmpint (join (&w, 7, trk_world_host (9), 1), ==, TRK_ANSWERED);
  g_assert_cmpuint (trk_swarms_totals (w.swarms).leechers, ==, 4);
  trk_swarms_hold (w.swarms, false);
  for (unsigned i = 10; i < 15; i++)
    g_assert_cmpint (join (&w, (uint8_t) i, trk_world_host (i), 1), ==, TRK_ANSWERED);
  g_assert_cmpint (join (&w, 7, trk_world_host (20), 1), ==, TRK_ANSWERED);
  g_assert_cmpuint (trk_swarms_totals (w.swarms).leechers, ==, 9);
  trk_world_clear (&w);
}

/* How many of the honest peers, which are in their swarms by tens, are there. */
static uint32_t
count_honest (TrkWorld *w, uint32_t n_honest)
{
  uint32_t n = 0;

  for (uint32_t torrent = 0; torrent < n_honest / 10; torrent++)
    {
      uint8_t hash[BT_INFO_HASH_LEN] = { 0 };
      TrkHold hold;

      memcpy (hash, &torrent, sizeof torrent);
      trk_swarms_enter (w->swarms, hash, false, 0, &hold);
      n += hold.swarm != NULL ? trk_swarm_n_peers (hold.swarm) : 0;
      trk_swarms_leave (w->swarms, &hold);
    }
  return n;
}

/* Torrents of one made-up peer each, for hours; whatever the limit is that they reach, it holds,
 * and who was there and comes back is not driven out. */
static void
test_torrent_flood (void)
{
  static const TrkSwarmsConfig limits[] = {
    { .max_swarms = 4000, .max_peers = 100000, .max_empty = 1000 },
    { .max_swarms = 100000, .max_peers = 4000, .max_empty = 1000 },
  };
  const uint32_t n_honest = 2000;

  for (size_t i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      uint32_t n_fake = 0, n_taken = 0;
      TrkTotals totals;
      TrkWorld w;

      trk_world_init_with (&w, &limits[i]);
      for (unsigned minute = 0; minute < 120; minute++, w.now_s += MINUTE_S)
        {
          for (uint32_t n = 0; minute % 30 < 2 && n < n_honest; n++)
            g_assert_cmpint (join (&w, n / 10, trk_world_host (n), 6881), ==, TRK_ANSWERED);
          for (uint32_t n = 0; n < 1000; n++, n_fake++)
            n_taken += join (&w, 1000000 + n_fake, trk_world_host (n_fake), 1) == TRK_ANSWERED;
          for (uint32_t shard = 0; minute % 5 == 0 && shard < TRK_SHARDS; shard++)
            trk_swarms_expire (w.swarms, shard, w.now_s);
        }
      totals = trk_swarms_totals (w.swarms);
      g_assert_cmpuint (totals.swarms, <=, limits[i].max_swarms);
      g_assert_cmpuint (totals.leechers, <=, limits[i].max_peers);
      g_assert_cmpuint (count_honest (&w, n_honest), ==, n_honest);
      g_assert_cmpuint (n_taken, >, n_fake / 2); /* a new torrent still finds its place */
      trk_world_clear (&w);
    }
}

/* Made-up peers in one swarm with honest ones: at the limit of peers these stay the greater part.
 */
static void
test_swarm_poisoning (void)
{
  TrkSwarmsConfig limits = { .max_swarms = 9, .max_peers = 2000, .max_per_source = TRK_PER_SOURCE };
  uint32_t n_honest = 0;
  TrkWorld w;

  trk_world_init_with (&w, &limits);
  for (unsigned minute = 0; minute < 60; minute++, w.now_s += MINUTE_S)
    {
      for (uint32_t n = 0; minute % 30 < 2 && n < 1200; n++)
        g_assert_cmpint (join (&w, 7, trk_world_host (n), 6881), ==, TRK_ANSWERED);
      for (uint32_t n = 0; n < 1000; n++) /* ever new ports of a hundred addresses */
        (void) join (&w, 7, trk_world_host (10000 + n % 100), (uint16_t) (minute * 1000 + n + 1));
    }
  for (uint32_t n = 0; n < 1200; n++)
    {
      uint8_t hash[BT_INFO_HASH_LEN] = { 7 };
      BtEndpoint peer = trk_world_at_port (trk_world_host (n), 6881);
      TrkHold hold;

      trk_swarms_enter (w.swarms, hash, false, 0, &hold);
      n_honest += trk_swarm_find (hold.swarm, hold.shapes, &peer).position != TRK_NO_PEER;
      trk_swarms_leave (w.swarms, &hold);
    }
  g_assert_cmpuint (n_honest, ==, 1200);
  g_assert_cmpuint (trk_swarms_totals (w.swarms).leechers, <=, 2000);
  trk_world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/flood/per-source", test_per_source);
  g_test_add_func ("/trk/flood/crowded", test_crowded);
  g_test_add_func ("/trk/flood/eviction", test_eviction);
  g_test_add_func ("/trk/flood/hold", test_hold);
  g_test_add_func ("/trk/flood/torrents", test_torrent_flood);
  g_test_add_func ("/trk/flood/swarm-poisoning", test_swarm_poisoning);
  return g_test_run ();
}
