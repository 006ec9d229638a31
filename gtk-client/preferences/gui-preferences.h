/* gui-preferences.h: the preferences, searchable, each effective at once.
 *
 * What the window itself remembers is in the settings; what rules the engine is told to the
 * session, which keeps it. Main thread. */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_PREFERENCES (gui_preferences_get_type ())
G_DECLARE_FINAL_TYPE (GuiPreferences, gui_preferences, GUI, PREFERENCES, AdwPreferencesWindow)

GtkWidget *gui_preferences_new (GuiSession *session);
