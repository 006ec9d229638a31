/* gui-file-cell-private.h: what stands in the columns of a tree of files. Each cell listens to its
 * row while it is bound. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/parts/gui-file-rows.h"

/* Name and size; of a torrent that runs also how much is here, and the priority. */
void gui_file_cell_add_columns (GtkColumnView *view, gboolean live);
/* Shows or hides the column of the sizes. */
void gui_file_cell_show_sizes (GtkColumnView *view, gboolean shown);
