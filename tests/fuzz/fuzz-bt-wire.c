/* fuzz-bt-wire.c: a whole connection under a stranger: bytes, what we do, and the clock, all from
 * the input, in both roles.
 *
 * The first byte sets the connection up. Then each step is a byte of choice and what it needs. What
 * must hold: memory and queues stay within their limits, every cookie comes back exactly once, the
 * deadline is never behind once tick was called, and what we send, another wire takes. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-cursor.h"
#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-wire.h"
#include "tests/fuzz/fuzz-target.h"

#define MAX_STEPS 4096
#define N_PIECES 13

typedef struct
{
  BtWire wire;  /* the one under test */
  BtWire other; /* reads what it sends */
  BtCursor in;
  uint64_t now_us;
  uint64_t cookies;      /* given */
  uint64_t cookies_back; /* told or taken */
  bool discards;
} Fuzz;

static const BtWireGeometry geometry = { N_PIECES, 0x8000, 0x1000 };

/* A range that lies in the torrent. */
typedef struct
{
  uint32_t index;
  uint32_t begin;
  uint32_t length;
} Range;

static Range
choose_range (Fuzz *fuzz)
{
  uint8_t byte = bt_cursor_u8 (&fuzz->in);
  Range range = { byte % N_PIECES, (byte >> 4) * 16u, 1u + byte % 7u };

  return range;
}

static bool
is_sized (const Fuzz *fuzz)
{
  return fuzz->wire.config.geometry.n_pieces > 0;
}

static void
on_event (Fuzz *fuzz, const BtWireEvent *event)
{
  BtWire *wire = &fuzz->wire;

  if (event->type == BT_WIRE_PIECE_SENT)
    fuzz->cookies_back++;
  if (event->type == BT_WIRE_REQUEST)
    {
      if (event->length % 2 == 0 || !bt_wire_can_queue_piece (wire))
        bt_wire_reject (wire, event->index, event->begin, event->length);
      else if (bt_wire_send_piece (wire, event->index, event->begin, event->length, fuzz->cookies))
        fuzz->cookies++;
    }
  if (event->type == BT_WIRE_CANCEL)
    {
      uint64_t cookie;

      if (bt_wire_cancel_piece (wire, event->index, event->begin, event->length, &cookie))
        fuzz->cookies_back++;
    }
  if (event->type == BT_WIRE_PIECE_BEGIN && fuzz->discards)
    bt_wire_discard (wire);
}

static void
pull_events (Fuzz *fuzz)
{
  BtWireEvent event;

  while (bt_wire_next_event (&fuzz->wire, &event))
    on_event (fuzz, &event);
}

static void
read_bytes (Fuzz *fuzz, size_t len)
{
  const uint8_t *bytes;

  len = MIN (len, bt_cursor_left (&fuzz->in));
  bytes = bt_cursor_take (&fuzz->in, len);
  for (size_t at = 0, used; at < len; at += used)
    {
      size_t want;

      if (bt_wire_want (&fuzz->wire, &want))
        bt_wire_took (&fuzz->wire, used = MIN (want, len - at), fuzz->now_us);
      else
        used = bt_wire_input (&fuzz->wire, bytes + at, len - at, fuzz->now_us);
      pull_events (fuzz);
      if (used == 0)
        break;
    }
}

/* What we send keeps the rules: the other end takes all of it. */
static void
deliver (Fuzz *fuzz, const uint8_t *bytes, size_t len)
{
  for (size_t at = 0; at < len;)
    {
      BtWireEvent event;
      size_t want;

      if (bt_wire_want (&fuzz->other, &want))
        {
          bt_wire_took (&fuzz->other, MIN (want, len - at), fuzz->now_us);
          at += MIN (want, len - at);
        }
      else
        at += bt_wire_input (&fuzz->other, bytes + at, len - at, fuzz->now_us);
      while (bt_wire_next_event (&fuzz->other, &event))
        if (event.type == BT_WIRE_REQUEST)
          bt_wire_reject (&fuzz->other, event.index, event.begin, event.length);
      bt_assert (fuzz->other.error == BT_WIRE_OK);
    }
  bt_wire_sent (&fuzz->other, fuzz->other.out.queued, fuzz->now_us);
}

static void
write_bytes (Fuzz *fuzz, size_t len)
{
  static const uint8_t data[256];
  BtSegment segment;

  while (len > 0 && bt_wire_next_output (&fuzz->wire, &segment))
    {
      size_t n = MIN (len, MIN (segment.len, sizeof data));

      deliver (fuzz, segment.kind == BT_SEGMENT_BYTES ? segment.bytes : data, n);
      bt_wire_sent (&fuzz->wire, n, fuzz->now_us);
      len -= n;
    }
  pull_events (fuzz);
}

static void
pass_time (Fuzz *fuzz)
{
  fuzz->now_us += (uint64_t) bt_cursor_u8 (&fuzz->in) * 500000;
  bt_wire_tick (&fuzz->wire, fuzz->now_us);
  bt_assert (bt_wire_deadline (&fuzz->wire) > fuzz->now_us);
  pull_events (fuzz);
}

static void
send_flag (Fuzz *fuzz)
{
  switch (bt_cursor_u8 (&fuzz->in) % 4)
    {
    case 0:
      bt_wire_send_choke (&fuzz->wire);
      break;
    case 1:
      bt_wire_send_unchoke (&fuzz->wire);
      break;
    case 2:
      bt_wire_send_interested (&fuzz->wire);
      break;
    default:
      bt_wire_send_not_interested (&fuzz->wire);
      break;
    }
}

