/* gui-profile.h: sessions of tests of windows: each has a profile of its own. */
#pragma once

#include "gtk-client/model/gui-session.h"

/* A new session that is loaded, and has no torrents. (transfer full) */
GuiSession *gui_profile_open (void);

/* The same of a list that was damaged. */
GuiSession *gui_profile_open_damaged (void);
