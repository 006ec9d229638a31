/* bt-handshake.c: 1 + 19 bytes of name, 8 of bits, 20 of info-hash, 20 of id (BEP 3). */
#include "protocol/peer/bt-handshake.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

static const char opening[] = "\023BitTorrent protocol";

#define OPENING_LEN (sizeof opening - 1)
#define RESERVED_END (OPENING_LEN + BT_HANDSHAKE_RESERVED)

static const struct
{
  uint32_t feature;
  uint8_t byte;
  uint8_t bit;
} feature_bits[] = {
  { BT_FEATURE_DHT, 7, 0x01 },
  { BT_FEATURE_FAST, 7, 0x04 },
  { BT_FEATURE_EXTENDED, 5, 0x10 },
  { BT_FEATURE_V2, 7, 0x10 },
};

#define N_FEATURE_BITS (sizeof feature_bits / sizeof *feature_bits)

void
bt_handshake_write (const BtHandshake *self, uint8_t out[BT_HANDSHAKE_LEN])
{
  uint8_t *reserved = out + OPENING_LEN;

  memcpy (out, opening, OPENING_LEN);
  memset (reserved, 0, BT_HANDSHAKE_RESERVED);
  for (size_t i = 0; i < N_FEATURE_BITS; i++)
    if ((self->features & feature_bits[i].feature) != 0)
      reserved[feature_bits[i].byte] |= feature_bits[i].bit;
  memcpy (out + RESERVED_END, self->info_hash, BT_SHA1_LEN);
  memcpy (out + BT_HANDSHAKE_HASH_END, self->peer_id, BT_PEER_ID_LEN);
}

void
bt_handshake_reader_init (BtHandshakeReader *self, uint64_t now_us)
{
  *self = (BtHandshakeReader){ .deadline_us = now_us + BT_LIMIT_HANDSHAKE_MS * UINT64_C (1000) };
}

/* The state only goes forward. */
static void
set_state (BtHandshakeReader *self, BtHandshakeState from, BtHandshakeState to)
{
  bt_assert (self->state == from && from < BT_HANDSHAKE_WHOLE && to > from);
  self->state = to;
}

static void
fail (BtHandshakeReader *self, BtWireError error)
{
  self->error = error;
  set_state (self, self->state, BT_HANDSHAKE_BAD);
}

static void
read_head (BtHandshakeReader *self)
{
  const uint8_t *reserved = self->bytes + OPENING_LEN;

  memcpy (self->value.reserved, reserved, BT_HANDSHAKE_RESERVED);
  for (size_t i = 0; i < N_FEATURE_BITS; i++)
    if ((reserved[feature_bits[i].byte] & feature_bits[i].bit) != 0)
      self->value.features |= feature_bits[i].feature;
  memcpy (self->value.info_hash, self->bytes + RESERVED_END, BT_SHA1_LEN);
  set_state (self, BT_HANDSHAKE_WANT, BT_HANDSHAKE_HASH);
}

static size_t
take (BtHandshakeReader *self, const uint8_t *bytes, size_t len, size_t end)
{
  size_t n = len < end - self->len ? len : end - self->len;

  if (n > 0)
    memcpy (self->bytes + self->len, bytes, n);
  self->len += n;
  return n;
}

static size_t
input_head (BtHandshakeReader *self, const uint8_t *bytes, size_t len)
{
  size_t had = self->len;
  size_t n = take (self, bytes, len, BT_HANDSHAKE_HASH_END);

  for (size_t i = had; i < self->len && i < OPENING_LEN; i++)
    if (self->bytes[i] != (uint8_t) opening[i])
      {
        fail (self, BT_WIRE_ERROR_PROTOCOL);
        return n;
      }
  if (self->len == BT_HANDSHAKE_HASH_END)
    read_head (self);
  return n;
}

static size_t
input_id (BtHandshakeReader *self, const uint8_t *bytes, size_t len)
{
  size_t n = take (self, bytes, len, BT_HANDSHAKE_LEN);

  if (self->len == BT_HANDSHAKE_LEN)
    {
      memcpy (self->value.peer_id, self->bytes + BT_HANDSHAKE_HASH_END, BT_PEER_ID_LEN);
      set_state (self, BT_HANDSHAKE_HASH, BT_HANDSHAKE_WHOLE);
    }
  return n;
}

size_t
bt_handshake_reader_input (BtHandshakeReader *self, const uint8_t *bytes, size_t len)
{
  switch (self->state)
    {
    case BT_HANDSHAKE_WANT:
      return input_head (self, bytes, len);
    case BT_HANDSHAKE_HASH:
      return input_id (self, bytes, len);
    case BT_HANDSHAKE_WHOLE:
    case BT_HANDSHAKE_BAD:
      return 0;
    }
  return 0;
}

void
bt_handshake_reader_tick (BtHandshakeReader *self, uint64_t now_us)
{
  if (now_us >= bt_handshake_reader_deadline (self))
    fail (self, BT_WIRE_ERROR_HANDSHAKE_TIMEOUT);
}

uint64_t
bt_handshake_reader_deadline (const BtHandshakeReader *self)
{
  return self->state < BT_HANDSHAKE_WHOLE ? self->deadline_us : UINT64_MAX;
}
