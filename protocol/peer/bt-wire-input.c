/* bt-wire-input.c: cutting bytes into messages; bt-wire-message.c knows what they mean.
 *
 * A message's first bytes decide about it: up to 17 of them are seen together, in the input if they
 * lie there, else collected. What follows is shown whole, skipped, or left to the caller to place.
 */
#include "protocol/peer/bt-wire.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-cursor.h"
#include "protocol/peer/bt-wire-private.h"

#define KEEP_LEN (64 * BT_KIB) /* a body's buffer above this gives its memory back */

/* Input rests: there is an event to pull, data to place, or an end. */
static bool
is_blocked (const BtWire *self)
{
  return self->in.has_event || self->in.state == BT_WIRE_IN_PAYLOAD || bt_wire_has_ended (self);
}

static uint32_t
read_length (const uint8_t *head)
{
  BtCursor c = { head, head + BT_WIRE_PREFIX_LEN, false };

  return bt_cursor_u32 (&c);
}

/* How many bytes of a message are needed to decide about it, as far as @len bytes tell. */
static size_t
head_need (const BtWire *self, const uint8_t *head, size_t len)
{
  const BtWireKind *kind;
  uint32_t length;

  if (len < BT_WIRE_PREFIX_LEN)
    return BT_WIRE_PREFIX_LEN;
  length = read_length (head);
  if (length == 0 || length > BT_LIMIT_WIRE_MESSAGE)
    return BT_WIRE_PREFIX_LEN;
  if (len == BT_WIRE_PREFIX_LEN)
    return BT_WIRE_PREFIX_LEN + 1;
  kind = bt_wire_kind (self, head[BT_WIRE_PREFIX_LEN]);
  if (kind == NULL || length <= kind->fixed)
    return BT_WIRE_PREFIX_LEN + 1;
  return BT_WIRE_PREFIX_LEN + 1 + kind->fixed;
}

static void
begin_skip (BtWire *self, size_t len)
{
  self->in.state = len > 0 ? BT_WIRE_IN_SKIP : BT_WIRE_IN_HEAD;
  self->in.left = len;
}

/* Whether the message counts as one that a bitfield may not follow. */
static bool
speaks (uint8_t id)
{
  return id != BT_WIRE_ID_EXTENDED && id != BT_WIRE_ID_PORT;
}

static void
handle_message (BtWire *self, const BtWireKind *kind, const uint8_t *head, uint32_t length)
{
  const uint8_t *fixed = head + BT_WIRE_PREFIX_LEN + 1;
  BtCursor c = { fixed, fixed + kind->fixed, false };
  uint32_t rest = length - 1 - kind->fixed;

  if (kind->fast && !self->config.fast)
    bt_wire_end (self, BT_WIRE_ERROR_FAST_DISABLED);
  else if (length <= kind->fixed || (rest > 0 && !kind->open))
    bt_wire_end (self, BT_WIRE_ERROR_WRONG_LENGTH);
  else
    {
      kind->handle (self, &c, rest);
      if (speaks (head[BT_WIRE_PREFIX_LEN]))
        self->in.had_message = true;
    }
}

/* The head is as long as was needed. */
static void
handle_head (BtWire *self, const uint8_t *head)
{
  uint32_t length = read_length (head);
  const BtWireKind *kind;

  if (length == 0)
    {
      bt_wire_note_chatter (self);
      return;
    }
  if (length > BT_LIMIT_WIRE_MESSAGE)
    {
      bt_wire_end (self, BT_WIRE_ERROR_TOO_LONG);
      return;
    }
  kind = bt_wire_kind (self, head[BT_WIRE_PREFIX_LEN]);
  if (kind == NULL)
    {
      self->counts.unknown++;
      bt_wire_note_chatter (self);
      begin_skip (self, length - 1);
      return;
    }
  handle_message (self, kind, head, length);
}

static size_t
input_head (BtWire *self, const uint8_t *bytes, size_t len)
{
  BtWireIn *in = &self->in;
  size_t had = in->head_len;
  size_t seen = MIN (had + len, BT_WIRE_HEAD_LEN);
  const uint8_t *head = had > 0 ? in->head : bytes;
  size_t need;

  if (had > 0)
    memcpy (in->head + had, bytes, seen - had);
  need = head_need (self, head, seen);
  if (seen < need)
    {
      if (had == 0)
        memcpy (in->head, bytes, seen);
      in->head_len = seen;
      return seen - had;
    }
  in->head_len = 0;
  handle_head (self, head);
  return need - had;
}

/* The length is checked here, too: the torrent's size may have become known since it began. */
static BtWireError
check_bitfield (uint32_t n_pieces, const uint8_t *bytes, size_t len)
{
  if (n_pieces == 0)
    return BT_WIRE_OK;
  if (len != bt_bitfield_wire_len (n_pieces))
    return BT_WIRE_ERROR_BITFIELD_LENGTH;
  if (n_pieces % 8 != 0 && (bytes[len - 1] & (0xff >> n_pieces % 8)) != 0)
    return BT_WIRE_ERROR_BITFIELD_SPARE;
  return BT_WIRE_OK;
}

