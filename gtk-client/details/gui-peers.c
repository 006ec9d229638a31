/* gui-peers.c: see gui-peers.h. */
#include "gtk-client/details/gui-peers.h"

#include <glib/gi18n.h>

#include "gtk-client/details/gui-ask-popover.h"
#include "gtk-client/details/gui-peer-columns.h"
#include "gtk-client/details/gui-peer-sheet.h"
#include "gtk-client/parts/gui-adaptive.h"
#include "gtk-client/parts/gui-row-menu.h"
#include "gtk-client/parts/gui-tab-stop.h"
#include "gtk-client/parts/gui-width.h"
#include "gtk-client/text/gui-text.h"

#define SORTED_MAX 10000u /* rows that are sorted anew each second */

struct _GuiPeers
{
  GuiTab parent;
  GtkLabel *count;
  GtkWidget *toolbar;
  GtkMenuButton *add;
  GtkStack *cases;
  GuiAdaptive *adaptive;
  GtkColumnView *view;
  GtkSortListModel *sorted;
  GtkSingleSelection *rows;
  GuiRowMenu menu;
};

G_DEFINE_FINAL_TYPE (GuiPeers, gui_peers, GUI_TYPE_TAB)

/* --- what the person does --- */

static void
say (GuiPeers *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", text);
}

static gboolean
add_peer (const char *text, gpointer data, GError **error)
{
  return shoal_torrent_add_peer (gui_tab_get_torrent (data), text, error);
}

static void
copy_address (GtkWidget *widget, const char *action, GVariant *argument)
{
  ShoalPeer *peer = gtk_single_selection_get_selected_item (GUI_PEERS (widget)->rows);

  if (peer == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), shoal_peer_get_address (peer));
  say (GUI_PEERS (widget), _ ("The address was copied"));
}

/* A ban that can be taken back. */
typedef struct
{
  ShoalTorrent *torrent;
  char *address;
} Ban;

static gboolean
take_ban_back (void *data)
{
  const Ban *it = data;

  return shoal_torrent_unban_peer (it->torrent, it->address, NULL);
}

static void
ban_free (void *data)
{
  Ban *it = data;

  g_object_unref (it->torrent);
  g_free (it->address);
  g_free (it);
}

static void
offer_back (GuiPeers *self, const char *address)
{
  Ban *it = g_new0 (Ban, 1);
  /* Translators: %s is the address of a peer */
  g_autofree char *done = g_strdup_printf (_ ("%s is not connected to again"), address);

  it->torrent = g_object_ref (gui_tab_get_torrent (GUI_TAB (self)));
  it->address = g_strdup (address);
  gui_undo_offer (gui_session_get_undo (gui_tab_get_session (GUI_TAB (self))), done, take_ban_back,
                  it, ban_free);
}

static void
limit (GtkWidget *widget, const char *action, GVariant *argument)
{
  GuiPeers *self = GUI_PEERS (widget);
  ShoalPeer *peer = gtk_single_selection_get_selected_item (self->rows);

  if (peer != NULL)
    gui_peer_sheet_present (GTK_WINDOW (gtk_widget_get_root (widget)),
                            gui_tab_get_torrent (GUI_TAB (self)), peer);
}

static void
ban (GtkWidget *widget, const char *action, GVariant *argument)
{
  GuiPeers *self = GUI_PEERS (widget);
  ShoalPeer *peer = gtk_single_selection_get_selected_item (self->rows);
  g_autofree char *address = peer != NULL ? g_strdup (shoal_peer_get_address (peer)) : NULL;
  g_autoptr (GError) error = NULL;

  if (peer == NULL)
    return;
  if (shoal_torrent_ban_peer (gui_tab_get_torrent (GUI_TAB (self)), address, &error))
    offer_back (self, address);
  else
    {
      g_autofree char *cause = gui_text_line (error->message);

      say (self, cause);
    }
}

/* --- the tab --- */

static void
show_count (GuiPeers *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));
  g_autofree char *text = g_strdup_printf (ngettext ("%u peer", "%u peers", n), n);

  gtk_label_set_text (self->count, n > 0 ? text : "");
  gtk_stack_set_visible_child_name (self->cases, n > 0 ? "list" : "empty");
}

