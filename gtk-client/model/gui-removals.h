/* gui-removals.h: torrents that a person has removed, for the seconds in which that can be taken
 * back, and until what it means is done.
 *
 *     added -> taken back
 *           -> the seconds are over, or the session ends -> removed from the session -> their
 * files go to the trash, or for ever
 *
 * It keeps nothing on the disk: a crash within the seconds leaves the torrents as they were. The
 * torrents go on until then, so that taking back has nothing to restore. Main thread. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"
#include "gtk-client/model/gui-undo.h"

/* What becomes of the files of torrents that are removed. */
typedef enum
{
  GUI_REMOVE_KEEP,
  GUI_REMOVE_TRASH, /* files go to the trash of their file system */
  GUI_REMOVE_DELETE /* for ever: only where there is no trash, and after a question */
} GuiRemove;

#define GUI_TYPE_REMOVALS (gui_removals_get_type ())
G_DECLARE_FINAL_TYPE (GuiRemovals, gui_removals, GUI, REMOVALS, GObject)

/* Signals: "changed" (void): other torrents are hidden; "failed" (string): what could not be done,
 * in a sentence; "idle" (void): all that was begun is done. */
GuiRemovals *gui_removals_new (void);
/* How long what is removed from now on can be taken back; GUI_UNDO_SECONDS at first. */
void gui_removals_set_seconds (GuiRemovals *self, guint seconds);

/* How many can be taken back now: what was removed before, and can still be, waits as long as
 * these.
 * @torrents: of ShoalTorrent. */
guint gui_removals_add (GuiRemovals *self, GPtrArray *torrents, GuiRemove how);
/* Takes back all that waits. FALSE: it is too late. */
gboolean gui_removals_undo (GuiRemovals *self);
gboolean gui_removals_hides (GuiRemovals *self, ShoalTorrent *torrent);

/* Carries out at once what waits. */
void gui_removals_flush (GuiRemovals *self);
/* Whether something waits or is being done. */
gboolean gui_removals_is_busy (GuiRemovals *self);
