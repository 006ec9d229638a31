/* gui-about.h: what Shoal is, who makes it, under which terms. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* @parent: NULL for none. */
void gui_about_present (GtkWindow *parent);
