/* gui-download-page.c: see gui-download-page.h. */
#include "gtk-client/download/gui-download-page.h"

#include <glib/gi18n.h>

#include "gtk-client/details/gui-details.h"
#include "gtk-client/download/gui-filter-bar.h"
#include "gtk-client/model/gui-torrent-actions.h"
#include "gtk-client/parts/gui-adaptive.h"
#include "gtk-client/parts/gui-picked.h"
#include "gtk-client/parts/gui-torrent-table.h"
#include "gtk-client/text/gui-text.h"

#define DETAILS_HEIGHT_MIN 120 /* the least that the setting permits */

struct _GuiDownloadPage
{
  AdwBin parent;
  GuiSession *session;
  GuiPicked *list; /* what fits the filter and the query */
  GuiFilter filter;
  GuiTorrentTable *table;
  GuiTorrentActions *actions;
  GuiAdaptive *adaptive;
  AdwLeaflet *leaflet;
  GtkPaned *paned;
  GtkStack *stack; /* nothing at all, or the list */
  GtkStack *found; /* the table, or that nothing fits */
  AdwStatusPage *nothing;
  GuiFilterBar *filter_bar;
  GuiDetails *details; /* owned, also while neither bin has it */
  gboolean details_shown;
  gboolean height_set;
  AdwBin *below;
  AdwBin *beside;
  GtkInscription *details_title;
  AdwBin *table_bin;
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

static gboolean
fits (ShoalTorrent *torrent, void *data)
{
  return gui_filters_fit (GUI_DOWNLOAD_PAGE (data)->filter, torrent);
}

static void
update_stacks (GuiDownloadPage *self)
{
  guint all = g_list_model_get_n_items (gui_session_get_torrents (self->session));
  guint listed = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  const char *query = gui_picked_get_query (self->list);
  gboolean searches = query != NULL && *query != '\0';
  gboolean loaded = shoal_session_get_loaded (gui_session_get_shoal (self->session));

  gtk_stack_set_visible_child_name (self->stack, all > 0 || !loaded ? "list" : "empty");
  gtk_stack_set_visible_child_name (self->found, listed > 0 || !loaded ? "table" : "nothing");
  if (listed == 0)
    adw_status_page_set_description (self->nothing, searches
                                                        ? _ ("No torrent has a name like that.")
                                                        : _ ("No torrent is in this state."));
}

static void
on_filter (GuiDownloadPage *self)
{
  self->filter = gui_filter_bar_get_filter (self->filter_bar);
  gui_picked_update (self->list);
  update_stacks (self);
}

static void
update_counts (GuiDownloadPage *self)
{
  guint counts[GUI_N_FILTERS], n;
  ShoalTorrent *const *torrents = gui_session_peek_torrents (self->session, &n);

  gui_filters_count (torrents, n, counts);
  gui_filter_bar_set_counts (self->filter_bar, counts);
}

static void
on_tick (GuiDownloadPage *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  update_counts (self);
  gui_picked_update (self->list);
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
  if (g_strcmp0 (gui_picked_get_query (self->list), query) == 0)
    return;
  gui_picked_set_query (self->list, query);
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

/* --- details --- */

/* Of the details below the list, while they are there. */
static void
remember_height (GuiDownloadPage *self)
{
  GtkWidget *below = GTK_WIDGET (self->below);

  if (self->height_set && gtk_widget_get_mapped (below))
    g_settings_set_int (gui_session_get_settings (self->session), "details-height",
                        MAX (gtk_widget_get_height (below), DETAILS_HEIGHT_MIN));
}

/* Below the list, or as a page over it: the widget moves from one to the other. */
static void
place_details (GuiDownloadPage *self)
{
  gboolean narrow = gui_adaptive_get_narrow (self->adaptive);
  AdwBin *to = narrow ? self->beside : self->below;
  AdwBin *from = narrow ? self->below : self->beside;

  remember_height (self);
  if (adw_bin_get_child (to) == NULL)
    {
      adw_bin_set_child (from, NULL);
      adw_bin_set_child (to, GTK_WIDGET (self->details));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->below), self->details_shown && !narrow);
  adw_leaflet_set_visible_child_name (self->leaflet,
                                      self->details_shown && narrow ? "details" : "list");
}

void
gui_download_page_show_details (GuiDownloadPage *self, gboolean shown)
{
  if (self->details_shown == shown)
    return;
  self->details_shown = shown;
  if (!gui_adaptive_get_narrow (
          self->adaptive)) /* a page is gone back from: no wish for the next run */
    g_settings_set_boolean (gui_session_get_settings (self->session), "details-shown", shown);
  place_details (self);
}

gboolean
gui_download_page_focus_details (GuiDownloadPage *self)
{
  GtkWidget *details = GTK_WIDGET (self->details);
  GtkRoot *root = gtk_widget_get_root (details);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (!gtk_widget_get_mapped (details)
      || (focus != NULL && gtk_widget_is_ancestor (focus, details)))
    return FALSE;
  return gtk_widget_child_focus (details, GTK_DIR_TAB_FORWARD);
}

static void
go_back (GtkWidget *widget, const char *action, GVariant *argument)
{
  gui_download_page_show_details (GUI_DOWNLOAD_PAGE (widget), FALSE);
}

static void
update_title (GuiDownloadPage *self)
{
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);
  g_autofree char *title = NULL;

