/* bt-metainfo-check.c: from what was read to one torrent: the halves of a hybrid compared, every
 * file placed, hashes counted. */
#include "protocol/torrent/bt-metainfo-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"

/* A v1 file outside any folder stands as a list of one. */
static bool
make_single (BtMetainfoParser *p)
{
  BtFile file = { .length = (uint64_t) p->length, .path = p->self->name, .attr = p->single_attr };

  if (p->v1_files != NULL)
    return bt_metainfo_fail (p, BT_ERROR_BOTH_FORMS, BT_NOWHERE, "info.files");
  file.attr |= p->self->raw_name != NULL ? BT_FILE_RAW : 0; /* it stands behind the name, too */
  p->v1_files = g_array_new (FALSE, FALSE, sizeof (BtFile));
  g_array_append_val (p->v1_files, file);
  p->self->single_file = true;
  return true;
}

static bool
tree_is_named_file (const BtMetainfoParser *p)
{
  return p->tree_is_single
         && strcmp (g_array_index (p->v2_files, BtFile, 0).path, p->self->name) == 0;
}

static bool
check_piece_length (BtMetainfoParser *p)
{
  int64_t length = p->piece_length;
  bool power = length > 0 && (length & (length - 1)) == 0;

  if (length == 0)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, BT_NOWHERE, "info.piece length");
  if ((p->self->format & BT_FORMAT_V2) != 0 && !power)
    return bt_metainfo_fail (p, BT_ERROR_NOT_POWER_OF_TWO, p->piece_length_offset,
                             "info.piece length");
  if ((p->self->format & BT_FORMAT_V2) != 0 && (uint64_t) length < BT_BLOCK_LEN)
    return bt_metainfo_fail (p, BT_ERROR_OUT_OF_RANGE, p->piece_length_offset, "info.piece length");
  if (!power)
    p->self->oddities |= BT_ODD_PIECE_LENGTH;
  return true;
}

static bool
mismatch (BtMetainfoParser *p, guint item)
{
  bt_metainfo_fail (p, BT_ERROR_HYBRID_MISMATCH, BT_NOWHERE, "info.files");
  p->reader.error.item = item;
  return false;
}

/* A file of the v1 half against the next one of the v2 half, whose hashes it takes over. */
static bool
join_file (BtFile *v1, const GArray *v2_files, guint *next, bool on_piece)
{
  const BtFile *v2;

  if (*next == v2_files->len)
    return false;
  v2 = &g_array_index (v2_files, BtFile, (*next)++);
  v1->root = v2->root;
  v1->layer = v2->layer;
  return v1->length == v2->length && strcmp (v1->path, v2->path) == 0
         && (v1->length == 0 || on_piece);
}

/* The v1 half must name the v2 half's files in the v2 half's order, each on a piece of its own.
 * What lies between are pads, and none of them reaches into a piece that no file starts. */
static bool
join_halves (BtMetainfoParser *p)
{
  uint64_t piece_length = (uint64_t) p->piece_length;
  uint64_t at = 0;
  guint next = 0;

  for (guint i = 0; i < p->v1_files->len; i++)
    {
      BtFile *v1 = &g_array_index (p->v1_files, BtFile, i);
      uint64_t over = at % piece_length;
      bool joined = (v1->attr & BT_FILE_PAD) != 0
                        ? v1->length <= (piece_length - over) % piece_length
                        : join_file (v1, p->v2_files, &next, over == 0);

      if (!joined)
        return mismatch (p, i);
      at += v1->length;
    }
  return next == p->v2_files->len || mismatch (p, p->v1_files->len);
}

/* The sum stays below 2^63. */
static bool
check_total (BtMetainfoParser *p, const GArray *files)
{
  uint64_t total = 0;

  for (guint i = 0; i < files->len; i++)
    {
      total += g_array_index (files, BtFile, i).length;
      if (total <= INT64_MAX)
        continue;
      bt_metainfo_fail (p, BT_ERROR_TOTAL_OVERFLOW, BT_NOWHERE, "info.files");
      p->reader.error.item = i;
      return false;
    }
  return true;
}

static bool
choose_files (BtMetainfoParser *p)
{
  BtMetainfo *self = p->self;
  GArray *files;

  if (p->length >= 0 && !make_single (p))
    return false;
  files = (self->format & BT_FORMAT_V1) != 0 ? p->v1_files : p->v2_files;
  if (files == NULL)
    return bt_metainfo_fail (p, BT_ERROR_NO_FILES, BT_NOWHERE, "info");
  if (self->format == BT_FORMAT_V2)
    self->single_file = tree_is_named_file (p);
  if (self->format == BT_FORMAT_HYBRID && self->single_file != tree_is_named_file (p))
    return mismatch (p, 0);
  if (!check_total (p, files))
    return false;
  if ((self->format & BT_FORMAT_V2) != 0 && !bt_metainfo_read_layers (p))
    return false;
  if (self->format == BT_FORMAT_HYBRID && !join_halves (p))
    return false;
  self->layout.n_files = files->len;
  self->files = (BtFile *) (void *) g_array_free (files, FALSE);
  self->files = g_renew (BtFile, self->files, self->layout.n_files);
  if (files == p->v1_files)
    p->v1_files = NULL;
  else
    p->v2_files = NULL;
  return true;
}

/* --- counts --- */

static void
count_files (BtMetainfo *self)
{
  for (size_t i = 0; i < self->layout.n_files; i++)
    {
      const BtFile *file = &self->files[i];

      if ((file->attr & BT_FILE_PAD) != 0)
        continue;
      self->content_size += file->length;
      self->n_real_files++;
      if ((file->attr & BT_FILE_CLEANED) != 0)
        self->oddities |= BT_ODD_NAMES;
    }
}

static bool
place_files (BtMetainfoParser *p)
{
  BtMetainfo *self = p->self;

  if (!bt_layout_place (&self->layout, self->files, self->layout.n_files,
                        (uint64_t) p->piece_length, self->format == BT_FORMAT_V2))
    return bt_metainfo_fail (p, BT_ERROR_TOO_MANY_PIECES, BT_NOWHERE, "info");
  if (self->layout.end == 0)
    return bt_metainfo_fail (p, BT_ERROR_EMPTY_TORRENT, BT_NOWHERE, "info");
  return true;
}

static bool
take_pieces (BtMetainfoParser *p)
{
  if (p->pieces.at == NULL)
    return true;
  if (p->pieces.len % BT_SHA1_LEN != 0)
    return bt_metainfo_fail (p, BT_ERROR_WRONG_LENGTH, p->pieces.offset, "info.pieces");
  if (p->pieces.len / BT_SHA1_LEN != p->self->layout.n_pieces)
    return bt_metainfo_fail (p, BT_ERROR_PIECE_COUNT, p->pieces.offset, "info.pieces");
  p->self->pieces_v1 = p->pieces.at;
  return true;
}

bool
bt_metainfo_assemble (BtMetainfoParser *p)
{
  if (!bt_metainfo_take_name (p) || !check_piece_length (p) || !choose_files (p) || !place_files (p)
      || !take_pieces (p) || !bt_metainfo_name_files (p))
    return false;
  count_files (p->self);
  return true;
}
