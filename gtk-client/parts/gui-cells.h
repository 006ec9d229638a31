/* gui-cells.h: how a torrent is shown in a list: a cell for each column, or one row for all.
 *
 * A cell listens to its torrent only while it is bound. Its row is named by a sentence for who
 * listens instead of looking. Actions that a cell asks for: "torrents.help" (u: the position). */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/parts/gui-columns.h"

/* Of a GtkColumnViewColumn. (transfer full) */
GtkListItemFactory *gui_cells_new (const GuiColumn *column);
/* Whether the column is visible, as it is at first: a cell of one that is not has no widgets until
 * it is shown. */
void gui_cells_set_shown (GtkListItemFactory *factory, gboolean shown);
/* Of a GtkListView: name, bar and figures below one another. (transfer full) */
GtkListItemFactory *gui_cells_new_rows (void);
