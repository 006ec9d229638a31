/* test-bt-connection-id.c: how long an id is good, and for whom. */
#include <string.h>

#include <glib.h>

#include "protocol/tracker/bt-connection-id.h"

#define SECOND_US UINT64_C (1000000)

static BtEndpoint
endpoint (const char *text)
{
  BtEndpoint out = { 0 };

  g_assert_true (bt_endpoint_parse (text, strlen (text), &out));
  return out;
}

static BtConnectionIds
ids (uint8_t secret_byte, bool with_port)
{
  uint8_t secret[BT_SIPHASH_KEY_LEN];
  BtConnectionIds out;

  memset (secret, secret_byte, sizeof secret);
  bt_connection_ids_init (&out, secret, with_port);
  return out;
}

/* Wherever in its slot an id is made: good for two minutes, bad after two minutes and a slot. */
static void
test_age (void)
{
  static const char *const from[] = { "192.0.2.1:6881", "[2001:db8::1]:6881" };
  BtConnectionIds self = ids (7, false);

  for (size_t f = 0; f < G_N_ELEMENTS (from); f++)
    for (uint64_t start_s = 0; start_s < 100; start_s++)
      {
        BtEndpoint peer = endpoint (from[f]);
        uint64_t made_us = start_s * SECOND_US;
        uint64_t id = bt_connection_id_make (&self, &peer, made_us);

        g_assert_true (bt_connection_id_check (&self, &peer, id, made_us));
        g_assert_true (bt_connection_id_check (&self, &peer, id, made_us + 60 * SECOND_US));
        g_assert_true (bt_connection_id_check (&self, &peer, id, made_us + 120 * SECOND_US));
        g_assert_false (bt_connection_id_check (&self, &peer, id, made_us + 160 * SECOND_US));
        g_assert_false (bt_connection_id_check (&self, &peer, id, made_us + 3600 * SECOND_US));
        if (made_us >= 40 * SECOND_US)
          g_assert_false (bt_connection_id_check (&self, &peer, id, made_us - 40 * SECOND_US));
      }
}

static void
test_bearer (void)
{
  static const struct
  {
    const char *from;
    bool good;
    bool good_with_port;
  } cases[] = {
    { "192.0.2.1:6881", true, true },          { "192.0.2.1:6882", true, false },
    { "[::ffff:192.0.2.1]:6881", true, true }, { "192.0.2.2:6881", false, false },
    { "[2001:db8::1]:6881", false, false },    { "[c000:201::]:6881", false, false },
  };
  BtEndpoint bearer = endpoint ("192.0.2.1:6881");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int with_port = 0; with_port < 2; with_port++)
      {
        BtConnectionIds self = ids (7, with_port);
        BtConnectionIds other = ids (8, with_port);
        BtEndpoint from = endpoint (cases[i].from);
        uint64_t id = bt_connection_id_make (&self, &bearer, SECOND_US);

        g_assert_cmpint (bt_connection_id_check (&self, &from, id, SECOND_US), ==,
                         with_port ? cases[i].good_with_port : cases[i].good);
        g_assert_false (bt_connection_id_check (&other, &from, id, SECOND_US));
        for (unsigned bit = 0; bit < 64; bit++)
          g_assert_false (
              bt_connection_id_check (&self, &from, id ^ UINT64_C (1) << bit, SECOND_US));
      }
}

/* A new secret makes the ids; the one before it is still known, the one before that is not. */
static void
test_former (void)
{
  static const char *const from[] = { "192.0.2.1:6881", "[2001:db8::1]:6881" };

  for (size_t f = 0; f < G_N_ELEMENTS (from); f++)
    {
      BtEndpoint peer = endpoint (from[f]);
      BtConnectionIds first = ids (1, false);
      BtConnectionIds second = ids (2, false);
      BtConnectionIds third = ids (3, false);
      uint8_t secret[BT_SIPHASH_KEY_LEN];
      uint64_t now_us = 1000 * SECOND_US;

      memset (secret, 2, sizeof secret);
      bt_connection_ids_accept (&third, secret);
      for (unsigned age_s = 0; age_s < 300; age_s += 20)
        {
          uint64_t made_us = now_us - age_s * SECOND_US;
          uint64_t id = bt_connection_id_make (&second, &peer, made_us);

          g_assert_cmpint (bt_connection_id_check (&third, &peer, id, now_us), ==,
                           bt_connection_id_check (&second, &peer, id, now_us));
          id = bt_connection_id_make (&third, &peer, made_us);
          g_assert_cmpint (bt_connection_id_check (&third, &peer, id, now_us), ==, age_s <= 120);
          id = bt_connection_id_make (&first, &peer, made_us);
          g_assert_false (bt_connection_id_check (&third, &peer, id, now_us));
        }
    }
}

static void
test_guesses (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (41);
  BtConnectionIds self = ids (7, false);
  BtEndpoint from = endpoint ("192.0.2.1:6881");

  for (unsigned i = 0; i < 1000000; i++)
    {
      uint64_t guess = (uint64_t) g_rand_int (rand) << 32 | g_rand_int (rand);

      g_assert_false (bt_connection_id_check (&self, &from, guess, 500 * SECOND_US));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection-id/age", test_age);
  g_test_add_func ("/connection-id/bearer", test_bearer);
  g_test_add_func ("/connection-id/former", test_former);
  g_test_add_func ("/connection-id/guesses", test_guesses);
  return g_test_run ();
}
