/* test-eng-picker-trial.c: pieces that are held for those that try them, and pieces that start
 * anew. */
#include <glib.h>

#include "client-core/torrent/eng-picker.h"
#include "protocol/core/bt-limits.h"

#define PIECE (64 * BT_KIB)
#define BLOCKS 4u

/* A torrent of one file. */
typedef struct
{
  BtFile file;
  BtLayout layout;
  EngPicker *picker;
  BtBitfield all;
} One;

static void
one_init (One *one, uint32_t n_pieces)
{
  *one = (One){ .file = { .length = n_pieces * PIECE, .path = "f" } };
  g_assert_true (bt_layout_place (&one->layout, &one->file, 1, PIECE, false));
  one->picker = eng_picker_new (&one->layout, false, 1);
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

static EngAsk
try_of (const One *one, EngPeer peer, uint32_t piece)
{
  EngAsk ask = ask_of (one, peer);

  ask.tries = true;
  ask.trial = piece;
  return ask;
}

/* How many blocks of a piece there are among those that were picked. */
static unsigned
count (const EngBlock *got, size_t n, uint32_t piece)
{
  unsigned found = 0;

  for (size_t i = 0; i < n; i++)
    found += got[i].piece == piece;
  return found;
}

static const struct
{
  const char *name;
  bool begun;      /* the piece is, before it is held */
  bool sequential; /* how the others are chosen */
  bool deadline;   /* somebody waits for the piece */
  bool parole;     /* of who is not to try it */
} others[] = {
  { "fresh", false, false, false, false },   { "begun", true, false, false, false },
  { "in-order", false, true, false, false }, { "deadline", true, false, true, false },
  { "parole", true, false, false, true },
};

/* Nobody gets a piece that is held but those that try it, who get it first. */
static void
test_held (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  EngBlock got[64];
  One one;
  size_t n;

  one_init (&one, 6);
  EngAsk other = ask_of (&one, 1), trying = try_of (&one, 2, 3), first = ask_of (&one, 3);
  other.parole = others[i].parole;
  trying.parole = true; /* it makes no difference */
  eng_picker_set_sequential (one.picker, others[i].sequential);
  if (others[i].begun)
    g_assert_cmpint (eng_picker_receive (one.picker, (EngBlock){ 3, 0 }, 9), ==,
                     ENG_RECEIVED_BLOCK);
  if (others[i].deadline)
    eng_picker_set_deadline (one.picker, 3, 1);
  eng_picker_hold (one.picker, 3, true);
  n = eng_picker_pick (one.picker, &other, got, 64);
  g_assert_cmpuint (n, ==, 5 * BLOCKS);
  g_assert_cmpuint (count (got, n, 3), ==, 0);
  g_assert_cmpuint (eng_picker_pick (one.picker, &first, got, 64), ==, 0);
  n = eng_picker_pick (one.picker, &trying, got, 2);
  g_assert_cmpuint (count (got, n, 3), ==, 2);
  eng_picker_hold (one.picker, 3, false);
  n = eng_picker_pick (one.picker, &first, got, 64);
  g_assert_cmpuint (count (got, n, 3), ==, BLOCKS - 2 - others[i].begun);
  one_clear (&one);
}

/* One that has nothing else left asks for what another one that tries was asked for. */
static void
test_help (void)
{
  EngBlock got[8];
  One one;

  one_init (&one, 1);
  eng_picker_hold (one.picker, 0, true);
  EngAsk slow = try_of (&one, 1, 0), idle = try_of (&one, 2, 0), barred = ask_of (&one, 3);
  g_assert_cmpuint (eng_picker_pick (one.picker, &slow, got, 8), ==, BLOCKS);
  g_assert_cmpuint (eng_picker_pick (one.picker, &barred, got, 8), ==, 0);
  idle.outstanding = 1;
  g_assert_cmpuint (eng_picker_pick (one.picker, &idle, got, 8), ==, 0);
  idle.outstanding = 0;
  g_assert_cmpuint (eng_picker_pick (one.picker, &idle, got, 8), ==, 1);
  one_clear (&one);
}

/* A piece that failed is held as it was before it was begun. */
static void
test_failed (void)
{
  EngBlock got[8];
  One one;

  one_init (&one, 2);
  for (uint32_t b = 0; b < BLOCKS; b++)
    (void) eng_picker_receive (one.picker, (EngBlock){ 1, b }, 1 + b); /* the state is asked */
  g_assert_cmpint (eng_picker_piece_state (one.picker, 1), ==, ENG_PIECE_HASHING);
  eng_picker_hold (one.picker, 1, true);
  eng_picker_failed (one.picker, 1);
  EngAsk ask = ask_of (&one, 1);
  g_assert_cmpuint (count (got, eng_picker_pick (one.picker, &ask, got, 8), 1), ==, 0);
  g_assert_cmpuint (eng_picker_counts (one.picker).missing, ==, 2 * BLOCKS);
  eng_picker_hold (one.picker, 1, false);
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, 8), ==, BLOCKS);
  one_clear (&one);
}

