/* gui-walk.h: a walk through a window by Tab alone. */
#pragma once

#include <gtk/gtk.h>

/* In a window, a popover or a part of a window: fails the test where Tab does not come to a control
 * that is shown and could have the keyboard, where it does not come to an end or back to the first
 * one, and where nobody sees that a control has the keyboard. The rows of a list that Tab comes to
 * are walked by the arrows. @title is told with what is amiss. */
void gui_assert_tab_reaches_all (GtkWidget *within, const char *title);
