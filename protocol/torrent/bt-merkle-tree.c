/* bt-merkle-tree.c: see the header. */
#include "protocol/torrent/bt-merkle-tree.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/torrent/bt-merkle.h"

#define MAX_LEVELS (BT_MERKLE_MAX_HEIGHT + 1)

/* Hashes of one level, and what fills it up. */
typedef struct
{
  uint8_t *hashes;
  size_t n;
  uint8_t pad[BT_SHA256_LEN];
} Level;

struct BtMerkleTree
{
  unsigned height; /* layers above the lowest */
  Level levels[MAX_LEVELS];
};

BtMerkleTree *
bt_merkle_tree_new (const BtDigestOps *ops, const uint8_t *hashes, size_t n, unsigned height)
{
  BtMerkleTree *self = g_new0 (BtMerkleTree, 1);
  Level *level = self->levels;

  bt_assert (n > 0);
  level->n = n;
  level->hashes = g_memdup2 (hashes, n * BT_SHA256_LEN);
  bt_merkle_pad (ops, height, level->pad);
  for (; level->n > 1; level++)
    {
      bt_assert (self->height + 1 < MAX_LEVELS);
      level[1].hashes = g_memdup2 (level->hashes, level->n * BT_SHA256_LEN);
      level[1].n = bt_merkle_up (ops, level[1].hashes, level->n, height + self->height);
      level[1].hashes = g_realloc (level[1].hashes, level[1].n * BT_SHA256_LEN);
      self->height++;
      bt_merkle_pad (ops, height + self->height, level[1].pad);
    }
  return self;
}

void
bt_merkle_tree_free (BtMerkleTree *self)
{
  if (self == NULL)
    return;
  for (unsigned i = 0; i <= self->height; i++)
    g_free (self->levels[i].hashes);
  g_free (self);
}

const uint8_t *
bt_merkle_tree_root (const BtMerkleTree *self)
{
  return self->levels[self->height].hashes;
}

unsigned
bt_merkle_tree_height (const BtMerkleTree *self)
{
  return self->height;
}

size_t
bt_merkle_tree_n (const BtMerkleTree *self)
{
  return self->levels[0].n;
}

static const uint8_t *
node (const Level *level, size_t index)
{
  return index < level->n ? level->hashes + index * BT_SHA256_LEN : level->pad;
}

bool
bt_merkle_tree_read (const BtMerkleTree *self, unsigned level, size_t index, size_t length,
                     size_t n_uncles, uint8_t *out)
{
  unsigned up = (unsigned) __builtin_ctzll (length);
  size_t width;

  if (level > self->height || up > self->height - level || n_uncles > self->height - level - up)
    return false;
  width = (size_t) 1 << (self->height - level);
  if (index >= width)
    return false;
  for (size_t i = 0; i < length; i++, out += BT_SHA256_LEN)
    memcpy (out, node (&self->levels[level], index + i), BT_SHA256_LEN);
  level += up;
  index >>= up;
  for (size_t i = 0; i < n_uncles; i++, level++, index /= 2, out += BT_SHA256_LEN)
    memcpy (out, node (&self->levels[level], index ^ 1), BT_SHA256_LEN);
  return true;
}
