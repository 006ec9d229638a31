/* bt-arc4.c: RC4, one stream or two at a time. */
#include "protocol/core/bt-arc4.h"

#include "protocol/core/bt-assert.h"

void
bt_arc4_init (BtArc4 *self, const uint8_t *key, size_t len)
{
  uint8_t j = 0;

  bt_assert (len >= 1 && len <= 256);
  for (size_t i = 0; i < 256; i++)
    self->s[i] = (uint16_t) i;
  for (size_t i = 0; i < 256; i++)
    {
      uint16_t t = self->s[i];

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
static inline __attribute__ ((always_inline)) uint8_t
step (uint16_t *s, unsigned *i, unsigned *j)
{
  unsigned x;
  unsigned y;

  *i = (*i + 1) & 255;
  x = s[*i];
  *j = (*j + x) & 255;
  y = s[*j];
  s[*i] = (uint16_t) y;
  s[*j] = (uint16_t) x;
  return (uint8_t) s[(x + y) & 255];
}

/* The same with the entry at the index given, and the entry after it fetched before this one's
 * stores, which a load behind them would have to wait for. One stream alone gains two thirds; of
 * two streams each fills the other's waits already, and this only adds work. Here @i is the index
 * of the entry @x that is next, not of the one before. */
static inline __attribute__ ((always_inline)) uint8_t
step_ahead (uint16_t *s, unsigned *i, unsigned *j, unsigned *x)
{
  unsigned now = *x;
  unsigned following = (*i + 1) & 255;
  unsigned fetched = s[following];
  unsigned y;

  *j = (*j + now) & 255;
  y = s[*j];
  s[*i] = (uint16_t) y;
  s[*j] = (uint16_t) now;
  *x = following == *j ? now : fetched;
  *i = following;
  return (uint8_t) s[(now + y) & 255];
}

void
bt_arc4_skip (BtArc4 *self, size_t len)
{
  unsigned i = self->i;
  unsigned j = self->j;

  while (len-- > 0)
    (void) step (self->s, &i, &j); /* the byte is what is thrown away */
  self->i = (uint8_t) i;
  self->j = (uint8_t) j;
}

void
bt_arc4_crypt (BtArc4 *self, const uint8_t *src, uint8_t *dst, size_t len)
{
  uint16_t *s = self->s;
  unsigned i = (self->i + 1u) & 255;
  unsigned j = self->j;
  unsigned x = s[i];

  for (size_t n = 0; n < len; n++)
    dst[n] = src[n] ^ step_ahead (s, &i, &j, &x);
  self->i = (uint8_t) (i - 1);
  self->j = (uint8_t) j;
}

/* Runs two streams for @len bytes. Everything is in locals: a store of bytes might change any
 * structure that it could reach. */
static void
crypt_both (const BtArc4Part *a, const BtArc4Part *b, size_t len)
{
  const uint8_t *a_src = a->src;
  const uint8_t *b_src = b->src;
  uint8_t *a_dst = a->dst;
  uint8_t *b_dst = b->dst;
  uint16_t *a_s = a->arc4->s;
  uint16_t *b_s = b->arc4->s;
  unsigned a_i = a->arc4->i;
  unsigned a_j = a->arc4->j;
  unsigned b_i = b->arc4->i;
  unsigned b_j = b->arc4->j;

  for (size_t n = 0; n < len; n++)
    {
      a_dst[n] = a_src[n] ^ step (a_s, &a_i, &a_j);
      b_dst[n] = b_src[n] ^ step (b_s, &b_i, &b_j);
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
  size_t both = a->len < b->len ? a->len : b->len;

  bt_assert (a->arc4 != b->arc4);
  crypt_both (a, b, both);
  crypt_rest (a, both);
  crypt_rest (b, both);
}
