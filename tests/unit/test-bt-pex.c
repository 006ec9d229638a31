/* test-bt-pex.c: messages of ut_pex read and written. */
#include <string.h>

#include <glib.h>

#include "protocol/peer/bt-pex.h"

#define AND_LEN(text) text, sizeof (text) - 1

static const struct
{
  const char *text;
  size_t len;
  BtErrorCode code;
} refused[] = {
  { AND_LEN (""), BT_ERROR_TRUNCATED },
  { AND_LEN ("le"), BT_ERROR_WRONG_TYPE },
  { AND_LEN ("d5:added"), BT_ERROR_TRUNCATED },
  { AND_LEN ("d5:addedi1ee"), BT_ERROR_WRONG_TYPE },
  { AND_LEN ("d5:added5:abcdee"), BT_ERROR_WRONG_LENGTH },
  { AND_LEN ("d6:added66:abcdefe"), BT_ERROR_WRONG_LENGTH },
  { AND_LEN ("d7:dropped7:abcdefge"), BT_ERROR_WRONG_LENGTH },
  { AND_LEN ("d7:dropped0:5:added0:e"), BT_ERROR_KEY_ORDER },
  { AND_LEN ("d5:added0:ex"), BT_ERROR_TRAILING },
};

static void
test_refused (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree uint8_t *copy = g_memdup2 (refused[i].text, refused[i].len);
      BtPexMessage message;
      BtError why = { 0 };

      g_test_message ("%s", refused[i].text);
      g_assert_false (bt_pex_parse (copy, refused[i].len, &message, &why));
      g_assert_cmpint (why.code, ==, refused[i].code);
    }
}

/* Flags may be too few or too many, ports of 0 are nobody's, unknown keys are passed over. */
static void
test_odd (void)
{
  static const char text[] = "d5:added18:\1\2\3\4\0\5\1\2\3\4\0\0\1\2\3\4\0\6"
                             "7:added.f1:\x02"
                             "8:added6.f3:abc7:dropped6:\1\2\3\4\0\5"
                             "4:nameli1eee";
  BtPexMessage message;

  g_assert_true (bt_pex_parse ((const uint8_t *) text, sizeof text - 1, &message, NULL));
  g_assert_cmpuint (message.n_added, ==, 2);
  g_assert_cmpuint (message.added[0].endpoint.port, ==, 5);
  g_assert_cmpuint (message.added[0].flags, ==, BT_PEX_SEED);
  g_assert_cmpuint (message.added[1].endpoint.port, ==, 6);
  g_assert_cmpuint (message.added[1].flags, ==, 0);
  g_assert_cmpuint (message.n_dropped, ==, 1);
  g_assert_cmpuint (message.n_ignored, ==, 1);
}

static BtPexPeer
peer_of (size_t i)
{
  const uint8_t v4[4] = { 10, 0, (uint8_t) (i >> 8), (uint8_t) i };
  uint8_t v6[16] = { 0x20, 0x01, [14] = (uint8_t) (i >> 8), [15] = (uint8_t) i };
  uint16_t port = (uint16_t) (i + 1);

  return (BtPexPeer){ .endpoint
                      = i % 3 == 0 ? bt_endpoint_v6 (v6, port) : bt_endpoint_v4 (v4, port),
                      .flags = (uint8_t) (i % 32) };
}

/* As many as there may be come back, those of IPv4 first, each with its flags. */
static void
test_whole (void)
{
  g_auto (BtBuffer) out = { 0 };
  BtPexMessage in = { 0 };
  BtPexMessage back;

  for (; in.n_added < BT_LIMIT_PEX_ADDED; in.n_added++)
    in.added[in.n_added] = peer_of (in.n_added);
  for (; in.n_dropped < BT_LIMIT_PEX_DROPPED; in.n_dropped++)
    in.dropped[in.n_dropped] = peer_of (1000 + in.n_dropped);
  bt_buffer_init (&out, BT_LIMIT_WIRE_MESSAGE);
  bt_pex_write (&in, &out);
  g_assert_false (out.full);
  g_assert_true (bt_pex_parse (out.data, out.len, &back, NULL));
  g_assert_cmpuint (back.n_added, ==, in.n_added);
  g_assert_cmpuint (back.n_dropped, ==, in.n_dropped);
  g_assert_cmpuint (back.n_ignored, ==, 0);
  for (size_t i = 0; i < back.n_added; i++)
    {
      const BtPexPeer *peer = &back.added[i];
      BtPexPeer expected = peer_of (peer->endpoint.port - 1u);

      g_assert_true (bt_endpoint_equal (&peer->endpoint, &expected.endpoint));
      g_assert_cmpuint (peer->flags, ==, expected.flags);
    }
}

/* What is more than the limit is counted and left. */
static void
test_flood (void)
{
  g_autoptr (GString) text = g_string_new ("d5:added6000:");
  BtPexMessage message;

  for (int i = 0; i < 1000; i++)
    g_string_append_len (text, "\1\2\3\4\5\6", 6);
  g_string_append (text, "e");
  g_assert_true (bt_pex_parse ((const uint8_t *) text->str, text->len, &message, NULL));
  g_assert_cmpuint (message.n_added, ==, BT_LIMIT_PEX_ADDED);
  g_assert_cmpuint (message.n_ignored, ==, 1000 - BT_LIMIT_PEX_ADDED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pex/refused", test_refused);
  g_test_add_func ("/pex/odd", test_odd);
  g_test_add_func ("/pex/whole", test_whole);
  g_test_add_func ("/pex/flood", test_flood);
  return g_test_run ();
}
