/* test-gui-buckets.c: which pieces a cell of the map stands for, and what it says of them. */
#include "gtk-client/draw/gui-buckets.h"

#include <string.h>

static GBytes *
bits (const char *pattern)
{
  gsize n = strlen (pattern);
  guint8 *out = g_malloc0 ((n + 7) / 8);

  for (gsize i = 0; i < n; i++)
    if (pattern[i] == '1')
      out[i / 8] |= (guint8) (0x80 >> (i % 8));
  return g_bytes_new_take (out, (n + 7) / 8);
}

static GBytes *
counts (const char *digits)
{
  gsize n = strlen (digits);
  guint16 *out = g_new (guint16, n);

  for (gsize i = 0; i < n; i++)
    out[i] = (guint16) (digits[i] - '0');
  return g_bytes_new_take (out, n * sizeof *out);
}

/* Each piece is in one cell, in order, and the cells are as even as they can be. */
static void
test_cover (void)
{
  static const guint sizes[] = { 1, 2, 63, 1999, 2000, 2001, 3999, 12345, 4194304 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GuiPieces pieces = { .n = sizes[i] };
      guint n_cells = gui_cells_of (pieces.n);
      guint next = 0;

      g_assert_cmpuint (n_cells, ==, MIN (sizes[i], GUI_CELLS_MAX));
      for (guint cell = 0; cell < n_cells; cell++)
        {
          GuiBucket bucket = gui_bucket (&pieces, n_cells, cell);
          guint n = bucket.end - bucket.first;

          g_assert_cmpuint (bucket.first, ==, next);
          g_assert_cmpuint (n, >=, sizes[i] / n_cells);
          g_assert_cmpuint (n, <=, (sizes[i] + n_cells - 1) / n_cells);
          next = bucket.end;
        }
      g_assert_cmpuint (next, ==, sizes[i]);
    }
}

static void
test_counts (void)
{
  g_autoptr (GBytes) have = bits ("1100000000");
  g_autoptr (GBytes) requested = bits ("1011000000");
  g_autoptr (GBytes) availability = counts ("0123400567");
  GuiPieces pieces = { 10, have, requested, availability };
  GuiBucket first = gui_bucket (&pieces, 2, 0);
  GuiBucket second = gui_bucket (&pieces, 2, 1);

  g_assert_cmpuint (first.n_have, ==, 2);
  g_assert_cmpuint (first.n_requested, ==, 2); /* the one that is had does not count */
  g_assert_cmpuint (first.n_nowhere, ==, 0);
  g_assert_cmpuint (first.least, ==, 0);
  g_assert_cmpuint (first.most, ==, 4);
  g_assert_cmpuint (first.n_copies, ==, 10);
  g_assert_cmpuint (second.n_have, ==, 0);
  g_assert_cmpuint (second.n_nowhere, ==, 2);
  g_assert_cmpuint (second.most, ==, 7);
}

/* Fields that are too short for their pieces are not read. */
static void
test_short_fields (void)
{
  g_autoptr (GBytes) have = bits ("11111111");
  g_autoptr (GBytes) availability = counts ("99999999");
  GuiPieces pieces = { 9, have, NULL, availability };
  GuiBucket all = gui_bucket_of_all (&pieces);

  g_assert_cmpuint (all.n_have, ==, 0);
  g_assert_cmpuint (all.most, ==, 0);
  g_assert_cmpuint (all.n_nowhere, ==, 0);
}

static void
test_copies (void)
{
  static const struct
  {
    const char *counts;
    double copies;
  } cases[] = {
    { "0000", 0 }, { "1111", 1 }, { "0111", 0.75 }, { "2223", 2.25 }, { "9991", 1.75 }, { "5", 5 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) availability = counts (cases[i].counts);
      GuiPieces pieces = { (guint) strlen (cases[i].counts), NULL, NULL, availability };

      g_assert_cmpfloat (gui_copies (&pieces), ==, cases[i].copies);
    }
}

static void
test_words (void)
{
  g_autoptr (GBytes) have = bits ("10000000");
  g_autoptr (GBytes) requested = bits ("01000000");
  g_autoptr (GBytes) availability = counts ("31022222");
  GuiPieces pieces = { 8, have, requested, availability };
  static const struct
  {
    guint n_cells, cell;
    const char *words;
  } cases[] = {
    { 8, 0, "Piece 1 of 8: here · 3 peers have it" },
    { 8, 1, "Piece 2 of 8: requested · 1 peer has it" },
    { 8, 2, "Piece 3 of 8: nobody has it" },
    { 8, 7, "Piece 8 of 8: missing · 2 peers have it" },
    { 2, 0, "Pieces 1 to 4: 1 of 4 are here · 0 to 3 peers have each" },
    { 2, 1, "Pieces 5 to 8: 0 of 4 are here · 2 peers have each" },
  };
  g_autofree char *all = gui_pieces_words (&pieces);
  g_autofree char *copies = gui_copies_words (&pieces);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GuiBucket bucket = gui_bucket (&pieces, cases[i].n_cells, cases[i].cell);
      g_autofree char *words = gui_bucket_words (&pieces, &bucket);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
  g_assert_cmpstr (all, ==, "1 of 8 pieces are here");
  g_assert_cmpstr (copies, ==, "0.88 copies at the peers; 0 to 3 peers have each");
}

/* The same pieces are not taken twice: nothing is drawn anew for them. */
static void
test_take (void)
{
  g_autoptr (GBytes) one = bits ("10000000");
  g_autoptr (GBytes) same = bits ("10000000");
  g_autoptr (GBytes) other = bits ("11000000");
  GuiPieces pieces = { 0 };

  g_assert_true (gui_pieces_take (&pieces, 8, one, NULL, NULL));
  g_assert_false (gui_pieces_take (&pieces, 8, same, NULL, NULL));
  g_assert_true (gui_pieces_take (&pieces, 8, other, NULL, NULL));
  g_assert_true (gui_pieces_take (&pieces, 8, NULL, NULL, NULL));
  g_assert_true (gui_pieces_take (&pieces, 7, NULL, NULL, NULL));
  gui_pieces_clear (&pieces);
}

/* All cells are on the grid, and no row is empty. */
static void
test_grid (void)
{
  static const guint widths[] = { 0, 1, 17, 96, 336, 1200, 4000 };

  for (guint n = 0; n <= GUI_CELLS_MAX; n += 7)
    for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
      {
        GuiGrid grid = gui_grid (n, widths[i]);

        g_assert_cmpuint (grid.n_columns * grid.n_rows, >=, n);
        g_assert_cmpuint (grid.n_columns, >, 0);
        if (n > 0)
          g_assert_cmpuint (grid.n_columns * (grid.n_rows - 1), <, n);
        if (widths[i] >= grid.pitch)
          g_assert_cmpuint (grid.n_columns * grid.pitch, <=, widths[i]);
      }
  g_assert_cmpuint (gui_grid (GUI_CELLS_MAX, 700).n_rows * gui_grid (GUI_CELLS_MAX, 700).pitch, <,
                    200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/buckets/cover", test_cover);
  g_test_add_func ("/buckets/counts", test_counts);
  g_test_add_func ("/buckets/short-fields", test_short_fields);
  g_test_add_func ("/buckets/copies", test_copies);
  g_test_add_func ("/buckets/words", test_words);
  g_test_add_func ("/buckets/take", test_take);
  g_test_add_func ("/buckets/grid", test_grid);
  return g_test_run ();
}
