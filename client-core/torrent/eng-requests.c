/* eng-requests.c: the depth of a peer's queue from its rate. */
#include "client-core/torrent/eng-requests.h"

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

#define SECOND_US UINT64_C (1000000)
#define SNUB_US (BT_LIMIT_SNUB_MS * UINT64_C (1000))
#define LATE_US (BT_LIMIT_BLOCK_REQUEST_MS * UINT64_C (1000))

void
eng_requests_init (EngRequests *self, uint32_t peer_reqq)
{
  *self = (EngRequests){ .depth = ENG_REQUESTS_FLOOR, .slow_start = true };
  eng_requests_set_reqq (self, peer_reqq);
}

void
eng_requests_set_reqq (EngRequests *self, uint32_t peer_reqq)
{
  if (peer_reqq == 0)
    peer_reqq = BT_LIMIT_REQUESTS_QUEUED;
  self->ceiling = MIN (peer_reqq, BT_LIMIT_REQUESTS_QUEUED);
}

uint32_t
eng_requests_depth (const EngRequests *self)
{
  if (self->snubbed)
    return 1;
  return MIN (MAX (self->depth, ENG_REQUESTS_FLOOR), self->ceiling);
}

uint32_t
eng_requests_room (const EngRequests *self)
{
  uint32_t depth = eng_requests_depth (self);

  return depth > self->outstanding ? depth - self->outstanding : 0;
}

void
eng_requests_sent (EngRequests *self, uint32_t n, uint64_t now_us)
{
  if (self->outstanding == 0)
    self->waiting_us = now_us;
  self->outstanding += n;
}

static uint32_t
depth_for (uint64_t rate_Bps)
{
  return (uint32_t) MIN (rate_Bps * ENG_REQUESTS_AHEAD_S / BT_BLOCK_LEN, BT_LIMIT_REQUESTS_QUEUED);
}

/* Slow start is over when a second has not made the rate a twentieth higher. */
static void
look (EngRequests *self, uint64_t rate_Bps, uint64_t now_us)
{
  if (now_us < self->next_look_us)
    return;
  if (self->slow_start && self->rate_Bps > 0 && rate_Bps < self->rate_Bps + self->rate_Bps / 20)
    self->slow_start = false;
  self->rate_Bps = rate_Bps;
  self->next_look_us = now_us + SECOND_US;
}

void
eng_requests_received (EngRequests *self, bool asked, uint64_t rate_Bps, uint64_t now_us)
{
  if (asked)
    {
      bt_assert (self->outstanding > 0);
      self->outstanding--;
    }
  self->waiting_us = now_us;
  if (self->snubbed)
    {
      self->snubbed = false;
      self->slow_start = true;
      self->depth = ENG_REQUESTS_FLOOR;
      self->rate_Bps = 0;
      self->next_look_us = now_us + SECOND_US;
      return;
    }
  look (self, rate_Bps, now_us);
  if (self->slow_start)
    self->depth = MIN (MAX (self->depth + 1, depth_for (rate_Bps)), BT_LIMIT_REQUESTS_QUEUED);
  else
    self->depth = depth_for (rate_Bps);
}

void
eng_requests_dropped (EngRequests *self, uint32_t n)
{
  bt_assert (n <= self->outstanding);
  self->outstanding -= n;
}

void
eng_requests_resumed (EngRequests *self, uint64_t now_us)
{
  self->waiting_us = now_us;
}

EngRequestsVerdict
eng_requests_tick (EngRequests *self, uint64_t rate_Bps, uint64_t now_us)
{
  if (!self->slow_start)
    self->depth = depth_for (rate_Bps);
  if (now_us < eng_requests_deadline (self))
    return ENG_REQUESTS_FINE;
  self->snubbed = true;
  return ENG_REQUESTS_SNUBBED;
}

uint64_t
eng_requests_deadline (const EngRequests *self)
{
  if (self->outstanding == 0 || self->snubbed)
    return UINT64_MAX;
  return self->waiting_us + SNUB_US;
}

uint64_t
eng_requests_late_us (const EngRequests *self, uint64_t sent_us)
{
  uint64_t rate_Bps = MAX (self->rate_Bps, 1024);

  return sent_us + LATE_US + self->outstanding * BT_BLOCK_LEN * SECOND_US / rate_Bps;
}
