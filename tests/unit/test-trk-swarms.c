/* test-trk-swarms.c: the store: limits, expiry, what is kept and forgotten, sums, threads. */
#include <pthread.h>
#include <string.h>

#include <glib.h>

#include "tracker-server/swarm/trk-announce.h"

#define TIMEOUT_S 3660u

static TrkSwarms *
make_store (uint64_t max_swarms, uint64_t max_empty, uint32_t timeout_s)
{
  TrkSwarmsConfig config = { .key = "fedcba9876543210",
                             .timeout_s = timeout_s,
                             .max_swarms = max_swarms,
                             .max_peers = UINT32_MAX,
                             .max_empty = max_empty };

  return trk_swarms_new (&config);
}

static void
hash_of (uint32_t number, uint8_t hash[BT_INFO_HASH_LEN])
{
  memset (hash, 0, BT_INFO_HASH_LEN);
  memcpy (hash + 16, &number, sizeof number);
}

static BtEndpoint
peer_of (uint32_t number)
{
  uint8_t addr[4] = { 9, (uint8_t) (number >> 16), (uint8_t) (number >> 8), (uint8_t) number };

  return bt_endpoint_v4 (addr, 6881);
}

/* Adds a peer, as a seeder that completes if it was there; false when the store is full. */
static bool
put (TrkSwarms *store, uint32_t swarm, uint32_t peer, bool seeder, uint64_t now_s)
{
  TrkPeerState state = { .seeder = seeder, .completed = seeder };
  BtEndpoint endpoint = peer_of (peer);
  uint8_t hash[BT_INFO_HASH_LEN];
  bool completed;
  TrkHold hold;
  bool there;

  hash_of (swarm, hash);
  trk_swarms_enter (store, hash, true, now_s, &hold);
  there = hold.swarm != NULL;
  if (there)
    {
      TrkPlace place = trk_swarm_find (hold.swarm, hold.shapes, &endpoint);

      if (place.position == TRK_NO_PEER)
        trk_swarm_add (hold.swarm, hold.shapes, &endpoint, &state, hold.tick);
      else
        trk_swarm_update (hold.swarm, hold.shapes, place, &state, hold.tick, &completed);
    }
  trk_swarms_leave (store, &hold);
  return there;
}

static void
drop (TrkSwarms *store, uint32_t swarm, uint32_t peer)
{
  BtEndpoint endpoint = peer_of (peer);
  uint8_t hash[BT_INFO_HASH_LEN];
  TrkHold hold;

  hash_of (swarm, hash);
  trk_swarms_enter (store, hash, false, 0, &hold);
  g_assert_nonnull (hold.swarm);
  trk_swarm_remove (hold.swarm, hold.shapes, trk_swarm_find (hold.swarm, hold.shapes, &endpoint));
  trk_swarms_leave (store, &hold);
}

/* A swarm that was completed and is empty. */
static void
put_finished (TrkSwarms *store, uint32_t swarm)
{
  put (store, swarm, 1, false, 0);
  put (store, swarm, 1, true, 0);
  drop (store, swarm, 1);
}

static bool
is_there (TrkSwarms *store, uint32_t swarm)
{
  uint8_t hash[BT_INFO_HASH_LEN];
  TrkHold hold;
  bool there;

  hash_of (swarm, hash);
  trk_swarms_enter (store, hash, false, 0, &hold);
  there = hold.swarm != NULL;
  trk_swarms_leave (store, &hold);
  return there;
}

static void
expire_all (TrkSwarms *store, uint64_t now_s)
{
  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    trk_swarms_expire (store, i, now_s);
}

static void
test_many (void)
{
  const uint32_t n = 50000;
  TrkSwarms *store = make_store (n, n, TIMEOUT_S);

  for (uint32_t i = 0; i < n; i++)
    g_assert_true (put (store, i, i, i % 4 == 0, 0));
  g_assert_cmpuint (trk_swarms_totals (store).swarms, ==, n);
  g_assert_cmpuint (trk_swarms_totals (store).seeders, ==, n / 4);
  for (uint32_t i = 0; i < n; i += 2)
    drop (store, i, i);
  for (uint32_t i = 0; i < n; i++)
    g_assert_cmpint (is_there (store, i), ==, i % 2);
  g_assert_cmpuint (trk_swarms_totals (store).swarms, ==, n / 2);
  g_assert_cmpuint (trk_swarms_totals (store).leechers, ==, n / 2);
  g_assert_cmpuint (trk_swarms_totals (store).seeders, ==, 0);
  trk_swarms_free (store);
}

