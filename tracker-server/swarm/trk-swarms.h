/* trk-swarms.h: all swarms of a tracker, by info-hash, for any number of threads.
 *
 * TRK_SHARDS shards, each with its lock and its table (trk-table.h); a keyed hash says which shard
 * and which slot, so that nobody can choose hashes that collide. A thread enters a swarm, which
 * holds its shard's lock, and leaves it soon; it never holds two. Nothing here asks for the time:
 * @now_s is any clock in seconds that does not step back, the same one for all calls.
 *
 * An empty swarm that was never completed is forgotten at once. One that was is kept for its count,
 * up to a limit, beyond which the one that has waited longest goes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/tracker/bt-announce.h"
#include "tracker-server/swarm/trk-swarm.h"

#define TRK_SHARDS 256u

/* TrkSwarmsConfig.max_per_source, usually: behind one address live several clients, seldom more. */
#define TRK_PER_SOURCE 8u

typedef struct
{
  uint8_t key[BT_SIPHASH_KEY_LEN]; /* random and secret */
  uint32_t timeout_s;              /* after which a peer may be expired; at most a day */
  uint32_t timeout_most_s;         /* that it may be set to; a tick is a 200th of it, or a minute */
  uint64_t max_swarms;             /* empty ones included */
  uint64_t max_peers;
  uint32_t max_per_source; /* peers of one IPv4 address or IPv6 /64 in one swarm; 0: any number */
  bool details;            /* peer id, counters and first announce of each peer: 40 bytes more */
  uint64_t max_empty;      /* of the swarms; a 256th of it in each shard */
} TrkSwarmsConfig;

typedef struct
{
  uint64_t swarms;
  uint64_t empty; /* of them */
  uint64_t seeders;
  uint64_t leechers;
  uint64_t completed; /* since the start and what was restored, also of forgotten swarms */
} TrkTotals;

typedef struct TrkSwarms TrkSwarms;
typedef struct TrkShard TrkShard;

/* A swarm that a thread is in. @swarm and @shapes may be used until it leaves. */
typedef struct
{
  TrkSwarm *swarm; /* NULL: there is none */
  const TrkShapes *shapes;
  uint32_t tick; /* of the time of entry; a peer's record has the low byte of it */
  TrkShard *shard;
  uint32_t id;
  TrkCounts before;
} TrkHold;

/* A peer's age is known within a tick, so that it is never expired early. (transfer full) */
TrkSwarms *trk_swarms_new (const TrkSwarmsConfig *config);

/* Any thread, one at a time. A longer timeout holds at once; a shorter one when the one before it
 * has passed, since those who are there were told to come back later than others are from now on.
 */
void trk_swarms_set_timeout (TrkSwarms *self, uint32_t timeout_s, uint64_t now_s);

/* Any thread. While it is held a store has no more swarms and peers than it had when that began:
 * memory is short. */
void trk_swarms_hold (TrkSwarms *self, bool hold);

/* Nobody is in a swarm. */
void trk_swarms_free (TrkSwarms *self);

/* The keyed hash of an info-hash: shard and slot. */
uint64_t trk_swarms_key (const TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN]);

/* Four steps ahead of an entry and an announce, each of which asks the cache for what the next one
 * reads. Who takes many announces at once takes each step for all of them before the next one, so
 * that the memory works on many at a time. The first takes no lock, the others do for a moment. */
void trk_swarms_ahead (const TrkSwarms *self, uint64_t key);
void trk_swarms_ahead_swarm (TrkSwarms *self, uint64_t key);
bool trk_swarms_ahead_peers (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], uint64_t key,
                             const BtEndpoint *peer, const TrkAsk *ask, uint64_t random);
void trk_swarms_ahead_record (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], uint64_t key,
                              const BtEndpoint *peer);

/* Locks the swarm's shard, always; the caller leaves in any case. With @make a swarm that is not
 * there is made, unless there are too many of them. */
void trk_swarms_enter (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], bool make,
                       uint64_t now_s, TrkHold *hold);

/* Brings the totals up to date with what happened to the swarm, and unlocks. */
void trk_swarms_leave (TrkSwarms *self, TrkHold *hold);

/* Whether one more peer may be added to the swarm that a thread is in. When there are as many as
 * may be, an old one of the same shard goes for it (trk-victim.h), which may be one of this swarm:
 * places in it are no good any more. */
bool trk_swarms_make_room (TrkSwarms *self, TrkHold *hold);

/* How many more peers may be added. Threads that ask at the same time may pass it by as many. */
uint64_t trk_swarms_room (const TrkSwarms *self);

/* Says how often a torrent was completed, as it is known from elsewhere; a count never falls. The
 * swarm is made if it has to be and there is room, and waits like any empty one. */
void trk_swarms_prime (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], uint32_t completed);

TrkFrame trk_swarms_frame (const TrkSwarms *self, uint64_t now_s);

/* Removes the peers of a shard that were not heard of for the timeout. Call it for each shard at
 * least every ten minutes; O(peers of the shard), under its lock. */
void trk_swarms_expire (TrkSwarms *self, uint32_t shard, uint64_t now_s);

/* Adds up the shards, one lock after the other. */
TrkTotals trk_swarms_totals (TrkSwarms *self);

/* Shows each swarm of a shard, under its lock: for snapshots. @visit does not
 * enter a swarm. */
typedef void (*TrkVisit) (const uint8_t hash[BT_INFO_HASH_LEN], const TrkSwarm *swarm,
                          void *user_data);
void trk_swarms_visit (TrkSwarms *self, uint32_t shard, TrkVisit visit, void *user_data);

/* The same for up to @n records from @from on, which moves, so that the lock is not held for long:
 * a swarm that comes or goes meanwhile may be met twice or not at all. Begins at 0; false when the
 * shard is through. */
bool trk_swarms_visit_some (TrkSwarms *self, uint32_t shard, uint32_t *from, uint32_t n,
                            TrkVisit visit, void *user_data);

/* A keyed hash of a peer, to spread what peers do over time. */
uint64_t trk_swarms_spread (const TrkSwarms *self, const BtEndpoint *peer);