static void
gui_peers_begin (GuiTab *tab, ShoalTorrent *torrent)
{
  GuiPeers *self = GUI_PEERS (tab);
  g_autoptr (GListModel) peers = shoal_torrent_dup_peers (torrent);

  gtk_sort_list_model_set_model (self->sorted, peers);
  show_count (self);
}

static void
gui_peers_end (GuiTab *tab)
{
  gtk_sort_list_model_set_model (GUI_PEERS (tab)->sorted, NULL);
}

/* Speeds are other ones each second, and with them the order. */
static void
gui_peers_tick (GuiTab *tab, ShoalTorrent *torrent)
{
  GuiPeers *self = GUI_PEERS (tab);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));

  if (n > 1 && n <= SORTED_MAX)
    gtk_sorter_changed (gtk_column_view_get_sorter (self->view), GTK_SORTER_CHANGE_DIFFERENT);
}

/* --- the object --- */

static void
on_narrow (GuiPeers *self)
{
  gui_peer_columns_set_narrow (self->view, gui_adaptive_get_narrow (self->adaptive));
}

static void
gui_peers_dispose (GObject *object)
{
  GuiPeers *self = GUI_PEERS (object);

  gui_row_menu_clear (&self->menu);
  G_OBJECT_CLASS (gui_peers_parent_class)->dispose (object);
  g_clear_object (&self->sorted);
}

static void
gui_peers_class_init (GuiPeersClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);
  GuiTabClass *tab = GUI_TAB_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_peers_dispose;
  tab->begin = gui_peers_begin;
  tab->end = gui_peers_end;
  tab->tick = gui_peers_tick;
  g_type_ensure (GUI_TYPE_ADAPTIVE);
  g_type_ensure (GUI_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/details/gui-peers.ui");
  gtk_widget_class_bind_template_child (widget, GuiPeers, count);
  gtk_widget_class_bind_template_child (widget, GuiPeers, toolbar);
  gtk_widget_class_bind_template_child (widget, GuiPeers, add);
  gtk_widget_class_bind_template_child (widget, GuiPeers, cases);
  gtk_widget_class_bind_template_child (widget, GuiPeers, adaptive);
  gtk_widget_class_bind_template_child (widget, GuiPeers, view);
  gtk_widget_class_install_action (widget, "peers.copy", NULL, copy_address);
  gtk_widget_class_install_action (widget, "peers.limit", NULL, limit);
  gtk_widget_class_install_action (widget, "peers.ban", NULL, ban);
  gtk_widget_class_add_binding_action (widget, GDK_KEY_c, GDK_CONTROL_MASK, "peers.copy", NULL);
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();

  g_menu_append (menu, _ ("_Copy the Address"), "peers.copy");
  g_menu_append (menu, _ ("_Limit Speed…"), "peers.limit");
  g_menu_append (menu, _ ("_Ban"), "peers.ban");
  return G_MENU_MODEL (menu);
}

static void
gui_peers_init (GuiPeers *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gui_width_let_shrink (self->toolbar);
  self->sorted
      = gtk_sort_list_model_new (NULL, g_object_ref (gtk_column_view_get_sorter (self->view)));
  self->rows = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->sorted)));
  gtk_single_selection_set_autoselect (self->rows, FALSE);
  gtk_single_selection_set_can_unselect (self->rows, TRUE);
  gui_row_menu_init (&self->menu, GTK_WIDGET (self));
  gui_row_menu_set (&self->menu, make_menu ());
  gui_row_menu_add_list (&self->menu, GTK_WIDGET (self->view));
  gui_peer_columns_add (self->view);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->rows));
  g_object_unref (self->rows); /* the view has it */
  gtk_menu_button_set_popover (self->add,
                               gui_ask_popover_new (_ ("Address of a Peer"), "192.0.2.1:6881",
                                                    _ ("_Connect"), add_peer, self));
  g_signal_connect_object (self->adaptive, "notify::narrow", G_CALLBACK (on_narrow), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sorted, "items-changed", G_CALLBACK (show_count), self,
                           G_CONNECT_SWAPPED);
}
