/* test-eng-candidates-call.c: whom to call, and when again: back-off, ways, those who are silent.
 */
#include <glib.h>

#include "tests/unit/candidates-maker.h"

/* Never more than the rate allows, nor than three attempts an hour on one who never answers. */
static void
test_back_off (void)
{
  static const struct
  {
    bool answered;
    uint64_t waits_s[8];
  } cases[] = {
    { false, { 60, 120, 3600, 3600, 3600, 3600, 3600, 3600 } },
    { true, { 60, 120, 240, 480, 960, 1920, 3600, 3600 } },
  };

  for (size_t c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      EngCandidates *list = eng_candidates_new (10, false, 1, NULL);
      BtTokenBucket connects;
      EngCandidate *got;
      uint64_t now_us = START;

      bt_token_bucket_init (&connects, NULL, 30, 30, now_us);
      g_assert_cmpint (add (list, "8.8.4.4:6001", ENG_SOURCE_PEX), ==, ENG_ADD_NEW);
      for (unsigned i = 0; i < 8; i++)
        {
          g_assert_cmpuint (eng_candidates_next (list, &connects, false, now_us, &got, 1), ==, 1);
          g_assert_cmpuint (eng_candidates_next (list, &connects, false, now_us, &got, 1), ==, 0);
          g_assert_cmpuint (eng_candidates_deadline (list), ==, UINT64_MAX);
          if (i == 0 && cases[c].answered)
            eng_candidates_answered (list, got, START);
          eng_candidates_failed (list, got, now_us);
          now_us += cases[c].waits_s[i] * SECOND;
          g_assert_cmpuint (eng_candidates_deadline (list), ==, now_us);
          g_assert_cmpuint (eng_candidates_next (list, &connects, false, now_us - 1, &got, 1), ==,
                            0);
        }
      g_assert_cmpuint (eng_candidates_next (list, &connects, false, now_us, &got, 1), ==, 1);
      eng_candidates_answered (list, got, START);
      eng_candidates_closed (list, got, now_us);
      g_assert_cmpuint (eng_candidates_deadline (list), ==, now_us + 60 * SECOND);
      eng_candidates_free (list);
    }
}

/* Who was named by the person is tried again soon, and never given up. */
static void
test_given (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtTokenBucket connects;
  EngCandidate *got;
  uint64_t now_us = START;
  uint64_t wait_us = 5 * SECOND;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_GIVEN), ==, ENG_ADD_NEW);
  for (int i = 0; i < 12; i++)
    {
      g_assert_cmpuint (eng_candidates_next (list, &connects, false, now_us, &got, 1), ==, 1);
      eng_candidates_failed (list, got, now_us);
      g_assert_cmpuint (eng_candidates_deadline (list), ==, now_us + wait_us);
      now_us += wait_us;
      wait_us = MIN (2 * wait_us, 3600 * SECOND);
    }
  eng_candidates_free (list);
}

/* One that takes no encryption is tried plain at once; what has worked is kept until it fails. */
static void
test_ways (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtTokenBucket connects;
  EngCandidate *got;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6881", ENG_SOURCE_TRACKER), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, &got, 1), ==, 1);
  g_assert_cmpint (got->way, ==, ENG_WAY_UNKNOWN);
  eng_candidates_retry (list, got, ENG_WAY_PLAIN, START);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, &got, 1), ==, 1);
  g_assert_cmpint (got->way, ==, ENG_WAY_PLAIN);
  g_assert_cmpuint (got->failures, ==, 0);
  eng_candidates_answered (list, got, START);
  eng_candidates_closed (list, got, START);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START + 60 * SECOND, &got, 1), ==,
                    1);
  g_assert_cmpint (got->way, ==, ENG_WAY_PLAIN);
  eng_candidates_failed (list, got, START);
  g_assert_cmpint (eng_candidates_peek (list, 0)->way, ==, ENG_WAY_UNKNOWN);
  eng_candidates_free (list);
}

/* Who takes connections and never says a word, whatever was tried: a web server, say, that a
 * stranger has named. It is called three times in an hour, and once in each that follows. */
static void
test_silent (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtTokenBucket connects;
  unsigned n_calls[3] = { 0 };

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:8080", ENG_SOURCE_PEX), ==, ENG_ADD_NEW);
  for (uint64_t now_us = START; now_us < START + 3 * 3600 * SECOND; now_us += SECOND / 2)
    {
      EngCandidate *got;

      (void) add (list, "8.8.4.4:8080", ENG_SOURCE_PEX); /* named again and again */
      if (eng_candidates_next (list, &connects, false, now_us, &got, 1) == 0)
        continue;
      n_calls[(now_us - START) / (3600 * SECOND)]++;
      if (got->way == ENG_WAY_UNKNOWN)
        eng_candidates_retry (list, got, ENG_WAY_PLAIN, now_us);
      else
        eng_candidates_failed (list, got, now_us);
    }
  g_assert_cmpuint (n_calls[0], ==, 3);
  g_assert_cmpuint (n_calls[1], ==, 1);
  g_assert_cmpuint (n_calls[2], ==, 1);
  eng_candidates_free (list);
}

