/* gui-notices.h: tells by the desktop's notifications that a torrent is complete, or was stopped by
 * an error, while nobody looks at the window.
 *
 *     ShoalTorrent::completed, notify::error -> GNotification -> app.show-torrent, app.open-folder
 *
 * What was told is withdrawn once the window is looked at. The setting "notify" turns it off.
 * Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_NOTICES (gui_notices_get_type ())
G_DECLARE_FINAL_TYPE (GuiNotices, gui_notices, GUI, NOTICES, GObject)

GuiNotices *gui_notices_new (GtkApplication *application, GuiSession *session);
/* Somebody looks at the window. */
void gui_notices_withdraw (GuiNotices *self);
