/* eng-picker.c: the states of pieces and blocks, and the counts that follow from them. */
#include "client-core/torrent/eng-picker-private.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"

/* Buffers of finished pieces that are kept for the next ones. */
#define SPARE_MAX 64

static uint32_t
blocks_in (uint64_t bytes)
{
  return (uint32_t) ((bytes + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN);
}

uint32_t
eng_picker_n_blocks (const EngPicker *self, uint32_t piece)
{
  bt_assert (piece < self->n_pieces);
  if (self->short_pieces)
    return blocks_in (bt_layout_piece_size_v2 (self->layout, piece));
  return piece + 1 < self->n_pieces ? self->max_blocks
                                    : blocks_in (bt_layout_piece_size (self->layout, piece));
}

EngPicker *
eng_picker_new (const BtLayout *layout, bool short_pieces, uint64_t seed)
{
  EngPicker *self = g_new0 (EngPicker, 1);

  self->layout = layout;
  self->short_pieces = short_pieces;
  self->n_pieces = layout->n_pieces;
  self->max_blocks = blocks_in (layout->piece_length);
  self->random = seed;
  eng_rarity_init (&self->rarity, self->n_pieces, seed + 1);
  self->priority = g_malloc (self->n_pieces);
  self->state = g_malloc0 (self->n_pieces);
  self->slot = g_new0 (uint32_t, self->n_pieces);
  bt_bitfield_init (&self->fresh, self->n_pieces);
  bt_bitfield_init (&self->wanted, self->n_pieces);
  bt_bitfield_init (&self->done, self->n_pieces);
  bt_bitfield_init (&self->held, self->n_pieces);
  bt_bitfield_set_range (&self->fresh, 0, self->n_pieces);
  bt_bitfield_set_range (&self->wanted, 0, self->n_pieces);
  for (uint32_t i = 0; i < self->n_pieces; i++)
    {
      self->priority[i] = ENG_PRIORITY_NORMAL;
      self->n_free += eng_picker_n_blocks (self, i);
      eng_rarity_set_level (&self->rarity, i, ENG_PRIORITY_NORMAL);
    }
  self->n_missing = self->n_free;
  return self;
}

void
eng_picker_free (EngPicker *self)
{
  if (self == NULL)
    return;
  for (uint32_t i = 0; i < self->partials.n; i++)
    g_free (self->partials.items[i]);
  for (uint32_t i = 0; i < self->partials.n_spare; i++)
    g_free (self->partials.spare[i]);
  g_free (self->partials.items);
  g_free (self->partials.spare);
  g_free (self->priority);
  g_free (self->state);
  g_free (self->slot);
  g_free (self->busy);
  g_free (self->others);
  g_free (self->deadlines);
  eng_rarity_clear (&self->rarity);
  bt_bitfield_clear (&self->fresh);
  bt_bitfield_clear (&self->wanted);
  bt_bitfield_clear (&self->done);
  bt_bitfield_clear (&self->held);
  g_free (self);
}

void
eng_picker_add_peer (EngPicker *self, const BtBitfield *have)
{
  eng_rarity_add (&self->rarity, have);
}

void
eng_picker_remove_peer (EngPicker *self, const BtBitfield *have)
{
  eng_rarity_remove (&self->rarity, have);
}

void
eng_picker_peer_has (EngPicker *self, uint32_t piece)
{
  eng_rarity_have (&self->rarity, piece);
}

void
eng_picker_peer_lost (EngPicker *self, uint32_t piece)
{
  eng_rarity_lost (&self->rarity, piece);
}

uint32_t
eng_picker_availability (const EngPicker *self, uint32_t piece)
{
  return eng_rarity_availability (&self->rarity, piece);
}

/* The array of started pieces. */

EngPartial *
eng_picker_partial (const EngPicker *self, uint32_t piece)
{
  bt_assert (piece < self->n_pieces);
  if (self->state[piece] != ENG_PIECE_PARTIAL && self->state[piece] != ENG_PIECE_HASHING)
    return NULL;
  return self->partials.items[self->slot[piece]];
}

static void
swap_slots (EngPicker *self, uint32_t a, uint32_t b)
{
  EngPartial *first = self->partials.items[a];
  EngPartial *second = self->partials.items[b];

  self->partials.items[a] = second;
  self->partials.items[b] = first;
  self->slot[second->piece] = a;
  self->slot[first->piece] = b;
}

/* Puts a partial where its number of free blocks says. */
static void
sort_in (EngPicker *self, const EngPartial *partial)
{
  EngPartials *all = &self->partials;
  uint32_t slot = self->slot[partial->piece];

  if (slot < all->n_open && partial->n_free == 0)
    {
      swap_slots (self, slot, --all->n_open);
      all->n_open_at[self->priority[partial->piece]]--;
    }
  else if (slot >= all->n_open && partial->n_free > 0)
    {
      swap_slots (self, slot, all->n_open++);
      all->n_open_at[self->priority[partial->piece]]++;
    }
}

static EngPartial *
allocate_partial (EngPicker *self)
{
  EngPartials *all = &self->partials;

  if (all->n == all->capacity)
    {
      all->capacity = MAX (2 * all->capacity, 16);
      all->items = g_renew (EngPartial *, all->items, all->capacity);
    }
  if (all->n_spare > 0)
    return all->spare[--all->n_spare];
  return g_malloc (sizeof (EngPartial) + (size_t) self->max_blocks * sizeof (uint32_t));
}

EngPartial *
eng_picker_start (EngPicker *self, uint32_t piece)
{
  EngPartials *all = &self->partials;
  EngPartial *partial = allocate_partial (self);
  uint32_t n = eng_picker_n_blocks (self, piece);

  bt_assert (self->state[piece] == ENG_PIECE_FRESH);
  *partial = (EngPartial){ .piece = piece, .n_blocks = n, .n_free = n };
  memset (partial->blocks, 0, n * sizeof partial->blocks[0]);
  if (self->priority[piece] > 0)
    {
      eng_rarity_set_level (&self->rarity, piece, 0);
      (void) bt_bitfield_unset (&self->fresh, piece); /* it was set, unless the piece is held */
    }
  self->state[piece] = ENG_PIECE_PARTIAL;
  self->slot[piece] = all->n;
  all->items[all->n++] = partial;
  sort_in (self, partial);
  return partial;
}

/* Drops the record of a started piece; its state and counts are the caller's. */
static void
end_partial (EngPicker *self, EngPartial *partial)
{
  EngPartials *all = &self->partials;

  partial->n_free = 0;
  sort_in (self, partial);
  swap_slots (self, self->slot[partial->piece], --all->n);
  if (all->spare == NULL)
    all->spare = g_new (EngPartial *, SPARE_MAX);
  if (all->n_spare < SPARE_MAX)
    all->spare[all->n_spare++] = partial;
  else
    g_free (partial);
}

void
eng_picker_count (EngPicker *self, uint32_t piece, bool add)
{
  const EngPartial *partial = eng_picker_partial (self, piece);
  uint64_t n_free = 0, n_missing = 0;

  if (self->priority[piece] == 0 || self->state[piece] == ENG_PIECE_DONE)
    return;
  if (self->state[piece] == ENG_PIECE_FRESH)
    n_missing = n_free = eng_picker_n_blocks (self, piece);
  else if (partial != NULL)
    {
      n_free = partial->n_free;
      n_missing = n_free + partial->n_requested;
    }
  self->n_free = add ? self->n_free + n_free : self->n_free - n_free;
  self->n_missing = add ? self->n_missing + n_missing : self->n_missing - n_missing;
}

static void
set_bit (BtBitfield *bits, uint32_t piece, bool on)
{
  if (on)
    (void) bt_bitfield_set (bits, piece); /* idempotent */
  else
    (void) bt_bitfield_unset (bits, piece);
}

void
eng_picker_file (EngPicker *self, uint32_t piece)
{
  bool is_fresh = self->state[piece] == ENG_PIECE_FRESH && !bt_bitfield_test (&self->held, piece);
  bool is_done = self->state[piece] == ENG_PIECE_DONE;
  unsigned priority = self->priority[piece];

  eng_rarity_set_level (&self->rarity, piece, is_fresh ? priority : 0);
  set_bit (&self->fresh, piece, is_fresh && priority > 0);
  set_bit (&self->wanted, piece, !is_done && priority > 0);
  set_bit (&self->done, piece, is_done);
}

static void
forget_busy (EngPicker *self, uint32_t piece)
{
  for (size_t i = 0; i < self->n_busy;)
    if (self->busy[i].block.piece == piece)
      self->busy[i] = self->busy[--self->n_busy];
    else
      i++;
}

/* Makes a piece fresh or done. */
static void
settle_piece (EngPicker *self, uint32_t piece, EngPieceState state)
{
  EngPartial *partial = eng_picker_partial (self, piece);

  eng_picker_count (self, piece, false);
  if (partial != NULL)
    {
      self->n_requested -= partial->n_requested;
      forget_busy (self, piece);
      end_partial (self, partial);
    }
  self->state[piece] = (uint8_t) state;
  eng_picker_file (self, piece);
  eng_picker_count (self, piece, true);
}

void
eng_picker_passed (EngPicker *self, uint32_t piece)
{
  eng_picker_set_deadline (self, piece, UINT64_MAX);
  settle_piece (self, piece, ENG_PIECE_DONE);
}

void
eng_picker_failed (EngPicker *self, uint32_t piece)
{
  bt_assert (eng_picker_piece_state (self, piece) == ENG_PIECE_HASHING);
  settle_piece (self, piece, ENG_PIECE_FRESH);
}

void
eng_picker_lost (EngPicker *self, uint32_t piece)
{
  bt_assert (eng_picker_piece_state (self, piece) == ENG_PIECE_DONE);
  settle_piece (self, piece, ENG_PIECE_FRESH);
}

/* Blocks. */

static void
set_block (EngPartial *partial, uint32_t block, EngBlockState state, EngPeer peer)
{
  partial->blocks[block] = peer << 2 | (uint32_t) state;
}

void
eng_picker_take (EngPicker *self, EngPartial *partial, uint32_t block, EngPeer peer)
{
  bt_assert (eng_partial_state (partial, block) == ENG_BLOCK_FREE);
  set_block (partial, block, ENG_BLOCK_REQUESTED, peer);
  if (block == partial->first_free)
    partial->first_free++;
  partial->n_free--;
  partial->n_requested++;
  self->n_requested++;
  if (self->priority[partial->piece] > 0)
    self->n_free--;
  if (partial->n_free == 0)
    sort_in (self, partial);
}

/* A block goes back; a piece of which nothing is left is fresh again. */
static void
free_block (EngPicker *self, EngPartial *partial, uint32_t block)
{
  uint32_t piece = partial->piece;
  bool was_requested = eng_partial_state (partial, block) == ENG_BLOCK_REQUESTED;

  eng_picker_count (self, piece, false);
  set_block (partial, block, ENG_BLOCK_FREE, 0);
  partial->first_free = MIN (partial->first_free, block);
  partial->n_free++;
  partial->n_requested -= was_requested;
  self->n_requested -= was_requested;
  self->state[piece] = ENG_PIECE_PARTIAL;
  sort_in (self, partial);
  eng_picker_count (self, piece, true);
  if (partial->n_free == partial->n_blocks)
    settle_piece (self, piece, ENG_PIECE_FRESH);
}

void
eng_picker_restart (EngPicker *self, uint32_t piece)
{
  EngPartial *partial = eng_picker_partial (self, piece);
  uint32_t n_blocks;

  if (self->state[piece] != ENG_PIECE_PARTIAL)
    return;
  n_blocks = partial->n_blocks; /* the last block that goes back may end the partial */
  for (uint32_t b = 0; b < n_blocks && self->state[piece] == ENG_PIECE_PARTIAL; b++)
    if (eng_partial_state (partial, b) >= ENG_BLOCK_RECEIVED)
      free_block (self, partial, b);
}

void
eng_picker_spoilt (EngPicker *self, EngBlock block)
{
  EngPartial *partial = eng_picker_partial (self, block.piece);

  bt_assert (partial != NULL && eng_partial_state (partial, block.block) >= ENG_BLOCK_RECEIVED);
  free_block (self, partial, block.block);
}

static bool
same_block (EngBlock a, EngBlock b)
{
  return a.piece == b.piece && a.block == b.block;
}

bool
eng_picker_was_asked (const EngPicker *self, const EngPartial *partial, uint32_t block,
                      EngPeer peer)
{
  EngBlock wanted = { partial->piece, block };

  if (eng_partial_peer (partial, block) == peer)
    return true;
  for (size_t i = 0; i < self->n_busy; i++)
    if (self->busy[i].peer == peer && same_block (self->busy[i].block, wanted))
      return true;
  return false;
}

void
eng_picker_double (EngPicker *self, EngBlock block, EngPeer peer)
{
  if (self->n_busy == self->busy_capacity)
    {
      self->busy_capacity = MAX (2 * self->busy_capacity, 16);
      self->busy = g_renew (EngBusy, self->busy, self->busy_capacity);
    }
  self->busy[self->n_busy++] = (EngBusy){ block, peer };
}

static void
add_other (EngPicker *self, EngPeer peer)
{
  if (self->n_others == self->others_capacity)
    {
      self->others_capacity = MAX (2 * self->others_capacity, 16);
      self->others = g_renew (EngPeer, self->others, self->others_capacity);
    }
  self->others[self->n_others++] = peer;
}

/* Whoever was asked for the block beside @peer. */
static void
collect_others (EngPicker *self, const EngPartial *partial, EngBlock block, EngPeer peer)
{
  if (eng_partial_peer (partial, block.block) != peer)
    add_other (self, eng_partial_peer (partial, block.block));
  for (size_t i = 0; i < self->n_busy;)
    if (same_block (self->busy[i].block, block))
      {
        if (self->busy[i].peer != peer)
          add_other (self, self->busy[i].peer);
        self->busy[i] = self->busy[--self->n_busy];
      }
    else
      i++;
}

EngReceived
eng_picker_receive (EngPicker *self, EngBlock block, EngPeer peer)
{
  EngPartial *partial = eng_picker_partial (self, block.piece);

  bt_assert (block.block < eng_picker_n_blocks (self, block.piece));
  self->n_others = 0;
  if (self->state[block.piece] == ENG_PIECE_DONE)
    return ENG_RECEIVED_STALE;
  if (partial == NULL)
    partial = eng_picker_start (self, block.piece);
  if (eng_partial_state (partial, block.block) == ENG_BLOCK_FREE)
    eng_picker_take (self, partial, block.block, peer);
  if (eng_partial_state (partial, block.block) != ENG_BLOCK_REQUESTED)
    return ENG_RECEIVED_STALE;

  collect_others (self, partial, block, peer);
  set_block (partial, block.block, ENG_BLOCK_RECEIVED, peer);
  partial->n_requested--;
  self->n_requested--;
  if (self->priority[block.piece] > 0)
    self->n_missing--;
  if (partial->n_free > 0 || partial->n_requested > 0)
    return ENG_RECEIVED_BLOCK;
  self->state[block.piece] = ENG_PIECE_HASHING;
  return ENG_RECEIVED_PIECE;
}

const EngPeer *
eng_picker_others (const EngPicker *self, size_t *n)
{
  *n = self->n_others;
  return self->others;
}

/* One of those who were asked for the block as well, or 0; its entry is gone then. */
static EngPeer
steal_busy (EngPicker *self, EngBlock block)
{
  for (size_t i = 0; i < self->n_busy; i++)
    if (same_block (self->busy[i].block, block))
      {
        EngPeer peer = self->busy[i].peer;

        self->busy[i] = self->busy[--self->n_busy];
        return peer;
      }
  return 0;
}

static void
forget_peer_busy (EngPicker *self, EngPeer peer)
{
  for (size_t i = 0; i < self->n_busy;)
    if (self->busy[i].peer == peer)
      self->busy[i] = self->busy[--self->n_busy];
    else
      i++;
}

/* Takes back a block that @peer was the first to be asked for. */
static void
abort_block (EngPicker *self, EngPartial *partial, uint32_t block)
{
  EngPeer next = steal_busy (self, (EngBlock){ partial->piece, block });

  if (next != 0)
    set_block (partial, block, ENG_BLOCK_REQUESTED, next);
  else
    free_block (self, partial, block);
}

void
eng_picker_abort (EngPicker *self, EngBlock block, EngPeer peer)
{
  EngPartial *partial = eng_picker_partial (self, block.piece);

  if (partial == NULL || eng_partial_state (partial, block.block) != ENG_BLOCK_REQUESTED)
    return;
  if (eng_partial_peer (partial, block.block) == peer)
    abort_block (self, partial, block.block);
  else
    for (size_t i = 0; i < self->n_busy; i++)
      if (self->busy[i].peer == peer && same_block (self->busy[i].block, block))
        {
          self->busy[i] = self->busy[--self->n_busy];
          return;
        }
}

/* The last block that goes back may end the partial: its count of blocks is read before. */
static void
release_partial (EngPicker *self, EngPartial *partial, EngPeer peer)
{
  uint32_t n_blocks = partial->n_blocks;
  uint32_t n_left = partial->n_requested;

  if (partial->owner == peer)
    {
      partial->owner = 0;
      partial->parole = false;
    }
  for (uint32_t b = 0; b < n_blocks && n_left > 0; b++)
    if (eng_partial_state (partial, b) == ENG_BLOCK_REQUESTED)
      {
        n_left--;
        if (eng_partial_peer (partial, b) == peer)
          abort_block (self, partial, b);
      }
}

void
eng_picker_release_peer (EngPicker *self, EngPeer peer)
{
  uint32_t i = self->partials.n;

  forget_peer_busy (self, peer);
  /* A piece that opens or ends changes places with one in front of it or with the last: back to
   * front, looking again at each place that changed, every piece is seen. */
  while (i > 0)
    {
      EngPartial *partial = self->partials.items[i - 1];

      release_partial (self, partial, peer);
      if (i > self->partials.n)
        i = self->partials.n;
      else if (self->partials.items[i - 1] == partial)
        i--;
    }
}

void
eng_picker_wrote (EngPicker *self, EngBlock block)
{
  EngPartial *partial = eng_picker_partial (self, block.piece);

  if (partial != NULL && eng_partial_state (partial, block.block) == ENG_BLOCK_RECEIVED)
    set_block (partial, block.block, ENG_BLOCK_WRITTEN, eng_partial_peer (partial, block.block));
}

void
eng_picker_write_failed (EngPicker *self, EngBlock block)
{
  EngPartial *partial = eng_picker_partial (self, block.piece);

  if (partial != NULL && eng_partial_state (partial, block.block) == ENG_BLOCK_RECEIVED)
    free_block (self, partial, block.block);
}

void
eng_picker_senders (const EngPicker *self, uint32_t piece, EngPeer *out)
{
  const EngPartial *partial = eng_picker_partial (self, piece);

  bt_assert (partial != NULL);
  for (uint32_t b = 0; b < partial->n_blocks; b++)
    out[b]
        = eng_partial_state (partial, b) >= ENG_BLOCK_RECEIVED ? eng_partial_peer (partial, b) : 0;
}
