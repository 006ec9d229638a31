/* eng-storage.c: the files of one torrent: the doors to pieces, jobs and the cache, and the close.
 *
 * A close gives up the pieces under way, waits for every job, puts what was written on the device
 * and frees the storage. */
#include "eng-disk-private.h"

#include <errno.h>
#include <sys/uio.h>

#include "eng-jobs-private.h"
#include "eng-loans-private.h"
#include "eng-parts-private.h"
#include "eng-piece-private.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

/* What is buffered will not be written: the pieces let go of it. */
static void
on_fault (EngTask *task)
{
  EngStorage *storage = (EngStorage *) (void *) ((char *) task - offsetof (EngStorage, fault));
  GHashTableIter iter;
  void *piece;

  g_hash_table_iter_init (&iter, storage->pieces);
  while (g_hash_table_iter_next (&iter, NULL, &piece))
    eng_piece_press (piece, ENG_PRESS_ALL);
  storage->events.fault (storage->owner, storage->fault_access, storage->fault_errno,
                         storage->fault_path);
}

EngStorage *
eng_storage_new (EngDisk *disk, BtMetainfo *metainfo, const char *folder,
                 EngPreallocate preallocate, const EngStorageEvents *events, void *owner)
{
  EngStorage *storage = g_new0 (EngStorage, 1);

  storage->disk = disk;
  storage->metainfo = bt_metainfo_ref (metainfo);
  storage->layout = bt_metainfo_layout (metainfo);
  storage->folder = g_strdup (folder);
  pthread_rwlock_init (&storage->places, NULL);
  storage->preallocate = preallocate;
  storage->events = *events;
  storage->owner = owner;
  storage->fault.done = on_fault;
  storage->written = g_malloc0 (eng_place_count (storage->layout) * sizeof *storage->written);
  storage->wanted = g_malloc (storage->layout->n_files * sizeof *storage->wanted);
  for (size_t i = 0; i < storage->layout->n_files; i++)
    atomic_init (&storage->wanted[i], 1);
  storage->named = g_new0 (uint8_t, eng_place_count (storage->layout));
  storage->files = g_new0 (EngFileState, eng_place_count (storage->layout));
  eng_parts_init (&storage->parts, storage);
  storage->pieces = g_hash_table_new (NULL, NULL);
  storage->syncs = g_ptr_array_new ();
  g_ptr_array_add (disk->storages, storage);
  return storage;
}

void
eng_storage_set_wanted (EngStorage *storage, const uint8_t *wanted)
{
  for (size_t i = 0; i < storage->layout->n_files; i++)
    atomic_store (&storage->wanted[i], wanted[i] > 0);
}

/* --- the close --- */

static void
free_storage (EngStorage *storage)
{
  g_hash_table_unref (storage->pieces);
  g_ptr_array_unref (storage->syncs);
  eng_parts_clear (&storage->parts);
  g_free (storage->written);
  g_free (storage->named);
  g_free (storage->wanted);
  g_free (storage->files);
  g_free (storage->fault_path);
  g_free (storage->folder);
  eng_names_clear (&storage->names);
  pthread_rwlock_destroy (&storage->places);
  bt_metainfo_unref (storage->metainfo);
  g_free (storage);
}

/* The last job of all: whatever was posted before it has been told. */
static void
on_synced (void *data, bool ok)
{
  EngStorage *storage = data;

  storage->n_jobs = 0;
  storage->settled_ok = ok;
}

void
eng_storage_job_ended (EngStorage *storage)
{
  bool last = storage->n_jobs == 0; /* on_synced() */

  storage->n_jobs -= !last;
  if (storage->n_jobs > 0 || !atomic_load (&storage->closing))
    return;
  if (!last)
    {
      eng_job_sync (storage, on_synced, storage);
      return;
    }
  void (*closed) (void *data) = storage->closed;
  void *data = storage->closed_data;

  if (storage->events.settled != NULL)
    storage->events.settled (storage->owner, storage->settled_ok);
  eng_files_drop (storage->disk->files, storage);
  g_ptr_array_remove_fast (storage->disk->storages, storage);
  free_storage (storage);
  if (closed != NULL)
    closed (data);
}

void
eng_storage_close (EngStorage *storage, void (*closed) (void *data), void *data)
{
  GHashTableIter iter;
  void *piece;

  bt_assert (!atomic_load (&storage->closing));
  storage->closed = closed;
  storage->closed_data = data;
  atomic_store (&storage->closing, true);
  g_hash_table_iter_init (&iter, storage->pieces);
  storage->n_jobs++; /* this call */
  eng_loans_drop (g_steal_pointer (&storage->loans));
  while (g_hash_table_iter_next (&iter, NULL, &piece))
    {
      eng_piece_forget (piece);
      eng_piece_forget (piece); /* and its next life */
    }
  eng_storage_job_ended (storage);
}

