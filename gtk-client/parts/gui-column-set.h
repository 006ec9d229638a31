/* gui-column-set.h: the columns of a GtkColumnView of torrents: made of the table of gui-columns.h,
 * chosen by the menu of their headers, and remembered with their order, widths and sorting.
 *
 * Settings hold them under NAME-columns, a(sbi), and NAME-sort, (sb). Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/parts/gui-columns.h"

typedef struct GuiColumnSet GuiColumnSet;

/* Fills the view, which has to outlive the set. @shown: the columns that are shown at first; NULL
 * for those of the table. */
GuiColumnSet *gui_column_set_new (GtkColumnView *view, GSettings *settings, const char *name,
                                  const char *const *shown);
/* Writes what was changed. */
void gui_column_set_free (GuiColumnSet *self);

/* Toggles of the columns by their ids, "sort" (s) and "descending" (b), to be inserted as
 * "columns". (transfer none) */
GActionGroup *gui_column_set_get_actions (GuiColumnSet *self);
/* What the header's menu shows. (transfer none) */
GMenuModel *gui_column_set_get_menu (GuiColumnSet *self);
/* A choice of the order, for a list that has no header. (transfer none) */
GMenuModel *gui_column_set_get_sort_menu (GuiColumnSet *self);
/* Puts the list in order again when that of its torrents, as they stand now, is not right any more:
 * to be called once a second. */
void gui_column_set_tick (GuiColumnSet *self, ShoalTorrent *const *torrents, guint n);
