/* gui-tooltip.h: tooltips that are set again and again. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* What gtk_widget_set_tooltip_text() does, but nothing when @text is there already: GTK asks the
 * display for the pointer each time, which holds up all programs that draw on it. @text: NULL for
 * none. */
void gui_tooltip_set (GtkWidget *widget, const char *text);
