/* bt-merkle.h: the SHA-256 trees of BEP 52.
 *
 * A file's leaves are the hashes of its 16 KiB blocks; the leaves are filled up to a power of two
 * with 32 zero bytes each, and each node above is the hash of its two children. Layer 0 are the
 * leaves. A level of the tree may be given with its filling left out: what stands for it there is
 * the root of a tree of zero leaves of that height. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-digest.h"

/* Blocks of a file of 2^63 bytes need no higher tree. */
#define BT_MERKLE_MAX_HEIGHT 50

/* The root of a tree of 2^@height zero leaves. */
void bt_merkle_pad (const BtDigestOps *ops, unsigned height, uint8_t out[BT_SHA256_LEN]);

/* The order of two roots, for trees of them: a stranger writes what it likes for a root, and would
 * have a table by hash full of equal ones. */
int bt_merkle_compare_roots (const void *a, const void *b);

/* The height of the layer in which one hash covers @length bytes; 0 for one block of 16 KiB.
 * @length is a power of two of at least 16 KiB. */
unsigned bt_merkle_height (uint64_t length);

/* Replaces the @n hashes of one level, which lies @height above the leaves, by the level above:
 * (@n + 1) / 2 hashes. In place. */
size_t bt_merkle_up (const BtDigestOps *ops, uint8_t *hashes, size_t n, unsigned height);

/* The root above @n hashes of the level @height; for n = 1 the hash itself. O(n), and it copies. */
void bt_merkle_root (const BtDigestOps *ops, const uint8_t *hashes, size_t n, unsigned height,
                     uint8_t out[BT_SHA256_LEN]);

/* Fills a whole subtree: the root of exactly 2^@levels nodes above level @height, of which the
 * first @n are given. @hashes is overwritten. */
void bt_merkle_subroot (const BtDigestOps *ops, uint8_t *hashes, size_t n, unsigned height,
                        unsigned levels, uint8_t out[BT_SHA256_LEN]);

/* The uncles of node @index of a level with @n hashes (@height above the leaves), from the level's
 * own up to the children of the root. Returns how many were written, at most @max. O(n). */
size_t bt_merkle_proof (const BtDigestOps *ops, const uint8_t *hashes, size_t n, unsigned height,
                        size_t index, uint8_t *out, size_t max);

/* Whether @hash, at @index of its level, leads to @root through the @n_uncles @uncles. */
bool bt_merkle_check (const BtDigestOps *ops, const uint8_t *hash, size_t index,
                      const uint8_t *uncles, size_t n_uncles, const uint8_t *root);
