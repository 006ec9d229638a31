/* trk-handed-stream.h: a connection as libsoup is given it: a GIOStream that first gives back what
 * was read of it, and that ends when its client is too slow.
 *
 * Both halves are pollable, so that no thread is needed. What the client may take its time for is
 * told from what is asked of the stream: a reader that waits for the first byte of a request, one
 * that waits for more of it, a writer that waits. While nobody waits, the server is at work, and no
 * time runs. Everything on the thread of the context that the desk was made on. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gio/gio.h>

#include "tracker-server/front/trk-places.h"

#define TRK_TYPE_HANDED_STREAM (trk_handed_stream_get_type ())
G_DECLARE_FINAL_TYPE (TrkHandedStream, trk_handed_stream, TRK, HANDED_STREAM, GIOStream)

/* What handed connections may do. Times in milliseconds. */
typedef struct
{
  uint32_t max;      /* so many at a time; the one that has been idle longest makes room */
  uint32_t head_ms;  /* for a request up to its end, and longer only ... */
  uint32_t body_ms;  /* for what follows, a reply too, from one byte to the next */
  uint32_t idle_ms;  /* between requests */
  uint32_t rate_Bps; /* ... while it comes at this rate on the whole */
} TrkHandedLimits;

/* All handed connections of one server: counts them, and looks after their deadlines. */
typedef struct TrkHandedDesk TrkHandedDesk;

/* On the thread-default context. @places is the desk's from now on. (transfer full) */
TrkHandedDesk *trk_handed_desk_new (TrkPlaces *places, const TrkHandedLimits *limits);

/* Shuts what is still open; the desk is gone when the last of its streams is. Accepts NULL. */
void trk_handed_desk_free (TrkHandedDesk *self);

/* What a stream is made of. */
typedef struct
{
  GIOStream *base;  /* a GSocketConnection, or TLS over one (transfer full) */
  GSocket *socket;  /* under it (transfer full) */
  BtEndpoint place; /* that it holds at the places */
  uint8_t *read;    /* what was read of it (transfer full) (nullable) */
  size_t read_len;
} TrkHandedParts;

/* (transfer full) */
GIOStream *trk_handed_stream_new (TrkHandedDesk *desk, const TrkHandedParts *parts);
