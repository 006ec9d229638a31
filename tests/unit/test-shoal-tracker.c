/* test-shoal-tracker.c: announces and scrapes by hand, of trackers of this process. */
#include <string.h>

#include "client-core/shoal.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "tests/unit/tracker-maker.h"

#define HASH_1 "0123456789abcdef0123456789abcdef01234567"
#define HASH_2 "fedcba9876543210fedcba9876543210fedcba98"
#define HASH_V2 HASH_1 "0123456789abcdef01234567"

typedef struct
{
  TrackerWorld *trackers;
  ShoalTrackerQuery *query;
  ShoalTrackerReply *reply;
  GError *error;
  bool scrape;
  bool over;
} World;

static World *
world_new (guint timeout_ms)
{
  World *w = g_new0 (World, 1);

  w->trackers = tracker_world_new ();
  w->query = shoal_tracker_query_new (":51413", timeout_ms, NULL);
  g_assert_nonnull (w->query);
  return w;
}

static void
world_free (World *w)
{
  g_clear_object (&w->query);
  g_clear_object (&w->reply);
  g_clear_error (&w->error);
  tracker_world_free (w->trackers);
  g_free (w);
}

/* Lets the query go as soon as it has answered, which must do no harm. */
static void
on_answer (GObject *source, GAsyncResult *result, void *data)
{
  World *w = data;
  ShoalTrackerQuery *query = SHOAL_TRACKER_QUERY (source);

  w->reply = w->scrape ? shoal_tracker_query_scrape_finish (query, result, &w->error)
                       : shoal_tracker_query_announce_finish (query, result, &w->error);
  w->over = true;
  g_clear_object (&w->query);
}

static void
wait (World *w)
{
  while (!w->over)
    g_main_context_iteration (w->trackers->context, TRUE);
}

static void
announce (World *w, const char *name, const char *hash, GCancellable *cancellable)
{
  g_autofree char *url = tracker_world_url (w->trackers, name);

  shoal_tracker_query_announce_async (w->query, url, hash, SHOAL_TRACKER_EVENT_STARTED, 33, 44,
                                      cancellable, on_answer, w);
}

static void
scrape (World *w, const char *name, const char *const *hashes)
{
  g_autofree char *url = tracker_world_url (w->trackers, name);

  w->scrape = true;
  shoal_tracker_query_scrape_async (w->query, url, hashes, NULL, on_answer, w);
  wait (w);
}

/* --- announces --- */

static void
test_announce (const void *name)
{
  World *w = world_new (5000);
  const BtAnnounceRequest *request;
  const char *const *peers;
  char hash[41];

  announce (w, name, HASH_V2, NULL);
  wait (w);
  g_assert_no_error (w->error);
  request = &g_array_index (w->trackers->requests, BtAnnounceRequest, 0);
  bt_hex_write (request->info_hash, 20, hash);
  g_assert_cmpstr (hash, ==, HASH_1);
  g_assert_cmpuint (request->port, ==, 51413);
  g_assert_cmpuint (request->left, ==, 33);
  g_assert_cmpint (request->numwant, ==, 44);
  g_assert_cmpint (request->event, ==, BT_ANNOUNCE_STARTED);
  g_assert_cmpint (shoal_tracker_reply_get_seeders (w->reply), ==, 5);
  g_assert_cmpint (shoal_tracker_reply_get_leechers (w->reply), ==, 6);
  g_assert_cmpint (shoal_tracker_reply_get_completed (w->reply), ==, -1);
  g_assert_cmpuint (shoal_tracker_reply_get_interval (w->reply), ==, 1800);
  g_assert_null (shoal_tracker_reply_get_warning (w->reply));
  peers = shoal_tracker_reply_get_peers (w->reply);
  g_assert_cmpstr (peers[0], ==, "10.0.0.1:6881");
  g_assert_cmpstr (peers[1], ==, "10.0.0.2:6882");
  g_assert_null (peers[2]);
  g_assert_null (shoal_tracker_reply_get_swarm (w->reply, 0, NULL, NULL, NULL));
  world_free (w);
}

static void
test_warning (void)
{
  World *w = world_new (5000);

  announce (w, "announce-warning", HASH_1, NULL);
  wait (w);
  g_assert_cmpstr (shoal_tracker_reply_get_warning (w->reply), ==, "hush\n");
  world_free (w);
}

static const struct
{
  const char *name;
  const char *hash;
  int code;
  const char *words;
} failures[] = {
  { "announce-failure", HASH_1, SHOAL_ERROR_NETWORK, "go away" },
  { "announce-missing", HASH_1, SHOAL_ERROR_NETWORK, "404" },
  { "announce-garbage", HASH_1, SHOAL_ERROR_NETWORK, "malformed" },
  { "udp-refusing", HASH_1, SHOAL_ERROR_NETWORK, "no room" },
  { "secret", HASH_1, SHOAL_ERROR_NETWORK, "not allowed" },
  { "ftp://127.0.0.1/announce", HASH_1, SHOAL_ERROR_NETWORK, "not supported" },
  { "udp://127.0.0.1/announce", HASH_1, SHOAL_ERROR_NETWORK, "port" },
  { "announce", "0123", SHOAL_ERROR_INVALID, "info-hash" },
  { "announce", HASH_1 "zz", SHOAL_ERROR_INVALID, "info-hash" },
};

static void
test_announce_fails (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      World *w = world_new (5000);

      announce (w, failures[i].name, failures[i].hash, NULL);
      wait (w);
      g_assert_null (w->reply);
      g_assert_error (w->error, SHOAL_ERROR, failures[i].code);
      g_assert_nonnull (strstr (w->error->message, failures[i].words));
      g_assert_cmpuint (w->trackers->n_secrets, ==, 0);
      world_free (w);
    }
}

