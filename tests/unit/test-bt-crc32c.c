/* test-bt-crc32c.c: known checksums. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-crc32c.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crc32c/vectors", test_vectors);
  return g_test_run ();
}
