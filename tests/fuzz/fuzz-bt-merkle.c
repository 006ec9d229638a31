/* fuzz-bt-merkle.c: every proof of a tree holds, and none holds for another hash or place. The
 * first bytes choose the number of hashes, their height and an index; the rest fill the hashes. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-merkle.h"
#include "tests/fuzz/fuzz-target.h"

#define MAX_UNCLES 16

static const BtDigestOps *
ops (void)
{
  static const BtDigestOps *chosen;

  if (chosen == NULL)
    chosen = btd_ops ();
  return chosen;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  uint8_t uncles[MAX_UNCLES * BT_SHA256_LEN];
  uint8_t root[BT_SHA256_LEN];
  g_autofree uint8_t *hashes = NULL;
  unsigned height;
  size_t n_uncles;
  size_t index;
  size_t n;

  if (len < 4)
    return 0;
  n = 1 + (data[0] | (size_t) data[1] << 8) % 600;
  height = data[2] % 20;
  index = data[3] * n / 256;
  hashes = g_malloc0 (n * BT_SHA256_LEN);
  memcpy (hashes, data + 4, MIN (len - 4, n * BT_SHA256_LEN));
  bt_merkle_root (ops (), hashes, n, height, root);
  n_uncles = bt_merkle_proof (ops (), hashes, n, height, index, uncles, MAX_UNCLES);
  bt_assert (
      bt_merkle_check (ops (), hashes + index * BT_SHA256_LEN, index, uncles, n_uncles, root));
  hashes[index * BT_SHA256_LEN] ^= 1;
  bt_assert (
      !bt_merkle_check (ops (), hashes + index * BT_SHA256_LEN, index, uncles, n_uncles, root));
  hashes[index * BT_SHA256_LEN] ^= 1;
  bt_assert (!bt_merkle_check (ops (), hashes + index * BT_SHA256_LEN,
                               index + ((size_t) 1 << n_uncles), uncles, n_uncles, root));

  /* what comes from outside is only data: any number of uncles, any root */
  (void) bt_merkle_check (ops (), root, data[0] | (size_t) data[1] << 8, hashes, n, root);
  return 0;
}
