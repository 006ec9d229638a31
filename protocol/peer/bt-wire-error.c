/* bt-wire-error.c: the names of the reasons. */
#include "protocol/peer/bt-wire-error.h"

#include <stddef.h>

#include "protocol/core/bt-assert.h"

static const char *const names[BT_WIRE_ERROR_COUNT] = {
  [BT_WIRE_OK] = "ok",
  [BT_WIRE_ERROR_PROTOCOL] = "protocol",
  [BT_WIRE_ERROR_HANDSHAKE_TIMEOUT] = "handshake-timeout",
  [BT_WIRE_ERROR_TOO_LONG] = "too-long",
  [BT_WIRE_ERROR_WRONG_LENGTH] = "wrong-length",
  [BT_WIRE_ERROR_NO_PIECES] = "no-pieces",
  [BT_WIRE_ERROR_INDEX] = "index",
  [BT_WIRE_ERROR_REQUEST_LENGTH] = "request-length",
  [BT_WIRE_ERROR_REQUEST_RANGE] = "request-range",
  [BT_WIRE_ERROR_BLOCK_LENGTH] = "block-length",
  [BT_WIRE_ERROR_BLOCK_RANGE] = "block-range",
  [BT_WIRE_ERROR_BITFIELD_LATE] = "bitfield-late",
  [BT_WIRE_ERROR_BITFIELD_LENGTH] = "bitfield-length",
  [BT_WIRE_ERROR_BITFIELD_SPARE] = "bitfield-spare",
  [BT_WIRE_ERROR_FAST_DISABLED] = "fast-disabled",
  [BT_WIRE_ERROR_HASHES] = "hashes",
  [BT_WIRE_ERROR_TOO_MANY_REQUESTS] = "too-many-requests",
  [BT_WIRE_ERROR_CHATTER] = "chatter",
  [BT_WIRE_ERROR_IDLE] = "idle",
  [BT_WIRE_ERROR_OUTBOX_FULL] = "outbox-full",
};

const char *
bt_wire_error_name (BtWireError error)
{
  bt_assert (error < BT_WIRE_ERROR_COUNT && names[error] != NULL);
  return names[error];
}
