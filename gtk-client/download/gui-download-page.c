/* gui-download-page.c: see gui-download-page.h. */
#include "gtk-client/download/gui-download-page.h"

#include <glib/gi18n.h>

#include "gtk-client/download/gui-download-list.h"
#include "gtk-client/download/gui-filter-bar.h"
#include "gtk-client/model/gui-torrent-actions.h"
#include "gtk-client/parts/gui-adaptive.h"
#include "gtk-client/parts/gui-torrent-table.h"

struct _GuiDownloadPage
{
  AdwBin parent;
  GuiSession *session;
  GuiDownloadList *list;
  GuiTorrentTable *table;
  GuiTorrentActions *actions;
  GuiAdaptive *adaptive;
  AdwLeaflet *leaflet;
  GtkPaned *paned;
  GtkStack *stack; /* nothing at all, or the list */
  GtkStack *found; /* the table, or that nothing fits */
  AdwStatusPage *nothing;
  GuiFilterBar *filter_bar;
  AdwBin *table_bin;
  GtkMenuButton *view_button;
  GMenu *view_menu;
};

enum
{
  PROP_QUERY = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GuiDownloadPage, gui_download_page, ADW_TYPE_BIN)

/* --- what is listed --- */

static void
update_stacks (GuiDownloadPage *self)
{
  guint all = g_list_model_get_n_items (gui_session_get_torrents (self->session));
  guint listed = g_list_model_get_n_items (gui_download_list_get_model (self->list));
  gboolean searches = gui_download_list_get_query (self->list) != NULL
                      && *gui_download_list_get_query (self->list) != '\0';

  gtk_stack_set_visible_child_name (self->stack, all > 0 ? "list" : "empty");
  gtk_stack_set_visible_child_name (self->found, listed > 0 ? "table" : "nothing");
  if (listed == 0)
    adw_status_page_set_description (self->nothing, searches
                                                        ? _ ("No torrent has a name like that.")
                                                        : _ ("No torrent is in this state."));
}

static void
on_filter (GuiDownloadPage *self)
{
  gui_download_list_set_filter (self->list, gui_filter_bar_get_filter (self->filter_bar));
  update_stacks (self);
}

static void
update_counts (GuiDownloadPage *self)
{
  guint counts[GUI_N_FILTERS];

  gui_filters_count (gui_session_get_torrents (self->session), counts);
  gui_filter_bar_set_counts (self->filter_bar, counts);
}

static void
on_tick (GuiDownloadPage *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  update_counts (self);
  gui_download_list_tick (self->list);
  gui_torrent_table_tick (self->table);
  gui_torrent_actions_update (self->actions);
  update_stacks (self);
}

static void
on_items_changed (GuiDownloadPage *self)
{
  update_counts (self);
  update_stacks (self);
}

static void
set_query (GuiDownloadPage *self, const char *query)
{
  if (g_strcmp0 (gui_download_list_get_query (self->list), query) == 0)
    return;
  gui_download_list_set_query (self->list, query);
  update_stacks (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUERY]);
}

static void
show_all (GtkWidget *widget, const char *action, GVariant *argument)
{
  GuiDownloadPage *self = GUI_DOWNLOAD_PAGE (widget);

  g_object_set (self->filter_bar, "filter", "all", NULL);
  set_query (self, NULL);
}

void
gui_download_page_show (GuiDownloadPage *self, ShoalTorrent *torrent)
{
  show_all (GTK_WIDGET (self), NULL, NULL);
  gui_torrent_table_select (self->table, torrent);
}

void
gui_download_page_show_details (GuiDownloadPage *self, gboolean shown)
{
}

/* --- columns or rows --- */

/* A narrow page has rows whatever is chosen. */
static void
update_compact (GuiDownloadPage *self)
{
  GSettings *settings = gui_session_get_settings (self->session);

  gui_torrent_table_set_compact (self->table, gui_adaptive_get_narrow (self->adaptive)
                                                  || g_settings_get_boolean (settings, "compact"));
}

