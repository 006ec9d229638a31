/* test-bt-metadata.c: messages of ut_metadata, and getting the whole from peers of all kinds. */
#include <string.h>

#include <glib.h>

#include "protocol/peer/bt-metadata-fetch.h"

#define AND_LEN(text) text, sizeof (text) - 1
#define S UINT64_C (1000000)

/* --- messages --- */

static const struct
{
  const char *text;
  size_t len;
  BtErrorCode code;
} refused[] = {
  { AND_LEN (""), BT_ERROR_TRUNCATED },
  { AND_LEN ("i1e"), BT_ERROR_WRONG_TYPE },
  { AND_LEN ("de"), BT_ERROR_MISSING_KEY },
  { AND_LEN ("d8:msg_typei0ee"), BT_ERROR_MISSING_KEY },
  { AND_LEN ("d5:piecei0ee"), BT_ERROR_MISSING_KEY },
  { AND_LEN ("d8:msg_typei0e5:piecei-1ee"), BT_ERROR_OUT_OF_RANGE },
  { AND_LEN ("d8:msg_typei0e5:piecei4294967296ee"), BT_ERROR_OUT_OF_RANGE },
  { AND_LEN ("d8:msg_type1:05:piecei0ee"), BT_ERROR_WRONG_TYPE },
  { AND_LEN ("d8:msg_typei0e5:piecei0eex"), BT_ERROR_TRAILING },
  { AND_LEN ("d8:msg_typei2e5:piecei0eex"), BT_ERROR_TRAILING },
  { AND_LEN ("d5:piecei0e8:msg_typei0ee"), BT_ERROR_KEY_ORDER },
};

static void
test_refused (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree uint8_t *copy = g_memdup2 (refused[i].text, refused[i].len);
      BtMetadataMessage message;
      BtError why = { 0 };

      g_test_message ("%s", refused[i].text);
      g_assert_false (bt_metadata_parse (copy, refused[i].len, &message, &why));
      g_assert_cmpint (why.code, ==, refused[i].code);
    }
}

