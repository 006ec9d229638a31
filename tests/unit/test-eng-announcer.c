/* test-eng-announcer.c: announces to trackers of this process, good ones and bad ones, over HTTP
 * and UDP. */
#include <string.h>

#include <gio/gio.h>

#include "client-core/discovery/eng-announcer-private.h"
#include "protocol/core/bt-limits.h"
#include "tests/unit/tracker-maker.h"

#define MS UINT64_C (1000)

typedef struct
{
  TrackerWorld *trackers;
  EngAnnouncer *announcer;
  EngAnnounces *announces;
  EngAnnounceFacts facts;
  GArray *peers; /* of BtEndpoint */
  bool local;
  unsigned changes;
  bool stop_when_changed;
  bool stopped;
} World;

static const uint8_t info_hash[20] = { 1, 2, 3, '%', '&', ' ', 0xff };

/* --- what the torrent says and hears --- */

static void
on_facts (void *owner, EngAnnounceFacts *out)
{
  *out = ((World *) owner)->facts;
}

static void
on_peers (void *owner, const BtEndpoint *peers, size_t n, bool local)
{
  World *w = owner;

  g_array_append_vals (w->peers, peers, (guint) n);
  w->local = local;
}

static void
on_done (void *data)
{
  World *w = data;

  w->stopped = true;
  w->announces = NULL;
}

static void
on_changed (void *owner, size_t tracker)
{
  World *w = owner;

  w->changes++;
  g_assert_cmpuint (tracker, <, eng_announces_count (w->announces));
  if (w->stop_when_changed)
    {
      w->stop_when_changed = false;
      eng_announces_stop (w->announces, 0, on_done, w);
    }
}

static const EngAnnounceEvents events
    = { .facts = on_facts, .peers = on_peers, .changed = on_changed };

/* --- the world --- */

static World *
world_new (void)
{
  const EngAnnouncerConfig config = { .peer_id = "-SH0100-abcdefghijk",
                                      .key = 0xfeedf00d,
                                      .port = 51413,
                                      .user_agent = "Shoal/test",
                                      .seed = 42 };
  const EngAnnouncerLimits limits = { .http_timeout_us = 5000 * MS,
                                      .http_gap_us = 0,
                                      .udp_timeout_us = 5000 * MS,
                                      .udp_grace_us = 100 * MS };
  World *w = g_new0 (World, 1);

  w->trackers = tracker_world_new ();
  w->announcer = eng_announcer_new_within (w->trackers->reactor, &config, &limits);
  w->facts = (EngAnnounceFacts){ .uploaded = 11, .downloaded = 22, .left = 33, .want_peers = 44 };
  w->peers = g_array_new (FALSE, FALSE, sizeof (BtEndpoint));
  return w;
}

/* With limits that a silent tracker reaches soon. */
static World *
world_new_impatient (void)
{
  const EngAnnouncerConfig config = { .port = 1, .user_agent = "Shoal/test", .seed = 42 };
  const EngAnnouncerLimits limits = { .http_timeout_us = 100 * MS, .udp_timeout_us = 100 * MS };
  World *w = world_new ();

  eng_announcer_free (w->announcer);
  w->announcer = eng_announcer_new_within (w->trackers->reactor, &config, &limits);
  return w;
}

static void
iterate (World *w)
{
  g_main_context_iteration (w->trackers->context, TRUE);
}

static void
stop (World *w)
{
  if (w->announces != NULL)
    eng_announces_stop (w->announces, 2000 * MS, on_done, w);
  while (w->announces != NULL)
    iterate (w);
}

static void
world_free (World *w)
{
  stop (w);
  eng_announcer_free (w->announcer);
  tracker_world_free (w->trackers);
  g_array_unref (w->peers);
  g_free (w);
}

/* Begins with the trackers of @urls, each a path of the HTTP tracker, "udp", or a whole URL; the
 * tiers are 0, 1, 2. */