static void
on_narrow (GuiDownloadPage *self)
{
  update_compact (self);
}

static void
make_view_menu (GuiDownloadPage *self)
{
  GMenu *order = g_menu_new ();

  g_menu_append (order, _ ("_Descending"), "columns.descending");
  g_menu_append_section (self->view_menu, NULL, G_MENU_MODEL (order));
  g_menu_append_section (self->view_menu, _ ("Order"),
                         gui_torrent_table_get_sort_menu (self->table));
  g_menu_append_submenu (self->view_menu, _ ("Columns"),
                         gui_torrent_table_get_columns_menu (self->table));
  g_object_unref (order);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns",
                                  gui_torrent_table_get_actions (self->table));
}

static void
make_view_actions (GuiDownloadPage *self)
{
  GSettings *settings = gui_session_get_settings (self->session);
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GAction) compact = g_settings_create_action (settings, "compact");

  g_action_map_add_action (G_ACTION_MAP (group), compact);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "view", G_ACTION_GROUP (group));
  g_signal_connect_object (settings, "changed::compact", G_CALLBACK (update_compact), self,
                           G_CONNECT_SWAPPED);
}

/* --- the object --- */

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_string (value, gui_download_list_get_query (GUI_DOWNLOAD_PAGE (object)->list));
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  set_query (GUI_DOWNLOAD_PAGE (object), g_value_get_string (value));
}

static void
gui_download_page_dispose (GObject *object)
{
  GuiDownloadPage *self = GUI_DOWNLOAD_PAGE (object);

  if (self->table_bin != NULL)
    adw_bin_set_child (self->table_bin, NULL);
  g_clear_object (&self->actions);
  g_clear_object (&self->list);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_download_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, adaptive);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, leaflet);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, paned);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, stack);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, found);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, nothing);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, filter_bar);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, table_bin);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, view_button);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, view_menu);
}

static void
gui_download_page_class_init (GuiDownloadPageClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  object->dispose = gui_download_page_dispose;
  object->get_property = get_property;
  object->set_property = set_property;
  properties[PROP_QUERY]
      = g_param_spec_string ("query", NULL, NULL, NULL,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object, N_PROPERTIES, properties);
  g_type_ensure (GUI_TYPE_ADAPTIVE);
  g_type_ensure (GUI_TYPE_FILTER_BAR);
  gtk_widget_class_set_template_from_resource (widget,
                                               "/org/shoal/Shoal/download/gui-download-page.ui");
  bind_children (widget);
  gtk_widget_class_install_action (widget, "page.show-all", NULL, show_all);
}

static void
gui_download_page_init (GuiDownloadPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
watch (GuiDownloadPage *self)
{
  GListModel *torrents = gui_session_get_torrents (self->session);

  g_signal_connect_object (self->session, "tick", G_CALLBACK (on_tick), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (torrents, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->filter_bar, "notify::filter", G_CALLBACK (on_filter), self);
  g_signal_connect_swapped (self->adaptive, "notify::narrow", G_CALLBACK (on_narrow), self);
  g_settings_bind (gui_session_get_settings (self->session), "download-filter", self->filter_bar,
                   "filter", G_SETTINGS_BIND_DEFAULT);
}

GuiDownloadPage *
gui_download_page_new (GuiSession *session)
{
  GuiDownloadPage *self = g_object_new (GUI_TYPE_DOWNLOAD_PAGE, NULL);

  self->session = g_object_ref (session);
  self->list = gui_download_list_new (gui_session_get_torrents (session));
  self->table = gui_torrent_table_new (gui_download_list_get_model (self->list),
                                       gui_session_get_settings (session), "download", NULL);
  adw_bin_set_child (self->table_bin, GTK_WIDGET (self->table));
  self->actions = gui_torrent_actions_install (GTK_WIDGET (self), session, self->table);
  make_view_menu (self);
  make_view_actions (self);
  watch (self);
  update_compact (self);
  on_items_changed (self);
  return self;
}
