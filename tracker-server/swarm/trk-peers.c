/* trk-peers.c: records in a partitioned array that grows and shrinks in steps. */
#include "tracker-server/swarm/trk-peers.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "tracker-server/swarm/trk-detail.h"
#include "tracker-server/swarm/trk-peer-index.h"

#define LINE 64

/* So many records are asked for ahead of a search through all of them. */
#define AHEAD_MAX 32u

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

/* Of the usual records the length is one of two that the compiler knows. */
static inline size_t
stride (const TrkShape *shape)
{
  if (G_UNLIKELY (shape->tail > 0))
    return trk_shape_stride (shape);
  return is_v4 (shape) ? BT_COMPACT_V4_LEN + 2 : BT_COMPACT_V6_LEN + 2;
}

/* How many peers a list of this family holds without a block. */
static inline uint32_t
few (const TrkShape *shape)
{
  return is_v4 (shape) && shape->tail == 0 ? TRK_FEW : 0;
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
  uintptr_t index = has_block (self, shape) ? self->many.index : 0;

  return (TrkPeerIndex *) (index & ~(uintptr_t) (TRK_INDEX_ALIGN - 1));
}

static inline unsigned
index_size (const TrkPeers *self)
{
  return self->many.index & (TRK_INDEX_ALIGN - 1);
}

static void
set_index (TrkPeers *self, TrkPeerIndex *index)
{
  self->many.index = index != NULL ? (uintptr_t) index | trk_peer_index_size (index) : 0;
}

