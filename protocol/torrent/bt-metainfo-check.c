/* bt-metainfo-check.c: from what was read to one torrent: the halves of a hybrid compared, every
 * file placed, equal names told apart, hashes counted. */
#include "protocol/torrent/bt-metainfo-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-path-set.h"
#include "protocol/torrent/bt-path.h"

/* A v1 file outside any folder stands as a list of one. */
static bool
make_single (BtMetainfoParser *p)
{
  BtFile file = { .length = (uint64_t) p->length, .path = p->self->name, .attr = p->single_attr };

  if (p->v1_files != NULL)
    return bt_metainfo_fail (p, BT_ERROR_BOTH_FORMS, BT_NOWHERE, "info.files");
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

/* The v1 half must name the v2 half's files in the v2 half's order, each on a piece of its own,
 * with pads between and nowhere else. Takes over the roots. */
static bool
join_halves (BtMetainfoParser *p)
{
  uint64_t piece_length = (uint64_t) p->piece_length;
  uint64_t at = 0;
  guint next = 0;

  for (guint i = 0; i < p->v1_files->len; i++)
    {
      BtFile *v1 = &g_array_index (p->v1_files, BtFile, i);
      const BtFile *v2;

      if ((v1->attr & BT_FILE_PAD) == 0)
        {
          if (next == p->v2_files->len)
            return mismatch (p, i);
          v2 = &g_array_index (p->v2_files, BtFile, next++);
          if (v1->length != v2->length || strcmp (v1->path, v2->path) != 0
              || (v1->length > 0 && at % piece_length != 0))
            return mismatch (p, i);
          v1->root = v2->root;
          v1->layer = v2->layer;
        }
      if (v1->length > UINT64_MAX / 2 - at)
        return bt_metainfo_fail (p, BT_ERROR_TOTAL_OVERFLOW, BT_NOWHERE, "info.files");
      at += v1->length;
    }
  return next == p->v2_files->len || mismatch (p, p->v1_files->len);
}

/* A pad that runs over the end of its piece would put whole pieces of nothing into a hybrid. */
static bool
check_pads (BtMetainfoParser *p)
{
  for (guint i = 0; i < p->v1_files->len; i++)
    {
      const BtFile *file = &g_array_index (p->v1_files, BtFile, i);

      if ((file->attr & BT_FILE_PAD) != 0 && file->length >= (uint64_t) p->piece_length)
        return mismatch (p, i);
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
  if (self->format == BT_FORMAT_V2)
    self->single_file = tree_is_named_file (p);
  if (self->format == BT_FORMAT_HYBRID && self->single_file != tree_is_named_file (p))
    return mismatch (p, 0);
  if ((self->format & BT_FORMAT_V2) != 0 && !bt_metainfo_read_layers (p))
    return false;
  if (self->format == BT_FORMAT_HYBRID && (!join_halves (p) || !check_pads (p)))
    return false;
  files = (self->format & BT_FORMAT_V1) != 0 ? p->v1_files : p->v2_files;
  if (files == NULL)
    return bt_metainfo_fail (p, BT_ERROR_NO_FILES, BT_NOWHERE, "info");
  self->layout.n_files = files->len;
  self->files = (BtFile *) (void *) g_array_free (files, FALSE);
  if (files == p->v1_files)
    p->v1_files = NULL;
  else
    p->v2_files = NULL;
  return true;
}

/* --- equal names --- */

/* Adds each folder on the way to a file; neighbours share most of theirs. */
static void
add_folders (BtPathSet *folders, const char *path, const char *before)
{
  size_t same = 0;

  for (size_t i = 0; path[i] != '\0' && before != NULL && path[i] == before[i]; i++)
    if (path[i] == '/')
      same = i;
  for (const char *at = strchr (path + same, '/'); at != NULL; at = strchr (at + 1, '/'))
    (void) bt_path_set_add (folders, path, (size_t) (at - path)); /* known ones are fine */
}

static const char *
other_name (BtMetainfoParser *p, const BtPathSet *folders, BtPathSet *seen, const char *path)
{
  for (unsigned n = 2;; n++)
    {
      bt_path_suffix (p->path, path, n);
      if (!bt_path_set_has (folders, p->path->str, p->path->len)
          && !bt_path_set_has (seen, p->path->str, p->path->len))
        return g_string_chunk_insert_len (p->self->texts, p->path->str, (gssize) p->path->len);
    }
}

/* Gives a file that is named like another, or like a folder, a name of its own. */
static bool
tell_apart (BtMetainfoParser *p, const BtPathSet *folders, BtPathSet *seen)
{
  unsigned collisions = 0;

  for (size_t i = 0; i < p->self->layout.n_files; i++)
    {
      BtFile *file = &p->self->files[i];
      size_t len = strlen (file->path);

      if ((file->attr & BT_FILE_PAD) != 0)
        continue;
      if ((folders->n == 0 || !bt_path_set_has (folders, file->path, len))
          && bt_path_set_add (seen, file->path, len))
        continue;
      if (++collisions > BT_LIMIT_COLLISIONS)
        {
          bt_metainfo_fail (p, BT_ERROR_COLLISIONS, BT_NOWHERE, "info.files");
          p->reader.error.item = i;
          return false;
        }
      file->path = other_name (p, folders, seen, file->path);
      file->attr |= BT_FILE_CLEANED | BT_FILE_SUFFIXED;
      (void) bt_path_set_add (seen, file->path, strlen (file->path)); /* it is not there yet */
    }
  return true;
}

static bool
name_files (BtMetainfoParser *p)
{
  BtMetainfo *self = p->self;
  BtPathSet folders;
  BtPathSet seen;
  uint64_t seed;
  bool ok;

  memcpy (&seed, self->format == BT_FORMAT_V2 ? self->hash_v2 : self->hash_v1, sizeof seed);
  bt_path_set_init (&folders, 64, seed);
  bt_path_set_init (&seen, self->layout.n_files, seed);
  for (size_t i = 0; i < self->layout.n_files; i++)
    if ((self->files[i].attr & BT_FILE_PAD) == 0)
      add_folders (&folders, self->files[i].path, i > 0 ? self->files[i - 1].path : NULL);
  ok = tell_apart (p, &folders, &seen);
  bt_path_set_clear (&folders);
  bt_path_set_clear (&seen);
  return ok;
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
      || !take_pieces (p) || !name_files (p))
    return false;
  count_files (p->self);
  return true;
}
