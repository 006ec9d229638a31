/* gui-share-card.c: see gui-share-card.h. */
#include "gtk-client/upload/gui-share-card.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/draw/gui-code.h"
#include "gtk-client/parts/gui-expander.h"
#include "gtk-client/text/gui-text.h"
#include "gtk-client/upload/gui-register.h"

struct _GuiShareCard
{
  GtkBox parent;
  GuiSession *session;
  ShoalTorrent *torrent;
  gulong tick;
  GtkLabel *name;
  GtkLabel *summary;
  GtkEntry *link;
  GtkExpander *code_expander;
  AdwBin *code;
  GtkFileChooserNative *chooser;
};

static guint closed_signal;
static guint code_signal;

G_DEFINE_FINAL_TYPE (GuiShareCard, gui_share_card, GTK_TYPE_BOX)

static void
say (GuiShareCard *self, const char *message)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", message);
}

/* --- what it shows --- */

static gboolean
link_leads (ShoalTorrent *torrent)
{
  gboolean leads;
  g_autofree char *link = shoal_torrent_dup_link (torrent, &leads);

  return leads;
}

static char *
describe (ShoalTorrent *torrent)
{
  guint n = shoal_torrent_get_n_peers (torrent);
  g_autofree char *sent = gui_text_size (shoal_torrent_get_uploaded (torrent));
  const GError *error = shoal_torrent_get_error (torrent);

  if (error != NULL)
    return gui_text_line (error->message);
  if (shoal_torrent_get_state (torrent) == SHOAL_TORRENT_STATE_VERIFYING)
    return g_strdup (_ ("Checking the files…"));
  if (n == 0 && !link_leads (torrent))
    return g_strdup (_ ("Shared, but nobody finds you by this link: add a tracker in the details"));
  if (n == 0)
    return g_strdup (_ ("Shared; nobody is connected yet: hand out the link"));
  /* Translators: how many peers, and how much they were sent */
  return g_strdup_printf (
      ngettext ("Shared with %u peer, %s sent", "Shared with %u peers, %s sent", n), n, sent);
}

static void
show (GuiShareCard *self)
{
  g_autofree char *words = describe (self->torrent);

  gtk_label_set_text (self->summary, words);
}

static void
show_link (GuiShareCard *self)
{
  g_autofree char *name = gui_text_name (shoal_torrent_get_name (self->torrent));
  g_autofree char *magnet = shoal_torrent_dup_link (self->torrent, NULL);
  GtkWidget *code = adw_bin_get_child (self->code);

  gtk_label_set_text (self->name, name);
  gtk_editable_set_text (GTK_EDITABLE (self->link), magnet);
  gtk_widget_set_visible (
      GTK_WIDGET (self->code_expander),
      gui_code_set_text (GUI_CODE (code), magnet, _ ("QR code of the magnet link")));
}

/* --- what the person does --- */

static void
on_copy (GuiShareCard *self)
{
  g_autofree char *magnet = shoal_torrent_dup_link (self->torrent, NULL);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), magnet);
  say (self, _ ("The link was copied"));
}

static void
on_saved (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiShareCard) self = data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    say (self, _ ("The torrent file was saved"));
  else
    {
      g_autofree char *cause = gui_text_line (error->message);

      say (self, cause);
    }
}

static void
on_place_chosen (GtkNativeDialog *dialog, int response, void *data)
{
  GuiShareCard *self = data;
  g_autoptr (GFile) file = NULL;
  GBytes *bytes = shoal_torrent_get_torrent_file (self->torrent);

  if (response == GTK_RESPONSE_ACCEPT && bytes != NULL)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                         on_saved, g_object_ref (self));
  g_clear_object (&self->chooser);
}

static void
on_save (GuiShareCard *self)
{
  g_autofree char *name = gui_text_name (shoal_torrent_get_name (self->torrent));
  g_autofree char *file = g_strconcat (name, ".torrent", NULL);

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Save Torrent File"),
                                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), file);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_place_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_register (GuiShareCard *self)
{
  gui_register_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->session,
                        self->torrent);
}

static void
on_close (GuiShareCard *self)
{
  g_signal_emit (self, closed_signal, 0);
}

static void
on_expanded (GuiShareCard *self)
{
  g_signal_emit (self, code_signal, 0);
}

/* --- the widget --- */

/* The link names the trackers, which may have become more. */
static void
gui_share_card_map (GtkWidget *widget)
{
  GuiShareCard *self = GUI_SHARE_CARD (widget);

  GTK_WIDGET_CLASS (gui_share_card_parent_class)->map (widget);
  show (self);
  show_link (self);
  if (self->tick == 0)
    self->tick = g_signal_connect_swapped (self->session, "tick", G_CALLBACK (show), self);
}

static void
gui_share_card_unmap (GtkWidget *widget)
{
  GuiShareCard *self = GUI_SHARE_CARD (widget);

  g_clear_signal_handler (&self->tick, self->session);
  GTK_WIDGET_CLASS (gui_share_card_parent_class)->unmap (widget);
}

static void
gui_share_card_dispose (GObject *object)
{
  GuiShareCard *self = GUI_SHARE_CARD (object);

  if (self->chooser != NULL)
    g_signal_handlers_disconnect_by_data (self->chooser, self);
  g_clear_object (&self->chooser);
  g_clear_object (&self->torrent);
  if (self->session != NULL)
    g_clear_signal_handler (&self->tick, self->session);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_share_card_parent_class)->dispose (object);
}

static void
gui_share_card_class_init (GuiShareCardClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_share_card_dispose;
  widget->map = gui_share_card_map;
  widget->unmap = gui_share_card_unmap;
  closed_signal = g_signal_new ("closed", GUI_TYPE_SHARE_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  code_signal = g_signal_new ("code", GUI_TYPE_SHARE_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/upload/gui-share-card.ui");
  gtk_widget_class_bind_template_child (widget, GuiShareCard, name);
  gtk_widget_class_bind_template_child (widget, GuiShareCard, summary);
  gtk_widget_class_bind_template_child (widget, GuiShareCard, link);
  gtk_widget_class_bind_template_child (widget, GuiShareCard, code_expander);
  gtk_widget_class_bind_template_child (widget, GuiShareCard, code);
  gtk_widget_class_bind_template_callback (widget, on_copy);
  gtk_widget_class_bind_template_callback (widget, on_save);
  gtk_widget_class_bind_template_callback (widget, on_register);
  gtk_widget_class_bind_template_callback (widget, on_close);
}

static void
gui_share_card_init (GuiShareCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_bin_set_child (self->code, gui_code_new ());
  gui_expander_mend (self->code_expander);
  g_signal_connect_object (self->code_expander, "notify::expanded", G_CALLBACK (on_expanded), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
gui_share_card_new (GuiSession *session, ShoalTorrent *torrent)
{
  GuiShareCard *self = g_object_new (GUI_TYPE_SHARE_CARD, NULL);

  self->session = g_object_ref (session);
  self->torrent = g_object_ref (torrent);
  return GTK_WIDGET (self);
}

ShoalTorrent *
gui_share_card_get_torrent (GuiShareCard *self)
{
  return self->torrent;
}

gboolean
gui_share_card_shows_code (GuiShareCard *self)
{
  return gtk_expander_get_expanded (self->code_expander);
}
