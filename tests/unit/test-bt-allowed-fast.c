/* test-bt-allowed-fast.c: BEP 6's examples, prefixes, small torrents, addresses without a set. */
#include <string.h>

#include <glib.h>

#include "protocol/digest/btd.h"
#include "protocol/peer/bt-allowed-fast.h"

static const uint32_t example[] = { 1059, 431, 808, 1217, 287, 376, 1188, 353, 508, 1246 };

static BtEndpoint
endpoint (const char *text)
{
  BtEndpoint out;

  g_assert_true (bt_endpoint_parse (text, strlen (text), &out));
  return out;
}

/* Every k up to the limit gives the beginning of the same set, for every address of the network. */
static void
test_example (void)
{
  static const char *const peers[] = { "80.4.4.200:6881", "80.4.4.1:1" };
  uint8_t info_hash[BT_SHA1_LEN];
  uint32_t set[BT_LIMIT_ALLOWED_FAST];

  memset (info_hash, 0xaa, sizeof info_hash);
  for (size_t p = 0; p < G_N_ELEMENTS (peers); p++)
    for (size_t k = 0; k <= BT_LIMIT_ALLOWED_FAST; k++)
      {
        BtEndpoint peer = endpoint (peers[p]);

        g_assert_cmpuint (bt_allowed_fast (btd_ops (), info_hash, &peer, 1313, k, set), ==, k);
        g_assert_cmpmem (set, k * sizeof *set, example, k * sizeof *set);
      }
}

static void
test_small (void)
{
  BtEndpoint peer = endpoint ("80.4.4.200:6881");
  uint8_t info_hash[BT_SHA1_LEN] = { 0 };
  uint32_t set[BT_LIMIT_ALLOWED_FAST];

  for (uint32_t n_pieces = 0; n_pieces < 2 * BT_LIMIT_ALLOWED_FAST; n_pieces++)
    {
      size_t n = bt_allowed_fast (btd_ops (), info_hash, &peer, n_pieces, 10, set);

      g_assert_cmpuint (n, ==, MIN (n_pieces, 10));
      for (size_t i = 0; i < n; i++)
        {
          g_assert_cmpuint (set[i], <, n_pieces);
          for (size_t j = 0; j < i; j++)
            g_assert_cmpuint (set[i], !=, set[j]);
        }
    }
}

static void
test_no_set (void)
{
  BtEndpoint peer = endpoint ("[2001:db8::1]:6881");
  BtEndpoint none = { 0 };
  uint8_t info_hash[BT_SHA1_LEN] = { 0 };
  uint32_t set[BT_LIMIT_ALLOWED_FAST];

  g_assert_cmpuint (bt_allowed_fast (btd_ops (), info_hash, &peer, 1313, 10, set), ==, 0);
  g_assert_cmpuint (bt_allowed_fast (btd_ops (), info_hash, &none, 1313, 10, set), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/allowed-fast/example", test_example);
  g_test_add_func ("/allowed-fast/small", test_small);
  g_test_add_func ("/allowed-fast/no-set", test_no_set);
  return g_test_run ();
}
