/* eng-router.h: one question to a router, and its answer, as values and as words: shoal-map-port is
 * told the one on its command line and says the other on its output, a word a field.
 *
 *     map:    a port wanted
 *               -> "found"    a device has answered; not always said
 *               -> "mapped BY PORT LEASE ADDRESS CONTROL SERVICE"
 *                | "failed PROBLEM CODE"
 *     unmap:  nothing is said, the end is the answer
 *
 * What a router says goes through both programs: words that are too long, too many or out of their
 * range are no answer. Any thread. */
#pragma once

#include <stddef.h>

#include <glib.h>

#include "client-core/discovery/eng-mapper.h"

#define ENG_ROUTER_URL_MAX 512u
#define ENG_ROUTER_SERVICE_MAX 128u
/* Bytes of all that shoal-map-port says. */
#define ENG_ROUTER_TEXT_MAX 2048u
#define ENG_ROUTER_LEASE_MAX_S 86400u
/* Words of an order. */
#define ENG_ROUTER_WORDS 10u

typedef struct
{
  bool unmap;
  EngMappedBy by;        /* who has mapped before; NOBODY: whoever can */
  BtEndpoint gateway;    /* IPv4 */
  BtEndpoint local;      /* our address in its network */
  const char *interface; /* NULL: any */
  uint16_t internal;
  uint16_t external; /* that is wanted, or to be taken back */
  uint64_t seed;
  const char *control; /* of UPnP, as the answer before had them; NULL: not known */
  const char *service;
} EngRouterOrder;

/* Its words, NULL behind them. (transfer full) */
GStrv eng_router_order_write (const EngRouterOrder *order);

/* Reads ENG_ROUTER_WORDS words, which are lent to @out. False: they are no order. */
bool eng_router_order_parse (char *const *words, EngRouterOrder *out);

typedef struct
{
  EngMappingProblem problem; /* FINE: mapped */
  unsigned code;             /* of REFUSED */
  EngMappedBy by;
  uint16_t port;
  uint32_t lease_s;
  BtEndpoint address; /* the router's own, outside; FAMILY_NONE: not known */
  char control[ENG_ROUTER_URL_MAX];
  char service[ENG_ROUTER_SERVICE_MAX]; /* both empty but for UPnP */
} EngRouterAnswer;

/* The line of an answer. (transfer full) */
char *eng_router_answer_write (const EngRouterAnswer *answer);

/* Reads all that was said. There is always an answer: SILENCE when nothing was, NONSENSE for what
 * is none, or was broken off behind "found". */
void eng_router_answer_parse (const char *text, size_t len, EngRouterAnswer *out);

/* Whether a URL of http names that IPv4 address itself, and is short enough to be called. */
bool eng_router_is_of (const char *url, const BtEndpoint *device);
