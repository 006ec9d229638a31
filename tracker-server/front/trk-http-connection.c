/* trk-http-connection.c: one connection: bytes in, requests out of them, replies back. */
#include <errno.h>
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/tracker/bt-proxy-header.h"
#include "tracker-server/front/trk-http-private.h"

/* The least that a connection keeps of what it has read. */
#define IN_MIN 256u

/* A connection that stays in its queue is moved there again only after this part of its time. */
#define STAYS 8u

static void on_ready (BtioStream *stream, void *owner, unsigned ready);
static void turn_away (TrkHttpConnection *self);

/* --- queues --- */

static void
leave_queue (TrkHttpConnection *self)
{
  TrkHttpQueue *queue = &self->lane->queues[self->wait];

  if (self->wait == TRK_HTTP_WAIT_NONE)
    return;
  if (self->before != NULL)
    self->before->after = self->after;
  else
    queue->first = self->after;
  if (self->after != NULL)
    self->after->before = self->before;
  else
    queue->last = self->before;
  self->wait = TRK_HTTP_WAIT_NONE;
}

void
trk_http_wait (TrkHttpConnection *self, TrkHttpWait wait)
{
  TrkHttpLane *lane = self->lane;
  TrkHttpQueue *queue = &lane->queues[wait];
  uint64_t now_us = btio_reactor_now_us (lane->reactor);

  leave_queue (self);
  self->wait = wait;
  self->since_us = now_us;
  self->before = queue->last;
  self->after = NULL;
  if (queue->last != NULL)
    queue->last->after = self;
  else
    queue->first = self;
  queue->last = self;
  if (lane->tick.reactor == NULL)
    btio_timer_set (&lane->tick, lane->reactor, now_us + lane->tick_us);
}

/* Idle again: requests that follow each other closely do not move it each time. */
static void
wait_idle (TrkHttpConnection *self)
{
  const TrkHttpLane *lane = self->lane;
  uint64_t time_us = lane->queues[TRK_HTTP_WAIT_IDLE].time_us;

  if (self->wait != TRK_HTTP_WAIT_IDLE
      || btio_reactor_now_us (lane->reactor) - self->since_us > time_us / STAYS)
    trk_http_wait (self, TRK_HTTP_WAIT_IDLE);
}

/* --- beginning and end --- */

void
trk_http_connection_close (TrkHttpConnection *self)
{
  btio_stream_close (self->stream);
  trk_places_leave (self->lane->http->places, &self->place);
  trk_http_connection_forget (self);
}

void
trk_http_connection_forget (TrkHttpConnection *self)
{
  bt_assert (!self->answered);
  leave_queue (self);
  g_clear_pointer (&self->large, g_bytes_unref);
  g_free (self->in);
  g_free (self->rest);
  g_free (self);
}

static void
take_stream (TrkHttpConnection *self, BtioStream *stream)
{
  self->stream = stream;
  stream->owner = self;
  stream->ready = on_ready;
}

/* TLS from here on. False when that cannot be: then the connection is gone. */
static bool
begin_tls (TrkHttpConnection *self)
{
  TrkHttp *http = self->lane->http;
  BtioStream *tcp = g_steal_pointer (&self->stream);
  g_autoptr (GTlsCertificate) certificate = NULL;
  BtioStream *stream;

  bt_assert (pthread_mutex_lock (&http->lock) == 0);
  certificate = g_object_ref (http->certificate);
  bt_assert (pthread_mutex_unlock (&http->lock) == 0);
  stream = trk_tls_new (self->lane->reactor, &self->lane->gate, tcp, certificate);
  if (stream == NULL)
    {
      trk_http_connection_close (self);
      return false;
    }
  take_stream (self, stream);
  btio_stream_want (stream, BTIO_READABLE);
  return true;
}

/* --- sending --- */

/* Takes the bytes that the socket did not take out of the lane's buffer, which is used again. */
static void
keep_rest (TrkHttpConnection *self, size_t sent)
{
  size_t left = self->out_len - sent;

  if (left > 0)
    self->rest = g_memdup2 (self->lane->out + self->out_at + sent, left);
  self->rest_len = (uint32_t) left;
  self->rest_at = 0;
}

