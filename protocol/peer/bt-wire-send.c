/* bt-wire-send.c: writing messages into the outbox, by the same rules that we hold peers to. */
#include "protocol/peer/bt-wire.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/peer/bt-wire-private.h"

/* Room for a message of @len bytes behind its id; NULL when @limit is in the way, or the end. */
static uint8_t *
begin_message (BtWire *self, BtWireId id, size_t len, size_t limit)
{
  uint8_t *at;

  if (bt_wire_has_ended (self))
    return NULL;
  at = bt_outbox_extend (&self->out, BT_WIRE_PREFIX_LEN + 1 + len, limit);
  if (at == NULL)
    return NULL;
  at = bt_wire_write_u32 (at, (uint32_t) (1 + len));
  *at++ = (uint8_t) id;
  if (id != BT_WIRE_ID_EXTENDED && id != BT_WIRE_ID_PORT)
    self->sent_message = true;
  return at;
}

/* The same for one that has to go. */
static uint8_t *
begin_small (BtWire *self, BtWireId id, size_t len)
{
  uint8_t *at = begin_message (self, id, len, BT_LIMIT_OUTBOX);

  if (at == NULL)
    bt_wire_end (self, BT_WIRE_ERROR_OUTBOX_FULL);
  return at;
}

void
bt_wire_send_numbers (BtWire *self, BtWireId id, const uint32_t *numbers, size_t n)
{
  uint8_t *at = begin_small (self, id, 4 * n);

  for (size_t i = 0; at != NULL && i < n; i++)
    at = bt_wire_write_u32 (at, numbers[i]);
}

static void
send_flag (BtWire *self, bool *flag, bool value, BtWireId id)
{
  if (*flag == value)
    return;
  *flag = value;
  bt_wire_send_numbers (self, id, NULL, 0);
}

void
bt_wire_send_choke (BtWire *self)
{
  if (!self->flags.am_choking && !self->config.fast)
    self->requests = 0;
  send_flag (self, &self->flags.am_choking, true, BT_WIRE_ID_CHOKE);
}

void
bt_wire_send_unchoke (BtWire *self)
{
  send_flag (self, &self->flags.am_choking, false, BT_WIRE_ID_UNCHOKE);
}

void
bt_wire_send_interested (BtWire *self)
{
  send_flag (self, &self->flags.am_interested, true, BT_WIRE_ID_INTERESTED);
}

void
bt_wire_send_not_interested (BtWire *self)
{
  send_flag (self, &self->flags.am_interested, false, BT_WIRE_ID_NOT_INTERESTED);
}

static void
send_index (BtWire *self, BtWireId id, uint32_t index)
{
  bt_assert (index < self->config.geometry.n_pieces);
  bt_wire_send_numbers (self, id, &index, 1);
}

void
bt_wire_send_have (BtWire *self, uint32_t index)
{
  send_index (self, BT_WIRE_ID_HAVE, index);
}

void
bt_wire_send_suggest (BtWire *self, uint32_t index)
{
  bt_assert (self->config.fast);
  send_index (self, BT_WIRE_ID_SUGGEST, index);
}

void
bt_wire_send_allowed_fast (BtWire *self, uint32_t index)
{
  bt_assert (self->config.fast);
  send_index (self, BT_WIRE_ID_ALLOWED_FAST, index);
}

void
bt_wire_send_port (BtWire *self, uint16_t port)
{
  uint8_t *at = begin_small (self, BT_WIRE_ID_PORT, 2);

  if (at == NULL)
    return;
  at[0] = (uint8_t) (port >> 8);
  at[1] = (uint8_t) port;
}

/* What we ask for or answer lies in the torrent: peers' ranges were checked, ours are our own. */
static void
assert_range (const BtWire *self, uint32_t index, uint32_t begin, uint32_t length)
{
  const BtWireGeometry *geometry = &self->config.geometry;

  bt_assert (length > 0 && length <= BT_LIMIT_REQUEST && index < geometry->n_pieces);
  bt_assert ((uint64_t) begin + length <= bt_wire_piece_size (geometry, index));
}

static void
send_range (BtWire *self, BtWireId id, uint32_t index, uint32_t begin, uint32_t length)
{
  const uint32_t numbers[] = { index, begin, length };

  assert_range (self, index, begin, length);
  bt_wire_send_numbers (self, id, numbers, 3);
}

bool
bt_wire_send_request (BtWire *self, uint32_t index, uint32_t begin, uint32_t length)
{
  if (self->flags.peer_choking && !self->config.fast)
    return false;
  send_range (self, BT_WIRE_ID_REQUEST, index, begin, length);
  return !bt_wire_has_ended (self);
}

void
bt_wire_send_cancel (BtWire *self, uint32_t index, uint32_t begin, uint32_t length)
{
  send_range (self, BT_WIRE_ID_CANCEL, index, begin, length);
}

bool
bt_wire_send_bitfield (BtWire *self, const BtBitfield *have)
{
  bool none = have == NULL || bt_bitfield_is_none (have);
  size_t len;
  uint8_t *at;

  bt_assert (!self->sent_message);
  bt_assert (have == NULL || have->n_bits == self->config.geometry.n_pieces);
  if (none && !self->config.fast)
    return !bt_wire_has_ended (self);
  if (self->config.fast && (none || bt_bitfield_is_all (have)))
    {
      bt_wire_send_numbers (self, none ? BT_WIRE_ID_HAVE_NONE : BT_WIRE_ID_HAVE_ALL, NULL, 0);
      return !bt_wire_has_ended (self);
    }
  len = bt_bitfield_wire_len (have->n_bits);
  at = begin_message (self, BT_WIRE_ID_BITFIELD, len, BT_LIMIT_OUTBOX - BT_LIMIT_OUTBOX_RESERVE);
  if (at != NULL)
    bt_bitfield_write (have, at);
  return at != NULL;
}

