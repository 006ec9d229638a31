/* test-trk-announce.c: the rules of announces and scrapes, each by its name. */
#include <string.h>

#include <glib.h>

#include "trk-world.h"

static void
test_identity (void)
{
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STARTED);
  TrkWorld w;

  trk_world_init (&w, 1000);
  for (unsigned i = 0; i < 3; i++)
    {
      request.peer_id[0] = (uint8_t) i; /* whoever it says it is, it is one peer */
      trk_world_say (&w, &request, trk_world_host (1), TRK_CARRIER_HTTP);
      trk_world_assert_counts (&w, 0, 1, 0);
    }
  request.port = 6882; /* the same peer id at another port is another peer */
  trk_world_say (&w, &request, trk_world_host (1), TRK_CARRIER_HTTP);
  trk_world_assert_counts (&w, 0, 2, 0);
  trk_world_say (&w, &request, trk_world_host (2), TRK_CARRIER_HTTP);
  trk_world_assert_counts (&w, 0, 3, 0);
  trk_world_clear (&w);
}

static void
test_ip_parameters_ignored (void)
{
  BtAnnounceRequest request = trk_world_ask (0, BT_ANNOUNCE_STARTED);
  BtEndpoint victim = trk_world_host (77);
  TrkWorld w;

  trk_world_init (&w, 1000);
  request.ipv4 = trk_world_at_port (victim, 6881);
  request.ipv6 = trk_world_at_port (trk_world_host6 (77), 6881);
  trk_world_say (&w, &request, trk_world_host (1), TRK_CARRIER_HTTP);
  trk_world_come (&w, trk_world_host (2), 1, BT_ANNOUNCE_STARTED);
  g_assert_cmpuint (trk_world_n_v4 (&w), ==, 1);
  g_assert_cmpuint (trk_world_n_v6 (&w), ==, 0);
  victim.port = 6881;
  g_assert_false (trk_world_lists (&w.reply.peers_v4, &victim));
  trk_world_clear (&w);
}

/* Inside a private network a client may say which address it has there, and nowhere else. */
static void
test_claims (void)
{
  static const struct
  {
    const char *source, *claim, *counted;
    bool believes;
  } cases[] = {
    { "10.0.0.1", "192.168.1.9:0", "192.168.1.9:6881", true },
    { "10.0.0.1", "192.168.1.9:99", "192.168.1.9:99", true },
    { "10.0.0.1", "192.168.1.9:0", "10.0.0.1:6881", false },
    { "10.0.0.1", NULL, "10.0.0.1:6881", true },
    { "100.64.0.1", "172.16.0.1:0", "172.16.0.1:6881", true },
    { "10.0.0.1", "9.9.9.9:0", "10.0.0.1:6881", true },
    { "10.0.0.1", "127.0.0.1:0", "10.0.0.1:6881", true },
    { "10.0.0.1", "169.254.1.1:0", "10.0.0.1:6881", true },
    { "10.0.0.1", "224.0.0.1:0", "10.0.0.1:6881", true },
    { "10.0.0.1", "0.0.0.0:0", "10.0.0.1:6881", true },
    { "10.0.0.1", "[fd00::1]:0", "10.0.0.1:6881", true }, /* no second endpoint either */
    { "9.9.9.9", "192.168.1.9:0", "9.9.9.9:6881", true },
    { "9.9.9.9", "8.8.8.8:0", "9.9.9.9:6881", true },
    { "127.0.0.1", "192.168.1.9:0", "192.168.1.9:6881", true },
    { "127.0.0.1", "192.168.1.9:0", "127.0.0.1:6881", false },
    { "127.0.0.1", "127.0.0.2:0", "127.0.0.1:6881", true },
    { "127.0.0.1", "9.9.9.9:0", "127.0.0.1:6881", true },
    { "10.0.0.1", "255.255.255.255:0", "10.0.0.1:6881", true },
    { "::1", "[fd00::2]:0", "[fd00::2]:6881", true },
    { "fd00::1", "[fd00::2]:0", "[fd00::2]:6881", true },
    { "fd00::1", "[2a01::2]:0", "[fd00::1]:6881", true },
    { "fd00::1", "10.0.0.9:0", "[fd00::1]:6881", true },
    { "2a01::1", "[fd00::2]:0", "[2a01::1]:6881", true },
    { "::ffff:10.0.0.1", "10.0.0.9:0", "10.0.0.9:6881", true },
  };

  for (size_t i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest request = trk_world_ask (0, BT_ANNOUNCE_STARTED);
      TrkCarrier carrier = i % 2 == 0 ? TRK_CARRIER_HTTP : TRK_CARRIER_UDP;
      BtEndpoint source, counted, claim = { 0 };
      TrkWorld w;

      trk_world_init (&w, 1000);
      w.policy.believes_claims = cases[i / 2].believes;
      g_assert_true (
          bt_endpoint_parse_address (cases[i / 2].source, strlen (cases[i / 2].source), &source));
      g_assert_true (
          bt_endpoint_parse (cases[i / 2].counted, strlen (cases[i / 2].counted), &counted));
      if (cases[i / 2].claim != NULL)
        g_assert_true (bt_endpoint_parse (cases[i / 2].claim, strlen (cases[i / 2].claim), &claim));
      *(claim.family == BT_FAMILY_V6 ? &request.ipv6 : &request.ipv4) = claim;
      g_assert_cmpint (trk_world_say (&w, &request, source, carrier), ==, TRK_ANSWERED);
      g_assert_true (bt_endpoint_same_address (&w.reply.external, &source));
      trk_world_come (&w, trk_world_host (2), 1, BT_ANNOUNCE_STARTED);
      g_assert_cmpuint (trk_world_n_v4 (&w) + trk_world_n_v6 (&w), ==, 1);
      g_assert_true (trk_world_lists (
          counted.family == BT_FAMILY_V4 ? &w.reply.peers_v4 : &w.reply.peers_v6, &counted));
      trk_world_clear (&w);
    }
}

