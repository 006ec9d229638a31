/* trk-swarms.c: shards of swarms, each with its lock. */
#include "tracker-server/swarm/trk-swarms.h"

#include <pthread.h>
#include <stdatomic.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "tracker-server/swarm/trk-table.h"
#include "tracker-server/swarm/trk-victim.h"

/* A tick is long enough for a byte to hold the timeout and some time more, in which expiry comes.
 */
#define TICK_MIN_S 60u
#define AGE_MAX 200u

#define TIMEOUT_MAX_S 86400u

#define LINE 64

struct TrkShard
{
  pthread_mutex_t lock; /* guards all the rest */
  TrkTable table;
  TrkHand hand;
  uint64_t seeders;
  uint64_t leechers;
  uint64_t completed;
  uint64_t swarms_told; /* what the store's sums know of */
  uint64_t peers_told;
} __attribute__ ((aligned (LINE)));

struct TrkSwarms
{
  TrkShard shards[TRK_SHARDS];
  TrkShapes shapes;
  BtSipKey key;
  uint32_t tick_s;
  uint32_t timeout_most_s;
  atomic_uint_least64_t ages; /* who is too old, see pack_ages() */
  uint64_t max_swarms;
  uint64_t max_peers;
  uint32_t max_empty;                /* of a shard */
  atomic_uint_least64_t most_swarms; /* at present: the maximum, unless it is held */
  atomic_uint_least64_t most_peers;
  atomic_uint_least64_t swarms; /* sums, brought up to date when a shard is left */
  atomic_uint_least64_t peers;
};

/* --- the timeout --- */

/* In ticks: until a time in seconds the one before, and then the one that was set last. */
static uint64_t
pack_ages (uint64_t until_s, uint8_t before, uint8_t now)
{
  return until_s << 16 | (uint64_t) before << 8 | now;
}

static uint8_t
age_max_at (const TrkSwarms *self, uint64_t now_s)
{
  uint64_t ages = atomic_load_explicit (&self->ages, memory_order_relaxed);

  return (uint8_t) (now_s < ages >> 16 ? ages >> 8 : ages);
}

static uint8_t
age_of (const TrkSwarms *self, uint32_t timeout_s)
{
  return (uint8_t) ((timeout_s + self->tick_s - 1) / self->tick_s);
}

void
trk_swarms_set_timeout (TrkSwarms *self, uint32_t timeout_s, uint64_t now_s)
{
  uint64_t ages = atomic_load_explicit (&self->ages, memory_order_relaxed);
  uint8_t before = age_max_at (self, now_s);
  uint8_t age = age_of (self, timeout_s);

  bt_assert (timeout_s <= self->timeout_most_s);
  if (age == (uint8_t) ages)
    return;
  ages = pack_ages (age < before ? now_s + (uint64_t) before * self->tick_s : 0, before, age);
  atomic_store_explicit (&self->ages, ages, memory_order_relaxed);
}

/* --- the store --- */

TrkSwarms *
trk_swarms_new (const TrkSwarmsConfig *config)
{
  TrkSwarms *self = g_aligned_alloc0 (1, sizeof *self, LINE);

  self->timeout_most_s = MAX (config->timeout_s, config->timeout_most_s);
  bt_assert (self->timeout_most_s <= TIMEOUT_MAX_S);
  self->key = bt_siphash_key (config->key);
  self->shapes.v4 = (TrkShape){ .len = BT_COMPACT_V4_LEN,
                                .key = self->key,
                                .tail = config->details ? TRK_DETAIL_LEN : 0,
                                .max_per_source = config->max_per_source };
  self->shapes.v6 = self->shapes.v4;
  self->shapes.v6.len = BT_COMPACT_V6_LEN;
  self->tick_s = MAX (TICK_MIN_S, (self->timeout_most_s + AGE_MAX - 1) / AGE_MAX);
  atomic_init (&self->ages, pack_ages (0, 0, age_of (self, config->timeout_s)));
  self->max_swarms = config->max_swarms;
  self->max_peers = config->max_peers;
  atomic_init (&self->most_swarms, self->max_swarms);
  atomic_init (&self->most_peers, self->max_peers);
  self->max_empty = (uint32_t) MIN (
      (config->max_empty / TRK_SHARDS) + (config->max_empty % TRK_SHARDS > 0), UINT32_MAX);
  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    {
      bt_assert (pthread_mutex_init (&self->shards[i].lock, NULL) == 0);
      trk_table_init (&self->shards[i].table);
    }
  return self;
}