/* What came is wanted again, what was asked for comes. */
static void
test_restart (void)
{
  EngBlock got[BLOCKS], more[BLOCKS];
  One one;

  one_init (&one, 1);
  EngAsk ask = ask_of (&one, 1);
  g_assert_cmpuint (eng_picker_pick (one.picker, &ask, got, BLOCKS), ==, BLOCKS);
  g_assert_cmpuint (eng_picker_find_part (one.picker, 1), ==, 1);
  g_assert_cmpint (eng_picker_receive (one.picker, got[0], 1), ==, ENG_RECEIVED_BLOCK);
  g_assert_cmpint (eng_picker_receive (one.picker, got[1], 2), ==, ENG_RECEIVED_BLOCK);
  g_assert_cmpuint (eng_picker_find_part (one.picker, 1), ==, 0);
  g_assert_cmpuint (eng_picker_find_part (one.picker, 2), ==, 0);
  eng_picker_restart (one.picker, 0);
  g_assert_cmpuint (eng_picker_find_part (one.picker, 1), ==, 1);
  g_assert_cmpint (eng_picker_block_state (one.picker, got[0]), ==, ENG_BLOCK_FREE);
  g_assert_cmpint (eng_picker_block_state (one.picker, got[2]), ==, ENG_BLOCK_REQUESTED);
  g_assert_cmpuint (eng_picker_counts (one.picker).free, ==, 2);
  g_assert_cmpuint (eng_picker_counts (one.picker).missing, ==, BLOCKS);
  EngAsk second = ask_of (&one, 2);
  g_assert_cmpuint (eng_picker_pick (one.picker, &second, more, BLOCKS), ==, 2);
  for (unsigned b = 0; b < BLOCKS; b++)
    (void) eng_picker_receive (one.picker, (EngBlock){ 0, b }, 2); /* the state is asked */
  g_assert_cmpint (eng_picker_piece_state (one.picker, 0), ==, ENG_PIECE_HASHING);
  eng_picker_restart (one.picker, 0); /* too late */
  g_assert_cmpint (eng_picker_piece_state (one.picker, 0), ==, ENG_PIECE_HASHING);
  g_assert_cmpuint (eng_picker_find_part (one.picker, 2), ==, 1);
  one_clear (&one);
}

/* Of which nothing was asked for, it is fresh. */
static void
test_restart_all (void)
{
  One one;

  one_init (&one, 2);
  g_assert_cmpint (eng_picker_receive (one.picker, (EngBlock){ 0, 1 }, 1), ==, ENG_RECEIVED_BLOCK);
  g_assert_cmpint (eng_picker_receive (one.picker, (EngBlock){ 0, 2 }, 1), ==, ENG_RECEIVED_BLOCK);
  eng_picker_restart (one.picker, 0);
  g_assert_cmpint (eng_picker_piece_state (one.picker, 0), ==, ENG_PIECE_FRESH);
  eng_picker_restart (one.picker, 0);
  g_assert_cmpuint (eng_picker_counts (one.picker).free, ==, 2 * BLOCKS);
  g_assert_cmpuint (eng_picker_counts (one.picker).missing, ==, 2 * BLOCKS);
  g_assert_cmpuint (eng_picker_counts (one.picker).partial, ==, 0);
  one_clear (&one);
}

/* Whose parole is over shares its piece, once there is nothing else. */
static void
test_end_parole (void)
{
  EngBlock got[8];
  One one;

  one_init (&one, 1);
  EngAsk parole = ask_of (&one, 1), other = ask_of (&one, 2);
  parole.parole = true;
  other.outstanding = 1;
  g_assert_cmpuint (eng_picker_pick (one.picker, &parole, got, 1), ==, 1);
  g_assert_cmpuint (eng_picker_pick (one.picker, &other, got, 8), ==, 0);
  eng_picker_end_parole (one.picker, 1);
  g_assert_cmpuint (eng_picker_pick (one.picker, &other, got, 8), ==, BLOCKS - 1);
  one_clear (&one);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *path = g_strdup_printf ("/picker-trial/held/%s", others[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_held);
    }
  g_test_add_func ("/picker-trial/help", test_help);
  g_test_add_func ("/picker-trial/failed", test_failed);
  g_test_add_func ("/picker-trial/restart", test_restart);
  g_test_add_func ("/picker-trial/restart-all", test_restart_all);
  g_test_add_func ("/picker-trial/end-parole", test_end_parole);
  return g_test_run ();
}
