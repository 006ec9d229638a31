/* gui-file-tree-live.c: see gui-file-tree-private.h. */
#include "gtk-client/parts/gui-file-tree-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-reveal.h"
#include "gtk-client/text/gui-text.h"

/* The first that is selected; FALSE: none, or the tree is not live. */
static gboolean
first_selected (GuiFileTree *self, guint *node)
{
  g_autoptr (GArray) nodes = gui_file_tree_dup_selected (self);

  if (nodes->len == 0 || !gui_file_tree_is_live (self))
    return FALSE;
  *node = g_array_index (nodes, guint, 0);
  return TRUE;
}

/* --- opening --- */

/* A folder lies so many components above its first file. (transfer full) */
static char *
place_of (GuiFileTree *self, guint node)
{
  const GuiFileNodes *nodes = gui_file_rows_get_nodes (gui_file_tree_get_rows (self));
  g_autoptr (ShoalFile) file = gui_file_tree_dup_file (self, node);
  char *path = shoal_file_dup_full_path (file);
  guint at = gui_file_nodes_find_index (nodes, shoal_file_get_index (file));

  for (; at != node && at != GUI_FILE_ROOT; at = gui_file_nodes_get_parent (nodes, at))
    {
      char *above = g_path_get_dirname (path);

      g_free (path);
      path = above;
    }
  return path;
}

static void
open_selected (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GuiFileTree *self = GUI_FILE_TREE (widget);
  g_autofree char *path = NULL;
  guint node;

  if (!first_selected (self, &node))
    return;
  path = place_of (self, node);
  if (g_str_equal (action, "files.open"))
    gui_reveal_open (widget, path);
  else
    gui_reveal (widget, path);
}

/* --- renaming --- */

/* A popover that asks for a name; it goes when it is closed, and with the tree. */
typedef struct
{
  GuiFileTree *tree; /* lent: the popover is its child */
  guint node;
  GtkPopover *popover;
  GtkEntry *entry;
} Renaming;

typedef struct
{
  GuiFileTree *tree;
  GuiFileRows *rows;
  guint node;
} Renamed;

static void
on_renamed (GObject *source, GAsyncResult *result, void *data)
{
  Renamed *renamed = data;
  const GuiFileNodes *nodes = gui_file_rows_get_nodes (renamed->rows);
  g_autoptr (GError) error = NULL;

  if (!shoal_torrent_rename_file_finish (SHOAL_TORRENT (source), result, &error))
    {
      g_autofree char *cause = gui_text_line (error->message);

      gtk_widget_activate_action (GTK_WIDGET (renamed->tree), "win.say", "s", cause);
    }
  else if (gui_file_tree_get_rows (renamed->tree) == renamed->rows)
    {
      g_autoptr (ShoalFile) file = gui_file_tree_dup_file (renamed->tree, renamed->node);

      if (!gui_file_nodes_is_folder (nodes, renamed->node))
        gui_file_rows_rename (renamed->rows, renamed->node, shoal_file_get_name (file));
    }
  g_object_unref (renamed->rows);
  g_object_unref (renamed->tree);
  g_free (renamed);
}

static void
rename_node (GuiFileTree *self, guint node, const char *name)
{
  GuiFileRows *rows = gui_file_tree_get_rows (self);
  g_autoptr (ShoalFile) file = gui_file_tree_dup_file (self, node);
  const char *path = shoal_file_get_path (file);
  const char *slash = strrchr (path, '/');
  g_autofree char *now
      = g_strdup_printf ("%.*s%s", slash != NULL ? (int) (slash + 1 - path) : 0, path, name);
  Renamed *renamed = g_new0 (Renamed, 1);

  renamed->tree = g_object_ref (self);
  renamed->rows = g_object_ref (rows);
  renamed->node = node;
  shoal_torrent_rename_file_async (gui_file_tree_get_torrent (self), shoal_file_get_index (file),
                                   now, NULL, on_renamed, renamed);
}

static void
on_name (Renaming *renaming)
{
  g_autofree char *name
      = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (renaming->entry))));

  if (*name == '\0' || strchr (name, '/') != NULL)
    {
      gtk_widget_add_css_class (GTK_WIDGET (renaming->entry), "error");
      return;
    }
  rename_node (renaming->tree, renaming->node, name);
  gtk_popover_popdown (renaming->popover);
}

static gboolean
drop_popover (void *popover)
{
  if (gtk_widget_get_parent (popover) != NULL)
    gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

/* Not from within its own signal. */
static void
on_closed (GtkPopover *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, drop_popover, g_object_ref (popover), g_object_unref);
}

static Renaming *
new_renaming (GuiFileTree *self, guint node)
{
  Renaming *renaming = g_new0 (Renaming, 1);

  renaming->tree = self;
  renaming->node = node;
  renaming->entry = GTK_ENTRY (gtk_entry_new ());
  renaming->popover = GTK_POPOVER (gtk_popover_new ());
  gtk_editable_set_width_chars (GTK_EDITABLE (renaming->entry), 32);
  /* No tooltip: GTK 4.8 asks for the pointer in the popover also when that is gone. */
  gtk_entry_set_placeholder_text (renaming->entry, _ ("New name of the file"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (renaming->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("New name of the file"), -1);
  gtk_popover_set_child (renaming->popover, GTK_WIDGET (renaming->entry));
  g_object_set_data_full (G_OBJECT (renaming->popover), "gui-renaming", renaming, g_free);
  g_signal_connect_swapped (renaming->entry, "activate", G_CALLBACK (on_name), renaming);
  g_signal_connect (renaming->popover, "closed", G_CALLBACK (on_closed), NULL);
  return renaming;
}

/* Only files: a folder is no file of the torrent. */
static void
ask_name (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GuiFileTree *self = GUI_FILE_TREE (widget);
  g_autoptr (ShoalFile) file = NULL;
  Renaming *renaming;
  guint node;

  if (!first_selected (self, &node)
      || gui_file_nodes_is_folder (gui_file_rows_get_nodes (gui_file_tree_get_rows (self)), node))
    return;
  file = gui_file_tree_dup_file (self, node);
  renaming = new_renaming (self, node);
  gtk_editable_set_text (GTK_EDITABLE (renaming->entry), shoal_file_get_name (file));
  gtk_widget_set_parent (GTK_WIDGET (renaming->popover), widget);
  gtk_popover_set_pointing_to (renaming->popover,
                               &(GdkRectangle){ gtk_widget_get_width (widget) / 2, 24, 1, 1 });
  gtk_popover_popup (renaming->popover);
  gtk_widget_grab_focus (GTK_WIDGET (renaming->entry));
}

/* --- for the tree --- */

void
gui_file_tree_install_live (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "files.open", NULL, open_selected);
  gtk_widget_class_install_action (class, "files.open-folder", NULL, open_selected);
  gtk_widget_class_install_action (class, "files.rename", NULL, ask_name);
  gtk_widget_class_add_binding_action (class, GDK_KEY_F2, 0, "files.rename", NULL);
}

GMenuModel *
gui_file_tree_make_live_menu (void)
{
  GMenu *menu = g_menu_new ();

  g_menu_append (menu, _ ("_Open"), "files.open");
  g_menu_append (menu, _ ("Show in _Folder"), "files.open-folder");
  g_menu_append (menu, _ ("_Rename…"), "files.rename");
  return G_MENU_MODEL (menu);
}
