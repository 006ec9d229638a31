/* gui-window.h: the window: Upload and Download behind a switcher, header, status bar, messages.
 *
 * Rooms below it ask for things by its actions ("win."), so that none includes it:
 *   add-files (as)   .torrent files, magnet links and addresses, by URI; other files are shared
 *   add-magnet (s)   a magnet link or URL      paste            adds what the clipboard holds
 *   open             asks for .torrent files   create           asks for files to share
 *   create-of (as)   makes a torrent of these URIs
 *   show-details (b) opens or closes the pane  undo (u)         takes a removal back
 *   say (s)          shows a message for a moment
 *   search           looks for a name          start-all, pause-all
 *
 * Whatever is dropped on it is added or shared. Closed while something is shared, it hides (setting
 * "keep-sharing"). */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_WINDOW (gui_window_get_type ())
G_DECLARE_FINAL_TYPE (GuiWindow, gui_window, GUI, WINDOW, AdwApplicationWindow)

GuiWindow *gui_window_new (AdwApplication *application, GuiSession *session);
/* Opens the tab of downloads at a torrent. */
void gui_window_show_torrent (GuiWindow *self, ShoalTorrent *torrent);
/* Writes size and tab into the settings: it does so by itself when it is closed. */
void gui_window_remember (GuiWindow *self);
