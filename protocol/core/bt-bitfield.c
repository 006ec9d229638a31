/* bt-bitfield.c: pieces as bits in 64-bit words, highest bit first (BEP 3). */
#include "protocol/core/bt-bitfield.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

#define WORD_BITS 64

static size_t
words_for (size_t n_bits)
{
  return n_bits / WORD_BITS + (n_bits % WORD_BITS != 0);
}

static uint64_t
bit_of (size_t i)
{
  return UINT64_C (1) << (WORD_BITS - 1 - i % WORD_BITS);
}

/* The bits of a word from place @i % 64 on. */
static uint64_t
bits_from (size_t i)
{
  return UINT64_MAX >> i % WORD_BITS;
}

/* How many bits are set: of each two, four and eight bits, then of all. Without a processor that is
 * known to count, the compiler's own would be a call into its library. */
static size_t
popcount (uint64_t word)
{
  word -= word >> 1 & UINT64_C (0x5555555555555555);
  word = (word & UINT64_C (0x3333333333333333)) + (word >> 2 & UINT64_C (0x3333333333333333));
  word = (word + (word >> 4)) & UINT64_C (0x0f0f0f0f0f0f0f0f);
  return (size_t) (word * UINT64_C (0x0101010101010101) >> 56);
}

void
bt_bitfield_init (BtBitfield *self, size_t n_bits)
{
  *self = (BtBitfield){ .words = g_new0 (uint64_t, words_for (n_bits)), .n_bits = n_bits };
}

void
bt_bitfield_init_copy (BtBitfield *self, const BtBitfield *from)
{
  bt_bitfield_init (self, from->n_bits);
  if (from->n_bits > 0)
    memcpy (self->words, from->words, words_for (from->n_bits) * sizeof *from->words);
  self->n_set = from->n_set;
}

void
bt_bitfield_clear (BtBitfield *self)
{
  g_free (self->words);
  *self = (BtBitfield){ 0 };
}

size_t
bt_bitfield_wire_len (size_t n_bits)
{
  return n_bits / 8 + (n_bits % 8 != 0);
}

bool
bt_bitfield_init_wire (BtBitfield *self, size_t n_bits, const uint8_t *bytes, size_t len)
{
  if (len != bt_bitfield_wire_len (n_bits))
    return false;
  if (n_bits % 8 != 0 && (bytes[len - 1] & (0xff >> n_bits % 8)) != 0)
    return false;
  bt_bitfield_init (self, n_bits);
  for (size_t w = 0; w < words_for (n_bits); w++)
    {
      uint8_t raw[8] = { 0 };
      uint64_t word = 0;

      memcpy (raw, bytes + 8 * w, MIN (sizeof raw, len - 8 * w));
      for (size_t b = 0; b < sizeof raw; b++)
        word = word << 8 | raw[b];
      self->words[w] = word;
      self->n_set += popcount (word);
    }
  return true;
}

void
bt_bitfield_write (const BtBitfield *self, uint8_t *out)
{
  size_t len = bt_bitfield_wire_len (self->n_bits);

  for (size_t i = 0; i < len; i++)
    out[i] = (uint8_t) (self->words[i / 8] >> (56 - 8 * (i % 8)));
}

bool
bt_bitfield_test (const BtBitfield *self, size_t i)
{
  bt_assert (i < self->n_bits);
  return (self->words[i / WORD_BITS] & bit_of (i)) != 0;
}

bool
bt_bitfield_set (BtBitfield *self, size_t i)
{
  if (bt_bitfield_test (self, i))
    return false;
  self->words[i / WORD_BITS] |= bit_of (i);
  self->n_set++;
  return true;
}

bool
bt_bitfield_unset (BtBitfield *self, size_t i)
{
  if (!bt_bitfield_test (self, i))
    return false;
  self->words[i / WORD_BITS] &= ~bit_of (i);
  self->n_set--;
  return true;
}

bool
bt_bitfield_is_all (const BtBitfield *self)
{
  return self->n_set == self->n_bits;
}

bool
bt_bitfield_is_none (const BtBitfield *self)
{
  return self->n_set == 0;
}

/* The bits of word @w that lie in [first, end). */
static uint64_t
range_mask (size_t w, size_t first, size_t end)
{
  uint64_t mask = UINT64_MAX;

  if (w == first / WORD_BITS)
    mask &= bits_from (first);
  if (w == end / WORD_BITS)
    mask &= ~bits_from (end);
  return mask;
}

