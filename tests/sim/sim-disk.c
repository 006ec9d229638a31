/* sim-disk.c: eng-disk.h over a drive: its jobs, one after the other, and the budget of blocks. */
#include <errno.h>
#include <string.h>

#include "client-core/disk/eng-place.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/sim/sim-content.h"
#include "tests/sim/sim-disk-private.h"
#include "tests/sim/sim-piece.h"
#include "tests/sim/sim-reactor.h"

#define BUDGET (64 * BT_MIB)

typedef enum
{
  JOB_FLUSH, /* some bytes of a piece, for their memory */
  JOB_PIECE, /* the rest of a piece, which is judged then */
  JOB_READ,
  JOB_LEAVES,
  JOB_VERIFY,
  JOB_SURVEY,
  JOB_SYNC,
  JOB_CLOSE
} JobKind;

typedef struct
{
  JobKind kind;
  EngStorage *storage;
  uint64_t done_us;
  uint64_t bytes;
  SimPiece *piece; /* JOB_PIECE: owned */
  uint32_t index;
  uint32_t begin;
  uint64_t cookie;
  void (*synced) (void *data, bool ok);
  void (*closed) (void *data);
  void *data;
} Job;

struct EngDisk
{
  SimDrive *drive;
  BtioReactor *reactor;
  uint64_t budget;
  uint64_t used;
  bool full;
  void (*room) (void *data);
  void *room_data;
  GQueue jobs; /* of Job, as they end */
  uint64_t free_us;
  SimEvent event;
  SimReady ready;
  GPtrArray *storages; /* of EngStorage */
};

struct EngStorage
{
  EngDisk *disk;
  EngStorageEvents events;
  void *owner;
  GHashTable *pieces; /* of Piece by number */
  int fault;
  bool closing;
  bool v2;
  EngFileState *files; /* of no file system */
};

/* --- memory --- */

static void
use (EngDisk *disk, uint64_t bytes)
{
  disk->used += bytes;
  disk->drive->peak = MAX (disk->drive->peak, disk->used);
  if (disk->used < disk->budget)
    return;
  disk->full = true;
  sim_ready_ask (&disk->ready, disk->reactor);
}

uint8_t *
eng_disk_take_block (EngDisk *disk)
{
  use (disk, BT_BLOCK_LEN);
  return g_malloc (BT_BLOCK_LEN);
}

static void
unuse (EngDisk *disk, uint64_t blocks)
{
  bt_assert (disk->used >= blocks * BT_BLOCK_LEN);
  disk->used -= blocks * BT_BLOCK_LEN;
  if (disk->full && disk->used <= disk->budget / 4 * 3)
    sim_ready_ask (&disk->ready, disk->reactor);
}

void
eng_disk_give_block (EngDisk *disk, uint8_t *block)
{
  if (block == NULL)
    return;
  g_free (block);
  unuse (disk, 1);
}

bool
eng_disk_is_full (const EngDisk *disk)
{
  return disk->full;
}

void
eng_disk_on_room (EngDisk *disk, void (*room) (void *data), void *data)
{
  disk->room = room;
  disk->room_data = data;
}

uint64_t
eng_disk_used (const EngDisk *disk)
{
  return disk->used;
}

/* --- jobs --- */

static void
post (const Job *values)
{
  Job *job = g_memdup2 (values, sizeof *values);
  EngDisk *disk = job->storage->disk;
  const SimDriveSpeed *speed = &disk->drive->speed;
  uint64_t now_us = btio_reactor_now_us (disk->reactor);
  uint64_t cost_us = speed->latency_us;

  if (speed->rate_Bps > 0)
    cost_us += job->bytes * SIM_S / speed->rate_Bps;
  disk->free_us = MAX (disk->free_us, now_us) + cost_us;
  job->done_us = disk->free_us;
  g_queue_push_tail (&disk->jobs, job);
  if (disk->jobs.length == 1)
    sim_event_set (&disk->event, sim_reactor_world (disk->reactor), job->done_us);
}

static void
on_event (SimEvent *event, uint64_t now_us)
{
  EngDisk *disk = (EngDisk *) (void *) ((char *) event - offsetof (EngDisk, event));

  sim_ready_ask (&disk->ready, disk->reactor);
}

static void
set_fault (EngStorage *storage, int sys_errno)
{
  if (storage->fault != 0)
    return;
  storage->fault = sys_errno;
  if (!storage->closing)
    storage->events.fault (storage->owner, ENG_ACCESS_WRITE, sys_errno, "simulated");
}

