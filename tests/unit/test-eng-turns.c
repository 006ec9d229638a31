/* test-eng-turns.c: tiers, intervals, back-off and events, without a tracker. */
#include <glib.h>

#include "client-core/discovery/eng-turns.h"

#define S UINT64_C (1000000)

static const BtTracker trackers[] = {
  { .url = "a", .tier = 0 }, { .url = "b", .tier = 0 }, { .url = "c", .tier = 0 },
  { .url = "d", .tier = 1 }, { .url = "e", .tier = 4 },
};

static BtAnnounceReply
reply_of (uint32_t interval_s, uint32_t min_s, uint32_t retry_min)
{
  BtAnnounceReply reply;

  bt_announce_reply_init (&reply);
  reply.interval_s = interval_s;
  reply.min_interval_s = min_s;
  reply.retry_min = retry_min;
  return reply;
}

static EngTurn
next (EngTurns *turns, uint64_t now_us)
{
  EngTurn turn = { 0 };

  g_assert_true (eng_turns_next (turns, now_us, &turn));
  return turn;
}

static void
assert_none (EngTurns *turns, uint64_t now_us)
{
  EngTurn turn;

  g_assert_false (eng_turns_next (turns, now_us, &turn));
}

static void
assert_within (uint64_t us, uint64_t least_us, uint64_t most_us)
{
  g_assert_cmpuint (us, >=, least_us);
  g_assert_cmpuint (us, <=, most_us);
}

/* All fail, one after the other and tier by tier; then nobody is asked for a minute. */
static void
test_tiers (void)
{
  EngTurns turns;
  unsigned seen = 0;

  eng_turns_init (&turns, trackers, G_N_ELEMENTS (trackers), 7);
  for (size_t i = 0; i < G_N_ELEMENTS (trackers); i++)
    {
      EngTurn turn = next (&turns, 0);

      assert_none (&turns, 0);
      g_assert_cmpuint (trackers[turn.tracker].tier, ==, trackers[i].tier);
      g_assert_cmpint (turn.event, ==, BT_ANNOUNCE_STARTED);
      seen |= 1u << turn.tracker;
      eng_turns_failed (&turns, &turn, NULL, 0);
    }
  g_assert_cmpuint (seen, ==, 31);
  assert_none (&turns, 0);
  assert_within (eng_turns_deadline (&turns), 60 * S, 75 * S);
  for (size_t i = 0; i < G_N_ELEMENTS (trackers); i++)
    assert_within (eng_turns_when (&turns, i), 60 * S, 75 * S);
  eng_turns_clear (&turns);
}

/* A private torrent's trackers: a slow one keeps the next until it has failed. */
static void
test_private (void)
{
  EngTurns turns;
  EngTurn turn;

  eng_turns_init (&turns, trackers, G_N_ELEMENTS (trackers), 7);
  turns.one_at_a_time = true;
  turn = next (&turns, 0);
  assert_none (&turns, 3600 * S);
  g_assert_cmpuint (eng_turns_deadline (&turns), ==, ENG_TURNS_NEVER);
  eng_turns_failed (&turns, &turn, NULL, 3600 * S);
  (void) next (&turns, 3600 * S); /* another one */
  assert_none (&turns, 3600 * S);
  eng_turns_clear (&turns);
}

/* One that is added has its place in its tier, and is asked though another has answered. */
static void
test_add (void)
{
  BtAnnounceReply reply = reply_of (1800, 900, 0);
  EngTurns turns;
  EngTurn turn;

  eng_turns_init (&turns, NULL, 0, 7);
  assert_none (&turns, 0);
  eng_turns_add (&turns, 3);
  turn = next (&turns, 0);
  g_assert_cmpuint (turn.tracker, ==, 0);
  eng_turns_answered (&turns, &turn, &reply, 0);
  eng_turns_add (&turns, 1);
  g_assert_cmpuint (turns.order[0], ==, 1);
  turn = next (&turns, S);
  g_assert_cmpuint (turn.tracker, ==, 1);
  g_assert_cmpint (turn.event, ==, BT_ANNOUNCE_STARTED);
  eng_turns_answered (&turns, &turn, &reply, S);
  assert_none (&turns, 2 * S);
  eng_turns_clear (&turns);
}