void
bt_bitfield_set_range (BtBitfield *self, size_t first, size_t end)
{
  bt_assert (first <= end && end <= self->n_bits);
  for (size_t w = first / WORD_BITS; w < words_for (end); w++)
    {
      uint64_t fresh = range_mask (w, first, end) & ~self->words[w];

      self->words[w] |= fresh;
      self->n_set += popcount (fresh);
    }
}

void
bt_bitfield_unset_range (BtBitfield *self, size_t first, size_t end)
{
  bt_assert (first <= end && end <= self->n_bits);
  for (size_t w = first / WORD_BITS; w < words_for (end); w++)
    {
      uint64_t gone = range_mask (w, first, end) & self->words[w];

      self->words[w] &= ~gone;
      self->n_set -= popcount (gone);
    }
}

size_t
bt_bitfield_count_range (const BtBitfield *self, size_t first, size_t end)
{
  size_t n = 0;

  bt_assert (first <= end && end <= self->n_bits);
  for (size_t w = first / WORD_BITS; w < words_for (end); w++)
    n += popcount (self->words[w] & range_mask (w, first, end));
  return n;
}

/* Which words a search or a count looks at. */
typedef enum
{
  OF_A,
  OF_NOT_A,
  OF_A_AND_B,
  OF_A_AND_NOT_B
} Combination;

static inline uint64_t
combine (Combination how, const BtBitfield *a, const BtBitfield *b, size_t w)
{
  switch (how)
    {
    case OF_NOT_A:
      return ~a->words[w];
    case OF_A_AND_B:
      return a->words[w] & b->words[w];
    case OF_A_AND_NOT_B:
      return a->words[w] & ~b->words[w];
    case OF_A:
    default:
      return a->words[w];
    }
}

/* Inlined, so that each caller's combination becomes straight code. */
static inline __attribute__ ((always_inline)) size_t
next (Combination how, const BtBitfield *a, const BtBitfield *b, size_t from)
{
  size_t n_words = words_for (a->n_bits);
  uint64_t keep = bits_from (from);

  bt_assert (from <= a->n_bits && a->n_bits == b->n_bits);
  for (size_t w = from / WORD_BITS; w < n_words; w++)
    {
      uint64_t word = combine (how, a, b, w) & keep;

      /* The spare bits are the last ones: found first, they mean that there is nothing. */
      if (word != 0)
        return MIN (w * WORD_BITS + (size_t) __builtin_clzll (word), a->n_bits);
      keep = UINT64_MAX;
    }
  return a->n_bits;
}

size_t
bt_bitfield_next_set (const BtBitfield *self, size_t from)
{
  return next (OF_A, self, self, from);
}

size_t
bt_bitfield_next_unset (const BtBitfield *self, size_t from)
{
  return next (OF_NOT_A, self, self, from);
}

size_t
bt_bitfield_next_and (const BtBitfield *a, const BtBitfield *b, size_t from)
{
  return next (OF_A_AND_B, a, b, from);
}

size_t
bt_bitfield_next_andnot (const BtBitfield *a, const BtBitfield *b, size_t from)
{
  return next (OF_A_AND_NOT_B, a, b, from);
}

size_t
bt_bitfield_count_and (const BtBitfield *a, const BtBitfield *b)
{
  size_t n = 0;

  bt_assert (a->n_bits == b->n_bits);
  for (size_t w = 0; w < words_for (a->n_bits); w++)
    n += popcount (a->words[w] & b->words[w]);
  return n;
}

size_t
bt_bitfield_count_andnot (const BtBitfield *a, const BtBitfield *b)
{
  return a->n_set - bt_bitfield_count_and (a, b);
}

void
bt_bitfield_add (BtBitfield *self, const BtBitfield *other)
{
  size_t n = bt_bitfield_count_andnot (other, self);

  for (size_t w = 0; w < words_for (self->n_bits); w++)
    self->words[w] |= other->words[w];
  self->n_set += n;
}

void
bt_bitfield_subtract (BtBitfield *self, const BtBitfield *other)
{
  size_t n = bt_bitfield_count_and (self, other);

  for (size_t w = 0; w < words_for (self->n_bits); w++)
    self->words[w] &= ~other->words[w];
  self->n_set -= n;
}

bool
bt_bitfield_equal (const BtBitfield *a, const BtBitfield *b)
{
  if (a->n_bits != b->n_bits || a->n_set != b->n_set)
    return false;
  return a->n_bits == 0
         || memcmp (a->words, b->words, words_for (a->n_bits) * sizeof *a->words) == 0;
}
