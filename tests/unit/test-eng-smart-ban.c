/* test-eng-smart-ban.c: verdicts case by case, and a poisoner among twenty seeds. */
#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-random.h"
#include "client-core/torrent/eng-smart-ban.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

#define BLOCKS 16
#define PIECES 400
#define PEERS 21
#define POISONER 1

static EngSentBlock
block_of (EngPeer peer, uint8_t content)
{
  EngSentBlock block = { .peer = peer };

  memset (block.digest, content, sizeof block.digest);
  return block;
}

static void
test_digest (void)
{
  static const size_t lens[] = { 1, BT_BLOCK_LEN, BT_BLOCK_LEN + 1, 40 * BT_BLOCK_LEN - 7 };
  const BtDigestOps *ops = btd_ops ();

  for (size_t i = 0; i < G_N_ELEMENTS (lens); i++)
    {
      size_t n = (lens[i] + BT_BLOCK_LEN - 1) / BT_BLOCK_LEN;
      g_autofree uint8_t *data = g_malloc (lens[i]);
      g_autofree EngSentBlock *blocks = g_new0 (EngSentBlock, n);

      for (size_t k = 0; k < lens[i]; k++)
        data[k] = (uint8_t) (k * 7 + k / 1000);
      eng_smart_ban_digest (ops, data, lens[i], blocks);
      for (size_t b = 0; b < n; b++)
        {
          g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
          uint8_t digest[BT_SHA1_LEN];
          gsize len = sizeof digest;

          g_checksum_update (sum, data + b * BT_BLOCK_LEN,
                             (gssize) MIN (BT_BLOCK_LEN, lens[i] - b * BT_BLOCK_LEN));
          g_checksum_get_digest (sum, digest, &len);
          g_assert_cmpmem (digest, len, blocks[b].digest, BT_SHA1_LEN);
        }
    }
}

