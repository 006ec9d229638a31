/* bt-wire-private.h: what the parts of the wire share: bt-wire.c keeps state and time,
 * bt-wire-input.c reads and asks bt-wire-message.c, bt-wire-send.c writes. */
#pragma once

#include "protocol/core/bt-cursor.h"
#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-wire-format-private.h"
#include "protocol/peer/bt-wire.h"

/* A message whose fixed beginning is there; @len bytes of it follow that are not. */
typedef void (*BtWireHandler) (BtWire *self, BtCursor *fixed, uint32_t len);

typedef struct
{
  BtWireHandler handle;
  uint8_t fixed; /* bytes behind the id that are wanted at once */
  bool open;     /* more may follow */
  bool fast;     /* of BEP 6 */
} BtWireKind;

/* NULL for an id that is skipped. */
const BtWireKind *bt_wire_kind (const BtWire *self, uint8_t id);

static inline bool
bt_wire_has_ended (const BtWire *self)
{
  return self->error != BT_WIRE_OK;
}

/* Ends the connection; the first reason stays. */
void bt_wire_end (BtWire *self, BtWireError error);

/* Appends a message of @n numbers of four bytes; a full outbox ends the connection. */
void bt_wire_send_numbers (BtWire *self, BtWireId id, const uint32_t *numbers, size_t n);

/* The bytes of a piece. */
static inline uint32_t
bt_wire_piece_size (const BtWireGeometry *geometry, uint32_t index)
{
  return index + 1 == geometry->n_pieces ? geometry->last_length : geometry->piece_length;
}
