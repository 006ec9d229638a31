/* gui-title.h: where the titles of columns stand. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* The title of the column that was appended last ends where its figures end. */
void gui_title_over_figures (GtkColumnView *view);
