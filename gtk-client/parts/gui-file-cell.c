/* gui-file-cell.c: see gui-file-cell-private.h. */
#include "gtk-client/parts/gui-file-cell-private.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-row-menu.h"
#include "gtk-client/parts/gui-title.h"
#include "gtk-client/parts/gui-width.h"
#include "gtk-client/text/gui-text.h"

#define SIZES_COLUMN 1 /* its place */
#define SIZES_WIDTH 96 /* pixels, in the usual font */
#define NAME_CHARS 12  /* that a name keeps in a narrow window, which scrolls to the rest */

/* Figures, made of a row. (transfer full) */
typedef char *(*GuiFileText) (const GuiFileNodes *nodes, guint node);

/* A cell of either kind: the name has all of its parts, a figure a label alone. */
#define GUI_TYPE_FILE_CELL (gui_file_cell_get_type ())
G_DECLARE_FINAL_TYPE (GuiFileCell, gui_file_cell, GUI, FILE_CELL, GtkBox)

struct _GuiFileCell
{
  GtkBox parent;
  GtkCheckButton *check; /* NULL: a figure */
  GtkImage *icon;
  GtkLabel *label;
  GuiFileText text;
  GuiFileRow *row;   /* while it is bound */
  const char *shown; /* the name, to tell it from another */
  char *sentence;    /* that the row is read as */
  gulong changed;
  gboolean telling; /* the tick is set by us, not by the person */
};

G_DEFINE_FINAL_TYPE (GuiFileCell, gui_file_cell, GTK_TYPE_BOX)

static const char *
priority_word (guint priority)
{
  if (priority == GUI_FILE_MIXED)
    return _ ("Mixed");
  if (priority == GUI_FILE_PRIORITY_SKIP)
    return _ ("Skipped");
  if (priority < GUI_FILE_PRIORITY_NORMAL)
    return _ ("Low");
  return priority > GUI_FILE_PRIORITY_NORMAL ? _ ("High") : _ ("Normal");
}

static char *
sentence_of (const GuiFileNodes *nodes, guint node)
{
  static const char *const choices[] = { [GUI_CHOICE_NONE] = N_ ("skipped"),
                                         [GUI_CHOICE_SOME] = N_ ("partly chosen"),
                                         [GUI_CHOICE_ALL] = N_ ("chosen") };
  g_autofree char *name = gui_text_name (gui_file_nodes_get_name (nodes, node));
  g_autofree char *size = gui_text_size (gui_file_nodes_get_size (nodes, node));
  const char *choice = _ (choices[gui_file_nodes_get_choice (nodes, node)]);

  if (gui_file_nodes_is_folder (nodes, node))
    /* Translators: a folder in a list read aloud: name, size, "chosen" or "skipped" */
    return g_strdup_printf (_ ("folder %s, %s, %s"), name, size, choice);
  /* Translators: a file in a list read aloud: name, size, "chosen" or "skipped" */
  return g_strdup_printf (_ ("%s, %s, %s"), name, size, choice);
}

/* --- what it shows --- */

static const char *
icon_of (const GuiFileNodes *nodes, guint node)
{
  static const char *const icons[] = {
    [GUI_FILE_KIND_OTHER] = "text-x-generic-symbolic",
    [GUI_FILE_KIND_VIDEO] = "video-x-generic-symbolic",
    [GUI_FILE_KIND_AUDIO] = "audio-x-generic-symbolic",
    [GUI_FILE_KIND_PICTURE] = "image-x-generic-symbolic",
    [GUI_FILE_KIND_TEXT] = "x-office-document-symbolic",
    [GUI_FILE_KIND_PROGRAM] = "package-x-generic-symbolic",
  };

  if (gui_file_nodes_is_folder (nodes, node))
    return "folder-symbolic";
  return icons[gui_file_nodes_get_kind (nodes, node)];
}

static void
show_tick (GuiFileCell *self, const GuiFileNodes *nodes, guint node)
{
  GuiChoice choice = gui_file_nodes_get_choice (nodes, node);

  self->telling = TRUE;
  gtk_check_button_set_active (self->check, choice == GUI_CHOICE_ALL);
  gtk_check_button_set_inconsistent (self->check, choice == GUI_CHOICE_SOME);
  self->telling = FALSE;
}

