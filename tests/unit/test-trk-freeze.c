/* test-trk-freeze.c: swarms there and back: what a restart keeps, and bytes that are no chunk. */
#include <string.h>

#include <glib.h>

#include "tracker-server/swarm/trk-freeze.h"
#include "trk-world.h"

#define TIMEOUT_S 3660u
#define HEAD_LEN 8u
#define SWARM_LEN 32u

static TrkSwarms *
make_store (uint64_t max_swarms, uint64_t max_peers, uint32_t timeout_s)
{
  TrkSwarmsConfig config = { .key = "fedcba9876543210",
                             .timeout_s = timeout_s,
                             .max_swarms = max_swarms,
                             .max_peers = max_peers,
                             .max_empty = 1000 };

  config.key[0] = (uint8_t) max_peers; /* another key, another order */
  return trk_swarms_new (&config);
}

static void
announce (TrkSwarms *store, uint8_t torrent, BtEndpoint source, uint64_t left,
          BtAnnounceEvent event, uint64_t now_s)
{
  BtAnnounceRequest request = trk_world_ask (left, event);
  TrkAnnounce turn = { &request, &source, TRK_CARRIER_HTTP, now_s };
  BtAnnounceReply reply;
  TrkPolicy policy;
  bool completed;
  TrkRoom room;

  trk_policy_init (&policy);
  request.info_hash[0] = torrent;
  g_assert_cmpint (trk_announce (&policy, store, &turn, &room, &reply, &completed), ==,
                   TRK_ANSWERED);
}

static TrkCounts
counts_of (TrkSwarms *store, uint8_t torrent)
{
  uint8_t hash[BT_INFO_HASH_LEN] = { torrent };
  TrkCounts counts = { 0 };
  TrkHold hold;

  trk_swarms_enter (store, hash, false, 0, &hold);
  if (hold.swarm != NULL)
    counts = trk_swarm_counts (hold.swarm);
  trk_swarms_leave (store, &hold);
  return counts;
}

static void
assert_counts (TrkSwarms *store, uint8_t torrent, TrkCounts wanted)
{
  TrkCounts counts = counts_of (store, torrent);

  g_assert_cmpuint (counts.seeders, ==, wanted.seeders);
  g_assert_cmpuint (counts.leechers, ==, wanted.leechers);
  g_assert_cmpuint (counts.paused, ==, wanted.paused);
  g_assert_cmpuint (counts.completed, ==, wanted.completed);
}

static TrkThawed
move (TrkSwarms *from, uint64_t then_s, TrkSwarms *to, uint64_t now_s, uint64_t down_s)
{
  TrkThawed sums = { 0 };

  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    {
      g_autoptr (GByteArray) chunk = g_byte_array_new ();
      BtError why;

      trk_freeze_shard (from, i, then_s, chunk);
      g_assert_true (trk_thaw_chunk (to, chunk->data, chunk->len, now_s, down_s, &sums, &why));
    }
  return sums;
}

static void
expire_all (TrkSwarms *store, uint64_t now_s)
{
  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    trk_swarms_expire (store, i, now_s);
}

/* Torrent 1: a seeder that completed, a paused one, a leecher of v6; torrent 2 has its count
 * alone. */
static TrkSwarms *
make_full_store (uint64_t now_s)
{
  TrkSwarms *store = make_store (1000, 1000, TIMEOUT_S);

  announce (store, 1, trk_world_host (1), 5, BT_ANNOUNCE_STARTED, now_s);
  announce (store, 1, trk_world_host (1), 0, BT_ANNOUNCE_COMPLETED, now_s);
  announce (store, 1, trk_world_host (2), 5, BT_ANNOUNCE_PAUSED, now_s);
  announce (store, 1, trk_world_host6 (3), 5, BT_ANNOUNCE_STARTED, now_s);
  announce (store, 2, trk_world_host (1), 5, BT_ANNOUNCE_STARTED, now_s);
  announce (store, 2, trk_world_host (1), 0, BT_ANNOUNCE_COMPLETED, now_s);
  announce (store, 2, trk_world_host (1), 0, BT_ANNOUNCE_STOPPED, now_s);
  return store;
}

