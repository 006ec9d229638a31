/* bt-wire-message.c: what each message means, checked by the rules of BEP 3, 6, 10 and 52.
 */
#include "protocol/peer/bt-wire.h"

#include "protocol/peer/bt-wire-private.h"

static BtWireEvent *
emit (BtWire *self, BtWireEventType type)
{
  self->in.event = (BtWireEvent){ .type = type };
  self->in.has_event = true;
  return &self->in.event;
}

static void
set_flag (BtWire *self, bool *flag, bool value, BtWireEventType type)
{
  bt_wire_note_chatter (self); /* a change of mind costs us more than it does the peer */
  if (*flag == value)
    {
      self->counts.redundant++;
      return;
    }
  *flag = value;
  (void) emit (self, type); /* nothing to fill in */
}

static void
on_choke (BtWire *self, BtCursor *fixed, uint32_t len)
{
  set_flag (self, &self->flags.peer_choking, true, BT_WIRE_CHOKE);
}

static void
on_unchoke (BtWire *self, BtCursor *fixed, uint32_t len)
{
  set_flag (self, &self->flags.peer_choking, false, BT_WIRE_UNCHOKE);
}

static void
on_interested (BtWire *self, BtCursor *fixed, uint32_t len)
{
  set_flag (self, &self->flags.peer_interested, true, BT_WIRE_INTERESTED);
}

static void
on_not_interested (BtWire *self, BtCursor *fixed, uint32_t len)
{
  set_flag (self, &self->flags.peer_interested, false, BT_WIRE_NOT_INTERESTED);
}

static void
emit_index (BtWire *self, BtWireEventType type, uint32_t index)
{
  uint32_t n_pieces = self->config.geometry.n_pieces;

  if (index >= (n_pieces > 0 ? n_pieces : BT_LIMIT_PIECES))
    bt_wire_end (self, BT_WIRE_ERROR_INDEX);
  else
    emit (self, type)->index = index;
}

static void
on_have (BtWire *self, BtCursor *fixed, uint32_t len)
{
  emit_index (self, BT_WIRE_HAVE, bt_cursor_u32 (fixed));
}

static void
on_suggest (BtWire *self, BtCursor *fixed, uint32_t len)
{
  bt_wire_note_chatter (self);
  emit_index (self, BT_WIRE_SUGGEST, bt_cursor_u32 (fixed));
}

static void
on_allowed_fast (BtWire *self, BtCursor *fixed, uint32_t len)
{
  bt_wire_note_chatter (self);
  emit_index (self, BT_WIRE_ALLOWED_FAST, bt_cursor_u32 (fixed));
}

static void
on_port (BtWire *self, BtCursor *fixed, uint32_t len)
{
  bt_wire_note_chatter (self);
  emit (self, BT_WIRE_PORT)->port = bt_cursor_u16 (fixed);
}

/* Have all and have none may follow nothing but messages that say nothing of pieces:
 * clients send their extended handshake and port before it. */
static bool
is_first (BtWire *self)
{
  if (self->in.had_message)
    bt_wire_end (self, BT_WIRE_ERROR_BITFIELD_LATE);
  return !self->in.had_message;
}

static void
on_have_all (BtWire *self, BtCursor *fixed, uint32_t len)
{
  if (is_first (self))
    (void) emit (self, BT_WIRE_HAVE_ALL); /* nothing to fill in */
}

static void
on_have_none (BtWire *self, BtCursor *fixed, uint32_t len)
{
  if (is_first (self))
    (void) emit (self, BT_WIRE_HAVE_NONE); /* nothing to fill in */
}

/* Makes the event of a message of @len more bytes and waits for those. */
static void
begin_body (BtWire *self, BtWireEvent event, uint32_t len)
{
  self->in.event = event;
  self->in.state = BT_WIRE_IN_BODY;
  self->in.left = len;
}

