/* gui-download-page.h: the Download tab: filters, the list, and the details of what is selected:
 * below the list in a wide window, as a page of their own in a narrow one.
 *
 * Of the session's torrents it shows those that fit the filter and the query. Main thread. */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_DOWNLOAD_PAGE (gui_download_page_get_type ())
G_DECLARE_FINAL_TYPE (GuiDownloadPage, gui_download_page, GUI, DOWNLOAD_PAGE, AdwBin)

/* Property "query" (string, nullable): the words that names of torrents have to contain. */
GuiDownloadPage *gui_download_page_new (GuiSession *session);
/* Selects a torrent; filter and query are reset if they hide it. */
void gui_download_page_show (GuiDownloadPage *self, ShoalTorrent *torrent);
/* Opens or closes the details. */
/* Gives the details the keyboard; FALSE: they are not shown, or have it already. */
gboolean gui_download_page_focus_details (GuiDownloadPage *self);
void gui_download_page_show_details (GuiDownloadPage *self, gboolean shown);
