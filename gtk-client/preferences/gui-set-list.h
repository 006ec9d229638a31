/* gui-set-list.h: the saved sets of trackers: added, edited, removed, and the one that a new
 * torrent begins with. Main thread. */
#pragma once

#include <adwaita.h>

#define GUI_TYPE_SET_LIST (gui_set_list_get_type ())
G_DECLARE_FINAL_TYPE (GuiSetList, gui_set_list, GUI, SET_LIST, AdwPreferencesGroup)

/* Of the schema org.shoal.Shoal. */
GtkWidget *gui_set_list_new (GSettings *settings);