/* One that goes to another tier is the last of it, and asked then. */
static void
test_move (void)
{
  static const struct
  {
    size_t tracker;
    unsigned tier;
    size_t place; /* that it has then */
  } moves[] = { { 4, 0, 3 }, { 0, 4, 4 }, { 3, 2, 3 }, { 3, 9, 4 } };
  EngTurns turns;

  for (size_t i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      eng_turns_init (&turns, trackers, G_N_ELEMENTS (trackers), 7);
      eng_turns_move (&turns, moves[i].tracker, moves[i].tier);
      g_assert_cmpuint (turns.trackers[moves[i].tracker].tier, ==, moves[i].tier);
      g_assert_cmpuint (turns.order[moves[i].place], ==, moves[i].tracker);
      for (size_t place = 1; place < turns.n; place++)
        g_assert_cmpuint (turns.trackers[turns.order[place - 1]].tier, <=,
                          turns.trackers[turns.order[place]].tier);
      g_assert_cmpuint (eng_turns_deadline (&turns), ==, 0);
      eng_turns_clear (&turns);
    }
}

/* A slow one does not keep the next; one answer ends the turn; late answers and failures do no
 * harm. */
static void
test_patience (void)
{
  BtAnnounceReply reply = reply_of (1800, 0, 0);
  EngTurns turns;
  EngTurn slow[3];
  uint64_t due_us;

  eng_turns_init (&turns, trackers, 3, 11);
  for (unsigned i = 0; i < 3; i++)
    {
      slow[i] = next (&turns, i * 5 * S);
      g_assert_cmpuint (eng_turns_deadline (&turns), ==, (i + 1) * 5 * S);
      assert_none (&turns, i * 5 * S + 4 * S);
    }
  assert_none (&turns, 15 * S);
  g_assert_cmpuint (eng_turns_deadline (&turns), ==, ENG_TURNS_NEVER);
  eng_turns_failed (&turns, &slow[1], NULL, 16 * S);
  assert_none (&turns, 16 * S);
  eng_turns_answered (&turns, &slow[2], &reply, 17 * S);
  due_us = eng_turns_deadline (&turns);
  assert_within (due_us, 1817 * S, 1907 * S);
  eng_turns_failed (&turns, &slow[0], NULL, 60 * S);
  assert_none (&turns, 60 * S);
  g_assert_cmpuint (eng_turns_deadline (&turns), ==, due_us);
  g_assert_cmpuint (next (&turns, due_us).tracker, ==, slow[2].tracker);
  eng_turns_clear (&turns);
}

/* All are under way, the last fails first and the first at last: the round begins again, a minute
 * later. */
static void
test_patience_fails (void)
{
  EngTurns turns;
  EngTurn slow[2];

  eng_turns_init (&turns, trackers, 2, 11);
  slow[0] = next (&turns, 0);
  slow[1] = next (&turns, 5 * S);
  eng_turns_failed (&turns, &slow[1], NULL, 6 * S);
  assert_none (&turns, 6 * S);
  assert_within (eng_turns_deadline (&turns), 66 * S, 81 * S);
  eng_turns_failed (&turns, &slow[0], NULL, 7 * S);
  assert_none (&turns, 7 * S);
  assert_within (eng_turns_deadline (&turns), 66 * S, 82 * S);
  eng_turns_clear (&turns);
}

/* Every order of a tier comes, by the seed. */
static void
test_shuffle (void)
{
  unsigned firsts[3] = { 0 };

  for (uint64_t seed = 0; seed < 300; seed++)
    {
      EngTurns turns;

      eng_turns_init (&turns, trackers, G_N_ELEMENTS (trackers), seed * UINT64_C (0x9e3779b9));
      firsts[next (&turns, 0).tracker]++;
      eng_turns_clear (&turns);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (firsts); i++)
    g_assert_cmpuint (firsts[i], >, 60);
}

