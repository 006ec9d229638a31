/* eng-picker-pick.c: the choice of blocks for one peer.
 *
 * A call costs a look at the open partial pieces and, for each piece that it starts, a look at the
 * rarest fresh ones. When the peer has none of the rarest LOOK_MAX, the best of a sample of what it
 * has are taken, so that no bitfield makes the choice slow. */
#include "client-core/torrent/eng-picker-private.h"

#include <stdlib.h>

#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-limits.h"

#define LOOK_MAX 512
#define SAMPLE_MAX 512
#define RANDOM_TRIES 32

typedef struct
{
  EngPicker *self;
  const EngAsk *ask;
  EngBlock *out;
  size_t n;
  size_t max;
  bool whole;      /* the peer has its pieces for itself */
  uint32_t common; /* a partial piece that more peers than this have must wait */
} Pick;

/* Whose partial pieces are looked at. */
typedef enum
{
  TURN_FIRST, /* its own, and those that are anyone's */
  TURN_REST   /* those of others */
} Turn;

static bool
is_full (const Pick *pick)
{
  return pick->n == pick->max;
}

static bool
peer_has (const Pick *pick, uint32_t piece)
{
  return bt_bitfield_test (pick->ask->have, piece);
}

static void
put (Pick *pick, uint32_t piece, uint32_t block)
{
  pick->out[pick->n++] = (EngBlock){ piece, block };
}

static void
take_free (Pick *pick, EngPartial *partial)
{
  for (uint32_t b = partial->first_free; partial->n_free > 0 && !is_full (pick); b++)
    {
      if (eng_partial_state (partial, b) == ENG_BLOCK_FREE)
        {
          put (pick, partial->piece, b);
          eng_picker_take (pick->self, partial, b, pick->ask->peer);
        }
      partial->first_free = b + 1;
    }
}

/* Partial pieces. */

/* A peer on parole takes what another has left only when nobody is at it and nothing else is to be
 * had: a piece that a banned peer has begun would otherwise wait for ever. */
static bool
is_for (const Pick *pick, const EngPartial *partial, Turn turn)
{
  EngPeer owner = partial->owner;

  if (bt_bitfield_test (&pick->self->held, partial->piece))
    return false;
  if (owner == pick->ask->peer)
    return true;
  if (turn == TURN_REST)
    return !partial->parole && (!pick->ask->parole || partial->n_requested == 0);
  if (owner != 0)
    return false;
  return !pick->whole || (!pick->ask->parole && partial->n_requested == 0);
}

static void
join (Pick *pick, EngPartial *partial, Turn turn)
{
  if (pick->whole && turn == TURN_FIRST)
    partial->owner = pick->ask->peer;
  take_free (pick, partial);
}

static bool
is_open_at (const Pick *pick, const EngPartial *partial, unsigned level)
{
  return partial->n_free > 0 && pick->self->priority[partial->piece] == level;
}

/* What a peer alone has comes before what others could send as well, even if that has been begun: a
 * seed that helps everybody with the piece that everybody fetches sends the swarm nothing new. */
static bool
must_wait (const Pick *pick, const EngPartial *partial)
{
  return partial->owner != pick->ask->peer
         && eng_rarity_availability (&pick->self->rarity, partial->piece) > pick->common;
}

/* How common the rarest fresh piece is that the peer has. No bound where nothing is to be had by
 * rarity, or so much has been begun that it should be ended first. */
static uint32_t
common_at (const Pick *pick, unsigned level)
{
  const EngPicker *self = pick->self;
  uint32_t n;
  const uint32_t *order = eng_rarity_peek (&self->rarity, level, &n);

  if (self->sequential || self->done.n_set < ENG_PICKER_RANDOM_PIECES
      || self->partials.n_open_at[level] > ENG_PICKER_OPEN_MAX)
    return UINT32_MAX;
  for (uint32_t i = n; i-- > 0 && n - i <= LOOK_MAX;)
    if (peer_has (pick, order[i]))
      return eng_rarity_availability (&self->rarity, order[i]);
  return UINT32_MAX;
}

