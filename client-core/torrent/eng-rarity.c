/* eng-rarity.c: pools of pieces as sorted arrays with remembered band edges. */
#include "client-core/torrent/eng-rarity.h"

#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-assert.h"

#define EDGES_MIN 16

/* Counts move away from 0 by so much at a time, and back once they stand so far from it. */
#define SHIFT_UP 16
#define SHIFT_DOWN 64

void
eng_rarity_init (EngRarity *self, uint32_t n_pieces, uint64_t seed)
{
  *self = (EngRarity){
    .n_pieces = n_pieces,
    .count = g_new0 (uint16_t, n_pieces),
    .level = g_new0 (uint8_t, n_pieces),
    .at = g_new0 (uint32_t, n_pieces),
    .n_edges = EDGES_MIN,
    .random = seed,
  };
}

void
eng_rarity_clear (EngRarity *self)
{
  for (unsigned i = 0; i < ENG_PRIORITIES; i++)
    {
      g_free (self->pools[i].order);
      g_free (self->pools[i].edge);
    }
  g_free (self->count);
  g_free (self->level);
  g_free (self->at);
  *self = (EngRarity){ 0 };
}

/* Bands c up to @n_edges - 2 can be told apart. */
static void
reserve_edges (EngRarity *self, uint32_t n_edges)
{
  uint32_t old = self->n_edges;

  if (n_edges <= old)
    return;
  self->n_edges = MAX (n_edges, 2 * old);
  for (unsigned i = 0; i < ENG_PRIORITIES; i++)
    if (self->pools[i].edge != NULL)
      {
        self->pools[i].edge = g_renew (uint32_t, self->pools[i].edge, self->n_edges);
        memset (self->pools[i].edge + old, 0, (self->n_edges - old) * sizeof (uint32_t));
      }
}

static void
swap_places (EngRarity *self, EngRarityPool *pool, uint32_t a, uint32_t b)
{
  uint32_t piece = pool->order[a];

  if (a == b)
    return;
  pool->order[a] = pool->order[b];
  pool->order[b] = piece;
  self->at[pool->order[a]] = a;
  self->at[piece] = b;
}

/* Gives a piece that has just entered band @c a random place in it. */
static void
shuffle_in (EngRarity *self, EngRarityPool *pool, uint32_t piece, uint32_t c)
{
  uint32_t first = pool->edge[c + 1];
  uint32_t n = pool->edge[c] - first;

  swap_places (self, pool, self->at[piece], first + eng_random_below (&self->random, n));
}

/* Moves a piece from band @c to the next one: the first place of its band becomes the next's last.
 */
static void
hop_up (EngRarity *self, EngRarityPool *pool, uint32_t piece, uint32_t c)
{
  swap_places (self, pool, self->at[piece], pool->edge[c + 1]);
  pool->edge[c + 1]++;
}

/* The other way: the last place of its band becomes the first of the one below. */
static void
hop_down (EngRarity *self, EngRarityPool *pool, uint32_t piece, uint32_t c)
{
  swap_places (self, pool, self->at[piece], pool->edge[c] - 1);
  pool->edge[c]--;
}

/* Adds @by to each count and takes it from n_all, which changes no availability. */
static void
shift_counts (EngRarity *self, int32_t by)
{
  size_t d = (size_t) (by > 0 ? by : -by);

  if (by > 0)
    reserve_edges (self, self->n_edges + (uint32_t) d);
  for (uint32_t i = 0; i < self->n_pieces; i++)
    self->count[i] = (uint16_t) (self->count[i] + by);
  self->n_all -= by;
  for (unsigned i = 0; i < ENG_PRIORITIES; i++)
    {
      uint32_t *edge = self->pools[i].edge;
      size_t left = self->n_edges - d;

      if (edge == NULL)
        continue;
      memmove (by > 0 ? edge + d : edge, by > 0 ? edge : edge + d, left * sizeof *edge);
      if (by < 0)
        memset (edge + left, 0, d * sizeof *edge);
      for (size_t c = 0; by > 0 && c < d; c++)
        edge[c] = edge[d];
    }
}

static void
raise_count (EngRarity *self, uint32_t piece)
{
  uint32_t c = self->count[piece]++;
  EngRarityPool *pool = &self->pools[self->level[piece]];

  bt_assert (c < UINT16_MAX);
  reserve_edges (self, c + 3);
  if (self->level[piece] == 0)
    return;
  hop_up (self, pool, piece, c);
  shuffle_in (self, pool, piece, c + 1);
}

