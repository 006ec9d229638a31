/* gui-ask-popover.h: asks for a line of text, and says below it what is wrong with it. */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_ASK_POPOVER (gui_ask_popover_get_type ())
G_DECLARE_FINAL_TYPE (GuiAskPopover, gui_ask_popover, GUI, ASK_POPOVER, GtkPopover)

/* Takes the text, or says why it is refused. */
typedef gboolean (*GuiAskAnswer) (const char *text, gpointer data, GError **error);

/* @question is the name of the field, @example what it shows while it is empty. */
GtkWidget *gui_ask_popover_new (const char *question, const char *example, const char *action,
                                GuiAskAnswer answer, gpointer data);
