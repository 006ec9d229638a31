/* bt-connection-id.c: SipHash-2-4 over the address and a slot of time.
 *
 * The two lowest bits of an id are those of the slot that it was made in, 16 are its tag, and the
 * other 46 the hash. Whoever knows neither key has 2^61 guesses before him; who has found out the
 * tag's, which is good for a slot, 2^45. */
#include "protocol/tracker/bt-connection-id.h"

#include "protocol/core/bt-cursor.h"
#include "protocol/tracker/bt-writer-private.h"

/* An id is good in the slot that it was made in and in so many after it. One that was made at the
 * very end of its slot has those alone: together they are the two minutes. */
#define SLOT_US (BT_CONNECTION_ID_MS * UINT64_C (1000) / BT_CONNECTION_ID_SLOTS)

#define SLOT_MASK UINT64_C (3)
_Static_assert(BT_CONNECTION_ID_SLOTS == SLOT_MASK, "two bits tell the slots apart");
_Static_assert(BT_CONNECTION_TAG_SLOTS == SLOT_MASK + 1, "of all of them");

#define TAG_SHIFT 16u
#define TAG_MASK (UINT64_C (0xffff) << TAG_SHIFT)

/* Slot, address, port and family: of different lengths by family. */
#define MESSAGE_LEN (8 + 16 + 4)

void
bt_connection_ids_init (BtConnectionIds *self, const uint8_t secret[BT_SIPHASH_KEY_LEN],
                        bool with_port)
{
  *self = (BtConnectionIds){ .key = bt_siphash_key (secret), .with_port = with_port };
}

void
bt_connection_ids_accept (BtConnectionIds *self, const uint8_t secret[BT_SIPHASH_KEY_LEN])
{
  self->former = bt_siphash_key (secret);
  self->has_former = true;
}

/* --- tags --- */

static BtConnectionTagKey
key_of_slot (const BtSipKey *key, uint64_t slot)
{
  uint8_t message[8];
  BtWriter w = bt_writer (message, sizeof message);
  uint64_t hash;

  bt_writer_u64 (&w, slot);
  hash = bt_siphash (key, message, sizeof message);
  return (BtConnectionTagKey){ (uint32_t) hash, (uint32_t) (hash >> 32) | 1 };
}

static uint32_t
word_at (const uint8_t *bytes)
{
  BtCursor c = { bytes, bytes + 4, false };

  return bt_cursor_u32 (&c);
}

uint32_t
bt_connection_tag (const BtConnectionTagKey *key, const BtEndpoint *from)
{
  uint32_t x = word_at (from->addr);

  for (size_t at = 4; from->family != BT_FAMILY_V4 && at < sizeof from->addr; at += 4)
    x = x * key->multiply + word_at (from->addr + at);
  x = (x ^ key->add) * key->multiply;
  x ^= x >> BT_CONNECTION_TAG_FOLD_1;
  x *= BT_CONNECTION_TAG_MULTIPLY;
  x ^= x >> BT_CONNECTION_TAG_FOLD_2;
  return x >> 16;
}

BtConnectionTagKey
bt_connection_tag_key (const BtConnectionIds *self, uint32_t low, uint64_t now_us)
{
  uint64_t next = now_us / SLOT_US + 1;

  return key_of_slot (&self->key, next - ((next - low) & SLOT_MASK));
}

uint64_t
bt_connection_slot_end_us (uint64_t now_us)
{
  return (now_us / SLOT_US + 1) * SLOT_US;
}

/* --- ids --- */

static uint64_t
slot_id (const BtSipKey *key, bool with_port, const BtEndpoint *from, uint64_t slot)
{
  BtConnectionTagKey tag_key = key_of_slot (key, slot);
  uint64_t tag = bt_connection_tag (&tag_key, from);
  uint8_t message[MESSAGE_LEN];
  BtWriter w = bt_writer (message, sizeof message);

  bt_writer_u64 (&w, slot);
  if (from->family == BT_FAMILY_V4)
    bt_writer_bytes (&w, from->addr, 4);
  else
    bt_writer_bytes (&w, from->addr, sizeof from->addr);
  bt_writer_u16 (&w, with_port ? from->port : 0);
  bt_writer_u16 (&w, from->family);
  return (bt_siphash (key, message, bt_writer_len (&w)) & ~(SLOT_MASK | TAG_MASK))
         | tag << TAG_SHIFT | (slot & SLOT_MASK);
}

uint64_t
bt_connection_id_make (const BtConnectionIds *self, const BtEndpoint *from, uint64_t now_us)
{
  return slot_id (&self->key, self->with_port, from, now_us / SLOT_US);
}

bool
bt_connection_id_check (const BtConnectionIds *self, const BtEndpoint *from, uint64_t id,
                        uint64_t now_us)
{
  uint64_t slot = now_us / SLOT_US;
  uint64_t age = (slot - id) & SLOT_MASK;

  /* One comparison of whole words each: there is no prefix of an id to be found by timing. */
  if (age > slot)
    return false;
  if (slot_id (&self->key, self->with_port, from, slot - age) == id)
    return true;
  return self->has_former && slot_id (&self->former, self->with_port, from, slot - age) == id;
}
