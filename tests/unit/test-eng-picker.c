/* test-eng-picker.c: the states of pieces and blocks, and the order of choice case by case. */
#include <glib.h>

#include "client-core/torrent/eng-picker.h"
#include "protocol/core/bt-limits.h"

#define KIB BT_KIB
#define MIB BT_MIB

/* A torrent of one file. */
typedef struct
{
  BtFile file;
  BtLayout layout;
  EngPicker *picker;
  BtBitfield all;
} One;

static void
one_init (One *one, uint32_t n_pieces, uint64_t piece_length, uint64_t seed)
{
  *one = (One){ .file = { .length = n_pieces * piece_length, .path = "f" } };
  g_assert_true (bt_layout_place (&one->layout, &one->file, 1, piece_length, false));
  one->picker = eng_picker_new (&one->layout, false, seed);
  bt_bitfield_init (&one->all, n_pieces);
  bt_bitfield_set_range (&one->all, 0, n_pieces);
  eng_picker_add_peer (one->picker, &one->all);
}

static void
one_clear (One *one)
{
  eng_picker_free (one->picker);
  bt_bitfield_clear (&one->all);
}

static EngAsk
ask_of (const One *one, EngPeer peer)
{
  return (EngAsk){ .peer = peer, .have = &one->all, .last_piece = one->layout.n_pieces };
}

static void
receive_piece (EngPicker *picker, uint32_t piece, EngPeer peer)
{
  for (uint32_t b = 0; b < eng_picker_n_blocks (picker, piece); b++)
    (void) eng_picker_receive (picker, (EngBlock){ piece, b }, peer); /* the state is asked below */
  g_assert_cmpint (eng_picker_piece_state (picker, piece), ==, ENG_PIECE_HASHING);
}

/* Past the pieces that are chosen at random. */
static void
pass_first (EngPicker *picker, uint32_t n)
{
  for (uint32_t i = 0; i < n; i++)
    eng_picker_passed (picker, i);
}

static void
test_life (void)
{
  One one;
  EngBlock got[8];
  EngPeer senders[4];

  one_init (&one, 1, 64 * KIB, 1);
  EngAsk ask = ask_of (&one, 7);
  g_assert_true (eng_picker_is_interesting (one.picker, &one.all));
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 3), ==, 3);
  g_assert_cmpint (eng_picker_block_state (one.picker, got[0]), ==, ENG_BLOCK_REQUESTED);
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got + 3, 5), ==, 1);
  g_assert_cmpuint (eng_picker_counts (one.picker).requested, ==, 4);
  g_assert_true (eng_picker_is_end_game (one.picker));
  for (unsigned i = 0; i < 4; i++)
    {
      g_assert_cmpuint (got[i].block, ==, i);
      g_assert_cmpint (eng_picker_receive (one.picker, got[i], 7 + i), ==,
                       i < 3 ? ENG_RECEIVED_BLOCK : ENG_RECEIVED_PIECE);
      g_assert_cmpint (eng_picker_receive (one.picker, got[i], 7), ==, ENG_RECEIVED_STALE);
    }
  eng_picker_wrote (one.picker, got[0]);
  g_assert_cmpint (eng_picker_block_state (one.picker, got[0]), ==, ENG_BLOCK_WRITTEN);
  eng_picker_senders (one.picker, 0, senders);
  for (unsigned i = 0; i < 4; i++)
    g_assert_cmpuint (senders[i], ==, 7 + i);
  eng_picker_write_failed (one.picker, got[2]);
  g_assert_cmpint (eng_picker_piece_state (one.picker, 0), ==, ENG_PIECE_PARTIAL);
  g_assert_cmpuint (eng_picker_counts (one.picker).free, ==, 1);
  g_assert_cmpint (eng_picker_receive (one.picker, got[2], 1), ==, ENG_RECEIVED_PIECE);
  eng_picker_failed (one.picker, 0);
  g_assert_cmpuint (eng_picker_counts (one.picker).free, ==, 4);
  receive_piece (one.picker, 0, 3);
  g_assert_false (eng_picker_is_complete (one.picker));
  eng_picker_passed (one.picker, 0);
  g_assert_true (eng_picker_is_complete (one.picker));
  g_assert_false (eng_picker_is_interesting (one.picker, &one.all));
  g_assert_cmpuint (eng_picker_done (one.picker)->n_set, ==, 1);
  eng_picker_lost (one.picker, 0);
  g_assert_true (eng_picker_is_wanted (one.picker, 0));
  one_clear (&one);
}

