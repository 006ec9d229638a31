/* gui-cells.h: how a torrent is shown in a list: a cell for each column, or one row for all.
 *
 * A cell listens to its torrent only while it is bound. Its row is named by a sentence for who
 * listens instead of looking. Actions that a cell asks for: "torrents.help" (u: the position). */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/parts/gui-columns.h"

/* Of a GtkColumnViewColumn. (transfer full) */
GtkListItemFactory *gui_cells_new (const GuiColumn *column);
/* Of a GtkListView: name, bar and figures below one another. (transfer full) */
GtkListItemFactory *gui_cells_new_rows (void);
