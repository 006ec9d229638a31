/* gui-messages.h: what the window says in a few words at its foot, one message at a time.
 *
 * A message is there as long as it takes to be read, or some times as long, and makes room for the
 * next. An offer to take
 * something back is there for its seconds whatever else happens, and what is said meanwhile comes
 * after it. A message that is to be read stays until it was, behind those. None takes the keyboard
 * by itself: Tab goes to it. Main thread.
 */
#pragma once

#include <adwaita.h>

#define GUI_TYPE_MESSAGES (gui_messages_get_type ())
G_DECLARE_FINAL_TYPE (GuiMessages, gui_messages, GUI, MESSAGES, GObject)

/* @window: lent, with @overlay in it. */
GuiMessages *gui_messages_new (GtkWindow *window, AdwToastOverlay *overlay);

/* How many times as long as it takes to be read what is said from now on stays; once at first. */
void gui_messages_set_patience (GuiMessages *self, guint times);

void gui_messages_say (GuiMessages *self, const char *words);
/* Until it was read. */
void gui_messages_say_to_be_read (GuiMessages *self, const char *words);
/* A button that activates @action, in the place of an offer that is still there. */
void gui_messages_offer (GuiMessages *self, const char *words, const char *button,
                         const char *action, guint seconds);
/* The offer was taken by other means. */
void gui_messages_withdraw (GuiMessages *self);
