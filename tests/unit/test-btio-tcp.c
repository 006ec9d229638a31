/* test-btio-tcp.c: connections over loopback, made, used, refused, and one descriptor too few. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/io/btio-tcp.h"

#define PAYLOAD (3 * 1024 * 1024)

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  BtioListener *listener;
  GPtrArray *accepted; /* of BtioStream */
} World;

static void
on_accepted (void *owner, BtioStream *stream)
{
  g_ptr_array_add (owner, stream);
}

static const uint8_t loopback_v4[] = { 127, 0, 0, 1 };
static const uint8_t loopback_v6[16] = { [15] = 1 };

static World
world_new (BtEndpoint at)
{
  World w = { .context = g_main_context_new (), .accepted = g_ptr_array_new () };
  BtioBind bind = { .address = at };

  w.reactor = btio_reactor_new (w.context);
  w.listener = btio_tcp_listen (w.reactor, &bind, on_accepted, w.accepted);
  g_assert_nonnull (w.listener);
  return w;
}

static void
world_clear (World *w)
{
  for (guint i = 0; i < w->accepted->len; i++)
    btio_stream_close (w->accepted->pdata[i]);
  g_ptr_array_unref (w->accepted);
  btio_listener_free (w->listener);
  btio_reactor_free (w->reactor);
  g_main_context_unref (w->context);
}

/* One side of a transfer. */
typedef struct
{
  BtioStream *stream;
  size_t done;
  bool ended;
  int error;
  uint8_t bytes[PAYLOAD];
} Side;

static void
send_ready (BtioStream *stream, void *owner, unsigned ready)
{
  Side *side = owner;

  if ((ready & BTIO_BROKEN) != 0)
    {
      side->error = btio_stream_error (stream);
      btio_stream_want (stream, 0);
      return;
    }
  while (side->done < PAYLOAD)
    {
      struct iovec part = { side->bytes + side->done, PAYLOAD - side->done };
      ssize_t n = btio_stream_writev (stream, &part, 1);

      if (n < 0)
        {
          g_assert_cmpint (errno, ==, EAGAIN);
          return;
        }
      side->done += (size_t) n;
    }
  btio_stream_close (stream);
  side->stream = NULL;
}

static void
receive_ready (BtioStream *stream, void *owner, unsigned ready)
{
  Side *side = owner;

  for (;;)
    {
      struct iovec part = { side->bytes + side->done, PAYLOAD + 1 - side->done };
      ssize_t n = side->done < PAYLOAD
                      ? btio_stream_readv (stream, &part, 1)
                      : btio_stream_readv (stream, &(struct iovec){ &(char){ 0 }, 1 }, 1);

      if (n < 0)
        return;
      side->done += (size_t) n;
      if (n == 0)
        {
          side->ended = true;
          btio_stream_want (stream, 0);
          return;
        }
    }
}

static void
transfer (const void *data)
{
  bool v6 = GPOINTER_TO_INT (data) == 6;
  BtEndpoint at = v6 ? bt_endpoint_v6 (loopback_v6, 0) : bt_endpoint_v4 (loopback_v4, 0);
  World w = world_new (at);
  BtEndpoint listening = btio_listener_local (w.listener);
  g_autofree Side *from = g_new0 (Side, 1);
  g_autofree Side *to = g_new0 (Side, 1);
  BtioStream *accepted;

  g_assert_cmpuint (listening.port, !=, 0);
  for (size_t i = 0; i < PAYLOAD; i++)
    from->bytes[i] = (uint8_t) (i * 7 + (i >> 8));
  from->stream = btio_tcp_connect (w.reactor, &listening, NULL);
  g_assert_nonnull (from->stream);
  from->stream->ready = send_ready;
  from->stream->owner = from;
  while (w.accepted->len == 0)
    g_main_context_iteration (w.context, TRUE);
  accepted = w.accepted->pdata[0];
  g_assert_true (bt_endpoint_equal (&accepted->local, &listening));
  accepted->ready = receive_ready;
  accepted->owner = to;
  btio_stream_want (accepted, BTIO_READABLE);
  while (!to->ended)
    g_main_context_iteration (w.context, TRUE);
  g_assert_cmpmem (to->bytes, to->done, from->bytes, PAYLOAD);
  world_clear (&w);
}

