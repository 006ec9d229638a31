/* gui-add-page.h: what the add sheet shows of one torrent: its files and trackers, or why it has
 * none yet. Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/download/gui-add-item.h"

#define GUI_TYPE_ADD_PAGE (gui_add_page_get_type ())
G_DECLARE_FINAL_TYPE (GuiAddPage, gui_add_page, GUI, ADD_PAGE, GtkBox)

/* Signals: "changed" (void): what the next two say; "merged" (guint: trackers): a torrent that is
 * there already has taken over the trackers of this one. */
GtkWidget *gui_add_page_new (GuiSession *session, GuiAddItem *item);

/* Bytes of what is ticked. */
guint64 gui_add_page_get_need (GuiAddPage *self);
/* It can begin: something is ticked, and its trackers are trackers. */
gboolean gui_add_page_is_ready (GuiAddPage *self);

GuiAddItem *gui_add_page_get_item (GuiAddPage *self); /* lent */
/* Lets it begin as it is ticked, in @folder, which exists. */
void gui_add_page_choose (GuiAddPage *self, const char *folder, gboolean start,
                          gboolean sequential);
