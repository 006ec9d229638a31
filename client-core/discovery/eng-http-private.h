/* eng-http-private.h: what the queue (eng-http.c) and the exchange (eng-http-fetch.c) share. */
#pragma once

#include <libsoup/soup.h>

#include "client-core/discovery/eng-http.h"

/* The gets to one host and port. */
typedef struct
{
  char *name;
  GQueue waiting; /* of EngHttpGet */
  unsigned active;
  uint64_t not_before_us;
} EngHttpHost;

struct EngHttp
{
  BtioReactor *reactor;
  SoupSession *session;
  char *interface;
  EngHttpConfig config; /* without its strings */
  GHashTable *hosts;    /* by name; those with something to do */
  GQueue under_way;     /* of EngHttpGet, those that are over but not yet gone included */
  BtioTurn pump;
  BtioTimer wake;
  uint64_t random;
};

/*     queued -> under way -> over (done is NULL), held by libsoup -> gone */
struct EngHttpGet
{
  EngHttp *http;     /* NULL when that is gone */
  EngHttpHost *host; /* that it counts for; NULL when the queue is gone */
  GUri *uri;         /* NULL: no URL that we can fetch */
  SoupMessage *message;
  GInputStream *stream;
  GCancellable *cancellable;
  GByteArray *body;
  uint8_t *room; /* for the next read; NULL while queued */
  size_t max;
  unsigned redirects;
  bool was_global;     /* a server of the internet has sent us on */
  bool busy;           /* libsoup holds it */
  const char *refusal; /* why we broke off ourselves; static */
  BtEndpoint remote;
  BtioTimer deadline;
  EngHttpDone done; /* NULL when it is over */
  void *owner;
};

/* Begins; what comes of it ends with eng_http_release(). */
void eng_http_fetch (EngHttpGet *get);

/* One that is under way ends with the word that the network was lost, unless it is over. */
void eng_http_cut (EngHttpGet *get);

/* Takes one that is over out of the counts and frees it. */
void eng_http_release (EngHttpGet *get);

/* libsoup may hold the message for longer than we do. */
void eng_http_forget_message (EngHttpGet *get);

/* Whether what stands at @uri may be asked of @remote. */
bool eng_http_may_ask (GUri *uri, const BtEndpoint *remote, bool was_global);
