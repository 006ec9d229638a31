/* test-eng-picker-model.c: random swarms, the picker against a naive model.
 *
 * The model holds every fact for itself and finds what follows by looking at all of them. */
#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-picker.h"
#include "client-core/torrent/eng-random.h"
#include "protocol/core/bt-limits.h"

#define PEERS 6

typedef struct
{
  BtFile file;
  BtLayout layout;
  EngPicker *picker;
  uint64_t random;
  uint32_t n_pieces;
  uint32_t n_blocks;
  uint8_t *priority;
  uint8_t *state; /* of each piece */
  uint8_t *block; /* of each block */
  uint8_t *asked; /* of each block: a bit for each peer */
  bool *held;     /* of each piece */
  BtBitfield have[PEERS];
  bool parole[PEERS];
} Model;

static uint32_t
below (Model *model, uint32_t n)
{
  return eng_random_below (&model->random, n);
}

static void
model_init (Model *model, uint32_t n_pieces, uint32_t n_blocks, uint64_t seed)
{
  uint32_t n = n_pieces * n_blocks;

  *model = (Model){ .random = seed,
                    .n_pieces = n_pieces,
                    .n_blocks = n_blocks,
                    .priority = g_malloc (n_pieces),
                    .state = g_malloc0 (n_pieces),
                    .block = g_malloc0 (n),
                    .asked = g_malloc0 (n),
                    .held = g_new0 (bool, n_pieces) };
  model->file = (BtFile){ .length = n * BT_BLOCK_LEN, .path = "f" };
  g_assert_true (bt_layout_place (&model->layout, &model->file, 1, n_blocks * BT_BLOCK_LEN, false));
  model->picker = eng_picker_new (&model->layout, false, seed);
  memset (model->priority, ENG_PRIORITY_NORMAL, n_pieces);
  for (unsigned p = 0; p < PEERS; p++)
    {
      bt_bitfield_init (&model->have[p], n_pieces);
      eng_picker_add_peer (model->picker, &model->have[p]);
      model->parole[p] = p == 0 && seed % 2 == 0;
    }
}

static void
model_clear (Model *model)
{
  for (unsigned p = 0; p < PEERS; p++)
    bt_bitfield_clear (&model->have[p]);
  eng_picker_free (model->picker);
  g_free (model->priority);
  g_free (model->state);
  g_free (model->block);
  g_free (model->asked);
  g_free (model->held);
}

static unsigned
outstanding (const Model *model, unsigned p)
{
  unsigned n = 0;

  for (uint32_t i = 0; i < model->n_pieces * model->n_blocks; i++)
    n += model->block[i] == ENG_BLOCK_REQUESTED && (model->asked[i] >> p & 1) != 0;
  return n;
}

/* A piece is fresh as long as all of its blocks are free. */
static void
model_settle (Model *model, uint32_t piece)
{
  const uint8_t *block = model->block + piece * model->n_blocks;
  unsigned n[4] = { 0 };

  if (model->state[piece] == ENG_PIECE_DONE)
    return;
  for (uint32_t b = 0; b < model->n_blocks; b++)
    n[block[b]]++;
  if (n[ENG_BLOCK_FREE] == model->n_blocks)
    model->state[piece] = ENG_PIECE_FRESH;
  else if (n[ENG_BLOCK_FREE] + n[ENG_BLOCK_REQUESTED] > 0)
    model->state[piece] = ENG_PIECE_PARTIAL;
  else
    model->state[piece] = ENG_PIECE_HASHING;
}

static void
model_check (const Model *model)
{
  EngPickerCounts is = eng_picker_counts (model->picker);
  EngPickerCounts want = { 0 };

  for (uint32_t piece = 0; piece < model->n_pieces; piece++)
    {
      bool wanted = model->priority[piece] > 0 && model->state[piece] != ENG_PIECE_DONE;

      g_assert_cmpint (eng_picker_piece_state (model->picker, piece), ==, model->state[piece]);
      g_assert_cmpint (eng_picker_is_wanted (model->picker, piece), ==, wanted);
      want.pieces += wanted;
      want.partial
          += model->state[piece] == ENG_PIECE_PARTIAL || model->state[piece] == ENG_PIECE_HASHING;
      for (uint32_t b = 0; b < model->n_blocks && model->state[piece] != ENG_PIECE_DONE; b++)
        {
          EngBlockState state = model->block[piece * model->n_blocks + b];

          g_assert_cmpint (eng_picker_block_state (model->picker, (EngBlock){ piece, b }), ==,
                           state);
          want.free += wanted && state == ENG_BLOCK_FREE;
          want.missing += wanted && state <= ENG_BLOCK_REQUESTED;
          want.requested += state == ENG_BLOCK_REQUESTED;
        }
    }
  g_assert_cmpuint (is.free, ==, want.free);
  g_assert_cmpuint (is.missing, ==, want.missing);
  g_assert_cmpuint (is.requested, ==, want.requested);
  g_assert_cmpuint (is.pieces, ==, want.pieces);
  g_assert_cmpuint (is.partial, ==, want.partial);
}

