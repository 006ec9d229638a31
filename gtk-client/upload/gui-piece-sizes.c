/* gui-piece-sizes.c: see gui-piece-sizes.h. */
#include "gtk-client/upload/gui-piece-sizes.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "gtk-client/text/gui-text.h"

#define SMALLEST (G_GUINT64_CONSTANT (1) << 14)
#define LARGEST (G_GUINT64_CONSTANT (1) << 26)

struct _GuiPieceSizes
{
  GObject parent;
  GtkStringList *rows;
  GArray *lengths; /* of guint64; the first is 0 */
};

G_DEFINE_FINAL_TYPE (GuiPieceSizes, gui_piece_sizes, G_TYPE_OBJECT)

static void
gui_piece_sizes_finalize (GObject *object)
{
  GuiPieceSizes *self = GUI_PIECE_SIZES (object);

  g_object_unref (self->rows);
  g_array_unref (self->lengths);
  G_OBJECT_CLASS (gui_piece_sizes_parent_class)->finalize (object);
}

static void
gui_piece_sizes_class_init (GuiPieceSizesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_piece_sizes_finalize;
}

static void
gui_piece_sizes_init (GuiPieceSizes *self)
{
  self->rows = gtk_string_list_new (NULL);
  self->lengths = g_array_new (FALSE, FALSE, sizeof (guint64));
}

GuiPieceSizes *
gui_piece_sizes_new (void)
{
  return g_object_new (GUI_TYPE_PIECE_SIZES, NULL);
}

GListModel *
gui_piece_sizes_get_model (GuiPieceSizes *self)
{
  return G_LIST_MODEL (self->rows);
}

guint64
gui_piece_sizes_get (GuiPieceSizes *self, guint row)
{
  return row < self->lengths->len ? g_array_index (self->lengths, guint64, row) : 0;
}

/* "1 MiB: 1,234 pieces, torrent of 45 KiB" (transfer full) */
static char *
describe (ShoalEstimate *estimate, ShoalFormat format, guint64 piece_length)
{
  guint64 n = shoal_estimate_get_n_pieces (estimate, format, piece_length);
  g_autofree char *length = gui_text_size (piece_length);
  g_autofree char *size
      = gui_text_size (shoal_estimate_get_torrent_size (estimate, format, piece_length));

  /* Translators: size of a piece, how many there are, size of the .torrent file */
  return g_strdup_printf (ngettext ("%s: %llu piece, torrent file of %s",
                                    "%s: %llu pieces, torrent file of %s", (gulong) n),
                          length, (unsigned long long) n, size);
}

static char *
describe_automatic (ShoalEstimate *estimate, ShoalFormat format)
{
  g_autofree char *words = NULL;

  if (estimate == NULL || shoal_estimate_get_total (estimate) == 0)
    return g_strdup (_ ("Automatic"));
  words = describe (estimate, format, shoal_estimate_get_piece_length (estimate));
  /* Translators: what is chosen when a person chooses nothing: "1 MiB: 1,234 pieces, ..." */
  return g_strdup_printf (_ ("Automatic, %s"), words);
}

/* Of a few bytes one piece is made in any case: larger ones change nothing. */
static gboolean
is_of_use (ShoalEstimate *estimate, ShoalFormat format, guint64 length)
{
  return shoal_estimate_get_n_pieces (estimate, format, length) > 0
         && (length == SMALLEST || length / 2 < shoal_estimate_get_total (estimate));
}

guint
gui_piece_sizes_show (GuiPieceSizes *self, ShoalEstimate *estimate, ShoalFormat format,
                      guint64 piece_length)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  guint64 none = 0;
  guint at = 0;

  g_array_set_size (self->lengths, 0);
  g_array_append_val (self->lengths, none);
  g_ptr_array_add (words, describe_automatic (estimate, format));
  for (guint64 length = SMALLEST; estimate != NULL && length <= LARGEST; length *= 2)
    {
      if (!is_of_use (estimate, format, length))
        continue;
      if (length == piece_length)
        at = words->len;
      g_array_append_val (self->lengths, length);
      g_ptr_array_add (words, describe (estimate, format, length));
    }
  g_ptr_array_add (words, NULL);
  gtk_string_list_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)),
                          (const char *const *) words->pdata);
  return at;
}
