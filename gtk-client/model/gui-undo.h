/* gui-undo.h: what a person has just done and can take back, the last first.
 *
 *     done -> offered, with a sentence -> taken back
 *                                      -> its seconds are over: it stays as it is
 *
 * What takes back belongs to whoever offers it. Bounded: where there is no room, the oldest is
 * forgotten. Main thread. */
#pragma once

#include <glib-object.h>

#define GUI_UNDO_SECONDS 10u /* usually */
#define GUI_UNDO_MAX 20u

#define GUI_TYPE_UNDO (gui_undo_get_type ())
G_DECLARE_FINAL_TYPE (GuiUndo, gui_undo, GUI, UNDO, GObject)

/* FALSE: it is too late. */
typedef gboolean (*GuiTakeBack) (gpointer data);

/* Signal "offered" (string): a sentence about what was done, to be shown beside a button. */
GuiUndo *gui_undo_new (void);
/* How long what is offered from now on can be taken back; GUI_UNDO_SECONDS at first. */
void gui_undo_set_seconds (GuiUndo *self, guint seconds);
guint gui_undo_get_seconds (GuiUndo *self);
/* Takes the place of an offer with the same function and data. @done is called with @data when the
 * offer is over, whether it was taken or not; NULL for nothing. */
void gui_undo_offer (GuiUndo *self, const char *words, GuiTakeBack take_back, gpointer data,
                     GDestroyNotify done);
/* Takes back what was done last. FALSE: it is too late, or there is nothing. */
gboolean gui_undo_take_back (GuiUndo *self);
