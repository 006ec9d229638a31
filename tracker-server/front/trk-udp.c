/* trk-udp.c: the workers of the UDP side, their start and their end. */
#include "tracker-server/front/trk-udp.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "tracker-server/front/trk-udp-batch-private.h"
#include "tracker-server/front/trk-udp-filter-private.h"

#define US_PER_S UINT64_C (1000000)
#define NS_PER_US 1000

/* Nobody sleeps longer: a third of a slot. */
#define SLOT_LOOK_MS (BT_CONNECTION_ID_MS / BT_CONNECTION_ID_SLOTS / 3)

/* How long after a stop what has arrived is still answered. */
#define DRAIN_US (US_PER_S / 2)

typedef struct
{
  TrkUdp *owner;
  TrkWorker *worker;
  TrkUdpBatch *batch;
  TrkUdpRules rules;
  TrkUdpDatagram datagrams[TRK_UDP_BATCH]; /* of the batch, those that are answered */
  TrkUdpTurn turns[TRK_UDP_BATCH];
  unsigned turn_of[TRK_UDP_BATCH];                  /* which datagram of the batch each is of */
  struct pollfd sockets[TRK_UDP_ADDRESSES_MAX + 1]; /* the last one is the owner's bell */
  size_t n_open;
  BtFamily families[TRK_UDP_ADDRESSES_MAX];
  uint32_t dropped[TRK_UDP_ADDRESSES_MAX]; /* as the system had last counted them */
  uint64_t look_us;                        /* when the sockets are to be looked after */
  uint64_t slot_end_us;                    /* when their filters are to be made anew */
  pthread_t thread;
} Server;

struct TrkUdp
{
  BtEndpoint addresses[TRK_UDP_ADDRESSES_MAX];
  size_t n_addresses;
  atomic_bool stopping;
  int bell; /* readable once it is stopping */
  Server *servers;
  unsigned n_servers;
  unsigned n_running;
};

static uint64_t
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (uint64_t) now.tv_sec * US_PER_S + (uint64_t) now.tv_nsec / NS_PER_US;
}

/* --- sockets --- */

/* What is done once a second: what the system dropped is counted, and in another slot there are
 * other filters. */
static void
look_after (Server *self, uint64_t now)
{
  for (size_t i = 0; i < self->n_open; i++)
    {
      uint32_t dropped = trk_udp_filter_dropped (self->sockets[i].fd);

      trk_worker_count_many (self->worker, TRK_COUNT_DROPPED, dropped - self->dropped[i]);
      self->dropped[i] = dropped;
      if (now >= self->slot_end_us)
        trk_udp_filter_attach (self->sockets[i].fd, self->families[i], &self->rules.ids, now);
    }
  self->slot_end_us = bt_connection_slot_end_us (now);
  self->look_us = MIN (now + US_PER_S, self->slot_end_us);
}

/* --- a worker's thread --- */

/* Leaves what is to be answered among the turns; returns how many. Junk costs no more than this. */
static unsigned
look_at_batch (Server *self, unsigned n, uint64_t now)
{
  unsigned n_turns = 0;

  for (unsigned i = 0; i < n; i++)
    {
      TrkUdpDatagram *datagram = &self->datagrams[n_turns];

      trk_udp_batch_get (self->batch, i, datagram);
      if (trk_udp_look (self->worker, &self->rules, datagram, now, &self->turns[n_turns]))
        self->turn_of[n_turns++] = i;
    }
  return n_turns;
}

static void
answer_batch (Server *self, unsigned n)
{
  uint64_t now = now_us ();
  unsigned n_turns;

  if (now >= self->look_us)
    look_after (self, now);
  trk_worker_begin (self->worker, now);
  n_turns = look_at_batch (self, n, now);
  for (unsigned step = 0; step < TRK_AHEAD_STEPS; step++)
    for (unsigned i = 0; i < n_turns; i++)
      trk_udp_ahead (self->worker, &self->turns[i], (TrkAheadStep) step);
  for (unsigned i = 0; i < n_turns; i++)
    {
      size_t len = trk_udp_write (self->worker, &self->rules, &self->turns[i], now,
                                  trk_udp_batch_room (self->batch));

      if (len > 0)
        trk_udp_batch_reply (self->batch, self->turn_of[i], len);
    }
  trk_worker_end (self->worker);
}

/* One batch of a socket; how many datagrams it had. */
static unsigned
serve (Server *self, int fd)
{
  unsigned n = trk_udp_batch_receive (self->batch, fd);
  unsigned unsent;

  if (n == 0)
    return 0;
  answer_batch (self, n);
  unsent = trk_udp_batch_send (self->batch, fd);
  while (unsent-- > 0)
    trk_worker_count (self->worker, TRK_COUNT_UNSENT);
  return n;
}

static bool
serve_all (Server *self)
{
  bool any = false;

  for (size_t i = 0; i < self->n_open; i++)
    any = serve (self, self->sockets[i].fd) > 0 || any;
  return any;
}

