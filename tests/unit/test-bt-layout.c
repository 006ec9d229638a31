/* test-bt-layout.c: files in a space of bytes, against a map of every byte. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-layout.h"

#define MAX_FILES 8
#define MAX_SPACE 128

/* Lengths end with UINT64_MAX. */
#define END UINT64_MAX

static const struct
{
  const char *name;
  bool aligned;
  uint64_t lengths[MAX_FILES + 1];
  uint64_t offsets[MAX_FILES];
  uint64_t end;
  uint32_t n_pieces;
} rows[] = {
  { "one-byte", false, { 1, END }, { 0 }, 1, 1 },
  { "one-piece", false, { 10, END }, { 0 }, 10, 1 },
  { "one-more", false, { 11, END }, { 0 }, 11, 2 },
  { "touching", false, { 3, 4, 25, 1, END }, { 0, 3, 7, 32 }, 33, 4 },
  { "empty-first", false, { 0, 0, 5, END }, { 0, 0, 0 }, 5, 1 },
  { "empty-middle", false, { 10, 0, 0, 5, END }, { 0, 10, 10, 10 }, 15, 2 },
  { "empty-last", false, { 7, 0, 0, END }, { 0, 7, 7 }, 7, 1 },
  { "all-empty", false, { 0, 0, END }, { 0, 0 }, 0, 0 },
  { "none", false, { END }, { 0 }, 0, 0 },
  { "aligned", true, { 3, 10, 25, 1, END }, { 0, 10, 20, 50 }, 51, 6 },
  { "aligned-empty", true, { 0, 3, 0, 10, 0, 0, 1, END }, { 0, 0, 3, 10, 20, 20, 20 }, 21, 3 },
  { "aligned-empty-last", true, { 3, 3, 0, 0, END }, { 0, 10, 13, 13 }, 13, 2 },
  { "aligned-one", true, { 95, END }, { 0 }, 95, 10 },
};

static size_t
place (BtLayout *layout, BtFile *files, size_t row)
{
  size_t n = 0;

  for (; rows[row].lengths[n] != END; n++)
    files[n] = (BtFile){ .length = rows[row].lengths[n], .offset = 12345 };
  g_assert_true (bt_layout_place (layout, files, n, 10, rows[row].aligned));
  return n;
}

/* Which file each byte belongs to; n_files for a gap. */
static void
draw (const BtLayout *layout, uint8_t map[MAX_SPACE])
{
  memset (map, (int) layout->n_files, MAX_SPACE);
  for (size_t i = 0; i < layout->n_files; i++)
    for (uint64_t at = 0; at < layout->files[i].length; at++)
      map[layout->files[i].offset + at] = (uint8_t) i;
}

static void
test_place (void)
{
  for (size_t row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      BtFile files[MAX_FILES];
      BtLayout layout;
      size_t n = place (&layout, files, row);

      g_test_message ("%s", rows[row].name);
      for (size_t i = 0; i < n; i++)
        g_assert_cmpuint (files[i].offset, ==, rows[row].offsets[i]);
      g_assert_cmpuint (layout.end, ==, rows[row].end);
      g_assert_cmpuint (layout.n_pieces, ==, rows[row].n_pieces);
      g_assert_cmpuint (layout.n_files, ==, n);
      g_assert_cmpuint (layout.piece_length, ==, 10);
    }
}

static void
test_file_at (void)
{
  for (size_t row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      BtFile files[MAX_FILES];
      uint8_t map[MAX_SPACE];
      BtLayout layout;
      size_t n = place (&layout, files, row);

      draw (&layout, map);
      for (uint64_t at = 0; at < MAX_SPACE; at++)
        {
          uint64_t next = at;

          while (next < MAX_SPACE - 1 && map[next] == n)
            next++;
          g_assert_cmpuint (bt_layout_file_at (&layout, at), ==, map[next]);
        }
      g_assert_cmpuint (bt_layout_file_at (&layout, UINT64_MAX), ==, n);
    }
}

static void
test_pieces (void)
{
  for (size_t row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      BtFile files[MAX_FILES];
      uint8_t map[MAX_SPACE];
      BtLayout layout;
      uint64_t v1 = 0;

      (void) place (&layout, files, row); /* the number of files is in the layout */
      draw (&layout, map);
      for (uint32_t piece = 0; piece < layout.n_pieces; piece++)
        {
          uint64_t start = bt_layout_piece_start (&layout, piece);
          uint64_t of_file = 0;

          g_assert_cmpuint (start, ==, piece * 10);
          v1 += bt_layout_piece_size (&layout, piece);
          while (of_file < 10 && map[start + of_file] == map[start])
            of_file++;
          g_assert_cmpuint (bt_layout_piece_size_v2 (&layout, piece), ==, of_file);
        }
      g_assert_cmpuint (v1, ==, layout.end);
    }
}