/* Calls all that there are to call, none of whom answers; how many of them were @victim. */
static unsigned
call_in_vain (EngCandidates *list, BtTokenBucket *connects, const BtEndpoint *victim,
              uint64_t now_us)
{
  EngCandidate *got[8];
  size_t n = eng_candidates_next (list, connects, false, now_us, got, G_N_ELEMENTS (got));
  unsigned n_calls = 0;

  for (size_t i = 0; i < n; i++)
    {
      n_calls += bt_endpoint_same_address (&got[i]->endpoint, victim);
      eng_candidates_failed (list, got[i], now_us);
    }
  return n_calls;
}

/* Who never answered is not called sooner because others took its place and it is named anew; it
 * may come by itself. */
static void
test_named_anew (void)
{
  EngSilence *silence = eng_silence_new (false, 2);
  EngCandidates *list = eng_candidates_new (32, false, 1, silence);
  BtEndpoint victim = endpoint ("8.8.4.4:8080");
  BtTokenBucket connects;
  unsigned n_calls = 0, n_named = 0;
  uint32_t number = 0;
  EngCandidate *in;

  bt_token_bucket_init (&connects, NULL, 30, 30, START);
  for (uint64_t now_us = START; now_us < START + 3600 * SECOND; now_us += 10 * SECOND)
    {
      n_named += add (list, "8.8.4.4:8080", ENG_SOURCE_PEX) == ENG_ADD_NEW;
      n_calls += call_in_vain (list, &connects, &victim, now_us);
      for (unsigned i = 0; i < 40; i++)
        {
          BtEndpoint other = numbered (0x09000000 + number++ * 256, 6881);

          g_assert_cmpint (eng_candidates_add (list, &other, ENG_SOURCE_PEX, false), ==,
                           ENG_ADD_NEW);
        }
    }
  g_assert_cmpuint (n_named, >, 3); /* it had been dropped */
  g_assert_cmpuint (n_calls, >, 0);
  g_assert_cmpuint (n_calls, <=, 3);
  (void) eng_candidates_incoming (list, &victim, &in); /* it may be known at that moment */
  eng_candidates_answered (list, in, START);
  eng_candidates_closed (list, in, START + 3600 * SECOND);
  eng_candidates_free (list);
  eng_silence_free (silence);
}

/* A hundred torrents in which a stranger names the same victim, under many ports. It is called no
 * more than one torrent would call it, and as often as each wants once it has shaken hands; the
 * person may have it called in any case, and so may another network. */
static void
test_many_torrents (void)
{
  EngSilence *silence = eng_silence_new (false, 2);
  EngCandidates *lists[100];
  BtEndpoint victim = endpoint ("8.8.4.4:8080");
  BtTokenBucket connects;
  unsigned n_calls[3] = { 0 };
  EngCandidate *got;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  for (unsigned i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      BtEndpoint at = victim;

      at.port = (uint16_t) (8080 + i);
      lists[i] = eng_candidates_new (32, false, i, silence);
      g_assert_cmpint (eng_candidates_add (lists[i], &at, ENG_SOURCE_PEX, false), ==, ENG_ADD_NEW);
    }
  for (uint64_t now_us = START; now_us < START + 3 * 3600 * SECOND; now_us += SECOND)
    for (unsigned i = 0; i < G_N_ELEMENTS (lists); i++)
      n_calls[(now_us - START) / (3600 * SECOND)]
          += call_in_vain (lists[i], &connects, &victim, now_us);
  for (unsigned hour = 0; hour < G_N_ELEMENTS (n_calls); hour++)
    g_assert_cmpuint (n_calls[hour], ==, 3);

  uint64_t now_us = START + 3 * 3600 * SECOND;
  EngCandidates *given = eng_candidates_new (32, false, 7, silence);

  (void) add (given, "8.8.4.4:8080", ENG_SOURCE_GIVEN); /* there is room for one */
  g_assert_cmpuint (call_in_vain (given, &connects, &victim, now_us), ==, 1);
  eng_candidates_free (given);
  n_calls[0] = 0;
  for (unsigned i = 0; i < 10; i++)
    {
      eng_silence_forget (silence);
      eng_candidates_elsewhere (lists[i]);
      g_assert_cmpuint (eng_candidates_next (lists[i], &connects, false, now_us, &got, 1), ==, 1);
      eng_candidates_answered (lists[i], got, now_us);
    }
  for (unsigned i = 10; i < 20; i++)
    {
      eng_candidates_elsewhere (lists[i]);
      n_calls[0] += call_in_vain (lists[i], &connects, &victim, now_us);
    }
  g_assert_cmpuint (n_calls[0], ==, 10);
  for (unsigned i = 0; i < G_N_ELEMENTS (lists); i++)
    eng_candidates_free (lists[i]);
  eng_silence_free (silence);
}

/* Who has nobody else: one step is an end of the only peer, after a connection of so many seconds
 * or without one, and the wait until it may be tried again. */
