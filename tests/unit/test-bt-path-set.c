/* test-bt-path-set.c: names are told apart by folder, and not by letter case; and the set grows. */
#include <string.h>

#include <glib.h>

#include "protocol/torrent/bt-path-set.h"

static const struct
{
  const char *a;
  const char *b;
  bool same;
} pairs[] = {
  { "a", "a", true },
  { "a", "A", true },
  { "a", "b", false },
  { "a", "aa", false },
  { "", "", true },
  { "", "a", false },
  { "abcdefgh", "ABCDEFGH", true },
  { "abcdefghi", "ABCDEFGHI", true },
  { "abcdefg", "ABCDEFGH", false },
  { "some-file-name.DAT", "Some-File-Name.dat", true },
  { "@[`{", "@[`{", true },
  { "@", "`", false },
  { "[", "{", false },
  { "A@Z[a`z{", "a@z[A`Z{", true },
  { "12345678", "12345679", false },
  { "\xc3\x84", "\xc3\xa4", true },                 /* a umlaut */
  { "abcdefg\xc3\x84", "ABCDEFG\xc3\xa4", true },   /* astride a group */
  { "\xce\xa3", "\xcf\x82", true },                 /* sigma, final sigma */
  { "\xd0\x96\xd0\xb0", "\xd0\xb6\xd0\x90", true }, /* Cyrillic */
  { "\xe2\x84\xaa"
    "elvin",
    "kelvin", true },                                       /* the Kelvin sign */
  { "\xc8\xba\xc8\xba", "\xe2\xb1\xa5\xe2\xb1\xa5", true }, /* 2 bytes and 3 */
  { "\xc3\x9f", "ss", false },
  { "e\xcc\x81", "\xc3\xa9", false },
  { "\xf0\x90\x90\x80", "\xf0\x90\x90\xa8", true }, /* Deseret, 4 bytes */
};

static void
test_pairs (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *a = g_memdup2 (pairs[i].a, strlen (pairs[i].a) + 1);
      g_autofree char *b = g_memdup2 (pairs[i].b, strlen (pairs[i].b) + 1);
      BtPathSet set;
      uint32_t *known;

      g_test_message ("%s %s", a, b);
      bt_path_set_init (&set, 0, 42);
      g_assert_null (bt_path_set_add (&set, 0, a, strlen (a), 7));
      known = bt_path_set_add (&set, 0, b, strlen (b), 8);
      g_assert_cmpint (known != NULL, ==, pairs[i].same);
      if (known != NULL)
        g_assert_cmpuint (*known, ==, 7);
      g_assert_cmpint (bt_path_set_compare (a, strlen (a), b, strlen (b)) == 0, ==, pairs[i].same);
      g_assert_null (bt_path_set_find (&set, 1, a, strlen (a)));
      bt_path_set_clear (&set);
    }
}

static void
test_longest (void)
{
  char name[256];
  BtPathSet set;

  memset (name, 'X', sizeof name);
  bt_path_set_init (&set, 0, 1);
  for (size_t len = 0; len <= 255; len++)
    g_assert_null (bt_path_set_add (&set, 0, name, len, (uint32_t) len));
  memset (name, 'x', sizeof name);
  for (size_t len = 0; len <= 255; len++)
    g_assert_cmpuint (*bt_path_set_find (&set, 0, name, len), ==, len);
  bt_path_set_clear (&set);

  /* characters that grow when they are folded */
  for (size_t at = 0; at < 254; at++)
    name[at] = (char) (at % 2 == 0 ? 0xc8 : 0xba);
  bt_path_set_init (&set, 0, 1);
  g_assert_null (bt_path_set_add (&set, 0, name, 254, 5));
  g_assert_cmpuint (*bt_path_set_find (&set, 0, name, 254), ==, 5);
  bt_path_set_clear (&set);
}

static void
test_values (void)
{
  BtPathSet set;
  uint32_t *value;

  bt_path_set_init (&set, 0, 42);
  g_assert_null (bt_path_set_find (&set, 0, "a", 1));
  g_assert_null (bt_path_set_add (&set, 0, "a", 1, 1));
  value = bt_path_set_find (&set, 0, "A", 1);
  g_assert_nonnull (value);
  *value = 9;
  g_assert_cmpuint (*bt_path_set_add (&set, 0, "a", 1, 3), ==, 9);
  g_assert_cmpuint (set.n, ==, 1);
  bt_path_set_clear (&set);
  bt_path_set_clear (&set);
}

/* 100,000 names in 100 folders, in a set that was made for none and in one that has room. */
static void
test_many (void)
{
  static const size_t expected[] = { 0, 100000 };

  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *names = g_malloc (1000 * 8);
      BtPathSet set;

      bt_path_set_init (&set, expected[i], 42);
      for (uint32_t n = 0; n < 1000; n++)
        g_snprintf (names + n * 8, 8, "File%03u", n);
      for (uint32_t n = 0; n < 100000; n++)
        g_assert_null (bt_path_set_add (&set, n / 1000, names + n % 1000 * 8, 7, n));
      for (uint32_t n = 0; n < 100000; n++)
        g_assert_cmpuint (*bt_path_set_find (&set, n / 1000, names + n % 1000 * 8, 7), ==, n);
      g_assert_null (bt_path_set_find (&set, 100, names, 7));
      g_assert_cmpuint (set.n, ==, 100000);
      g_assert_cmpuint (set.n_slots, <=, 262144);
      bt_path_set_clear (&set);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/path-set/pairs", test_pairs);
  g_test_add_func ("/path-set/longest", test_longest);
  g_test_add_func ("/path-set/values", test_values);
  g_test_add_func ("/path-set/many", test_many);
  return g_test_run ();
}
