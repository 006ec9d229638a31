/* trk-http-reply.c: replies as bytes, head and body in one run, in the buffer of a lane's turn. */
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "tracker-server/front/trk-http-private.h"

/* The head that nearly every reply has: its body then need not be moved. */
#define USUAL_HEAD (sizeof status_ok + sizeof type + sizeof length_name - 3 + 3 + 4)

/* The longest reason, with the end of its line. */
#define REASON_MAX 64u

/* When to come again for a page while too many ask for some. */
#define BUSY_S 1u

#define append_literal(at, text) append (at, text, sizeof (text) - 1)

static const char status_ok[] = "HTTP/1.1 200 OK\r\n";
static const char type[] = "Content-Type: text/plain\r\n";
static const char length_name[] = "Content-Length: ";

/* What the head says. */
typedef struct
{
  unsigned status;
  size_t length;
  uint32_t retry_after_s;
  bool gzip;
  bool close;
} Head;

static char *
append (char *at, const char *text, size_t len)
{
  memcpy (at, text, len);
  return at + len;
}

static char *
append_number (char *at, uint64_t value)
{
  char digits[20];
  char *first = digits + sizeof digits;

  do
    *--first = (char) ('0' + value % 10);
  while ((value /= 10) > 0);
  return append (at, first, (size_t) (digits + sizeof digits - first));
}

static char *
append_status (char *at, unsigned status)
{
  const char *reason = bt_http_reason (status);

  if (status == 200)
    return append_literal (at, status_ok);
  at = append_literal (at, "HTTP/1.1 ");
  at = append_number (at, status);
  at = append_literal (at, " ");
  at = append (at, reason, strlen (reason));
  return append_literal (at, "\r\n");
}

/* Writes the head; returns its length, below TRK_HTTP_HEAD_ROOM. */
static size_t
write_head (char *out, const Head *head)
{
  char *at = append_status (out, head->status);

  at = append_literal (at, type);
  at = append_literal (at, length_name);
  at = append_number (at, head->length);
  at = append_literal (at, "\r\n");
  if (head->gzip)
    at = append_literal (at, "Content-Encoding: gzip\r\n");
  if (head->retry_after_s > 0)
    {
      at = append_literal (at, "Retry-After: ");
      at = append_number (at, head->retry_after_s);
      at = append_literal (at, "\r\n");
    }
  if (head->close)
    at = append_literal (at, "Connection: close\r\n");
  at = append_literal (at, "\r\n");
  return (size_t) (at - out);
}

/* Puts the head in front of a body of @len bytes that lies at @guess, and closes the gap. */
static size_t
join (uint8_t *out, size_t guess, const Head *head, size_t len)
{
  char text[TRK_HTTP_HEAD_ROOM];
  size_t head_len = write_head (text, head);

  if (head_len != guess && len > 0)
    memmove (out + head_len, out + guess, len);
  memcpy (out, text, head_len);
  return head_len + len;
}

static uint8_t *
room (TrkHttpConnection *self)
{
  TrkHttpLane *lane = self->lane;

  bt_assert (lane->out_len + TRK_HTTP_REPLY_MAX <= sizeof lane->out);
  if (self->out_len == 0)
    self->out_at = lane->out_len;
  return lane->out + lane->out_len;
}

static void
keep (TrkHttpConnection *self, size_t len)
{
  self->out_len += (uint32_t) len;
  self->lane->out_len += (uint32_t) len;
}

void
trk_http_reply_answer (TrkHttpConnection *self, const char *data, const TrkTarget *target)
{
  const BtHttpRequest *request = &self->head;
  TrkHttpLane *lane = self->lane;
  const TrkNetworks proxies = lane->http->config.proxies;
  BtEndpoint source = trk_source_find (&proxies, &self->source, data, request);
  TrkHttpAsk ask = { .target = *target,
                     .query = data + request->query.at,
                     .query_len = request->query.len,
                     .source = &source,
                     .gzip = request->gzip };
  uint8_t *out = room (self);
  TrkHttpReply reply;
  Head head;
  size_t len;

  trk_http_answer (lane->answerer, &ask, out + USUAL_HEAD, &reply);
  len = reply.len;
  head = (Head){ .status = reply.status,
                 .length = reply.large != NULL ? g_bytes_get_size (reply.large) : len,
                 .retry_after_s = reply.retry_after_s,
                 .gzip = reply.gzip,
                 .close = !request->keep_alive };
  if (request->method == BT_HTTP_HEAD_ONLY)
    {
      g_clear_pointer (&reply.large, g_bytes_unref);
      len = 0;
    }
  self->large = reply.large;
  keep (self, join (out, USUAL_HEAD, &head, len));
}

/* The reason as a line; @out has room for a head and REASON_MAX bytes. */
static size_t
write_refusal (uint8_t *out, unsigned status, uint32_t retry_after_s)
{
  const char *reason = bt_http_reason (status);
  size_t len = strlen (reason);
  Head head
      = { .status = status, .length = len + 1, .retry_after_s = retry_after_s, .close = true };

  bt_assert (len < REASON_MAX);
  memcpy (out + USUAL_HEAD, reason, len);
  out[USUAL_HEAD + len] = '\n';
  return join (out, USUAL_HEAD, &head, len + 1);
}

void
trk_http_reply_refuse (TrkHttpConnection *self, unsigned status)
{
  keep (self, write_refusal (room (self), status, 0));
}

void
trk_http_reply_busy (TrkHttpConnection *self)
{
  uint8_t *out = g_malloc (TRK_HTTP_HEAD_ROOM + REASON_MAX);

  bt_assert (self->rest == NULL);
  self->rest_len = (uint32_t) write_refusal (out, 503, BUSY_S);
  self->rest_at = 0;
  self->rest = out;
}
