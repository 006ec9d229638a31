/* bt-merkle.c: roots, layers and proofs (BEP 52). */
#include "protocol/torrent/bt-merkle.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

/* Pairs that are handed to the digests in one call. */
#define BATCH 64

void
bt_merkle_pad (const BtDigestOps *ops, unsigned height, uint8_t out[BT_SHA256_LEN])
{
  uint8_t pair[2 * BT_SHA256_LEN] = { 0 };

  for (unsigned i = 0; i < height; i++)
    {
      ops->hash (BT_SHA256, &(BtDigestMessage){ pair, sizeof pair, out }, 1);
      memcpy (pair, out, BT_SHA256_LEN);
      memcpy (pair + BT_SHA256_LEN, out, BT_SHA256_LEN);
    }
  memcpy (out, pair, BT_SHA256_LEN);
}

int
bt_merkle_compare_roots (const void *a, const void *b)
{
  return memcmp (a, b, BT_SHA256_LEN);
}

unsigned
bt_merkle_height (uint64_t length)
{
  bt_assert (length >= BT_BLOCK_LEN && (length & (length - 1)) == 0);
  return (unsigned) __builtin_ctzll (length / BT_BLOCK_LEN);
}

/* Hashes pairs in place: a parent never lies behind the first of its children, but another
 * parent's place may hold children of the same batch, so the results wait until it is done. */
static void
hash_pairs (const BtDigestOps *ops, uint8_t *hashes, size_t n_pairs)
{
  BtDigestMessage messages[BATCH];
  uint8_t parents[BATCH * BT_SHA256_LEN];

  for (size_t done = 0; done < n_pairs;)
    {
      size_t n = MIN (n_pairs - done, BATCH);

      for (size_t i = 0; i < n; i++)
        messages[i] = (BtDigestMessage){ hashes + (done + i) * 2 * BT_SHA256_LEN, 2 * BT_SHA256_LEN,
                                         parents + i * BT_SHA256_LEN };
      ops->hash (BT_SHA256, messages, n);
      memcpy (hashes + done * BT_SHA256_LEN, parents, n * BT_SHA256_LEN);
      done += n;
    }
}

size_t
bt_merkle_up (const BtDigestOps *ops, uint8_t *hashes, size_t n, unsigned height)
{
  uint8_t last[2 * BT_SHA256_LEN];

  if (n % 2 == 1)
    {
      memcpy (last, hashes + (n - 1) * BT_SHA256_LEN, BT_SHA256_LEN);
      bt_merkle_pad (ops, height, last + BT_SHA256_LEN);
    }
  hash_pairs (ops, hashes, n / 2);
  if (n % 2 == 1)
    ops->hash (BT_SHA256, &(BtDigestMessage){ last, sizeof last, hashes + n / 2 * BT_SHA256_LEN },
               1);
  return (n + 1) / 2;
}

void
bt_merkle_root (const BtDigestOps *ops, const uint8_t *hashes, size_t n, unsigned height,
                uint8_t out[BT_SHA256_LEN])
{
  g_autofree uint8_t *level = NULL;

  bt_assert (n > 0);
  level = g_memdup2 (hashes, n * BT_SHA256_LEN);
  while (n > 1)
    n = bt_merkle_up (ops, level, n, height++);
  memcpy (out, level, BT_SHA256_LEN);
}

void
bt_merkle_subroot (const BtDigestOps *ops, uint8_t *hashes, size_t n, unsigned height,
                   unsigned levels, uint8_t out[BT_SHA256_LEN])
{
  bt_assert (n > 0 && n <= (size_t) 1 << levels);
  for (unsigned i = 0; i < levels; i++)
    n = bt_merkle_up (ops, hashes, n, height + i);
  memcpy (out, hashes, BT_SHA256_LEN);
}

size_t
bt_merkle_proof (const BtDigestOps *ops, const uint8_t *hashes, size_t n, unsigned height,
                 size_t index, uint8_t *out, size_t max)
{
  g_autofree uint8_t *level = g_memdup2 (hashes, n * BT_SHA256_LEN);
  size_t n_uncles = 0;

  for (; n > 1 && n_uncles < max; n_uncles++, index /= 2)
    {
      uint8_t *uncle = out + n_uncles * BT_SHA256_LEN;

      if ((index ^ 1) < n)
        memcpy (uncle, level + (index ^ 1) * BT_SHA256_LEN, BT_SHA256_LEN);
      else
        bt_merkle_pad (ops, height, uncle);
      n = bt_merkle_up (ops, level, n, height++);
    }
  return n_uncles;
}

bool
bt_merkle_check (const BtDigestOps *ops, const uint8_t *hash, size_t index, const uint8_t *uncles,
                 size_t n_uncles, const uint8_t *root)
{
  uint8_t pair[2 * BT_SHA256_LEN];
  uint8_t node[BT_SHA256_LEN];

  memcpy (node, hash, sizeof node);
  for (size_t i = 0; i < n_uncles; i++, index /= 2)
    {
      size_t side = index % 2;

      memcpy (pair + side * BT_SHA256_LEN, node, BT_SHA256_LEN);
      memcpy (pair + (1 - side) * BT_SHA256_LEN, uncles + i * BT_SHA256_LEN, BT_SHA256_LEN);
      ops->hash (BT_SHA256, &(BtDigestMessage){ pair, sizeof pair, node }, 1);
    }
  return index == 0 && memcmp (node, root, sizeof node) == 0;
}