/* The one that answered is the first of its tier from then on, and is told no second "started". */
static void
test_promote (void)
{
  BtAnnounceReply reply = reply_of (1800, 0, 0);
  EngTurns turns;
  EngTurn first;
  EngTurn good;
  EngTurn again;

  eng_turns_init (&turns, trackers, G_N_ELEMENTS (trackers), 1);
  first = next (&turns, 0);
  eng_turns_failed (&turns, &first, NULL, 0);
  good = next (&turns, 0);
  eng_turns_answered (&turns, &good, &reply, 10 * S);
  assert_none (&turns, 10 * S);
  assert_within (eng_turns_deadline (&turns), 1810 * S, 1900 * S);
  g_assert_cmpuint (eng_turns_when (&turns, good.tracker), ==, eng_turns_deadline (&turns));
  g_assert_cmpuint (eng_turns_when (&turns, 4), ==, ENG_TURNS_NEVER);
  again = next (&turns, 1900 * S);
  g_assert_cmpuint (again.tracker, ==, good.tracker);
  g_assert_cmpint (again.event, ==, BT_ANNOUNCE_NONE);
  eng_turns_failed (&turns, &again, NULL, 1900 * S);
  g_assert_cmpint (next (&turns, 1900 * S).event, ==, BT_ANNOUNCE_STARTED);
  eng_turns_clear (&turns);
}

/* A single tracker that stays away: never more than once a minute, 2.5 times as long each time, an
 * hour at last, and a quarter more by chance. */
static void
test_back_off (void)
{
  static const unsigned waits_s[] = { 60, 150, 375, 937, 2343, 3600, 3600 };
  uint64_t now_us = 0;
  EngTurns turns;

  eng_turns_init (&turns, trackers, 1, 3);
  for (size_t i = 0; i < G_N_ELEMENTS (waits_s); i++)
    {
      EngTurn turn = next (&turns, now_us);
      uint64_t then_us;

      eng_turns_failed (&turns, &turn, NULL, now_us);
      assert_none (&turns, now_us);
      then_us = eng_turns_deadline (&turns);
      assert_within (then_us - now_us, waits_s[i] * S, (waits_s[i] + 1) * S * 5 / 4);
      now_us = then_us;
    }
  eng_turns_clear (&turns);
}

