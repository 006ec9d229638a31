/* eng-disk.c: what all storages of an engine share: threads, memory, open files. */
#include "eng-disk-private.h"

#include <errno.h>
#include <fcntl.h>

#include "eng-piece-private.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/files/btf-device.h"

#define BUDGET (64 * BT_MIB)
#define OPEN_FILES 256
#define TRIM_US UINT64_C (1000000)
#define MIN_THREADS 2
#define MAX_THREADS 8

static int
open_file (const void *owner, size_t file, bool writable)
{
  return eng_storage_open_file (owner, file, writable ? O_RDWR | O_CREAT : O_RDONLY);
}

static void
on_edge (void *data)
{
  EngDisk *disk = data;

  eng_crew_poke (disk->crew);
}

/* Has every piece let go of what it holds. */
static void
press_all (EngDisk *disk)
{
  for (unsigned i = 0; i < disk->storages->len; i++)
    {
      const EngStorage *storage = g_ptr_array_index (disk->storages, i);
      GHashTableIter iter;
      void *piece;

      g_hash_table_iter_init (&iter, storage->pieces);
      while (g_hash_table_iter_next (&iter, NULL, &piece))
        eng_piece_press (piece, ENG_PRESS_ALL);
    }
}

/* In a disk at rest the timer that finds nothing to hand back is the last one. */
static void
trim_later (EngDisk *disk)
{
  if (disk->trims)
    return;
  disk->trims = true;
  btio_timer_set (&disk->trim, disk->reactor, btio_reactor_now_us (disk->reactor) + TRIM_US);
}

static void
on_trim (BtioTimer *timer, uint64_t now_us)
{
  EngDisk *disk = (EngDisk *) (void *) ((char *) timer - offsetof (EngDisk, trim));

  disk->trims = false;
  if (btio_blocks_trim (disk->blocks))
    trim_later (disk);
}

static void
on_settled (void *data)
{
  EngDisk *disk = data;
  bool full = btio_blocks_is_full (disk->blocks);

  if (full && !disk->pressed)
    press_all (disk);
  disk->pressed = full;
  trim_later (disk);
  if (!btio_blocks_recover (disk->blocks))
    return;
  disk->pressed = false;
  if (disk->room != NULL)
    disk->room (disk->room_data);
}

EngDisk *
eng_disk_new (BtioReactor *reactor, const EngDiskConfig *config)
{
  EngDisk *disk = g_new0 (EngDisk, 1);
  unsigned n_threads = config->n_threads;

  if (n_threads == 0)
    n_threads = CLAMP (btf_device_readers ("."), MIN_THREADS, MAX_THREADS);
  disk->reactor = reactor;
  disk->trim.due = on_trim;
  disk->ops = config->ops;
  disk->storages = g_ptr_array_new ();
  disk->blocks = btio_blocks_new (config->budget > 0 ? config->budget : BUDGET, on_edge, disk);
  disk->files = eng_files_new (OPEN_FILES, open_file);
  disk->crew = eng_crew_new (reactor, n_threads, on_settled, disk);
  if (disk->crew != NULL)
    {
      eng_gather_init (&disk->gather, reactor, disk->crew,
                       MIN (config->ops->lanes[BT_SHA1], ENG_CREW_BATCH),
                       btio_blocks_budget (disk->blocks) / 8 * 3);
      return disk;
    }
  int saved = errno;
  eng_disk_free (disk);
  errno = saved;
  return NULL;
}

void
eng_disk_free (EngDisk *disk)
{
  if (disk == NULL)
    return;
  bt_assert (disk->storages->len == 0);
  eng_gather_clear (&disk->gather);
  eng_crew_free (disk->crew);
  btio_timer_stop (&disk->trim);
  eng_files_free (disk->files);
  btio_blocks_free (disk->blocks);
  g_ptr_array_unref (disk->storages);
  g_free (disk);
}

/* --- memory --- */

uint8_t *
eng_disk_take_block (EngDisk *disk)
{
  return btio_blocks_take (disk->blocks);
}

void
eng_disk_give_block (EngDisk *disk, uint8_t *block)
{
  btio_blocks_give (disk->blocks, block);
  trim_later (disk);
}

bool
eng_disk_is_full (const EngDisk *disk)
{
  return btio_blocks_is_full (disk->blocks);
}

bool
eng_disk_is_tight (const EngDisk *disk)
{
  return btio_blocks_used (disk->blocks) >= btio_blocks_budget (disk->blocks) / 8 * 7;
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
  return btio_blocks_used (disk->blocks);
}
