/* gui-filters.h: by which states the downloads can be filtered: a table. No widgets. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal.h"

/* In the order in which they are offered: what is wrong comes first. */
typedef enum
{
  GUI_FILTER_ERRORS,
  GUI_FILTER_ALL,
  GUI_FILTER_DOWNLOADING,
  GUI_FILTER_SHARING,
  GUI_FILTER_PAUSED,
  GUI_FILTER_WAITING,
  GUI_FILTER_CHECKING,
  GUI_N_FILTERS
} GuiFilter;

/* What settings and actions call it. (transfer none) */
const char *gui_filters_id (GuiFilter filter);
/* GUI_FILTER_ALL for what is no filter: settings are anybody's. */
GuiFilter gui_filters_find (const char *id);
/* "All", "Downloading" ... (transfer none) */
const char *gui_filters_title (GuiFilter filter);
/* Whether it is offered also while it fits no torrent. */
gboolean gui_filters_is_permanent (GuiFilter filter);

gboolean gui_filters_fit (GuiFilter filter, ShoalTorrent *torrent);
/* How many of the torrents each filter fits. */
void gui_filters_count (ShoalTorrent *const *torrents, guint n, guint counts[GUI_N_FILTERS]);
