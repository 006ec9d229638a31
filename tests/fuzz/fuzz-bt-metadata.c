/* fuzz-bt-metadata.c: a whole conversation about the metadata: the input says which peer does what,
 * and its messages are read from it; the books stay whole. */
#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-cursor.h"
#include "protocol/peer/bt-metadata-fetch.h"
#include "tests/fuzz/fuzz-target.h"

#define SIZE_MAX_BYTES (8 * BT_METADATA_PIECE_LEN)

static void
read_message (BtMetadataFetch *fetch, uint64_t peer, BtCursor *in, uint64_t now_us)
{
  size_t len = bt_cursor_u16 (in);
  const uint8_t *bytes = bt_cursor_take (in, len);
  BtMetadataMessage message;
  BtError why = { 0 };

  if (bytes == NULL || in->bad)
    return;
  if (!bt_metadata_parse (bytes, len, &message, &why))
    {
      bt_assert (why.code != BT_OK);
      return;
    }
  if (message.type == BT_METADATA_REJECT)
    bt_metadata_fetch_reject (fetch, peer, message.piece, now_us);
  else if (message.type == BT_METADATA_DATA
           && bt_metadata_fetch_data (fetch, peer, &message, now_us) == BT_METADATA_WHOLE)
    bt_metadata_fetch_failed (fetch);
}

/* Sends what was asked for, right in form. */
static void
answer (BtMetadataFetch *fetch, uint64_t peer, uint32_t size, uint64_t now_us)
{
  static const uint8_t bytes[BT_METADATA_PIECE_LEN];
  BtMetadataMessage message = { .type = BT_METADATA_DATA, .bytes = bytes };

  if (!bt_metadata_fetch_next (fetch, peer, now_us, &message.piece))
    return;
  message.len = bt_metadata_piece_len (size, message.piece);
  if (bt_metadata_fetch_data (fetch, peer, &message, now_us) != BT_METADATA_WHOLE)
    return;
  g_free (bt_metadata_fetch_whole (fetch, &message.len));
  bt_metadata_fetch_failed (fetch);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtCursor in = { data, data + len, false };
  BtMetadataFetch *fetch = bt_metadata_fetch_new (SIZE_MAX_BYTES);
  uint32_t sizes[4] = { 0 };
  uint64_t now_us = 0;
  uint32_t have;
  uint32_t all;

  while (bt_cursor_left (&in) > 0 && !in.bad)
    {
      uint8_t what = bt_cursor_u8 (&in);
      uint64_t peer = what >> 6;

      now_us += (uint64_t) (what & 7) * 1000000;
      switch (what >> 3 & 7)
        {
        case 0:
          sizes[peer] = bt_cursor_u32 (&in) % (2 * SIZE_MAX_BYTES);
          (void) bt_metadata_fetch_add_peer (fetch, peer, sizes[peer]);
          break;
        case 1:
          bt_metadata_fetch_remove_peer (fetch, peer);
          break;
        case 2:
          read_message (fetch, peer, &in, now_us);
          break;
        default:
          answer (fetch, peer, sizes[peer], now_us);
        }
      bt_assert (bt_metadata_fetch_deadline (fetch, now_us) > now_us);
      bt_metadata_fetch_progress (fetch, &have, &all);
      bt_assert (have <= all);
    }
  bt_metadata_fetch_free (fetch);
  return 0;
}
