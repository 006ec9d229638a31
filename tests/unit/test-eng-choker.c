/* test-eng-choker.c: rounds case by case, and an hour of a swarm with three attackers. */
#include <glib.h>

#include "client-core/torrent/eng-choker.h"

#define SECOND UINT64_C (1000000)
#define PEERS 11
#define ATTACKERS 3

static unsigned
count_unchoked (const EngChokerPeer *peers, size_t n)
{
  unsigned sum = 0;

  for (size_t i = 0; i < n; i++)
    sum += peers[i].unchoked;
  return sum;
}

/* Four slots, one of them optimistic, among six peers that have never been unchoked. */
static const struct
{
  const char *name;
  EngChokerMode mode;
  EngChokerPeer peers[6];
  const char *unchoked;
} decisions[] = {
  { "nobody-interested", ENG_CHOKER_LEECH, { { .rate_down_Bps = 5 } }, "......" },
  { "fastest-and-one",
    ENG_CHOKER_LEECH,
    { { .interested = true, .rate_down_Bps = 50, .connected_us = 9 },
      { .interested = true, .rate_down_Bps = 40, .connected_us = 9 },
      { .interested = true, .rate_down_Bps = 30, .connected_us = 9 },
      { .interested = true, .rate_down_Bps = 20, .connected_us = 9 },
      { .interested = true, .rate_down_Bps = 0, .connected_us = 8 },
      { .interested = false, .rate_down_Bps = 90, .connected_us = 1 } },
    "xxx.x." },
  { "snubs",
    ENG_CHOKER_LEECH,
    { { .interested = true, .rate_down_Bps = 50, .snubs = true, .connected_us = 9 },
      { .interested = true, .rate_down_Bps = 40, .connected_us = 9 },
      { .interested = true, .rate_down_Bps = 30, .connected_us = 9 },
      { .interested = true, .rate_down_Bps = 20, .connected_us = 9 },
      { .interested = true, .rate_down_Bps = 10, .connected_us = 7 },
      { .interested = true, .connected_us = 8 } },
    ".xxxx." },
  { "nobody-sends",
    ENG_CHOKER_LEECH,
    { { .interested = true, .connected_us = 6 },
      { .interested = true, .connected_us = 5 },
      { .interested = true, .connected_us = 4 },
      { .interested = true, .connected_us = 3 },
      { .interested = true, .connected_us = 2 },
      { .interested = true, .connected_us = 1 } },
    "..xxxx" },
  { "seed-idle-are-last",
    ENG_CHOKER_SEED,
    { { .interested = true, .idle_us = 9, .connected_us = 2 },
      { .interested = true, .idle_us = 8, .connected_us = 3 },
      { .interested = true, .had = 900, .connected_us = 4 },
      { .interested = true, .had = 900, .connected_us = 4 },
      { .interested = true, .had = 900, .connected_us = 9 },
      { .interested = true, .idle_us = 6, .asked_us = 7, .had = 990, .connected_us = 9 } },
    ".xxxx." },
  { "seed-had-least-then-rate",
    ENG_CHOKER_SEED,
    { { .interested = true, .had = 250, .rate_up_Bps = 900, .connected_us = 9 },
      { .interested = true, .had = 199, .rate_up_Bps = 1, .connected_us = 9 },
      { .interested = true, .had = 100, .rate_up_Bps = 2, .connected_us = 9 },
      { .interested = true, .had = 150, .rate_up_Bps = 3, .connected_us = 9 },
      { .interested = true, .had = 99, .rate_up_Bps = 0, .connected_us = 9 },
      { .interested = true, .had = 300, .rate_up_Bps = 900, .connected_us = 2 } },
    "..xxxx" },
};

static void
test_decide (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (decisions); i++)
    {
      EngChokerPeer peers[6];
      EngChokerRound round = { decisions[i].mode, 4, 100, 1000 * SECOND };

      g_test_message ("%s", decisions[i].name);
      for (unsigned p = 0; p < 6; p++)
        peers[p] = decisions[i].peers[p];
      eng_choker_decide (&round, peers, 6);
      for (unsigned p = 0; p < 6; p++)
        {
          g_assert_cmpint (peers[p].unchoked, ==, decisions[i].unchoked[p] == 'x');
          g_assert_cmpuint (peers[p].turned_us, ==, peers[p].unchoked ? round.now_us : 0);
        }
    }
}

