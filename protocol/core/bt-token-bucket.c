/* bt-token-bucket.c: token buckets in a chain, in whole numbers. */
#include "protocol/core/bt-token-bucket.h"

#include "protocol/core/bt-assert.h"

#define US_PER_S UINT64_C (1000000)

static uint64_t
least (uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

static void
set_limits (BtTokenBucket *self, uint64_t rate_Bps, uint64_t burst)
{
  self->rate_Bps = least (rate_Bps, BT_TOKEN_BUCKET_MAX);
  self->burst = least (burst > 0 ? burst : self->rate_Bps, BT_TOKEN_BUCKET_MAX);
}

void
bt_token_bucket_init (BtTokenBucket *self, BtTokenBucket *parent, uint64_t rate_Bps, uint64_t burst,
                      uint64_t now_us)
{
  bt_assert (parent != self);
  *self = (BtTokenBucket){ .parent = parent, .filled_us = now_us };
  set_limits (self, rate_Bps, burst);
  self->tokens = self->burst;
}

static void
fill_up (BtTokenBucket *self)
{
  self->tokens = self->burst;
  self->fraction = 0;
}

/* Brings one level up to date. With the rate below 2^40 and the odd microseconds below 2^20, the
 * products stay below 2^60. */
static void
fill (BtTokenBucket *self, uint64_t now_us)
{
  uint64_t elapsed_us = now_us > self->filled_us ? now_us - self->filled_us : 0;
  uint64_t seconds = elapsed_us / US_PER_S;
  uint64_t room = self->burst - self->tokens;
  uint64_t millionths;
  uint64_t gained;

  self->filled_us += elapsed_us;
  if (self->rate_Bps == 0 || elapsed_us == 0)
    return;
  if (seconds > room / self->rate_Bps)
    {
      fill_up (self);
      return;
    }
  millionths = elapsed_us % US_PER_S * self->rate_Bps + self->fraction;
  gained = seconds * self->rate_Bps + millionths / US_PER_S;
  if (gained >= room)
    {
      fill_up (self);
      return;
    }
  self->tokens += gained;
  self->fraction = millionths % US_PER_S;
}

void
bt_token_bucket_set_rate (BtTokenBucket *self, uint64_t rate_Bps, uint64_t burst, uint64_t now_us)
{
  bool had_limit = self->rate_Bps > 0;

  fill (self, now_us);
  set_limits (self, rate_Bps, burst);
  if (!had_limit || self->tokens >= self->burst)
    fill_up (self);
}

uint64_t
bt_token_bucket_available (BtTokenBucket *self, uint64_t now_us)
{
  uint64_t n = UINT64_MAX;

  for (BtTokenBucket *level = self; level != NULL; level = level->parent)
    {
      fill (level, now_us);
      if (level->rate_Bps > 0)
        n = least (n, level->tokens);
    }
  return n;
}

uint64_t
bt_token_bucket_take (BtTokenBucket *self, uint64_t want, uint64_t now_us)
{
  uint64_t n = least (want, bt_token_bucket_available (self, now_us));

  for (BtTokenBucket *level = self; level != NULL; level = level->parent)
    if (level->rate_Bps > 0)
      level->tokens -= n;
  return n;
}

void
bt_token_bucket_refund (BtTokenBucket *self, uint64_t n)
{
  for (BtTokenBucket *level = self; level != NULL; level = level->parent)
    {
      if (level->rate_Bps == 0)
        continue;
      if (n >= level->burst - level->tokens)
        fill_up (level);
      else
        level->tokens += n;
    }
}

/* Microseconds until one level holds @n bytes, rounded up. */
static uint64_t
wait_us (const BtTokenBucket *self, uint64_t n)
{
  uint64_t missing;
  uint64_t seconds;
  uint64_t rest;

  n = least (n, self->burst);
  if (self->rate_Bps == 0 || n <= self->tokens)
    return 0;
  missing = n - self->tokens;
  seconds = missing / self->rate_Bps;
  rest = missing % self->rate_Bps * US_PER_S;
  /* The fraction already there shortens the wait; it is less than one byte. */
  if (rest >= self->fraction)
    rest -= self->fraction;
  else
    {
      seconds--;
      rest += self->rate_Bps * US_PER_S - self->fraction;
    }
  return seconds * US_PER_S + (rest + self->rate_Bps - 1) / self->rate_Bps;
}

uint64_t
bt_token_bucket_ready_us (BtTokenBucket *self, uint64_t n, uint64_t now_us)
{
  uint64_t longest = 0;

  for (BtTokenBucket *level = self; level != NULL; level = level->parent)
    {
      uint64_t wait;

      fill (level, now_us);
      wait = wait_us (level, n);
      longest = wait > longest ? wait : longest;
    }
  return now_us > UINT64_MAX - longest ? UINT64_MAX : now_us + longest;
}
