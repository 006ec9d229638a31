/* gui-notices.c: see gui-notices.h. */
#include "gtk-client/shell/gui-notices.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text.h"
#include "gtk-client/text/gui-trouble.h"

struct _GuiNotices
{
  GObject parent;
  GtkApplication *application; /* lent: it owns this */
  GuiSession *session;
  GHashTable *told; /* of char *: identifiers of what is shown */
};

G_DEFINE_FINAL_TYPE (GuiNotices, gui_notices, G_TYPE_OBJECT)

static const char *
hash_of (ShoalTorrent *torrent)
{
  const char *v1 = shoal_torrent_get_info_hash (torrent);

  return v1 != NULL ? v1 : shoal_torrent_get_info_hash_v2 (torrent);
}

static gboolean
is_looked_at (GuiNotices *self)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);

  return window != NULL && gtk_widget_get_mapped (GTK_WIDGET (window))
         && gtk_window_is_active (window);
}

static gboolean
is_wanted (GuiNotices *self)
{
  return g_settings_get_boolean (gui_session_get_settings (self->session), "notify")
         && !is_looked_at (self);
}

static void
tell (GuiNotices *self, ShoalTorrent *torrent, const char *title, const char *body,
      GNotificationPriority priority)
{
  const char *hash = hash_of (torrent);
  g_autoptr (GNotification) notice = g_notification_new (title);

  if (hash == NULL)
    return;
  g_notification_set_body (notice, body);
  g_notification_set_priority (notice, priority);
  g_notification_set_default_action_and_target (notice, "app.show-torrent", "s", hash);
  g_notification_add_button_with_target (notice, _ ("Show in Folder"), "app.open-folder", "s",
                                         hash);
  g_application_send_notification (G_APPLICATION (self->application), hash, notice);
  g_hash_table_add (self->told, g_strdup (hash));
}

static void
on_completed (ShoalTorrent *torrent, GuiNotices *self)
{
  g_autofree char *name = gui_text_name (shoal_torrent_get_name (torrent));

  if (is_wanted (self))
    tell (self, torrent, _ ("Download Complete"), name, G_NOTIFICATION_PRIORITY_NORMAL);
}

static void
on_error (ShoalTorrent *torrent, GParamSpec *property, GuiNotices *self)
{
  g_autofree char *name = gui_text_name_within (shoal_torrent_get_name (torrent));
  GuiHelp help;
  g_autofree char *cause = gui_trouble_text (torrent, &help);
  g_autofree char *body = NULL;

  if (shoal_torrent_get_error (torrent) == NULL || !is_wanted (self))
    return;
  /* Translators: the name of a torrent, and the cause of an error */
  body = g_strdup_printf (_ ("%s: %s"), name, cause);
  tell (self, torrent, _ ("Stopped by an Error"), body, G_NOTIFICATION_PRIORITY_HIGH);
}

static void
on_items_changed (GListModel *torrents, guint position, guint removed, guint added,
                  GuiNotices *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      g_signal_connect_object (torrent, "completed", G_CALLBACK (on_completed), self, 0);
      g_signal_connect_object (torrent, "notify::error", G_CALLBACK (on_error), self, 0);
    }
}

void
gui_notices_withdraw (GuiNotices *self)
{
  GHashTableIter iter;
  void *id;

  g_hash_table_iter_init (&iter, self->told);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_application_withdraw_notification (G_APPLICATION (self->application), id);
      g_hash_table_iter_remove (&iter);
    }
}

/* --- the object --- */

static void
gui_notices_dispose (GObject *object)
{
  GuiNotices *self = GUI_NOTICES (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_notices_parent_class)->dispose (object);
}

static void
gui_notices_finalize (GObject *object)
{
  g_hash_table_unref (GUI_NOTICES (object)->told);
  G_OBJECT_CLASS (gui_notices_parent_class)->finalize (object);
}

static void
gui_notices_class_init (GuiNoticesClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_notices_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_notices_finalize;
}

static void
gui_notices_init (GuiNotices *self)
{
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

GuiNotices *
gui_notices_new (GtkApplication *application, GuiSession *session)
{
  GuiNotices *self = g_object_new (GUI_TYPE_NOTICES, NULL);
  GListModel *torrents = G_LIST_MODEL (gui_session_get_shoal (session));

  self->application = application;
  self->session = g_object_ref (session);
  g_signal_connect_object (torrents, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  on_items_changed (torrents, 0, 0, g_list_model_get_n_items (torrents), self);
  return self;
}