static void
test_mapped (void)
{
  BtEndpoint mapped = { .addr = { [10] = 0xff, 0xff, 9, 9, 0, 1 }, .family = BT_FAMILY_V6 };
  BtEndpoint plain = trk_world_at_port (trk_world_host (1), 0);
  TrkWorld w;

  trk_world_init (&w, 1000);
  trk_world_come (&w, trk_world_host (1), 1, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, mapped, 1, BT_ANNOUNCE_NONE);
  trk_world_assert_counts (&w, 0, 1, 0);
  g_assert_true (bt_endpoint_equal (&w.reply.external, &plain));
  trk_world_clear (&w);
}

static void
test_private_sources (void)
{
  static const struct
  {
    uint8_t addr[4];
    bool replaced;
  } cases[]
      = { { { 127, 0, 0, 1 }, true },  { { 10, 1, 2, 3 }, true }, { { 192, 168, 0, 9 }, true },
          { { 100, 64, 0, 1 }, true }, { { 9, 9, 9, 9 }, false }, { { 172, 32, 0, 1 }, false } };

  for (size_t c = 0; c < 2 * G_N_ELEMENTS (cases); c++)
    {
      BtEndpoint source = bt_endpoint_v4 (cases[c / 2].addr, 5);
      BtEndpoint external = trk_world_at_port (trk_world_host (500), 6881);
      TrkWorld w;

      trk_world_init (&w, 1000);
      if (c % 2 == 1)
        w.policy.external_v4 = external;
      trk_world_come (&w, source, 0, BT_ANNOUNCE_STARTED);
      g_assert_true (bt_endpoint_same_address (&w.reply.external, &source));
      trk_world_come (&w, trk_world_host (2), 1, BT_ANNOUNCE_STARTED);
      g_assert_cmpint (trk_world_lists (&w.reply.peers_v4, &external), ==,
                       c % 2 == 1 && cases[c / 2].replaced);
      g_assert_cmpuint (trk_world_n_v4 (&w), ==, 1);
      trk_world_clear (&w);
    }
}