static void
test_expiry (void)
{
  static const uint32_t timeouts[] = { 660, TIMEOUT_S, 4020, 21660, 86400 };

  for (size_t i = 0; i < G_N_ELEMENTS (timeouts); i++)
    {
      uint32_t timeout_s = timeouts[i];
      uint32_t tick_s = MAX (60, (timeout_s + 199) / 200);
      TrkSwarms *store = make_store (1000, 1000, timeout_s);

      /* Across the place where the byte of the tick begins anew. */
      for (uint64_t start = 200 * tick_s; start < 320 * tick_s; start += 7 * tick_s + 11)
        {
          put (store, 1, 1, false, start);
          expire_all (store, start + timeout_s);
          g_assert_true (is_there (store, 1));
          expire_all (store, start + timeout_s + 2 * tick_s);
          g_assert_false (is_there (store, 1));
        }
      trk_swarms_free (store);
    }
}

/* A longer timeout spares those who are there; a shorter one waits for them. */
static void
test_timeout_changes (void)
{
  TrkSwarmsConfig config = { .key = "fedcba9876543210",
                             .timeout_s = 660,
                             .timeout_most_s = 28860,
                             .max_swarms = 1000,
                             .max_peers = 1000 };
  const uint32_t slack_s = 2 * (28860 / 200 + 1);
  TrkSwarms *store = trk_swarms_new (&config);

  put (store, 1, 1, false, 0);
  trk_swarms_set_timeout (store, 3660, 600);
  expire_all (store, 3660);
  g_assert_true (is_there (store, 1));
  put (store, 1, 1, false, 4000);
  trk_swarms_set_timeout (store, 660, 4000);
  trk_swarms_set_timeout (store, 660, 7000);
  expire_all (store, 4000 + 3660);
  g_assert_true (is_there (store, 1));
  put (store, 2, 2, false, 4000 + 3660 + slack_s);
  expire_all (store, 4000 + 3660 + slack_s);
  g_assert_false (is_there (store, 1));
  expire_all (store, 4000 + 3660 + slack_s + 660);
  g_assert_true (is_there (store, 2));
  expire_all (store, 4000 + 3660 + slack_s + 660 + slack_s);
  g_assert_false (is_there (store, 2));
  trk_swarms_free (store);
}

static void
test_expired_swarm_keeps_count (void)
{
  TrkSwarms *store = make_store (1000, 1000, TIMEOUT_S);

  put (store, 1, 1, false, 0);
  put (store, 1, 1, true, 0);
  put (store, 2, 1, true, 0);
  expire_all (store, 2 * TIMEOUT_S);
  g_assert_true (is_there (store, 1));
  g_assert_false (is_there (store, 2));
  g_assert_cmpuint (trk_swarms_totals (store).empty, ==, 1);
  g_assert_cmpuint (trk_swarms_totals (store).completed, ==, 1);
  put (store, 1, 1, false, 2 * TIMEOUT_S);
  g_assert_cmpuint (trk_swarms_totals (store).empty, ==, 0);
  trk_swarms_free (store);
}

static void
test_empty_limit (void)
{
  TrkSwarms *store = make_store (UINT32_MAX, TRK_SHARDS, TIMEOUT_S);

  for (uint32_t i = 0; i < 5000; i++)
    put_finished (store, i);
  g_assert_cmpuint (trk_swarms_totals (store).empty, <=, TRK_SHARDS);
  g_assert_cmpuint (trk_swarms_totals (store).empty, >, TRK_SHARDS / 2);
  g_assert_cmpuint (trk_swarms_totals (store).completed, ==, 5000);
  g_assert_true (is_there (store, 4999));
  trk_swarms_free (store);
}

static void
test_keeps_none (void)
{
  TrkSwarms *store = make_store (UINT32_MAX, 0, TIMEOUT_S);

  put_finished (store, 1);
  g_assert_cmpuint (trk_swarms_totals (store).swarms, ==, 0);
  trk_swarms_free (store);
}

static void
test_swarm_limit (void)
{
  TrkSwarms *store = make_store (2000, 2000, TIMEOUT_S);
  uint32_t n_there = 0;

  for (uint32_t i = 0; i < 1990; i++)
    put_finished (store, i);
  for (uint32_t i = 0; i < 10; i++)
    put_finished (store, i); /* back to life and empty again: still queued once */
  for (uint32_t i = 0; i < 500; i++)
    n_there += put (store, 10000 + i, 1, false, 0);
  g_assert_cmpuint (trk_swarms_totals (store).swarms, <=, 2000);
  g_assert_cmpuint (n_there, ==, 500);
  for (uint32_t i = 0; i < 5000; i++)
    put (store, 20000 + i, 1, false, 0);
  g_assert_cmpuint (trk_swarms_totals (store).swarms, <=, 2000);
  g_assert_false (put (store, 99999, 1, false, 0));
  g_assert_true (put (store, 10000, 2, false, 0));
  trk_swarms_free (store);
}

static void
count_swarm (const uint8_t hash[BT_INFO_HASH_LEN], const TrkSwarm *swarm, void *user_data)
{
  TrkCounts *sums = user_data;
  TrkCounts counts = trk_swarm_counts (swarm);

  g_assert_cmpuint (hash[0], ==, 0);
  sums->seeders += counts.seeders;
  sums->leechers += counts.leechers;
  sums->paused++;
}

