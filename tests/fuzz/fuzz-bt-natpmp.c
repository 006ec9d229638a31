/* fuzz-bt-natpmp.c: a reply that is read is one that says what it says; requests are no replies. */
#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/gateway/bt-natpmp.h"
#include "tests/fuzz/fuzz-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtNatpmpReply reply;
  uint8_t out[BT_NATPMP_REQUEST_MAX];
  size_t n;

  if (!bt_natpmp_parse (data, len, &reply))
    return 0;
  bt_assert (len >= 4 && data[0] == 0 && reply.op <= BT_NATPMP_TCP);
  n = bt_natpmp_write (&(BtNatpmpRequest){ .op = reply.op, .internal = reply.internal }, out);
  bt_assert (!bt_natpmp_parse (out, n, &reply));
  return 0;
}
