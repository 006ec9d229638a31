/* gui-formats.h: the formats of torrents in the order and the words of a drop-down.
 *
 *     g_autoptr (GListModel) model = gui_formats_new_model ();
 *
 *     adw_combo_row_set_model (row, model);
 *     format = gui_formats_at (adw_combo_row_get_selected (row));
 *
 * Main thread. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"

/* (transfer full) */
GListModel *gui_formats_new_model (void);
/* That of a row; hybrid for one that there is none of, such as GTK_INVALID_LIST_POSITION. */
ShoalFormat gui_formats_at (guint row);
guint gui_formats_find (ShoalFormat format);
