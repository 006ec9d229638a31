/* eng-picker-wishes.c: what the person wants of the picker, and what others ask it. */
#include "client-core/torrent/eng-picker-private.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"

void
eng_picker_set_priority (EngPicker *self, uint32_t piece, unsigned priority)
{
  const EngPartial *partial = eng_picker_partial (self, piece);

  bt_assert (priority < ENG_PRIORITIES);
  if (self->priority[piece] == priority)
    return;
  if (partial != NULL && partial->n_free > 0)
    {
      self->partials.n_open_at[self->priority[piece]]--;
      self->partials.n_open_at[priority]++;
    }
  eng_picker_count (self, piece, false);
  self->priority[piece] = (uint8_t) priority;
  eng_picker_file (self, piece);
  eng_picker_count (self, piece, true);
}

void
eng_picker_set_file_priorities (EngPicker *self, const uint8_t *priorities)
{
  g_autofree uint8_t *highest = g_malloc0 (self->n_pieces);

  for (size_t f = 0; f < self->layout->n_files; f++)
    {
      uint32_t first, end;

      bt_layout_file_pieces (self->layout, f, &first, &end);
      if ((self->layout->files[f].attr & BT_FILE_PAD) != 0)
        continue;
      for (uint32_t i = first; i < end; i++)
        highest[i] = MAX (highest[i], priorities[f]);
    }
  for (uint32_t i = 0; i < self->n_pieces; i++)
    eng_picker_set_priority (self, i, highest[i]);
}

void
eng_picker_hold (EngPicker *self, uint32_t piece, bool hold)
{
  if (hold)
    (void) bt_bitfield_set (&self->held, piece); /* or it is held already, */
  else
    (void) bt_bitfield_unset (&self->held, piece); /* or it was not */
  eng_picker_file (self, piece);
}

void
eng_picker_set_sequential (EngPicker *self, bool sequential)
{
  self->sequential = sequential;
}

static void
remove_deadline (EngPicker *self, uint32_t piece)
{
  for (size_t i = 0; i < self->n_deadlines; i++)
    if (self->deadlines[i].piece == piece)
      {
        memmove (&self->deadlines[i], &self->deadlines[i + 1],
                 (self->n_deadlines - i - 1) * sizeof *self->deadlines);
        self->n_deadlines--;
        return;
      }
}

void
eng_picker_set_deadline (EngPicker *self, uint32_t piece, uint64_t deadline_us)
{
  size_t at;

  bt_assert (piece < self->n_pieces);
  remove_deadline (self, piece);
  if (deadline_us == UINT64_MAX || self->state[piece] == ENG_PIECE_DONE)
    return;
  at = self->n_deadlines;
  while (at > 0 && self->deadlines[at - 1].deadline_us > deadline_us)
    at--;
  self->deadlines = g_renew (EngDeadline, self->deadlines, self->n_deadlines + 1);
  memmove (&self->deadlines[at + 1], &self->deadlines[at],
           (self->n_deadlines - at) * sizeof *self->deadlines);
  self->deadlines[at] = (EngDeadline){ piece, deadline_us };
  self->n_deadlines++;
}

bool
eng_picker_is_interesting (const EngPicker *self, const BtBitfield *have)
{
  return bt_bitfield_next_and (&self->wanted, have, 0) < self->n_pieces;
}

unsigned
eng_picker_priority (const EngPicker *self, uint32_t piece)
{
  bt_assert (piece < self->n_pieces);
  return self->priority[piece];
}

bool
eng_picker_is_wanted (const EngPicker *self, uint32_t piece)
{
  return bt_bitfield_test (&self->wanted, piece);
}

bool
eng_picker_is_complete (const EngPicker *self)
{
  return bt_bitfield_is_none (&self->wanted);
}

bool
eng_picker_is_end_game (const EngPicker *self)
{
  return self->n_free == 0 && self->n_missing > 0;
}

EngPieceState
eng_picker_piece_state (const EngPicker *self, uint32_t piece)
{
  bt_assert (piece < self->n_pieces);
  return (EngPieceState) self->state[piece];
}

EngBlockState
eng_picker_block_state (const EngPicker *self, EngBlock block)
{
  const EngPartial *partial = eng_picker_partial (self, block.piece);

  if (partial != NULL)
    return eng_partial_state (partial, block.block);
  return self->state[block.piece] == ENG_PIECE_DONE ? ENG_BLOCK_WRITTEN : ENG_BLOCK_FREE;
}

EngPickerCounts
eng_picker_counts (const EngPicker *self)
{
  return (EngPickerCounts){
    .free = self->n_free,
    .missing = self->n_missing,
    .requested = self->n_requested,
    .pieces = (uint32_t) self->wanted.n_set,
    .partial = self->partials.n,
  };
}

const BtBitfield *
eng_picker_done (const EngPicker *self)
{
  return &self->done;
}

/* Who has a part in what. */

void
eng_picker_end_parole (EngPicker *self, EngPeer peer)
{
  for (uint32_t i = 0; i < self->partials.n; i++)
    if (self->partials.items[i]->owner == peer)
      self->partials.items[i]->parole = false;
}

static bool
has_part (const EngPartial *partial, EngPeer peer)
{
  for (uint32_t b = 0; b < partial->n_blocks; b++)
    if (eng_partial_state (partial, b) >= ENG_BLOCK_RECEIVED
        && eng_partial_peer (partial, b) == peer)
      return true;
  return false;
}

uint32_t
eng_picker_find_part (const EngPicker *self, EngPeer peer)
{
  for (uint32_t i = 0; i < self->partials.n; i++)
    {
      const EngPartial *partial = self->partials.items[i];

      if (self->state[partial->piece] == ENG_PIECE_PARTIAL && has_part (partial, peer))
        return partial->piece;
    }
  return self->n_pieces;
}
