/* trk-udp-batch.c: recvmmsg() and sendmmsg() around the sockets of a UDP tracker. */
#include "tracker-server/front/trk-udp-batch-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

/* Longer than any request, also with the options of a long URL. The odd numbers of lines of the
 * cache keep the first lines of all buffers from competing for the same few places in it. */
#define LINE 64
#define REQUEST_LEN (25 * LINE)
#define REPLY_LEN (23 * LINE)

_Static_assert(REPLY_LEN >= TRK_UDP_REPLY_MAX, "room for any reply");

/* How long a batch waits for a socket that takes no more. */
#define SEND_WAIT_MS 10

typedef union
{
  sa_family_t family;
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

/* The address that was asked: a message of IP_PKTINFO or IPV6_PKTINFO. */
typedef union
{
  struct cmsghdr head;
  uint8_t bytes[CMSG_SPACE (sizeof (struct in6_pktinfo))];
} Asked;

struct TrkUdpBatch
{
  unsigned n_in;
  unsigned n_out;
  struct mmsghdr in[TRK_UDP_BATCH];
  struct mmsghdr out[TRK_UDP_BATCH];
  struct iovec in_parts[TRK_UDP_BATCH];
  struct iovec out_parts[TRK_UDP_BATCH];
  Address from[TRK_UDP_BATCH];
  Asked asked[TRK_UDP_BATCH];
  uint8_t requests[TRK_UDP_BATCH][REQUEST_LEN];
  uint8_t replies[TRK_UDP_BATCH][REPLY_LEN];
};

/* --- sockets --- */

static socklen_t
write_address (const BtEndpoint *endpoint, Address *out)
{
  *out = (Address){ 0 };
  if (endpoint->family == BT_FAMILY_V4)
    {
      out->v4.sin_family = AF_INET;
      out->v4.sin_port = htons (endpoint->port);
      memcpy (&out->v4.sin_addr, endpoint->addr, sizeof out->v4.sin_addr);
      return sizeof out->v4;
    }
  out->v6.sin6_family = AF_INET6;
  out->v6.sin6_port = htons (endpoint->port);
  memcpy (&out->v6.sin6_addr, endpoint->addr, sizeof out->v6.sin6_addr);
  return sizeof out->v6;
}

static BtEndpoint
read_address (const Address *address)
{
  if (address->family == AF_INET)
    return bt_endpoint_v4 ((const uint8_t *) &address->v4.sin_addr, ntohs (address->v4.sin_port));
  if (address->family == AF_INET6)
    return bt_endpoint_v6 ((const uint8_t *) &address->v6.sin6_addr, ntohs (address->v6.sin6_port));
  return (BtEndpoint){ 0 };
}

static bool
set_option (int fd, int level, int name, int value)
{
  return setsockopt (fd, level, name, &value, sizeof value) == 0;
}

/* A socket of all addresses is told which one was asked. */
static bool
set_options (int fd, const BtEndpoint *at, int buffer_len)
{
  bool v6 = at->family == BT_FAMILY_V6;
  bool everywhere = bt_endpoint_range (at) == BT_RANGE_UNSPECIFIED;

  if (buffer_len > 0)
    {
      (void) set_option (fd, SOL_SOCKET, SO_RCVBUF, buffer_len); /* as much as the system allows */
      (void) set_option (fd, SOL_SOCKET, SO_SNDBUF, buffer_len);
    }
  if (v6 && !set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1))
    return false;
  if (!everywhere)
    return true;
  return v6 ? set_option (fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
            : set_option (fd, IPPROTO_IP, IP_PKTINFO, 1);
}

/* The first socket is bound before it may be shared: so the system tells when the port is taken,
 * even by a socket that would share it. */
static bool
bind_socket (int fd, const BtEndpoint *at, bool first)
{
  Address address;
  socklen_t len = write_address (at, &address);

  if (!first && !set_option (fd, SOL_SOCKET, SO_REUSEPORT, 1))
    return false;
  if (bind (fd, &address.any, len) != 0)
    return false;
  return !first || set_option (fd, SOL_SOCKET, SO_REUSEPORT, 1);
}

int
trk_udp_socket_open (const BtEndpoint *at, bool first, int buffer_len)
{
  int family = at->family == BT_FAMILY_V4 ? AF_INET : AF_INET6;
  int fd = socket (family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int saved;

  if (fd < 0)
    return -1;
  if (set_options (fd, at, buffer_len) && bind_socket (fd, at, first))
    return fd;
  saved = errno;
  close (fd);
  errno = saved;
  return -1;
}

BtEndpoint
trk_udp_socket_address (int fd)
{
  Address address = { 0 };
  socklen_t len = sizeof address;

  if (getsockname (fd, &address.any, &len) != 0)
    return (BtEndpoint){ 0 };
  return read_address (&address);
}

/* --- in --- */

static void
set_up_in (TrkUdpBatch *self, unsigned i)
{
  self->in_parts[i] = (struct iovec){ self->requests[i], REQUEST_LEN };
  self->in[i].msg_hdr = (struct msghdr){ .msg_name = &self->from[i],
                                         .msg_namelen = sizeof self->from[i],
                                         .msg_iov = &self->in_parts[i],
                                         .msg_iovlen = 1,
                                         .msg_control = &self->asked[i],
                                         .msg_controllen = sizeof self->asked[i] };
}

TrkUdpBatch *
trk_udp_batch_new (void)
{
  TrkUdpBatch *self = g_aligned_alloc0 (1, sizeof *self, LINE);

  for (unsigned i = 0; i < TRK_UDP_BATCH; i++)
    {
      set_up_in (self, i);
      self->out_parts[i].iov_base = self->replies[i];
      self->out[i].msg_hdr.msg_iov = &self->out_parts[i];
      self->out[i].msg_hdr.msg_iovlen = 1;
    }
  return self;
}

void
trk_udp_batch_free (TrkUdpBatch *self)
{
  if (self != NULL)
    g_aligned_free (self);
}

/* The kernel overwrites what it is told of the rooms with what is in them. */
static void
make_room (TrkUdpBatch *self)
{
  for (unsigned i = 0; i < self->n_in; i++)
    {
      self->in[i].msg_hdr.msg_namelen = sizeof self->from[i];
      self->in[i].msg_hdr.msg_controllen = sizeof self->asked[i];
    }
  self->n_in = 0;
  self->n_out = 0;
}

unsigned
trk_udp_batch_receive (TrkUdpBatch *self, int fd)
{
  int n;

  make_room (self);
  n = recvmmsg (fd, self->in, TRK_UDP_BATCH, MSG_DONTWAIT, NULL);
  self->n_in = n > 0 ? (unsigned) n : 0;
  return self->n_in;
}

void
trk_udp_batch_get (TrkUdpBatch *self, unsigned i, TrkUdpDatagram *out)
{
  const struct mmsghdr *message = &self->in[i];

  out->bytes = self->requests[i];
  out->len = (message->msg_hdr.msg_flags & MSG_TRUNC) == 0 ? message->msg_len : 0;
  out->from = read_address (&self->from[i]);
}

/* --- out --- */

uint8_t *
trk_udp_batch_room (TrkUdpBatch *self)
{
  return self->replies[self->n_out];
}

/* What came with a datagram as the address that was asked, turned into where its answer comes from;
 * which interface it leaves by is the routes' business. A group is nobody's address. Returns the
 * length of it, 0 for none. */
static size_t
answer_from (struct msghdr *asked)
{
  struct cmsghdr *head = CMSG_FIRSTHDR (asked);
  struct in6_pktinfo v6;
  struct in_pktinfo v4;

  if (head != NULL && head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_PKTINFO)
    {
      memcpy (&v4, CMSG_DATA (head), sizeof v4);
      v4.ipi_ifindex = 0;
      memcpy (CMSG_DATA (head), &v4, sizeof v4);
      return CMSG_SPACE (sizeof v4);
    }
  if (head != NULL && head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_PKTINFO)
    {
      memcpy (&v6, CMSG_DATA (head), sizeof v6);
      v6.ipi6_ifindex = 0;
      memcpy (CMSG_DATA (head), &v6, sizeof v6);
      return IN6_IS_ADDR_MULTICAST (&v6.ipi6_addr) ? 0 : CMSG_SPACE (sizeof v6);
    }
  return 0;
}

void
trk_udp_batch_reply (TrkUdpBatch *self, unsigned i, size_t len)
{
  struct msghdr *in = &self->in[i].msg_hdr;
  struct msghdr *out = &self->out[self->n_out].msg_hdr;

  out->msg_name = in->msg_name;
  out->msg_namelen = in->msg_namelen;
  out->msg_control = in->msg_control;
  out->msg_controllen = in->msg_controllen > 0 ? answer_from (in) : 0;
  self->out_parts[self->n_out].iov_len = len;
  self->n_out++;
}

static void
wait_for_room (int fd)
{
  struct pollfd ready = { .fd = fd, .events = POLLOUT };

  (void) poll (&ready, 1, SEND_WAIT_MS); /* room or not, the next try tells */
}

/* A reply that is refused is that reply's trouble: the next may go. A full socket is everyone's;
 * clients ask again. */
unsigned
trk_udp_batch_send (TrkUdpBatch *self, int fd)
{
  unsigned done = 0;
  unsigned unsent = 0;
  bool waited = false;

  while (done < self->n_out)
    {
      int n = sendmmsg (fd, self->out + done, self->n_out - done, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n > 0)
        done += (unsigned) n;
      else if (n < 0 && errno == EAGAIN && waited)
        return unsent + self->n_out - done;
      else if (n < 0 && errno == EAGAIN)
        {
          wait_for_room (fd);
          waited = true;
        }
      else if (n == 0 || errno != EINTR)
        {
          done++;
          unsent++;
        }
    }
  return unsent;
}
