/* test-bt-error.c: every code has a name of its own. */
#include <glib.h>

#include "protocol/core/bt-error.h"

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int code = BT_OK; code < BT_ERROR_COUNT; code++)
    {
      const char *name = bt_error_code_name ((BtErrorCode) code);

      g_assert_cmpint (*name, !=, 0);
      g_assert_true (g_hash_table_add (seen, g_strdup (name)));
    }
}

static void
test_set (void)
{
  BtError why = { 0 };

  g_assert_false (bt_error_set (&why, BT_ERROR_DEPTH, 93, "info.files"));
  g_assert_cmpint (why.code, ==, BT_ERROR_DEPTH);
  g_assert_cmpuint (why.offset, ==, 93);
  g_assert_cmpuint (why.item, ==, BT_NOWHERE);
  g_assert_cmpstr (why.key, ==, "info.files");
  g_assert_false (bt_error_set (NULL, BT_ERROR_DEPTH, 0, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/names", test_names);
  g_test_add_func ("/error/set", test_set);
  return g_test_run ();
}
