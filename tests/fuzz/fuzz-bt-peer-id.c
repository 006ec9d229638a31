/* fuzz-bt-peer-id.c: whatever an id is, its text is printable, bounded and made of its parts. */
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/peer/bt-peer-id.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_text (const char *text, size_t size)
{
  size_t len = strnlen (text, size);

  bt_assert (len < size);
  for (size_t i = 0; i < len; i++)
    bt_assert (text[i] >= ' ' && text[i] < 0x7f);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtPeerClient client;
  char text[BT_PEER_ID_TEXT];
  bool known;

  if (len < BT_PEER_ID_LEN)
    return 0;
  data += len - BT_PEER_ID_LEN; /* so that the id ends where the allocation does */
  known = bt_peer_id_client (data, &client);
  check_text (client.name, sizeof client.name);
  check_text (client.version, sizeof client.version);
  bt_assert (known == (client.name[0] != '\0'));
  bt_assert (known || client.version[0] == '\0');
  bt_assert (bt_peer_id_write (data, text) == strnlen (text, sizeof text));
  check_text (text, sizeof text);
  return 0;
}
