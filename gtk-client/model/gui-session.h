/* gui-session.h: what the windows share: the session, its settings, one tick a second, and removals
 * that can be taken back.
 *
 *     ShoalSession (list model) -> what is being removed is left out -> "torrents" -> the pages
 *     1 s -> "tick" -> sorters, filters, graphs, the status bar: once, and only while somebody
 * looks
 *
 * A removal hides the torrents, which go on meanwhile; it is carried out when nobody takes it back
 * for GUI_UNDO_SECONDS, or when the session ends. So a crash removes nothing, and taking it back
 * restores all. The limits of the settings ("limited" and the two pairs) are the session's.
 * Main thread. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"

#define GUI_UNDO_SECONDS 10u

#define GUI_TYPE_SESSION (gui_session_get_type ())
G_DECLARE_FINAL_TYPE (GuiSession, gui_session, GUI, SESSION, GObject)

/* What becomes of the files of torrents that are removed. */
typedef enum
{
  GUI_REMOVE_KEEP,
  GUI_REMOVE_TRASH, /* files go to the trash of their file system */
  GUI_REMOVE_DELETE /* for ever: only where there is no trash, and after a question */
} GuiRemove;

/* A name of a profile has its own torrents and settings; NULL is the usual one. NULL and @error
 * when it cannot be had. */
GuiSession *gui_session_new (const char *profile, GError **error);

/* (transfer none) */
ShoalSession *gui_session_get_shoal (GuiSession *self);
/* Of org.shoal.Shoal: how windows look, and what a person begins with. (transfer none) */
GSettings *gui_session_get_settings (GuiSession *self);
/* Of ShoalTorrent, without those that are being removed and those that wait to be chosen.
 * (transfer none) */
GListModel *gui_session_get_torrents (GuiSession *self);

/* Of all torrents together, as of the last tick: bytes a second. */
void gui_session_get_rates (GuiSession *self, guint64 *down_Bps, guint64 *up_Bps);
/* Uploaded for each byte downloaded, of all torrents together. */
double gui_session_get_ratio (GuiSession *self);
/* Where downloads go: the setting, or the person's download folder. (transfer full) */
char *gui_session_dup_download_folder (GuiSession *self);

/* Signal "tick" (void): once a second while a window is shown. */
void gui_session_set_shown (GuiSession *self, gboolean shown);

/* Removes the torrents of the array; returns a number for gui_session_undo(). Signal "removing"
 * (guint number, guint n_torrents) tells the window to offer it. */
guint gui_session_remove (GuiSession *self, GPtrArray *torrents, GuiRemove how);
/* Takes a removal back: the torrents are shown again. FALSE: it is too late. */
gboolean gui_session_undo (GuiSession *self, guint removal);

/* Whether something is being fetched, or shared with somebody: what keeps the machine awake. */
gboolean gui_session_is_busy (GuiSession *self);
