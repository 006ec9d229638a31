/* test-eng-candidates.c: who is taken for a candidate: filters, bans and floods of addresses;
 * test-eng-candidates-call.c has whom to call. */
#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-candidates.h"
#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-peer-priority.h"
#include "tests/unit/candidates-maker.h"

static void
test_filters (void)
{
  static const struct
  {
    const char *text;
    EngSource source;
    bool local;
    EngAdd verdict;
  } cases[] = {
    { "8.8.4.4:1024", ENG_SOURCE_PEX, false, ENG_ADD_NEW },
    { "8.8.4.4:1025", ENG_SOURCE_DHT, false, ENG_ADD_KNOWN },
    { "8.8.4.5:0", ENG_SOURCE_GIVEN, false, ENG_ADD_PORT },
    { "8.8.4.6:1023", ENG_SOURCE_PEX, false, ENG_ADD_PORT },
    { "8.8.4.6:25", ENG_SOURCE_TRACKER, false, ENG_ADD_PORT },
    { "8.8.4.6:443", ENG_SOURCE_DHT, false, ENG_ADD_PORT },
    { "8.8.4.6:443", ENG_SOURCE_GIVEN, false, ENG_ADD_NEW },
    { "8.8.8.8:6881", ENG_SOURCE_TRACKER, false, ENG_ADD_OWN },
    { "8.8.8.8:6882", ENG_SOURCE_TRACKER, false, ENG_ADD_NEW },
    { "[2a00::8]:6881", ENG_SOURCE_TRACKER, false, ENG_ADD_OWN },
    { "[2a00::9]:6881", ENG_SOURCE_TRACKER, false, ENG_ADD_NEW },
    { "127.0.0.1:8080", ENG_SOURCE_TRACKER, false, ENG_ADD_RANGE },
    { "127.0.0.1:8080", ENG_SOURCE_PEX, false, ENG_ADD_RANGE },
    { "127.0.0.1:80", ENG_SOURCE_TRACKER, true, ENG_ADD_NEW },
    { "127.0.0.2:80", ENG_SOURCE_GIVEN, false, ENG_ADD_NEW },
    { "192.168.1.1:8080", ENG_SOURCE_DHT, false, ENG_ADD_RANGE },
    { "192.168.1.1:80", ENG_SOURCE_LSD, false, ENG_ADD_NEW },
    { "10.1.1.1:80", ENG_SOURCE_RESUME, false, ENG_ADD_NEW },
    { "169.254.1.1:80", ENG_SOURCE_LSD, false, ENG_ADD_NEW },
    { "[fe80::1]:80", ENG_SOURCE_LSD, true, ENG_ADD_RANGE },
    { "224.0.0.1:80", ENG_SOURCE_GIVEN, true, ENG_ADD_RANGE },
    { "255.255.255.255:80", ENG_SOURCE_GIVEN, true, ENG_ADD_RANGE },
    { "0.0.0.0:80", ENG_SOURCE_GIVEN, true, ENG_ADD_RANGE },
    { "192.0.2.1:8080", ENG_SOURCE_PEX, false, ENG_ADD_RANGE },
  };
  EngCandidates *list = eng_candidates_new (3000, false, 1, NULL);
  BtEndpoint own = endpoint ("8.8.8.8:6881"), own6 = endpoint ("[2a00::8]:6881");

  eng_candidates_set_own (list, &own);
  eng_candidates_set_own (list, &own6);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtEndpoint at = endpoint (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (eng_candidates_add (list, &at, cases[i].source, cases[i].local), ==,
                       cases[i].verdict);
    }
  const EngCandidate *first = eng_candidates_peek (list, 0);
  g_assert_cmpuint (first->sources, ==, ENG_SOURCE_PEX | ENG_SOURCE_DHT);
  g_assert_cmpuint (first->endpoint.port, ==, 1024);
  g_assert_cmpuint (first->priority, ==, bt_peer_priority (&own, &first->endpoint));
  eng_candidates_free (list);
}

