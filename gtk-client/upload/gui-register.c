/* gui-register.c: see gui-register.h. */
#include "gtk-client/upload/gui-register.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/parts/gui-sheet.h"
#include "gtk-client/text/gui-text.h"

#define SHEET_WIDTH 460
#define SHEET_HEIGHT 400

#define GUI_TYPE_REGISTER (gui_register_get_type ())
G_DECLARE_FINAL_TYPE (GuiRegister, gui_register, GUI, REGISTER, GtkBox)

/* What lies in the sheet. */
struct _GuiRegister
{
  GtkBox parent;
  GuiSession *session;
  ShoalTorrent *torrent;
  GuiSheet *sheet; /* lent: we are its child; NULL once it is closed */
  GCancellable *asking;
  AdwEntryRow *server;
  AdwPasswordEntryRow *token;
  GtkSwitch *remember;
  GtkLabel *words;
  GtkSpinner *spinner;
};

G_DEFINE_FINAL_TYPE (GuiRegister, gui_register, GTK_TYPE_BOX)

static const char *
text_of (void *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static void
show (GuiRegister *self, const char *problem)
{
  gtk_label_set_text (self->words, problem);
  gtk_widget_set_visible (GTK_WIDGET (self->words), problem != NULL);
  gtk_spinner_set_spinning (self->spinner, self->asking != NULL);
  gui_sheet_set_ready (self->sheet, self->asking == NULL && *text_of (self->server) != '\0'
                                        && *text_of (self->token) != '\0');
}

static void
on_typed (GuiRegister *self)
{
  if (self->sheet != NULL)
    show (self, NULL);
}

/* A torrent asks where it was registered; whatever address the tracker says twice is one. */
static void
take_addresses (GuiRegister *self, ShoalTrackerAdded *added)
{
  const char *const *urls = shoal_tracker_added_get_announce_urls (added);
  g_auto (GStrv) there = shoal_torrent_dup_announce_list (self->torrent);

  for (guint i = 0; urls != NULL && urls[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) there, urls[i]))
      (void) shoal_torrent_add_tracker (
          self->torrent, urls[i], 0, NULL); /* a tracker that is none: it knows itself by others */
}

/* What a person can do about it; NULL: what is wrong says it. */
static const char *
advice_for (const GError *error)
{
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_UNAUTHORIZED))
    return _ ("Look for a slip in the token, or ask the owner of the tracker for another one.");
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_FORBIDDEN))
    return _ ("Ask the owner of the tracker for a token that may register torrents.");
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_NETWORK)
      || g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_NOT_FOUND))
    return _ ("Look for a slip in the address, and whether the tracker runs and can be reached.");
  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_INVALID))
    return _ ("The address is that of the tracker’s pages, such as https://tracker.example.org.");
  return NULL;
}

static void
show_error (GuiRegister *self, const GError *error)
{
  g_autofree char *said = gui_text_line (error->message);
  const char *advice = advice_for (error);
  g_autofree char *words
      = advice != NULL ? g_strconcat (said, "\n", advice, NULL) : g_strdup (said);

  show (self, words);
}

/* --- the token --- */

/* What was said of the torrent: a message about the token takes its place, and says it again. */
typedef struct
{
  GtkWidget *window;
  const char *words;
} End;

static void
on_kept (GObject *source, GAsyncResult *result, void *data)
{
  End *end = data;
  g_autofree char *both = NULL;

  if (!gui_tokens_keep_finish (GUI_TOKENS (source), result))
    {
      both = g_strconcat (end->words, ".\n",
                          _ ("There is no keyring: the token is remembered until Shoal is quit"),
                          NULL);
      gtk_widget_activate_action (end->window, "win.say", "s", both);
    }
  g_object_unref (end->window);
  g_free (end);
}

/* What served is kept, or forgotten; the keyring may ask the person first. */
static void
keep_token (GuiRegister *self, GtkWindow *window, const char *words)
{
  gboolean remember = gtk_switch_get_active (self->remember);
  End *end = g_new0 (End, 1);

  end->window = g_object_ref (GTK_WIDGET (window));
  end->words = words;
  gtk_widget_activate_action (end->window, "win.say", "s", words);
  gui_tokens_keep_async (gui_session_get_tokens (self->session), text_of (self->server),
                         remember ? text_of (self->token) : NULL, on_kept, end);
}

