/* fuzz-bt-endpoint.c: an endpoint that is read is written in a form that reads back the same, as
 * text and in compact form; hosts and ports stay inside the input. */
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-endpoint.h"
#include "protocol/core/bt-host-port.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_endpoint (const BtEndpoint *endpoint)
{
  char text[BT_ENDPOINT_TEXT];
  char twice[BT_ENDPOINT_TEXT];
  uint8_t bytes[BT_COMPACT_V6_LEN];
  BtEndpoint again = { 0 };
  size_t len = bt_endpoint_write (endpoint, text);

  bt_assert (len == strlen (text));
  bt_assert (bt_endpoint_parse (text, len, &again) && bt_endpoint_equal (endpoint, &again));
  bt_assert (bt_endpoint_write (&again, twice) == len && strcmp (text, twice) == 0);
  len = bt_endpoint_write_compact (endpoint, bytes);
  bt_assert (len == bt_endpoint_addr_len (endpoint) + 2);
  again = len == BT_COMPACT_V4_LEN ? bt_endpoint_read_compact_v4 (bytes)
                                   : bt_endpoint_read_compact_v6 (bytes);
  bt_assert (bt_endpoint_equal (endpoint, &again));
  bt_assert (bt_endpoint_range (endpoint) != 0);
}

static void
check_host_port (const char *text, size_t len)
{
  BtHostPort out;
  BtHostPort again;

  if (!bt_host_port_parse (text, len, &out))
    return;
  bt_assert (out.host >= text && out.host + out.host_len < text + len && out.port != 0);
  bt_assert (bt_host_port_set (out.host, out.host_len, out.port, &again));
  bt_assert (bt_endpoint_equal (&out.endpoint, &again.endpoint));
  if (out.endpoint.family != BT_FAMILY_NONE)
    check_endpoint (&out.endpoint);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  const char *text = (const char *) data;
  BtEndpoint endpoint;

  if (bt_endpoint_parse (text, len, &endpoint))
    check_endpoint (&endpoint);
  if (bt_endpoint_parse_address (text, len, &endpoint))
    check_endpoint (&endpoint);
  if (len == BT_COMPACT_V6_LEN)
    {
      endpoint = bt_endpoint_read_compact_v6 (data);
      check_endpoint (&endpoint);
    }
  check_host_port (text, len);
  return 0;
}
