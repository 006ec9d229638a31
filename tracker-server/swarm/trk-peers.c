/* trk-peers.c: records in a partitioned array that grows and shrinks in steps. */
#include "tracker-server/swarm/trk-peers.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "tracker-server/swarm/trk-peer-index.h"

struct TrkPeerBlock
{
  uint32_t capacity; /* in peers */
  uint32_t unused;   /* records of v4 stay aligned */
  uint8_t records[];
};

_Static_assert(sizeof (TrkPeers) == 24, "a swarm is a line of the cache");

static inline bool
is_v4 (const TrkShape *shape)
{
  return shape->len == BT_COMPACT_V4_LEN;
}

static inline size_t
stride (const TrkShape *shape)
{
  return is_v4 (shape) ? BT_COMPACT_V4_LEN + 2 : BT_COMPACT_V6_LEN + 2;
}

/* How many peers a list of this family holds without a block. */
static inline uint32_t
few (const TrkShape *shape)
{
  return is_v4 (shape) ? TRK_FEW : 0;
}

/* A list has a block whenever it holds more than few of its family, and only then. */
static inline bool
has_block (const TrkPeers *self, const TrkShape *shape)
{
  return self->n > few (shape);
}

static inline const uint8_t *
records (const TrkPeers *self, const TrkShape *shape)
{
  return has_block (self, shape) ? self->many.block->records : self->few;
}

static inline uint8_t *
at (TrkPeers *self, const TrkShape *shape, uint32_t position)
{
  uint8_t *first = has_block (self, shape) ? self->many.block->records : self->few;

  return first + stride (shape) * position;
}

static inline TrkPeerIndex *
index_of (const TrkPeers *self, const TrkShape *shape)
{
  return has_block (self, shape) ? self->many.index : NULL;
}

void
trk_peers_clear (TrkPeers *self, const TrkShape *shape)
{
  if (has_block (self, shape))
    {
      trk_peer_index_free (self->many.index);
      g_free (self->many.block);
    }
  *self = (TrkPeers){ 0 };
}

const uint8_t *
trk_peers_compact (const TrkPeers *self, const TrkShape *shape, uint32_t position)
{
  bt_assert (position < self->n);
  return records (self, shape) + stride (shape) * position;
}

uint8_t
trk_peers_flags (const TrkPeers *self, const TrkShape *shape, uint32_t position)
{
  return trk_peers_compact (self, shape, position)[shape->len];
}

uint8_t
trk_peers_tick (const TrkPeers *self, const TrkShape *shape, uint32_t position)
{
  return trk_peers_compact (self, shape, position)[shape->len + 1];
}

/* The endpoint of a v4 record as a number; flags and tick are shifted out. */
static inline uint64_t
v4_number (const uint8_t *record)
{
  uint64_t word;

  memcpy (&word, record, sizeof word);
  return GUINT64_FROM_BE (word) >> 16;
}

static uint32_t
search_v4 (const uint8_t *record, uint32_t n, const uint8_t *compact)
{
  uint8_t whole[BT_COMPACT_V4_LEN + 2] = { 0 };
  uint64_t wanted;

  memcpy (whole, compact, BT_COMPACT_V4_LEN);
  wanted = v4_number (whole);
  for (uint32_t i = 0; i < n; i++)
    if (v4_number (record + sizeof whole * i) == wanted)
      return i;
  return TRK_NO_PEER;
}

static uint32_t
search_v6 (const uint8_t *record, uint32_t n, const uint8_t *compact)
{
  for (uint32_t i = 0; i < n; i++)
    if (memcmp (record + (size_t) (BT_COMPACT_V6_LEN + 2) * i, compact, BT_COMPACT_V6_LEN) == 0)
      return i;
  return TRK_NO_PEER;
}

