/* bench-wire.c: what the wire costs: messages a second in and out, and blocks from memory to
 * memory.
 *
 * Blocks are measured three ways: the machine alone, which touches no data; with the data copied
 * once, as from a receive buffer; and sending. One core; the median of the turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-wire.h"

#define TURNS 15
#define N 1024 /* messages in a run of the input */
#define BLOCK ((uint32_t) BT_BLOCK_LEN)

static const BtWireConfig config = { { N, BLOCK, BLOCK }, true, true };

static uint64_t seen; /* so that no event is for nothing */

/* Adds one message of three numbers at most; a block's data follows when @data is not 0. */
static void
add_message (GByteArray *out, uint8_t id, const uint32_t *numbers, size_t n, uint32_t data)
{
  uint32_t len = GUINT32_TO_BE ((uint32_t) (1 + 4 * n) + data);

  bt_assert (n <= 3);
  g_byte_array_append (out, (const uint8_t *) &len, 4);
  g_byte_array_append (out, &id, 1);
  for (size_t i = 0; i < n; i++)
    {
      uint32_t number = GUINT32_TO_BE (numbers[i]);

      g_byte_array_append (out, (const uint8_t *) &number, 4);
    }
  g_byte_array_set_size (out, out->len + data);
}

static GByteArray *
make_input (uint8_t id, size_t n_numbers, uint32_t data)
{
  GByteArray *out = g_byte_array_new ();

  for (uint32_t i = 0; i < N; i++)
    {
      const uint32_t numbers[] = { i, 0, BLOCK };

      add_message (out, id, numbers, n_numbers, data);
    }
  return out;
}

static void
pull (BtWire *wire)
{
  BtWireEvent event;

  while (bt_wire_next_event (wire, &event))
    {
      seen += event.index;
      if (event.type == BT_WIRE_REQUEST)
        wire->requests = 0; /* as if it had been answered */
    }
}

/* Reads as a driver does, in parts of @part bytes; data goes to @block unless that is NULL. */
static void
read_all (BtWire *wire, const GByteArray *in, size_t part, uint8_t *block)
{
  for (size_t at = 0; at < in->len;)
    {
      size_t end = MIN (at + part, in->len);

      while (at < end)
        {
          size_t used;

          if (bt_wire_want (wire, &used))
            {
              used = MIN (used, end - at);
              if (block != NULL)
                memcpy (block, in->data + at, used);
              bt_wire_took (wire, used, 0);
            }
          else
            used = bt_wire_input (wire, in->data + at, end - at, 0);
          at += used;
          pull (wire);
        }
    }
}

static void
write_haves (BtWire *wire)
{
  BtSegment segment;

  for (uint32_t i = 0; i < N; i++)
    bt_wire_send_have (wire, i);
  while (bt_wire_next_output (wire, &segment))
    bt_wire_sent (wire, segment.len, 0);
}

/* Queues as an upload does, 16 blocks at a time, and sends them in two writes. */
static void
write_blocks (BtWire *wire)
{
  for (uint32_t i = 0; i < N; i += 16)
    {
      BtSegment segments[32];

      for (uint32_t j = i; j < i + 16; j++)
        seen += bt_wire_send_piece (wire, j, 0, BLOCK, j);
      while (bt_wire_queued (wire) > 0)
        {
          size_t n = bt_wire_peek_output (wire, segments, G_N_ELEMENTS (segments));
          uint64_t len = 0;

          for (size_t k = 0; k < n; k++)
            len += segments[k].len;
          bt_wire_sent (wire, (len + 1) / 2 + 1 < len ? len / 2 + 1 : len, 0);
          pull (wire);
        }
    }
}

typedef enum
{
  READ,
  READ_COPIED,
  WRITE_HAVES,
  WRITE_BLOCKS
} Work;

typedef struct
{
  const char *name;
  Work work;
  uint8_t id;
  size_t n_numbers;
  uint32_t data;
  size_t part;
} Case;

static const Case cases[] = {
  { "have, read in 64 KiB", READ, 4, 1, 0, 65536 },
  { "have, read in 1448 bytes", READ, 4, 1, 0, 1448 },
  { "request, read in 64 KiB", READ, 6, 3, 0, 65536 },
  { "block, machine alone", READ, 7, 2, BLOCK, 65536 },
  { "block, machine, 1448 bytes", READ, 7, 2, BLOCK, 1448 },
  { "block, copied once", READ_COPIED, 7, 2, BLOCK, 65536 },
  { "have, sent", WRITE_HAVES, 0, 0, 0, 0 },
  { "block, sent by reference", WRITE_BLOCKS, 0, 0, 0, 0 },
};

static void
run (const Case *c, BtWire *wire, const GByteArray *in, uint8_t *block)
{
  switch (c->work)
    {
    case READ:
      read_all (wire, in, c->part, NULL);
      break;
    case READ_COPIED:
      read_all (wire, in, c->part, block);
      break;
    case WRITE_HAVES:
      write_haves (wire);
      break;
    case WRITE_BLOCKS:
      write_blocks (wire);
      break;
    }
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
case_run (const Case *c)
{
  g_autoptr (GByteArray) in = make_input (c->id, c->n_numbers, c->data);
  g_autofree uint8_t *block = g_malloc (BLOCK);
  bool blocks = c->data > 0 || c->work == WRITE_BLOCKS;
  double ns[TURNS];
  BtWire wire;

  bt_wire_init (&wire, &config, 0);
  bt_wire_send_unchoke (&wire);
  bt_wire_sent (&wire, bt_wire_queued (&wire), 0);
  for (int t = 0; t < TURNS; t++)
    {
      unsigned times = 0;
      int64_t start_us = g_get_monotonic_time ();
      int64_t now_us = start_us;

      for (; now_us - start_us < 20000; times++, now_us = g_get_monotonic_time ())
        run (c, &wire, in, block);
      ns[t] = (double) (now_us - start_us) * 1e3 / times / N;
    }
  qsort (ns, TURNS, sizeof *ns, compare_doubles);
  printf ("%-28s %9.1f ns %9.2f M/s", c->name, ns[TURNS / 2], 1e3 / ns[TURNS / 2]);
  if (blocks)
    printf (" %9.1f GiB/s", BLOCK / ns[TURNS / 2] * 1e9 / (1024.0 * 1024.0 * 1024.0));
  printf ("\n");
  if (wire.error != BT_WIRE_OK)
    printf ("ended: %s\n", bt_wire_error_name (wire.error));
  bt_wire_clear (&wire);
}

int
main (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    case_run (&cases[i]);
  return seen > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
