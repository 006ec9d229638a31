/* eng-udp.h: announces and scrapes of UDP trackers (BEP 15, 41).
 *
 * One socket for each family, one machine of bt-udp-client.h for each address. A tracker that has
 * addresses of both families is asked at one of each: over IPv6 it names peers of IPv6 alone.
 *
 * The thread whose default GMainContext is that of the reactor. */
#pragma once

#include <stdint.h>

#include "client-core/discovery/eng-answer.h"
#include "protocol/io/btio-reactor.h"
#include "protocol/io/btio-resolver.h"
#include "protocol/io/btio-tcp.h"

typedef struct EngUdp EngUdp;
typedef struct EngUdpAsk EngUdpAsk;

typedef struct
{
  BtioBind bind;       /* where packets come from; the port does not count */
  uint64_t timeout_us; /* for all of it */
  uint64_t grace_us;   /* once one family has answered, for the other */
  uint64_t seed;
} EngUdpConfig;

/* @resolver stays the caller's. */
EngUdp *eng_udp_new (BtioReactor *reactor, BtioResolver *resolver, const EngUdpConfig *config);
/* Packets come from @bind from now on, those of asks that are under way as well. */
void eng_udp_move (EngUdp *udp, const BtioBind *bind);

/* This machine has lost an address. */
void eng_udp_cut_off (EngUdp *udp);

/* All asks must be over or cancelled. Accepts NULL. */
void eng_udp_free (EngUdp *udp);

/* Asks "udp://host:port/...". @done never comes before this returns; the ask is the caller's to
 * cancel until then, not to free. */
EngUdpAsk *eng_udp_ask (EngUdp *udp, const char *url, const BtAnnounceRequest *request,
                        EngAskDone done, void *owner);

/* The same for a scrape of @n torrents, 20 bytes each, at most BT_LIMIT_SCRAPE_UDP; the hashes are
 * copied. */
EngUdpAsk *eng_udp_scrape (EngUdp *udp, const char *url, const uint8_t *hashes, size_t n,
                           EngAskDone done, void *owner);

/* No answer will come. Accepts NULL. */
void eng_udp_cancel (EngUdpAsk *ask);
