/* gui-session.c: see gui-session.h. */
#include "gtk-client/model/gui-session.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gtk-client/model/gui-patience.h"
#include "gtk-client/parts/gui-picked.h"
#include "gtk-client/text/gui-state.h"

#define SETTINGS_SCHEMA "org.shoal.Shoal"
#define SETTINGS_PATH "/org/shoal/Shoal/"
#define USUAL_PROFILE "default"
#define PROFILE_MAX 64u /* letters of a name, which is a folder and a path of settings */

struct _GuiSession
{
  GObject parent;
  ShoalSession *shoal;
  GSettings *settings;
  GuiPicked *torrents;
  GuiRemovals *removals;
  GuiTokens *tokens;
  GuiUndo *undo;
  guint tick;
};

enum
{
  SIGNAL_TICK,
  SIGNAL_TROUBLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GuiSession, gui_session, G_TYPE_OBJECT)

/* --- what is listed --- */

static gboolean
is_kept (ShoalTorrent *torrent, void *data)
{
  return shoal_torrent_get_chosen (torrent)
         && !gui_removals_hides (GUI_SESSION (data)->removals, torrent);
}

static void
refilter (GuiSession *self)
{
  if (self->torrents != NULL)
    gui_picked_update (self->torrents);
}

/* A torrent that waits to be chosen is listed once it is. */
static void
on_items_changed (GListModel *torrents, guint position, guint removed, guint added,
                  GuiSession *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      if (!shoal_torrent_get_chosen (torrent))
        g_signal_connect_object (torrent, "notify::chosen", G_CALLBACK (refilter), self,
                                 G_CONNECT_SWAPPED);
    }
}

/* What waited to be chosen when the program was ended: nobody is asked any more. */
static void
drop_unasked (GuiSession *self)
{
  GListModel *torrents = G_LIST_MODEL (self->shoal);

  for (guint i = g_list_model_get_n_items (torrents); i-- > 0;)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      if (!shoal_torrent_get_chosen (torrent))
        shoal_torrent_remove (torrent);
    }
}

