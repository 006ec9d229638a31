/* gui-shortcuts.h: the sheet that lists the keys.
 *
 * It is made when it is asked for, and goes when it is closed. GTK would keep one for each window
 * from the start ("gtk/help-overlay.ui"): hidden, it costs time and memory, and GTK 4.8 answers a
 * screen reader that asks for one window too many with the last one, of which the bus knows
 * nothing. Main thread. */
#pragma once

#include <gtk/gtk.h>

void gui_shortcuts_present (GtkWindow *parent);
