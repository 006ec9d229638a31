/* eng-piece.c: what the engine's thread does with a piece: collecting, and what follows the end. */
#include "eng-piece-work-private.h"

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

uint32_t
eng_piece_needed (const EngStorage *storage, uint32_t index)
{
  const BtLayout *layout = storage->layout;
  uint64_t start = bt_layout_piece_start (layout, index);
  uint64_t size = bt_layout_piece_size (layout, index);
  uint64_t end = 0;
  BtSpanIter iter;
  BtSpan span;

  bt_span_iter_init (&iter, layout, start, size);
  while (bt_span_iter_next (&iter, &span))
    if (eng_storage_is_on_disk (storage, span.file))
      end = layout->files[span.file].offset + span.offset + span.length - start;
  return (uint32_t) (end > 0 ? end : size);
}

static void
start_hashes (EngPiece *piece)
{
  const EngStorage *storage = piece->storage;
  BtFormat format = bt_metainfo_format (storage->metainfo);

  piece->has_v1 = (format & BT_FORMAT_V1) != 0;
  piece->want_v2 = bt_metainfo_piece_v2 (storage->metainfo, piece->index);
  if (piece->has_v1)
    storage->disk->ops->init (&piece->sha1, BT_SHA1);
  if (piece->want_v2 != NULL)
    piece->leaves = g_malloc ((size_t) piece->n_blocks * BT_SHA256_LEN);
}

/* How many pieces like this one keep the processor busy: of v1 each is one stream, of v2 alone each
 * block. */
static unsigned
pieces_beside (const EngPiece *piece)
{
  const unsigned *lanes = piece->storage->disk->ops->lanes;
  unsigned n
      = piece->has_v1 ? lanes[BT_SHA1] : (lanes[BT_SHA256] + piece->n_blocks - 1) / piece->n_blocks;

  return MIN (n, ENG_CREW_BATCH);
}

static void on_piece_done (EngTask *task);