static void
test_many_per_address (void)
{
  EngCandidates *list = eng_candidates_new (10, true, 1, NULL);

  g_assert_cmpint (add (list, "127.0.0.1:6001", ENG_SOURCE_GIVEN), ==, ENG_ADD_NEW);
  g_assert_cmpint (add (list, "127.0.0.1:6002", ENG_SOURCE_GIVEN), ==, ENG_ADD_NEW);
  g_assert_cmpint (add (list, "127.0.0.1:6002", ENG_SOURCE_GIVEN), ==, ENG_ADD_KNOWN);
  g_assert_cmpuint (eng_candidates_count (list), ==, 2);
  eng_candidates_free (list);
}

static void
test_budget (void)
{
  EngCandidates *list = eng_candidates_new (1000, false, 1, NULL);
  BtTokenBucket connects;
  EngCandidate *got[100];
  size_t n = 0;

  bt_token_bucket_init (&connects, NULL, BT_LIMIT_CONNECTS_PER_SECOND, 0, START);
  for (uint32_t i = 0; i < 500; i++)
    {
      BtEndpoint at = numbered (0x08000000 + i * 256, 6005);

      g_assert_cmpint (eng_candidates_add (list, &at, ENG_SOURCE_DHT, false), ==, ENG_ADD_NEW);
    }
  n = eng_candidates_next (list, &connects, false, START, got, 100);
  g_assert_cmpuint (n, ==, 30);
  for (size_t i = 1; i < n; i++)
    g_assert_cmpuint (got[i - 1]->priority, >=, got[i]->priority);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, got, 100), ==, 0);
  for (unsigned i = 1; i <= 100; i++)
    n += eng_candidates_next (list, &connects, false, START + i * SECOND / 10, got, 100);
  g_assert_cmpuint (n, ==, 330);
  eng_candidates_free (list);
}

/* One a network and call; a better one takes the place of a worse one. */
static void
test_networks (void)
{
  EngCandidates *list = eng_candidates_new (1000, false, 1, NULL);
  BtTokenBucket connects;
  EngCandidate *got[10];

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  for (uint32_t i = 0; i < 40; i++)
    {
      BtEndpoint at = numbered (0x08080800 + (i % 4) * 256 + i, 6005);

      g_assert_cmpint (eng_candidates_add (list, &at, ENG_SOURCE_DHT, false), ==, ENG_ADD_NEW);
    }
  g_assert_cmpint (add (list, "8.8.9.250:6006", ENG_SOURCE_GIVEN), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, got, 10), ==, 4);
  g_assert_cmpuint (got[0]->endpoint.port, ==, 6006);
  g_assert_cmpint (add (list, "10.0.0.1:6006", ENG_SOURCE_GIVEN), ==, ENG_ADD_NEW);
  g_assert_cmpint (add (list, "10.0.0.2:6006", ENG_SOURCE_GIVEN), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, got, 10), ==, 6);
  eng_candidates_free (list);
}

static void
test_incoming (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtEndpoint at = endpoint ("8.8.4.4:50000"), again = endpoint ("8.8.4.4:50001");
  BtTokenBucket connects;
  EngCandidate *in = NULL, *got;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (eng_candidates_incoming (list, &at, &in), ==, ENG_ADD_NEW);
  g_assert_cmpint (eng_candidates_incoming (list, &again, &got), ==, ENG_ADD_CONNECTED);
  eng_candidates_answered (list, in, START);
  eng_candidates_closed (list, in, START);
  g_assert_cmpuint (eng_candidates_deadline (list), ==, UINT64_MAX); /* who knows its port */
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_PEX), ==, ENG_ADD_KNOWN);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START + 60 * SECOND, &got, 1), ==,
                    1);
  g_assert_cmpuint (got->endpoint.port, ==, 6881);
  eng_candidates_listens (list, got, 0);
  eng_candidates_listens (list, got, 7000);
  eng_candidates_closed (list, got, START);
  g_assert_cmpint (add (list, "8.8.4.4:6001", ENG_SOURCE_PEX), ==, ENG_ADD_KNOWN);
  g_assert_cmpuint (got->endpoint.port, ==, 7000);
  g_assert_cmpint (eng_candidates_incoming (list, &at, &in), ==, ENG_ADD_KNOWN);
  for (uint32_t i = 0; i < 3; i++)
    {
      BtEndpoint other = numbered (0x09000000 + i, 6001);

      g_assert_cmpint (eng_candidates_incoming (list, &other, &in), ==, ENG_ADD_NEW);
    }
  /* Full of connected ones: nothing enters. */
  at = numbered (0x0a010101, 6001);
  g_assert_cmpint (eng_candidates_incoming (list, &at, &in), ==, ENG_ADD_CONNECTED);
  g_assert_cmpint (add (list, "8.8.4.9:6001", ENG_SOURCE_GIVEN), ==, ENG_ADD_KNOWN);
  eng_candidates_set_max (list, 1);
  g_assert_cmpuint (eng_candidates_count (list), ==, 4);
  eng_candidates_free (list);
}

