/* bt-endpoint.c: endpoints as values, their compact form and their ranges; the text is in
 * bt-endpoint-text.c. */
#include "protocol/core/bt-endpoint.h"

#include <string.h>

static const uint8_t mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

BtEndpoint
bt_endpoint_v4 (const uint8_t addr[4], uint16_t port)
{
  BtEndpoint self = { .port = port, .family = BT_FAMILY_V4 };

  memcpy (self.addr, addr, 4);
  return self;
}

BtEndpoint
bt_endpoint_v6 (const uint8_t addr[16], uint16_t port)
{
  BtEndpoint self = { .port = port, .family = BT_FAMILY_V6 };

  if (memcmp (addr, mapped_prefix, sizeof mapped_prefix) == 0)
    return bt_endpoint_v4 (addr + 12, port);
  memcpy (self.addr, addr, 16);
  return self;
}

static uint16_t
read_port (const uint8_t *bytes)
{
  return (uint16_t) (bytes[0] << 8 | bytes[1]);
}

BtEndpoint
bt_endpoint_read_compact_v4 (const uint8_t bytes[BT_COMPACT_V4_LEN])
{
  return bt_endpoint_v4 (bytes, read_port (bytes + 4));
}

BtEndpoint
bt_endpoint_read_compact_v6 (const uint8_t bytes[BT_COMPACT_V6_LEN])
{
  return bt_endpoint_v6 (bytes, read_port (bytes + 16));
}

size_t
bt_endpoint_write_compact (const BtEndpoint *self, uint8_t out[BT_COMPACT_V6_LEN])
{
  size_t len = bt_endpoint_addr_len (self);

  if (len == 0)
    return 0;
  memcpy (out, self->addr, len);
  out[len] = (uint8_t) (self->port >> 8);
  out[len + 1] = (uint8_t) self->port;
  return len + 2;
}

size_t
bt_endpoint_addr_len (const BtEndpoint *self)
{
  if (self->family == BT_FAMILY_NONE)
    return 0;
  return self->family == BT_FAMILY_V4 ? 4 : 16;
}

/* A block of addresses; the first of a table that holds the address decides. */
typedef struct
{
  uint8_t prefix[16];
  uint8_t bits;
  BtRange range;
} Block;

static const Block blocks_v4[] = {
  { { 0, 0, 0, 0 }, 32, BT_RANGE_UNSPECIFIED },
  { { 255, 255, 255, 255 }, 32, BT_RANGE_BROADCAST },
  { { 127 }, 8, BT_RANGE_LOOPBACK },
  { { 10 }, 8, BT_RANGE_PRIVATE },
  { { 172, 16 }, 12, BT_RANGE_PRIVATE },
  { { 192, 168 }, 16, BT_RANGE_PRIVATE },
  { { 100, 64 }, 10, BT_RANGE_PRIVATE },
  { { 169, 254 }, 16, BT_RANGE_LINK_LOCAL },
  { { 224 }, 4, BT_RANGE_MULTICAST },
  { { 192, 0, 2 }, 24, BT_RANGE_DOCUMENTATION },
  { { 198, 51, 100 }, 24, BT_RANGE_DOCUMENTATION },
  { { 203, 0, 113 }, 24, BT_RANGE_DOCUMENTATION },
  { { 0 }, 8, BT_RANGE_RESERVED },            /* "this network" */
  { { 192, 0, 0 }, 24, BT_RANGE_RESERVED },   /* protocol assignments */
  { { 192, 88, 99 }, 24, BT_RANGE_RESERVED }, /* the retired 6to4 relays */
  { { 198, 18 }, 15, BT_RANGE_RESERVED },     /* benchmarks */
  { { 240 }, 4, BT_RANGE_RESERVED },
  { { 0 }, 0, BT_RANGE_GLOBAL },
};

static const Block blocks_v6[] = {
  { { 0 }, 128, BT_RANGE_UNSPECIFIED },
  { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 128, BT_RANGE_LOOPBACK },
  { { 0xfc }, 7, BT_RANGE_PRIVATE },
  { { 0xfe, 0x80 }, 10, BT_RANGE_LINK_LOCAL },
  { { 0xff }, 8, BT_RANGE_MULTICAST },
  { { 0x20, 0x01, 0x0d, 0xb8 }, 32, BT_RANGE_DOCUMENTATION },
  { { 0x3f, 0xff, 0x00 }, 20, BT_RANGE_DOCUMENTATION },
  { { 0x20, 0x01, 0x00, 0x02, 0x00, 0x00 }, 48, BT_RANGE_RESERVED }, /* benchmarks */
  { { 0x20, 0x01, 0x00, 0x10 }, 28, BT_RANGE_RESERVED },             /* ORCHID */
  { { 0x20, 0x01, 0x00, 0x20 }, 28, BT_RANGE_RESERVED },             /* ORCHIDv2 */
  { { 0x20 }, 3, BT_RANGE_GLOBAL },
  { { 0 }, 0, BT_RANGE_RESERVED },
};

static bool
block_holds (const Block *block, const uint8_t *addr)
{
  size_t whole = block->bits / 8;
  uint8_t mask = (uint8_t) (0xff00 >> block->bits % 8);

  if (memcmp (block->prefix, addr, whole) != 0)
    return false;
  return mask == 0 || ((block->prefix[whole] ^ addr[whole]) & mask) == 0;
}

/* The last block of each table holds every address. */
static BtRange
find_range (const Block *block, const uint8_t *addr)
{
  while (!block_holds (block, addr))
    block++;
  return block->range;
}

BtRange
bt_endpoint_range (const BtEndpoint *self)
{
  static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

  if (self->family == BT_FAMILY_NONE)
    return BT_RANGE_RESERVED;
  if (self->family == BT_FAMILY_V4)
    return find_range (blocks_v4, self->addr);
  if (memcmp (self->addr, nat64, sizeof nat64) == 0)
    return find_range (blocks_v4, self->addr + 12);
  if (self->addr[0] == 0x20 && self->addr[1] == 0x02)
    return find_range (blocks_v4, self->addr + 2);
  return find_range (blocks_v6, self->addr);
}

bool
bt_endpoint_same_address (const BtEndpoint *a, const BtEndpoint *b)
{
  return a->family == b->family && memcmp (a->addr, b->addr, sizeof a->addr) == 0;
}

int
bt_endpoint_compare (const BtEndpoint *a, const BtEndpoint *b)
{
  int order;

  if (a->family != b->family)
    return a->family < b->family ? -1 : 1;
  order = memcmp (a->addr, b->addr, sizeof a->addr);
  return order != 0 ? order : (int) a->port - (int) b->port;
}

gboolean
bt_endpoint_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (BtEndpoint)) == 0;
}

guint
bt_endpoint_hash (gconstpointer endpoint)
{
  const BtEndpoint *self = endpoint;
  uint64_t halves[2];
  uint64_t hash = (uint64_t) self->family << 16 | self->port;

  memcpy (halves, self->addr, sizeof halves);
  hash = (hash ^ halves[0]) * UINT64_C (0x9e3779b97f4a7c15);
  hash = (hash ^ hash >> 32 ^ halves[1]) * UINT64_C (0x9e3779b97f4a7c15);
  return (guint) (hash >> 32);
}
