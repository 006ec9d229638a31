/* test-bt-http-announce-read.c: the tracker's answers: exact bodies, every lie by name, and that
 * the client reads what the tracker writes. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-http-announce.h"
#include "tests/unit/announce-maker.h"

#define V4 "\xc0\0\2\1\x1a\xe1\xc0\0\2\2\0\x50"
#define V6 "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x1a\xe1"

static BtLent
lent (const char *bytes, size_t len)
{
  return (BtLent){ (const uint8_t *) bytes, len };
}

static BtAnnounceReply
full_reply (void)
{
  BtAnnounceReply r;

  bt_announce_reply_init (&r);
  r.interval_s = 1800;
  r.min_interval_s = 900;
  r.complete = 1;
  r.incomplete = 2;
  r.downloaded = 3;
  r.downloaders = 4;
  r.external = bt_endpoint_v4 ((const uint8_t[]){ 203, 0, 113, 5 }, 0);
  r.peers_v4 = lent (V4, 12);
  r.peers_v6 = lent (V6, 18);
  r.peer_ids = (const uint8_t *) "AAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCCCCC";
  r.tracker_id = bt_lent_text ("tid");
  r.warning = bt_lent_text ("beware");
  return r;
}

#define HEAD                                                                                       \
  "d8:completei1e10:downloadedi3e11:downloadersi4e11:external ip4:\xcb\0q\5"                       \
  "10:incompletei2e8:intervali1800e12:min intervali900e"
#define TAIL "10:tracker id3:tid15:warning message6:bewaree"

static void
test_write (void)
{
  static const struct
  {
    BtPeersForm form;
    const char *text;
    size_t len;
  } cases[] = {
#define CASE(form, text) { form, text, sizeof (text) - 1 }
    CASE (BT_PEERS_COMPACT, HEAD "5:peers12:" V4 "6:peers618:" V6 TAIL),
    CASE (BT_PEERS_DICTIONARIES,
          HEAD "5:peersl"
               "d2:ip9:192.0.2.17:peer id20:AAAAAAAAAAAAAAAAAAAA4:porti6881ee"
               "d2:ip9:192.0.2.27:peer id20:BBBBBBBBBBBBBBBBBBBB4:porti80ee"
               "d2:ip11:2001:db8::17:peer id20:CCCCCCCCCCCCCCCCCCCC4:porti6881ee"
               "e" TAIL),
    CASE (BT_PEERS_WITHOUT_IDS, HEAD "5:peersl"
                                     "d2:ip9:192.0.2.14:porti6881ee"
                                     "d2:ip9:192.0.2.24:porti80ee"
                                     "d2:ip11:2001:db8::14:porti6881ee"
                                     "e" TAIL),
#undef CASE
  };
  BtAnnounceReply reply = full_reply ();

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree uint8_t *out = g_malloc (cases[i].len);

      g_assert_cmpuint (bt_http_announce_write (out, cases[i].len, &reply, cases[i].form), ==,
                        cases[i].len);
      g_assert_cmpmem (out, cases[i].len, cases[i].text, cases[i].len);
      for (size_t size = 0; size < cases[i].len; size++)
        {
          g_autofree uint8_t *small = g_malloc (MAX (size, 1));

          g_assert_cmpuint (bt_http_announce_write (small, size, &reply, cases[i].form), ==, 0);
        }
    }
}

static void
test_write_small (void)
{
  static const struct
  {
    const char *failure;
    uint32_t interval_s;
    uint32_t retry_min;
    const char *text;
  } cases[] = {
    { NULL, 1800, 0, "d8:intervali1800e5:peers0:e" },
    { "", 0, 0, "d14:failure reason0:e" },
    { "no", 0, BT_RETRY_NEVER, "d14:failure reason2:no8:retry in5:nevere" },
    { "no", 60, 5, "d14:failure reason2:no8:intervali60e8:retry ini5ee" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint8_t out[100];
      BtAnnounceReply reply;
      size_t len;

      bt_announce_reply_init (&reply);
      reply.interval_s = cases[i].interval_s;
      reply.retry_min = cases[i].retry_min;
      if (cases[i].failure != NULL)
        reply.failure = bt_lent_text (cases[i].failure);
      len = bt_http_announce_write (out, sizeof out, &reply, BT_PEERS_COMPACT);
      g_assert_cmpmem (out, len, cases[i].text, strlen (cases[i].text));
    }
}

/* Every reply that is written is read as it was, whatever its form. */
static void
test_reply_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (23);
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));

  for (unsigned i = 0; i < 2000; i++)
    {
      BtPeersForm form = (BtPeersForm) g_rand_int_range (rand, 0, 3);
      uint8_t buffer[16384];
      AnnounceBytes bytes;
      BtAnnounceReply in;
      BtAnnounceReply out;
      BtError why = { 0 };
      size_t len;
      g_autofree uint8_t *exact = NULL;

      announce_make_reply (rand, &in, &bytes);
      len = bt_http_announce_write (buffer, sizeof buffer, &in, form);
      exact = (uint8_t *) announce_exact (buffer, len);
      g_array_set_size (peers, 0);
      g_array_set_size (wanted, 0);
      g_assert_true (bt_http_announce_read (exact, len, &out, peers, &why));
      announce_compare_replies (&in, &out);
      bt_announce_reply_peers (&in, wanted);
      g_assert_cmpuint (peers->len, ==, wanted->len);
      for (guint p = 0; p < peers->len; p++)
        {
          const BtTrackerPeer *peer = &g_array_index (peers, BtTrackerPeer, p);
          const BtTrackerPeer *want = &g_array_index (wanted, BtTrackerPeer, p);

          g_assert_true (bt_endpoint_equal (&peer->endpoint, &want->endpoint));
          g_assert_cmpint (peer->has_id, ==, form == BT_PEERS_DICTIONARIES);
          if (peer->has_id)
            g_assert_cmpmem (peer->id, 20, in.peer_ids + p * 20, 20);
        }
    }
}

