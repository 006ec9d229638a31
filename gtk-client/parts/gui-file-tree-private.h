/* gui-file-tree-private.h: what a tree of a running torrent does with its files on the disk: shows,
 * opens and renames them. */
#pragma once

#include "gtk-client/parts/gui-file-rows.h"
#include "gtk-client/parts/gui-file-tree.h"

/* gui-file-tree.c */

/* NULL while the files are not known. Lent. */
GuiFileRows *gui_file_tree_get_rows (GuiFileTree *self);
ShoalTorrent *gui_file_tree_get_torrent (GuiFileTree *self);
gboolean gui_file_tree_is_live (GuiFileTree *self);
/* The nodes of the rows that are selected. (transfer full) */
GArray *gui_file_tree_dup_selected (GuiFileTree *self);
/* The file of a node; of a folder the first one below it. (transfer full) */
ShoalFile *gui_file_tree_dup_file (GuiFileTree *self, guint node);

/* gui-file-tree-live.c */

/* The actions files.open, files.open-folder, files.rename. */
void gui_file_tree_install_live (GtkWidgetClass *class);
/* What the menu of a row has of them. (transfer full) */
GMenuModel *gui_file_tree_make_live_menu (void);
