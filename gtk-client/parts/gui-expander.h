/* gui-expander.h: a GtkExpander that the keyboard can go through.
 *
 * GTK 4.8 lets Tab walk from a folded one into its child, which stands in no window: a critical
 * warning. A mended one has its child only while it is expanded. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* Of one that has its child; gtk_expander_get_child() is NULL while it is folded from now on. */
void gui_expander_mend (GtkExpander *self);
