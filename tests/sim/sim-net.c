/* sim-net.c: hosts, their lines, and the pipes that share them. */
#include "tests/sim/sim-net-private.h"

#include <errno.h>
#include <string.h>

#include "protocol/core/bt-assert.h"

#define CHUNK_LEN (16 * 1024)
#define CHUNK_LEAST 256
#define BUFFER (128 * 1024) /* unsent, like btio-tcp.c's */
#define WINDOW (512 * 1024) /* under way or unread */
#define RETRY_US (1 * SIM_S)

/* --- addresses --- */

static BtEndpoint
endpoint_for (uint32_t id, uint16_t port)
{
  const uint8_t address[] = { (uint8_t) (11 + (id >> 8)), (uint8_t) id, 7, 1 };

  return bt_endpoint_v4 (address, port);
}

SimHost *
sim_net_find (const SimNet *net, const BtEndpoint *endpoint)
{
  uint32_t id = ((uint32_t) endpoint->addr[0] - 11) << 8 | endpoint->addr[1];
  BtEndpoint expected = endpoint_for (id, endpoint->port);

  return id < net->hosts->len && bt_endpoint_equal (&expected, endpoint) ? net->hosts->pdata[id]
                                                                         : NULL;
}

bool
sim_net_hears (const SimHost *a, const SimHost *b)
{
  return !a->vanished && !b->vanished && a->side == b->side;
}

uint64_t
sim_net_way_us (const SimHost *a, const SimHost *b)
{
  uint64_t jitter_us = a->line.jitter_us + b->line.jitter_us;

  if (jitter_us > 0)
    jitter_us = sim_world_below (a->net->world, (uint32_t) jitter_us);
  return a->line.latency_us + b->line.latency_us + jitter_us;
}

static uint64_t
time_for (uint64_t len, uint64_t rate_Bps)
{
  return rate_Bps == 0 ? 0 : len * SIM_S / rate_Bps;
}

/* --- chunks --- */

static void
push_chunk (SimChunks *chunks, SimChunk *chunk)
{
  chunk->next = NULL;
  if (chunks->last != NULL)
    chunks->last->next = chunk;
  else
    chunks->first = chunk;
  chunks->last = chunk;
  chunks->bytes += chunk->len - chunk->from;
}

static SimChunk *
pop_chunk (SimChunks *chunks)
{
  SimChunk *chunk = chunks->first;

  chunks->first = chunk->next;
  if (chunks->first == NULL)
    chunks->last = NULL;
  chunks->bytes -= chunk->len - chunk->from;
  return chunk;
}

static void
clear_chunks (SimChunks *chunks)
{
  while (chunks->first != NULL)
    g_free (pop_chunk (chunks));
}

/* The last chunk that waits, if it has room for more, or a new one. */
static SimChunk *
chunk_for (SimPipe *pipe, size_t len)
{
  SimChunk *chunk = pipe->waiting.last;
  size_t size = CLAMP (len, CHUNK_LEAST, CHUNK_LEN);

  if (chunk != NULL && chunk->len < chunk->size)
    return chunk;
  chunk = g_malloc (sizeof *chunk + size);
  *chunk = (SimChunk){ .size = (uint32_t) size };
  push_chunk (&pipe->waiting, chunk);
  return chunk;
}

/* --- the sender's line --- */

static bool
may_send (const SimPipe *pipe)
{
  size_t under_way = pipe->travelling.bytes + pipe->arrived.bytes;

  return (pipe->waiting.first != NULL || pipe->ending) && pipe->sending == NULL
         && under_way < WINDOW;
}

static void
serve_line (SimHost *host)
{
  SimWorld *world = host->net->world;
  SimPipe *pipe;

  if (host->current != NULL || host->stalled)
    return;
  pipe = g_queue_pop_head (&host->sending);
  if (pipe == NULL)
    return;
  pipe->listed = false;
  host->current = pipe;
  if (pipe->waiting.first != NULL)
    pipe->sending = pop_chunk (&pipe->waiting);
  else
    { /* the end: a chunk of nothing */
      pipe->sending = g_new0 (SimChunk, 1);
      pipe->ending = false;
    }
  sim_event_set (&host->up, world,
                 sim_world_now_us (world) + time_for (pipe->sending->len, host->line.up_Bps));
}