bool
bt_wire_send_extended (BtWire *self, uint8_t extended_id, const void *head, size_t head_len,
                       const void *data, size_t data_len)
{
  uint8_t *at;

  bt_assert (self->config.extended);
  if (head_len > BT_LIMIT_OUTBOX || data_len > BT_LIMIT_OUTBOX)
    return false;
  at = begin_message (self, BT_WIRE_ID_EXTENDED, 1 + head_len + data_len,
                      BT_LIMIT_OUTBOX - BT_LIMIT_OUTBOX_RESERVE);
  if (at == NULL)
    return false;
  *at++ = extended_id;
  if (head_len > 0)
    memcpy (at, head, head_len);
  if (data_len > 0)
    memcpy (at + head_len, data, data_len);
  return true;
}

static void
send_hash_request (BtWire *self, BtWireId id, const BtHashRequest *request)
{
  uint8_t *at;

  bt_assert (self->config.v2);
  at = begin_small (self, id, BT_HASH_REQUEST_LEN);
  if (at != NULL)
    bt_hash_request_write (request, at);
}

void
bt_wire_send_hash_request (BtWire *self, const BtHashRequest *request)
{
  send_hash_request (self, BT_WIRE_ID_HASH_REQUEST, request);
}

void
bt_wire_reject_hashes (BtWire *self, const BtHashRequest *request)
{
  send_hash_request (self, BT_WIRE_ID_HASH_REJECT, request);
}

bool
bt_wire_send_hashes (BtWire *self, const BtHashRequest *request, const uint8_t *hashes)
{
  size_t len = (request->length + bt_hash_request_n_uncles (request)) * BT_SHA256_LEN;
  uint8_t *at = begin_message (self, BT_WIRE_ID_HASHES, BT_HASH_REQUEST_LEN + len,
                               BT_LIMIT_OUTBOX - BT_LIMIT_OUTBOX_RESERVE);

  bt_assert (self->config.v2);
  if (at == NULL)
    return false;
  bt_hash_request_write (request, at);
  memcpy (at + BT_HASH_REQUEST_LEN, hashes, len);
  return true;
}

/* One request of the peer has its answer. */
static void
answered (BtWire *self)
{
  if (self->requests > 0)
    self->requests--;
}

bool
bt_wire_send_piece (BtWire *self, uint32_t index, uint32_t begin, uint32_t length, uint64_t cookie)
{
  const BtOutBlock block = { .cookie = cookie, .index = index, .begin = begin, .length = length };

  assert_range (self, index, begin, length);
  if (bt_wire_has_ended (self) || !bt_outbox_add_block (&self->out, &block))
    return false;
  self->sent_message = true;
  answered (self);
  return true;
}

static void
send_reject (BtWire *self, uint32_t index, uint32_t begin, uint32_t length)
{
  if (self->config.fast)
    send_range (self, BT_WIRE_ID_REJECT, index, begin, length);
}

void
bt_wire_reject (BtWire *self, uint32_t index, uint32_t begin, uint32_t length)
{
  answered (self);
  send_reject (self, index, begin, length);
}

bool
bt_wire_cancel_piece (BtWire *self, uint32_t index, uint32_t begin, uint32_t length,
                      uint64_t *cookie)
{
  BtOutBlock block;

  if (!bt_outbox_remove_block (&self->out, index, begin, length, &block))
    return false;
  send_reject (self, index, begin, length);
  *cookie = block.cookie;
  return true;
}

bool
bt_wire_steal_piece (BtWire *self, BtOutBlock *out)
{
  if (!bt_outbox_steal_block (&self->out, false, out))
    return false;
  send_reject (self, out->index, out->begin, out->length);
  return true;
}

bool
bt_wire_drain_piece (BtWire *self, BtOutBlock *out)
{
  return bt_outbox_steal_block (&self->out, true, out);
}

bool
bt_wire_can_queue (const BtWire *self, size_t len)
{
  size_t limit = BT_LIMIT_OUTBOX - BT_LIMIT_OUTBOX_RESERVE;
  size_t waiting = bt_outbox_bytes (&self->out) + BT_WIRE_PREFIX_LEN + 2;

  return !bt_wire_has_ended (self) && waiting <= limit && len <= limit - waiting;
}

bool
bt_wire_can_queue_piece (const BtWire *self)
{
  return !bt_wire_has_ended (self) && bt_outbox_blocks (&self->out) < BT_LIMIT_OUTBOX_BLOCKS;
}

uint64_t
bt_wire_queued (const BtWire *self)
{
  return bt_wire_has_ended (self) ? 0 : self->out.queued;
}

size_t
bt_wire_ahead (const BtWire *self)
{
  return bt_wire_has_ended (self) ? 0 : bt_outbox_ahead (&self->out);
}

size_t
bt_wire_peek_output (const BtWire *self, BtSegment *out, size_t n)
{
  return bt_wire_has_ended (self) ? 0 : bt_outbox_peek (&self->out, out, n);
}

void
bt_wire_sent (BtWire *self, uint64_t len, uint64_t now_us)
{
  if (len == 0 || bt_wire_has_ended (self))
    return;
  bt_outbox_advance (&self->out, len);
  self->output_us = now_us;
}
