/* gui-file-tree.c: see gui-file-tree.h. */
#include "gtk-client/parts/gui-file-tree.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-file-cell-private.h"
#include "gtk-client/parts/gui-file-tree-private.h"
#include "gtk-client/parts/gui-row-menu.h"
#include "gtk-client/parts/gui-tab-stop.h"

#define FIRST_REFRESH_MS 200u

struct _GuiFileTree
{
  GtkBox parent;
  GuiFileTreeMode mode;
  ShoalTorrent *torrent;
  gulong metadata;
  GListModel *files; /* of ShoalFile: held, so that what is here stays fresh */
  GuiFileRows *rows;
  char *query;
  GtkColumnView *view;
  GtkStack *stack;
  GtkSearchEntry *search;
  GtkMenuButton *select;
  GuiRowMenu menu;
  guint refresh;
};

enum
{
  PROP_SELECTED_BYTES = 1,
  PROP_SELECTED_FILES,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GuiFileTree, gui_file_tree, GTK_TYPE_BOX)

/* --- the files --- */

static GuiFileNodes *
read_files (GListModel *files)
{
  GuiFileNodes *nodes = gui_file_nodes_new ();
  guint n = g_list_model_get_n_items (files);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalFile) file = g_list_model_get_item (files, i);

      gui_file_nodes_add (nodes, shoal_file_get_path (file), shoal_file_get_size (file),
                          shoal_file_get_index (file), shoal_file_get_priority (file));
    }
  return nodes;
}

static void
take_done (GuiFileTree *self)
{
  g_autoptr (GBytes) done
      = self->torrent != NULL ? shoal_torrent_dup_files_done (self->torrent) : NULL;
  gsize size;
  const guint64 *values;

  if (done == NULL || self->rows == NULL)
    return;
  values = g_bytes_get_data (done, &size);
  gui_file_rows_take_done (self->rows, values, size / sizeof *values);
}

static void
on_chosen (GuiFileTree *self)
{
  g_autoptr (GBytes) priorities = NULL;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED_BYTES]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED_FILES]);
  if (self->mode != GUI_FILE_TREE_LIVE)
    return;
  priorities = gui_file_tree_dup_priorities (self);
  shoal_torrent_set_priorities (self->torrent, priorities);
}

/* --- the model --- */

static GListModel *
list_below (void *item, void *rows)
{
  const GuiFileNodes *nodes = gui_file_rows_get_nodes (rows);
  guint node = gui_file_row_get_node (item);

  return gui_file_nodes_is_folder (nodes, node) ? gui_file_rows_list_folder (rows, node) : NULL;
}

static gboolean
is_searching (GuiFileTree *self)
{
  return self->query != NULL && *self->query != '\0';
}

/* The one folder that holds all is open from the start. */
static void
open_only_folder (GtkTreeListModel *tree)
{
  g_autoptr (GtkTreeListRow) first = NULL;

  if (g_list_model_get_n_items (G_LIST_MODEL (tree)) != 1)
    return;
  first = gtk_tree_list_model_get_row (tree, 0);
  gtk_tree_list_row_set_expanded (first, TRUE);
}

static void
show_model (GuiFileTree *self)
{
  GListModel *root;
  GtkTreeListModel *tree;
  g_autoptr (GtkMultiSelection) selection = NULL;

  if (self->rows == NULL)
    {
      gtk_column_view_set_model (self->view, NULL);
      gtk_stack_set_visible_child_name (self->stack, "unknown");
      return;
    }
  root = is_searching (self) ? gui_file_rows_list_found (self->rows, self->query)
                             : gui_file_rows_list_folder (self->rows, GUI_FILE_ROOT);
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (root) > 0 ? "files" : "nothing");
  tree = gtk_tree_list_model_new (root, FALSE, FALSE, list_below, g_object_ref (self->rows),
                                  g_object_unref);
  open_only_folder (tree);
  selection = gtk_multi_selection_new (G_LIST_MODEL (tree));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
}

/* --- the menu above --- */

static GMenuModel *
make_select_menu (GuiFileTree *self)
{
  static const char *const kinds[] = {
    [GUI_FILE_KIND_OTHER] = N_ ("Only Other Files"),
    [GUI_FILE_KIND_VIDEO] = N_ ("Only Films"),
    [GUI_FILE_KIND_AUDIO] = N_ ("Only Music"),
    [GUI_FILE_KIND_PICTURE] = N_ ("Only Pictures"),
    [GUI_FILE_KIND_TEXT] = N_ ("Only Documents"),
    [GUI_FILE_KIND_PROGRAM] = N_ ("Only Programs and Archives"),
  };
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) all = g_menu_new ();
  g_autoptr (GMenu) some = g_menu_new ();

  g_menu_append (all, _ ("All Files"), "files.choose-all");
  g_menu_append (all, _ ("No File"), "files.choose-none");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (all));
  for (guint i = 0; self->rows != NULL && i < GUI_FILE_N_KINDS; i++)
    {
      g_autofree char *action = g_strdup_printf ("files.choose-kind(uint32 %u)", i);

      if (gui_file_nodes_has_kind (gui_file_rows_get_nodes (self->rows), (GuiFileKind) i))
        g_menu_append (some, _ (kinds[i]), action);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (some));
  return G_MENU_MODEL (menu);
}

