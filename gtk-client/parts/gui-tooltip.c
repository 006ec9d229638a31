/* gui-tooltip.c: see gui-tooltip.h. */
#include "gtk-client/parts/gui-tooltip.h"

void
gui_tooltip_set (GtkWidget *widget, const char *text)
{
  if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) != 0)
    gtk_widget_set_tooltip_text (widget, text);
}
