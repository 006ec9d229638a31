/* trk-tls.c: hello, handshake, open. */
#include "tracker-server/front/trk-tls.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/core/bt-assert.h"
#include "protocol/io/btio-tcp.h"

/* A record of TLS: its kind, version and length come first (RFC 8446, 5.1). */
#define RECORD_HEAD 5
#define RECORD_HANDSHAKE 22
#define RECORD_MAX 16384

/* HELLO -> WAITING -> HANDSHAKE -> OPEN; HELLO -> HANDSHAKE; any -> BROKEN; HANDSHAKE -> CLOSED */
typedef enum
{
  HELLO,     /* for the client's first record */
  WAITING,   /* for a turn at the gate */
  HANDSHAKE, /* in GIO's thread */
  OPEN,
  BROKEN,
  CLOSED /* by its owner, until the handshake has ended */
} State;

struct TrkTls
{
  BtioStream stream;
  BtioWatch watch;
  BtioReactor *reactor;
  TrkTlsGate *gate;
  TrkTls *next; /* waiting */
  State state;
  unsigned wanted;
  int error;
  int fd;
  GSocket *socket;
  GIOStream *tls;
  GPollableInputStream *in;
  GPollableOutputStream *out;
};

static void start_handshakes (TrkTlsGate *gate);

static TrkTls *
tls_of (BtioStream *stream)
{
  return (TrkTls *) (void *) stream;
}

static void
tls_free (TrkTls *self)
{
  btio_watch_stop (&self->watch);
  g_clear_object (&self->tls);
  g_clear_object (&self->socket);
  g_free (self);
}

/* Tells the owner, who may close. */
static void
break_off (TrkTls *self, int error)
{
  btio_watch_stop (&self->watch);
  self->state = BROKEN;
  self->error = error;
  if (self->stream.ready != NULL)
    self->stream.ready (&self->stream, self->stream.owner, BTIO_BROKEN);
}

/* --- the gate --- */

static void
wait_at_gate (TrkTls *self)
{
  TrkTlsGate *gate = self->gate;

  self->state = WAITING;
  btio_watch_stop (&self->watch);
  if (gate->last != NULL)
    gate->last->next = self;
  else
    gate->first = self;
  gate->last = self;
  start_handshakes (gate);
}

static void
leave_gate (TrkTls *self)
{
  TrkTlsGate *gate = self->gate;
  TrkTls *before = NULL;
  TrkTls *at;

  for (at = gate->first; at != self; at = at->next)
    before = at;
  if (before != NULL)
    before->next = self->next;
  else
    gate->first = self->next;
  if (gate->last == self)
    gate->last = before;
  self->next = NULL;
}

static uint32_t
events_of (unsigned wanted)
{
  return ((wanted & BTIO_READABLE) != 0 ? EPOLLIN | EPOLLRDHUP : 0)
         | ((wanted & BTIO_WRITABLE) != 0 ? EPOLLOUT : 0);
}

static void
on_handshake (GObject *object, GAsyncResult *result, gpointer data)
{
  TrkTls *self = data;
  TrkTlsGate *gate = self->gate;
  bool fine = g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, NULL);

  gate->running--;
  if (self->state == CLOSED)
    tls_free (self);
  else if (!fine)
    break_off (self, ECONNABORTED);
  else if (!btio_watch_start (&self->watch, self->reactor, self->fd, events_of (self->wanted)))
    break_off (self, errno);
  else
    self->state = OPEN;
  start_handshakes (gate);
}

static void
start_handshakes (TrkTlsGate *gate)
{
  while (gate->first != NULL && gate->running < gate->max)
    {
      TrkTls *self = gate->first;

      leave_gate (self);
      gate->running++;
      self->state = HANDSHAKE;
      g_tls_connection_handshake_async (G_TLS_CONNECTION (self->tls), G_PRIORITY_DEFAULT, NULL,
                                        on_handshake, self);
    }
}

/* --- readiness --- */

/* Whether the client's first record is there: 1, not yet: 0, or what came is no TLS: -1. */
static int
look_for_hello (int fd)
{
  uint8_t head[RECORD_HEAD];
  ssize_t n = recv (fd, head, sizeof head, MSG_PEEK | MSG_DONTWAIT);
  int available = 0;
  int len;

  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
  if (n == 0 || head[0] != RECORD_HANDSHAKE || (n > 1 && head[1] != 3))
    return -1;
  if (n < RECORD_HEAD)
    return 0;
  len = head[3] << 8 | head[4];
  if (len == 0 || len > RECORD_MAX || ioctl (fd, FIONREAD, &available) != 0)
    return -1;
  return available >= RECORD_HEAD + len;
}

static void
tls_ready (BtioWatch *watch, uint32_t events)
{
  TrkTls *self = (TrkTls *) (void *) ((char *) watch - offsetof (TrkTls, watch));
  unsigned ready = 0;
  int hello;

  if ((events & (EPOLLERR | EPOLLHUP)) != 0)
    {
      break_off (self, ECONNRESET);
      return;
    }
  if (self->state == HELLO)
    {
      hello = look_for_hello (self->fd);
      if (hello > 0)
        wait_at_gate (self);
      else if (hello < 0 || (events & EPOLLRDHUP) != 0)
        break_off (self, EPROTO);
      return;
    }
  if ((events & (EPOLLIN | EPOLLRDHUP)) != 0)
    ready |= BTIO_READABLE;
  if ((events & EPOLLOUT) != 0)
    ready |= BTIO_WRITABLE;
  if (self->stream.ready != NULL)
    self->stream.ready (&self->stream, self->stream.owner, ready);
}

