/* test-eng-own.c: what is believed of our own address, and who may have us believe it. */
#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-own.h"

static BtEndpoint
at (const char *text)
{
  BtEndpoint endpoint;

  g_assert_true (bt_endpoint_parse (text, strlen (text), &endpoint));
  return endpoint;
}

static void
hear (EngOwn *own, const char *from, const char *seen)
{
  BtEndpoint who = at (from);
  BtEndpoint what = at (seen);

  eng_own_heard (own, &who, &what);
}

static void
hear_many (EngOwn *own, unsigned first, unsigned n, const char *seen)
{
  for (unsigned i = 0; i < n; i++)
    {
      g_autofree char *from = g_strdup_printf ("80.%u.1.1:6881", first + i);

      hear (own, from, seen);
    }
}

static void
assert_believed (const EngOwn *own, const char *address, unsigned n_changes)
{
  BtEndpoint wanted = at (address);
  const BtEndpoint *believed = &own->families[wanted.family == BT_FAMILY_V6].believed;

  wanted.port = 0;
  g_assert_true (bt_endpoint_equal (believed, &wanted));
  g_assert_cmpuint (own->n_changes, ==, n_changes);
}

static void
test_agreed (void)
{
  EngOwn own = { 0 };

  hear_many (&own, 1, ENG_OWN_LEAST - 1, "81.2.3.4:1");
  g_assert_cmpint (own.families[0].believed.family, ==, BT_FAMILY_NONE);
  hear_many (&own, 9, 1, "81.2.3.4:77");
  assert_believed (&own, "81.2.3.4:1", 1);
  hear_many (&own, 20, 100, "81.2.3.4:1");
  assert_believed (&own, "81.2.3.4:1", 1);
}

/* One network has one vote, however many of it speak, and the last word counts. */
static void
test_liars (void)
{
  EngOwn own = { 0 };

  for (unsigned i = 0; i < 250; i++)
    {
      g_autofree char *from = g_strdup_printf ("90.1.1.%u:%u", i, 1000 + i);

      hear (&own, from, "6.6.6.6:1");
    }
  hear (&own, "[2a00:1:1::1]:5", "6.6.6.6:1");
  hear (&own, "[2a00:1:1:ffff::1]:5", "6.6.6.6:1");
  g_assert_cmpuint (own.n_changes, ==, 0);
  hear_many (&own, 1, 3, "81.2.3.4:1");
  assert_believed (&own, "81.2.3.4:1", 1);
  hear_many (&own, 10, 1, "6.6.6.6:1");
  assert_believed (&own, "81.2.3.4:1", 1);
}

/* The provider gives us another address: the old votes go as new ones come. */
static void
test_moves (void)
{
  EngOwn own = { 0 };

  hear_many (&own, 1, ENG_OWN_VOTES, "81.2.3.4:1");
  hear_many (&own, 100, ENG_OWN_VOTES / 2, "81.9.9.9:1");
  assert_believed (&own, "81.2.3.4:1", 1);
  hear_many (&own, 200, 1, "81.9.9.9:1");
  assert_believed (&own, "81.9.9.9:1", 2);
}

static void
test_ranges (void)
{
  EngOwn own = { 0 };

  for (unsigned i = 0; i < 2; i++)
    {
      hear_many (&own, 1, 9, i == 0 ? "192.168.1.2:1" : "127.0.0.1:1");
      hear (&own, "192.168.1.5:1", "81.2.3.4:1");
      hear (&own, "10.1.1.1:1", "81.2.3.4:1");
      hear (&own, "127.0.0.1:1", "81.2.3.4:1");
    }
  g_assert_cmpuint (own.n_changes, ==, 0);
}

static void
test_families (void)
{
  EngOwn own = { 0 };

  hear_many (&own, 1, 3, "81.2.3.4:1");
  hear (&own, "[2a00:1:1::1]:5", "[2a02:9::1]:1");
  hear (&own, "[2a00:1:2::1]:5", "[2a02:9::1]:1");
  assert_believed (&own, "81.2.3.4:1", 1);
  hear (&own, "[2a00:1:3::1]:5", "[2a02:9::1]:1");
  assert_believed (&own, "81.2.3.4:1", 2);
  assert_believed (&own, "[2a02:9::1]:1", 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/own/agreed", test_agreed);
  g_test_add_func ("/own/liars", test_liars);
  g_test_add_func ("/own/moves", test_moves);
  g_test_add_func ("/own/ranges", test_ranges);
  g_test_add_func ("/own/families", test_families);
  return g_test_run ();
}
