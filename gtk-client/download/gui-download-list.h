/* gui-download-list.h: the torrents of the session that fit a filter and a query, as a list model.
 *
 *     GuiSession's torrents -> state and words -> GuiPicked
 *
 * A torrent changes its state by itself: gui_download_list_tick() looks whether any has come to
 * fit, or not to, and filters again only then. Main thread. */
#pragma once

#include <gio/gio.h>

#include "gtk-client/download/gui-filters.h"

#define GUI_TYPE_DOWNLOAD_LIST (gui_download_list_get_type ())
G_DECLARE_FINAL_TYPE (GuiDownloadList, gui_download_list, GUI, DOWNLOAD_LIST, GObject)

/* @torrents: of ShoalTorrent. */
GuiDownloadList *gui_download_list_new (GListModel *torrents);
/* (transfer none) */
GListModel *gui_download_list_get_model (GuiDownloadList *self);

void gui_download_list_set_filter (GuiDownloadList *self, GuiFilter filter);
GuiFilter gui_download_list_get_filter (GuiDownloadList *self);
/* Words that the name has to contain; NULL or "" for any name. */
void gui_download_list_set_query (GuiDownloadList *self, const char *query);
const char *gui_download_list_get_query (GuiDownloadList *self);

/* Looks at the states again; costs a pass over the list. */
void gui_download_list_tick (GuiDownloadList *self);
