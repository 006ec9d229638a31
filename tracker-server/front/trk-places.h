/* trk-places.h: how many connections there are, in all and of each source.
 *
 * A source is an IPv4 address or an IPv6 /64. A place is taken when a connection comes and left
 * when it has gone, whoever has held it meanwhile. Any thread; O(1), no allocation. */
#pragma once

#include <stdint.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/tracker/bt-siphash.h"

typedef struct TrkPlaces TrkPlaces;

typedef enum
{
  TRK_PLACES_TAKEN,
  TRK_PLACES_FULL,   /* as many connections as there may be */
  TRK_PLACES_CROWDED /* as many of this source */
} TrkPlacesResult;

/* The key is random, so that nobody can choose what collides. (transfer full) */
TrkPlaces *trk_places_new (uint32_t max, uint32_t per_source,
                           const uint8_t key[BT_SIPHASH_KEY_LEN]);
/* Accepts NULL. */
void trk_places_free (TrkPlaces *self);

/* While it is held there are no more places than are taken when that begins, or than an eighth. */
void trk_places_hold (TrkPlaces *self, bool hold);

/* Takes a place. No endpoint as @source counts in the sum alone: proxies speak for many. */
TrkPlacesResult trk_places_take (TrkPlaces *self, const BtEndpoint *source);
void trk_places_leave (TrkPlaces *self, const BtEndpoint *source);

/* How many a source has; 0 for no endpoint. */
uint32_t trk_places_of (TrkPlaces *self, const BtEndpoint *source);

/* How many are taken. */
uint32_t trk_places_taken (TrkPlaces *self);