void
sim_pipe_kick (SimPipe *pipe)
{
  if (pipe->listed || !may_send (pipe))
    return;
  pipe->listed = true;
  g_queue_push_tail (&pipe->sender->sending, pipe);
  serve_line (pipe->sender);
}

static void
on_sent (SimEvent *event, uint64_t now_us)
{
  SimHost *host = (SimHost *) (void *) ((char *) event - offsetof (SimHost, up));
  SimPipe *pipe = host->current;
  SimChunk *chunk = pipe->sending;
  uint64_t at_us = now_us + sim_net_way_us (pipe->sender, pipe->receiver);

  host->current = NULL;
  host->sent += chunk->len;
  pipe->sending = NULL;
  chunk->at_us = pipe->travelling.last != NULL ? MAX (at_us, pipe->travelling.last->at_us) : at_us;
  push_chunk (&pipe->travelling, chunk);
  if (pipe->travelling.first == chunk)
    sim_event_set (&pipe->arrive, host->net->world, chunk->at_us);
  sim_pipe_kick (pipe);
  serve_line (host);
  if (pipe->from != NULL)
    sim_stream_roomy (pipe->from);
}

/* --- the receiver's line --- */

static void
deliver (SimPipe *pipe)
{
  SimChunk *chunk = pop_chunk (&pipe->travelling);
  SimWorld *world = pipe->receiver->net->world;
  bool end = chunk->len == 0;

  pipe->received = false;
  pipe->receiver->received += chunk->len;
  sim_world_note (world, (uint64_t) pipe->sender->id << 32 | pipe->receiver->id, chunk->len);
  if (pipe->travelling.first != NULL)
    sim_event_set (&pipe->arrive, world, pipe->travelling.first->at_us);
  if (end || pipe->to == NULL)
    g_free (chunk);
  else
    push_chunk (&pipe->arrived, chunk);
  if (pipe->to != NULL)
    sim_stream_arrived (pipe->to, end);
  else if (!end && pipe->from != NULL)
    sim_stream_break (pipe->from, ECONNRESET);
}

static void
on_arrive (SimEvent *event, uint64_t now_us)
{
  SimPipe *pipe = (SimPipe *) (void *) ((char *) event - offsetof (SimPipe, arrive));
  SimHost *receiver = pipe->receiver;
  SimWorld *world = receiver->net->world;

  if (!sim_net_hears (pipe->sender, receiver))
    { /* TCP tries again for longer than anybody waits */
      sim_event_set (event, world, now_us + RETRY_US);
      return;
    }
  if (!pipe->received && receiver->line.down_Bps > 0)
    {
      uint64_t free_us = MAX (receiver->down_free_us, now_us);

      receiver->down_free_us
          = free_us + time_for (pipe->travelling.first->len, receiver->line.down_Bps);
      pipe->received = true;
      sim_event_set (event, world, receiver->down_free_us);
      return;
    }
  deliver (pipe);
}

/* --- pipes --- */

void
sim_pipe_init (SimPipe *pipe, SimHost *sender, SimHost *receiver)
{
  pipe->sender = sender;
  pipe->receiver = receiver;
  pipe->arrive.fire = on_arrive;
}

void
sim_pipe_clear (SimPipe *pipe)
{
  SimHost *host = pipe->sender;

  sim_event_stop (&pipe->arrive);
  if (pipe->listed)
    g_queue_remove (&host->sending, pipe);
  pipe->listed = false;
  clear_chunks (&pipe->waiting);
  clear_chunks (&pipe->travelling);
  clear_chunks (&pipe->arrived);
  g_clear_pointer (&pipe->sending, g_free);
  if (host->current != pipe)
    return;
  host->current = NULL;
  sim_event_stop (&host->up);
  serve_line (host);
}

bool
sim_pipe_has_room (const SimPipe *pipe)
{
  return pipe->waiting.bytes < BUFFER;
}

size_t
sim_pipe_put (SimPipe *pipe, const uint8_t *bytes, size_t len)
{
  size_t done = 0;

  while (done < len && sim_pipe_has_room (pipe))
    {
      SimChunk *chunk = chunk_for (pipe, len - done);
      size_t n = MIN (len - done, chunk->size - chunk->len);

      memcpy (chunk->bytes + chunk->len, bytes + done, n);
      chunk->len += (uint32_t) n;
      pipe->waiting.bytes += n;
      done += n;
    }
  sim_pipe_kick (pipe);
  return done;
}

