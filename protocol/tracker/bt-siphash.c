/* bt-siphash.c: SipHash-2-4. Words are little-endian. */
#include "protocol/tracker/bt-siphash.h"

#include <string.h>

#include <glib.h>

typedef struct
{
  uint64_t v[4];
} State;

static inline uint64_t
read_word (const uint8_t *bytes)
{
  uint64_t word;

  memcpy (&word, bytes, sizeof word);
  return GUINT64_FROM_LE (word);
}

BtSipKey
bt_siphash_key (const uint8_t bytes[BT_SIPHASH_KEY_LEN])
{
  return (BtSipKey){ { read_word (bytes), read_word (bytes + 8) } };
}

static inline uint64_t
rotate (uint64_t word, unsigned bits)
{
  return word << bits | word >> (64 - bits);
}

static inline void
rounds (State *s, unsigned n)
{
  uint64_t *v = s->v;

  for (unsigned i = 0; i < n; i++)
    {
      v[0] += v[1];
      v[2] += v[3];
      v[1] = rotate (v[1], 13) ^ v[0];
      v[3] = rotate (v[3], 16) ^ v[2];
      v[0] = rotate (v[0], 32);
      v[2] += v[1];
      v[0] += v[3];
      v[1] = rotate (v[1], 17) ^ v[2];
      v[3] = rotate (v[3], 21) ^ v[0];
      v[2] = rotate (v[2], 32);
    }
}

static inline void
absorb (State *s, uint64_t word)
{
  s->v[3] ^= word;
  rounds (s, 2);
  s->v[0] ^= word;
}

uint64_t
bt_siphash (const BtSipKey *key, const void *data, size_t len)
{
  const uint8_t *at = data;
  uint8_t last[8] = { 0 };
  State s
      = { { key->k[0] ^ UINT64_C (0x736f6d6570736575), key->k[1] ^ UINT64_C (0x646f72616e646f6d),
            key->k[0] ^ UINT64_C (0x6c7967656e657261),
            key->k[1] ^ UINT64_C (0x7465646279746573) } };

  for (size_t whole = len / 8; whole > 0; whole--, at += 8)
    absorb (&s, read_word (at));
  if (len % 8 > 0)
    memcpy (last, at, len % 8);
  last[7] = (uint8_t) len;
  absorb (&s, read_word (last));
  s.v[2] ^= 0xff;
  rounds (&s, 4);
  return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}
