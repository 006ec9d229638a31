/* gui-create-card.h: asks how a file or folder is to be shared, and shows how its hashing goes.
 * Main thread. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/upload/gui-share-task.h"

#define GUI_TYPE_CREATE_CARD (gui_create_card_get_type ())
G_DECLARE_FINAL_TYPE (GuiCreateCard, gui_create_card, GUI, CREATE_CARD, GtkBox)

/* It begins as the settings say. Signals: "shared" (void): the task has its torrent;
 * "closed" (void): the person does not want it. */
GtkWidget *gui_create_card_new (GuiSession *session, GuiShareTask *task);

GuiShareTask *gui_create_card_get_task (GuiCreateCard *self); /* lent */
