/* test-bt-crc32c.c: known checksums. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-crc32c.h"
#include "protocol/core/bt-endpoint.h"

static void
test_vectors (void)
{
  static const uint8_t zeros[32] = { 0 };
  uint8_t ones[32];
  uint8_t rising[32];

  memset (ones, 0xff, sizeof ones);
  for (size_t i = 0; i < sizeof rising; i++)
    rising[i] = (uint8_t) i;
  g_assert_cmphex (bt_crc32c ((const uint8_t *) "123456789", 9), ==, 0xe3069283);
  g_assert_cmphex (bt_crc32c ((const uint8_t *) "", 0), ==, 0);
  /* RFC 3720 appendix B.4, the other way round in its bytes */
  g_assert_cmphex (bt_crc32c (zeros, sizeof zeros), ==, 0x8a9136aa);
  g_assert_cmphex (bt_crc32c (ones, sizeof ones), ==, 0x62a8ab43);
  g_assert_cmphex (bt_crc32c (rising, sizeof rising), ==, 0x46dd794e);
}

/* Of addresses, as node ids are bound to them (BEP 42): masked, with the low three bits of a random
 * number before them. */
static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    uint8_t random;
    uint32_t crc;
  } cases[] = {
    { "124.31.75.21:1", 1, 0x5fbfbdb2 },        { "21.75.31.124:1", 86, 0x5a3ce9b0 },
    { "65.23.51.170:1", 22, 0xa5d4344a },       { "84.124.73.14:1", 65, 0x1b03217b },
    { "43.213.53.83:1", 90, 0xe56f6972 },       { "[2001:db8::1]:1", 1, 0x7189ac24 },
    { "[2a01:4f8:10:20::5]:1", 5, 0xfaa7a20d },
  };
  static const uint8_t masks[2][8]
      = { { 0x03, 0x0f, 0x3f, 0xff }, { 0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, 0xff } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtEndpoint at = { 0 };
      uint8_t bytes[8];
      bool is_v6;

      g_assert_true (bt_endpoint_parse (cases[i].text, strlen (cases[i].text), &at));
      is_v6 = at.family == BT_FAMILY_V6;
      for (size_t k = 0; k < sizeof bytes; k++)
        bytes[k] = at.addr[k] & masks[is_v6][k];
      bytes[0] |= (uint8_t) (cases[i].random << 5);
      g_assert_cmphex (bt_crc32c (bytes, is_v6 ? 8 : 4), ==, cases[i].crc);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crc32c/vectors", test_vectors);
  g_test_add_func ("/crc32c/addresses", test_addresses);
  return g_test_run ();
}
