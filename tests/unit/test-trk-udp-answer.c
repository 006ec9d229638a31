/* test-trk-udp-answer.c: what one datagram is answered, and which ones are not. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "udp-world.h"

#define SECOND_US UINT64_C (1000000)
#define START_US (1000 * SECOND_US)

#define PEER "9.9.9.9:1234"
#define PEER6 "[2a01::9]:1234"

/* One worker, and the last answer. */
typedef struct
{
  UdpWorld world;
  TrkWorker *worker;
  uint64_t now_us;
  size_t len;
  uint8_t reply[TRK_UDP_REPLY_MAX];
} Fixture;

static void
set_up (Fixture *f, uint32_t burst)
{
  udp_world_init (&f->world, burst);
  f->worker = trk_worker_new (f->world.service, TRK_CARRIER_UDP);
  f->now_us = START_US;
  f->len = 0;
}

static void
tear_down (Fixture *f)
{
  trk_worker_free (f->worker);
  udp_world_clear (&f->world);
}

/* A turn of one datagram, which lies in an allocation of its exact size. */
static size_t
say (Fixture *f, const uint8_t *bytes, size_t len, BtEndpoint from)
{
  g_autofree uint8_t *copy = g_malloc (MAX (len, 1));
  TrkUdpDatagram datagram = { copy, len, from };

  if (len > 0)
    memcpy (copy, bytes, len);
  trk_worker_begin (f->worker, f->now_us);
  f->len = trk_udp_answer (f->worker, &f->world.rules, &datagram, f->now_us, f->reply);
  trk_worker_end (f->worker);
  return f->len;
}

static uint64_t
id_of (Fixture *f, BtEndpoint from)
{
  return bt_connection_id_make (&f->world.rules.ids, &from, f->now_us);
}

static size_t
announce (Fixture *f, const BtAnnounceRequest *request, const char *url, const char *from_text)
{
  BtEndpoint from = udp_world_endpoint (from_text);
  uint8_t packet[512];
  size_t len = udp_world_write_announce (packet, sizeof packet, id_of (f, from), request, url);

  return say (f, packet, len, from);
}

static size_t
scrape (Fixture *f, uint8_t n_hashes, const char *from_text)
{
  BtEndpoint from = udp_world_endpoint (from_text);
  uint8_t packet[BT_UDP_SCRAPE_HEAD_LEN + 255 * BT_INFO_HASH_LEN];
  size_t len = udp_world_write_scrape (packet, sizeof packet, id_of (f, from), n_hashes);

  return say (f, packet, len, from);
}

static uint32_t
action_of (const Fixture *f)
{
  uint32_t action;
  uint32_t transaction;

  g_assert_true (bt_udp_reply_peek (f->reply, f->len, &action, &transaction));
  g_assert_cmphex (transaction, ==, 0x01020304);
  return action;
}

static void
assert_announced (const Fixture *f, int64_t seeders, int64_t leechers, size_t n_peers)
{
  BtAnnounceReply reply;

  g_assert_cmpuint (action_of (f), ==, BT_UDP_ANNOUNCE);
  g_assert_true (bt_udp_announce_reply_parse (f->reply, f->len, BT_FAMILY_V4, &reply));
  g_assert_cmpint (reply.complete, ==, seeders);
  g_assert_cmpint (reply.incomplete, ==, leechers);
  g_assert_cmpuint (reply.peers_v4.len, ==, n_peers * BT_COMPACT_V4_LEN);
  g_assert_cmpuint (reply.interval_s, >=, 1800);
}

static void
assert_error (const Fixture *f, const char *text)
{
  BtLent said;

  g_assert_cmpuint (action_of (f), ==, BT_UDP_ERROR);
  g_assert_true (bt_udp_error_parse (f->reply, f->len, &said));
  g_assert_cmpmem (said.bytes, said.len, text, strlen (text));
}

/* --- connect --- */

