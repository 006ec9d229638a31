/* bt-single.c: cutting a stream into pieces and blocks, and joining their hashes. */
#include "protocol/torrent/bt-single.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-merkle.h"

/* Blocks that are hashed side by side. */
#define BATCH 64u

/* What a torrent has beside its hashes, at most. */
#define AROUND_HASHES (64 * BT_KIB)

struct BtSingle
{
  const BtDigestOps *ops;
  BtFormat format;
  uint64_t piece_length;
  uint64_t len;
  bool full;
  BtDigest piece;        /* of the piece under way; of none where @len is at its end */
  BtDigest block;        /* likewise, of a block that came in parts */
  GByteArray *leaves;    /* of the piece under way, for the v2 tree */
  GByteArray *pieces_v1; /* of whole pieces */
  GByteArray *pieces_v2;
};

static bool
has_v1 (const BtSingle *self)
{
  return (self->format & BT_FORMAT_V1) != 0;
}

static bool
has_v2 (const BtSingle *self)
{
  return (self->format & BT_FORMAT_V2) != 0;
}

BtSingle *
bt_single_new (const BtDigestOps *ops, BtFormat format, uint64_t piece_length)
{
  BtSingle *self = g_new0 (BtSingle, 1);

  bt_assert (piece_length > 0 && piece_length <= BT_LIMIT_PIECE_LENGTH);
  bt_assert ((format & BT_FORMAT_V2) == 0
             || (piece_length >= BT_BLOCK_LEN && (piece_length & (piece_length - 1)) == 0));
  self->ops = ops;
  self->format = format;
  self->piece_length = piece_length;
  ops->init (&self->piece, BT_SHA1);
  ops->init (&self->block, BT_SHA256);
  self->leaves = g_byte_array_new ();
  self->pieces_v1 = g_byte_array_new ();
  self->pieces_v2 = g_byte_array_new ();
  return self;
}

void
bt_single_free (BtSingle *self)
{
  if (self == NULL)
    return;
  self->ops->clear (&self->piece);
  self->ops->clear (&self->block);
  g_byte_array_unref (self->leaves);
  g_byte_array_unref (self->pieces_v1);
  g_byte_array_unref (self->pieces_v2);
  g_free (self);
}

uint64_t
bt_single_len (const BtSingle *self)
{
  return self->len;
}

/* Room for @n more bytes. */
static uint8_t *
extend (GByteArray *array, size_t n)
{
  g_byte_array_set_size (array, array->len + (guint) n);
  return array->data + array->len - n;
}

/* Ends a digest, begins it anew, and appends what came out. */
static void
end_digest (const BtSingle *self, BtDigestKind kind, BtDigest *digest, GByteArray *out)
{
  uint8_t *at = extend (out, bt_digest_len (kind));

  self->ops->finish (kind, &digest, &at, 1);
  self->ops->init (digest, kind);
}

/* --- the v2 tree --- */

/* Whole blocks, side by side. */
static void
take_blocks (BtSingle *self, const uint8_t *data, size_t n)
{
  BtDigestMessage messages[BATCH];
  uint8_t *leaf = extend (self->leaves, n * BT_SHA256_LEN);

  for (size_t i = 0; i < n; i++)
    messages[i] = (BtDigestMessage){ data + i * BT_BLOCK_LEN, (size_t) BT_BLOCK_LEN,
                                     leaf + i * BT_SHA256_LEN, 0 };
  self->ops->hash (BT_SHA256, messages, n);
}

/* @at is where in the file @data begins; it stays within a piece. */
static void
take_v2 (BtSingle *self, uint64_t at, const uint8_t *data, size_t len)
{
  while (len > 0)
    {
      size_t in_block = (size_t) (at % BT_BLOCK_LEN);
      size_t n = MIN (len, (size_t) BT_BLOCK_LEN - in_block);

      if (in_block == 0 && n == BT_BLOCK_LEN)
        {
          size_t whole = MIN (len / (size_t) BT_BLOCK_LEN, BATCH);

          take_blocks (self, data, whole);
          n = whole * (size_t) BT_BLOCK_LEN;
        }
      else
        {
          self->ops->update (BT_SHA256, &(BtDigestPart){ &self->block, data, n }, 1);
          if (in_block + n == BT_BLOCK_LEN)
            end_digest (self, BT_SHA256, &self->block, self->leaves);
        }
      at += n;
      data += n;
      len -= n;
    }
}

