/* trk-lists.c: hash tables of marked info-hashes, each with its lock. */
#include "tracker-server/swarm/trk-lists.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

#define SHARDS 64u

/* A table doubles when three quarters of it are taken. */
#define SLOTS_MIN 16u

typedef struct
{
  uint8_t hash[BT_INFO_HASH_LEN];
  uint8_t mark; /* TRK_MARK_NONE: free */
} Slot;

typedef struct
{
  pthread_mutex_t lock; /* guards all the rest */
  Slot *slots;          /* owned; a power of two of them, or none */
  size_t n_slots;
  size_t n;
} Shard;

struct TrkLists
{
  BtSipKey key;
  atomic_size_t n;
  Shard shards[SHARDS];
};

TrkLists *
trk_lists_new (const uint8_t key[BT_SIPHASH_KEY_LEN])
{
  TrkLists *self = g_new0 (TrkLists, 1);

  self->key = bt_siphash_key (key);
  for (size_t i = 0; i < SHARDS; i++)
    bt_assert (pthread_mutex_init (&self->shards[i].lock, NULL) == 0);
  return self;
}

void
trk_lists_free (TrkLists *self)
{
  if (self == NULL)
    return;
  for (size_t i = 0; i < SHARDS; i++)
    {
      g_free (self->shards[i].slots);
      (void) pthread_mutex_destroy (&self->shards[i].lock); /* nobody holds it */
    }
  g_free (self);
}

static uint64_t
spread (const TrkLists *self, const uint8_t *hash)
{
  return bt_siphash (&self->key, hash, BT_INFO_HASH_LEN);
}

/* The low bits choose the shard, the others the slot. */
static Shard *
enter (TrkLists *self, uint64_t spread)
{
  Shard *shard = &self->shards[spread % SHARDS];

  bt_assert (pthread_mutex_lock (&shard->lock) == 0);
  return shard;
}

static void
leave (Shard *shard)
{
  bt_assert (pthread_mutex_unlock (&shard->lock) == 0);
}

static size_t
first_slot (const Shard *shard, uint64_t spread)
{
  return (size_t) (spread / SHARDS) & (shard->n_slots - 1);
}

/* The slot of the hash, or the free one where it would be. The table is not empty. */
static size_t
slot_of (const Shard *shard, uint64_t spread, const uint8_t *hash)
{
  size_t i = first_slot (shard, spread);

  while (shard->slots[i].mark != TRK_MARK_NONE
         && memcmp (shard->slots[i].hash, hash, BT_INFO_HASH_LEN) != 0)
    i = (i + 1) & (shard->n_slots - 1);
  return i;
}

static void
grow (TrkLists *self, Shard *shard)
{
  Shard old = *shard;

  shard->n_slots = MAX (SLOTS_MIN, 2 * old.n_slots);
  shard->slots = g_new0 (Slot, shard->n_slots);
  for (size_t i = 0; i < old.n_slots; i++)
    if (old.slots[i].mark != TRK_MARK_NONE)
      shard->slots[slot_of (shard, spread (self, old.slots[i].hash), old.slots[i].hash)]
          = old.slots[i];
  g_free (old.slots);
}

static void
put (TrkLists *self, Shard *shard, uint64_t spread, const uint8_t *hash, TrkMark mark)
{
  Slot *slot;

  if (4 * (shard->n + 1) > 3 * shard->n_slots)
    grow (self, shard);
  slot = &shard->slots[slot_of (shard, spread, hash)];
  if (slot->mark == TRK_MARK_NONE)
    {
      shard->n++;
      atomic_fetch_add_explicit (&self->n, 1, memory_order_relaxed);
    }
  memcpy (slot->hash, hash, BT_INFO_HASH_LEN);
  slot->mark = (uint8_t) mark;
}

/* Closes the gap at @i: what stands behind it and may stand at it moves there. */
static void
close_gap (TrkLists *self, Shard *shard, size_t i)
{
  size_t mask = shard->n_slots - 1;

  for (size_t j = (i + 1) & mask; shard->slots[j].mark != TRK_MARK_NONE; j = (j + 1) & mask)
    {
      size_t home = first_slot (shard, spread (self, shard->slots[j].hash));

      if (((j - home) & mask) < ((j - i) & mask))
        continue;
      shard->slots[i] = shard->slots[j];
      i = j;
    }
  shard->slots[i].mark = TRK_MARK_NONE;
}

static void
take_off (TrkLists *self, Shard *shard, uint64_t spread, const uint8_t *hash)
{
  size_t i;

  if (shard->n == 0)
    return;
  i = slot_of (shard, spread, hash);
  if (shard->slots[i].mark == TRK_MARK_NONE)
    return;
  close_gap (self, shard, i);
  shard->n--;
  atomic_fetch_sub_explicit (&self->n, 1, memory_order_relaxed);
}

void
trk_lists_set (TrkLists *self, const uint8_t hash[BT_INFO_HASH_LEN], TrkMark mark)
{
  uint64_t key = spread (self, hash);
  Shard *shard = enter (self, key);

  if (mark != TRK_MARK_NONE)
    put (self, shard, key, hash, mark);
  else
    take_off (self, shard, key, hash);
  leave (shard);
}

TrkMark
trk_lists_get (TrkLists *self, const uint8_t hash[BT_INFO_HASH_LEN])
{
  TrkMark mark = TRK_MARK_NONE;
  uint64_t key;
  Shard *shard;

  if (trk_lists_count (self) == 0)
    return mark;
  key = spread (self, hash);
  shard = enter (self, key);
  if (shard->n > 0)
    mark = (TrkMark) shard->slots[slot_of (shard, key, hash)].mark;
  leave (shard);
  return mark;
}

size_t
trk_lists_count (TrkLists *self)
{
  return atomic_load_explicit (&self->n, memory_order_relaxed);
}

TrkVerdict
trk_lists_judge (TrkLists *self, TrkMode mode, const uint8_t hash[BT_INFO_HASH_LEN])
{
  switch (trk_lists_get (self, hash))
    {
    case TRK_MARK_DENIED:
      return TRK_VERDICT_DENIED;
    case TRK_MARK_PENDING:
      return mode == TRK_MODE_OPEN ? TRK_VERDICT_OPEN : TRK_VERDICT_PENDING;
    case TRK_MARK_ALLOWED:
      return TRK_VERDICT_OPEN;
    case TRK_MARK_NONE:
    default:
      return mode == TRK_MODE_OPEN ? TRK_VERDICT_OPEN : TRK_VERDICT_UNKNOWN;
    }
}