static void
on_found (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiRegister) self = data;
  g_autofree char *token = gui_tokens_find_finish (GUI_TOKENS (source), result);

  if (token != NULL && self->sheet != NULL && *text_of (self->token) == '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->token), token);
}

/* Fills in what is remembered of an address, where nothing is written yet. */
static void
find_token (GuiRegister *self)
{
  if (self->sheet != NULL && *text_of (self->server) != '\0' && *text_of (self->token) == '\0')
    gui_tokens_find_async (gui_session_get_tokens (self->session), text_of (self->server), NULL,
                           on_found, g_object_ref (self));
}

/* --- registering --- */

static void
on_registered (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiRegister) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalTrackerAdded) added
      = shoal_tracker_admin_register_finish (SHOAL_TRACKER_ADMIN (source), result, &error);
  GtkWindow *window;

  g_clear_object (&self->asking);
  if (self->sheet == NULL)
    return;
  if (added == NULL)
    {
      show_error (self, error);
      return;
    }
  take_addresses (self, added);
  g_settings_set_string (gui_session_get_settings (self->session), "register-url",
                         text_of (self->server));
  window = gtk_window_get_transient_for (GTK_WINDOW (self->sheet));
  keep_token (self, window,
              shoal_tracker_added_is_new (added) ? _ ("The tracker has registered the torrent")
                                                 : _ ("The tracker knows the torrent already"));
  gui_sheet_close (self->sheet);
}

static void
on_act (GuiRegister *self)
{
  GBytes *bytes = shoal_torrent_get_torrent_file (self->torrent);
  g_autoptr (ShoalTrackerAdmin) admin = NULL;

  if (self->asking != NULL || bytes == NULL)
    return;
  admin = shoal_tracker_admin_new (text_of (self->server), text_of (self->token));
  self->asking = g_cancellable_new ();
  shoal_tracker_admin_register_async (admin, bytes, self->asking, on_registered,
                                      g_object_ref (self));
  show (self, NULL);
}

static void
on_closed (GuiRegister *self)
{
  g_cancellable_cancel (self->asking);
  self->sheet = NULL;
}

static void
gui_register_dispose (GObject *object)
{
  GuiRegister *self = GUI_REGISTER (object);

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->torrent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_register_parent_class)->dispose (object);
}

static void
gui_register_class_init (GuiRegisterClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_register_dispose;
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/upload/gui-register.ui");
  gtk_widget_class_bind_template_child (widget, GuiRegister, server);
  gtk_widget_class_bind_template_child (widget, GuiRegister, token);
  gtk_widget_class_bind_template_child (widget, GuiRegister, remember);
  gtk_widget_class_bind_template_child (widget, GuiRegister, words);
  gtk_widget_class_bind_template_child (widget, GuiRegister, spinner);
  gtk_widget_class_bind_template_callback (widget, on_typed);
  gtk_widget_class_bind_template_callback (widget, find_token);
}

static void
gui_register_init (GuiRegister *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
gui_register_present (GtkWindow *parent, GuiSession *session, ShoalTorrent *torrent)
{
  GuiRegister *self = g_object_new (GUI_TYPE_REGISTER, NULL);
  g_autofree char *server
      = g_settings_get_string (gui_session_get_settings (session), "register-url");

  self->session = g_object_ref (session);
  self->torrent = g_object_ref (torrent);
  gtk_editable_set_text (GTK_EDITABLE (self->server), server);
  self->sheet = GUI_SHEET (gui_sheet_new (_ ("Register on a Tracker"), GTK_WIDGET (self)));
  gui_sheet_set_action (self->sheet, _ ("_Register"), _ ("Hand the torrent file to the tracker"));
  g_signal_connect_swapped (self->sheet, "act", G_CALLBACK (on_act), self);
  g_signal_connect_swapped (self->sheet, "closed", G_CALLBACK (on_closed), self);
  show (self, NULL);
  find_token (self);
  gui_sheet_present (self->sheet, parent, SHEET_WIDTH, SHEET_HEIGHT);
}