typedef struct
{
  const char *text;
  size_t len;
  BtErrorCode code; /* BT_OK: read, with so many peers, good and bad */
  const char *key;
  unsigned n_good;
  unsigned n_bad;
} ReadCase;

#define FINE(text, good, bad)                                                                      \
  {                                                                                                \
    text, sizeof (text) - 1, BT_OK, NULL, good, bad                                                \
  }
#define BAD(text, code, key)                                                                       \
  {                                                                                                \
    text, sizeof (text) - 1, code, key, 0, 0                                                       \
  }

static const ReadCase read_cases[] = {
  FINE ("d8:intervali1800e5:peers12:" V4 "e", 2, 0),
  FINE ("d8:intervali1800e5:peers6:\xc0\0\2\1\0\0e", 0, 1),
  FINE ("d8:intervali1800e5:peers0:6:peers618:" V6 "e", 1, 0),
  FINE ("d8:intervali1800e5:peers12:" V4 "6:peers618:" V6 "e", 3, 0),
  FINE ("d8:intervali1800e5:peerslee", 0, 0),
  FINE ("d5:peersld2:ip9:192.0.2.14:porti6881eee6:peers618:" V6 "e", 2, 0),
  FINE ("d5:peersld2:ip9:192.0.2.17:peer id3:abc4:porti6881e1:xleeee", 1, 0),
  FINE ("d5:peersld2:ip9:192.0.2.14:porti0eeee", 0, 1),
  FINE ("d5:peersld2:ip11:example.org4:porti1eed2:ip3:::14:porti1eeee", 1, 1),
  FINE ("d8:intervali0ee", 0, 0),
  FINE ("d8:intervali-1e5:peers12:" V4 "e", 2, 0),
  FINE ("d8:intervali9223372036854775807e5:peers12:" V4 "e", 2, 0),
  FINE ("d8:intervali1800e12:min intervali-1e5:peers12:" V4 "e", 2, 0),
  FINE ("d8:intervali1800e5:peers0:e\r\n", 0, 0),
  FINE ("d15:warning message2:hi5:peers0:8:intervali9ee", 0, 0), /* unsorted */
  FINE ("d8:intervali1800e7:unknownd1:ali1eeee", 0, 0),
  FINE ("d14:failure reason2:noe", 0, 0),
  FINE ("d14:failure reason2:no8:retry in1:5e", 0, 0),
  FINE ("d14:failure reason2:no8:retry ini5ee", 0, 0),
  FINE ("d14:failure reason2:no8:retry in5:nevere", 0, 0),
  FINE ("d11:external ip16:0123456789abcdef8:intervali1ee", 0, 0),
  BAD ("", BT_ERROR_TRUNCATED, NULL),
  BAD ("<html>", BT_ERROR_EXPECTED_VALUE, NULL),
  BAD ("le", BT_ERROR_WRONG_TYPE, NULL),
  BAD ("3:abc", BT_ERROR_WRONG_TYPE, NULL),
  BAD ("de", BT_ERROR_MISSING_KEY, "interval"),
  BAD ("d8:completei1ee", BT_ERROR_MISSING_KEY, "interval"),
  BAD ("d8:interval4:1800e", BT_ERROR_WRONG_TYPE, "interval"),
  BAD ("d8:completei-1e8:intervali1ee", BT_ERROR_OUT_OF_RANGE, "complete"),
  BAD ("d10:incompletelee", BT_ERROR_WRONG_TYPE, "incomplete"),
  BAD ("d10:downloadedi4294967296ee", BT_ERROR_OUT_OF_RANGE, "downloaded"),
  BAD ("d11:downloaders1:1e", BT_ERROR_WRONG_TYPE, "downloaders"),
  BAD ("d11:external ip7:1.2.3.4e", BT_ERROR_WRONG_LENGTH, "external ip"),
  BAD ("d11:external ipi1ee", BT_ERROR_WRONG_TYPE, "external ip"),
  BAD ("d14:failure reasoni1ee", BT_ERROR_WRONG_TYPE, "failure reason"),
  BAD ("d15:warning messagelee", BT_ERROR_WRONG_TYPE, "warning message"),
  BAD ("d10:tracker idi1ee", BT_ERROR_WRONG_TYPE, "tracker id"),
  BAD ("d14:failure reason2:no8:retry in4:soone", BT_ERROR_OUT_OF_RANGE, "retry in"),
  BAD ("d14:failure reason2:no8:retry in0:e", BT_ERROR_OUT_OF_RANGE, "retry in"),
  BAD ("d14:failure reason2:no8:retry ini-1ee", BT_ERROR_OUT_OF_RANGE, "retry in"),
  BAD ("d14:failure reason2:no8:retry ini2147483648ee", BT_ERROR_OUT_OF_RANGE, "retry in"),
  BAD ("d14:failure reason2:no8:retry inlee", BT_ERROR_WRONG_TYPE, "retry in"),
  BAD ("d5:peers7:1234567e", BT_ERROR_WRONG_LENGTH, "peers"),
  BAD ("d5:peersdee", BT_ERROR_WRONG_TYPE, "peers"),
  BAD ("d5:peersi1ee", BT_ERROR_WRONG_TYPE, "peers"),
  BAD ("d5:peersli1eee", BT_ERROR_WRONG_TYPE, "peers"),
  BAD ("d5:peersl6:123456ee", BT_ERROR_WRONG_TYPE, "peers"),
  BAD ("d5:peersldeee", BT_ERROR_MISSING_KEY, "peers.ip"),
  BAD ("d5:peersld2:ip9:192.0.2.1eee", BT_ERROR_MISSING_KEY, "peers.port"),
  BAD ("d5:peersld2:ipi1eeee", BT_ERROR_WRONG_TYPE, "peers.ip"),
  BAD ("d5:peersld2:ip9:192.0.2.14:porti65536eeee", BT_ERROR_OUT_OF_RANGE, "peers.port"),
  BAD ("d5:peersld2:ip9:192.0.2.14:porti-1eeee", BT_ERROR_OUT_OF_RANGE, "peers.port"),
  BAD ("d5:peersld2:ip9:192.0.2.14:port2:80eee", BT_ERROR_WRONG_TYPE, "peers.port"),
  BAD ("d5:peersld2:ip9:192.0.2.17:peer idi1e4:porti1eeee", BT_ERROR_WRONG_TYPE, "peers.peer id"),
  BAD ("d5:peers0:6:peers617:0123456789abcdefge", BT_ERROR_WRONG_LENGTH, "peers6"),
  BAD ("d5:peers0:6:peers6lee", BT_ERROR_WRONG_TYPE, "peers6"),
  BAD ("d8:intervali1800e5:peers12:" V4, BT_ERROR_TRUNCATED, NULL),
  BAD ("d8:intervali1800e5:peers99999999:e", BT_ERROR_TRUNCATED, NULL),
  BAD ("d8:intervali1e8:intervali2ee", BT_ERROR_KEY_DUPLICATE, NULL),
  BAD ("d8:intervali1eex", BT_ERROR_TRAILING, NULL),
  BAD ("d8:intervali99999999999999999999ee", BT_ERROR_OVERFLOW, NULL),
  BAD ("d1:alllllllleeeeeeeee", BT_ERROR_DEPTH, NULL),
  BAD ("d14:failure reason119:The tracker was unable to process your request.e", BT_ERROR_TRUNCATED,
       NULL),
  BAD ("d5:peersld2:ip9:192.0.2.14:porti1ee", BT_ERROR_TRUNCATED, NULL),
  BAD ("d5:peersld2:ip9:192.0.2.14:porti1e", BT_ERROR_TRUNCATED, NULL),
  BAD ("d5:peersl", BT_ERROR_TRUNCATED, NULL),
  BAD ("d5:peers", BT_ERROR_TRUNCATED, NULL),
  BAD ("d6:peers6", BT_ERROR_TRUNCATED, NULL),
  BAD ("d8:interval", BT_ERROR_TRUNCATED, NULL),
  BAD ("d8:retry in", BT_ERROR_TRUNCATED, NULL),
  BAD ("d11:external ip", BT_ERROR_TRUNCATED, NULL),
};

