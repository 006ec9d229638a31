/* test-bt-udp-tracker.c: the packets of BEP 15 and BEP 41, byte for byte, and that each side reads
 * what the other writes. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-udp-tracker.h"
#include "tests/unit/announce-maker.h"

#define TID 0x12345678

static void
assert_hex (const uint8_t *bytes, size_t len, const char *hex)
{
  g_autofree char *text = g_malloc (2 * len + 1);

  bt_hex_write (bytes, len, text);
  g_assert_cmpstr (text, ==, hex);
}

static BtAnnounceRequest
request (void)
{
  BtAnnounceRequest r;

  bt_announce_request_init (&r);
  memset (r.info_hash, 0xaa, sizeof r.info_hash);
  memset (r.peer_id, 0xbb, sizeof r.peer_id);
  r.downloaded = 1;
  r.left = 2;
  r.uploaded = 3;
  r.event = BT_ANNOUNCE_STARTED;
  r.key = 0xcafe;
  r.has_key = true;
  r.port = 6881;
  return r;
}

static void
test_requests (void)
{
  BtAnnounceRequest announce = request ();
  uint8_t hashes[40];
  BtScrapeRequest scrape = { hashes, 2 };
  BtLent none = { 0 };
  uint8_t out[200];

  memset (hashes, 0xcc, sizeof hashes);
  assert_hex (out, bt_udp_connect_write (out, sizeof out, TID), "00000417271019800000000012345678");
  assert_hex (
      out, bt_udp_announce_write (out, sizeof out, TID, &announce, &none),
      "00000000000000000000000112345678aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
      "00000000000000010000000000000002000000000000000300000002000000000000cafeffffffff1ae1");
  bt_udp_request_set_id (out, UINT64_C (0x0102030405060708));
  assert_hex (out, 16, "01020304050607080000000112345678");
  assert_hex (out, bt_udp_scrape_write (out, sizeof out, TID, &scrape),
              "00000000000000000000000212345678cccccccccccccccccccccccccccccccccccccccc"
              "cccccccccccccccccccccccccccccccccccccccc");
}

static void
test_replies (void)
{
  static const uint8_t v4[] = { 192, 0, 2, 1, 0x1a, 0xe1 };
  static const uint8_t v6[18] = { 0x20, 1, 0x0d, 0xb8, [16] = 1 };
  static const BtScrapeEntry entries[] = { { .complete = 1, .downloaded = 2, .incomplete = 3 } };
  BtLent text = bt_lent_text ("no");
  BtAnnounceReply reply;
  uint8_t out[100];

  bt_announce_reply_init (&reply);
  assert_hex (out, bt_udp_announce_reply_write (out, sizeof out, TID, &reply, BT_FAMILY_V4),
              "0000000112345678000000000000000000000000");
  reply.interval_s = 1800;
  reply.incomplete = 5;
  reply.complete = 4;
  reply.peers_v4 = (BtLent){ v4, sizeof v4 };
  reply.peers_v6 = (BtLent){ v6, sizeof v6 };
  assert_hex (out, bt_udp_connect_reply_write (out, sizeof out, TID, 9),
              "00000000123456780000000000000009");
  assert_hex (out, bt_udp_announce_reply_write (out, sizeof out, TID, &reply, BT_FAMILY_V4),
              "0000000112345678000007080000000500000004c00002011ae1");
  assert_hex (out, bt_udp_announce_reply_write (out, sizeof out, TID, &reply, BT_FAMILY_V6),
              "000000011234567800000708000000050000000420010db80000000000000000000000000100");
  assert_hex (out, bt_udp_announce_reply_write (out, 37, TID, &reply, BT_FAMILY_V6),
              "0000000112345678000007080000000500000004");
  g_assert_cmpuint (bt_udp_announce_reply_write (out, 19, TID, &reply, BT_FAMILY_V6), ==, 0);
  assert_hex (out, bt_udp_scrape_reply_write (out, sizeof out, TID, entries, 1),
              "0000000212345678000000010000000200000003");
  g_assert_cmpuint (bt_udp_scrape_reply_write (out, 19, TID, entries, 1), ==, 0);
  assert_hex (out, bt_udp_error_write (out, sizeof out, TID, &text), "00000003123456786e6f");
  g_assert_cmpuint (bt_udp_error_write (out, 9, TID, &text), ==, 0);
  g_assert_cmpuint (bt_udp_connect_reply_write (out, 15, TID, 9), ==, 0);
}

static void
test_peek (void)
{
  static const struct
  {
    const char *name;
    uint64_t connection_id;
    uint32_t action;
    size_t len;
    BtUdpAction peeked;
  } cases[] = {
    { "connect", UINT64_C (0x41727101980), 0, 16, BT_UDP_CONNECT },
    { "connect-longer", UINT64_C (0x41727101980), 0, 1400, BT_UDP_CONNECT },
    { "connect-short", UINT64_C (0x41727101980), 0, 15, BT_UDP_JUNK },
    { "connect-magic", UINT64_C (0x41727101981), 0, 16, BT_UDP_JUNK },
    { "empty", 0, 0, 0, BT_UDP_JUNK },
    { "announce", 5, 1, 98, BT_UDP_ANNOUNCE },
    { "announce-longer", 5, 1, 99, BT_UDP_ANNOUNCE },
    { "announce-short", 5, 1, 97, BT_UDP_JUNK },
    { "announce-head", 5, 1, 16, BT_UDP_JUNK },
    { "scrape", 5, 2, 36, BT_UDP_SCRAPE },
    { "scrape-odd", 5, 2, 37, BT_UDP_SCRAPE },
    { "scrape-none", 5, 2, 35, BT_UDP_JUNK },
    { "error", 5, 3, 98, BT_UDP_JUNK },
    { "junk", 5, 4, 98, BT_UDP_JUNK },
    { "action-max", 5, UINT32_MAX, 98, BT_UDP_JUNK },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint8_t packet[1400] = { [11] = (uint8_t) cases[i].action, [15] = 9 };
      g_autofree uint8_t *exact = NULL;
      BtUdpHead head = { 0 };

      if (cases[i].action == UINT32_MAX)
        memset (packet + 8, 0xff, 4);
      bt_udp_request_set_id (packet, cases[i].connection_id);
      exact = (uint8_t *) announce_exact (packet, cases[i].len);
      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (bt_udp_request_peek (exact, cases[i].len, &head), ==, cases[i].peeked);
      if (cases[i].peeked == BT_UDP_JUNK)
        continue;
      g_assert_cmphex (head.connection_id, ==, cases[i].connection_id);
      g_assert_cmpuint (head.transaction_id, ==, 9);
    }
}

static void
test_announce_values (void)
{
  static const struct
  {
    size_t at; /* where the bytes go */
    uint64_t value;
    size_t len;
    BtTrackerProblem problem;
    BtAnnounceEvent event;
    int32_t numwant;
    uint64_t left;
  } cases[] = {
    { 0, 0, 0, BT_TRACKER_FINE, BT_ANNOUNCE_STARTED, -1, 2 },
    { 56, UINT64_C (1) << 63, 8, BT_TRACKER_BAD_DOWNLOADED, 0, 0, 0 },
    { 72, UINT64_MAX, 8, BT_TRACKER_BAD_UPLOADED, 0, 0, 0 },
    { 64, UINT64_MAX, 8, BT_TRACKER_FINE, BT_ANNOUNCE_STARTED, -1, BT_LEFT_UNKNOWN },
    { 64, INT64_MAX - 1, 8, BT_TRACKER_FINE, BT_ANNOUNCE_STARTED, -1, INT64_MAX - 1 },
    { 80, 0, 4, BT_TRACKER_FINE, BT_ANNOUNCE_NONE, -1, 2 },
    { 80, 1, 4, BT_TRACKER_FINE, BT_ANNOUNCE_COMPLETED, -1, 2 },
    { 80, 3, 4, BT_TRACKER_FINE, BT_ANNOUNCE_STOPPED, -1, 2 },
    { 80, 4, 4, BT_TRACKER_FINE, BT_ANNOUNCE_PAUSED, -1, 2 },
    { 80, 5, 4, BT_TRACKER_FINE, BT_ANNOUNCE_NONE, -1, 2 },
    { 80, UINT32_MAX, 4, BT_TRACKER_FINE, BT_ANNOUNCE_NONE, -1, 2 },
    { 92, 0, 4, BT_TRACKER_FINE, BT_ANNOUNCE_STARTED, 0, 2 },
    { 92, 0x7fffffff, 4, BT_TRACKER_FINE, BT_ANNOUNCE_STARTED, INT32_MAX, 2 },
    { 92, 0x80000000, 4, BT_TRACKER_FINE, BT_ANNOUNCE_STARTED, -1, 2 },
    { 96, 0, 2, BT_TRACKER_BAD_PORT, 0, 0, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceRequest in = request ();
      BtAnnounceRequest out;
      BtLent options = { 0 };
      g_autofree uint8_t *packet = g_malloc (BT_UDP_ANNOUNCE_LEN);

      (void) bt_udp_announce_write (packet, BT_UDP_ANNOUNCE_LEN, TID, &in, &options);
      for (size_t n = 0; n < cases[i].len; n++)
        packet[cases[i].at + n] = (uint8_t) (cases[i].value >> 8 * (cases[i].len - 1 - n));
      g_assert_cmpint (bt_udp_announce_parse (packet, BT_UDP_ANNOUNCE_LEN, &out, &options), ==,
                       cases[i].problem);
      if (cases[i].problem != BT_TRACKER_FINE)
        continue;
      g_assert_cmpint (out.event, ==, cases[i].event);
      g_assert_cmpint (out.numwant, ==, cases[i].numwant);
      g_assert_cmpuint (out.left, ==, cases[i].left);
    }
}

