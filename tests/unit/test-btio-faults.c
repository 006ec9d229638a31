/* test-btio-faults.c: every system call of a reactor, a listener, a connection and a datagram
 * socket fails once: the maker says so with the reason, or the other side sees an end, and no
 * descriptor stays open. */
#include <errno.h>

#include <glib.h>

#include "faults.h"
#include "protocol/io/btio-datagram.h"
#include "protocol/io/btio-tcp.h"

/* More calls than a scene makes. */
#define MANY_CALLS 200

static const uint8_t loopback[] = { 127, 0, 0, 1 };

/* A connection that is made, and what its ends have met. */
typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  BtioListener *listener;
  BtioStream *near;
  BtioStream *far;
  bool ended;
} Scene;

static void
on_accepted (void *owner, BtioStream *stream)
{
  ((Scene *) owner)->far = stream;
}

static void
on_near (BtioStream *stream, void *owner, unsigned ready)
{
  Scene *s = owner;
  char byte;
  ssize_t n = btio_stream_readv (stream, &(struct iovec){ &byte, 1 }, 1);

  if ((ready & BTIO_BROKEN) != 0 || n == 0)
    {
      s->ended = true;
      btio_stream_want (stream, 0);
    }
}

static bool
make_near (Scene *s)
{
  const BtioBind bind = { .address = bt_endpoint_v4 (loopback, 0) };
  BtEndpoint at = btio_listener_local (s->listener);

  s->near = btio_tcp_connect (s->reactor, &at, &bind);
  if (s->near == NULL)
    return false;
  s->near->ready = on_near;
  s->near->owner = s;
  btio_stream_want (s->near, BTIO_READABLE);
  return true;
}

/* Goes as far as it can; 0, or why a maker failed. */
static int
connect_once (Scene *s)
{
  const BtioBind bind = { .address = bt_endpoint_v4 (loopback, 0) };

  s->context = g_main_context_new ();
  s->reactor = btio_reactor_new (s->context);
  if (s->reactor == NULL)
    return errno;
  s->listener = btio_tcp_listen (s->reactor, &bind, on_accepted, s);
  if (s->listener == NULL || !make_near (s))
    return errno;
  while (s->far == NULL && !s->ended)
    g_main_context_iteration (s->context, TRUE);
  return 0;
}

static void
scene_clear (Scene *s)
{
  if (s->near != NULL)
    btio_stream_close (s->near);
  if (s->far != NULL)
    btio_stream_close (s->far);
  btio_listener_free (s->listener);
  btio_reactor_free (s->reactor);
  g_main_context_unref (s->context);
}

static void
test_connect (const void *data)
{
  int sys_errno = GPOINTER_TO_INT (data);
  unsigned before = faults_count_descriptors ();
  unsigned n_failed = 0;
  unsigned nth = 0;
  bool hit;

  do
    {
      Scene s = { 0 };
      int failure;

      faults_begin (++nth, sys_errno);
      failure = connect_once (&s);
      hit = faults_end ();
      g_assert_true (failure == 0 || failure == sys_errno);
      g_assert_true (hit || (failure == 0 && s.far != NULL));
      n_failed += failure != 0;
      scene_clear (&s);
      g_assert_cmpuint (faults_count_descriptors (), ==, before);
    }
  while (hit && nth < MANY_CALLS);
  g_assert_cmpuint (nth, <, MANY_CALLS);
  g_assert_cmpuint (n_failed, >=, 8); /* what a reactor, a listener and a connection cannot miss */
}

/* --- datagrams --- */

static void
on_received (void *owner, const uint8_t *data, size_t len, const BtEndpoint *from)
{
  ++*(unsigned *) owner;
}

/* Sends a word to itself, again when it is refused, until it comes; false when a maker failed with
 * errno. */
static bool
send_once (BtioReactor *reactor, GMainContext *context)
{
  const BtioBind bind = { .address = bt_endpoint_v4 (loopback, 0) };
  unsigned n_got = 0;
  BtioDatagram *socket = btio_datagram_new (reactor, &bind, on_received, &n_got);
  const BtioDatagramStats *stats;
  BtEndpoint at;

  if (socket == NULL)
    return false;
  at = btio_datagram_local (socket);
  stats = btio_datagram_stats (socket);
  while (n_got == 0)
    {
      uint64_t refused = stats->refused;

      g_assert_true (btio_datagram_send (socket, (const uint8_t *) "word", 4, &at));
      while (n_got == 0 && stats->refused == refused)
        g_main_context_iteration (context, TRUE);
    }
  btio_datagram_free (socket);
  return true;
}

static void
test_datagram (const void *data)
{
  int sys_errno = GPOINTER_TO_INT (data);
  GMainContext *context = g_main_context_new ();
  BtioReactor *reactor = btio_reactor_new (context);
  unsigned before = faults_count_descriptors ();
  unsigned nth = 0;
  bool hit;

  do
    {
      bool ok;
      int failure;

      faults_begin (++nth, sys_errno);
      ok = send_once (reactor, context);
      failure = errno;
      hit = faults_end ();
      if (!ok)
        g_assert_cmpint (failure, ==, sys_errno);
      g_assert_true (ok || hit);
      g_assert_cmpuint (faults_count_descriptors (), ==, before);
    }
  while (hit && nth < MANY_CALLS);
  g_assert_cmpuint (nth, >, 4);
  g_assert_cmpuint (nth, <, MANY_CALLS);
  btio_reactor_free (reactor);
  g_main_context_unref (context);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    int sys_errno;
  } failures[] = {
    { "descriptors", EMFILE }, { "memory", ENOMEM },     { "buffers", ENOBUFS },
    { "right", EACCES },       { "interrupted", EINTR },
  };

  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autofree char *connect = g_strconcat ("/faults/connect/", failures[i].name, NULL);
      g_autofree char *datagram = g_strconcat ("/faults/datagram/", failures[i].name, NULL);

      g_test_add_data_func (connect, GINT_TO_POINTER (failures[i].sys_errno), test_connect);
      g_test_add_data_func (datagram, GINT_TO_POINTER (failures[i].sys_errno), test_datagram);
    }
  return g_test_run ();
}
