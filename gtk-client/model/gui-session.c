/* gui-session.c: see gui-session.h. */
#include "gtk-client/model/gui-session.h"

#include <string.h>

#include <glib/gi18n.h>

#include <gtk/gtk.h>

#define SETTINGS_SCHEMA "org.shoal.Shoal"
#define SETTINGS_PATH "/org/shoal/Shoal/"

/* Torrents that are hidden until they are removed, or not. */
typedef struct
{
  GuiSession *session; /* that owns it */
  guint number;
  GuiRemove how;
  GPtrArray *torrents; /* of ShoalTorrent */
  guint timeout;
} Removal;

struct _GuiSession
{
  GObject parent;
  ShoalSession *shoal;
  GSettings *settings;
  GtkFilterListModel *torrents;
  GHashTable *hidden; /* of ShoalTorrent, lent: in a removal */
  GPtrArray *removals;
  guint last_removal;
  guint tick;
  struct
  {
    guint64 down_Bps;
    guint64 up_Bps;
    guint64 downloaded;
    guint64 uploaded;
  } sums; /* over all torrents, as of the last tick */
};

enum
{
  SIGNAL_TICK,
  SIGNAL_REMOVING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GuiSession, gui_session, G_TYPE_OBJECT)

/* --- removals --- */

static void
removal_free (Removal *removal)
{
  g_clear_handle_id (&removal->timeout, g_source_remove);
  g_ptr_array_unref (removal->torrents);
  g_free (removal);
}

static void
hidden_changed (GuiSession *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->torrents),
                      GTK_FILTER_CHANGE_DIFFERENT);
}

static void
carry_out (GuiSession *self, Removal *removal)
{
  for (guint i = 0; i < removal->torrents->len; i++)
    shoal_torrent_remove_async (removal->torrents->pdata[i],
                                removal->how == GUI_REMOVE_KEEP ? SHOAL_REMOVE_KEEP_DATA
                                                                : SHOAL_REMOVE_DELETE_DATA,
                                NULL, NULL, NULL);
  g_ptr_array_remove (self->removals, removal);
}

static gboolean
is_due (void *data)
{
  Removal *removal = data;

  removal->timeout = 0;
  carry_out (removal->session, removal);
  return G_SOURCE_REMOVE;
}

guint
gui_session_remove (GuiSession *self, GPtrArray *torrents, GuiRemove how)
{
  Removal *removal = g_new0 (Removal, 1);

  removal->session = self;
  removal->number = ++self->last_removal;
  removal->how = how;
  removal->torrents = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalTorrent *torrent = torrents->pdata[i];

      if (g_hash_table_add (self->hidden, torrent))
        g_ptr_array_add (removal->torrents, g_object_ref (torrent));
    }
  g_ptr_array_add (self->removals, removal);
  removal->timeout = g_timeout_add_seconds (GUI_UNDO_SECONDS, is_due, removal);
  hidden_changed (self);
  g_signal_emit (self, signals[SIGNAL_REMOVING], 0, removal->number, removal->torrents->len);
  return removal->number;
}

static Removal *
find_removal (GuiSession *self, guint number)
{
  for (guint i = 0; i < self->removals->len; i++)
    {
      Removal *removal = self->removals->pdata[i];

      if (removal->number == number)
        return removal;
    }
  return NULL;
}

gboolean
gui_session_undo (GuiSession *self, guint number)
{
  Removal *removal = find_removal (self, number);

  if (removal == NULL)
    return FALSE;
  for (guint i = 0; i < removal->torrents->len; i++)
    g_hash_table_remove (self->hidden, removal->torrents->pdata[i]);
  g_ptr_array_remove (self->removals, removal);
  hidden_changed (self);
  return TRUE;
}

/* What waits to be chosen is the sheet's that asks for it. */
static gboolean
is_kept (void *torrent, void *data)
{
  return shoal_torrent_get_chosen (torrent)
         && !g_hash_table_contains (GUI_SESSION (data)->hidden, torrent);
}

/* The choice of one lets it into the list. */
static void
watch_choices (GuiSession *self, guint at, guint n_removed, guint n_added, GListModel *torrents)
{
  for (guint i = at; i < at + n_added; i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      if (!shoal_torrent_get_chosen (torrent))
        g_signal_connect_object (torrent, "notify::chosen", G_CALLBACK (hidden_changed), self,
                                 G_CONNECT_SWAPPED);
    }
}

/* --- the tick --- */

static void
add_up (GuiSession *self)
{
  GListModel *torrents = G_LIST_MODEL (self->shoal);
  guint n = g_list_model_get_n_items (torrents);

  memset (&self->sums, 0, sizeof self->sums);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      self->sums.down_Bps += shoal_torrent_get_rate_down (torrent);
      self->sums.up_Bps += shoal_torrent_get_rate_up (torrent);
      self->sums.downloaded += shoal_torrent_get_downloaded (torrent);
      self->sums.uploaded += shoal_torrent_get_uploaded (torrent);
    }
}

void
gui_session_get_rates (GuiSession *self, guint64 *down_Bps, guint64 *up_Bps)
{
  *down_Bps = self->sums.down_Bps;
  *up_Bps = self->sums.up_Bps;
}

