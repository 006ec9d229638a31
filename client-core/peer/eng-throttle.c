/* eng-throttle.c: see the header. */
#include "client-core/peer/eng-throttle.h"

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

/* What a turn is worth: a part of what passes in a second, but no less than is worth a system call,
 * and no more than keeps the others waiting for long. */
#define QUANTUM_PART 512
#define QUANTUM_LEAST ((size_t) 4096)
#define QUANTUM_MOST ((size_t) 256 * 1024)

/* Between turns there is so much time: waking up for each would cost more than the turns. */
#define PACE_US 5000

/* Turns in a row; the reactor has other things to do. */
#define TURNS_MAX 64

static uint64_t
throttle_now (const EngThrottle *self)
{
  return btio_reactor_now_us (self->reactor);
}

/* --- amounts --- */

uint64_t
eng_throttle_rate_Bps (const EngThrottle *self)
{
  uint64_t least = 0;

  for (const EngThrottle *level = self; level != NULL; level = level->parent)
    if (level->bucket.rate_Bps > 0)
      least = least > 0 ? MIN (least, level->bucket.rate_Bps) : level->bucket.rate_Bps;
  return least;
}

/* What one turn passes of @want, on the way through all throttles. */
static size_t
share_of (const EngThrottle *self, size_t want)
{
  uint64_t rate_Bps = eng_throttle_rate_Bps (self);
  size_t quantum = QUANTUM_MOST;

  if (rate_Bps > 0)
    quantum = (size_t) MIN (QUANTUM_MOST, MAX (rate_Bps / QUANTUM_PART, QUANTUM_LEAST));
  return MIN (want, quantum);
}

/* When this throttle alone has so much. */
static uint64_t
own_ready_us (const EngThrottle *self, size_t want, uint64_t now_us)
{
  BtTokenBucket own = self->bucket;

  own.parent = NULL;
  return bt_token_bucket_ready_us (&own, want, now_us);
}

/* --- queues --- */

static bool
is_small (size_t want)
{
  return want <= ENG_THROTTLE_SMALL;
}

/* Small amounts come first. */
static void
queue_up (EngThrottle *self, EngThrottleWait *wait)
{
  wait->at = self;
  wait->place.data = wait;
  if (wait->inner == NULL && is_small (wait->want))
    g_queue_push_head_link (&self->waiting, &wait->place);
  else
    g_queue_push_tail_link (&self->waiting, &wait->place);
}

static void
queue_leave (EngThrottleWait *wait)
{
  g_queue_unlink (&wait->at->waiting, &wait->place);
  wait->at = NULL;
}

/* Somebody waits in there who may have a turn: the outermost finds out. */
static void
wake (EngThrottle *self)
{
  if (self->waiting.head == NULL || self->self.at != NULL)
    return;
  if (self->parent == NULL)
    {
      btio_timer_set (&self->timer, self->reactor, throttle_now (self));
      return;
    }
  self->self.passed = 0;
  queue_up (self->parent, &self->self);
  if (self->parent->waiting.length == 1)
    wake (self->parent);
}

/* Of turns, or of what does not wait. */
static void
note_passed (EngThrottle *self, size_t n)
{
  for (EngThrottle *level = self; level != NULL; level = level->parent)
    level->self.passed += n;
}

/* After a turn: who stands for many is behind the others when it has had what a turn is worth, and
 * out when nobody is left in there. */
static void
settle (EngThrottle *self)
{
  for (EngThrottle *level = self; level->parent != NULL; level = level->parent)
    {
      size_t worth = share_of (level->parent, SIZE_MAX);
      bool had_turn = level->self.passed >= worth;

      if (level->waiting.head == NULL)
        eng_throttle_leave (&level->self);
      else if (level->self.at != NULL && had_turn)
        {
          level->self.passed = MIN (level->self.passed - worth, worth);
          queue_leave (&level->self);
          queue_up (level->parent, &level->self);
        }
    }
}

/* Whose turn it is below @self; NULL when there is nobody, or @self must wait for itself: then it
 * is out of its parent's queue until its timer comes. */
static EngThrottleWait *
pick (EngThrottle *self, uint64_t now_us)
{
  while (self->waiting.head != NULL)
    {
      EngThrottleWait *first = self->waiting.head->data;
      EngThrottleWait *found = first->inner != NULL ? pick (first->inner, now_us) : first;
      uint64_t ready_us;

      if (found == NULL)
        continue; /* that one is out of the queue */
      ready_us = own_ready_us (self, share_of (found->at, found->want), now_us);
      if (ready_us <= now_us)
        return found;
      btio_timer_set (&self->timer, self->reactor, MAX (ready_us, now_us + PACE_US));
      break;
    }
  if (self->self.at != NULL)
    queue_leave (&self->self);
  return NULL;
}

