/* gui-filter-bar.h: the filters above the list, each with the number of torrents that it fits.
 *
 * Those that fit none are left out unless they are permanent or chosen. Main thread. */
#pragma once

#include <adwaita.h>

#include "gtk-client/download/gui-filters.h"

#define GUI_TYPE_FILTER_BAR (gui_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (GuiFilterBar, gui_filter_bar, GUI, FILTER_BAR, AdwBin)

/* Property "filter" (string, read and write): the id of the one that is chosen. */
GuiFilter gui_filter_bar_get_filter (GuiFilterBar *self);
void gui_filter_bar_set_counts (GuiFilterBar *self, const guint counts[GUI_N_FILTERS]);
