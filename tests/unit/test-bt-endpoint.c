/* test-bt-endpoint.c: endpoints as text, in compact form, their ranges and their order. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-endpoint.h"

static bool
parse (const char *text, BtEndpoint *out)
{
  g_autofree char *exact = g_memdup2 (text, strlen (text));

  return bt_endpoint_parse (exact, strlen (text), out);
}

static bool
parse_address (const char *text, BtEndpoint *out)
{
  g_autofree char *exact = g_memdup2 (text, strlen (text));

  return bt_endpoint_parse_address (exact, strlen (text), out);
}

static const struct
{
  const char *text;
  const char *canonical; /* NULL: refused */
} read_cases[] = {
  { "1.2.3.4:80", "1.2.3.4:80" },
  { "255.255.255.255:65535", "255.255.255.255:65535" },
  { "0.0.0.0:0", "0.0.0.0:0" },
  { "[2001:db8::1]:80", "[2001:db8::1]:80" },
  { "[::]:1", "[::]:1" },
  { "[::1]:1", "[::1]:1" },
  { "[1::]:1", "[1::]:1" },
  { "[2001:DB8:0:0:0:0:0:1]:6881", "[2001:db8::1]:6881" },
  { "[2001:db8:0000:0000:0001:0000:0000:0001]:1", "[2001:db8::1:0:0:1]:1" },
  { "[2001:db8:0:1:1:1:1:1]:1", "[2001:db8:0:1:1:1:1:1]:1" },
  { "[2001:db8::1:1:1:1:1]:1", "[2001:db8:0:1:1:1:1:1]:1" },
  { "[2001:0:0:1:0:0:0:1]:1", "[2001:0:0:1::1]:1" },
  { "[1:2:3:4:5:6:7::]:1", "[1:2:3:4:5:6:7:0]:1" },
  { "[::2:3:4:5:6:7:8]:1", "[0:2:3:4:5:6:7:8]:1" },
  { "[1:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7:8]:1" },
  { "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" },
  { "[1:2:3:4:5:6:1.2.3.4]:1", "[1:2:3:4:5:6:102:304]:1" },
  { "[64:ff9b::1.2.3.4]:1", "[64:ff9b::102:304]:1" },
  { "[::1.2.3.4]:1", "[::102:304]:1" },
  { "[::ffff:1.2.3.4]:80", "1.2.3.4:80" },
  { "[::ffff:102:304]:80", "1.2.3.4:80" },
  { "[0:0:0:0:0:ffff:1.2.3.4]:80", "1.2.3.4:80" },
  { "", NULL },
  { ":", NULL },
  { ":80", NULL },
  { "1.2.3.4", NULL },
  { "1.2.3.4:", NULL },
  { "1.2.3.4:080", NULL },
  { "1.2.3.4:00", NULL },
  { "1.2.3.4:65536", NULL },
  { "1.2.3.4:99999999999999999999", NULL },
  { "1.2.3.4:-1", NULL },
  { "1.2.3.4:+1", NULL },
  { "1.2.3.4:1 ", NULL },
  { "1.2.3.4: 1", NULL },
  { " 1.2.3.4:1", NULL },
  { "1.2.3.4:1:2", NULL },
  { "1.2.3:80", NULL },
  { "1.2.3.4.5:80", NULL },
  { "1.2.3.:80", NULL },
  { "1..3.4:80", NULL },
  { "01.2.3.4:80", NULL },
  { "1.2.3.256:80", NULL },
  { "1.2.3.0x4:80", NULL },
  { "4294967295:80", NULL },
  { "[1.2.3.4]:80", NULL },
  { "2001:db8::1:80", NULL },
  { "[2001:db8::1]", NULL },
  { "[2001:db8::1]80", NULL },
  { "[2001:db8::1]:", NULL },
  { "[2001:db8::1:80", NULL },
  { "[]:80", NULL },
  { "[", NULL },
  { "[:]:80", NULL },
  { "[:::]:80", NULL },
  { "[1::2::3]:80", NULL },
  { "[:1]:80", NULL },
  { "[1:]:80", NULL },
  { "[1:2:3:4:5:6:7]:80", NULL },
  { "[1:2:3:4:5:6:7:8:9]:80", NULL },
  { "[1:2:3:4:5:6:7:8::]:80", NULL },
  { "[::1:2:3:4:5:6:7:8]:80", NULL },
  { "[12345::]:80", NULL },
  { "[g::]:80", NULL },
  { "[fe80::1%eth0]:80", NULL },
  { "[fe80::1%251]:80", NULL },
  { "[1.2.3.4::]:80", NULL },
  { "[::1.2.3]:80", NULL },
  { "[::1.2.3.04]:80", NULL },
  { "[1:2:3:4:5:6:7:1.2.3.4]:80", NULL },
  { "[::1.2.3.4:5]:80", NULL },
};