/* A torrent that begins anew goes back to those who were there, and lets the others wait. */
static void
test_anew (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtTokenBucket connects;
  EngCandidate *got[2];

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_TRACKER), ==, ENG_ADD_NEW);
  g_assert_cmpint (add (list, "9.9.9.9:6881", ENG_SOURCE_TRACKER), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, got, 2), ==, 2);
  eng_candidates_answered (list, got[0], START);
  eng_candidates_closed (list, got[0], START);
  eng_candidates_failed (list, got[1], START);
  g_assert_cmpuint (eng_candidates_deadline (list), ==, START + 60 * SECOND);
  eng_candidates_anew (list);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, &got[1], 1), ==, 1);
  g_assert_true (got[1] == got[0]);
  g_assert_cmpuint (eng_candidates_deadline (list), ==, START + 60 * SECOND);
  eng_candidates_elsewhere (list);
  g_assert_cmpuint (eng_candidates_deadline (list), ==, 0);
  eng_candidates_free (list);
}

/* Whom the torrent was calling when it ended has its turn when it begins anew. */
static void
test_given_up (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtTokenBucket connects;
  EngCandidate *got;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_TRACKER), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, &got, 1), ==, 1);
  eng_candidates_given_up (list, got);
  eng_candidates_anew (list);
  g_assert_cmpuint (got->failures, ==, 0);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, &got, 1), ==, 1);
  eng_candidates_free (list);
}

/* A ban that has an end ends without further ado. */
static void
test_bans_end (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtEndpoint bad = endpoint ("8.8.4.4:6881");
  BtTokenBucket connects;
  EngCandidate *got;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  eng_candidates_ban (list, &bad, ENG_BAN_FLOOD, START + SECOND);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, &got, 0), ==, 0);
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_PEX), ==, ENG_ADD_BANNED);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START + SECOND, &got, 0), ==, 0);
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_PEX), ==, ENG_ADD_NEW);
  eng_candidates_free (list);
}

static size_t
ready_for_seed (EngCandidates *list, BtTokenBucket *connects, uint64_t now_us)
{
  EngCandidate *got;
  size_t n = eng_candidates_next (list, connects, true, now_us, &got, 1);

  if (n > 0)
    eng_candidates_closed (list, got, now_us);
  return n;
}

/* A seed has nothing for another one, as far as that is known: it may have been damaged since, and
 * may not be able to call. */
static void
test_damaged (void)
{
  static const uint64_t hours[] = { 1, 2, 4, 8, 16, 24, 24 };
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtEndpoint at;
  BtTokenBucket connects;
  EngCandidate *got;
  uint64_t now_us = START;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_TRACKER), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, true, now_us, &got, 1), ==, 1);
  for (size_t i = 0; i < G_N_ELEMENTS (hours); i++)
    {
      eng_candidates_is_complete (list, got, now_us);
      eng_candidates_is_complete (list, got, now_us + 1); /* tells nothing new */
      eng_candidates_closed (list, got, now_us);
      now_us += hours[i] * 3600 * SECOND;
      g_assert_cmpuint (ready_for_seed (list, &connects, now_us - 1), ==, 0);
      g_assert_cmpuint (eng_candidates_next (list, &connects, true, now_us, &got, 1), ==, 1);
    }
  at = got->endpoint;
  eng_candidates_is_complete (list, got, now_us);
  eng_candidates_closed (list, got, now_us);
  now_us += 60 * SECOND;
  g_assert_cmpuint (ready_for_seed (list, &connects, now_us), ==, 0);
  eng_candidates_hear_lacks (list, &at);
  g_assert_cmpuint (eng_candidates_next (list, &connects, true, now_us, &got, 1), ==, 1);
  eng_candidates_lacks (list, got);
  eng_candidates_is_complete (list, got, now_us);
  eng_candidates_closed (list, got, now_us);
  g_assert_cmpuint (ready_for_seed (list, &connects, now_us + 3600 * SECOND), ==, 1);
  eng_candidates_free (list);
}

