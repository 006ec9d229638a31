/* test-btio-local.c: what this machine is called, without a network. */
#include <glib.h>

#include "protocol/io/btio-local.h"

static const BtEndpoint loopback = { .family = BT_FAMILY_V4, .addr = { 127, 0, 0, 1 } };
/* Of nobody (RFC 5737). */
static const BtEndpoint nobody = { .family = BT_FAMILY_V4, .addr = { 192, 0, 2, 1 } };

static void
test_towards (void)
{
  BtEndpoint local;

  g_assert_true (btio_local_towards (&loopback, NULL, &local));
  g_assert_true (bt_endpoint_equal (&local, &loopback));
  g_assert_false (btio_local_towards (&loopback, "no-such-thing", &local));
  g_assert_false (btio_local_towards (&(BtEndpoint){ 0 }, NULL, &local));
}

static void
test_has (void)
{
  g_assert_true (btio_local_has (&loopback));
  g_assert_false (btio_local_has (&nobody));
  g_assert_false (btio_local_has (&(BtEndpoint){ 0 }));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local/towards", test_towards);
  g_test_add_func ("/local/has", test_has);
  return g_test_run ();
}
