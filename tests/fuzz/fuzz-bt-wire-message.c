/* fuzz-bt-wire-message.c: one message, or a few, given whole and byte by byte: the same events come
 * out, and each keeps to the rules of the torrent's size.
 *
 * The first byte chooses the extensions and whether the size is known. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-wire.h"
#include "tests/fuzz/fuzz-target.h"

/* What a run has come to: a sum of all that was seen. */
typedef struct
{
  uint64_t sum;
  uint64_t events;
  BtWireError error;
} Outcome;

static void
mix (Outcome *outcome, uint64_t value)
{
  outcome->sum = (outcome->sum ^ value) * UINT64_C (0x100000001b3);
}

static void
mix_bytes (Outcome *outcome, const uint8_t *bytes, size_t len)
{
  for (size_t i = 0; i < len; i++)
    mix (outcome, bytes[i]);
}

static void
check_event (const BtWire *wire, const BtWireEvent *event)
{
  const BtWireGeometry *geometry = &wire->config.geometry;

  if (event->type == BT_WIRE_BITFIELD && geometry->n_pieces > 0)
    bt_assert (event->len == bt_bitfield_wire_len (geometry->n_pieces));
  if (event->hashes != NULL && event->type == BT_WIRE_HASHES)
    bt_assert (event->hashes->hashes == event->bytes + BT_HASH_REQUEST_LEN);
  if (event->length > 0)
    {
      bt_assert (event->index < geometry->n_pieces && event->length <= BT_LIMIT_REQUEST);
      bt_assert ((uint64_t) event->begin + event->length <= geometry->piece_length);
    }
  bt_assert ((event->type == BT_WIRE_ENDED) == (event->error != BT_WIRE_OK));
}

static void
pull_events (BtWire *wire, Outcome *outcome)
{
  BtWireEvent event;

  while (bt_wire_next_event (wire, &event))
    {
      check_event (wire, &event);
      outcome->events++;
      mix (outcome, event.type);
      mix (outcome, event.index);
      mix (outcome, event.begin);
      mix (outcome, event.length);
      mix (outcome, event.port);
      mix (outcome, event.extended_id);
      mix_bytes (outcome, event.bytes, event.len);
      outcome->error = event.error;
    }
}

static void
feed (BtWire *wire, const uint8_t *bytes, size_t len, Outcome *outcome)
{
  for (size_t at = 0, used; at < len; at += used)
    {
      size_t want;

      if (bt_wire_want (wire, &want))
        {
          used = MIN (want, len - at);
          mix_bytes (outcome, bytes + at, used);
          bt_wire_took (wire, used, 0);
        }
      else
        used = bt_wire_input (wire, bytes + at, len - at, 0);
      pull_events (wire, outcome);
      if (used == 0)
        break;
    }
}

static Outcome
run (uint8_t mode, const uint8_t *bytes, size_t len, size_t part)
{
  const BtWireConfig config = { .geometry = { (mode & 4) != 0 ? 13 : 0, 0x8000, 0x1000 },
                                .fast = (mode & 1) != 0,
                                .extended = (mode & 2) != 0,
                                .v2 = (mode & 8) != 0 };
  Outcome outcome = { 0 };
  BtWire wire;

  bt_wire_init (&wire, &config, 0);
  bt_wire_send_unchoke (&wire);
  for (size_t at = 0; at < len; at += part)
    feed (&wire, bytes + at, MIN (part, len - at), &outcome);
  pull_events (&wire, &outcome);
  bt_assert (bt_outbox_bytes (&wire.out) <= BT_LIMIT_OUTBOX);
  bt_assert (outcome.error == wire.error);
  bt_wire_clear (&wire);
  return outcome;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  Outcome whole;

  if (len < 2)
    return 0;
  whole = run (data[0], data + 1, len - 1, len - 1);
  for (size_t part = 1; part < 40; part = part * 2 + 1)
    {
      Outcome parts = run (data[0], data + 1, len - 1, part);

      bt_assert (parts.sum == whole.sum && parts.events == whole.events);
    }
  return 0;
}