/* One block that was not good goes back alone; when all do, the piece is fresh. */
static void
test_spoilt (void)
{
  One one;
  EngBlock got[4];

  one_init (&one, 1, 64 * KIB, 1);
  receive_piece (one.picker, 0, 3);
  g_assert_cmpint (eng_picker_piece_state (one.picker, 0), ==, ENG_PIECE_HASHING);
  eng_picker_spoilt (one.picker, (EngBlock){ 0, 2 });
  g_assert_cmpint (eng_picker_piece_state (one.picker, 0), ==, ENG_PIECE_PARTIAL);
  g_assert_cmpint (eng_picker_block_state (one.picker, (EngBlock){ 0, 2 }), ==, ENG_BLOCK_FREE);
  g_assert_cmpint (eng_picker_block_state (one.picker, (EngBlock){ 0, 1 }), ==, ENG_BLOCK_RECEIVED);
  g_assert_cmpuint (eng_picker_counts (one.picker).free, ==, 1);
  EngAsk ask = ask_of (&one, 7);
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 4), ==, 1);
  g_assert_cmpuint (got[0].block, ==, 2);
  g_assert_cmpint (eng_picker_receive (one.picker, got[0], 7), ==, ENG_RECEIVED_PIECE);
  for (uint32_t i = 0; i < 4; i++)
    eng_picker_spoilt (one.picker, (EngBlock){ 0, i });
  g_assert_cmpint (eng_picker_piece_state (one.picker, 0), ==, ENG_PIECE_FRESH);
  g_assert_cmpuint (eng_picker_counts (one.picker).free, ==, 4);
  one_clear (&one);
}

/* The last piece is short, in v2 each file's last piece, and one block may be of a few bytes. */
static void
test_sizes (void)
{
  BtFile files[3] = { { .length = 100 * KIB }, { .length = 1 }, { .length = 40 * KIB } };
  static const struct
  {
    bool aligned;
    uint32_t n_pieces;
    uint32_t blocks[4];
  } cases[] = { { false, 3, { 4, 4, 1 } }, { true, 4, { 4, 3, 1, 3 } } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtLayout layout;
      EngPicker *picker;
      uint64_t sum = 0;

      g_assert_true (bt_layout_place (&layout, files, 3, 64 * KIB, cases[i].aligned));
      picker = eng_picker_new (&layout, cases[i].aligned, 1);
      g_assert_cmpuint (layout.n_pieces, ==, cases[i].n_pieces);
      for (uint32_t p = 0; p < layout.n_pieces; p++)
        {
          g_assert_cmpuint (eng_picker_n_blocks (picker, p), ==, cases[i].blocks[p]);
          sum += cases[i].blocks[p];
        }
      g_assert_cmpuint (eng_picker_counts (picker).missing, ==, sum);
      eng_picker_free (picker);
    }
}

/* A torrent of empty files has no piece and is complete from the start. */
static void
test_empty (void)
{
  BtFile file = { .length = 0, .path = "f" };
  BtLayout layout;
  BtBitfield none = { 0 };
  EngBlock got;

  g_assert_true (bt_layout_place (&layout, &file, 1, 64 * KIB, false));
  EngPicker *picker = eng_picker_new (&layout, false, 1);
  EngAsk ask = { .peer = 1, .have = &none };
  eng_picker_add_peer (picker, &none);
  g_assert_true (eng_picker_is_complete (picker));
  g_assert_false (eng_picker_is_end_game (picker));
  g_assert_false (eng_picker_is_interesting (picker, &none));
  g_assert_cmpuint (eng_picker_pick (picker, &ask, &got, 1), ==, 0);
  eng_picker_remove_peer (picker, &none);
  eng_picker_free (picker);
}