static void
test_connect (void)
{
  static const char *const from[] = { PEER, PEER6, "127.0.0.1:1", "[::1]:65535", "10.0.0.1:53" };
  Fixture f;

  set_up (&f, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (from); i++)
    for (size_t extra = 0; extra <= 100; extra += 50)
      {
        uint8_t packet[BT_UDP_CONNECT_LEN + 100] = { 0 };
        uint64_t id;

        g_assert_cmpuint (bt_udp_connect_write (packet, sizeof packet, 0x01020304), ==,
                          BT_UDP_CONNECT_LEN);
        g_assert_cmpuint (
            say (&f, packet, BT_UDP_CONNECT_LEN + extra, udp_world_endpoint (from[i])), ==,
            BT_UDP_CONNECT_LEN);
        g_assert_cmpuint (action_of (&f), ==, BT_UDP_CONNECT);
        g_assert_true (bt_udp_connect_reply_parse (f.reply, f.len, &id));
        g_assert_cmphex (id, ==, id_of (&f, udp_world_endpoint (from[i])));
      }
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_CONNECTS_UDP), ==, 15);
  tear_down (&f);
}

/* --- what gets no answer --- */

static void
test_junk (void)
{
  static const struct
  {
    const char *name;
    size_t len;
    uint64_t id;
    uint32_t action;
  } cases[] = {
    { "empty", 0, 0, 0 },
    { "short", 15, 0x41727101980, 0 },
    { "no protocol", 16, 0x41727101981, 0 },
    { "error", 16, 0x41727101980, 3 },
    { "unknown action", 98, 0x41727101980, 7 },
    { "short announce", 97, 0x41727101980, 1 },
    { "short scrape", 35, 0x41727101980, 2 },
  };
  Fixture f;

  set_up (&f, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint8_t packet[98] = { 0 };
      uint64_t id = GUINT64_TO_BE (cases[i].id);

      g_test_message ("%s", cases[i].name);
      memcpy (packet, &id, sizeof id);
      packet[11] = (uint8_t) cases[i].action;
      g_assert_cmpuint (say (&f, packet, cases[i].len, udp_world_endpoint (PEER)), ==, 0);
      g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_JUNK), ==, i + 1);
    }
  tear_down (&f);
}

static void
test_martians (void)
{
  static const char *const from[]
      = { "0.0.0.0:1",       "9.9.9.9:0",     "[2a01::9]:0", "224.0.0.1:1", "255.255.255.255:1",
          "240.0.0.1:1",     "169.254.1.1:1", "192.0.2.1:1", "[::]:1",      "[ff02::1]:1",
          "[2001:db8::1]:1", "[fe80::1]:1" };
  Fixture f;

  set_up (&f, 0);
  for (size_t i = 0; i <= G_N_ELEMENTS (from); i++)
    {
      BtEndpoint nobody = { 0 };
      uint8_t packet[BT_UDP_CONNECT_LEN];
      size_t len = bt_udp_connect_write (packet, sizeof packet, 1);

      g_assert_cmpuint (
          say (&f, packet, len, i < G_N_ELEMENTS (from) ? udp_world_endpoint (from[i]) : nobody),
          ==, 0);
    }
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_JUNK), ==, G_N_ELEMENTS (from) + 1);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_CONNECTS_UDP), ==, 0);
  tear_down (&f);
}

/* Nobody's id, another one's and an old one: no byte, for announces and scrapes. */
static void
test_bad_ids (void)
{
  BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_STARTED);
  BtEndpoint from = udp_world_endpoint (PEER);
  uint8_t packet[512];
  uint64_t ids[4];
  Fixture f;

  set_up (&f, 0);
  ids[0] = 0x41727101980;
  ids[1] = id_of (&f, udp_world_endpoint (PEER6));
  ids[2] = id_of (&f, udp_world_endpoint ("9.9.9.8:1234"));
  ids[3] = id_of (&f, from);
  f.now_us += 200 * SECOND_US;
  for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      size_t len = udp_world_write_announce (packet, sizeof packet, ids[i], &request, NULL);

      g_assert_cmpuint (say (&f, packet, len, from), ==, 0);
      len = udp_world_write_scrape (packet, sizeof packet, ids[i], 2);
      g_assert_cmpuint (say (&f, packet, len, from), ==, 0);
    }
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_BAD_IDS), ==, 8);
  g_assert_cmpuint (trk_swarms_totals (f.world.parts.swarms).leechers, ==, 0);
  tear_down (&f);
}

