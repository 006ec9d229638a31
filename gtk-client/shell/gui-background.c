/* gui-background.c: see gui-background.h. */
#include "gtk-client/shell/gui-background.h"

#include <glib/gi18n.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define TOKEN "shoal_background"
#define ANSWERED 0u  /* of a response: the person or the desktop has decided */
#define DISMISSED 1u /* the person has */

/* The answer comes as a signal, which may outrun that to the call. */
typedef struct
{
  GDBusConnection *bus;
  guint subscription;
} Request;

static void
request_free (void *data)
{
  Request *request = data;

  if (request->subscription != 0)
    g_dbus_connection_signal_unsubscribe (request->bus, request->subscription);
  g_object_unref (request->bus);
  g_free (request);
}

/* The task has its reference from the subscription, which ends here. */
static void
answer (GTask *task, gboolean may)
{
  Request *request = g_task_get_task_data (task);
  guint subscription = request->subscription;

  if (subscription == 0)
    return; /* it was answered */
  request->subscription = 0;
  g_task_return_boolean (task, may);
  g_dbus_connection_signal_unsubscribe (request->bus, subscription);
}

static void
on_response (GDBusConnection *bus, const char *sender, const char *path, const char *face,
             const char *name, GVariant *arguments, void *data)
{
  g_autoptr (GVariant) results = NULL;
  gboolean may = TRUE;
  guint32 response;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_variant_get (arguments, "(u@a{sv})", &response, &results);
  if (response == ANSWERED)
    (void) g_variant_lookup (results, "background", "b", &may); /* not said: nothing against it */
  answer (data, may && response != DISMISSED);
}

static void
on_called (GObject *bus, GAsyncResult *result, void *data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GVariant) handle
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);

  if (handle == NULL) /* there is no portal, or none for this */
    answer (task, TRUE);
}

/* Where the portal says that its answer will come from. (transfer full) */
static char *
path_of_request (GDBusConnection *bus)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);

  return g_strdup_printf (PORTAL_PATH "/request/%s/" TOKEN, g_strdelimit (sender, ".", '_'));
}

static GVariant *
options (void)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "handle_token", "s", TOKEN);
  g_variant_dict_insert (&dict, "reason", "s", _ ("Transfers go on when the window is closed"));
  return g_variant_new ("(s@a{sv})", "", g_variant_dict_end (&dict));
}

void
gui_background_ask_async (GDBusConnection *bus, GAsyncReadyCallback callback, void *data)
{
  GTask *task = g_task_new (NULL, NULL, callback, data);
  Request *request = g_new0 (Request, 1);
  g_autofree char *path = path_of_request (bus);

  request->bus = g_object_ref (bus);
  g_task_set_task_data (task, request, request_free);
  request->subscription = g_dbus_connection_signal_subscribe (
      bus, PORTAL_NAME, "org.freedesktop.portal.Request", "Response", path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_response, task, g_object_unref);
  g_dbus_connection_call (bus, PORTAL_NAME, PORTAL_PATH, "org.freedesktop.portal.Background",
                          "RequestBackground", options (), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_called, g_object_ref (task));
}

gboolean
gui_background_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL); /* there is no error */
}