/* Who fetches calls those that have everything. */
static void
test_complete (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtTokenBucket connects;
  EngCandidate *got;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_TRACKER), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, true, START, &got, 1), ==, 1);
  eng_candidates_answered (list, got, START);
  eng_candidates_is_complete (list, got, START);
  eng_candidates_closed (list, got, START);
  g_assert_cmpuint (eng_candidates_next (list, &connects, true, START + 60 * SECOND, &got, 1), ==,
                    0);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START + 60 * SECOND, &got, 1), ==,
                    1);
  eng_candidates_failed (list, got, START);
  eng_candidates_free (list);
}

static void
test_bans (void)
{
  EngCandidates *list = eng_candidates_new (100, false, 1, NULL);
  BtEndpoint bad = endpoint ("8.8.4.4:6001"), other_port = endpoint ("8.8.4.4:6002");
  EngCandidate *in = NULL;

  g_assert_cmpint (add (list, "8.8.4.4:6001", ENG_SOURCE_PEX), ==, ENG_ADD_NEW);
  eng_candidates_ban (list, &bad, ENG_BAN_BAD_DATA, START);
  g_assert_cmpuint (eng_candidates_count (list), ==, 0);
  g_assert_cmpint (eng_candidates_add (list, &other_port, ENG_SOURCE_PEX, false), ==,
                   ENG_ADD_BANNED);
  g_assert_cmpint (eng_candidates_incoming (list, &other_port, &in), ==, ENG_ADD_BANNED);
  eng_candidates_expire (list, START - 1);
  g_assert_cmpint (eng_candidates_ban_reason (list, &bad), ==, ENG_BAN_BAD_DATA);
  eng_candidates_expire (list, START);
  g_assert_cmpint (eng_candidates_ban_reason (list, &bad), ==, ENG_BAN_NONE);

  /* A connected one goes when it is closed. */
  g_assert_cmpint (eng_candidates_incoming (list, &other_port, &in), ==, ENG_ADD_NEW);
  eng_candidates_ban (list, &bad, ENG_BAN_FLOOD, START);
  eng_candidates_ban (list, &bad, ENG_BAN_PERSON, UINT64_MAX);
  eng_candidates_expire (list, UINT64_MAX);
  g_assert_cmpuint (eng_candidates_count (list), ==, 1);
  eng_candidates_closed (list, in, START);
  g_assert_cmpuint (eng_candidates_count (list), ==, 0);
  g_assert_cmpint (eng_candidates_ban_reason (list, &bad), ==, ENG_BAN_PERSON);

  for (uint32_t i = 0; i < 2 * BT_LIMIT_CANDIDATES; i++)
    {
      BtEndpoint at = numbered (0x09000000 + i, 6001);

      eng_candidates_ban (list, &at, ENG_BAN_FLOOD, START + i);
    }
  g_assert_cmpint (eng_candidates_ban_reason (list, &bad), ==, ENG_BAN_PERSON);
  bad = numbered (0x09000000, 6001);
  g_assert_cmpint (eng_candidates_ban_reason (list, &bad), ==, ENG_BAN_NONE);
  bad = numbered (0x09000000 + 2 * BT_LIMIT_CANDIDATES - 1, 6001);
  g_assert_cmpint (eng_candidates_ban_reason (list, &bad), ==, ENG_BAN_FLOOD);
  eng_candidates_unban (list, &bad);
  g_assert_cmpint (eng_candidates_ban_reason (list, &bad), ==, ENG_BAN_NONE);
  eng_candidates_free (list);
}