static void
test_too_long (void)
{
  g_autoptr (GString) text = g_string_new ("d8:msg_typei1e5:piecei0e10:total_sizei1ee");
  BtMetadataMessage message;
  BtError why = { 0 };
  gsize head = text->len;

  g_string_set_size (text, head + BT_METADATA_PIECE_LEN);
  g_assert_true (bt_metadata_parse ((const uint8_t *) text->str, text->len, &message, NULL));
  g_assert_cmpuint (message.len, ==, BT_METADATA_PIECE_LEN);
  g_string_append_c (text, 'x');
  g_assert_false (bt_metadata_parse ((const uint8_t *) text->str, text->len, &message, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TOO_LARGE);
}

static void
test_written (void)
{
  static const BtMetadataMessage messages[] = {
    { .type = BT_METADATA_REQUEST, .piece = 0 },
    { .type = BT_METADATA_DATA, .piece = 3, .total_size = 50000 },
    { .type = BT_METADATA_REJECT, .piece = UINT32_MAX },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_auto (BtBuffer) out = { 0 };
      BtMetadataMessage back;

      bt_buffer_init (&out, 1000);
      bt_metadata_write_head (&messages[i], &out);
      g_assert_true (bt_metadata_parse (out.data, out.len, &back, NULL));
      g_assert_cmpint (back.type, ==, messages[i].type);
      g_assert_cmpuint (back.piece, ==, messages[i].piece);
      g_assert_cmpuint (back.total_size, ==, messages[i].total_size);
      g_assert_cmpuint (back.len, ==, 0);
    }
}

/* As BEP 9 prints them, but for its slip of the type of a refusal. */
static void
test_bytes (void)
{
  static const struct
  {
    BtMetadataMessage message;
    const char *text;
  } cases[] = {
    { { .type = BT_METADATA_REQUEST }, "d8:msg_typei0e5:piecei0ee" },
    { { .type = BT_METADATA_DATA, .total_size = 34256 },
      "d8:msg_typei1e5:piecei0e10:total_sizei34256ee" },
    { { .type = BT_METADATA_REJECT }, "d8:msg_typei2e5:piecei0ee" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (BtBuffer) out = { 0 };

      bt_buffer_init (&out, 1000);
      bt_metadata_write_head (&cases[i].message, &out);
      g_assert_cmpmem (out.data, out.len, cases[i].text, strlen (cases[i].text));
    }
  g_assert_cmpuint (bt_metadata_n_pieces (34256), ==, 3);
  g_assert_cmpuint (34256 - 2 * BT_METADATA_PIECE_LEN, ==, 1488);
}

/* Types of a later version are read, whatever else they have. */
static void
test_unknown (void)
{
  static const char text[] = "d8:msg_typei9eeanything";
  BtMetadataMessage message;

  g_assert_true (bt_metadata_parse ((const uint8_t *) text, sizeof text - 1, &message, NULL));
  g_assert_cmpint (message.type, ==, BT_METADATA_UNKNOWN);
}

/* --- the whole --- */

#define SIZE (3 * BT_METADATA_PIECE_LEN + 100)

static uint8_t
byte_at (size_t i, bool honest)
{
  return (uint8_t) (i * 7 / 3 + (honest ? 0 : 1));
}

/* What a peer sends for a piece of a whole of @size. */
static BtMetadataTaken
send_piece (BtMetadataFetch *fetch, uint64_t peer, uint32_t piece, uint32_t size, bool honest)
{
  uint32_t len = bt_metadata_piece_len (size, piece);
  g_autofree uint8_t *bytes = g_malloc (len);
  BtMetadataMessage message = {
    .type = BT_METADATA_DATA, .piece = piece, .total_size = size, .bytes = bytes, .len = len
  };

  for (uint32_t i = 0; i < len; i++)
    bytes[i] = byte_at (piece * BT_METADATA_PIECE_LEN + i, honest);
  return bt_metadata_fetch_data (fetch, peer, &message, 1);
}

static bool
is_right (const BtMetadataFetch *fetch)
{
  size_t len;
  g_autofree uint8_t *whole = bt_metadata_fetch_whole (fetch, &len);

  for (size_t i = 0; i < len; i++)
    if (whole[i] != byte_at (i, true))
      return false;
  return len == SIZE;
}

/* Asks a peer for all that may be asked of it and has it answer. True when the whole is right. */
static bool
serve (BtMetadataFetch *fetch, uint64_t peer, bool honest, uint64_t now_us)
{
  uint32_t piece;

  while (bt_metadata_fetch_next (fetch, peer, now_us, &piece))
    {
      if (send_piece (fetch, peer, piece, SIZE, honest) != BT_METADATA_WHOLE)
        continue;
      if (is_right (fetch))
        return true;
      bt_metadata_fetch_failed (fetch);
    }
  return false;
}

static void
test_one (void)
{
  BtMetadataFetch *fetch = bt_metadata_fetch_new (1 << 20);
  uint32_t have;
  uint32_t all;

  g_assert_true (bt_metadata_fetch_add_peer (fetch, 1, SIZE));
  bt_metadata_fetch_progress (fetch, &have, &all);
  g_assert_cmpuint (have, ==, 0);
  g_assert_cmpuint (all, ==, 4);
  g_assert_true (serve (fetch, 1, true, 0));
  bt_metadata_fetch_free (fetch);
}

/* A liar alone is known at once, and one among others by the second try of each. */
static void
test_liars (void)
{
  BtMetadataFetch *fetch = bt_metadata_fetch_new (1 << 20);
  uint32_t piece;

  g_assert_true (bt_metadata_fetch_add_peer (fetch, 1, SIZE));
  g_assert_false (serve (fetch, 1, false, 0));
  g_assert_true (bt_metadata_fetch_is_liar (fetch, 1));
  g_assert_false (bt_metadata_fetch_next (fetch, 1, 0, &piece));

  g_assert_true (bt_metadata_fetch_add_peer (fetch, 2, SIZE));
  g_assert_true (bt_metadata_fetch_add_peer (fetch, 3, SIZE));
  g_assert_true (bt_metadata_fetch_next (fetch, 2, 0, &piece));
  g_assert_cmpint (send_piece (fetch, 2, piece, SIZE, false), ==, BT_METADATA_TAKEN);
  /* The last piece makes a wrong whole of two: in doubt who lies, one sends all of it. */
  for (int i = 1; i < 4; i++)
    {
      g_assert_true (bt_metadata_fetch_next (fetch, 3, 0, &piece));
      if (send_piece (fetch, 3, piece, SIZE, true) == BT_METADATA_WHOLE)
        bt_metadata_fetch_failed (fetch);
    }
  g_assert_false (bt_metadata_fetch_is_liar (fetch, 2));
  g_assert_false (bt_metadata_fetch_is_liar (fetch, 3));
  g_assert_true (bt_metadata_fetch_next (fetch, 2, 0, &piece));
  g_assert_cmpint (send_piece (fetch, 2, piece, SIZE, false), ==, BT_METADATA_TAKEN);
  g_assert_false (bt_metadata_fetch_next (fetch, 3, 0, &piece));
  g_assert_false (serve (fetch, 2, false, 0));
  g_assert_true (bt_metadata_fetch_is_liar (fetch, 2));
  g_assert_true (serve (fetch, 3, true, 0));
  bt_metadata_fetch_free (fetch);
}

static void
test_sizes (void)
{
  BtMetadataFetch *fetch = bt_metadata_fetch_new (SIZE);
  uint32_t piece;

  g_assert_false (bt_metadata_fetch_add_peer (fetch, 1, SIZE + 1));
  g_assert_false (bt_metadata_fetch_add_peer (fetch, 2, 0));
  g_assert_false (bt_metadata_fetch_next (fetch, 1, 0, &piece));
  /* A crowd claims a size and sends nothing: the other has its turn when they are given up. */
  for (uint64_t i = 10; i < 15; i++)
    {
      g_assert_true (bt_metadata_fetch_add_peer (fetch, i, 1000));
      (void) bt_metadata_fetch_next (fetch, i, 1, &piece); /* there is a single piece */
    }
  g_assert_true (bt_metadata_fetch_add_peer (fetch, 3, SIZE));
  g_assert_false (bt_metadata_fetch_next (fetch, 3, 29 * S, &piece));
  g_assert_true (serve (fetch, 3, true, 31 * S));
  bt_metadata_fetch_free (fetch);
}

/* Who is slow is helped by who is idle, and who refuses is left alone for a while. */
static void
test_slow (void)
{
  BtMetadataFetch *fetch = bt_metadata_fetch_new (SIZE);
  uint32_t piece;

  g_assert_true (bt_metadata_fetch_add_peer (fetch, 1, SIZE));
  for (int i = 0; i < 4; i++)
    g_assert_true (bt_metadata_fetch_next (fetch, 1, 0, &piece));
  g_assert_true (bt_metadata_fetch_add_peer (fetch, 2, SIZE));
  g_assert_false (bt_metadata_fetch_next (fetch, 2, S, &piece));
  g_assert_cmpuint (bt_metadata_fetch_deadline (fetch, S), ==, BT_METADATA_PATIENCE_US);
  g_assert_true (bt_metadata_fetch_next (fetch, 2, 2 * S, &piece));
  bt_metadata_fetch_reject (fetch, 2, piece, 2 * S);
  g_assert_false (bt_metadata_fetch_next (fetch, 2, 3 * S, &piece));
  g_assert_cmpuint (bt_metadata_fetch_deadline (fetch, 3 * S), ==, BT_METADATA_REQUEST_US);
  bt_metadata_fetch_remove_peer (fetch, 1);
  g_assert_true (serve (fetch, 2, true, 40 * S));
  bt_metadata_fetch_free (fetch);
}

/* An answer that comes when its whole has failed already does not use up what was asked since. */
static void
test_late (void)
{
  BtMetadataFetch *fetch = bt_metadata_fetch_new (SIZE);
  uint32_t piece;

  g_assert_true (bt_metadata_fetch_add_peer (fetch, 1, SIZE));
  g_assert_true (bt_metadata_fetch_add_peer (fetch, 2, SIZE));
  for (int i = 0; i < 4; i++)
    g_assert_true (bt_metadata_fetch_next (fetch, 1, 0, &piece));
  for (uint32_t i = 1; i < 4; i++)
    g_assert_cmpint (send_piece (fetch, 1, i, SIZE, true), ==, BT_METADATA_TAKEN);
  g_assert_true (bt_metadata_fetch_next (fetch, 2, 2 * S, &piece));
  g_assert_cmpint (send_piece (fetch, 2, piece, SIZE, false), ==, BT_METADATA_WHOLE);
  bt_metadata_fetch_failed (fetch);
  for (int i = 0; i < 4; i++)
    g_assert_true (bt_metadata_fetch_next (fetch, 1, 3 * S, &piece));
  g_assert_cmpint (send_piece (fetch, 1, 0, SIZE, true), ==, BT_METADATA_TAKEN); /* of before */
  g_assert_cmpint (send_piece (fetch, 1, 0, SIZE, true), ==, BT_METADATA_IGNORED);
  g_assert_cmpint (send_piece (fetch, 1, 1, SIZE, true), ==, BT_METADATA_TAKEN);
  g_assert_cmpint (send_piece (fetch, 1, 2, SIZE, true), ==, BT_METADATA_TAKEN);
  g_assert_cmpint (send_piece (fetch, 1, 3, SIZE, true), ==, BT_METADATA_WHOLE);
  g_assert_true (is_right (fetch));
  bt_metadata_fetch_free (fetch);
}

/* What nobody asked for, and what is no piece of the size that was claimed. */
static void
test_wrong (void)
{
  BtMetadataFetch *fetch = bt_metadata_fetch_new (SIZE);
  uint32_t piece;

  g_assert_cmpint (send_piece (fetch, 1, 0, SIZE, true), ==, BT_METADATA_IGNORED);
  g_assert_true (bt_metadata_fetch_add_peer (fetch, 1, SIZE));
  g_assert_cmpint (send_piece (fetch, 1, 0, SIZE, true), ==, BT_METADATA_IGNORED);
  g_assert_true (bt_metadata_fetch_next (fetch, 1, 0, &piece));
  g_assert_cmpint (send_piece (fetch, 1, 0, SIZE - 1, true), ==, BT_METADATA_WRONG);
  g_assert_cmpint (send_piece (fetch, 1, 3, SIZE - 1, true), ==, BT_METADATA_WRONG);
  g_assert_cmpint (send_piece (fetch, 1, piece, SIZE, true), ==, BT_METADATA_TAKEN);
  g_assert_cmpint (send_piece (fetch, 1, piece, SIZE, true), ==, BT_METADATA_IGNORED);
  bt_metadata_fetch_remove_peer (fetch, 7);
  bt_metadata_fetch_free (fetch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metadata/refused", test_refused);
  g_test_add_func ("/metadata/too-long", test_too_long);
  g_test_add_func ("/metadata/written", test_written);
  g_test_add_func ("/metadata/bytes", test_bytes);
  g_test_add_func ("/metadata/unknown", test_unknown);
  g_test_add_func ("/metadata/one", test_one);
  g_test_add_func ("/metadata/liars", test_liars);
  g_test_add_func ("/metadata/sizes", test_sizes);
  g_test_add_func ("/metadata/slow", test_slow);
  g_test_add_func ("/metadata/late", test_late);
  g_test_add_func ("/metadata/wrong", test_wrong);
  return g_test_run ();
}