/* Tells of a piece that is not good; true when it is kept. */
static bool
tell_bad (EngStorage *storage, SimPiece *piece)
{
  uint64_t n = piece->received.n_bits;
  g_autofree uint8_t *sha1 = g_malloc (n * BT_SHA1_LEN);
  g_autofree uint8_t *leaves = g_malloc (n * BT_SHA256_LEN);
  uint32_t index = piece->piece;

  storage->disk->drive->n_bad++;
  if (storage->closing)
    return false;
  sim_piece_digest (piece, storage->disk->drive->layout, storage->disk->drive->key, sha1, leaves);
  if (storage->v2 && n > 1 && storage->events.doubted != NULL)
    {
      piece->kept = true;
      g_hash_table_insert (storage->pieces, GUINT_TO_POINTER (index), piece);
      storage->events.doubted (storage->owner, index, leaves, sha1);
      return true;
    }
  if (storage->events.spoilt != NULL)
    storage->events.spoilt (storage->owner, index, sha1);
  return false;
}

static void
end_piece (Job *job)
{
  EngStorage *storage = job->storage;
  SimDrive *drive = storage->disk->drive;
  SimPiece *piece = g_steal_pointer (&job->piece);
  uint32_t index = piece->piece;
  bool spoilt = piece->spoilt != NULL;
  int error = storage->fault != 0 ? storage->fault : sim_drive_write (drive, job->bytes);

  unuse (storage->disk, sim_blocks_of (job->bytes));
  piece->buffered = 0;
  if (spoilt && error == 0 && tell_bad (storage, piece))
    return;
  sim_piece_free (piece);
  if (error != 0)
    set_fault (storage, error);
  else if (!spoilt)
    sim_drive_put (drive, index);
  if (!storage->closing)
    storage->events.checked (storage->owner, index,
                             error != 0 ? ENG_CHECK_FAILED
                             : spoilt   ? ENG_CHECK_BAD
                                        : ENG_CHECK_GOOD);
}

static void
end_flush (const Job *job)
{
  int error = sim_drive_write (job->storage->disk->drive, job->bytes);

  unuse (job->storage->disk, sim_blocks_of (job->bytes));
  if (error != 0)
    set_fault (job->storage, error);
}

static void
end_read (const Job *job)
{
  EngStorage *storage = job->storage;
  SimDrive *drive = storage->disk->drive;
  uint8_t *block = NULL;

  if (storage->closing || drive->read_errno != 0)
    {
      storage->events.read (storage->owner, job->cookie, NULL, (uint32_t) job->bytes);
      return;
    }
  block = eng_disk_take_block (storage->disk);
  sim_drive_read (drive, job->index, job->begin, block, job->bytes);
  storage->events.read (storage->owner, job->cookie, block, (uint32_t) job->bytes);
}

static void
end_leaves (const Job *job)
{
  EngStorage *storage = job->storage;
  g_autofree uint8_t *leaves
      = sim_drive_leaves (storage->disk->drive, job->index, job->begin, job->bytes);

  storage->events.leaves (storage->owner, job->cookie, leaves);
}

static void
end_verify (const Job *job)
{
  EngStorage *storage = job->storage;
  SimDrive *drive = storage->disk->drive;

  if (storage->closing)
    return;
  for (size_t i = bt_bitfield_next_set (&drive->rotten, 0); i < drive->layout->n_pieces;
       i = bt_bitfield_next_set (&drive->rotten, i + 1))
    (void) bt_bitfield_unset (&drive->has, i); /* or it never was */
  bt_bitfield_unset_range (&drive->rotten, 0, drive->layout->n_pieces);
  storage->events.verifying (storage->owner, drive->layout->end, drive->layout->end);
  storage->events.verified (storage->owner, &drive->has);
}

/* The drive's one file, when it is whole. */
static void
end_survey (const Job *job)
{
  EngStorage *storage = job->storage;
  const SimDrive *drive = storage->disk->drive;
  const EngFileState state = { .inode = 1, .size = drive->layout->end };

  if (storage->closing)
    return;
  if (drive->has.n_set == drive->layout->n_pieces && drive->rotten.n_set == 0)
    storage->events.layer (storage->owner, 0, drive->layout->files[0].layer, &state);
  storage->events.surveyed (storage->owner);
}

static void
end_close (const Job *job)
{
  EngStorage *storage = job->storage;

  if (storage->events.settled != NULL)
    storage->events.settled (storage->owner, true);
  g_free (storage->files);
  g_ptr_array_remove_fast (storage->disk->storages, storage);
  g_hash_table_unref (storage->pieces);
  g_free (storage);
  if (job->closed != NULL)
    job->closed (job->data);
}