static void
start (World *w, const char *const *urls)
{
  BtTracker trackers[8] = { 0 };
  unsigned n = 0;

  for (; urls[n] != NULL; n++)
    trackers[n] = (BtTracker){ .url = tracker_world_url (w->trackers, urls[n]), .tier = n };
  w->announces = eng_announces_new (w->announcer, info_hash, trackers, n, &events, w);
  for (unsigned i = 0; i < n; i++)
    g_free ((char *) (uintptr_t) trackers[i].url);
}

static void
start_one (World *w, const char *url)
{
  start (w, (const char *const[]){ url, NULL });
}

static EngTrackerStatus
wait_for (World *w, size_t tracker, EngTrackerState state)
{
  while (eng_announces_status (w->announces, tracker).state != state)
    iterate (w);
  return eng_announces_status (w->announces, tracker);
}

static const BtAnnounceRequest *
nth_request (World *w, guint i)
{
  while (w->trackers->requests->len <= i)
    iterate (w);
  return &g_array_index (w->trackers->requests, BtAnnounceRequest, i);
}

/* --- good trackers --- */

static void
assert_request (const BtAnnounceRequest *request, BtAnnounceEvent event, const World *w)
{
  g_assert_cmpmem (request->info_hash, 20, info_hash, 20);
  g_assert_cmpmem (request->peer_id, 20, "-SH0100-abcdefghijk", 20);
  g_assert_cmpint (request->event, ==, event);
  g_assert_cmpuint (request->port, ==, 51413);
  g_assert_cmpuint (request->uploaded, ==, w->facts.uploaded);
  g_assert_cmpuint (request->downloaded, ==, w->facts.downloaded);
  g_assert_cmpuint (request->left, ==, w->facts.left);
  g_assert_true (request->has_key);
  g_assert_cmpuint (request->key, ==, 0xfeedf00d);
  g_assert_cmpint (request->numwant, ==, event == BT_ANNOUNCE_STOPPED ? 0 : 44);
}

/* What is said after a move names the new port, and comes from where we are now. */
static void
elsewhere (const void *data)
{
  World *w = world_new ();
  const BtioBind lo
      = { .address = { .addr = { 127, 0, 0, 1 }, .family = BT_FAMILY_V4 }, .interface = "lo" };

  start_one (w, data);
  (void) wait_for (w, 0, ENG_TRACKER_WORKING); /* its status is not asked for */
  g_assert_cmpuint (nth_request (w, 0)->port, ==, 51413);
  eng_announcer_move (w->announcer, &lo, 6881);
  eng_announces_tell (w->announces, BT_ANNOUNCE_COMPLETED);
  g_assert_cmpuint (nth_request (w, 1)->port, ==, 6881);
  world_free (w);
}

/* A whole life: started, completed, stopped. */
static void
life (const void *data)
{
  World *w = world_new ();
  EngTrackerStatus status;

  start_one (w, data);
  g_assert_cmpint (eng_announces_status (w->announces, 0).state, ==, ENG_TRACKER_WAITING);
  status = wait_for (w, 0, ENG_TRACKER_WORKING);
  assert_request (nth_request (w, 0), BT_ANNOUNCE_STARTED, w);
  g_assert_cmpint (status.complete, ==, 5);
  g_assert_cmpint (status.incomplete, ==, 6);
  g_assert_cmpuint (status.n_peers, ==, 2);
  g_assert_null (status.message);
  g_assert_cmpuint (status.next_us, <, BTIO_NEVER);
  g_assert_cmpuint (w->peers->len, ==, 2);
  g_assert_true (w->local);
  g_assert_cmpuint (g_array_index (w->peers, BtEndpoint, 1).port, ==, 6882);
  w->facts.left = 0;
  w->facts.downloaded = 55;
  eng_announces_more (w->announces);
  eng_announces_tell (w->announces, BT_ANNOUNCE_COMPLETED);
  wait_for (w, 0, ENG_TRACKER_BUSY);
  wait_for (w, 0, ENG_TRACKER_WORKING);
  assert_request (nth_request (w, 1), BT_ANNOUNCE_COMPLETED, w);
  w->facts.uploaded = 66;
  stop (w);
  assert_request (nth_request (w, 2), BT_ANNOUNCE_STOPPED, w);
  g_assert_cmpuint (w->trackers->requests->len, ==, 3);
  world_free (w);
}

