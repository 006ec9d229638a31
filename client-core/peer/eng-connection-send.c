/* eng-connection-send.c: what a connection has to say, once a turn. */
#include "client-core/peer/eng-connection-private.h"

#include <errno.h>

/* Segments in one writev. */
#define SEGMENTS 32

/* Bytes in one turn, so that one fast peer does not keep the others waiting. */
#define TURN_BYTES (1024 * 1024)

void
eng_connection_flush (EngConnection *c)
{
  btio_turn_ask (&c->turn, c->reactor);
}

/* Whether the socket took @n bytes; otherwise it is stuck, or broken. */
static bool
took (EngConnection *c, ssize_t n)
{
  if (n > 0)
    return true;
  if (n < 0 && errno == EINTR)
    return true;
  if (n < 0 && errno == EAGAIN)
    c->stuck = true;
  else
    eng_connection_end (c, ENG_CLOSED_SYSTEM, n < 0 ? errno : EPIPE);
  return false;
}

static bool
write_hello (EngConnection *c)
{
  while (c->hello_left > 0)
    {
      struct iovec part = { c->hello + sizeof c->hello - c->hello_left, c->hello_left };
      ssize_t n = btio_stream_writev (c->stream, &part, 1);

      if (!took (c, n))
        return false;
      c->hello_left -= n > 0 ? (size_t) n : 0;
    }
  return true;
}

static void
write_crypt (EngConnection *c)
{
  struct iovec part;
  ssize_t n;

  do
    {
      part.iov_base = (void *) (uintptr_t) bt_mse_peek_output (c->mse, &part.iov_len);
      if (part.iov_len == 0)
        return;
      n = btio_stream_writev (c->stream, &part, 1);
      bt_mse_sent (c->mse, n > 0 ? (size_t) n : 0);
    }
  while (took (c, n));
}

/* What goes out in one call. */
typedef struct
{
  struct iovec parts[SEGMENTS];
  int n;
} Batch;

/* How much is worth collecting: below a limit no more than may go at once, so that nothing is read
 * long before, and messages by themselves, which pass as a small amount. */
static size_t
worth_collecting (const EngConnection *c)
{
  size_t most = eng_throttle_most (c->up);
  size_t ahead = bt_wire_ahead (&c->wire);

  if (most == SIZE_MAX || ahead == 0)
    return most;
  return MIN (ahead, ENG_THROTTLE_SMALL);
}

/* Takes segments until one that is not there, or not whole, or there is enough. */
static void
collect (EngConnection *c, Batch *batch)
{
  BtSegment segments[SEGMENTS];
  size_t n = bt_wire_peek_output (&c->wire, segments, SEGMENTS);
  size_t left = worth_collecting (c);

  batch->n = 0;
  for (size_t i = 0; i < n && left > 0; i++)
    {
      const BtSegment *s = &segments[i];
      EngBlockSource source = { s->bytes, s->len };
      size_t len;

      if (s->kind == BT_SEGMENT_BLOCK
          && !c->events->source (c->owner, c, s->cookie, s->offset, &source))
        return;
      len = MIN (MIN (source.len, s->len), left);
      batch->parts[batch->n++] = (struct iovec){ (void *) (uintptr_t) source.bytes, len };
      if (len < s->len)
        return;
      left -= len;
    }
}

static size_t
batch_len (const Batch *batch)
{
  size_t len = 0;

  for (int i = 0; i < batch->n; i++)
    len += batch->parts[i].iov_len;
  return len;
}

/* Leaves the first @len bytes. */
static void
cut_batch (Batch *batch, size_t len)
{
  int n = 0;

  for (; n < batch->n && len > 0; n++)
    {
      batch->parts[n].iov_len = MIN (batch->parts[n].iov_len, len);
      len -= batch->parts[n].iov_len;
    }
  batch->n = n;
}

/* Sends one batch; how many bytes went, or 0. */
static size_t
send_batch (EngConnection *c, Batch *batch)
{
  size_t len = batch_len (batch);
  size_t granted;
  ssize_t n;

  if (len == 0)
    {
      eng_throttle_leave (&c->write_wait);
      return 0;
    }
  granted = eng_throttle_take (c->up, &c->write_wait, len);
  if (granted == 0)
    return 0;
  if (granted < len)
    cut_batch (batch, granted);
  n = btio_stream_writev (c->stream, batch->parts, batch->n);
  eng_throttle_give_back (c->up, granted - (n > 0 ? (size_t) n : 0));
  if (!took (c, n) || n <= 0)
    return 0;
  bt_wire_sent (&c->wire, (uint64_t) n, btio_reactor_now_us (c->reactor));
  return (size_t) n;
}

void
eng_connection_write (EngConnection *c)
{
  size_t sent = 0;
  Batch batch;

  c->stuck = false;
  if (c->state == ENG_CONNECTION_CRYPT)
    write_crypt (c);
  if (c->state == ENG_CONNECTION_CRYPT || c->state == ENG_CONNECTION_CONNECTING || !write_hello (c)
      || c->state != ENG_CONNECTION_OPEN)
    return;
  while (sent < TURN_BYTES && !c->stuck && !c->ended)
    {
      size_t n;

      collect (c, &batch);
      n = send_batch (c, &batch);
      if (n == 0)
        break;
      sent += n;
    }
  eng_connection_pull (c);
  if (sent >= TURN_BYTES)
    c->stuck = true; /* the socket tells at once that it can take more */
}

void
eng_connection_update_wants (EngConnection *c)
{
  unsigned ready = 0;

  if (c->state == ENG_CONNECTION_CONNECTING || (c->stuck && !eng_throttle_waits (&c->write_wait)))
    ready |= BTIO_WRITABLE;
  if (c->state != ENG_CONNECTION_CONNECTING && !c->held && !eng_connection_is_throttled (c)
      && (c->mse == NULL || bt_mse_want (c->mse) > 0))
    ready |= BTIO_READABLE;
  btio_stream_want (c->stream, ready);
}
