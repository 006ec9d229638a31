/* gui-set-sheet.h: writes or changes a set of trackers. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* @name: the set that is changed; NULL: a new one. */
void gui_set_sheet_present (GtkWindow *parent, GSettings *settings, const char *name);
