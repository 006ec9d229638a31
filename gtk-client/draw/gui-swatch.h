/* gui-swatch.h: the marks that pictures are made of, each told from the others by its shape, and a
 * widget that shows one beside the words of a legend. */
#pragma once

#include <gtk/gtk.h>

typedef enum
{
  GUI_MARK_HERE,      /* a full square */
  GUI_MARK_REQUESTED, /* a square with a core */
  GUI_MARK_MISSING,   /* a pale square */
  GUI_MARK_NOWHERE,   /* an empty frame */
  GUI_MARK_DOWN,      /* an area with an edge */
  GUI_MARK_UP,        /* a line */
  GUI_MARK_LIMIT      /* a dashed line */
} GuiMark;

/* Paints a mark; @shade from 0 to 1 is how much of a bucket is here, for squares alone. */
void gui_mark_draw (GtkWidget *widget, GtkSnapshot *snapshot, GuiMark mark, graphene_rect_t area,
                    float shade);

#define GUI_TYPE_SWATCH (gui_swatch_get_type ())
G_DECLARE_FINAL_TYPE (GuiSwatch, gui_swatch, GUI, SWATCH, GtkWidget)

GtkWidget *gui_swatch_new (GuiMark mark);
/* A swatch and its words, for a legend. @label: where the label is wanted, to say other words
 * later; NULL for not. */
GtkWidget *gui_swatch_new_with_words (GuiMark mark, const char *words, GtkLabel **label);
