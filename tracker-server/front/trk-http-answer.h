/* trk-http-answer.h: announces and scrapes over HTTP, from the target of a request to the body of
 * its reply, whoever serves the connection.
 *
 * All that goes wrong with an announce or a scrape is a body that says so, with status 200, as
 * clients expect it (BEP 3, 31); only who asks too often gets a status of its own. An answerer
 * belongs to the thread of its worker, which begins and ends the turns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "tracker-server/front/trk-service.h"

/* Room for every body but that of a full scrape. */
#define TRK_HTTP_BODY_MAX (24u * 1024)

typedef enum
{
  TRK_ROUTE_OTHER,
  TRK_ROUTE_ANNOUNCE,
  TRK_ROUTE_SCRAPE
} TrkRoute;

/* What a path leads to. */
typedef struct
{
  TrkRoute route;
  const char *prefix; /* what stands in front of the last part, without slashes: a key; lent */
  size_t prefix_len;
} TrkTarget;

/* The scrape of everything, for who may have it: the bencoded body, packed when @gzip is set and
 * left so. NULL when @source may not. On the thread of any answerer. (transfer full) (nullable) */
typedef GBytes *(*TrkFullScrape) (void *data, const BtEndpoint *source, bool *gzip);

typedef struct TrkAnswerer TrkAnswerer;

/* One request. Everything is lent. */
typedef struct
{
  TrkTarget target;
  const char *query; /* behind the '?' */
  size_t query_len;
  const BtEndpoint *source;
  bool gzip; /* the client takes a packed body */
} TrkHttpAsk;

typedef struct
{
  unsigned status;        /* 200 or 429 */
  uint32_t retry_after_s; /* with 429 */
  bool gzip;              /* the body is packed */
  size_t len;             /* of the body in the buffer */
  GBytes *large; /* the body of a full scrape in place of that (transfer full) (nullable) */
} TrkHttpReply;

/* The last part of a path is "announce" or "scrape", alone or with an ending as in "announce.php",
 * and one part may stand in front of it. */
TrkTarget trk_target_find (const char *path, size_t len);

/* @worker is lent; without a function there is no full scrape. (transfer full) */
TrkAnswerer *trk_answerer_new (TrkWorker *worker, TrkFullScrape full_scrape, void *data);
/* Accepts NULL. */
void trk_answerer_free (TrkAnswerer *self);

/* Answers an announce or a scrape: the body goes to @out, unless it is large. The worker is in a
 * turn, and the reply may be sent when that has ended. */
void trk_http_answer (TrkAnswerer *self, const TrkHttpAsk *ask, uint8_t out[TRK_HTTP_BODY_MAX],
                      TrkHttpReply *reply);
