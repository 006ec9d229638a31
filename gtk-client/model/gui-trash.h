/* gui-trash.h: puts the files of a torrent into the trash of their file system, on another thread.
 *
 *     the list of files (a part a turn of the main loop) -> GuiTrashJob -> worker: whole folder,
 * when nothing else lies in it, or file by file -> done
 *
 * A torrent has to have left its session before its job runs: the engine would miss its files.
 * Main thread. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"

/* What of a torrent is to be thrown away: it needs the torrent no more. */
typedef struct GuiTrashJob GuiTrashJob;

/* Finds out which files a torrent has; answers in a later turn of the main loop, as a list of a
 * hundred thousand files takes many. */
void gui_trash_collect_async (ShoalTorrent *torrent, GAsyncReadyCallback callback, void *data);
/* (transfer full) */
GuiTrashJob *gui_trash_collect_finish (GAsyncResult *result);
void gui_trash_job_free (GuiTrashJob *job);

/* Takes the job, and carries it out. */
void gui_trash_run_async (GuiTrashJob *job, GAsyncReadyCallback callback, void *data);
/* FALSE and the first error when something lies where it lay. Files that are not there are none. */
gboolean gui_trash_run_finish (GAsyncResult *result, GError **error);

/* Whether there is a trash for files at this path, or nothing is there that needs one. */
void gui_trash_can_async (const char *path, GAsyncReadyCallback callback, void *data);
gboolean gui_trash_can_finish (GAsyncResult *result);