/* The node that stands for the piece under way: a file of one piece has a tree as high as it needs,
 * others have subtrees as high as a piece (BEP 52). */
static void
end_piece_v2 (BtSingle *self, bool alone)
{
  size_t n_leaves = self->leaves->len / BT_SHA256_LEN;
  unsigned levels = alone ? 0 : bt_merkle_height (self->piece_length);

  while (alone && (size_t) 1 << levels < n_leaves)
    levels++;
  bt_merkle_subroot (self->ops, self->leaves->data, n_leaves, 0, levels,
                     extend (self->pieces_v2, BT_SHA256_LEN));
  g_byte_array_set_size (self->leaves, 0);
}

/* --- pieces --- */

static void
take_part (BtSingle *self, const uint8_t *data, size_t len)
{
  if (has_v1 (self))
    self->ops->update (BT_SHA1, &(BtDigestPart){ &self->piece, data, len }, 1);
  if (has_v2 (self))
    take_v2 (self, self->len, data, len);
  self->len += len;
}

/* The first piece waits for a byte behind it, which says what its tree is like. */
static void
end_piece (BtSingle *self)
{
  if (has_v1 (self))
    end_digest (self, BT_SHA1, &self->piece, self->pieces_v1);
  if (has_v2 (self) && self->len > self->piece_length)
    end_piece_v2 (self, false);
}

bool
bt_single_fits (BtFormat format, uint64_t piece_length, uint64_t len)
{
  uint64_t n = len / piece_length + (len % piece_length != 0);
  uint64_t each = ((format & BT_FORMAT_V1) != 0 ? BT_SHA1_LEN : 0)
                  + ((format & BT_FORMAT_V2) != 0 ? BT_SHA256_LEN : 0);

  return n <= BT_LIMIT_PIECES && n * each <= BT_LIMIT_TORRENT_SIZE - AROUND_HASHES;
}

static bool
has_room (const BtSingle *self)
{
  return bt_single_fits (self->format, self->piece_length, self->len + 1);
}

bool
bt_single_take (BtSingle *self, const uint8_t *data, size_t len)
{
  while (len > 0 && !self->full)
    {
      uint64_t in_piece = self->len % self->piece_length;
      size_t n = (size_t) MIN (len, self->piece_length - in_piece);

      self->full = in_piece == 0 && !has_room (self);
      if (self->full)
        break;
      if (has_v2 (self) && self->len == self->piece_length)
        end_piece_v2 (self, false);
      take_part (self, data, n);
      if (in_piece + n == self->piece_length)
        end_piece (self);
      data += n;
      len -= n;
    }
  return !self->full;
}

/* --- the end --- */

static void
end_last_piece (BtSingle *self)
{
  bool partial = self->len % self->piece_length != 0;

  if (has_v1 (self) && partial)
    end_digest (self, BT_SHA1, &self->piece, self->pieces_v1);
  if (has_v2 (self) && self->len % BT_BLOCK_LEN != 0)
    end_digest (self, BT_SHA256, &self->block, self->leaves);
  if (has_v2 (self) && self->leaves->len > 0)
    end_piece_v2 (self, self->len <= self->piece_length);
}

/* A file of one piece has its root alone, one of several a layer as well. */
static void
set_tree (const BtSingle *self, BtFile *file, uint8_t root[BT_SHA256_LEN])
{
  size_t n = self->pieces_v2->len / BT_SHA256_LEN;

  if (n == 0)
    return;
  bt_merkle_root (self->ops, self->pieces_v2->data, n, bt_merkle_height (self->piece_length), root);
  file->root = root;
  file->layer = n > 1 ? self->pieces_v2->data : root;
}

GBytes *
bt_single_finish (BtSingle *self, const BtBuilder *words, BtError *why)
{
  BtBuilder builder = *words;
  BtFile file = { .path = words->name, .length = self->len };
  uint8_t root[BT_SHA256_LEN];

  self->full = true;
  end_last_piece (self);
  set_tree (self, &file, root);
  builder.format = self->format;
  builder.single_file = true;
  builder.piece_length = self->piece_length;
  builder.files = &file;
  builder.n_files = 1;
  builder.pieces_v1 = has_v1 (self) ? self->pieces_v1->data : NULL;
  builder.n_pieces = (uint32_t) (self->pieces_v1->len / BT_SHA1_LEN);
  return bt_builder_write (&builder, why);
}
