/* gui-intake.c: see gui-intake.h. */
#include "gtk-client/shell/gui-intake.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-offers.h"

/* --- handing on --- */

static void
activate (GtkWidget *widget, const char *action, GPtrArray *uris)
{
  if (uris->len > 0)
    gtk_widget_activate_action (
        widget, action, "@as",
        g_variant_new_strv ((const char *const *) uris->pdata, (gssize) uris->len));
}

/* FALSE when there is nothing that can be done with it. */
static gboolean
hand_on (GtkWidget *widget, const GuiOffers *offers)
{
  activate (widget, "win.add-files", offers->torrents);
  activate (widget, "win.create-of", offers->files);
  return offers->torrents->len > 0 || offers->files->len > 0;
}

static void
add_file (GFile *file, GuiOffers *offers)
{
  g_autofree char *uri = g_file_get_uri (file);

  (void) gui_offers_add (offers, uri); /* a file is always something */
}

static void
add_files (GListModel *files, GuiOffers *offers)
{
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      add_file (file, offers);
    }
}

/* --- the chooser --- */

static void
on_response (GtkNativeDialog *dialog, int response, GtkWidget *window)
{
  const char *action = g_object_get_data (G_OBJECT (dialog), "gui-action");
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  g_autoptr (GuiOffers) offers = gui_offers_new ();

  if (response == GTK_RESPONSE_ACCEPT)
    {
      add_files (files, offers);
      activate (window, action, offers->torrents);
      activate (window, action, offers->files);
    }
  g_object_unref (dialog);
}

static GtkFileChooserNative *
new_chooser (GtkWindow *window, const char *title, const char *accept, const char *action)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      title, window, GTK_FILE_CHOOSER_ACTION_OPEN, accept, _ ("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  g_object_set_data (G_OBJECT (dialog), "gui-action", (char *) action);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), window, 0);
  return dialog;
}

void
gui_intake_open (GtkWindow *window)
{
  GtkFileChooserNative *dialog
      = new_chooser (window, _ ("Add Torrents"), _ ("_Open"), "win.add-files");
  g_autoptr (GtkFileFilter) torrents = gtk_file_filter_new ();

  gtk_file_filter_set_name (torrents, _ ("Torrents"));
  gtk_file_filter_add_mime_type (torrents, "application/x-bittorrent");
  gtk_file_filter_add_suffix (torrents, "torrent");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), torrents);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* --- the clipboard --- */

static void
on_text (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GtkWidget) window = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autoptr (GuiOffers) offers = gui_offers_new ();

  if (text != NULL)
    gui_offers_add_text (offers, text);
  if (!hand_on (window, offers))
    gtk_widget_activate_action (window, "win.say", "s",
                                _ ("The clipboard holds no magnet link, address or torrent"));
}

static void
on_files (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GtkWidget) window = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autoptr (GuiOffers) offers = gui_offers_new ();

  if (value != NULL)
    g_slist_foreach (g_value_get_boxed (value), (GFunc) add_file, offers);
  if (!hand_on (window, offers))
    gdk_clipboard_read_text_async (GDK_CLIPBOARD (source), NULL, on_text,
                                   g_steal_pointer (&window));
}

void
gui_intake_paste (GtkWindow *window)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (window));

  if (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL,
                                    on_files, g_object_ref (window));
  else
    gdk_clipboard_read_text_async (clipboard, NULL, on_text, g_object_ref (window));
}

/* --- drops --- */

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GtkWidget *widget)
{
  g_autoptr (GuiOffers) offers = gui_offers_new ();

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    g_slist_foreach (g_value_get_boxed (value), (GFunc) add_file, offers);
  else if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    add_file (g_value_get_object (value), offers);
  else if (G_VALUE_HOLDS (value, G_TYPE_STRING))
    gui_offers_add_text (offers, g_value_get_string (value));
  return hand_on (widget, offers);
}

void
gui_intake_accept_drops (GtkWidget *widget)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, G_TYPE_STRING };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), widget);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}
