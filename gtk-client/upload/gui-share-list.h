/* gui-share-list.h: what a person shares: all that is here whole, with what was sent of it, to how
 * many, how fast. Main thread. */
#pragma once

#include <adwaita.h>

#include "gtk-client/model/gui-session.h"

#define GUI_TYPE_SHARE_LIST (gui_share_list_get_type ())
G_DECLARE_FINAL_TYPE (GuiShareList, gui_share_list, GUI, SHARE_LIST, AdwBin)

/* Property "n-shared" (guint, read-only): before the search.
 *
 * Its actions are those of gui-torrent-actions.h. */
GtkWidget *gui_share_list_new (GuiSession *session);

guint gui_share_list_get_n_shared (GuiShareList *self);
const char *gui_share_list_get_query (GuiShareList *self); /* lent, or NULL */
void gui_share_list_set_query (GuiShareList *self, const char *query);
void gui_share_list_set_compact (GuiShareList *self, gboolean compact);
/* The first that is selected; NULL: none. (transfer full) */
ShoalTorrent *gui_share_list_dup_selected (GuiShareList *self);
