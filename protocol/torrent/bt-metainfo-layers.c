/* bt-metainfo-layers.c: see the header. */
#include "protocol/torrent/bt-metainfo-layers.h"

#include <string.h>

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-buffer.h"
#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-merkle.h"
#include "protocol/torrent/bt-patch.h"

static uint32_t
n_pieces_of (const BtMetainfo *self, const BtFile *file)
{
  uint64_t piece_length = bt_metainfo_layout (self)->piece_length;

  return (uint32_t) ((file->length + piece_length - 1) / piece_length);
}

bool
bt_metainfo_is_layer (const BtMetainfo *self, size_t file, const uint8_t *hashes,
                      const BtDigestOps *ops)
{
  const BtLayout *layout = bt_metainfo_layout (self);
  const BtFile *f = &layout->files[file];
  uint8_t root[BT_SHA256_LEN];

  bt_merkle_root (ops, hashes, n_pieces_of (self, f), bt_merkle_height (layout->piece_length),
                  root);
  return memcmp (root, f->root, sizeof root) == 0;
}

/* --- the torrent that has them --- */

static int
compare_layers (const void *a, const void *b)
{
  return bt_merkle_compare_roots (((const BtPieceLayer *) a)->root,
                                  ((const BtPieceLayer *) b)->root);
}

/* Those that are there and the new ones, by root. The same content may stand in several files. */
static GArray *
collect (const BtMetainfo *self, const BtPieceLayer *layers, size_t n)
{
  const BtLayout *layout = bt_metainfo_layout (self);
  GArray *all = g_array_new (FALSE, FALSE, sizeof *layers);

  g_array_append_vals (all, layers, (guint) n);
  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];

      if (file->layer != NULL)
        g_array_append_vals (
            all, &(BtPieceLayer){ file->root, file->layer, n_pieces_of (self, file) }, 1);
    }
  g_array_sort (all, compare_layers);
  return all;
}

static void
write_layers (const GArray *layers, BtBuffer *out)
{
  const BtPieceLayer *last = NULL;

  bt_bencode_open_dict (out);
  for (guint i = 0; i < layers->len; i++)
    {
      const BtPieceLayer *layer = &g_array_index (layers, BtPieceLayer, i);

      if (last != NULL && compare_layers (last, layer) == 0)
        continue;
      bt_bencode_write_bytes (out, layer->root, BT_SHA256_LEN);
      bt_bencode_write_bytes (out, layer->hashes, (size_t) layer->n * BT_SHA256_LEN);
      last = layer;
    }
  bt_bencode_close (out);
}

/* What the layers go into: the torrent, or an empty one for an info dictionary that came alone. */
static GBytes *
put_in (const BtMetainfo *self, const BtBuffer *layers)
{
  size_t len;
  size_t info_len;
  const uint8_t *bytes = g_bytes_get_data (bt_metainfo_bytes (self), &len);
  const uint8_t *info = bt_metainfo_info (self, &info_len);
  const BtPatch patches[] = { { .key = "piece layers", .value = layers->data, .len = layers->len },
                              { .key = "info", .value = info, .len = info_len } };

  if (info_len == len)
    return bt_patch_dict ("de", 2, patches, 2, NULL);
  return bt_patch_dict (bytes, len, patches, 1, NULL);
}

BtMetainfo *
bt_metainfo_join_layers (const BtMetainfo *self, const BtPieceLayer *layers, size_t n,
                         const BtDigestOps *ops)
{
  g_autoptr (GArray) all = collect (self, layers, n);
  g_auto (BtBuffer) out;
  g_autoptr (GBytes) torrent = NULL;

  bt_buffer_init (&out, BT_LIMIT_OWN_TORRENT_SIZE);
  write_layers (all, &out);
  if (!out.full)
    torrent = put_in (self, &out);
  return torrent != NULL ? bt_metainfo_parse (torrent, BT_ORIGIN_OWN, ops, NULL) : NULL;
}