/* A body that speaks of hashes; others are none. */
static BtWireError
take_hashes (BtWireIn *in, const uint8_t *bytes, size_t len)
{
  BtWireEventType type = in->event.type;
  bool whole = type == BT_WIRE_HASHES;
  bool ok = true;

  if (whole)
    ok = bt_hashes_parse (bytes, len, &in->hashes);
  else if (type == BT_WIRE_HASH_REQUEST || type == BT_WIRE_HASH_REJECT)
    ok = bt_hash_request_parse (bytes, len, &in->hashes.request);
  in->event.hashes = &in->hashes;
  return ok ? BT_WIRE_OK : BT_WIRE_ERROR_HASHES;
}

static void
finish_body (BtWire *self, const uint8_t *bytes, size_t len)
{
  BtWireIn *in = &self->in;

  in->state = BT_WIRE_IN_HEAD;
  in->event.bytes = bytes;
  in->event.len = len;
  if (in->event.type == BT_WIRE_BITFIELD)
    bt_wire_end (self, check_bitfield (self->config.geometry.n_pieces, bytes, len));
  else
    bt_wire_end (self, take_hashes (in, bytes, len));
  in->has_event = !bt_wire_has_ended (self);
}

/* A body that lies in the input is lent from there; else it is collected. */
static size_t
input_body (BtWire *self, const uint8_t *bytes, size_t len)
{
  BtWireIn *in = &self->in;
  size_t n = MIN (len, in->left);

  if (n == in->left && in->body.len == 0)
    {
      finish_body (self, bytes, n);
      return n;
    }
  (void) bt_buffer_append (&in->body, bytes, n); /* no message is longer than its maximum */
  in->left -= n;
  if (in->left == 0)
    finish_body (self, in->body.data, in->body.len);
  return n;
}

static void
finish_piece (BtWire *self)
{
  self->in.state = BT_WIRE_IN_HEAD;
  self->in.discarded = false;
  self->in.event.type = BT_WIRE_PIECE_END; /* the rest is as it was at the beginning */
  self->in.has_event = true;
}

static size_t
input_skip (BtWire *self, size_t len)
{
  BtWireIn *in = &self->in;
  size_t n = MIN (len, in->left);

  in->left -= n;
  if (in->left == 0 && in->discarded)
    finish_piece (self);
  else if (in->left == 0)
    in->state = BT_WIRE_IN_HEAD;
  return n;
}

static size_t
input_some (BtWire *self, const uint8_t *bytes, size_t len)
{
  switch (self->in.state)
    {
    case BT_WIRE_IN_HEAD:
      return input_head (self, bytes, len);
    case BT_WIRE_IN_BODY:
      return input_body (self, bytes, len);
    case BT_WIRE_IN_SKIP:
      return input_skip (self, len);
    case BT_WIRE_IN_PAYLOAD:
      break;
    }
  return 0;
}

/* Forgets the body that was lent. */
static void
drop_body (BtWireIn *in)
{
  if (in->body.size > KEEP_LEN)
    bt_buffer_clear (&in->body);
  in->body.len = 0;
}

size_t
bt_wire_input (BtWire *self, const uint8_t *bytes, size_t len, uint64_t now_us)
{
  size_t used = 0;

  if (len == 0 || is_blocked (self))
    return 0;
  self->in.last_us = now_us;
  if (self->in.state == BT_WIRE_IN_HEAD && self->in.body.len > 0)
    drop_body (&self->in);
  while (used < len && !is_blocked (self))
    {
      used += input_some (self, bytes + used, len - used);
      if (self->in.state == BT_WIRE_IN_BODY && self->in.left == 0)
        finish_body (self, bytes, 0);
    }
  return used;
}

bool
bt_wire_want (const BtWire *self, size_t *len)
{
  if (self->in.state != BT_WIRE_IN_PAYLOAD || self->in.has_event || bt_wire_has_ended (self))
    return false;
  *len = self->in.left;
  return true;
}

void
bt_wire_took (BtWire *self, size_t len, uint64_t now_us)
{
  BtWireIn *in = &self->in;

  if (len == 0 || bt_wire_has_ended (self))
    return;
  bt_assert (in->state == BT_WIRE_IN_PAYLOAD && !in->has_event && len <= in->left);
  in->last_us = now_us;
  in->left -= len;
  if (in->left == 0)
    finish_piece (self);
}

void
bt_wire_discard (BtWire *self)
{
  bt_assert (self->in.state == BT_WIRE_IN_PAYLOAD && !self->in.has_event);
  self->in.state = BT_WIRE_IN_SKIP;
  self->in.discarded = true;
}
