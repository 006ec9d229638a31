/* gui-share-list.c: see gui-share-list.h. */
#include "gtk-client/upload/gui-share-list.h"

#include <glib/gi18n.h>

#include "gtk-client/model/gui-torrent-actions.h"
#include "gtk-client/parts/gui-picked.h"
#include "gtk-client/parts/gui-torrent-table.h"

struct _GuiShareList
{
  AdwBin parent;
  GuiSession *session;
  GuiPicked *shared; /* whole torrents */
  GuiPicked *found;  /* those of them that the search finds */
  GuiTorrentTable *table;
  GuiTorrentActions *actions;
};

enum
{
  PROP_N_SHARED = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GuiShareList, gui_share_list, ADW_TYPE_BIN)

/* --- what is listed --- */

static gboolean
is_shared (ShoalTorrent *torrent, void *data)
{
  return shoal_torrent_get_state (torrent) == SHOAL_TORRENT_STATE_SEEDING;
}

/* Torrents become whole by themselves. */
static void
on_tick (GuiShareList *self)
{
  gui_picked_update (self->shared);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  gui_torrent_table_tick (self->table);
  gui_torrent_actions_update (self->actions);
}

static void
on_shared_changed (GuiShareList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SHARED]);
}

guint
gui_share_list_get_n_shared (GuiShareList *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->shared));
}

const char *
gui_share_list_get_query (GuiShareList *self)
{
  return gui_picked_get_query (self->found);
}

void
gui_share_list_set_query (GuiShareList *self, const char *query)
{
  gui_picked_set_query (self->found, query);
}

void
gui_share_list_set_compact (GuiShareList *self, gboolean compact)
{
  gui_torrent_table_set_compact (self->table, compact);
}

ShoalTorrent *
gui_share_list_dup_selected (GuiShareList *self)
{
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  return torrents->len > 0 ? g_object_ref (torrents->pdata[0]) : NULL;
}

/* --- the widget --- */

static void
gui_share_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_N_SHARED)
    g_value_set_uint (value, gui_share_list_get_n_shared (GUI_SHARE_LIST (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gui_share_list_dispose (GObject *object)
{
  GuiShareList *self = GUI_SHARE_LIST (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  if (self->shared != NULL)
    gui_picked_stop (self->shared);
  g_clear_object (&self->actions);
  g_clear_object (&self->found);
  g_clear_object (&self->shared);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_share_list_parent_class)->dispose (object);
}

static void
gui_share_list_class_init (GuiShareListClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_share_list_dispose;
  G_OBJECT_CLASS (class)->get_property = gui_share_list_get_property;
  properties[PROP_N_SHARED] = g_param_spec_uint ("n-shared", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPERTIES, properties);
}

static void
gui_share_list_init (GuiShareList *self)
{
}

GtkWidget *
gui_share_list_new (GuiSession *session)
{
  static const char *const shown[] = { "name", "state", "up", "uploaded", "ratio", "peers", NULL };
  GuiShareList *self = g_object_new (GUI_TYPE_SHARE_LIST, NULL);
  GListModel *torrents = gui_session_get_torrents (session);

  self->session = g_object_ref (session);
  self->shared = gui_picked_new (torrents, is_shared, NULL);
  self->found = gui_picked_new (G_LIST_MODEL (self->shared), NULL, NULL);
  self->table = gui_torrent_table_new (G_LIST_MODEL (self->found),
                                       gui_session_get_settings (session), "upload", shown);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->table));
  self->actions = gui_torrent_actions_install (GTK_WIDGET (self), session, self->table);
  g_signal_connect_object (self->shared, "items-changed", G_CALLBACK (on_shared_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "tick", G_CALLBACK (on_tick), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
