/* gui-code.h: a text as a QR code, with its quiet zone, black on white in dark windows as well:
 * cameras need it so. */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_CODE (gui_code_get_type ())
G_DECLARE_FINAL_TYPE (GuiCode, gui_code, GUI, CODE, GtkWidget)

GtkWidget *gui_code_new (void);

/* FALSE: the text is too long for a code (about 2,900 bytes); nothing is shown then, nor for NULL.
 * Screen readers hear @label, what the code is of in words, such as "QR code of the magnet link",
 * and the text. */
gboolean gui_code_set_text (GuiCode *self, const char *text, const char *label);