static void
on_bitfield (BtWire *self, BtCursor *fixed, uint32_t len)
{
  uint32_t n_pieces = self->config.geometry.n_pieces;

  bt_wire_note_chatter (self);
  /* Not only as the first message: aria2 sends one in the place of many haves. */
  if (n_pieces > 0 ? len != bt_bitfield_wire_len (n_pieces)
                   : len == 0 || len > bt_bitfield_wire_len (BT_LIMIT_PIECES))
    bt_wire_end (self, BT_WIRE_ERROR_BITFIELD_LENGTH);
  else
    begin_body (self, (BtWireEvent){ .type = BT_WIRE_BITFIELD }, len);
}

static void
on_extended (BtWire *self, BtCursor *fixed, uint32_t len)
{
  uint8_t id = bt_cursor_u8 (fixed);

  if (id == 0)
    bt_wire_note_chatter (self);
  if (id == 0 && len > BT_LIMIT_EXTENDED_HANDSHAKE)
    bt_wire_end (self, BT_WIRE_ERROR_TOO_LONG);
  else
    begin_body (self, (BtWireEvent){ .type = BT_WIRE_EXTENDED, .extended_id = id }, len);
}

/* Their numbers are looked at when they are whole. */
static void
begin_hashes (BtWire *self, BtWireEventType type, uint32_t len, bool fits)
{
  if (fits)
    begin_body (self, (BtWireEvent){ .type = type }, len);
  else
    bt_wire_end (self, BT_WIRE_ERROR_WRONG_LENGTH);
}

static void
on_hash_request (BtWire *self, BtCursor *fixed, uint32_t len)
{
  begin_hashes (self, BT_WIRE_HASH_REQUEST, len, len == BT_HASH_REQUEST_LEN);
}

static void
on_hashes (BtWire *self, BtCursor *fixed, uint32_t len)
{
  begin_hashes (self, BT_WIRE_HASHES, len, len > BT_HASH_REQUEST_LEN);
}

static void
on_hash_reject (BtWire *self, BtCursor *fixed, uint32_t len)
{
  begin_hashes (self, BT_WIRE_HASH_REJECT, len, len == BT_HASH_REQUEST_LEN);
}

typedef struct
{
  uint32_t index;
  uint32_t begin;
  uint32_t length;
} Range;

/* Whether a range of bytes lies in one piece of the torrent. */
static bool
check_range (BtWire *self, const Range *range, BtWireError bad_length, BtWireError bad_range)
{
  const BtWireGeometry *geometry = &self->config.geometry;
  BtWireError error = BT_WIRE_OK;

  if (geometry->n_pieces == 0)
    error = BT_WIRE_ERROR_NO_PIECES;
  else if (range->length == 0 || range->length > BT_LIMIT_REQUEST)
    error = bad_length;
  else if (range->index >= geometry->n_pieces)
    error = BT_WIRE_ERROR_INDEX;
  else if ((uint64_t) range->begin + range->length > bt_wire_piece_size (geometry, range->index))
    error = bad_range;
  bt_wire_end (self, error);
  return error == BT_WIRE_OK;
}

static void
emit_range (BtWire *self, BtWireEventType type, const Range *range)
{
  BtWireEvent *event = emit (self, type);

  event->index = range->index;
  event->begin = range->begin;
  event->length = range->length;
}

/* Reads the three numbers of a request, cancel or reject. */
static bool
read_range (BtWire *self, BtCursor *fixed, Range *out)
{
  out->index = bt_cursor_u32 (fixed);
  out->begin = bt_cursor_u32 (fixed);
  out->length = bt_cursor_u32 (fixed);
  return check_range (self, out, BT_WIRE_ERROR_REQUEST_LENGTH, BT_WIRE_ERROR_REQUEST_RANGE);
}

/* Over the queue's limit a request is refused, and a peer that does not stop is at its end. */
static void
refuse (BtWire *self, const Range *range)
{
  const uint32_t numbers[] = { range->index, range->begin, range->length };

  self->counts.refused++;
  if (++self->refused_run > BT_LIMIT_REJECTS)
    bt_wire_end (self, BT_WIRE_ERROR_TOO_MANY_REQUESTS);
  else if (self->config.fast)
    bt_wire_send_numbers (self, BT_WIRE_ID_REJECT, numbers, 3);
}

