/* test-bt-hashes.c: requests that are allowed and that are not, the length of answers, and what
 * they prove against a slow reference. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "protocol/peer/bt-hashes.h"
#include "protocol/torrent/bt-merkle-tree.h"
#include "protocol/torrent/bt-merkle.h"

#define LEN BT_SHA256_LEN
#define MAX_TREE 40

static const struct
{
  uint32_t base;
  uint32_t index;
  uint32_t length;
  uint32_t proof;
  bool ok;
  size_t n_uncles;
} requests[] = {
  { 0, 0, 2, 0, true, 0 },           { 0, 0, 2, 1, true, 1 },
  { 0, 2, 2, 3, true, 3 },           { 2, 0, 4, 0, true, 0 },
  { 2, 4, 4, 1, true, 0 },           { 2, 4, 4, 2, true, 1 },
  { 4, 512, 512, 10, true, 2 },      { 4, 0, 512, 8, true, 0 },
  { 0, 0, 8192, 50, true, 38 },      { 50, 0, 2, 50, true, 50 },
  { 51, 0, 2, 0, false, 0 },         { 0, 0, 2, 51, false, 0 },
  { 0, 0, 0, 0, false, 0 },          { 0, 0, 1, 0, false, 0 },
  { 0, 0, 3, 0, false, 0 },          { 0, 1, 2, 0, false, 0 },
  { 0, 2, 4, 0, false, 0 },          { 0, 0, 16384, 0, false, 0 },
  { 0, 0, 0x80000000, 0, false, 0 }, { UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, false, 0 },
};

static const BtDigestOps *ops;

/* The payload of a request, in an allocation of @len bytes. (transfer full) */
static uint8_t *
payload (size_t i, size_t len)
{
  BtHashRequest request = { .base = requests[i].base,
                            .index = requests[i].index,
                            .length = requests[i].length,
                            .proof = requests[i].proof };
  uint8_t bytes[BT_HASH_REQUEST_LEN];
  uint8_t *out = g_malloc0 (len);

  memset (request.root, 7, sizeof request.root);
  bt_hash_request_write (&request, bytes);
  memcpy (out, bytes, MIN (len, sizeof bytes));
  return out;
}

static void
test_requests (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (requests); i++)
    for (size_t len = BT_HASH_REQUEST_LEN - 1; len <= BT_HASH_REQUEST_LEN + 1; len++)
      {
        g_autofree uint8_t *bytes = payload (i, len);
        BtHashRequest read;

        g_assert_cmpint (bt_hash_request_parse (bytes, len, &read), ==,
                         requests[i].ok && len == BT_HASH_REQUEST_LEN);
        if (requests[i].ok && len == BT_HASH_REQUEST_LEN)
          g_assert_cmpuint (bt_hash_request_n_uncles (&read), ==, requests[i].n_uncles);
      }
}

static void
test_answers (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      size_t whole
          = BT_HASH_REQUEST_LEN + (requests[i].n_uncles + requests[i].length % 65536) * LEN;

      for (size_t len = whole - 1; len <= whole + 1; len++)
        {
          g_autofree uint8_t *bytes = payload (i, len);
          BtHashes read;

          g_assert_cmpint (bt_hashes_parse (bytes, len, &read), ==, requests[i].ok && len == whole);
        }
    }
}

/* --- trees --- */

static void
make_layer (uint8_t *layer, size_t n)
{
  for (size_t i = 0; i < n; i++)
    ops->hash (BT_SHA256, &(BtDigestMessage){ (uint8_t *) &i, sizeof i, layer + i * LEN, 0 }, 1);
}