  if (torrents->len == 1)
    title = gui_text_name (shoal_torrent_get_name (torrents->pdata[0]));
  else
    title = g_strdup_printf (ngettext ("%u torrent", "%u torrents", torrents->len), torrents->len);
  gtk_inscription_set_text (self->details_title, title);
}

/* The height that is remembered holds from the moment in which the pane has one. */
static void
on_height (GuiDownloadPage *self)
{
  int most, least, height;

  g_object_get (self->paned, "max-position", &most, NULL);
  height = g_settings_get_int (gui_session_get_settings (self->session), "details-height");
  if (self->height_set || most == G_MAXINT || most <= height || !self->details_shown)
    return;
  self->height_set = TRUE;
  gtk_widget_measure (GTK_WIDGET (self->below), GTK_ORIENTATION_VERTICAL,
                      gtk_widget_get_width (GTK_WIDGET (self->paned)), &least, NULL, NULL, NULL);
  gtk_paned_set_position (self->paned, most + least - height);
}

/* The program hides its window first when it ends, and may not come to more. */
static void
unmap (GtkWidget *widget)
{
  remember_height (GUI_DOWNLOAD_PAGE (widget));
  GTK_WIDGET_CLASS (gui_download_page_parent_class)->unmap (widget);
}

static void
make_details (GuiDownloadPage *self)
{
  GtkSelectionModel *selection = gui_torrent_table_get_selection (self->table);
  g_autoptr (GtkSelectionFilterModel) selected = gtk_selection_filter_model_new (selection);

  self->details = g_object_ref_sink (gui_details_new (self->session));
  gui_details_set_selection (self->details, G_LIST_MODEL (selected));
  self->details_shown
      = g_settings_get_boolean (gui_session_get_settings (self->session), "details-shown");
  g_signal_connect_object (selection, "selection-changed", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->paned, "notify::max-position", G_CALLBACK (on_height), self);
  place_details (self);
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
  place_details (self);
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
  g_value_set_string (value, gui_picked_get_query (GUI_DOWNLOAD_PAGE (object)->list));
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
    {
      gui_details_set_torrent (self->details, NULL);
      adw_bin_set_child (self->below, NULL);
      adw_bin_set_child (self->beside, NULL);
      adw_bin_set_child (self->table_bin, NULL);
      self->table_bin = NULL;
    }
  g_clear_object (&self->details);
  g_clear_object (&self->actions);
  if (self->list != NULL)
    gui_picked_stop (self->list);
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
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, below);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, beside);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, details_title);
  gtk_widget_class_bind_template_child (widget, GuiDownloadPage, view_menu);
}

static void
gui_download_page_class_init (GuiDownloadPageClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  object->dispose = gui_download_page_dispose;
  widget->unmap = unmap;
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
  gtk_widget_class_install_action (widget, "page.back", NULL, go_back);
  gtk_widget_class_add_binding_action (widget, GDK_KEY_Escape, 0, "page.back", NULL);
}

static void
gui_download_page_init (GuiDownloadPage *self)
{
  self->filter = GUI_FILTER_ALL;
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
watch (GuiDownloadPage *self)
{
  GListModel *torrents = gui_session_get_torrents (self->session);

  g_signal_connect_object (self->session, "tick", G_CALLBACK (on_tick), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (torrents, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gui_session_get_shoal (self->session), "notify::loaded",
                           G_CALLBACK (update_stacks), self, G_CONNECT_SWAPPED);
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
  self->list = gui_picked_new (gui_session_get_torrents (session), fits, self);
  self->table = gui_torrent_table_new (G_LIST_MODEL (self->list),
                                       gui_session_get_settings (session), "download", NULL);
  adw_bin_set_child (self->table_bin, GTK_WIDGET (self->table));
  self->actions = gui_torrent_actions_install (GTK_WIDGET (self), session, self->table);
  make_details (self);
  make_view_menu (self);
  make_view_actions (self);
  watch (self);
  update_compact (self);
  on_items_changed (self);
  return self;
}
