/* trk-http-lane.c: a thread of the HTTP side: its listeners, who may come in, and the deadlines. */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "protocol/core/bt-assert.h"
#include "tracker-server/front/trk-http-private.h"

#define US_PER_MS UINT64_C (1000)

/* How often deadlines are looked at. */
#define TICK_MIN_US (10 * US_PER_MS)
#define TICK_MAX_US (1000 * US_PER_MS)

/* Who was refused gets so long to read why. */
#define CLOSE_US (2000 * US_PER_MS)

/* A head that is not finished for so long may have to make room: whoever is not out to hold us up
 * sends it at once. */
#define YOUNG_US (1000 * US_PER_MS)

/* So does a younger one of a source with so many times the connections of who comes; so many of
 * those that wait longest are looked at for it. */
#define CROWD 4u
#define LOOK 16u

/* --- who may come in --- */

/* The first of a queue whose turn is not under way. */
static TrkHttpConnection *
first_of (const TrkHttpLane *self, TrkHttpWait wait)
{
  TrkHttpConnection *at = self->queues[wait].first;

  while (at != NULL && at->answered)
    at = at->after;
  return at;
}

/* Who does not send a head: for long, or from the midst of a crowd that keeps others out. */
static TrkHttpConnection *
slow_head (const TrkHttpLane *self, const BtEndpoint *comer)
{
  uint64_t now_us = btio_reactor_now_us (self->reactor);
  uint32_t crowd = CROWD * (1 + trk_places_of (self->http->places, comer));
  TrkHttpConnection *at = first_of (self, TRK_HTTP_WAIT_HEAD);

  if (at == NULL || now_us - at->since_us >= YOUNG_US)
    return at;
  for (unsigned i = 0; i < LOOK && at != NULL; i++, at = at->after)
    if (!at->answered && trk_places_of (self->http->places, &at->place) > crowd)
      return at;
  return NULL;
}

/* Closes whoever can be missed most. False when there is nobody. */
static bool
make_room (TrkHttpLane *self, const BtEndpoint *comer)
{
  TrkHttpConnection *one = first_of (self, TRK_HTTP_WAIT_CLOSE);

  if (one == NULL)
    one = first_of (self, TRK_HTTP_WAIT_IDLE);
  if (one == NULL)
    one = slow_head (self, comer);
  if (one == NULL)
    return false;
  trk_worker_count (self->worker, TRK_COUNT_HTTP_EVICTED);
  trk_http_connection_close (one);
  return true;
}

/* Proxies speak for many: they are counted in the sum alone. */
static BtEndpoint
place_of (const TrkHttpLane *self, const BtEndpoint *remote)
{
  const TrkHttpConfig *config = &self->http->config;
  const BtEndpoint nobody = { 0 };

  return trk_networks_have (&config->proxies, remote)
                 || trk_networks_have (&config->proxy_protocol, remote)
             ? nobody
             : *remote;
}

static void
on_accepted (void *owner, BtioStream *stream)
{
  const TrkHttpDoor *door = owner;
  TrkHttpLane *self = door->lane;
  BtEndpoint place = place_of (self, &stream->remote);
  TrkPlacesResult result = trk_places_take (self->http->places, &place);

  if (result == TRK_PLACES_FULL && make_room (self, &place))
    result = trk_places_take (self->http->places, &place);
  if (result != TRK_PLACES_TAKEN)
    {
      trk_worker_count (self->worker, TRK_COUNT_HTTP_TURNED_AWAY);
      btio_stream_close (stream);
      return;
    }
  trk_worker_count (self->worker, TRK_COUNT_HTTP_OPENED);
  trk_http_connection_new (self, stream, &place, door->tls);
}

/* --- deadlines --- */

static void
expire (TrkHttpLane *self, TrkHttpWait wait, uint64_t now_us)
{
  uint64_t time_us = self->queues[wait].time_us;
  TrkHttpConnection *one = first_of (self, wait);

  for (; one != NULL && now_us - one->since_us >= time_us; one = first_of (self, wait))
    {
      if (wait == TRK_HTTP_WAIT_HEAD || wait == TRK_HTTP_WAIT_REPLY)
        trk_worker_count (self->worker, TRK_COUNT_HTTP_TIMED_OUT);
      trk_http_connection_close (one);
    }
}

static bool
is_empty (const TrkHttpLane *self)
{
  for (TrkHttpWait wait = TRK_HTTP_WAIT_HEAD; wait < TRK_HTTP_WAITS; wait++)
    if (self->queues[wait].first != NULL)
      return false;
  return true;
}

static void
on_tick (BtioTimer *timer, uint64_t now_us)
{
  TrkHttpLane *self = (TrkHttpLane *) (void *) ((char *) timer - offsetof (TrkHttpLane, tick));

  for (TrkHttpWait wait = TRK_HTTP_WAIT_HEAD; wait < TRK_HTTP_WAITS; wait++)
    expire (self, wait, now_us);
  if (!is_empty (self))
    btio_timer_set (&self->tick, self->reactor, now_us + self->tick_us);
}