/* Neither a better peer nor fewer slots take a slot away within ten seconds. */
static void
test_held (void)
{
  EngChokerPeer peers[3]
      = { { .interested = true, .rate_down_Bps = 10 }, { .interested = true, .rate_down_Bps = 9 } };
  EngChokerRound round = { ENG_CHOKER_LEECH, 2, 0, 100 * SECOND };

  eng_choker_decide (&round, peers, 3);
  g_assert_cmpuint (count_unchoked (peers, 3), ==, 2);
  peers[2] = (EngChokerPeer){ .interested = true, .rate_down_Bps = 99 };
  round.now_us += 10 * SECOND - 1;
  eng_choker_decide (&round, peers, 3);
  g_assert_false (peers[2].unchoked);
  round.slots = 1;
  eng_choker_decide (&round, peers, 3);
  g_assert_cmpuint (count_unchoked (peers, 3), ==, 2);
  round.now_us += 1;
  round.slots = 2;
  eng_choker_decide (&round, peers, 3);
  g_assert_true (peers[2].unchoked);
  g_assert_cmpuint (count_unchoked (peers, 3), ==, 2);
  peers[2].interested = false;
  eng_choker_decide (&round, peers, 3);
  g_assert_false (peers[2].unchoked);
}

static void
test_fill (void)
{
  EngChokerPeer peers[4] = { { .interested = true, .rate_down_Bps = 10 },
                             { .interested = true, .rate_down_Bps = 9 },
                             { .interested = true, .rate_down_Bps = 8, .connected_us = 5 } };
  EngChokerRound round = { ENG_CHOKER_LEECH, 2, 0, 100 * SECOND };

  eng_choker_decide (&round, peers, 4);
  peers[3] = (EngChokerPeer){ .interested = true, .rate_down_Bps = 99, .connected_us = 9 };
  round.now_us += 60 * SECOND;
  eng_choker_fill (&round, peers, 4);
  g_assert_false (peers[3].unchoked);
  peers[0].interested = false;
  eng_choker_fill (&round, peers, 4);
  g_assert_false (peers[0].unchoked);
  g_assert_true (peers[1].unchoked);
  g_assert_true (peers[3].unchoked);
}

static void
test_nobody (void)
{
  EngChokerRound round = { ENG_CHOKER_SEED, 4, 0, 0 };
  EngChokerPeer one = { .interested = true, .unchoked = true };

  eng_choker_decide (&round, NULL, 0);
  eng_choker_fill (&round, NULL, 0);
  round.slots = 0;
  round.now_us = 60 * SECOND;
  eng_choker_decide (&round, &one, 1);
  g_assert_false (one.unchoked);
}

/* A turn lasts thirty seconds, then the next in line has it. */
static void
test_optimistic (void)
{
  EngChokerPeer peers[5] = { { .interested = true, .rate_down_Bps = 10 } };
  EngChokerRound round = { ENG_CHOKER_LEECH, 2, 0, 100 * SECOND };
  unsigned rounds[5] = { 0 };

  for (unsigned p = 1; p < 5; p++)
    peers[p] = (EngChokerPeer){ .interested = true, .connected_us = p };
  for (unsigned i = 0; i < 24; i++)
    {
      eng_choker_decide (&round, peers, 5);
      g_assert_cmpuint (count_unchoked (peers, 5), ==, 2);
      for (unsigned p = 0; p < 5; p++)
        if (peers[p].unchoked)
          {
            rounds[p]++;
            peers[p].asked_us = round.now_us;
            peers[p].had += 1000000;
          }
      g_assert_true (peers[1 + i / 3 % 4].unchoked);
      round.now_us += ENG_CHOKER_ROUND_US;
    }
  for (unsigned p = 0; p < 5; p++)
    g_assert_cmpuint (rounds[p], ==, p == 0 ? 24 : 6);
}

