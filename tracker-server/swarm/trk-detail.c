/* trk-detail.c: the tail of a peer's record. */
#include "tracker-server/swarm/trk-detail.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-cursor.h"

#define COUNTER_LEN 6u
#define LEFT_LEN 5u
#define TICK_LEN 3u

static inline uint64_t
largest (size_t len)
{
  return (UINT64_C (1) << 8 * len) - 1;
}

static uint8_t *
put (uint8_t *out, uint64_t value, size_t len)
{
  value = MIN (value, largest (len));
  for (size_t i = len; i > 0; i--, value >>= 8)
    out[i - 1] = (uint8_t) value;
  return out + len;
}

void
trk_detail_write (const TrkDetail *self, uint8_t out[TRK_DETAIL_LEN])
{
  memcpy (out, self->peer_id, BT_PEER_ID_LEN);
  out = put (out + BT_PEER_ID_LEN, self->uploaded, COUNTER_LEN);
  out = put (out, self->downloaded, COUNTER_LEN);
  out = put (out, self->left, LEFT_LEN);
  put (out, self->first & TRK_DETAIL_TICKS, TICK_LEN);
}

TrkDetail
trk_detail_read (const uint8_t bytes[TRK_DETAIL_LEN])
{
  BtCursor c = { bytes, bytes + TRK_DETAIL_LEN, false };
  TrkDetail self;

  memcpy (self.peer_id, bt_cursor_take (&c, BT_PEER_ID_LEN), BT_PEER_ID_LEN);
  self.uploaded = bt_cursor_uint (&c, COUNTER_LEN);
  self.downloaded = bt_cursor_uint (&c, COUNTER_LEN);
  self.left = bt_cursor_uint (&c, LEFT_LEN);
  self.first = (uint32_t) bt_cursor_uint (&c, TICK_LEN);
  if (self.left == largest (LEFT_LEN))
    self.left = BT_LEFT_UNKNOWN;
  return self;
}