static void
test_intervals (void)
{
  static const struct
  {
    uint32_t said_s;
    uint32_t made_s;
  } cases[] = {
    { 0, 1800 },
    { 1, 60 },
    { 59, 60 },
    { 60, 60 },
    { 900, 900 },
    { 86400, 86400 },
    { 86401, 86400 },
    { INT32_MAX, 86400 },
    { 2147483648u, 1800 },
    { UINT32_MAX, 1800 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceReply reply = reply_of (cases[i].said_s, 0, 0);
      EngTurns turns;
      EngTurn turn;

      g_assert_cmpuint (eng_turns_interval_s (cases[i].said_s, 1800), ==, cases[i].made_s);
      eng_turns_init (&turns, trackers, 1, i);
      turn = next (&turns, 0);
      eng_turns_answered (&turns, &turn, &reply, 0);
      assert_within (eng_turns_deadline (&turns), cases[i].made_s * S,
                     cases[i].made_s * S * 21 / 20 + 1);
      eng_turns_clear (&turns);
    }
}

/* What a refusal says of the next time. */
static void
test_refusals (void)
{
  static const struct
  {
    uint32_t interval_s;
    uint32_t min_s;
    uint32_t retry_min;
    uint64_t least_s;
    uint64_t most_s;
  } cases[] = {
    { 0, 0, 0, 60, 75 },
    { 1800, 0, 0, 1800, 1800 },
    { 0, 900, 0, 900, 900 },
    { UINT32_MAX, 0, 0, 60, 75 },
    { 0, 0, 5, 300, 300 },
    { 1800, 0, 5, 300, 300 },
    { 0, 0, 1000000, 86400, 86400 },
    { 0, 0, BT_RETRY_NEVER, UINT64_MAX, UINT64_MAX },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BtAnnounceReply reply = reply_of (cases[i].interval_s, cases[i].min_s, cases[i].retry_min);
      EngTurns turns;
      EngTurn turn;

      eng_turns_init (&turns, trackers, 1, i);
      turn = next (&turns, 0);
      eng_turns_failed (&turns, &turn, &reply, 0);
      assert_none (&turns, 0);
      if (cases[i].least_s == UINT64_MAX)
        g_assert_cmpuint (eng_turns_deadline (&turns), ==, ENG_TURNS_NEVER);
      else
        assert_within (eng_turns_deadline (&turns), cases[i].least_s * S, cases[i].most_s * S);
      eng_turns_clear (&turns);
    }
}

/* "completed" goes out at once, to those that know of us alone, and again when it failed. */
static void
test_completed (void)
{
  BtAnnounceReply reply = reply_of (1800, 600, 0);
  EngTurns turns;
  EngTurn turn;

  eng_turns_init (&turns, trackers, 1, 5);
  eng_turns_tell (&turns, BT_ANNOUNCE_COMPLETED);
  turn = next (&turns, 0);
  g_assert_cmpint (turn.event, ==, BT_ANNOUNCE_STARTED);
  eng_turns_tell (&turns, BT_ANNOUNCE_COMPLETED);
  assert_none (&turns, 0);
  eng_turns_answered (&turns, &turn, &reply, 0);
  g_assert_cmpuint (eng_turns_deadline (&turns), ==, 0);
  turn = next (&turns, 0);
  g_assert_cmpint (turn.event, ==, BT_ANNOUNCE_COMPLETED);
  eng_turns_failed (&turns, &turn, NULL, 0);
  assert_none (&turns, 59 * S);
  turn = next (&turns, 75 * S);
  g_assert_cmpint (turn.event, ==, BT_ANNOUNCE_COMPLETED);
  eng_turns_answered (&turns, &turn, &reply, 75 * S);
  assert_none (&turns, 75 * S);
  assert_within (eng_turns_deadline (&turns), 1875 * S, 1965 * S);
  eng_turns_clear (&turns);
}

/* A turn that comes while the only tracker hears of "completed" is not lost. */
static void
test_completed_when_due (void)
{
  BtAnnounceReply reply = reply_of (60, 60, 0);
  EngTurns turns;
  EngTurn turn;

  eng_turns_init (&turns, trackers, 1, 5);
  turn = next (&turns, 0);
  eng_turns_answered (&turns, &turn, &reply, 0);
  eng_turns_tell (&turns, BT_ANNOUNCE_COMPLETED);
  turn = next (&turns, 50 * S);
  assert_none (&turns, 100 * S);
  eng_turns_failed (&turns, &turn, NULL, 100 * S);
  assert_none (&turns, 100 * S);
  assert_within (eng_turns_deadline (&turns), 160 * S, 175 * S);
  eng_turns_clear (&turns);
}

static void
test_more (void)
{
  BtAnnounceReply reply = reply_of (1800, 600, 0);
  EngTurns turns;
  EngTurn turn;

  eng_turns_init (&turns, trackers, 2, 5);
  eng_turns_more (&turns);
  turn = next (&turns, 0);
  eng_turns_answered (&turns, &turn, &reply, 0);
  eng_turns_more (&turns);
  g_assert_cmpuint (eng_turns_deadline (&turns), ==, 600 * S);
  assert_none (&turns, 599 * S);
  g_assert_cmpuint (next (&turns, 600 * S).tracker, ==, turn.tracker);
  eng_turns_clear (&turns);
}

/* Ends one of those under way, somehow. */
static void
end_any (EngTurns *turns, GArray *under_way, GRand *rand, uint64_t now_us)
{
  guint which = (guint) g_rand_int_range (rand, 0, (gint32) under_way->len);
  EngTurn turn = g_array_index (under_way, EngTurn, which);
  BtAnnounceReply reply = reply_of ((uint32_t) g_rand_int_range (rand, 0, 200),
                                    (uint32_t) g_rand_int_range (rand, 0, 200),
                                    (uint32_t) g_rand_int_range (rand, 0, 3));

  g_array_remove_index_fast (under_way, which);
  if (g_rand_boolean (rand))
    eng_turns_answered (turns, &turn, &reply, now_us);
  else
    eng_turns_failed (turns, &turn, g_rand_boolean (rand) ? &reply : NULL, now_us);
}

/* Asks whom there is to ask now; nobody twice within a minute, but to hear of "completed". */
static void
ask_all (EngTurns *turns, GArray *under_way, uint64_t *asked_us, uint64_t now_us)
{
  EngTurn turn;

  while (eng_turns_next (turns, now_us, &turn))
    {
      if (turn.event != BT_ANNOUNCE_COMPLETED)
        g_assert_cmpuint (now_us, >=, asked_us[turn.tracker] + 60 * S);
      asked_us[turn.tracker] = now_us;
      g_array_append_val (under_way, turn);
    }
  g_assert_cmpuint (eng_turns_deadline (turns), >, now_us);
  if (under_way->len == 0)
    g_assert_cmpuint (eng_turns_deadline (turns), <, ENG_TURNS_NEVER);
}

/* Whatever trackers do and whatever is wished, the deadline lies ahead and something comes of it.
 */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  g_autoptr (GArray) under_way = g_array_new (FALSE, FALSE, sizeof (EngTurn));
  uint64_t asked_us[G_N_ELEMENTS (trackers)] = { 0 };
  uint64_t now_us = 1000 * S;
  EngTurns turns;

  eng_turns_init (&turns, trackers, G_N_ELEMENTS (trackers), g_rand_int (rand));
  for (int step = 0; step < 20000; step++)
    {
      if (g_rand_int_range (rand, 0, 50) == 0)
        eng_turns_tell (&turns, BT_ANNOUNCE_COMPLETED);
      if (g_rand_int_range (rand, 0, 3) == 0)
        eng_turns_more (&turns);
      ask_all (&turns, under_way, asked_us, now_us);
      now_us += (uint64_t) g_rand_int_range (rand, 0, 8) * S;
      if (under_way->len > 0 && g_rand_boolean (rand))
        end_any (&turns, under_way, rand, now_us);
      else if (eng_turns_deadline (&turns) < ENG_TURNS_NEVER)
        now_us = MAX (now_us, eng_turns_deadline (&turns));
    }
  eng_turns_clear (&turns);
}

