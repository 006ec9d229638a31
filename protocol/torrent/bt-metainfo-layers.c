/* bt-metainfo-layers.c: see the header. */
#include "protocol/torrent/bt-metainfo-layers.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-buffer.h"
#include "protocol/core/bt-limits.h"

static int
compare_roots (const void *a, const void *b)
{
  return memcmp (((const BtPieceLayer *) a)->root, ((const BtPieceLayer *) b)->root, BT_SHA256_LEN);
}

BtMetainfo *
bt_metainfo_join_layers (const BtMetainfo *bare, BtPieceLayer *layers, size_t n,
                         const BtDigestOps *ops)
{
  g_auto (BtBuffer) out;
  g_autoptr (GBytes) bytes = NULL;
  size_t info_len;
  const uint8_t *info = bt_metainfo_info (bare, &info_len);

  if (n > 1)
    qsort (layers, n, sizeof *layers, compare_roots);
  bt_buffer_init (&out, BT_LIMIT_OWN_TORRENT_SIZE);
  bt_buffer_append_text (&out, "d4:info");
  (void) bt_buffer_append (&out, info, info_len); /* out.full tells */
  bt_buffer_append_text (&out, "12:piece layersd");
  for (size_t i = 0; i < n; i++)
    {
      bt_bencode_write_bytes (&out, layers[i].root, BT_SHA256_LEN);
      bt_bencode_write_bytes (&out, layers[i].hashes, (size_t) layers[i].n * BT_SHA256_LEN);
    }
  bt_buffer_append_text (&out, "ee");
  if (out.full)
    return NULL;
  bytes = g_bytes_new (out.data, out.len);
  return bt_metainfo_parse (bytes, BT_ORIGIN_OWN, ops, NULL);
}
