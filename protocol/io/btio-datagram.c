/* btio-datagram.c: recvmmsg() and sendmmsg() around a non-blocking UDP socket. */
#include "protocol/io/btio-datagram.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/io/btio-sockaddr-private.h"

/* Datagrams that are taken or given in one call, and the calls of one turn: a flood must not starve
 * what else the thread has to do. */
#define BATCH 32
#define BATCHES_A_TURN 8

#define LENGTH_MAX 65507

typedef struct
{
  struct sockaddr_storage to;
  socklen_t to_len;
  size_t len;
  uint8_t bytes[];
} Waiting;

struct BtioDatagram
{
  BtioWatch watch;
  BtioTurn flush;
  BtioReactor *reactor;
  BtioReceived received;
  void *owner;
  int fd;
  int family;
  GQueue waiting; /* of Waiting */
  BtioDatagramStats stats;
  struct mmsghdr headers[BATCH];
  struct iovec parts[BATCH];
  struct sockaddr_storage from[BATCH];
  uint8_t bytes[BATCH][BTIO_DATAGRAM_MAX];
};

/* --- out --- */

/* Gives the first of the queue to the kernel; how many it took, or -1 and errno. */
static int
send_batch (BtioDatagram *self)
{
  struct mmsghdr headers[BATCH] = { 0 };
  struct iovec parts[BATCH];
  unsigned n = 0;

  for (GList *at = self->waiting.head; at != NULL && n < BATCH; at = at->next, n++)
    {
      Waiting *one = at->data;

      parts[n] = (struct iovec){ one->bytes, one->len };
      headers[n].msg_hdr = (struct msghdr){
        .msg_name = &one->to, .msg_namelen = one->to_len, .msg_iov = &parts[n], .msg_iovlen = 1
      };
    }
  return sendmmsg (self->fd, headers, n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
drop_first (BtioDatagram *self)
{
  g_free (g_queue_pop_head (&self->waiting));
}

/* What the kernel refuses is that datagram's trouble: the next may go. */
static void
flush (BtioDatagram *self)
{
  while (self->waiting.length > 0)
    {
      int sent = send_batch (self);

      if (sent < 0 && (errno == EAGAIN || errno == ENOBUFS))
        break;
      if (sent < 0 && errno == EINTR)
        continue;
      if (sent <= 0)
        {
          self->stats.refused++;
          drop_first (self);
          continue;
        }
      self->stats.sent += (uint64_t) sent;
      for (int i = 0; i < sent; i++)
        drop_first (self);
    }
  btio_watch_set (&self->watch, self->waiting.length > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void
on_turn_end (BtioTurn *turn)
{
  flush ((BtioDatagram *) (void *) ((char *) turn - offsetof (BtioDatagram, flush)));
}

bool
btio_datagram_send (BtioDatagram *self, const uint8_t *data, size_t len, const BtEndpoint *to)
{
  Waiting *one;

  if (len > LENGTH_MAX || btio_sockaddr_family (to) != self->family)
    return false;
  if (self->waiting.length >= BTIO_DATAGRAM_QUEUE)
    {
      self->stats.dropped++;
      return false;
    }
  one = g_malloc (sizeof *one + len);
  one->to_len = btio_sockaddr_write (to, &one->to);
  one->len = len;
  if (len > 0)
    memcpy (one->bytes, data, len);
  g_queue_push_tail (&self->waiting, one);
  btio_turn_ask (&self->flush, self->reactor);
  return true;
}

/* --- in --- */

static int
receive_batch (BtioDatagram *self)
{
  for (unsigned i = 0; i < BATCH; i++)
    {
      self->parts[i] = (struct iovec){ self->bytes[i], BTIO_DATAGRAM_MAX };
      self->headers[i].msg_hdr = (struct msghdr){ .msg_name = &self->from[i],
                                                  .msg_namelen = sizeof self->from[i],
                                                  .msg_iov = &self->parts[i],
                                                  .msg_iovlen = 1 };
    }
  return recvmmsg (self->fd, self->headers, BATCH, MSG_DONTWAIT, NULL);
}

static void
hand_over (BtioDatagram *self, unsigned i)
{
  BtEndpoint from = btio_sockaddr_read (&self->from[i]);

  self->stats.received++;
  if ((self->headers[i].msg_hdr.msg_flags & MSG_TRUNC) != 0)
    self->stats.truncated++;
  else
    self->received (self->owner, self->bytes[i], self->headers[i].msg_len, &from);
}

/* An error that waits on the socket is told once by whatever call comes first; the call after it
 * goes on. */
static void
receive (BtioDatagram *self)
{
  for (unsigned turn = 0; turn < BATCHES_A_TURN; turn++)
    {
      int n = receive_batch (self);

      if (n < 0 && errno == EAGAIN)
        return;
      for (int i = 0; i < n; i++)
        hand_over (self, (unsigned) i);
      if (n >= 0 && n < BATCH)
        return;
    }
}

static void
datagram_ready (BtioWatch *watch, uint32_t events)
{
  BtioDatagram *self = (BtioDatagram *) (void *) ((char *) watch - offsetof (BtioDatagram, watch));

  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
    receive (self);
  if ((events & EPOLLOUT) != 0)
    flush (self);
}

/* --- the socket --- */

BtioDatagram *
btio_datagram_new (BtioReactor *reactor, const BtioBind *to, BtioReceived received, void *owner)
{
  int family = btio_sockaddr_family (&to->address);
  int fd = socket (family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  BtioDatagram *self;

  if (fd < 0)
    return NULL;
  if (family == AF_INET6)
    (void) setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on); /* the default may be */
  self = g_new0 (BtioDatagram, 1);
  self->reactor = reactor;
  self->received = received;
  self->owner = owner;
  self->fd = fd;
  self->family = family;
  self->watch.ready = datagram_ready;
  self->flush.run = on_turn_end;
  g_queue_init (&self->waiting);
  if (!btio_socket_bind (fd, to) || !btio_watch_start (&self->watch, reactor, fd, EPOLLIN))
    {
      int saved = errno;

      btio_datagram_free (self);
      errno = saved;
      return NULL;
    }
  return self;
}

void
btio_datagram_free (BtioDatagram *self)
{
  if (self == NULL)
    return;
  btio_turn_stop (&self->flush);
  btio_watch_stop (&self->watch);
  g_queue_clear_full (&self->waiting, g_free);
  close (self->fd);
  g_free (self);
}

BtEndpoint
btio_datagram_local (const BtioDatagram *self)
{
  return btio_socket_local (self->fd);
}

bool
btio_datagram_has_route (const BtEndpoint *to)
{
  struct sockaddr_storage address;
  socklen_t len = btio_sockaddr_write (to, &address);
  int fd = socket (btio_sockaddr_family (to), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool found;

  if (fd < 0)
    return false;
  found = connect (fd, (struct sockaddr *) &address, len) == 0;
  close (fd);
  return found;
}

const BtioDatagramStats *
btio_datagram_stats (const BtioDatagram *self)
{
  return &self->stats;
}
