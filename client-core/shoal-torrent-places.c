/* shoal-torrent-places.c: where the files of a torrent lie, and giving them other names. What is
 * asked of the disk is known by a ticket until the engine has answered. */
#include "client-core/shoal-file-list-private.h"

#include <errno.h>

#include <glib/gi18n-lib.h>

#include "client-core/disk/eng-place.h"
#include "protocol/core/bt-error.h"
#include "shoal-error.h"

/* --- names --- */

const char *
shoal_torrent_file_name (ShoalTorrent *self, guint index)
{
  return eng_place_name (shoal_torrent_metainfo (self), &self->names, index);
}

char *
shoal_torrent_file_place (ShoalTorrent *self, guint index)
{
  g_autofree char *path = eng_place_path (shoal_torrent_metainfo (self), &self->names, index);

  return g_build_filename (self->folder, path, NULL);
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

  if (self->tickets == NULL
      || !g_hash_table_steal_extended (self->tickets, &ticket, &key, (void **) &task))
    return;
  if (sys_errno == 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, place_error (sys_errno, path));
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
  return g_task_propagate_boolean (G_TASK (result), error);
}
