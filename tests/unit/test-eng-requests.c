/* test-eng-requests.c: the depth of the queue against a simulated peer, and the snub. */
#include <glib.h>

#include "client-core/torrent/eng-requests.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-rate.h"

#define SECOND UINT64_C (1000000)

/* A line that carries rate_Bps and answers after a round trip, simulated block by block. */
static void
test_line (void)
{
  static const struct
  {
    const char *name;
    uint64_t rate_Bps;
    uint64_t round_trip_us;
    uint32_t reqq;
    uint32_t depth_min;
    uint32_t depth_max;
    unsigned reach; /* of 100, of the line's rate in the last second */
  } cases[] = {
    { "modem", 4000, 200000, 0, 4, 12, 80 },
    { "dsl", 1000000, 50000, 0, 150, 420, 95 },
    { "fibre", 12500000, 20000, 0, 2000, 2000, 95 },
    { "fibre-far", 12500000, 300000, 0, 2000, 2000, 90 },
    { "fibre-small-queue", 12500000, 20000, 100, 100, 100, 90 },
    { "tiny-queue", 12500000, 20000, 2, 2, 2, 0 },
    { "ten-gigabit", 1250000000, 1000, 5000, 2000, 2000, 95 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EngRequests requests;
      BtRate rate;
      uint64_t gap_us = BT_BLOCK_LEN * SECOND / cases[i].rate_Bps;
      uint64_t line_us = 0; /* until when the line is busy */
      static uint64_t due_us[BT_LIMIT_REQUESTS_QUEUED];
      uint32_t head = 0, n = 0;
      uint64_t now_us = 0, last_second = 0;

      g_test_message ("%s", cases[i].name);
      eng_requests_init (&requests, cases[i].reqq);
      bt_rate_init (&rate, 0);
      while (now_us < 30 * SECOND)
        {
          uint32_t room = eng_requests_room (&requests);

          for (uint32_t k = 0; k < room; k++, n++)
            {
              line_us = MAX (line_us, now_us + cases[i].round_trip_us) + gap_us;
              due_us[(head + n) % G_N_ELEMENTS (due_us)] = line_us;
            }
          eng_requests_sent (&requests, room, now_us);
          g_assert_cmpuint (requests.outstanding, ==, n);
          now_us = due_us[head];
          head = (head + 1) % G_N_ELEMENTS (due_us);
          n--;
          bt_rate_add (&rate, BT_BLOCK_LEN, now_us);
          eng_requests_received (&requests, true, bt_rate_get (&rate, now_us), now_us);
          g_assert_cmpint (eng_requests_tick (&requests, bt_rate_get (&rate, now_us), now_us), ==,
                           ENG_REQUESTS_FINE);
          if (now_us >= 28 * SECOND && now_us < 30 * SECOND)
            last_second += BT_BLOCK_LEN / 2;
        }
      g_assert_cmpuint (eng_requests_depth (&requests), >=, cases[i].depth_min);
      g_assert_cmpuint (eng_requests_depth (&requests), <=, cases[i].depth_max);
      g_assert_cmpuint (last_second * 100, >=, cases[i].rate_Bps * cases[i].reach);
    }
}

static void
test_snub (void)
{
  EngRequests r;

  eng_requests_init (&r, 250);
  g_assert_cmpuint (eng_requests_deadline (&r), ==, UINT64_MAX);
  g_assert_cmpint (eng_requests_tick (&r, 0, 1000 * SECOND), ==, ENG_REQUESTS_FINE);
  g_assert_cmpuint (eng_requests_room (&r), ==, 4);
  eng_requests_sent (&r, 4, 1000 * SECOND);
  g_assert_cmpuint (eng_requests_deadline (&r), ==, 1060 * SECOND);
  eng_requests_received (&r, true, 100, 1030 * SECOND);
  g_assert_cmpuint (eng_requests_deadline (&r), ==, 1090 * SECOND);
  g_assert_cmpint (eng_requests_tick (&r, 0, 1090 * SECOND - 1), ==, ENG_REQUESTS_FINE);
  g_assert_cmpint (eng_requests_tick (&r, 0, 1090 * SECOND), ==, ENG_REQUESTS_SNUBBED);
  g_assert_cmpint (eng_requests_tick (&r, 0, 1091 * SECOND), ==, ENG_REQUESTS_FINE);
  eng_requests_dropped (&r, 3);
  g_assert_cmpuint (eng_requests_room (&r), ==, 1);
  eng_requests_sent (&r, 1, 1092 * SECOND);
  g_assert_cmpuint (eng_requests_room (&r), ==, 0);
  eng_requests_received (&r, false, 100, 1099 * SECOND); /* one of those that went back */
  g_assert_cmpuint (eng_requests_depth (&r), ==, 4);
  g_assert_cmpuint (eng_requests_room (&r), ==, 3);
}

/* A peer that slows down is asked for less, and one block of a long queue may take its time. */
static void
test_slower (void)
{
  EngRequests r;
  uint64_t now_us = SECOND;

  eng_requests_init (&r, 0);
  eng_requests_sent (&r, 4000, now_us);
  for (unsigned i = 0; i < 2000; i++)
    eng_requests_received (&r, true, 1638400, now_us += 10000);
  g_assert_false (r.slow_start);
  g_assert_cmpuint (eng_requests_depth (&r), ==, 300);
  g_assert_cmpuint (eng_requests_late_us (&r, now_us), ==, now_us + 80 * SECOND);
  g_assert_cmpint (eng_requests_tick (&r, 16384, now_us), ==, ENG_REQUESTS_FINE);
  g_assert_cmpuint (eng_requests_depth (&r), ==, 4);
  eng_requests_set_reqq (&r, 3);
  g_assert_cmpuint (eng_requests_depth (&r), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/requests/line", test_line);
  g_test_add_func ("/requests/snub", test_snub);
  g_test_add_func ("/requests/slower", test_slower);
  return g_test_run ();
}
