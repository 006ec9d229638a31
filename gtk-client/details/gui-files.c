/* gui-files.c: see gui-files.h. The tree stays as it was opened while other tabs are looked at. */
#include "gtk-client/details/gui-files.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-adaptive.h"
#include "gtk-client/parts/gui-file-tree.h"

#define SEARCHED 10u /* files from which on a search helps */
#define NARROW 460   /* pixels that all columns need */

struct _GuiFiles
{
  GuiTab parent;
  GtkEditable *search;
  GuiFileTree *tree;
};

G_DEFINE_FINAL_TYPE (GuiFiles, gui_files, GUI_TYPE_TAB)

static void
on_search (GuiFiles *self)
{
  gui_file_tree_set_query (self->tree, gtk_editable_get_text (self->search));
}

static void
on_narrow (GuiAdaptive *adaptive, GParamSpec *property, GuiFiles *self)
{
  gui_file_tree_set_narrow (self->tree, gui_adaptive_get_narrow (adaptive));
}

static void
gui_files_begin (GuiTab *tab, ShoalTorrent *torrent)
{
  GuiFiles *self = GUI_FILES (tab);

  gui_file_tree_set_torrent (self->tree, torrent);
  gtk_widget_set_visible (GTK_WIDGET (self->search),
                          shoal_torrent_get_n_files (torrent) >= SEARCHED);
}

static void
gui_files_forget (GuiTab *tab)
{
  GuiFiles *self = GUI_FILES (tab);

  gtk_editable_set_text (self->search, "");
  gui_file_tree_set_torrent (self->tree, NULL);
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
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *search = gtk_search_entry_new ();
  GtkWidget *tree = gui_file_tree_new (GUI_FILE_TREE_LIVE);
  GtkWidget *adaptive;

  self->search = GTK_EDITABLE (search);
  self->tree = GUI_FILE_TREE (tree);
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (search), 150);
  g_object_set (search, "placeholder-text", _ ("Search the files"), "margin-start", 12,
                "margin-end", 12, "margin-top", 6, "margin-bottom", 6, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search the files"), -1);
  g_signal_connect_swapped (search, "search-changed", G_CALLBACK (on_search), self);
  gtk_widget_set_vexpand (tree, TRUE);
  gtk_box_append (GTK_BOX (box), search);
  gtk_box_append (GTK_BOX (box), tree);
  adaptive = g_object_new (GUI_TYPE_ADAPTIVE, "child", box, "threshold", NARROW, NULL);
  g_signal_connect (adaptive, "notify::narrow", G_CALLBACK (on_narrow), self);
  adw_bin_set_child (ADW_BIN (self), adaptive);
}
