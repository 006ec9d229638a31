/* gui-tracker-editor.h: trackers by tiers as text, judged while it is written, with the sets that
 * were saved. Main thread. */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_TRACKER_EDITOR (gui_tracker_editor_get_type ())
G_DECLARE_FINAL_TYPE (GuiTrackerEditor, gui_tracker_editor, GUI, TRACKER_EDITOR, GtkBox)

/* Of the schema org.shoal.Shoal, which has the sets. Signal "changed" (void): the text is another,
 * and so may be what gui_tracker_editor_is_valid() says. */
GtkWidget *gui_tracker_editor_new (GSettings *settings);

/* See gui-tracker-text.h; NULL: none. */
void gui_tracker_editor_set_list (GuiTrackerEditor *self, const char *const *list_or_null);
/* (transfer full) (nullable): NULL while a line is no tracker. */
char **gui_tracker_editor_dup_list (GuiTrackerEditor *self);
gboolean gui_tracker_editor_is_valid (GuiTrackerEditor *self);