/* Who has proved nothing is sent no more than was received, whatever the bytes. */
static void
test_amplification (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (15);
  Fixture f;

  set_up (&f, 0);
  for (unsigned i = 0; i < 100000; i++)
    {
      uint8_t packet[256];
      size_t len = (size_t) g_rand_int_range (rand, 0, sizeof packet);

      (void) bt_udp_connect_write (packet, sizeof packet, 1); /* there is room */
      for (size_t at = g_rand_boolean (rand) ? 8 : 0; at < len; at++)
        packet[at] = (uint8_t) g_rand_int_range (rand, 0, at < 12 ? 4 : 256);
      g_assert_cmpuint (say (&f, packet, len, udp_world_endpoint (PEER)), <=, len);
    }
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_CONNECTS_UDP), >, 0);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_BAD_IDS), >, 0);
  tear_down (&f);
}

/* --- announces --- */

static void
test_events (void)
{
  static const struct
  {
    uint64_t left;
    unsigned event;
    int64_t seeders;
    int64_t leechers;
    size_t n_peers; /* in the answer; there is one more leecher */
  } steps[] = {
    { 5, BT_ANNOUNCE_STARTED, 0, 2, 1 },   { 5, BT_ANNOUNCE_NONE, 0, 2, 1 },
    { 5, BT_ANNOUNCE_PAUSED, 0, 2, 1 },    { 5, 99, 0, 2, 1 },
    { 0, BT_ANNOUNCE_COMPLETED, 1, 1, 1 }, { 0, BT_ANNOUNCE_COMPLETED, 1, 1, 1 },
    { 0, BT_ANNOUNCE_NONE, 1, 1, 1 },      { 0, BT_ANNOUNCE_STOPPED, 0, 1, 0 },
    { 0, BT_ANNOUNCE_STOPPED, 0, 1, 0 },
  };
  BtAnnounceRequest other = udp_world_announce (9, BT_ANNOUNCE_STARTED);
  Fixture f;

  set_up (&f, 0);
  g_assert_cmpuint (announce (&f, &other, NULL, "8.8.8.8:99"), ==, 20);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      BtAnnounceRequest request
          = udp_world_announce (steps[i].left, (BtAnnounceEvent) steps[i].event);

      (void) announce (&f, &request, NULL, PEER); /* the reply is looked at next */
      assert_announced (&f, steps[i].seeders, steps[i].leechers, steps[i].n_peers);
    }
  g_assert_cmpuint (f.world.n_journalled, ==, 1);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_ANNOUNCES_UDP), ==, 10);
  tear_down (&f);
}

/* As many peers as a datagram may list, of the family of the packet alone. */
static void
test_large (void)
{
  static const struct
  {
    const char *from;
    int32_t numwant;
    size_t len;
  } cases[] = {
    { PEER, INT32_MAX, 20 + 200 * 6 }, { PEER6, INT32_MAX, 20 + 74 * 18 },
    { PEER, -1, 20 + 50 * 6 },         { PEER6, -1, 20 + 50 * 18 },
    { PEER, INT32_MIN, 20 + 50 * 6 },  { PEER, 0, 20 },
    { PEER, 3, 20 + 3 * 6 },           { PEER6, 3, 20 + 3 * 18 },
  };
  Fixture f;

  set_up (&f, 0);
  for (unsigned i = 0; i < 300; i++)
    {
      BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_STARTED);

      request.port = (uint16_t) (7000 + i);
      g_assert_cmpuint (announce (&f, &request, NULL, "8.8.8.8:99"), >=, 20);
      g_assert_cmpuint (announce (&f, &request, NULL, "[2a01::8]:99"), >=, 20);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_NONE);

      request.numwant = cases[i].numwant;
      g_assert_cmpuint (announce (&f, &request, NULL, cases[i].from), ==, cases[i].len);
      g_assert_cmpuint (action_of (&f), ==, BT_UDP_ANNOUNCE);
    }
  tear_down (&f);
}

