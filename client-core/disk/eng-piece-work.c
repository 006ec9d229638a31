/* eng-piece-work.c: what the disk threads do with pieces: hashing blocks in order, several pieces
 * at once; making room under pressure; comparing and writing a piece that is whole.
 *
 * Hashes: BEP 3 over the whole piece, its pad included (BEP 47); BEP 52 over blocks of 16 KiB. */
#include "eng-piece-work-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-merkle.h"

/* Blocks of each piece that are hashed at a time: as many as a processor hashes side by side. */
#define STEP 16

static BtioBlocks *
blocks_of (const EngPiece *piece)
{
  return piece->storage->disk->blocks;
}

static size_t
block_len (const EngPiece *piece, uint32_t i)
{
  return (size_t) MIN (BT_BLOCK_LEN, piece->needed - i * BT_BLOCK_LEN);
}

static uint8_t *
slot (const EngPiece *piece, uint32_t i)
{
  return atomic_load_explicit (&piece->slots[i], memory_order_acquire);
}

static void
drop_block (EngPiece *piece, uint32_t i)
{
  btio_blocks_give (blocks_of (piece), atomic_exchange (&piece->slots[i], NULL));
}

void
eng_piece_drop_blocks (EngPiece *piece)
{
  for (uint32_t i = 0; i < piece->n_blocks; i++)
    drop_block (piece, i);
}

/* --- hashing --- */

/* Brings blocks back that were written before they were hashed. */
static bool
read_back (EngPiece *piece, uint32_t end)
{
  uint64_t start = bt_layout_piece_start (piece->storage->layout, piece->index);

  for (uint32_t i = piece->hashed; i < end; i++)
    {
      if (slot (piece, i) != NULL)
        continue;
      uint8_t *block = btio_blocks_take (blocks_of (piece));

      atomic_store (&piece->slots[i], block);
      if (!eng_storage_read_span (piece->storage, start + i * BT_BLOCK_LEN, block,
                                  block_len (piece, i)))
        return false;
    }
  return true;
}

/* Block @k of the step of each piece, as one part for each stream. */
static void
hash_sha1 (EngPiece *const *pieces, const uint32_t *ends, size_t n, uint32_t k)
{
  BtDigestPart parts[ENG_CREW_BATCH];
  size_t n_parts = 0;

  for (size_t i = 0; i < n; i++)
    {
      EngPiece *piece = pieces[i];
      uint32_t block = piece->hashed + k;

      if (piece->has_v1 && block < ends[i])
        parts[n_parts++]
            = (BtDigestPart){ &piece->sha1, slot (piece, block), block_len (piece, block) };
    }
  if (n_parts > 0)
    pieces[0]->storage->disk->ops->update (BT_SHA1, parts, n_parts);
}

static void
hash_leaves (EngPiece *const *pieces, const uint32_t *ends, size_t n)
{
  BtDigestMessage messages[ENG_CREW_BATCH * STEP];
  size_t n_messages = 0;

  for (size_t i = 0; i < n; i++)
    {
      EngPiece *piece = pieces[i];

      for (uint32_t k = piece->hashed; piece->want_v2 != NULL && k < ends[i]; k++)
        messages[n_messages++] = (BtDigestMessage){ slot (piece, k), block_len (piece, k),
                                                    piece->leaves + (size_t) k * BT_SHA256_LEN, 0 };
    }
  if (n_messages > 0)
    pieces[0]->storage->disk->ops->hash (BT_SHA256, messages, n_messages);
}

/* Moves the cursor of a piece; blocks that are on the disk already are not needed any more. */
static void
advance (EngPiece *piece, uint32_t end)
{
  for (; piece->hashed < end; piece->hashed++)
    if (piece->on_disk[piece->hashed] != 0)
      drop_block (piece, piece->hashed);
}

