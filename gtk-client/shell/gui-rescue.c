/* gui-rescue.c: see gui-rescue.h. */
#include "gtk-client/shell/gui-rescue.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/parts/gui-question.h"
#include "gtk-client/parts/gui-reveal.h"

#define TOLD "gui-rescue-told"

static void
on_response (GtkWindow *window, const char *response, AdwMessageDialog *dialog)
{
  const char *profile = g_object_get_data (G_OBJECT (dialog), "profile");

  if (g_str_equal (response, "show"))
    gui_reveal (GTK_WIDGET (window), profile);
}

static void
show (GtkWindow *window, ShoalSession *session)
{
  GtkWidget *dialog = adw_message_dialog_new (window, _ ("The List of Torrents Was Damaged"), NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_set_body (message, shoal_session_get_rescue (session));
  adw_message_dialog_add_responses (message, "show", _ ("_Show in Files"), "close", _ ("_Close"),
                                    NULL);
  adw_message_dialog_set_default_response (message, "close");
  adw_message_dialog_set_close_response (message, "close");
  g_object_set_data_full (G_OBJECT (dialog), "profile",
                          g_strdup (shoal_session_get_profile (session)), g_free);
  g_signal_connect_object (message, "response", G_CALLBACK (on_response), window,
                           G_CONNECT_SWAPPED);
  gui_question_present (message);
}

/* A dialog needs its window first. */
static void
look (GtkWindow *window, ShoalSession *session)
{
  if (shoal_session_get_rescue (session) == NULL || !gtk_widget_get_mapped (GTK_WIDGET (window))
      || g_object_get_data (G_OBJECT (session), TOLD) != NULL)
    return;
  g_object_set_data (G_OBJECT (session), TOLD, session);
  show (window, session);
}

static void
on_map (GtkWindow *window, ShoalSession *session)
{
  look (window, session);
}

static void
on_rescue (ShoalSession *session, GParamSpec *property, GtkWindow *window)
{
  look (window, session);
}

void
gui_rescue_watch (GtkWindow *window, GuiSession *session)
{
  ShoalSession *shoal = gui_session_get_shoal (session);

  g_signal_connect_object (window, "map", G_CALLBACK (on_map), shoal, G_CONNECT_AFTER);
  g_signal_connect_object (shoal, "notify::rescue", G_CALLBACK (on_rescue), window, 0);
}
