/* eng-delete.c: taking a torrent's data away: the files that it lists, and the folders that are
 * empty then. What else lies there stays, no link is followed, and the folder that the person chose
 * is never touched. */
#include <errno.h>
#include <string.h>

#include "eng-disk-private.h"
#include "eng-folder-private.h"

typedef struct
{
  EngTask task;
  BtMetainfo *metainfo;
  char *folder;
  EngNames names;
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

static void
delete_file (Delete *job, size_t file, GHashTable *folders)
{
  g_autofree char *path = NULL;

  if (!eng_place_is_file (job->metainfo, file))
    return;
  path = eng_place_path (job->metainfo, &job->names, file);
  if (!eng_folder_delete_file (job->folder, path))
    note_failure (job, path);
  note_folders (folders, path);
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
  const BtLayout *layout = bt_metainfo_layout (job->metainfo);

  for (size_t i = 0; i < layout->n_files; i++)
    delete_file (job, i, folders);
  delete_folders (job, folders);
  job->task.finished = true;
}

static void
on_delete_done (EngTask *task)
{
  Delete *job = (Delete *) (void *) task;

  job->deleted (job->data, job->sys_errno, job->path);
  bt_metainfo_unref (job->metainfo);
  eng_names_clear (&job->names);
  g_free (job->folder);
  g_free (job->path);
  g_free (job);
}

void
eng_disk_delete (EngDisk *disk, BtMetainfo *metainfo, const char *folder, const EngNames *names,
                 void (*deleted) (void *data, int sys_errno, const char *path), void *data)
{
  Delete *job = g_new0 (Delete, 1);

  job->task = (EngTask){ .run = run_delete, .done = on_delete_done, .batch = 1 };
  job->metainfo = bt_metainfo_ref (metainfo);
  job->folder = g_strdup (folder);
  eng_names_init_copy (&job->names, names);
  job->deleted = deleted;
  job->data = data;
  eng_crew_queue (disk->crew, &job->task);
}
