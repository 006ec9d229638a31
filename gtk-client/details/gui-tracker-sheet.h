/* gui-tracker-sheet.h: the sheet that changes the trackers of one torrent, as text: tiers,
 * addresses, saved sets. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

void gui_tracker_sheet_present (GtkWindow *parent, GSettings *settings, ShoalTorrent *torrent);
