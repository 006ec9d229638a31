/* bt-http-request.h: the head of an HTTP/1.x request, read as it comes (RFC 9112).
 *
 * For a server that answers trackers' requests itself and hands all others on: it reads what it
 * needs to know where a request ends, who asks and for what, and refuses whatever two readers might
 * understand differently. Every byte is looked at once, however small the pieces are. Nothing is
 * changed in the bytes, and nothing is allocated. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-limits.h"

/* Lines of X-Forwarded-For that one head may have. */
#define BT_HTTP_FORWARDED_MAX 8u

/* Text within the head, counted from its first byte. */
typedef struct
{
  uint32_t at;
  uint32_t len;
} BtHttpSpan;

typedef enum
{
  BT_HTTP_MORE, /* the head has not ended yet */
  BT_HTTP_HEAD, /* it is whole */
  BT_HTTP_BAD   /* not to be understood: answer with status and close */
} BtHttpResult;

typedef enum
{
  BT_HTTP_GET,
  BT_HTTP_HEAD_ONLY, /* the method HEAD */
  BT_HTTP_OTHER
} BtHttpMethod;

/* A head that is being read. { 0 } before its first byte; after MORE it goes on with the same bytes
 * and those that came behind them, wherever they lie by then. */
typedef struct
{
  /* Once it is whole. */
  BtHttpMethod method;
  unsigned minor;   /* HTTP/1.minor: 0 or 1 */
  BtHttpSpan path;  /* as it stands, not decoded; "/" may be empty in the absolute form */
  BtHttpSpan query; /* behind the '?' */
  BtHttpSpan host;  /* the absolute form's, else the header's; empty if none */
  uint64_t length;  /* Content-Length, 0 if unsaid */
  bool chunked;     /* Transfer-Encoding: chunked */
  bool keep_alive;  /* the connection may serve more requests */
  bool gzip;        /* Accept-Encoding takes it */
  bool upgrades;    /* there is an Upgrade */
  bool expects;     /* there is an Expect */
  uint8_t n_forwarded;
  BtHttpSpan forwarded[BT_HTTP_FORWARDED_MAX]; /* X-Forwarded-For, in order */
  uint32_t len;                                /* of the whole head, with its empty line */

  /* Once it is bad. */
  unsigned status; /* 400, 414, 431, 501, 505 */

  /* The reader's. */
  uint32_t line;    /* where the line under way begins */
  uint32_t scanned; /* no line ends before this */
  uint32_t n_lines;
  bool has_target;
  bool has_host;
  bool has_length;
  bool has_encoding;
  bool absolute;
} BtHttpRequest;

/* Reads on. @data are all bytes of the head so far, and maybe more behind it. */
BtHttpResult bt_http_request_read (BtHttpRequest *self, const char *data, size_t len);

/* Whether a body follows the head. */
bool bt_http_request_has_body (const BtHttpRequest *self);

/* "Bad Request" for 400; of every status that a reader or an answer gives. Static. */
const char *bt_http_reason (unsigned status);