double
gui_session_get_ratio (GuiSession *self)
{
  return self->sums.downloaded > 0 ? (double) self->sums.uploaded / (double) self->sums.downloaded
                                   : 0;
}

static gboolean
tick (void *data)
{
  add_up (data);
  g_signal_emit (data, signals[SIGNAL_TICK], 0);
  return G_SOURCE_CONTINUE;
}

void
gui_session_set_shown (GuiSession *self, gboolean shown)
{
  if (!shown)
    g_clear_handle_id (&self->tick, g_source_remove);
  else if (self->tick == 0)
    {
      self->tick = g_timeout_add_seconds (1, tick, self);
      (void) tick (self); /* whoever looks again sees what is true now */
    }
}

gboolean
gui_session_is_busy (GuiSession *self)
{
  GListModel *torrents = G_LIST_MODEL (self->shoal);

  for (guint i = 0; i < g_list_model_get_n_items (torrents); i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      if (!shoal_torrent_get_paused (torrent)
          && shoal_torrent_get_state (torrent) == SHOAL_TORRENT_STATE_DOWNLOADING)
        return TRUE;
    }
  return FALSE;
}

/* --- settings --- */

static void
apply_limits (GuiSession *self)
{
  gboolean limited = g_settings_get_boolean (self->settings, "limited");
  guint64 down_Bps, up_Bps;

  g_settings_get (self->settings, limited ? "second-limits" : "first-limits", "(tt)", &down_Bps,
                  &up_Bps);
  shoal_session_set_limits (self->shoal, down_Bps, up_Bps);
}

char *
gui_session_dup_download_folder (GuiSession *self)
{
  g_autofree char *chosen = g_settings_get_string (self->settings, "download-folder");
  const char *usual = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (*chosen != '\0')
    return g_steal_pointer (&chosen);
  return usual != NULL ? g_strdup (usual) : g_build_filename (g_get_home_dir (), "Downloads", NULL);
}

static void
watch_limits (GuiSession *self)
{
  static const char *const keys[]
      = { "changed::limited", "changed::first-limits", "changed::second-limits" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_signal_connect_object (self->settings, keys[i], G_CALLBACK (apply_limits), self,
                             G_CONNECT_SWAPPED);
  apply_limits (self);
}

/* --- the object --- */

static void
gui_session_dispose (GObject *object)
{
  GuiSession *self = GUI_SESSION (object);

  gui_session_set_shown (self, FALSE);
  while (self->removals->len > 0)
    carry_out (self, self->removals->pdata[0]);
  g_clear_object (&self->torrents);
  g_clear_object (&self->shoal);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (gui_session_parent_class)->dispose (object);
}

static void
gui_session_finalize (GObject *object)
{
  GuiSession *self = GUI_SESSION (object);

  g_ptr_array_unref (self->removals);
  g_hash_table_unref (self->hidden);
  G_OBJECT_CLASS (gui_session_parent_class)->finalize (object);
}

static void
gui_session_class_init (GuiSessionClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_session_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_session_finalize;
  signals[SIGNAL_TICK] = g_signal_new ("tick", GUI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REMOVING] = g_signal_new ("removing", GUI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
gui_session_init (GuiSession *self)
{
  self->hidden = g_hash_table_new (NULL, NULL);
  self->removals = g_ptr_array_new_with_free_func ((GDestroyNotify) removal_free);
}

static GSettings *
open_settings (const char *profile, GError **error)
{
  g_autofree char *path = profile != NULL ? g_strdup_printf (SETTINGS_PATH "profiles/%s/", profile)
                                          : g_strdup (SETTINGS_PATH);
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema
      = source != NULL ? g_settings_schema_source_lookup (source, SETTINGS_SCHEMA, TRUE) : NULL;

  if (schema != NULL)
    return g_settings_new_full (schema, NULL, path);
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
      _ ("The settings “%s” are not installed: install Shoal whole, or name their folder in "
         "GSETTINGS_SCHEMA_DIR"),
      SETTINGS_SCHEMA);
  return NULL;
}

GuiSession *
gui_session_new (const char *profile, GError **error)
{
  g_autoptr (GuiSession) self = g_object_new (GUI_TYPE_SESSION, NULL);

  self->settings = open_settings (profile, error);
  if (self->settings == NULL)
    return NULL;
  self->shoal = shoal_session_new (NULL, FALSE, error);
  if (self->shoal == NULL)
    return NULL;
  g_signal_connect_object (self->shoal, "items-changed", G_CALLBACK (watch_choices), self,
                           G_CONNECT_SWAPPED);
  self->torrents
      = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->shoal)),
                                   GTK_FILTER (gtk_custom_filter_new (is_kept, self, NULL)));
  watch_limits (self);
  return g_steal_pointer (&self);
}

ShoalSession *
gui_session_get_shoal (GuiSession *self)
{
  return self->shoal;
}

GSettings *
gui_session_get_settings (GuiSession *self)
{
  return self->settings;
}

GListModel *
gui_session_get_torrents (GuiSession *self)
{
  return G_LIST_MODEL (self->torrents);
}