static void
test_file_priorities (void)
{
  BtFile files[4] = {
    { .length = 100 * KIB },
    { .length = 28 * KIB, .attr = BT_FILE_PAD },
    { .length = 64 * KIB },
    { .length = 10 * KIB },
  };
  static const uint8_t wishes[4] = { 0, 7, 6, 1 };
  BtLayout layout;
  EngBlock got[16];
  BtBitfield all;

  g_assert_true (bt_layout_place (&layout, files, 4, 64 * KIB, false));
  g_autofree uint8_t *priorities = g_memdup2 (wishes, sizeof wishes);
  EngPicker *picker = eng_picker_new (&layout, false, 1);
  bt_bitfield_init (&all, layout.n_pieces);
  bt_bitfield_set_range (&all, 0, layout.n_pieces);
  eng_picker_add_peer (picker, &all);
  eng_picker_set_file_priorities (picker, priorities);
  g_assert_cmpuint (eng_picker_counts (picker).pieces, ==, 2);
  EngAsk ask = { .peer = 1, .have = &all, .last_piece = layout.n_pieces };
  g_assert_cmpuint (eng_picker_pick (picker, &ask, got, 16), ==, 5);
  for (unsigned i = 0; i < 5; i++)
    g_assert_cmpuint (got[i].piece, ==, i < 4 ? 2 : 3);
  priorities[2] = 0;
  eng_picker_set_file_priorities (picker, priorities);
  g_assert_cmpuint (eng_picker_counts (picker).pieces, ==, 1);
  g_assert_cmpuint (eng_picker_counts (picker).missing, ==, 1);
  eng_picker_passed (picker, 3);
  g_assert_true (eng_picker_is_complete (picker));
  priorities[0] = 1;
  eng_picker_set_file_priorities (picker, priorities);
  g_assert_false (eng_picker_is_complete (picker));
  eng_picker_free (picker);
  bt_bitfield_clear (&all);
}

/* Of 40 pieces, the first four are done; 30 to 34 are one rarer than 35 to 39, those than the rest.
 */
static void
rare_swarm (One *one, uint64_t seed)
{
  one_init (one, 40, 32 * KIB, seed);
  pass_first (one->picker, 4);
  for (uint32_t i = 0; i < 35; i++)
    eng_picker_peer_has (one->picker, i);
  for (uint32_t i = 0; i < 30; i++)
    eng_picker_peer_has (one->picker, i);
  for (uint32_t i = 30; i < 35; i++)
    g_assert_cmpuint (eng_picker_availability (one->picker, i), ==, 2);
}

static void
test_rarest (void)
{
  for (uint64_t seed = 1; seed < 50; seed++)
    {
      One one;
      EngBlock got[22];

      rare_swarm (&one, seed);
      EngAsk ask = ask_of (&one, 1);
      g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 22), ==, 22);
      for (unsigned i = 0; i < 22; i++)
        {
          uint32_t n = eng_picker_availability (one.picker, got[i].piece);

          g_assert_cmpuint (n, ==, i < 10 ? 1 : i < 20 ? 2 : 3);
          g_assert_cmpuint (got[i].block, ==, i % 2);
        }
      one_clear (&one);
    }
}

/* A torrent so large that a look at the rarest does not find the one piece that the peer has. */
static void
test_needle (void)
{
  One one;
  BtBitfield few;
  EngBlock got[8];

  one_init (&one, 5000, 16 * KIB, 3);
  pass_first (one.picker, 4);
  bt_bitfield_init (&few, 5000);
  bt_bitfield_set_range (&few, 4000, 4003);
  eng_picker_add_peer (one.picker, &few);
  eng_picker_peer_has (one.picker, 4000);
  eng_picker_peer_has (one.picker, 4002);
  EngAsk ask = { .peer = 1, .have = &few, .last_piece = 5000 };
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 8), ==, 3);
  g_assert_cmpuint (got[0].piece, ==, 4001);
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 8), ==, 0);
  bt_bitfield_clear (&few);
  one_clear (&one);
}

/* The first four pieces are spread over all, although one is rarer than the rest. */
static void
test_random_first (void)
{
  unsigned n_rarest = 0;

  for (uint64_t seed = 0; seed < 200; seed++)
    {
      One one;
      EngBlock got;

      one_init (&one, 40, 16 * KIB, seed);
      for (uint32_t i = 1; i < 40; i++)
        eng_picker_peer_has (one.picker, i);
      EngAsk ask = ask_of (&one, 1);
      g_assert_cmpuint (eng_picker_pick (one.picker, &ask, &got, 1), ==, 1);
      n_rarest += got.piece == 0;
      one_clear (&one);
    }
  g_assert_cmpuint (n_rarest, <, 20);
}

