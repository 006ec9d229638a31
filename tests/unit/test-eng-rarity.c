/* test-eng-rarity.c: availability and the order of the pools against a naive count. */
#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "client-core/torrent/eng-rarity.h"

#define PEERS 24

typedef struct
{
  EngRarity rarity;
  BtBitfield peers[PEERS];
  bool here[PEERS];
  uint8_t *level;
  uint64_t random;
} Swarm;

static void
swarm_init (Swarm *swarm, uint32_t n_pieces, uint64_t seed)
{
  *swarm = (Swarm){ .random = seed, .level = g_malloc0 (n_pieces) };
  eng_rarity_init (&swarm->rarity, n_pieces, seed);
  for (unsigned p = 0; p < PEERS; p++)
    bt_bitfield_init (&swarm->peers[p], n_pieces);
}

static void
swarm_clear (Swarm *swarm)
{
  for (unsigned p = 0; p < PEERS; p++)
    bt_bitfield_clear (&swarm->peers[p]);
  eng_rarity_clear (&swarm->rarity);
  g_free (swarm->level);
}

static uint32_t
naive_availability (const Swarm *swarm, uint32_t piece)
{
  uint32_t n = 0;

  for (unsigned p = 0; p < PEERS; p++)
    n += swarm->here[p] && bt_bitfield_test (&swarm->peers[p], piece);
  return n;
}

static void
swarm_check (const Swarm *swarm)
{
  const EngRarity *r = &swarm->rarity;
  uint32_t listed[ENG_PRIORITIES] = { 0 };

  for (uint32_t i = 0; i < r->n_pieces; i++)
    {
      uint32_t n = naive_availability (swarm, i);

      g_assert_cmpuint (eng_rarity_availability (r, i), ==, n);
      listed[swarm->level[i]] += n > 0;
    }
  for (unsigned level = 1; level < ENG_PRIORITIES; level++)
    {
      uint32_t n;
      const uint32_t *order = eng_rarity_peek (r, level, &n);
      uint32_t last = UINT32_MAX;

      g_assert_cmpuint (n, ==, listed[level]);
      for (uint32_t i = 0; i < n; i++)
        {
          uint32_t now = eng_rarity_availability (r, order[i]);

          g_assert_cmpuint (swarm->level[order[i]], ==, level);
          g_assert_cmpuint (now, <=, last);
          g_assert_cmpuint (r->at[order[i]], ==, i);
          last = now;
        }
    }
}

static void
peer_join (Swarm *swarm, unsigned p)
{
  BtBitfield *have = &swarm->peers[p];
  uint32_t n = swarm->rarity.n_pieces;
  uint32_t share = eng_random_below (&swarm->random, 5); /* of 4: none to everything */

  bt_bitfield_unset_range (have, 0, n);
  for (uint32_t i = 0; i < n; i++)
    if (eng_random_below (&swarm->random, 4) < share)
      (void) bt_bitfield_set (have, i); /* fresh for certain */
  eng_rarity_add (&swarm->rarity, have);
  swarm->here[p] = true;
}

static void
random_step (Swarm *swarm)
{
  unsigned p = eng_random_below (&swarm->random, PEERS);
  uint32_t piece = eng_random_below (&swarm->random, swarm->rarity.n_pieces);

  if (eng_random_below (&swarm->random, 4) == 0)
    {
      swarm->level[piece] = (uint8_t) eng_random_below (&swarm->random, ENG_PRIORITIES);
      eng_rarity_set_level (&swarm->rarity, piece, swarm->level[piece]);
    }
  else if (!swarm->here[p])
    peer_join (swarm, p);
  else if (eng_random_below (&swarm->random, 8) == 0)
    {
      eng_rarity_remove (&swarm->rarity, &swarm->peers[p]);
      swarm->here[p] = false;
    }
  else if (bt_bitfield_set (&swarm->peers[p], piece))
    eng_rarity_have (&swarm->rarity, piece);
  else if (bt_bitfield_unset (&swarm->peers[p], piece))
    eng_rarity_lost (&swarm->rarity, piece);
}

static void
test_model (void)
{
  static const uint32_t sizes[] = { 1, 2, 7, 64, 65, 200 };

  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Swarm swarm;

      swarm_init (&swarm, sizes[i], i + 1);
      for (unsigned step = 0; step < 3000; step++)
        {
          random_step (&swarm);
          if (step % 16 == 0)
            swarm_check (&swarm);
        }
      swarm_check (&swarm);
      swarm_clear (&swarm);
    }
}

