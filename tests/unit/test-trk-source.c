/* test-trk-source.c: networks, and whom proxies name. */
#include <string.h>

#include <glib.h>

#include "tracker-server/front/trk-source.h"

static BtEndpoint
address (const char *text)
{
  BtEndpoint at;

  g_assert_true (bt_endpoint_parse_address (text, strlen (text), &at));
  return at;
}

static void
test_networks (void)
{
  static const struct
  {
    const char *network, *address;
    bool has;
  } cases[] = {
    { "10.0.0.0/8", "10.255.0.1", true },
    { "10.0.0.0/8", "11.0.0.1", false },
    { "10.0.0.0/9", "10.127.0.1", true },
    { "10.0.0.0/9", "10.128.0.1", false },
    { "1.2.3.4", "1.2.3.4", true },
    { "1.2.3.4/32", "1.2.3.5", false },
    { "0.0.0.0/0", "9.9.9.9", true },
    { "0.0.0.0/0", "::1", false },
    { "2001:db8::/33", "2001:db8::1", true },
    { "2001:db8::/33", "2001:db8:8000::1", false },
    { "::/0", "2a01::1", true },
    { "::1", "::1", true },
    { "::1/128", "::2", false },
    { "10.0.0.1/31", "10.0.0.0", true },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtEndpoint at = address (cases[i].address);
      TrkNetwork network;
      TrkNetworks networks = { &network, 1 };

      g_test_message ("%s %s", cases[i].network, cases[i].address);
      g_assert_true (trk_network_parse (cases[i].network, strlen (cases[i].network), &network));
      g_assert_cmpint (trk_networks_have (&networks, &at), ==, cases[i].has);
    }
}

static void
test_bad_networks (void)
{
  static const char *const cases[]
      = { "",         "/8",     "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1",
          "10.0.0/8", "::/129", "::/1280",   "x",           "1.2.3.4 " };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkNetwork network;

      g_test_message ("%s", cases[i]);
      g_assert_false (trk_network_parse (cases[i], strlen (cases[i]), &network));
    }
}

static void
test_walk (void)
{
  static const struct
  {
    const char *peer, *forwarded, *source;
  } cases[] = {
    { "10.0.0.1", "1.2.3.4", "1.2.3.4" },
    { "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4" },
    { "10.0.0.1", "6.6.6.6,1.2.3.4 , 10.0.0.9,", "1.2.3.4" },
    { "10.0.0.1", "10.0.0.7, 10.0.0.9", "10.0.0.7" },
    { "10.0.0.1", "", "10.0.0.1" },
    { "10.0.0.1", ", ,", "10.0.0.1" },
    { "10.0.0.1", "1.2.3.4, unknown", "10.0.0.1" },
    { "10.0.0.1", "1.2.3.4, unknown, 10.0.0.2", "10.0.0.2" },
    { "10.0.0.1", "[2a01::1]:80", "2a01::1" },
    { "10.0.0.1", "[2a01::1]", "2a01::1" },
    { "10.0.0.1", "2a01::1", "2a01::1" },
    { "10.0.0.1", "::ffff:10.0.0.3", "10.0.0.3" },
    { "9.9.9.9", "1.2.3.4", "9.9.9.9" },
  };
  const TrkNetwork trusted = { { { 10 }, 0, BT_FAMILY_V4 }, 8 };
  const TrkNetworks proxies = { &trusted, 1 };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtEndpoint peer = address (cases[i].peer);
      BtEndpoint expected = address (cases[i].source);
      size_t len = strlen (cases[i].forwarded);
      g_autofree char *exact = g_memdup2 (cases[i].forwarded, len);
      BtEndpoint source = trk_source_find_in (&proxies, &peer, exact, len);

      g_test_message ("%s: %s", cases[i].peer, cases[i].forwarded);
      g_assert_true (bt_endpoint_same_address (&source, &expected));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/networks", test_networks);
  g_test_add_func ("/source/bad-networks", test_bad_networks);
  g_test_add_func ("/source/walk", test_walk);
  return g_test_run ();
}