static const struct
{
  const char *name;
  bool answered;
  EngSource source;
  struct
  {
    bool failed; /* no connection was to be had */
    unsigned lasted_s;
    unsigned wait_s; /* 0: not before its turn */
  } steps[9];
  unsigned n;
} agains[] = {
  { "closed",
    true,
    ENG_SOURCE_TRACKER,
    { { false, 0, 1 },
      { false, 0, 2 },
      { false, 0, 4 },
      { false, 0, 8 },
      { false, 0, 16 },
      { false, 0, 32 },
      { false, 0, 60 },
      { false, 0, 60 } },
    8 },
  { "away", true, ENG_SOURCE_TRACKER, { { false, 0, 1 }, { true, 0, 2 }, { true, 0, 4 } }, 3 },
  { "given",
    true,
    ENG_SOURCE_GIVEN,
    { { false, 0, 1 }, { false, 0, 2 }, { false, 0, 4 }, { false, 0, 5 }, { false, 0, 5 } },
    5 },
  { "lasted",
    true,
    ENG_SOURCE_TRACKER,
    { { false, 0, 1 }, { false, 0, 2 }, { false, 61, 1 }, { false, 59, 2 } },
    4 },
  { "never-answered", false, ENG_SOURCE_TRACKER, { { true, 0, 0 }, { true, 0, 0 } }, 2 },
};

static void
test_again (gconstpointer data)
{
  size_t c = GPOINTER_TO_SIZE (data);
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtTokenBucket connects;
  EngCandidate *got;
  uint64_t now_us = START;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6881", agains[c].source), ==, ENG_ADD_NEW);
  g_assert_null (eng_candidates_again (list, &connects, now_us)); /* its turn is to come first */
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, now_us, &got, 1), ==, 1);
  for (unsigned i = 0; i < agains[c].n; i++)
    {
      uint64_t wait_us = agains[c].steps[i].wait_s * SECOND;

      if (agains[c].answered && !agains[c].steps[i].failed)
        eng_candidates_answered (list, got, START);
      now_us += agains[c].steps[i].lasted_s * SECOND;
      if (agains[c].steps[i].failed)
        eng_candidates_failed (list, got, now_us);
      else
        eng_candidates_closed (list, got, now_us);
      g_assert_null (eng_candidates_again (list, &connects, now_us + MAX (wait_us, 1) - 1));
      if (wait_us == 0)
        {
          g_assert_null (eng_candidates_again (list, &connects, UINT64_MAX - 1));
          now_us += 3600 * SECOND;
          g_assert_cmpuint (eng_candidates_next (list, &connects, false, now_us, &got, 1), ==, 1);
          continue;
        }
      now_us += wait_us;
      got = eng_candidates_again (list, &connects, now_us);
      g_assert_nonnull (got);
      g_assert_true (got->connected);
      g_assert_null (eng_candidates_again (list, &connects, now_us));
    }
  eng_candidates_free (list);
}

/* Whoever has waited longest, as far as there are tokens, unless nobody knows where it listens. */
static void
test_again_who (void)
{
  EngCandidates *list = eng_candidates_new (4, false, 1, NULL);
  BtEndpoint at = endpoint ("9.8.4.4:50000");
  BtTokenBucket connects;
  EngCandidate *got[2], *in, *again;

  bt_token_bucket_init (&connects, NULL, 0, 0, START);
  g_assert_cmpint (add (list, "8.8.4.4:6001", ENG_SOURCE_TRACKER), ==, ENG_ADD_NEW);
  g_assert_cmpint (add (list, "8.9.4.4:6001", ENG_SOURCE_TRACKER), ==, ENG_ADD_NEW);
  g_assert_cmpuint (eng_candidates_next (list, &connects, false, START, got, 2), ==, 2);
  g_assert_cmpint (eng_candidates_incoming (list, &at, &in), ==, ENG_ADD_NEW);
  eng_candidates_answered (list, in, START);
  eng_candidates_closed (list, in, START);
  for (unsigned i = 0; i < 2; i++)
    {
      eng_candidates_answered (list, got[i], START);
      eng_candidates_closed (list, got[i], START + (1 - i) * SECOND / 2);
    }
  bt_token_bucket_init (&connects, NULL, 1, 1, START);
  again = eng_candidates_again (list, &connects, START + 10 * SECOND);
  g_assert_true (again == got[1]);
  g_assert_null (eng_candidates_again (list, &connects, START + 10 * SECOND));
  g_assert_true (eng_candidates_find (list, got[0]->id) == got[0]);
  g_assert_null (eng_candidates_find (list, 1000));
  eng_candidates_free (list);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/candidates/back-off", test_back_off);
  g_test_add_func ("/candidates/ways", test_ways);
  g_test_add_func ("/candidates/silent", test_silent);
  g_test_add_func ("/candidates/named-anew", test_named_anew);
  g_test_add_func ("/candidates/many-torrents", test_many_torrents);
  g_test_add_func ("/candidates/given", test_given);
  for (size_t i = 0; i < G_N_ELEMENTS (agains); i++)
    {
      g_autofree char *path = g_strdup_printf ("/candidates/again/%s", agains[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_again);
    }
  g_test_add_func ("/candidates/again/who", test_again_who);
  return g_test_run ();
}
