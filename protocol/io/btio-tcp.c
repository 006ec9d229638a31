/* btio-tcp.c: streams over TCP sockets, and the listener. */
#include "protocol/io/btio-tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/io/btio-sockaddr-private.h"

#define BACKLOG 4096
#define DSCP_LE 1

/* Connections that are taken from the kernel in one go. */
#define ACCEPT_BATCH 64

/* What the kernel may hold of ours before it says that it can take no more: the choice of what goes
 * next should be made late. */
#define UNSENT_MAX (128 * 1024)

typedef struct
{
  BtioStream stream;
  BtioWatch watch; /* of an accepted connection: once something is wanted */
  BtioTurn failed; /* tells that it cannot be watched */
  BtioReactor *reactor;
  int fd;
  int error;
} Tcp;

struct BtioListener
{
  BtioWatch watch;
  BtioReactor *reactor;
  BtioAccepted accepted;
  void *owner;
  BtEndpoint local;
  int fd;
  int reserve; /* a descriptor to give up when there is no other; -1 when lost */
};

/* --- the stream --- */

static Tcp *
tcp_of (BtioStream *stream)
{
  return (Tcp *) (void *) stream;
}

static ssize_t
tcp_readv (BtioStream *stream, const struct iovec *parts, int n)
{
  if (n == 1) /* cheaper */
    return recv (tcp_of (stream)->fd, parts->iov_base, parts->iov_len, MSG_DONTWAIT);
  return readv (tcp_of (stream)->fd, parts, n);
}