/* A hundred thousand addresses of a kind, after 200 of the tracker's in networks of their own. */
static void
test_flood (void)
{
  static const struct
  {
    const char *name;
    EngSource source;
    uint32_t mask; /* of the bits that vary */
  } cases[] = {
    { "anywhere", ENG_SOURCE_PEX, 0x00ffffff },
    { "one-network", ENG_SOURCE_TRACKER, 0x000000ff },
    { "sixteen-networks", ENG_SOURCE_TRACKER, 0x00000fff },
  };

  for (size_t c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      EngCandidates *list = eng_candidates_new (BT_LIMIT_CANDIDATES, false, 7, NULL);
      BtEndpoint own = endpoint ("8.8.8.8:6881");
      uint64_t random = 3;
      unsigned n_tracker = 0;

      g_test_message ("%s", cases[c].name);
      eng_candidates_set_own (list, &own);
      for (uint32_t i = 0; i < 200; i++)
        {
          BtEndpoint at = numbered (0x50000000 + i * 256, 6001);

          g_assert_cmpint (eng_candidates_add (list, &at, ENG_SOURCE_TRACKER, false), ==,
                           ENG_ADD_NEW);
        }
      for (uint32_t i = 0; i < 100000; i++)
        {
          uint32_t low = (uint32_t) eng_random_next (&random) & cases[c].mask;
          BtEndpoint at = numbered (0x2d000000 | low, (uint16_t) (1024 + i % 60000));

          (void) eng_candidates_add (list, &at, cases[c].source, false); /* new or known */
          g_assert_cmpuint (eng_candidates_count (list), <=, BT_LIMIT_CANDIDATES);
        }
      for (uint32_t i = 0; i < eng_candidates_count (list); i++)
        n_tracker += eng_candidates_peek (list, i)->endpoint.addr[0] == 0x50;
      g_assert_cmpuint (n_tracker, ==, 200);
      g_assert_cmpuint (eng_candidates_count (list) - 200, <=, cases[c].mask + 1);
      eng_candidates_set_max (list, BT_LIMIT_CANDIDATES_STOPPED);
      g_assert_cmpuint (eng_candidates_count (list), <=, BT_LIMIT_CANDIDATES_STOPPED);
      eng_candidates_free (list);
    }
}

/* What failed goes before what crowds, that before the untrusted, that before low priority. */
static void
test_eviction (void)
{
  EngCandidates *list = eng_candidates_new (32, false, 7, NULL);
  BtTokenBucket connects;
  EngCandidate *got[2];
  BtEndpoint at;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6001", ENG_SOURCE_GIVEN), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, got, 1), ==, 1);
  eng_candidates_failed (list, got[0], START);
  for (uint32_t i = 0; i < 9; i++)
    {
      at = numbered (0x09000000 + i, 6001);
      g_assert_cmpint (eng_candidates_add (list, &at, ENG_SOURCE_TRACKER, false), ==, ENG_ADD_NEW);
    }
  for (uint32_t i = 0; i < 22; i++)
    {
      at = numbered (0x0b000000 + i * 256, 6001);
      g_assert_cmpint (eng_candidates_add (list, &at, ENG_SOURCE_DHT, false), ==, ENG_ADD_NEW);
    }
  g_assert_cmpuint (eng_candidates_count (list), ==, 32);
  at = numbered (0x0c000000, 6001);
  g_assert_cmpint (eng_candidates_add (list, &at, ENG_SOURCE_DHT, false), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_count (list), ==, 30);
  unsigned n_crowd = 0, n_failed = 0;
  for (uint32_t i = 0; i < 30; i++)
    {
      n_crowd += eng_candidates_peek (list, i)->endpoint.addr[0] == 9;
      n_failed += eng_candidates_peek (list, i)->failures > 0;
    }
  g_assert_cmpuint (n_failed, ==, 0);
  g_assert_cmpuint (n_crowd, ==, 8);
  eng_candidates_free (list);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/candidates/filters", test_filters);
  g_test_add_func ("/candidates/many-per-address", test_many_per_address);
  g_test_add_func ("/candidates/bans-end", test_bans_end);
  g_test_add_func ("/candidates/budget", test_budget);
  g_test_add_func ("/candidates/networks", test_networks);
  g_test_add_func ("/candidates/incoming", test_incoming);
  g_test_add_func ("/candidates/anew", test_anew);
  g_test_add_func ("/candidates/given-up", test_given_up);
  g_test_add_func ("/candidates/complete", test_complete);
  g_test_add_func ("/candidates/damaged", test_damaged);
  g_test_add_func ("/candidates/bans", test_bans);
  g_test_add_func ("/candidates/flood", test_flood);
  g_test_add_func ("/candidates/eviction", test_eviction);
  return g_test_run ();
}
