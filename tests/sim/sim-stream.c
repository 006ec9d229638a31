/* sim-stream.c: streams over pipes, connecting and listening: btio-tcp.h. */
#include "tests/sim/sim-net-private.h"

#include <errno.h>
#include <string.h>

#include "protocol/core/bt-assert.h"

struct BtioListener
{
  SimHost *host;
  BtioAccepted accepted;
  void *owner;
  SimReady ready;
  GQueue waiting; /* of SimStream that nobody has taken */
};

static SimStream *
stream_of (BtioStream *stream)
{
  return (SimStream *) (void *) stream;
}

static SimPipe *
pipe_from (const SimStream *self)
{
  return &self->cable->pipes[self->side];
}

static SimPipe *
pipe_to (const SimStream *self)
{
  return &self->cable->pipes[1 - self->side];
}

/* --- readiness --- */

static unsigned
readiness (const SimStream *self)
{
  unsigned ready = self->error != 0 ? BTIO_BROKEN : 0;

  if (self->connected && (pipe_to (self)->arrived.first != NULL || self->ended || self->error != 0))
    ready |= BTIO_READABLE;
  if (self->error != 0 || (self->connected && sim_pipe_has_room (pipe_from (self))))
    ready |= BTIO_WRITABLE;
  return ready;
}

static void
ask (SimStream *self)
{
  if (self->stream.ready != NULL && (readiness (self) & (self->wanted | BTIO_BROKEN)) != 0)
    sim_ready_ask (&self->ready, self->host->reactor);
}

/* Level triggered: what is not taken is told again. */
static void
on_ready (SimReady *ready)
{
  SimStream *self = (SimStream *) (void *) ((char *) ready - offsetof (SimStream, ready));
  unsigned what = readiness (self) & (self->wanted | BTIO_BROKEN);
  bool freed = false;

  if (what == 0)
    return;
  self->freed = &freed;
  self->stream.ready (&self->stream, self->stream.owner, what);
  if (freed)
    return;
  self->freed = NULL;
  ask (self);
}

void
sim_stream_arrived (SimStream *self, bool end)
{
  self->ended |= end;
  ask (self);
}

void
sim_stream_roomy (SimStream *self)
{
  if ((self->wanted & BTIO_WRITABLE) != 0)
    ask (self);
}

void
sim_stream_break (SimStream *self, int error)
{
  if (self->error == 0)
    self->error = error;
  ask (self);
}

/* --- the table --- */

static ssize_t
fail (int error)
{
  errno = error;
  return -1;
}

static ssize_t
stream_readv (BtioStream *stream, const struct iovec *parts, int n)
{
  SimStream *self = stream_of (stream);
  size_t done = 0;

  for (int i = 0; i < n; i++)
    done += sim_pipe_take (pipe_to (self), parts[i].iov_base, parts[i].iov_len);
  if (done > 0)
    return (ssize_t) done;
  if (self->error != 0)
    return fail (self->error);
  return self->ended ? 0 : fail (EAGAIN);
}

static ssize_t
stream_writev (BtioStream *stream, const struct iovec *parts, int n)
{
  SimStream *self = stream_of (stream);
  size_t done = 0;

  if (self->error != 0)
    return fail (self->error);
  for (int i = 0; i < n; i++)
    {
      size_t took = sim_pipe_put (pipe_from (self), parts[i].iov_base, parts[i].iov_len);

      done += took;
      if (took < parts[i].iov_len)
        break;
    }
  return done > 0 ? (ssize_t) done : fail (EAGAIN);
}

static void
stream_want (BtioStream *stream, unsigned ready)
{
  SimStream *self = stream_of (stream);

  self->wanted = ready;
  ask (self);
}

static int
stream_error (BtioStream *stream)
{
  return stream_of (stream)->error;
}

static void
cable_free (SimCable *cable)
{
  sim_event_stop (&cable->opening);
  sim_pipe_clear (&cable->pipes[0]);
  sim_pipe_clear (&cable->pipes[1]);
  g_free (cable);
}

static void
stream_close (BtioStream *stream)
{
  SimStream *self = stream_of (stream);
  SimCable *cable = self->cable;
  bool half_open = !self->connected;

  sim_ready_stop (&self->ready);
  if (self->freed != NULL)
    *self->freed = true;
  pipe_from (self)->from = NULL;
  pipe_to (self)->to = NULL;
  cable->ends[self->side] = NULL;
  g_ptr_array_remove_fast (self->host->streams, self);
  if (half_open || cable->ends[1 - self->side] == NULL)
    {
      SimStream *other = cable->ends[1 - self->side];

      if (other == NULL)
        cable_free (cable);
      else
        sim_stream_break (other, ECONNRESET);
    }
  else
    sim_pipe_end (&cable->pipes[self->side]);
  g_free (self);
}

