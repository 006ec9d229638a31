/* gui-reveal.h: shows files in the person's file manager, or opens them. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* Shows the file at a path, selected in its folder; where no file manager answers, its folder is
 * opened. What keeps both from working is said by the action "win.say" of the widget's window. */
void gui_reveal (GtkWidget *widget, const char *path);
/* Opens a file by the program that is meant for it. */
void gui_reveal_open (GtkWidget *widget, const char *path);