static void
test_read (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (read_cases); i++)
    {
      BtEndpoint endpoint = { 0 };
      char text[BT_ENDPOINT_TEXT];
      bool ok = parse (read_cases[i].text, &endpoint);

      g_test_message ("%s", read_cases[i].text);
      g_assert_cmpint (ok, ==, read_cases[i].canonical != NULL);
      g_assert_cmpuint (bt_endpoint_write (&endpoint, text), ==, strlen (text));
      g_assert_cmpstr (text, ==, ok ? read_cases[i].canonical : "");
    }
}

static void
test_address (void)
{
  static const struct
  {
    const char *text;
    const char *canonical;
  } cases[] = {
    { "10.0.0.1", "10.0.0.1" }, { "2001:DB8::", "2001:db8::" }, { "::ffff:10.0.0.1", "10.0.0.1" },
    { "[::1]", NULL },          { "10.0.0.1:80", NULL },        { "", NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtEndpoint endpoint = { 0 };
      char text[BT_ENDPOINT_TEXT];

      g_assert_cmpint (parse_address (cases[i].text, &endpoint), ==, cases[i].canonical != NULL);
      if (cases[i].canonical == NULL)
        continue;
      (void) bt_endpoint_write_address (&endpoint, text); /* the text says it all */
      g_assert_cmpstr (text, ==, cases[i].canonical);
      g_assert_cmpuint (endpoint.port, ==, 0);
    }
}

static void
test_compact (void)
{
  static const uint8_t v4[] = { 1, 2, 3, 4, 0x1a, 0xe1 };
  static const uint8_t v6[]
      = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x1a, 0xe1 };
  static const uint8_t mapped[]
      = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4, 0x1a, 0xe1 };
  BtEndpoint endpoint = bt_endpoint_read_compact_v4 (v4);
  BtEndpoint other = bt_endpoint_read_compact_v6 (mapped);
  const BtEndpoint none = { 0 };
  uint8_t out[BT_COMPACT_V6_LEN];

  g_assert_cmpuint (endpoint.port, ==, 6881);
  g_assert_true (bt_endpoint_equal (&endpoint, &other));
  g_assert_cmpmem (out, bt_endpoint_write_compact (&endpoint, out), v4, sizeof v4);
  endpoint = bt_endpoint_read_compact_v6 (v6);
  g_assert_cmpmem (out, bt_endpoint_write_compact (&endpoint, out), v6, sizeof v6);
  g_assert_cmpuint (bt_endpoint_write_compact (&none, out), ==, 0);
}

