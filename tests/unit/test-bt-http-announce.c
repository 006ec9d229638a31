/* test-bt-http-announce.c: announces over HTTP: exact queries, every refusal, and that the tracker
 * reads what the client writes. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-url.h"
#include "protocol/tracker/bt-http-announce.h"
#include "tests/unit/announce-maker.h"

#define HASH "info_hash=aaaaaaaaaaaaaaaaaaaa"
#define ID "&peer_id=-SH0100-abcdefghijkl"
#define BASE HASH ID "&port=6881"

static BtTrackerProblem
parse (const char *query, BtAnnounceRequest *out)
{
  static char *lent; /* what the last result points to */

  g_free (lent);
  lent = announce_exact (query, strlen (query));
  return bt_http_announce_parse (lent, strlen (query), out);
}

static void
test_query_hash (void)
{
  static const struct
  {
    const char *query;
    const char *hash; /* NULL: refused as @problem */
    BtTrackerProblem problem;
  } cases[] = {
    { "aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaa", BT_TRACKER_FINE },
    { "%61%61%61%61%61%61%61%61%61%61%61%61%61%61%61%61%61%61%61%61", "aaaaaaaaaaaaaaaaaaaa",
      BT_TRACKER_FINE },
    { "%fF%Ff\xff%26%3D%25+++++++++++++A", "\xff\xff\xff&=%+++++++++++++A", BT_TRACKER_FINE },
    { "a=aaaaaaaaaaaaaaaaa?", "a=aaaaaaaaaaaaaaaaa?", BT_TRACKER_FINE },
    { "", NULL, BT_TRACKER_BAD_HASH },
    { "aaaaaaaaaaaaaaaaaaa", NULL, BT_TRACKER_BAD_HASH },
    { "aaaaaaaaaaaaaaaaaaaaa", NULL, BT_TRACKER_BAD_HASH },
    { "aaaaaaaaaaaaaaaaaaaa%61", NULL, BT_TRACKER_BAD_HASH },
    { "%0%a", NULL, BT_TRACKER_BAD_HASH },
    { "%", NULL, BT_TRACKER_BAD_HASH },
    { "%6", NULL, BT_TRACKER_BAD_HASH },
    { "%g1aaaaaaaaaaaaaaaaaaa", NULL, BT_TRACKER_BAD_HASH },
    { "%1gaaaaaaaaaaaaaaaaaaa", NULL, BT_TRACKER_BAD_HASH },
    { "%@@aaaaaaaaaaaaaaaaaaa", NULL, BT_TRACKER_BAD_HASH },
    { "aaaaaaaaaaaaaaaaaaa%6", NULL, BT_TRACKER_BAD_HASH },
    { "aaaaaaaaaaaaaaaaaaa%", NULL, BT_TRACKER_BAD_HASH },
    { "6161616161616161616161616161616161616161", NULL, BT_TRACKER_BAD_HASH },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *query = g_strconcat ("info_hash=", cases[i].query, ID "&port=1", NULL);
      g_autofree char *bare = g_strconcat ("info_hash=", cases[i].query, NULL);
      BtAnnounceRequest out;

      g_test_message ("%s", cases[i].query);
      g_assert_cmpint (parse (query, &out), ==, cases[i].problem);
      if (cases[i].hash != NULL)
        g_assert_cmpmem (out.info_hash, 20, cases[i].hash, 20);
      g_assert_cmpint (parse (bare, &out), ==,
                       cases[i].hash != NULL ? BT_TRACKER_NO_PEER_ID : cases[i].problem);
    }
}