uint32_t
trk_peers_find (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact)
{
  const TrkPeerIndex *index = index_of (self, shape);

  if (index != NULL)
    return trk_peer_index_find (index, shape, records (self, shape), compact);
  if (is_v4 (shape))
    return search_v4 (records (self, shape), self->n, compact);
  return search_v6 (records (self, shape), self->n, compact);
}

static inline size_t
source_len (const TrkShape *shape)
{
  return is_v4 (shape) ? TRK_SOURCE_V4_LEN : TRK_SOURCE_V6_LEN;
}

bool
trk_peers_is_crowded (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact)
{
  const TrkPeerIndex *index = index_of (self, shape);
  const uint8_t *record = records (self, shape);
  uint32_t found = 0;

  if (shape->max_per_source == 0 || self->n < shape->max_per_source)
    return false;
  if (index != NULL)
    return trk_peer_index_count (index, shape, record, compact) >= shape->max_per_source;
  for (uint32_t i = 0; i < self->n; i++, record += stride (shape))
    found += memcmp (record, compact, source_len (shape)) == 0;
  return found >= shape->max_per_source;
}

/* The step that has room for @n peers: an eighth more, by fours. Short lists are many, and stay
 * tight. */
static uint32_t
step_for (uint32_t n)
{
  return n <= 8 ? (n + 1) / 2 * 2 : (n + n / 8 + 3) / 4 * 4;
}

static TrkPeerBlock *
block_resize (TrkPeerBlock *block, const TrkShape *shape, uint32_t capacity)
{
  block = g_realloc (block, sizeof *block + stride (shape) * capacity);
  block->capacity = capacity;
  return block;
}

/* Makes room for one more, and counts it. */
static void
grow (TrkPeers *self, const TrkShape *shape)
{
  uint32_t n = self->n + 1;

  if (n > few (shape) && !has_block (self, shape))
    {
      TrkPeerBlock *block = block_resize (NULL, shape, step_for (n));

      memcpy (block->records, self->few, stride (shape) * self->n);
      self->many.block = block;
      self->many.index = NULL;
    }
  else if (n > few (shape) && n > self->many.block->capacity)
    self->many.block = block_resize (self->many.block, shape, step_for (n));
  self->n = n;
}

/* Gives the last place away, which is free, with memory that is too much. */
static void
shrink (TrkPeers *self, const TrkShape *shape)
{
  uint32_t n = self->n - 1;
  TrkPeerBlock *block;

  if (has_block (self, shape) && n <= few (shape))
    {
      block = self->many.block;
      memcpy (self->few, block->records, stride (shape) * n);
      g_free (block);
    }
  else if (has_block (self, shape) && step_for (n) < self->many.block->capacity / 4 * 3)
    self->many.block = block_resize (self->many.block, shape, step_for (n));
  self->n = n;
}

/* Puts the record at @from to @to, which is free or going to be. */
static void
relocate (TrkPeers *self, const TrkShape *shape, uint32_t from, uint32_t to)
{
  TrkPeerIndex *index = index_of (self, shape);

  if (from == to)
    return;
  if (index != NULL)
    trk_peer_index_move (index, shape, at (self, shape, from), from, to);
  memcpy (at (self, shape, to), at (self, shape, from), stride (shape));
}

/* Builds, changes or drops the index as the number of peers asks. */
static void
reindex (TrkPeers *self, const TrkShape *shape)
{
  TrkPeerIndex *index = index_of (self, shape);

  if (!has_block (self, shape))
    return;
  if (index == NULL ? self->n <= TRK_INDEX_AT
                    : self->n > TRK_INDEX_AT / 2 && trk_peer_index_fits (index, self->n + 1))
    return;
  trk_peer_index_free (index);
  self->many.index = NULL;
  if (self->n > TRK_INDEX_AT / 2)
    self->many.index = trk_peer_index_new (shape, records (self, shape), self->n);
}

