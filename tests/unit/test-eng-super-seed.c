/* test-eng-super-seed.c: what is shown to whom, and what that costs the seed. */
#include <glib.h>

#include "client-core/torrent/eng-super-seed.h"

#define SECOND_US UINT64_C (1000000)
#define PEERS 8

/* A seed, and peers that have what the test says. */
typedef struct
{
  BtFile file;
  BtLayout layout;
  EngPicker *picker;
  EngSuperSeed seed;
  EngSuperPeer peers[PEERS];
  BtBitfield have[PEERS];
  uint32_t n_peers;
} World;

static void
world_init (World *w, uint32_t n_pieces, uint32_t n_peers)
{
  *w = (World){ .file = { .length = n_pieces * UINT64_C (16384), .path = "f" },
                .n_peers = n_peers };
  g_assert_true (bt_layout_place (&w->layout, &w->file, 1, 16384, false));
  w->picker = eng_picker_new (&w->layout, false, 1);
  for (uint32_t i = 0; i < n_pieces; i++)
    eng_picker_passed (w->picker, i);
  eng_super_seed_init (&w->seed, n_pieces, 7);
  for (uint32_t i = 0; i < n_peers; i++)
    {
      bt_bitfield_init (&w->have[i], n_pieces);
      eng_picker_add_peer (w->picker, &w->have[i]);
      eng_super_peer_init (&w->peers[i], &w->seed);
    }
}

static void
world_clear (World *w)
{
  for (uint32_t i = 0; i < w->n_peers; i++)
    {
      eng_super_peer_clear (&w->peers[i]);
      bt_bitfield_clear (&w->have[i]);
    }
  for (uint32_t i = 0; i < w->seed.n_pieces; i++)
    g_assert_cmpuint (w->seed.offers[i], ==, 0);
  eng_super_seed_clear (&w->seed);
  eng_picker_free (w->picker);
}

static void
receives (World *w, uint32_t peer, uint32_t piece)
{
  if (bt_bitfield_set (&w->have[peer], piece))
    eng_picker_peer_has (w->picker, piece);
}

static uint32_t
next (World *w, uint32_t peer, bool interested, bool alone, uint64_t now_us)
{
  const EngSuperFacts facts
      = { .have = &w->have[peer], .interested = interested, .alone = alone, .now_us = now_us };

  return eng_super_peer_next (&w->peers[peer], w->picker, &facts);
}

/* Each is shown another piece, as long as there are others. */
static void
test_spread (void)
{
  uint32_t seen = 0;
  World w;

  world_init (&w, 4, 4);
  for (uint32_t i = 0; i < 4; i++)
    {
      uint32_t piece = next (&w, i, false, false, 0);

      g_assert_cmpuint (piece, <, 4);
      g_assert_cmpuint (seen & (1u << piece), ==, 0);
      seen |= 1u << piece;
    }
  world_clear (&w);
}

/* What a peer has done with its first piece, and whether it is shown a second. */
static const struct
{
  const char *name;
  bool fetched;
  bool passed_on;
  bool interested;
  bool alone;
  uint64_t waited_us;
  bool second;
} cases[] = {
  { "asked for", false, false, true, false, SECOND_US, false },
  { "not looked at yet", false, false, false, false, SECOND_US, false },
  { "not wanted", false, false, false, false, ENG_SUPER_SEED_INTEREST_US, true },
  { "slow", false, false, true, false, 59 * SECOND_US, false },
  { "too slow", false, false, true, false, ENG_SUPER_SEED_PATIENCE_US, true },
  { "kept", true, false, false, false, 3 * SECOND_US, false },
  { "kept for long", true, false, false, false, ENG_SUPER_SEED_PATIENCE_US, true },
  { "nobody else there", true, false, false, true, SECOND_US, true },
  { "alone, under way", false, false, true, true, SECOND_US, false },
  { "passed on", true, true, false, false, SECOND_US, true },
  { "come from elsewhere", false, true, true, false, SECOND_US, false },
};

