/* gui-throw-away.c: see gui-throw-away.h. */
#include "gtk-client/model/gui-throw-away.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/model/gui-place.h"
#include "gtk-client/model/gui-trash.h"
#include "gtk-client/parts/gui-question.h"
#include "gtk-client/text/gui-text.h"

/* What is found out about the torrents, one after the other. */
typedef struct
{
  GtkWidget *widget;
  GuiSession *session;
  GPtrArray *torrents;
  GPtrArray *lasting; /* of those, the ones whose files have no trash */
  guint next;
} Sorting;

static void
sorting_free (Sorting *sorting)
{
  g_object_unref (sorting->widget);
  g_object_unref (sorting->session);
  g_ptr_array_unref (sorting->torrents);
  g_ptr_array_unref (sorting->lasting);
  g_free (sorting);
}

static void
on_answer (AdwMessageDialog *dialog, const char *answer, Sorting *sorting)
{
  if (g_strcmp0 (answer, "delete") == 0)
    gui_session_remove (sorting->session, sorting->lasting, GUI_REMOVE_DELETE);
  else if (g_strcmp0 (answer, "keep") == 0)
    gui_session_remove (sorting->session, sorting->lasting, GUI_REMOVE_KEEP);
  sorting_free (sorting);
}

/* What is asked about: one torrent by its name, several by their number. */
static char *
describe (const GPtrArray *lasting)
{
  g_autofree char *name = NULL;

  if (lasting->len > 1)
    return g_strdup_printf (ngettext ("The disk of %u torrent has no trash. Its files cannot be "
                                      "restored once they are deleted.",
                                      "The disk of %u torrents has no trash. Their files cannot be "
                                      "restored once they are deleted.",
                                      lasting->len),
                            lasting->len);
  name = gui_text_name_within (shoal_torrent_get_name (lasting->pdata[0]));
  /* Translators: %s is a torrent's name */
  return g_strdup_printf (_ ("“%s” is on a disk that has no trash. Its files cannot be restored "
                             "once they are deleted."),
                          name);
}

/* Takes @sorting. */
static void
ask (Sorting *sorting)
{
  GtkRoot *root = gtk_widget_get_root (sorting->widget);
  g_autofree char *body = describe (sorting->lasting);
  GtkWidget *dialog = adw_message_dialog_new (root != NULL ? GTK_WINDOW (root) : NULL,
                                              _ ("Delete Files for Ever?"), body);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "keep", _ ("_Keep Files"),
                                    "delete", _ ("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (message, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "cancel");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect (message, "response", G_CALLBACK (on_answer), sorting);
  gui_question_present (message);
}

static void
end (Sorting *sorting)
{
  for (guint i = 0; i < sorting->lasting->len; i++)
    g_ptr_array_remove (sorting->torrents, sorting->lasting->pdata[i]);
  if (sorting->torrents->len > 0)
    gui_session_remove (sorting->session, sorting->torrents, GUI_REMOVE_TRASH);
  if (sorting->lasting->len > 0)
    ask (sorting);
  else
    sorting_free (sorting);
}

static void go_on (Sorting *sorting);

static void
on_known (GObject *source, GAsyncResult *result, void *data)
{
  Sorting *sorting = data;

  if (!gui_trash_can_finish (result))
    g_ptr_array_add (sorting->lasting, g_object_ref (sorting->torrents->pdata[sorting->next]));
  sorting->next++;
  go_on (sorting);
}

/* A magnet without its file list has nothing to be thrown away. */
static void
go_on (Sorting *sorting)
{
  for (; sorting->next < sorting->torrents->len; sorting->next++)
    {
      g_autofree char *path = gui_place_of (sorting->torrents->pdata[sorting->next]);

      if (path == NULL)
        continue;
      gui_trash_can_async (path, on_known, sorting);
      return;
    }
  end (sorting);
}

void
gui_throw_away (GtkWidget *widget, GuiSession *session, GPtrArray *torrents)
{
  Sorting *sorting;

  if (torrents->len == 0)
    return;
  sorting = g_new0 (Sorting, 1);
  sorting->widget = g_object_ref (widget);
  sorting->session = g_object_ref (session);
  sorting->torrents = g_ptr_array_ref (torrents);
  sorting->lasting = g_ptr_array_new_with_free_func (g_object_unref);
  go_on (sorting);
}
