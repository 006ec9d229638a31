/* test-bt-buffer.c: a buffer grows to its maximum and stops there; big-endian values. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-buffer.h"

static void
test_values (void)
{
  static const uint8_t want[]
      = { 0x12, 0x12, 0x34, 0x12, 0x34, 0x56, 0x78, 1, 2, 3, 4, 5, 6, 7, 8, 'a', 'b' };
  g_auto (BtBuffer) buffer;

  bt_buffer_init (&buffer, 100);
  g_assert_true (bt_buffer_append_u8 (&buffer, 0x12));
  g_assert_true (bt_buffer_append_u16 (&buffer, 0x1234));
  g_assert_true (bt_buffer_append_u32 (&buffer, 0x12345678));
  g_assert_true (bt_buffer_append_u64 (&buffer, UINT64_C (0x0102030405060708)));
  g_assert_true (bt_buffer_append_text (&buffer, "ab"));
  g_assert_true (bt_buffer_append_text (&buffer, ""));
  g_assert_true (bt_buffer_append (&buffer, NULL, 0));
  g_assert_cmpmem (buffer.data, buffer.len, want, sizeof want);
  g_assert_false (buffer.full);
}

/* What does not fit leaves no trace but @full; what fits later is still taken. */
static void
test_full (void)
{
  g_auto (BtBuffer) buffer;

  bt_buffer_init (&buffer, 5);
  g_assert_true (bt_buffer_append_text (&buffer, "abc"));
  g_assert_false (bt_buffer_append_u32 (&buffer, 1));
  g_assert_true (buffer.full);
  g_assert_cmpuint (buffer.len, ==, 3);
  g_assert_true (bt_buffer_append_u16 (&buffer, 0x6465));
  g_assert_false (bt_buffer_append_u8 (&buffer, 1));
  g_assert_null (bt_buffer_extend (&buffer, SIZE_MAX));
  g_assert_null (bt_buffer_extend (&buffer, 1));
  g_assert_cmpmem (buffer.data, buffer.len, "abcde", 5);
  g_assert_cmpuint (buffer.size, <=, 5);
}

static void
test_nothing_fits (void)
{
  g_auto (BtBuffer) buffer;

  bt_buffer_init (&buffer, 0);
  g_assert_true (bt_buffer_append_text (&buffer, ""));
  g_assert_false (buffer.full);
  g_assert_false (bt_buffer_append_text (&buffer, "a"));
  g_assert_true (buffer.full);
  g_assert_null (buffer.data);
}

static void
test_grow (void)
{
  g_auto (BtBuffer) buffer;
  size_t allocations = 0;
  size_t size = 0;

  bt_buffer_init (&buffer, 100000);
  for (unsigned i = 0; i < 50000; i++)
    {
      g_assert_true (bt_buffer_append_u16 (&buffer, (uint16_t) i));
      allocations += buffer.size != size;
      size = buffer.size;
      g_assert_cmpuint (size, <=, 100000);
    }
  g_assert_cmpuint (allocations, <=, 25);
  for (unsigned i = 0; i < 50000; i++)
    g_assert_cmpuint (buffer.data[2 * i] << 8 | buffer.data[2 * i + 1], ==, i & 0xffff);
}

static void
test_extend (void)
{
  g_auto (BtBuffer) buffer;
  uint8_t *room;

  bt_buffer_init (&buffer, 1000);
  g_assert_true (bt_buffer_append_text (&buffer, "ab"));
  room = bt_buffer_extend (&buffer, 500);
  g_assert_nonnull (room);
  memset (room, 'x', 500);
  g_assert_true (room == buffer.data + 2);
  g_assert_cmpuint (buffer.len, ==, 502);
}

static void
test_consume (void)
{
  g_auto (BtBuffer) buffer;

  bt_buffer_init (&buffer, 10);
  bt_buffer_consume (&buffer, 0);
  g_assert_true (bt_buffer_append_text (&buffer, "0123456789"));
  bt_buffer_consume (&buffer, 4);
  g_assert_cmpmem (buffer.data, buffer.len, "456789", 6);
  g_assert_true (bt_buffer_append_text (&buffer, "abcd"));
  bt_buffer_consume (&buffer, 0);
  g_assert_cmpmem (buffer.data, buffer.len, "456789abcd", 10);
  bt_buffer_consume (&buffer, 10);
  g_assert_cmpuint (buffer.len, ==, 0);
}

static void
test_steal (void)
{
  g_auto (BtBuffer) buffer;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) empty = NULL;

  bt_buffer_init (&buffer, 3);
  g_assert_true (bt_buffer_append_text (&buffer, "abc"));
  g_assert_false (bt_buffer_append_text (&buffer, "d"));
  bytes = bt_buffer_steal_bytes (&buffer);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "abc", 3);
  g_assert_false (buffer.full);
  g_assert_cmpuint (buffer.max, ==, 3);
  empty = bt_buffer_steal_bytes (&buffer);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);
  g_assert_true (bt_buffer_append_text (&buffer, "xyz"));
  bt_buffer_clear (&buffer);
  bt_buffer_clear (&buffer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/buffer/values", test_values);
  g_test_add_func ("/buffer/full", test_full);
  g_test_add_func ("/buffer/nothing-fits", test_nothing_fits);
  g_test_add_func ("/buffer/grow", test_grow);
  g_test_add_func ("/buffer/extend", test_extend);
  g_test_add_func ("/buffer/consume", test_consume);
  g_test_add_func ("/buffer/steal", test_steal);
  return g_test_run ();
}