/* A peer that came with nothing, got everything piece by piece and left, hundreds of times. */
static void
test_peers_that_complete (void)
{
  EngRarity r;
  BtBitfield all, most;

  eng_rarity_init (&r, 10, 1);
  bt_bitfield_init (&all, 10);
  bt_bitfield_set_range (&all, 0, 10);
  bt_bitfield_init_copy (&most, &all);
  g_assert_true (bt_bitfield_unset (&most, 3));
  for (uint32_t i = 0; i < 10; i++)
    eng_rarity_set_level (&r, i, 4);
  eng_rarity_add (&r, &most);
  for (unsigned turn = 0; turn < 500; turn++)
    {
      for (uint32_t i = 0; i < 10; i++)
        eng_rarity_have (&r, i);
      eng_rarity_remove (&r, &all);
      for (uint32_t i = 0; i < 10; i++)
        g_assert_cmpuint (eng_rarity_availability (&r, i), ==, i != 3);
      g_assert_cmpuint (r.n_edges, <=, 512);
    }
  bt_bitfield_clear (&all);
  bt_bitfield_clear (&most);
  eng_rarity_clear (&r);
}

/* Many peers that lack one and the same piece each push its count below zero and back. */
static void
test_nearly_complete (void)
{
  EngRarity r;
  BtBitfield most;
  uint32_t n;

  eng_rarity_init (&r, 5, 1);
  bt_bitfield_init (&most, 5);
  bt_bitfield_set_range (&most, 1, 5);
  for (uint32_t i = 0; i < 5; i++)
    eng_rarity_set_level (&r, i, 1);
  for (unsigned peers = 1; peers <= 300; peers++)
    {
      eng_rarity_add (&r, &most);
      g_assert_cmpuint (eng_rarity_availability (&r, 0), ==, 0);
      g_assert_cmpuint (eng_rarity_availability (&r, 1), ==, peers);
      (void) eng_rarity_peek (&r, 1, &n); /* the count alone */
      g_assert_cmpuint (n, ==, 4);
    }
  for (unsigned peers = 300; peers-- > 0;)
    {
      eng_rarity_remove (&r, &most);
      g_assert_cmpuint (eng_rarity_availability (&r, 0), ==, 0);
      g_assert_cmpuint (eng_rarity_availability (&r, 4), ==, peers);
    }
  (void) eng_rarity_peek (&r, 1, &n); /* the count alone */
  g_assert_cmpuint (n, ==, 0);
  bt_bitfield_clear (&most);
  eng_rarity_clear (&r);
}

/* Each piece of a band of eight comes last about as often as any other, and a seed repeats. */
static void
test_shuffled (void)
{
  unsigned last[8] = { 0 };
  BtBitfield all;

  bt_bitfield_init (&all, 8);
  bt_bitfield_set_range (&all, 0, 8);
  for (uint64_t seed = 0; seed < 4000; seed++)
    {
      uint32_t n, first = 0;

      for (unsigned again = 0; again < 2; again++)
        {
          EngRarity r;

          eng_rarity_init (&r, 8, seed);
          for (uint32_t i = 0; i < 8; i++)
            eng_rarity_set_level (&r, i, 4);
          eng_rarity_add (&r, &all);
          for (uint32_t i = 0; i < 8; i++)
            eng_rarity_have (&r, (i * 3) % 8);
          const uint32_t *order = eng_rarity_peek (&r, 4, &n);
          g_assert_cmpuint (n, ==, 8);
          if (again)
            g_assert_cmpuint (order[7], ==, first);
          first = order[7];
          eng_rarity_clear (&r);
        }
      last[first]++;
    }
  for (unsigned i = 0; i < 8; i++)
    {
      g_assert_cmpuint (last[i], >, 400);
      g_assert_cmpuint (last[i], <, 600);
    }
  bt_bitfield_clear (&all);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rarity/model", test_model);
  g_test_add_func ("/rarity/peers-that-complete", test_peers_that_complete);
  g_test_add_func ("/rarity/nearly-complete", test_nearly_complete);
  g_test_add_func ("/rarity/shuffled", test_shuffled);
  return g_test_run ();
}
