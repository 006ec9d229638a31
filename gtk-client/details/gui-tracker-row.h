/* gui-tracker-row.h: a tracker in a list: its address, what it said, and how many it knows of. */
#pragma once

#include <gtk/gtk.h>

#include "client-core/shoal.h"

#define GUI_TYPE_TRACKER_ROW (gui_tracker_row_get_type ())
G_DECLARE_FINAL_TYPE (GuiTrackerRow, gui_tracker_row, GUI, TRACKER_ROW, GtkWidget)

GtkWidget *gui_tracker_row_new (void);
/* Follows it until it is given another one, or NULL. */
void gui_tracker_row_set (GuiTrackerRow *self, ShoalTorrentTracker *tracker);
/* Whether what it said may take several lines. In long lists it is cut, and whole in a tooltip:
 * lines cost most of the time in which a list is opened. */
void gui_tracker_row_set_wraps (GuiTrackerRow *self, gboolean wraps);
/* Time has passed: "2 min ago" is another one. */
void gui_tracker_row_tick (GuiTrackerRow *self);
