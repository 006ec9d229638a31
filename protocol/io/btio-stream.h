/* btio-stream.h: a connection's bytes, whatever carries them.
 *
 * A stream is a table of functions, so that encryption, proxies and other transports stack on TCP
 * without the peer knowing. Nothing blocks: a function that cannot go on answers -1 and EAGAIN, and
 * ready() tells when it can. One owner; the reactor's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/io/btio-reactor.h"

typedef struct BtioStream BtioStream;

/* What ready() reports, and what btio_stream_want() asks for. */
typedef enum
{
  BTIO_READABLE = 1 << 0,
  BTIO_WRITABLE = 1 << 1,
  BTIO_BROKEN = 1 << 2 /* always reported: btio_stream_error() says why */
} BtioReady;

typedef struct
{
  /* Like readv(): 0 is the end of the stream. */
  ssize_t (*readv) (BtioStream *stream, const struct iovec *parts, int n);
  ssize_t (*writev) (BtioStream *stream, const struct iovec *parts, int n);
  void (*want) (BtioStream *stream, unsigned ready);
  /* The errno that broke the connection, or 0. */
  int (*error) (BtioStream *stream);
  /* Closes and frees. Inside of ready(), too. */
  void (*close) (BtioStream *stream);
} BtioStreamClass;

struct BtioStream
{
  const BtioStreamClass *class;
  /* Set by the owner before the first btio_stream_want(). */
  void (*ready) (BtioStream *stream, void *owner, unsigned ready);
  void *owner;
  BtEndpoint remote;
  BtEndpoint local;
};

static inline ssize_t
btio_stream_readv (BtioStream *stream, const struct iovec *parts, int n)
{
  return stream->class->readv (stream, parts, n);
}

static inline ssize_t
btio_stream_writev (BtioStream *stream, const struct iovec *parts, int n)
{
  return stream->class->writev (stream, parts, n);
}

static inline void
btio_stream_want (BtioStream *stream, unsigned ready)
{
  stream->class->want (stream, ready);
}

static inline int
btio_stream_error (BtioStream *stream)
{
  return stream->class->error (stream);
}

/* Accepts NULL. */
static inline void
btio_stream_close (BtioStream *stream)
{
  if (stream != NULL)
    stream->class->close (stream);
}
