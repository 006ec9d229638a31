/* test-bt-select-only.c: file selections as ranges. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-select-only.h"

static void
assert_text (const BtSelectOnly *select_only, const char *wanted)
{
  g_autoptr (GString) text = g_string_new (NULL);

  bt_select_only_write (select_only, text);
  g_assert_cmpstr (text->str, ==, wanted);
}

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    const char *canonical;
    uint32_t count;
  } cases[] = {
    { "0,2,4,6-8", "0,2,4,6-8", 6 },
    { "0,2-4,3-5", "0,2-5", 5 },
    { "1,0", "0-1", 2 },
    { "5-9,0-3,4", "0-9", 10 },
    { "3-9,4-5", "3-9", 7 },
    { "7,7,7", "7", 1 },
    { "007", "7", 1 },
    { "0-99999", "0-99999", 100000 },
    { "100000", "", 0 },
    { "0-100000", "", 0 },
    { "7-4,100000000", "", 0 },
    { "4294967296,18446744073709551616,10", "10", 1 },
    { "-4", "", 0 },
    { "3-", "", 0 },
    { "a", "", 0 },
    { ",,1", "1", 1 },
    { "\"1\",2", "2", 1 },
    { "1-2-3,4", "4", 1 },
    { " 1,2", "2", 1 },
    { "-", "", 0 },
    { ",", "", 0 },
    { "", "", 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t len = strlen (cases[i].text);
      g_autofree char *text = g_memdup2 (cases[i].text, len);
      BtSelectOnly select_only = { 0 };

      g_test_message ("%s", cases[i].text);
      bt_select_only_parse (&select_only, text, len);
      assert_text (&select_only, cases[i].canonical);
      g_assert_cmpuint (bt_select_only_count (&select_only), ==, cases[i].count);
      bt_select_only_clear (&select_only);
    }
}

static void
test_contains (void)
{
  BtSelectOnly select_only = { 0 };

  g_assert_false (bt_select_only_contains (&select_only, 0));
  bt_select_only_parse (&select_only, "0,2,4,6-8", 9);
  for (uint32_t i = 0; i < 12; i++)
    g_assert_cmpint (bt_select_only_contains (&select_only, i), ==,
                     i == 0 || i == 2 || i == 4 || (i >= 6 && i <= 8));
  bt_select_only_clear (&select_only);
}

static void
test_add (void)
{
  BtSelectOnly select_only = { 0 };

  g_assert_true (bt_select_only_add (&select_only, 4, 4));
  g_assert_true (bt_select_only_add (&select_only, 0, 1));
  g_assert_true (bt_select_only_add (&select_only, 5, 9));
  g_assert_false (bt_select_only_add (&select_only, 3, 2));
  g_assert_false (bt_select_only_add (&select_only, 0, BT_LIMIT_SELECT_ONLY));
  g_assert_false (bt_select_only_add (&select_only, 0, UINT32_MAX));
  assert_text (&select_only, "0-1,4-9");
  bt_select_only_clear (&select_only);
}

/* As many parts as a magnet can carry, backwards. */
static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  BtSelectOnly select_only = { 0 };

  for (unsigned i = 10000; i-- > 0;)
    g_string_append_printf (text, "%u,", 2 * i);
  bt_select_only_parse (&select_only, text->str, text->len);
  g_assert_cmpuint (bt_select_only_count (&select_only), ==, 10000);
  g_assert_cmpuint (select_only.n_ranges, ==, 10000);
  g_assert_true (bt_select_only_contains (&select_only, 19998));
  g_assert_false (bt_select_only_contains (&select_only, 19997));
  bt_select_only_clear (&select_only);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/select-only/parse", test_parse);
  g_test_add_func ("/select-only/contains", test_contains);
  g_test_add_func ("/select-only/add", test_add);
  g_test_add_func ("/select-only/many", test_many);
  return g_test_run ();
}
