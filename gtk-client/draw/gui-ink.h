/* gui-ink.h: the colours of what we draw: libadwaita's named ones, so that light, dark and high
 * contrast follow, and the pattern that tells the same without colour. */
#pragma once

#include <gtk/gtk.h>

/* What is drawn, by meaning. */
typedef enum
{
  GUI_INK_TEXT,
  GUI_INK_FAINT,  /* what lies behind: empty cells, tracks, lines of a grid */
  GUI_INK_DIM,    /* figures of an axis; what rests */
  GUI_INK_ACCENT, /* what is here, what comes down */
  GUI_INK_SUCCESS,
  GUI_INK_WARNING,
  GUI_INK_ERROR,
  N_GUI_INKS
} GuiInk;

/* As @widget shows it now; a caller asks again in each snapshot(). */
GdkRGBA gui_ink (GtkWidget *widget, GuiInk ink);

/* A bar of short pieces with gaps: what is whole, told from what is in pieces without colour. */
void gui_ink_dashes (GtkSnapshot *snapshot, const GdkRGBA *color, const graphene_rect_t *area,
                     float dash, float gap);

/* Mirrors an area inside @width when the widget's text runs from right to left. */
graphene_rect_t gui_ink_mirrored (GtkWidget *widget, float width, graphene_rect_t area);
