/* gui-peer-sheet.h: the sheet that limits what is exchanged with one peer, at once. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

void gui_peer_sheet_present (GtkWindow *parent, ShoalTorrent *torrent, ShoalPeer *peer);