/* A warning is shown; what the tracker wants to hear again is told. */
static void
test_warning (void)
{
  World *w = world_new ();

  start_one (w, "announce-warning");
  g_assert_cmpstr (wait_for (w, 0, ENG_TRACKER_WORKING).message, ==, "hush");
  g_assert_null (strstr (w->trackers->last_query, "trackerid"));
  stop (w);
  g_assert_nonnull (strstr (w->trackers->last_query, "event=stopped"));
  g_assert_nonnull (strstr (w->trackers->last_query, "trackerid=a%20b"));
  world_free (w);
}

/* An interval that is none is no reason to do without the tracker. */
static void
test_negative (void)
{
  World *w = world_new ();

  start_one (w, "announce-negative");
  wait_for (w, 0, ENG_TRACKER_WORKING);
  world_free (w);
}

/* The first that works is asked; those behind it are not. */
static void
test_tiers (void)
{
  World *w = world_new ();

  start (w,
         (const char *const[]){ "announce-failure", "announce-garbage", "udp", "announce", NULL });
  wait_for (w, 2, ENG_TRACKER_WORKING);
  g_assert_cmpint (eng_announces_status (w->announces, 0).state, ==, ENG_TRACKER_FAILING);
  g_assert_cmpint (eng_announces_status (w->announces, 1).state, ==, ENG_TRACKER_FAILING);
  g_assert_cmpint (eng_announces_status (w->announces, 3).state, ==, ENG_TRACKER_WAITING);
  g_assert_cmpuint (eng_announces_status (w->announces, 3).next_us, ==, BTIO_NEVER);
  g_assert_cmpuint (eng_announces_status (w->announces, 3).tier, ==, 3);
  g_assert_cmpuint (w->peers->len, ==, 2);
  stop (w);
  g_assert_cmpuint (w->trackers->n_hits, ==, 2);
  world_free (w);
}

/* --- bad trackers --- */

static const struct
{
  const char *url;
  const char *message; /* a part of it */
} bad[] = {
  { "announce-failure", "go away" },
  { "announce-failure-raw", "bad \xef\xbf\xbd byte" },
  { "announce-forbidden", "not on the list" },
  { "announce-missing", "404" },
  { "announce-garbage", "malformed" },
  { "announce-empty", "malformed" },
  { "announce-large", "too large" },
  { "announce-bomb", "too large" },
  { "announce-loop", "too often" },
  { "announce-to-udp", "web address" },
  { "secret", "not allowed" },
  { "announce-to-secret", "not allowed" },
  { "http://", "cannot be fetched" },
  { "http:///announce", "cannot be fetched" },
  { "udp://127.0.0.1", "host or a port" },
  { "wss://127.0.0.1/announce", "not supported" },
  { "udp-refusing", "no room" },
  { "announce-endless", "too large" },
  { "http://a..b/announce", "" },
  { "udp://a..b:80/announce", "" },
  { "announce-reason", "wrong" },
};

/* Each fails with its message, is not asked again soon, and the next one is asked at once. */
static void
bad_tracker (const void *data)
{
  size_t i = (size_t) GPOINTER_TO_UINT (data);
  World *w = world_new ();
  EngTrackerStatus status;
  uint64_t now_us;

  start (w, (const char *const[]){ bad[i].url, "announce", NULL });
  status = wait_for (w, 0, ENG_TRACKER_FAILING);
  g_assert_nonnull (status.message);
  g_assert_nonnull (strstr (status.message, bad[i].message));
  g_assert_true (g_utf8_validate (status.message, -1, NULL));
  now_us = btio_reactor_now_us (w->trackers->reactor);
  g_assert_cmpuint (status.next_us, >, now_us + 50 * 1000 * MS);
  wait_for (w, 1, ENG_TRACKER_WORKING);
  g_assert_cmpuint (w->trackers->n_secrets, ==, 0);
  world_free (w);
}

static void
test_moved (void)
{
  World *w = world_new ();

  start_one (w, "announce-moved");
  wait_for (w, 0, ENG_TRACKER_WORKING);
  g_assert_cmpuint (w->peers->len, ==, 2);
  world_free (w);
}