/* Whether some wanted block is free and in a piece that the peer has and that is not held. */
static bool
has_free (const Model *model, unsigned p, bool fresh_only)
{
  for (uint32_t i = 0; i < model->n_pieces * model->n_blocks; i++)
    {
      uint32_t piece = i / model->n_blocks;

      if (model->block[i] == ENG_BLOCK_FREE && model->state[piece] != ENG_PIECE_DONE
          && model->priority[piece] > 0 && bt_bitfield_test (&model->have[p], piece)
          && !model->held[piece] && (!fresh_only || model->state[piece] == ENG_PIECE_FRESH))
        return true;
    }
  return false;
}

static void
model_pick (Model *model, unsigned p)
{
  EngBlock got[12];
  size_t max = 1 + below (model, 12);
  EngAsk ask = { .peer = p + 1,
                 .have = &model->have[p],
                 .rate_Bps = below (model, 3) == 0 ? 0 : UINT64_C (1) << below (model, 30),
                 .outstanding = outstanding (model, p),
                 .last_piece = below (model, model->n_pieces + 1),
                 .parole = model->parole[p],
                 .tries = below (model, 2) == 0,
                 .trial = below (model, model->n_pieces) };
  uint32_t tried = ask.tries ? ask.trial : model->n_pieces;
  bool some_free = eng_picker_counts (model->picker).free > 0;
  bool must = has_free (model, p, model->parole[0]); /* its partial pieces are its own */
  size_t n = eng_picker_pick (model->picker, &ask, got, max);

  g_assert_cmpuint (n, <=, max);
  if (must)
    g_assert_cmpuint (n, >, 0);
  for (size_t i = 0; i < n; i++)
    {
      uint32_t at = got[i].piece * model->n_blocks + got[i].block;

      g_assert_cmpuint (model->priority[got[i].piece], >, 0);
      g_assert_true (bt_bitfield_test (&model->have[p], got[i].piece));
      g_assert_cmpuint (model->asked[at] >> p & 1, ==, 0);
      g_assert_true (!model->held[got[i].piece] || tried == got[i].piece);
      if (model->block[at] != ENG_BLOCK_FREE)
        {
          g_assert_cmpint (model->block[at], ==, ENG_BLOCK_REQUESTED);
          g_assert_true (!some_free || tried == got[i].piece);
          g_assert_cmpuint (n, ==, 1);
          g_assert_cmpuint (ask.outstanding, ==, 0);
        }
      model->block[at] = ENG_BLOCK_REQUESTED;
      model->asked[at] |= (uint8_t) (1u << p);
      model_settle (model, got[i].piece);
    }
}

static void
model_receive (Model *model, unsigned p, EngBlock block)
{
  uint32_t at = block.piece * model->n_blocks + block.block;
  bool fresh
      = model->state[block.piece] != ENG_PIECE_DONE && model->block[at] <= ENG_BLOCK_REQUESTED;
  EngReceived is = eng_picker_receive (model->picker, block, p + 1);
  size_t n;
  const EngPeer *others = eng_picker_others (model->picker, &n);

  g_assert_cmpint (is != ENG_RECEIVED_STALE, ==, fresh);
  if (!fresh)
    return;
  for (size_t i = 0; i < n; i++)
    {
      g_assert_cmpuint (others[i], !=, p + 1);
      g_assert_cmpuint (model->asked[at] >> (others[i] - 1) & 1, ==, 1);
      model->asked[at] &= (uint8_t) ~(1u << (others[i] - 1));
    }
  model->asked[at] &= (uint8_t) ~(1u << p);
  g_assert_cmpuint (model->asked[at], ==, 0);
  model->block[at] = ENG_BLOCK_RECEIVED;
  model_settle (model, block.piece);
  g_assert_cmpint (is == ENG_RECEIVED_PIECE, ==, model->state[block.piece] == ENG_PIECE_HASHING);
}

static void
model_unask (Model *model, uint32_t at, unsigned p)
{
  if (model->block[at] != ENG_BLOCK_REQUESTED || (model->asked[at] >> p & 1) == 0)
    return;
  model->asked[at] &= (uint8_t) ~(1u << p);
  if (model->asked[at] == 0)
    model->block[at] = ENG_BLOCK_FREE;
  model_settle (model, at / model->n_blocks);
}

