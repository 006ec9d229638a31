/* gui-upload-page.h: the Upload page: what is to be shared, as cards, over what is shared already.
 * Files are dropped on it, or chosen. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_UPLOAD_PAGE (gui_upload_page_get_type ())
G_DECLARE_FINAL_TYPE (GuiUploadPage, gui_upload_page, GUI, UPLOAD_PAGE, GtkBox)

/* Property "query": what the names in the list have to hold.
 *
 * Actions: upload.choose-files, upload.choose-folder, upload.show-card. */
GtkWidget *gui_upload_page_new (GuiSession *session);
/* What has the actions "torrents." of what is shared. (transfer none) */
GtkWidget *gui_upload_page_get_list (GuiUploadPage *self);

/* Whether files are being read that are to be shared: who closes the window does not want that to
 * be in vain. */
gboolean gui_upload_page_is_busy (GuiUploadPage *self);

/* Opens a card for files that lie side by side, or one for each. */
void gui_upload_page_create (GuiUploadPage *self, GListModel *files_of_GFile);
/* Opens the card of a torrent that is shared. */
void gui_upload_page_show (GuiUploadPage *self, ShoalTorrent *torrent);