static void
send_ranged (Fuzz *fuzz)
{
  uint8_t choice = bt_cursor_u8 (&fuzz->in);
  Range range = choose_range (fuzz);

  if (!is_sized (fuzz))
    return;
  switch (choice % 5)
    {
    case 0:
      /* counted by the wire as it is sent, or held back while the peer chokes */
      (void) bt_wire_send_request (&fuzz->wire, range.index, range.begin, range.length);
      break;
    case 1:
      bt_wire_send_cancel (&fuzz->wire, range.index, range.begin, range.length);
      break;
    case 2:
      bt_wire_send_have (&fuzz->wire, range.index);
      break;
    case 3:
      fuzz->cookies += bt_wire_send_piece (&fuzz->wire, range.index, range.begin, range.length, 7);
      break;
    default:
      bt_wire_reject (&fuzz->wire, range.index, range.begin, range.length);
      break;
    }
}

static void
send_extra (Fuzz *fuzz)
{
  static const uint8_t data[1000];
  uint8_t choice = bt_cursor_u8 (&fuzz->in);

  if (choice % 4 == 0)
    bt_wire_send_port (&fuzz->wire, choice);
  else if (choice % 4 == 1 && fuzz->wire.config.fast && is_sized (fuzz))
    bt_wire_send_suggest (&fuzz->wire, choice % N_PIECES);
  else if (choice % 4 == 2 && fuzz->wire.config.fast && is_sized (fuzz))
    bt_wire_send_allowed_fast (&fuzz->wire, choice % N_PIECES);
  else if (fuzz->wire.config.extended)
    {
      bool fits = bt_wire_can_queue (&fuzz->wire, choice + sizeof data);
      bool sent = bt_wire_send_extended (&fuzz->wire, choice, data, choice, data, sizeof data);

      bt_assert (fits == sent);
    }
}

static void
take_back (Fuzz *fuzz)
{
  BtOutBlock block;

  if (bt_wire_steal_piece (&fuzz->wire, &block))
    fuzz->cookies_back++;
}

static void
step (Fuzz *fuzz)
{
  uint8_t choice = bt_cursor_u8 (&fuzz->in);

  switch (choice % 8)
    {
    case 0:
    case 1:
      read_bytes (fuzz, (size_t) choice / 8 + 1);
      break;
    case 2:
      write_bytes (fuzz, (size_t) choice * 4);
      break;
    case 3:
      pass_time (fuzz);
      break;
    case 4:
      send_flag (fuzz);
      break;
    case 5:
      send_ranged (fuzz);
      break;
    case 6:
      send_extra (fuzz);
      break;
    default:
      take_back (fuzz);
      break;
    }
}

static void
check_limits (const Fuzz *fuzz)
{
  const BtWire *wire = &fuzz->wire;

  bt_assert (wire->requests <= BT_LIMIT_REQUESTS_QUEUED);
  bt_assert (bt_outbox_bytes (&wire->out) <= BT_LIMIT_OUTBOX);
  bt_assert (bt_outbox_blocks (&wire->out) <= BT_LIMIT_OUTBOX_BLOCKS);
  bt_assert (wire->in.body.len <= BT_LIMIT_WIRE_MESSAGE);
  bt_assert (fuzz->cookies - fuzz->cookies_back == bt_outbox_blocks (&wire->out));
}

static void
begin (Fuzz *fuzz)
{
  uint8_t mode = bt_cursor_u8 (&fuzz->in);
  BtWireConfig config = { .fast = (mode & 1) != 0, .extended = (mode & 2) != 0 };
  BtWireConfig other = { geometry, config.fast, config.extended };
  BtBitfield have;

  if ((mode & 4) == 0)
    config.geometry = geometry;
  fuzz->discards = (mode & 8) != 0;
  bt_wire_init (&fuzz->wire, &config, 0);
  bt_wire_init (&fuzz->other, &other, 0);
  bt_wire_send_unchoke (&fuzz->other);
  bt_bitfield_init (&have, N_PIECES);
  bt_bitfield_set_range (&have, 0, mode % (N_PIECES + 1));
  bt_assert (bt_wire_send_bitfield (&fuzz->wire, (mode & 4) == 0 ? &have : NULL));
  bt_bitfield_clear (&have);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  Fuzz fuzz = { .in = { data, data + len, false } };
  BtOutBlock block;

  if (len == 0)
    return 0;
  begin (&fuzz);
  for (size_t i = 0; i < MAX_STEPS && bt_cursor_left (&fuzz.in) > 0; i++)
    {
      step (&fuzz);
      check_limits (&fuzz);
    }
  if (fuzz.wire.config.geometry.n_pieces == 0)
    bt_wire_set_geometry (&fuzz.wire, &geometry);
  fuzz.now_us += UINT64_C (1000000000);
  bt_wire_tick (&fuzz.wire, fuzz.now_us);
  pull_events (&fuzz);
  while (bt_wire_drain_piece (&fuzz.wire, &block))
    fuzz.cookies_back++;
  bt_assert (bt_outbox_blocks (&fuzz.wire.out) == 0);
  check_limits (&fuzz);
  bt_wire_clear (&fuzz.wire);
  bt_wire_clear (&fuzz.other);
  return 0;
}