static void
model_release (Model *model, unsigned p)
{
  eng_picker_release_peer (model->picker, p + 1);
  for (uint32_t i = 0; i < model->n_pieces * model->n_blocks; i++)
    model_unask (model, i, p);
}

static void
model_end_piece (Model *model, uint32_t piece, bool good)
{
  if (model->state[piece] == ENG_PIECE_DONE && !good)
    eng_picker_lost (model->picker, piece);
  else if (model->state[piece] == ENG_PIECE_HASHING && !good)
    eng_picker_failed (model->picker, piece);
  else if (model->state[piece] == ENG_PIECE_HASHING)
    eng_picker_passed (model->picker, piece);
  else
    return;
  memset (model->block + piece * model->n_blocks, ENG_BLOCK_FREE, model->n_blocks);
  memset (model->asked + piece * model->n_blocks, 0, model->n_blocks);
  model->state[piece] = good ? ENG_PIECE_DONE : ENG_PIECE_FRESH;
}

static void
model_disk (Model *model, EngBlock block)
{
  uint32_t at = block.piece * model->n_blocks + block.block;
  bool fails = below (model, 3) == 0;

  if (fails)
    eng_picker_write_failed (model->picker, block);
  else
    eng_picker_wrote (model->picker, block);
  if (model->state[block.piece] == ENG_PIECE_DONE || model->block[at] != ENG_BLOCK_RECEIVED)
    return;
  model->block[at] = fails ? ENG_BLOCK_FREE : ENG_BLOCK_WRITTEN;
  model_settle (model, block.piece);
}

static void
model_wish (Model *model, uint32_t piece)
{
  model->priority[piece] = (uint8_t) (below (model, 3) == 0 ? 0 : below (model, ENG_PRIORITIES));
  eng_picker_set_priority (model->picker, piece, model->priority[piece]);
  if (below (model, 4) == 0)
    eng_picker_set_deadline (model->picker, piece,
                             below (model, 2) == 0 ? UINT64_MAX : below (model, 1000));
  eng_picker_set_sequential (model->picker, below (model, 4) == 0);
}

static void
model_hold (Model *model, uint32_t piece)
{
  model->held[piece] = !model->held[piece];
  eng_picker_hold (model->picker, piece, model->held[piece]);
}

static void
model_restart (Model *model, uint32_t piece)
{
  uint8_t *block = model->block + piece * model->n_blocks;

  eng_picker_restart (model->picker, piece);
  if (model->state[piece] != ENG_PIECE_PARTIAL)
    return;
  for (uint32_t b = 0; b < model->n_blocks; b++)
    if (block[b] >= ENG_BLOCK_RECEIVED)
      block[b] = ENG_BLOCK_FREE;
  model_settle (model, piece);
}

static void
model_step (Model *model)
{
  unsigned p = below (model, PEERS);
  EngBlock block = { below (model, model->n_pieces), below (model, model->n_blocks) };
  uint32_t at = block.piece * model->n_blocks + block.block;

  switch (below (model, 14))
    {
    case 0:
    case 1:
    case 2:
      model_pick (model, p);
      break;
    case 3:
      model_receive (model, p, block);
      break;
    case 4:
    case 5:
      for (unsigned i = 0; i < PEERS; i++)
        if ((model->asked[at] >> i & 1) != 0)
          model_receive (model, i, block);
      break;
    case 6:
      eng_picker_abort (model->picker, block, p + 1);
      model_unask (model, at, p);
      break;
    case 7:
      if (below (model, 10) == 0)
        model_release (model, p);
      break;
    case 8:
      model_end_piece (model, block.piece, below (model, 3) != 0);
      break;
    case 9:
      model_disk (model, block);
      break;
    case 10:
      if (below (model, 4) == 0)
        model_wish (model, block.piece);
      break;
    case 11:
      if (below (model, 4) == 0)
        model_hold (model, block.piece);
      break;
    case 12:
      if (below (model, 4) == 0)
        model_restart (model, block.piece);
      break;
    default:
      if (bt_bitfield_set (&model->have[p], block.piece))
        eng_picker_peer_has (model->picker, block.piece);
    }
}

static void
test_model (void)
{
  static const struct
  {
    uint32_t n_pieces;
    uint32_t n_blocks;
  } cases[] = { { 1, 1 }, { 1, 5 }, { 3, 2 }, { 30, 4 }, { 80, 1 } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    for (uint64_t seed = 1; seed <= 8; seed++)
      {
        Model model;

        model_init (&model, cases[i].n_pieces, cases[i].n_blocks, seed);
        for (unsigned step = 0; step < 6000; step++)
          {
            model_step (&model);
            if (step % 8 == 0)
              model_check (&model);
          }
        model_clear (&model);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picker/model", test_model);
  return g_test_run ();
}
