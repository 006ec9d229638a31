/* test-eng-history.c: rates spread over the steps of a minute, an hour and a day. */
#include <string.h>

#include "client-core/torrent/eng-history.h"

#define S UINT64_C (1000000)
#define START (1000 * 900 * S) /* where steps of every span begin */

/* From when on which rates, what the steps of the minute before @read_s are; s from the start. */
static const struct
{
  const char *name;
  struct
  {
    double at_s;
    uint64_t down;
    uint64_t up;
  } sets[4];
  double read_s;
  EngHistorySpan span;
  struct
  {
    size_t step; /* from the newest, 0 */
    uint32_t down;
    uint32_t up;
  } steps[4]; /* all others are 0 */
} cases[] = {
  { "nothing", { { 0, 0, 0 } }, 5, ENG_HISTORY_MINUTE, { { 0, 0, 0 } } },
  { "one-step", { { 1, 100, 7 }, { 2, 0, 0 } }, 3, ENG_HISTORY_MINUTE, { { 1, 100, 7 } } },
  { "half-a-step", { { 1.5, 100, 8 }, { 2, 0, 0 } }, 3, ENG_HISTORY_MINUTE, { { 1, 50, 4 } } },
  { "across",
    { { 1.5, 100, 0 }, { 2.25, 0, 0 } },
    4,
    ENG_HISTORY_MINUTE,
    { { 2, 50, 0 }, { 1, 25, 0 } } },
  { "now-is-not-shown", { { 1, 100, 0 } }, 2.9, ENG_HISTORY_MINUTE, { { 0, 100, 0 } } },
  { "two-rates",
    { { 1, 100, 0 }, { 1.5, 300, 10 }, { 2, 0, 0 } },
    2,
    ENG_HISTORY_MINUTE,
    { { 0, 200, 5 } } },
  { "over-a-minute-ago", { { 1, 100, 0 }, { 2, 0, 0 } }, 62, ENG_HISTORY_MINUTE, { { 0, 0, 0 } } },
  { "the-oldest", { { 1, 100, 0 }, { 2, 0, 0 } }, 61, ENG_HISTORY_MINUTE, { { 59, 100, 0 } } },
  { "hour", { { 60, 600, 60 }, { 90, 0, 0 } }, 120, ENG_HISTORY_HOUR, { { 1, 300, 30 } } },
  { "hour-under-way",
    { { 60, 600, 60 }, { 90, 0, 0 } },
    100,
    ENG_HISTORY_HOUR,
    { { 0, 300, 30 } } },
  { "day", { { 0, 900, 9 }, { 450, 0, 0 } }, 900, ENG_HISTORY_DAY, { { 1, 450, 5 } } },
  { "too-fast",
    { { 0, UINT64_C (1) << 40, 0 }, { 1, 0, 0 } },
    1,
    ENG_HISTORY_MINUTE,
    { { 0, UINT32_MAX, 0 } } },
};

static uint64_t
at (double s)
{
  return START + (uint64_t) (s * 1e6);
}

static void
test_case (gconstpointer data)
{
  size_t c = GPOINTER_TO_SIZE (data);
  EngHistory *history = eng_history_new (START);
  size_t n = eng_history_steps (cases[c].span);
  uint32_t expected[2 * ENG_HISTORY_MAX] = { 0 };
  uint32_t found[2 * ENG_HISTORY_MAX];

  for (size_t i = 0; i < G_N_ELEMENTS (cases[c].sets); i++)
    if (i == 0 || cases[c].sets[i].at_s > 0)
      eng_history_set (history, at (cases[c].sets[i].at_s), cases[c].sets[i].down,
                       cases[c].sets[i].up);
  for (size_t i = 0; i < G_N_ELEMENTS (cases[c].steps); i++)
    if (cases[c].steps[i].down > 0 || cases[c].steps[i].up > 0)
      {
        expected[2 * (n - 1 - cases[c].steps[i].step)] = cases[c].steps[i].down;
        expected[2 * (n - 1 - cases[c].steps[i].step) + 1] = cases[c].steps[i].up;
      }
  eng_history_read (history, at (cases[c].read_s), cases[c].span, found);
  for (size_t i = 0; i < 2 * n; i++)
    g_assert_cmpuint (found[i], ==, expected[i]);
  eng_history_free (history);
}

/* Steady for longer than all spans: every step says the same. */
static void
test_steady (void)
{
  EngHistory *history = eng_history_new (START);
  uint32_t found[2 * ENG_HISTORY_MAX];

  eng_history_set (history, START, 1000, 10);
  for (int span = 0; span < ENG_HISTORY_SPANS; span++)
    {
      eng_history_read (history, at (100 * 900), (EngHistorySpan) span, found);
      for (size_t i = 0; i < eng_history_steps ((EngHistorySpan) span) - 1; i++)
        {
          g_assert_cmpuint (found[2 * i], ==, 1000);
          g_assert_cmpuint (found[2 * i + 1], ==, 10);
        }
    }
  eng_history_free (history);
}

/* What was kept comes back as old as it is, and goes on. */
static void
test_restore (void)
{
  EngHistory *history = eng_history_new (START);
  uint32_t kept[2 * ENG_HISTORY_MAX] = { 0 };
  uint32_t found[2 * ENG_HISTORY_MAX];

  kept[2 * 58] = 11;
  kept[2 * 59] = 22;
  kept[2 * 59 + 1] = 33;
  eng_history_restore (history, at (0), ENG_HISTORY_HOUR, kept, 10 * 60 * S);
  eng_history_read (history, at (0), ENG_HISTORY_HOUR, found);
  g_assert_cmpuint (found[2 * 48], ==, 11);
  g_assert_cmpuint (found[2 * 49], ==, 22);
  g_assert_cmpuint (found[2 * 49 + 1], ==, 33);
  g_assert_cmpuint (found[2 * 59], ==, 0);
  eng_history_read (history, at (60), ENG_HISTORY_HOUR, found);
  g_assert_cmpuint (found[2 * 48], ==, 22);
  eng_history_restore (history, at (60), ENG_HISTORY_HOUR, kept, 1000 * 60 * S);
  eng_history_read (history, at (60), ENG_HISTORY_HOUR, found);
  g_assert_cmpuint (found[2 * 48], ==, 22);
  eng_history_free (history);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/history/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/history/steady", test_steady);
  g_test_add_func ("/history/restore", test_restore);
  return g_test_run ();
}
