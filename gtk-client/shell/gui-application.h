/* gui-application.h: the program: one instance a profile, its session, what other programs hand it,
 * its actions, notifications, and what keeps the machine awake.
 *
 * A window that is closed while something is shared is only hidden: the program goes on until
 * app.quit, which carries out the removals that wait first.
 *
 * Actions of the application ("app."): quit, about, preferences, create and open (as the window's,
 * for the desktop file), show-torrent (s: an info-hash), open-folder (s: an info-hash). Main
 * thread. */
#pragma once

#include <adwaita.h>

#define GUI_APPLICATION_ID "org.shoal.Shoal"

#define GUI_TYPE_APPLICATION (gui_application_get_type ())
G_DECLARE_FINAL_TYPE (GuiApplication, gui_application, GUI, APPLICATION, AdwApplication)

GuiApplication *gui_application_new (void);
