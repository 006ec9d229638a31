/* test-trk-full-scrape.c: all torrents in one answer. */
#include <string.h>

#include <glib.h>

#include "tracker-server/swarm/trk-full-scrape.h"
#include "trk-world.h"

/* Torrents whose hashes spread over all first bytes; each has one leecher. */
static void
fill (TrkWorld *w, uint32_t n)
{
  for (uint32_t i = 0; i < n; i++)
    {
      BtAnnounceRequest request = trk_world_ask (5, BT_ANNOUNCE_STARTED);
      uint32_t spread = i * 2654435761u;

      memcpy (request.info_hash, &spread, sizeof spread);
      trk_world_say (w, &request, trk_world_host (i), TRK_CARRIER_HTTP);
    }
}

#define FIRST "d5:filesd"

/* Walks through a body, whose entries must be in order; returns how many there are. */
static uint32_t
walk (const uint8_t *body, size_t len, void (*check) (const uint8_t *hash))
{
  const uint8_t *at = body + strlen (FIRST);
  const uint8_t *end = body + len;
  const uint8_t *before = NULL;
  uint32_t n = 0;

  g_assert_cmpmem (body, strlen (FIRST), FIRST, strlen (FIRST));
  for (; end - at > 23 && memcmp (at, "20:", 3) == 0; n++)
    {
      const uint8_t *hash = at + 3;

      g_assert_cmpint (before != NULL ? memcmp (before, hash, BT_INFO_HASH_LEN) : -1, <, 0);
      g_assert_cmpmem (hash + BT_INFO_HASH_LEN, 12, "d8:completei", 12);
      if (check != NULL)
        check (hash);
      before = hash;
      at = memmem (hash + BT_INFO_HASH_LEN, (size_t) (end - hash) - BT_INFO_HASH_LEN, "ee", 2);
      g_assert_nonnull (at);
      at += 2;
    }
  g_assert_cmpint (*at, ==, 'e');
  g_assert_cmpint (end[-1], ==, 'e');
  return n;
}

static void
check_even (const uint8_t *hash)
{
  g_assert_cmpuint (hash[0] % 2, ==, 0);
}

static void
init (TrkWorld *w)
{
  TrkSwarmsConfig limits
      = { .max_swarms = UINT32_MAX, .max_peers = UINT32_MAX, .max_empty = UINT32_MAX };

  trk_world_init_with (w, &limits);
}

static TrkVerdict
judge_odd (const void *data, const uint8_t hash[BT_INFO_HASH_LEN])
{
  return hash[0] % 2 == 0 ? TRK_VERDICT_OPEN : TRK_VERDICT_DENIED;
}

static void
test_sizes (void)
{
  static const uint32_t sizes[] = { 0, 1, 3, 300, 20000 };

  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) body = g_byte_array_new ();
      TrkWorld w;

      init (&w);
      fill (&w, sizes[i]);
      g_byte_array_append (body, (const uint8_t *) "before", 6);
      g_assert_true (trk_full_scrape (&w.policy, w.swarms, sizes[i], 900, body));
      g_assert_cmpmem (body->data, 6, "before", 6);
      g_assert_cmpuint (walk (body->data + 6, body->len - 6, NULL), ==, sizes[i]);
      trk_world_clear (&w);
    }
}

static void
test_open_alone (void)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  uint32_t n;
  TrkWorld w;

  init (&w);
  fill (&w, 1000);
  w.policy.judge = judge_odd;
  g_assert_true (trk_full_scrape (&w.policy, w.swarms, 999, 0, body));
  n = walk (body->data, body->len, check_even);
  g_assert_cmpuint (n, >, 400);
  g_assert_cmpuint (n, <, 600);
  trk_world_clear (&w);
}

static void
test_too_many (void)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  TrkWorld w;

  init (&w);
  fill (&w, 100);
  g_assert_false (trk_full_scrape (&w.policy, w.swarms, 99, 0, body));
  g_assert_cmpuint (body->len, ==, 0);
  trk_world_clear (&w);
}

/* Counts as large as they get fit, too. */
static void
test_large_counts (void)
{
  uint8_t hash[BT_INFO_HASH_LEN] = { 1 };
  g_autoptr (GByteArray) body = g_byte_array_new ();
  TrkWorld w;

  init (&w);
  for (unsigned i = 0; i < 200; i++)
    {
      hash[1] = (uint8_t) i;
      trk_swarms_prime (w.swarms, hash, UINT32_MAX);
    }
  g_assert_true (trk_full_scrape (&w.policy, w.swarms, 200, UINT32_MAX, body));
  g_assert_cmpuint (walk (body->data, body->len, NULL), ==, 200);
  trk_world_clear (&w);
}

/* Steps of any size show every swarm once while nothing happens. */
static void
count (const uint8_t hash[BT_INFO_HASH_LEN], const TrkSwarm *swarm, void *user_data)
{
  *(uint32_t *) user_data += trk_swarm_n_peers (swarm);
}

static void
test_visit_some (void)
{
  static const uint32_t steps[] = { 1, 2, 7, 1000, UINT32_MAX };
  TrkWorld w;

  init (&w);
  fill (&w, 1000);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      uint32_t n = 0;

      for (uint32_t shard = 0; shard < TRK_SHARDS; shard++)
        {
          uint32_t from = 0;

          while (trk_swarms_visit_some (w.swarms, shard, &from, steps[i], count, &n))
            ;
        }
      g_assert_cmpuint (n, ==, 1000);
    }
  trk_world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/full-scrape/sizes", test_sizes);
  g_test_add_func ("/trk/full-scrape/open-alone", test_open_alone);
  g_test_add_func ("/trk/full-scrape/too-many", test_too_many);
  g_test_add_func ("/trk/full-scrape/large-counts", test_large_counts);
  g_test_add_func ("/trk/swarms/visit-some", test_visit_some);
  return g_test_run ();
}
