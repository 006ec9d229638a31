/* sim-piece.c: see the header. */
#include "tests/sim/sim-piece.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/sim/sim-content.h"

/* Of a block as it came. */
typedef struct
{
  uint8_t sha1[BT_SHA1_LEN];
  uint8_t leaf[BT_SHA256_LEN];
} Digests;

uint64_t
sim_blocks_of (uint64_t bytes)
{
  return (bytes + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN;
}

SimPiece *
sim_piece_new (uint32_t index, uint64_t len)
{
  SimPiece *piece = g_new0 (SimPiece, 1);

  piece->piece = index;
  bt_bitfield_init (&piece->received, sim_blocks_of (len));
  return piece;
}

void
sim_piece_free (SimPiece *piece)
{
  bt_bitfield_clear (&piece->received);
  g_clear_pointer (&piece->spoilt, g_hash_table_unref);
  g_free (piece);
}

static void
hash (const uint8_t *data, size_t len, Digests *out)
{
  btd_ops ()->hash (BT_SHA1, &(BtDigestMessage){ .data = data, .len = len, .out = out->sha1 }, 1);
  btd_ops ()->hash (BT_SHA256, &(BtDigestMessage){ .data = data, .len = len, .out = out->leaf }, 1);
}

void
sim_piece_digest (const SimPiece *piece, const BtLayout *layout, uint64_t key, uint8_t *sha1,
                  uint8_t *leaves)
{
  uint64_t size = bt_layout_piece_size (layout, piece->piece);
  uint8_t data[BT_BLOCK_LEN];

  for (uint64_t i = 0; i < sim_blocks_of (size); i++)
    {
      size_t len = (size_t) MIN (BT_BLOCK_LEN, size - i * BT_BLOCK_LEN);
      const Digests *spoilt = g_hash_table_lookup (piece->spoilt, GSIZE_TO_POINTER (i));
      Digests digests;

      sim_content_fill (key, bt_layout_piece_start (layout, piece->piece) + i * BT_BLOCK_LEN, data,
                        len);
      if (spoilt != NULL)
        digests = *spoilt;
      else
        hash (data, len, &digests);
      memcpy (sha1 + i * BT_SHA1_LEN, digests.sha1, BT_SHA1_LEN);
      memcpy (leaves + i * BT_SHA256_LEN, digests.leaf, BT_SHA256_LEN);
    }
}

void
sim_piece_note_spoilt (SimPiece *piece, uint32_t begin, const uint8_t *block, uint32_t len)
{
  Digests *digests = g_new (Digests, 1);

  hash (block, len, digests);
  if (piece->spoilt == NULL)
    piece->spoilt = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_hash_table_insert (piece->spoilt, GSIZE_TO_POINTER (begin / BT_BLOCK_LEN), digests);
}

void
sim_piece_mend (SimPiece *piece, const BtBitfield *good)
{
  piece->kept = false;
  for (uint32_t i = 0; i < piece->received.n_bits; i++)
    if (!bt_bitfield_test (good, i))
      {
        (void) bt_bitfield_unset (&piece->received, i); /* it was set */
        g_hash_table_remove (piece->spoilt, GSIZE_TO_POINTER (i));
      }
  if (g_hash_table_size (piece->spoilt) == 0)
    g_clear_pointer (&piece->spoilt, g_hash_table_unref);
}
