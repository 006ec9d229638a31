/* gui-share-task.h: a file or folder that a person is about to share: looked at, made into a
 * torrent, and seeded. What the create card shows and asks; no widgets. Main thread.
 *
 *     path -> LOOKING -> READY -> gui_share_task_start() -> HASHING -> SHARED (a torrent of the
 * session)
 *                 \_ FAILED <-----------------------------------'  and again */
#pragma once

#include "gtk-client/model/gui-session.h"

typedef enum
{
  GUI_SHARE_LOOKING, /* its files are being counted */
  GUI_SHARE_READY,
  GUI_SHARE_HASHING,
  GUI_SHARE_SHARED,
  GUI_SHARE_FAILED /* see gui_share_task_get_problem() */
} GuiShareState;

/* What a person asks for. Strings may be NULL; all are lent for the call. */
typedef struct
{
  ShoalFormat format;
  guint64 piece_length; /* bytes; 0: as is best */
  gboolean is_private;
  gboolean hidden;              /* names that begin with a dot too */
  const char *const *trackers;  /* see gui-tracker-text.h; NULL: none */
  const char *const *web_seeds; /* URLs */
  const char *const *exclude;   /* patterns */
  const char *comment;
  const char *source;
} GuiShareWishes;

#define GUI_TYPE_SHARE_TASK (gui_share_task_get_type ())
G_DECLARE_FINAL_TYPE (GuiShareTask, gui_share_task, GUI, SHARE_TASK, GObject)

/* Files and folders that lie side by side in one folder, which several of them take the name of.
 * NULL: they do not, or have no path. Signal "changed" (void): the state, or how far it is. */
GuiShareTask *gui_share_task_new (GuiSession *session, GListModel *files_of_GFile);

GuiShareState gui_share_task_get_state (GuiShareTask *self);
const char *gui_share_task_get_problem (GuiShareTask *self); /* lent */
const char *gui_share_task_get_name (GuiShareTask *self);    /* lent: a file's name, of any bytes */
gboolean gui_share_task_is_folder (GuiShareTask *self);
/* What it would be; NULL while that is not known. Lent. */
ShoalEstimate *gui_share_task_get_estimate (GuiShareTask *self);
/* From 0 to 1, while HASHING. */
double gui_share_task_get_progress (GuiShareTask *self);
guint64 gui_share_task_get_hashed (GuiShareTask *self); /* bytes */
/* The torrent, once SHARED; lent. */
ShoalTorrent *gui_share_task_get_torrent (GuiShareTask *self);

/* Looks at the files again, for wishes that change which they are or what stands around them. */
void gui_share_task_look (GuiShareTask *self, const GuiShareWishes *wishes);
/* FALSE and @error: a wish cannot be had. */
gboolean gui_share_task_start (GuiShareTask *self, const GuiShareWishes *wishes, GError **error);
/* Stops the hashing: READY again. */
void gui_share_task_cancel (GuiShareTask *self);
