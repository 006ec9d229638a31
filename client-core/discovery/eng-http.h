/* eng-http.h: fetching small things from servers that are not to be trusted, over HTTP.
 *
 * libsoup speaks; here are the bounds: how many at once, how many of one host, how large, how long,
 * how many redirects, and where they may lead. A host on this machine is asked for nothing but what
 * is called "announce" or "scrape", unless a person named the address; a server of the internet
 * does not lead us into our own network (reaching services that trust their neighbours).
 * Certificates are verified. No proxy, no cookies, no cache.
 *
 * The thread whose default GMainContext is that of the reactor. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/io/btio-tcp.h"

typedef struct EngHttp EngHttp;
typedef struct EngHttpGet EngHttpGet;

typedef struct
{
  const char *user_agent;
  BtioBind bind; /* where requests come from; the port does not count */
  unsigned at_once;
  unsigned at_once_a_host;
  uint64_t timeout_us; /* for all of it, from when it begins */
  uint64_t gap_us;     /* up to so long, by chance, between two to a host that has a queue */
  uint64_t seed;
  bool by_hand; /* a person named what is fetched: it may be of this machine */
} EngHttpConfig;

typedef struct
{
  const char *problem; /* what went wrong, for a person; NULL when there is an answer */
  unsigned status;     /* of HTTP */
  const char *reason;  /* its words */
  const uint8_t *body;
  size_t len;
  BtEndpoint remote; /* who answered */
} EngHttpReply;

/* All is lent until it returns. The get is over and gone. */
typedef void (*EngHttpDone) (void *owner, const EngHttpReply *reply);

EngHttp *eng_http_new (BtioReactor *reactor, const EngHttpConfig *config);
/* Requests that begin from now on come from @bind. */
void eng_http_move (EngHttp *http, const BtioBind *bind);

/* This machine has lost an address: what is under way ends with a problem, and no connection that
 * was made before is used again. */
void eng_http_cut_off (EngHttp *http);

/* All gets must be over or cancelled. What libsoup still holds of them goes when the context is
 * iterated next. Accepts NULL. */
void eng_http_free (EngHttp *http);

/* Queues a GET for @url, of whose answer up to @max bytes are taken after decompression. @first:
 * ahead of the queue. @done never comes before this returns. The get is the caller's to cancel
 * until then, not to free. */
EngHttpGet *eng_http_get (EngHttp *http, const char *url, size_t max, bool first, EngHttpDone done,
                          void *owner);

/* No answer will come. Accepts NULL. */
void eng_http_cancel (EngHttpGet *get);