static void
test_announce_stopped (void)
{
  BtAnnounceRequest in = request ();
  BtAnnounceRequest out;
  BtLent options = { 0 };
  uint8_t packet[BT_UDP_ANNOUNCE_LEN];

  in.port = 0;
  in.event = BT_ANNOUNCE_STOPPED;
  g_assert_cmpuint (bt_udp_announce_write (packet, sizeof packet, TID, &in, &options), ==, 98);
  g_assert_cmpint (bt_udp_announce_parse (packet, 98, &out, &options), ==, BT_TRACKER_FINE);
  g_assert_cmpint (bt_udp_announce_parse (packet, 97, &out, &options), ==, BT_TRACKER_BAD_PACKET);
  g_assert_cmpuint (bt_udp_announce_write (packet, 97, TID, &in, &options), ==, 0);
}

static void
test_options (void)
{
  static const struct
  {
    const char *options;
    size_t len;
    const char *url; /* NULL: unsaid */
  } cases[] = {
#define CASE(options, url) { options, sizeof (options) - 1, url }
    CASE ("", NULL),
    CASE ("\2\14/dir?a=b&c=d", "/dir?a=b&c=d"),
    CASE ("\2\14/dir?a=b&c=d\1\1\0", "/dir?a=b&c=d"),
    CASE ("\2\0", ""),
    CASE ("\1\1\1", NULL),
    CASE ("\0\2\1/", NULL),
    CASE ("\2\2/a\1\2\2/b\2\0\2\1c", "/a/bc"),
    CASE ("\7\3abc\2\1/\xff\0\2\1x", "/x"),
    CASE ("\2\1/\2\5abc", "/"),
    CASE ("\2", NULL),
    CASE ("\2\1/\7", "/"),
#undef CASE
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree uint8_t *exact = (uint8_t *) announce_exact (cases[i].options, cases[i].len);
      BtLent options = { exact, cases[i].len };
      uint8_t out[64];
      bool said = false;
      size_t len = bt_udp_url_data (&options, out, sizeof out, &said);

      g_assert_cmpint (said, ==, cases[i].url != NULL);
      g_assert_cmpmem (out, len, cases[i].url, said ? strlen (cases[i].url) : 0);
      g_assert_cmpuint (bt_udp_url_data (&options, out, 1, NULL), ==, MIN (len, 1));
    }
}

