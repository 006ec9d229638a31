/* shoal-torrent-places.c: where the files of a torrent lie, and giving them other names. What is
 * asked of the disk is known by a ticket until the engine has answered. */
#include "client-core/shoal-file-list-private.h"

#include <errno.h>

#include <glib/gi18n-lib.h>

#include "client-core/disk/eng-place.h"
#include "client-core/shoal-task-private.h"
#include "protocol/core/bt-error.h"
#include "shoal-error.h"

/* --- names --- */

/* A file that lies under a name which is no text is shown as it would be made. */
const char *
shoal_torrent_file_name (ShoalTorrent *self, guint index)
{
  const BtMetainfo *metainfo = shoal_torrent_metainfo (self);
  const char *name = eng_place_name (metainfo, &self->names, index);

  return g_utf8_validate (name, -1, NULL) ? name : eng_place_given_name (metainfo, index);
}

char *
shoal_torrent_file_place (ShoalTorrent *self, guint index)
{
  g_autofree char *path = eng_place_path (shoal_torrent_metainfo (self), &self->names, index);

  return g_build_filename (self->folder, path, NULL);
}

void
shoal_torrent_take_names (ShoalTorrent *self, const EngNames *names)
{
  size_t n = bt_metainfo_layout (self->metainfo)->n_files;

  for (size_t i = 0; i < names->n; i++)
    if (names->items[i].file <= n)
      eng_names_set (&self->names, &names->items[i]);
}

void
shoal_torrent_take_name (ShoalTorrent *self, uint32_t file, const char *path)
{
  eng_names_set (&self->names, &(EngName){ .file = file, .path = (char *) (uintptr_t) path });
  if (self->files != NULL)
    shoal_file_list_tell_path (self->files, file);
}

/* --- what is asked of the disk --- */

/* An error of the place @path. (transfer full) */
static GError *
place_error (int sys_errno, const char *path)
{
  BtErrorCode code = BT_ERROR_WRITE;

  if (sys_errno == EINVAL)
    return g_error_new (SHOAL_ERROR, SHOAL_ERROR_INVALID, _ ("“%s” cannot be the name of a file"),
                        path);
  if (sys_errno == EEXIST)
    return shoal_error_new_problem (BT_ERROR_EXISTS, 0, BT_NOWHERE, BT_NOWHERE, NULL, path);
  if (sys_errno == EBUSY)
    return g_error_new (SHOAL_ERROR, SHOAL_ERROR_IN_USE,
                        _ ("“%s”: the files of this torrent are being moved, or another process is "
                           "at work on them"),
                        path);
  if (sys_errno == ENOENT)
    return shoal_error_new_problem (BT_ERROR_OPEN, sys_errno, BT_NOWHERE, BT_NOWHERE, NULL, path);
  if (sys_errno == ECANCELED)
    return shoal_error_new_problem (BT_ERROR_CANCELLED, 0, BT_NOWHERE, BT_NOWHERE, NULL, path);
  if (sys_errno == ENOSPC || sys_errno == EDQUOT)
    code = BT_ERROR_NO_SPACE;
  return shoal_error_new_problem (code, sys_errno, BT_NOWHERE, BT_NOWHERE, NULL, path);
}

/* Takes @task; 0 when the torrent has left, which it is told then. */
static uint64_t
take_ticket (ShoalTorrent *self, GTask *task)
{
  uint64_t ticket;

  if (self->engine == NULL || self->removing)
    {
      g_task_return_error (task, place_error (ECANCELED, self->name));
      g_object_unref (task);
      return 0;
    }
  if (self->tickets == NULL)
    self->tickets = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  ticket = ++self->last_ticket;
  g_hash_table_insert (self->tickets, g_memdup2 (&ticket, sizeof ticket), task);
  return ticket;
}