/* Filters are good for the next slot as well, so that whoever sleeps through one is not late. */
static void
sleep_until_asked (Server *self)
{
  look_after (self, now_us ());
  (void) poll (self->sockets, self->n_open + 1, SLOT_LOOK_MS); /* whatever wakes it, it looks */
}

/* Whether it is stopping is asked first: so what had arrived by then has been looked for. */
static void *
run (void *data)
{
  Server *self = data;
  uint64_t end_us = UINT64_MAX;

  for (;;)
    {
      bool stopping = atomic_load_explicit (&self->owner->stopping, memory_order_acquire);
      bool any = serve_all (self);

      if (stopping && end_us == UINT64_MAX)
        end_us = now_us () + DRAIN_US;
      if (stopping && (!any || now_us () > end_us))
        break;
      if (!any && !stopping)
        sleep_until_asked (self);
    }
  look_after (self, now_us ());
  return NULL;
}

/* --- start and end --- */

/* One socket for each address. */
static bool
open_sockets (TrkUdp *self, Server *server, int buffer_len, TrkUdpFault *fault)
{
  bool first = server == self->servers;

  for (size_t i = 0; i < self->n_addresses; i++)
    {
      BtEndpoint *at = &self->addresses[i];
      int fd = trk_udp_socket_open (at, first, buffer_len);

      *fault = (TrkUdpFault){ errno, *at };
      if (fd < 0)
        return false;
      server->families[server->n_open] = (BtFamily) at->family;
      server->sockets[server->n_open++] = (struct pollfd){ .fd = fd, .events = POLLIN };
      trk_udp_filter_attach (fd, (BtFamily) at->family, &server->rules.ids, now_us ());
      if (first)
        *at = trk_udp_socket_address (fd);
    }
  server->sockets[server->n_open] = (struct pollfd){ .fd = self->bell, .events = POLLIN };
  return true;
}

/* Signals are for the other threads. */
static bool
start_threads (TrkUdp *self, TrkUdpFault *fault)
{
  sigset_t before;
  sigset_t all;
  int failure = 0;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  while (failure == 0 && self->n_running < self->n_servers)
    {
      Server *server = &self->servers[self->n_running];

      failure = pthread_create (&server->thread, NULL, run, server);
      self->n_running += failure == 0;
    }
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  *fault = (TrkUdpFault){ .code = failure };
  return failure == 0;
}

static bool
start (TrkUdp *self, TrkService *service, const TrkUdpConfig *config, TrkUdpFault *fault)
{
  self->bell = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  *fault = (TrkUdpFault){ .code = errno };
  if (self->bell < 0)
    return false;
  for (unsigned i = 0; i < self->n_servers; i++)
    {
      Server *server = &self->servers[i];

      server->owner = self;
      server->rules = config->rules;
      server->worker = trk_worker_new (service, TRK_CARRIER_UDP);
      server->batch = trk_udp_batch_new ();
      if (!open_sockets (self, server, config->buffer_len, fault))
        return false;
    }
  return start_threads (self, fault);
}

TrkUdp *
trk_udp_new (const TrkUdpConfig *config, TrkService *service, TrkUdpFault *fault)
{
  TrkUdp *self = g_new0 (TrkUdp, 1);

  bt_assert (config->n_addresses > 0 && config->n_addresses <= TRK_UDP_ADDRESSES_MAX);
  self->n_addresses = config->n_addresses;
  for (size_t i = 0; i < config->n_addresses; i++)
    self->addresses[i] = config->addresses[i];
  self->n_servers = config->n_workers > 0 ? config->n_workers : g_get_num_processors ();
  self->n_servers = MIN (self->n_servers, TRK_UDP_WORKERS_MAX);
  self->servers = g_new0 (Server, self->n_servers);
  if (start (self, service, config, fault))
    return self;
  trk_udp_free (self);
  return NULL;
}

BtEndpoint
trk_udp_address (const TrkUdp *self, size_t i)
{
  bt_assert (i < self->n_addresses);
  return self->addresses[i];
}

unsigned
trk_udp_n_workers (const TrkUdp *self)
{
  return self->n_servers;
}

void
trk_udp_stop (TrkUdp *self)
{
  const uint64_t one = 1;

  atomic_store_explicit (&self->stopping, true, memory_order_release);
  (void) !write (self->bell, &one, sizeof one); /* it rings already if this fails */
}

static void
clear_server (Server *server)
{
  for (size_t i = 0; i < server->n_open; i++)
    close (server->sockets[i].fd);
  trk_udp_batch_free (server->batch);
  trk_worker_free (server->worker);
}

void
trk_udp_free (TrkUdp *self)
{
  if (self == NULL)
    return;
  if (self->n_running > 0)
    trk_udp_stop (self);
  for (unsigned i = 0; i < self->n_running; i++)
    bt_assert (pthread_join (self->servers[i].thread, NULL) == 0);
  for (unsigned i = 0; i < self->n_servers; i++)
    clear_server (&self->servers[i]);
  if (self->bell >= 0)
    close (self->bell);
  g_free (self->servers);
  g_free (self);
}
