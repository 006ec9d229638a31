/* eng-turns.c: see the header. */
#include "client-core/discovery/eng-turns.h"

#include <glib.h>

#define SECOND_US UINT64_C (1000000)

/* The next of a sequence (SplitMix64, Steele, Lea and Flood 2014). */
static uint64_t
draw (EngTurns *self)
{
  uint64_t z = self->random += UINT64_C (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* @us and by chance up to a @part more. */
static uint64_t
jitter (EngTurns *self, uint64_t us, uint64_t part)
{
  return us + draw (self) % (us / part + 1);
}

/* --- the order --- */

static void
swap (size_t *order, size_t a, size_t b)
{
  size_t held = order[a];

  order[a] = order[b];
  order[b] = held;
}

static void
shuffle (EngTurns *self, size_t from, size_t to)
{
  for (size_t i = from; i + 1 < to; i++)
    swap (self->order, i, i + (size_t) (draw (self) % (to - i)));
}

static unsigned
tier_at (const EngTurns *self, size_t place)
{
  return self->trackers[self->order[place]].tier;
}

static void
shuffle_tiers (EngTurns *self)
{
  for (size_t from = 0, to; from < self->n; from = to)
    {
      for (to = from + 1; to < self->n && tier_at (self, to) == tier_at (self, from); to++)
        ;
      shuffle (self, from, to);
    }
}

static void
promote (EngTurns *self, size_t tracker)
{
  size_t place = 0;

  while (self->order[place] != tracker)
    place++;
  for (; place > 0 && tier_at (self, place - 1) == tier_at (self, place); place--)
    swap (self->order, place, place - 1);
}

void
eng_turns_init (EngTurns *self, const BtTracker *trackers, size_t n, uint64_t seed)
{
  *self = (EngTurns){ .n = n,
                      .asking = ENG_TURNS_NONE,
                      .wanted = ENG_TURNS_NONE,
                      .answered = ENG_TURNS_NONE,
                      .due_us = n > 0 ? 0 : ENG_TURNS_NEVER,
                      .random = seed };
  self->trackers = g_new0 (EngTurnsTracker, n);
  self->order = g_new0 (size_t, n);
  for (size_t i = 0; i < n; i++)
    {
      self->trackers[i].tier = trackers[i].tier;
      self->order[i] = i;
    }
  shuffle_tiers (self);
}

/* The last one goes to the end of its tier. */
static void
settle_last (EngTurns *self)
{
  for (size_t place = self->n - 1; place > 0 && tier_at (self, place - 1) > tier_at (self, place);
       place--)
    swap (self->order, place, place - 1);
}

void
eng_turns_add (EngTurns *self, unsigned tier)
{
  size_t place = self->n++;

  self->trackers = g_renew (EngTurnsTracker, self->trackers, self->n);
  self->trackers[place] = (EngTurnsTracker){ .tier = tier };
  self->order = g_renew (size_t, self->order, self->n);
  self->order[place] = place;
  settle_last (self);
  self->due_us = 0;
}

void
eng_turns_move (EngTurns *self, size_t tracker, unsigned tier)
{
  size_t place = 0;

  if (self->trackers[tracker].tier == tier)
    return;
  while (self->order[place] != tracker)
    place++;
  for (; place + 1 < self->n; place++)
    swap (self->order, place, place + 1);
  self->trackers[tracker].tier = tier;
  settle_last (self);
}

void
eng_turns_clear (EngTurns *self)
{
  g_clear_pointer (&self->trackers, g_free);
  g_clear_pointer (&self->order, g_free);
}

/* --- whose turn it is --- */

/* From when on a tracker may be asked. */
static uint64_t
permitted_us (const EngTurnsTracker *tracker)
{
  return MAX (tracker->retry_us, tracker->soonest_us);
}

static bool
take (EngTurns *self, size_t tracker, BtAnnounceEvent event, EngTurn *out)
{
  self->trackers[tracker].busy = true;
  *out = (EngTurn){ tracker, event, false };
  return true;
}

/* News do not wait for a min interval: they are no question for peers. */
static bool
next_owed (EngTurns *self, uint64_t now_us, EngTurn *out)
{
  for (size_t i = 0; i < self->n; i++)
    {
      const EngTurnsTracker *tracker = &self->trackers[i];

      if (!tracker->owes || tracker->busy || now_us < tracker->retry_us)
        continue;
      (void) take (self, i, tracker->owed, out); /* it can be had */
      out->owed = true;
      return true;
    }
  return false;
}

/* The earliest at which a tracker that is not busy may be asked. */
static uint64_t
earliest_us (const EngTurns *self)
{
  uint64_t earliest = ENG_TURNS_NEVER;

  for (size_t i = 0; i < self->n; i++)
    if (!self->trackers[i].busy)
      earliest = MIN (earliest, permitted_us (&self->trackers[i]));
  return earliest;
}

static BtAnnounceEvent
event_for (const EngTurnsTracker *tracker)
{
  return tracker->knows_us ? BT_ANNOUNCE_NONE : BT_ANNOUNCE_STARTED;
}

static bool
next_wanted (EngTurns *self, uint64_t now_us, EngTurn *out)
{
  size_t i = self->wanted;

  if (i == ENG_TURNS_NONE || self->trackers[i].busy || now_us < permitted_us (&self->trackers[i]))
    return false;
  self->wanted = ENG_TURNS_NONE;
  return take (self, i, event_for (&self->trackers[i]), out);
}

bool
eng_turns_next (EngTurns *self, uint64_t now_us, EngTurn *out)
{
  if (next_owed (self, now_us, out) || next_wanted (self, now_us, out))
    return true;
  if (now_us < (self->asking != ENG_TURNS_NONE ? self->patient_us : self->due_us))
    return false;
  for (size_t place = 0; place < self->n; place++)
    {
      size_t i = self->order[place];
      const EngTurnsTracker *tracker = &self->trackers[i];

      if (tracker->busy || now_us < permitted_us (tracker))
        continue;
      self->asking = i;
      self->patient_us
          = self->one_at_a_time ? ENG_TURNS_NEVER : now_us + ENG_TURNS_PATIENCE_S * SECOND_US;
      return take (self, i, event_for (tracker), out);
    }
  if (self->asking != ENG_TURNS_NONE)
    self->patient_us = ENG_TURNS_NEVER;
  else
    self->due_us = earliest_us (self);
  return false;
}

uint64_t
eng_turns_deadline (const EngTurns *self)
{
  uint64_t deadline = self->asking == ENG_TURNS_NONE ? self->due_us : self->patient_us;

  for (size_t i = 0; i < self->n; i++)
    if (self->trackers[i].owes && !self->trackers[i].busy)
      deadline = MIN (deadline, self->trackers[i].retry_us);
  if (self->wanted != ENG_TURNS_NONE && !self->trackers[self->wanted].busy)
    deadline = MIN (deadline, permitted_us (&self->trackers[self->wanted]));
  return deadline;
}

/* --- what came of it --- */

uint32_t
eng_turns_interval_s (uint32_t said_s, uint32_t usual_s)
{
  if (said_s == 0 || said_s > INT32_MAX)
    return usual_s;
  return CLAMP (said_s, ENG_TURNS_LEAST_S, ENG_TURNS_MOST_S);
}

static void
set_free (EngTurns *self, size_t tracker)
{
  self->trackers[tracker].busy = false;
  if (self->asking == tracker)
    self->asking = ENG_TURNS_NONE;
  if (self->due_us == ENG_TURNS_NEVER)
    self->due_us = 0; /* nobody was free: look again */
}

void
eng_turns_answered (EngTurns *self, const EngTurn *turn, const BtAnnounceReply *reply,
                    uint64_t now_us)
{
  EngTurnsTracker *tracker = &self->trackers[turn->tracker];
  uint32_t interval_s = eng_turns_interval_s (reply->interval_s, ENG_TURNS_USUAL_S);
  uint32_t min_s
      = eng_turns_interval_s (reply->min_interval_s, MIN (interval_s, ENG_TURNS_USUAL_MIN_S));

  tracker->failures = 0;
  tracker->silent = tracker->anew = false;
  tracker->retry_us = 0;
  tracker->soonest_us = now_us + min_s * SECOND_US;
  tracker->knows_us = turn->event != BT_ANNOUNCE_STOPPED;
  if (turn->owed && turn->event == tracker->owed)
    tracker->owes = false;
  set_free (self, turn->tracker);
  if (turn->owed && self->answered != turn->tracker)
    return;
  promote (self, turn->tracker);
  self->answered = turn->tracker;
  self->asking = ENG_TURNS_NONE; /* whoever else is under way: one answer is enough */
  self->due_us = now_us + jitter (self, MAX (interval_s, min_s) * SECOND_US, 20);
}

static uint64_t
back_off_us (EngTurns *self, unsigned failures)
{
  uint64_t wait_us = ENG_TURNS_LEAST_S * SECOND_US;

  for (unsigned i = 1; i < failures && wait_us < ENG_TURNS_BACK_OFF_S * SECOND_US; i++)
    wait_us = wait_us * 5 / 2;
  return jitter (self, MIN (wait_us, ENG_TURNS_BACK_OFF_S * SECOND_US), 4);
}

/* "retry in" says it outright; an interval beside a failure is a lower bound. */
static uint64_t
refused_us (const BtAnnounceReply *reply, uint64_t wait_us)
{
  uint64_t least_s = ENG_TURNS_LEAST_S;

  if (reply->retry_min > 0)
    return CLAMP (reply->retry_min * UINT64_C (60), ENG_TURNS_LEAST_S, ENG_TURNS_MOST_S)
           * SECOND_US;
  least_s = MAX (least_s, eng_turns_interval_s (reply->interval_s, ENG_TURNS_LEAST_S));
  least_s = MAX (least_s, eng_turns_interval_s (reply->min_interval_s, ENG_TURNS_LEAST_S));
  return MAX (wait_us, least_s * SECOND_US);
}

void
eng_turns_failed (EngTurns *self, const EngTurn *turn, const BtAnnounceReply *reply,
                  uint64_t now_us)
{
  EngTurnsTracker *tracker = &self->trackers[turn->tracker];
  uint64_t wait_us = back_off_us (self, ++tracker->failures);

  if (reply != NULL)
    wait_us = refused_us (reply, wait_us);
  tracker->silent = reply == NULL;
  tracker->retry_us = tracker->silent && tracker->anew ? 0 : now_us + wait_us;
  tracker->anew = false;
  if (!tracker->knows_us)
    tracker->owes = false;
  set_free (self, turn->tracker); /* and the turn goes on, with the next */
  if (reply != NULL && reply->retry_min == BT_RETRY_NEVER)
    eng_turns_give_up (self, turn->tracker);
}

void
eng_turns_give_up (EngTurns *self, size_t tracker)
{
  self->trackers[tracker].retry_us = ENG_TURNS_NEVER;
}

void
eng_turns_drop (EngTurns *self, size_t tracker)
{
  set_free (self, tracker);
  self->trackers[tracker].owes = false;
  if (self->wanted == tracker)
    self->wanted = ENG_TURNS_NONE;
  if (self->answered == tracker)
    {
      self->answered = ENG_TURNS_NONE;
      self->due_us = 0;
    }
  eng_turns_give_up (self, tracker);
}

/* --- wishes --- */

void
eng_turns_tell (EngTurns *self, BtAnnounceEvent event)
{
  for (size_t i = 0; i < self->n; i++)
    {
      self->trackers[i].owes = self->trackers[i].knows_us || self->trackers[i].busy;
      self->trackers[i].owed = event;
    }
}

void
eng_turns_more (EngTurns *self)
{
  if (self->answered != ENG_TURNS_NONE)
    self->due_us = MIN (self->due_us, self->trackers[self->answered].soonest_us);
}

void
eng_turns_now (EngTurns *self, size_t tracker)
{
  for (size_t i = 0; i < self->n; i++)
    if ((tracker == ENG_TURNS_NONE || i == tracker)
        && self->trackers[i].retry_us != ENG_TURNS_NEVER)
      self->trackers[i].retry_us = 0;
  self->wanted = tracker;
  if (tracker == ENG_TURNS_NONE && self->answered != ENG_TURNS_NONE)
    eng_turns_more (self);
  else if (tracker == ENG_TURNS_NONE && self->n > 0)
    self->due_us = 0;
}

void
eng_turns_moved (EngTurns *self, size_t tracker)
{
  self->trackers[tracker].soonest_us = 0;
  if (self->answered == tracker)
    self->due_us = 0;
}

void
eng_turns_elsewhere (EngTurns *self)
{
  for (size_t i = 0; i < self->n; i++)
    {
      EngTurnsTracker *tracker = &self->trackers[i];

      tracker->anew = tracker->busy;
      if (tracker->knows_us)
        tracker->soonest_us = 0;
      if (tracker->silent && tracker->retry_us != ENG_TURNS_NEVER)
        tracker->retry_us = 0;
    }
  if (self->n > 0)
    self->due_us = 0;
}

uint64_t
eng_turns_when (const EngTurns *self, size_t tracker)
{
  const EngTurnsTracker *it = &self->trackers[tracker];

  if (it->retry_us == ENG_TURNS_NEVER)
    return ENG_TURNS_NEVER;
  if (it->failures > 0 || tracker == self->answered || self->answered == ENG_TURNS_NONE)
    return MAX (self->due_us, permitted_us (it));
  return ENG_TURNS_NEVER;
}
