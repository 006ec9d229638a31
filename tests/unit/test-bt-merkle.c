/* test-bt-merkle.c: roots, layers and proofs against a tree that is built in full. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-merkle.h"

#define MAX_LEAVES 70
#define MAX_TREE 128
#define LEN BT_SHA256_LEN

static const char *const zero_roots[] = {
  "0000000000000000000000000000000000000000000000000000000000000000",
  "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b",
  "db56114e00fdd4c1f85c892bf35ac9a89289aaecb1ebd0a96cde606a748b5d71",
  "c78009fdf07fc56a11f122370658a353aaa542ed63e44c4bc15ff4cd105ab33c",
  "536d98837f2dd165a55d5eeae91485954472d56f246df256bf3cae19352a123c",
  "9efde052aa15429fae05bad4d0b1d7c64da64d03d7a1854a588c2cb8430c0d30",
  "d88ddfeed400a8755596b21942c1497e114c302e6118290f91e6772976041fa1",
  "87eb0ddba57e35f6d286673802a4af5975e22506c7cf4c64bb6be5ee11527f2c",
};

static const BtDigestOps *ops; /* asking for it is slow */

static void
hash (const void *data, size_t len, uint8_t *out)
{
  ops->hash (BT_SHA256, &(BtDigestMessage){ data, len, out }, 1);
}

/* Different bytes for each leaf. */
static void
make_leaves (uint8_t leaves[MAX_TREE * LEN], size_t n)
{
  memset (leaves, 0, MAX_TREE * LEN);
  for (size_t i = 0; i < n; i++)
    hash (&(uint8_t){ (uint8_t) i }, 1, leaves + i * LEN);
}

/* The full tree, one node after the other: node 1 is the root, the children of i are 2i, 2i + 1. */
static size_t
make_tree (uint8_t tree[2 * MAX_TREE * LEN], const uint8_t *leaves, size_t n)
{
  size_t width = 1;

  while (width < n)
    width *= 2;
  memcpy (tree + width * LEN, leaves, width * LEN);
  for (size_t i = width - 1; i > 0; i--)
    hash (tree + 2 * i * LEN, 2 * LEN, tree + i * LEN);
  return width;
}

static void
test_pad (void)
{
  for (unsigned height = 0; height < G_N_ELEMENTS (zero_roots); height++)
    {
      uint8_t root[LEN];
      char text[2 * LEN + 1];

      bt_merkle_pad (ops, height, root);
      bt_hex_write (root, LEN, text);
      g_assert_cmpstr (text, ==, zero_roots[height]);
    }
}

static void
test_zero_block (void)
{
  g_autofree uint8_t *block = g_malloc0 (16384);
  uint8_t digest[LEN];
  char text[2 * LEN + 1];

  hash (block, 16384, digest);
  bt_hex_write (digest, LEN, text);
  g_assert_cmpstr (text, ==, "4fe7b59af6de3b665b67788cc2f99892ab827efae3a467342b3bb4e3bc8e5bfe");
}

static void
test_height (void)
{
  for (unsigned height = 0; height < 20; height++)
    g_assert_cmpuint (bt_merkle_height (UINT64_C (16384) << height), ==, height);
}

static void
test_roots (void)
{
  for (size_t n = 1; n <= MAX_LEAVES; n++)
    {
      uint8_t leaves[MAX_TREE * LEN];
      uint8_t tree[2 * MAX_TREE * LEN];
      uint8_t root[LEN];
      g_autofree uint8_t *exact = NULL;

      make_leaves (leaves, n);
      (void) make_tree (tree, leaves, n); /* its width is not asked */
      exact = g_memdup2 (leaves, n * LEN);
      bt_merkle_root (ops, exact, n, 0, root);
      g_assert_cmpmem (root, LEN, tree + LEN, LEN);
    }
}

/* Each level that bt_merkle_up() makes has the tree's nodes, and its root is the tree's. */
static void
test_levels (void)
{
  for (size_t n = 1; n <= MAX_LEAVES; n++)
    {
      uint8_t leaves[MAX_TREE * LEN];
      uint8_t tree[2 * MAX_TREE * LEN];
      size_t left = n;
      size_t width;
      unsigned height = 0;

      make_leaves (leaves, n);
      width = make_tree (tree, leaves, n);
      for (; left > 1; height++)
        {
          uint8_t root[LEN];

          left = bt_merkle_up (ops, leaves, left, height);
          width /= 2;
          g_assert_cmpuint (left, ==, (n - 1) / ((size_t) 2 << height) + 1);
          g_assert_cmpmem (leaves, left * LEN, tree + width * LEN, left * LEN);
          bt_merkle_root (ops, leaves, left, height + 1, root);
          g_assert_cmpmem (root, LEN, tree + LEN, LEN);
        }
      g_assert_cmpuint (width, ==, 1);
    }
}

