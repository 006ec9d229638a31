/* gui-columns.h: what a list of torrents can show of each, as a table: title, words, order.
 *
 * Every list of torrents has the same grammar; a page picks the columns that it wants. No widgets;
 * the application's thread. */
#pragma once

#include "client-core/shoal.h"

/* How a cell shows its column. */
typedef enum
{
  GUI_COLUMN_FIGURE, /* digits of equal width, at the end of the line */
  GUI_COLUMN_STATE,  /* a symbol and a word */
  GUI_COLUMN_NAME,   /* the name, and what is wrong in a second line */
  GUI_COLUMN_PROGRESS
} GuiColumnKind;

typedef struct
{
  const char *id;      /* in settings and actions */
  const char *title;   /* to be translated */
  const char *changes; /* the property that announces a change; NULL for none */
  GuiColumnKind kind;
  int width;                             /* at first, in pixels */
  gboolean shown;                        /* at first */
  char *(*text) (ShoalTorrent *torrent); /* (transfer full); of a figure */
  char *(*widest) (void);                /* (transfer full); what a figure has room for; NULL */
  int (*compare) (ShoalTorrent *a, ShoalTorrent *b); /* as strcmp() */
} GuiColumn;

/* All of them, in the order of a list that nobody rearranged. */
const GuiColumn *gui_columns (guint *n);
/* NULL when there is none of that id: settings are anybody's. */
const GuiColumn *gui_columns_find (const char *id);
