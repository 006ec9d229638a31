/* gui-reveal.c: see gui-reveal.h. org.freedesktop.FileManager1 of the file manager's D-Bus. */
#include "gtk-client/parts/gui-reveal.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text.h"

#define ANSWER_MS 5000 /* that a file manager has: it may have to be started */

typedef struct
{
  GtkWidget *widget;
  char *path;
} Request;

static Request *
request_new (GtkWidget *widget, const char *path)
{
  Request *request = g_new0 (Request, 1);

  request->widget = g_object_ref (widget);
  request->path = g_strdup (path);
  return request;
}

static void
request_free (Request *request)
{
  g_object_unref (request->widget);
  g_free (request->path);
  g_free (request);
}

static void
on_launched (GObject *source, GAsyncResult *result, void *data)
{
  Request *request = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  g_autofree char *cause = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    {
      cause = gui_text_line (error->message);
      /* Translators: %s is the cause */
      words = g_strdup_printf (_ ("It cannot be opened: %s"), cause);
      gtk_widget_activate_action (request->widget, "win.say", "s", words);
    }
  request_free (request);
}

static void
launch (Request *request, GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);
  g_autoptr (GdkAppLaunchContext) context
      = gdk_display_get_app_launch_context (gtk_widget_get_display (request->widget));

  g_app_info_launch_default_for_uri_async (uri, G_APP_LAUNCH_CONTEXT (context), NULL, on_launched,
                                           request);
}

static void
on_shown (GObject *source, GAsyncResult *result, void *data)
{
  Request *request = data;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (request->path);
  g_autoptr (GFile) folder = g_file_get_parent (file);

  if (answer != NULL)
    request_free (request);
  else
    launch (request, folder != NULL ? folder : file);
}

void
gui_reveal (GtkWidget *widget, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  const char *const uris[] = { uri, NULL };
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus
      = application != NULL ? g_application_get_dbus_connection (application) : NULL;
  g_autoptr (GFile) folder = g_file_get_parent (file);

  if (bus == NULL)
    launch (request_new (widget, path), folder != NULL ? folder : file);
  else
    g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                            "org.freedesktop.FileManager1", "ShowItems",
                            g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE,
                            ANSWER_MS, NULL, on_shown, request_new (widget, path));
}

void
gui_reveal_open (GtkWidget *widget, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  launch (request_new (widget, path), file);
}
