/* bench-picker.c: nanoseconds of the picker for a block, and of rarity for a piece or a peer.
 *
 * Peers have everything, half of it or little of it; a call asks for many blocks or for one, as a
 * full queue does when a block has come. Each block that is chosen is received at once, so that
 * pieces open and end; that is part of the figure. One core. */
#include <glib.h>
#include <stdio.h>

#include "client-core/torrent/eng-picker.h"
#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-limits.h"

#define PEERS 50
#define CALL_MAX 500

typedef struct
{
  const char *name;
  uint32_t share;    /* of 100: how much the peers have */
  uint32_t call;     /* blocks asked for in a call */
  uint64_t rate_Bps; /* of a peer */
  uint32_t n_blocks; /* of a piece */
  bool sequential;
  bool common; /* peers have the last fifth alone, and one that is not asked has the rest */
} Case;

static const Case cases[] = {
  { "500 a call, peers have all, fast", 100, 500, 50 * BT_MIB, 64, false },
  { "500 a call, half, fast", 50, 500, 50 * BT_MIB, 64, false },
  { "500 a call, half, slow", 50, 500, 1000, 64, false },
  { "500 a call, 2 in 100, slow", 2, 500, 1000, 64, false },
  { "500 a call, half, pieces of a block", 50, 500, 1000, 1, false },
  { "500 a call, half, in sequence", 50, 500, 1000, 64, true },
  { "500 a call, the common ones, slow", 100, 500, 1000, 64, false, true },
  { "500 a call, common ones of a block", 100, 500, 1000, 1, false, true },
  { "1 a call, half, fast", 50, 1, 50 * BT_MIB, 64, false },
  { "1 a call, half, slow", 50, 1, 1000, 64, false },
  { "1 a call, half, pieces of a block", 50, 1, 1000, 1, false },
};

typedef struct
{
  BtFile file;
  BtLayout layout;
  EngPicker *picker;
  BtBitfield have[PEERS];
  uint64_t random;
} Bench;

static double
since_ns (int64_t start_us)
{
  return (double) (g_get_monotonic_time () - start_us) * 1000;
}

static void
bench_init (Bench *bench, uint32_t n_pieces, const Case *c)
{
  uint64_t piece_length = c->n_blocks * BT_BLOCK_LEN;

  *bench = (Bench){ .file = { .length = n_pieces * piece_length, .path = "f" }, .random = 1 };
  if (!bt_layout_place (&bench->layout, &bench->file, 1, piece_length, false))
    g_error ("no layout");
  bench->picker = eng_picker_new (&bench->layout, false, 1);
  eng_picker_set_sequential (bench->picker, c->sequential);
  for (unsigned p = 0; p < PEERS; p++)
    {
      bt_bitfield_init (&bench->have[p], n_pieces);
      for (uint32_t i = 0; i < n_pieces; i++)
        if (c->common ? (p > 0) == (i >= n_pieces / 5 * 4)
                      : eng_random_below (&bench->random, 100) < c->share)
          (void) bt_bitfield_set (&bench->have[p], i); /* fresh for certain */
    }
}

static void
bench_clear (Bench *bench)
{
  eng_picker_free (bench->picker);
  for (unsigned p = 0; p < PEERS; p++)
    bt_bitfield_clear (&bench->have[p]);
}

static void
receive (EngPicker *picker, const EngBlock *got, size_t n, EngPeer peer)
{
  for (size_t i = 0; i < n; i++)
    if (eng_picker_receive (picker, got[i], peer) == ENG_RECEIVED_PIECE)
      eng_picker_passed (picker, got[i].piece);
}

/* Peers keep a full queue each; a block that comes from one makes room for the next. */
static void
case_run (uint32_t n_pieces, const Case *c)
{
  Bench bench;
  static EngBlock queue[PEERS][CALL_MAX];
  size_t n_queue[PEERS] = { 0 };
  uint64_t limit = MIN ((uint64_t) n_pieces * c->n_blocks / 8, UINT64_C (2000000));
  uint64_t n_blocks = 0, n_calls = 0;

  bench_init (&bench, n_pieces, c);
  int64_t start_us = g_get_monotonic_time ();
  for (unsigned p = 0; p < PEERS; p++)
    eng_picker_add_peer (bench.picker, &bench.have[p]);
  double join_ns = since_ns (start_us) / PEERS;

  start_us = g_get_monotonic_time ();
  for (uint64_t turn = 0; n_blocks < limit; turn++)
    {
      unsigned p = c->common ? 1 + turn % (PEERS - 1) : turn % PEERS;
      EngAsk ask = { .peer = p + 1,
                     .have = &bench.have[p],
                     .rate_Bps = c->rate_Bps,
                     .last_piece = n_queue[p] > 0 ? queue[p][n_queue[p] - 1].piece : n_pieces };

      receive (bench.picker, queue[p], n_queue[p], ask.peer);
      n_queue[p] = eng_picker_pick (bench.picker, &ask, queue[p], c->call);
      n_blocks += n_queue[p];
      n_calls++;
      if (n_calls > 2 * limit)
        break;
    }
  double pick_ns = since_ns (start_us);

  printf ("%8u pieces, %-36s %7.0f ns a block %9.2f ms a peer\n", n_pieces, c->name,
          pick_ns / (double) MAX (n_blocks, 1), join_ns / 1e6);
  bench_clear (&bench);
}

static void
have_run (uint32_t n_pieces)
{
  static const Case half = { "", 50, 1, 0, 16, false };
  Bench bench;
  uint32_t n = 0;

  bench_init (&bench, n_pieces, &half);
  for (unsigned p = 0; p < PEERS; p++)
    eng_picker_add_peer (bench.picker, &bench.have[p]);
  int64_t start_us = g_get_monotonic_time ();
  for (; n < 1000000; n++)
    eng_picker_peer_has (bench.picker, eng_random_below (&bench.random, n_pieces));
  printf ("%8u pieces, %-36s %7.0f ns\n", n_pieces, "one HAVE", since_ns (start_us) / n);

  start_us = g_get_monotonic_time ();
  for (n = 0; n < 1000; n++)
    if (!eng_picker_is_interesting (bench.picker, &bench.have[n % PEERS]))
      break;
  printf ("%8u pieces, %-36s %7.0f ns\n", n_pieces, "interest", since_ns (start_us) / n);
  bench_clear (&bench);
}

int
main (void)
{
  static const uint32_t sizes[] = { 10000, 1000000 };

  for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
        case_run (sizes[s], &cases[i]);
      have_run (sizes[s]);
    }
  return 0;
}
