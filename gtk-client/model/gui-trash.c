/* gui-trash.c: see gui-trash.h. */
#include "gtk-client/model/gui-trash.h"

#include <string.h>

#include "gtk-client/model/gui-place.h"

#define FILES_A_TURN 2000u /* that the main loop collects before it draws again */
#define DEPTH_MAX 64u      /* of folders that are looked into: no torrent's path is deeper */

struct GuiTrashJob
{
  char *folder;      /* of the torrent: nothing above it, nor itself, is touched */
  char *place;       /* the file, or the folder of the files; NULL: nothing is there */
  GHashTable *files; /* of full paths */
};

void
gui_trash_job_free (GuiTrashJob *job)
{
  if (job == NULL)
    return;
  g_free (job->folder);
  g_free (job->place);
  g_hash_table_unref (job->files);
  g_free (job);
}

/* --- collecting --- */

typedef struct
{
  GListModel *files; /* NULL: the magnet has none yet */
  guint next;
  GuiTrashJob *job;
} Collection;

static void
collection_free (Collection *collection)
{
  g_clear_object (&collection->files);
  gui_trash_job_free (collection->job);
  g_free (collection);
}

static gboolean
collect (void *data)
{
  GTask *task = data;
  Collection *collection = g_task_get_task_data (task);
  guint n = collection->files != NULL ? g_list_model_get_n_items (collection->files) : 0;
  guint end = MIN (n, collection->next + FILES_A_TURN);

  for (; collection->next < end; collection->next++)
    {
      g_autoptr (ShoalFile) file = g_list_model_get_item (collection->files, collection->next);

      g_hash_table_add (collection->job->files, shoal_file_dup_full_path (file));
    }
  if (collection->next < n)
    return G_SOURCE_CONTINUE;
  g_task_return_pointer (task, g_steal_pointer (&collection->job),
                         (GDestroyNotify) gui_trash_job_free);
  return G_SOURCE_REMOVE;
}

void
gui_trash_collect_async (ShoalTorrent *torrent, GAsyncReadyCallback callback, void *data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Collection *collection = g_new0 (Collection, 1);

  collection->files = shoal_torrent_dup_files (torrent);
  collection->job = g_new0 (GuiTrashJob, 1);
  collection->job->folder = g_strdup (shoal_torrent_get_folder (torrent));
  collection->job->place = gui_place_of (torrent);
  collection->job->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_task_set_task_data (task, collection, (GDestroyNotify) collection_free);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, collect, task, g_object_unref);
}

GuiTrashJob *
gui_trash_collect_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* --- on the worker's thread --- */

static gboolean
is_folder (const char *path)
{
  return !g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR);
}

/* Whether all that lies below a folder belongs to the torrent. Links are not followed: they are
 * somebody else's. */
static gboolean
is_all_ours (GHashTable *files, const char *folder, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  if (dir == NULL || depth > DEPTH_MAX)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_folder (path) ? !is_all_ours (files, path, depth + 1)
                           : !g_hash_table_contains (files, path))
        return FALSE;
    }
  return TRUE;
}

static void
trash (const char *path, GError **first)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  if (g_file_trash (file, NULL, &error)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return;
  if (*first == NULL)
    g_propagate_error (first, g_steal_pointer (&error));
}

/* A folder that is not empty stays: somebody has put something into it. */
static void
remove_empty (const char *folder, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  const char *name;

  while (dir != NULL && depth <= DEPTH_MAX && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_folder (path))
        remove_empty (path, depth + 1);
    }
  (void) g_file_delete (file, NULL, NULL);
}

static void
run (GTask *task, void *source, void *data, GCancellable *cancellable)
{
  GuiTrashJob *job = data;
  GError *first = NULL;
  GHashTableIter iter;
  void *path;

  if (job->place == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (!is_folder (job->place) || is_all_ours (job->files, job->place, 0))
    trash (job->place, &first);
  else
    {
      g_hash_table_iter_init (&iter, job->files);
      while (g_hash_table_iter_next (&iter, &path, NULL))
        trash (path, &first);
      remove_empty (job->place, 0);
    }
  if (first != NULL)
    g_task_return_error (task, first);
  else
    g_task_return_boolean (task, TRUE);
}

void
gui_trash_run_async (GuiTrashJob *job, GAsyncReadyCallback callback, void *data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);

  g_task_set_task_data (task, job, (GDestroyNotify) gui_trash_job_free);
  g_task_run_in_thread (task, run);
}

gboolean
gui_trash_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- whether there is one --- */

static void
on_info (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (info != NULL)
    g_task_return_boolean (
        task, g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_ACCESS_CAN_TRASH));
  else
    g_task_return_boolean (task, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND));
}

void
gui_trash_can_async (const char *path, GAsyncReadyCallback callback, void *data)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GTask *task = g_task_new (NULL, NULL, callback, data);

  g_file_query_info_async (file, G_FILE_ATTRIBUTE_ACCESS_CAN_TRASH,
                           G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, G_PRIORITY_DEFAULT, NULL, on_info,
                           task);
}

gboolean
gui_trash_can_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
