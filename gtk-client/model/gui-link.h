/* gui-link.h: the magnet link that a person hands out.
 *
 * Whoever has the link of a torrent finds its peers through the trackers that it names. Where it
 * names none, this client's own addresses stand in it (x.pe, BEP 9): the router's, once a port of
 * it leads here, and the one in the local network. Main thread. */
#pragma once

#include "gtk-client/model/gui-session.h"

char *gui_link_dup (GuiSession *session, ShoalTorrent *torrent); /* (transfer full) */

/* Whether others find somebody by the link: it names a tracker, or where we are. */
gboolean gui_link_leads (GuiSession *session, ShoalTorrent *torrent);
