/* bt-peer-priority.c: masks, sorts and hashes two addresses (BEP 40). */
#include "protocol/core/bt-peer-priority.h"

#include <string.h>

#include "protocol/core/bt-crc32c.h"

static size_t
common_bytes (const uint8_t *a, const uint8_t *b, size_t len)
{
  size_t n = 0;

  while (n < len && a[n] == b[n])
    n++;
  return n;
}

/* Keeps the first @whole bytes and every other bit of the rest. */
static void
mask (uint8_t *out, const uint8_t *addr, size_t len, size_t whole)
{
  for (size_t i = 0; i < len; i++)
    out[i] = i < whole ? addr[i] : addr[i] & 0x55;
}

static uint32_t
ports_priority (uint16_t low, uint16_t high)
{
  const uint8_t bytes[4]
      = { (uint8_t) (low >> 8), (uint8_t) low, (uint8_t) (high >> 8), (uint8_t) high };

  return bt_crc32c (bytes, sizeof bytes);
}

uint32_t
bt_peer_priority (const BtEndpoint *own, const BtEndpoint *peer)
{
  size_t len = bt_endpoint_addr_len (own);
  bool own_first = bt_endpoint_compare (own, peer) <= 0;
  const BtEndpoint *low = own_first ? own : peer;
  const BtEndpoint *high = own_first ? peer : own;
  uint8_t bytes[32];
  size_t common;
  size_t whole;

  if (own->family != peer->family || len == 0)
    return 0;
  common = common_bytes (own->addr, peer->addr, len);
  if (common == len)
    return ports_priority (low->port, high->port);

  /* Two bytes of IPv4 and six of IPv6 count in full; of nearer peers, one more than they share. So
   * the first byte that differs is never masked, and masking keeps the order. */
  whole = len == 4 ? 2 : 6;
  if (common + 1 > whole)
    whole = common + 1;
  mask (bytes, low->addr, len, whole);
  mask (bytes + len, high->addr, len, whole);
  return bt_crc32c (bytes, 2 * len);
}
