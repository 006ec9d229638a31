/* test-trk-life.c: the counts of a tracker through years of its life, beside a naive model: peers
 * start, complete, pause and stop, fall silent, and the tracker is started anew from a snapshot. */
#include <string.h>

#include <glib.h>

#include "trk-world.h"
#include "tracker-server/swarm/trk-freeze.h"

#define TORRENTS 5u
#define PEERS 90u
#define STEPS 60000u
#define TICK_S 60u
#define AGE_MAX 67u /* ticks of the usual timeout of 4020 seconds */

typedef struct
{
  bool there;
  bool seeder;
  bool paused;
  bool counted;
  uint64_t tick;
} ModelPeer;

typedef struct
{
  GRand *rand;
  TrkWorld w;
  ModelPeer peers[TORRENTS][PEERS];
  uint32_t completed[TORRENTS];
  uint64_t expired_s; /* when the silent ones were last removed */
} Model;

static TrkSwarmsConfig
limits_of (bool details)
{
  return (TrkSwarmsConfig){ .max_swarms = TORRENTS,
                            .max_peers = TORRENTS * PEERS,
                            .max_empty = TORRENTS * TRK_SHARDS,
                            .details = details };
}

static BtEndpoint
source_of (unsigned number)
{
  return number % 3 == 0 ? trk_world_host6 (number) : trk_world_host (number);
}

static uint64_t
tick_of (const Model *m)
{
  return m->w.now_s / TICK_S;
}

static TrkCounts
count (const Model *m, unsigned torrent)
{
  TrkCounts counts = { .completed = m->completed[torrent] };

  for (unsigned i = 0; i < PEERS; i++)
    {
      const ModelPeer *peer = &m->peers[torrent][i];

      counts.seeders += peer->there && peer->seeder;
      counts.leechers += peer->there && !peer->seeder;
      counts.paused += peer->there && peer->paused;
    }
  return counts;
}

static void
check_reply (const Model *m, unsigned torrent)
{
  TrkCounts counts = count (m, torrent);

  trk_world_assert_counts (&m->w, counts.seeders, counts.leechers, counts.completed);
  g_assert_cmpint (m->w.reply.downloaders, ==, counts.leechers - counts.paused);
}

/* Scrapes and sums say what the model says. */
static void
check_all (Model *m)
{
  TrkTotals totals = trk_swarms_totals (m->w.swarms);
  uint64_t seeders = 0, leechers = 0, swarms = 0;

  for (unsigned i = 0; i < TORRENTS; i++)
    {
      uint8_t hash[BT_INFO_HASH_LEN] = { (uint8_t) (1 + i) };
      TrkCounts counts = count (m, i);
      BtScrapeEntry entry;

      trk_scrape (&m->w.policy, m->w.swarms, &(BtScrapeRequest){ hash, 1 }, &entry);
      g_assert_cmpuint (entry.complete, ==, counts.seeders);
      g_assert_cmpuint (entry.incomplete, ==, counts.leechers);
      g_assert_cmpuint (entry.downloaded, ==, counts.completed);
      g_assert_cmpint (entry.downloaders, ==, counts.leechers - counts.paused);
      seeders += counts.seeders;
      leechers += counts.leechers;
      swarms += counts.seeders + counts.leechers > 0 || counts.completed > 0;
    }
  g_assert_cmpuint (totals.swarms, ==, swarms);
  g_assert_cmpuint (totals.seeders, ==, seeders);
  g_assert_cmpuint (totals.leechers, ==, leechers);
}

static void
announce (Model *m)
{
  static const BtAnnounceEvent events[]
      = { BT_ANNOUNCE_NONE,      BT_ANNOUNCE_NONE,    BT_ANNOUNCE_STARTED,
          BT_ANNOUNCE_COMPLETED, BT_ANNOUNCE_STOPPED, BT_ANNOUNCE_PAUSED };
  unsigned torrent = (unsigned) g_rand_int_range (m->rand, 0, TORRENTS);
  unsigned number = (unsigned) g_rand_int_range (m->rand, 0, PEERS);
  BtAnnounceEvent event = events[g_rand_int_range (m->rand, 0, G_N_ELEMENTS (events))];
  bool seeder = g_rand_boolean (m->rand);
  BtAnnounceRequest request = trk_world_ask (seeder ? 0 : 7, event);
  ModelPeer *peer = &m->peers[torrent][number];
  bool counts
      = event == BT_ANNOUNCE_COMPLETED && seeder && peer->there && !peer->seeder && !peer->counted;

  request.info_hash[0] = (uint8_t) (1 + torrent);
  g_assert_cmpint (trk_world_say (&m->w, &request, source_of (number), TRK_CARRIER_HTTP), ==,
                   TRK_ANSWERED);
  g_assert_cmpint (m->w.completed, ==, counts);
  m->completed[torrent] += counts;
  *peer = (ModelPeer){ .there = event != BT_ANNOUNCE_STOPPED,
                       .seeder = seeder,
                       .paused = event == BT_ANNOUNCE_PAUSED && !seeder,
                       .counted = (peer->there && peer->counted) || counts,
                       .tick = tick_of (m) };
  check_reply (m, torrent);
}

