/* test-bt-token-bucket.c: exact rates, chains, refunds, and when bytes will be there. */
#include <glib.h>

#include "protocol/core/bt-token-bucket.h"

#define SECOND UINT64_C (1000000)
#define YEAR (UINT64_C (31557600) * SECOND)

/* Over any time, what passes is the burst and the rate, to the byte. */
static void
test_exact (void)
{
  static const struct
  {
    uint64_t rate_Bps;
    uint64_t burst;
    uint64_t step_us;
  } cases[] = {
    { 1, 1, 1 },
    { 3, 10, 7 },
    { 999983, 16384, 1000 },
    { 16384, 16384, 333 },
    { BT_TOKEN_BUCKET_MAX, BT_TOKEN_BUCKET_MAX, 999 },
    { UINT64_C (123456789012), 0, 12345 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      uint64_t burst = cases[i].burst != 0 ? cases[i].burst : cases[i].rate_Bps;
      uint64_t elapsed_us = 0;
      uint64_t passed;
      BtTokenBucket bucket;

      bt_token_bucket_init (&bucket, NULL, cases[i].rate_Bps, cases[i].burst, YEAR);
      passed = bt_token_bucket_take (&bucket, UINT64_MAX, YEAR);
      g_assert_cmpuint (passed, ==, burst);
      for (int n = 0; n < 10000; n++)
        {
          elapsed_us += cases[i].step_us;
          passed += bt_token_bucket_take (&bucket, UINT64_MAX, YEAR + elapsed_us);
        }
      g_assert_cmpuint (passed - burst, ==,
                        elapsed_us / SECOND * cases[i].rate_Bps
                            + elapsed_us % SECOND * cases[i].rate_Bps / SECOND);
    }
}

static void
test_gaps (void)
{
  static const uint64_t rates[] = { 1, 1000, BT_TOKEN_BUCKET_MAX, UINT64_MAX };
  static const uint64_t gaps[] = { 3 * YEAR, 1000 * YEAR, UINT64_MAX - SECOND };

  for (size_t r = 0; r < G_N_ELEMENTS (rates); r++)
    for (size_t g = 0; g < G_N_ELEMENTS (gaps); g++)
      {
        BtTokenBucket bucket;

        bt_token_bucket_init (&bucket, NULL, rates[r], 5000, SECOND);
        g_assert_cmpuint (bt_token_bucket_take (&bucket, 5000, SECOND), ==, 5000);
        g_assert_cmpuint (bt_token_bucket_take (&bucket, 1, SECOND), ==, 0);
        g_assert_cmpuint (bt_token_bucket_take (&bucket, 1, 0), ==, 0); /* the clock steps back */
        g_assert_cmpuint (bt_token_bucket_available (&bucket, SECOND + gaps[g]), ==, 5000);
      }
}

static void
test_unlimited (void)
{
  BtTokenBucket bucket;

  bt_token_bucket_init (&bucket, NULL, 0, 0, 0);
  g_assert_cmpuint (bt_token_bucket_available (&bucket, 0), ==, UINT64_MAX);
  g_assert_cmpuint (bt_token_bucket_take (&bucket, UINT64_MAX, 0), ==, UINT64_MAX);
  g_assert_cmpuint (bt_token_bucket_ready_us (&bucket, UINT64_MAX, 9), ==, 9);
  bt_token_bucket_refund (&bucket, UINT64_MAX);
  g_assert_cmpuint (bt_token_bucket_available (&bucket, 0), ==, UINT64_MAX);
}

static void
test_chain (void)
{
  BtTokenBucket session;
  BtTokenBucket group;
  BtTokenBucket peers[2];

  bt_token_bucket_init (&session, NULL, 1000, 1000, 0);
  bt_token_bucket_init (&group, &session, 0, 0, 0);
  bt_token_bucket_init (&peers[0], &group, 600, 600, 0);
  bt_token_bucket_init (&peers[1], &group, 0, 0, 0);
  g_assert_cmpuint (bt_token_bucket_take (&peers[0], 5000, 0), ==, 600);
  g_assert_cmpuint (session.tokens, ==, 400);
  g_assert_cmpuint (bt_token_bucket_take (&peers[1], 5000, 0), ==, 400);
  g_assert_cmpuint (bt_token_bucket_take (&peers[0], 5000, SECOND / 2), ==, 300);
  g_assert_cmpuint (bt_token_bucket_take (&peers[1], 5000, SECOND / 2), ==, 200);
  bt_token_bucket_refund (&peers[0], 100);
  g_assert_cmpuint (peers[0].tokens, ==, 100);
  g_assert_cmpuint (bt_token_bucket_take (&peers[1], 5000, SECOND / 2), ==, 100);
  g_assert_cmpuint (bt_token_bucket_take (&peers[0], 5000, SECOND / 2), ==, 0);
  bt_token_bucket_refund (&peers[0], UINT64_MAX);
  g_assert_cmpuint (peers[0].tokens, ==, 600);
  g_assert_cmpuint (session.tokens, ==, 1000);
}

/* At the time that it names the bytes are there, and a microsecond before they are not. */
static void
test_ready (void)
{
  static const uint64_t rates[] = { 1, 3, 999, 16384, 1000003, BT_TOKEN_BUCKET_MAX };
  static const uint64_t wants[] = { 1, 2, 999, 16384, 1000000 };

  for (size_t r = 0; r < G_N_ELEMENTS (rates); r++)
    for (size_t w = 0; w < G_N_ELEMENTS (wants); w++)
      {
        BtTokenBucket bucket;
        uint64_t start_us = YEAR + 12345;
        uint64_t ready_us;

        bt_token_bucket_init (&bucket, NULL, rates[r], UINT64_C (1) << 40, YEAR);
        (void) bt_token_bucket_take (&bucket, UINT64_MAX, YEAR);     /* empties it */
        (void) bt_token_bucket_take (&bucket, UINT64_MAX, start_us); /* leaves a fraction */
        ready_us = bt_token_bucket_ready_us (&bucket, wants[w], start_us);
        g_assert_cmpuint (bt_token_bucket_ready_us (&bucket, 0, start_us), ==, start_us);
        if (ready_us - 1 > start_us)
          g_assert_cmpuint (bt_token_bucket_available (&bucket, ready_us - 1), <, wants[w]);
        g_assert_cmpuint (bt_token_bucket_available (&bucket, ready_us), >=, wants[w]);
        g_assert_cmpuint (bt_token_bucket_ready_us (&bucket, wants[w], ready_us), ==, ready_us);
      }
}

static void
test_ready_chain (void)
{
  BtTokenBucket session;
  BtTokenBucket peer;

  bt_token_bucket_init (&session, NULL, 100, 1000, 0);
  bt_token_bucket_init (&peer, &session, 1000, 500, 0);
  g_assert_cmpuint (bt_token_bucket_take (&peer, 500, 0), ==, 500);
  g_assert_cmpuint (bt_token_bucket_ready_us (&peer, 500, 0), ==, SECOND / 2);
  g_assert_cmpuint (bt_token_bucket_take (&session, 500, 0), ==, 500);
  g_assert_cmpuint (bt_token_bucket_ready_us (&peer, 500, 0), ==, 5 * SECOND);
  /* more than either ever holds: when both are full */
  g_assert_cmpuint (bt_token_bucket_ready_us (&peer, UINT64_MAX, 0), ==, 10 * SECOND);
  g_assert_cmpuint (bt_token_bucket_ready_us (&peer, 500, UINT64_MAX), ==, UINT64_MAX);
}

static void
test_set_rate (void)
{
  BtTokenBucket bucket;

  bt_token_bucket_init (&bucket, NULL, 1000, 1000, 0);
  g_assert_cmpuint (bt_token_bucket_take (&bucket, 1000, 0), ==, 1000);
  bt_token_bucket_set_rate (&bucket, 10, 100, SECOND / 20); /* 50 saved at the old rate */
  g_assert_cmpuint (bt_token_bucket_available (&bucket, SECOND / 20), ==, 50);
  bt_token_bucket_set_rate (&bucket, 10, 20, SECOND / 20);
  g_assert_cmpuint (bt_token_bucket_available (&bucket, SECOND / 20), ==, 20);
  bt_token_bucket_set_rate (&bucket, 0, 0, SECOND);
  g_assert_cmpuint (bt_token_bucket_available (&bucket, SECOND), ==, UINT64_MAX);
  bt_token_bucket_set_rate (&bucket, 500, 0, 2 * SECOND);
  g_assert_cmpuint (bt_token_bucket_available (&bucket, 2 * SECOND), ==, 500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token-bucket/exact", test_exact);
  g_test_add_func ("/token-bucket/gaps", test_gaps);
  g_test_add_func ("/token-bucket/unlimited", test_unlimited);
  g_test_add_func ("/token-bucket/chain", test_chain);
  g_test_add_func ("/token-bucket/ready", test_ready);
  g_test_add_func ("/token-bucket/ready-chain", test_ready_chain);
  g_test_add_func ("/token-bucket/set-rate", test_set_rate);
  return g_test_run ();
}