/* Everything is sent: goes on as the phase says. May free it. */
static void
settle (TrkHttpConnection *self)
{
  switch (self->phase)
    {
    case TRK_HTTP_HANDING:
      if (!trk_http_hand_over (self))
        turn_away (self);
      return;
    case TRK_HTTP_CLOSING:
      trk_http_connection_close (self);
      return;
    case TRK_HTTP_DRAINING:
      if (trk_tls_is (self->stream))
        {
          trk_http_connection_close (self);
          return;
        }
      btio_tcp_end (self->stream);
      trk_http_wait (self, TRK_HTTP_WAIT_CLOSE);
      break;
    case TRK_HTTP_PROXY:
    case TRK_HTTP_OPEN:
    default:
      if (self->in_len > 0)
        trk_http_wait (self, TRK_HTTP_WAIT_HEAD);
      else
        wait_idle (self);
      break;
    }
  btio_stream_want (self->stream, BTIO_READABLE);
}

static bool
has_unsent (const TrkHttpConnection *self)
{
  return self->rest != NULL || self->large != NULL;
}

/* What is left to send, as parts; returns how many. */
static int
gather_unsent (const TrkHttpConnection *self, struct iovec parts[2])
{
  int n = 0;

  if (self->rest != NULL)
    parts[n++] = (struct iovec){ self->rest + self->rest_at, self->rest_len - self->rest_at };
  if (self->large != NULL)
    {
      size_t size;
      const uint8_t *bytes = g_bytes_get_data (self->large, &size);

      parts[n++]
          = (struct iovec){ (uint8_t *) (uintptr_t) bytes + self->large_at, size - self->large_at };
    }
  return n;
}

static void
drop_sent (TrkHttpConnection *self, size_t sent)
{
  size_t of_rest = MIN (sent, self->rest_len - self->rest_at);

  self->rest_at += (uint32_t) of_rest;
  if (self->rest_at == self->rest_len)
    g_clear_pointer (&self->rest, g_free);
  if (self->large == NULL)
    return;
  self->large_at += sent - of_rest;
  if (self->large_at < g_bytes_get_size (self->large))
    return;
  g_clear_pointer (&self->large, g_bytes_unref);
  self->large_at = 0;
}

/* Sends what is left. False when the connection broke: then it is closed. */
static bool
send_unsent (TrkHttpConnection *self)
{
  while (has_unsent (self))
    {
      struct iovec parts[2];
      int n_parts = gather_unsent (self, parts);
      ssize_t n = btio_stream_writev (self->stream, parts, n_parts);

      if (n > 0)
        {
          drop_sent (self, (size_t) n);
          if (has_unsent (self) && self->wait == TRK_HTTP_WAIT_REPLY && self->large != NULL)
            trk_http_wait (self, TRK_HTTP_WAIT_REPLY); /* a large one may take its time */
        }
      else if (n < 0 && errno == EAGAIN)
        return true;
      else if (n == 0 || errno != EINTR)
        {
          trk_http_connection_close (self);
          return false;
        }
    }
  return true;
}

/* Waits until the client takes what is left to send. */
static void
wait_writable (TrkHttpConnection *self)
{
  trk_http_wait (self, TRK_HTTP_WAIT_REPLY);
  btio_stream_want (self->stream, BTIO_WRITABLE);
}

/* Too many ask for what is not answered here: this one is told to come again, and ends. */
static void
turn_away (TrkHttpConnection *self)
{
  self->phase = TRK_HTTP_DRAINING;
  self->in_len = 0;
  trk_http_reply_busy (self);
  if (!send_unsent (self))
    return;
  if (has_unsent (self))
    wait_writable (self);
  else
    settle (self);
}

/* Sends the replies of this turn. May free it; true when it is still there and all is sent. */
static bool
send_replies (TrkHttpConnection *self)
{
  struct iovec part = { self->lane->out + self->out_at, self->out_len };
  ssize_t n = self->out_len > 0 ? btio_stream_writev (self->stream, &part, 1) : 0;

  if (n < 0 && errno != EAGAIN && errno != EINTR)
    {
      trk_http_connection_close (self);
      return false;
    }
  keep_rest (self, n > 0 ? (size_t) n : 0);
  self->out_len = 0;
  if (self->large != NULL && !send_unsent (self))
    return false;
  if (has_unsent (self))
    {
      wait_writable (self);
      return false;
    }
  if (self->again)
    return true;
  settle (self);
  return false;
}

/* --- requests --- */

/* Its turn ends with the lane's. */
static void
note_answered (TrkHttpConnection *self)
{
  TrkHttpLane *lane = self->lane;

  if (self->answered)
    return;
  self->answered = true;
  self->next = lane->answered;
  lane->answered = self;
  btio_turn_ask (&lane->turn, lane->reactor);
}