static void
test_stopped (void)
{
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STOPPED);
  TrkWorld w;

  trk_world_init (&w, 1000);
  trk_world_come (&w, trk_world_host (9), 1,
                  BT_ANNOUNCE_STOPPED); /* an unknown torrent is not made by that */
  trk_world_assert_counts (&w, 0, 0, 0);
  g_assert_cmpuint (trk_swarms_totals (w.swarms).swarms, ==, 0);
  trk_world_come (&w, trk_world_host (1), 0, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, trk_world_host (2), 1, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, trk_world_host (9), 1, BT_ANNOUNCE_STOPPED); /* an unknown peer */
  trk_world_assert_counts (&w, 1, 1, 0);
  g_assert_cmpuint (trk_world_n_v4 (&w), ==, 0);
  request.port = 0;
  g_assert_cmpint (trk_world_say (&w, &request, trk_world_host (2), TRK_CARRIER_UDP), ==,
                   TRK_ANSWERED);
  g_assert_cmpuint (w.reply.failure.len, ==, 0);
  trk_world_assert_counts (&w, 1, 1, 0);
  trk_world_come (&w, trk_world_host (2), 1, BT_ANNOUNCE_STOPPED);
  trk_world_assert_counts (&w, 1, 0, 0);
  g_assert_cmpuint (trk_world_n_v4 (&w), ==, 0);
  g_assert_cmpuint (w.reply.interval_s, >=, 1800);
  trk_world_come (&w, trk_world_host (1), 0, BT_ANNOUNCE_STOPPED);
  g_assert_cmpuint (trk_swarms_totals (w.swarms).swarms, ==, 0);
  trk_world_clear (&w);
}

static void
test_completed_once (void)
{
  static const struct
  {
    uint64_t left;
    BtAnnounceEvent event;
    int64_t seeders, leechers, completed;
  } steps[] = {
    { 0, BT_ANNOUNCE_COMPLETED, 1, 0, 0 }, /* was not known as incomplete */
    { 0, BT_ANNOUNCE_STOPPED, 0, 0, 0 },   { 9, BT_ANNOUNCE_STARTED, 0, 1, 0 },
    { 9, BT_ANNOUNCE_COMPLETED, 0, 1, 0 }, /* says so, and still lacks something */
    { 0, BT_ANNOUNCE_COMPLETED, 1, 0, 1 }, { 0, BT_ANNOUNCE_COMPLETED, 1, 0, 1 },
    { 9, BT_ANNOUNCE_NONE, 0, 1, 1 },      { 0, BT_ANNOUNCE_COMPLETED, 1, 0, 1 },
    { 0, BT_ANNOUNCE_STOPPED, 0, 0, 1 },   { 9, BT_ANNOUNCE_STARTED, 0, 1, 1 },
    { 0, BT_ANNOUNCE_COMPLETED, 1, 0, 2 },
  };
  int64_t before = 0;
  TrkWorld w;

  trk_world_init (&w, 1000);
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      trk_world_come (&w, trk_world_host (1), steps[i].left, steps[i].event);
      trk_world_assert_counts (&w, steps[i].seeders, steps[i].leechers, steps[i].completed);
      g_assert_cmpint (w.completed, ==, steps[i].completed > before);
      before = steps[i].completed;
    }
  trk_world_clear (&w);
}

static void
test_seeder_without_event (void)
{
  TrkWorld w;

  trk_world_init (&w, 1000);
  trk_world_come (&w, trk_world_host (1), 5, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, trk_world_host (2), 5, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, trk_world_host (1), 0, BT_ANNOUNCE_NONE);
  trk_world_assert_counts (&w, 1, 1, 0);
  trk_world_come (&w, trk_world_host (1), 0, BT_ANNOUNCE_COMPLETED);
  trk_world_assert_counts (&w, 1, 1, 0);
  trk_world_come (&w, trk_world_host (2), BT_LEFT_UNKNOWN, BT_ANNOUNCE_NONE);
  trk_world_assert_counts (&w, 1, 1, 0);
  trk_world_clear (&w);
}

static void
test_paused (void)
{
  TrkWorld w;

  trk_world_init (&w, 1000);
  trk_world_come (&w, trk_world_host (1), 5, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, trk_world_host (2), 5, BT_ANNOUNCE_PAUSED);
  trk_world_assert_counts (&w, 0, 2, 0);
  g_assert_cmpint (w.reply.downloaders, ==, 1);
  trk_world_come (&w, trk_world_host (2), 5, BT_ANNOUNCE_NONE);
  g_assert_cmpint (w.reply.downloaders, ==, 2);
  trk_world_come (&w, trk_world_host (2), 5, BT_ANNOUNCE_PAUSED);
  trk_world_come (&w, trk_world_host (2), 5, BT_ANNOUNCE_STOPPED);
  trk_world_assert_counts (&w, 0, 1, 0);
  g_assert_cmpint (w.reply.downloaders, ==, 1);
  trk_world_clear (&w);
}