static void
test_partial_first (void)
{
  One one;
  EngBlock got[16];

  one_init (&one, 40, 128 * KIB, 1);
  pass_first (one.picker, 4);
  EngAsk slow = ask_of (&one, 1), other = ask_of (&one, 2);
  g_assert_cmpuint (eng_picker_pick (one.picker, &slow, got, 3), ==, 3);
  g_assert_cmpuint (eng_picker_pick (one.picker, &other, got + 3, 6), ==, 6);
  for (unsigned i = 0; i < 8; i++)
    {
      g_assert_cmpuint (got[i].piece, ==, got[0].piece);
      g_assert_cmpuint (got[i].block, ==, i);
    }
  g_assert_cmpuint (got[8].piece, !=, got[0].piece);
  eng_picker_release_peer (one.picker, 1);
  g_assert_cmpuint (eng_picker_pick (one.picker, &other, got, 3), ==, 3);
  g_assert_cmpuint (eng_picker_counts (one.picker).requested, ==, 9);
  g_assert_cmpuint (eng_picker_counts (one.picker).partial, ==, 2);
  eng_picker_release_peer (one.picker, 2);
  g_assert_cmpuint (eng_picker_counts (one.picker).partial, ==, 0);
  g_assert_cmpuint (eng_picker_counts (one.picker).requested, ==, 0);
  one_clear (&one);
}

/* A fast peer is alone in its piece as long as there is another one for the others, and goes on
 * with the neighbour; a slow one never joins a piece of a peer on parole. */
static void
test_whole (void)
{
  One one;
  EngBlock fast_got[64], got[64];

  one_init (&one, 24, 1 * MIB, 1);
  pass_first (one.picker, 4);
  EngAsk fast = ask_of (&one, 1), slow = ask_of (&one, 2);
  fast.rate_Bps = MIB / 20 + 1;
  slow.rate_Bps = MIB / 20;
  g_assert_cmpuint (eng_picker_pick (one.picker, &fast, fast_got, 10), ==, 10);
  g_assert_cmpuint (eng_picker_pick (one.picker, &slow, got, 10), ==, 10);
  g_assert_cmpuint (got[0].piece, !=, fast_got[0].piece);
  fast.last_piece = fast_got[0].piece;
  g_assert_cmpuint (eng_picker_pick (one.picker, &fast, fast_got + 10, 54), ==, 54);
  g_assert_cmpuint (fast_got[10].piece, ==, fast_got[0].piece);
  g_assert_cmpuint (fast_got[10].block, ==, 10);
  g_assert_cmpuint (fast_got[63].piece, ==, fast_got[0].piece);
  one_clear (&one);
}

static void
test_extent (void)
{
  static const struct
  {
    uint64_t rate_Bps;
    uint32_t run; /* pieces of an extent */
  } cases[] = { { 1 * MIB, 8 }, { 500 * MIB, 8 }, { 4 * MIB / 20 + 1, 4 } };

  for (size_t c = 0; c < G_N_ELEMENTS (cases); c++)
    for (uint64_t seed = 0; seed < 20; seed++)
      {
        One one;
        EngBlock got[1];
        uint32_t last = 64;

        one_init (&one, 64, 1 * MIB, seed);
        pass_first (one.picker, 4);
        EngAsk ask = ask_of (&one, 1);
        ask.rate_Bps = cases[c].rate_Bps;
        for (unsigned i = 0; i < 20 * 64; i++)
          {
            ask.last_piece = last;
            g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 1), ==, 1);
            if (last < 64 && got[0].piece != last && got[0].piece != last + 1)
              g_assert_cmpint ((last + 1) % cases[c].run == 0
                                   || eng_picker_piece_state (one.picker, last + 1)
                                          != ENG_PIECE_FRESH,
                               ==, true);
            last = got[0].piece;
          }
        one_clear (&one);
      }
}

