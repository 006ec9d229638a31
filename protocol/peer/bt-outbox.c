/* bt-outbox.c: a buffer of messages, and a queue of blocks behind it. */
#include "protocol/peer/bt-outbox.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-wire-format-private.h"

#define KEEP_LEN (64 * BT_KIB) /* an empty buffer above this gives its memory back */
#define MIN_ENTRIES 8

void
bt_outbox_init (BtOutbox *self)
{
  *self = (BtOutbox){ 0 };
  /* Twice the limit: when the buffer is full, half of it has been sent, so that moving the rest to
   * the front is paid for by as many bytes sent. */
  bt_buffer_init (&self->bytes, 2 * BT_LIMIT_OUTBOX);
}

void
bt_outbox_clear (BtOutbox *self)
{
  bt_buffer_clear (&self->bytes);
  g_free (self->entries);
  bt_outbox_init (self);
}

size_t
bt_outbox_bytes (const BtOutbox *self)
{
  return self->bytes.len - self->read;
}

size_t
bt_outbox_blocks (const BtOutbox *self)
{
  return self->n - self->done;
}

/* Forgets the bytes that have been sent. */
static void
compact_bytes (BtOutbox *self)
{
  bt_buffer_consume (&self->bytes, self->read);
  self->read = 0;
  if (self->bytes.len == 0 && self->bytes.size > KEEP_LEN)
    bt_buffer_clear (&self->bytes);
}

uint8_t *
bt_outbox_extend (BtOutbox *self, size_t len, size_t limit)
{
  size_t waiting = bt_outbox_bytes (self);
  uint8_t *at;

  bt_assert (limit <= BT_LIMIT_OUTBOX);
  if (waiting > limit || len > limit - waiting)
    return NULL;
  if (self->read >= waiting && self->bytes.len + len > self->bytes.size)
    compact_bytes (self);
  at = bt_buffer_extend (&self->bytes, len);
  bt_assert (at != NULL);
  self->queued += len;
  return at;
}

/* Room for one more entry: by dropping those that were told, or by growing. */
static void
make_room (BtOutbox *self)
{
  size_t live = self->n - self->done;

  if (self->n < self->size)
    return;
  if (self->done > 0 && self->done >= live)
    {
      memmove (self->entries, self->entries + self->done, live * sizeof *self->entries);
      self->front -= self->done;
      self->n = live;
      self->done = 0;
      return;
    }
  self->size = self->size > 0 ? 2 * self->size : MIN_ENTRIES;
  self->entries = g_renew (BtOutEntry, self->entries, self->size);
}

static void
write_header (uint8_t *out, const BtOutBlock *block)
{
  out = bt_wire_write_u32 (out, block->length + (BT_PIECE_HEADER_LEN - BT_WIRE_PREFIX_LEN));
  *out++ = BT_WIRE_ID_PIECE;
  out = bt_wire_write_u32 (out, block->index);
  (void) bt_wire_write_u32 (out, block->begin); /* the end of the header */
}

bool
bt_outbox_add_block (BtOutbox *self, const BtOutBlock *block)
{
  BtOutEntry *entry;

  bt_assert (block->length > 0 && block->length <= BT_LIMIT_REQUEST);
  if (bt_outbox_blocks (self) >= BT_LIMIT_OUTBOX_BLOCKS)
    return false;
  make_room (self);
  entry = &self->entries[self->n++];
  entry->block = *block;
  write_header (entry->header, block);
  self->queued += BT_PIECE_HEADER_LEN + block->length;
  return true;
}

static void
remove_at (BtOutbox *self, size_t i, BtOutBlock *out)
{
  *out = self->entries[i].block;
  self->n--;
  memmove (self->entries + i, self->entries + i + 1, (self->n - i) * sizeof *self->entries);
  self->queued -= BT_PIECE_HEADER_LEN + out->length;
}

bool
bt_outbox_remove_block (BtOutbox *self, uint32_t index, uint32_t begin, uint32_t length,
                        BtOutBlock *out)
{
  for (size_t i = self->front + (self->front_sent > 0); i < self->n; i++)
    {
      const BtOutBlock *block = &self->entries[i].block;

      if (block->index == index && block->begin == begin && block->length == length)
        {
          remove_at (self, i, out);
          return true;
        }
    }
  return false;
}

bool
bt_outbox_steal_block (BtOutbox *self, bool begun, BtOutBlock *out)
{
  size_t first = self->front + (self->front_sent > 0 && !begun);

  if (self->n <= first)
    return false;
  if (self->n - 1 == self->front)
    {
      self->queued += self->front_sent;
      self->front_sent = 0;
    }
  remove_at (self, self->n - 1, out);
  return true;
}

/* The segments of one block: what is left of its header, and of its data. */
static size_t
peek_block (const BtOutEntry *entry, uint32_t sent, BtSegment *out, size_t n)
{
  size_t used = 0;

  if (sent < BT_PIECE_HEADER_LEN)
    {
      out[used++] = (BtSegment){ .kind = BT_SEGMENT_BYTES,
                                 .bytes = entry->header + sent,
                                 .len = BT_PIECE_HEADER_LEN - sent };
      sent = BT_PIECE_HEADER_LEN;
    }
  if (used < n)
    out[used++] = (BtSegment){ .kind = BT_SEGMENT_BLOCK,
                               .cookie = entry->block.cookie,
                               .offset = sent - BT_PIECE_HEADER_LEN,
                               .len = entry->block.length - (sent - BT_PIECE_HEADER_LEN) };
  return used;
}

size_t
bt_outbox_ahead (const BtOutbox *self)
{
  return self->front_sent == 0 ? bt_outbox_bytes (self) : 0;
}

size_t
bt_outbox_peek (const BtOutbox *self, BtSegment *out, size_t n)
{
  size_t i = self->front;
  size_t used = 0;

  if (self->front_sent > 0)
    used = peek_block (&self->entries[i++], self->front_sent, out, n);
  if (used < n && bt_outbox_bytes (self) > 0)
    out[used++] = (BtSegment){ .kind = BT_SEGMENT_BYTES,
                               .bytes = self->bytes.data + self->read,
                               .len = bt_outbox_bytes (self) };
  for (; i < self->n && used < n; i++)
    used += peek_block (&self->entries[i], 0, out + used, n - used);
  return used;
}

static size_t
advance_bytes (BtOutbox *self, uint64_t len)
{
  size_t n = (size_t) MIN (len, bt_outbox_bytes (self));

  self->read += n;
  if (self->read == self->bytes.len)
    compact_bytes (self);
  return n;
}

static size_t
advance_block (BtOutbox *self, uint64_t len)
{
  uint32_t left = BT_PIECE_HEADER_LEN + self->entries[self->front].block.length - self->front_sent;
  uint32_t n = (uint32_t) MIN (len, left);

  self->front_sent += n;
  if (n == left)
    {
      self->front++;
      self->front_sent = 0;
    }
  return n;
}

void
bt_outbox_advance (BtOutbox *self, uint64_t len)
{
  bt_assert (len <= self->queued);
  self->queued -= len;
  while (len > 0)
    len -= bt_outbox_ahead (self) > 0 ? advance_bytes (self, len) : advance_block (self, len);
}

bool
bt_outbox_next_done (BtOutbox *self, BtOutBlock *out)
{
  if (self->done == self->front)
    return false;
  *out = self->entries[self->done++].block;
  if (self->done == self->n)
    self->done = self->front = self->n = 0;
  return true;
}
