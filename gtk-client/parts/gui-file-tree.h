/* gui-file-tree.h: the files of a torrent as a tree: which are wanted, and how far they are.
 *
 * Rows are made for what is shown alone, so that a torrent of 150,000 files opens at once. To
 * choose is to tick: a folder is ticked, empty, or in between. A live tree writes what is chosen to
 * its torrent at once and shows what is here once a second while it is mapped.
 *
 * Actions, for menus: files.choose-all, files.choose-none, files.choose-kind (u: GuiFileKind),
 * files.priority (u); of a live tree files.open, files.open-folder, files.rename (F2).
 * Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

typedef enum
{
  GUI_FILE_TREE_CHOOSE, /* before a torrent begins: name and size, with search and a menu above */
  GUI_FILE_TREE_LIVE    /* of one that runs: progress and priority too */
} GuiFileTreeMode;

#define GUI_TYPE_FILE_TREE (gui_file_tree_get_type ())
G_DECLARE_FINAL_TYPE (GuiFileTree, gui_file_tree, GUI, FILE_TREE, GtkBox)

/* Properties to read and to listen to: "selected-bytes" (guint64), "selected-files" (guint). */
GtkWidget *gui_file_tree_new (GuiFileTreeMode mode);

/* Of a magnet without metadata the files appear when they are known. */
void gui_file_tree_set_torrent (GuiFileTree *self, ShoalTorrent *torrent_or_null);

/* The files whose path holds the text, in one list; "" or NULL: the tree. */
void gui_file_tree_set_query (GuiFileTree *self, const char *query);

/* A narrow tree leaves out the sizes. */
void gui_file_tree_set_narrow (GuiFileTree *self, gboolean narrow);

/* One byte for each file of the torrent, as shoal_torrent_choose() takes them. (transfer full)
 * (nullable): NULL while the files are not known. */
GBytes *gui_file_tree_dup_priorities (GuiFileTree *self);

guint64 gui_file_tree_get_selected_bytes (GuiFileTree *self);
guint gui_file_tree_get_selected_files (GuiFileTree *self);
guint gui_file_tree_get_n_files (GuiFileTree *self);
