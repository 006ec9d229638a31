/* gui-trackers.h: the trackers of a torrent, by tiers: what each said, when it is asked again; add,
 * remove, ask now. Main thread. */
#pragma once

#include "gtk-client/details/gui-tab.h"

#define GUI_TYPE_TRACKERS (gui_trackers_get_type ())
G_DECLARE_FINAL_TYPE (GuiTrackers, gui_trackers, GUI, TRACKERS, GuiTab)
