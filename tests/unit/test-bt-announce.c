/* test-bt-announce.c: announces, scrapes and refusals as values. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-announce.h"
#include "protocol/tracker/bt-scrape.h"
#include "protocol/tracker/bt-tracker-problem.h"

static void
test_numwant (void)
{
  static const struct
  {
    int32_t numwant;
    uint32_t given;
  } cases[] = { { -1, 50 }, { -9, 50 }, { 0, 0 }, { 7, 7 }, { 200, 200 }, { INT32_MAX, 200 } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest request;

      bt_announce_request_init (&request);
      g_assert_cmpuint (bt_announce_numwant (&request, 50, 200), ==, 50);
      request.numwant = cases[i].numwant;
      g_assert_cmpuint (bt_announce_numwant (&request, 50, 200), ==, cases[i].given);
    }
}

static void
test_peers_form (void)
{
  BtAnnounceRequest request;

  bt_announce_request_init (&request);
  g_assert_cmpint (bt_announce_peers_form (&request), ==, BT_PEERS_COMPACT);
  request.no_peer_id = true;
  g_assert_cmpint (bt_announce_peers_form (&request), ==, BT_PEERS_COMPACT);
  request.compact = false;
  g_assert_cmpint (bt_announce_peers_form (&request), ==, BT_PEERS_WITHOUT_IDS);
  request.no_peer_id = false;
  g_assert_cmpint (bt_announce_peers_form (&request), ==, BT_PEERS_DICTIONARIES);
}

static void
test_peers (void)
{
  static const uint8_t v4[] = { 192, 0, 2, 1, 0x1a, 0xe1, 192, 0, 2, 2, 0, 0 };
  static const uint8_t v6[18] = { 0x20, 1, 0x0d, 0xb8, [16] = 1 };
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));
  BtAnnounceReply reply;

  bt_announce_reply_init (&reply);
  reply.peers_v4 = (BtLent){ v4, sizeof v4 };
  reply.peers_v6 = (BtLent){ v6, sizeof v6 };
  bt_announce_reply_peers (&reply, peers);
  g_assert_cmpuint (peers->len, ==, 2);
  g_assert_cmpuint (reply.n_bad_peers, ==, 1);
  g_assert_cmpuint (g_array_index (peers, BtTrackerPeer, 0).endpoint.port, ==, 6881);
  g_assert_cmpuint (g_array_index (peers, BtTrackerPeer, 1).endpoint.family, ==, BT_FAMILY_V6);
  g_assert_cmpuint (g_array_index (peers, BtTrackerPeer, 1).endpoint.port, ==, 256);
}

static void
test_peers_bound (void)
{
  size_t len = (BT_LIMIT_CANDIDATES + 1) * BT_COMPACT_V4_LEN;
  g_autofree uint8_t *v4 = g_malloc (len);
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));
  BtAnnounceReply reply;

  memset (v4, 1, len);
  bt_announce_reply_init (&reply);
  reply.peers_v4 = (BtLent){ v4, len };
  bt_announce_reply_peers (&reply, peers);
  g_assert_cmpuint (peers->len, ==, BT_LIMIT_CANDIDATES);
}

static void
test_scrape_sort (void)
{
  static const size_t counts[] = { 0, 1, 2, 64, 74, 75, 1000 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (48);

  for (size_t c = 0; c < G_N_ELEMENTS (counts); c++)
    {
      g_autofree BtScrapeEntry *entries = g_new0 (BtScrapeEntry, counts[c] + 1);
      size_t n;

      for (size_t i = 0; i < counts[c]; i++)
        entries[i].info_hash[0] = (uint8_t) g_rand_int_range (rand, 0, 100);
      n = bt_scrape_sort (entries, counts[c]);
      g_assert_cmpuint (n, <=, MIN (counts[c], 100));
      g_assert_cmpint (n > 0, ==, counts[c] > 0);
      for (size_t i = 1; i < n; i++)
        g_assert_cmpuint (entries[i - 1].info_hash[0], <, entries[i].info_hash[0]);
    }
}

static void
test_problem_texts (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = BT_TRACKER_FINE; i < BT_TRACKER_PROBLEMS; i++)
    {
      const char *text = bt_tracker_problem_text ((BtTrackerProblem) i);

      g_assert_cmpint (*text == 0, ==, i == BT_TRACKER_FINE);
      g_assert_true (g_hash_table_add (seen, g_strdup (text)));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/announce/numwant", test_numwant);
  g_test_add_func ("/announce/peers-form", test_peers_form);
  g_test_add_func ("/announce/peers", test_peers);
  g_test_add_func ("/announce/peers-bound", test_peers_bound);
  g_test_add_func ("/announce/scrape-sort", test_scrape_sort);
  g_test_add_func ("/announce/problem-texts", test_problem_texts);
  return g_test_run ();
}