static void
test_visit (void)
{
  TrkSwarms *store = make_store (UINT32_MAX, 10, TIMEOUT_S);
  TrkCounts sums = { 0 };

  for (uint32_t i = 0; i < 1000; i++)
    put (store, i % 300, i, i % 2, 0);
  drop (store, 299, 299);
  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    trk_swarms_visit (store, i, count_swarm, &sums);
  g_assert_cmpuint (sums.paused, ==, 300);
  g_assert_cmpuint (sums.seeders, ==, 499);
  g_assert_cmpuint (sums.leechers, ==, 500);
  trk_swarms_free (store);
}

typedef struct
{
  TrkSwarms *store;
  TrkPolicy policy;
  uint32_t number;
  uint32_t n_completed;
  pthread_t thread;
} Worker;

static void
worker_announce (Worker *w, uint32_t swarm, uint32_t peer, uint64_t left, BtAnnounceEvent event)
{
  BtEndpoint source = peer_of (w->number << 16 | peer);
  BtAnnounceRequest request;
  TrkAnnounce announce = { &request, &source, TRK_CARRIER_HTTP, 60, swarm };
  BtAnnounceReply reply;
  bool completed;
  TrkRoom room;

  bt_announce_request_init (&request);
  hash_of (swarm, request.info_hash);
  request.port = 6881;
  request.left = left;
  request.event = event;
  for (unsigned step = 0; step < TRK_AHEAD_STEPS; step++)
    (void) trk_announce_ahead (&w->policy, w->store, &announce,
                               trk_swarms_key (w->store, request.info_hash), (TrkAheadStep) step);
  g_assert_cmpint (trk_announce (&w->policy, w->store, &announce, &room, &reply, &completed), ==,
                   TRK_ANSWERED);
  w->n_completed += completed;
}

/* Peers come to a swarm that all workers share and to the worker's own, complete, and half go. */
static void *
work (void *data)
{
  Worker *w = data;
  BtScrapeEntry entries[2];
  uint8_t hashes[2 * BT_INFO_HASH_LEN];

  hash_of (7, hashes);
  hash_of (1000 + w->number, hashes + BT_INFO_HASH_LEN);
  for (uint32_t i = 0; i < 2000; i++)
    {
      uint32_t swarm = i % 2 == 0 ? 7 : 1000 * (i % 16) + w->number;

      worker_announce (w, swarm, i, 5, BT_ANNOUNCE_STARTED);
      worker_announce (w, swarm, i, 0, BT_ANNOUNCE_COMPLETED);
      if (i % 4 < 2)
        worker_announce (w, swarm, i, 0, BT_ANNOUNCE_STOPPED);
      if (i % 100 == 0)
        expire_all (w->store, 120);
      trk_scrape (&w->policy, w->store, &(BtScrapeRequest){ hashes, 2 }, entries);
    }
  return NULL;
}

static void
test_threads (void)
{
  Worker workers[4];
  TrkSwarms *store = make_store (UINT32_MAX, UINT32_MAX, TIMEOUT_S);
  TrkTotals totals;

  for (uint32_t i = 0; i < G_N_ELEMENTS (workers); i++)
    {
      workers[i] = (Worker){ .store = store, .number = i };
      trk_policy_init (&workers[i].policy);
      g_assert_cmpint (pthread_create (&workers[i].thread, NULL, work, &workers[i]), ==, 0);
    }
  (void) trk_swarms_totals (store); /* while they work: it only must not race */
  for (uint32_t i = 0; i < G_N_ELEMENTS (workers); i++)
    {
      g_assert_cmpint (pthread_join (workers[i].thread, NULL), ==, 0);
      g_assert_cmpuint (workers[i].n_completed, ==, 2000);
    }
  totals = trk_swarms_totals (store);
  g_assert_cmpuint (totals.completed, ==, 8000);
  g_assert_cmpuint (totals.seeders, ==, 4000);
  g_assert_cmpuint (totals.leechers, ==, 0);
  trk_swarms_free (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/swarms/many", test_many);
  g_test_add_func ("/trk/swarms/expiry", test_expiry);
  g_test_add_func ("/trk/swarms/timeout-changes", test_timeout_changes);
  g_test_add_func ("/trk/swarms/expired-swarm-keeps-count", test_expired_swarm_keeps_count);
  g_test_add_func ("/trk/swarms/empty-limit", test_empty_limit);
  g_test_add_func ("/trk/swarms/keeps-none", test_keeps_none);
  g_test_add_func ("/trk/swarms/swarm-limit", test_swarm_limit);
  g_test_add_func ("/trk/swarms/visit", test_visit);
  g_test_add_func ("/trk/swarms/threads", test_threads);
  return g_test_run ();
}
