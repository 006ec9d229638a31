/* gui-pieces-map.h: a torrent's pieces as cells: here, requested, missing, with nobody. Above
 * GUI_CELLS_MAX pieces a cell is a bucket and its shade tells how much of it is here. The pointer
 * and the arrow keys choose a cell, whose words are "cursor-text". */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_PIECES_MAP (gui_pieces_map_get_type ())
G_DECLARE_FINAL_TYPE (GuiPiecesMap, gui_pieces_map, GUI, PIECES_MAP, GtkWidget)

/* More words for pieces [first, end), such as the files inside. (transfer full) (nullable) */
typedef char *(*GuiPiecesWords) (guint first, guint end, gpointer data);

/* Property "cursor-text" (string, nullable, read): what the chosen cell holds. */
GtkWidget *gui_pieces_map_new (void);

/* Bits, the first the highest of its byte, and 16-bit counts of peers; NULL for not known. */
void gui_pieces_map_set_pieces (GuiPiecesMap *self, guint n_pieces, GBytes *have,
                                GBytes *availability, GBytes *requested);
void gui_pieces_map_set_words (GuiPiecesMap *self, GuiPiecesWords words, gpointer data);
const char *gui_pieces_map_get_cursor_text (GuiPiecesMap *self);
/* The picture in words: "51 of 64 pieces are here". (transfer none) */
const char *gui_pieces_map_get_text (GuiPiecesMap *self);