static void
forget_files (GuiFileTree *self)
{
  if (self->rows != NULL)
    g_signal_handlers_disconnect_by_data (self->rows, self);
  g_clear_object (&self->rows);
  g_clear_object (&self->files);
}

static void
load (GuiFileTree *self)
{
  g_autoptr (GMenuModel) menu = NULL;

  forget_files (self);
  if (self->torrent != NULL)
    self->files = shoal_torrent_dup_files (self->torrent);
  if (self->files != NULL)
    {
      self->rows = gui_file_rows_new (read_files (self->files));
      g_signal_connect_swapped (self->rows, "chosen", G_CALLBACK (on_chosen), self);
      take_done (self);
    }
  menu = make_select_menu (self);
  gtk_menu_button_set_menu_model (self->select, menu);
  gtk_widget_set_sensitive (GTK_WIDGET (self->select), self->rows != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->search), self->rows != NULL);
  show_model (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED_BYTES]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED_FILES]);
}

void
gui_file_tree_set_torrent (GuiFileTree *self, ShoalTorrent *torrent)
{
  if (self->torrent == torrent)
    return;
  if (self->torrent != NULL)
    g_clear_signal_handler (&self->metadata, self->torrent);
  g_set_object (&self->torrent, torrent);
  if (torrent != NULL)
    self->metadata
        = g_signal_connect_swapped (torrent, "metadata-received", G_CALLBACK (load), self);
  load (self);
}

void
gui_file_tree_set_query (GuiFileTree *self, const char *query)
{
  if (g_strcmp0 (self->query, query) == 0)
    return;
  g_free (self->query);
  self->query = g_strdup (query);
  show_model (self);
}

GBytes *
gui_file_tree_dup_priorities (GuiFileTree *self)
{
  g_autoptr (GBytes) now = NULL;
  const GuiFileNodes *nodes;
  guint8 *bytes;
  gsize len;

  if (self->rows == NULL)
    return NULL;
  now = shoal_torrent_dup_priorities (self->torrent);
  bytes = g_bytes_unref_to_data (g_steal_pointer (&now), &len);
  nodes = gui_file_rows_get_nodes (self->rows);
  gui_file_nodes_write_priorities (nodes, bytes, len);
  return g_bytes_new_take (bytes, len);
}

guint64
gui_file_tree_get_selected_bytes (GuiFileTree *self)
{
  return self->rows != NULL
             ? gui_file_nodes_get_chosen_bytes (gui_file_rows_get_nodes (self->rows), GUI_FILE_ROOT)
             : 0;
}

guint
gui_file_tree_get_selected_files (GuiFileTree *self)
{
  return self->rows != NULL
             ? gui_file_nodes_get_chosen_files (gui_file_rows_get_nodes (self->rows), GUI_FILE_ROOT)
             : 0;
}

guint
gui_file_tree_get_n_files (GuiFileTree *self)
{
  return self->rows != NULL ? gui_file_nodes_get_n_files (gui_file_rows_get_nodes (self->rows)) : 0;
}

/* --- what is done to rows --- */

/* (transfer full): the node of the row at a place of the list; lent to nobody */
static GuiFileRow *
row_at (GuiFileTree *self, guint position)
{
  GListModel *model = G_LIST_MODEL (gtk_column_view_get_model (self->view));
  g_autoptr (GtkTreeListRow) place = g_list_model_get_item (model, position);

  return place != NULL ? gtk_tree_list_row_get_item (place) : NULL;
}

GuiFileRows *
gui_file_tree_get_rows (GuiFileTree *self)
{
  return self->rows;
}

ShoalTorrent *
gui_file_tree_get_torrent (GuiFileTree *self)
{
  return self->torrent;
}

gboolean
gui_file_tree_is_live (GuiFileTree *self)
{
  return self->mode == GUI_FILE_TREE_LIVE;
}

ShoalFile *
gui_file_tree_dup_file (GuiFileTree *self, guint node)
{
  const GuiFileNodes *nodes = gui_file_rows_get_nodes (self->rows);

  return g_list_model_get_item (self->files, gui_file_nodes_first_position (nodes, node));
}

