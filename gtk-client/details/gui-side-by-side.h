/* gui-side-by-side.h: two children beside each other where there is room for both, one above the
 * other where there is not. */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_SIDE_BY_SIDE (gui_side_by_side_get_type ())
G_DECLARE_FINAL_TYPE (GuiSideBySide, gui_side_by_side, GUI, SIDE_BY_SIDE, GtkWidget)