static void
test_alone (void)
{
  static const struct
  {
    EngPeer senders[3];
    size_t n;
    EngVerdict verdict;
    bool remembered;
  } cases[] = {
    { { 5, 5, 5 }, 1, ENG_VERDICT_BAN, false },
    { { 5, 6, 5 }, 2, ENG_VERDICT_PAROLE, true },
    { { 5, 0, 5 }, 1, ENG_VERDICT_PAROLE, true },
    { { 0, 0, 0 }, 0, ENG_VERDICT_PAROLE, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EngSmartBan *self = eng_smart_ban_new ();
      EngSentBlock blocks[3];
      EngJudgement out[3];

      for (unsigned b = 0; b < 3; b++)
        blocks[b] = block_of (cases[i].senders[b], 1);
      g_assert_cmpuint (eng_smart_ban_failed (self, 9, blocks, 3, out), ==, cases[i].n);
      for (size_t k = 0; k < cases[i].n; k++)
        g_assert_cmpint (out[k].verdict, ==, cases[i].verdict);
      g_assert_cmpint (eng_smart_ban_remembers (self, 9), ==, cases[i].remembered);
      g_assert_cmpint (eng_smart_ban_on_parole (self, 5), ==, cases[i].remembered);
      eng_smart_ban_free (self);
    }
}

static void
test_compared (void)
{
  EngSmartBan *self = eng_smart_ban_new ();
  EngSentBlock bad[3] = { block_of (1, 10), block_of (2, 99), block_of (2, 98) };
  EngSentBlock worse[3] = { block_of (3, 10), block_of (4, 11), block_of (5, 97) };
  EngSentBlock good[3] = { block_of (6, 10), block_of (6, 11), block_of (6, 12) };
  EngSentBlock mixed[3] = { block_of (1, 1), block_of (6, 1), block_of (6, 1) };
  EngSentBlock of_one[3] = { block_of (1, 7), block_of (1, 7), block_of (1, 7) };
  EngJudgement out[3];

  g_assert_cmpuint (eng_smart_ban_failed (self, 0, bad, 3, out), ==, 2);
  g_assert_cmpuint (eng_smart_ban_failed (self, 0, worse, 3, out), ==, 3);
  g_assert_cmpuint (eng_smart_ban_n_suspects (self, 0), ==, 6);
  g_autofree EngPeer *banned = g_new (EngPeer, 6);
  g_assert_cmpuint (eng_smart_ban_passed (self, 0, good, 3, banned), ==, 2);
  g_assert_cmpuint (banned[0], ==, 2);
  g_assert_cmpuint (banned[1], ==, 5);
  g_assert_false (eng_smart_ban_remembers (self, 0));
  g_assert_cmpuint (eng_smart_ban_passed (self, 0, good, 3, banned), ==, 0);
  /* The others are cleared, but for those whom another piece accuses. */
  g_assert_false (eng_smart_ban_on_parole (self, 1));
  g_assert_false (eng_smart_ban_on_parole (self, 4));
  g_assert_cmpuint (eng_smart_ban_failed (self, 3, mixed, 3, out), ==, 2);
  g_assert_true (eng_smart_ban_on_parole (self, 1));
  /* A piece alone and good ends the parole. */
  g_assert_cmpuint (eng_smart_ban_passed (self, 5, of_one, 3, banned), ==, 0);
  g_assert_false (eng_smart_ban_on_parole (self, 1));
  g_assert_true (eng_smart_ban_on_parole (self, 6));
  eng_smart_ban_free (self);
}

/* Whom the liar's other pieces accuse is cleared with it, whom a piece of others accuses is not. */
static void
test_acquitted (void)
{
  static const EngPeer senders[][3] = { { 1, 2, 3 }, { 1, 4, 4 }, { 3, 5, 5 } };
  EngSmartBan *self = eng_smart_ban_new ();
  EngSentBlock alone[3] = { block_of (1, 7), block_of (1, 7), block_of (1, 7) };
  EngJudgement out[3];

  for (uint32_t piece = 0; piece < G_N_ELEMENTS (senders); piece++)
    {
      EngSentBlock blocks[3];

      for (unsigned b = 0; b < 3; b++)
        blocks[b] = block_of (senders[piece][b], 1);
      (void) eng_smart_ban_failed (self, piece, blocks, 3, out); /* tested elsewhere */
    }
  g_assert_cmpuint (eng_smart_ban_failed (self, 9, alone, 3, out), ==, 1);
  g_assert_cmpint (out[0].verdict, ==, ENG_VERDICT_BAN);
  g_assert_false (eng_smart_ban_on_parole (self, 2));
  g_assert_false (eng_smart_ban_on_parole (self, 4));
  g_assert_true (eng_smart_ban_on_parole (self, 3));
  g_assert_true (eng_smart_ban_on_parole (self, 5));
  g_assert_false (eng_smart_ban_remembers (self, 0));
  g_assert_false (eng_smart_ban_remembers (self, 1));
  g_assert_true (eng_smart_ban_remembers (self, 2));
  eng_smart_ban_free (self);
}

/* One failure of the piece after the other: who sent it, and who is barred from the next trial. */
static const struct
{
  EngPeer senders[4];
  bool held;
  bool barred[7]; /* by peer */
} trials[] = {
  { { 1, 2, 3, 4 }, true, { 0, 1, 0, 1, 0, 0, 0 } },
  { { 2, 4, 4, 5 }, true, { 0, 0, 1, 0, 1, 1, 0 } },
  { { 1, 3, 1, 3 }, false, { 0, 0, 0, 0, 0, 0, 0 } },
};

static void
test_trials (void)
{
  EngSmartBan *self = eng_smart_ban_new ();
  EngSentBlock other[2] = { block_of (1, 1), block_of (6, 1) };
  EngJudgement out[4];

  g_assert_cmpuint (eng_smart_ban_trial (self), ==, UINT32_MAX);
  for (size_t i = 0; i < G_N_ELEMENTS (trials); i++)
    {
      EngSentBlock blocks[4];

      for (unsigned b = 0; b < 4; b++)
        blocks[b] = block_of (trials[i].senders[b], 1);
      (void) eng_smart_ban_failed (self, 7, blocks, 4, out); /* tested elsewhere */
      g_assert_cmpint (eng_smart_ban_is_held (self, 7), ==, trials[i].held);
      g_assert_cmpuint (eng_smart_ban_trial (self), ==, trials[i].held ? 7 : UINT32_MAX);
      for (EngPeer peer = 1; peer < G_N_ELEMENTS (trials[i].barred); peer++)
        g_assert_cmpint (eng_smart_ban_is_barred (self, peer), ==, trials[i].barred[peer]);
    }
  /* The next piece has its turn. */
  g_assert_cmpuint (eng_smart_ban_failed (self, 8, other, 2, out), ==, 2);
  g_assert_true (eng_smart_ban_is_held (self, 8));
  g_assert_cmpuint (eng_smart_ban_trial (self), ==, 8);
  eng_smart_ban_free (self);
}

/* A peer that is good alone and bad in company, where nothing is known of the blocks, loses two and
 * gains one each time; what was begun before its parole costs it nothing. */
static void
test_trust (void)
{
  EngSmartBan *self = eng_smart_ban_new ();
  EngSentBlock alone[2] = { { .peer = 1 }, { .peer = 1 } };
  EngJudgement out[2];
  EngPeer found[8];

  for (uint32_t i = 0; i < 6; i++)
    {
      EngSentBlock bad[2] = { { .peer = 1 }, { .peer = 10 + i } };
      EngVerdict verdict = i < 5 ? ENG_VERDICT_PAROLE : ENG_VERDICT_BAN;

      g_assert_cmpuint (eng_smart_ban_failed (self, i, bad, 2, out), ==, 2);
      g_assert_cmpint (out[0].verdict, ==, verdict);
      g_assert_cmpint (out[1].verdict, ==, ENG_VERDICT_PAROLE);
      for (uint32_t k = 0; k < 10 && i < 5; k++)
        {
          g_assert_cmpuint (eng_smart_ban_failed (self, 100 + k, bad, 2, out), ==, 2);
          g_assert_cmpint (out[0].verdict, ==, ENG_VERDICT_PAROLE);
        }
      g_assert_cmpuint (eng_smart_ban_passed (self, 200 + i, alone, 2, found), ==, 0);
    }
  eng_smart_ban_free (self);
}

/* Neither pieces that never get good nor peers without end take more than their bound. */
static void
test_bounds (void)
{
  EngSmartBan *self = eng_smart_ban_new ();
  EngSentBlock blocks[1000];
  EngJudgement out[1000];
  uint64_t n = 0;

  for (uint32_t piece = 0; piece < 100; piece++)
    {
      for (uint32_t b = 0; b < 1000; b++)
        blocks[b] = block_of (1 + piece * 1000 + b, 1);
      g_assert_cmpuint (eng_smart_ban_failed (self, piece, blocks, 1000, out), ==, 1000);
    }
  for (uint32_t piece = 0; piece < 100; piece++)
    n += eng_smart_ban_n_suspects (self, piece);
  g_assert_cmpuint (n, <=, ENG_SMART_BAN_BLOCKS);
  g_assert_cmpuint (n, >, ENG_SMART_BAN_BLOCKS - 1000);
  g_assert_true (eng_smart_ban_remembers (self, 99));
  g_assert_false (eng_smart_ban_remembers (self, 0));
  g_assert_true (eng_smart_ban_on_parole (self, 1));
  g_assert_false (eng_smart_ban_on_parole (self, 100000));
  eng_smart_ban_free (self);
}

/* Each block of a piece comes from anyone who is neither banned nor on parole. */
static void
fetch_mixed (EngSmartBan *self, const bool *banned, uint64_t *random, EngSentBlock *blocks)
{
  for (uint32_t b = 0; b < BLOCKS; b++)
    {
      EngPeer peer;

      do
        peer = 1 + eng_random_below (random, PEERS);
      while (banned[peer] || eng_smart_ban_on_parole (self, peer));
      blocks[b] = block_of (peer, (uint8_t) (peer == POISONER ? 255 : b));
    }
}

static void
fetch_alone (EngPeer peer, EngSentBlock *blocks)
{
  for (uint32_t b = 0; b < BLOCKS; b++)
    blocks[b] = block_of (peer, (uint8_t) (peer == POISONER ? 255 : b));
}

static bool
is_good (const EngSentBlock *blocks)
{
  for (uint32_t b = 0; b < BLOCKS; b++)
    if (blocks[b].digest[0] != b)
      return false;
  return true;
}

/* Fetches a piece until it is good; returns how often it was bad. */
static unsigned
fetch_piece (EngSmartBan *self, uint32_t piece, EngPeer alone, bool *banned, uint64_t *random)
{
  EngSentBlock blocks[BLOCKS];
  EngPeer found[64 * BLOCKS];
  unsigned n_bad = 0;

  for (;; n_bad++)
    {
      EngJudgement out[BLOCKS];

      if (alone != 0 && !banned[alone])
        fetch_alone (alone, blocks);
      else
        fetch_mixed (self, banned, random, blocks);
      if (is_good (blocks))
        break;
      size_t n = eng_smart_ban_failed (self, piece, blocks, BLOCKS, out);
      for (size_t i = 0; i < n; i++)
        banned[out[i].peer] |= out[i].verdict == ENG_VERDICT_BAN;
    }
  size_t n = eng_smart_ban_passed (self, piece, blocks, BLOCKS, found);
  for (size_t i = 0; i < n; i++)
    banned[found[i]] = true;
  return n_bad;
}

static void
test_swarm (void)
{
  for (uint64_t seed = 1; seed <= 50; seed++)
    {
      EngSmartBan *self = eng_smart_ban_new ();
      bool banned[PEERS + 1] = { false };
      uint64_t random = seed;
      unsigned n_bad = 0;

      for (uint32_t piece = 0; piece < PIECES; piece++)
        {
          EngPeer peer = 1 + eng_random_below (&random, PEERS);

          n_bad += fetch_piece (self, piece, eng_smart_ban_on_parole (self, peer) ? peer : 0,
                                banned, &random);
        }
      g_assert_true (banned[POISONER]);
      g_assert_cmpuint (n_bad, <=, 4);
      for (EngPeer peer = 1; peer <= PEERS; peer++)
        g_assert_cmpint (banned[peer], ==, peer == POISONER);
      eng_smart_ban_free (self);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smart-ban/digest", test_digest);
  g_test_add_func ("/smart-ban/alone", test_alone);
  g_test_add_func ("/smart-ban/compared", test_compared);
  g_test_add_func ("/smart-ban/acquitted", test_acquitted);
  g_test_add_func ("/smart-ban/trials", test_trials);
  g_test_add_func ("/smart-ban/trust", test_trust);
  g_test_add_func ("/smart-ban/bounds", test_bounds);
  g_test_add_func ("/smart-ban/swarm", test_swarm);
  return g_test_run ();
}
