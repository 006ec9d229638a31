/* eng-jobs.c: reading blocks, preparing files, and putting them on the device. */
#include "eng-jobs-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eng-parts-private.h"
#include "eng-trust-private.h"

/* A file that is synced alone costs the device a commit and a flush, two milliseconds; so many cost
 * more than all that others may have written meanwhile. */
#define SYNC_AROUND_FILES 500

/* --- reading --- */

typedef struct
{
  EngTask task;
  EngStorage *storage;
  uint64_t offset; /* in the torrent's space */
  uint32_t len;
  uint64_t cookie;
  uint8_t *block; /* NULL when it failed */
} Read;

static void
run_read (EngTask *const *tasks, size_t n)
{
  Read *job = (Read *) (void *) tasks[0];
  BtioBlocks *blocks = job->storage->disk->blocks;

  job->block = btio_blocks_take (blocks);
  if (!eng_storage_read_span (job->storage, job->offset, job->block, job->len))
    {
      btio_blocks_give (blocks, job->block);
      job->block = NULL;
    }
  job->task.finished = true;
}

static void
on_read_done (EngTask *task)
{
  Read *job = (Read *) (void *) task;
  EngStorage *storage = job->storage;

  storage->events.read (storage->owner, job->cookie, job->block, job->len);
  g_free (job);
  eng_storage_job_ended (storage);
}

void
eng_job_read (EngStorage *storage, uint64_t offset, uint32_t len, uint64_t cookie)
{
  Read *job = g_new (Read, 1);

  *job = (Read){ .task = { .run = run_read, .done = on_read_done, .batch = 1 },
                 .storage = storage,
                 .offset = offset,
                 .len = len,
                 .cookie = cookie };
  storage->n_jobs++;
  eng_crew_queue (storage->disk->crew, &job->task);
}

/* --- preparing --- */

typedef struct
{
  EngTask task;
  EngStorage *storage;
} Prepare;

/* fallocate() alone: what the C library does where a file system lacks it writes into a file that
 * others write to. There the length has to do. */
static bool
give_length (int fd, uint64_t length)
{
  struct stat st;
  int result;

  do
    result = fallocate (fd, 0, 0, (off_t) length);
  while (result != 0 && errno == EINTR);
  if (result == 0 || (errno != EOPNOTSUPP && errno != ENOSYS))
    return result == 0;
  if (fstat (fd, &st) != 0)
    return false;
  return (uint64_t) st.st_size >= length || ftruncate (fd, (off_t) length) == 0;
}

/* A close cuts the preallocation short; the files without bytes are part of the content. */
static void
prepare_file (EngStorage *storage, size_t file)
{
  uint64_t length = storage->layout->files[file].length;
  bool full = storage->preallocate == ENG_PREALLOCATE_FULL && !atomic_load (&storage->closing);
  bool ok;
  int fd;

  if (!eng_storage_is_on_disk (storage, file) || atomic_load (&storage->wanted[file]) == 0
      || !eng_parts_adopt (storage, file) || (length > 0 && !full))
    return;
  fd = eng_storage_open_file (storage, file, O_RDWR | O_CREAT);
  ok = fd >= 0 && (length == 0 || give_length (fd, length));
  if (ok)
    atomic_store (&storage->written[file], ENG_WRITTEN_HERE);
  if (!ok)
    eng_storage_note_fault (storage, ENG_ACCESS_WRITE, errno, file);
  if (fd >= 0)
    close (fd);
}

/* Whoever may not write here hears of it before the first piece has come, and not of every file. */
static bool
may_begin (EngStorage *storage)
{
  for (size_t i = 0; i < storage->layout->n_files; i++)
    if (eng_storage_is_on_disk (storage, i) && atomic_load (&storage->wanted[i]) != 0)
      {
        bool may = eng_storage_may_make (storage, i);

        if (!may)
          eng_storage_note_fault (storage, ENG_ACCESS_WRITE, errno, i);
        return may;
      }
  return true;
}

static void
run_prepare (EngTask *const *tasks, size_t n)
{
  Prepare *job = (Prepare *) (void *) tasks[0];
  EngStorage *storage = job->storage;
  bool may = may_begin (storage);

  for (size_t i = 0; may && i < storage->layout->n_files; i++)
    if (!atomic_load (&storage->faulted))
      prepare_file (storage, i);
  eng_parts_trim (storage);
  job->task.finished = true;
}

static void
on_prepare_done (EngTask *task)
{
  EngStorage *storage = ((Prepare *) (void *) task)->storage;

  g_free (task);
  if (--storage->n_prepares == 0)
    {
      eng_crew_queue_all (storage->disk->crew, (EngTask *const *) storage->syncs->pdata,
                          storage->syncs->len);
      g_ptr_array_set_size (storage->syncs, 0);
    }
  eng_storage_job_ended (storage);
}

void
eng_job_prepare (EngStorage *storage)
{
  Prepare *job = g_new (Prepare, 1);

  *job = (Prepare){ .task = { .run = run_prepare, .done = on_prepare_done, .batch = 1 },
                    .storage = storage };
  storage->n_jobs++;
  storage->n_prepares++;
  eng_crew_queue (storage->disk->crew, &job->task);
}

/* --- putting on the device --- */

