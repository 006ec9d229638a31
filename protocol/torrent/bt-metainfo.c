/* bt-metainfo.c: the life of a metainfo, and its answers. */
#include "protocol/torrent/bt-metainfo-private.h"

#include "protocol/core/bt-assert.h"

BtMetainfo *
bt_metainfo_ref (BtMetainfo *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
bt_metainfo_unref (BtMetainfo *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->refs))
    return;
  g_free (self->files);
  g_string_chunk_free (self->texts);
  g_array_unref (self->trackers);
  g_array_unref (self->web_seeds);
  g_array_unref (self->nodes);
  g_bytes_unref (self->bytes);
  g_free (self);
}

BtFormat
bt_metainfo_format (const BtMetainfo *self)
{
  return self->format;
}

uint32_t
bt_metainfo_oddities (const BtMetainfo *self)
{
  return self->oddities;
}

const uint8_t *
bt_metainfo_info_hash_v1 (const BtMetainfo *self)
{
  return (self->format & BT_FORMAT_V1) != 0 ? self->hash_v1 : NULL;
}

const uint8_t *
bt_metainfo_info_hash_v2 (const BtMetainfo *self)
{
  return (self->format & BT_FORMAT_V2) != 0 ? self->hash_v2 : NULL;
}

const char *
bt_metainfo_name (const BtMetainfo *self)
{
  return self->name;
}

const char *
bt_metainfo_raw_name (const BtMetainfo *self)
{
  return self->raw_name;
}

bool
bt_metainfo_is_single_file (const BtMetainfo *self)
{
  return self->single_file;
}

const BtLayout *
bt_metainfo_layout (const BtMetainfo *self)
{
  return &self->layout;
}

uint64_t
bt_metainfo_content_size (const BtMetainfo *self)
{
  return self->content_size;
}

size_t
bt_metainfo_n_real_files (const BtMetainfo *self)
{
  return self->n_real_files;
}

const uint8_t *
bt_metainfo_piece_v1 (const BtMetainfo *self, uint32_t piece)
{
  bt_assert (piece < self->layout.n_pieces);
  return self->pieces_v1 != NULL ? self->pieces_v1 + (size_t) piece * BT_SHA1_LEN : NULL;
}

const uint8_t *
bt_metainfo_piece_v2 (const BtMetainfo *self, uint32_t piece)
{
  const BtLayout *layout = &self->layout;
  uint64_t start = bt_layout_piece_start (layout, piece);
  const BtFile *file;

  bt_assert (piece < layout->n_pieces);
  if ((self->format & BT_FORMAT_V2) == 0)
    return NULL;
  file = &layout->files[bt_layout_file_at (layout, start)];
  if (file->length <= layout->piece_length)
    return file->root;
  if (file->layer == NULL)
    return NULL;
  return file->layer + (start - file->offset) / layout->piece_length * BT_SHA256_LEN;
}

static const void *
elements (const GArray *array, size_t *n)
{
  *n = array->len;
  return array->data;
}

bool
bt_metainfo_lacks_layer (const BtMetainfo *self, size_t file)
{
  const BtFile *f = &self->files[file];

  return f->root != NULL && f->length > self->layout.piece_length && f->layer == NULL;
}

size_t
bt_metainfo_lacks_layers (const BtMetainfo *self)
{
  size_t n = 0;

  for (size_t i = 0; i < self->layout.n_files; i++)
    n += bt_metainfo_lacks_layer (self, i);
  return n;
}

bool
bt_metainfo_needs_layers (const BtMetainfo *self)
{
  return self->format == BT_FORMAT_V2 && bt_metainfo_lacks_layers (self) > 0;
}

const BtTracker *
bt_metainfo_trackers (const BtMetainfo *self, size_t *n)
{
  return elements (self->trackers, n);
}

const BtWebSeed *
bt_metainfo_web_seeds (const BtMetainfo *self, size_t *n)
{
  return elements (self->web_seeds, n);
}

const BtNode *
bt_metainfo_nodes (const BtMetainfo *self, size_t *n)
{
  return elements (self->nodes, n);
}

bool
bt_metainfo_is_private (const BtMetainfo *self)
{
  return self->is_private;
}

const char *
bt_metainfo_comment (const BtMetainfo *self)
{
  return self->comment;
}

const char *
bt_metainfo_created_by (const BtMetainfo *self)
{
  return self->created_by;
}

const char *
bt_metainfo_source (const BtMetainfo *self)
{
  return self->source;
}

const char *
bt_metainfo_update_url (const BtMetainfo *self)
{
  return self->update_url;
}

int64_t
bt_metainfo_creation_date (const BtMetainfo *self)
{
  return self->creation_date;
}

GBytes *
bt_metainfo_bytes (const BtMetainfo *self)
{
  return self->bytes;
}

const uint8_t *
bt_metainfo_info (const BtMetainfo *self, size_t *len)
{
  *len = self->info_len;
  return self->info;
}