GArray *
gui_file_tree_dup_selected (GuiFileTree *self)
{
  GArray *nodes = g_array_new (FALSE, FALSE, sizeof (guint));
  GtkSelectionModel *model = gtk_column_view_get_model (self->view);
  g_autoptr (GtkBitset) selected
      = model != NULL ? gtk_selection_model_get_selection (model) : gtk_bitset_new_empty ();
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (GuiFileRow) row = row_at (self, position);
      guint node = gui_file_row_get_node (row);

      g_array_append_val (nodes, node);
    }
  return nodes;
}

static void
set_priority (GtkWidget *widget, const char *action, GVariant *priority)
{
  GuiFileTree *self = GUI_FILE_TREE (widget);
  g_autoptr (GArray) nodes = gui_file_tree_dup_selected (self);

  if (self->rows != NULL && nodes->len > 0)
    gui_file_rows_set_priority (self->rows, (const guint *) (const void *) nodes->data, nodes->len,
                                g_variant_get_uint32 (priority));
}

static void
choose_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GuiFileTree *self = GUI_FILE_TREE (widget);

  if (self->rows != NULL)
    gui_file_rows_choose (self->rows, GUI_FILE_ROOT, g_str_equal (action, "files.choose-all"));
}

static void
choose_kind (GtkWidget *widget, const char *action, GVariant *kind)
{
  GuiFileTree *self = GUI_FILE_TREE (widget);

  if (self->rows != NULL && g_variant_get_uint32 (kind) < GUI_FILE_N_KINDS)
    gui_file_rows_choose_only (self->rows, (GuiFileKind) g_variant_get_uint32 (kind));
}

/* The keyboard's tick: all of what is selected gets what the first one does not have. */
static gboolean
toggle_selected (GtkWidget *widget, GVariant *arguments, void *data)
{
  GuiFileTree *self = data;
  g_autoptr (GArray) nodes = gui_file_tree_dup_selected (self);
  const GuiFileNodes *all = self->rows != NULL ? gui_file_rows_get_nodes (self->rows) : NULL;
  gboolean chosen;

  if (nodes->len == 0)
    return FALSE;
  chosen = gui_file_nodes_get_choice (all, g_array_index (nodes, guint, 0)) != GUI_CHOICE_ALL;
  for (guint i = 0; i < nodes->len; i++)
    gui_file_rows_choose (self->rows, g_array_index (nodes, guint, i), chosen);
  return TRUE;
}

/* A double click, or Return. */
static void
on_activate (GuiFileTree *self, guint position)
{
  GListModel *model = G_LIST_MODEL (gtk_column_view_get_model (self->view));
  g_autoptr (GtkTreeListRow) place = g_list_model_get_item (model, position);
  g_autoptr (GuiFileRow) row = row_at (self, position);
  guint node = gui_file_row_get_node (row);
  const GuiFileNodes *nodes = gui_file_rows_get_nodes (self->rows);

  if (gtk_tree_list_row_is_expandable (place))
    gtk_tree_list_row_set_expanded (place, !gtk_tree_list_row_get_expanded (place));
  else if (self->mode == GUI_FILE_TREE_LIVE)
    gtk_widget_activate_action (GTK_WIDGET (self), "files.open", NULL);
  else
    gui_file_rows_choose (self->rows, node,
                          gui_file_nodes_get_choice (nodes, node) != GUI_CHOICE_ALL);
}

/* --- the menu of a row --- */

static GMenuModel *
make_row_menu (GuiFileTree *self)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) priority = g_menu_new ();
  g_autoptr (GMenuModel) live = NULL;

  if (self->mode == GUI_FILE_TREE_LIVE)
    {
      live = gui_file_tree_make_live_menu ();
      g_menu_append_section (menu, NULL, live);
    }

  g_menu_append (priority, _ ("High Priority"), "files.priority(uint32 6)");
  g_menu_append (priority, _ ("Normal Priority"), "files.priority(uint32 4)");
  g_menu_append (priority, _ ("Low Priority"), "files.priority(uint32 2)");
  g_menu_append (priority, _ ("Skip"), "files.priority(uint32 0)");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (priority));
  return G_MENU_MODEL (menu);
}

/* --- the widget --- */

static gboolean
refresh (void *data)
{
  take_done (data);
  return G_SOURCE_CONTINUE;
}

/* Often, until it is told for the first time. */
static gboolean
first_refresh (void *data)
{
  GuiFileTree *self = data;

  take_done (self);
  if (self->rows != NULL && !gui_file_nodes_is_done_known (gui_file_rows_get_nodes (self->rows)))
    return G_SOURCE_CONTINUE;
  self->refresh = g_timeout_add_seconds (1, refresh, self);
  return G_SOURCE_REMOVE;
}