static void
test_file_pieces (void)
{
  for (size_t row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      BtFile files[MAX_FILES];
      BtLayout layout;
      size_t n = place (&layout, files, row);

      for (size_t i = 0; i < n; i++)
        {
          uint32_t first;
          uint32_t end;

          bt_layout_file_pieces (&layout, i, &first, &end);
          g_assert_cmpuint (end - first, <=, (files[i].length + 18) / 10);
          g_assert_cmpint (end > first, ==, files[i].length > 0);
          if (files[i].length == 0)
            continue;
          g_assert_cmpuint (files[i].offset / 10, ==, first);
          g_assert_cmpuint ((files[i].offset + files[i].length + 9) / 10, ==, end);
          g_assert_cmpuint (end, <=, layout.n_pieces);
        }
    }
}

/* The spans of every range are the bytes of the map, in order. */
static void
check_spans (const BtLayout *layout, const uint8_t *map, uint64_t offset, uint64_t length)
{
  BtSpanIter iter;
  BtSpan span;
  uint64_t at = offset;

  bt_span_iter_init (&iter, layout, offset, length);
  while (bt_span_iter_next (&iter, &span))
    {
      uint64_t start = layout->files[span.file].offset + span.offset;

      g_assert_cmpuint (span.length, >, 0);
      for (; at < start; at++)
        g_assert_cmpuint (map[at], ==, layout->n_files);
      for (; at < start + span.length; at++)
        g_assert_cmpuint (map[at], ==, span.file);
    }
  g_assert_false (bt_span_iter_next (&iter, &span));
  for (; at < MAX_SPACE && at < offset + length; at++)
    g_assert_cmpuint (map[at], ==, layout->n_files);
}

static void
test_spans (void)
{
  for (size_t row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      BtFile files[MAX_FILES];
      uint8_t map[MAX_SPACE];
      BtLayout layout;

      (void) place (&layout, files, row); /* the number of files is in the layout */
      draw (&layout, map);
      for (uint64_t offset = 0; offset < MAX_SPACE; offset++)
        for (uint64_t length = 0; offset + length <= MAX_SPACE; length++)
          check_spans (&layout, map, offset, length);
    }
}

/* A range that runs over the end of the numbers ends with the torrent. */
static void
test_spans_far (void)
{
  BtFile files[] = { { .length = 15 }, { .length = 5 } };
  BtLayout layout;
  BtSpanIter iter;
  BtSpan span;

  g_assert_true (bt_layout_place (&layout, files, 2, 10, false));
  bt_span_iter_init (&iter, &layout, 12, UINT64_MAX);
  g_assert_true (bt_span_iter_next (&iter, &span));
  g_assert_cmpuint (span.length, ==, 3);
  g_assert_true (bt_span_iter_next (&iter, &span));
  g_assert_cmpuint (span.length, ==, 5);
  g_assert_false (bt_span_iter_next (&iter, &span));
  bt_span_iter_init (&iter, &layout, UINT64_MAX, UINT64_MAX);
  g_assert_false (bt_span_iter_next (&iter, &span));
}

static const struct
{
  uint64_t piece_length;
  uint64_t lengths[3];
  bool aligned;
  bool ok;
} limits[] = {
  { 1, { BT_LIMIT_PIECES, 0, 0 }, false, true },
  { 1, { BT_LIMIT_PIECES, 0, 1 }, false, false },
  { 1, { BT_LIMIT_PIECES + UINT64_C (1), 0, 0 }, false, false },
  { 16384, { 1, 16384 * UINT64_C (4194303), 0 }, true, true },
  { 16384, { 1, 16384 * UINT64_C (4194303), 1 }, true, false },
  { 16384, { 1, 16384 * UINT64_C (4194303) + 1, 0 }, true, false },
  { 16384, { 1, 16384 * UINT64_C (4194303) + 1, 0 }, false, true },
  { 16384, { 1, 16384 * UINT64_C (4194303), 16383 }, false, true },
  { BT_LIMIT_PIECE_LENGTH, { UINT64_MAX, 0, 0 }, true, false },
  { BT_LIMIT_PIECE_LENGTH, { INT64_MAX, INT64_MAX, INT64_MAX }, false, false },
  { BT_LIMIT_PIECE_LENGTH, { UINT64_C (1) << 52, 0, 0 }, false, true },
  { BT_LIMIT_PIECE_LENGTH, { 1, UINT64_MAX, 0 }, false, false },
};

static void
test_limits (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      BtFile files[3];
      BtLayout layout;

      for (size_t f = 0; f < 3; f++)
        files[f] = (BtFile){ .length = limits[i].lengths[f] };
      g_assert_cmpint (
          bt_layout_place (&layout, files, 3, limits[i].piece_length, limits[i].aligned), ==,
          limits[i].ok);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layout/place", test_place);
  g_test_add_func ("/layout/file-at", test_file_at);
  g_test_add_func ("/layout/pieces", test_pieces);
  g_test_add_func ("/layout/file-pieces", test_file_pieces);
  g_test_add_func ("/layout/spans", test_spans);
  g_test_add_func ("/layout/spans-far", test_spans_far);
  g_test_add_func ("/layout/limits", test_limits);
  return g_test_run ();
}
