/* bt-natpmp.c: see the header. */
#include "protocol/gateway/bt-natpmp.h"

#include <string.h>

#include "protocol/core/bt-cursor.h"

#define REPLY_BIT 128u
#define VERSION 0

static void
put_u16 (uint8_t *out, uint16_t value)
{
  out[0] = (uint8_t) (value >> 8);
  out[1] = (uint8_t) value;
}

size_t
bt_natpmp_write (const BtNatpmpRequest *request, uint8_t out[BT_NATPMP_REQUEST_MAX])
{
  memset (out, 0, BT_NATPMP_REQUEST_MAX);
  out[0] = VERSION;
  out[1] = (uint8_t) request->op;
  if (request->op == BT_NATPMP_ADDRESS)
    return 2;
  put_u16 (out + 4, request->internal);
  put_u16 (out + 6, request->external);
  put_u16 (out + 8, (uint16_t) (request->lifetime_s >> 16));
  put_u16 (out + 10, (uint16_t) request->lifetime_s);
  return BT_NATPMP_REQUEST_MAX;
}

bool
bt_natpmp_parse (const uint8_t *data, size_t len, BtNatpmpReply *out)
{
  BtCursor c = { data, data + len, false };
  BtNatpmpReply r = { 0 };
  unsigned version = bt_cursor_u8 (&c);
  unsigned op = bt_cursor_u8 (&c);

  r.result = bt_cursor_u16 (&c);
  if (c.bad || version != VERSION || op < REPLY_BIT || op > REPLY_BIT + BT_NATPMP_TCP)
    return false;
  r.op = (BtNatpmpOp) (op - REPLY_BIT);
  if (r.result == BT_NATPMP_OK)
    {
      (void) bt_cursor_u32 (&c); /* how long the router runs */
      if (r.op == BT_NATPMP_ADDRESS)
        {
          const uint8_t *address = bt_cursor_take (&c, sizeof r.address);

          if (address != NULL)
            memcpy (r.address, address, sizeof r.address);
        }
      else
        {
          r.internal = bt_cursor_u16 (&c);
          r.external = bt_cursor_u16 (&c);
          r.lifetime_s = bt_cursor_u32 (&c);
        }
    }
  if (c.bad)
    return false;
  *out = r;
  return true;
}
