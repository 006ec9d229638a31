/* gui-column-set.c: see gui-column-set.h. */
#include "gtk-client/parts/gui-column-set.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-cells.h"
#include "gtk-client/parts/gui-title.h"
#include "gtk-client/parts/gui-width.h"
#include "gtk-client/text/gui-state.h"

#define SAVE_MS 500u    /* after a change, so that dragging an edge writes once */
#define WIDTH_MAX 10000 /* of a column, in pixels: what settings may ask for */
#define AROUND_WORD 34  /* pixels beside the word of a state: its symbol, and margins */
#define AROUND_FIGURE 14

typedef struct
{
  GuiColumnSet *set; /* that owns it */
  const GuiColumn *column;
  GtkColumnViewColumn *view_column;
  int preset; /* the width that nobody has chosen */
  int width;  /* also while it is hidden */
} Entry;

struct GuiColumnSet
{
  GtkColumnView *view; /* lent */
  GSettings *settings;
  char *columns_key;
  char *sort_key;
  const char *const *shown; /* at first; NULL for those of the table */
  GPtrArray *entries;       /* of Entry */
  GSimpleActionGroup *actions;
  GMenu *menu;
  GMenu *sort_menu;
  guint saving;
  gboolean ticking; /* the order is restored, not changed */
  gboolean probing; /* the sorters answer gui_column_set_get_sort(), not the list */
  const Entry *probed;
};

/* --- the sorting --- */

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Entry *entry = data;
  GuiColumnSet *self = entry->set;

  if (!self->probing)
    return entry->column->compare ((ShoalTorrent *) a, (ShoalTorrent *) b);
  if (self->probed == NULL)
    self->probed = entry;
  return -1;
}

/* Which column the view sorts by first is told by nothing before GTK 4.10. The sorter asks its
 * columns in their order, so the one that is asked first is it, and the answer is turned around
 * when it descends. */
static const Entry *
sorted_by (GuiColumnSet *self, gboolean *descending)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (self->view);
  GtkOrdering order;

  self->probing = TRUE;
  self->probed = NULL;
  order = gtk_sorter_compare (sorter, self->view, self->settings);
  self->probing = FALSE;
  *descending = order == GTK_ORDERING_LARGER;
  return self->probed;
}

static void
sort_by (GuiColumnSet *self, const char *id, gboolean descending)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (strcmp (entry->column->id, id) == 0)
        gtk_column_view_sort_by_column (self->view, entry->view_column,
                                        descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
    }
}

/* By the column that comes first alone: what is equal in it keeps its place. */
static gboolean
is_in_order (GuiColumnSet *self, ShoalTorrent *const *torrents, guint n)
{
  gboolean descending;
  const Entry *entry = sorted_by (self, &descending);

  for (guint i = 1; entry != NULL && i < n; i++)
    {
      int order = entry->column->compare (torrents[i - 1], torrents[i]);

      if (descending ? order < 0 : order > 0)
        return FALSE;
    }
  return TRUE;
}

void
gui_column_set_tick (GuiColumnSet *self, ShoalTorrent *const *torrents, guint n)
{
  if (is_in_order (self, torrents, n))
    return;
  self->ticking = TRUE;
  gtk_sorter_changed (gtk_column_view_get_sorter (self->view), GTK_SORTER_CHANGE_DIFFERENT);
  self->ticking = FALSE;
}

/* --- what is remembered --- */

/* A width that nobody has chosen follows the language and the size of text. */
static void
save_columns (GuiColumnSet *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->view);
  GVariantBuilder all;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("a(sbi)"));
  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);
      const Entry *entry = g_object_get_data (G_OBJECT (column), "gui-entry");

      if (entry != NULL)
        g_variant_builder_add (&all, "(sbi)", entry->column->id,
                               gtk_column_view_column_get_visible (column),
                               entry->width != entry->preset ? entry->width : 0);
    }
  g_settings_set_value (self->settings, self->columns_key, g_variant_builder_end (&all));
}

static gboolean
is_due (void *data)
{
  GuiColumnSet *self = data;

  self->saving = 0;
  save_columns (self);
  return G_SOURCE_REMOVE;
}

/* Before the view goes: the program hides its windows first when it ends, and may not come to more.
 */
static void
save_now (GuiColumnSet *self)
{
  if (self->saving == 0)
    return;
  g_clear_handle_id (&self->saving, g_source_remove);
  save_columns (self);
}

/* A view takes the width of columns that are hidden off that of what expands, and has cells of them
 * as well. */
static void
apply_visible (const Entry *entry)
{
  gboolean shown = gtk_column_view_column_get_visible (entry->view_column);

  gui_cells_set_shown (gtk_column_view_column_get_factory (entry->view_column), shown);
  gtk_column_view_column_set_fixed_width (entry->view_column, shown ? entry->width : 0);
}