static void
refuse (TrkHttpConnection *self, unsigned status)
{
  trk_worker_count (self->lane->worker, TRK_COUNT_BAD_REQUESTS);
  trk_http_reply_refuse (self, status);
  self->phase = TRK_HTTP_DRAINING;
}

static void
answer (TrkHttpConnection *self, const char *data, const TrkTarget *target)
{
  TrkHttpLane *lane = self->lane;

  if (!lane->in_turn)
    trk_worker_begin (lane->worker, btio_reactor_now_us (lane->reactor));
  lane->in_turn = true;
  trk_http_reply_answer (self, data, target);
  if (!self->head.keep_alive)
    self->phase = TRK_HTTP_CLOSING;
}

/* A whole head has come. */
static void
take_request (TrkHttpConnection *self, const char *data)
{
  const BtHttpRequest *head = &self->head;
  TrkTarget target = trk_target_find (data + head->path.at, head->path.len);

  if (target.route == TRK_ROUTE_OTHER || head->method == BT_HTTP_OTHER || head->upgrades)
    self->phase = TRK_HTTP_HANDING;
  else if (bt_http_request_has_body (head))
    refuse (self, 413); /* an announce has none */
  else
    answer (self, data, &target);
}

/* Answers as many requests as are there; returns how many bytes that took. */
static size_t
take_requests (TrkHttpConnection *self, const char *data, size_t len)
{
  size_t used = 0;

  self->again = false;
  while (self->phase == TRK_HTTP_OPEN && used < len && self->large == NULL)
    {
      BtHttpResult result;

      self->again = self->lane->out_len + TRK_HTTP_REPLY_MAX > sizeof self->lane->out;
      if (self->again)
        break;
      result = bt_http_request_read (&self->head, data + used, len - used);
      if (result == BT_HTTP_MORE)
        break;
      if (result == BT_HTTP_BAD)
        refuse (self, self->head.status);
      else
        take_request (self, data + used);
      if (self->phase == TRK_HTTP_OPEN)
        used += self->head.len;
      if (self->phase != TRK_HTTP_HANDING)
        memset (&self->head, 0, sizeof self->head);
    }
  self->again = self->again || self->large != NULL;
  return used;
}

/* Keeps what was not used. */
static void
keep_input (TrkHttpConnection *self, const char *data, size_t len)
{
  if (len > self->in_size)
    {
      uint32_t size = MAX (self->in_size, IN_MIN);

      while (size < len)
        size *= 2;
      g_free (self->in);
      self->in = g_malloc (size);
      self->in_size = size;
    }
  else if (len == 0 && self->in_size > 0)
    {
      g_clear_pointer (&self->in, g_free);
      self->in_size = 0;
    }
  if (len > 0)
    memcpy (self->in, data, len);
  self->in_len = (uint32_t) len;
}

/* @data lies in the lane's buffer, and not in its own. */
static void
take_input (TrkHttpConnection *self, const char *data, size_t len)
{
  size_t used = take_requests (self, data, len);

  if (self->phase <= TRK_HTTP_HANDING)
    keep_input (self, data + used, len - used);
  else
    keep_input (self, NULL, 0);
  if (self->out_len > 0 || self->large != NULL || self->phase != TRK_HTTP_OPEN || self->again)
    note_answered (self);
  else if (self->wait != TRK_HTTP_WAIT_HEAD)
    trk_http_wait (self, TRK_HTTP_WAIT_HEAD);
}

/* Goes on with what was read before. */
static void
take_kept (TrkHttpConnection *self)
{
  size_t len = self->in_len;

  memcpy (self->lane->in, self->in, len);
  take_input (self, self->lane->in, len);
}

/* --- reading --- */

/* Fills the lane's buffer with what was kept and what came: that many bytes, 0 when there is
 * nothing new, -1 when the connection has ended and is closed. */
static ssize_t
read_more (TrkHttpConnection *self, size_t at_most)
{
  char *in = self->lane->in;
  struct iovec part = { in + self->in_len, at_most };
  ssize_t n;

  bt_assert (self->in_len <= TRK_HTTP_READ);
  if (self->in_len > 0)
    memcpy (in, self->in, self->in_len);
  n = btio_stream_readv (self->stream, &part, 1);
  if (n > 0)
    return (ssize_t) self->in_len + n;
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return 0;
  trk_http_connection_close (self);
  return -1;
}

