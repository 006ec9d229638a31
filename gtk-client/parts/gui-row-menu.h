/* gui-row-menu.h: the menu of a row of a list: by the pointer, and by the keys that desktops have
 * for it. The row that is meant is selected first, so that the menu's actions are about what is
 * selected. Main thread. */
#pragma once

#include <gtk/gtk.h>

typedef struct
{
  GtkWidget *owner;   /* whose actions are in the menu; parent of the popover */
  GtkWidget *popover; /* NULL: there is no menu yet */
  GtkWidget *row;     /* weak: what has the keyboard back when the menu closes */
} GuiRowMenu;

/* The owner calls clear() in dispose. */
void gui_row_menu_init (GuiRowMenu *self, GtkWidget *owner);
void gui_row_menu_clear (GuiRowMenu *self);
/* Takes the place of the menu that was there. @menu is taken over. */
void gui_row_menu_set (GuiRowMenu *self, GMenuModel *menu);
/* @list, a GtkListView or GtkColumnView below the owner, has the menu; @self has to outlive it. */
void gui_row_menu_add_list (GuiRowMenu *self, GtkWidget *list);
/* In the setup of a factory: @cell is of @item, so that a click tells which row it means. */
void gui_row_menu_mark (GtkWidget *cell, GtkListItem *item);