EngPiece *
eng_piece_new (EngStorage *storage, uint32_t index)
{
  EngPiece *piece = g_new0 (EngPiece, 1);

  piece->task.run = eng_piece_run;
  piece->task.done = on_piece_done;
  piece->task.batch = ENG_CREW_BATCH;
  piece->storage = storage;
  piece->index = index;
  piece->needed = eng_piece_needed (storage, index);
  piece->n_blocks = (uint32_t) ((piece->needed + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN);
  piece->slots = g_malloc0 (piece->n_blocks * sizeof *piece->slots);
  piece->on_disk = g_new0 (uint8_t, piece->n_blocks);
  bt_bitfield_init (&piece->received, piece->n_blocks);
  start_hashes (piece);
  piece->task.least = pieces_beside (piece);
  storage->n_jobs++;
  return piece;
}

void
eng_piece_free (EngPiece *piece)
{
  eng_gather_remove (&piece->storage->disk->gather, &piece->task, piece->needed);
  eng_piece_drop_blocks (piece);
  if (piece->has_v1)
    piece->storage->disk->ops->clear (&piece->sha1);
  bt_bitfield_clear (&piece->received);
  g_free (piece->on_disk);
  g_free (piece->leaves);
  g_free (piece->spoilt);
  g_free (piece->slots);
  g_free (piece);
}

static void
queue (EngPiece *piece)
{
  EngDisk *disk = piece->storage->disk;

  eng_gather_remove (&disk->gather, &piece->task, piece->needed);
  eng_crew_queue (disk->crew, &piece->task);
}

/* A piece that is whole waits for others to be hashed with, if it needs any, unless its memory is
 * needed. One that needs none is hashed while the caches still have it. */
static void
queue_whole (EngPiece *piece)
{
  EngDisk *disk = piece->storage->disk;

  if (piece->task.least == 1)
    {
      queue (piece);
      return;
    }
  eng_gather_add (&disk->gather, &piece->task, piece->needed);
  if (eng_disk_is_tight (disk))
    eng_gather_flush (&disk->gather);
}

void
eng_piece_put (EngPiece *piece, uint32_t begin, uint8_t *block, uint32_t len)
{
  uint32_t i = (uint32_t) (begin / BT_BLOCK_LEN);

  if (atomic_load (&piece->forgotten))
    {
      if (piece->next_life == NULL)
        {
          piece->next_life = eng_piece_new (piece->storage, piece->index);
          piece->next_life->waits = true;
        }
      piece = piece->next_life;
    }
  bt_assert (begin % BT_BLOCK_LEN == 0);
  if (i >= piece->n_blocks || !bt_bitfield_set (&piece->received, i))
    {
      btio_blocks_give (piece->storage->disk->blocks, block);
      return;
    }
  bt_assert (len >= MIN (BT_BLOCK_LEN, piece->needed - begin));
  if (atomic_load (&piece->storage->faulted))
    btio_blocks_give (piece->storage->disk->blocks, block);
  else
    atomic_store_explicit (&piece->slots[i], block, memory_order_release);
  uint32_t ready = (uint32_t) bt_bitfield_next_unset (&piece->received, i);
  if (atomic_load_explicit (&piece->ready, memory_order_relaxed) != i)
    return;
  atomic_store_explicit (&piece->ready, ready, memory_order_release);
  if (ready == piece->n_blocks && !piece->waits)
    queue_whole (piece);
}

void
eng_piece_press (EngPiece *piece, EngPress press)
{
  if (piece->next_life != NULL)
    piece = piece->next_life;
  if (piece->kept)
    return; /* it holds no memory */
  if (press > atomic_load (&piece->press))
    atomic_store (&piece->press, press);
  if (!piece->waits)
    queue (piece);
}

void
eng_piece_forget (EngPiece *piece)
{
  if (piece->next_life != NULL)
    {
      eng_piece_free (g_steal_pointer (&piece->next_life));
      eng_storage_job_ended (piece->storage);
      return;
    }
  if (atomic_exchange (&piece->forgotten, true))
    return;
  queue (piece);
}

void
eng_piece_mend (EngPiece *piece, const BtBitfield *good)
{
  bt_assert (piece != NULL && piece->kept && good->n_bits == piece->n_blocks);
  piece->kept = piece->doubted = false;
  for (uint32_t i = 0; i < piece->n_blocks; i++)
    if (!bt_bitfield_test (good, i))
      {
        (void) bt_bitfield_unset (&piece->received, i); /* it was set */
        piece->on_disk[i] = 0;
      }
  piece->hashed = 0;
  if (piece->has_v1)
    {
      piece->storage->disk->ops->clear (&piece->sha1);
      piece->storage->disk->ops->init (&piece->sha1, BT_SHA1);
    }
  atomic_store (&piece->ready, (uint32_t) bt_bitfield_next_unset (&piece->received, 0));
}

/* What is not good stays where it is until its owner knows which blocks are to blame. */
static void
doubt (EngPiece *piece)
{
  EngStorage *storage = piece->storage;
  g_autofree uint8_t *digests = g_steal_pointer (&piece->spoilt);

  piece->kept = true;
  eng_crew_renew (storage->disk->crew, &piece->task);
  storage->events.doubted (storage->owner, piece->index, piece->leaves, digests);
}

/* The piece leaves, and what came for its number meanwhile takes its place. */
static void
leave (EngPiece *piece)
{
  EngStorage *storage = piece->storage;
  EngPiece *next = piece->next_life;
  uint32_t index = piece->index;
  EngCheck check = piece->check;
  bool silent = atomic_load (&piece->forgotten);
  bool differs = piece->differs && storage->events.differs != NULL;
  g_autofree uint8_t *spoilt = g_steal_pointer (&piece->spoilt);

  g_hash_table_remove (storage->pieces, GUINT_TO_POINTER (index));
  eng_piece_free (piece);
  if (next != NULL)
    {
      next->waits = false;
      g_hash_table_insert (storage->pieces, GUINT_TO_POINTER (index), next);
      queue (next);
    }
  if (!silent && !differs && spoilt != NULL)
    storage->events.spoilt (storage->owner, index, spoilt);
  if (!silent && differs)
    storage->events.differs (storage->owner, index);
  else if (!silent)
    storage->events.checked (storage->owner, index, check);
  eng_storage_job_ended (storage);
}

static void
on_piece_done (EngTask *task)
{
  EngPiece *piece = (EngPiece *) (void *) task;

  if (piece->doubted && !atomic_load (&piece->forgotten))
    doubt (piece);
  else
    leave (piece);
}
