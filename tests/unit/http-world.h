/* http-world.h: the HTTP side of a tracker on loopback, with clients and a libsoup behind it. */
#pragma once

#include "tracker-server/front/trk-http.h"

/* libsoup's. */
struct _SoupServer;

typedef struct
{
  TrkPolicy policy;
  TrkSwarms *swarms;
  TrkLists *lists;
  TrkLimiter *limiter;                                             /* (nullable) */
  bool (*completed) (void *data, const uint8_t *hashes, size_t n); /* (nullable) */
  TrkService *service;
  TrkHttpListen listen;
  TrkHttpConfig config; /* what a test changes before it starts */
  TrkHttp *http;
  struct _SoupServer *soup;
  TrkWorker *worker; /* for announces that arrive at libsoup */
  TrkAnswerer *answerer;
  unsigned n_pages;
  size_t n_body;   /* bytes of the last body that libsoup got */
  size_t page_len; /* what a page is made of, 5 unless a test says so */
} HttpWorld;

/* Everything but the HTTP side, which listens at a free port of 127.0.0.1 once it is started. */
HttpWorld *http_world_new (void);
void http_world_start (HttpWorld *w);
/* Stops what is started. */
void http_world_free (HttpWorld *w);

/* A socket that has connected; reading from it waits 20 s at most. */
int http_world_connect (HttpWorld *w);
int http_world_connect_from (HttpWorld *w, const char *from);

void http_world_send (int fd, const void *bytes, size_t len);
void http_world_say (int fd, const char *text);

/* Reads one reply, head and body by its Content-Length, while libsoup may run, with a digit for
 * each NUL; NULL when the connection ended before. (transfer full) (nullable) */
char *http_world_reply (HttpWorld *w, int fd);

/* Reads to the end, while libsoup may run; a reset is an end. (transfer full) */
char *http_world_rest (HttpWorld *w, int fd);

/* Connects, says, reads one reply, closes. (transfer full) (nullable) */
char *http_world_ask (HttpWorld *w, const char *text);

/* What was counted so far. */
uint64_t http_world_count (HttpWorld *w, TrkCount count);

/* Lets libsoup run until there are so many connections. */
void http_world_until_connections (HttpWorld *w, uint32_t n);
