/* test-bt-peer-priority.c: BEP 40's two examples and each of its masks. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-crc32c.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-peer-priority.h"

static BtEndpoint
endpoint (const char *text)
{
  BtEndpoint out;

  g_assert_true (bt_endpoint_parse (text, strlen (text), &out));
  return out;
}

/* The masked and sorted bytes are written out, so that a wrong mask shows. */
static const struct
{
  const char *own;
  const char *peer;
  const char *hashed;
} cases[] = {
  { "123.213.32.10:1", "98.76.54.32:2", "624c14007bd50000" },
  { "123.213.32.10:1", "123.213.32.234:2", "7bd5200a7bd520ea" },
  { "123.213.32.10:1", "123.213.33.10:2", "7bd520007bd52100" },
  { "123.213.32.10:1", "123.214.32.10:2", "7bd500007bd60000" },
  { "123.213.32.10:258", "123.213.32.10:257", "01010102" },
  { "123.213.32.10:7", "123.213.32.10:7", "00070007" },
  { "[2001:db8:1::ffff]:1", "[2001:db8:2::ffff]:1",
    "20010db80001000000000000000055552001"
    "0db8000200000000000000005555" },
  { "[2001:db8:1:ff00::ffff]:1", "[2001:db8:1:0f00::ffff]:1",
    "20010db800010f0000000000000055552001"
    "0db80001ff000000000000005555" },
  { "[2001:db8:1:ffff::ffff]:1", "[2001:db8:1:fffe::ffff]:1",
    "20010db80001fffe00000000000055552001"
    "0db80001ffff0000000000005555" },
  { "[2001:db8::ffff]:1", "[2001:db8::fffe]:1",
    "20010db800000000000000000000fffe2001"
    "0db800000000000000000000ffff" },
  { "[2001:db8::1]:80", "[2001:db8::1]:443", "005001bb" },
};

static void
test_masks (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtEndpoint own = endpoint (cases[i].own);
      BtEndpoint peer = endpoint (cases[i].peer);
      size_t len = strlen (cases[i].hashed) / 2;
      uint8_t bytes[32];

      g_test_message ("%s %s", cases[i].own, cases[i].peer);
      g_assert_true (bt_hex_parse (cases[i].hashed, 2 * len, bytes, len));
      g_assert_cmphex (bt_peer_priority (&own, &peer), ==, bt_crc32c (bytes, len));
      g_assert_cmphex (bt_peer_priority (&peer, &own), ==, bt_crc32c (bytes, len));
    }
}

static void
test_examples (void)
{
  BtEndpoint own = endpoint ("123.213.32.10:6881");
  BtEndpoint far = endpoint ("98.76.54.32:6881");
  BtEndpoint near = endpoint ("123.213.32.234:6881");
  BtEndpoint other_family = endpoint ("[2001:db8::1]:6881");

  g_assert_cmphex (bt_peer_priority (&own, &far), ==, 0xec2d7224);
  g_assert_cmphex (bt_peer_priority (&own, &near), ==, 0x99568189);
  g_assert_cmphex (bt_peer_priority (&own, &other_family), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer-priority/examples", test_examples);
  g_test_add_func ("/peer-priority/masks", test_masks);
  return g_test_run ();
}
