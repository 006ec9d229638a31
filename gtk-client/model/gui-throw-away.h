/* gui-throw-away.h: removes torrents with their files: to the trash at once, as it can be undone;
 * for ever, where there is no trash, only after a question. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/model/gui-session.h"

/* @torrents: of ShoalTorrent. */
void gui_throw_away (GtkWidget *widget, GuiSession *session, GPtrArray *torrents);
