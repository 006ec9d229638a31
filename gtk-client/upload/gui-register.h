/* gui-register.h: registers a torrent at a tracker of the person's own, by its address and a token.
 *
 * The token is kept nowhere but in its field, and written nowhere. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

/* Asks for address and token, and does it. The addresses at which the tracker then announces the
 * torrent become trackers of it. */
void gui_register_present (GtkWindow *parent, GSettings *settings, ShoalTorrent *torrent);