static ssize_t
tcp_writev (BtioStream *stream, const struct iovec *parts, int n)
{
  struct msghdr message
      = { .msg_iov = (struct iovec *) (uintptr_t) parts, .msg_iovlen = (size_t) n };

  if (n == 1) /* cheaper */
    return send (tcp_of (stream)->fd, parts->iov_base, parts->iov_len, MSG_NOSIGNAL | MSG_DONTWAIT);
  return sendmsg (tcp_of (stream)->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
tcp_want (BtioStream *stream, unsigned ready)
{
  uint32_t events = ((ready & BTIO_READABLE) != 0 ? EPOLLIN | EPOLLRDHUP : 0)
                    | ((ready & BTIO_WRITABLE) != 0 ? EPOLLOUT : 0);
  Tcp *tcp = tcp_of (stream);

  if (tcp->watch.reactor != NULL)
    btio_watch_set (&tcp->watch, events);
  else if (events != 0 && tcp->error == 0
           && !btio_watch_start (&tcp->watch, tcp->reactor, tcp->fd, events))
    {
      tcp->error = errno;
      btio_turn_ask (&tcp->failed, tcp->reactor);
    }
}

static void
tcp_failed (BtioTurn *turn)
{
  Tcp *tcp = (Tcp *) (void *) ((char *) turn - offsetof (Tcp, failed));

  tcp->stream.ready (&tcp->stream, tcp->stream.owner, BTIO_BROKEN);
}

static int
tcp_error (BtioStream *stream)
{
  return tcp_of (stream)->error;
}

static void
tcp_close (BtioStream *stream)
{
  Tcp *tcp = tcp_of (stream);

  btio_watch_stop (&tcp->watch);
  btio_turn_stop (&tcp->failed);
  close (tcp->fd);
  g_free (tcp);
}

int
btio_tcp_release (BtioStream *stream)
{
  Tcp *tcp = tcp_of (stream);
  int fd = tcp->fd;

  btio_watch_stop (&tcp->watch);
  btio_turn_stop (&tcp->failed);
  g_free (tcp);
  return fd;
}

void
btio_tcp_end (BtioStream *stream)
{
  (void) shutdown (tcp_of (stream)->fd, SHUT_WR); /* it may have ended already */
}

static void
tcp_close_keeping_errno (Tcp *tcp)
{
  int saved = errno;

  tcp_close (&tcp->stream);
  errno = saved;
}

static const BtioStreamClass tcp_class = {
  .readv = tcp_readv, .writev = tcp_writev, .want = tcp_want, .error = tcp_error, .close = tcp_close
};

static int
pending_error (int fd)
{
  int error = 0;
  socklen_t len = sizeof error;

  if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
    return errno;
  return error;
}

/* An end of the stream is told as readable: reading gives what is left, then 0. */
static void
tcp_ready (BtioWatch *watch, uint32_t events)
{
  Tcp *tcp = (Tcp *) (void *) ((char *) watch - offsetof (Tcp, watch));
  unsigned ready = 0;

  if ((events & (EPOLLERR | EPOLLHUP)) != 0)
    {
      tcp->error = pending_error (tcp->fd);
      if (tcp->error == 0)
        tcp->error = ECONNRESET;
      ready |= BTIO_BROKEN;
    }
  if ((events & (EPOLLIN | EPOLLRDHUP)) != 0)
    ready |= BTIO_READABLE;
  if ((events & EPOLLOUT) != 0)
    ready |= BTIO_WRITABLE;
  if (tcp->stream.ready != NULL)
    tcp->stream.ready (&tcp->stream, tcp->stream.owner, ready);
}

static void
tune_socket (int fd)
{
  const int on = 1;
  const int unsent = UNSENT_MAX;

  /* Neither is needed to work. */
  (void) setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  (void) setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
}

/* Takes @fd over. */
static Tcp *
tcp_new (BtioReactor *reactor, int fd)
{
  Tcp *tcp = g_new0 (Tcp, 1);

  tcp->stream.class = &tcp_class;
  tcp->watch.ready = tcp_ready;
  tcp->failed.run = tcp_failed;
  tcp->reactor = reactor;
  tcp->fd = fd;
  return tcp;
}

/* --- sockets --- */

/* Lower effort (RFC 8622), as other clients mark what they send; nothing depends on it. Who is
 * accepted has it of the listener. */
static void
mark_bulk (int fd, int family)
{
  const int le = DSCP_LE << 2;

  if (family == AF_INET6)
    (void) setsockopt (fd, IPPROTO_IPV6, IPV6_TCLASS, &le, sizeof le);
  else
    (void) setsockopt (fd, IPPROTO_IP, IP_TOS, &le, sizeof le);
}

static int
open_socket (int family, const BtioBind *to, bool listening)
{
  int fd = socket (family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;

  if (fd < 0)
    return -1;
  if (family == AF_INET6)
    (void) setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on); /* the default may be */
  if (listening)
    (void) setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* bind tells if it matters */
  if (listening && to->shared)
    (void) setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on); /* likewise */
  if (to != NULL && to->bulk)
    mark_bulk (fd, family);
  if (to != NULL && !btio_socket_bind (fd, to))
    {
      int saved = errno;

      close (fd);
      errno = saved;
      return -1;
    }
  return fd;
}

BtioStream *
btio_tcp_connect (BtioReactor *reactor, const BtEndpoint *remote, const BtioBind *to)
{
  struct sockaddr_storage address;
  socklen_t len = btio_sockaddr_write (remote, &address);
  int fd = open_socket (btio_sockaddr_family (remote), to, false);
  Tcp *tcp;

  if (fd < 0)
    return NULL;
  tune_socket (fd);
  if (connect (fd, (struct sockaddr *) &address, len) != 0 && errno != EINPROGRESS)
    {
      int saved = errno;

      close (fd);
      errno = saved;
      return NULL;
    }
  tcp = tcp_new (reactor, fd);
  tcp->stream.remote = *remote;
  if (btio_watch_start (&tcp->watch, reactor, fd, EPOLLOUT))
    return &tcp->stream;
  tcp_close_keeping_errno (tcp);
  return NULL;
}

/* --- the listener --- */

static int
open_reserve (void)
{
  return open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Out of descriptors: gives up the reserve, takes a connection with it and closes that at once. So
 * the kernel's queue does not stay full, and nobody waits for an answer that will not come. */
static bool
turn_away (BtioListener *listener)
{
  int fd;

  if (listener->reserve < 0)
    listener->reserve = open_reserve ();
  if (listener->reserve < 0)
    return false;
  close (listener->reserve);
  fd = accept4 (listener->fd, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0)
    close (fd);
  listener->reserve = open_reserve ();
  return fd >= 0;
}

/* Where a listener with any address took a connection, only the connection knows. */
static void
take_connection (BtioListener *listener, int fd, const struct sockaddr_storage *remote)
{
  Tcp *tcp = tcp_new (listener->reactor, fd);

  tcp->stream.remote = btio_sockaddr_read (remote);
  tcp->stream.local = listener->local;
  if (bt_endpoint_range (&listener->local) == BT_RANGE_UNSPECIFIED)
    tcp->stream.local = btio_socket_local (fd);
  listener->accepted (listener->owner, &tcp->stream);
}

static void
listener_ready (BtioWatch *watch, uint32_t events)
{
  BtioListener *listener
      = (BtioListener *) (void *) ((char *) watch - offsetof (BtioListener, watch));

  for (int i = 0; i < ACCEPT_BATCH && watch->reactor != NULL; i++)
    {
      struct sockaddr_storage remote;
      socklen_t len = sizeof remote;
      int fd
          = accept4 (listener->fd, (struct sockaddr *) &remote, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

      if (fd >= 0)
        take_connection (listener, fd, &remote);
      else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        {
          if (!turn_away (listener))
            return;
        }
      else if (errno != EINTR && errno != ECONNABORTED)
        return;
    }
}

BtioListener *
btio_tcp_listen (BtioReactor *reactor, const BtioBind *to, BtioAccepted accepted, void *owner)
{
  int fd = open_socket (btio_sockaddr_family (&to->address), to, true);
  BtioListener *listener;

  if (fd < 0)
    return NULL;
  tune_socket (fd); /* what it accepts inherits that */
  listener = g_new0 (BtioListener, 1);
  listener->reactor = reactor;
  listener->accepted = accepted;
  listener->owner = owner;
  listener->fd = fd;
  listener->reserve = open_reserve ();
  listener->watch.ready = listener_ready;
  if (listen (fd, BACKLOG) != 0 || !btio_watch_start (&listener->watch, reactor, fd, EPOLLIN))
    {
      int saved = errno;

      btio_listener_free (listener);
      errno = saved;
      return NULL;
    }
  listener->local = btio_socket_local (fd);
  return listener;
}

BtEndpoint
btio_listener_local (const BtioListener *listener)
{
  return listener->local;
}

void
btio_listener_free (BtioListener *listener)
{
  if (listener == NULL)
    return;
  btio_watch_stop (&listener->watch);
  close (listener->fd);
  if (listener->reserve >= 0)
    close (listener->reserve);
  g_free (listener);
}
