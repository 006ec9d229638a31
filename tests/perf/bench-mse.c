/* bench-mse.c: what message stream encryption costs: the cipher, one stream and two at a time; an
 * exponentiation; and a whole opening. One core; the median of the turns. */
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

static uint8_t blocks[2][BT_BLOCK_LEN];
static BtArc4 ciphers[2];
static const uint8_t skey[BT_SHA1_LEN] = "a torrent";

static void
crypt_one (void)
{
  for (int i = 0; i < BLOCKS; i++)
    bt_arc4_crypt (&ciphers[0], blocks[0], blocks[0], sizeof blocks[0]);
}

static void
crypt_two (void)
{
  const BtArc4Part a = { &ciphers[0], blocks[0], blocks[0], sizeof blocks[0] };
  const BtArc4Part b = { &ciphers[1], blocks[1], blocks[1], sizeof blocks[1] };

  for (int i = 0; i < BLOCKS / 2; i++)
    bt_arc4_crypt_pair (&a, &b);
}

static void
publish (void)
{
  uint8_t out[BT_DH_LEN];

  for (int i = 0; i < KEYS; i++)
    btd_dh_ops ()->publish (blocks[0], out);
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
  { "RC4, one stream", crypt_one, BLOCKS *BT_BLOCK_LEN / 1048576.0, "MiB/s" },
  { "RC4, two streams", crypt_two, BLOCKS *BT_BLOCK_LEN / 1048576.0, "MiB/s in all" },
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
  for (size_t i = 0; i < 2; i++)
    bt_arc4_init_mse (&ciphers[i], skey, 9 + i);
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
