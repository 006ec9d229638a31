/* gui-awake.h: keeps the machine from suspending while something is downloaded.
 *
 * It looks every few seconds, also while no window is shown; the setting "keep-awake" turns it off.
 * Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_AWAKE (gui_awake_get_type ())
G_DECLARE_FINAL_TYPE (GuiAwake, gui_awake, GUI, AWAKE, GObject)

/* The application has to outlive it. */
GuiAwake *gui_awake_new (GtkApplication *application, GuiSession *session);
