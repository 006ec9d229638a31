/* fuzz-bt-handshake.c: an opening that comes in pieces and takes its time. The first byte of the
 * input is the length of a piece, the second how many tenths of a second pass before each. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-handshake.h"
#include "tests/fuzz/fuzz-target.h"

#define TENTH_US UINT64_C (100000)

static bool
is_over (const BtHandshakeReader *reader)
{
  return reader->state == BT_HANDSHAKE_WHOLE || reader->state == BT_HANDSHAKE_BAD;
}

/* Feeds one piece, which may stop once at the end of the hash; how much of it was taken. */
static size_t
feed (BtHandshakeReader *reader, const uint8_t *bytes, size_t len)
{
  size_t used = 0;

  while (used < len && !is_over (reader))
    {
      BtHandshakeState before = reader->state;
      size_t n = bt_handshake_reader_input (reader, bytes + used, len - used);

      bt_assert (n <= len - used && (n > 0 || is_over (reader)));
      bt_assert (reader->state >= before && reader->len <= BT_HANDSHAKE_LEN);
      used += n;
    }
  return used;
}

/* What was read, written and read again, says the same. */
static void
check_value (const BtHandshake *value)
{
  BtHandshakeReader reader;
  uint8_t bytes[BT_HANDSHAKE_LEN];

  bt_handshake_write (value, bytes);
  bt_handshake_reader_init (&reader, 0);
  bt_assert (feed (&reader, bytes, sizeof bytes) == sizeof bytes);
  bt_assert (reader.state == BT_HANDSHAKE_WHOLE && reader.value.features == value->features);
  bt_assert (memcmp (reader.value.info_hash, value->info_hash, BT_SHA1_LEN) == 0);
  bt_assert (memcmp (reader.value.peer_id, value->peer_id, BT_PEER_ID_LEN) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  BtHandshakeReader reader;
  BtHandshakeReader whole;
  uint64_t now_us = 0;
  size_t piece, used = 0;

  if (len < 2)
    return 0;
  piece = data[0] + (size_t) 1;
  bt_handshake_reader_init (&reader, now_us);
  bt_handshake_reader_init (&whole, now_us);
  for (size_t at = 2; at < len && !is_over (&reader); at += piece)
    {
      now_us += data[1] * TENTH_US;
      bt_handshake_reader_tick (&reader, now_us);
      if (!is_over (&reader))
        used += feed (&reader, data + at, MIN (piece, len - at));
    }
  bt_assert (used <= BT_HANDSHAKE_LEN && memcmp (reader.bytes, data + 2, reader.len) == 0);
  bt_assert ((bt_handshake_reader_deadline (&reader) == UINT64_MAX) == is_over (&reader));
  bt_assert (now_us <= BT_LIMIT_HANDSHAKE_MS * UINT64_C (1000) || is_over (&reader));
  (void) feed (&whole, data + 2, len - 2); /* in one piece, and in no time */
  if (reader.state == BT_HANDSHAKE_WHOLE)
    {
      bt_assert (whole.state == BT_HANDSHAKE_WHOLE);
      check_value (&reader.value);
    }
  return 0;
}