static void
save_soon (GuiColumnSet *self)
{
  if (self->saving == 0)
    self->saving = g_timeout_add (SAVE_MS, is_due, self);
}

static void
on_visible (GtkColumnViewColumn *column, GParamSpec *property, Entry *entry)
{
  apply_visible (entry);
  save_soon (entry->set);
}

static void
on_width (GtkColumnViewColumn *column, GParamSpec *property, Entry *entry)
{
  if (gtk_column_view_column_get_visible (column))
    entry->width = gtk_column_view_column_get_fixed_width (column);
  save_soon (entry->set);
}

static void
show_sort (GuiColumnSet *self, const Entry *sorted, gboolean descending)
{
  GActionMap *actions = G_ACTION_MAP (self->actions);

  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (actions, "sort")),
                             g_variant_new_string (sorted->column->id));
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (actions, "descending")),
                             g_variant_new_boolean (descending));
}

/* Each second a list may be put in order again, by the same column: nothing to be written. */
static void
on_sorter (GuiColumnSet *self)
{
  gboolean descending;
  const Entry *sorted;

  if (self->ticking)
    return;
  sorted = sorted_by (self, &descending);
  if (sorted == NULL)
    return;
  show_sort (self, sorted, descending);
  g_settings_set (self->settings, self->sort_key, "(sb)", sorted->column->id, descending);
}

static Entry *
find (GuiColumnSet *self, const char *id)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (strcmp (((Entry *) self->entries->pdata[i])->column->id, id) == 0)
      return self->entries->pdata[i];
  return NULL;
}

/* A column that a newer or older version has, or not, keeps the place that the table gives it. */
static void
restore_columns (GuiColumnSet *self)
{
  g_autoptr (GVariantIter) iter = NULL;
  const char *id;
  gboolean visible;
  gint32 width;
  guint place = 0;

  g_settings_get (self->settings, self->columns_key, "a(sbi)", &iter);
  while (g_variant_iter_loop (iter, "(&sbi)", &id, &visible, &width))
    {
      Entry *entry = find (self, id);

      if (entry == NULL)
        continue;
      gtk_column_view_insert_column (self->view, place++, entry->view_column);
      gtk_column_view_column_set_visible (entry->view_column,
                                          visible || entry->column->kind == GUI_COLUMN_NAME);
      if (width > 0 && width < WIDTH_MAX && entry->column->kind != GUI_COLUMN_NAME)
        entry->width = width;
      apply_visible (entry);
    }
}

static void
restore_sort (GuiColumnSet *self)
{
  g_autofree char *id = NULL;
  gboolean descending;
  const Entry *sorted;

  g_settings_get (self->settings, self->sort_key, "(sb)", &id, &descending);
  sort_by (self, find (self, id) != NULL ? id : "added", descending);
  sorted = sorted_by (self, &descending);
  show_sort (self, sorted, descending);
}

/* --- actions and menus --- */

static void
change_sort (GSimpleAction *action, GVariant *id, void *data)
{
  gboolean descending;

  sorted_by (data, &descending);
  sort_by (data, g_variant_get_string (id, NULL), descending);
}

static void
change_direction (GSimpleAction *action, GVariant *descending, void *data)
{
  gboolean before;
  const Entry *sorted = sorted_by (data, &before);

  if (sorted != NULL)
    sort_by (data, sorted->column->id, g_variant_get_boolean (descending));
}

