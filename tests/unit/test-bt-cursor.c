/* test-bt-cursor.c: values are big-endian, and a read past the end yields zero for good. */
#include <glib.h>

#include "protocol/core/bt-cursor.h"

static void
test_values (void)
{
  static const uint8_t bytes[]
      = { 0xff, 0x12, 0x34, 0x89, 0xab, 0xcd, 0xef, 0x80, 1, 2, 3, 4, 5, 6, 7, 'x' };
  g_autofree uint8_t *exact = g_memdup2 (bytes, sizeof bytes);
  BtCursor c = { exact, exact + sizeof bytes, false };
  const uint8_t *at;

  g_assert_cmpuint (bt_cursor_u8 (&c), ==, 0xff);
  g_assert_cmpuint (bt_cursor_u16 (&c), ==, 0x1234);
  g_assert_cmpuint (bt_cursor_u32 (&c), ==, 0x89abcdef);
  g_assert_cmpuint (bt_cursor_u64 (&c), ==, UINT64_C (0x8001020304050607));
  g_assert_cmpuint (bt_cursor_left (&c), ==, 1);
  at = bt_cursor_take (&c, 0);
  g_assert_true (at == exact + 15);
  at = bt_cursor_take (&c, 1);
  g_assert_true (at == exact + 15);
  g_assert_cmpuint (bt_cursor_left (&c), ==, 0);
  at = bt_cursor_take (&c, 0);
  g_assert_true (at == exact + 16);
  g_assert_false (c.bad);
}

static void
test_short (void)
{
  static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7 };

  for (size_t len = 0; len < sizeof bytes; len++)
    {
      g_autofree uint8_t *exact = g_memdup2 (bytes, len + (len == 0));
      BtCursor c = { exact, exact + len, false };

      g_assert_cmpuint (bt_cursor_u64 (&c), ==, 0);
      g_assert_true (c.bad);
      g_assert_cmpuint (bt_cursor_left (&c), ==, 0);
      g_assert_cmpuint (bt_cursor_u8 (&c), ==, 0);
      g_assert_null (bt_cursor_take (&c, SIZE_MAX));
      g_assert_true (c.bad);
    }
}

/* An empty input may have no address at all. */
static void
test_nowhere (void)
{
  BtCursor c = { NULL, NULL, false };

  g_assert_cmpuint (bt_cursor_left (&c), ==, 0);
  g_assert_null (bt_cursor_take (&c, 0));
  g_assert_false (c.bad);
  g_assert_cmpuint (bt_cursor_u16 (&c), ==, 0);
  g_assert_true (c.bad);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cursor/values", test_values);
  g_test_add_func ("/cursor/short", test_short);
  g_test_add_func ("/cursor/nowhere", test_nowhere);
  return g_test_run ();
}
