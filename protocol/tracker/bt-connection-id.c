/* bt-connection-id.c: SipHash-2-4 over the address and a slot of time. */
#include "protocol/tracker/bt-connection-id.h"

#include <string.h>

#include "protocol/tracker/bt-writer-private.h"

/* An id is good in the slot that it was made in and in so many after it. One that was made at the
 * very end of its slot has those alone: together they are the two minutes. */
#define SLOT_US (BT_CONNECTION_ID_MS * UINT64_C (1000) / BT_CONNECTION_ID_SLOTS)

/* Slot, address, port and family, padded to whole words of the hash. */
#define MESSAGE_LEN 32

void
bt_connection_ids_init (BtConnectionIds *self, const uint8_t secret[BT_SIPHASH_KEY_LEN],
                        bool with_port)
{
  *self = (BtConnectionIds){ .key = bt_siphash_key (secret), .with_port = with_port };
}

static uint64_t
slot_id (const BtConnectionIds *self, const BtEndpoint *from, uint64_t slot)
{
  uint8_t message[MESSAGE_LEN] = { 0 };
  BtWriter w = bt_writer (message, sizeof message);

  bt_writer_u64 (&w, slot);
  bt_writer_bytes (&w, from->addr, sizeof from->addr);
  bt_writer_u16 (&w, self->with_port ? from->port : 0);
  bt_writer_u16 (&w, from->family);
  return bt_siphash (&self->key, message, sizeof message);
}

uint64_t
bt_connection_id_make (const BtConnectionIds *self, const BtEndpoint *from, uint64_t now_us)
{
  return slot_id (self, from, now_us / SLOT_US);
}

bool
bt_connection_id_check (const BtConnectionIds *self, const BtEndpoint *from, uint64_t id,
                        uint64_t now_us)
{
  uint64_t slot = now_us / SLOT_US;

  /* One comparison of whole words each: there is no prefix of an id to be found by timing. */
  for (uint64_t age = 0; age <= MIN (slot, BT_CONNECTION_ID_SLOTS); age++)
    if ((slot_id (self, from, slot - age) ^ id) == 0)
      return true;
  return false;
}