static void
give_turns (EngThrottle *self, uint64_t now_us)
{
  for (unsigned i = 0; i < TURNS_MAX; i++)
    {
      EngThrottleWait *wait = pick (self, now_us);
      EngThrottle *at;

      if (wait == NULL)
        return;
      at = wait->at;
      queue_leave (wait);
      wait->has_turn = true;
      wait->turn (wait);
      wait->has_turn = false;
      settle (at);
    }
  wake (self);
}

static void
on_due (BtioTimer *timer, uint64_t now_us)
{
  EngThrottle *self = (EngThrottle *) (void *) ((char *) timer - offsetof (EngThrottle, timer));

  if (self->parent == NULL)
    give_turns (self, now_us);
  else
    wake (self);
}

/* --- who takes --- */

static bool
somebody_waits (const EngThrottle *self)
{
  for (const EngThrottle *level = self; level != NULL; level = level->parent)
    if (level->waiting.head != NULL)
      return true;
  return false;
}

/* Who passes a small amount meanwhile keeps its place, or its turn, for what it waits for. */
static void
use_place (EngThrottleWait *wait, size_t want)
{
  if (is_small (want) && !is_small (wait->want))
    return;
  wait->has_turn = false;
  eng_throttle_leave (wait);
}

static void
let_wait (EngThrottle *self, EngThrottleWait *wait, size_t want)
{
  if (wait->at != NULL && is_small (want) && !is_small (wait->want))
    queue_leave (wait);
  wait->want = want;
  if (wait->at == NULL)
    queue_up (self, wait);
  if (self->waiting.length == 1)
    wake (self);
}

size_t
eng_throttle_take (EngThrottle *self, EngThrottleWait *wait, size_t want)
{
  uint64_t now_us;
  uint64_t there;
  size_t share;

  if (self == NULL)
    return want;
  now_us = throttle_now (self);
  there = bt_token_bucket_available (&self->bucket, now_us);
  share = there == UINT64_MAX ? want : share_of (self, want);
  if (there == UINT64_MAX || wait->has_turn || (is_small (want) && want <= there)
      || (!somebody_waits (self)
          && bt_token_bucket_ready_us (&self->bucket, share, now_us) <= now_us))
    {
      size_t taken = (size_t) bt_token_bucket_take (&self->bucket, share, now_us);

      if (taken > 0)
        {
          note_passed (self, taken);
          use_place (wait, want);
          return taken;
        }
    }
  let_wait (self, wait, want);
  return 0;
}

void
eng_throttle_give_back (EngThrottle *self, size_t n)
{
  if (self == NULL)
    return;
  bt_token_bucket_refund (&self->bucket, n);
  for (EngThrottle *level = self; level != NULL; level = level->parent)
    level->self.passed -= MIN (level->self.passed, n);
}

size_t
eng_throttle_most (const EngThrottle *self)
{
  return eng_throttle_rate_Bps (self) > 0 ? share_of (self, SIZE_MAX) : SIZE_MAX;
}

bool
eng_throttle_waits (const EngThrottleWait *wait)
{
  return wait->at != NULL;
}

void
eng_throttle_leave (EngThrottleWait *wait)
{
  EngThrottle *at = wait->at;

  if (at == NULL)
    return;
  queue_leave (wait);
  if (at->waiting.head == NULL && at->self.at != NULL)
    eng_throttle_leave (&at->self);
}

/* --- the whole --- */

void
eng_throttle_init (EngThrottle *self, EngThrottle *parent, BtioReactor *reactor)
{
  *self = (EngThrottle){ .parent = parent, .reactor = reactor };
  bt_token_bucket_init (&self->bucket, parent != NULL ? &parent->bucket : NULL, 0, 0,
                        throttle_now (self));
  self->self.inner = self;
  self->timer.due = on_due;
}

void
eng_throttle_clear (EngThrottle *self)
{
  bt_assert (self->waiting.head == NULL && self->self.at == NULL);
  btio_timer_stop (&self->timer);
}

/* What may pass at once after a pause: an eighth of a second, and a block at the least. */
void
eng_throttle_set_rate (EngThrottle *self, uint64_t rate_Bps)
{
  bt_token_bucket_set_rate (&self->bucket, rate_Bps, MAX (rate_Bps / 8, BT_BLOCK_LEN),
                            throttle_now (self));
  wake (self);
}
