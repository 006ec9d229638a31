/* gui-availability-bar.h: how many of the connected peers have each part of a torrent, as a low
 * profile: the higher, the more; a line in the colour of errors where nobody has what is missing.
 */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_AVAILABILITY_BAR (gui_availability_bar_get_type ())
G_DECLARE_FINAL_TYPE (GuiAvailabilityBar, gui_availability_bar, GUI, AVAILABILITY_BAR, GtkWidget)

GtkWidget *gui_availability_bar_new (void);

/* 16-bit counts of peers, one a piece; NULL for not known. */
void gui_availability_bar_set (GuiAvailabilityBar *self, guint n_pieces, GBytes *have,
                               GBytes *availability);
/* The picture in words, with the distributed copies. (transfer none) */
const char *gui_availability_bar_get_text (GuiAvailabilityBar *self);