static void
test_unknown_event (void)
{
  TrkWorld w;

  trk_world_init (&w, 1000);
  trk_world_come (&w, trk_world_host (1), 5, (BtAnnounceEvent) 99);
  trk_world_assert_counts (&w, 0, 1, 0);
  trk_world_clear (&w);
}

static void
test_port_zero (void)
{
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STARTED);
  TrkWorld w;

  trk_world_init (&w, 1000);
  request.port = 0;
  g_assert_cmpint (trk_world_say (&w, &request, trk_world_host (1), TRK_CARRIER_UDP), ==,
                   TRK_BAD_PORT);
  g_assert_cmpuint (w.reply.failure.len, >, 0);
  g_assert_cmpuint (w.reply.interval_s, >=, 1800);
  g_assert_cmpuint (w.reply.min_interval_s, ==, 900);
  g_assert_cmpuint (w.reply.retry_min, ==, BT_RETRY_NEVER);
  g_assert_cmpuint (trk_swarms_totals (w.swarms).swarms, ==, 0);
  request.port = 1;
  g_assert_cmpint (trk_world_say (&w, &request, (BtEndpoint){ 0 }, TRK_CARRIER_UDP), ==,
                   TRK_BAD_SOURCE);
  trk_world_clear (&w);
}

static void
test_interval (void)
{
  uint32_t low = UINT32_MAX;
  uint32_t high = 0;
  TrkWorld w;

  trk_world_init (&w, 1000);
  for (unsigned i = 0; i < 500; i++)
    {
      uint32_t interval_s;

      trk_world_come (&w, trk_world_host (i), 1, BT_ANNOUNCE_STARTED);
      interval_s = w.reply.interval_s;
      low = MIN (low, interval_s);
      high = MAX (high, interval_s);
      trk_world_come (&w, trk_world_host (i), 1, BT_ANNOUNCE_NONE);
      g_assert_cmpuint (w.reply.interval_s, ==, interval_s);
      g_assert_cmpuint (w.reply.min_interval_s, ==, 900);
    }
  g_assert_cmpuint (low, >=, 1800);
  g_assert_cmpuint (low, <, 1820);
  g_assert_cmpuint (high, <=, 1980);
  g_assert_cmpuint (high, >, 1960);
  g_assert_cmpuint (trk_policy_timeout_s (&w.policy), ==, 2 * 1980 + 60);
  trk_world_clear (&w);
}

static TrkVerdict
judge (const void *data, const uint8_t hash[BT_INFO_HASH_LEN])
{
  g_assert_cmpuint (hash[0], ==, 7);
  return ((const TrkWorld *) data)->verdict;
}

static void
test_verdicts (void)
{
  static const struct
  {
    TrkVerdict verdict;
    uint32_t interval_s, retry_min;
  } cases[] = { { TRK_VERDICT_UNKNOWN, 1800, 30 },
                { TRK_VERDICT_PENDING, 30, 1 },
                { TRK_VERDICT_DENIED, 1800, BT_RETRY_NEVER } };
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STARTED);
  BtScrapeRequest scrape = { request.info_hash, 1 };
  BtScrapeEntry entry;
  TrkWorld w;

  trk_world_init (&w, 1000);
  w.policy.judge = judge;
  w.policy.judge_data = &w;
  trk_world_come (&w, trk_world_host (1), 1, BT_ANNOUNCE_STARTED);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      w.verdict = cases[i].verdict;
      g_assert_cmpint (trk_world_say (&w, &request, trk_world_host (2), TRK_CARRIER_HTTP), ==,
                       TRK_REFUSED);
      g_assert_cmpuint (w.reply.failure.len, >, 0);
      g_assert_cmpuint (w.reply.interval_s, >=, cases[i].interval_s);
      g_assert_cmpuint (w.reply.interval_s, <=, cases[i].interval_s + 180);
      g_assert_cmpuint (w.reply.min_interval_s, <=, w.reply.interval_s);
      g_assert_cmpuint (w.reply.retry_min, ==, cases[i].retry_min);
      trk_scrape (&w.policy, w.swarms, &scrape, &entry);
      g_assert_cmpuint (entry.incomplete, ==, 0);
    }
  g_assert_cmpuint (trk_swarms_totals (w.swarms).leechers, ==, 1);
  trk_world_clear (&w);
}

