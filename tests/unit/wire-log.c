/* wire-log.c: reads as a driver does, and prints events by their names. */
#include "tests/unit/wire-log.h"

#include <string.h>

#include "protocol/core/bt-hex.h"

static const char *const names[] = {
  [BT_WIRE_CHOKE] = "choke",
  [BT_WIRE_UNCHOKE] = "unchoke",
  [BT_WIRE_INTERESTED] = "interested",
  [BT_WIRE_NOT_INTERESTED] = "not-interested",
  [BT_WIRE_HAVE] = "have",
  [BT_WIRE_BITFIELD] = "bitfield",
  [BT_WIRE_HAVE_ALL] = "have-all",
  [BT_WIRE_HAVE_NONE] = "have-none",
  [BT_WIRE_REQUEST] = "request",
  [BT_WIRE_CANCEL] = "cancel",
  [BT_WIRE_REJECT] = "reject",
  [BT_WIRE_SUGGEST] = "suggest",
  [BT_WIRE_ALLOWED_FAST] = "allowed-fast",
  [BT_WIRE_PORT] = "port",
  [BT_WIRE_EXTENDED] = "extended",
  [BT_WIRE_HASH_REQUEST] = "hash-request",
  [BT_WIRE_HASHES] = "hashes",
  [BT_WIRE_HASH_REJECT] = "hash-reject",
  [BT_WIRE_PIECE_BEGIN] = "piece",
  [BT_WIRE_PIECE_END] = "piece-end",
  [BT_WIRE_PIECE_SENT] = "sent",
  [BT_WIRE_ENDED] = "ended",
};

static void
append_hex (GString *log, const uint8_t *bytes, size_t len)
{
  for (size_t i = 0; i < len; i++)
    g_string_append_printf (log, "%02x", bytes[i]);
}

static void
append_event (GString *log, const BtWireEvent *event)
{
  g_string_append (log, names[event->type]);
  switch (event->type)
    {
    case BT_WIRE_HAVE:
    case BT_WIRE_SUGGEST:
    case BT_WIRE_ALLOWED_FAST:
      g_string_append_printf (log, " %u", event->index);
      break;
    case BT_WIRE_REQUEST:
    case BT_WIRE_CANCEL:
    case BT_WIRE_REJECT:
    case BT_WIRE_PIECE_BEGIN:
    case BT_WIRE_PIECE_END:
      g_string_append_printf (log, " %u %u %u", event->index, event->begin, event->length);
      break;
    case BT_WIRE_PIECE_SENT:
      g_string_append_printf (log, " %u %u %u of %u", event->index, event->begin, event->length,
                              (unsigned) event->cookie);
      break;
    case BT_WIRE_PORT:
      g_string_append_printf (log, " %u", event->port);
      break;
    case BT_WIRE_HASH_REQUEST:
    case BT_WIRE_HASHES:
    case BT_WIRE_HASH_REJECT:
      g_string_append_printf (log, " %u %u %u %u", event->hashes->request.base,
                              event->hashes->request.index, event->hashes->request.length,
                              event->hashes->request.proof);
      if (event->type == BT_WIRE_HASHES)
        g_string_append_printf (
            log, " of %u", (unsigned) (event->hashes->request.length + event->hashes->n_uncles));
      break;
    case BT_WIRE_EXTENDED:
      g_string_append_printf (log, " %u ", event->extended_id);
      append_hex (log, event->bytes, event->len);
      break;
    case BT_WIRE_BITFIELD:
      g_string_append_c (log, ' ');
      append_hex (log, event->bytes, event->len);
      break;
    case BT_WIRE_ENDED:
      g_string_append_printf (log, " %s", bt_wire_error_name (event->error));
      break;
    default:
      break;
    }
  g_string_append (log, "; ");
}

void
wire_log_events (BtWire *wire, GString *log)
{
  BtWireEvent event;

  while (bt_wire_next_event (wire, &event))
    append_event (log, &event);
}

size_t
wire_log_input (BtWire *wire, const uint8_t *bytes, size_t len, uint64_t now_us, GString *log)
{
  g_autofree uint8_t *copy = g_memdup2 (bytes, len);
  size_t at = 0;

  wire_log_events (wire, log);
  while (at < len)
    {
      size_t want;
      size_t used;

      if (bt_wire_want (wire, &want))
        {
          used = MIN (want, len - at);
          append_hex (log, copy + at, used);
          bt_wire_took (wire, used, now_us);
          if (used == want)
            g_string_append (log, "; ");
        }
      else
        used = bt_wire_input (wire, copy + at, len - at, now_us);
      at += used;
      wire_log_events (wire, log);
      if (used == 0)
        break;
    }
  return at;
}

void
wire_log_parts (BtWire *wire, const uint8_t *bytes, size_t len, size_t part, GString *log)
{
  for (size_t at = 0; at < len; at += part)
    if (wire_log_input (wire, bytes + at, MIN (part, len - at), 0, log) < MIN (part, len - at))
      break;
}

GByteArray *
wire_log_bytes (const char *hex)
{
  GByteArray *out = g_byte_array_new ();

  for (; *hex != '\0'; hex++)
    if (*hex != ' ')
      {
        uint8_t byte;

        g_assert_true (bt_hex_parse (hex, 2, &byte, 1));
        g_byte_array_append (out, &byte, 1);
        hex++;
      }
  return out;
}

char *
wire_log_output (BtWire *wire, size_t step)
{
  g_autoptr (GString) log = g_string_new (NULL);
  BtSegment segment;

  while (bt_wire_next_output (wire, &segment))
    {
      size_t n = MIN (step, segment.len);

      if (segment.kind == BT_SEGMENT_BYTES)
        append_hex (log, segment.bytes, n);
      for (size_t i = 0; segment.kind == BT_SEGMENT_BLOCK && i < n; i++)
        g_string_append_printf (log, "%02x", (unsigned) (segment.cookie & 0xff));
      bt_wire_sent (wire, n, 0);
    }
  return g_string_free (g_steal_pointer (&log), FALSE);
}
