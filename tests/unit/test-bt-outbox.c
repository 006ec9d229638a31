/* test-bt-outbox.c: a long random life beside a simple model, and the memory it keeps. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-outbox.h"

/* What is to be sent, byte for byte, of messages and of blocks, of which the first @begun bytes go
 * before the messages; a block's data is its cookie's lowest byte. */
typedef struct
{
  BtOutbox box;
  GByteArray *messages;
  GByteArray *model; /* of the blocks */
  guint begun;
  GQueue *blocks; /* cookies that have not been told or taken, in order */
  uint64_t cookie;
} Pair;

static void
add_message (Pair *pair, GRand *random)
{
  size_t len = (size_t) g_rand_int_range (random, 1, 60);
  uint8_t *at = bt_outbox_extend (&pair->box, len, BT_LIMIT_OUTBOX);

  g_assert_nonnull (at);
  memset (at, g_rand_int_range (random, 0, 256), len);
  g_byte_array_append (pair->messages, at, (guint) len);
}

static void
add_block (Pair *pair, GRand *random)
{
  BtOutBlock block = { .cookie = ++pair->cookie, .index = (uint32_t) pair->cookie };
  guint had = pair->model->len;
  uint8_t head[BT_PIECE_HEADER_LEN] = { 0, 0, 0, 0, 7 };

  block.length = (uint32_t) g_rand_int_range (random, 1, 60);
  if (!bt_outbox_add_block (&pair->box, &block))
    {
      g_assert_cmpuint (g_queue_get_length (pair->blocks), ==, BT_LIMIT_OUTBOX_BLOCKS);
      return;
    }
  head[3] = (uint8_t) (9 + block.length);
  for (int i = 0; i < 4; i++)
    head[5 + i] = (uint8_t) (block.index >> (24 - 8 * i));
  g_byte_array_append (pair->model, head, sizeof head);
  g_byte_array_set_size (pair->model, had + BT_PIECE_HEADER_LEN + block.length);
  memset (pair->model->data + had + BT_PIECE_HEADER_LEN, (int) block.cookie, block.length);
  g_queue_push_tail (pair->blocks, GSIZE_TO_POINTER ((gsize) block.cookie));
}

/* All that is to be sent, in order. */
static GByteArray *
in_order (const Pair *pair)
{
  GByteArray *all = g_byte_array_new ();

  g_byte_array_append (all, pair->model->data, pair->begun);
  g_byte_array_append (all, pair->messages->data, pair->messages->len);
  if (pair->begun < pair->model->len) /* or there may be no memory of it yet */
    g_byte_array_append (all, pair->model->data + pair->begun, pair->model->len - pair->begun);
  return all;
}

/* Compares all that is queued with the model. */
static void
check (Pair *pair)
{
  g_autofree BtSegment *segments = g_new (BtSegment, 4 * BT_LIMIT_OUTBOX_BLOCKS);
  size_t n = bt_outbox_peek (&pair->box, segments, 4 * BT_LIMIT_OUTBOX_BLOCKS);
  g_autoptr (GByteArray) all = in_order (pair);
  size_t at = 0;

  for (size_t i = 0; i < n; i++)
    {
      g_assert_cmpuint (segments[i].len, >, 0);
      g_assert_cmpuint (segments[i].len, <=, all->len - at);
      if (segments[i].kind == BT_SEGMENT_BYTES)
        g_assert_cmpmem (segments[i].bytes, segments[i].len, all->data + at, segments[i].len);
      else
        for (size_t b = 0; b < segments[i].len; b++)
          g_assert_cmpuint (all->data[at + b], ==, segments[i].cookie & 0xff);
      at += segments[i].len;
    }
  g_assert_cmpuint (at, ==, all->len);
  g_assert_cmpuint (pair->box.queued, ==, at);
  g_assert_cmpuint (bt_outbox_ahead (&pair->box), ==, pair->begun > 0 ? 0 : pair->messages->len);
}

static void
drop (GByteArray *array, guint len)
{
  if (len > 0)
    g_byte_array_remove_range (array, 0, len);
}

/* One byte of what goes next. */
static void
send_one (Pair *pair)
{
  if (pair->begun == 0 && pair->messages->len > 0)
    {
      drop (pair->messages, 1);
      return;
    }
  if (pair->begun == 0)
    pair->begun = 4 + pair->model->data[3]; /* a block begins; the lengths here fit a byte */
  drop (pair->model, 1);
  pair->begun--;
}