static void
pick_last (Pick *pick, unsigned level)
{
  EngPartial *partial = NULL;

  if (pick->ask->last_piece < pick->self->n_pieces && peer_has (pick, pick->ask->last_piece))
    partial = eng_picker_partial (pick->self, pick->ask->last_piece);
  if (partial != NULL && is_open_at (pick, partial, level) && is_for (pick, partial, TURN_FIRST)
      && !must_wait (pick, partial))
    join (pick, partial, TURN_FIRST);
}

static void
pick_partial (Pick *pick, unsigned level, Turn turn)
{
  EngPartials *all = &pick->self->partials;

  /* A piece whose last block is taken leaves its place to another open one. */
  for (uint32_t i = 0; i < all->n_open && all->n_open_at[level] > 0 && !is_full (pick);)
    {
      EngPartial *partial = all->items[i];

      if (is_open_at (pick, partial, level) && is_for (pick, partial, turn)
          && peer_has (pick, partial->piece) && !must_wait (pick, partial))
        join (pick, partial, turn);
      if (i < all->n_open && all->items[i] == partial)
        i++;
    }
}

/* Fresh pieces. */

static void
start (Pick *pick, uint32_t piece)
{
  EngPartial *partial = eng_picker_start (pick->self, piece);

  if (pick->whole)
    partial->owner = pick->ask->peer;
  partial->parole = pick->ask->parole;
  take_free (pick, partial);
}

static bool
is_fresh_for (const Pick *pick, uint32_t piece, unsigned level)
{
  return bt_bitfield_test (&pick->self->fresh, piece) && pick->self->priority[piece] == level
         && peer_has (pick, piece);
}

/* A fast peer goes on behind its last piece, to the end of the extent: the disk and the peer's
 * read-ahead like long runs. */
static void
pick_extent (Pick *pick, unsigned level, uint32_t last)
{
  uint64_t run = MIN (ENG_PICKER_EXTENT, pick->ask->rate_Bps * ENG_PICKER_WHOLE_S);
  uint64_t n = run / pick->self->layout->piece_length;

  if (!pick->whole || pick->ask->parole || n < 2)
    return;
  for (uint64_t i = (uint64_t) last + 1; !is_full (pick) && i < pick->self->n_pieces && i % n != 0
                                         && is_fresh_for (pick, (uint32_t) i, level);
       i++)
    start (pick, (uint32_t) i);
}

typedef struct
{
  uint32_t piece;
  uint32_t availability;
} Sampled;

static int
compare_sampled (const void *a, const void *b)
{
  const Sampled *x = a, *y = b;

  return (x->availability > y->availability) - (x->availability < y->availability);
}

/* Fresh pieces of a level that the peer has, behind a random place, the rarest first. */
static size_t
sample_fresh (Pick *pick, unsigned level, Sampled out[SAMPLE_MAX])
{
  EngPicker *self = pick->self;
  size_t from = eng_random_below (&self->random, self->n_pieces);
  size_t at = from;
  size_t n = 0;
  bool wrapped = false;

  for (unsigned looked = 0; looked < SAMPLE_MAX; looked++, at++)
    {
      at = bt_bitfield_next_and (&self->fresh, pick->ask->have, at);
      if (at == self->n_pieces && !wrapped)
        {
          wrapped = true;
          at = bt_bitfield_next_and (&self->fresh, pick->ask->have, 0);
        }
      if (at == self->n_pieces || (wrapped && at >= from))
        break;
      if (self->priority[at] == level)
        out[n++]
            = (Sampled){ (uint32_t) at, eng_rarity_availability (&self->rarity, (uint32_t) at) };
    }
  qsort (out, n, sizeof *out, compare_sampled);
  return n;
}

