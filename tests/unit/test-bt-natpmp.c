/* test-bt-natpmp.c: packets of NAT-PMP, as RFC 6886 draws them. */
#include <string.h>

#include <glib.h>

#include "protocol/gateway/bt-natpmp.h"

static void
test_write (void)
{
  static const uint8_t map[] = { 0, 2, 0, 0, 0x1a, 0xe1, 0x9c, 0x41, 0, 0, 0x0e, 0x10 };
  static const uint8_t address[] = { 0, 0 };
  uint8_t out[BT_NATPMP_REQUEST_MAX];
  const BtNatpmpRequest asked
      = { .op = BT_NATPMP_TCP, .internal = 6881, .external = 40001, .lifetime_s = 3600 };

  g_assert_cmpuint (bt_natpmp_write (&asked, out), ==, sizeof map);
  g_assert_cmpmem (out, sizeof map, map, sizeof map);
  g_assert_cmpuint (bt_natpmp_write (&(BtNatpmpRequest){ .op = BT_NATPMP_ADDRESS }, out), ==, 2);
  g_assert_cmpmem (out, 2, address, sizeof address);
}

static const struct
{
  const char *name;
  uint8_t bytes[16];
  size_t len;
  bool ok;
  BtNatpmpReply reply;
} cases[] = {
  { "address",
    { 0, 128, 0, 0, 0, 0, 0, 9, 80, 1, 2, 1 },
    12,
    true,
    { .op = BT_NATPMP_ADDRESS, .address = { 80, 1, 2, 1 } } },
  { "tcp",
    { 0, 130, 0, 0, 0, 0, 0, 9, 0x1a, 0xe1, 0x9c, 0x41, 0, 0, 0x0e, 0x10 },
    16,
    true,
    { .op = BT_NATPMP_TCP, .internal = 6881, .external = 40001, .lifetime_s = 3600 } },
  { "udp",
    { 0, 129, 0, 0, 0, 0, 0, 9, 0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff },
    16,
    true,
    { .op = BT_NATPMP_UDP, .internal = 1, .external = 2, .lifetime_s = UINT32_MAX } },
  { "refused",
    { 0, 130, 0, 2, 0, 0, 0, 9 },
    8,
    true,
    { .op = BT_NATPMP_TCP, .result = BT_NATPMP_REFUSED } },
  { "unknown-result", { 0, 130, 0xab, 0xcd }, 4, true, { .op = BT_NATPMP_TCP, .result = 0xabcd } },
  { "empty", { 0 }, 0, false, { 0 } },
  { "head-only", { 0, 130, 0 }, 3, false, { 0 } },
  { "short", { 0, 130, 0, 0, 0, 0, 0, 9, 0x1a, 0xe1, 0x9c, 0x41, 0, 0, 0x0e }, 15, false, { 0 } },
  { "short-address", { 0, 128, 0, 0, 0, 0, 0, 9, 80, 1, 2 }, 11, false, { 0 } },
  { "pcp", { 2, 129, 0, 0, 0, 0, 0, 9, 80, 1, 2, 1 }, 12, false, { 0 } },
  { "request", { 0, 2, 0, 0, 0x1a, 0xe1, 0x1a, 0xe1, 0, 0, 0, 9 }, 12, false, { 0 } },
  { "unknown-op", { 0, 131, 0, 0, 0, 0, 0, 9, 80, 1, 2, 1 }, 12, false, { 0 } },
};

static void
test_parse (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  g_autofree uint8_t *packet = g_memdup2 (cases[i].bytes, cases[i].len); /* ASan sees an overrun */
  BtNatpmpReply reply = { .external = 77 };

  g_assert_cmpint (bt_natpmp_parse (packet, cases[i].len, &reply), ==, cases[i].ok);
  if (!cases[i].ok)
    {
      g_assert_cmpuint (reply.external, ==, 77);
      return;
    }
  g_assert_cmpint (reply.op, ==, cases[i].reply.op);
  g_assert_cmpuint (reply.result, ==, cases[i].reply.result);
  g_assert_cmpmem (reply.address, 4, cases[i].reply.address, 4);
  g_assert_cmpuint (reply.internal, ==, cases[i].reply.internal);
  g_assert_cmpuint (reply.external, ==, cases[i].reply.external);
  g_assert_cmpuint (reply.lifetime_s, ==, cases[i].reply.lifetime_s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/natpmp/write", test_write);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/natpmp/parse/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_parse);
    }
  return g_test_run ();
}