static void
make_list (GuiSession *self)
{
  g_signal_connect_object (self->shoal, "notify::loaded", G_CALLBACK (drop_unasked), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shoal, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  on_items_changed (G_LIST_MODEL (self->shoal), 0, 0,
                    g_list_model_get_n_items (G_LIST_MODEL (self->shoal)), self);
  self->torrents = gui_picked_new (G_LIST_MODEL (self->shoal), is_kept, self);
}

/* --- removals --- */

static gboolean
take_removals_back (void *removals)
{
  return gui_removals_undo (removals);
}

void
gui_session_remove (GuiSession *self, GPtrArray *torrents, GuiRemove how)
{
  guint n = gui_removals_add (self->removals, torrents, how);
  g_autofree char *words
      = g_strdup_printf (ngettext ("%u torrent removed", "%u torrents removed", n), n);

  gui_undo_offer (self->undo, words, take_removals_back, self->removals, NULL);
}

GuiUndo *
gui_session_get_undo (GuiSession *self)
{
  return self->undo;
}

static void
on_failed (GuiSession *self, const char *words)
{
  g_signal_emit (self, signals[SIGNAL_TROUBLE], 0, words);
}

static void
on_flushed (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GTask) task = data;

  /* What could not be kept was a warning of the session before. */
  (void) shoal_session_flush_finish (SHOAL_SESSION (source), result, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
on_idle (GuiRemovals *removals, GTask *task)
{
  GuiSession *self = g_task_get_source_object (task);

  g_signal_handlers_disconnect_by_data (removals, task);
  shoal_session_flush_async (self->shoal, NULL, on_flushed, task);
}

void
gui_session_close_async (GuiSession *self, GAsyncReadyCallback callback, void *data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  gui_removals_flush (self->removals);
  if (gui_removals_is_busy (self->removals))
    g_signal_connect (self->removals, "idle", G_CALLBACK (on_idle), task);
  else
    on_idle (self->removals, task);
}

void
gui_session_close_finish (GuiSession *self, GAsyncResult *result)
{
  (void) g_task_propagate_boolean (G_TASK (result), NULL); /* it only says when */
}

/* --- the tick --- */

void
gui_session_get_rates (GuiSession *self, guint64 *down_Bps, guint64 *up_Bps)
{
  *down_Bps = shoal_session_get_rate_down (self->shoal);
  *up_Bps = shoal_session_get_rate_up (self->shoal);
}

double
gui_session_get_ratio (GuiSession *self)
{
  guint64 downloaded = shoal_session_get_downloaded (self->shoal);

  return downloaded > 0 ? (double) shoal_session_get_uploaded (self->shoal) / (double) downloaded
                        : 0;
}

static gboolean
tick (void *data)
{
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

/* Whether a torrent that is not paused is in one of these states. */
static gboolean
any_is (GuiSession *self, guint states)
{
  guint n;
  ShoalTorrent *const *torrents = gui_picked_peek (self->torrents, &n);

  for (guint i = 0; i < n; i++)
    if ((states & (1u << gui_state_of (torrents[i]))) != 0)
      return TRUE;
  return FALSE;
}

gboolean
gui_session_is_busy (GuiSession *self)
{
  return any_is (self, 1u << GUI_STATE_DOWNLOADING | 1u << GUI_STATE_METADATA
                           | 1u << GUI_STATE_LAYERS | 1u << GUI_STATE_CHECKING);
}

gboolean
gui_session_is_active (GuiSession *self)
{
  return gui_session_is_busy (self) || any_is (self, 1u << GUI_STATE_SHARING);
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

static void
apply_patience (GuiSession *self)
{
  guint seconds = GUI_UNDO_SECONDS * gui_patience_of (self->settings);

  gui_undo_set_seconds (self->undo, seconds);
  gui_removals_set_seconds (self->removals, seconds);
}

static void
watch_patience (GuiSession *self)
{
  g_signal_connect_object (self->settings, "changed::long-messages", G_CALLBACK (apply_patience),
                           self, G_CONNECT_SWAPPED);
  apply_patience (self);
}

/* --- the object --- */

static void
gui_session_dispose (GObject *object)
{
  GuiSession *self = GUI_SESSION (object);

  gui_session_set_shown (self, FALSE);
  if (self->torrents != NULL)
    gui_picked_stop (self->torrents);
  g_clear_object (&self->torrents);
  g_clear_object (&self->shoal);
  g_clear_object (&self->settings);
  g_clear_object (&self->undo);
  g_clear_object (&self->removals);
  g_clear_object (&self->tokens);
  G_OBJECT_CLASS (gui_session_parent_class)->dispose (object);
}

static void
gui_session_class_init (GuiSessionClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_session_dispose;
  signals[SIGNAL_TICK] = g_signal_new ("tick", GUI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TROUBLE] = g_signal_new ("trouble", GUI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
gui_session_init (GuiSession *self)
{
  self->removals = gui_removals_new ();
  self->tokens = gui_tokens_new ();
  self->undo = gui_undo_new ();
  g_signal_connect_object (self->removals, "changed", G_CALLBACK (refilter), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->removals, "failed", G_CALLBACK (on_failed), self,
                           G_CONNECT_SWAPPED);
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

/* Where the session keeps its torrents between runs. */
static char *
profile_folder (const char *profile)
{
  return g_build_filename (g_get_user_data_dir (), "shoal", "profiles",
                           profile != NULL ? profile : USUAL_PROFILE, NULL);
}

gboolean
gui_session_is_profile (const char *name)
{
  static const char fit[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  size_t len = strlen (name);

  return len > 0 && len <= PROFILE_MAX && strspn (name, fit) == len
         && strcmp (name, USUAL_PROFILE) != 0;
}

GuiSession *
gui_session_new (const char *profile, GError **error)
{
  g_autoptr (GuiSession) self = g_object_new (GUI_TYPE_SESSION, NULL);
  g_autofree char *folder = NULL;

  self->settings = open_settings (profile, error);
  if (self->settings == NULL)
    return NULL;
  folder = profile_folder (profile);
  self->shoal = shoal_session_open (folder, NULL, FALSE, error);
  if (self->shoal == NULL)
    return NULL;
  make_list (self);
  watch_limits (self);
  watch_patience (self);
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

GuiTokens *
gui_session_get_tokens (GuiSession *self)
{
  return self->tokens;
}

GListModel *
gui_session_get_torrents (GuiSession *self)
{
  return G_LIST_MODEL (self->torrents);
}

ShoalTorrent *const *
gui_session_peek_torrents (GuiSession *self, guint *n)
{
  return gui_picked_peek (self->torrents, n);
}
