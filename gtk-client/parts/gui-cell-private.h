/* gui-cell-private.h: a cell's binding: its widgets are made once, and follow one torrent after the
 * other.
 *
 *     setup -> bind -> (notify -> update)* -> unbind -> bind ...
 *
 * A list has cells of hidden columns as well: these have no widgets before they are shown. */
#pragma once

#include <gtk/gtk.h>

#include "gtk-client/draw/gui-progress.h"
#include "gtk-client/parts/gui-columns.h"
#include "gtk-client/text/gui-state.h"

typedef struct GuiCell GuiCell;

/* What a kind of cell is made of, and what a change of a property means for it. */
typedef struct
{
  GtkWidget *(*make) (GuiCell *cell);
  void (*update) (GuiCell *cell, const char *property); /* NULL: everything */
} GuiCellClass;

/* What the cells of a factory have in common. */
typedef struct
{
  const GuiCellClass *class;
  const GuiColumn *column; /* NULL: a row of all */
  GPtrArray *hidden;       /* of GuiCell, without widgets; NULL while the column is shown */
} GuiCellKind;

struct GuiCell
{
  const GuiCellClass *class;
  const GuiColumn *column;
  GtkListItem *item;     /* that owns the cell */
  ShoalTorrent *torrent; /* while it is bound; held by the item */
  gulong handler;
  GtkWidget *widgets[4]; /* what update() changes; which is which is the kind's own business */
  GtkBox *lines;         /* at whose end the line of trouble comes; lent */
  GtkWidget *trouble;    /* the line, its words and its button; NULL until there is any */
  GtkWidget *words;
  GtkWidget *help;
  int percent; /* that is shown */
};

/* @column NULL: a row of all, which is shown. (transfer full) */
GtkListItemFactory *gui_cell_factory (const GuiCellClass *class, const GuiColumn *column);

/* Helpers of the kinds. (transfer floating) */
GtkWidget *gui_cell_figure (void);
GtkWidget *gui_cell_name (void);
/* Of a name as well; draws anew only when the text differs. */
void gui_cell_set_text (GtkWidget *inscription, const char *text);
/* Shows or hides the line of trouble below cell->lines: most torrents never have one. */
void gui_cell_update_trouble (GuiCell *cell);
/* How the bar of such a torrent looks. */
GuiProgressState gui_cell_bar (GuiState state);
/* Names the row that the cell stands in. */
void gui_cell_name_row (GuiCell *cell);
