/* gui-shortcuts.c: see gui-shortcuts.h. */
#include "gtk-client/shell/gui-shortcuts.h"

void
gui_shortcuts_present (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder
      = gtk_builder_new_from_resource ("/org/shoal/Shoal/shell/gui-shortcuts.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (shortcuts, parent);
  gtk_window_present (shortcuts);
}
