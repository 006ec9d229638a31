/* gui-peers.h: the peers that are connected: address, program, connection, speeds; add, ban, copy.
 * Main thread. */
#pragma once

#include "gtk-client/details/gui-tab.h"

#define GUI_TYPE_PEERS (gui_peers_get_type ())
G_DECLARE_FINAL_TYPE (GuiPeers, gui_peers, GUI, PEERS, GuiTab)
