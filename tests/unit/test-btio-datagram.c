/* test-btio-datagram.c: datagrams over loopback, in order, too long, to nobody and to the wrong
 * kind of address. */
#include <errno.h>
#include <string.h>

#include <glib.h>

#include "protocol/io/btio-datagram.h"

typedef struct
{
  GPtrArray *got; /* of GBytes */
  BtEndpoint from;
} Inbox;

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  Inbox inboxes[2];
  BtioDatagram *sockets[2];
} World;

static const uint8_t loopback_v4[] = { 127, 0, 0, 1 };
static const uint8_t loopback_v6[16] = { [15] = 1 };

static void
on_received (void *owner, const uint8_t *data, size_t len, const BtEndpoint *from)
{
  Inbox *inbox = owner;

  g_ptr_array_add (inbox->got, g_bytes_new (data, len));
  inbox->from = *from;
}

static World *
world_new (BtEndpoint at)
{
  World *w = g_new0 (World, 1);
  BtioBind bind = { .address = at };

  w->context = g_main_context_new ();
  w->reactor = btio_reactor_new (w->context);
  for (int i = 0; i < 2; i++)
    {
      w->inboxes[i].got = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      w->sockets[i] = btio_datagram_new (w->reactor, &bind, on_received, &w->inboxes[i]);
      g_assert_nonnull (w->sockets[i]);
    }
  return w;
}

static void
world_free (World *w)
{
  for (int i = 0; i < 2; i++)
    {
      btio_datagram_free (w->sockets[i]);
      g_ptr_array_unref (w->inboxes[i].got);
    }
  btio_reactor_free (w->reactor);
  g_main_context_unref (w->context);
  g_free (w);
}

static void
wait_for (World *w, int i, guint n)
{
  while (w->inboxes[i].got->len < n)
    g_main_context_iteration (w->context, TRUE);
}

/* More than one batch, each way. */
static void
transfer (const void *data)
{
  bool v6 = GPOINTER_TO_INT (data) == 6;
  World *w = world_new (v6 ? bt_endpoint_v6 (loopback_v6, 0) : bt_endpoint_v4 (loopback_v4, 0));
  BtEndpoint first = btio_datagram_local (w->sockets[0]);
  BtEndpoint second = btio_datagram_local (w->sockets[1]);

  g_assert_cmpuint (first.port, !=, 0);
  for (uint8_t i = 0; i < 100; i++)
    g_assert_true (btio_datagram_send (w->sockets[0], &i, i == 0 ? 0 : 1, &second));
  wait_for (w, 1, 100);
  g_assert_true (bt_endpoint_equal (&w->inboxes[1].from, &first));
  g_assert_true (btio_datagram_has_route (&first));
  g_assert_cmpuint (g_bytes_get_size (w->inboxes[1].got->pdata[0]), ==, 0);
  for (uint8_t i = 1; i < 100; i++)
    g_assert_cmpmem (g_bytes_get_data (w->inboxes[1].got->pdata[i], NULL), 1, &i, 1);
  g_assert_true (btio_datagram_send (w->sockets[1], (const uint8_t *) "back", 4, &first));
  wait_for (w, 0, 1);
  g_assert_cmpuint (btio_datagram_stats (w->sockets[0])->sent, ==, 100);
  g_assert_cmpuint (btio_datagram_stats (w->sockets[0])->received, ==, 1);
  world_free (w);
}

/* One that is too long is counted; the one behind it arrives. */
static void
test_too_long (void)
{
  World *w = world_new (bt_endpoint_v4 (loopback_v4, 0));
  BtEndpoint to = btio_datagram_local (w->sockets[1]);
  g_autofree uint8_t *bytes = g_malloc0 (70000);

  g_assert_false (btio_datagram_send (w->sockets[0], bytes, 70000, &to));
  g_assert_true (btio_datagram_send (w->sockets[0], bytes, BTIO_DATAGRAM_MAX + 1, &to));
  g_assert_true (btio_datagram_send (w->sockets[0], bytes, BTIO_DATAGRAM_MAX, &to));
  wait_for (w, 1, 1);
  g_assert_cmpuint (g_bytes_get_size (w->inboxes[1].got->pdata[0]), ==, BTIO_DATAGRAM_MAX);
  g_assert_cmpuint (btio_datagram_stats (w->sockets[1])->truncated, ==, 1);
  world_free (w);
}

/* Nobody is there, and the network says so; broadcasts are not permitted: neither stops what comes
 * behind. */
static void
test_errors (void)
{
  World *w = world_new (bt_endpoint_v4 (loopback_v4, 0));
  const uint8_t everybody[] = { 255, 255, 255, 255 };
  BtEndpoint gone = btio_datagram_local (w->sockets[1]);
  BtEndpoint broadcast = bt_endpoint_v4 (everybody, 9);
  BtEndpoint self = btio_datagram_local (w->sockets[0]);
  BtEndpoint v6 = bt_endpoint_v6 (loopback_v6, 9);

  g_clear_pointer (&w->sockets[1], btio_datagram_free);
  g_assert_true (btio_datagram_send (w->sockets[0], (const uint8_t *) "a", 1, &gone));
  g_assert_true (btio_datagram_send (w->sockets[0], (const uint8_t *) "b", 1, &broadcast));
  g_assert_true (btio_datagram_send (w->sockets[0], (const uint8_t *) "c", 1, &self));
  g_assert_false (btio_datagram_send (w->sockets[0], (const uint8_t *) "d", 1, &v6));
  wait_for (w, 0, 1);
  g_assert_cmpmem (g_bytes_get_data (w->inboxes[0].got->pdata[0], NULL), 1, "c", 1);
  g_assert_cmpuint (btio_datagram_stats (w->sockets[0])->refused, ==, 1);
  world_free (w);
}

/* What waits is bounded. */
static void
test_full (void)
{
  World *w = world_new (bt_endpoint_v4 (loopback_v4, 0));
  BtEndpoint to = btio_datagram_local (w->sockets[1]);

  for (int i = 0; i < BTIO_DATAGRAM_QUEUE; i++)
    g_assert_true (btio_datagram_send (w->sockets[0], (const uint8_t *) "a", 1, &to));
  g_assert_false (btio_datagram_send (w->sockets[0], (const uint8_t *) "a", 1, &to));
  g_assert_cmpuint (btio_datagram_stats (w->sockets[0])->dropped, ==, 1);
  world_free (w);
}

static void
test_taken (void)
{
  World *w = world_new (bt_endpoint_v4 (loopback_v4, 0));
  BtioBind bind = { .address = btio_datagram_local (w->sockets[0]) };

  g_assert_null (btio_datagram_new (w->reactor, &bind, on_received, NULL));
  g_assert_cmpint (errno, ==, EADDRINUSE);
  world_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/datagram/transfer/v4", GINT_TO_POINTER (4), transfer);
  g_test_add_data_func ("/datagram/transfer/v6", GINT_TO_POINTER (6), transfer);
  g_test_add_func ("/datagram/too-long", test_too_long);
  g_test_add_func ("/datagram/errors", test_errors);
  g_test_add_func ("/datagram/full", test_full);
  g_test_add_func ("/datagram/taken", test_taken);
  return g_test_run ();
}
