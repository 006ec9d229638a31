/* gui-files.c: see gui-files.h. The tree stays as it was opened while other tabs are looked at. */
#include "gtk-client/details/gui-files.h"

#include "gtk-client/parts/gui-file-tree.h"

struct _GuiFiles
{
  GuiTab parent;
  GuiFileTree *tree;
};

G_DEFINE_FINAL_TYPE (GuiFiles, gui_files, GUI_TYPE_TAB)

static void
gui_files_begin (GuiTab *tab, ShoalTorrent *torrent)
{
  gui_file_tree_set_torrent (GUI_FILES (tab)->tree, torrent);
}

static void
gui_files_forget (GuiTab *tab)
{
  gui_file_tree_set_torrent (GUI_FILES (tab)->tree, NULL);
}

static void
gui_files_class_init (GuiFilesClass *class)
{
  GUI_TAB_CLASS (class)->begin = gui_files_begin;
  GUI_TAB_CLASS (class)->forget = gui_files_forget;
}

static void
gui_files_init (GuiFiles *self)
{
  GtkWidget *tree = gui_file_tree_new (GUI_FILE_TREE_LIVE);

  self->tree = GUI_FILE_TREE (tree);
  gtk_widget_set_vexpand (tree, TRUE);
  adw_bin_set_child (ADW_BIN (self), tree);
}