/* The row of the list is read as a sentence: its cell, and the row around that, are the widgets
 * above. Whoever reads the window is sent each one anew: those that stay as they are, are not told,
 * when what is had of two hundred rows becomes known. */
static void
name_row (GuiFileCell *self, const GuiFileNodes *nodes, guint node)
{
  GtkWidget *expander = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_TREE_EXPANDER);
  GtkWidget *cell = expander != NULL ? gtk_widget_get_parent (expander) : NULL;
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;
  g_autofree char *sentence = NULL;

  if (row == NULL)
    return;
  sentence = sentence_of (nodes, node);
  if (g_strcmp0 (self->sentence, sentence) == 0)
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  -1);
  g_free (self->sentence);
  self->sentence = g_steal_pointer (&sentence);
}

static void
show_name (GuiFileCell *self)
{
  const GuiFileNodes *nodes = gui_file_rows_get_nodes (gui_file_row_get_rows (self->row));
  guint node = gui_file_row_get_node (self->row);
  g_autofree char *name = gui_text_name (gui_file_nodes_get_name (nodes, node));

  self->shown = gui_file_nodes_get_name (nodes, node);
  gtk_image_set_from_icon_name (self->icon, icon_of (nodes, node));
  gtk_label_set_text (self->label, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static void
show (GuiFileCell *self)
{
  const GuiFileNodes *nodes = gui_file_rows_get_nodes (gui_file_row_get_rows (self->row));
  guint node = gui_file_row_get_node (self->row);

  if (self->check != NULL)
    {
      if (self->shown != gui_file_nodes_get_name (nodes, node))
        show_name (self);
      show_tick (self, nodes, node);
      name_row (self, nodes, node);
    }
  else
    {
      g_autofree char *text = self->text (nodes, node);

      gtk_label_set_text (self->label, text);
    }
  if (gui_file_nodes_get_choice (nodes, node) == GUI_CHOICE_NONE)
    gtk_widget_add_css_class (GTK_WIDGET (self->label), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->label), "dim-label");
}

static void
on_toggled (GuiFileCell *self)
{
  const GuiFileNodes *nodes;
  guint node;

  if (self->telling || self->row == NULL)
    return;
  nodes = gui_file_rows_get_nodes (gui_file_row_get_rows (self->row));
  node = gui_file_row_get_node (self->row);
  gui_file_rows_choose (gui_file_row_get_rows (self->row), node,
                        gui_file_nodes_get_choice (nodes, node) != GUI_CHOICE_ALL);
}

/* --- the widget --- */

static void
let_go (GuiFileCell *self)
{
  if (self->row != NULL)
    g_clear_signal_handler (&self->changed, self->row);
  g_clear_object (&self->row);
}

static void
hold (GuiFileCell *self, GuiFileRow *row)
{
  let_go (self);
  self->row = g_object_ref (row);
  self->changed = g_signal_connect_swapped (row, "changed", G_CALLBACK (show), self);
  self->shown = NULL;
  g_clear_pointer (&self->sentence, g_free);
  show (self);
}

static void
gui_file_cell_dispose (GObject *object)
{
  let_go (GUI_FILE_CELL (object));
  g_clear_pointer (&GUI_FILE_CELL (object)->sentence, g_free);
  G_OBJECT_CLASS (gui_file_cell_parent_class)->dispose (object);
}

static void
gui_file_cell_class_init (GuiFileCellClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_file_cell_dispose;
}

static void
gui_file_cell_init (GuiFileCell *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->label = GTK_LABEL (gtk_label_new (NULL));
}

/* Asked for when it is shown: to set one costs two questions to the display, for each row. */
static gboolean
on_query_tooltip (GuiFileCell *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  g_autofree char *path = NULL;
  g_autofree char *shown = NULL;

  if (self->row == NULL)
    return FALSE;
  path = gui_file_nodes_dup_path (gui_file_rows_get_nodes (gui_file_row_get_rows (self->row)),
                                  gui_file_row_get_node (self->row));
  shown = gui_text_name (path);
  gtk_tooltip_set_text (tooltip, shown);
  return TRUE;
}

static GtkWidget *
new_name (void)
{
  GuiFileCell *self = g_object_new (GUI_TYPE_FILE_CELL, NULL);

  self->check = GTK_CHECK_BUTTON (gtk_check_button_new ());
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  g_signal_connect_swapped (self->check, "toggled", G_CALLBACK (on_toggled), self);
  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (self->label, NAME_CHARS);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->check));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->label));
  return GTK_WIDGET (self);
}

