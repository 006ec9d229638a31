/* gui-trackers.c: see gui-trackers.h. */
#include "gtk-client/details/gui-trackers.h"

#include <glib/gi18n.h>

#include "gtk-client/details/gui-ask-popover.h"
#include "gtk-client/details/gui-tracker-row.h"
#include "gtk-client/details/gui-tracker-sheet.h"
#include "gtk-client/parts/gui-adaptive.h"
#include "gtk-client/parts/gui-row-menu.h"
#include "gtk-client/parts/gui-tab-stop.h"
#include "gtk-client/parts/gui-width.h"

#define WRAPPED_MAX 50u /* rows of a list whose words may take several lines */

struct _GuiTrackers
{
  GuiTab parent;
  GuiAdaptive *adaptive;
  GtkLabel *count;
  GtkWidget *toolbar;
  GtkMenuButton *add;
  GtkStack *cases;
  GtkListView *view;
  GtkSingleSelection *rows;
  GHashTable *bound; /* of GuiTrackerRow, lent: those that show a tracker */
  GuiRowMenu menu;
};

G_DEFINE_FINAL_TYPE (GuiTrackers, gui_trackers, GUI_TYPE_TAB)

/* --- what the person does --- */

static void
say (GuiTrackers *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", text);
}

static ShoalTorrentTracker *
chosen (GuiTrackers *self)
{
  return gtk_single_selection_get_selected_item (self->rows);
}

/* A tracker that a person adds is asked whatever the others say: it has a tier of its own. */
static gboolean
add_tracker (const char *text, gpointer data, GError **error)
{
  GuiTrackers *self = data;
  GListModel *trackers = G_LIST_MODEL (self->rows);
  guint tier = 0;

  for (guint i = 0; i < g_list_model_get_n_items (trackers); i++)
    {
      g_autoptr (ShoalTorrentTracker) tracker = g_list_model_get_item (trackers, i);

      tier = MAX (tier, shoal_torrent_tracker_get_tier (tracker) + 1);
    }
  return shoal_torrent_add_tracker (gui_tab_get_torrent (GUI_TAB (self)), text, tier, error);
}

static void
ask_all (GtkWidget *widget, const char *action, GVariant *argument)
{
  ShoalTorrent *torrent = gui_tab_get_torrent (GUI_TAB (widget));

  if (torrent != NULL)
    shoal_torrent_announce (torrent, NULL);
}

static void
ask_one (GtkWidget *widget, const char *action, GVariant *argument)
{
  ShoalTorrentTracker *tracker = chosen (GUI_TRACKERS (widget));

  if (tracker != NULL)
    shoal_torrent_announce (gui_tab_get_torrent (GUI_TAB (widget)),
                            shoal_torrent_tracker_get_url (tracker));
}

static void
copy_address (GtkWidget *widget, const char *action, GVariant *argument)
{
  ShoalTorrentTracker *tracker = chosen (GUI_TRACKERS (widget));

  if (tracker == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          shoal_torrent_tracker_get_url (tracker));
  say (GUI_TRACKERS (widget), _ ("The address was copied"));
}

/* A tracker that was removed, and can come back. */
typedef struct
{
  ShoalTorrent *torrent;
  char *url;
  guint tier;
} Removed;

static gboolean
take_removed_back (void *data)
{
  const Removed *it = data;

  return shoal_torrent_add_tracker (it->torrent, it->url, it->tier, NULL);
}

static void
removed_free (void *data)
{
  Removed *it = data;

  g_object_unref (it->torrent);
  g_free (it->url);
  g_free (it);
}

static void
remove_one (GtkWidget *widget, const char *action, GVariant *argument)
{
  GuiTab *tab = GUI_TAB (widget);
  ShoalTorrentTracker *tracker = chosen (GUI_TRACKERS (widget));
  Removed *it;

  if (tracker == NULL)
    return;
  it = g_new0 (Removed, 1);
  it->torrent = g_object_ref (gui_tab_get_torrent (tab));
  it->url = g_strdup (shoal_torrent_tracker_get_url (tracker));
  it->tier = shoal_torrent_tracker_get_tier (tracker);
  shoal_torrent_remove_tracker (it->torrent, it->url);
  gui_undo_offer (gui_session_get_undo (gui_tab_get_session (tab)), _ ("The tracker was removed"),
                  take_removed_back, it, removed_free);
}

static void
edit (GtkWidget *widget, const char *action, GVariant *argument)
{
  GuiTab *tab = GUI_TAB (widget);

  if (gui_tab_get_torrent (tab) != NULL)
    gui_tracker_sheet_present (GTK_WINDOW (gtk_widget_get_root (widget)),
                               gui_session_get_settings (gui_tab_get_session (tab)),
                               gui_tab_get_torrent (tab));
}

/* --- rows --- */

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item, GuiTrackers *self)
{
  GtkWidget *row = gui_tracker_row_new ();

  gui_row_menu_mark (row, item);
  gtk_list_item_set_child (item, row);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item, GuiTrackers *self)
{
  GtkWidget *row = gtk_list_item_get_child (item);

  g_hash_table_add (self->bound, row);
  gui_tracker_row_set_wraps (GUI_TRACKER_ROW (row),
                             g_list_model_get_n_items (G_LIST_MODEL (self->rows)) <= WRAPPED_MAX);
  gui_tracker_row_set (GUI_TRACKER_ROW (row), gtk_list_item_get_item (item));
}