static void
test_slots (void)
{
  static const struct
  {
    uint64_t rate_Bps;
    uint64_t limit_Bps;
    uint32_t max;
    uint32_t slots;
    uint32_t optimistic;
  } cases[] = {
    { 0, 0, 0, 4, 1 },         { 16 * 1024, 0, 0, 4, 1 },         { 16 * 1024 + 1, 0, 0, 5, 1 },
    { 1 << 20, 0, 0, 32, 6 },  { 1 << 20, 100 * 1024, 0, 10, 2 }, { 1 << 30, 0, 0, 200, 40 },
    { 1 << 30, 0, 12, 12, 2 }, { 1 << 30, 0, 1, 1, 1 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EngChokerCapacity capacity = { 0 };
      uint32_t slots;

      eng_choker_measure (&capacity, cases[i].rate_Bps, cases[i].limit_Bps);
      slots = eng_choker_slots (&capacity, cases[i].max);
      g_assert_cmpuint (slots, ==, cases[i].slots);
      g_assert_cmpuint (eng_choker_optimistic_slots (slots), ==, cases[i].optimistic);
    }
  g_assert_cmpuint (eng_choker_optimistic_slots (0), ==, 0);
}

/* Who was let in and asks for nothing keeps its slot as long as nobody else waits for it; then it
 * has one in its turn alone, until it asks. */
static void
test_idle (void)
{
  EngChokerPeer peers[3] = { { .interested = true }, { .interested = true } };
  EngChokerRound round = { ENG_CHOKER_SEED, 2, 100, 100 * SECOND };

  for (unsigned i = 0; i < 6; i++)
    {
      eng_choker_decide (&round, peers, 2);
      g_assert_cmpuint (count_unchoked (peers, 2), ==, 2);
      round.now_us += ENG_CHOKER_ROUND_US;
      peers[1].asked_us = round.now_us;
      peers[1].had += 1000;
    }
  g_assert_cmpuint (peers[0].idle_us, ==, 120 * SECOND);
  g_assert_cmpuint (peers[1].idle_us, ==, 0);
  peers[2] = (EngChokerPeer){ .interested = true, .connected_us = round.now_us };
  eng_choker_fill (&round, peers, 3);
  g_assert_false (peers[2].unchoked);
  eng_choker_decide (&round, peers, 3);
  g_assert_false (peers[0].unchoked);
  g_assert_true (peers[1].unchoked);
  g_assert_true (peers[2].unchoked);

  peers[0].asked_us = round.now_us += ENG_CHOKER_ROUND_US; /* what it may have while choked */
  peers[2].asked_us = round.now_us;
  peers[2].had = 2000;
  eng_choker_decide (&round, peers, 3);
  g_assert_cmpuint (peers[0].idle_us, ==, 0);
  g_assert_true (peers[0].unchoked);
}

/* Forty who want and never ask, or for a block in twenty seconds, and four who take what they get:
 * those have four slots of five, and what the others cannot use of the last. */
static void
test_useless_crowd (gconstpointer block)
{
  enum
  {
    USELESS = 40,
    ALL = 44
  };
  EngChokerPeer peers[ALL] = { 0 };
  EngChokerRound round = { ENG_CHOKER_SEED, 5, UINT64_C (2) << 20, 0 };
  unsigned taking = 0, useless = 0;

  for (unsigned p = 0; p < ALL; p++)
    peers[p] = (EngChokerPeer){ .interested = true, .connected_us = p * 1000 };
  for (unsigned i = 0; i < 360; i++)
    {
      round.now_us = 100 * SECOND + i * ENG_CHOKER_ROUND_US;
      eng_choker_decide (&round, peers, ALL);
      for (unsigned p = 0; p < ALL; p++)
        {
          bool asks = p >= USELESS || (block != NULL && i % 2 == 0);

          *(p < USELESS ? &useless : &taking) += i >= 60 && peers[p].unchoked;
          if (!asks || !peers[p].unchoked)
            continue;
          peers[p].asked_us = round.now_us + ENG_CHOKER_ROUND_US / 2;
          peers[p].had += p < USELESS ? GPOINTER_TO_SIZE (block) : 1000000;
        }
    }
  g_test_message ("slots of those who take %u, of the others %u", taking, useless);
  g_assert_cmpuint (taking, >=, 4 * useless);
}

/* Two slots. Who takes little because it is given little keeps its slot. */
static void
test_slow_line (void)
{
  EngChokerPeer peers[3] = { { .interested = true }, { .interested = true } };
  EngChokerRound round = { ENG_CHOKER_SEED, 2, UINT64_C (1) << 30, 100 * SECOND };

  for (unsigned i = 0; i < 6; i++)
    {
      eng_choker_decide (&round, peers, 3);
      g_assert_true (peers[0].unchoked);
      round.now_us += ENG_CHOKER_ROUND_US;
      peers[0].asked_us = peers[1].asked_us
          = round.now_us; /* there is always something on its way */
      peers[0].had += 1000;
      peers[1].had += 1000000;
    }
  g_assert_cmpuint (peers[0].slow_us, ==, 0);
  peers[0].asked_us -= SECOND; /* it asks now and then, and takes more again */
  eng_choker_decide (&round, peers, 3);
  for (unsigned i = 0; i < 2; i++)
    {
      round.now_us += ENG_CHOKER_ROUND_US;
      peers[0].asked_us = round.now_us - SECOND;
      eng_choker_decide (&round, peers, 3);
    }
  g_assert_cmpuint (peers[0].slow_us, !=, 0);
  g_assert_true (peers[0].unchoked); /* nobody waits for it */
  for (unsigned i = 0; i < 2; i++)
    {
      round.now_us += ENG_CHOKER_ROUND_US;
      peers[0].asked_us = round.now_us - SECOND;
      peers[0].had += 100000;
      eng_choker_decide (&round, peers, 3);
    }
  g_assert_cmpuint (peers[0].slow_us, ==, 0);
}

/* An hour. Peers 0 to 2 attack: the first only takes, the second comes again every 25 s, the third
 * sends a trickle. The others send what they are able to. */
static void
simulate (EngChokerMode mode, uint64_t had[PEERS])
{
  EngChokerPeer peers[PEERS] = { 0 };
  EngChokerRound round = { mode, 5, UINT64_C (2) << 20, 0 };

  for (unsigned p = 0; p < PEERS; p++)
    peers[p] = (EngChokerPeer){ .interested = true,
                                .connected_us = p * 1000,
                                .rate_down_Bps = p < ATTACKERS ? 0 : 20000 + 10000 * p };
  peers[2].rate_down_Bps = 300;
  for (unsigned second = 0; second < 3600; second++)
    {
      round.now_us = (100 + second) * SECOND;
      if (second % 25 == 0)
        peers[1] = (EngChokerPeer){ .interested = true,
                                    .connected_us = round.now_us,
                                    .had = peers[1].had,
                                    .idle_us = peers[1].idle_us,
                                    .slow_us = peers[1].slow_us };
      if (second % 10 == 0)
        eng_choker_decide (&round, peers, PEERS);
      else
        eng_choker_fill (&round, peers, PEERS);
      g_assert_cmpuint (count_unchoked (peers, PEERS), ==, 5);
      for (unsigned p = 0; p < PEERS; p++)
        {
          peers[p].rate_up_Bps = peers[p].unchoked ? 100000 : 0;
          peers[p].had += peers[p].rate_up_Bps;
          if (peers[p].unchoked)
            peers[p].asked_us = round.now_us;
        }
    }
  for (unsigned p = 0; p < PEERS; p++)
    had[p] = peers[p].had;
}

static void
test_swarm (void)
{
  static const struct
  {
    EngChokerMode mode;
    double attackers_max; /* share of all that was sent */
    double honest_min;    /* of each */
  } cases[] = { { ENG_CHOKER_LEECH, 0.12, 0.02 }, { ENG_CHOKER_SEED, 0.30, 0.07 } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint64_t had[PEERS], all = 0, attackers = 0;

      simulate (cases[i].mode, had);
      for (unsigned p = 0; p < PEERS; p++)
        {
          all += had[p];
          attackers += p < ATTACKERS ? had[p] : 0;
        }
      g_assert_cmpfloat ((double) attackers, <=, cases[i].attackers_max * (double) all);
      for (unsigned p = ATTACKERS; p < PEERS; p++)
        g_assert_cmpfloat ((double) had[p], >=, cases[i].honest_min * (double) all);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/choker/decide", test_decide);
  g_test_add_func ("/choker/held", test_held);
  g_test_add_func ("/choker/fill", test_fill);
  g_test_add_func ("/choker/nobody", test_nobody);
  g_test_add_func ("/choker/optimistic", test_optimistic);
  g_test_add_func ("/choker/idle", test_idle);
  g_test_add_data_func ("/choker/crowd/silent", NULL, test_useless_crowd);
  g_test_add_data_func ("/choker/crowd/a-block-now-and-then", GSIZE_TO_POINTER (16384),
                        test_useless_crowd);
  g_test_add_func ("/choker/slow-line", test_slow_line);
  g_test_add_func ("/choker/slots", test_slots);
  g_test_add_func ("/choker/swarm", test_swarm);
  return g_test_run ();
}
