/* gui-expander.c: see gui-expander.h. */
#include "gtk-client/parts/gui-expander.h"

#define CHILD "gui-expander-child"

static void
on_expanded (GtkExpander *self)
{
  GtkWidget *child = g_object_get_data (G_OBJECT (self), CHILD);

  gtk_expander_set_child (self, gtk_expander_get_expanded (self) ? child : NULL);
}

void
gui_expander_mend (GtkExpander *self)
{
  g_object_set_data_full (G_OBJECT (self), CHILD, g_object_ref (gtk_expander_get_child (self)),
                          g_object_unref);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (on_expanded), NULL);
  on_expanded (self);
}