static void
expire (Model *m)
{
  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    trk_swarms_expire (m->w.swarms, i, m->w.now_s);
  for (unsigned t = 0; t < TORRENTS; t++)
    for (unsigned i = 0; i < PEERS; i++)
      if (tick_of (m) - m->peers[t][i].tick > AGE_MAX)
        m->peers[t][i].there = false;
  m->expired_s = m->w.now_s;
}

/* The tracker ends and, some time later, starts with another clock. */
static void
restart (Model *m)
{
  TrkSwarmsConfig limits = limits_of (g_rand_boolean (m->rand));
  uint64_t down_s = (uint64_t) g_rand_int_range (m->rand, 0, 3000);
  uint64_t before = tick_of (m);
  TrkThawed sums = { 0 };
  TrkWorld next;

  trk_world_init_with (&next, &limits);
  next.now_s = (uint64_t) g_rand_int_range (m->rand, 1, 1000000);
  for (uint32_t i = TRK_SHARDS; i > 0; i--)
    {
      g_autoptr (GByteArray) chunk = g_byte_array_new ();

      trk_freeze_shard (m->w.swarms, i - 1, m->w.now_s, chunk);
      g_assert_true (
          trk_thaw_chunk (next.swarms, chunk->data, chunk->len, next.now_s, down_s, &sums, NULL));
    }
  g_assert_cmpuint (sums.refused, ==, 0);
  trk_world_clear (&m->w);
  m->w = next;
  for (unsigned t = 0; t < TORRENTS; t++)
    for (unsigned i = 0; i < PEERS; i++)
      m->peers[t][i].tick = tick_of (m) - (before - m->peers[t][i].tick + down_s / TICK_S);
  expire (m); /* who was silent for too long is not taken up */
}

static void
prime (Model *m)
{
  unsigned torrent = (unsigned) g_rand_int_range (m->rand, 0, TORRENTS);
  uint8_t hash[BT_INFO_HASH_LEN] = { (uint8_t) (1 + torrent) };
  uint32_t n = m->completed[torrent] + (uint32_t) g_rand_int_range (m->rand, 0, 3);

  trk_swarms_prime (m->w.swarms, hash, n - (n > 0));
  m->completed[torrent] = MAX (m->completed[torrent], n - (n > 0));
}

static void
step (Model *m)
{
  int what = g_rand_int_range (m->rand, 0, 1000);

  if (what < 900)
    announce (m);
  else if (what < 960)
    m->w.now_s += (uint64_t) g_rand_int_range (m->rand, 0, what < 955 ? 200 : 2400);
  else if (what < 990 || m->w.now_s - m->expired_s > 100 * TICK_S)
    expire (m);
  else if (what < 996)
    prime (m);
  else
    restart (m);
  if (m->w.now_s - m->expired_s > 100 * TICK_S)
    expire (m); /* as often as the store asks for it */
  if (what >= 960)
    check_all (m);
}

static void
test_life (void)
{
  for (uint32_t seed = 1; seed <= 3; seed++)
    {
      TrkSwarmsConfig limits = limits_of (seed % 2 == 0);
      g_autofree Model *m = g_new0 (Model, 1);

      m->rand = g_rand_new_with_seed (seed);
      trk_world_init_with (&m->w, &limits);
      for (unsigned i = 0; i < STEPS; i++)
        step (m);
      check_all (m);
      g_assert_cmpuint (m->completed[0], >, 100);
      trk_world_clear (&m->w);
      g_rand_free (m->rand);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/life", test_life);
  return g_test_run ();
}