static void
test_errors (void)
{
  BtAnnounceRequest bad_port = udp_world_announce (1, BT_ANNOUNCE_NONE);
  BtAnnounceRequest stopped = udp_world_announce (1, BT_ANNOUNCE_STOPPED);
  BtAnnounceRequest bad_count = udp_world_announce (1, BT_ANNOUNCE_NONE);
  BtAnnounceRequest denied = udp_world_announce (1, BT_ANNOUNCE_NONE);
  Fixture f;

  set_up (&f, 0);
  bad_port.port = 0;
  (void) announce (&f, &bad_port, NULL, PEER); /* the reply is looked at next, as in all of these */
  assert_error (&f, bt_tracker_problem_text (BT_TRACKER_BAD_PORT));
  stopped.port = 0;
  (void) announce (&f, &stopped, NULL, PEER);
  assert_announced (&f, 0, 0, 0);
  bad_count.uploaded = UINT64_MAX;
  (void) announce (&f, &bad_count, NULL, PEER);
  assert_error (&f, bt_tracker_problem_text (BT_TRACKER_BAD_UPLOADED));
  trk_lists_set (f.world.parts.lists, denied.info_hash, TRK_MARK_DENIED);
  (void) announce (&f, &denied, NULL, PEER);
  assert_error (&f, "torrent is not allowed here");
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_BAD_REQUESTS), ==, 2);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_REFUSED), ==, 1);
  tear_down (&f);
}

/* The address that an announce names reaches the policy, whose rule it is. */
static void
test_ip (void)
{
  static const struct
  {
    const char *from;
    const char *ip;
    bool believes;
    const char *peer; /* what another one is given */
  } cases[] = {
    { "10.0.0.9:7", "10.1.2.3:0", false, "10.0.0.9:6881" },
    { "10.0.0.9:7", "10.1.2.3:0", true, "10.1.2.3:6881" },
    { "127.0.0.1:7", "10.1.2.3:0", true, "10.1.2.3:6881" },
    { PEER, "10.1.2.3:0", true, "9.9.9.9:6881" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_STARTED);
      BtAnnounceRequest other = udp_world_announce (1, BT_ANNOUNCE_STARTED);
      BtEndpoint peer = udp_world_endpoint (cases[i].peer);
      uint8_t compact[BT_COMPACT_V6_LEN];
      Fixture f;

      set_up (&f, 0);
      udp_world_set_believes (&f.world, cases[i].believes);
      if (cases[i].ip != NULL)
        request.ipv4 = udp_world_endpoint (cases[i].ip);
      g_assert_cmpuint (announce (&f, &request, NULL, cases[i].from), ==, 20);
      g_assert_cmpuint (announce (&f, &other, NULL, "9.9.9.8:1"), ==, 26);
      g_assert_cmpuint (bt_endpoint_write_compact (&peer, compact), ==, 6);
      g_assert_cmpmem (f.reply + 20, 6, compact, 6);
      tear_down (&f);
    }
}

/* --- scrapes --- */

static void
test_scrape (void)
{
  BtAnnounceRequest leecher = udp_world_announce (1, BT_ANNOUNCE_STARTED);
  BtAnnounceRequest seeder = udp_world_announce (0, BT_ANNOUNCE_STARTED);
  BtScrapeEntry entry;
  Fixture f;

  set_up (&f, 0);
  udp_world_hash (3, leecher.info_hash);
  udp_world_hash (3, seeder.info_hash);
  (void) announce (&f, &leecher, NULL, PEER); /* the scrape tells */
  (void) announce (&f, &seeder, NULL, "8.8.8.8:1");
  (void) announce (&f, &seeder, NULL, "8.8.4.4:1");
  for (uint8_t n = 1; n <= BT_LIMIT_SCRAPE_UDP; n++)
    {
      g_assert_cmpuint (scrape (&f, n, PEER6), ==, 8 + 12u * n);
      g_assert_cmpuint (action_of (&f), ==, BT_UDP_SCRAPE);
      for (uint8_t i = 0; i < n; i++)
        {
          g_assert_true (bt_udp_scrape_reply_parse (f.reply, f.len, i, &entry));
          g_assert_cmpuint (entry.complete, ==, i == 2 ? 2 : 0);
          g_assert_cmpuint (entry.incomplete, ==, i == 2 ? 1 : 0);
        }
    }
  (void) scrape (&f, BT_LIMIT_SCRAPE_UDP + 1, PEER); /* the reply is looked at next */
  assert_error (&f, bt_tracker_problem_text (BT_TRACKER_MANY_HASHES));
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_SCRAPES_UDP), ==, BT_LIMIT_SCRAPE_UDP);
  tear_down (&f);
}

