/* bench-mse.c: what message stream encryption costs: the cipher, an exponentiation, and a whole
 * opening. One core; the median of the turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd-dh.h"
#include "protocol/digest/btd.h"
#include "protocol/peer/bt-mse.h"

#define TURNS 15
#define BLOCKS 512
#define KEYS 200

static uint8_t block[BT_BLOCK_LEN];
static BtArc4 cipher;
static const uint8_t skey[BT_SHA1_LEN] = "a torrent";

static void
crypt_blocks (void)
{
  for (int i = 0; i < BLOCKS; i++)
    bt_arc4_crypt (&cipher, block, block, sizeof block);
}

static void
publish (void)
{
  uint8_t out[BT_DH_LEN];

  for (int i = 0; i < KEYS; i++)
    btd_dh_ops ()->publish (block, out);
}

static void
move (BtMse *from, BtMse *to)
{
  size_t len;
  const uint8_t *bytes = bt_mse_peek_output (from, &len);
  size_t used = 0;

  while (used < len && to->state < BT_MSE_DONE)
    {
      used += bt_mse_input (to, bytes + used, len - used);
      if (to->state == BT_MSE_WORK)
        bt_mse_work (to);
      else if (to->state == BT_MSE_WHICH)
        bt_mse_choose (to, skey);
    }
  bt_mse_sent (from, len);
}

/* Both sides: four exponentiations. */
static void
open_all (void)
{
  BtMseConfig config = { .digests = btd_ops (), .dh = btd_dh_ops (), .methods = BT_MSE_RC4 };
  BtMse a, b;

  for (int i = 0; i < KEYS; i++)
    {
      memset (config.seed, 1 + (i & 127), sizeof config.seed);
      bt_mse_init_outgoing (&a, &config, skey, skey, sizeof skey, 0);
      bt_mse_init_incoming (&b, &config, 0);
      bt_mse_work (&a);
      move (&a, &b);
      move (&b, &a);
      move (&a, &b);
      move (&b, &a);
      bt_assert (a.state == BT_MSE_DONE && b.state == BT_MSE_DONE);
    }
}

static const struct
{
  const char *name;
  void (*run) (void);
  double amount; /* of a turn, in the unit */
  const char *unit;
} cases[] = {
  { "RC4", crypt_blocks, BLOCKS *BT_BLOCK_LEN / 1048576.0, "MiB/s" },
  { "public keys", publish, KEYS, "a second" },
  { "openings, both sides", open_all, KEYS, "a second" },
};

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

int
main (void)
{
  bt_arc4_init_mse (&cipher, skey, sizeof skey);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double rates[TURNS];

      for (int j = 0; j < TURNS; j++)
        {
          gint64 start_us = g_get_monotonic_time ();

          cases[i].run ();
          rates[j] = cases[i].amount * 1e6 / (double) (g_get_monotonic_time () - start_us);
        }
      qsort (rates, TURNS, sizeof *rates, compare_doubles);
      printf ("%-24s %10.0f %s\n", cases[i].name, rates[TURNS / 2], cases[i].unit);
    }
  return 0;
}
