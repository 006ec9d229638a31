/* test-bt-host-port.c: which hosts and ports are let through. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-host-port.h"

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    const char *host; /* NULL: refused */
    uint16_t port;
    BtFamily family;
  } cases[] = {
    { "tracker.example.org:6969", "tracker.example.org", 6969, BT_FAMILY_NONE },
    { "localhost:1", "localhost", 1, BT_FAMILY_NONE },
    { "a_b-c.Example:65535", "a_b-c.Example", 65535, BT_FAMILY_NONE },
    { "example.org.:80", "example.org.", 80, BT_FAMILY_NONE },
    { "1.example:80", "1.example", 80, BT_FAMILY_NONE },
    { "127.0.0.1:6881", "127.0.0.1", 6881, BT_FAMILY_V4 },
    { "[2001:db8::1]:6881", "2001:db8::1", 6881, BT_FAMILY_V6 },
    { "[::ffff:1.2.3.4]:6881", "::ffff:1.2.3.4", 6881, BT_FAMILY_V4 },
    { "example.org:0", NULL, 0, BT_FAMILY_NONE },
    { "1.2.3.4:0", NULL, 0, BT_FAMILY_NONE },
    { "example.org", NULL, 0, BT_FAMILY_NONE },
    { "example.org:", NULL, 0, BT_FAMILY_NONE },
    { "example.org:080", NULL, 0, BT_FAMILY_NONE },
    { ":80", NULL, 0, BT_FAMILY_NONE },
    { "", NULL, 0, BT_FAMILY_NONE },
    { ".:80", NULL, 0, BT_FAMILY_NONE },
    { ".example:80", NULL, 0, BT_FAMILY_NONE },
    { "a..b:80", NULL, 0, BT_FAMILY_NONE },
    { "a b:80", NULL, 0, BT_FAMILY_NONE },
    { "user@host:80", NULL, 0, BT_FAMILY_NONE },
    { "host/path:80", NULL, 0, BT_FAMILY_NONE },
    { "h\xc3\xb6st:80", NULL, 0, BT_FAMILY_NONE },
    { "2001:db8::1:80", NULL, 0, BT_FAMILY_NONE },
    { "[example.org]:80", NULL, 0, BT_FAMILY_NONE },
    { "[fe80::1%eth0]:80", NULL, 0, BT_FAMILY_NONE },
    { "127.1:80", NULL, 0, BT_FAMILY_NONE },
    { "2130706433:80", NULL, 0, BT_FAMILY_NONE },
    { "0x7f000001:80", NULL, 0, BT_FAMILY_NONE },
    { "0X7f.0X1:80", NULL, 0, BT_FAMILY_NONE },
    { "0x:80", NULL, 0, BT_FAMILY_NONE },
    { "1.2.3.256:80", NULL, 0, BT_FAMILY_NONE },
    { "1.2.3.4.:80", NULL, 0, BT_FAMILY_NONE },
    { "foo.0177:80", NULL, 0, BT_FAMILY_NONE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *exact = g_memdup2 (cases[i].text, strlen (cases[i].text));
      BtHostPort out = { 0 };

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (bt_host_port_parse (exact, strlen (cases[i].text), &out), ==,
                       cases[i].host != NULL);
      if (cases[i].host == NULL)
        continue;
      g_assert_cmpmem (out.host, out.host_len, cases[i].host, strlen (cases[i].host));
      g_assert_cmpuint (out.port, ==, cases[i].port);
      g_assert_cmpuint (out.endpoint.family, ==, cases[i].family);
      g_assert_cmpuint (out.endpoint.port, ==, cases[i].family != BT_FAMILY_NONE ? out.port : 0);
    }
}

static void
test_lengths (void)
{
  static const struct
  {
    size_t label;
    size_t n_labels;
    bool ok;
  } cases[] = {
    { 63, 1, true },  { 64, 1, false }, { 62, 4, true },
    { 63, 4, false }, { 1, 127, true }, { 1, 128, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) name = g_string_new (NULL);
      BtHostPort out;

      for (size_t n = 0; n < cases[i].n_labels; n++)
        {
          if (n > 0)
            g_string_append_c (name, '.');
          for (size_t c = 0; c < cases[i].label; c++)
            g_string_append_c (name, 'a');
        }
      g_assert_cmpint (bt_host_port_set (name->str, name->len, 1, &out), ==, cases[i].ok);
    }
}

static void
test_set (void)
{
  BtHostPort out;

  g_assert_true (bt_host_port_set ("2001:db8::1", 11, 6881, &out));
  g_assert_cmpuint (out.endpoint.family, ==, BT_FAMILY_V6);
  g_assert_cmpuint (out.endpoint.port, ==, 6881);
  g_assert_false (bt_host_port_set ("[2001:db8::1]", 13, 6881, &out));
  g_assert_false (bt_host_port_set ("", 0, 6881, &out));
  g_assert_false (bt_host_port_set ("host", 4, 0, &out));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-port/parse", test_parse);
  g_test_add_func ("/host-port/lengths", test_lengths);
  g_test_add_func ("/host-port/set", test_set);
  return g_test_run ();
}
