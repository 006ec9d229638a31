/* gui-shortcuts.c: see gui-shortcuts.h. A sheet of rows where GTK has a window of columns, which
 * has no room in a narrow one or in large text. */
#include "gtk-client/shell/gui-shortcuts.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/parts/gui-sheet.h"

#define WIDTH 480
#define HEIGHT 640

/* What a screen reader says of a row: what the keys do, and which they are. */
static void
name_row (AdwActionRow *row, GtkShortcutLabel *label)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));
  g_autofree char *keys = NULL;
  g_autofree char *sentence = NULL;
  GdkModifierType modifiers;
  guint key;

  gtk_accelerator_parse (gtk_shortcut_label_get_accelerator (label), &key, &modifiers);
  keys = gtk_accelerator_get_label (key, modifiers);
  /* Translators: what keys do, and the keys: "Search, Ctrl+F" */
  sentence = g_strdup_printf (_ ("%s, %s"), title, keys);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  -1);
}

static void
name_rows (GtkWidget *widget)
{
  GtkWidget *row = GTK_IS_SHORTCUT_LABEL (widget)
                       ? gtk_widget_get_ancestor (widget, ADW_TYPE_ACTION_ROW)
                       : NULL;

  if (row != NULL)
    name_row (ADW_ACTION_ROW (row), GTK_SHORTCUT_LABEL (widget));
  else
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      name_rows (child);
}

void
gui_shortcuts_present (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder
      = gtk_builder_new_from_resource ("/org/shoal/Shoal/shell/gui-shortcuts.ui");
  GtkWidget *page = GTK_WIDGET (gtk_builder_get_object (builder, "page"));
  GtkWidget *sheet = gui_sheet_new (_ ("Keyboard Shortcuts"), page);

  name_rows (page);
  gui_sheet_present (GUI_SHEET (sheet), parent, WIDTH, HEIGHT);
}
