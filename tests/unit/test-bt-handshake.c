/* test-bt-handshake.c: the bytes of a handshake, its bits, arrival in parts, other protocols. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-handshake.h"

#define SECOND UINT64_C (1000000)

static const struct
{
  uint32_t features;
  uint8_t reserved[BT_HANDSHAKE_RESERVED];
} bits[] = {
  { 0, { 0 } },
  { BT_FEATURE_DHT, { 0, 0, 0, 0, 0, 0, 0, 0x01 } },
  { BT_FEATURE_FAST, { 0, 0, 0, 0, 0, 0, 0, 0x04 } },
  { BT_FEATURE_EXTENDED, { 0, 0, 0, 0, 0, 0x10, 0, 0 } },
  { BT_FEATURE_V2, { 0, 0, 0, 0, 0, 0, 0, 0x10 } },
  { BT_FEATURE_DHT | BT_FEATURE_FAST | BT_FEATURE_EXTENDED | BT_FEATURE_V2,
    { 0, 0, 0, 0, 0, 0x10, 0, 0x15 } },
};

static BtHandshake
example (uint32_t features)
{
  BtHandshake out = { .features = features };

  memset (out.info_hash, 'h', sizeof out.info_hash);
  memset (out.peer_id, 'p', sizeof out.peer_id);
  return out;
}

static void
test_bits (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (bits); i++)
    {
      BtHandshake shake = example (bits[i].features);
      BtHandshakeReader reader;
      uint8_t out[BT_HANDSHAKE_LEN];

      bt_handshake_write (&shake, out);
      g_assert_cmpmem (out, 20, "\023BitTorrent protocol", 20);
      g_assert_cmpmem (out + 20, 8, bits[i].reserved, 8);
      bt_handshake_reader_init (&reader, 0);
      g_assert_cmpuint (bt_handshake_reader_input (&reader, out, sizeof out), ==, 48);
      g_assert_cmpint (reader.state, ==, BT_HANDSHAKE_HASH);
      g_assert_cmphex (reader.value.features, ==, bits[i].features);
      g_assert_cmpmem (reader.value.reserved, 8, bits[i].reserved, 8);
    }
}

/* Bits that nobody has explained to us are read over. */
static void
test_unknown_bits (void)
{
  BtHandshake shake = example (0);
  BtHandshakeReader reader;
  uint8_t out[BT_HANDSHAKE_LEN];

  bt_handshake_write (&shake, out);
  memset (out + 20, 0xff, 8);
  bt_handshake_reader_init (&reader, 0);
  (void) bt_handshake_reader_input (&reader, out, sizeof out); /* up to the hash */
  g_assert_cmphex (reader.value.features, ==, bits[G_N_ELEMENTS (bits) - 1].features);
}

/* Arrival in parts of each size, with bytes of the wire behind it that are left alone. */
static void
test_parts (void)
{
  for (size_t part = 1; part <= BT_HANDSHAKE_LEN + 10; part++)
    {
      BtHandshake shake = example (BT_FEATURE_FAST);
      BtHandshakeReader reader;
      uint8_t out[BT_HANDSHAKE_LEN + 10] = { 0 };
      size_t at = 0;

      bt_handshake_write (&shake, out);
      bt_handshake_reader_init (&reader, 0);
      while (reader.state != BT_HANDSHAKE_WHOLE)
        {
          size_t len = MIN (part, sizeof out - at);
          size_t n = bt_handshake_reader_input (&reader, out + at, len);

          at += n;
          g_assert_cmpuint (n, >, 0);
          g_assert_cmpint (reader.state == BT_HANDSHAKE_WANT, ==, at < BT_HANDSHAKE_HASH_END);
        }
      g_assert_cmpuint (at, ==, BT_HANDSHAKE_LEN);
      g_assert_cmpuint (bt_handshake_reader_input (&reader, out + at, 10), ==, 0);
      g_assert_cmpmem (reader.value.info_hash, 20, shake.info_hash, 20);
      g_assert_cmpmem (reader.value.peer_id, 20, shake.peer_id, 20);
      g_assert_cmpmem (reader.bytes, reader.len, out, BT_HANDSHAKE_LEN);
    }
}

/* A wrong byte of the name is seen as soon as it comes, and what was read is kept. */
static void
test_other_protocol (void)
{
  for (size_t wrong = 0; wrong < 20; wrong++)
    {
      BtHandshake shake = example (0);
      BtHandshakeReader reader;
      uint8_t out[BT_HANDSHAKE_LEN];

      bt_handshake_write (&shake, out);
      out[wrong] ^= 0x20;
      bt_handshake_reader_init (&reader, 0);
      for (size_t i = 0; i < wrong; i++)
        g_assert_cmpuint (bt_handshake_reader_input (&reader, out + i, 1), ==, 1);
      g_assert_cmpint (reader.state, ==, BT_HANDSHAKE_WANT);
      (void) bt_handshake_reader_input (&reader, out + wrong, 1); /* the wrong one */
      g_assert_cmpint (reader.state, ==, BT_HANDSHAKE_BAD);
      g_assert_cmpstr (bt_wire_error_name (reader.error), ==, "protocol");
      g_assert_cmpmem (reader.bytes, reader.len, out, wrong + 1);
      g_assert_cmpuint (bt_handshake_reader_deadline (&reader), ==, UINT64_MAX);
      g_assert_cmpuint (bt_handshake_reader_input (&reader, out, 1), ==, 0);
    }
}

static void
test_timeout (void)
{
  static const size_t lens[] = { 0, 1, 47, 48, 67, 68 };

  for (size_t i = 0; i < G_N_ELEMENTS (lens); i++)
    {
      BtHandshake shake = example (0);
      BtHandshakeReader reader;
      uint8_t out[BT_HANDSHAKE_LEN];
      bool whole = lens[i] == BT_HANDSHAKE_LEN;
      size_t n;

      bt_handshake_write (&shake, out);
      bt_handshake_reader_init (&reader, 5 * SECOND);
      n = bt_handshake_reader_input (&reader, out, lens[i]);
      (void) bt_handshake_reader_input (&reader, out + n, lens[i] - n); /* the rest */
      g_assert_cmpuint (bt_handshake_reader_deadline (&reader), ==,
                        whole ? UINT64_MAX : 15 * SECOND);
      bt_handshake_reader_tick (&reader, 15 * SECOND - 1);
      g_assert_cmpint (reader.state, !=, BT_HANDSHAKE_BAD);
      bt_handshake_reader_tick (&reader, 15 * SECOND);
      g_assert_cmpint (reader.state, ==, whole ? BT_HANDSHAKE_WHOLE : BT_HANDSHAKE_BAD);
      g_assert_cmpstr (bt_wire_error_name (reader.error), ==, whole ? "ok" : "handshake-timeout");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handshake/bits", test_bits);
  g_test_add_func ("/handshake/unknown-bits", test_unknown_bits);
  g_test_add_func ("/handshake/parts", test_parts);
  g_test_add_func ("/handshake/other-protocol", test_other_protocol);
  g_test_add_func ("/handshake/timeout", test_timeout);
  return g_test_run ();
}
