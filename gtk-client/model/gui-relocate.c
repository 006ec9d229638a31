/* gui-relocate.c: see gui-relocate.h. */
#include "gtk-client/model/gui-relocate.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text.h"

/* What a chooser is open for. */
typedef struct
{
  GtkWidget *widget;
  GPtrArray *torrents;
  gboolean move; /* or the files are there already */
} Request;

static void
request_free (void *data)
{
  Request *request = data;

  g_object_unref (request->widget);
  g_ptr_array_unref (request->torrents);
  g_free (request);
}

static void
on_moved (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GtkWidget) widget = data;
  ShoalTorrent *torrent = SHOAL_TORRENT (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = gui_text_name_within (shoal_torrent_get_name (torrent));
  g_autofree char *words = NULL;
  g_autofree char *cause = NULL;

  if (shoal_torrent_move_finish (torrent, result, &error))
    return;
  cause = gui_text_line (error->message);
  /* Translators: the name of a torrent, and why its files could not be moved */
  words = g_strdup_printf (_ ("“%s” was not moved: %s"), name, cause);
  gtk_widget_activate_action (widget, "win.say", "s", words);
}

static void
carry_out (const Request *request, const char *folder)
{
  for (guint i = 0; i < request->torrents->len; i++)
    if (request->move)
      shoal_torrent_move_async (request->torrents->pdata[i], folder, NULL, on_moved,
                                g_object_ref (request->widget));
    else
      shoal_torrent_set_folder (request->torrents->pdata[i], folder);
}

static void
on_response (GtkNativeDialog *dialog, int response, void *data)
{
  const Request *request = g_object_get_data (G_OBJECT (dialog), "gui-request");
  g_autoptr (GFile) chosen = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *folder = chosen != NULL ? g_file_get_path (chosen) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && folder != NULL)
    carry_out (request, folder);
  g_object_unref (dialog);
}

static void
ask (GtkWidget *widget, GPtrArray *torrents, gboolean move, const char *title, const char *accept)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (title, root != NULL ? GTK_WINDOW (root) : NULL,
                                     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, accept, _ ("_Cancel"));
  Request *request = g_new0 (Request, 1);
  g_autoptr (GFile) folder = g_file_new_for_path (shoal_torrent_get_folder (torrents->pdata[0]));

  request->widget = g_object_ref (widget);
  request->torrents = g_ptr_array_ref (torrents);
  request->move = move;
  g_object_set_data_full (G_OBJECT (dialog), "gui-request", request, request_free);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  /* A folder that is gone is no place to begin at. */
  (void) gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), NULL);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
gui_relocate_move (GtkWidget *widget, GPtrArray *torrents)
{
  if (torrents->len > 0)
    ask (widget, torrents, TRUE, _ ("Move Files to a Folder"), _ ("_Move"));
}

void
gui_relocate_locate (GtkWidget *widget, ShoalTorrent *torrent)
{
  g_autoptr (GPtrArray) torrents = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (torrents, g_object_ref (torrent));
  ask (widget, torrents, FALSE, _ ("Where Are the Files Now?"), _ ("_Use This Folder"));
}
