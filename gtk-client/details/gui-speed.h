/* gui-speed.h: how fast a torrent was in the last minute, hour or day: a graph, its legend with the
 * speeds of now, and a choice of how far back. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

#define GUI_TYPE_SPEED (gui_speed_get_type ())
G_DECLARE_FINAL_TYPE (GuiSpeed, gui_speed, GUI, SPEED, GtkWidget)

/* Shows as much time as they say, and keeps in them what is chosen. */
void gui_speed_set_settings (GuiSpeed *self, GSettings *settings);
/* Shows a torrent, or shows it anew. */
void gui_speed_show (GuiSpeed *self, ShoalTorrent *torrent);
