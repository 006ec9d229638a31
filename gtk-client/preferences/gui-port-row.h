/* gui-port-row.h: the port that peers find us at: another one is had when it is entered, not with
 * every digit; the row says which is in use, or why another cannot be had. Main thread. */
#pragma once

#include <adwaita.h>

#include "client-core/shoal.h"

#define GUI_TYPE_PORT_ROW (gui_port_row_get_type ())
G_DECLARE_FINAL_TYPE (GuiPortRow, gui_port_row, GUI, PORT_ROW, AdwActionRow)

GtkWidget *gui_port_row_new (ShoalSession *session);