static void
test_parole (void)
{
  One one;
  EngBlock got[16], more[16];

  one_init (&one, 5, 64 * KIB, 1);
  pass_first (one.picker, 3);
  EngAsk parole = ask_of (&one, 1), slow = ask_of (&one, 2), third = ask_of (&one, 3);
  parole.parole = true;
  g_assert_cmpuint (eng_picker_pick (one.picker, &parole, got, 2), ==, 2);
  g_assert_cmpuint (eng_picker_pick (one.picker, &slow, more, 16), ==, 4);
  for (unsigned i = 0; i < 4; i++)
    g_assert_cmpuint (more[i].piece, !=, got[0].piece);
  /* As long as others are busy the piece is its own, and it takes nothing of theirs. */
  slow.outstanding = 4;
  g_assert_cmpuint (eng_picker_pick (one.picker, &slow, more + 4, 12), ==, 0);
  parole.outstanding = 2;
  g_assert_cmpuint (eng_picker_pick (one.picker, &parole, got + 2, 1), ==, 1);
  /* One that has nothing else to do helps with it: it would hold up the end. */
  g_assert_cmpuint (eng_picker_pick (one.picker, &third, more + 4, 12), ==, 1);
  g_assert_cmpuint (more[4].piece, ==, got[0].piece);
  g_assert_cmpuint (eng_picker_pick (one.picker, &parole, got + 3, 12), ==, 0);
  eng_picker_release_peer (one.picker, 1);
  g_assert_cmpuint (eng_picker_pick (one.picker, &slow, more, 16), ==, 3);
  one_clear (&one);
}

/* What a peer has begun and left does not wait for one that is not on parole. */
static void
test_parole_goes_on (void)
{
  One one;
  EngBlock got[4], more[4];

  one_init (&one, 4, 64 * KIB, 1);
  pass_first (one.picker, 3);
  EngAsk parole = ask_of (&one, 1), banned = ask_of (&one, 2);
  parole.parole = true;
  g_assert_cmpuint (eng_picker_pick (one.picker, &banned, got, 2), ==, 2);
  g_assert_cmpint (eng_picker_receive (one.picker, got[0], 2), !=, ENG_RECEIVED_STALE);
  g_assert_cmpuint (eng_picker_pick (one.picker, &parole, more, 4), ==, 0);
  eng_picker_release_peer (one.picker, 2);
  g_assert_cmpuint (eng_picker_pick (one.picker, &parole, more, 4), ==, 3);
  one_clear (&one);
}

static void
test_sequential (void)
{
  One one;
  EngBlock got[20];

  one_init (&one, 20, 16 * KIB, 1);
  eng_picker_set_sequential (one.picker, true);
  eng_picker_set_priority (one.picker, 17, 7);
  eng_picker_set_priority (one.picker, 3, 0);
  EngAsk ask = ask_of (&one, 1);
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 20), ==, 19);
  g_assert_cmpuint (got[0].piece, ==, 17);
  for (unsigned i = 2; i < 19; i++)
    g_assert_cmpuint (got[i].piece, >, got[i - 1].piece);
  one_clear (&one);
}

static void
test_deadlines (void)
{
  One one;
  EngBlock got[8];
  static const uint32_t order[] = { 9, 30, 5 };

  one_init (&one, 40, 32 * KIB, 1);
  eng_picker_set_priority (one.picker, 20, 7);
  eng_picker_set_deadline (one.picker, 5, 3000);
  eng_picker_set_deadline (one.picker, 9, 9000);
  eng_picker_set_deadline (one.picker, 30, 2000);
  eng_picker_set_deadline (one.picker, 31, 1);
  eng_picker_set_deadline (one.picker, 9, 1000);
  eng_picker_set_deadline (one.picker, 31, UINT64_MAX);
  EngAsk ask = ask_of (&one, 1);
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 8), ==, 8);
  for (unsigned i = 0; i < 6; i++)
    g_assert_cmpuint (got[i].piece, ==, order[i / 2]);
  g_assert_cmpuint (got[6].piece, ==, 20);
  one_clear (&one);
}

