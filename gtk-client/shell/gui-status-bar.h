/* gui-status-bar.h: what is true of the whole session, at the foot of the window: free space where
 * downloads go, the port and whether anybody comes in by it, how much was given back.
 *
 * The disk is asked asynchronously, seldom, and only while the window is shown. Main thread. */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_STATUS_BAR (gui_status_bar_get_type ())
G_DECLARE_FINAL_TYPE (GuiStatusBar, gui_status_bar, GUI, STATUS_BAR, AdwBin)

/* Once, after the template has made it. */
void gui_status_bar_set_session (GuiStatusBar *self, GuiSession *session);
/* Shows a widget in the place of the port; NULL: the port again. */
void gui_status_bar_set_guest (GuiStatusBar *self, GtkWidget *guest);
