/* gui-files.h: the files of a torrent, as GuiFileTree shows them. Main thread. */
#pragma once

#include "gtk-client/details/gui-tab.h"

#define GUI_TYPE_FILES (gui_files_get_type ())
G_DECLARE_FINAL_TYPE (GuiFiles, gui_files, GUI, FILES, GuiTab)