/* --- limits and options --- */

/* Who asks too often hears nothing, and may connect all the same; others do not notice. */
static void
test_limit (void)
{
  BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_NONE);
  uint8_t packet[BT_UDP_CONNECT_LEN];
  Fixture f;

  set_up (&f, 3);
  g_assert_cmpuint (announce (&f, &request, NULL, PEER), >, 0);
  g_assert_cmpuint (scrape (&f, 1, PEER), >, 0);
  g_assert_cmpuint (announce (&f, &request, NULL, PEER), >, 0);
  g_assert_cmpuint (announce (&f, &request, NULL, PEER), ==, 0);
  g_assert_cmpuint (scrape (&f, 1, PEER), ==, 0);
  g_assert_cmpuint (bt_udp_connect_write (packet, sizeof packet, 1), ==, sizeof packet);
  g_assert_cmpuint (say (&f, packet, sizeof packet, udp_world_endpoint (PEER)), ==, sizeof packet);
  g_assert_cmpuint (announce (&f, &request, NULL, "9.9.9.8:1"), >, 0);
  f.now_us += SECOND_US;
  g_assert_cmpuint (announce (&f, &request, NULL, PEER), >, 0);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_LIMITED), ==, 2);
  tear_down (&f);
}

/* A flood of guesses takes nothing from the source that it claims. */
static void
test_forged (void)
{
  BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_NONE);
  uint8_t packet[512];
  Fixture f;

  set_up (&f, 1);
  for (uint64_t guess = 0; guess < 10000; guess++)
    {
      size_t len = udp_world_write_announce (packet, sizeof packet,
                                             guess * UINT64_C (0x9e3779b97f4a7c15), &request, NULL);

      g_assert_cmpuint (say (&f, packet, len, udp_world_endpoint (PEER)), ==, 0);
    }
  g_assert_cmpuint (announce (&f, &request, NULL, PEER), >, 0);
  g_assert_cmpuint (udp_world_count (&f.world, TRK_COUNT_BAD_IDS), ==, 10000);
  tear_down (&f);
}

static const char *
refuse_others (void *data, const uint8_t *url, size_t len)
{
  const char *wanted = data;

  return len == strlen (wanted) && memcmp (url, wanted, len) == 0 ? NULL : "who are you?";
}

static void
test_url (void)
{
  static const struct
  {
    const char *url;
    bool answered;
  } cases[] = {
    { "/announce/secret", true },
    { "/announce/secre", false },
    { "", false },
    { NULL, false },
  };
  static char wanted[] = "/announce/secret";
  BtAnnounceRequest request = udp_world_announce (1, BT_ANNOUNCE_NONE);
  Fixture f;

  set_up (&f, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      f.world.rules.refuse = NULL;
      (void) announce (&f, &request, cases[i].url, PEER); /* the reply is looked at next */
      assert_announced (&f, 0, 1, 0);
      f.world.rules.refuse = refuse_others;
      f.world.rules.data = wanted;
      (void) announce (&f, &request, cases[i].url, PEER);
      if (cases[i].answered)
        assert_announced (&f, 0, 1, 0);
      else
        assert_error (&f, "who are you?");
    }
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/udp-answer/connect", test_connect);
  g_test_add_func ("/trk/udp-answer/junk", test_junk);
  g_test_add_func ("/trk/udp-answer/martians", test_martians);
  g_test_add_func ("/trk/udp-answer/bad-ids", test_bad_ids);
  g_test_add_func ("/trk/udp-answer/amplification", test_amplification);
  g_test_add_func ("/trk/udp-answer/events", test_events);
  g_test_add_func ("/trk/udp-answer/large", test_large);
  g_test_add_func ("/trk/udp-answer/errors", test_errors);
  g_test_add_func ("/trk/udp-answer/ip", test_ip);
  g_test_add_func ("/trk/udp-answer/scrape", test_scrape);
  g_test_add_func ("/trk/udp-answer/limit", test_limit);
  g_test_add_func ("/trk/udp-answer/forged", test_forged);
  g_test_add_func ("/trk/udp-answer/url", test_url);
  return g_test_run ();
}