void
trk_swarms_free (TrkSwarms *self)
{
  if (self == NULL)
    return;
  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    {
      trk_table_clear (&self->shards[i].table, &self->shapes);
      (void) pthread_mutex_destroy (&self->shards[i].lock); /* nobody holds it */
    }
  g_aligned_free (self);
}

static void
shard_lock (TrkShard *shard)
{
  bt_assert (pthread_mutex_lock (&shard->lock) == 0);
}

/* Adds to a sum of the store what has changed since it was last told. */
static void
tell (atomic_uint_least64_t *sum, uint64_t *told, uint64_t now)
{
  if (*told != now)
    atomic_fetch_add_explicit (sum, now - *told, memory_order_relaxed);
  *told = now;
}

static void
shard_unlock (TrkSwarms *self, TrkShard *shard)
{
  tell (&self->swarms, &shard->swarms_told, shard->table.n);
  tell (&self->peers, &shard->peers_told, shard->seeders + shard->leechers);
  bt_assert (pthread_mutex_unlock (&shard->lock) == 0);
}

static uint64_t
sum_now (const atomic_uint_least64_t *sum)
{
  return atomic_load_explicit (sum, memory_order_relaxed);
}

/* What is held already stays at what it was. */
static void
hold_at (atomic_uint_least64_t *most, uint64_t max, const atomic_uint_least64_t *sum, bool hold)
{
  uint64_t now = hold ? MIN (sum_now (most), sum_now (sum)) : max;

  if (hold && sum_now (most) < max)
    return;
  atomic_store_explicit (most, now, memory_order_relaxed);
}

void
trk_swarms_hold (TrkSwarms *self, bool hold)
{
  hold_at (&self->most_swarms, self->max_swarms, &self->swarms, hold);
  hold_at (&self->most_peers, self->max_peers, &self->peers, hold);
}

static bool
is_empty (const TrkCounts *counts)
{
  return counts->seeders == 0 && counts->leechers == 0;
}

/* Whether a swarm stays for its count alone. */
static bool
is_kept (const TrkCounts *counts)
{
  return is_empty (counts) && counts->completed > 0;
}

/* What happened to a swarm reaches the sums of its shard; an empty one waits, or goes. */
static void
settle (TrkSwarms *self, TrkShard *shard, uint32_t id, const TrkCounts *before)
{
  TrkCounts now = trk_swarm_counts (&trk_table_record (&shard->table, id)->swarm);

  shard->seeders += (uint64_t) now.seeders - before->seeders;
  shard->leechers += (uint64_t) now.leechers - before->leechers;
  shard->completed += (uint64_t) now.completed - before->completed;
  if (is_kept (before) && !is_kept (&now))
    trk_table_refilled (&shard->table);
  if (!is_kept (before) && is_kept (&now))
    trk_table_enqueue (&shard->table, id);
  else if (is_empty (&now) && now.completed == 0)
    trk_table_remove (&shard->table, id, &self->key);
}

/* Lets a peer go, out of another swarm than the one that a thread is in. */
static void
evict (TrkSwarms *self, TrkShard *shard, const TrkVictim *victim)
{
  TrkSwarm *swarm = &trk_table_record (&shard->table, victim->id)->swarm;
  TrkCounts before = trk_swarm_counts (swarm);

  trk_swarm_remove (swarm, &self->shapes, victim->place);
  settle (self, shard, victim->id, &before);
}