static void
set_times (TrkHttpLane *self)
{
  const TrkHttpConfig *config = &self->http->config;
  uint32_t shortest = MIN (MIN (config->head_ms, config->reply_ms), config->idle_ms);

  self->queues[TRK_HTTP_WAIT_HEAD].time_us = config->head_ms * US_PER_MS;
  self->queues[TRK_HTTP_WAIT_IDLE].time_us = config->idle_ms * US_PER_MS;
  self->queues[TRK_HTTP_WAIT_REPLY].time_us = config->reply_ms * US_PER_MS;
  self->queues[TRK_HTTP_WAIT_CLOSE].time_us = CLOSE_US;
  self->tick_us = CLAMP (shortest * US_PER_MS / 4, TICK_MIN_US, TICK_MAX_US);
}

/* --- the thread --- */

static void
on_turn (BtioTurn *turn)
{
  trk_http_lane_flush ((TrkHttpLane *) (void *) ((char *) turn - offsetof (TrkHttpLane, turn)));
}

/* Waking is all: the loop looks by itself whether it is over. */
static void
on_wake (BtioWatch *watch, uint32_t events)
{
  uint64_t count;

  (void) !read (watch->fd, &count, sizeof count); /* empties it */
}

static void
close_doors (TrkHttpLane *self)
{
  for (size_t i = 0; self->doors != NULL && i < self->http->config.n_listens; i++)
    g_clear_pointer (&self->doors[i].listener, btio_listener_free);
}

static void
close_connections (TrkHttpLane *self)
{
  for (TrkHttpWait wait = TRK_HTTP_WAIT_HEAD; wait < TRK_HTTP_WAITS; wait++)
    while (self->queues[wait].first != NULL)
      trk_http_connection_close (self->queues[wait].first);
}

static void *
run (void *data)
{
  TrkHttpLane *self = data;

  g_main_context_push_thread_default (self->context);
  while (!atomic_load (&self->http->stopping))
    g_main_context_iteration (self->context, TRUE);
  close_doors (self);
  close_connections (self);
  while (self->gate.running > 0) /* their sockets are shut */
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* --- beginning and end --- */

static bool
fail (GError **error, int code, const char *what)
{
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), "%s: %s", what,
               g_strerror (code));
  errno = code;
  return false;
}

/* The lanes listen at the same place; the first one finds out which port that is. */
static bool
open_door (TrkHttpLane *self, const TrkHttpConfig *config, size_t i, const TrkHttpLane *first,
           GError **error)
{
  BtioBind bind
      = { .address = config->listens[i].address, .shared = self->http->config.n_threads > 1 };
  char text[BT_ENDPOINT_TEXT];

  if (first != NULL)
    bind.address = btio_listener_local (first->doors[i].listener);
  self->doors[i].lane = self;
  self->doors[i].tls = config->listens[i].tls;
  self->doors[i].listener = btio_tcp_listen (self->reactor, &bind, on_accepted, &self->doors[i]);
  if (self->doors[i].listener != NULL)
    return true;
  bt_endpoint_write (&bind.address, text);
  return fail (error, errno, text);
}

static bool
open_lane (TrkHttpLane *self, const TrkHttpConfig *config, const TrkHttpLane *first, GError **error)
{
  self->reactor = btio_reactor_new (self->context);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->reactor == NULL || self->wake_fd < 0
      || !btio_watch_start (&self->wake, self->reactor, self->wake_fd, EPOLLIN))
    return fail (error, errno, "epoll");
  for (size_t i = 0; i < config->n_listens; i++)
    if (!open_door (self, config, i, first, error))
      return false;
  return true;
}

TrkHttpLane *
trk_http_lane_new (TrkHttp *http, const TrkHttpConfig *config, TrkHttpLane *first, GError **error)
{
  TrkHttpLane *self = g_new0 (TrkHttpLane, 1);

  self->http = http;
  self->context = g_main_context_new ();
  self->doors = g_new0 (TrkHttpDoor, config->n_listens);
  self->worker = trk_worker_new (http->service, TRK_CARRIER_HTTP);
  self->answerer = trk_answerer_new (self->worker, http->config.full_scrape, http->config.data);
  self->gate.max = MAX (2, BT_LIMIT_TLS_HANDSHAKES / http->config.n_threads);
  self->wake.ready = on_wake;
  self->tick.due = on_tick;
  self->turn.run = on_turn;
  set_times (self);
  if (open_lane (self, config, first, error))
    return self;
  trk_http_lane_free (self);
  return NULL;
}

bool
trk_http_lane_start (TrkHttpLane *self, GError **error)
{
  int failure = pthread_create (&self->thread, NULL, run, self);

  self->started = failure == 0;
  return self->started || fail (error, failure, "any address");
}

void
trk_http_lane_free (TrkHttpLane *self)
{
  const uint64_t one = 1;

  if (self == NULL)
    return;
  if (self->started)
    {
      (void) !write (self->wake_fd, &one, sizeof one); /* a full counter wakes as well */
      bt_assert (pthread_join (self->thread, NULL) == 0);
    }
  close_doors (self);
  btio_timer_stop (&self->tick);
  btio_turn_stop (&self->turn);
  btio_watch_stop (&self->wake);
  if (self->wake_fd >= 0)
    close (self->wake_fd);
  btio_reactor_free (self->reactor);
  g_main_context_unref (self->context);
  trk_answerer_free (self->answerer);
  trk_worker_free (self->worker);
  g_free (self->doors);
  g_free (self);
}
