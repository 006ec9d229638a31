/* gui-set-sheet.c: see gui-set-sheet.h. */
#include "gtk-client/preferences/gui-set-sheet.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/parts/gui-sheet.h"
#include "gtk-client/parts/gui-tracker-editor.h"
#include "gtk-client/parts/gui-tracker-text.h"

#define SHEET_WIDTH 520
#define SHEET_HEIGHT 440
#define NAME_MAX_CHARS 100

/* What the sheet holds; freed with it. */
typedef struct
{
  GSettings *settings;
  GuiSheet *sheet; /* that owns this */
  GtkEntry *name;
  GuiTrackerEditor *editor;
  char *before; /* the name that it had; NULL: it is new */
} SetSheet;

static void
set_sheet_free (void *data)
{
  SetSheet *self = data;

  g_object_unref (self->settings);
  g_free (self->before);
  g_free (self);
}

/* (transfer full) */
static char *
read_name (SetSheet *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
}

static void
judge (SetSheet *self)
{
  g_autofree char *name = read_name (self);
  g_auto (GStrv) list = gui_tracker_editor_dup_list (self->editor);

  gui_sheet_set_ready (self->sheet, *name != '\0' && list != NULL && list[0] != NULL);
}

static void
save (SetSheet *self)
{
  g_autofree char *name = read_name (self);
  g_auto (GStrv) list = gui_tracker_editor_dup_list (self->editor);
  g_autofree char *first = g_settings_get_string (self->settings, "tracker-set");

  if (list == NULL || *name == '\0')
    return;
  if (self->before != NULL && !g_str_equal (self->before, name))
    {
      gui_tracker_sets_put (self->settings, self->before, NULL);
      if (g_str_equal (first, self->before))
        g_settings_set_string (self->settings, "tracker-set", name);
    }
  gui_tracker_sets_put (self->settings, name, (const char *const *) list);
  gui_sheet_close (self->sheet);
}

static GtkWidget *
make_form (SetSheet *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Name"));

  self->name = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_max_length (self->name, NAME_MAX_CHARS);
  gtk_entry_set_activates_default (self->name, TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), _ ("What the set is called"));
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), GTK_WIDGET (self->name));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  self->editor = GUI_TRACKER_EDITOR (gui_tracker_editor_new (self->settings));
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->name));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->editor));
  return box;
}

static void
fill (SetSheet *self)
{
  g_auto (GStrv) list = NULL;

  if (self->before == NULL)
    return;
  list = gui_tracker_sets_get (self->settings, self->before);
  gtk_editable_set_text (GTK_EDITABLE (self->name), self->before);
  gui_tracker_editor_set_list (self->editor, (const char *const *) list);
}

void
gui_set_sheet_present (GtkWindow *parent, GSettings *settings, const char *name)
{
  SetSheet *self = g_new0 (SetSheet, 1);

  self->settings = g_object_ref (settings);
  self->before = g_strdup (name);
  self->sheet
      = GUI_SHEET (gui_sheet_new (name != NULL ? _ ("Edit Set") : _ ("Add Set"), make_form (self)));
  gui_sheet_set_action (self->sheet, _ ("_Save"), _ ("Save the trackers under this name"));
  g_object_set_data_full (G_OBJECT (self->sheet), "gui-set-sheet", self, set_sheet_free);
  fill (self);
  judge (self);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (judge), self);
  g_signal_connect_swapped (self->editor, "changed", G_CALLBACK (judge), self);
  g_signal_connect_swapped (self->sheet, "act", G_CALLBACK (save), self);
  gui_sheet_present (self->sheet, parent, SHEET_WIDTH, SHEET_HEIGHT);
}
