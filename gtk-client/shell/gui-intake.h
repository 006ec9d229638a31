/* gui-intake.h: the ways by which a person hands something to the window: a file chooser, the
 * clipboard, and what is dropped.
 *
 *     chooser, clipboard, drop -> GuiOffers -> win.add-files, win.create-of
 *
 * Main thread. */
#pragma once

#include <gtk/gtk.h>

/* Asks for .torrent files, over @window. */
void gui_intake_open (GtkWindow *window);
/* Takes what the clipboard holds: links, addresses, files; says so when it is nothing of these. */
void gui_intake_paste (GtkWindow *window);
/* Lets files and text be dropped on @widget. */
void gui_intake_accept_drops (GtkWidget *widget);
