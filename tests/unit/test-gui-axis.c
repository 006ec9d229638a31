/* test-gui-axis.c: figures at the axes of a graph. */
#include "gtk-client/draw/gui-axis.h"

#include <stdint.h>

#define KIB UINT64_C (1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

static void
test_rates (void)
{
  static const struct
  {
    guint64 top, step, shown;
  } cases[] = {
    { 0, KIB, KIB },
    { 1, KIB, KIB },
    { 4 * KIB - 1, KIB, 4 * KIB },
    { 5 * KIB, 2 * KIB, 6 * KIB },
    { 300 * KIB, 100 * KIB, 300 * KIB },
    { MIB, 512 * KIB, MIB },
    { 3 * MIB, MIB, 3 * MIB },
    { 110 * MIB, 50 * MIB, 150 * MIB },
    { 3 * GIB, GIB, 3 * GIB },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 step = gui_axis_rate_step (cases[i].top, 4);

      g_assert_cmpuint (step, ==, cases[i].step);
      g_assert_cmpuint (gui_axis_rate_top (cases[i].top, step), ==, cases[i].shown);
    }
}

/* Whatever moves, it is below the top, and the lines are few. */
static void
test_bounds (void)
{
  for (guint shift = 0; shift < 55; shift++)
    for (guint n = 1; n < 9; n++)
      {
        guint64 rate = (UINT64_C (1) << shift) + shift;
        guint64 step = gui_axis_rate_step (rate, n);
        guint64 top = gui_axis_rate_top (rate, step);

        g_assert_cmpuint (top, >=, rate);
        g_assert_cmpuint (top / step, <=, n);
      }
  g_assert_cmpuint (gui_axis_rate_step (G_MAXUINT64, 0), >, 0);
}

static void
test_times (void)
{
  static const struct
  {
    guint span, n_marks, step;
  } cases[] = {
    { 0, 6, 5 },         { 59, 6, 10 },       { 59, 2, 30 },       { 3540, 6, 600 },
    { 85500, 8, 10800 }, { 85500, 2, 43200 }, { 85500, 3, 21600 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (gui_axis_time_step (cases[i].span, cases[i].n_marks), ==, cases[i].step);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/axis/rates", test_rates);
  g_test_add_func ("/axis/bounds", test_bounds);
  g_test_add_func ("/axis/times", test_times);
  return g_test_run ();
}