static void
lower_count (EngRarity *self, uint32_t piece)
{
  EngRarityPool *pool = &self->pools[self->level[piece]];
  uint32_t c;

  if (self->count[piece] == 0)
    shift_counts (self, SHIFT_UP);
  c = self->count[piece]--;
  if (self->level[piece] == 0)
    return;
  hop_down (self, pool, piece, c);
  shuffle_in (self, pool, piece, c - 1);
}

/* No availability is below 0, so each count is at least -n_all. */
static void
settle (EngRarity *self)
{
  if (self->n_all <= -SHIFT_DOWN)
    shift_counts (self, self->n_all);
}

static bool
is_more_than_half (const BtBitfield *have)
{
  return have->n_set > have->n_bits / 2;
}

void
eng_rarity_add (EngRarity *self, const BtBitfield *have)
{
  size_t n = have->n_bits;

  bt_assert (n == self->n_pieces);
  if (is_more_than_half (have))
    {
      self->n_all++;
      for (size_t i = 0; (i = bt_bitfield_next_unset (have, i)) < n; i++)
        lower_count (self, (uint32_t) i);
    }
  else
    for (size_t i = 0; (i = bt_bitfield_next_set (have, i)) < n; i++)
      raise_count (self, (uint32_t) i);
}

void
eng_rarity_remove (EngRarity *self, const BtBitfield *have)
{
  size_t n = have->n_bits;

  bt_assert (n == self->n_pieces);
  if (is_more_than_half (have))
    {
      self->n_all--;
      for (size_t i = 0; (i = bt_bitfield_next_unset (have, i)) < n; i++)
        raise_count (self, (uint32_t) i);
    }
  else
    for (size_t i = 0; (i = bt_bitfield_next_set (have, i)) < n; i++)
      lower_count (self, (uint32_t) i);
  settle (self);
}

void
eng_rarity_have (EngRarity *self, uint32_t piece)
{
  bt_assert (piece < self->n_pieces);
  raise_count (self, piece);
}

void
eng_rarity_lost (EngRarity *self, uint32_t piece)
{
  bt_assert (piece < self->n_pieces);
  lower_count (self, piece);
  settle (self);
}

uint32_t
eng_rarity_availability (const EngRarity *self, uint32_t piece)
{
  bt_assert (piece < self->n_pieces);
  return (uint32_t) (self->count[piece] + self->n_all);
}

static void
take_out (EngRarity *self, uint32_t piece)
{
  EngRarityPool *pool = &self->pools[self->level[piece]];

  for (uint32_t c = self->count[piece]; c > 0; c--)
    hop_down (self, pool, piece, c);
  hop_down (self, pool, piece, 0); /* off the end */
  self->level[piece] = 0;
}

static void
put_in (EngRarity *self, uint32_t piece, unsigned level)
{
  EngRarityPool *pool = &self->pools[level];
  uint32_t count = self->count[piece];

  if (pool->edge == NULL)
    pool->edge = g_new0 (uint32_t, self->n_edges);
  if (pool->edge[0] == pool->capacity)
    {
      pool->capacity = MIN (MAX (2 * pool->capacity, 64), self->n_pieces);
      pool->order = g_renew (uint32_t, pool->order, pool->capacity);
    }
  self->level[piece] = (uint8_t) level;
  self->at[piece] = pool->edge[0];
  pool->order[pool->edge[0]++] = piece;
  for (uint32_t c = 0; c < count; c++)
    hop_up (self, pool, piece, c);
  shuffle_in (self, pool, piece, count);
}

void
eng_rarity_set_level (EngRarity *self, uint32_t piece, unsigned level)
{
  bt_assert (piece < self->n_pieces && level < ENG_PRIORITIES);
  if (self->level[piece] == level)
    return;
  if (self->level[piece] != 0)
    take_out (self, piece);
  if (level != 0)
    put_in (self, piece, level);
}

const uint32_t *
eng_rarity_peek (const EngRarity *self, unsigned level, uint32_t *n)
{
  const EngRarityPool *pool = &self->pools[level];
  uint32_t least = self->n_all > 0 ? 0 : (uint32_t) (1 - self->n_all);

  *n = pool->edge != NULL && least < self->n_edges ? pool->edge[least] : 0;
  return pool->order;
}
