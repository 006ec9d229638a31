/* gui-session.h: what the windows share: the session, its settings, one tick a second, and removals
 * that can be taken back.
 *
 *     ShoalSession (list model) -> without what is being removed, or waits to be chosen ->
 * "torrents"
 *     -> the pages
 *     1 s -> "tick" -> sorters, filters, graphs, the status bar: once, and only while somebody
 * looks
 *
 * The limits of the settings ("limited" and the two pairs) are the session's. Main thread. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"
#include "gtk-client/model/gui-removals.h"
#include "gtk-client/model/gui-tokens.h"
#include "gtk-client/model/gui-undo.h"

#define GUI_TYPE_SESSION (gui_session_get_type ())
G_DECLARE_FINAL_TYPE (GuiSession, gui_session, GUI, SESSION, GObject)

/* Whether a profile may have this name: letters, digits, - and _. */
gboolean gui_session_is_profile (const char *name);
/* A name of a profile has its own torrents and settings; NULL is the usual one. The torrents come
 * when the main loop runs. NULL and @error of %SHOAL_ERROR or %G_IO_ERROR when it cannot be had. */
GuiSession *gui_session_new (const char *profile, GError **error);

/* (transfer none) */
ShoalSession *gui_session_get_shoal (GuiSession *self);
/* Of org.shoal.Shoal: how windows look, and what a person begins with. (transfer none) */
GSettings *gui_session_get_settings (GuiSession *self);
/* Of the trackers of one's own. (transfer none) */
GuiTokens *gui_session_get_tokens (GuiSession *self);
/* Of ShoalTorrent, without those that are being removed and those that wait to be chosen.
 * (transfer none) */
GListModel *gui_session_get_torrents (GuiSession *self);
/* The same, for a walk; until the list changes. (transfer none) */
ShoalTorrent *const *gui_session_peek_torrents (GuiSession *self, guint *n);

/* Of all torrents together: bytes a second. */
void gui_session_get_rates (GuiSession *self, guint64 *down_Bps, guint64 *up_Bps);
/* Uploaded for each byte downloaded, of all torrents that the profile has ever had. */
double gui_session_get_ratio (GuiSession *self);

/* Signal "tick" (void): once a second while a window is shown. */
void gui_session_set_shown (GuiSession *self, gboolean shown);

/* What was done last and can be taken back, removals among it. (transfer none) */
GuiUndo *gui_session_get_undo (GuiSession *self);
/* Removes the torrents of the array, see gui-removals.h; all that wait are one offer to be taken
 * back. Signal "trouble" (string) tells the window a sentence about what could not be done. */
void gui_session_remove (GuiSession *self, GPtrArray *torrents, GuiRemove how);

/* Whether something is being fetched: what keeps the machine awake. */
gboolean gui_session_is_busy (GuiSession *self);
/* Whether something is being fetched, or offered to others: what keeps the program running. */
gboolean gui_session_is_active (GuiSession *self);

/* Carries out the removals that wait, and answers when that is done and kept: before the program
 * ends. */
void gui_session_close_async (GuiSession *self, GAsyncReadyCallback callback, void *data);
void gui_session_close_finish (GuiSession *self, GAsyncResult *result);
