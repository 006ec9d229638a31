/* gui-file-rows.h: a tree of files as list models whose rows are made when somebody asks for them,
 * and are gone when nobody holds them: what a window shows of 150,000 files is fifty rows.
 *
 * All that changes what is wanted goes through here, so that the rows that are held hear of it.
 * Main thread. */
#pragma once

#include <gio/gio.h>

#include "gtk-client/parts/gui-file-nodes.h"

#define GUI_TYPE_FILE_ROWS (gui_file_rows_get_type ())
G_DECLARE_FINAL_TYPE (GuiFileRows, gui_file_rows, GUI, FILE_ROWS, GObject)

/* Signal "changed" (void): what is wanted of it, or what is here, is not as it was. */
#define GUI_TYPE_FILE_ROW (gui_file_row_get_type ())
G_DECLARE_FINAL_TYPE (GuiFileRow, gui_file_row, GUI, FILE_ROW, GObject)

/* Takes the nodes over. Signal "chosen" (void): something else is wanted. */
GuiFileRows *gui_file_rows_new (GuiFileNodes *nodes);
const GuiFileNodes *gui_file_rows_get_nodes (GuiFileRows *self);

/* Of GuiFileRow, which keep @self. (transfer full) */
GListModel *gui_file_rows_list_folder (GuiFileRows *self, guint folder);
GListModel *gui_file_rows_list_found (GuiFileRows *self, const char *query);

void gui_file_rows_choose (GuiFileRows *self, guint node, gboolean chosen);
void gui_file_rows_choose_only (GuiFileRows *self, GuiFileKind kind);
void gui_file_rows_set_priority (GuiFileRows *self, const guint *nodes, guint n, guint priority);
void gui_file_rows_rename (GuiFileRows *self, guint node, const char *name);
void gui_file_rows_take_done (GuiFileRows *self, const guint64 *done, gsize n);

guint gui_file_row_get_node (GuiFileRow *self);
GuiFileRows *gui_file_row_get_rows (GuiFileRow *self); /* lent */
