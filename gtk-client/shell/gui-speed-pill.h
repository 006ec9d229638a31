/* gui-speed-pill.h: the speeds of all torrents in the header; a click opens the limits, and the
 * second pair of them as one switch.
 *
 * The limits are settings ("limited", "first-limits", "second-limits"); GuiSession carries them
 * out. Main thread. */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_SPEED_PILL (gui_speed_pill_get_type ())
G_DECLARE_FINAL_TYPE (GuiSpeedPill, gui_speed_pill, GUI, SPEED_PILL, AdwBin)

/* Once, after the template has made it. */
void gui_speed_pill_set_session (GuiSpeedPill *self, GuiSession *session);