static void
end (Job *job)
{
  switch (job->kind)
    {
    case JOB_FLUSH:
      end_flush (job);
      break;
    case JOB_PIECE:
      end_piece (job);
      break;
    case JOB_READ:
      end_read (job);
      break;
    case JOB_LEAVES:
      end_leaves (job);
      break;
    case JOB_VERIFY:
      end_verify (job);
      break;
    case JOB_SURVEY:
      end_survey (job);
      break;
    case JOB_SYNC:
      job->synced (job->data, job->storage->fault == 0);
      break;
    case JOB_CLOSE:
      end_close (job);
      break;
    }
  g_free (job);
}

static void
flush (EngStorage *storage, SimPiece *piece)
{
  if (piece->buffered > 0)
    post (&(Job){ .kind = JOB_FLUSH, .storage = storage, .bytes = piece->buffered });
  piece->buffered = 0;
}

/* Nothing may keep its memory when there is no more: what has come of every piece is written. In
 * the order of the pieces, so that a run depends on its seed alone. */
static void
flush_all (EngStorage *storage)
{
  g_autoptr (GList) pieces = g_hash_table_get_values (storage->pieces);
  const uint32_t n = storage->disk->drive->layout->n_pieces;

  if (pieces == NULL)
    return;
  for (uint32_t i = 0; i < n; i++)
    {
      SimPiece *piece = g_hash_table_lookup (storage->pieces, GUINT_TO_POINTER (i));

      if (piece != NULL)
        flush (storage, piece);
    }
}

/* Tells what has ended, in its order, then whether there is room again. */
static void
on_ready (SimReady *ready)
{
  EngDisk *disk = (EngDisk *) (void *) ((char *) ready - offsetof (EngDisk, ready));
  uint64_t now_us = btio_reactor_now_us (disk->reactor);
  Job *first;

  while ((first = g_queue_peek_head (&disk->jobs)) != NULL && first->done_us <= now_us)
    end (g_queue_pop_head (&disk->jobs));
  if (first != NULL)
    sim_event_set (&disk->event, sim_reactor_world (disk->reactor), first->done_us);
  if (!disk->full)
    return;
  for (guint i = 0; i < disk->storages->len; i++)
    flush_all (disk->storages->pdata[i]);
  if (disk->used > disk->budget / 4 * 3)
    return;
  disk->full = false;
  if (disk->room != NULL)
    disk->room (disk->room_data);
}

/* --- the disk --- */

EngDisk *
eng_disk_new (BtioReactor *reactor, const EngDiskConfig *config)
{
  EngDisk *disk = g_new0 (EngDisk, 1);

  disk->drive = sim_host_drive (sim_host_of (reactor));
  bt_assert (disk->drive != NULL && !disk->drive->used);
  disk->drive->used = true;
  disk->reactor = reactor;
  disk->budget = config->budget > 0 ? config->budget : BUDGET;
  disk->event.fire = on_event;
  disk->ready.run = on_ready;
  g_queue_init (&disk->jobs);
  disk->storages = g_ptr_array_new ();
  return disk;
}

void
eng_disk_free (EngDisk *disk)
{
  if (disk == NULL)
    return;
  bt_assert (disk->storages->len == 0 && disk->used == 0 && g_queue_is_empty (&disk->jobs));
  disk->drive->used = false;
  sim_event_stop (&disk->event);
  sim_ready_stop (&disk->ready);
  g_ptr_array_unref (disk->storages);
  g_free (disk);
}

/* --- storages --- */

EngStorage *
eng_storage_new (EngDisk *disk, BtMetainfo *metainfo, const char *folder,
                 EngPreallocate preallocate, const EngStorageEvents *events, void *owner)
{
  EngStorage *storage = g_new0 (EngStorage, 1);

  bt_assert (sim_content_key (metainfo) == disk->drive->key);
  storage->disk = disk;
  storage->events = *events;
  storage->owner = owner;
  storage->v2 = (bt_metainfo_format (metainfo) & BT_FORMAT_V2) != 0;
  storage->pieces = g_hash_table_new (NULL, NULL);
  storage->files = g_new0 (EngFileState, eng_place_count (bt_metainfo_layout (metainfo)));
  g_ptr_array_add (disk->storages, storage);
  return storage;
}

uint32_t
eng_storage_piece_len (const EngStorage *storage, uint32_t piece)
{
  return (uint32_t) bt_layout_piece_size (storage->disk->drive->layout, piece);
}

static SimPiece *
find_piece (EngStorage *storage, uint32_t index)
{
  SimPiece *piece = g_hash_table_lookup (storage->pieces, GUINT_TO_POINTER (index));

  if (piece != NULL)
    return piece;
  piece = sim_piece_new (index, eng_storage_piece_len (storage, index));
  g_hash_table_insert (storage->pieces, GUINT_TO_POINTER (index), piece);
  return piece;
}

