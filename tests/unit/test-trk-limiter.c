/* test-trk-limiter.c: rates and bursts of one source, who is one source, what sources that collide
 * share, time that stands still or goes in circles, and several threads. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <glib.h>

#include "tracker-server/swarm/trk-limiter.h"

#define SECOND_US UINT64_C (1000000)

static TrkLimiter *
make (uint32_t rate, uint32_t burst, uint32_t n_buckets)
{
  TrkLimiterConfig config
      = { .key = "0123456789abcdef", .rate = rate, .burst = burst, .n_buckets = n_buckets };

  return trk_limiter_new (&config);
}

static BtEndpoint
endpoint (const char *text)
{
  BtEndpoint out = { 0 };

  g_assert_true (bt_endpoint_parse (text, strlen (text), &out));
  return out;
}

static BtEndpoint
numbered (uint32_t number)
{
  uint8_t addr[4];

  memcpy (addr, &number, sizeof addr);
  return bt_endpoint_v4 (addr, 1);
}

/* How many of so many requests at one time are admitted. */
static unsigned
take (TrkLimiter *self, const BtEndpoint *from, unsigned n, uint64_t now_us)
{
  unsigned admitted = 0;

  for (unsigned i = 0; i < n; i++)
    admitted += trk_limiter_take (self, from, now_us);
  return admitted;
}

