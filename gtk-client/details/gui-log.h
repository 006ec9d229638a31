/* gui-log.h: what has happened to a torrent in this session, the newest first. Main thread. */
#pragma once

#include "gtk-client/details/gui-tab.h"

#define GUI_TYPE_LOG (gui_log_get_type ())
G_DECLARE_FINAL_TYPE (GuiLog, gui_log, GUI, LOG, GuiTab)