typedef struct
{
  EngTask task;
  EngStorage *storage;
  void (*ended) (void *data, bool ok);
  void *data;
  bool ok;
  GArray *states; /* of Synced */
} Sync;

/* A file that was written to, and how it is afterwards. */
typedef struct
{
  size_t file;
  EngWritten written;
  EngFileState state;
} Synced;

/* What could not be written may be in the cache as if it had been: it is thrown away there, so that
 * whoever reads the file next sees what the device has. */
static void
forget_cached (int fd)
{
  (void) posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED); /* advice */
}

/* What all files of a sync share. */
typedef struct
{
  bool many;         /* all of the file system is synced, which the first file has done */
  dev_t device;      /* ... that one */
  GHashTable *names; /* folders that were synced */
} Around;

/* What fails may be no file of ours: each of them is asked for alone then. */
static bool
sync_around (int fd, Around *around)
{
  struct stat about;

  if (!around->many || fstat (fd, &about) != 0
      || (about.st_dev != around->device && syncfs (fd) != 0))
    return false;
  around->device = about.st_dev;
  return true;
}

/* A descriptor opened anew hears of failures that nobody heard of before. The time of the last
 * change goes with the data, or a clean row would not be believed after a power cut; and the file's
 * names do once: syncing a file need not put them on the device. */
static bool
sync_alone (EngStorage *storage, size_t file, int fd, Around *around)
{
  bool ok;

  while (!(ok = fsync (fd) == 0) && errno == EINTR)
    ;
  /* Or there is nothing that could be synced. */
  if (!ok && errno != EINVAL && errno != ENOTSUP && errno != EROFS)
    return false;
  return storage->named[file] != 0 || eng_storage_sync_names (storage, file, around->names);
}

static bool
put_on_device (EngStorage *storage, size_t file, int fd, Around *around)
{
  if (!sync_around (fd, around) && !sync_alone (storage, file, fd, around))
    return false;
  storage->named[file] = 1;
  return true;
}

/* The part file was not needed any more. */
static bool
is_gone_part (const EngStorage *storage, size_t file)
{
  return file == eng_parts_file (storage) && errno == ENOENT;
}

static bool
sync_file (EngStorage *storage, Synced *synced, Around *around)
{
  EngFiles *files = storage->disk->files;
  EngOpenFile *open = eng_files_hold (files, storage, synced->file, false);
  bool ok = open != NULL;
  int saved;

  if (open == NULL
      && (synced->written == ENG_WRITTEN_FOUND || is_gone_part (storage, synced->file)))
    return true; /* somebody took it away, which its state will tell */
  if (ok && !put_on_device (storage, synced->file, open->fd, around))
    {
      ok = false;
      saved = errno;
      forget_cached (open->fd);
      errno = saved;
    }
  ok = ok && eng_file_state_read (open->fd, &synced->state);
  if (!ok)
    eng_storage_note_fault (storage, ENG_ACCESS_WRITE, errno, synced->file);
  if (open != NULL)
    eng_files_release (files, open);
  return ok;
}

/* The files that were written to since the last time, all of them before any is synced. */
static void
take_written (EngStorage *storage, GArray *out)
{
  for (size_t i = 0; i < eng_place_count (storage->layout); i++)
    {
      Synced synced = { .file = i };

      synced.written = (EngWritten) atomic_exchange (&storage->written[i], ENG_WRITTEN_NOT);
      if (synced.written != ENG_WRITTEN_NOT)
        g_array_append_val (out, synced);
    }
}

static void
run_sync (EngTask *const *tasks, size_t n)
{
  Sync *job = (Sync *) (void *) tasks[0];
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Around around = { .names = names };

  take_written (job->storage, job->states);
  around.many = job->states->len >= SYNC_AROUND_FILES;
  for (guint i = 0; i < job->states->len; i++)
    job->ok = sync_file (job->storage, &g_array_index (job->states, Synced, i), &around) && job->ok;
  job->task.finished = true;
}

static void
on_sync_done (EngTask *task)
{
  Sync *job = (Sync *) (void *) task;
  EngStorage *storage = job->storage;

  for (unsigned i = 0; i < job->states->len; i++)
    {
      const Synced *synced = &g_array_index (job->states, Synced, i);

      if (synced->written == ENG_WRITTEN_HERE)
        storage->files[synced->file] = synced->state;
    }
  g_array_unref (job->states);
  storage->n_syncs--;
  if (job->ended != NULL)
    job->ended (job->data, job->ok);
  g_free (job);
  eng_storage_job_ended (storage);
}

void
eng_job_sync (EngStorage *storage, void (*ended) (void *data, bool ok), void *data)
{
  Sync *job = g_new (Sync, 1);

  *job = (Sync){ .task = { .run = run_sync, .done = on_sync_done, .batch = 1 },
                 .storage = storage,
                 .ended = ended,
                 .data = data,
                 .ok = true,
                 .states = g_array_new (FALSE, FALSE, sizeof (Synced)) };
  storage->n_jobs++;
  storage->n_syncs++;
  if (storage->n_prepares > 0) /* what they make is to be on the device as well */
    g_ptr_array_add (storage->syncs, &job->task);
  else
    eng_crew_queue (storage->disk->crew, &job->task);
}
