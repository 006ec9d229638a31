/* eng-ask.h: one announce to one tracker, or a scrape of it, by whatever its URL says, and what
 * came of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client-core/discovery/eng-http.h"
#include "client-core/discovery/eng-udp.h"
#include "protocol/tracker/bt-announce.h"

/* What trackers are asked by; lent. */
typedef struct
{
  BtioReactor *reactor;
  EngHttp *http;
  EngUdp *udp;
} EngAskers;

typedef struct EngAsk EngAsk;

/* Begins. @first: ahead of others. @done never comes before this returns, and then the ask is gone;
 * until then it is the caller's to cancel. The request is copied. */
EngAsk *eng_ask_new (const EngAskers *askers, const char *url, const BtAnnounceRequest *request,
                     bool first, EngAskDone done, void *owner);

/* The same for a scrape of @n torrents, 20 bytes each, copied; the URL is that of announces. Over
 * HTTP none asks for all that the tracker has. */
EngAsk *eng_ask_new_scrape (const EngAskers *askers, const char *url, const uint8_t *hashes,
                            size_t n, EngAskDone done, void *owner);

/* No answer will come. Accepts NULL. */
void eng_ask_cancel (EngAsk *ask);
