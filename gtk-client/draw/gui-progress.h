/* gui-progress.h: a thin bar that shows how much is here. It is drawn by two rectangles, so that a
 * list of ten thousand rows scrolls; its state is told by its pattern too, not by colour alone. */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_PROGRESS (gui_progress_get_type ())
G_DECLARE_FINAL_TYPE (GuiProgress, gui_progress, GUI, PROGRESS, GtkWidget)

typedef enum
{
  GUI_PROGRESS_ACTIVE, /* moves, or may */
  GUI_PROGRESS_PAUSED, /* rests: dim */
  GUI_PROGRESS_DONE,   /* all is here */
  GUI_PROGRESS_CHECK,  /* is compared with the disk: fine dashes */
  GUI_PROGRESS_ERROR   /* stopped by an error: wide dashes */
} GuiProgressState;

GtkWidget *gui_progress_new (void);

/* @fraction from 0 to 1; draws and speaks anew only when something visible has changed. */
void gui_progress_set (GuiProgress *self, double fraction, GuiProgressState state);
