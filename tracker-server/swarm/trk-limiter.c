/* trk-limiter.c: buckets as the time at which they are full again (GCRA), changed by compare and
 * swap.
 *
 * A bucket is one word: 16 bits of a tag that tells its source, and in the other 48 bits the
 * nanosecond at which it is full, counted in a circle of three days. Nothing is ever full later
 * than a burst from now, so that a time out of an earlier round is nearly always told apart; if
 * not, a source finds its bucket emptier than it is, for no longer than that burst.
 *
 * The buckets of a line of the cache are searched together: a source has the one with its tag, or
 * takes one that is full, which is as good as nobody's. Only where all of them are busy with others
 * does it share. */
#include "tracker-server/swarm/trk-limiter.h"

#include <stdatomic.h>

#include <glib.h>

#define LINE 64
#define WAYS 8u

#define NS_PER_S UINT64_C (1000000000)
#define NS_PER_US 1000u

#define TIME_BITS 48
#define TIME_MASK ((UINT64_C (1) << TIME_BITS) - 1)

/* A burst and one token more stay below half of the circle. */
#define BURST_MAX_NS (UINT64_C (1) << (TIME_BITS - 2))

typedef atomic_uint_least64_t Bucket;

struct TrkLimiter
{
  BtSipKey key;
  uint64_t cost_ns;  /* what a token takes to come back; 0: no limit */
  uint64_t burst_ns; /* what all of them take */
  uint64_t n_lines;  /* a power of two */
  Bucket *buckets;   /* owned; WAYS for each line */
};

static uint64_t
power_of_two (uint64_t at_least)
{
  uint64_t n = 1;

  while (n < at_least)
    n *= 2;
  return n;
}

TrkLimiter *
trk_limiter_new (const TrkLimiterConfig *config)
{
  TrkLimiter *self = g_new0 (TrkLimiter, 1);

  if (config->rate == 0)
    return self;
  self->key = bt_siphash_key (config->key);
  self->cost_ns = MAX (NS_PER_S / config->rate, 1);
  self->burst_ns = MIN (self->cost_ns * MAX (config->burst, 1), BURST_MAX_NS);
  self->n_lines = power_of_two (((uint64_t) config->n_buckets + WAYS - 1) / WAYS);
  self->buckets = g_aligned_alloc0 (self->n_lines, WAYS * sizeof (Bucket), LINE);
  return self;
}

void
trk_limiter_free (TrkLimiter *self)
{
  if (self == NULL)
    return;
  g_aligned_free (self->buckets);
  g_free (self);
}

/* How long it is until a bucket is full, by its word; 0 when it is. */
static uint64_t
wait_ns (const TrkLimiter *self, uint64_t word, uint64_t now_ns)
{
  uint64_t ahead = (word - now_ns) & TIME_MASK;

  return ahead <= self->burst_ns ? ahead : 0;
}

/* The bucket of a source in its line, with the word that it had. */
static Bucket *
find_bucket (const TrkLimiter *self, Bucket *line, uint64_t spread, uint64_t now_ns, uint64_t *word)
{
  uint64_t words[WAYS];
  unsigned found = WAYS;

  for (unsigned i = 0; i < WAYS; i++)
    {
      words[i] = atomic_load_explicit (&line[i], memory_order_relaxed);
      if (wait_ns (self, words[i], now_ns) == 0)
        found = MIN (found, i);
      else if (words[i] >> TIME_BITS == spread >> TIME_BITS)
        {
          found = i;
          break;
        }
    }
  if (found == WAYS)
    found = spread % WAYS;
  *word = words[found];
  return &line[found];
}

static uint64_t
spread_of (const TrkLimiter *self, const BtEndpoint *from)
{
  return bt_siphash (&self->key, from->addr, from->family == BT_FAMILY_V4 ? 4 : 8);
}

/* A source that shares a bucket leaves its owner's tag. */
bool
trk_limiter_take (TrkLimiter *self, const BtEndpoint *from, uint64_t now_us)
{
  uint64_t now_ns = now_us * NS_PER_US;
  uint64_t spread;
  uint64_t tag;
  uint64_t wait;
  uint64_t word;
  Bucket *bucket;
  Bucket *line;

  if (self->cost_ns == 0)
    return true;
  spread = spread_of (self, from);
  line = &self->buckets[(spread / WAYS & (self->n_lines - 1)) * WAYS];
  do
    {
      bucket = find_bucket (self, line, spread, now_ns, &word);
      wait = wait_ns (self, word, now_ns);
      if (wait + self->cost_ns > self->burst_ns)
        return false;
      tag = wait == 0 ? spread : word;
    }
  while (!atomic_compare_exchange_weak_explicit (
      bucket, &word, (tag & ~TIME_MASK) | ((now_ns + wait + self->cost_ns) & TIME_MASK),
      memory_order_relaxed, memory_order_relaxed));
  return true;
}