/* --- blocks --- */

void
eng_storage_write (EngStorage *storage, uint32_t piece, uint32_t begin, uint8_t *block,
                   uint32_t len)
{
  EngPiece *under_way = g_hash_table_lookup (storage->pieces, GUINT_TO_POINTER (piece));

  bt_assert (piece < storage->layout->n_pieces && !atomic_load (&storage->closing));
  if (under_way == NULL)
    {
      under_way = eng_piece_new (storage, piece);
      g_hash_table_insert (storage->pieces, GUINT_TO_POINTER (piece), under_way);
    }
  eng_piece_put (under_way, begin, block, len);
  if (eng_disk_is_full (storage->disk))
    eng_piece_press (under_way, ENG_PRESS_ALL);
  else if (eng_disk_is_tight (storage->disk))
    eng_piece_press (under_way, ENG_PRESS_HASHED);
}

void
eng_storage_mend (EngStorage *storage, uint32_t piece, const BtBitfield *good)
{
  eng_piece_mend (g_hash_table_lookup (storage->pieces, GUINT_TO_POINTER (piece)), good);
}

void
eng_storage_forget (EngStorage *storage, uint32_t piece)
{
  EngPiece *under_way = g_hash_table_lookup (storage->pieces, GUINT_TO_POINTER (piece));

  if (under_way != NULL)
    eng_piece_forget (under_way);
}

uint32_t
eng_storage_piece_len (const EngStorage *storage, uint32_t piece)
{
  return eng_piece_needed (storage, piece);
}

void
eng_storage_read (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                  uint64_t cookie)
{
  bt_assert (len <= BT_BLOCK_LEN && !atomic_load (&storage->closing));
  eng_job_read (storage, bt_layout_piece_start (storage->layout, piece) + begin, len, cookie);
}

void
eng_storage_leaves (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                    uint64_t cookie)
{
  bt_assert (len <= BT_LIMIT_LEAVES * BT_BLOCK_LEN && !atomic_load (&storage->closing));
  eng_job_leaves (storage, bt_layout_piece_start (storage->layout, piece) + begin, len, cookie);
}

/* --- what is cached --- */

bool
eng_storage_read_warm (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                       uint8_t *block)
{
  EngFiles *files = storage->disk->files;
  struct iovec iov = { block, len };
  EngOpenFile *open;
  BtSpanIter iter;
  BtSpan span;
  ssize_t n;

  bt_span_iter_init (&iter, storage->layout, bt_layout_piece_start (storage->layout, piece) + begin,
                     len);
  if (!bt_span_iter_next (&iter, &span) || span.length != len
      || !eng_storage_is_on_disk (storage, span.file))
    return false;
  open = eng_files_hold_open (files, storage, span.file);
  if (open == NULL)
    return false;
  n = preadv2 (open->fd, &iov, 1, (off_t) span.offset, RWF_NOWAIT);
  if (n < 0 && errno == EOPNOTSUPP)
    n = preadv (open->fd, &iov, 1, (off_t) span.offset); /* a file system in memory */
  eng_files_release (files, open);
  return n == (ssize_t) len;
}

/* --- the whole --- */

void
eng_storage_borrow (EngStorage *storage, const EngLoan *loans, size_t n)
{
  bt_assert (!atomic_load (&storage->closing) && storage->loans == NULL);
  if (n > 0)
    storage->loans = eng_loans_new (storage, loans, n);
}

void
eng_storage_verify (EngStorage *storage)
{
  eng_storage_verify_trusting (storage, NULL);
}

void
eng_storage_verify_trusting (EngStorage *storage, const EngResume *resume)
{
  bt_assert (!atomic_load (&storage->closing));
  bt_assert (resume == NULL
             || (resume->n_files == eng_place_count (storage->layout)
                 && resume->have.n_bits == storage->layout->n_pieces));
  if (storage->verify == NULL)
    eng_verify_start (storage, resume);
}

uint64_t
eng_storage_hashed (const EngStorage *storage)
{
  return storage->hashed;
}

const EngFileState *
eng_storage_files (const EngStorage *storage)
{
  return storage->files;
}

void
eng_storage_prepare (EngStorage *storage)
{
  bt_assert (!atomic_load (&storage->closing));
  eng_job_prepare (storage);
}

bool
eng_storage_owes_files (const EngStorage *storage)
{
  for (size_t i = 0; i < storage->layout->n_files; i++)
    if (eng_storage_is_on_disk (storage, i) && atomic_load (&storage->wanted[i]) != 0
        && (eng_parts_has (storage, i)
            || (storage->layout->files[i].length == 0 && storage->files[i].inode == 0)))
      return true;
  return false;
}

void
eng_storage_sync (EngStorage *storage, void (*synced) (void *data, bool ok), void *data)
{
  bt_assert (!atomic_load (&storage->closing));
  eng_job_sync (storage, synced, data);
}