void
shoal_torrent_take_answer (ShoalTorrent *self, uint64_t ticket, int sys_errno, const char *path)
{
  g_autofree void *key = NULL;
  g_autoptr (GTask) task = NULL;
  GError *error;

  if (self->tickets == NULL
      || !g_hash_table_steal_extended (self->tickets, &ticket, &key, (void **) &task))
    return;
  if (sys_errno == 0 && g_task_get_source_tag (task) == shoal_torrent_rename_file_async)
    shoal_torrent_log_place (self, _ ("A file is called otherwise now"), path);
  if (sys_errno == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  error = place_error (sys_errno, path);
  shoal_torrent_log (self, SHOAL_LOG_WARNING, error->message);
  g_task_return_error (task, error);
}

static gboolean
cancel_one (void *ticket, void *task, void *self)
{
  g_task_return_error (task, place_error (ECANCELED, ((ShoalTorrent *) self)->name));
  return TRUE;
}

void
shoal_torrent_forget_tickets (ShoalTorrent *self)
{
  if (self->tickets != NULL)
    g_hash_table_foreach_remove (self->tickets, cancel_one, self);
}

/* --- the folder --- */

void
shoal_torrent_take_folder (ShoalTorrent *self, const char *folder)
{
  if (g_strcmp0 (self->folder, folder) == 0)
    return;
  g_free (self->folder);
  self->folder = g_strdup (folder);
  shoal_torrent_log_place (self, _ ("The files lie in another folder now"), folder);
  g_object_notify (G_OBJECT (self), "folder");
}

void
shoal_torrent_take_moving (ShoalTorrent *self, uint64_t done, uint64_t total)
{
  gboolean was_moving = self->move_total > 0;

  self->move_done = done;
  self->move_total = total;
  if (was_moving != (total > 0))
    g_object_notify (G_OBJECT (self), "moving");
  g_object_notify (G_OBJECT (self), "move-progress");
}

/**
 * shoal_torrent_get_moving:
 * @self: a torrent
 *
 * Returns: whether its files are on their way to another folder; see shoal_torrent_move_async()
 */
gboolean
shoal_torrent_get_moving (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), FALSE);
  return self->move_total > 0;
}

/**
 * shoal_torrent_get_move_progress:
 * @self: a torrent
 *
 * Returns: how much of its files is in the other folder, from 0 to 1; 0 while they are not moved
 */
gdouble
shoal_torrent_get_move_progress (ShoalTorrent *self)
{
  g_return_val_if_fail (SHOAL_IS_TORRENT (self), 0);
  return self->move_total > 0 ? (gdouble) self->move_done / (gdouble) self->move_total : 0;
}

/**
 * shoal_torrent_set_folder:
 * @self: a torrent
 * @folder: (type filename): an absolute path, where its file or folder lies now
 *
 * Says that the person has taken the files to another folder, or wants them to be fetched there.
 * Nothing is moved; see shoal_torrent_move_async() for that. The torrent begins anew: what is known
 * of the files is believed of those that are the same ones, and the others are verified. Nothing
 * happens while the files are being moved.
 */
void
shoal_torrent_set_folder (ShoalTorrent *self, const char *folder)
{
  g_return_if_fail (SHOAL_IS_TORRENT (self));
  g_return_if_fail (folder != NULL && g_path_is_absolute (folder));
  if (self->engine != NULL && !self->removing)
    eng_engine_set_folder (self->engine, self->id, folder);
}

/* A move that is asked for: the task's data. */
typedef struct
{
  ShoalTorrent *torrent; /* lent: the task has it */
  uint64_t ticket;
  GCancellable *cancellable; /* a reference, or NULL */
  gulong handler;
} Move;

static void
move_free (void *data)
{
  Move *move = data;

  if (move->handler != 0)
    g_cancellable_disconnect (move->cancellable, move->handler);
  g_clear_object (&move->cancellable);
  g_free (move);
}

/* On whichever thread cancels. */
static void
on_cancelled (GCancellable *cancellable, Move *move)
{
  if (move->torrent->engine != NULL)
    eng_engine_cancel_move (move->torrent->engine, move->torrent->id, move->ticket);
}