static void
test_scrape_lengths (void)
{
  static const struct
  {
    size_t len;
    BtTrackerProblem problem;
    size_t n;
  } cases[] = {
    { 15, BT_TRACKER_BAD_PACKET, 0 },
    { 16, BT_TRACKER_NO_HASH, 0 },
    { 35, BT_TRACKER_NO_HASH, 0 },
    { 36, BT_TRACKER_FINE, 1 },
    { 55, BT_TRACKER_FINE, 1 },
    { 56, BT_TRACKER_FINE, 2 },
    { 16 + 74 * 20, BT_TRACKER_FINE, 74 },
    { 16 + 74 * 20 + 19, BT_TRACKER_FINE, 74 },
    { 16 + 75 * 20, BT_TRACKER_MANY_HASHES, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree uint8_t *packet = g_malloc0 (cases[i].len);
      BtScrapeRequest out = { 0 };

      g_assert_cmpint (bt_udp_scrape_parse (packet, cases[i].len, &out), ==, cases[i].problem);
      g_assert_cmpuint (out.n_hashes, ==, cases[i].n);
    }
}

/* What BEP 15 has no place for stays unsaid. */
static void
test_announce_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (15);

  for (unsigned i = 0; i < 5000; i++)
    {
      uint8_t packet[1500];
      uint8_t url[700];
      uint8_t url_read[700];
      BtLent url_data = { url, (size_t) g_rand_int_range (rand, 0, sizeof url) };
      BtLent options;
      AnnounceBytes bytes;
      BtAnnounceRequest in;
      BtAnnounceRequest out;
      size_t len;
      bool said = false;
      g_autofree uint8_t *exact = NULL;

      announce_make_request (rand, &in, &bytes);
      announce_fill (rand, url, sizeof url);
      in.corrupt = in.redundant = 0;
      in.compact = in.has_key = true;
      in.no_peer_id = in.supports_crypto = in.requires_crypto = false;
      in.ipv4.port = 0;
      in.ipv6 = (BtEndpoint){ 0 };
      len = bt_udp_announce_write (packet, sizeof packet, TID, &in, &url_data);
      exact = (uint8_t *) announce_exact (packet, len);
      g_assert_cmpint (bt_udp_announce_parse (exact, len, &out, &options), ==, BT_TRACKER_FINE);
      announce_compare_requests (&in, &out);
      len = bt_udp_url_data (&options, url_read, sizeof url_read, &said);
      g_assert_true (said);
      g_assert_cmpmem (url_read, len, url, url_data.len);
    }
}

