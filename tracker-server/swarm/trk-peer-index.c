/* trk-peer-index.c: a table of positions with open addressing and linear probing.
 *
 * A slot is a position plus one; 0 is free. A new index has five eighths taken, one that is
 * replaced three quarters, so that it costs about three bytes a peer. A removal moves later slots
 * back over the gap, so that there are no tombstones.
 *
 * Where the peers of a source are limited in number they all have the same home, so that they are
 * found together and counted without a counter. Where they are not, each has its own: one address
 * with all its ports would be a search through all of them. */
#include "tracker-server/swarm/trk-peer-index.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

#define NARROW_SLOTS 65536u

/* Sizes are in steps of a quarter, from 256 slots up; the last number stands for all beyond. */
#define SIZE_STEPS 4u
#define SIZE_FIRST 64u
#define SIZE_UNKNOWN (TRK_INDEX_ALIGN - 1)

/* Records that are asked for ahead: so many are compared, seldom more. */
#define AHEAD_MAX 3u

struct TrkPeerIndex
{
  uint32_t n_slots;
  uint16_t size; /* see slots_of_size() */
  bool wide;     /* slots of four bytes, not of two */
  uint8_t slots[] __attribute__ ((aligned (8)));
};

/* How many slots an index of a size has. */
static inline uint32_t
slots_of_size (unsigned size)
{
  return (SIZE_STEPS + size % SIZE_STEPS) * SIZE_FIRST << size / SIZE_STEPS;
}

/* The smallest size with so many slots. */
static unsigned
size_for (uint32_t n_slots)
{
  unsigned size = 0;

  while (size < SIZE_UNKNOWN && slots_of_size (size) < n_slots)
    size++;
  return size;
}

static inline bool
is_wide (uint32_t n_slots)
{
  return n_slots > NARROW_SLOTS;
}

static inline uint32_t
slot_get (const TrkPeerIndex *self, uint32_t at)
{
  const uint8_t *slots = self->slots;
  uint32_t wide;
  uint16_t narrow;

  if (self->wide)
    {
      memcpy (&wide, slots + 4 * (size_t) at, sizeof wide);
      return wide;
    }
  memcpy (&narrow, slots + 2 * (size_t) at, sizeof narrow);
  return narrow;
}

static inline void
slot_set (TrkPeerIndex *self, uint32_t at, uint32_t value)
{
  uint8_t *slots = self->slots;
  uint16_t narrow = (uint16_t) value;

  if (self->wide)
    memcpy (slots + 4 * (size_t) at, &value, sizeof value);
  else
    memcpy (slots + 2 * (size_t) at, &narrow, sizeof narrow);
}

static inline size_t
source_len (const TrkShape *shape)
{
  return shape->len == BT_COMPACT_V4_LEN ? TRK_SOURCE_V4_LEN : TRK_SOURCE_V6_LEN;
}

static inline uint32_t
home_of (uint32_t n_slots, const TrkShape *shape, const uint8_t *compact)
{
  size_t len = shape->max_per_source > 0 ? source_len (shape) : shape->len;
  uint64_t hash = bt_siphash (&shape->key, compact, len);

  return (uint32_t) ((hash >> 32) * n_slots >> 32);
}

static inline uint32_t
home (const TrkPeerIndex *self, const TrkShape *shape, const uint8_t *compact)
{
  return home_of (self->n_slots, shape, compact);
}

static inline const uint8_t *
record (const TrkShape *shape, const uint8_t *records, uint32_t position)
{
  return records + trk_shape_stride (shape) * position;
}

/* memcmp() of a known length is a few instructions. */
static inline bool
is_same (const TrkShape *shape, const uint8_t *a, const uint8_t *b)
{
  return shape->len == BT_COMPACT_V4_LEN ? memcmp (a, b, BT_COMPACT_V4_LEN) == 0
                                         : memcmp (a, b, BT_COMPACT_V6_LEN) == 0;
}

static inline uint32_t
next (const TrkPeerIndex *self, uint32_t at)
{
  return at + 1 < self->n_slots ? at + 1 : 0;
}

/* How many slots behind @from @at is. */
static inline uint32_t
distance (const TrkPeerIndex *self, uint32_t from, uint32_t at)
{
  return at >= from ? at - from : at + self->n_slots - from;
}

TrkPeerIndex *
trk_peer_index_new (const TrkShape *shape, const uint8_t *records, uint32_t n)
{
  uint32_t wanted = n / 5 * 8 + 8;
  unsigned size = size_for (wanted);
  uint32_t slots = size < SIZE_UNKNOWN ? slots_of_size (size) : wanted;
  size_t len = sizeof (TrkPeerIndex) + (size_t) slots * (is_wide (slots) ? 4 : 2);
  TrkPeerIndex *self = g_aligned_alloc0 (1, len, TRK_INDEX_ALIGN);

  self->n_slots = slots;
  self->size = (uint16_t) size;
  self->wide = is_wide (slots);
  for (uint32_t i = 0; i < n; i++)
    trk_peer_index_add (self, shape, records, i);
  return self;
}