static void
test_due (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint32_t first;
      uint32_t second;
      World w;

      world_init (&w, 10, 2);
      first = next (&w, 0, false, false, SECOND_US);
      g_assert_cmpuint (first, !=, ENG_SUPER_SEED_NONE);
      if (cases[i].fetched)
        receives (&w, 0, first);
      if (cases[i].passed_on)
        receives (&w, 1, first);
      second = next (&w, 0, cases[i].interested, cases[i].alone, SECOND_US + cases[i].waited_us);
      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (second != ENG_SUPER_SEED_NONE, ==, cases[i].second);
      g_assert_cmpuint (second, !=, first);
      world_clear (&w);
    }
}

/* The fewest have it, and the fewest are fetching it. */
static void
test_rarest (void)
{
  uint32_t piece;
  World w;

  world_init (&w, 5, 4);
  for (uint32_t i = 0; i < 5; i++)
    if (i != 3)
      receives (&w, 0, i);
  piece = next (&w, 1, false, false, 0);
  g_assert_cmpuint (piece, ==, 3);
  piece = next (&w, 2, false, false, 0);
  g_assert_cmpuint (piece, <, 5);
  receives (&w, 2, 3);
  receives (&w, 0, 3);
  g_assert_cmpuint (next (&w, 0, false, false, 0), ==, ENG_SUPER_SEED_NONE); /* it has all */
  world_clear (&w);
}

static void
test_may_have (void)
{
  const EngSuperPeer open = { 0 };
  uint32_t piece;
  World w;

  world_init (&w, 3, 1);
  for (uint32_t i = 0; i < 3; i++)
    g_assert_false (eng_super_peer_may_have (&w.peers[0], i));
  piece = next (&w, 0, false, true, 0);
  for (uint32_t i = 0; i < 3; i++)
    g_assert_cmpint (eng_super_peer_may_have (&w.peers[0], i), ==, i == piece);
  g_assert_true (eng_super_peer_may_have (&open, 2));
  world_clear (&w);
}

/* What we do not have is not shown. */
static void
test_ours (void)
{
  World w;

  world_init (&w, 3, 1);
  eng_picker_lost (w.picker, 0);
  eng_picker_lost (w.picker, 2);
  g_assert_cmpuint (next (&w, 0, false, true, 0), ==, 1);
  receives (&w, 0, 1);
  g_assert_cmpuint (next (&w, 0, false, true, 1), ==, ENG_SUPER_SEED_NONE);
  world_clear (&w);
}

static void
test_nothing (void)
{
  World w;

  world_init (&w, 0, 1);
  g_assert_cmpuint (next (&w, 0, false, true, 0), ==, ENG_SUPER_SEED_NONE);
  world_clear (&w);
}

/* Peers that pass on what they get are all served by sending little more than one copy. */
static void
test_cost (void)
{
  const uint32_t n_pieces = 200;
  uint32_t sent = 0;
  World w;

  world_init (&w, n_pieces, PEERS);
  for (uint64_t turn = 0; !bt_bitfield_is_all (&w.have[0]); turn++)
    {
      uint32_t from_seed[PEERS];

      g_assert_cmpuint (turn, <, n_pieces);
      for (uint32_t p = 0; p < PEERS; p++)
        {
          from_seed[p] = next (&w, p, true, false, turn * SECOND_US);
          if (from_seed[p] == ENG_SUPER_SEED_NONE || bt_bitfield_test (&w.have[p], from_seed[p]))
            continue;
          receives (&w, p, from_seed[p]);
          sent++;
        }
      for (uint32_t p = 0; p < PEERS; p++)
        for (uint32_t to = 0; to < PEERS; to++)
          if (from_seed[p] != ENG_SUPER_SEED_NONE)
            receives (&w, to, from_seed[p]);
    }
  g_assert_cmpuint (sent, >=, n_pieces);
  g_assert_cmpuint (sent, <=, n_pieces * 105 / 100);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/super-seed/spread", test_spread);
  g_test_add_func ("/super-seed/due", test_due);
  g_test_add_func ("/super-seed/rarest", test_rarest);
  g_test_add_func ("/super-seed/may-have", test_may_have);
  g_test_add_func ("/super-seed/ours", test_ours);
  g_test_add_func ("/super-seed/nothing", test_nothing);
  g_test_add_func ("/super-seed/cost", test_cost);
  return g_test_run ();
}