/* The person asks one tracker, which permits it later, and then all that failed. */
static void
test_now (void)
{
  BtAnnounceReply reply = reply_of (1800, 900, 0);
  EngTurns turns;
  EngTurn first, other;

  eng_turns_init (&turns, trackers, 2, 7);
  first = next (&turns, 0);
  eng_turns_failed (&turns, &first, NULL, 0);
  other = next (&turns, 0);
  eng_turns_answered (&turns, &other, &reply, 0);
  assert_none (&turns, S);
  eng_turns_now (&turns, first.tracker);
  g_assert_cmpuint (next (&turns, S).tracker, ==, first.tracker);
  eng_turns_failed (&turns, &first, NULL, S);
  eng_turns_now (&turns, other.tracker);
  g_assert_cmpuint (eng_turns_deadline (&turns), ==, 900 * S);
  assert_none (&turns, 899 * S);
  g_assert_cmpuint (next (&turns, 900 * S).tracker, ==, other.tracker);
  assert_none (&turns, 900 * S);
  eng_turns_clear (&turns);
}

/* Who was told of another port hears of it before its interval is over, once; others keep theirs.
 */
static void
test_moved (void)
{
  BtAnnounceReply reply = reply_of (1800, 900, 0);
  EngTurns turns;
  EngTurn turn;

  eng_turns_init (&turns, trackers, 2, 7);
  turn = next (&turns, 0);
  eng_turns_answered (&turns, &turn, &reply, 0);
  eng_turns_moved (&turns, 1 - turn.tracker);
  assert_none (&turns, S);
  eng_turns_moved (&turns, turn.tracker);
  g_assert_cmpuint (eng_turns_deadline (&turns), ==, 0);
  g_assert_cmpuint (next (&turns, S).tracker, ==, turn.tracker);
  eng_turns_answered (&turns, &turn, &reply, S);
  assert_none (&turns, 900 * S);
  eng_turns_clear (&turns);
}