/* Five times, and then no more. */
static void
test_loop (void)
{
  World *w = world_new ();

  start_one (w, "announce-loop");
  wait_for (w, 0, ENG_TRACKER_FAILING);
  g_assert_cmpuint (w->trackers->n_hits, ==, 6);
  world_free (w);
}

/* A network interface that is not there: nothing leaves by another. */
static void
test_interface (void)
{
  const EngAnnouncerConfig config
      = { .port = 1, .user_agent = "Shoal/test", .bind.interface = "nosuch0", .seed = 42 };
  World *w = world_new ();

  eng_announcer_free (w->announcer);
  w->announcer = eng_announcer_new (w->trackers->reactor, &config);
  start (w, (const char *const[]){ "announce", "udp", NULL });
  g_assert_nonnull (strstr (wait_for (w, 0, ENG_TRACKER_FAILING).message, "interface"));
  g_assert_nonnull (strstr (wait_for (w, 1, ENG_TRACKER_FAILING).message, "out of reach"));
  g_assert_cmpuint (w->trackers->n_hits, ==, 0);
  g_assert_cmpuint (w->trackers->requests->len, ==, 0);
  world_free (w);
}

static void
test_refused (void)
{
  World *w = world_new ();
  g_autofree char *url = tracker_world_gone (w->trackers);

  start (w, (const char *const[]){ url, "announce", NULL });
  g_assert_nonnull (wait_for (w, 0, ENG_TRACKER_FAILING).message);
  wait_for (w, 1, ENG_TRACKER_WORKING);
  world_free (w);
}

/* Trackers that never answer: their time ends, and the next is asked. */
static void
silent (const void *data)
{
  World *w = world_new_impatient ();
  EngTrackerStatus status;

  start (w, (const char *const[]){ data, "announce", NULL });
  status = wait_for (w, 0, ENG_TRACKER_FAILING);
  g_assert_nonnull (strstr (status.message, "in time"));
  wait_for (w, 1, ENG_TRACKER_WORKING);
  world_free (w);
}

/* --- stopping --- */

/* A silent tracker does not keep us. */
static void
stop_silent (const void *data)
{
  World *w = world_new ();

  start_one (w, data);
  wait_for (w, 0, ENG_TRACKER_BUSY);
  while (w->trackers->n_silent == 0)
    iterate (w);
  eng_announces_stop (w->announces, 50 * MS, on_done, w);
  g_assert_false (w->stopped);
  while (!w->stopped)
    iterate (w);
  world_free (w);
}

/* However soon the end comes after it, "completed" is told: before it was asked, while it is under
 * way, and while "started" is. */
static void
stop_completed (const char *tracker, unsigned when)
{
  World *w = world_new ();

  start_one (w, tracker);
  wait_for (w, 0, when < 2 ? ENG_TRACKER_WORKING : ENG_TRACKER_BUSY);
  eng_announces_tell (w->announces, BT_ANNOUNCE_COMPLETED);
  if (when == 1)
    wait_for (w, 0, ENG_TRACKER_BUSY);
  stop (w);
  g_assert_cmpuint (w->trackers->requests->len, ==, 3);
  assert_request (nth_request (w, 0), BT_ANNOUNCE_STARTED, w);
  assert_request (nth_request (w, 1), BT_ANNOUNCE_COMPLETED, w);
  assert_request (nth_request (w, 2), BT_ANNOUNCE_STOPPED, w);
  world_free (w);
}

static void
test_stop_completed (void)
{
  for (unsigned when = 0; when < 3; when++)
    {
      stop_completed ("announce", when);
      stop_completed ("udp", when);
    }
}

/* A tracker that refuses us hears of no completion. */
static void
test_stop_refused (void)
{
  World *w = world_new ();

  start_one (w, "announce-failure");
  wait_for (w, 0, ENG_TRACKER_BUSY);
  eng_announces_tell (w->announces, BT_ANNOUNCE_COMPLETED);
  stop (w);
  g_assert_cmpuint (w->trackers->n_hits, ==, 1);
  world_free (w);
}