static void
make_actions (GuiColumnSet *self)
{
  static const GActionEntry entries[] = {
    { .name = "sort", .parameter_type = "s", .state = "'added'", .change_state = change_sort },
    { .name = "descending", .state = "false", .change_state = change_direction },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
}

static void
add_to_menus (GuiColumnSet *self, Entry *entry)
{
  g_autofree char *toggle = g_strdup_printf ("columns.%s", entry->column->id);
  g_autofree char *order = g_strdup_printf ("columns.sort::%s", entry->column->id);
  g_autoptr (GPropertyAction) action = NULL;

  g_menu_append (self->sort_menu, _ (entry->column->title), order);
  if (entry->column->kind == GUI_COLUMN_NAME)
    return;
  action = g_property_action_new (entry->column->id, entry->view_column, "visible");
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
  g_menu_append (self->menu, _ (entry->column->title), toggle);
}

/* --- the columns --- */

static gboolean
is_shown_at_first (GuiColumnSet *self, const GuiColumn *column)
{
  return self->shown != NULL ? g_strv_contains (self->shown, column->id) : column->shown;
}

static int
widest_state (GtkWidget *view)
{
  int widest = 0;

  for (guint state = 0; state < GUI_N_STATES; state++)
    widest = MAX (widest, gui_width_of (view, gui_state_word (state)));
  return widest + AROUND_WORD;
}

static int
preset_of (GuiColumnSet *self, const GuiColumn *column)
{
  GtkWidget *view = GTK_WIDGET (self->view);
  g_autofree char *widest = NULL;
  int width;

  if (column->kind == GUI_COLUMN_NAME)
    return column->width;
  width = gui_width_of_column (view, column->width, _ (column->title));
  if (column->kind == GUI_COLUMN_STATE)
    return MAX (width, widest_state (view));
  if (column->widest == NULL)
    return width;
  widest = column->widest ();
  return MAX (width, gui_width_of (view, widest) + AROUND_FIGURE);
}

static void
add_column (GuiColumnSet *self, const GuiColumn *column)
{
  Entry *entry = g_new0 (Entry, 1);
  g_autoptr (GtkSorter) sorter = NULL;
  GtkColumnViewColumn *made
      = gtk_column_view_column_new (_ (column->title), gui_cells_new (column));

  entry->set = self;
  entry->column = column;
  entry->view_column = made;
  sorter = GTK_SORTER (gtk_custom_sorter_new (compare, entry, NULL));
  gtk_column_view_column_set_sorter (made, sorter);
  /* The name takes what the others leave: a view from right to left puts its titles beside their
   * columns only while these fill it. */
  gtk_column_view_column_set_resizable (made, column->kind != GUI_COLUMN_NAME);
  gtk_column_view_column_set_expand (made, column->kind == GUI_COLUMN_NAME);
  gtk_column_view_column_set_visible (made, is_shown_at_first (self, column));
  entry->preset = preset_of (self, column);
  entry->width = entry->preset;
  apply_visible (entry);
  gtk_column_view_column_set_header_menu (made, G_MENU_MODEL (self->menu));
  g_object_set_data (G_OBJECT (made), "gui-entry", entry);
  g_ptr_array_add (self->entries, entry);
  gtk_column_view_append_column (self->view, made);
  if (column->kind == GUI_COLUMN_FIGURE)
    gui_title_over_figures (self->view);
  add_to_menus (self, entry);
}

static void
entry_free (Entry *entry)
{
  GtkSorter *sorter = gtk_column_view_column_get_sorter (entry->view_column);

  g_signal_handlers_disconnect_by_data (entry->view_column, entry);
  gtk_custom_sorter_set_sort_func (GTK_CUSTOM_SORTER (sorter), NULL, NULL, NULL);
  g_object_set_data (G_OBJECT (entry->view_column), "gui-entry", NULL);
  g_object_unref (entry->view_column);
  g_free (entry);
}

static void
watch (GuiColumnSet *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      g_signal_connect (entry->view_column, "notify::visible", G_CALLBACK (on_visible), entry);
      g_signal_connect (entry->view_column, "notify::fixed-width", G_CALLBACK (on_width), entry);
    }
  g_signal_connect_swapped (gtk_column_view_get_columns (self->view), "items-changed",
                            G_CALLBACK (save_soon), self);
  g_signal_connect_swapped (gtk_column_view_get_sorter (self->view), "changed",
                            G_CALLBACK (on_sorter), self);
  g_signal_connect_swapped (self->view, "unmap", G_CALLBACK (save_now), self);
}

GuiColumnSet *
gui_column_set_new (GtkColumnView *view, GSettings *settings, const char *name,
                    const char *const *shown)
{
  GuiColumnSet *self = g_new0 (GuiColumnSet, 1);
  guint n;
  const GuiColumn *columns = gui_columns (&n);

  self->view = view;
  self->settings = g_object_ref (settings);
  self->columns_key = g_strdup_printf ("%s-columns", name);
  self->sort_key = g_strdup_printf ("%s-sort", name);
  self->shown = shown;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  self->menu = g_menu_new ();
  self->sort_menu = g_menu_new ();
  make_actions (self);
  for (guint i = 0; i < n; i++)
    add_column (self, &columns[i]);
  restore_columns (self);
  restore_sort (self);
  watch (self);
  return self;
}

void
gui_column_set_free (GuiColumnSet *self)
{
  if (self == NULL)
    return;
  save_now (self);
  g_signal_handlers_disconnect_by_data (self->view, self);
  g_signal_handlers_disconnect_by_data (gtk_column_view_get_columns (self->view), self);
  g_signal_handlers_disconnect_by_data (gtk_column_view_get_sorter (self->view), self);
  g_ptr_array_unref (self->entries);
  g_object_unref (self->actions);
  g_object_unref (self->menu);
  g_object_unref (self->sort_menu);
  g_object_unref (self->settings);
  g_free (self->columns_key);
  g_free (self->sort_key);
  g_free (self);
}

GActionGroup *
gui_column_set_get_actions (GuiColumnSet *self)
{
  return G_ACTION_GROUP (self->actions);
}

GMenuModel *
gui_column_set_get_menu (GuiColumnSet *self)
{
  return G_MENU_MODEL (self->menu);
}

GMenuModel *
gui_column_set_get_sort_menu (GuiColumnSet *self)
{
  return G_MENU_MODEL (self->sort_menu);
}
