/* gui-row-menu.h: the menu of a row of a list: by the pointer, and by the keys that desktops have
 * for it. The row under the pointer is chosen first, so that the menu's actions are about what is
 * chosen. */
#pragma once

#include <gtk/gtk.h>

typedef struct
{
  GtkWidget *owner; /* whose actions are in the menu; parent of the popover */
  GtkWidget *popover;
  GtkSingleSelection *rows;
} GuiRowMenu;

/* @list shows @rows, which is lent; @menu is taken over. The owner calls clear() in dispose. */
void gui_row_menu_init (GuiRowMenu *self, GtkWidget *owner, GtkWidget *list,
                        GtkSingleSelection *rows, GMenuModel *menu);
void gui_row_menu_clear (GuiRowMenu *self);
/* In the setup of a factory: @cell is of @item, so that a click tells which row it means. */
void gui_row_menu_mark (GtkWidget *cell, GtkListItem *item);
