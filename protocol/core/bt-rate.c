/* bt-rate.c: a ring of slots of time; the mean of those that have ended. */
#include "protocol/core/bt-rate.h"

#include "protocol/core/bt-assert.h"

#define US_PER_S UINT64_C (1000000)
#define MAX_WINDOW_US (UINT64_C (3600) * US_PER_S)
#define RING (BT_RATE_SLOTS + 1)
#define NEVER UINT64_MAX

void
bt_rate_init (BtRate *self, uint64_t window_us)
{
  if (window_us == 0)
    window_us = BT_RATE_WINDOW_US;
  bt_assert (window_us >= BT_RATE_SLOTS && window_us <= MAX_WINDOW_US);
  *self = (BtRate){ .slot_us = window_us / BT_RATE_SLOTS, .first = NEVER };
}

/* Moves on to the slot of @now_us, emptying those that pass. */
static void
advance (BtRate *self, uint64_t now_us)
{
  uint64_t slot = now_us / self->slot_us;

  if (slot <= self->slot)
    return;
  if (slot - self->slot > RING)
    self->slot = slot - RING;
  while (self->slot < slot)
    self->bytes[++self->slot % RING] = 0;
}

void
bt_rate_add (BtRate *self, uint64_t n, uint64_t now_us)
{
  /* What one slot holds at most, so that no sum overflows: the limit for as long as it lasts. */
  uint64_t most = BT_RATE_MAX_BPS / US_PER_S * self->slot_us + BT_RATE_MAX_BPS;
  uint64_t *bytes;

  if (n == 0)
    return;
  advance (self, now_us);
  if (self->first == NEVER)
    self->first = self->slot;
  bytes = &self->bytes[self->slot % RING];
  *bytes = n > most - *bytes ? most : *bytes + n;
}

/* sum * 1000000 / us without overflow: whole seconds' worth first. */
static uint64_t
per_second (uint64_t sum, uint64_t us)
{
  return sum / us * US_PER_S + sum % us * US_PER_S / us;
}

uint64_t
bt_rate_get (BtRate *self, uint64_t now_us)
{
  uint64_t sum = 0;
  uint64_t n_slots;
  uint64_t rate;

  advance (self, now_us);
  if (self->first == NEVER)
    return 0;
  for (size_t i = 0; i < RING; i++)
    if (i != self->slot % RING)
      sum += self->bytes[i];
  n_slots = self->slot - self->first;
  if (n_slots > BT_RATE_SLOTS)
    n_slots = BT_RATE_SLOTS;
  if (n_slots < BT_RATE_SLOTS / 4)
    n_slots = BT_RATE_SLOTS / 4;
  rate = per_second (sum, n_slots * self->slot_us);
  return rate < BT_RATE_MAX_BPS ? rate : BT_RATE_MAX_BPS;
}
