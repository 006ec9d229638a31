/* eng-look.c: whether files that were verified are still as they were left.
 *
 *     engine thread: a copy of some states -> a thread of the crew: opens each file by its name and
 *     compares -> engine thread: what was not written by ourselves meanwhile is told */
#include "eng-jobs-private.h"

#include <fcntl.h>
#include <unistd.h>

#include "eng-trust-private.h"

/* Files of one look: a few milliseconds of a thread. The next look goes on behind them. */
#define LOOK_FILES 1000

typedef struct
{
  size_t file;
  EngFileState left; /* how it was left */
} Seen;

typedef struct
{
  EngTask task;
  EngStorage *storage;
  GArray *files; /* of Seen */
  guint changed; /* the first that is not as it was left; the length: none */
} Look;

/* By its name: a descriptor that is open still has what another file took the place of. What is not
 * there is told when it is read. */
static bool
is_as_left (const EngStorage *storage, const Seen *seen)
{
  EngFileState now;
  int fd = eng_storage_open_file (storage, seen->file, O_RDONLY);
  bool same;

  if (fd < 0)
    return true;
  same = !eng_file_state_read (fd, &now) || eng_file_state_equal (&seen->left, &now);
  close (fd);
  return same;
}

static void
run_look (EngTask *const *tasks, size_t n)
{
  Look *job = (Look *) (void *) tasks[0];

  for (job->changed = 0; job->changed < job->files->len; job->changed++)
    if (!is_as_left (job->storage, &g_array_index (job->files, Seen, job->changed)))
      break;
  job->task.finished = true;
}

/* Whether it may be ourselves who write to a file. */
static bool
is_ours (const EngStorage *storage, size_t file)
{
  return storage->n_syncs > 0 || storage->n_prepares > 0
         || atomic_load (&storage->written[file]) == ENG_WRITTEN_HERE;
}

static void
tell (const Look *job)
{
  EngStorage *storage = job->storage;
  const Seen *seen;

  if (job->changed == job->files->len || atomic_load (&storage->closing))
    return;
  seen = &g_array_index (job->files, Seen, job->changed);
  if (is_ours (storage, seen->file)
      || !eng_file_state_equal (&seen->left, &storage->files[seen->file]))
    return;
  g_autofree char *path = eng_storage_take_path (storage, seen->file);

  storage->events.touched (storage->owner, path);
}

static void
on_look_done (EngTask *task)
{
  Look *job = (Look *) (void *) task;
  EngStorage *storage = job->storage;

  storage->looks = false;
  tell (job);
  g_array_unref (job->files);
  g_free (job);
  eng_storage_job_ended (storage);
}

/* Those whose turn it is, from where the last look ended. */
static GArray *
take_files (EngStorage *storage)
{
  size_t n_files = storage->layout->n_files;
  GArray *files = g_array_new (FALSE, FALSE, sizeof (Seen));

  for (size_t n = 0; n < n_files && files->len < LOOK_FILES; n++)
    {
      Seen seen = { .file = storage->next_look };

      storage->next_look = (storage->next_look + 1) % n_files;
      seen.left = storage->files[seen.file];
      if (seen.left.inode != 0 && !is_ours (storage, seen.file))
        g_array_append_val (files, seen);
    }
  return files;
}

void
eng_storage_look (EngStorage *storage)
{
  Look *job;

  if (storage->looks || storage->verify != NULL || storage->events.touched == NULL)
    return;
  job = g_new (Look, 1);
  *job = (Look){ .task = { .run = run_look, .done = on_look_done, .batch = 1 },
                 .storage = storage,
                 .files = take_files (storage) };
  storage->looks = true;
  storage->n_jobs++;
  eng_crew_queue (storage->disk->crew, &job->task);
}
