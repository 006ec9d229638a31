/* gui-narrow.h: whether a window fits a phone. For tests. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* The narrowest screen that the client promises to work on, in pixels. */
#define GUI_PHONE_WIDTH 360

/* Fails, naming the innermost widgets that ask for more, unless @widget can be as narrow as that.
 */
void gui_assert_fits_phone (GtkWidget *widget);
