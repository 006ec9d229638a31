/* gui-adaptive.h: a bin that tells when it is narrow, so that what is in it can take another form.
 *
 * Stands where later versions of libadwaita have AdwBreakpointBin. Main thread. */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_ADAPTIVE (gui_adaptive_get_type ())
G_DECLARE_FINAL_TYPE (GuiAdaptive, gui_adaptive, GUI, ADAPTIVE, GtkWidget)

/* Properties: "child"; "threshold", in pixels with letters of the usual size, and more with larger
 * ones; "narrow", read-only: whether the width is below the threshold. It changes after the layout,
 * never within. */
gboolean gui_adaptive_get_narrow (GuiAdaptive *self);
/* Before the first layout: the width that is to be expected, so that the wide form is not what says
 * how small a window can begin. */
void gui_adaptive_expect (GuiAdaptive *self, int width);