static void
gui_file_tree_map (GtkWidget *widget)
{
  GuiFileTree *self = GUI_FILE_TREE (widget);

  GTK_WIDGET_CLASS (gui_file_tree_parent_class)->map (widget);
  if (self->mode != GUI_FILE_TREE_LIVE || self->refresh != 0)
    return;
  take_done (self);
  self->refresh = g_timeout_add (FIRST_REFRESH_MS, first_refresh, self);
}

static void
gui_file_tree_unmap (GtkWidget *widget)
{
  GuiFileTree *self = GUI_FILE_TREE (widget);

  g_clear_handle_id (&self->refresh, g_source_remove);
  GTK_WIDGET_CLASS (gui_file_tree_parent_class)->unmap (widget);
}

static void
gui_file_tree_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GuiFileTree *self = GUI_FILE_TREE (object);

  if (id == PROP_SELECTED_BYTES)
    g_value_set_uint64 (value, gui_file_tree_get_selected_bytes (self));
  else if (id == PROP_SELECTED_FILES)
    g_value_set_uint (value, gui_file_tree_get_selected_files (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

/* What asks for a name: a child that a box does not know. */
static void
drop_popovers (GuiFileTree *self)
{
  GtkWidget *next;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = next)
    {
      next = gtk_widget_get_next_sibling (child);
      if (!GTK_IS_POPOVER (child))
        continue;
      gtk_popover_popdown (GTK_POPOVER (child));
      gtk_widget_unparent (child);
    }
}

static void
gui_file_tree_dispose (GObject *object)
{
  GuiFileTree *self = GUI_FILE_TREE (object);

  g_clear_handle_id (&self->refresh, g_source_remove);
  if (self->torrent != NULL)
    g_clear_signal_handler (&self->metadata, self->torrent);
  forget_files (self);
  g_clear_object (&self->torrent);
  g_clear_pointer (&self->query, g_free);
  gui_row_menu_clear (&self->menu);
  drop_popovers (self);
  G_OBJECT_CLASS (gui_file_tree_parent_class)->dispose (object);
}

static void
gui_file_tree_class_init (GuiFileTreeClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_file_tree_dispose;
  G_OBJECT_CLASS (class)->get_property = gui_file_tree_get_property;
  widget->map = gui_file_tree_map;
  widget->unmap = gui_file_tree_unmap;
  properties[PROP_SELECTED_BYTES] = g_param_spec_uint64 (
      "selected-bytes", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTED_FILES] = g_param_spec_uint (
      "selected-files", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPERTIES, properties);
  g_type_ensure (GUI_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/parts/gui-file-tree.ui");
  gtk_widget_class_bind_template_child (widget, GuiFileTree, view);
  gtk_widget_class_bind_template_child (widget, GuiFileTree, stack);
  gtk_widget_class_bind_template_child (widget, GuiFileTree, search);
  gtk_widget_class_bind_template_child (widget, GuiFileTree, select);
  gtk_widget_class_bind_template_callback (widget, on_activate);
  gtk_widget_class_install_action (widget, "files.choose-all", NULL, choose_all);
  gtk_widget_class_install_action (widget, "files.choose-none", NULL, choose_all);
  gtk_widget_class_install_action (widget, "files.choose-kind", "u", choose_kind);
  gtk_widget_class_install_action (widget, "files.priority", "u", set_priority);
  gui_file_tree_install_live (widget);
}

/* Before a check box of a row has them. */
static GtkEventController *
new_keys (GuiFileTree *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("space"),
                        gtk_callback_action_new (toggle_selected, self, NULL)));
  return keys;
}

static void
on_search (GtkSearchEntry *entry, void *tree)
{
  gui_file_tree_set_query (tree, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

static void
gui_file_tree_init (GuiFileTree *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_add_controller (GTK_WIDGET (self->view), new_keys (self));
  gui_row_menu_init (&self->menu, GTK_WIDGET (self));
  gui_row_menu_add_list (&self->menu, GTK_WIDGET (self->view));
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search), self);
}

void
gui_file_tree_set_narrow (GuiFileTree *self, gboolean narrow)
{
  gui_file_cell_show_sizes (self->view, !narrow);
}

GtkWidget *
gui_file_tree_new (GuiFileTreeMode mode)
{
  GuiFileTree *self = g_object_new (GUI_TYPE_FILE_TREE, NULL);

  self->mode = mode;
  gui_row_menu_set (&self->menu, make_row_menu (self));
  gui_file_cell_add_columns (self->view, mode == GUI_FILE_TREE_LIVE);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->search)),
                          mode == GUI_FILE_TREE_CHOOSE);
  load (self);
  return GTK_WIDGET (self);
}
