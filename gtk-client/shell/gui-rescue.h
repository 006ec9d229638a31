/* gui-rescue.h: says that the list of torrents was damaged, and what became of it. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/model/gui-session.h"

/* Shows a dialog above @window, once for each session, if there is something to say. */
void gui_rescue_watch (GtkWindow *window, GuiSession *session);
