/* gui-width.h: how wide columns have to be for the text that a person reads: their language, their
 * font and its size. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* Of @text in the font of @widget, in pixels. */
int gui_width_of (GtkWidget *widget, const char *text);
/* What is @pixels wide in the usual font: more where the font is larger, never less. */
int gui_width_scale (GtkWidget *widget, int pixels);
/* Of a column that is @pixels wide in the usual font and has a title. */
int gui_width_of_column (GtkWidget *widget, int pixels, const char *title);
/* Lets the words of buttons below @widget be cut off where there is no room for them: their
 * tooltips say more. */
void gui_width_let_shrink (GtkWidget *widget);
