/* trk-limiter.h: how often an address may ask: token buckets in a table of fixed size.
 *
 * A source is an IPv4 address or an IPv6 /64. Whoever is over its rate is told so by false and pays
 * nothing more. Sources that collide in the table share a bucket only while both are busy: a bucket
 * that is full again belongs to whoever comes next. The key is random, so that nobody can choose
 * whom to collide with. Any thread; O(1), no lock, no allocation. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/tracker/bt-siphash.h"

typedef struct
{
  uint8_t key[BT_SIPHASH_KEY_LEN]; /* random and secret */
  uint32_t rate;                   /* requests a second of one source; 0: no limit */
  uint32_t burst;                  /* requests at once */
  uint32_t n_buckets;              /* eight at least, rounded up to a power of two; 8 bytes each */
} TrkLimiterConfig;

typedef struct TrkLimiter TrkLimiter;

/* (transfer full) */
TrkLimiter *trk_limiter_new (const TrkLimiterConfig *config);
void trk_limiter_free (TrkLimiter *self);

/* Takes a token of the source's; false when there is none. @now_us does not step back. */
bool trk_limiter_take (TrkLimiter *self, const BtEndpoint *from, uint64_t now_us);