/* A subtree may be higher than its nodes need. */
static void
test_subroots (void)
{
  for (size_t n = 1; n <= MAX_LEAVES; n++)
    for (unsigned levels = 0; levels <= 7; levels++)
      {
        uint8_t leaves[MAX_TREE * LEN];
        uint8_t tree[2 * MAX_TREE * LEN];
        uint8_t root[LEN];

        if (n > (size_t) 1 << levels)
          continue;
        make_leaves (leaves, n);
        (void) make_tree (tree, leaves, (size_t) 1 << levels); /* the rest are zeros */
        bt_merkle_subroot (ops, leaves, n, 0, levels, root);
        g_assert_cmpmem (root, LEN, tree + LEN, LEN);
      }
}

static void
check_proof (const uint8_t *hashes, size_t n, unsigned height, const uint8_t *root)
{
  for (size_t i = 0; i < n; i++)
    {
      uint8_t uncles[8 * LEN];
      uint8_t wrong[LEN];
      size_t n_uncles = bt_merkle_proof (ops, hashes, n, height, i, uncles, sizeof uncles / LEN);
      const uint8_t *hash_of_i = hashes + i * LEN;

      g_assert_cmpuint ((size_t) 1 << n_uncles, >=, n);
      g_assert_cmpuint (n, >, (size_t) 1 << n_uncles >> 1);
      g_assert_true (bt_merkle_check (ops, hash_of_i, i, uncles, n_uncles, root));

      /* another place, other hashes, too few or too many uncles */
      for (size_t other = 0; other < 2 * n + 2; other++)
        if (other != i)
          g_assert_false (bt_merkle_check (ops, hash_of_i, other, uncles, n_uncles, root));
      g_assert_false (
          bt_merkle_check (ops, hash_of_i, i + ((size_t) 1 << n_uncles), uncles, n_uncles, root));
      for (size_t u = 0; u < n_uncles; u++)
        {
          uncles[u * LEN + 31] ^= 1;
          g_assert_false (bt_merkle_check (ops, hash_of_i, i, uncles, n_uncles, root));
          uncles[u * LEN + 31] ^= 1;
        }
      memcpy (wrong, hash_of_i, LEN);
      wrong[0] ^= 0x80;
      g_assert_false (bt_merkle_check (ops, wrong, i, uncles, n_uncles, root));
      if (n_uncles > 0)
        g_assert_false (bt_merkle_check (ops, hash_of_i, i, uncles, n_uncles - 1, root));
    }
}

static void
test_proofs (void)
{
  for (size_t n = 1; n <= MAX_LEAVES; n++)
    for (unsigned height = 0; height < 3; height++)
      {
        uint8_t leaves[MAX_TREE * LEN];
        uint8_t root[LEN];

        make_leaves (leaves, n);
        bt_merkle_root (ops, leaves, n, height, root);
        check_proof (leaves, n, height, root);
      }
}

static void
test_short_proof (void)
{
  uint8_t leaves[MAX_TREE * LEN];
  uint8_t uncles[2 * LEN];
  uint8_t quarter[LEN];

  make_leaves (leaves, 8);
  g_assert_cmpuint (bt_merkle_proof (ops, leaves, 8, 0, 5, uncles, 2), ==, 2);
  g_assert_cmpuint (bt_merkle_proof (ops, leaves, 8, 0, 5, uncles, 0), ==, 0);
  bt_merkle_root (ops, leaves + 4 * LEN, 4, 0, quarter);
  g_assert_true (bt_merkle_check (ops, leaves + 5 * LEN, 1, uncles, 2, quarter));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ops = btd_ops ();
  g_test_add_func ("/merkle/pad", test_pad);
  g_test_add_func ("/merkle/zero-block", test_zero_block);
  g_test_add_func ("/merkle/height", test_height);
  g_test_add_func ("/merkle/roots", test_roots);
  g_test_add_func ("/merkle/levels", test_levels);
  g_test_add_func ("/merkle/subroots", test_subroots);
  g_test_add_func ("/merkle/proofs", test_proofs);
  g_test_add_func ("/merkle/short-proof", test_short_proof);
  return g_test_run ();
}
