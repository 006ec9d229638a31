/* bt-allowed-fast.c: hashes of hashes, cut into indices (BEP 6). */
#include "protocol/peer/bt-allowed-fast.h"

#include <stdbool.h>
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-cursor.h"

#define NETWORK_LEN 3 /* bytes of the address that count: one set for a /24 */

static bool
contains (const uint32_t *set, size_t n, uint32_t index)
{
  for (size_t i = 0; i < n; i++)
    if (set[i] == index)
      return true;
  return false;
}

size_t
bt_allowed_fast (const BtDigestOps *ops, const uint8_t info_hash[BT_SHA1_LEN],
                 const BtEndpoint *peer, uint32_t n_pieces, size_t k,
                 uint32_t out[BT_LIMIT_ALLOWED_FAST])
{
  uint8_t x[4 + BT_SHA1_LEN] = { 0 };
  BtDigestMessage message = { .data = x, .len = sizeof x, .out = x };
  size_t n = 0;

  bt_assert (k <= BT_LIMIT_ALLOWED_FAST);
  if (peer->family != BT_FAMILY_V4)
    return 0;
  if (n_pieces <= k)
    {
      for (; n < n_pieces; n++)
        out[n] = (uint32_t) n;
      return n;
    }

  memcpy (x, peer->addr, NETWORK_LEN);
  memcpy (x + 4, info_hash, BT_SHA1_LEN);
  while (n < k)
    {
      BtCursor c = { x, x + BT_SHA1_LEN, false };

      ops->hash (BT_SHA1, &message, 1);
      message.len = BT_SHA1_LEN;
      while (n < k && bt_cursor_left (&c) > 0)
        {
          uint32_t index = bt_cursor_u32 (&c) % n_pieces;

          if (!contains (out, n, index))
            out[n++] = index;
        }
    }
  return n;
}
