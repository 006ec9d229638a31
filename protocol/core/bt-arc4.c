/* bt-arc4.c: RC4, one stream or two at a time.
 *
 * Both loops make eight bytes of key stream and then mix them with the data in one go: byte by byte
 * the data's own loads and stores would be a third of all. */
#include "protocol/core/bt-arc4.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

void
bt_arc4_init (BtArc4 *self, const uint8_t *key, size_t len)
{
  uint8_t j = 0;

  bt_assert (len >= 1 && len <= 256);
  for (size_t i = 0; i < 256; i++)
    self->s[i] = (uint32_t) i;
  for (size_t i = 0; i < 256; i++)
    {
      uint32_t t = self->s[i];

      j = (uint8_t) (j + t + key[i % len]);
      self->s[i] = self->s[j];
      self->s[j] = t;
    }
  self->i = 0;
  self->j = 0;
}

void
bt_arc4_init_mse (BtArc4 *self, const uint8_t *key, size_t len)
{
  bt_arc4_init (self, key, len);
  bt_arc4_skip (self, BT_ARC4_MSE_DROP);
}

/* One byte of key stream. The indexes are passed by address and kept in registers by the caller:
 * in the structure they would be stored and loaded again for every byte. */
static inline __attribute__ ((always_inline)) uint32_t
step (uint32_t *s, uint32_t *i, uint32_t *j)
{
  uint32_t x;
  uint32_t y;

  *i = (*i + 1) & 255;
  x = s[*i];
  *j = (*j + x) & 255;
  y = s[*j];
  s[*i] = y;
  s[*j] = x;
  return s[(x + y) & 255];
}

/* The same with the entry at the index given, and the entry after it fetched before this one's
 * stores, which a load behind them would have to wait for. One stream alone gains a half; of two
 * streams each fills the other's waits already, and this only adds work. Here @i is the index of
 * the entry @x that is next, not of the one before. */
static inline __attribute__ ((always_inline)) uint32_t
step_ahead (uint32_t *s, uint32_t *i, uint32_t *j, uint32_t *x)
{
  uint32_t now = *x;
  uint32_t following = (*i + 1) & 255;
  uint32_t fetched = s[following];
  uint32_t y;

  *j = (*j + now) & 255;
  y = s[*j];
  s[*i] = y;
  s[*j] = now;
  *x = following == *j ? now : fetched;
  *i = following;
  return s[(now + y) & 255];
}

/* Mixes eight bytes with key stream whose first byte is the lowest of @key. */
static inline void
mix (const uint8_t *src, uint8_t *dst, uint64_t key)
{
  uint64_t data;

  memcpy (&data, src, sizeof data);
  data ^= GUINT64_TO_LE (key);
  memcpy (dst, &data, sizeof data);
}

void
bt_arc4_skip (BtArc4 *self, size_t len)
{
  uint32_t i = self->i;
  uint32_t j = self->j;

  while (len-- > 0)
    (void) step (self->s, &i, &j); /* the byte is what is thrown away */
  self->i = (uint8_t) i;
  self->j = (uint8_t) j;
}

void
bt_arc4_crypt (BtArc4 *self, const uint8_t *src, uint8_t *dst, size_t len)
{
  uint32_t *s = self->s;
  uint32_t i = (self->i + 1u) & 255;
  uint32_t j = self->j;
  uint32_t x = s[i];
  size_t n = 0;

  for (; len - n >= 8; n += 8)
    {
      uint64_t key = 0;

#pragma GCC unroll 8
      for (unsigned bit = 0; bit < 64; bit += 8)
        key |= (uint64_t) step_ahead (s, &i, &j, &x) << bit;
      mix (src + n, dst + n, key);
    }
  for (; n < len; n++)
    dst[n] = src[n] ^ (uint8_t) step_ahead (s, &i, &j, &x);
  self->i = (uint8_t) (i - 1);
  self->j = (uint8_t) j;
}

/* Runs two streams for @len bytes, a multiple of eight. */
static void
crypt_both (const BtArc4Part *a, const BtArc4Part *b, size_t len)
{
  uint32_t *a_s = a->arc4->s;
  uint32_t *b_s = b->arc4->s;
  uint32_t a_i = a->arc4->i;
  uint32_t a_j = a->arc4->j;
  uint32_t b_i = b->arc4->i;
  uint32_t b_j = b->arc4->j;

  for (size_t n = 0; n < len; n += 8)
    {
      uint64_t a_key = 0;
      uint64_t b_key = 0;

#pragma GCC unroll 8
      for (unsigned bit = 0; bit < 64; bit += 8)
        {
          a_key |= (uint64_t) step (a_s, &a_i, &a_j) << bit;
          b_key |= (uint64_t) step (b_s, &b_i, &b_j) << bit;
        }
      mix (a->src + n, a->dst + n, a_key);
      mix (b->src + n, b->dst + n, b_key);
    }
  a->arc4->i = (uint8_t) a_i;
  a->arc4->j = (uint8_t) a_j;
  b->arc4->i = (uint8_t) b_i;
  b->arc4->j = (uint8_t) b_j;
}

/* Finishes a part of which @done bytes have been done. */
static void
crypt_rest (const BtArc4Part *part, size_t done)
{
  if (part->len > done)
    bt_arc4_crypt (part->arc4, part->src + done, part->dst + done, part->len - done);
}

void
bt_arc4_crypt_pair (const BtArc4Part *a, const BtArc4Part *b)
{
  size_t both = MIN (a->len, b->len) & ~(size_t) 7;

  bt_assert (a->arc4 != b->arc4);
  crypt_both (a, b, both);
  crypt_rest (a, both);
  crypt_rest (b, both);
}
