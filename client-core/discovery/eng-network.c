/* eng-network.c: see the header. */
#include "client-core/discovery/eng-network.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/io/btio-local.h"

#define SETTLED_US UINT64_C (1000000)
/* Words of the kernel are thrown away unread, so many a turn. */
#define WORDS_A_TURN 64

static const unsigned groups
    = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE;

static const BtFamily families[] = { BT_FAMILY_V4, BT_FAMILY_V6 };

#define N_FAMILIES G_N_ELEMENTS (families)

struct EngNetwork
{
  BtioReactor *reactor;
  BtioBind bind;
  char *interface; /* its own; or NULL */
  const EngNetworkEvents *events;
  void *owner;
  int fd; /* -1: the kernel does not say */
  BtioWatch watch;
  BtioTimer settled;
  BtEndpoint local[N_FAMILIES]; /* as last told; BT_FAMILY_NONE: none */
};

static BtEndpoint
find_local (const EngNetwork *self, size_t family)
{
  BtEndpoint local;

  return btio_local_outward (&self->bind, families[family], &local) ? local : (BtEndpoint){ 0 };
}

static void
take_bind (EngNetwork *self, const BtioBind *bind)
{
  char *interface = g_strdup (bind->interface);

  g_free (self->interface);
  self->interface = interface;
  self->bind = *bind;
  self->bind.interface = interface;
  for (size_t i = 0; i < N_FAMILIES; i++)
    self->local[i] = find_local (self, i);
}

/* Whoever is told may not free it. */
static void
on_settled (BtioTimer *timer, uint64_t now_us)
{
  EngNetwork *self = (EngNetwork *) (void *) ((char *) timer - offsetof (EngNetwork, settled));
  bool found = false;

  for (size_t i = 0; i < N_FAMILIES; i++)
    {
      BtEndpoint before = self->local[i];

      self->local[i] = find_local (self, i);
      if (bt_endpoint_equal (&self->local[i], &before))
        continue;
      found |= self->local[i].family != BT_FAMILY_NONE;
      if (before.family != BT_FAMILY_NONE && !btio_local_has (&before))
        self->events->lost (self->owner, before.family);
    }
  if (found)
    self->events->found (self->owner);
}

static void
on_word (BtioWatch *watch, uint32_t events)
{
  EngNetwork *self = (EngNetwork *) (void *) ((char *) watch - offsetof (EngNetwork, watch));
  char word[256]; /* the rest of it is thrown away as well */

  for (unsigned i = 0; i < WORDS_A_TURN; i++)
    if (recv (self->fd, word, sizeof word, MSG_DONTWAIT | MSG_TRUNC) <= 0)
      break; /* ENOBUFS, when some were lost, is as good as a word */
  btio_timer_set (&self->settled, self->reactor, btio_reactor_now_us (self->reactor) + SETTLED_US);
}

static int
open_words (void)
{
  const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

  if (fd < 0)
    return -1;
  if (bind (fd, (const struct sockaddr *) (const void *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

EngNetwork *
eng_network_new (BtioReactor *reactor, const BtioBind *bind, const EngNetworkEvents *events,
                 void *owner)
{
  EngNetwork *self = g_new0 (EngNetwork, 1);

  self->reactor = reactor;
  self->events = events;
  self->owner = owner;
  self->settled.due = on_settled;
  self->watch.ready = on_word;
  self->fd = open_words ();
  if (self->fd >= 0 && !btio_watch_start (&self->watch, reactor, self->fd, EPOLLIN))
    {
      close (self->fd);
      self->fd = -1;
    }
  take_bind (self, bind);
  return self;
}

void
eng_network_move (EngNetwork *self, const BtioBind *bind)
{
  take_bind (self, bind);
}

void
eng_network_free (EngNetwork *self)
{
  if (self == NULL)
    return;
  btio_watch_stop (&self->watch);
  btio_timer_stop (&self->settled);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->interface);
  g_free (self);
}
