/* trk-backoff.h: whoever shows wrong tokens has to wait, longer each time.
 *
 * Sources are IPv4 addresses and IPv6 /64s in a table of fixed size; two that meet in one place
 * push each other out, which a keyed hash lets nobody choose. Pure but for its table; one thread.
 */
#pragma once

#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/tracker/bt-siphash.h"

/* So many failures are free. */
#define TRK_BACKOFF_FREE 5u

/* The first wait, which doubles up to the longest; after twice the longest all is forgotten. */
#define TRK_BACKOFF_FIRST_S 1u
#define TRK_BACKOFF_LONGEST_S 300u

typedef struct TrkBackoff TrkBackoff;

/* @key is random and secret. (transfer full) */
TrkBackoff *trk_backoff_new (const uint8_t key[BT_SIPHASH_KEY_LEN]);
void trk_backoff_free (TrkBackoff *self);

/* Seconds that the source still has to wait; 0: none. @now_s is any clock that does not go back. */
uint32_t trk_backoff_wait_s (TrkBackoff *self, const BtEndpoint *from, uint64_t now_s);

/* It failed. */
void trk_backoff_failed (TrkBackoff *self, const BtEndpoint *from, uint64_t now_s);
