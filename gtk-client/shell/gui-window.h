/* gui-window.h: the window: Upload and Download behind a switcher, header, status bar, messages.
 *
 * Rooms below it ask for things by its actions ("win."), so that none includes it:
 *   add-files (as)   .torrent files by URI     add-magnet (s)   a magnet link or URL
 *   open             asks for .torrent files   paste            adds what the clipboard holds
 *   create           asks for files to share   create-of (as)   makes a torrent of these URIs
 *   show-details (b) opens or closes the pane  undo (u)         takes a removal back
 *   say (s)          shows a message for a moment */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_WINDOW (gui_window_get_type ())
G_DECLARE_FINAL_TYPE (GuiWindow, gui_window, GUI, WINDOW, AdwApplicationWindow)

GuiWindow *gui_window_new (AdwApplication *application, GuiSession *session);
