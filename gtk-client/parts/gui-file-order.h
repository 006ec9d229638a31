/* gui-file-order.h: in which order names of files stand, which of them a search finds, and of which
 * kind a file is by its name. Pure. */
#pragma once

#include "gtk-client/parts/gui-file-nodes.h"

typedef struct
{
  const char *name; /* lent */
  guint node;
  gboolean is_folder;
} GuiFileOrder;

/* Folders first; by name as the person's language has it, numbers by their value. */
void gui_file_order_sort (GuiFileOrder *items, guint n);

/* What a search looks for, whatever the case. (transfer full) */
char *gui_file_order_fold (const char *query);
gboolean gui_file_order_matches (const char *name, const char *folded);

GuiFileKind gui_file_order_kind (const char *name);