static void
test_read (void)
{
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));

  for (size_t i = 0; i < G_N_ELEMENTS (read_cases); i++)
    {
      const ReadCase *c = &read_cases[i];
      g_autofree uint8_t *exact = (uint8_t *) announce_exact (c->text, c->len);
      BtAnnounceReply out;
      BtError why = { 0 };

      g_test_message ("%s", c->text);
      g_array_set_size (peers, 1);
      g_assert_cmpint (bt_http_announce_read (exact, c->len, &out, peers, &why), ==,
                       c->code == BT_OK);
      g_assert_cmpint (why.code, ==, c->code);
      g_assert_cmpstr (why.key, ==, c->key);
      g_assert_cmpuint (peers->len, ==, 1 + c->n_good);
      if (c->code == BT_OK)
        g_assert_cmpuint (out.n_bad_peers, ==, c->n_bad);
    }
}

static void
test_read_values (void)
{
  static const char text[] = "d14:failure reason4:busy8:intervali60e8:retry in2:15e";
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));
  BtAnnounceReply out;

  g_assert_true (
      bt_http_announce_read ((const uint8_t *) text, sizeof text - 1, &out, peers, NULL));
  g_assert_cmpmem (out.failure.bytes, out.failure.len, "busy", 4);
  g_assert_cmpuint (out.interval_s, ==, 60);
  g_assert_cmpuint (out.retry_min, ==, 15);
  g_assert_cmpint (out.complete, ==, BT_UNSAID);
}

