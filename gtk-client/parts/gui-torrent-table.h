/* gui-torrent-table.h: a list of torrents: columns with a header, or compact rows; the order, the
 * selection and the menu.
 *
 *     a list model -> sorted by the header -> selection -> GtkColumnView | GtkListView
 *
 * Only the one of the two that is shown has the model. The menu's actions are the page's own
 * ("torrents."); the table asks for "torrents.open" (u: a position of the selection's model) when a
 * row is activated, and its cells for "torrents.help" (u). Main thread. */
#pragma once

#include <adwaita.h>

#include "client-core/shoal.h"

#define GUI_TYPE_TORRENT_TABLE (gui_torrent_table_get_type ())
G_DECLARE_FINAL_TYPE (GuiTorrentTable, gui_torrent_table, GUI, TORRENT_TABLE, AdwBin)

/* Property "compact" (gboolean): rows instead of columns.
 *
 * @torrents: of ShoalTorrent. @name: its settings are NAME-columns and NAME-sort. @shown: the ids
 * of the columns that are shown at first, as of gui-columns.h, and lent for ever; NULL for the
 * usual ones. */
GuiTorrentTable *gui_torrent_table_new (GListModel *torrents, GSettings *settings, const char *name,
                                        const char *const *shown);
void gui_torrent_table_set_compact (GuiTorrentTable *self, gboolean compact);
/* What a right click on a row offers. */
void gui_torrent_table_set_menu (GuiTorrentTable *self, GMenuModel *menu);
/* The menu that chooses columns, and the one that chooses the order; their actions are "columns.".
 * (transfer none) */
GMenuModel *gui_torrent_table_get_columns_menu (GuiTorrentTable *self);
GMenuModel *gui_torrent_table_get_sort_menu (GuiTorrentTable *self);
/* Of "columns.", for menus that are outside of the table. (transfer none) */
GActionGroup *gui_torrent_table_get_actions (GuiTorrentTable *self);

/* (transfer none) */
GtkSelectionModel *gui_torrent_table_get_selection (GuiTorrentTable *self);
/* Of ShoalTorrent, in the order of the list. (transfer full) */
GPtrArray *gui_torrent_table_dup_selected (GuiTorrentTable *self);
/* Selects one torrent alone, and brings it into sight; does nothing when it is not listed. */
void gui_torrent_table_select (GuiTorrentTable *self, ShoalTorrent *torrent);

/* Puts the list in order again if figures have changed it: once a second. */
void gui_torrent_table_tick (GuiTorrentTable *self);
