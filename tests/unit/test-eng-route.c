/* test-eng-route.c: the default route out of the kernel's table. */
#include <string.h>

#include "client-core/discovery/eng-route.h"

#define HEAD                                                                                       \
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT  \n"
#define LAN "eth0\t0007A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0  \n"
#define BY_CABLE "eth0\t00000000\t0107A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0  \n"
#define BY_AIR "wlan0\t00000000\t0108A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"

static const struct
{
  const char *name;
  const char *table;
  const char *interface;
  uint8_t gateway[4]; /* zeros: none */
} cases[] = {
  { "usual", HEAD LAN BY_CABLE, NULL, { 192, 168, 7, 1 } },
  { "the-cheapest", HEAD BY_AIR BY_CABLE, NULL, { 192, 168, 7, 1 } },
  { "of-an-interface", HEAD BY_CABLE BY_AIR, "wlan0", { 192, 168, 8, 1 } },
  { "of-another-interface", HEAD BY_CABLE, "wlan0", { 0 } },
  { "no-gateway", HEAD LAN, NULL, { 0 } },
  { "down", HEAD "eth0\t00000000\t0107A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n", NULL, { 0 } },
  { "half-of-all",
    HEAD "eth0\t00000000\t0107A8C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n",
    NULL,
    { 0 } },
  { "short-line", HEAD "eth0\t00000000\t0107A8C0\n", NULL, { 0 } },
  { "empty", "", NULL, { 0 } },
};

static void
test_parse (gconstpointer data)
{
  static const uint8_t none[4];
  size_t i = GPOINTER_TO_SIZE (data);
  bool there = memcmp (cases[i].gateway, none, sizeof none) != 0;
  BtEndpoint gateway = { 0 };

  g_assert_cmpint (
      eng_route_parse (cases[i].table, strlen (cases[i].table), cases[i].interface, &gateway), ==,
      there);
  g_assert_cmpmem (gateway.addr, 4, cases[i].gateway, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/route/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_parse);
    }
  return g_test_run ();
}
