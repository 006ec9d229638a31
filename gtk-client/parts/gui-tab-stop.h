/* gui-tab-stop.h: GuiTabStop, a bin with a scrolled list that Tab enters and leaves in one step.
 *
 * GTK 4.8 lets Tab walk from row to row: a list of ten thousand holds the keyboard for good. Here
 * the arrows walk over rows; Tab goes through what the row with the keyboard holds, and then on.
 * Who comes in finds that row selected if none is, since the keys of a list mean what is selected.
 * Main thread. */
#pragma once

#include <adwaita.h>

#define GUI_TYPE_TAB_STOP (gui_tab_stop_get_type ())
G_DECLARE_FINAL_TYPE (GuiTabStop, gui_tab_stop, GUI, TAB_STOP, AdwBin)

/* Around @scroller, a scrolled window with a list. */
GtkWidget *gui_tab_stop_new (GtkWidget *scroller);
