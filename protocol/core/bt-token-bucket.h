/* bt-token-bucket.h: limits on how many bytes may pass in a second, one inside another.
 *
 * A bucket fills at its rate up to its burst; bytes that pass empty it. A bucket may have a parent
 * (peer, torrent, group, session): a grant is the least that any bucket of the chain holds and is
 * taken from all of them. Time is a parameter; a clock that steps back stands still. Integers
 * alone, and fractions of a byte are carried over, so the rate is exact over any time and nothing
 * overflows in gaps of years. One owner of a whole chain; no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rates and bursts above this are cut to it: a tebibyte. */
#define BT_TOKEN_BUCKET_MAX (UINT64_C (1) << 40)

typedef struct BtTokenBucket
{
  struct BtTokenBucket *parent; /* lent; (nullable) */
  uint64_t rate_Bps;            /* 0: no limit at this level */
  uint64_t burst;               /* bytes that a full bucket holds */
  uint64_t tokens;              /* bytes that may pass now */
  uint64_t fraction;            /* of the next byte, in millionths */
  uint64_t filled_us;           /* when tokens was brought up to date */
} BtTokenBucket;

/* A full bucket. @rate_Bps of 0 is no limit. A @burst of 0 means what the rate gives in a second.
 * @parent must outlive the bucket. */
void bt_token_bucket_init (BtTokenBucket *self, BtTokenBucket *parent, uint64_t rate_Bps,
                           uint64_t burst, uint64_t now_us);

/* Changes the limits. What has been saved up is kept as far as the new burst goes; a bucket that
 * had no limit starts full. */
void bt_token_bucket_set_rate (BtTokenBucket *self, uint64_t rate_Bps, uint64_t burst,
                               uint64_t now_us);

/* How many bytes may pass now; UINT64_MAX when no level has a limit. */
uint64_t bt_token_bucket_available (BtTokenBucket *self, uint64_t now_us);

/* Takes up to @want bytes from the whole chain and returns how many were granted. */
uint64_t bt_token_bucket_take (BtTokenBucket *self, uint64_t want, uint64_t now_us);

/* Gives back @n granted bytes that did not pass after all, to the whole chain. */
void bt_token_bucket_refund (BtTokenBucket *self, uint64_t n);

/* When @n bytes will be there, if nobody takes any: @now_us if they are. A level that never holds
 * as many counts as ready when it is full. */
uint64_t bt_token_bucket_ready_us (BtTokenBucket *self, uint64_t n, uint64_t now_us);
