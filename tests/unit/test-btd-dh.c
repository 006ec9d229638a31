/* test-btd-dh.c: the exchange of message stream encryption: a worked example, both ways, and the
 * numbers that are no keys. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/digest/btd-dh.h"

static const char ya_hex[]
    = "3476dc8d123697fcc69e9121618a08514ffa536506df209ce956ad3cf819f76f3fcebc46f4e8be364ec8f1445b9d"
      "bf8a9528ca7bfbc89ad13f28137640a2cfd1055d55d5cc6676d18b410e086631309e95fa7b0dae2b8379186b17ad"
      "3472c755";
static const char yb_hex[]
    = "0816092aa9b6a0bfdd7b86a6bac830dea6c71c4008a1fb53b69dc1c4acd99f8f3cf79d9d9ac411e18b59c0b58146"
      "912e51d0e508d20064b8633a85e20061823d9284b907b2dd0612884e61e9ebb8c9b462eda2f227491a6082bc58d6"
      "a1315c39";
static const char shared_hex[]
    = "ef037082d79ae7baeddb00b3ba4f24ec8a79c06c927258e89e01c46f8249187e672c919b9ff29abeb97fd230f630"
      "2fb121a5bad27c4c34e48722446a121d5e213b13e9eeb6dd23716be80c8a1cf31af29589c5245e74b3b8713d6b22"
      "9ce05731";
static const char prime_head[]
    = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e34"
      "04ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a362100000000"
      "000905";

static void
unhex (const char *hex, uint8_t *out, size_t len)
{
  g_assert_cmpuint (strlen (hex), ==, 2 * len);
  g_assert_true (bt_hex_parse (hex, 2 * len, out, len));
}

static void
test_example (void)
{
  const BtDhOps *ops = btd_dh_ops ();
  uint8_t xa[BT_DH_SECRET_LEN], xb[BT_DH_SECRET_LEN];
  uint8_t ya[BT_DH_LEN], yb[BT_DH_LEN], want[BT_DH_LEN], got[BT_DH_LEN];

  memset (xa, 0x11, sizeof xa);
  memset (xb, 0x22, sizeof xb);
  ops->publish (xa, ya);
  unhex (ya_hex, want, sizeof want);
  g_assert_cmpmem (ya, sizeof ya, want, sizeof want);
  ops->publish (xb, yb);
  unhex (yb_hex, want, sizeof want);
  g_assert_cmpmem (yb, sizeof yb, want, sizeof want);
  unhex (shared_hex, want, sizeof want);
  g_assert_true (ops->agree (xa, yb, got));
  g_assert_cmpmem (got, sizeof got, want, sizeof want);
  g_assert_true (ops->agree (xb, ya, got));
  g_assert_cmpmem (got, sizeof got, want, sizeof want);
}

/* A small secret has leading zeros, which belong to it. */
static void
test_padding (void)
{
  const BtDhOps *ops = btd_dh_ops ();
  uint8_t three[BT_DH_SECRET_LEN] = { [BT_DH_SECRET_LEN - 1] = 3 };
  uint8_t two[BT_DH_SECRET_LEN] = { [BT_DH_SECRET_LEN - 1] = 2 };
  uint8_t public[BT_DH_LEN], shared[BT_DH_LEN];
  uint8_t want[BT_DH_LEN] = { [BT_DH_LEN - 1] = 8 };

  ops->publish (three, public);
  g_assert_cmpmem (public, sizeof public, want, sizeof want);
  want[BT_DH_LEN - 1] = 64;
  g_assert_true (ops->agree (two, public, shared));
  g_assert_cmpmem (shared, sizeof shared, want, sizeof want);
}

static void
test_keys (void)
{
  static const struct
  {
    const char *name;
    const char *head; /* NULL: zeros */
    uint8_t last;
    bool ok;
  } cases[] = {
    { "zero", NULL, 0, false },
    { "one", NULL, 1, false },
    { "two", NULL, 2, true },
    { "prime minus 2", prime_head, 0x61, true },
    { "prime minus 1", prime_head, 0x62, false },
    { "prime", prime_head, 0x63, false },
    { "prime plus 1", prime_head, 0x64, false },
  };
  const uint8_t secret[BT_DH_SECRET_LEN] = { 1 };
  uint8_t key[BT_DH_LEN], shared[BT_DH_LEN];

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].name);
      memset (key, 0, sizeof key);
      if (cases[i].head != NULL)
        unhex (cases[i].head, key, BT_DH_LEN - 1);
      key[BT_DH_LEN - 1] = cases[i].last;
      g_assert_cmpint (btd_dh_ops ()->agree (secret, key, shared), ==, cases[i].ok);
    }
  memset (key, 0xff, sizeof key);
  g_assert_false (btd_dh_ops ()->agree (secret, key, shared));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dh/example", test_example);
  g_test_add_func ("/dh/padding", test_padding);
  g_test_add_func ("/dh/keys", test_keys);
  return g_test_run ();
}
