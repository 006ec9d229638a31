/* gui-buckets.c: see gui-buckets.h. */
#include "gtk-client/draw/gui-buckets.h"

#include <string.h>

#include <glib/gi18n.h>

guint
gui_cells_of (guint n_pieces)
{
  return MIN (n_pieces, GUI_CELLS_MAX);
}

/* The bytes of a field, or NULL unless there are as many as the pieces need. */
static const guint8 *
bytes_of (GBytes *bytes, gsize needed)
{
  gsize len = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  return len >= needed ? data : NULL;
}

static gboolean
bit (const guint8 *bits, guint i)
{
  return bits != NULL && (bits[i / 8] & (0x80u >> (i % 8))) != 0;
}

static guint
count_at (const guint8 *counts, guint i)
{
  guint16 count = 0;

  if (counts != NULL)
    memcpy (&count, counts + (gsize) i * sizeof count, sizeof count);
  return count;
}

static GuiBucket
gather (const GuiPieces *pieces, guint first, guint end)
{
  gsize n_bytes = ((gsize) pieces->n + 7) / 8;
  const guint8 *have = bytes_of (pieces->have, n_bytes);
  const guint8 *requested = bytes_of (pieces->requested, n_bytes);
  const guint8 *counts = bytes_of (pieces->availability, (gsize) pieces->n * sizeof (guint16));
  GuiBucket out = { .first = first, .end = end, .least = first < end ? G_MAXUINT : 0 };

  for (guint i = first; i < end; i++)
    {
      guint count = count_at (counts, i);

      out.n_copies += count;
      out.least = MIN (out.least, count);
      out.most = MAX (out.most, count);
      if (bit (have, i))
        out.n_have++;
      else if (bit (requested, i))
        out.n_requested++;
      else if (counts != NULL && count == 0)
        out.n_nowhere++;
    }
  return out;
}

/* The first piece of a cell: the cells are as even as they can be. */
static guint
start_of (guint n_pieces, guint n_cells, guint cell)
{
  return (guint) ((guint64) n_pieces * cell / n_cells);
}

GuiBucket
gui_bucket (const GuiPieces *pieces, guint n_cells, guint cell)
{
  g_return_val_if_fail (cell < n_cells, (GuiBucket){ 0 });
  return gather (pieces, start_of (pieces->n, n_cells, cell),
                 start_of (pieces->n, n_cells, cell + 1));
}

GuiBucket
gui_bucket_of_all (const GuiPieces *pieces)
{
  return gather (pieces, 0, pieces->n);
}

double
gui_copies (const GuiPieces *pieces)
{
  GuiBucket all = gui_bucket_of_all (pieces);
  const guint8 *counts = bytes_of (pieces->availability, (gsize) pieces->n * sizeof (guint16));
  guint n_more = 0;

  if (pieces->n == 0)
    return 0;
  for (guint i = 0; i < pieces->n; i++)
    n_more += count_at (counts, i) > all.least;
  return all.least + (double) n_more / pieces->n;
}

static gboolean
take_bytes (GBytes **kept, GBytes *now)
{
  if (*kept == now || (*kept != NULL && now != NULL && g_bytes_equal (*kept, now)))
    return FALSE;
  g_clear_pointer (kept, g_bytes_unref);
  *kept = now != NULL ? g_bytes_ref (now) : NULL;
  return TRUE;
}

gboolean
gui_pieces_take (GuiPieces *self, guint n, GBytes *have, GBytes *availability, GBytes *requested)
{
  gboolean changed = n != self->n;

  self->n = n;
  changed |= take_bytes (&self->have, have);
  changed |= take_bytes (&self->availability, availability);
  changed |= take_bytes (&self->requested, requested);
  return changed;
}

void
gui_pieces_clear (GuiPieces *self)
{
  gui_pieces_take (self, 0, NULL, NULL, NULL);
}

/* --- words --- */

static char *
state_words (const GuiBucket *bucket, guint n_pieces)
{
  guint n = bucket->end - bucket->first;
  const char *state = bucket->n_have > 0        ? _ ("here")
                      : bucket->n_requested > 0 ? _ ("requested")
                      : bucket->n_nowhere > 0   ? _ ("nobody has it")
                                                : _ ("missing");

  if (n != 1)
    /* Translators: a group of pieces: its first and last, and how many of how many are here */
    return g_strdup_printf (_ ("Pieces %u to %u: %u of %u are here"), bucket->first + 1,
                            bucket->end, bucket->n_have, n);
  /* Translators: a piece of a torrent: its number, how many there are, and "here" or the like */
  return g_strdup_printf (_ ("Piece %u of %u: %s"), bucket->first + 1, n_pieces, state);
}

static char *
peers_words (const GuiBucket *bucket)
{
  if (bucket->end - bucket->first == 1)
    return g_strdup_printf (ngettext ("%u peer has it", "%u peers have it", bucket->least),
                            bucket->least);
  if (bucket->least == bucket->most)
    return g_strdup_printf (ngettext ("%u peer has each", "%u peers have each", bucket->least),
                            bucket->least);
  /* Translators: how many peers have the rarest and the most frequent of a group of pieces */
  return g_strdup_printf (_ ("%u to %u peers have each"), bucket->least, bucket->most);
}

char *
gui_bucket_words (const GuiPieces *pieces, const GuiBucket *bucket)
{
  g_autofree char *state = state_words (bucket, pieces->n);
  g_autofree char *peers = NULL;

  if (pieces->availability == NULL || bucket->most == 0)
    return g_steal_pointer (&state);
  peers = peers_words (bucket);
  return g_strdup_printf ("%s · %s", state, peers);
}

char *
gui_pieces_words (const GuiPieces *pieces)
{
  GuiBucket all = gui_bucket_of_all (pieces);

  /* Translators: how many pieces of a torrent are here, and how many it has */
  return g_strdup_printf (
      ngettext ("%u of %u piece is here", "%u of %u pieces are here", pieces->n), all.n_have,
      pieces->n);
}

char *
gui_copies_words (const GuiPieces *pieces)
{
  GuiBucket all = gui_bucket_of_all (pieces);
  g_autofree char *peers = NULL;

  if (pieces->availability == NULL || all.most == 0)
    return g_strdup (_ ("No peer that is connected has a piece"));
  peers = peers_words (&all);
  /* Translators: how many whole copies the connected peers hold together, such as 2.40; and
   * "2 to 5 peers have each", of the pieces */
  return g_strdup_printf (_ ("%.2f copies at the peers; %s"), gui_copies (pieces), peers);
}

/* --- the grid --- */

/* Few pieces get large cells, many get small ones: a picture is never higher than it must be. */
static guint
pitch_for (guint n_cells)
{
  static const struct
  {
    guint n_cells;
    guint pitch;
  } pitches[] = { { 64, 18 }, { 256, 14 }, { 800, 10 } };

  for (gsize i = 0; i < G_N_ELEMENTS (pitches); i++)
    if (n_cells <= pitches[i].n_cells)
      return pitches[i].pitch;
  return 8;
}

GuiGrid
gui_grid (guint n_cells, guint width_px)
{
  GuiGrid grid = { .n_cells = n_cells, .pitch = pitch_for (n_cells) };

  grid.n_columns = MAX (width_px / grid.pitch, 1);
  grid.n_rows = (n_cells + grid.n_columns - 1) / grid.n_columns;
  return grid;
}
