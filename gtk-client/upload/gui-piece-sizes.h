/* gui-piece-sizes.h: the piece lengths that a torrent may have, with what each would make of it, as
 * the rows of a drop-down. The first is the one that is chosen for the person. Main thread. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"

#define GUI_TYPE_PIECE_SIZES (gui_piece_sizes_get_type ())
G_DECLARE_FINAL_TYPE (GuiPieceSizes, gui_piece_sizes, GUI, PIECE_SIZES, GObject)

GuiPieceSizes *gui_piece_sizes_new (void);
/* Of GtkStringObject. (transfer none) */
GListModel *gui_piece_sizes_get_model (GuiPieceSizes *self);

/* Bytes, 0 for the first row. */
guint64 gui_piece_sizes_get (GuiPieceSizes *self, guint row);
/* Fills the rows; the row of @piece_length, or 0 when it cannot be had any more. @estimate NULL:
 * nothing is known yet. */
guint gui_piece_sizes_show (GuiPieceSizes *self, ShoalEstimate *estimate, ShoalFormat format,
                            guint64 piece_length);
