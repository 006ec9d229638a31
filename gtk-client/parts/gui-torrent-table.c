/* gui-torrent-table.c: see gui-torrent-table.h. */
#include "gtk-client/parts/gui-torrent-table.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-cells.h"
#include "gtk-client/parts/gui-column-set.h"
#include "gtk-client/parts/gui-picked.h"
#include "gtk-client/parts/gui-portion.h"
#include "gtk-client/parts/gui-row-menu.h"
#include "gtk-client/parts/gui-tab-stop.h"
#include "gtk-client/text/gui-keys.h"

#define ROWS_A_FRAME 24u   /* that are made; a window that is not tall shows as many */
#define ROWS_OF_GTK 200u   /* for which a list of GTK makes widgets, however few are seen */
#define WARMED_A_TURN 100u /* torrents; about a millisecond */

struct _GuiTorrentTable
{
  AdwBin parent;
  GtkSortListModel *sorted;
  GuiPicked *order;    /* all of them as they are sorted, to be walked */
  GuiPortion *portion; /* those that rows are made for: all, soon after the table is shown */
  GtkSelectionModel *selection;
  GuiColumnSet *columns;
  GtkWidget *scroller;
  GtkWidget *column_view; /* one of the two is in the scroller; both are owned here */
  GtkWidget *row_view;
  GuiRowMenu menu;
  guint growing; /* the callback by which the portion grows with each frame */
  guint frames;  /* that it has seen */
  guint warming; /* the source that makes keys */
  guint warmed;  /* how many have them */
  gboolean compact;
};

enum
{
  PROP_COMPACT = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GuiTorrentTable, gui_torrent_table, ADW_TYPE_BIN)

/* --- selection --- */

GtkSelectionModel *
gui_torrent_table_get_selection (GuiTorrentTable *self)
{
  return self->selection;
}

GPtrArray *
gui_torrent_table_dup_selected (GuiTorrentTable *self)
{
  GPtrArray *torrents = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (self->selection);
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (torrents, g_list_model_get_item (G_LIST_MODEL (self->selection), position));
  return torrents;
}

/* The list that scrolls: of a column view it is a child. */
static GtkWidget *
shown_list (GuiTorrentTable *self)
{
  GtkWidget *child;

  if (self->compact)
    return self->row_view;
  child = gtk_widget_get_first_child (self->column_view);
  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

/* --- the portion --- */

static gboolean
shows_all (GuiTorrentTable *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->sorted))
         <= gui_portion_get_limit (self->portion);
}

/* The first frame that the clock tells of is not drawn yet: what is there is seen before there is
 * more. */
static gboolean
grow (GtkWidget *widget, GdkFrameClock *clock, void *data)
{
  GuiTorrentTable *self = GUI_TORRENT_TABLE (widget);
  guint limit = gui_portion_get_limit (self->portion) + ROWS_A_FRAME;

  if (self->frames++ == 0)
    return G_SOURCE_CONTINUE;
  gui_portion_set_limit (self->portion, limit < ROWS_OF_GTK ? limit : GUI_PORTION_ALL);
  if (!shows_all (self))
    return G_SOURCE_CONTINUE;
  self->growing = 0;
  return G_SOURCE_REMOVE;
}

/* The widgets of two hundred rows take longer than all else that a window does before it is drawn:
 * a table that is not shown yet has none, and one that is gets them little by little. */
static void
grow_on (GuiTorrentTable *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || self->growing != 0)
    return;
  if (gui_portion_get_limit (self->portion) == 0)
    gui_portion_set_limit (self->portion, ROWS_A_FRAME);
  if (shows_all (self))
    return;
  self->frames = 0;
  self->growing = gtk_widget_add_tick_callback (GTK_WIDGET (self), grow, NULL, NULL);
}

static void
map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (gui_torrent_table_parent_class)->map (widget);
  grow_on (GUI_TORRENT_TABLE (widget));
}

static void
unmap (GtkWidget *widget)
{
  GuiTorrentTable *self = GUI_TORRENT_TABLE (widget);

  if (self->growing != 0)
    gtk_widget_remove_tick_callback (widget, self->growing);
  self->growing = 0;
  GTK_WIDGET_CLASS (gui_torrent_table_parent_class)->unmap (widget);
}

void
gui_torrent_table_select (GuiTorrentTable *self, ShoalTorrent *torrent)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalTorrent) item = g_list_model_get_item (G_LIST_MODEL (self->sorted), i);

      if (item != torrent)
        continue;
      if (i >= gui_portion_get_limit (self->portion))
        gui_portion_set_limit (self->portion, GUI_PORTION_ALL);
      gtk_selection_model_select_item (self->selection, i, TRUE);
      gtk_widget_activate_action (shown_list (self), "list.scroll-to-item", "u", i);
      return;
    }
}

void
gui_torrent_table_set_menu (GuiTorrentTable *self, GMenuModel *menu)
{
  gui_row_menu_set (&self->menu, g_object_ref (menu));
}

/* --- columns or rows --- */

static void
show_view (GuiTorrentTable *self)
{
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->column_view),
                             self->compact ? NULL : self->selection);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->row_view), self->compact ? self->selection : NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller),
                                 self->compact ? self->row_view : self->column_view);
}

void
gui_torrent_table_set_compact (GuiTorrentTable *self, gboolean compact)
{
  if (self->compact == compact)
    return;
  self->compact = compact;
  show_view (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPACT]);
}