/* Nobody is in a swarm of the shard. An empty one goes, or one of a peer that nobody else met. */
static bool
drop_swarm (TrkSwarms *self, TrkShard *shard, uint64_t now_s)
{
  TrkFrame frame = trk_swarms_frame (self, now_s);
  uint32_t before = shard->table.n;
  TrkVictim victim;

  if (trk_table_forget (&shard->table, &self->key))
    return true;
  if (!trk_victim_pick (&shard->table, &frame, &shard->hand, true, &victim))
    return false;
  evict (self, shard, &victim);
  return shard->table.n < before || trk_table_forget (&shard->table, &self->key);
}

/* A new swarm, in the place of another if there are as many as may be. */
static uint32_t
make_swarm (TrkSwarms *self, TrkShard *shard, const uint8_t *hash, uint64_t key, uint64_t now_s)
{
  if (sum_now (&self->swarms) >= sum_now (&self->most_swarms) && !drop_swarm (self, shard, now_s))
    return TRK_NO_SWARM;
  return trk_table_add (&shard->table, hash, key, &self->key);
}

uint64_t
trk_swarms_key (const TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN])
{
  return bt_siphash (&self->key, hash, BT_INFO_HASH_LEN);
}

void
trk_swarms_ahead (const TrkSwarms *self, uint64_t key)
{
  trk_table_ahead (&self->shards[key >> 56].table, key);
}

void
trk_swarms_ahead_swarm (TrkSwarms *self, uint64_t key)
{
  TrkShard *shard = &self->shards[key >> 56];

  shard_lock (shard);
  trk_table_ahead_record (&shard->table, key);
  bt_assert (pthread_mutex_unlock (&shard->lock) == 0);
}

bool
trk_swarms_ahead_peers (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], uint64_t key,
                        const BtEndpoint *peer, const TrkAsk *ask, uint64_t random)
{
  TrkShard *shard = &self->shards[key >> 56];
  bool more = false;
  uint32_t id;

  shard_lock (shard);
  id = trk_table_find (&shard->table, hash, key);
  if (id != TRK_NO_SWARM)
    more = trk_swarm_ahead (&trk_table_record (&shard->table, id)->swarm, &self->shapes, peer, ask,
                            random);
  bt_assert (pthread_mutex_unlock (&shard->lock) == 0);
  return more;
}

void
trk_swarms_ahead_record (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], uint64_t key,
                         const BtEndpoint *peer)
{
  TrkShard *shard = &self->shards[key >> 56];
  uint32_t id;

  shard_lock (shard);
  id = trk_table_find (&shard->table, hash, key);
  if (id != TRK_NO_SWARM)
    trk_swarm_ahead_record (&trk_table_record (&shard->table, id)->swarm, &self->shapes, peer);
  bt_assert (pthread_mutex_unlock (&shard->lock) == 0);
}

void
trk_swarms_enter (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], bool make, uint64_t now_s,
                  TrkHold *hold)
{
  uint64_t key = trk_swarms_key (self, hash);
  TrkShard *shard = &self->shards[key >> 56];
  uint32_t id;

  shard_lock (shard);
  id = trk_table_find (&shard->table, hash, key);
  if (id == TRK_NO_SWARM && make)
    id = make_swarm (self, shard, hash, key, now_s);
  *hold = (TrkHold){
    .shapes = &self->shapes, .tick = (uint32_t) (now_s / self->tick_s), .shard = shard, .id = id
  };
  if (id == TRK_NO_SWARM)
    return;
  hold->swarm = &trk_table_record (&shard->table, id)->swarm;
  hold->before = trk_swarm_counts (hold->swarm);
}

/* Nobody is in a swarm of the shard: it may forget any empty one. */
static void
trim (TrkSwarms *self, TrkShard *shard)
{
  while (shard->table.n_empty > self->max_empty)
    (void) trk_table_forget (&shard->table, &self->key); /* there is one */
}

void
trk_swarms_leave (TrkSwarms *self, TrkHold *hold)
{
  if (hold->swarm != NULL)
    settle (self, hold->shard, hold->id, &hold->before);
  trim (self, hold->shard);
  shard_unlock (self, hold->shard);
  *hold = (TrkHold){ 0 };
}

uint64_t
trk_swarms_room (const TrkSwarms *self)
{
  uint64_t peers = sum_now (&self->peers);

  uint64_t most = sum_now (&self->most_peers);

  return peers < most ? most - peers : 0;
}