uint32_t
trk_peers_add (TrkPeers *self, const TrkShape *shape, const uint8_t *compact, uint8_t flags,
               uint8_t tick)
{
  uint32_t position = self->n;
  uint8_t *record;

  bt_assert (self->n < TRK_NO_PEER - 1);
  grow (self, shape);
  if ((flags & TRK_PEER_SEEDER) != 0)
    {
      relocate (self, shape, self->n_seeders, position);
      position = self->n_seeders++;
    }
  record = at (self, shape, position);
  memcpy (record, compact, shape->len);
  record[shape->len] = flags;
  record[shape->len + 1] = tick;
  if (index_of (self, shape) != NULL)
    trk_peer_index_add (self->many.index, shape, records (self, shape), position);
  reindex (self, shape);
  return position;
}

/* Lets two records change places. */
static void
swap (TrkPeers *self, const TrkShape *shape, uint32_t a, uint32_t b)
{
  uint8_t kept[BT_COMPACT_V6_LEN + 2];
  TrkPeerIndex *index = index_of (self, shape);

  if (a == b)
    return;
  if (index != NULL)
    trk_peer_index_swap (index, shape, records (self, shape), a, b);
  memcpy (kept, at (self, shape, a), stride (shape));
  memcpy (at (self, shape, a), at (self, shape, b), stride (shape));
  memcpy (at (self, shape, b), kept, stride (shape));
}

uint32_t
trk_peers_set (TrkPeers *self, const TrkShape *shape, uint32_t position, uint8_t flags,
               uint8_t tick)
{
  bool seeder = (flags & TRK_PEER_SEEDER) != 0;
  uint8_t *record;

  bt_assert (position < self->n);
  if (seeder && position >= self->n_seeders)
    {
      swap (self, shape, position, self->n_seeders);
      position = self->n_seeders++;
    }
  else if (!seeder && position < self->n_seeders)
    {
      swap (self, shape, position, --self->n_seeders);
      position = self->n_seeders;
    }
  record = at (self, shape, position);
  record[shape->len] = flags;
  record[shape->len + 1] = tick;
  return position;
}

void
trk_peers_remove (TrkPeers *self, const TrkShape *shape, uint32_t position)
{
  bt_assert (position < self->n);
  if (index_of (self, shape) != NULL)
    trk_peer_index_remove (self->many.index, shape, records (self, shape), position);
  if (position < self->n_seeders)
    {
      relocate (self, shape, --self->n_seeders, position);
      position = self->n_seeders;
    }
  relocate (self, shape, self->n - 1, position);
  shrink (self, shape);
  reindex (self, shape);
}

/* Copies the endpoints of a run; returns the end of what was written. */
static uint8_t *
copy_run (uint8_t *out, const TrkShape *shape, const uint8_t *record, uint32_t n)
{
  if (is_v4 (shape))
    for (uint32_t i = 0; i < n; i++, out += BT_COMPACT_V4_LEN, record += BT_COMPACT_V4_LEN + 2)
      memcpy (out, record, BT_COMPACT_V4_LEN + 2);
  else
    for (uint32_t i = 0; i < n; i++, out += BT_COMPACT_V6_LEN, record += BT_COMPACT_V6_LEN + 2)
      memcpy (out, record, BT_COMPACT_V6_LEN + 2);
  return out;
}

uint32_t
trk_peers_copy (const TrkPeers *self, const TrkShape *shape, uint32_t first, uint32_t n,
                uint32_t skip, uint32_t want, uint32_t random, uint8_t *out)
{
  uint32_t end = first + n;
  uint32_t from = first + (uint32_t) (((uint64_t) random * n) >> 32);
  uint32_t left;

  want = MIN (want, n - (skip >= first && skip < end));
  left = want;
  while (left > 0)
    {
      uint32_t run = MIN (left, end - from);
      bool stops = skip >= from && skip < from + run;

      if (stops)
        run = skip - from;
      out = copy_run (out, shape, records (self, shape) + stride (shape) * from, run);
      left -= run;
      from += run + stops;
      if (from == end)
        from = first;
    }
  return want;
}