/* Takes the rarest quarter of each sample. */
static void
pick_sampled (Pick *pick, unsigned level)
{
  Sampled sample[SAMPLE_MAX];
  size_t n;

  while (!is_full (pick) && (n = sample_fresh (pick, level, sample)) > 0)
    for (size_t i = 0; i < (n + 3) / 4 && !is_full (pick); i++)
      if (is_fresh_for (pick, sample[i].piece, level))
        {
          start (pick, sample[i].piece);
          pick_extent (pick, level, sample[i].piece);
        }
}

/* Starting a piece moves only what was passed already, so the walk goes on where it was. */
static void
pick_rarest (Pick *pick, unsigned level)
{
  uint32_t n;
  const uint32_t *order = eng_rarity_peek (&pick->self->rarity, level, &n);
  unsigned looked = 0;

  for (uint32_t i = n; i-- > 0 && !is_full (pick);)
    if (peer_has (pick, order[i]))
      {
        uint32_t piece = order[i];

        start (pick, piece);
        pick_extent (pick, level, piece);
        order = eng_rarity_peek (&pick->self->rarity, level, &n);
        i = MIN (i, n);
      }
    else if (++looked > LOOK_MAX)
      {
        pick_sampled (pick, level);
        return;
      }
}

static bool
pick_random (Pick *pick, unsigned level)
{
  uint32_t n;
  const uint32_t *order = eng_rarity_peek (&pick->self->rarity, level, &n);

  for (unsigned i = 0; i < RANDOM_TRIES && n > 0; i++)
    {
      uint32_t piece = order[eng_random_below (&pick->self->random, n)];

      if (peer_has (pick, piece))
        {
          start (pick, piece);
          return true;
        }
    }
  return false;
}

static void
pick_in_order (Pick *pick, unsigned level)
{
  const BtBitfield *fresh = &pick->self->fresh;

  for (size_t i = 0;
       !is_full (pick)
       && (i = bt_bitfield_next_and (fresh, pick->ask->have, i)) < pick->self->n_pieces;
       i++)
    if (pick->self->priority[i] == level)
      start (pick, (uint32_t) i);
}

static void
pick_fresh (Pick *pick, unsigned level)
{
  uint32_t last = pick->n > 0 ? pick->out[pick->n - 1].piece : pick->ask->last_piece;
  uint32_t n;

  (void) eng_rarity_peek (&pick->self->rarity, level, &n); /* the count alone */
  if (n == 0)
    return;
  if (pick->self->sequential)
    {
      pick_in_order (pick, level);
      return;
    }
  while (!is_full (pick) && pick->self->done.n_set < ENG_PICKER_RANDOM_PIECES)
    if (!pick_random (pick, level))
      break;
  if (last < pick->self->n_pieces)
    pick_extent (pick, level, last);
  pick_rarest (pick, level);
}

static void
pick_level (Pick *pick, unsigned level)
{
  if (pick->self->partials.n_open_at[level] > 0)
    {
      pick->common = common_at (pick, level);
      pick_last (pick, level);
      pick_partial (pick, level, TURN_FIRST);
    }
  if (!is_full (pick))
    pick_fresh (pick, level);
  if (!is_full (pick) && pick->common != UINT32_MAX)
    {
      pick->common = UINT32_MAX;
      pick_partial (pick, level, TURN_FIRST);
    }
  if (!is_full (pick))
    pick_partial (pick, level, TURN_REST);
}

/* Out of the order. */

/* Whoever is there helps with a piece that has a deadline, and asks for it first. */
static void
pick_deadlines (Pick *pick)
{
  EngPicker *self = pick->self;

  if (pick->ask->parole)
    return;
  for (size_t i = 0; i < self->n_deadlines && !is_full (pick); i++)
    {
      uint32_t piece = self->deadlines[i].piece;
      EngPartial *partial = eng_picker_partial (self, piece);

      if (!peer_has (pick, piece) || self->priority[piece] == 0
          || bt_bitfield_test (&self->held, piece))
        continue;
      if (partial == NULL && self->state[piece] == ENG_PIECE_FRESH)
        partial = eng_picker_start (self, piece);
      if (partial != NULL && partial->n_free > 0)
        take_free (pick, partial);
    }
}

