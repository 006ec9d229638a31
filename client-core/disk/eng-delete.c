/* eng-delete.c: taking a torrent's data away: the files that it lists, and the folders that are
 * empty then. What else lies there stays, no link is followed, and the folder that the person chose
 * is never touched. */
#include <errno.h>
#include <string.h>

#include "eng-delete-private.h"
#include "eng-disk-private.h"
#include "eng-folder-private.h"

typedef struct
{
  EngTask task;
  char *folder;
  GPtrArray *paths;
  int sys_errno; /* the first failure, and its file */
  char *path;
  void (*deleted) (void *data, int sys_errno, const char *path);
  void *data;
} Delete;

static void
note_failure (Delete *job, const char *path)
{
  if (job->sys_errno != 0)
    return;
  job->sys_errno = errno;
  job->path = g_build_filename (job->folder, path, NULL);
}

/* The folders on the way to @path, deepest first, as far as they are not in @folders. */
static void
note_folders (GHashTable *folders, const char *path)
{
  g_autofree char *at = g_strdup (path);
  char *slash;

  while ((slash = strrchr (at, '/')) != NULL)
    {
      *slash = '\0';
      if (!g_hash_table_add (folders, g_strdup (at)))
        return;
    }
}

static int
longer_first (const void *a, const void *b)
{
  size_t len_a = strlen (*(char *const *) a);
  size_t len_b = strlen (*(char *const *) b);

  return len_a < len_b ? 1 : len_a > len_b ? -1 : 0;
}

/* Who is inside of another is longer. */
static void
delete_folders (Delete *job, GHashTable *folders)
{
  g_autofree char **names = (char **) g_hash_table_get_keys_as_array (folders, NULL);
  guint n = g_hash_table_size (folders);

  qsort (names, n, sizeof *names, longer_first);
  for (guint i = 0; i < n; i++)
    if (!eng_folder_delete_empty (job->folder, names[i]))
      note_failure (job, names[i]);
}

static void
run_delete (EngTask *const *tasks, size_t n)
{
  Delete *job = (Delete *) (void *) tasks[0];
  g_autoptr (GHashTable) folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < job->paths->len; i++)
    {
      const char *path = job->paths->pdata[i];

      if (!eng_folder_delete_file (job->folder, path))
        note_failure (job, path);
      note_folders (folders, path);
    }
  delete_folders (job, folders);
  job->task.finished = true;
}

static void
on_delete_done (EngTask *task)
{
  Delete *job = (Delete *) (void *) task;

  job->deleted (job->data, job->sys_errno, job->path);
  g_ptr_array_unref (job->paths);
  g_free (job->folder);
  g_free (job->path);
  g_free (job);
}

void
eng_delete_paths (EngDisk *disk, const char *folder, GPtrArray *paths,
                  void (*deleted) (void *data, int sys_errno, const char *path), void *data)
{
  Delete *job = g_new0 (Delete, 1);

  job->task = (EngTask){ .run = run_delete, .done = on_delete_done, .batch = 1 };
  job->folder = g_strdup (folder);
  job->paths = paths;
  job->deleted = deleted;
  job->data = data;
  eng_crew_queue (disk->crew, &job->task);
}

void
eng_disk_delete (EngDisk *disk, BtMetainfo *metainfo, const char *folder, const EngNames *names,
                 void (*deleted) (void *data, int sys_errno, const char *path), void *data)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (size_t i = 0; i < eng_place_count (bt_metainfo_layout (metainfo)); i++)
    if (eng_place_is_file (metainfo, i))
      g_ptr_array_add (paths, eng_place_path (metainfo, names, i));
  eng_delete_paths (disk, folder, paths, deleted, data);
}