static void
test_there_and_back (void)
{
  TrkSwarms *store = make_full_store (5000);
  TrkSwarms *second = make_store (1000, 999, TIMEOUT_S);
  TrkThawed sums = move (store, 5000, second, 17, 100);

  g_assert_cmpuint (sums.swarms, ==, 2);
  g_assert_cmpuint (sums.peers, ==, 3);
  g_assert_cmpuint (sums.expired + sums.refused, ==, 0);
  assert_counts (second, 1, (TrkCounts){ 1, 2, 1, 1 });
  assert_counts (second, 2, (TrkCounts){ 0, 0, 0, 1 });
  g_assert_cmpuint (trk_swarms_totals (second).empty, ==, 1);
  g_assert_cmpuint (trk_swarms_totals (second).completed, ==, 2);

  /* Who was counted is not counted again, and who was paused is no more. */
  announce (second, 1, trk_world_host (1), 5, BT_ANNOUNCE_NONE, 17);
  announce (second, 1, trk_world_host (1), 0, BT_ANNOUNCE_COMPLETED, 17);
  announce (second, 1, trk_world_host (2), 0, BT_ANNOUNCE_COMPLETED, 17);
  assert_counts (second, 1, (TrkCounts){ 2, 1, 0, 2 });
  trk_swarms_free (store);
  trk_swarms_free (second);
}

