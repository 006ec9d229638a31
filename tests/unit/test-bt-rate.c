/* test-bt-rate.c: steady streams read exactly, and odd clocks do no harm. */
#include <glib.h>

#include "protocol/core/bt-rate.h"

#define SECOND UINT64_C (1000000)
#define YEAR (UINT64_C (31557600) * SECOND)

/* Periods that divide the window, at an arbitrary phase. */
static void
test_steady (void)
{
  static const struct
  {
    uint64_t window_us;
    uint64_t period_us;
    uint64_t bytes;
    uint64_t rate;
  } cases[] = {
    { 0, 1000, 1, 1000 },           { 0, 10000, 16384, 1638400 },
    { 0, 100000, 1000, 10000 },     { 0, 250000, 16384, 65536 },
    { 0, 2000000, 7, 3 },           { 0, 1000, UINT64_C (1) << 30, UINT64_C (1000) << 30 },
    { 16 * SECOND, 500000, 5, 10 }, { 160000, 20000, 9, 450 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    for (uint64_t phase = 0; phase < 3; phase++)
      {
        uint64_t window_us = cases[i].window_us != 0 ? cases[i].window_us : BT_RATE_WINDOW_US;
        uint64_t now_us = 50 * YEAR + phase * 33333;
        uint64_t full_us = now_us + window_us + window_us / BT_RATE_SLOTS + cases[i].period_us;
        BtRate rate;

        bt_rate_init (&rate, cases[i].window_us);
        for (; now_us < full_us + 2 * window_us; now_us += cases[i].period_us)
          {
            bt_rate_add (&rate, cases[i].bytes, now_us);
            if (now_us >= full_us)
              g_assert_cmpuint (bt_rate_get (&rate, now_us), ==, cases[i].rate);
          }
      }
}

static void
test_decay (void)
{
  BtRate rate;
  uint64_t last = UINT64_MAX;

  bt_rate_init (&rate, 0);
  g_assert_cmpuint (bt_rate_get (&rate, 0), ==, 0);
  for (uint64_t t = 0; t < 3 * SECOND; t += 10000)
    bt_rate_add (&rate, 100, t);
  for (uint64_t t = 3 * SECOND; t < 6 * SECOND; t += 125000)
    {
      uint64_t now = bt_rate_get (&rate, t);

      g_assert_cmpuint (now, <=, last);
      last = now;
    }
  g_assert_cmpuint (bt_rate_get (&rate, 3 * SECOND), ==, 0);
  g_assert_cmpuint (last, ==, 0);
}

/* The first bytes are neither hidden by a window that is not full nor blown up. */
static void
test_start (void)
{
  BtRate rate;

  bt_rate_init (&rate, 0);
  bt_rate_add (&rate, 16384, 7 * SECOND);
  g_assert_cmpuint (bt_rate_get (&rate, 7 * SECOND), ==, 0);
  g_assert_cmpuint (bt_rate_get (&rate, 7 * SECOND + 125000), ==, 32768);
  g_assert_cmpuint (bt_rate_get (&rate, 7 * SECOND + 500000), ==, 32768);
  g_assert_cmpuint (bt_rate_get (&rate, 8 * SECOND), ==, 16384);
  g_assert_cmpuint (bt_rate_get (&rate, 9 * SECOND), ==, 8192);
  g_assert_cmpuint (bt_rate_get (&rate, 9 * SECOND + 125000), ==, 0);
}

static void
test_odd_clocks (void)
{
  BtRate rate;

  bt_rate_init (&rate, 0);
  for (int i = 0; i < 1000; i++)
    bt_rate_add (&rate, 1000, 5 * SECOND); /* stands still */
  bt_rate_add (&rate, 1000, 0);            /* steps back */
  g_assert_cmpuint (bt_rate_get (&rate, 0), ==, 0);
  g_assert_cmpuint (bt_rate_get (&rate, 7 * SECOND), ==, 1001000 / 2);
  g_assert_cmpuint (bt_rate_get (&rate, 100 * YEAR), ==, 0); /* leaps */
  bt_rate_add (&rate, 2000, 100 * YEAR);
  g_assert_cmpuint (bt_rate_get (&rate, 100 * YEAR + SECOND), ==, 1000);
  bt_rate_add (&rate, 2000, UINT64_MAX);
  g_assert_cmpuint (bt_rate_get (&rate, UINT64_MAX), ==, 0);
}

static void
test_saturation (void)
{
  static const uint64_t windows[] = { 16, BT_RATE_WINDOW_US, 3600 * SECOND };

  for (size_t i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      BtRate rate;

      bt_rate_init (&rate, windows[i]);
      for (uint64_t slot = 0; slot < 40; slot++)
        {
          bt_rate_add (&rate, UINT64_MAX, slot * (windows[i] / BT_RATE_SLOTS));
          bt_rate_add (&rate, UINT64_MAX, slot * (windows[i] / BT_RATE_SLOTS));
        }
      g_assert_cmpuint (bt_rate_get (&rate, 40 * (windows[i] / BT_RATE_SLOTS)), ==,
                        BT_RATE_MAX_BPS);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate/steady", test_steady);
  g_test_add_func ("/rate/decay", test_decay);
  g_test_add_func ("/rate/start", test_start);
  g_test_add_func ("/rate/odd-clocks", test_odd_clocks);
  g_test_add_func ("/rate/saturation", test_saturation);
  return g_test_run ();
}
