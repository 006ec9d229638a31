/* fuzz-bt-proxy-header.c: any bytes as a PROXY header: cut anywhere they wait for more. */
#include "protocol/core/bt-assert.h"
#include "protocol/tracker/bt-proxy-header.h"
#include "tests/fuzz/fuzz-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtEndpoint source = { 0 };
  size_t used = 0;
  BtProxyResult result = bt_proxy_header_read (data, len, &source, &used);

  if (result == BT_PROXY_WHOLE)
    {
      bt_assert (used > 0 && used <= len && used <= BT_PROXY_HEADER_MAX);
      for (size_t cut = 0; cut < used; cut++)
        {
          size_t more = 0;

          bt_assert (bt_proxy_header_read (data, cut, &source, &more) == BT_PROXY_MORE);
          bt_assert (more > 0 && more <= used - cut);
        }
    }
  else
    bt_assert ((used > 0) == (result == BT_PROXY_MORE) && source.family == BT_FAMILY_NONE);
  bt_assert (len < BT_PROXY_HEADER_MAX || result != BT_PROXY_MORE);
  return 0;
}
