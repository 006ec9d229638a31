/* bt-merkle-tree.h: a tree that is kept, from one layer up to the root, to answer for any part of
 * it without hashing (BEP 52).
 *
 * Of a layer of n hashes it holds 2 n. Immutable once made. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-digest.h"

typedef struct BtMerkleTree BtMerkleTree;

/* Above @n hashes of a layer that lies @height above the leaves; @n is 1 or more. O(n).
 * (transfer full) */
BtMerkleTree *bt_merkle_tree_new (const BtDigestOps *ops, const uint8_t *hashes, size_t n,
                                  unsigned height);
void bt_merkle_tree_free (BtMerkleTree *self); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtMerkleTree, bt_merkle_tree_free)

/* 32 bytes, lent. */
const uint8_t *bt_merkle_tree_root (const BtMerkleTree *self);
/* How many layers lie above its lowest. */
unsigned bt_merkle_tree_height (const BtMerkleTree *self);
/* Hashes of its lowest layer, without what fills it up. */
size_t bt_merkle_tree_n (const BtMerkleTree *self);

/* Writes hashes [@index, @index + @length) of its layer @level, 0 the lowest, those that fill it up
 * included; then @n_uncles uncles of the node above them, from below. @length is a power of two and
 * @index a multiple of it. False when the tree has no such part. */
bool bt_merkle_tree_read (const BtMerkleTree *self, unsigned level, size_t index, size_t length,
                          size_t n_uncles, uint8_t *out);
