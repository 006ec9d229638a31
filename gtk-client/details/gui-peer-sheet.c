/* gui-peer-sheet.c: see gui-peer-sheet.h. */
#include "gtk-client/details/gui-peer-sheet.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-rate-spin.h"
#include "gtk-client/parts/gui-sheet.h"
#include "gtk-client/text/gui-text.h"

#define SHEET_WIDTH 460
#define SHEET_HEIGHT 300
#define MARGIN 18

/* What the sheet holds; freed with it. The peer may leave meanwhile. */
typedef struct
{
  ShoalTorrent *torrent;
  char *address;
  GuiSheet *sheet; /* that owns this */
  GtkSpinButton *down;
  GtkSpinButton *up;
} PeerSheet;

static void
peer_sheet_free (void *data)
{
  PeerSheet *self = data;

  g_object_unref (self->torrent);
  g_free (self->address);
  g_free (self);
}

static void
apply (PeerSheet *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *cause = NULL;

  if (shoal_torrent_limit_peer (self->torrent, self->address, gui_rate_spin_get (self->down),
                                gui_rate_spin_get (self->up), &error))
    return;
  cause = gui_text_line (error->message);
  gui_sheet_say (self->sheet, cause);
}

static GtkSpinButton *
add_row (AdwPreferencesGroup *group, const char *title, const char *subtitle, guint64 rate_Bps)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gui_rate_spin_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  gtk_widget_set_tooltip_text (spin, subtitle);
  gui_rate_spin_set (GTK_SPIN_BUTTON (spin), rate_Bps);
  adw_preferences_group_add (group, row);
  return GTK_SPIN_BUTTON (spin);
}

static GtkWidget *
make_form (PeerSheet *self, ShoalPeer *peer)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (group),
      _ ("Inside all other limits; they stay when the peer leaves and comes again"));
  self->down = add_row (ADW_PREFERENCES_GROUP (group), _ ("_Download"), _ ("What it may send us"),
                        shoal_peer_get_limit_down (peer));
  self->up = add_row (ADW_PREFERENCES_GROUP (group), _ ("_Upload"), _ ("What we may send it"),
                      shoal_peer_get_limit_up (peer));
  gtk_widget_set_margin_top (group, MARGIN);
  gtk_widget_set_margin_bottom (group, MARGIN);
  gtk_widget_set_margin_start (group, MARGIN);
  gtk_widget_set_margin_end (group, MARGIN);
  return group;
}

void
gui_peer_sheet_present (GtkWindow *parent, ShoalTorrent *torrent, ShoalPeer *peer)
{
  PeerSheet *self = g_new0 (PeerSheet, 1);

  self->torrent = g_object_ref (torrent);
  self->address = g_strdup (shoal_peer_get_address (peer));
  self->sheet = GUI_SHEET (gui_sheet_new (_ ("Limit Speed"), make_form (self, peer)));
  gui_sheet_set_subtitle (self->sheet, self->address);
  g_object_set_data_full (G_OBJECT (self->sheet), "gui-peer-sheet", self, peer_sheet_free);
  g_signal_connect_swapped (self->down, "value-changed", G_CALLBACK (apply), self);
  g_signal_connect_swapped (self->up, "value-changed", G_CALLBACK (apply), self);
  gui_sheet_present (self->sheet, parent, SHEET_WIDTH, SHEET_HEIGHT);
}
