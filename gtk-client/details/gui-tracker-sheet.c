/* gui-tracker-sheet.c: see gui-tracker-sheet.h. */
#include "gtk-client/details/gui-tracker-sheet.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-sheet.h"
#include "gtk-client/parts/gui-tracker-editor.h"
#include "gtk-client/parts/gui-tracker-text.h"
#include "gtk-client/text/gui-text.h"

#define SHEET_WIDTH 560
#define SHEET_HEIGHT 420
#define MARGIN 18

/* What the sheet holds; freed with it. */
typedef struct
{
  ShoalTorrent *torrent;
  GuiSheet *sheet; /* that owns this */
  GuiTrackerEditor *editor;
} TrackerSheet;

static void
tracker_sheet_free (void *data)
{
  TrackerSheet *self = data;

  g_object_unref (self->torrent);
  g_free (self);
}

static void
judge (TrackerSheet *self)
{
  gui_sheet_set_ready (self->sheet, gui_tracker_editor_is_valid (self->editor));
}

static void
save (TrackerSheet *self)
{
  g_auto (GStrv) list = gui_tracker_editor_dup_list (self->editor);

  if (list == NULL)
    return;
  gui_tracker_list_apply ((const char *const *) list, self->torrent);
  gui_sheet_close (self->sheet);
}

static void
fill (TrackerSheet *self)
{
  g_auto (GStrv) list = shoal_torrent_dup_announce_list (self->torrent);
  g_autofree char *name = gui_text_name (shoal_torrent_get_name (self->torrent));

  gui_tracker_editor_set_list (self->editor, (const char *const *) list);
  gui_sheet_set_subtitle (self->sheet, name);
  gui_sheet_set_action (self->sheet, _ ("_Save"), _ ("Ask these trackers from now on"));
}

static GtkWidget *
make_content (GtkWidget *editor)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_widget_set_margin_start (editor, MARGIN);
  gtk_widget_set_margin_end (editor, MARGIN);
  gtk_widget_set_margin_top (editor, MARGIN);
  gtk_widget_set_margin_bottom (editor, MARGIN);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), editor);
  return scroller;
}

void
gui_tracker_sheet_present (GtkWindow *parent, GSettings *settings, ShoalTorrent *torrent)
{
  TrackerSheet *self = g_new0 (TrackerSheet, 1);
  GtkWidget *editor = gui_tracker_editor_new (settings);

  self->torrent = g_object_ref (torrent);
  self->editor = GUI_TRACKER_EDITOR (editor);
  self->sheet = GUI_SHEET (gui_sheet_new (_ ("Edit Trackers"), make_content (editor)));
  g_object_set_data_full (G_OBJECT (self->sheet), "gui-tracker-sheet", self, tracker_sheet_free);
  g_signal_connect_swapped (editor, "changed", G_CALLBACK (judge), self);
  g_signal_connect_swapped (self->sheet, "act", G_CALLBACK (save), self);
  fill (self);
  gui_sheet_present (self->sheet, parent, SHEET_WIDTH, SHEET_HEIGHT);
}