static const BtioStreamClass stream_class = { .readv = stream_readv,
                                              .writev = stream_writev,
                                              .want = stream_want,
                                              .error = stream_error,
                                              .close = stream_close };

static SimStream *
stream_new (SimHost *host, SimCable *cable, unsigned side)
{
  SimStream *self = g_new0 (SimStream, 1);

  self->stream.class = &stream_class;
  self->host = host;
  self->cable = cable;
  self->side = side;
  self->ready.run = on_ready;
  cable->ends[side] = self;
  cable->pipes[side].from = self;
  cable->pipes[1 - side].to = self;
  g_ptr_array_add (host->streams, self);
  return self;
}

/* --- connecting --- */

static void
accept_one (SimCable *cable, SimHost *host)
{
  SimStream *caller = cable->ends[0];
  SimStream *self = stream_new (host, cable, 1);

  self->connected = true;
  self->stream.local = caller->stream.remote;
  self->stream.remote = caller->stream.local;
  g_queue_push_tail (&host->listener->waiting, self);
  sim_ready_ask (&host->listener->ready, host->reactor);
}

/* The first packet is there, and then its answer is back. */
static void
on_opening (SimEvent *event, uint64_t now_us)
{
  SimCable *cable = (SimCable *) (void *) ((char *) event - offsetof (SimCable, opening));
  SimStream *caller = cable->ends[0];
  SimHost *host;

  if (caller == NULL)
    return;
  host = sim_net_find (caller->host->net, &caller->stream.remote);
  if (cable->step == 0)
    {
      if (host == NULL || !sim_net_hears (caller->host, host))
        return; /* no answer ever comes */
      cable->step = host->listener == NULL || host->refusing ? 2 : 1;
      if (cable->step == 1)
        accept_one (cable, host);
      sim_event_set (event, caller->host->net->world, now_us + sim_net_way_us (caller->host, host));
      return;
    }
  if (cable->step == 2)
    sim_stream_break (caller, ECONNREFUSED);
  else
    {
      caller->connected = true;
      ask (caller);
    }
}

BtioStream *
btio_tcp_connect (BtioReactor *reactor, const BtEndpoint *remote, const BtioBind *bind)
{
  SimHost *host = sim_host_of (reactor);
  SimHost *there = sim_net_find (host->net, remote);
  SimCable *cable = g_new0 (SimCable, 1);
  SimStream *self;
  uint64_t now_us = sim_world_now_us (host->net->world);

  sim_pipe_init (&cable->pipes[0], host, there != NULL ? there : host);
  sim_pipe_init (&cable->pipes[1], there != NULL ? there : host, host);
  cable->opening.fire = on_opening;
  self = stream_new (host, cable, 0);
  self->stream.remote = *remote;
  self->stream.local = sim_host_endpoint (host);
  self->stream.local.port = host->next_port++;
  if (host->next_port == UINT16_MAX)
    host->next_port = 40000;
  sim_event_set (&cable->opening, host->net->world,
                 now_us + (there != NULL ? sim_net_way_us (host, there) : host->line.latency_us));
  return &self->stream;
}

/* --- listening --- */

static void
on_waiting (SimReady *ready)
{
  BtioListener *listener
      = (BtioListener *) (void *) ((char *) ready - offsetof (BtioListener, ready));
  SimStream *stream;

  while ((stream = g_queue_pop_head (&listener->waiting)) != NULL)
    listener->accepted (listener->owner, &stream->stream);
}

BtioListener *
btio_tcp_listen (BtioReactor *reactor, const BtioBind *bind, BtioAccepted accepted, void *owner)
{
  BtioListener *listener = g_new0 (BtioListener, 1);

  listener->host = sim_host_of (reactor);
  listener->accepted = accepted;
  listener->owner = owner;
  listener->ready.run = on_waiting;
  g_queue_init (&listener->waiting);
  bt_assert (listener->host->listener == NULL);
  listener->host->listener = listener;
  return listener;
}

BtEndpoint
btio_listener_local (const BtioListener *listener)
{
  return sim_host_endpoint (listener->host);
}

void
btio_listener_free (BtioListener *listener)
{
  SimStream *stream;

  if (listener == NULL)
    return;
  while ((stream = g_queue_pop_head (&listener->waiting)) != NULL)
    btio_stream_close (&stream->stream);
  sim_ready_stop (&listener->ready);
  listener->host->listener = NULL;
  g_free (listener);
}
