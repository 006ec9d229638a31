/* bt-outbox.h: what waits to be sent on one connection: bytes of messages, and blocks of data that
 * stay where they are.
 *
 * Two queues. Messages run together in one buffer, and go before every block that has not begun:
 * below a limit on what is sent, what we ask for and have would otherwise come minutes late, and no
 * message speaks of where it stands among blocks. A block is a cookie and a length, and its 13
 * bytes of header lie beside it, so that one that has not begun can be taken out. The reader sees
 * segments, for writev, and says how many bytes went. Bounded by BT_LIMIT_OUTBOX and
 * BT_LIMIT_OUTBOX_BLOCKS. One owner. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-buffer.h"

#define BT_PIECE_HEADER_LEN 13 /* a piece message up to its data: length, id, index, begin */

typedef enum
{
  BT_SEGMENT_BYTES,
  BT_SEGMENT_BLOCK
} BtSegmentKind;

typedef struct
{
  BtSegmentKind kind;
  size_t len;           /* bytes, at least one */
  const uint8_t *bytes; /* BYTES: lent until the outbox is next written to or advanced */
  uint64_t cookie;      /* BLOCK: whose data */
  uint32_t offset;      /* BLOCK: the first byte to send, counted from the block's own beginning */
} BtSegment;

/* One block to send, as the peer asked for it. */
typedef struct
{
  uint64_t cookie; /* the owner's name for the data; never looked at here */
  uint32_t index;
  uint32_t begin;
  uint32_t length;
} BtOutBlock;

/* A block in the queue. */
typedef struct
{
  BtOutBlock block;
  uint8_t header[BT_PIECE_HEADER_LEN];
} BtOutEntry;

typedef struct
{
  BtBuffer bytes;
  size_t read;         /* bytes of the buffer that have been sent */
  BtOutEntry *entries; /* [done, front): sent and not yet told; [front, n): to send */
  size_t size;
  size_t done;
  size_t front;
  size_t n;
  uint32_t front_sent; /* bytes of the front entry, header included, that have been sent */
  uint64_t queued;     /* bytes to send, of messages and blocks */
} BtOutbox;

void bt_outbox_init (BtOutbox *self);
void bt_outbox_clear (BtOutbox *self);

/* Bytes of messages that wait; blocks that wait or have not been told. */
size_t bt_outbox_bytes (const BtOutbox *self);
size_t bt_outbox_blocks (const BtOutbox *self);
/* Bytes of messages that go next; 0 while a block has begun that is not sent whole. */
size_t bt_outbox_ahead (const BtOutbox *self);

/* Room for a message of @len bytes, to be filled at once; NULL when more than @limit bytes of
 * messages would wait. @limit is at most BT_LIMIT_OUTBOX. */
uint8_t *bt_outbox_extend (BtOutbox *self, size_t len, size_t limit);

/* Queues a block behind the others. False when there are too many. */
bool bt_outbox_add_block (BtOutbox *self, const BtOutBlock *block);

/* Takes out the block that is @index, @begin and @length, unless its header has begun to go. */
bool bt_outbox_remove_block (BtOutbox *self, uint32_t index, uint32_t begin, uint32_t length,
                             BtOutBlock *out);

/* Takes out the last block; with @begun also one of which a part was sent, whereupon the rest of
 * the queue makes no sense. */
bool bt_outbox_steal_block (BtOutbox *self, bool begun, BtOutBlock *out);

/* The next segments, at most @n; returns how many. */
size_t bt_outbox_peek (const BtOutbox *self, BtSegment *out, size_t n);

/* @len bytes went, from the front; no more than are queued. */
void bt_outbox_advance (BtOutbox *self, uint64_t len);

/* A block that has been sent to its last byte; each is told once, in order. */
bool bt_outbox_next_done (BtOutbox *self, BtOutBlock *out);