/* Ages go on, also in ticks of another length and over the time that the tracker was away. */
static void
test_ages (void)
{
  static const struct
  {
    uint32_t timeout_s; /* of the second store */
    uint64_t age_s, down_s;
    uint64_t later_s; /* after which it looks */
    bool there;
  } cases[] = {
    { TIMEOUT_S, 0, 0, TIMEOUT_S, true },
    { TIMEOUT_S, 0, 0, TIMEOUT_S + 120, false },
    { TIMEOUT_S, 1800, 600, 1200, true },
    { TIMEOUT_S, 1800, 600, 1380, false },
    { TIMEOUT_S, 3600, 60, 0, true },
    { TIMEOUT_S, 3600, 180, 0, false },
    { TIMEOUT_S, 0, UINT64_MAX, 0, false },
    { 86400, 3600, 80000, 0, true }, /* ticks of 432 seconds */
    { 86400, 3600, 80000, 4000, false },
    { 660, 600, 0, 0, true },
    { 660, 900, 0, 0, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkSwarms *store = make_full_store (60000);
      TrkSwarms *second = make_store (1000, 999, cases[i].timeout_s);
      TrkThawed sums = move (store, 60000 + cases[i].age_s, second, 20 * 432, cases[i].down_s);

      g_assert_cmpuint (sums.peers + sums.expired, ==, 3);
      expire_all (second, 20 * 432 + cases[i].later_s);
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (counts_of (second, 1).seeders, ==, cases[i].there);
      g_assert_cmpuint (counts_of (second, 1).completed, ==, 1);
      trk_swarms_free (store);
      trk_swarms_free (second);
    }
}

static void
test_limits (void)
{
  static const struct
  {
    uint64_t max_swarms, max_peers;
    uint64_t swarms, peers, refused;
  } cases[] = { { 1000, 999, 2, 3, 0 }, { 1000, 2, 2, 2, 1 }, { 0, 999, 0, 0, 2 } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkSwarms *store = make_full_store (5000);
      TrkSwarms *second = make_store (cases[i].max_swarms, cases[i].max_peers, TIMEOUT_S);
      TrkThawed sums = move (store, 5000, second, 17, 0);

      g_assert_cmpuint (sums.swarms, ==, cases[i].swarms);
      g_assert_cmpuint (sums.peers, ==, cases[i].peers);
      g_assert_cmpuint (sums.refused, ==, cases[i].refused);
      trk_swarms_free (store);
      trk_swarms_free (second);
    }
}

/* Who has announced meanwhile is more recent than a snapshot, and a chunk twice is a chunk. */
static void
test_into_live_swarms (void)
{
  TrkSwarms *store = make_full_store (5000);
  TrkSwarms *second = make_store (1000, 999, TIMEOUT_S);

  announce (second, 1, trk_world_host (2), 0, BT_ANNOUNCE_STARTED, 17);
  announce (second, 1, trk_world_host (9), 0, BT_ANNOUNCE_STARTED, 17);
  g_assert_cmpuint (move (store, 5000, second, 17, 0).peers, ==, 2);
  assert_counts (second, 1, (TrkCounts){ 3, 1, 0, 1 });
  g_assert_cmpuint (move (store, 5000, second, 17, 0).peers, ==, 0);
  assert_counts (second, 1, (TrkCounts){ 3, 1, 0, 1 });
  trk_swarms_free (store);
  trk_swarms_free (second);
}

/* A swarm of one v4 and one v6 peer, as bytes. */
static GByteArray *
make_chunk (void)
{
  TrkSwarms *store = make_store (1000, 1000, TIMEOUT_S);
  GByteArray *chunk = g_byte_array_new ();

  announce (store, 1, trk_world_host (1), 5, BT_ANNOUNCE_STARTED, 5000);
  announce (store, 1, trk_world_host6 (3), 0, BT_ANNOUNCE_STARTED, 5000);
  for (uint32_t i = 0; i < TRK_SHARDS && chunk->len <= HEAD_LEN; i++)
    {
      g_byte_array_set_size (chunk, 0);
      trk_freeze_shard (store, i, 5060, chunk);
    }
  trk_swarms_free (store);
  return chunk;
}

static void
test_layout (void)
{
  static const uint8_t wanted[] = {
    1,    0, 0, 60, 0,    0,    0, 1,                                           /* head */
    1,    0, 0, 0,  0,    0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    0,    0, 0, /* hash */
    0,    0, 0, 0,  0,    0,    0, 1, 0, 0, 0, 1, /* completed, v4, v6 */
    9,    9, 0, 1,  0x1a, 0xe1, 0, 1,             /* a leecher, a tick old */
    0x2a, 1, 0, 0,  0,    0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0x1a, 0xe1, 1, 1,
  };
  g_autoptr (GByteArray) chunk = make_chunk ();

  g_assert_cmpmem (chunk->data, chunk->len, wanted, sizeof wanted);
}

static void
test_hostile (void)
{
  static const struct
  {
    const char *name;
    size_t at;
    uint8_t value;
    BtErrorCode code;
  } cases[] = {
    { "version", 0, 2, BT_ERROR_OUT_OF_RANGE },
    { "details", 1, 7, BT_ERROR_OUT_OF_RANGE },
    { "no tick", 3, 0, BT_ERROR_OUT_OF_RANGE },
    { "a swarm too many", 7, 2, BT_ERROR_TRUNCATED },
    { "millions of swarms", 4, 255, BT_ERROR_TRUNCATED },
    { "a swarm too few", 7, 0, BT_ERROR_TRAILING },
    { "a v4 peer too many", 35, 2, BT_ERROR_OUT_OF_RANGE },
    { "millions of v4 peers", 32, 255, BT_ERROR_TRUNCATED },
    { "a v6 peer too few", 39, 0, BT_ERROR_TRAILING },
    { "a v6 peer too many", 39, 2, BT_ERROR_TRUNCATED },
    { "millions of v6 peers", 36, 255, BT_ERROR_TRUNCATED },
    { "unknown flags", 46, 16, BT_ERROR_OUT_OF_RANGE },
    { "a paused seeder", 46, 5, BT_ERROR_OUT_OF_RANGE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) chunk = make_chunk ();
      g_autofree uint8_t *exact = g_memdup2 (chunk->data, chunk->len);
      TrkSwarms *store = make_store (1000, 1000, TIMEOUT_S);
      TrkThawed sums = { 0 };
      BtError why = { 0 };

      exact[cases[i].at] = cases[i].value;
      g_test_message ("%s", cases[i].name);
      g_assert_false (trk_thaw_chunk (store, exact, chunk->len, 1, 0, &sums, &why));
      g_assert_cmpint (why.code, ==, cases[i].code);
      trk_swarms_free (store);
    }
}

static void
test_bad_endpoints (void)
{
  g_autoptr (GByteArray) no_port = make_chunk ();
  g_autoptr (GByteArray) mapped = make_chunk ();
  uint8_t *v4 = no_port->data + HEAD_LEN + SWARM_LEN;
  uint8_t *v6 = mapped->data + HEAD_LEN + SWARM_LEN + 8;
  TrkSwarms *store = make_store (1000, 1000, TIMEOUT_S);
  TrkThawed sums = { 0 };
  BtError why;

  memset (v4 + 4, 0, 2);
  memset (v6, 0, 10);
  memset (v6 + 10, 0xff, 2);
  g_assert_false (trk_thaw_chunk (store, no_port->data, no_port->len, 1, 0, &sums, &why));
  g_assert_false (trk_thaw_chunk (store, mapped->data, mapped->len, 1, 0, &sums, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_OUT_OF_RANGE);
  g_assert_cmpuint (why.offset, ==, HEAD_LEN + SWARM_LEN + 8);
  g_assert_cmpuint (sums.peers, ==, 0);
  trk_swarms_free (store);
}

static void
test_truncated (void)
{
  g_autoptr (GByteArray) chunk = make_chunk ();

  for (guint len = 0; len < chunk->len; len++)
    {
      g_autofree uint8_t *exact = g_memdup2 (chunk->data, MAX (len, 1));
      TrkSwarms *store = make_store (1000, 1000, TIMEOUT_S);
      TrkThawed sums = { 0 };

      g_assert_false (trk_thaw_chunk (store, exact, len, 1, 0, &sums, NULL));
      g_assert_cmpuint (trk_swarms_totals (store).swarms, ==, 0);
      trk_swarms_free (store);
    }
}

static void
test_prime (void)
{
  static const struct
  {
    uint32_t given;
    uint32_t wanted;
  } steps[] = { { 0, 0 }, { 7, 7 }, { 3, 7 }, { 9, 9 } };
  TrkSwarms *store = make_store (1000, 1000, TIMEOUT_S);
  uint8_t hash[BT_INFO_HASH_LEN] = { 3 };

  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      trk_swarms_prime (store, hash, steps[i].given);
      assert_counts (store, 3, (TrkCounts){ .completed = steps[i].wanted });
      g_assert_cmpuint (trk_swarms_totals (store).empty, ==, i > 0);
    }
  announce (store, 3, trk_world_host (1), 5, BT_ANNOUNCE_STARTED, 5);
  g_assert_cmpuint (trk_swarms_totals (store).empty, ==, 0);
  trk_swarms_prime (store, hash, 20);
  announce (store, 3, trk_world_host (1), 0, BT_ANNOUNCE_COMPLETED, 5);
  assert_counts (store, 3, (TrkCounts){ 1, 0, 0, 21 });
  g_assert_cmpuint (trk_swarms_totals (store).completed, ==, 21);
  trk_swarms_free (store);
}

/* No count, however large, makes a swarm with peers an empty one. */
static void
test_prime_most (void)
{
  TrkSwarms *store = make_store (1000, 1000, TIMEOUT_S);
  uint8_t hash[BT_INFO_HASH_LEN] = { 3 };

  announce (store, 3, trk_world_host (1), 0, BT_ANNOUNCE_STARTED, 5);
  trk_swarms_prime (store, hash, UINT32_MAX);
  assert_counts (store, 3, (TrkCounts){ 1, 0, 0, UINT32_MAX });
  announce (store, 3, trk_world_host (2), 5, BT_ANNOUNCE_STARTED, 5);
  announce (store, 3, trk_world_host (2), 0, BT_ANNOUNCE_COMPLETED, 5);
  assert_counts (store, 3, (TrkCounts){ 2, 0, 0, UINT32_MAX });
  trk_swarms_free (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/freeze/there-and-back", test_there_and_back);
  g_test_add_func ("/trk/freeze/ages", test_ages);
  g_test_add_func ("/trk/freeze/limits", test_limits);
  g_test_add_func ("/trk/freeze/into-live-swarms", test_into_live_swarms);
  g_test_add_func ("/trk/freeze/layout", test_layout);
  g_test_add_func ("/trk/freeze/hostile", test_hostile);
  g_test_add_func ("/trk/freeze/bad-endpoints", test_bad_endpoints);
  g_test_add_func ("/trk/freeze/truncated", test_truncated);
  g_test_add_func ("/trk/swarms/prime", test_prime);
  g_test_add_func ("/trk/swarms/prime-most", test_prime_most);
  return g_test_run ();
}
