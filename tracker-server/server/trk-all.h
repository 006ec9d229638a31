/* trk-all.h: the scrape of all torrents (trk-full-scrape.h), made once for many: it is large and
 * takes a while, so that one is kept for minutes, packed, and each address may have it now and
 * then. Any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-endpoint.h"
#include "tracker-server/front/trk-service.h"

typedef struct TrkAll TrkAll;

/* Both are lent; what is refused or denied is left out by the policy's judge. (transfer full) */
TrkAll *trk_all_new (TrkSwarms *swarms, TrkService *service, const uint8_t key[BT_SIPHASH_KEY_LEN]);
/* Nobody asks any more. Accepts NULL. */
void trk_all_free (TrkAll *self);

/* Whether anybody may have it; for nobody at first. */
void trk_all_allow (TrkAll *self, bool allowed);

/* The body, packed when @gzip is set, and left so; NULL when @source may not have it now.
 * @data is a TrkAll. (transfer full) (nullable) */
GBytes *trk_all_get (void *data, const BtEndpoint *source, bool *gzip);