void
eng_storage_write (EngStorage *storage, uint32_t index, uint32_t begin, uint8_t *block,
                   uint32_t len)
{
  EngDisk *disk = storage->disk;
  SimDrive *drive = disk->drive;
  SimPiece *piece = find_piece (storage, index);

  bt_assert (!storage->closing && begin % BT_BLOCK_LEN == 0);
  if (storage->fault != 0 || !bt_bitfield_set (&piece->received, begin / BT_BLOCK_LEN))
    {
      eng_disk_give_block (disk, block);
      return;
    }
  if (!sim_content_is_true (drive->key, bt_layout_piece_start (drive->layout, index) + begin, block,
                            len))
    sim_piece_note_spoilt (piece, begin, block, len);
  g_free (block); /* its room is the job's */
  piece->buffered += BT_BLOCK_LEN;
  if (bt_bitfield_is_all (&piece->received))
    {
      g_hash_table_remove (storage->pieces, GUINT_TO_POINTER (index));
      post (&(Job){
          .kind = JOB_PIECE, .storage = storage, .bytes = piece->buffered, .piece = piece });
    }
  else if (disk->full)
    flush (storage, piece);
}

void
eng_storage_mend (EngStorage *storage, uint32_t index, const BtBitfield *good)
{
  SimPiece *piece = g_hash_table_lookup (storage->pieces, GUINT_TO_POINTER (index));

  bt_assert (piece != NULL && piece->kept);
  sim_piece_mend (piece, good);
}

void
eng_storage_forget (EngStorage *storage, uint32_t index)
{
  SimPiece *piece = g_hash_table_lookup (storage->pieces, GUINT_TO_POINTER (index));

  if (piece == NULL)
    return;
  unuse (storage->disk, sim_blocks_of (piece->buffered));
  g_hash_table_remove (storage->pieces, GUINT_TO_POINTER (index));
  sim_piece_free (piece);
}

void
eng_storage_close (EngStorage *storage, void (*closed) (void *data), void *data)
{
  for (uint32_t i = 0; i < storage->disk->drive->layout->n_pieces; i++)
    eng_storage_forget (storage, i);
  storage->closing = true;
  post (&(Job){ .kind = JOB_CLOSE, .storage = storage, .closed = closed, .data = data });
}

void
eng_storage_read (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                  uint64_t cookie)
{
  bt_assert (!storage->closing && bt_bitfield_test (&storage->disk->drive->has, piece));
  post (&(Job){ .kind = JOB_READ,
                .storage = storage,
                .bytes = len,
                .index = piece,
                .begin = begin,
                .cookie = cookie });
}

void
eng_storage_leaves (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                    uint64_t cookie)
{
  post (&(Job){ .kind = JOB_LEAVES,
                .storage = storage,
                .bytes = len,
                .index = piece,
                .begin = begin,
                .cookie = cookie });
}

bool
eng_storage_read_warm (EngStorage *storage, uint32_t piece, uint32_t begin, uint32_t len,
                       uint8_t *block)
{
  SimDrive *drive = storage->disk->drive;

  bt_assert (bt_bitfield_test (&drive->has, piece));
  if (!drive->speed.cold)
    sim_drive_read (drive, piece, begin, block, len);
  return !drive->speed.cold;
}

void
eng_storage_verify (EngStorage *storage)
{
  const SimDrive *drive = storage->disk->drive;

  post (&(Job){ .kind = JOB_VERIFY,
                .storage = storage,
                .bytes = bt_bitfield_count_range (&drive->has, 0, drive->layout->n_pieces)
                         * drive->layout->piece_length });
}

void
eng_storage_verify_trusting (EngStorage *storage, const EngResume *resume)
{
  eng_storage_verify (storage); /* nobody keeps anything here */
}

void
eng_storage_survey (EngStorage *storage)
{
  const SimDrive *drive = storage->disk->drive;

  post (&(Job){ .kind = JOB_SURVEY,
                .storage = storage,
                .bytes = bt_bitfield_count_range (&drive->has, 0, drive->layout->n_pieces)
                         * drive->layout->piece_length });
}

void
eng_storage_look (EngStorage *storage)
{
  /* nobody else writes to a drive that is made up */
}

uint64_t
eng_storage_hashed (const EngStorage *storage)
{
  return 0;
}

const EngFileState *
eng_storage_files (const EngStorage *storage)
{
  return storage->files;
}

void
eng_storage_sync (EngStorage *storage, void (*synced) (void *data, bool ok), void *data)
{
  post (&(Job){ .kind = JOB_SYNC, .storage = storage, .synced = synced, .data = data });
}