/* Reads no byte further than the PROXY header goes: TLS may come behind it. */
static void
read_proxy_header (TrkHttpConnection *self)
{
  const uint8_t *in = (const uint8_t *) self->lane->in;
  BtEndpoint source = { 0 };
  BtProxyResult result;
  size_t used = 0;
  ssize_t len;

  (void) bt_proxy_header_read ((const uint8_t *) self->in, self->in_len, &source, &used);
  len = read_more (self, used);
  if (len <= 0)
    return;
  result = bt_proxy_header_read (in, (size_t) len, &source, &used);
  if (result == BT_PROXY_BAD)
    {
      trk_worker_count (self->lane->worker, TRK_COUNT_BAD_REQUESTS);
      trk_http_connection_close (self);
      return;
    }
  keep_input (self, self->lane->in, result == BT_PROXY_MORE ? (size_t) len : 0);
  if (result == BT_PROXY_MORE)
    return;
  if (source.family != BT_FAMILY_NONE)
    self->source = source;
  self->phase = TRK_HTTP_OPEN;
  if (self->tls)
    (void) begin_tls (self); /* it is gone when that failed */
}

/* Reads and answers. False when the connection has ended. */
static bool
read_requests (TrkHttpConnection *self)
{
  ssize_t len;

  if (self->lane->out_len + TRK_HTTP_REPLY_MAX > sizeof self->lane->out)
    return true; /* the next turn has room */
  len = read_more (self, TRK_HTTP_READ);
  if (len > 0)
    take_input (self, self->lane->in, (size_t) len);
  return len >= 0;
}

static void
on_readable (TrkHttpConnection *self)
{
  switch (self->phase)
    {
    case TRK_HTTP_PROXY:
      read_proxy_header (self);
      break;
    case TRK_HTTP_OPEN:
      (void) read_requests (self); /* it is gone when that ended */
      break;
    case TRK_HTTP_DRAINING:
      (void) read_more (self, TRK_HTTP_READ); /* dropped; it closes at the end */
      break;
    case TRK_HTTP_HANDING:
    case TRK_HTTP_CLOSING:
    default:
      break;
    }
}

static void
on_writable (TrkHttpConnection *self)
{
  if (!send_unsent (self) || has_unsent (self))
    return;
  if (self->again)
    take_kept (self);
  else
    settle (self);
}

static void
on_ready (BtioStream *stream, void *owner, unsigned ready)
{
  TrkHttpConnection *self = owner;

  if (self->answered)
    return; /* the end of the turn tells */
  if ((ready & BTIO_BROKEN) != 0)
    trk_http_connection_close (self);
  else if (has_unsent (self))
    on_writable (self);
  else if ((ready & BTIO_READABLE) != 0)
    on_readable (self);
}

/* --- the lane's side --- */

/* Sends what the turn answered. Who has more to ask comes again, with the buffer empty. */
void
trk_http_lane_flush (TrkHttpLane *lane)
{
  TrkHttpConnection *answered = g_steal_pointer (&lane->answered);
  TrkHttpConnection *again = NULL;
  TrkHttpConnection *next;

  if (lane->in_turn)
    trk_worker_end (lane->worker);
  lane->in_turn = false;
  for (; answered != NULL; answered = next)
    {
      next = answered->next;
      answered->answered = false;
      if (!send_replies (answered))
        continue;
      answered->next = again;
      again = answered;
    }
  lane->out_len = 0;
  for (; again != NULL; again = next)
    {
      next = again->next;
      take_kept (again);
    }
}

/* The first request has often come with the connection: whoever closes behind it is answered
 * without ever being waited for. */
void
trk_http_connection_new (TrkHttpLane *lane, BtioStream *stream, const BtEndpoint *place, bool tls)
{
  TrkHttpConnection *self = g_new0 (TrkHttpConnection, 1);
  const TrkNetworks speak_first = lane->http->config.proxy_protocol;

  self->lane = lane;
  self->place = *place;
  self->source = stream->remote;
  self->tls = tls;
  self->phase = trk_networks_have (&speak_first, &stream->remote) ? TRK_HTTP_PROXY : TRK_HTTP_OPEN;
  take_stream (self, stream);
  trk_http_wait (self, TRK_HTTP_WAIT_HEAD);
  if (tls && self->phase == TRK_HTTP_OPEN)
    (void) begin_tls (self); /* it is gone when that failed */
  else if ((self->phase != TRK_HTTP_OPEN || read_requests (self)) && !self->answered)
    btio_stream_want (stream, BTIO_READABLE);
}
