/* eng-connection-limits.c: how many bytes a connection may read and write now.
 *
 * Every byte counts, the protocol's as well. Whoever is refused waits until the bucket has a
 * worthwhile amount: not a few bytes at a time, which would cost a system call each, and not more
 * than a block, so that connections take turns. */
#include "client-core/peer/eng-connection-private.h"

#include "protocol/core/bt-limits.h"

/* Less is not worth a system call. */
#define WORTHWHILE 4096

size_t
eng_connection_grant (EngConnection *c, BtTokenBucket *bucket, size_t want, uint64_t *wait_us)
{
  uint64_t now_us = btio_reactor_now_us (c->reactor);
  uint64_t ready_us;

  if (bucket == NULL || bt_token_bucket_available (bucket, now_us) == UINT64_MAX)
    return want;
  ready_us = bt_token_bucket_ready_us (bucket, MIN (want, WORTHWHILE), now_us);
  if (ready_us <= now_us)
    return (size_t) bt_token_bucket_take (bucket, MIN (want, BT_BLOCK_LEN), now_us);
  *wait_us = ready_us;
  return 0;
}

void
eng_connection_give_back (BtTokenBucket *bucket, size_t granted, size_t used)
{
  if (bucket != NULL)
    bt_token_bucket_refund (bucket, granted - used);
}

void
eng_connection_limits_changed (EngConnection *c)
{
  c->read_us = 0;
  c->write_us = 0;
  if (!c->ended)
    eng_connection_flush (c);
}

bool
eng_connection_is_throttled (const EngConnection *c)
{
  return c->read_us > 0;
}

void
eng_connection_resume (EngConnection *c, uint64_t now_us)
{
  if (c->read_us > 0 && c->read_us <= now_us)
    c->read_us = 0;
  if (c->write_us > 0 && c->write_us <= now_us)
    c->write_us = 0;
}