static void
on_request (BtWire *self, BtCursor *fixed, uint32_t len)
{
  Range range;

  if (!read_range (self, fixed, &range))
    return;
  if (self->flags.am_choking && !self->config.fast)
    self->counts.dropped++; /* our choke and the request have crossed */
  else if (self->requests >= BT_LIMIT_REQUESTS_QUEUED)
    refuse (self, &range);
  else
    {
      self->requests++;
      self->refused_run = 0;
      emit_range (self, BT_WIRE_REQUEST, &range);
    }
}

static void
on_cancel (BtWire *self, BtCursor *fixed, uint32_t len)
{
  Range range;

  if (read_range (self, fixed, &range))
    emit_range (self, BT_WIRE_CANCEL, &range);
}

static void
on_reject (BtWire *self, BtCursor *fixed, uint32_t len)
{
  Range range;

  if (read_range (self, fixed, &range))
    emit_range (self, BT_WIRE_REJECT, &range);
}

static void
on_piece (BtWire *self, BtCursor *fixed, uint32_t len)
{
  uint32_t index = bt_cursor_u32 (fixed);
  Range range = { index, bt_cursor_u32 (fixed), len };

  if (!check_range (self, &range, BT_WIRE_ERROR_BLOCK_LENGTH, BT_WIRE_ERROR_BLOCK_RANGE))
    return;
  emit_range (self, BT_WIRE_PIECE_BEGIN, &range);
  self->in.state = BT_WIRE_IN_PAYLOAD;
  self->in.left = len;
}

static const BtWireKind kinds[BT_WIRE_N_IDS] = {
  [BT_WIRE_ID_CHOKE] = { on_choke, 0, false, false },
  [BT_WIRE_ID_UNCHOKE] = { on_unchoke, 0, false, false },
  [BT_WIRE_ID_INTERESTED] = { on_interested, 0, false, false },
  [BT_WIRE_ID_NOT_INTERESTED] = { on_not_interested, 0, false, false },
  [BT_WIRE_ID_HAVE] = { on_have, 4, false, false },
  [BT_WIRE_ID_BITFIELD] = { on_bitfield, 0, true, false },
  [BT_WIRE_ID_REQUEST] = { on_request, 12, false, false },
  [BT_WIRE_ID_PIECE] = { on_piece, 8, true, false },
  [BT_WIRE_ID_CANCEL] = { on_cancel, 12, false, false },
  [BT_WIRE_ID_PORT] = { on_port, 2, false, false },
  [BT_WIRE_ID_SUGGEST] = { on_suggest, 4, false, true },
  [BT_WIRE_ID_HAVE_ALL] = { on_have_all, 0, false, true },
  [BT_WIRE_ID_HAVE_NONE] = { on_have_none, 0, false, true },
  [BT_WIRE_ID_REJECT] = { on_reject, 12, false, true },
  [BT_WIRE_ID_ALLOWED_FAST] = { on_allowed_fast, 4, false, true },
  [BT_WIRE_ID_EXTENDED] = { on_extended, 1, true, false },
  [BT_WIRE_ID_HASH_REQUEST] = { on_hash_request, 0, true, false },
  [BT_WIRE_ID_HASHES] = { on_hashes, 0, true, false },
  [BT_WIRE_ID_HASH_REJECT] = { on_hash_reject, 0, true, false },
};

/* NULL for an id that is skipped. */
const BtWireKind *
bt_wire_kind (const BtWire *self, uint8_t id)
{
  if (id >= BT_WIRE_N_IDS || kinds[id].handle == NULL)
    return NULL;
  if (id == BT_WIRE_ID_EXTENDED && !self->config.extended)
    return NULL;
  if (id >= BT_WIRE_ID_HASH_REQUEST && !self->config.v2)
    return NULL;
  return &kinds[id];
}