bool
trk_swarms_make_room (TrkSwarms *self, TrkHold *hold)
{
  TrkFrame frame = { hold->shapes, self->tick_s, hold->tick,
                     age_max_at (self, (uint64_t) hold->tick * self->tick_s) };
  TrkShard *shard = hold->shard;
  TrkVictim victim;

  if (trk_swarms_room (self) > 0)
    return true;
  if (!trk_victim_pick (&shard->table, &frame, &shard->hand, false, &victim))
    return false;
  if (victim.id == hold->id) /* it is settled when the thread leaves */
    trk_swarm_remove (hold->swarm, &self->shapes, victim.place);
  else
    evict (self, shard, &victim);
  return true;
}

void
trk_swarms_prime (TrkSwarms *self, const uint8_t hash[BT_INFO_HASH_LEN], uint32_t completed)
{
  bool make = completed > 0 && sum_now (&self->swarms) < sum_now (&self->most_swarms);
  TrkHold hold;

  trk_swarms_enter (self, hash, make, 0, &hold);
  if (hold.swarm != NULL)
    hold.swarm->completed = MAX (hold.swarm->completed, completed);
  trk_swarms_leave (self, &hold);
}

TrkFrame
trk_swarms_frame (const TrkSwarms *self, uint64_t now_s)
{
  return (TrkFrame){ .shapes = &self->shapes,
                     .tick_s = self->tick_s,
                     .tick = (uint32_t) (now_s / self->tick_s),
                     .age_max = age_max_at (self, now_s) };
}

void
trk_swarms_expire (TrkSwarms *self, uint32_t shard_number, uint64_t now_s)
{
  TrkShard *shard = &self->shards[shard_number];
  uint8_t tick = (uint8_t) (now_s / self->tick_s);
  uint8_t age_max = age_max_at (self, now_s);

  shard_lock (shard);
  for (uint32_t id = 0; id < shard->table.n_used; id++)
    {
      TrkSwarm *swarm = &trk_table_record (&shard->table, id)->swarm;
      TrkCounts before;

      if (!trk_table_is_live (&shard->table, id))
        continue;
      before = trk_swarm_counts (swarm);
      trk_swarm_expire (swarm, &self->shapes, tick, age_max);
      settle (self, shard, id, &before);
    }
  trim (self, shard);
  shard_unlock (self, shard);
}

TrkTotals
trk_swarms_totals (TrkSwarms *self)
{
  TrkTotals totals = { 0 };

  for (uint32_t i = 0; i < TRK_SHARDS; i++)
    {
      TrkShard *shard = &self->shards[i];

      shard_lock (shard);
      totals.swarms += shard->table.n;
      totals.empty += shard->table.n_empty;
      totals.seeders += shard->seeders;
      totals.leechers += shard->leechers;
      totals.completed += shard->completed;
      shard_unlock (self, shard);
    }
  return totals;
}

bool
trk_swarms_visit_some (TrkSwarms *self, uint32_t shard_number, uint32_t *from, uint32_t n,
                       TrkVisit visit, void *user_data)
{
  TrkShard *shard = &self->shards[shard_number];
  uint32_t end;
  bool more;

  shard_lock (shard);
  end = (uint32_t) MIN ((uint64_t) *from + n, shard->table.n_used);
  for (uint32_t id = *from; id < end; id++)
    {
      const TrkRecord *record = trk_table_record (&shard->table, id);

      if (trk_table_is_live (&shard->table, id))
        visit (record->hash, &record->swarm, user_data);
    }
  *from = end;
  more = end < shard->table.n_used;
  shard_unlock (self, shard);
  return more;
}

void
trk_swarms_visit (TrkSwarms *self, uint32_t shard, TrkVisit visit, void *user_data)
{
  uint32_t from = 0;

  (void) trk_swarms_visit_some (self, shard, &from, UINT32_MAX, visit, user_data); /* no more */
}

uint64_t
trk_swarms_spread (const TrkSwarms *self, const BtEndpoint *peer)
{
  return bt_siphash (&self->key, peer, sizeof *peer);
}
