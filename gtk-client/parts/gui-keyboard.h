/* gui-keyboard.h: a window in which the keyboard is never nowhere.
 *
 * What has the keyboard may go: a torrent that is removed, a card that is done with. GTK hands the
 * keyboard to what stood around it, and to nothing where that has no other control: a screen reader
 * then has nothing to say. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* From now on the first control of @page takes the keyboard that nothing in @window has. @page:
 * lent, a child of the window's as long as that lives. */
void gui_keyboard_keep (GtkWindow *window, GtkWidget *page);