static GtkWidget *
new_figure (GuiFileText text)
{
  GuiFileCell *self = g_object_new (GUI_TYPE_FILE_CELL, NULL);

  self->text = text;
  gtk_label_set_xalign (self->label, 1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "figures");
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->label));
  return GTK_WIDGET (self);
}

/* --- the factories --- */

static void
setup_name (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *expander = gtk_tree_expander_new ();

  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), new_name ());
  gui_row_menu_mark (expander, item);
  gtk_list_item_set_child (item, expander);
}

static void
bind_name (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  GtkTreeListRow *place = gtk_list_item_get_item (item);
  g_autoptr (GuiFileRow) row = gtk_tree_list_row_get_item (place);

  gtk_tree_expander_set_list_row (expander, place);
  hold (GUI_FILE_CELL (gtk_tree_expander_get_child (expander)), row);
}

static void
unbind_name (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));

  let_go (GUI_FILE_CELL (gtk_tree_expander_get_child (expander)));
  gtk_tree_expander_set_list_row (expander, NULL);
}

static GtkListItemFactory *
new_names (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_name), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_name), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_name), NULL);
  return factory;
}

static void
setup_figure (GtkSignalListItemFactory *factory, GtkListItem *item, void *text)
{
  GtkWidget *figure = new_figure ((GuiFileText) text);

  gui_row_menu_mark (figure, item);
  gtk_list_item_set_child (item, figure);
}

static void
bind_figure (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkTreeListRow *place = gtk_list_item_get_item (item);
  g_autoptr (GuiFileRow) row = gtk_tree_list_row_get_item (place);

  hold (GUI_FILE_CELL (gtk_list_item_get_child (item)), row);
}

static void
unbind_figure (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  let_go (GUI_FILE_CELL (gtk_list_item_get_child (item)));
}

static GtkListItemFactory *
new_figures (GuiFileText text)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_figure), (void *) text);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_figure), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_figure), NULL);
  return factory;
}

/* --- the columns --- */

static char *
size_text (const GuiFileNodes *nodes, guint node)
{
  return gui_text_size (gui_file_nodes_get_size (nodes, node));
}

static char *
progress_text (const GuiFileNodes *nodes, guint node)
{
  guint64 size = gui_file_nodes_get_size (nodes, node);
  guint64 done = gui_file_nodes_get_done (nodes, node);

  if (!gui_file_nodes_is_done_known (nodes))
    return g_strdup ("");
  return gui_text_percent (size > 0 ? (double) done / (double) size : 1);
}

static char *
priority_text (const GuiFileNodes *nodes, guint node)
{
  return g_strdup (priority_word (gui_file_nodes_get_priority (nodes, node)));
}

static void
add_column (GtkColumnView *view, const char *title, GtkListItemFactory *factory, int width)
{
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (title, factory);

  gtk_column_view_column_set_expand (column, width < 0);
  if (width > 0)
    gtk_column_view_column_set_fixed_width (column,
                                            gui_width_of_column (GTK_WIDGET (view), width, title));
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (view, column);
  if (width > 0)
    gui_title_over_figures (view);
}

void
gui_file_cell_add_columns (GtkColumnView *view, gboolean live)
{
  add_column (view, _ ("Name"), new_names (), -1);
  add_column (view, _ ("Size"), new_figures (size_text), SIZES_WIDTH);
  if (!live)
    return;
  add_column (view, _ ("Here"), new_figures (progress_text), 72);
  add_column (view, _ ("Priority"), new_figures (priority_text), 88);
}

/* A view takes the width of columns that are hidden off that of what expands. */
void
gui_file_cell_show_sizes (GtkColumnView *view, gboolean shown)
{
  g_autoptr (GtkColumnViewColumn) column
      = g_list_model_get_item (gtk_column_view_get_columns (view), SIZES_COLUMN);
  int width = gui_width_of_column (GTK_WIDGET (view), SIZES_WIDTH,
                                   gtk_column_view_column_get_title (column));

  gtk_column_view_column_set_visible (column, shown);
  gtk_column_view_column_set_fixed_width (column, shown ? width : 0);
}