static void
test_nobody_there (void)
{
  World *w = world_new (5000);
  g_autofree char *gone = tracker_world_gone (w->trackers);

  announce (w, gone, HASH_1, NULL);
  wait (w);
  g_assert_error (w->error, SHOAL_ERROR, SHOAL_ERROR_NETWORK);
  world_free (w);
}

static void
test_silence (const void *name)
{
  World *w = world_new (100);

  announce (w, name, HASH_1, NULL);
  wait (w);
  g_assert_error (w->error, SHOAL_ERROR, SHOAL_ERROR_NETWORK);
  g_assert_nonnull (strstr (w->error->message, "in time"));
  world_free (w);
}

static void
test_cancel (const void *name)
{
  World *w = world_new (60000);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  announce (w, name, HASH_1, cancellable);
  while (w->trackers->n_silent == 0)
    g_main_context_iteration (w->trackers->context, TRUE);
  g_cancellable_cancel (cancellable);
  wait (w);
  g_assert_error (w->error, SHOAL_ERROR, SHOAL_ERROR_CANCELLED);
  world_free (w);
}

static void
test_cancelled_before (void)
{
  World *w = world_new (60000);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  announce (w, "announce", HASH_1, cancellable);
  wait (w);
  g_assert_error (w->error, SHOAL_ERROR, SHOAL_ERROR_CANCELLED);
  world_free (w);
}

static void
test_address (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (shoal_tracker_query_new ("nowhere", 1000, &error));
  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_INVALID);
}

/* --- scrapes --- */

static void
test_scrape (const void *name)
{
  World *w = world_new (5000);
  const char *const hashes[] = { HASH_1, HASH_2, NULL };
  guint seeders;
  guint leechers;
  guint completed;

  scrape (w, name, hashes);
  g_assert_no_error (w->error);
  g_assert_cmpuint (shoal_tracker_reply_get_n_swarms (w->reply), ==, 2);
  g_assert_cmpstr (shoal_tracker_reply_get_swarm (w->reply, 0, &seeders, &leechers, &completed), ==,
                   HASH_1);
  g_assert_cmpuint (seeders, ==, 5);
  g_assert_cmpuint (leechers, ==, 6);
  g_assert_cmpuint (completed, ==, 70);
  g_assert_cmpstr (shoal_tracker_reply_get_swarm (w->reply, 1, &seeders, NULL, NULL), ==, HASH_2);
  g_assert_cmpuint (seeders, ==, 6);
  g_assert_null (shoal_tracker_reply_get_swarm (w->reply, 2, NULL, NULL, NULL));
  world_free (w);
}

static const struct
{
  const char *name;
  unsigned n;
  int code;
  const char *words;
} scrape_failures[] = {
  { "announce-failure", 1, SHOAL_ERROR_NETWORK, "too often" },
  { "announce-garbage", 1, SHOAL_ERROR_NETWORK, "malformed" },
  { "announce-missing", 1, SHOAL_ERROR_NETWORK, "404" },
  { "udp-refusing", 1, SHOAL_ERROR_NETWORK, "no room" },
  { "udp", 0, SHOAL_ERROR_NETWORK, "info-hash" },
  { "udp", BT_LIMIT_SCRAPE_UDP + 1, SHOAL_ERROR_NETWORK, "too many" },
  { "announce", BT_LIMIT_SCRAPE_HTTP + 1, SHOAL_ERROR_NETWORK, "too many" },
  { "other", 1, SHOAL_ERROR_NETWORK, "cannot be scraped" },
  { "ws://127.0.0.1/announce", 1, SHOAL_ERROR_NETWORK, "not supported" },
};

static void
test_scrape_fails (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (scrape_failures); i++)
    {
      const char *hashes[BT_LIMIT_SCRAPE_UDP + 2] = { NULL };
      World *w = world_new (5000);

      for (unsigned k = 0; k < scrape_failures[i].n; k++)
        hashes[k] = HASH_1;
      scrape (w, scrape_failures[i].name, hashes);
      g_assert_error (w->error, SHOAL_ERROR, scrape_failures[i].code);
      g_assert_nonnull (strstr (w->error->message, scrape_failures[i].words));
      g_assert_cmpuint (w->trackers->n_secrets, ==, 0);
      world_free (w);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/tracker/announce/http", "announce", test_announce);
  g_test_add_data_func ("/tracker/announce/udp", "udp", test_announce);
  g_test_add_func ("/tracker/announce/warning", test_warning);
  g_test_add_func ("/tracker/announce/fails", test_announce_fails);
  g_test_add_func ("/tracker/announce/nobody-there", test_nobody_there);
  g_test_add_data_func ("/tracker/announce/silence/http", "announce-silent", test_silence);
  g_test_add_data_func ("/tracker/announce/silence/udp", "udp-silent", test_silence);
  g_test_add_data_func ("/tracker/cancel/http", "announce-silent", test_cancel);
  g_test_add_data_func ("/tracker/cancel/udp", "udp-silent", test_cancel);
  g_test_add_func ("/tracker/cancel/before", test_cancelled_before);
  g_test_add_func ("/tracker/address", test_address);
  g_test_add_data_func ("/tracker/scrape/http", "announce", test_scrape);
  g_test_add_data_func ("/tracker/scrape/udp", "udp", test_scrape);
  g_test_add_func ("/tracker/scrape/fails", test_scrape_fails);
  return g_test_run ();
}