size_t
sim_pipe_take (SimPipe *pipe, uint8_t *out, size_t len)
{
  size_t done = 0;

  while (done < len && pipe->arrived.first != NULL)
    {
      SimChunk *chunk = pipe->arrived.first;
      size_t n = MIN (len - done, chunk->len - chunk->from);

      memcpy (out + done, chunk->bytes + chunk->from, n);
      done += n;
      chunk->from += (uint32_t) n;
      pipe->arrived.bytes -= n;
      if (chunk->from == chunk->len)
        g_free (pop_chunk (&pipe->arrived));
    }
  sim_pipe_kick (pipe);
  return done;
}

void
sim_pipe_end (SimPipe *pipe)
{
  pipe->ending = true;
  sim_pipe_kick (pipe);
}

/* --- hosts --- */

SimNet *
sim_net_new (SimWorld *world)
{
  SimNet *net = g_new0 (SimNet, 1);

  net->world = world;
  net->hosts = g_ptr_array_new ();
  return net;
}

static void
host_free (SimHost *host)
{
  bt_assert (host->streams->len == 0 && host->listener == NULL);
  btio_reactor_free (host->reactor);
  g_ptr_array_unref (host->streams);
  g_free (host);
}

void
sim_net_free (SimNet *net)
{
  for (guint i = 0; i < net->hosts->len; i++)
    host_free (net->hosts->pdata[i]);
  g_ptr_array_unref (net->hosts);
  g_free (net);
}

SimWorld *
sim_net_world (const SimNet *net)
{
  return net->world;
}

SimHost *
sim_host_new (SimNet *net, const SimLine *line)
{
  SimHost *host = g_new0 (SimHost, 1);

  host->net = net;
  host->id = net->hosts->len;
  host->line = *line;
  host->next_port = 40000;
  host->up.fire = on_sent;
  host->streams = g_ptr_array_new ();
  g_queue_init (&host->sending);
  host->reactor = sim_reactor_new (net->world, host);
  g_ptr_array_add (net->hosts, host);
  return host;
}

BtioReactor *
sim_host_reactor (const SimHost *host)
{
  return host->reactor;
}

SimHost *
sim_host_of (const BtioReactor *reactor)
{
  return sim_reactor_host (reactor);
}

SimWorld *
sim_host_world (const SimHost *host)
{
  return host->net->world;
}

BtEndpoint
sim_host_endpoint (const SimHost *host)
{
  return endpoint_for (host->id, SIM_PORT);
}

uint32_t
sim_host_id (const SimHost *host)
{
  return host->id;
}

void
sim_host_set_drive (SimHost *host, void *drive)
{
  host->drive = drive;
}

void *
sim_host_drive (const SimHost *host)
{
  return host->drive;
}

/* --- faults --- */

void
sim_host_refuse (SimHost *host, bool refuse)
{
  host->refusing = refuse;
}

void
sim_host_vanish (SimHost *host, bool vanish)
{
  host->vanished = vanish;
}

void
sim_host_stall (SimHost *host, bool stall)
{
  host->stalled = stall;
  serve_line (host);
}

void
sim_host_set_side (SimHost *host, unsigned side)
{
  host->side = side;
}

static void
reset (SimStream *stream)
{
  SimStream *other = stream->cable->ends[1 - stream->side];

  if (other != NULL)
    sim_stream_break (other, ECONNRESET);
  sim_stream_break (stream, ECONNRESET);
}

void
sim_host_reset_one (SimHost *host)
{
  if (host->streams->len > 0)
    reset (host->streams->pdata[sim_world_below (host->net->world, host->streams->len)]);
}

void
sim_host_reset_all (SimHost *host)
{
  for (guint i = 0; i < host->streams->len; i++)
    reset (host->streams->pdata[i]);
}

unsigned
sim_host_n_streams (const SimHost *host)
{
  return host->streams->len;
}

uint64_t
sim_host_sent (const SimHost *host)
{
  return host->sent;
}

uint64_t
sim_host_received (const SimHost *host)
{
  return host->received;
}