static void
send_some (Pair *pair, GRand *random)
{
  guint len = (guint) g_rand_int_range (random, 0, 200);

  len = MIN (len, (guint) pair->box.queued);
  bt_outbox_advance (&pair->box, len);
  for (guint i = 0; i < len; i++)
    send_one (pair);
}

static void
tell_done (Pair *pair)
{
  BtOutBlock block;

  while (bt_outbox_next_done (&pair->box, &block))
    g_assert_cmpuint (GPOINTER_TO_SIZE (g_queue_pop_head (pair->blocks)), ==, block.cookie);
}

/* Takes a block out of both; the model finds its header, the cookie being its index. */
static void
take_block (Pair *pair, const BtOutBlock *block)
{
  uint8_t head[9] = { 0, 0, 0, (uint8_t) (9 + block->length), 7 };

  for (int i = 0; i < 4; i++)
    head[5 + i] = (uint8_t) (block->index >> (24 - 8 * i));
  for (guint at = pair->begun;; at++)
    {
      g_assert_cmpuint (at + sizeof head, <=, pair->model->len);
      if (memcmp (pair->model->data + at, head, sizeof head) == 0)
        {
          g_byte_array_remove_range (pair->model, at, BT_PIECE_HEADER_LEN + block->length);
          break;
        }
    }
  g_assert_true (g_queue_remove (pair->blocks, GSIZE_TO_POINTER ((gsize) block->cookie)));
}

static void
remove_some (Pair *pair, GRand *random)
{
  guint n = g_queue_get_length (pair->blocks);
  BtOutBlock block;

  if (n == 0)
    return;
  if (g_rand_boolean (random))
    {
      if (bt_outbox_steal_block (&pair->box, false, &block))
        take_block (pair, &block);
      return;
    }
  block.index = GPOINTER_TO_UINT (
      g_queue_peek_nth (pair->blocks, (guint) g_rand_int_range (random, 0, (gint32) n)));
  for (uint32_t length = 1; length < 60; length++)
    if (bt_outbox_remove_block (&pair->box, block.index, 0, length, &block))
      {
        take_block (pair, &block);
        break;
      }
}

static void
test_life (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  Pair pair
      = { .messages = g_byte_array_new (), .model = g_byte_array_new (), .blocks = g_queue_new () };

  bt_outbox_init (&pair.box);
  for (int turn = 0; turn < 20000; turn++)
    {
      /* by turns it fills and empties */
      int choice = g_rand_int_range (random, 0, turn / 1000 % 2 == 0 ? 8 : 14);

      if (choice < 3)
        add_message (&pair, random);
      else if (choice < 7)
        add_block (&pair, random);
      else if (choice == 7)
        remove_some (&pair, random);
      else
        send_some (&pair, random);
      if (choice % 3 == 0)
        tell_done (&pair);
      if (turn % 16 == 0)
        check (&pair);
    }
  bt_outbox_advance (&pair.box, pair.box.queued);
  tell_done (&pair);
  g_assert_cmpuint (g_queue_get_length (pair.blocks), ==, 0);
  bt_outbox_clear (&pair.box);
  g_byte_array_unref (pair.messages);
  g_byte_array_unref (pair.model);
  g_queue_free (pair.blocks);
}

/* Hovering below the limit, the buffer stays within twice of it; empty, it gives memory back. */
static void
test_memory (void)
{
  BtOutbox box;

  bt_outbox_init (&box);
  while (bt_outbox_extend (&box, 100, BT_LIMIT_OUTBOX) != NULL)
    ;
  for (int i = 0; i < 100000; i++)
    {
      bt_outbox_advance (&box, 100);
      g_assert_nonnull (bt_outbox_extend (&box, 100, BT_LIMIT_OUTBOX));
    }
  g_assert_cmpuint (box.bytes.size, <=, 2 * BT_LIMIT_OUTBOX);
  bt_outbox_advance (&box, box.queued);
  g_assert_cmpuint (box.bytes.size, ==, 0);
  bt_outbox_clear (&box);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/life", test_life);
  g_test_add_func ("/outbox/memory", test_memory);
  return g_test_run ();
}
