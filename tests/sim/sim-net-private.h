/* sim-net-private.h: what hosts, streams and pipes share.
 *
 * sim-net.c: hosts, lines and pipes; sim-stream.c: streams, connecting and listening. */
#pragma once

#include <glib.h>

#include "tests/sim/sim-net.h"
#include "tests/sim/sim-reactor.h"

typedef struct SimStream SimStream;
typedef struct SimPipe SimPipe;

/* Bytes that travel together. */
typedef struct SimChunk
{
  struct SimChunk *next;
  uint64_t at_us; /* when it is at the receiver's line */
  uint32_t size;
  uint32_t from; /* read up to here */
  uint32_t len;
  uint8_t bytes[];
} SimChunk;

typedef struct
{
  SimChunk *first;
  SimChunk *last;
  size_t bytes;
} SimChunks;

/* One direction of a connection. */
struct SimPipe
{
  SimStream *to; /* NULL: closed, whatever comes is answered with a reset */
  SimStream *from;
  SimHost *sender;
  SimHost *receiver;
  SimChunks waiting; /* at the sender */
  SimChunks travelling;
  SimChunks arrived;
  SimChunk *sending; /* the sender's line is at it */
  bool listed;       /* in the sender's queue */
  bool received;     /* the first that travels is through the receiver's line */
  bool ending;       /* after what waits comes the end */
  SimEvent arrive;
};

/* A connection: both directions, and both ends. */
typedef struct
{
  SimPipe pipes[2]; /* pipes[i] comes from ends[i] */
  SimStream *ends[2];
  SimEvent opening; /* the first packets */
  unsigned step;
} SimCable;

struct SimStream
{
  BtioStream stream;
  SimHost *host;
  SimCable *cable;
  unsigned side; /* which end of the cable */
  unsigned wanted;
  bool connected;
  bool ended; /* the other side's end has arrived */
  int error;
  SimReady ready;
  bool *freed; /* set when it is closed inside ready() */
};

struct SimNet
{
  SimWorld *world;
  GPtrArray *hosts; /* of SimHost by id */
};

struct SimHost
{
  SimNet *net;
  uint32_t id;
  SimLine line;
  BtioReactor *reactor;
  BtioListener *listener;
  GPtrArray *streams; /* of SimStream */
  GQueue sending;     /* of SimPipe with something to send, the next first */
  SimPipe *current;   /* the line is at it */
  SimEvent up;
  uint64_t down_free_us;
  bool refusing;
  bool vanished;
  bool stalled;
  unsigned side;
  uint16_t next_port;
  void *drive; /* of the disk's */
  uint64_t sent;
  uint64_t received;
};

/* sim-net.c */
bool sim_net_hears (const SimHost *a, const SimHost *b);
SimHost *sim_net_find (const SimNet *net, const BtEndpoint *endpoint);
uint64_t sim_net_way_us (const SimHost *a, const SimHost *b);
void sim_pipe_init (SimPipe *pipe, SimHost *sender, SimHost *receiver);
void sim_pipe_clear (SimPipe *pipe);
/* How many of @len bytes were taken. */
size_t sim_pipe_put (SimPipe *pipe, const uint8_t *bytes, size_t len);
size_t sim_pipe_take (SimPipe *pipe, uint8_t *out, size_t len);
bool sim_pipe_has_room (const SimPipe *pipe);
void sim_pipe_end (SimPipe *pipe);
void sim_pipe_kick (SimPipe *pipe);

/* sim-stream.c */
void sim_stream_arrived (SimStream *stream, bool end);
void sim_stream_break (SimStream *stream, int error);
void sim_stream_roomy (SimStream *stream);
