/* trk-table.c: open addressing with linear probing over slots of a tag and a record's number.
 *
 * A slot is eight bits of the key and, in the other 24, the record's number plus one; 0 is free.
 * The tag spares nearly every look at a record that is another swarm's. At most three quarters of
 * the slots are taken, and a removal moves later slots back over the gap. */
#include "tracker-server/swarm/trk-table.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

#define SLOTS_MIN 16u
#define ID_MASK 0xffffffu

/* In TrkRecord.newer. */
#define NOT_QUEUED UINT32_MAX
#define LAST (UINT32_MAX - 1)

/* In the n_paused of a record without a swarm. */
#define FREE_MARK UINT32_MAX

_Static_assert(sizeof (TrkRecord) == 64, "a record is a line of the cache");

void
trk_table_init (TrkTable *self)
{
  *self = (TrkTable){ .free = TRK_NO_SWARM, .oldest = LAST, .newest = LAST };
}

TrkRecord *
trk_table_record (const TrkTable *self, uint32_t id)
{
  bt_assert (id < self->n_used);
  return &self->blocks[id / TRK_BLOCK][id % TRK_BLOCK];
}

bool
trk_table_is_live (const TrkTable *self, uint32_t id)
{
  return trk_table_record (self, id)->swarm.n_paused != FREE_MARK;
}

void
trk_table_clear (TrkTable *self, const TrkShapes *shapes)
{
  for (uint32_t id = 0; id < self->n_used; id++)
    if (trk_table_is_live (self, id))
      trk_swarm_clear (&trk_table_record (self, id)->swarm, shapes);
  for (uint32_t i = 0; i < self->n_blocks; i++)
    g_aligned_free (self->blocks[i]);
  g_free (self->blocks);
  g_free (self->slots);
  trk_table_init (self);
}

static uint32_t
slot_value (uint64_t key, uint32_t id)
{
  return (uint32_t) (key >> 32 & 0xff) << 24 | (id + 1);
}

/* The slot of a swarm, or the free one where it would be. There are slots. */
static uint32_t
probe (const TrkTable *self, const uint8_t *hash, uint64_t key)
{
  uint32_t mask = self->n_slots - 1;
  uint32_t tag = slot_value (key, 0) & ~ID_MASK;

  for (uint32_t at = (uint32_t) key & mask;; at = (at + 1) & mask)
    {
      uint32_t slot = self->slots[at];

      if (slot == 0)
        return at;
      if ((slot & ~ID_MASK) == tag
          && memcmp (trk_table_record (self, (slot & ID_MASK) - 1)->hash, hash, BT_INFO_HASH_LEN)
                 == 0)
        return at;
    }
}

uint32_t
trk_table_find (const TrkTable *self, const uint8_t *hash, uint64_t key)
{
  uint32_t slot = self->n_slots > 0 ? self->slots[probe (self, hash, key)] : 0;

  return slot != 0 ? (slot & ID_MASK) - 1 : TRK_NO_SWARM;
}

void
trk_table_ahead (const TrkTable *self, uint64_t key)
{
  const uint32_t *slots = __atomic_load_n (&self->slots, __ATOMIC_RELAXED);
  uint32_t n_slots = __atomic_load_n (&self->n_slots, __ATOMIC_RELAXED);

  if (n_slots > 0)
    __builtin_prefetch (slots + ((uint32_t) key & (n_slots - 1)));
}

void
trk_table_ahead_record (const TrkTable *self, uint64_t key)
{
  uint32_t mask = self->n_slots - 1;
  uint32_t tag = slot_value (key, 0) & ~ID_MASK;
  uint32_t slot;

  if (self->n_slots == 0)
    return;
  for (uint32_t at = (uint32_t) key & mask; (slot = self->slots[at]) != 0; at = (at + 1) & mask)
    if ((slot & ~ID_MASK) == tag)
      {
        __builtin_prefetch (trk_table_record (self, (slot & ID_MASK) - 1), 1);
        return;
      }
}

static uint64_t
key_of (const TrkTable *self, uint32_t slot, const BtSipKey *sip)
{
  return bt_siphash (sip, trk_table_record (self, (slot & ID_MASK) - 1)->hash, BT_INFO_HASH_LEN);
}

