/* eng-history.c: see the header. */
#include "client-core/torrent/eng-history.h"

#include <string.h>

#define S UINT64_C (1000000)

static const struct
{
  uint64_t step_us;
  size_t n;
  size_t shows_now; /* 1: the step under way is the last one that is shown */
} spans[ENG_HISTORY_SPANS] = {
  [ENG_HISTORY_MINUTE] = { S, 60, 0 },
  [ENG_HISTORY_HOUR] = { 60 * S, 60, 1 },
  [ENG_HISTORY_DAY] = { 900 * S, ENG_HISTORY_MAX, 1 },
};

/* Bytes of a step. */
typedef struct
{
  double down;
  double up;
} Step;

/* One more step than is shown, for that of now. */
typedef struct
{
  uint64_t last; /* the number of the step of now */
  Step steps[ENG_HISTORY_MAX + 1];
} Ring;

struct EngHistory
{
  uint64_t since_us; /* when the rates were looked at last */
  double down_Bps;
  double up_Bps;
  Ring rings[ENG_HISTORY_SPANS];
};

EngHistory *
eng_history_new (uint64_t now_us)
{
  EngHistory *self = g_new0 (EngHistory, 1);

  self->since_us = now_us;
  for (size_t i = 0; i < ENG_HISTORY_SPANS; i++)
    self->rings[i].last = now_us / spans[i].step_us;
  return self;
}

void
eng_history_free (EngHistory *self)
{
  g_free (self);
}

size_t
eng_history_steps (EngHistorySpan span)
{
  return spans[span].n;
}

static Step *
step_at (Ring *ring, size_t n, uint64_t number)
{
  return &ring->steps[number % (n + 1)];
}

/* The steps up to @number begin empty. */
static void
turn_to (Ring *ring, size_t n, uint64_t number)
{
  if (number - ring->last > n)
    memset (ring->steps, 0, sizeof ring->steps);
  else
    for (uint64_t i = ring->last + 1; i <= number; i++)
      *step_at (ring, n, i) = (Step){ 0 };
  ring->last = number;
}

/* The rates held from the last look until @now_us: each step that this reaches into gets its part.
 */
static void
fill (const EngHistory *self, Ring *ring, uint64_t step_us, size_t n, uint64_t now_us)
{
  uint64_t number = now_us / step_us;
  uint64_t first = number - MIN (number, (uint64_t) n);

  if (number > ring->last)
    turn_to (ring, n, number);
  for (uint64_t i = MAX (first, self->since_us / step_us); i <= number; i++)
    {
      uint64_t from = MAX (self->since_us, i * step_us);
      uint64_t to = MIN (now_us, (i + 1) * step_us);
      double seconds = (double) (to - from) / (double) S;

      step_at (ring, n, i)->down += self->down_Bps * seconds;
      step_at (ring, n, i)->up += self->up_Bps * seconds;
    }
}

static void
look (EngHistory *self, uint64_t now_us)
{
  if (now_us <= self->since_us)
    return;
  for (size_t i = 0; i < ENG_HISTORY_SPANS; i++)
    fill (self, &self->rings[i], spans[i].step_us, spans[i].n, now_us);
  self->since_us = now_us;
}

void
eng_history_set (EngHistory *self, uint64_t now_us, uint64_t down_Bps, uint64_t up_Bps)
{
  look (self, now_us);
  self->down_Bps = (double) down_Bps;
  self->up_Bps = (double) up_Bps;
}

static uint32_t
rate_of (double bytes, uint64_t step_us)
{
  double rate = bytes * (double) S / (double) step_us + 0.5;

  return rate >= (double) UINT32_MAX ? UINT32_MAX : (uint32_t) rate;
}

void
eng_history_read (EngHistory *self, uint64_t now_us, EngHistorySpan span, uint32_t *out)
{
  Ring *ring = &self->rings[span];
  size_t n = spans[span].n;

  look (self, now_us);
  for (size_t i = 0; i < n; i++)
    {
      const Step *step = step_at (ring, n, ring->last + 1 + i + spans[span].shows_now);

      out[2 * i] = rate_of (step->down, spans[span].step_us);
      out[2 * i + 1] = rate_of (step->up, spans[span].step_us);
    }
}

void
eng_history_restore (EngHistory *self, uint64_t now_us, EngHistorySpan span, const uint32_t *rates,
                     uint64_t age_us)
{
  Ring *ring = &self->rings[span];
  size_t n = spans[span].n;
  uint64_t step_us = spans[span].step_us;
  uint64_t gone = age_us / step_us;

  look (self, now_us);
  for (uint64_t i = gone; i < n; i++)
    {
      Step *step = step_at (ring, n, ring->last + 1 + i - gone + spans[span].shows_now);

      step->down += (double) rates[2 * i] * (double) step_us / (double) S;
      step->up += (double) rates[2 * i + 1] * (double) step_us / (double) S;
    }
}