static void
test_full (void)
{
  BtAnnounceRequest request = trk_world_ask (1, BT_ANNOUNCE_STARTED);
  TrkWorld w;

  trk_world_init (&w, 2);
  trk_world_come (&w, trk_world_host (1), 1, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, trk_world_host (2), 1, BT_ANNOUNCE_STARTED);
  g_assert_cmpint (trk_world_say (&w, &request, trk_world_host (3), TRK_CARRIER_HTTP), ==,
                   TRK_FULL);
  g_assert_cmpuint (w.reply.retry_min, ==, 30);
  request.info_hash[0] = 8; /* what was made for it alone goes again */
  g_assert_cmpint (trk_world_say (&w, &request, trk_world_host (3), TRK_CARRIER_HTTP), ==,
                   TRK_FULL);
  g_assert_cmpuint (trk_swarms_totals (w.swarms).swarms, ==, 1);
  trk_world_come (&w, trk_world_host (1), 1, BT_ANNOUNCE_NONE); /* who is there stays welcome */
  trk_world_come (&w, trk_world_host (1), 1, BT_ANNOUNCE_STOPPED);
  trk_world_come (&w, trk_world_host (3), 1, BT_ANNOUNCE_STARTED);
  trk_world_clear (&w);
}

static void
test_scrape (void)
{
  uint8_t hashes[2 * BT_INFO_HASH_LEN] = { 8, [BT_INFO_HASH_LEN] = 7 };
  BtScrapeRequest request = { hashes, 2 };
  BtScrapeEntry entries[2];
  TrkWorld w;

  trk_world_init (&w, 1000);
  trk_world_come (&w, trk_world_host (1), 5, BT_ANNOUNCE_STARTED);
  trk_world_come (&w, trk_world_host6 (1), 5, BT_ANNOUNCE_PAUSED);
  trk_world_come (&w, trk_world_host (1), 0, BT_ANNOUNCE_COMPLETED);
  trk_scrape (&w.policy, w.swarms, &request, entries);
  g_assert_cmpmem (entries[0].info_hash, 20, hashes, 20);
  g_assert_cmpuint (entries[0].complete + entries[0].incomplete + entries[0].downloaded, ==, 0);
  g_assert_cmpmem (entries[1].info_hash, 20, hashes + 20, 20);
  g_assert_cmpuint (entries[1].complete, ==, 1);
  g_assert_cmpuint (entries[1].incomplete, ==, 1);
  g_assert_cmpuint (entries[1].downloaded, ==, 1);
  g_assert_cmpint (entries[1].downloaders, ==, 0);
  trk_world_clear (&w);
}

static const struct
{
  const char *path;
  void (*run) (void);
} tests[] = {
  { "/trk/announce/identity", test_identity },
  { "/trk/announce/ip-parameters-ignored", test_ip_parameters_ignored },
  { "/trk/announce/claims", test_claims },
  { "/trk/announce/mapped", test_mapped },
  { "/trk/announce/private-sources", test_private_sources },
  { "/trk/announce/stopped", test_stopped },
  { "/trk/announce/completed-once", test_completed_once },
  { "/trk/announce/seeder-without-event", test_seeder_without_event },
  { "/trk/announce/paused", test_paused },
  { "/trk/announce/unknown-event", test_unknown_event },
  { "/trk/announce/port-zero", test_port_zero },
  { "/trk/announce/interval", test_interval },
  { "/trk/announce/verdicts", test_verdicts },
  { "/trk/announce/full", test_full },
  { "/trk/scrape", test_scrape },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_func (tests[i].path, tests[i].run);
  return g_test_run ();
}