static void
test_read_bounds (void)
{
  g_autoptr (GArray) peers = g_array_new (FALSE, FALSE, sizeof (BtTrackerPeer));
  g_autoptr (GString) many = g_string_new ("d5:peersl");
  g_autoptr (GString) large = g_string_new ("d8:intervali1e1:x1048576:");
  BtAnnounceReply out;
  BtError why = { 0 };

  for (unsigned i = 0; i < BT_LIMIT_CANDIDATES + 9; i++)
    g_string_append (many, "d2:ip9:192.0.2.14:porti1ee");
  g_string_append (many, "ee");
  g_assert_true (bt_http_announce_read ((const uint8_t *) many->str, many->len, &out, peers, &why));
  g_assert_cmpuint (peers->len, ==, BT_LIMIT_CANDIDATES);

  g_string_set_size (large, 2 * 1048576);
  g_assert_false (
      bt_http_announce_read ((const uint8_t *) large->str, large->len, &out, peers, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TOO_LARGE);

  g_string_assign (many, "d5:peersl");
  for (unsigned i = 0; i < 2 * BT_LIMIT_TRACKER_TOKENS; i++)
    g_string_append (many, "le");
  g_assert_false (
      bt_http_announce_read ((const uint8_t *) many->str, many->len, &out, peers, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_WRONG_TYPE);
  g_string_assign (many, "d1:xl");
  for (unsigned i = 0; i < 2 * BT_LIMIT_TRACKER_TOKENS; i++)
    g_string_append (many, "le");
  g_assert_false (
      bt_http_announce_read ((const uint8_t *) many->str, many->len, &out, peers, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TOKENS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-announce/write", test_write);
  g_test_add_func ("/http-announce/write-small", test_write_small);
  g_test_add_func ("/http-announce/reply-property", test_reply_property);
  g_test_add_func ("/http-announce/read", test_read);
  g_test_add_func ("/http-announce/read-values", test_read_values);
  g_test_add_func ("/http-announce/read-bounds", test_read_bounds);
  return g_test_run ();
}
