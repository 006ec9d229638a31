/* gui-refusal.h: the window that is shown when the session cannot be had: what is wrong, and what
 * to do. Main thread. */
#pragma once

#include <adwaita.h>

#define GUI_TYPE_REFUSAL (gui_refusal_get_type ())
G_DECLARE_FINAL_TYPE (GuiRefusal, gui_refusal, GUI, REFUSAL, AdwApplicationWindow)

/* Signal "retry" (void): the person wants it to be tried again. */
GtkWidget *gui_refusal_new (GtkApplication *application, const GError *error);