/**
 * shoal_torrent_move_async:
 * @self: a torrent
 * @folder: (type filename): an absolute path of a folder that exists, on any file system
 * @cancellable: (nullable): gives the move up; the files are where they were then
 * @callback: (scope async): called when it is over
 * @user_data: for @callback
 *
 * Takes the files to another folder. The torrent leaves its peers for that time, and begins there
 * without verifying anew what it knows. #ShoalTorrent:moving and #ShoalTorrent:move-progress tell
 * how far it is.
 *
 * At every moment one of both folders has every byte: on the same file system each file gets a
 * second name, on another one it is copied and put on the device; only once the new place is kept
 * in the state of the torrent the old files go, and the folders that are empty then. What lies at
 * the old place and is not the torrent's stays there.
 *
 * Nothing is replaced: %SHOAL_ERROR_EXISTS when something else lies where a file would go, but a
 * file with the very same bytes is taken for it. %SHOAL_ERROR_NO_SPACE when the files do not fit.
 * A magnet without its files has the folder from then on.
 */
void
shoal_torrent_move_async (ShoalTorrent *self, const char *folder, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Move *move;

  g_return_if_fail (SHOAL_IS_TORRENT (self));
  g_return_if_fail (folder != NULL && g_path_is_absolute (folder));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (task, FALSE); /* the answer says where the files are */
  move = g_new0 (Move, 1);
  move->torrent = self;
  g_task_set_task_data (task, move, move_free);
  move->ticket = take_ticket (self, task);
  if (move->ticket == 0)
    return;
  eng_engine_move (self->engine, self->id, move->ticket, folder);
  if (cancellable == NULL)
    return;
  move->cancellable = g_object_ref (cancellable);
  move->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), move, NULL);
}

/**
 * shoal_torrent_move_finish:
 * @self: a torrent
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: %TRUE when the files are in the other folder, and nowhere else. %FALSE when they are
 *   where they were; or, when shoal_torrent_get_folder() is the other folder all the same, when
 * some of the old ones could not be deleted
 */
gboolean
shoal_torrent_move_finish (ShoalTorrent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return shoal_task_take_boolean (result, error);
}

void
shoal_torrent_clear_places (ShoalTorrent *self)
{
  eng_names_clear (&self->names);
  g_clear_pointer (&self->tickets, g_hash_table_unref);
  g_free (self->folder);
}

/**
 * shoal_torrent_rename_file_async:
 * @self: a torrent whose files are known
 * @index: a file, as #ShoalFile:index
 * @new_path: where it is to lie in the torrent's folder, '/' between components; of a torrent that
 *   is one file, in the folder that holds it
 * @cancellable: (nullable): only the wait is cancelled
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Gives a file another name on the disk, also while it is transferred; the torrent itself stays as
 * it is. The path is cleaned as those of torrents are: what could lead out of the folder goes, and
 * so do characters that disks do not take; #ShoalFile:path shows what came of it. Folders are made
 * on the way, and those that are empty afterwards go. The name is kept with the state of the
 * torrent, and a kill at any moment leaves it under one of both. A file that is not here yet is
 * made under its new name.
 *
 * Nothing is replaced: %SHOAL_ERROR_EXISTS when another file of the torrent is called so, letter
 * case aside, or something lies there; %SHOAL_ERROR_INVALID when nothing is left of @new_path. A
 * magnet that waits for shoal_torrent_choose() renames once it begins.
 */
void
shoal_torrent_rename_file_async (ShoalTorrent *self, guint index, const char *new_path,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;
  uint64_t ticket;

  g_return_if_fail (SHOAL_IS_TORRENT (self));
  g_return_if_fail (index < shoal_torrent_n_files (self));
  g_return_if_fail (new_path != NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, shoal_torrent_rename_file_async);
  ticket = take_ticket (self, task);
  if (ticket != 0)
    eng_engine_rename (self->engine, self->id, ticket, index, new_path);
}

/**
 * shoal_torrent_rename_file_finish:
 * @self: a torrent
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: %FALSE when the file is called as it was
 */
gboolean
shoal_torrent_rename_file_finish (ShoalTorrent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return shoal_task_take_boolean (result, error);
}
