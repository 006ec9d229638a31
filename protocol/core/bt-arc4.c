/* bt-arc4.c: RC4, fast.
 *
 * A step needs the entry at the index, which the step before may just have exchanged: whoever loads
 * it behind that store waits for it every time. So it is loaded ahead, and put right in the one
 * case of 256 that it was exchanged after all: a branch, which costs nothing when it is foreseen,
 * where a selection would be waited for. Sixteen bytes of key stream are gathered before they meet
 * the data, whose loads and stores would be a third of all; they are gathered in words, since
 * entries have a word's width, and the words of even and of odd bytes are laid into one another. */
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

void
bt_arc4_skip (BtArc4 *self, size_t len)
{
  for (; len > 0; len--)
    {
      uint32_t *at = &self->s[++self->i];
      uint32_t *other = &self->s[self->j = (uint8_t) (self->j + *at)];
      uint32_t x = *at;

      *at = *other;
      *other = x;
    }
}

/* Bytes of key stream that are made at a time. */
#define STRIDE 16

typedef uint16_t Words __attribute__ ((vector_size (STRIDE)));

/* A stream under way. It is kept in registers: all that take it are inlined. */
typedef struct
{
  uint32_t *s;
  size_t i; /* the index that is next, not the one before */
  uint32_t j;
  uint32_t x; /* the entry at @i */
} Walk;

/* The byte of key stream at @i, when @following is the index after it. */
static inline __attribute__ ((always_inline)) uint32_t
step (Walk *w, size_t i, size_t following)
{
  uint32_t x = w->x;
  uint32_t ahead = w->s[following];
  uint32_t y;

  w->j = (w->j + x) & 255;
  y = w->s[w->j];
  w->s[i] = y;
  w->s[w->j] = x;
  if (G_UNLIKELY (following == w->j))
    {
      ahead = x;
      __asm__("" : "+r"(ahead)); /* or compilers make a selection of it */
    }
  w->x = ahead;
  return w->s[(x + y) & 255];
}

/* Mixes STRIDE bytes; the index is a multiple of that. */
static inline __attribute__ ((always_inline)) void
crypt_stride (Walk *w, const uint8_t *src, uint8_t *dst)
{
  size_t after = (w->i + STRIDE) & 255;
  Words even = { 0 };
  Words odd = { 0 };
  Words data;

#pragma GCC unroll 8
  for (size_t n = 0; n < STRIDE / 2; n++)
    {
      size_t i = w->i + 2 * n;

      even[n] = (uint16_t) step (w, i, i + 1);
      odd[n] = (uint16_t) step (w, i + 1, n + 1 < STRIDE / 2 ? i + 2 : after);
    }
  memcpy (&data, src, sizeof data);
  data ^= G_BYTE_ORDER == G_LITTLE_ENDIAN ? even | odd << 8 : even << 8 | odd;
  memcpy (dst, &data, sizeof data);
  w->i = after;
}

static inline __attribute__ ((always_inline)) void
crypt_bytes (Walk *w, const uint8_t *src, uint8_t *dst, size_t len)
{
  for (size_t n = 0; n < len; n++)
    {
      size_t following = (w->i + 1) & 255;

      dst[n] = src[n] ^ (uint8_t) step (w, w->i, following);
      w->i = following;
    }
}

void
bt_arc4_crypt (BtArc4 *self, const uint8_t *src, uint8_t *dst, size_t len)
{
  size_t i = (self->i + 1u) & 255;
  Walk w = { .s = self->s, .i = i, .j = self->j, .x = self->s[i] };
  size_t n = MIN (len, -i % STRIDE);

  crypt_bytes (&w, src, dst, n);
  for (; len - n >= STRIDE; n += STRIDE)
    crypt_stride (&w, src + n, dst + n);
  crypt_bytes (&w, src + n, dst + n, len - n);
  self->i = (uint8_t) (w.i - 1);
  self->j = (uint8_t) w.j;
}