static void
unbind_row (GtkSignalListItemFactory *factory, GtkListItem *item, GuiTrackers *self)
{
  GtkWidget *row = gtk_list_item_get_child (item);

  g_hash_table_remove (self->bound, row);
  gui_tracker_row_set (GUI_TRACKER_ROW (row), NULL);
}

/* --- the tab --- */

static void
show_count (GuiTrackers *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  g_autofree char *text = g_strdup_printf (ngettext ("%u tracker", "%u trackers", n), n);

  gtk_label_set_text (self->count, n > 0 ? text : "");
  gtk_stack_set_visible_child_name (self->cases, n > 0 ? "list" : "empty");
}

static void
gui_trackers_begin (GuiTab *tab, ShoalTorrent *torrent)
{
  GuiTrackers *self = GUI_TRACKERS (tab);
  g_autoptr (GListModel) trackers = shoal_torrent_dup_trackers (torrent);

  gtk_single_selection_set_model (self->rows, trackers);
  show_count (self);
}

static void
gui_trackers_end (GuiTab *tab)
{
  gtk_single_selection_set_model (GUI_TRACKERS (tab)->rows, NULL);
}

static void
gui_trackers_tick (GuiTab *tab, ShoalTorrent *torrent)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, GUI_TRACKERS (tab)->bound);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    gui_tracker_row_tick (row);
}

/* Beside the buttons there is no room for it. */
static void
on_narrow (GuiTrackers *self)
{
  gboolean narrow = gui_adaptive_get_narrow (self->adaptive);

  gtk_widget_set_visible (GTK_WIDGET (self->count), !narrow);
  gtk_widget_set_halign (gtk_widget_get_parent (GTK_WIDGET (self->count)),
                         narrow ? GTK_ALIGN_END : GTK_ALIGN_FILL);
}

/* --- the object --- */

static void
gui_trackers_dispose (GObject *object)
{
  gui_row_menu_clear (&GUI_TRACKERS (object)->menu);
  G_OBJECT_CLASS (gui_trackers_parent_class)->dispose (object);
}

static void
gui_trackers_finalize (GObject *object)
{
  g_hash_table_unref (GUI_TRACKERS (object)->bound);
  G_OBJECT_CLASS (gui_trackers_parent_class)->finalize (object);
}

static void
gui_trackers_class_init (GuiTrackersClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);
  GuiTabClass *tab = GUI_TAB_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_trackers_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_trackers_finalize;
  tab->begin = gui_trackers_begin;
  tab->end = gui_trackers_end;
  tab->tick = gui_trackers_tick;
  g_type_ensure (GUI_TYPE_ADAPTIVE);
  g_type_ensure (GUI_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/details/gui-trackers.ui");
  gtk_widget_class_bind_template_child (widget, GuiTrackers, adaptive);
  gtk_widget_class_bind_template_child (widget, GuiTrackers, count);
  gtk_widget_class_bind_template_child (widget, GuiTrackers, toolbar);
  gtk_widget_class_bind_template_child (widget, GuiTrackers, add);
  gtk_widget_class_bind_template_child (widget, GuiTrackers, cases);
  gtk_widget_class_bind_template_child (widget, GuiTrackers, view);
  gtk_widget_class_install_action (widget, "trackers.ask-all", NULL, ask_all);
  gtk_widget_class_install_action (widget, "trackers.edit", NULL, edit);
  gtk_widget_class_install_action (widget, "trackers.ask", NULL, ask_one);
  gtk_widget_class_install_action (widget, "trackers.copy", NULL, copy_address);
  gtk_widget_class_install_action (widget, "trackers.remove", NULL, remove_one);
  gtk_widget_class_add_binding_action (widget, GDK_KEY_c, GDK_CONTROL_MASK, "trackers.copy", NULL);
  gtk_widget_class_add_binding_action (widget, GDK_KEY_Delete, 0, "trackers.remove", NULL);
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();

  g_menu_append (menu, _ ("_Ask Now"), "trackers.ask");
  g_menu_append (menu, _ ("_Copy the Address"), "trackers.copy");
  g_menu_append (menu, _ ("_Remove"), "trackers.remove");
  return G_MENU_MODEL (menu);
}

static void
gui_trackers_init (GuiTrackers *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gui_width_let_shrink (self->toolbar);
  self->bound = g_hash_table_new (NULL, NULL);
  self->rows = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->rows, FALSE);
  gtk_single_selection_set_can_unselect (self->rows, TRUE);
  gui_row_menu_init (&self->menu, GTK_WIDGET (self));
  gui_row_menu_set (&self->menu, make_menu ());
  gui_row_menu_add_list (&self->menu, GTK_WIDGET (self->view));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), self);
  gtk_list_view_set_factory (self->view, factory);
  g_object_unref (factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->rows));
  g_signal_connect_object (self->rows, "items-changed", G_CALLBACK (show_count), self,
                           G_CONNECT_SWAPPED);
  g_object_unref (self->rows); /* the view has it */
  g_signal_connect_object (self->adaptive, "notify::narrow", G_CALLBACK (on_narrow), self,
                           G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (self->add, gui_ask_popover_new (_ ("Address of a Tracker"),
                                                               "https://example.org/announce",
                                                               _ ("_Add"), add_tracker, self));
}
