/* gui-overview.h: a torrent at a glance: its pieces, how frequent they are, its speed, and what is
 * known of it. Main thread. */
#pragma once

#include "gtk-client/details/gui-tab.h"

#define GUI_TYPE_OVERVIEW (gui_overview_get_type ())
G_DECLARE_FINAL_TYPE (GuiOverview, gui_overview, GUI, OVERVIEW, GuiTab)
