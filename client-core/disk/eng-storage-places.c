/* eng-storage-places.c: where the files of a storage lie, opening them there, and giving them other
 * names while they are in use.
 *
 * Whoever opens a file holds the lock from asking for its path until it is open: nobody makes a
 * file anew under a name that it has just lost. Descriptors that are open go with the file. */
#include <errno.h>
#include <string.h>

#include "eng-folder-private.h"
#include "eng-jobs-private.h"
#include "protocol/core/bt-assert.h"

bool
eng_storage_is_on_disk (const EngStorage *storage, size_t file)
{
  return eng_place_is_file (storage->metainfo, file);
}

/* The caller holds the lock. */
static char *
file_path (const EngStorage *storage, size_t file)
{
  return eng_place_path (storage->metainfo, &storage->names, file);
}

static char *
take_path (const EngStorage *storage, size_t file)
{
  EngStorage *unlocked = (EngStorage *) (uintptr_t) storage;
  char *path;

  pthread_rwlock_rdlock (&unlocked->places);
  path = file_path (storage, file);
  pthread_rwlock_unlock (&unlocked->places);
  return path;
}

/* The part file keeps its name, and whoever uses it holds the lock. */
static int
open_part (const EngStorage *storage, int flags)
{
  g_autofree char *path = file_path (storage, storage->layout->n_files);

  return eng_folder_open (storage->folder, path, flags, ENG_FOLDER_DATA);
}

mode_t
eng_storage_mode (const EngStorage *storage, size_t file)
{
  return (storage->layout->files[file].attr & BT_FILE_EXECUTABLE) != 0 ? ENG_FOLDER_PROGRAM
                                                                       : ENG_FOLDER_DATA;
}

bool
eng_storage_may_make (const EngStorage *storage, size_t file)
{
  g_autofree char *path = take_path (storage, file);

  return eng_folder_may_make (storage->folder, path);
}

int
eng_storage_open_file (const EngStorage *storage, size_t file, int flags)
{
  EngStorage *unlocked = (EngStorage *) (uintptr_t) storage;
  g_autofree char *path = NULL;
  int fd;
  int saved;

  if (file == storage->layout->n_files)
    return open_part (storage, flags);
  pthread_rwlock_rdlock (&unlocked->places);
  path = file_path (storage, file);
  fd = eng_folder_open (storage->folder, path, flags, eng_storage_mode (storage, file));
  saved = errno;
  pthread_rwlock_unlock (&unlocked->places);
  errno = saved;
  return fd;
}

bool
eng_storage_sync_names (const EngStorage *storage, size_t file, GHashTable *synced)
{
  g_autofree char *path = take_path (storage, file);

  return eng_folder_sync (storage->folder, path, synced);
}

char *
eng_storage_take_path (EngStorage *storage, size_t file)
{
  g_autofree char *path = take_path (storage, file);

  return g_build_filename (storage->folder, path, NULL);
}

void
eng_storage_note_fault (EngStorage *storage, EngAccess access, int sys_errno, size_t file)
{
  if (atomic_exchange (&storage->faulted, true))
    return;
  storage->fault_access = access;
  storage->fault_errno = sys_errno;
  storage->fault_path = eng_storage_take_path (storage, file);
  eng_crew_post (storage->disk->crew, &storage->fault);
}

/* --- other names --- */

void
eng_storage_set_names (EngStorage *storage, const EngNames *names)
{
  pthread_rwlock_wrlock (&storage->places);
  eng_names_clear (&storage->names);
  eng_names_init_copy (&storage->names, names);
  pthread_rwlock_unlock (&storage->places);
}

/* Both folders; the new one first, so that a power cut leaves two names rather than none. */
static bool
sync_rename (const EngStorage *storage, const char *from, const char *to)
{
  g_autoptr (GHashTable) synced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return eng_folder_sync (storage->folder, to, synced)
         && eng_folder_sync (storage->folder, from, synced);
}

/* False and errno; with ENOENT nothing was there that could be renamed. */
static bool
rename_file (EngStorage *storage, const char *was, const char *name)
{
  g_autofree char *from = eng_place_path_of_name (storage->metainfo, &storage->names, was);
  g_autofree char *to = eng_place_path_of_name (storage->metainfo, &storage->names, name);

  if (!eng_folder_rename (storage->folder, from, to))
    return false;
  /* What stays in the cache is put there by whoever brings the rename to its end. */
  (void) sync_rename (storage, from, to);
  eng_folder_prune (storage->folder, from);
  return true;
}

void
eng_storage_settle_names (EngStorage *storage)
{
  pthread_rwlock_wrlock (&storage->places);
  for (size_t i = 0; i < storage->names.n; i++)
    {
      const EngName *name = &storage->names.items[i];

      if (name->was != NULL)
        (void) rename_file (storage, name->was, name->path); /* or it had come to its end */
    }
  pthread_rwlock_unlock (&storage->places);
}

typedef struct
{
  EngTask task;
  EngStorage *storage;
  EngName name;
  int sys_errno;
  EngRenamed renamed;
  void *data;
} Rename;

/* The rename had been begun by an earlier beginning of the torrent, and settled since. */
static bool
is_called (const EngStorage *storage, const EngName *name)
{
  const EngName *now = eng_names_find (&storage->names, name->file);

  return now != NULL && strcmp (now->path, name->path) == 0;
}

/* What is to be renamed: it may have been found under another name than who asks knows. */
static const char *
lies_as (const EngStorage *storage, const EngName *name)
{
  return is_called (storage, name)
             ? name->was
             : eng_place_name (storage->metainfo, &storage->names, name->file);
}

static void
run_rename (EngTask *const *tasks, size_t n)
{
  Rename *job = (Rename *) (void *) tasks[0];
  EngStorage *storage = job->storage;

  pthread_rwlock_wrlock (&storage->places);
  if (rename_file (storage, lies_as (storage, &job->name), job->name.path) || errno == ENOENT
      || (errno == EEXIST && is_called (storage, &job->name)))
    eng_names_set (&storage->names,
                   &(EngName){ .file = job->name.file, .path = job->name.path, .was = NULL });
  else
    job->sys_errno = errno;
  pthread_rwlock_unlock (&storage->places);
  job->task.finished = true;
}

static void
on_rename_done (EngTask *task)
{
  Rename *job = (Rename *) (void *) task;
  EngStorage *storage = job->storage;

  job->renamed (job->data, job->sys_errno);
  eng_name_clear (&job->name);
  g_free (job);
  eng_storage_job_ended (storage);
}

void
eng_storage_rename (EngStorage *storage, const EngName *name, EngRenamed renamed, void *data)
{
  Rename *job = g_new (Rename, 1);

  bt_assert (!atomic_load (&storage->closing) && name->was != NULL);
  *job = (Rename){ .task = { .run = run_rename, .done = on_rename_done, .batch = 1 },
                   .storage = storage,
                   .renamed = renamed,
                   .data = data };
  eng_name_init_copy (&job->name, name);
  storage->n_jobs++;
  eng_crew_queue (storage->disk->crew, &job->task);
}
