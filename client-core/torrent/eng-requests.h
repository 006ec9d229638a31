/* eng-requests.h: how many blocks a peer should be asked for ahead, and when it is too slow.
 *
 * The queue holds what the peer sends in three seconds. It grows by one for each block that comes
 * until the rate stops growing (slow start), so that a fast peer is at its rate in a few round
 * trips whatever it was before. A peer that is asked for blocks and sends none for 60 seconds snubs
 * us: what was asked of it goes back, and it is asked for one block at a time until one comes.
 * A plain value; one owner. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ENG_REQUESTS_FLOOR 4
#define ENG_REQUESTS_AHEAD_S 3

typedef struct
{
  uint32_t depth;       /* blocks to have outstanding, before the ceiling and the snub */
  uint32_t ceiling;     /* what the peer says that it queues, and our own limit */
  uint32_t outstanding; /* asked for, neither come nor dropped */
  bool slow_start;
  bool snubbed;
  uint64_t rate_Bps;     /* when it was looked at last */
  uint64_t next_look_us; /* whether the rate still grows is judged once a second */
  uint64_t waiting_us;   /* since when nothing has come while something was outstanding */
} EngRequests;

typedef enum
{
  ENG_REQUESTS_FINE,
  ENG_REQUESTS_SNUBBED /* from now on: everything asked of the peer goes back to the picker */
} EngRequestsVerdict;

/* @peer_reqq is what the peer told in its extended handshake; 0 if it did not. */
void eng_requests_init (EngRequests *self, uint32_t peer_reqq);
void eng_requests_set_reqq (EngRequests *self, uint32_t peer_reqq);

/* How many more blocks to ask for now. */
uint32_t eng_requests_room (const EngRequests *self);

/* How many blocks to have outstanding. */
uint32_t eng_requests_depth (const EngRequests *self);

/* @n blocks have been asked for. */
void eng_requests_sent (EngRequests *self, uint32_t n, uint64_t now_us);

/* A block has come; @asked if it was outstanding. @rate_Bps is of the blocks of this peer. */
void eng_requests_received (EngRequests *self, bool asked, uint64_t rate_Bps, uint64_t now_us);

/* @n outstanding blocks will not come: rejected, cancelled, choked. */
void eng_requests_dropped (EngRequests *self, uint32_t n);

/* Nothing was read until now: what the peer has sent meanwhile is still to come. */
void eng_requests_resumed (EngRequests *self, uint64_t now_us);

/* Judges the peer; to be called at the deadline or whenever. The verdict is given once. */
EngRequestsVerdict eng_requests_tick (EngRequests *self, uint64_t rate_Bps, uint64_t now_us);

/* When to call tick; UINT64_MAX for never. */
uint64_t eng_requests_deadline (const EngRequests *self);

/* When a block that was asked for at @sent_us behind what is outstanding is overdue although
 * others come: the peer has lost it. */
uint64_t eng_requests_late_us (const EngRequests *self, uint64_t sent_us);