/* Doubles the slots. */
static void
widen (TrkTable *self, const BtSipKey *sip)
{
  uint32_t n_slots = MAX (SLOTS_MIN, self->n_slots * 2);
  uint32_t *slots = g_new0 (uint32_t, n_slots);

  for (uint32_t i = 0; i < self->n_slots; i++)
    {
      uint32_t at;

      if (self->slots[i] == 0)
        continue;
      at = (uint32_t) key_of (self, self->slots[i], sip) & (n_slots - 1);
      while (slots[at] != 0)
        at = (at + 1) & (n_slots - 1);
      slots[at] = self->slots[i];
    }
  g_free (self->slots);
  __atomic_store_n (&self->slots, slots, __ATOMIC_RELAXED); /* see trk_table_ahead() */
  __atomic_store_n (&self->n_slots, n_slots, __ATOMIC_RELAXED);
}

/* A record that is nobody's. */
static uint32_t
take_record (TrkTable *self)
{
  uint32_t id = self->free;

  if (id != TRK_NO_SWARM)
    {
      self->free = trk_table_record (self, id)->newer;
      return id;
    }
  if (self->n_used == self->n_blocks * TRK_BLOCK)
    {
      self->blocks = g_renew (TrkRecord *, self->blocks, self->n_blocks + 1);
      self->blocks[self->n_blocks++]
          = g_aligned_alloc (TRK_BLOCK, sizeof (TrkRecord), sizeof (TrkRecord));
    }
  return self->n_used++;
}

uint32_t
trk_table_add (TrkTable *self, const uint8_t *hash, uint64_t key, const BtSipKey *sip)
{
  TrkRecord *record;
  uint32_t id;

  if (self->n >= TRK_TABLE_MAX)
    return TRK_NO_SWARM;
  if (self->n + 1 > self->n_slots / 4 * 3)
    widen (self, sip);
  id = take_record (self);
  record = trk_table_record (self, id);
  *record = (TrkRecord){ .newer = NOT_QUEUED };
  memcpy (record->hash, hash, BT_INFO_HASH_LEN);
  self->slots[probe (self, hash, key)] = slot_value (key, id);
  self->n++;
  return id;
}

/* Frees a slot and moves back over it those that its absence would hide. */
static void
close_gap (TrkTable *self, uint32_t gap, const BtSipKey *sip)
{
  uint32_t mask = self->n_slots - 1;

  for (uint32_t at = (gap + 1) & mask; self->slots[at] != 0; at = (at + 1) & mask)
    {
      uint32_t home = (uint32_t) key_of (self, self->slots[at], sip) & mask;

      if (((at - home) & mask) >= ((at - gap) & mask))
        {
          self->slots[gap] = self->slots[at];
          gap = at;
        }
    }
  self->slots[gap] = 0;
}

void
trk_table_remove (TrkTable *self, uint32_t id, const BtSipKey *sip)
{
  TrkRecord *record = trk_table_record (self, id);
  uint64_t key = bt_siphash (sip, record->hash, BT_INFO_HASH_LEN);

  bt_assert (record->newer == NOT_QUEUED && trk_swarm_n_peers (&record->swarm) == 0);
  close_gap (self, probe (self, record->hash, key), sip);
  record->swarm.n_paused = FREE_MARK;
  record->newer = self->free;
  self->free = id;
  self->n--;
}

void
trk_table_enqueue (TrkTable *self, uint32_t id)
{
  TrkRecord *record = trk_table_record (self, id);

  self->n_empty++;
  if (record->newer != NOT_QUEUED)
    return;
  record->newer = LAST;
  if (self->newest == LAST)
    self->oldest = id;
  else
    trk_table_record (self, self->newest)->newer = id;
  self->newest = id;
}

void
trk_table_refilled (TrkTable *self)
{
  bt_assert (self->n_empty > 0);
  self->n_empty--;
}

bool
trk_table_forget (TrkTable *self, const BtSipKey *sip)
{
  while (self->n_empty > 0)
    {
      uint32_t id = self->oldest;
      TrkRecord *record = trk_table_record (self, id);

      self->oldest = record->newer;
      if (self->oldest == LAST)
        self->newest = LAST;
      record->newer = NOT_QUEUED;
      if (trk_swarm_n_peers (&record->swarm) > 0)
        continue;
      self->n_empty--;
      trk_table_remove (self, id, sip);
      return true;
    }
  return false;
}
