/* bt-wire.c: the life of a connection: settings, events, time and end. */
#include "protocol/peer/bt-wire.h"

#include "protocol/core/bt-assert.h"
#include "protocol/peer/bt-wire-private.h"

#define US_PER_MS UINT64_C (1000)

/* All that is kept of what has come and is not a whole message yet: here, and at the caller's. */
_Static_assert(BT_LIMIT_WIRE_MESSAGE + BT_BLOCK_LEN <= BT_LIMIT_PEER_RECEIVE_BUFFER,
               "what is kept of a peer is within its limit");

static void
check_geometry (const BtWireGeometry *geometry)
{
  bt_assert (geometry->n_pieces <= BT_LIMIT_PIECES);
  bt_assert (geometry->piece_length <= BT_LIMIT_PIECE_LENGTH);
  bt_assert (geometry->n_pieces == 0
             || (geometry->last_length > 0 && geometry->last_length <= geometry->piece_length));
}

void
bt_wire_init (BtWire *self, const BtWireConfig *config, uint64_t now_us)
{
  check_geometry (&config->geometry);
  *self = (BtWire){ .config = *config, .output_us = now_us };
  self->flags = (BtWireFlags){ .am_choking = true, .peer_choking = true };
  self->in.last_us = now_us;
  bt_token_bucket_init (&self->chatter, NULL, BT_LIMIT_CHATTER_PER_SECOND, BT_LIMIT_CHATTER,
                        now_us);
  bt_buffer_init (&self->in.body, BT_LIMIT_WIRE_MESSAGE);
  bt_outbox_init (&self->out);
}

void
bt_wire_clear (BtWire *self)
{
  bt_buffer_clear (&self->in.body);
  bt_outbox_clear (&self->out);
}

void
bt_wire_set_geometry (BtWire *self, const BtWireGeometry *geometry)
{
  bt_assert (self->config.geometry.n_pieces == 0 && geometry->n_pieces > 0);
  check_geometry (geometry);
  self->config.geometry = *geometry;
}

void
bt_wire_end (BtWire *self, BtWireError error)
{
  if (!bt_wire_has_ended (self))
    self->error = error;
}

void
bt_wire_note_chatter (BtWire *self)
{
  if (bt_token_bucket_take (&self->chatter, 1, self->in.last_us) == 0)
    bt_wire_end (self, BT_WIRE_ERROR_CHATTER);
}

static bool
next_done (BtWire *self, BtWireEvent *out)
{
  BtOutBlock block;

  if (!bt_outbox_next_done (&self->out, &block))
    return false;
  *out = (BtWireEvent){ .type = BT_WIRE_PIECE_SENT,
                        .index = block.index,
                        .begin = block.begin,
                        .length = block.length,
                        .cookie = block.cookie };
  return true;
}

bool
bt_wire_next_event (BtWire *self, BtWireEvent *out)
{
  if (self->in.has_event)
    {
      *out = self->in.event;
      self->in.has_event = false;
      return true;
    }
  if (next_done (self, out))
    return true;
  if (!bt_wire_has_ended (self) || self->end_told)
    return false;
  self->end_told = true;
  *out = (BtWireEvent){ .type = BT_WIRE_ENDED, .error = self->error };
  return true;
}

static uint64_t
idle_us (const BtWire *self)
{
  return self->in.last_us + BT_LIMIT_IDLE_PEER_MS * US_PER_MS;
}

static uint64_t
keep_alive_us (const BtWire *self)
{
  return self->output_us + BT_LIMIT_KEEP_ALIVE_MS * US_PER_MS;
}

/* A keep-alive is a length of 0. What waits already says as much as soon as it goes. */
static void
send_keep_alive (BtWire *self)
{
  uint8_t *at;

  if (self->out.queued > 0)
    return;
  at = bt_outbox_extend (&self->out, BT_WIRE_PREFIX_LEN, BT_LIMIT_OUTBOX);
  (void) bt_wire_write_u32 (at, 0); /* nothing follows */
}

void
bt_wire_tick (BtWire *self, uint64_t now_us)
{
  if (bt_wire_has_ended (self))
    return;
  if (now_us >= idle_us (self))
    {
      bt_wire_end (self, BT_WIRE_ERROR_IDLE);
      return;
    }
  if (now_us >= keep_alive_us (self))
    {
      send_keep_alive (self);
      self->output_us = now_us;
    }
}

uint64_t
bt_wire_deadline (const BtWire *self)
{
  return bt_wire_has_ended (self) ? UINT64_MAX : MIN (idle_us (self), keep_alive_us (self));
}

void
bt_wire_speak_v2 (BtWire *self)
{
  self->config.v2 = true;
}

void
bt_wire_touch (BtWire *self, uint64_t now_us)
{
  self->in.last_us = now_us;
}
