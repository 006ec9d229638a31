/* gui-details.c: see gui-details.h. */
#include "gtk-client/details/gui-details.h"

#include <glib/gi18n.h>

#include "gtk-client/details/gui-files.h"
#include "gtk-client/details/gui-log.h"
#include "gtk-client/details/gui-overview.h"
#include "gtk-client/details/gui-peers.h"
#include "gtk-client/details/gui-trackers.h"
#include "gtk-client/text/gui-text.h"

struct _GuiDetails
{
  AdwBin parent;
  GtkStack *cases;
  AdwStatusPage *summary;
  AdwViewStack *tabs;
  AdwSqueezer *switchers;
  GuiTab *overview;
  GuiTab *files;
  GuiTab *peers;
  GuiTab *trackers;
  GuiTab *log;
  GListModel *selection; /* NULL: one torrent alone was set */
  gulong selection_changed;
};

G_DEFINE_FINAL_TYPE (GuiDetails, gui_details, ADW_TYPE_BIN)

/* --- what is chosen --- */

static void
show (GuiDetails *self, ShoalTorrent *torrent)
{
  GuiTab *const tabs[] = { self->overview, self->files, self->peers, self->trackers, self->log };

  for (gsize i = 0; i < G_N_ELEMENTS (tabs); i++)
    gui_tab_set_torrent (tabs[i], torrent);
}

static void
show_sum (GuiDetails *self, guint n)
{
  guint64 total = 0;
  g_autofree char *title = g_strdup_printf (ngettext ("%u Transfer", "%u Transfers", n), n);
  g_autofree char *size = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (self->selection, i);

      total += shoal_torrent_get_total (torrent);
    }
  size = gui_text_size (total);
  show (self, NULL);
  adw_status_page_set_title (self->summary, title);
  adw_status_page_set_description (self->summary, size);
  gtk_stack_set_visible_child_name (self->cases, "many");
}

static void
show_one (GuiDetails *self, ShoalTorrent *torrent)
{
  show (self, torrent);
  gtk_stack_set_visible_child_name (self->cases, torrent != NULL ? "one" : "none");
}

static void
on_selection (GListModel *selection, guint position, guint removed, guint added, GuiDetails *self)
{
  guint n = g_list_model_get_n_items (selection);
  g_autoptr (ShoalTorrent) first = n == 1 ? g_list_model_get_item (selection, 0) : NULL;

  if (n > 1)
    show_sum (self, n);
  else
    show_one (self, first);
}

static void
let_selection_go (GuiDetails *self)
{
  if (self->selection != NULL)
    g_clear_signal_handler (&self->selection_changed, self->selection);
  g_clear_object (&self->selection);
}

void
gui_details_set_torrent (GuiDetails *self, ShoalTorrent *torrent)
{
  g_return_if_fail (GUI_IS_DETAILS (self));
  let_selection_go (self);
  show_one (self, torrent);
}

void
gui_details_set_selection (GuiDetails *self, GListModel *torrents)
{
  g_return_if_fail (GUI_IS_DETAILS (self) && G_IS_LIST_MODEL (torrents));
  let_selection_go (self);
  self->selection = g_object_ref (torrents);
  self->selection_changed
      = g_signal_connect (torrents, "items-changed", G_CALLBACK (on_selection), self);
  on_selection (torrents, 0, 0, 0, self);
}

/* --- the tabs --- */

static gboolean
lay_out (void *switchers)
{
  gtk_widget_queue_resize (switchers);
  return G_SOURCE_REMOVE;
}

/* A squeezer changes its child while it is laid out, and then has the height of the one before. */
static void
on_squeezed (AdwSqueezer *switchers)
{
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, lay_out, g_object_ref (switchers), g_object_unref);
}

/* Settings are anybody's: what they say is looked at before it is done. */
static void
restore_tab (GuiDetails *self, GSettings *settings)
{
  g_autofree char *tab = g_settings_get_string (settings, "details-tab");

  if (adw_view_stack_get_child_by_name (self->tabs, tab) != NULL)
    adw_view_stack_set_visible_child_name (self->tabs, tab);
}

static void
on_tab (AdwViewStack *tabs, GParamSpec *property, GSettings *settings)
{
  const char *tab = adw_view_stack_get_visible_child_name (tabs);

  if (tab != NULL)
    g_settings_set_string (settings, "details-tab", tab);
}

/* --- the object --- */

static void
gui_details_dispose (GObject *object)
{
  let_selection_go (GUI_DETAILS (object));
  G_OBJECT_CLASS (gui_details_parent_class)->dispose (object);
}

static void
gui_details_class_init (GuiDetailsClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_details_dispose;
  g_type_ensure (GUI_TYPE_FILES);
  g_type_ensure (GUI_TYPE_LOG);
  g_type_ensure (GUI_TYPE_OVERVIEW);
  g_type_ensure (GUI_TYPE_PEERS);
  g_type_ensure (GUI_TYPE_TRACKERS);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/details/gui-details.ui");
  gtk_widget_class_bind_template_child (widget, GuiDetails, cases);
  gtk_widget_class_bind_template_child (widget, GuiDetails, summary);
  gtk_widget_class_bind_template_child (widget, GuiDetails, tabs);
  gtk_widget_class_bind_template_child (widget, GuiDetails, switchers);
  gtk_widget_class_bind_template_child (widget, GuiDetails, overview);
  gtk_widget_class_bind_template_child (widget, GuiDetails, files);
  gtk_widget_class_bind_template_child (widget, GuiDetails, peers);
  gtk_widget_class_bind_template_child (widget, GuiDetails, trackers);
  gtk_widget_class_bind_template_child (widget, GuiDetails, log);
}

/* What is moved to another place of the window loses its actions in GTK 4.8, unless something
 * around it that moves along has some as well: buttons and menus would be dead. */
static void
keep_actions (GuiDetails *self)
{
  g_autoptr (GSimpleActionGroup) none = g_simple_action_group_new ();

  gtk_widget_insert_action_group (GTK_WIDGET (self), "details", G_ACTION_GROUP (none));
}

static void
gui_details_init (GuiDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  keep_actions (self);
  g_signal_connect (self->switchers, "notify::visible-child", G_CALLBACK (on_squeezed), NULL);
}

GuiDetails *
gui_details_new (GuiSession *session)
{
  GuiDetails *self = g_object_new (GUI_TYPE_DETAILS, NULL);
  GSettings *settings = gui_session_get_settings (session);
  GuiTab *const tabs[] = { self->overview, self->files, self->peers, self->trackers, self->log };

  for (gsize i = 0; i < G_N_ELEMENTS (tabs); i++)
    gui_tab_set_session (tabs[i], session);
  restore_tab (self, settings);
  g_signal_connect_object (self->tabs, "notify::visible-child-name", G_CALLBACK (on_tab), settings,
                           0);
  return self;
}