void
trk_peers_clear (TrkPeers *self, const TrkShape *shape)
{
  if (has_block (self, shape))
    {
      trk_peer_index_free (index_of (self, shape));
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

uint8_t *
trk_peers_tail (TrkPeers *self, const TrkShape *shape, uint32_t position)
{
  bt_assert (position < self->n && shape->tail > 0);
  return at (self, shape, position) + shape->len + 2;
}

static inline uint64_t
word_of (const uint8_t *bytes)
{
  uint64_t word;

  memcpy (&word, bytes, sizeof word);
  return word;
}

/* Compares whole records as words, but for the bytes of flags and tick. */
static uint32_t
search_v4 (const uint8_t *record, uint32_t n, const uint8_t *compact)
{
  static const uint8_t endpoint[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0 };
  uint8_t whole[BT_COMPACT_V4_LEN + 2] = { 0 };
  uint64_t mask = word_of (endpoint);
  uint64_t wanted;

  memcpy (whole, compact, BT_COMPACT_V4_LEN);
  wanted = word_of (whole);
  for (uint32_t i = 0; i < n; i++)
    if ((word_of (record + sizeof whole * i) & mask) == wanted)
      return i;
  return TRK_NO_PEER;
}

static uint32_t
search_long (const TrkShape *shape, const uint8_t *record, uint32_t n, const uint8_t *compact)
{
  for (uint32_t i = 0; i < n; i++, record += stride (shape))
    if (memcmp (record, compact, shape->len) == 0)
      return i;
  return TRK_NO_PEER;
}

uint32_t
trk_peers_find (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact)
{
  const TrkPeerIndex *index = index_of (self, shape);

  if (index != NULL)
    return trk_peer_index_find (index, shape, records (self, shape), compact);
  if (is_v4 (shape) && shape->tail == 0)
    return search_v4 (records (self, shape), self->n, compact);
  return search_long (shape, records (self, shape), self->n, compact);
}

/* Lines of the cache that hold a run of records. */
static void
ahead (const uint8_t *from, size_t len)
{
  for (const uint8_t *at = from; at < from + len; at += LINE)
    __builtin_prefetch (at, 0, 2);
}

bool
trk_peers_ahead (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact)
{
  const TrkPeerIndex *index = index_of (self, shape);

  if (index != NULL)
    trk_peer_index_ahead (index, index_size (self), shape, compact);
  else if (has_block (self, shape))
    ahead (self->many.block->records, MIN (self->n, AHEAD_MAX) * stride (shape));
  return index != NULL;
}

void
trk_peers_ahead_record (const TrkPeers *self, const TrkShape *shape, const uint8_t *compact)
{
  const TrkPeerIndex *index = index_of (self, shape);

  if (index != NULL)
    trk_peer_index_ahead_record (index, index_size (self), shape, records (self, shape), compact);
}

static inline uint32_t
start_of (const TrkSlice *slice)
{
  return slice->first + (uint32_t) (((uint64_t) slice->random * slice->n) >> 32);
}

void
trk_peers_ahead_slice (const TrkPeers *self, const TrkShape *shape, const TrkSlice *slice)
{
  uint32_t from = start_of (slice);

  if (has_block (self, shape))
    ahead (self->many.block->records + stride (shape) * from,
           MIN (slice->want, slice->first + slice->n - from) * stride (shape));
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
      set_index (self, NULL);
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
  set_index (self, NULL);
  if (self->n > TRK_INDEX_AT / 2)
    set_index (self, trk_peer_index_new (shape, records (self, shape), self->n));
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
  memset (record + shape->len + 2, 0, shape->tail);
  if (index_of (self, shape) != NULL)
    trk_peer_index_add (index_of (self, shape), shape, records (self, shape), position);
  reindex (self, shape);
  return position;
}

/* Lets two records change places. */
static void
swap (TrkPeers *self, const TrkShape *shape, uint32_t a, uint32_t b)
{
  uint8_t kept[BT_COMPACT_V6_LEN + 2 + TRK_DETAIL_LEN];
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
    trk_peer_index_remove (index_of (self, shape), shape, records (self, shape), position);
  if (position < self->n_seeders)
    {
      relocate (self, shape, --self->n_seeders, position);
      position = self->n_seeders;
    }
  relocate (self, shape, self->n - 1, position);
  shrink (self, shape);
  reindex (self, shape);
}

static inline uint8_t *
copy_records (uint8_t *out, size_t len, const uint8_t *record, size_t step, uint32_t n)
{
  for (uint32_t i = 0; i < n; i++, out += len, record += step)
    memcpy (out, record, len + 2);
  return out;
}

/* Copies the endpoints of a run; returns the end of what was written. The compiler knows the
 * lengths of the usual ones, and copies such a record in an instruction or two. */
static uint8_t *
copy_run (uint8_t *out, const TrkShape *shape, const uint8_t *record, uint32_t n)
{
  if (shape->tail > 0)
    return copy_records (out, shape->len, record, trk_shape_stride (shape), n);
  if (is_v4 (shape))
    return copy_records (out, BT_COMPACT_V4_LEN, record, BT_COMPACT_V4_LEN + 2, n);
  return copy_records (out, BT_COMPACT_V6_LEN, record, BT_COMPACT_V6_LEN + 2, n);
}

/* The same for their peer ids. */
static uint8_t *
copy_ids (uint8_t *ids, const TrkShape *shape, const uint8_t *record, uint32_t n)
{
  for (uint32_t i = 0; i < n; i++, ids += BT_PEER_ID_LEN, record += stride (shape))
    memcpy (ids, record + shape->len + 2, BT_PEER_ID_LEN);
  return ids;
}

uint32_t
trk_peers_copy (const TrkPeers *self, const TrkShape *shape, const TrkSlice *slice, uint8_t *out,
                uint8_t *ids)
{
  uint32_t end = slice->first + slice->n;
  uint32_t from = start_of (slice);
  uint32_t want = MIN (slice->want, slice->n - (slice->skip >= slice->first && slice->skip < end));
  uint32_t left = want;

  while (left > 0)
    {
      uint32_t run = MIN (left, end - from);
      bool stops = slice->skip >= from && slice->skip < from + run;
      const uint8_t *record = records (self, shape) + stride (shape) * from;

      if (stops)
        run = slice->skip - from;
      out = copy_run (out, shape, record, run);
      if (ids != NULL)
        ids = copy_ids (ids, shape, record, run);
      left -= run;
      from += run + stops;
      if (from == end)
        from = slice->first;
    }
  return want;
}
