/* bt-wire-format-private.h: the numbers of the wire: the ids of messages, and how numbers are
 * written. */
#pragma once

#include <stdint.h>

/* The ids of messages (BEP 3, 5, 6, 10, 52). */
typedef enum
{
  BT_WIRE_ID_CHOKE = 0,
  BT_WIRE_ID_UNCHOKE = 1,
  BT_WIRE_ID_INTERESTED = 2,
  BT_WIRE_ID_NOT_INTERESTED = 3,
  BT_WIRE_ID_HAVE = 4,
  BT_WIRE_ID_BITFIELD = 5,
  BT_WIRE_ID_REQUEST = 6,
  BT_WIRE_ID_PIECE = 7,
  BT_WIRE_ID_CANCEL = 8,
  BT_WIRE_ID_PORT = 9,
  BT_WIRE_ID_SUGGEST = 13,
  BT_WIRE_ID_HAVE_ALL = 14,
  BT_WIRE_ID_HAVE_NONE = 15,
  BT_WIRE_ID_REJECT = 16,
  BT_WIRE_ID_ALLOWED_FAST = 17,
  BT_WIRE_ID_EXTENDED = 20,
  BT_WIRE_ID_HASH_REQUEST = 21,
  BT_WIRE_ID_HASHES = 22,
  BT_WIRE_ID_HASH_REJECT = 23,
  BT_WIRE_N_IDS = 24
} BtWireId;

#define BT_WIRE_PREFIX_LEN 4 /* a message's length, which counts what follows */

/* Writes four bytes and returns where the next go. */
static inline uint8_t *
bt_wire_write_u32 (uint8_t *out, uint32_t value)
{
  for (int shift = 24; shift >= 0; shift -= 8)
    *out++ = (uint8_t) (value >> shift);
  return out;
}