static void
test_reply_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (16);

  for (unsigned i = 0; i < 2000; i++)
    {
      BtFamily family = g_rand_boolean (rand) ? BT_FAMILY_V4 : BT_FAMILY_V6;
      uint8_t packet[1500];
      AnnounceBytes bytes;
      BtAnnounceReply in = { 0 };
      BtAnnounceReply out = { 0 };
      const BtLent *wrote = family == BT_FAMILY_V4 ? &in.peers_v4 : &in.peers_v6;
      const BtLent *read = family == BT_FAMILY_V4 ? &out.peers_v4 : &out.peers_v6;
      uint32_t action;
      uint32_t transaction;
      size_t len;
      g_autofree uint8_t *exact = NULL;

      announce_make_reply (rand, &in, &bytes);
      len = bt_udp_announce_reply_write (packet, sizeof packet, TID, &in, family);
      exact = (uint8_t *) announce_exact (packet, len);
      g_assert_true (bt_udp_reply_peek (exact, len, &action, &transaction));
      g_assert_cmpuint (action, ==, BT_UDP_ANNOUNCE);
      g_assert_cmpuint (transaction, ==, TID);
      g_assert_true (bt_udp_announce_reply_parse (exact, len, family, &out));
      g_assert_cmpuint (out.interval_s, ==, in.interval_s);
      g_assert_cmpint (out.complete, ==, MAX (in.complete, 0));
      g_assert_cmpint (out.incomplete, ==, MAX (in.incomplete, 0));
      g_assert_cmpmem (read->bytes, read->len, wrote->bytes, wrote->len);
    }
}

static void
test_reply_lengths (void)
{
  uint8_t zero[32] = { 0 };

  for (size_t len = 0; len <= sizeof zero; len++)
    {
      g_autofree uint8_t *exact = (uint8_t *) announce_exact (zero, len);
      uint32_t action;
      uint32_t transaction;
      uint64_t id;
      BtAnnounceReply reply;
      BtScrapeEntry entry;
      BtLent text;

      g_assert_cmpint (bt_udp_reply_peek (exact, len, &action, &transaction), ==, len >= 8);
      g_assert_cmpint (bt_udp_connect_reply_parse (exact, len, &id), ==, len >= 16);
      g_assert_cmpint (bt_udp_announce_reply_parse (exact, len, BT_FAMILY_V4, &reply), ==,
                       len >= 20);
      g_assert_cmpint (bt_udp_scrape_reply_parse (exact, len, 0, &entry), ==, len >= 20);
      g_assert_cmpint (bt_udp_scrape_reply_parse (exact, len, 1, &entry), ==, len >= 32);
      g_assert_cmpint (bt_udp_error_parse (exact, len, &text), ==, len >= 8);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/udp-tracker/requests", test_requests);
  g_test_add_func ("/udp-tracker/replies", test_replies);
  g_test_add_func ("/udp-tracker/peek", test_peek);
  g_test_add_func ("/udp-tracker/announce-values", test_announce_values);
  g_test_add_func ("/udp-tracker/announce-stopped", test_announce_stopped);
  g_test_add_func ("/udp-tracker/options", test_options);
  g_test_add_func ("/udp-tracker/scrape-lengths", test_scrape_lengths);
  g_test_add_func ("/udp-tracker/announce-property", test_announce_property);
  g_test_add_func ("/udp-tracker/reply-property", test_reply_property);
  g_test_add_func ("/udp-tracker/reply-lengths", test_reply_lengths);
  return g_test_run ();
}