static void
test_rates (void)
{
  static const struct
  {
    uint32_t rate;
    uint32_t burst;
    uint64_t wait_us; /* after a burst */
    unsigned then;    /* are admitted of many */
  } cases[] = {
    { 1, 1, SECOND_US - 1, 0 },
    { 1, 1, SECOND_US, 1 },
    { 1, 1, 100 * SECOND_US, 1 },
    { 10, 5, SECOND_US / 10, 1 },
    { 10, 5, SECOND_US / 2, 5 },
    { 10, 5, SECOND_US, 5 },
    { 10, 5, 0, 0 },
    { 3, 2, SECOND_US / 3 + 1, 1 },
    { 1000000, 100, 7, 7 },
    { UINT32_MAX, 500, SECOND_US, 500 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkLimiter *self = make (cases[i].rate, cases[i].burst, 64);
      BtEndpoint from = endpoint ("192.0.2.1:6881");

      g_assert_cmpuint (take (self, &from, 1000, SECOND_US), ==, cases[i].burst);
      g_assert_cmpuint (take (self, &from, 1000, SECOND_US + cases[i].wait_us), ==, cases[i].then);
      trk_limiter_free (self);
    }
}

/* Being refused costs nothing: who asks ten times as often gets its rate all the same. */
static void
test_persistent (void)
{
  TrkLimiter *self = make (10, 1, 64);
  BtEndpoint from = endpoint ("192.0.2.1:6881");
  unsigned admitted = 0;

  for (unsigned i = 0; i < 1000; i++)
    admitted += trk_limiter_take (self, &from, i * SECOND_US / 100);
  g_assert_cmpuint (admitted, ==, 100);
  trk_limiter_free (self);
}

static void
test_no_limit (void)
{
  TrkLimiter *self = make (0, 0, 0);
  BtEndpoint from = endpoint ("192.0.2.1:6881");

  g_assert_cmpuint (take (self, &from, 10000, 0), ==, 10000);
  trk_limiter_free (self);
  trk_limiter_free (NULL);
}

/* A burst of none would be a tracker that answers nobody. */
static void
test_burst_of_none (void)
{
  TrkLimiter *self = make (5, 0, 1);
  BtEndpoint from = endpoint ("192.0.2.1:6881");

  g_assert_cmpuint (take (self, &from, 10, 0), ==, 1);
  trk_limiter_free (self);
}

static void
test_sources (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    bool same;
  } cases[] = {
    { "192.0.2.1:1", "192.0.2.1:2", true },
    { "192.0.2.1:1", "192.0.2.2:1", false },
    { "[2001:db8::1]:1", "[2001:db8::ffff:1:2:3]:1", true },
    { "[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false },
    { "[::ffff:192.0.2.1]:1", "192.0.2.1:1", true },
    { "[c000:201::]:1", "192.0.2.1:1", false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkLimiter *self = make (1, 3, 1024);
      BtEndpoint a = endpoint (cases[i].a);
      BtEndpoint b = endpoint (cases[i].b);

      g_assert_cmpuint (take (self, &a, 10, 0), ==, 3);
      g_assert_cmpuint (take (self, &b, 10, 0), ==, cases[i].same ? 0 : 3);
      trk_limiter_free (self);
    }
}

/* Eight buckets: as many sources have one of their own, the others share; when they are full again,
 * they are whoever's comes. */
static void
test_collisions (void)
{
  TrkLimiter *self = make (1, 4, 8);
  unsigned admitted = 0;

  for (uint32_t i = 0; i < 8; i++)
    {
      BtEndpoint from = numbered (i);

      g_assert_cmpuint (take (self, &from, 10, 0), ==, 4);
    }
  for (uint32_t i = 8; i < 100; i++)
    {
      BtEndpoint from = numbered (i);

      admitted += take (self, &from, 10, 0);
    }
  g_assert_cmpuint (admitted, ==, 0);
  for (uint32_t i = 100; i < 108; i++)
    {
      BtEndpoint from = numbered (i);

      g_assert_cmpuint (take (self, &from, 10, 4 * SECOND_US), ==, 4);
    }
  trk_limiter_free (self);
}

/* A table that is a quarter full of busy sources: hardly anyone else notices. */
static void
test_crowd (void)
{
  TrkLimiter *self = make (1, 4, 4096);
  unsigned harmed = 0;

  for (uint32_t i = 0; i < 1024; i++)
    {
      BtEndpoint from = numbered (i);

      (void) take (self, &from, 10, 0); /* a few of them share, too */
    }
  for (uint32_t i = 0; i < 256; i++)
    {
      BtEndpoint from = numbered (1u << 20 | i);

      harmed += take (self, &from, 1, 0) == 0;
    }
  g_assert_cmpuint (harmed, <, 10);
  trk_limiter_free (self);
}

/* The buckets' circle of time: what is there from an earlier round holds nobody up, and a burst
 * goes over the end of it. */
static void
test_circle (void)
{
  const uint64_t round_us = (UINT64_C (1) << 48) / 1000;
  TrkLimiter *self = make (1, 2, 8);
  BtEndpoint from = endpoint ("192.0.2.1:6881");

  for (unsigned i = 1; i < 20; i++)
    {
      uint64_t now_us = i * (round_us / 4) - SECOND_US / 2;

      g_assert_cmpuint (take (self, &from, 10, now_us), ==, 2);
      g_assert_cmpuint (take (self, &from, 10, now_us + SECOND_US), ==, 1);
      g_assert_cmpuint (take (self, &from, 10, now_us + 9 * SECOND_US), ==, 2);
    }
  trk_limiter_free (self);
}

/* A burst that would take longer to come back than the circle is round. */
static void
test_long_burst (void)
{
  TrkLimiter *self = make (1, UINT32_MAX, 8);
  BtEndpoint from = endpoint ("192.0.2.1:6881");

  g_assert_cmpuint (take (self, &from, 100000, 0), ==, (UINT64_C (1) << 46) / 1000000000);
  g_assert_cmpuint (take (self, &from, 100000, SECOND_US), ==, 1);
  trk_limiter_free (self);
}

/* --- threads --- */

#define THREADS 4u
#define TAKES 20000u

typedef struct
{
  TrkLimiter *limiter;
  atomic_uint *admitted; /* of the one source that all share */
  unsigned number;
  pthread_t thread;
} Taker;

static void *
run_taker (void *data)
{
  Taker *self = data;
  BtEndpoint shared = endpoint ("192.0.2.1:6881");

  for (unsigned i = 0; i < TAKES; i++)
    {
      BtEndpoint own = numbered (self->number << 16 | i);

      (void) trk_limiter_take (self->limiter, &own, SECOND_US); /* for the sake of the traffic */
      if (trk_limiter_take (self->limiter, &shared, SECOND_US))
        atomic_fetch_add (self->admitted, 1);
    }
  return NULL;
}

/* No token is given twice, nor lost. */
static void
test_threads (void)
{
  TrkLimiter *self = make (1, 5000, 1u << 18);
  atomic_uint admitted = 0;
  BtEndpoint shared = endpoint ("192.0.2.1:6881");
  Taker takers[THREADS];

  /* The bucket is somebody's before they start: which one a new source takes is not agreed upon by
   * threads that find different ones full. */
  g_assert_true (trk_limiter_take (self, &shared, SECOND_US));
  for (unsigned i = 0; i < THREADS; i++)
    {
      takers[i] = (Taker){ .limiter = self, .admitted = &admitted, .number = i + 1 };
      g_assert_cmpint (pthread_create (&takers[i].thread, NULL, run_taker, &takers[i]), ==, 0);
    }
  for (unsigned i = 0; i < THREADS; i++)
    g_assert_cmpint (pthread_join (takers[i].thread, NULL), ==, 0);
  g_assert_cmpuint (atomic_load (&admitted), ==, 4999);
  trk_limiter_free (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk/limiter/rates", test_rates);
  g_test_add_func ("/trk/limiter/persistent", test_persistent);
  g_test_add_func ("/trk/limiter/no-limit", test_no_limit);
  g_test_add_func ("/trk/limiter/burst-of-none", test_burst_of_none);
  g_test_add_func ("/trk/limiter/sources", test_sources);
  g_test_add_func ("/trk/limiter/collisions", test_collisions);
  g_test_add_func ("/trk/limiter/crowd", test_crowd);
  g_test_add_func ("/trk/limiter/circle", test_circle);
  g_test_add_func ("/trk/limiter/long-burst", test_long_burst);
  g_test_add_func ("/trk/limiter/threads", test_threads);
  return g_test_run ();
}
