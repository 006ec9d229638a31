/* gui-sheet.h: a window over another one that asks for something: a title, a button that does it at
 * the end of the header, Cancel at its start, Escape.
 *
 * It stands in for what later libadwaitas have as a dialog, so that one file changes then.
 * Main thread. */
#pragma once

#include <adwaita.h>

#define GUI_TYPE_SHEET (gui_sheet_get_type ())
G_DECLARE_FINAL_TYPE (GuiSheet, gui_sheet, GUI, SHEET, AdwWindow)

/* Signals: "act" (void): the button was pressed, or Return in a field; "closed" (void): it was
 * closed by the person, in whichever way, or by gui_sheet_close(): once. */
GtkWidget *gui_sheet_new (const char *title, GtkWidget *child);

void gui_sheet_set_title (GuiSheet *self, const char *title);
/* A line below the title; NULL: none. */
void gui_sheet_set_subtitle (GuiSheet *self, const char *subtitle);
/* The button that does it; @tooltip says what. NULL, NULL: there is none, and Cancel is Close. */
void gui_sheet_set_action (GuiSheet *self, const char *label, const char *tooltip);
/* Whether it can be done now. */
void gui_sheet_set_ready (GuiSheet *self, gboolean ready);
/* Warns: what the button does is likely to go wrong. */
void gui_sheet_set_warning (GuiSheet *self, gboolean warning);
/* In the header, after Cancel. Takes the widget. */
void gui_sheet_add_button (GuiSheet *self, GtkWidget *button);

/* A message for a moment, of plain text. */
void gui_sheet_say (GuiSheet *self, const char *message);

/* Over a window, as large as fits: @width and @height are what it likes to be with letters of the
 * usual size. */
void gui_sheet_present (GuiSheet *self, GtkWindow *parent, int width, int height);
void gui_sheet_close (GuiSheet *self);
