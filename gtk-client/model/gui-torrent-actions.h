/* gui-torrent-actions.h: what a person can do with the torrents that are selected in a table: the
 * actions "torrents.", their keys and the menu of a row.
 *
 *   start  pause  play (b)  open-folder  move  copy-magnet  verify  announce  remove
 *   remove-files  open (u)  help (u)  select-all
 *
 * Those that make no sense for the selection are disabled. Asks the window for "win.say" and
 * "win.show-details". Main thread. */
#pragma once

#include "gtk-client/model/gui-session.h"
#include "gtk-client/parts/gui-torrent-table.h"

#define GUI_TYPE_TORRENT_ACTIONS (gui_torrent_actions_get_type ())
G_DECLARE_FINAL_TYPE (GuiTorrentActions, gui_torrent_actions, GUI, TORRENT_ACTIONS, GObject)

/* Puts actions, keys and menu at @widget, which contains the table, and lives as long as that. */
GuiTorrentActions *gui_torrent_actions_install (GtkWidget *widget, GuiSession *session,
                                                GuiTorrentTable *table);
/* Looks at the selection again: once a second, since torrents change by themselves. */
void gui_torrent_actions_update (GuiTorrentActions *self);
