/* gui-buckets.h: what each cell of a picture of a torrent's pieces stands for. While there are more
 * pieces than cells, a cell is a bucket of neighbours. No widgets; any thread. */
#pragma once

#include <glib.h>

/* More cells than that are too small to be told apart. */
#define GUI_CELLS_MAX 2000u

/* Pieces as the library hands them out: bits, the first the highest of its byte, and how many peers
 * have each, 16 bits in this machine's order. Lent; what is NULL or too short counts as zeros. */
typedef struct
{
  guint n;
  GBytes *have;
  GBytes *requested;
  GBytes *availability;
} GuiPieces;

typedef struct
{
  guint first; /* piece */
  guint end;   /* the piece behind the last */
  guint n_have;
  guint n_requested; /* of those that are not had */
  guint n_nowhere;   /* neither had nor of any peer */
  guint64 n_copies;  /* pieces that peers have, one for each of them */
  guint least;       /* peers that have the rarest of them */
  guint most;
} GuiBucket;

/* How many cells show @n_pieces. */
guint gui_cells_of (guint n_pieces);
/* What stands in @cell of @n_cells; each piece is in exactly one. O(pieces of the cell). */
GuiBucket gui_bucket (const GuiPieces *pieces, guint n_cells, guint cell);

/* Pieces of the whole torrent, as one bucket. */
GuiBucket gui_bucket_of_all (const GuiPieces *pieces);
/* Keeps another state of the pieces, by references of its own; FALSE: it is the same. */
gboolean gui_pieces_take (GuiPieces *self, guint n, GBytes *have, GBytes *availability,
                          GBytes *requested);
void gui_pieces_clear (GuiPieces *self);

/* In words: "Piece 3 of 64: here · 2 peers have it", "Pieces 1 to 8: 3 of 8 are here".
 * (transfer full) */
char *gui_bucket_words (const GuiPieces *pieces, const GuiBucket *bucket);
/* "51 of 64 pieces are here". (transfer full) */
char *gui_pieces_words (const GuiPieces *pieces);
/* "2.40 copies at the peers; each piece is with 2 to 5 peers". (transfer full) */
char *gui_copies_words (const GuiPieces *pieces);
/* How many whole copies the peers hold together, as other clients count them: as many as of the
 * rarest piece, and the part of the pieces of which there are more. */
double gui_copies (const GuiPieces *pieces);

/* Cells in rows, as they fit a width. */
typedef struct
{
  guint n_cells;
  guint n_columns;
  guint n_rows;
  guint pitch; /* pixels from one cell to the next */
} GuiGrid;

GuiGrid gui_grid (guint n_cells, guint width_px);
