/* fuzz-bt-extension.c: a handshake that was read is written and read again, and is the same; what
 * is kept of it can be shown and has ids that differ. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-utf8.h"
#include "protocol/peer/bt-extension.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_same (const BtExtensionHandshake *a, const BtExtensionHandshake *b)
{
  bt_assert (a->fields == b->fields && a->named == b->named);
  bt_assert (memcmp (a->ids, b->ids, sizeof a->ids) == 0);
  bt_assert (a->upload_only == b->upload_only && a->port == b->port && a->reqq == b->reqq);
  bt_assert (a->metadata_size == b->metadata_size && a->client_len == b->client_len);
  bt_assert (a->client_len == 0 || memcmp (a->client, b->client, a->client_len) == 0);
  bt_assert (bt_endpoint_equal (&a->yourip, &b->yourip));
  bt_assert (bt_endpoint_equal (&a->ipv4, &b->ipv4));
  bt_assert (bt_endpoint_equal (&a->ipv6, &b->ipv6));
}

static void
check_peer (const BtExtensionHandshake *shake)
{
  BtExtensionPeer peer = { 0 };
  size_t len;

  bt_extension_peer_update (&peer, shake);
  len = strnlen (peer.client, sizeof peer.client);
  bt_assert (len < sizeof peer.client && bt_utf8_valid ((const uint8_t *) peer.client, len));
  for (size_t i = 0; i < len; i++)
    bt_assert ((uint8_t) peer.client[i] >= ' ');
  for (int i = 0; i < BT_EXTENSION_COUNT; i++)
    for (int j = 0; j < i; j++)
      bt_assert (peer.ids[i] == 0 || peer.ids[i] != peer.ids[j]);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_auto (BtBuffer) out = { 0 };
  BtExtensionHandshake first;
  BtExtensionHandshake second;
  BtError why = { 0 };

  if (!bt_extension_parse (data, len, &first, &why))
    {
      bt_assert (why.code != BT_OK);
      return 0;
    }
  bt_buffer_init (&out, len + 1000);
  bt_extension_write (&first, &out);
  bt_assert (!out.full && bt_extension_parse (out.data, out.len, &second, NULL));
  check_same (&first, &second);
  check_peer (&first);
  return 0;
}