static void
test_refused (void)
{
  World w = world_new (bt_endpoint_v4 (loopback_v4, 0));
  BtEndpoint gone = btio_listener_local (w.listener);
  g_autofree Side *side = g_new0 (Side, 1);

  g_clear_pointer (&w.listener, btio_listener_free);
  side->stream = btio_tcp_connect (w.reactor, &gone, NULL);
  if (side->stream != NULL)
    {
      side->stream->ready = send_ready;
      side->stream->owner = side;
      while (side->error == 0)
        g_main_context_iteration (w.context, TRUE);
      g_assert_cmpint (side->error, ==, ECONNREFUSED);
      btio_stream_close (side->stream);
    }
  world_clear (&w);
}

static int
connect_plainly (uint16_t port)
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = GUINT16_TO_BE (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &to, sizeof to), ==, 0);
  return fd;
}

static void
count_ready (BtioStream *stream, void *owner, unsigned ready)
{
  ++*(unsigned *) owner;
}

static int
mark_of (BtioStream *stream, BtFamily family)
{
  bool v6 = family == BT_FAMILY_V6;
  int fd = btio_tcp_release (stream);
  int mark = -1;
  socklen_t len = sizeof mark;

  g_assert_cmpint (
      getsockopt (fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, &mark, &len), ==,
      0);
  close (fd);
  return mark;
}

/* Both ends are marked as bulk, and only where that is asked for. */
static void
test_bulk (gconstpointer data)
{
  bool v6 = GPOINTER_TO_INT (data) == 1;
  BtEndpoint at = v6 ? bt_endpoint_v6 (loopback_v6, 0) : bt_endpoint_v4 (loopback_v4, 0);

  for (int bulk = 0; bulk < 2; bulk++)
    {
      World w = { .context = g_main_context_new (), .accepted = g_ptr_array_new () };
      BtioBind bind = { .address = at, .bulk = bulk == 1 };
      unsigned n_ready = 0;
      BtioStream *stream;
      BtEndpoint to;

      w.reactor = btio_reactor_new (w.context);
      w.listener = btio_tcp_listen (w.reactor, &bind, on_accepted, w.accepted);
      if (w.listener != NULL)
        {
          to = btio_listener_local (w.listener);
          stream = btio_tcp_connect (w.reactor, &to, &bind);
          g_assert_nonnull (stream);
          stream->ready = count_ready;
          stream->owner = &n_ready;
          btio_stream_want (stream, BTIO_WRITABLE);
          while (w.accepted->len == 0 || n_ready == 0)
            g_main_context_iteration (w.context, TRUE);
          g_assert_cmpint (mark_of (stream, at.family), ==, bulk * 4);
          g_assert_cmpint (mark_of (g_ptr_array_steal_index (w.accepted, 0), at.family), ==,
                           bulk * 4);
        }
      else
        g_test_skip ("this machine has no such addresses");
      world_clear (&w);
    }
}

/* With no descriptor left connections are turned away, and later ones are taken again. */
static void
test_out_of_descriptors (void)
{
  World w = world_new (bt_endpoint_v4 (loopback_v4, 0));
  uint16_t port = btio_listener_local (w.listener).port;
  int first = connect_plainly (port);
  int second = connect_plainly (port);
  struct rlimit limit;
  struct rlimit tight;
  char byte;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  tight = (struct rlimit){ .rlim_cur = (rlim_t) second + 1, .rlim_max = limit.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &tight), ==, 0);
  g_main_context_iteration (w.context, TRUE);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (w.accepted->len, ==, 0);
  g_assert_cmpint (read (first, &byte, 1), <=, 0);
  g_assert_cmpint (read (second, &byte, 1), <=, 0);
  close (first);
  close (second);
  first = connect_plainly (port);
  while (w.accepted->len == 0)
    g_main_context_iteration (w.context, TRUE);
  close (first);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/tcp/transfer/v4", GINT_TO_POINTER (4), transfer);
  g_test_add_data_func ("/tcp/transfer/v6", GINT_TO_POINTER (6), transfer);
  g_test_add_data_func ("/tcp/bulk/v4", GINT_TO_POINTER (0), test_bulk);
  g_test_add_data_func ("/tcp/bulk/v6", GINT_TO_POINTER (1), test_bulk);
  g_test_add_func ("/tcp/refused", test_refused);
  g_test_add_func ("/tcp/out-of-descriptors", test_out_of_descriptors);
  return g_test_run ();
}
