/* gui-peer-columns.h: what the list of peers shows, column by column. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/details/gui-row-menu.h"

/* Adds the columns, each with its sorter; cells follow their peer while they are bound. @menu is
 * lent for as long as the view lives. */
void gui_peer_columns_add (GtkColumnView *view, GuiRowMenu *menu);
/* Leaves out what a narrow window has no room for. */
void gui_peer_columns_set_narrow (GtkColumnView *view, gboolean narrow);