/* The hash of a node, by its children's. */
static void
slow_node (const uint8_t *layer, size_t n, unsigned height, unsigned level, size_t index,
           uint8_t out[LEN])
{
  uint8_t pair[2 * LEN];

  if (level == 0 && index < n)
    memcpy (out, layer + index * LEN, LEN);
  else if (level == 0)
    bt_merkle_pad (ops, height, out);
  else
    {
      slow_node (layer, n, height, level - 1, index * 2, pair);
      slow_node (layer, n, height, level - 1, index * 2 + 1, pair + LEN);
      ops->hash (BT_SHA256, &(BtDigestMessage){ pair, sizeof pair, out, 0 }, 1);
    }
}

/* One answer of a tree: each hash as the reference has it, and proved; and not when a bit differs.
 */
static void
check_answer (const BtMerkleTree *tree, const uint8_t *layer, size_t n, unsigned height,
              const BtHashRequest *request)
{
  size_t n_uncles = bt_hash_request_n_uncles (request);
  unsigned above = bt_merkle_tree_height (tree);
  size_t len = (request->length + n_uncles) * LEN;
  g_autofree uint8_t *bytes = g_malloc (BT_HASH_REQUEST_LEN + len);
  g_autofree uint8_t *scratch = g_malloc (request->length * LEN);
  uint8_t node[LEN];
  BtHashes read;

  bt_hash_request_write (request, bytes);
  g_assert_true (bt_merkle_tree_read (tree, 0, request->index, request->length, n_uncles,
                                      bytes + BT_HASH_REQUEST_LEN));
  g_assert_true (bt_hashes_parse (bytes, BT_HASH_REQUEST_LEN + len, &read));
  for (size_t i = 0; i < request->length; i++)
    {
      slow_node (layer, n, height, 0, request->index + i, node);
      g_assert_cmpmem (read.hashes + i * LEN, LEN, node, LEN);
    }
  for (size_t i = 0; i < n_uncles; i++)
    {
      unsigned level = bt_hash_request_levels (request) + (unsigned) i;

      slow_node (layer, n, height, level, request->index >> level ^ 1, node);
      g_assert_cmpmem (read.uncles + i * LEN, LEN, node, LEN);
    }
  g_assert_cmpint (bt_hashes_lead_to (&read, ops, bt_merkle_tree_root (tree), above, scratch), ==,
                   n_uncles == above - bt_hash_request_levels (request));
  bytes[BT_HASH_REQUEST_LEN + len - 1] ^= 1;
  g_assert_false (bt_hashes_lead_to (&read, ops, bt_merkle_tree_root (tree), above, scratch));
}

static void
test_trees (void)
{
  uint8_t layer[MAX_TREE * LEN];
  uint8_t root[LEN];
  uint8_t out[4 * MAX_TREE * LEN];

  make_layer (layer, MAX_TREE);
  for (size_t n = 2; n <= MAX_TREE; n++)
    {
      unsigned height = (unsigned) n % 5;
      g_autoptr (BtMerkleTree) tree = bt_merkle_tree_new (ops, layer, n, height);
      unsigned above = bt_merkle_tree_height (tree);
      BtHashRequest request = { .base = height };

      bt_merkle_root (ops, layer, n, height, root);
      g_assert_cmpmem (bt_merkle_tree_root (tree), LEN, root, LEN);
      for (request.length = 2; request.length <= 1u << above; request.length *= 2)
        for (request.index = 0; request.index < 1u << above; request.index += request.length)
          for (request.proof = 0; request.proof < above; request.proof++)
            check_answer (tree, layer, n, height, &request);
      g_assert_false (bt_merkle_tree_read (tree, 0, (size_t) 1 << above, 2, 0, out));
      g_assert_false (bt_merkle_tree_read (tree, 0, 0, (size_t) 2 << above, 0, out));
      g_assert_false (bt_merkle_tree_read (tree, 0, 0, 2, above, out));
      g_assert_false (bt_merkle_tree_read (tree, above + 1, 0, 1, 0, out));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ops = btd_ops ();
  g_test_add_func ("/hashes/requests", test_requests);
  g_test_add_func ("/hashes/answers", test_answers);
  g_test_add_func ("/hashes/trees", test_trees);
  return g_test_run ();
}