/* Hashes up to STEP blocks of each piece; false when there was nothing left to do. */
static bool
hash_step (EngPiece *const *pieces, size_t n)
{
  uint32_t ends[ENG_CREW_BATCH];
  bool any = false;

  for (size_t i = 0; i < n; i++)
    {
      EngPiece *piece = pieces[i];

      ends[i] = atomic_load_explicit (&piece->ready, memory_order_acquire);
      ends[i] = MIN (ends[i], piece->hashed + STEP);
      if (atomic_load (&piece->storage->faulted) || !read_back (piece, ends[i]))
        ends[i] = piece->hashed;
      any = any || ends[i] > piece->hashed;
    }
  for (uint32_t k = 0; any && k < STEP; k++)
    hash_sha1 (pieces, ends, n, k);
  hash_leaves (pieces, ends, n);
  for (size_t i = 0; i < n; i++)
    advance (pieces[i], ends[i]);
  return any;
}

/* --- comparing --- */

static void
add_zeros (EngPiece *piece)
{
  static const uint8_t zeros[BT_BLOCK_LEN];
  uint64_t left = bt_layout_piece_size (piece->storage->layout, piece->index) - piece->needed;

  while (left > 0)
    {
      size_t len = (size_t) MIN (left, sizeof zeros);

      piece->storage->disk->ops->update (BT_SHA1, &(BtDigestPart){ &piece->sha1, zeros, len }, 1);
      left -= len;
    }
}

static bool
is_good_v1 (EngPiece *piece)
{
  const uint8_t *want = bt_metainfo_piece_v1 (piece->storage->metainfo, piece->index);
  uint8_t hash[BT_SHA1_LEN];

  add_zeros (piece);
  piece->storage->disk->ops->finish (BT_SHA1, &(BtDigest *){ &piece->sha1 }, &(uint8_t *){ hash },
                                     1);
  return memcmp (hash, want, sizeof hash) == 0;
}

/* A file of at most one piece has a tree of its own; otherwise the subtree is as high as pieces are
 * long (BEP 52). */
static bool
is_good_v2 (EngPiece *piece)
{
  const BtLayout *layout = piece->storage->layout;
  uint64_t start = bt_layout_piece_start (layout, piece->index);
  const BtFile *file = &layout->files[bt_layout_file_at (layout, start)];
  unsigned levels = bt_merkle_height (layout->piece_length);
  g_autofree uint8_t *scratch = g_memdup2 (piece->leaves, (size_t) piece->n_blocks * BT_SHA256_LEN);
  uint8_t root[BT_SHA256_LEN];

  if (file->length <= layout->piece_length)
    for (levels = 0; (size_t) 1 << levels < piece->n_blocks;)
      levels++;
  bt_merkle_subroot (piece->storage->disk->ops, scratch, piece->n_blocks, 0, levels, root);
  return memcmp (root, piece->want_v2, sizeof root) == 0;
}

/* A piece without any hash to compare with is not good. */
static bool
is_good (EngPiece *piece)
{
  bool v1 = piece->has_v1 && is_good_v1 (piece);
  bool v2 = piece->want_v2 != NULL && is_good_v2 (piece);

  piece->differs = piece->has_v1 && piece->want_v2 != NULL && v1 != v2;
  return !piece->differs && (v1 || v2);
}

/* --- writing --- */

/* Writes the blocks [@first, @end), which are all in memory. */
static bool
write_run (EngPiece *piece, uint32_t first, uint32_t end)
{
  uint64_t start = bt_layout_piece_start (piece->storage->layout, piece->index);
  uint64_t from = first * BT_BLOCK_LEN;
  uint64_t to = MIN (end * BT_BLOCK_LEN, piece->needed);
  g_autofree uint8_t **blocks = g_new (uint8_t *, end - first);

  for (uint32_t i = first; i < end; i++)
    blocks[i - first] = slot (piece, i);
  if (!eng_storage_write_span (piece->storage, start + from, blocks, (size_t) (to - from)))
    return false;
  memset (piece->on_disk + first, 1, end - first);
  return true;
}

