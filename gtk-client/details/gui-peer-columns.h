/* gui-peer-columns.h: what the list of peers shows, column by column. */
#pragma once

#include <gtk/gtk.h>

/* Adds the columns, each with its sorter; cells follow their peer while they are bound, and are
 * marked for GuiRowMenu. */
void gui_peer_columns_add (GtkColumnView *view);
/* Leaves out what a narrow window has no room for. */
void gui_peer_columns_set_narrow (GtkColumnView *view, gboolean narrow);