static void
test_query_problems (void)
{
  static const struct
  {
    const char *query;
    BtTrackerProblem problem;
  } cases[] = {
    { "", BT_TRACKER_NO_HASH },
    { "&&&", BT_TRACKER_NO_HASH },
    { "a", BT_TRACKER_NO_HASH },
    { "=b?", BT_TRACKER_NO_HASH },
    { "INFO_HASH=aaaaaaaaaaaaaaaaaaaa", BT_TRACKER_NO_HASH },
    { HASH, BT_TRACKER_NO_PEER_ID },
    { HASH "&" HASH, BT_TRACKER_TWO_HASHES },
    { BASE "&" HASH, BT_TRACKER_TWO_HASHES },
    { HASH "&peer_id=", BT_TRACKER_BAD_PEER_ID },
    { HASH "&peer_id=short", BT_TRACKER_BAD_PEER_ID },
    { HASH ID "x", BT_TRACKER_BAD_PEER_ID },
    { HASH ID, BT_TRACKER_NO_PORT },
    { HASH ID "&port=", BT_TRACKER_NO_PORT },
    { HASH ID "&port", BT_TRACKER_NO_PORT },
    { HASH ID "&port=0", BT_TRACKER_BAD_PORT },
    { HASH ID "&port=0&event=started", BT_TRACKER_BAD_PORT },
    { HASH ID "&port=0&event=stopped", BT_TRACKER_FINE },
    { HASH ID "&port=1", BT_TRACKER_FINE },
    { HASH ID "&port=65535", BT_TRACKER_FINE },
    { HASH ID "&port=00080", BT_TRACKER_FINE },
    { HASH ID "&port=65536", BT_TRACKER_BAD_PORT },
    { HASH ID "&port=-1", BT_TRACKER_BAD_PORT },
    { HASH ID "&port=+1", BT_TRACKER_BAD_PORT },
    { HASH ID "&port=1e3", BT_TRACKER_BAD_PORT },
    { HASH ID "&port=%31", BT_TRACKER_BAD_PORT },
    { HASH ID "&port=18446744073709551617", BT_TRACKER_BAD_PORT },
    { BASE "&uploaded=9223372036854775807", BT_TRACKER_FINE },
    { BASE "&uploaded=9223372036854775808", BT_TRACKER_BAD_UPLOADED },
    { BASE "&uploaded=-1", BT_TRACKER_BAD_UPLOADED },
    { BASE "&uploaded=-0", BT_TRACKER_FINE },
    { BASE "&uploaded=-", BT_TRACKER_BAD_UPLOADED },
    { BASE "&uploaded=x", BT_TRACKER_BAD_UPLOADED },
    { BASE "&uploaded=99999999999999999999999x", BT_TRACKER_BAD_UPLOADED },
    { BASE "&downloaded=9223372036854775808", BT_TRACKER_BAD_DOWNLOADED },
    { BASE "&downloaded=1.5", BT_TRACKER_BAD_DOWNLOADED },
    { BASE "&left=x", BT_TRACKER_BAD_LEFT },
    { BASE "&left=--1", BT_TRACKER_BAD_LEFT },
    { BASE "&numwant=many", BT_TRACKER_BAD_NUMWANT },
    { BASE "&corrupt=-5", BT_TRACKER_BAD_CORRUPT },
    { BASE "&redundant=0x5", BT_TRACKER_BAD_REDUNDANT },
    { BASE "&event=finished&x=y&&&=&ip=&key=&left=&numwant=", BT_TRACKER_FINE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest out;

      g_test_message ("%s", cases[i].query);
      g_assert_cmpint (parse (cases[i].query, &out), ==, cases[i].problem);
    }
}

static void
test_query_numbers (void)
{
  static const struct
  {
    const char *query;
    uint64_t left;
    int32_t numwant;
  } cases[] = {
    { BASE, BT_LEFT_UNKNOWN, -1 },
    { BASE "&left=&numwant=", BT_LEFT_UNKNOWN, -1 },
    { BASE "&left=0&numwant=0", 0, 0 },
    { BASE "&left=-1&numwant=-1", BT_LEFT_UNKNOWN, -1 },
    { BASE "&left=18446744073709551615&numwant=-200", BT_LEFT_UNKNOWN, -1 },
    { BASE "&left=9223372036854775806&numwant=1000000000", INT64_MAX - 1, 1000000000 },
    { BASE "&left=9223372036854775807&numwant=4294967296", BT_LEFT_UNKNOWN, INT32_MAX },
    { BASE "&left=9223372036854775808&numwant=99999999999999999999", BT_LEFT_UNKNOWN, INT32_MAX },
    { BASE "&left=1&left=2&numwant=3&numwant=4", 2, 4 },
    { BASE "&left=5&left=-1&numwant=3&numwant=-1", BT_LEFT_UNKNOWN, -1 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest out;

      g_test_message ("%s", cases[i].query);
      g_assert_cmpint (parse (cases[i].query, &out), ==, BT_TRACKER_FINE);
      g_assert_cmpuint (out.left, ==, cases[i].left);
      g_assert_cmpint (out.numwant, ==, cases[i].numwant);
    }
}

static void
test_query_events (void)
{
  static const struct
  {
    const char *query;
    BtAnnounceEvent event;
  } cases[] = {
    { BASE, BT_ANNOUNCE_NONE },
    { BASE "&event=", BT_ANNOUNCE_NONE },
    { BASE "&event=empty", BT_ANNOUNCE_NONE },
    { BASE "&event=Started", BT_ANNOUNCE_NONE },
    { BASE "&event=started", BT_ANNOUNCE_STARTED },
    { BASE "&event=completed", BT_ANNOUNCE_COMPLETED },
    { BASE "&event=stopped", BT_ANNOUNCE_STOPPED },
    { BASE "&event=paused", BT_ANNOUNCE_PAUSED },
    { BASE "&event=started&event=stopped", BT_ANNOUNCE_STOPPED },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest out;

      g_assert_cmpint (parse (cases[i].query, &out), ==, BT_TRACKER_FINE);
      g_assert_cmpint (out.event, ==, cases[i].event);
    }
}

static void
test_query_flags (void)
{
  static const struct
  {
    const char *query;
    bool compact;
    bool no_peer_id;
    bool supports;
    bool requires_it;
  } cases[] = {
    { BASE, true, false, false, false },
    { BASE "&compact=1&no_peer_id=1&supportcrypto=1&requirecrypto=1", true, true, true, true },
    { BASE "&compact=0&no_peer_id=0&supportcrypto=0&requirecrypto=0", false, false, false, false },
    { BASE "&compact=&no_peer_id=&supportcrypto=2&requirecrypto=11", true, false, false, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest out;

      g_assert_cmpint (parse (cases[i].query, &out), ==, BT_TRACKER_FINE);
      g_assert_cmpint (out.compact, ==, cases[i].compact);
      g_assert_cmpint (out.no_peer_id, ==, cases[i].no_peer_id);
      g_assert_cmpint (out.supports_crypto, ==, cases[i].supports);
      g_assert_cmpint (out.requires_crypto, ==, cases[i].requires_it);
    }
}

static void
test_query_key (void)
{
  static const struct
  {
    const char *query;
    bool has_key;
    uint32_t key;
  } cases[] = {
    { BASE, false, 0 },
    { BASE "&key=", false, 0 },
    { BASE "&key=0", true, 0 },
    { BASE "&key=DEADbeef", true, 0xdeadbeef },
    { BASE "&key=a", true, 10 },
    { BASE "&key=z", true, 0xff0c53ad }, /* FNV-1a */
    { BASE "&key=foobar", true, 0xbf9cf968 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest out;

      g_assert_cmpint (parse (cases[i].query, &out), ==, BT_TRACKER_FINE);
      g_assert_cmpint (out.has_key, ==, cases[i].has_key);
      g_assert_cmphex (out.key, ==, cases[i].key);
    }
}

static void
test_query_addresses (void)
{
  static const struct
  {
    const char *query;
    const char *ipv4;
    const char *ipv6;
  } cases[] = {
    { BASE, NULL, NULL },
    { BASE "&ip=192.0.2.1", "192.0.2.1:0", NULL },
    { BASE "&ipv4=192.0.2.1:99", "192.0.2.1:99", NULL },
    { BASE "&ipv4=%31%39%32.0.2.1%3A99", "192.0.2.1:99", NULL },
    { BASE "&ip=2001:db8::1", NULL, "[2001:db8::1]:0" },
    { BASE "&ipv6=%5B2001%3Adb8%3A%3A1%5D%3A7", NULL, "[2001:db8::1]:7" },
    { BASE "&ipv6=::ffff:192.0.2.1", "192.0.2.1:0", NULL },
    { BASE "&ip=example.org&ipv4=1.2.3&ipv6=%zz", NULL, NULL },
    { BASE "&ipv4=192.0.2.1&ipv6=2001:db8::1", "192.0.2.1:0", "[2001:db8::1]:0" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char text[BT_ENDPOINT_TEXT];
      BtAnnounceRequest out;

      g_test_message ("%s", cases[i].query);
      g_assert_cmpint (parse (cases[i].query, &out), ==, BT_TRACKER_FINE);
      g_assert_cmpint (out.ipv4.family, ==, cases[i].ipv4 ? BT_FAMILY_V4 : BT_FAMILY_NONE);
      g_assert_cmpint (out.ipv6.family, ==, cases[i].ipv6 ? BT_FAMILY_V6 : BT_FAMILY_NONE);
      if (cases[i].ipv4 != NULL && bt_endpoint_write (&out.ipv4, text) > 0)
        g_assert_cmpstr (text, ==, cases[i].ipv4);
      if (cases[i].ipv6 != NULL && bt_endpoint_write (&out.ipv6, text) > 0)
        g_assert_cmpstr (text, ==, cases[i].ipv6);
    }
}

static void
test_query_bound (void)
{
  g_autoptr (GString) query = g_string_new (BASE);
  BtAnnounceRequest out;

  for (unsigned i = 3; i < BT_LIMIT_TRACKER_PARAMETERS; i++)
    g_string_append (query, "&x=y");
  g_assert_cmpint (parse (query->str, &out), ==, BT_TRACKER_FINE);
  g_string_append (query, "&x=y");
  g_assert_cmpint (parse (query->str, &out), ==, BT_TRACKER_MANY_PARAMETERS);
}

static void
test_url (void)
{
  static const struct
  {
    const char *url;
    const char *head;
  } cases[] = {
    { "http://t.example/announce", "http://t.example/announce?info_hash=" },
    { "http://t.example/announce?", "http://t.example/announce?info_hash=" },
    { "http://t.example/announce?pass=1", "http://t.example/announce?pass=1&info_hash=" },
    { "http://t.example/announce?pass=1&", "http://t.example/announce?pass=1&info_hash=" },
    { "http://t.example/a#b?c", "http://t.example/a?info_hash=" },
    { "", "?info_hash=" },
  };
  BtAnnounceRequest request;

  bt_announce_request_init (&request);
  memset (request.info_hash, 0xfe, sizeof request.info_hash);
  memset (request.peer_id, 'p', sizeof request.peer_id);
  request.port = 6881;
  request.event = BT_ANNOUNCE_STARTED;
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autofree char *wanted
          = g_strconcat (cases[i].head,
                         "%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE%FE"
                         "&peer_id=pppppppppppppppppppp&port=6881&uploaded=0&downloaded=0"
                         "&left=9223372036854775807&compact=1&event=started",
                         NULL);

      bt_http_announce_url (out, cases[i].url, &request);
      g_assert_cmpstr (out->str, ==, wanted);
    }
}

static void
test_query_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (unsigned i = 0; i < 5000; i++)
    {
      g_autoptr (GString) url = g_string_new (NULL);
      BtAnnounceRequest in;
      BtAnnounceRequest out;
      AnnounceBytes bytes;
      uint8_t tracker_id[120];
      size_t len;

      announce_make_request (rand, &in, &bytes);
      bt_http_announce_url (url, "http://t.example/announce", &in);
      g_assert_cmpint (parse (strchr (url->str, '?') + 1, &out), ==, BT_TRACKER_FINE);
      announce_compare_requests (&in, &out);
      g_assert_cmpuint (out.tracker_id.len, <=, sizeof tracker_id);
      g_assert_true (bt_url_decode ((const char *) out.tracker_id.bytes, out.tracker_id.len,
                                    tracker_id, &len));
      g_assert_cmpmem (tracker_id, len, in.tracker_id.bytes, in.tracker_id.len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-announce/query/hash", test_query_hash);
  g_test_add_func ("/http-announce/query/problems", test_query_problems);
  g_test_add_func ("/http-announce/query/numbers", test_query_numbers);
  g_test_add_func ("/http-announce/query/events", test_query_events);
  g_test_add_func ("/http-announce/query/flags", test_query_flags);
  g_test_add_func ("/http-announce/query/key", test_query_key);
  g_test_add_func ("/http-announce/query/addresses", test_query_addresses);
  g_test_add_func ("/http-announce/query/bound", test_query_bound);
  g_test_add_func ("/http-announce/query/property", test_query_property);
  g_test_add_func ("/http-announce/url", test_url);
  return g_test_run ();
}