/* One busy block a round, for a peer with nothing outstanding, and never the same one twice. */
static void
test_end_game (void)
{
  One one;
  EngBlock got[16], busy[4];
  size_t n;

  one_init (&one, 2, 32 * KIB, 1);
  EngAsk first = ask_of (&one, 1), second = ask_of (&one, 2), third = ask_of (&one, 3);
  g_assert_cmpuint (eng_picker_pick (one.picker, &first, got, 3), ==, 3);
  g_assert_cmpuint (eng_picker_pick (one.picker, &second, got + 3, 4), ==, 1);
  second.outstanding = 1;
  g_assert_cmpuint (eng_picker_pick (one.picker, &second, busy, 4), ==, 0);
  third.parole = true;
  g_assert_cmpuint (eng_picker_pick (one.picker, &third, busy, 4), ==, 0);
  third.parole = false;
  for (unsigned i = 0; i < 4; i++)
    g_assert_cmpuint (eng_picker_pick (one.picker, &third, busy + i, 4), ==, 1);
  g_assert_cmpuint (eng_picker_pick (one.picker, &third, busy, 4), ==, 0);
  /* The one that was asked second inherits; the one that comes cancels the other. */
  eng_picker_abort (one.picker, got[0], 1);
  g_assert_cmpint (eng_picker_block_state (one.picker, got[0]), ==, ENG_BLOCK_REQUESTED);
  g_assert_cmpint (eng_picker_receive (one.picker, got[0], 3), ==, ENG_RECEIVED_BLOCK);
  (void) eng_picker_others (one.picker, &n); /* the count alone */
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpint (eng_picker_receive (one.picker, got[1], 1), !=, ENG_RECEIVED_STALE);
  g_assert_cmpuint (eng_picker_others (one.picker, &n)[0], ==, 3);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (eng_picker_receive (one.picker, got[2], 9), !=, ENG_RECEIVED_STALE);
  (void) eng_picker_others (one.picker, &n); /* the count alone */
  g_assert_cmpuint (n, ==, 2);
  eng_picker_abort (one.picker, got[3], 3);
  eng_picker_abort (one.picker, got[3], 2);
  g_assert_cmpuint (eng_picker_counts (one.picker).free, ==, 1);
  one_clear (&one);
}

/* Blocks that come after their request was taken back, of pieces in any state, are not lost. */
static void
test_late (void)
{
  One one;
  EngBlock got[2];
  size_t n;

  one_init (&one, 2, 32 * KIB, 1);
  EngAsk ask = ask_of (&one, 1), other = ask_of (&one, 2);
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 2), ==, 2);
  eng_picker_release_peer (one.picker, 1);
  g_assert_cmpint (eng_picker_piece_state (one.picker, got[0].piece), ==, ENG_PIECE_FRESH);
  g_assert_cmpint (eng_picker_receive (one.picker, got[0], 1), ==, ENG_RECEIVED_BLOCK);
  other.last_piece = got[0].piece;
  g_assert_cmpuint (eng_picker_pick (one.picker, &other, got, 1), ==, 1);
  g_assert_cmpint (eng_picker_receive (one.picker, got[0], 1), ==, ENG_RECEIVED_PIECE);
  g_assert_cmpuint (eng_picker_others (one.picker, &n)[0], ==, 2);
  eng_picker_set_priority (one.picker, 1 - got[0].piece, 0);
  g_assert_cmpint (eng_picker_receive (one.picker, (EngBlock){ 1 - got[0].piece, 1 }, 1), ==,
                   ENG_RECEIVED_BLOCK);
  eng_picker_passed (one.picker, got[0].piece);
  g_assert_true (eng_picker_is_complete (one.picker));
  g_assert_cmpint (eng_picker_receive (one.picker, got[0], 2), ==, ENG_RECEIVED_STALE);
  one_clear (&one);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picker/life", test_life);
  g_test_add_func ("/picker/spoilt", test_spoilt);
  g_test_add_func ("/picker/sizes", test_sizes);
  g_test_add_func ("/picker/empty", test_empty);
  g_test_add_func ("/picker/file-priorities", test_file_priorities);
  g_test_add_func ("/picker/rarest", test_rarest);
  g_test_add_func ("/picker/needle", test_needle);
  g_test_add_func ("/picker/random-first", test_random_first);
  g_test_add_func ("/picker/partial-first", test_partial_first);
  g_test_add_func ("/picker/whole", test_whole);
  g_test_add_func ("/picker/extent", test_extent);
  g_test_add_func ("/picker/parole", test_parole);
  g_test_add_func ("/picker/parole-goes-on", test_parole_goes_on);
  g_test_add_func ("/picker/sequential", test_sequential);
  g_test_add_func ("/picker/deadlines", test_deadlines);
  g_test_add_func ("/picker/end-game", test_end_game);
  g_test_add_func ("/picker/late", test_late);
  return g_test_run ();
}