/* Before the first turn, and in the first event. */
static void
test_stop_early (void)
{
  World *w = world_new ();

  start_one (w, "announce");
  stop (w);
  g_assert_cmpuint (w->trackers->n_hits, ==, 0);
  start_one (w, "announce");
  w->stop_when_changed = true;
  while (w->announces != NULL)
    iterate (w);
  g_assert_cmpuint (w->changes, ==, 1);
  start (w, (const char *const[]){ NULL });
  stop (w);
  world_free (w);
}

/* Many torrents of one tracker: all are served, no more than two at a time. */
static void
test_many (void)
{
  enum
  {
    N = 150
  };
  World *w = world_new ();
  EngAnnounces *all[N];
  g_autofree char *url = tracker_world_url (w->trackers, "announce");
  const BtTracker tracker = { .url = url };

  for (size_t i = 0; i < N; i++)
    all[i] = w->announces = eng_announces_new (w->announcer, info_hash, &tracker, 1, &events, w);
  while (w->peers->len < 2 * N)
    iterate (w);
  g_assert_cmpuint (w->trackers->requests->len, ==, N);
  g_assert_cmpuint (w->trackers->most_at_once, <=, 2);
  for (size_t i = 0; i < N; i++)
    {
      w->announces = all[i];
      stop (w);
    }
  g_assert_cmpuint (w->trackers->requests->len, ==, 2 * N);
  world_free (w);
}

/* The same over UDP, where a tracker has a bound on what is under way. */
static void
test_many_udp (void)
{
  enum
  {
    N = BT_LIMIT_UDP_REQUESTS + 40
  };
  World *w = world_new ();
  EngAnnounces *all[N];
  g_autofree char *url = tracker_world_url (w->trackers, "udp");
  const BtTracker tracker = { .url = url };

  for (size_t i = 0; i < N; i++)
    all[i] = w->announces = eng_announces_new (w->announcer, info_hash, &tracker, 1, &events, w);
  while (w->peers->len < 2 * N)
    iterate (w);
  for (size_t i = 0; i < N; i++)
    {
      w->announces = all[i];
      stop (w);
    }
  g_assert_cmpuint (w->trackers->requests->len, ==, 2 * N);
  world_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/announcer/life/http", "announce", life);
  g_test_add_data_func ("/announcer/life/udp", "udp", life);
  g_test_add_data_func ("/announcer/life/udp-v6", "udp-v6", life);
  g_test_add_data_func ("/announcer/elsewhere/http", "announce", elsewhere);
  g_test_add_data_func ("/announcer/elsewhere/udp", "udp", elsewhere);
  g_test_add_func ("/announcer/warning", test_warning);
  g_test_add_func ("/announcer/negative", test_negative);
  g_test_add_func ("/announcer/tiers", test_tiers);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strdup_printf ("/announcer/bad/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), bad_tracker);
    }
  g_test_add_func ("/announcer/moved", test_moved);
  g_test_add_func ("/announcer/loop", test_loop);
  g_test_add_func ("/announcer/interface", test_interface);
  g_test_add_func ("/announcer/refused", test_refused);
  g_test_add_data_func ("/announcer/silent/http", "announce-silent", silent);
  g_test_add_data_func ("/announcer/silent/stalled", "announce-stalled", silent);
  g_test_add_data_func ("/announcer/silent/udp", "udp-silent", silent);
  g_test_add_data_func ("/announcer/stop/http", "announce-silent", stop_silent);
  g_test_add_data_func ("/announcer/stop/stalled", "announce-stalled", stop_silent);
  g_test_add_data_func ("/announcer/stop/udp", "udp-silent", stop_silent);
  g_test_add_func ("/announcer/stop/early", test_stop_early);
  g_test_add_func ("/announcer/stop/completed", test_stop_completed);
  g_test_add_func ("/announcer/stop/refused", test_stop_refused);
  g_test_add_func ("/announcer/many/http", test_many);
  g_test_add_func ("/announcer/many/udp", test_many_udp);
  return g_test_run ();
}
