/* gui-portion.h: the first so many items of a list, as a list model: a limit that is raised as rows
 * are made for them. No widgets.
 *
 * What GtkSliceListModel does, but a change is announced as what it is, and not as one of all that
 * comes behind it: a selection outlives it. Main thread. */
#pragma once

#include <gio/gio.h>

#define GUI_TYPE_PORTION (gui_portion_get_type ())
G_DECLARE_FINAL_TYPE (GuiPortion, gui_portion, GUI, PORTION, GObject)

#define GUI_PORTION_ALL G_MAXUINT

/* Nothing at first. */
GuiPortion *gui_portion_new (GListModel *source);
guint gui_portion_get_limit (GuiPortion *self);
/* GUI_PORTION_ALL for no limit. */
void gui_portion_set_limit (GuiPortion *self, guint limit);