GMenuModel *
gui_torrent_table_get_columns_menu (GuiTorrentTable *self)
{
  return gui_column_set_get_menu (self->columns);
}

GMenuModel *
gui_torrent_table_get_sort_menu (GuiTorrentTable *self)
{
  return gui_column_set_get_sort_menu (self->columns);
}

GActionGroup *
gui_torrent_table_get_actions (GuiTorrentTable *self)
{
  return gui_column_set_get_actions (self->columns);
}

void
gui_torrent_table_tick (GuiTorrentTable *self)
{
  guint n;
  ShoalTorrent *const *torrents = gui_picked_peek (self->order, &n);

  gui_column_set_tick (self->columns, torrents, n);
}

/* --- keys --- */

/* What names are put in order by costs more than the order itself: it is made while nothing else is
 * to be done, before somebody asks for it. */
static gboolean
warm_some (void *data)
{
  GuiTorrentTable *self = data;
  guint n;
  ShoalTorrent *const *torrents = gui_picked_peek (self->order, &n);
  guint end = MIN (n, self->warmed + WARMED_A_TURN);

  for (; self->warmed < end; self->warmed++)
    (void) gui_keys_of (torrents[self->warmed]); /* which keeps them */
  if (self->warmed < n)
    return G_SOURCE_CONTINUE;
  self->warming = 0;
  return G_SOURCE_REMOVE;
}

static void
warm (GuiTorrentTable *self)
{
  self->warmed = 0;
  if (self->warming == 0)
    self->warming = g_idle_add_full (G_PRIORITY_LOW, warm_some, self, NULL);
}

/* --- the object --- */

static void
on_activate (GtkWidget *view, guint position, GuiTorrentTable *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "torrents.open", "u", position);
}

static void
add_view (GuiTorrentTable *self, GtkWidget *view)
{
  gui_row_menu_add_list (&self->menu, view);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Torrents"), -1);
  g_signal_connect (view, "activate", G_CALLBACK (on_activate), self);
  g_object_ref_sink (view);
}

static void
gui_torrent_table_dispose (GObject *object)
{
  GuiTorrentTable *self = GUI_TORRENT_TABLE (object);

  if (self->order != NULL)
    {
      gui_picked_stop (self->order);
      gtk_sort_list_model_set_sorter (self->sorted, NULL);
    }
  g_clear_handle_id (&self->warming, g_source_remove);
  g_clear_pointer (&self->columns, gui_column_set_free);
  gui_row_menu_clear (&self->menu);
  g_clear_object (&self->column_view);
  g_clear_object (&self->row_view);
  g_clear_object (&self->selection);
  g_clear_object (&self->portion);
  g_clear_object (&self->order);
  g_clear_object (&self->sorted);
  G_OBJECT_CLASS (gui_torrent_table_parent_class)->dispose (object);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, GUI_TORRENT_TABLE (object)->compact);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  gui_torrent_table_set_compact (GUI_TORRENT_TABLE (object), g_value_get_boolean (value));
}

static void
gui_torrent_table_class_init (GuiTorrentTableClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);

  object->dispose = gui_torrent_table_dispose;
  GTK_WIDGET_CLASS (class)->map = map;
  GTK_WIDGET_CLASS (class)->unmap = unmap;
  object->get_property = get_property;
  object->set_property = set_property;
  properties[PROP_COMPACT]
      = g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object, N_PROPERTIES, properties);
}

static void
gui_torrent_table_init (GuiTorrentTable *self)
{
  g_autoptr (GtkListItemFactory) rows = gui_cells_new_rows ();

  gui_row_menu_init (&self->menu, GTK_WIDGET (self));
  self->column_view = gtk_column_view_new (NULL);
  self->row_view = gtk_list_view_new (NULL, g_steal_pointer (&rows));
  add_view (self, self->column_view);
  add_view (self, self->row_view);
  gtk_column_view_set_enable_rubberband (GTK_COLUMN_VIEW (self->column_view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->column_view)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Titles of the columns"), -1);
  gtk_widget_add_css_class (self->column_view, "data-table");
  self->scroller = gtk_scrolled_window_new ();
  gtk_widget_set_vexpand (self->scroller, TRUE);
  adw_bin_set_child (ADW_BIN (self), gui_tab_stop_new (self->scroller));
}

GuiTorrentTable *
gui_torrent_table_new (GListModel *torrents, GSettings *settings, const char *name,
                       const char *const *shown)
{
  GuiTorrentTable *self = g_object_new (GUI_TYPE_TORRENT_TABLE, NULL);
  GtkColumnView *view = GTK_COLUMN_VIEW (self->column_view);

  self->columns = gui_column_set_new (view, settings, name, shown);
  self->sorted = gtk_sort_list_model_new (g_object_ref (torrents),
                                          g_object_ref (gtk_column_view_get_sorter (view)));
  self->order = gui_picked_new (G_LIST_MODEL (self->sorted), NULL, NULL);
  self->portion = gui_portion_new (G_LIST_MODEL (self->sorted));
  self->selection
      = GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->portion))));
  g_signal_connect_object (self->sorted, "items-changed", G_CALLBACK (grow_on), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (torrents, "items-changed", G_CALLBACK (warm), self, G_CONNECT_SWAPPED);
  warm (self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns",
                                  gui_column_set_get_actions (self->columns));
  show_view (self);
  return self;
}