/* --- the stream --- */

/* What a GError is as an errno. */
static int
errno_of (GError *error)
{
  int code = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? EAGAIN : ECONNRESET;

  g_clear_error (&error);
  return code;
}

static ssize_t
tls_readv (BtioStream *stream, const struct iovec *parts, int n)
{
  TrkTls *self = tls_of (stream);
  GError *error = NULL;
  ssize_t got;

  if (self->state != OPEN)
    {
      errno = self->state == BROKEN ? self->error : EAGAIN;
      return -1;
    }
  bt_assert (n == 1 && parts->iov_len >= RECORD_MAX); /* nothing stays inside of TLS */
  got = g_pollable_input_stream_read_nonblocking (self->in, parts->iov_base, parts->iov_len, NULL,
                                                  &error);
  if (got < 0)
    errno = errno_of (error);
  return got;
}

/* One record after the other. */
static ssize_t
write_part (TrkTls *self, const struct iovec *part)
{
  const uint8_t *bytes = part->iov_base;
  size_t done = 0;

  while (done < part->iov_len)
    {
      GError *error = NULL;
      gssize n = g_pollable_output_stream_write_nonblocking (self->out, bytes + done,
                                                             part->iov_len - done, NULL, &error);

      if (n > 0)
        done += (size_t) n;
      else if (done > 0)
        {
          g_clear_error (&error);
          break; /* the next try tells again */
        }
      else
        {
          errno = errno_of (error);
          return -1;
        }
    }
  return (ssize_t) done;
}

static ssize_t
tls_writev (BtioStream *stream, const struct iovec *parts, int n)
{
  TrkTls *self = tls_of (stream);
  ssize_t sum = 0;

  if (self->state != OPEN)
    {
      errno = self->state == BROKEN ? self->error : EAGAIN;
      return -1;
    }
  for (int i = 0; i < n; i++)
    {
      ssize_t done = parts[i].iov_len > 0 ? write_part (self, &parts[i]) : 0;

      if (done < 0)
        return sum > 0 ? sum : -1;
      sum += done;
      if ((size_t) done < parts[i].iov_len)
        break;
    }
  return sum;
}

static void
tls_want (BtioStream *stream, unsigned ready)
{
  TrkTls *self = tls_of (stream);

  self->wanted = ready;
  if (self->state == OPEN)
    btio_watch_set (&self->watch, events_of (ready));
}

static int
tls_error (BtioStream *stream)
{
  return tls_of (stream)->error;
}

static void
tls_close (BtioStream *stream)
{
  TrkTls *self = tls_of (stream);

  if (self->state == WAITING)
    leave_gate (self);
  if (self->state != HANDSHAKE)
    {
      btio_watch_stop (&self->watch);
      (void) g_socket_close (self->socket, NULL); /* nothing can be done about it */
      tls_free (self);
      return;
    }
  self->state = CLOSED;
  self->stream.ready = NULL;
  (void) g_socket_shutdown (self->socket, TRUE, TRUE, NULL); /* what ends the handshake */
}

static const BtioStreamClass tls_class = {
  .readv = tls_readv, .writev = tls_writev, .want = tls_want, .error = tls_error, .close = tls_close
};

bool
trk_tls_is (const BtioStream *stream)
{
  return stream->class == &tls_class;
}

GIOStream *
trk_tls_release (BtioStream *stream, GSocket **socket)
{
  TrkTls *self = tls_of (stream);
  GIOStream *tls = g_steal_pointer (&self->tls);

  bt_assert (self->state == OPEN);
  *socket = g_steal_pointer (&self->socket);
  tls_free (self);
  return tls;
}

/* --- making one --- */

static bool
put_tls_on (TrkTls *self, GTlsCertificate *certificate)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (GSocketConnection) connection
      = g_socket_connection_factory_create_connection (self->socket);

  /* Clients show no certificates. The usual database would be read anew for each connection, every
   * authority of the system, at ten milliseconds. */
  self->tls = g_initable_new (
      g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()), NULL, NULL,
      "base-io-stream", connection, "certificate", certificate, "database", NULL, NULL);
  if (self->tls == NULL)
    return false;
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (self->tls),
                                             (const char *const *) protocols);
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (self->tls), FALSE);
  self->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->tls));
  self->out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->tls));
  return true;
}

BtioStream *
trk_tls_new (BtioReactor *reactor, TrkTlsGate *gate, BtioStream *tcp, GTlsCertificate *certificate)
{
  TrkTls *self = g_new0 (TrkTls, 1);

  self->stream.class = &tls_class;
  self->stream.remote = tcp->remote;
  self->stream.local = tcp->local;
  self->watch.ready = tls_ready;
  self->reactor = reactor;
  self->gate = gate;
  self->fd = btio_tcp_release (tcp);
  self->socket = g_socket_new_from_fd (self->fd, NULL);
  if (self->socket == NULL)
    close (self->fd);
  /* Edge triggered: a part of a hello must not wake us until more of it comes. */
  if (self->socket == NULL || !put_tls_on (self, certificate)
      || !btio_watch_start (&self->watch, reactor, self->fd, EPOLLIN | EPOLLRDHUP | EPOLLET))
    {
      tls_free (self);
      return NULL;
    }
  return &self->stream;
}
