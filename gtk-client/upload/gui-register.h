/* gui-register.h: registers a torrent at a tracker of the person's own, by its address and a token.
 *
 * A token that served is remembered, if the person likes, by the session's GuiTokens, and written
 * nowhere else. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/model/gui-session.h"

/* Asks for address and token, and does it. The addresses at which the tracker then announces the
 * torrent become trackers of it. */
void gui_register_present (GtkWindow *parent, GuiSession *session, ShoalTorrent *torrent);