/* Writes what is in memory below @end, run by run, and lets it go. */
static bool
write_out (EngPiece *piece, uint32_t end)
{
  for (uint32_t i = 0; i < end;)
    {
      uint32_t first = i;

      while (i < end && slot (piece, i) != NULL && piece->on_disk[i] == 0)
        i++;
      if (i > first && !write_run (piece, first, i))
        return false;
      for (uint32_t k = first; k < i; k++)
        drop_block (piece, k);
      i += i == first;
    }
  return true;
}

static void
make_room (EngPiece *piece)
{
  EngPress press = atomic_exchange (&piece->press, ENG_PRESS_NONE);

  if (press != ENG_PRESS_NONE)
    (void) write_out (piece, press == ENG_PRESS_ALL ? piece->n_blocks
                                                    : piece->hashed); /* a fault is noted */
}

/* --- a turn of a piece --- */

static void
finish (EngPiece *piece, EngCheck check)
{
  piece->check = check;
  piece->task.finished = true;
  eng_piece_drop_blocks (piece);
}

/* What tells later which block was not true. Blocks that made room are not read back for it. */
static void
note_spoilt (EngPiece *piece)
{
  BtDigestMessage messages[STEP];
  size_t n = 0;

  if (piece->storage->events.spoilt == NULL)
    return;
  piece->spoilt = g_malloc0 ((size_t) piece->n_blocks * BT_SHA1_LEN);
  for (uint32_t i = 0; i < piece->n_blocks; i++)
    {
      if (slot (piece, i) != NULL)
        messages[n++] = (BtDigestMessage){ slot (piece, i), block_len (piece, i),
                                           piece->spoilt + (size_t) i * BT_SHA1_LEN, 0 };
      if (n == STEP || (n > 0 && i + 1 == piece->n_blocks))
        {
          piece->storage->disk->ops->hash (BT_SHA1, messages, n);
          n = 0;
        }
    }
}

/* Of one whose leaves may tell which blocks are to blame, the others need not come again: it is
 * written as it came, and costs no memory meanwhile. */
static void
end_bad (EngPiece *piece)
{
  bool keeps = piece->want_v2 != NULL && piece->n_blocks > 1 && !piece->differs
               && piece->storage->events.doubted != NULL;

  note_spoilt (piece);
  piece->doubted = keeps && write_out (piece, piece->n_blocks);
  finish (piece, keeps && !piece->doubted ? ENG_CHECK_FAILED : ENG_CHECK_BAD);
}

static void
go_on (EngPiece *piece)
{
  bool whole = piece->hashed == piece->n_blocks;

  if (!whole && !atomic_load (&piece->storage->faulted))
    make_room (piece);
  if (atomic_load (&piece->storage->faulted))
    {
      eng_piece_drop_blocks (piece);
      if (atomic_load (&piece->ready) == piece->n_blocks)
        finish (piece, ENG_CHECK_FAILED);
    }
  else if (whole && !is_good (piece))
    end_bad (piece);
  else if (whole)
    finish (piece, write_out (piece, piece->n_blocks) ? ENG_CHECK_GOOD : ENG_CHECK_FAILED);
}

void
eng_piece_run (EngTask *const *tasks, size_t n)
{
  EngPiece *pieces[ENG_CREW_BATCH] = { NULL };
  size_t n_pieces = 0;

  for (size_t i = 0; i < n; i++)
    {
      EngPiece *piece = (EngPiece *) (void *) tasks[i];

      if (atomic_load (&piece->forgotten))
        finish (piece, ENG_CHECK_BAD);
      else
        pieces[n_pieces++] = piece;
    }
  while (n_pieces > 0 && hash_step (pieces, n_pieces))
    ;
  for (size_t i = 0; i < n_pieces; i++)
    go_on (pieces[i]);
}
