/* gui-details.h: all about the torrent that is chosen: overview, files, peers, trackers, log. A
 * pane or a page; it works only while it is mapped. Main thread. */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_DETAILS (gui_details_get_type ())
G_DECLARE_FINAL_TYPE (GuiDetails, gui_details, GUI, DETAILS, AdwBin)

GuiDetails *gui_details_new (GuiSession *session);

/* NULL: none is chosen. */
void gui_details_set_torrent (GuiDetails *self, ShoalTorrent *torrent);
/* Of ShoalTorrent: one is shown whole, of several their number and sum. It is followed as it
 * changes, until this or gui_details_set_torrent() is called again. */
void gui_details_set_selection (GuiDetails *self, GListModel *torrents);
