/* gui-file-cell-private.h: what stands in the columns of a tree of files. Each cell listens to its
 * row while it is bound. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/parts/gui-file-rows.h"

/* Tick, icon and name, in an expander. */
GtkListItemFactory *gui_file_cell_new_names (void);
/* Figures at the end of the column, made of a row by @text. (transfer full) */
typedef char *(*GuiFileText) (const GuiFileNodes *nodes, guint node);
GtkListItemFactory *gui_file_cell_new_figures (GuiFileText text);

/* The text of a row of a torrent of that name read aloud. (transfer full) */
char *gui_file_cell_sentence (const GuiFileNodes *nodes, guint node);

/* The position in the list of the cell that is at or around a widget; GTK_INVALID_LIST_POSITION:
 * none. */
guint gui_file_cell_find (GtkWidget *widget);

/* "High", "Normal" ... (transfer none) */
const char *gui_file_cell_priority (guint priority);