/* In another network who knows us hears of it, and who was silent is asked again, also when that
 * silence is still to come; a refusal stands. */
static void
test_elsewhere (void)
{
  BtAnnounceReply reply = reply_of (1800, 900, 0);
  EngTurns turns;
  EngTurn silent, good, late;

  eng_turns_init (&turns, trackers, 3, 7);
  silent = next (&turns, 0);
  eng_turns_failed (&turns, &silent, NULL, 0);
  good = next (&turns, 0);
  eng_turns_answered (&turns, &good, &reply, 0);
  assert_none (&turns, S);
  eng_turns_elsewhere (&turns);
  g_assert_cmpuint (next (&turns, S).tracker, ==, good.tracker);
  eng_turns_elsewhere (&turns);
  eng_turns_failed (&turns, &good, NULL, S);
  late = next (&turns, S);
  g_assert_cmpuint (late.tracker, ==, good.tracker);
  eng_turns_failed (&turns, &late, &reply, S);
  g_assert_cmpuint (next (&turns, S).tracker, !=, good.tracker);
  eng_turns_clear (&turns);
}

/* One that is dropped is not asked again, and another takes its place. */
static void
test_drop (void)
{
  BtAnnounceReply reply = reply_of (1800, 900, 0);
  EngTurns turns;
  EngTurn turn;

  eng_turns_init (&turns, trackers, 2, 7);
  turn = next (&turns, 0);
  eng_turns_answered (&turns, &turn, &reply, 0);
  eng_turns_drop (&turns, turn.tracker);
  eng_turns_now (&turns, ENG_TURNS_NONE);
  g_assert_cmpuint (next (&turns, 1000 * S).tracker, ==, 1 - turn.tracker);
  eng_turns_drop (&turns, 1 - turn.tracker);
  eng_turns_now (&turns, 0);
  assert_none (&turns, 90000 * S);
  eng_turns_clear (&turns);
}

static void
test_nobody (void)
{
  EngTurns turns;

  eng_turns_init (&turns, NULL, 0, 5);
  assert_none (&turns, 0);
  eng_turns_more (&turns);
  eng_turns_tell (&turns, BT_ANNOUNCE_COMPLETED);
  g_assert_cmpuint (eng_turns_deadline (&turns), ==, ENG_TURNS_NEVER);
  eng_turns_clear (&turns);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turns/tiers", test_tiers);
  g_test_add_func ("/turns/patience", test_patience);
  g_test_add_func ("/turns/patience-fails", test_patience_fails);
  g_test_add_func ("/turns/private", test_private);
  g_test_add_func ("/turns/add", test_add);
  g_test_add_func ("/turns/move", test_move);
  g_test_add_func ("/turns/shuffle", test_shuffle);
  g_test_add_func ("/turns/promote", test_promote);
  g_test_add_func ("/turns/back-off", test_back_off);
  g_test_add_func ("/turns/intervals", test_intervals);
  g_test_add_func ("/turns/refusals", test_refusals);
  g_test_add_func ("/turns/completed", test_completed);
  g_test_add_func ("/turns/completed-when-due", test_completed_when_due);
  g_test_add_func ("/turns/more", test_more);
  g_test_add_func ("/turns/now", test_now);
  g_test_add_func ("/turns/moved", test_moved);
  g_test_add_func ("/turns/elsewhere", test_elsewhere);
  g_test_add_func ("/turns/drop", test_drop);
  g_test_add_func ("/turns/random", test_random);
  g_test_add_func ("/turns/nobody", test_nobody);
  return g_test_run ();
}