static bool
double_in (Pick *pick, const EngPartial *partial)
{
  uint32_t from = eng_random_below (&pick->self->random, partial->n_blocks);

  for (uint32_t i = 0; i < partial->n_blocks; i++)
    {
      uint32_t b = (from + i) % partial->n_blocks;

      if (eng_partial_state (partial, b) == ENG_BLOCK_REQUESTED
          && !eng_picker_was_asked (pick->self, partial, b, pick->ask->peer))
        {
          put (pick, partial->piece, b);
          eng_picker_double (pick->self, (EngBlock){ partial->piece, b }, pick->ask->peer);
          return true;
        }
    }
  return false;
}

/* A piece on trial is for all that try it, on parole or not. One that has nothing left to do helps
 * with what the slowest of them was asked for. */
static void
pick_trial (Pick *pick, bool help)
{
  EngPicker *self = pick->self;
  uint32_t piece = pick->ask->trial;
  EngPartial *partial;

  if (!pick->ask->tries || !peer_has (pick, piece) || self->priority[piece] == 0)
    return;
  partial = eng_picker_partial (self, piece);
  if (partial == NULL && self->state[piece] == ENG_PIECE_FRESH)
    partial = eng_picker_start (self, piece);
  if (partial == NULL)
    return;
  if (!help && partial->n_free > 0)
    take_free (pick, partial);
  if (help && pick->ask->outstanding == 0 && partial->n_requested > 0)
    (void) double_in (pick, partial); /* or it was asked for all of them */
}

/* Nothing else is to be had of the peer: a slow one on parole would hold up the end for as long as
 * its piece takes it. */
static void
pick_parole (Pick *pick)
{
  const EngPartials *all = &pick->self->partials;

  if (pick->ask->outstanding > 0 || pick->ask->parole)
    return;
  for (uint32_t i = 0; i < all->n_open && pick->n == 0; i++)
    if (pick->self->priority[all->items[i]->piece] > 0 && peer_has (pick, all->items[i]->piece)
        && !bt_bitfield_test (&pick->self->held, all->items[i]->piece))
      take_free (pick, all->items[i]);
}

/* The end game: one block that somebody else was asked for. */
static void
pick_busy (Pick *pick)
{
  const EngPartials *all = &pick->self->partials;
  uint32_t from;

  if (pick->ask->outstanding > 0 || pick->ask->parole || !eng_picker_is_end_game (pick->self))
    return;
  from = eng_random_below (&pick->self->random, all->n);
  for (uint32_t i = 0; i < all->n; i++)
    {
      const EngPartial *partial = all->items[(from + i) % all->n];

      if (partial->n_requested > 0 && pick->self->priority[partial->piece] > 0
          && !bt_bitfield_test (&pick->self->held, partial->piece)
          && peer_has (pick, partial->piece) && double_in (pick, partial))
        return;
    }
}

size_t
eng_picker_pick (EngPicker *self, const EngAsk *ask, EngBlock *out, size_t max)
{
  Pick pick = {
    .self = self,
    .ask = ask,
    .out = out,
    .max = max,
    .common = UINT32_MAX,
    .whole = ask->parole || ask->rate_Bps * ENG_PICKER_WHOLE_S >= self->layout->piece_length,
  };

  if (max == 0)
    return 0;
  pick_trial (&pick, false);
  pick_deadlines (&pick);
  for (unsigned level = ENG_PRIORITIES - 1; level > 0 && !is_full (&pick); level--)
    pick_level (&pick, level);
  if (pick.n == 0)
    pick_parole (&pick);
  if (pick.n == 0)
    pick_trial (&pick, true);
  if (pick.n == 0)
    pick_busy (&pick);
  return pick.n;
}