static const struct
{
  const char *text;
  BtRange range;
} range_cases[] = {
  { "0.0.0.0", BT_RANGE_UNSPECIFIED },
  { "0.0.0.1", BT_RANGE_RESERVED },
  { "9.255.255.255", BT_RANGE_GLOBAL },
  { "10.0.0.0", BT_RANGE_PRIVATE },
  { "10.255.255.255", BT_RANGE_PRIVATE },
  { "11.0.0.0", BT_RANGE_GLOBAL },
  { "100.63.255.255", BT_RANGE_GLOBAL },
  { "100.64.0.0", BT_RANGE_PRIVATE },
  { "100.127.255.255", BT_RANGE_PRIVATE },
  { "100.128.0.0", BT_RANGE_GLOBAL },
  { "127.0.0.1", BT_RANGE_LOOPBACK },
  { "127.255.255.255", BT_RANGE_LOOPBACK },
  { "128.0.0.0", BT_RANGE_GLOBAL },
  { "169.254.1.1", BT_RANGE_LINK_LOCAL },
  { "172.15.255.255", BT_RANGE_GLOBAL },
  { "172.16.0.0", BT_RANGE_PRIVATE },
  { "172.31.255.255", BT_RANGE_PRIVATE },
  { "172.32.0.0", BT_RANGE_GLOBAL },
  { "192.0.0.8", BT_RANGE_RESERVED },
  { "192.0.2.1", BT_RANGE_DOCUMENTATION },
  { "192.88.99.1", BT_RANGE_RESERVED },
  { "192.168.0.1", BT_RANGE_PRIVATE },
  { "192.169.0.1", BT_RANGE_GLOBAL },
  { "198.18.0.1", BT_RANGE_RESERVED },
  { "198.19.255.255", BT_RANGE_RESERVED },
  { "198.20.0.0", BT_RANGE_GLOBAL },
  { "198.51.100.7", BT_RANGE_DOCUMENTATION },
  { "203.0.113.7", BT_RANGE_DOCUMENTATION },
  { "223.255.255.255", BT_RANGE_GLOBAL },
  { "224.0.0.1", BT_RANGE_MULTICAST },
  { "239.192.152.143", BT_RANGE_MULTICAST },
  { "240.0.0.1", BT_RANGE_RESERVED },
  { "255.255.255.254", BT_RANGE_RESERVED },
  { "255.255.255.255", BT_RANGE_BROADCAST },
  { "::", BT_RANGE_UNSPECIFIED },
  { "::1", BT_RANGE_LOOPBACK },
  { "::2", BT_RANGE_RESERVED },
  { "::127.0.0.1", BT_RANGE_RESERVED },
  { "::ffff:127.0.0.1", BT_RANGE_LOOPBACK },
  { "64:ff9b::8.8.8.8", BT_RANGE_GLOBAL },
  { "64:ff9b::127.0.0.1", BT_RANGE_LOOPBACK },
  { "64:ff9b:1::1", BT_RANGE_RESERVED },
  { "100::1", BT_RANGE_RESERVED },
  { "2001::1", BT_RANGE_GLOBAL },
  { "2001:2::1", BT_RANGE_RESERVED },
  { "2001:10::1", BT_RANGE_RESERVED },
  { "2001:20::1", BT_RANGE_RESERVED },
  { "2001:30::1", BT_RANGE_GLOBAL },
  { "2001:db8::1", BT_RANGE_DOCUMENTATION },
  { "2002:0a00:0001::1", BT_RANGE_PRIVATE },
  { "2002:0808:0808::1", BT_RANGE_GLOBAL },
  { "2a01:4f8:10:20::5", BT_RANGE_GLOBAL },
  { "3fff::1", BT_RANGE_DOCUMENTATION },
  { "3fff:1000::1", BT_RANGE_GLOBAL },
  { "4000::1", BT_RANGE_RESERVED },
  { "fc00::1", BT_RANGE_PRIVATE },
  { "fdff::1", BT_RANGE_PRIVATE },
  { "fe80::1", BT_RANGE_LINK_LOCAL },
  { "febf::1", BT_RANGE_LINK_LOCAL },
  { "fec0::1", BT_RANGE_RESERVED },
  { "ff02::1", BT_RANGE_MULTICAST },
};

static void
test_range (void)
{
  const BtEndpoint none = { 0 };
  for (size_t i = 0; i < G_N_ELEMENTS (range_cases); i++)
    {
      BtEndpoint endpoint;

      g_test_message ("%s", range_cases[i].text);
      g_assert_true (parse_address (range_cases[i].text, &endpoint));
      g_assert_cmphex (bt_endpoint_range (&endpoint), ==, range_cases[i].range);
    }
  g_assert_cmphex (bt_endpoint_range (&none), ==, BT_RANGE_RESERVED);
}

static void
test_order (void)
{
  static const char *const sorted[] = {
    "1.2.3.4:1", "1.2.3.4:2",         "1.2.3.4:65535",     "1.2.3.5:1",       "200.0.0.1:1",
    "[::1]:1",   "[2001:db8::1]:256", "[2001:db8::1]:257", "[2001:db8::2]:1",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (sorted); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (sorted); j++)
      {
        BtEndpoint a;
        BtEndpoint b;
        int order;

        g_assert_true (parse (sorted[i], &a) && parse (sorted[j], &b));
        order = bt_endpoint_compare (&a, &b);
        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
        g_assert_cmpint (bt_endpoint_equal (&a, &b), ==, i == j);
        if (i == j)
          g_assert_cmpuint (bt_endpoint_hash (&a), ==, bt_endpoint_hash (&b));
        else
          g_assert_cmpuint (bt_endpoint_hash (&a), !=, bt_endpoint_hash (&b));
      }
}

static void
test_same_address (void)
{
  static const uint8_t bytes[] = { 1, 2, 3, 4 };
  BtEndpoint a = bt_endpoint_v4 (bytes, 1);
  BtEndpoint b = bt_endpoint_v4 (bytes, 2);
  BtEndpoint c = { .addr = { 1, 2, 3, 4 }, .family = BT_FAMILY_V6 };

  g_assert_true (bt_endpoint_same_address (&a, &b));
  g_assert_false (bt_endpoint_same_address (&a, &c));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/read", test_read);
  g_test_add_func ("/endpoint/address", test_address);
  g_test_add_func ("/endpoint/compact", test_compact);
  g_test_add_func ("/endpoint/range", test_range);
  g_test_add_func ("/endpoint/order", test_order);
  g_test_add_func ("/endpoint/same-address", test_same_address);
  return g_test_run ();
}
