/* test-bt-bitfield.c: bitfields on the wire, and every operation against one bit at a time. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-bitfield.h"

static const size_t sizes[] = { 0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 300 };

/* A generator of our own, so that a failure is the same on every run. */
static uint32_t
next_random (uint32_t *state)
{
  *state = *state * 1664525 + 1013904223;
  return *state >> 8;
}

static void
fill_random (BtBitfield *self, size_t n_bits, uint32_t *state)
{
  bt_bitfield_init (self, n_bits);
  for (size_t i = 0; i < n_bits; i++)
    if (next_random (state) % 3 == 0)
      (void) bt_bitfield_set (self, i); /* fresh for certain */
}

static void
assert_count (const BtBitfield *self)
{
  size_t n = 0;

  for (size_t i = 0; i < self->n_bits; i++)
    n += bt_bitfield_test (self, i);
  g_assert_cmpuint (self->n_set, ==, n);
  g_assert_cmpint (bt_bitfield_is_all (self), ==, n == self->n_bits);
  g_assert_cmpint (bt_bitfield_is_none (self), ==, n == 0);
}

static void
test_wire (void)
{
  static const struct
  {
    const char *name;
    size_t n_bits;
    size_t len;
    uint8_t bytes[9];
    bool ok;
    size_t n_set;
  } cases[] = {
    { "none", 0, 0, { 0 }, true, 0 },
    { "one", 1, 1, { 0x80 }, true, 1 },
    { "one-spare", 1, 1, { 0xc0 }, false, 0 },
    { "last-spare", 7, 1, { 0x01 }, false, 0 },
    { "whole", 8, 1, { 0xff }, true, 8 },
    { "short", 9, 1, { 0xff }, false, 0 },
    { "long", 8, 2, { 0xff, 0 }, false, 0 },
    { "nothing", 8, 0, { 0 }, false, 0 },
    { "too-much", 0, 1, { 0 }, false, 0 },
    { "two", 9, 2, { 0x01, 0x80 }, true, 2 },
    { "two-spare", 9, 2, { 0x01, 0x40 }, false, 0 },
    { "word", 64, 8, { 1, 0, 0, 0, 0, 0, 0, 1 }, true, 2 },
    { "word-and-one", 65, 9, { 1, 0, 0, 0, 0, 0, 0, 1, 0x80 }, true, 3 },
    { "word-spare", 65, 9, { 1, 0, 0, 0, 0, 0, 0, 1, 0x81 }, false, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree uint8_t *bytes = g_memdup2 (cases[i].bytes, cases[i].len);
      g_autofree uint8_t *back = g_malloc (cases[i].len);
      BtBitfield bits = { 0 };

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (bt_bitfield_init_wire (&bits, cases[i].n_bits, bytes, cases[i].len), ==,
                       cases[i].ok);
      if (!cases[i].ok)
        continue;
      g_assert_cmpuint (bits.n_set, ==, cases[i].n_set);
      g_assert_cmpuint (bt_bitfield_wire_len (cases[i].n_bits), ==, cases[i].len);
      bt_bitfield_write (&bits, back);
      g_assert_cmpmem (back, cases[i].len, bytes, cases[i].len);
      for (size_t b = 0; b < cases[i].n_bits; b++)
        g_assert_cmpint (bt_bitfield_test (&bits, b), ==, (bytes[b / 8] >> (7 - b % 8)) & 1);
      bt_bitfield_clear (&bits);
    }
}

static void
test_set (void)
{
  BtBitfield bits;
  BtBitfield copy;

  bt_bitfield_init (&bits, 130);
  g_assert_true (bt_bitfield_is_none (&bits));
  g_assert_true (bt_bitfield_set (&bits, 129));
  g_assert_false (bt_bitfield_set (&bits, 129));
  g_assert_true (bt_bitfield_set (&bits, 0));
  g_assert_cmpuint (bits.n_set, ==, 2);
  bt_bitfield_init_copy (&copy, &bits);
  g_assert_true (bt_bitfield_equal (&bits, &copy));
  g_assert_true (bt_bitfield_unset (&copy, 0));
  g_assert_false (bt_bitfield_unset (&copy, 0));
  g_assert_false (bt_bitfield_equal (&bits, &copy));
  g_assert_true (bt_bitfield_set (&copy, 1));
  g_assert_cmpuint (copy.n_set, ==, bits.n_set);
  g_assert_false (bt_bitfield_equal (&bits, &copy));
  bt_bitfield_clear (&copy);
  bt_bitfield_clear (&bits);
  bt_bitfield_clear (&bits);
}

static void
check_range (size_t n_bits, size_t first, size_t end, uint32_t *state)
{
  BtBitfield before;
  BtBitfield bits;
  BtBitfield gone;
  size_t n = 0;

  fill_random (&before, n_bits, state);
  bt_bitfield_init_copy (&bits, &before);
  bt_bitfield_init_copy (&gone, &before);
  bt_bitfield_set_range (&bits, first, end);
  bt_bitfield_unset_range (&gone, first, end);
  for (size_t i = 0; i < n_bits; i++)
    {
      bool inside = i >= first && i < end;

      n += inside && bt_bitfield_test (&before, i);
      g_assert_cmpint (bt_bitfield_test (&bits, i), ==, inside || bt_bitfield_test (&before, i));
      g_assert_cmpint (bt_bitfield_test (&gone, i), ==, !inside && bt_bitfield_test (&before, i));
    }
  g_assert_cmpuint (bt_bitfield_count_range (&before, first, end), ==, n);
  g_assert_cmpuint (bt_bitfield_count_range (&bits, first, end), ==, end - first);
  assert_count (&bits);
  assert_count (&gone);
  bt_bitfield_clear (&gone);
  bt_bitfield_clear (&bits);
  bt_bitfield_clear (&before);
}

static void
test_ranges (void)
{
  uint32_t state = 1;

  for (size_t s = 0; s < G_N_ELEMENTS (sizes) - 1; s++)
    for (size_t first = 0; first <= sizes[s]; first++)
      for (size_t end = first; end <= sizes[s]; end += 1 + (end - first) / 5)
        check_range (sizes[s], first, end, &state);
}

/* What the searches must find, one bit at a time. */
static size_t
search (const BtBitfield *a, const BtBitfield *b, bool a_is, bool b_is, size_t from)
{
  while (
      from < a->n_bits
      && (bt_bitfield_test (a, from) != a_is || (b != NULL && bt_bitfield_test (b, from) != b_is)))
    from++;
  return from;
}

static void
check_search (size_t n_bits, uint32_t *state)
{
  BtBitfield a;
  BtBitfield b;
  size_t both = 0;

  fill_random (&a, n_bits, state);
  fill_random (&b, n_bits, state);
  for (size_t i = 0; i <= n_bits; i++)
    {
      g_assert_cmpuint (bt_bitfield_next_set (&a, i), ==, search (&a, NULL, true, false, i));
      g_assert_cmpuint (bt_bitfield_next_unset (&a, i), ==, search (&a, NULL, false, false, i));
      g_assert_cmpuint (bt_bitfield_next_and (&a, &b, i), ==, search (&a, &b, true, true, i));
      g_assert_cmpuint (bt_bitfield_next_andnot (&a, &b, i), ==, search (&a, &b, true, false, i));
      both += i < n_bits && bt_bitfield_test (&a, i) && bt_bitfield_test (&b, i);
    }
  g_assert_cmpuint (bt_bitfield_count_and (&a, &b), ==, both);
  g_assert_cmpuint (bt_bitfield_count_andnot (&a, &b), ==, a.n_set - both);
  bt_bitfield_clear (&b);
  bt_bitfield_clear (&a);
}

static void
test_search (void)
{
  uint32_t state = 2;

  for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (int round = 0; round < 20; round++)
      check_search (sizes[s], &state);
}

static void
test_ends (void)
{
  for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      BtBitfield none;
      BtBitfield all;

      bt_bitfield_init (&none, sizes[s]);
      bt_bitfield_init (&all, sizes[s]);
      bt_bitfield_set_range (&all, 0, sizes[s]);
      g_assert_true (bt_bitfield_is_all (&all));
      g_assert_cmpuint (bt_bitfield_next_set (&none, 0), ==, sizes[s]);
      g_assert_cmpuint (bt_bitfield_next_unset (&all, 0), ==, sizes[s]);
      g_assert_cmpuint (bt_bitfield_next_andnot (&all, &all, 0), ==, sizes[s]);
      g_assert_cmpuint (bt_bitfield_next_and (&all, &none, 0), ==, sizes[s]);
      bt_bitfield_clear (&all);
      bt_bitfield_clear (&none);
    }
}

static void
test_add (void)
{
  uint32_t state = 3;

  for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      BtBitfield a;
      BtBitfield b;
      BtBitfield sum;

      fill_random (&a, sizes[s], &state);
      fill_random (&b, sizes[s], &state);
      bt_bitfield_init_copy (&sum, &a);
      bt_bitfield_add (&sum, &b);
      assert_count (&sum);
      g_assert_cmpuint (sum.n_set, ==, a.n_set + bt_bitfield_count_andnot (&b, &a));
      bt_bitfield_subtract (&sum, &b);
      assert_count (&sum);
      g_assert_cmpuint (bt_bitfield_count_and (&sum, &b), ==, 0);
      g_assert_cmpuint (sum.n_set, ==, bt_bitfield_count_andnot (&a, &b));
      bt_bitfield_clear (&sum);
      bt_bitfield_clear (&b);
      bt_bitfield_clear (&a);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bitfield/wire", test_wire);
  g_test_add_func ("/bitfield/set", test_set);
  g_test_add_func ("/bitfield/ranges", test_ranges);
  g_test_add_func ("/bitfield/search", test_search);
  g_test_add_func ("/bitfield/ends", test_ends);
  g_test_add_func ("/bitfield/add", test_add);
  return g_test_run ();
}