void
trk_peer_index_free (TrkPeerIndex *self)
{
  if (self != NULL)
    g_aligned_free (self);
}

unsigned
trk_peer_index_size (const TrkPeerIndex *self)
{
  return self->size;
}

bool
trk_peer_index_fits (const TrkPeerIndex *self, uint32_t n)
{
  return n <= self->n_slots / 4 * 3 && n >= self->n_slots / 4;
}

uint32_t
trk_peer_index_find (const TrkPeerIndex *self, const TrkShape *shape, const uint8_t *records,
                     const uint8_t *compact)
{
  for (uint32_t at = home (self, shape, compact);; at = next (self, at))
    {
      uint32_t slot = slot_get (self, at);

      if (slot == 0)
        return TRK_NO_PEER;
      if (is_same (shape, record (shape, records, slot - 1), compact))
        return slot - 1;
    }
}

void
trk_peer_index_ahead (const TrkPeerIndex *self, unsigned size, const TrkShape *shape,
                      const uint8_t *compact)
{
  uint32_t n_slots = slots_of_size (size);
  size_t len = is_wide (n_slots) ? 4 : 2;

  __builtin_prefetch (self);
  if (size < SIZE_UNKNOWN)
    __builtin_prefetch (self->slots + len * home_of (n_slots, shape, compact));
}

void
trk_peer_index_ahead_record (const TrkPeerIndex *self, unsigned size, const TrkShape *shape,
                             const uint8_t *records, const uint8_t *compact)
{
  uint32_t at = home (self, shape, compact);

  for (unsigned i = 0; i < AHEAD_MAX; i++, at = next (self, at))
    {
      uint32_t slot = slot_get (self, at);

      if (slot == 0)
        return;
      __builtin_prefetch (record (shape, records, slot - 1), 1);
    }
}

uint32_t
trk_peer_index_count (const TrkPeerIndex *self, const TrkShape *shape, const uint8_t *records,
                      const uint8_t *compact)
{
  uint32_t found = 0;

  for (uint32_t at = home (self, shape, compact);; at = next (self, at))
    {
      uint32_t slot = slot_get (self, at);

      if (slot == 0)
        return found;
      found += memcmp (record (shape, records, slot - 1), compact, source_len (shape)) == 0;
    }
}

void
trk_peer_index_add (TrkPeerIndex *self, const TrkShape *shape, const uint8_t *records,
                    uint32_t position)
{
  uint32_t at = home (self, shape, record (shape, records, position));

  while (slot_get (self, at) != 0)
    at = next (self, at);
  slot_set (self, at, position + 1);
}

/* The slot that holds a position which is known to be there. */
static uint32_t
slot_of (const TrkPeerIndex *self, const TrkShape *shape, const uint8_t *compact, uint32_t position)
{
  uint32_t at = home (self, shape, compact);

  while (slot_get (self, at) != position + 1)
    {
      bt_assert (slot_get (self, at) != 0);
      at = next (self, at);
    }
  return at;
}

void
trk_peer_index_move (TrkPeerIndex *self, const TrkShape *shape, const uint8_t *compact,
                     uint32_t from, uint32_t to)
{
  slot_set (self, slot_of (self, shape, compact, from), to + 1);
}

void
trk_peer_index_swap (TrkPeerIndex *self, const TrkShape *shape, const uint8_t *records, uint32_t a,
                     uint32_t b)
{
  uint32_t slot_a = slot_of (self, shape, record (shape, records, a), a);
  uint32_t slot_b = slot_of (self, shape, record (shape, records, b), b);

  slot_set (self, slot_a, b + 1);
  slot_set (self, slot_b, a + 1);
}

void
trk_peer_index_remove (TrkPeerIndex *self, const TrkShape *shape, const uint8_t *records,
                       uint32_t position)
{
  uint32_t gap = slot_of (self, shape, record (shape, records, position), position);
  uint32_t slot;

  for (uint32_t at = next (self, gap); (slot = slot_get (self, at)) != 0; at = next (self, at))
    {
      uint32_t from = home (self, shape, record (shape, records, slot - 1));

      /* It may move back unless its home lies behind the gap. */
      if (distance (self, from, at) >= distance (self, gap, at))
        {
          slot_set (self, gap, slot);
          gap = at;
        }
    }
  slot_set (self, gap, 0);
}
