/* test-eng-place.c: what a file may be called, and the list of those that are called otherwise. */
#include <string.h>

#include <glib.h>

#include "client-core/disk/eng-place.h"
#include "files-maker.h"

/* --- names --- */

static void
test_names (void)
{
  static const uint32_t order[] = { 7, 3, 9, 0, 3, 8, 7 };
  EngNames names = { 0 };
  EngNames copy;

  for (size_t i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autofree char *path = g_strdup_printf ("%u of %zu", order[i], i);

      eng_names_set (&names, &(EngName){ .file = order[i], .path = path, .was = path });
    }
  g_assert_cmpuint (names.n, ==, 5);
  for (size_t i = 1; i < names.n; i++)
    g_assert_cmpuint (names.items[i - 1].file, <, names.items[i].file);
  eng_names_init_copy (&copy, &names);
  eng_names_clear (&names);
  g_assert_cmpstr (eng_names_find (&copy, 3)->path, ==, "3 of 4");
  g_assert_cmpstr (eng_names_find (&copy, 7)->was, ==, "7 of 6");
  g_assert_null (eng_names_find (&copy, 1));
  g_assert_null (eng_names_find (&copy, 10));
  g_assert_null (eng_names_find (&names, 3));
  /* One that stands in the list may be its own successor. */
  eng_names_set (&copy, &(EngName){ .file = 8, .path = copy.items[0].path });
  eng_names_set (&copy, eng_names_find (&copy, 3));
  g_assert_cmpstr (eng_names_find (&copy, 8)->path, ==, "0 of 3");
  g_assert_cmpstr (eng_names_find (&copy, 3)->path, ==, "3 of 4");
  eng_names_clear (&copy);
}

static void
test_fit (void)
{
  static const char *const fit[]
      = { "a", "a/b", "a b/c.d", "ü/ñ", "a\nb", "nul", "a\\b", "\xff", "..." };
  static const char *const unfit[] = { "", "/a", "a/", "a//b", "..", "a/../b", "./a", "a/." };
  g_autoptr (GString) deep = g_string_new ("a");

  for (size_t i = 0; i < G_N_ELEMENTS (fit); i++)
    g_assert_true (eng_names_is_fit (fit[i]));
  for (size_t i = 0; i < G_N_ELEMENTS (unfit); i++)
    g_assert_false (eng_names_is_fit (unfit[i]));
  for (int i = 0; i < 100; i++)
    g_string_append (deep, "/a");
  g_assert_false (eng_names_is_fit (deep->str));
}

/* --- what the torrent calls them --- */

/* Names that were kept, of a torrent of "A" and "a". */
static const struct
{
  uint32_t file;
  const char *path;
  bool may_be;
} kept[] = {
  { 0, "other", true },    { 0, "b/c", true },  { 1, "a", true },      { 1, "a (2)", true },
  { 0, "o\nther", false }, { 1, "aux", false }, { 3, "other", false },
};

static void
test_given (void)
{
  char *folder = files_folder ();
  g_autofree char *top = g_path_get_basename (folder);
  BtMetainfo *metainfo;

  files_write (folder, "A", 10, 1);
  files_write (folder, "a", 10, 2);
  metainfo = files_torrent (folder, BT_FORMAT_V1, 16384, 1);
  g_assert_cmpstr (eng_place_given_name (metainfo, 1), ==, "a (2)");
  g_assert_cmpstr (eng_place_given_name (metainfo, 2), ==, top);
  g_assert_cmpstr (eng_place_raw_name (metainfo, 1), ==, "a");
  g_assert_null (eng_place_raw_name (metainfo, 0));
  g_assert_null (eng_place_raw_name (metainfo, 2));
  for (size_t i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      const EngName name = { kept[i].file, (char *) (uintptr_t) kept[i].path, NULL };

      g_assert_cmpint (eng_place_may_be (metainfo, &name), ==, kept[i].may_be);
    }
  bt_metainfo_unref (metainfo);
  files_remove (folder);
}

/* --- what may be called how --- */

/* In a torrent of "a/first", "a/second" and "top"; the file "a/second" was renamed to "b/other". */
static const struct
{
  uint32_t file;
  const char *wish;
  EngPlaceVerdict verdict;
  const char *path; /* where it is free */
} wishes[] = {
  { 0, "new", ENG_PLACE_FREE, "new" },
  { 0, "a/first", ENG_PLACE_FREE, "a/first" },
  { 0, "A/FIRST", ENG_PLACE_FREE, "A/FIRST" },
  { 0, "a/first/below", ENG_PLACE_FREE, "a/first/below" },
  { 0, "a/second", ENG_PLACE_FREE, "a/second" }, /* its owner has left it */
  { 0, "c/d/e", ENG_PLACE_FREE, "c/d/e" },
  { 0, "/c//d/", ENG_PLACE_FREE, "c/d" },
  { 0, "../../etc/passwd", ENG_PLACE_FREE, "etc/passwd" },
  { 0, "a/./b", ENG_PLACE_FREE, "a/b" },
  { 0, "x\ny", ENG_PLACE_FREE, "x_y" },
  { 0, "topper", ENG_PLACE_FREE, "topper" },
  { 0, "top", ENG_PLACE_TAKEN, NULL },
  { 0, "TOP", ENG_PLACE_TAKEN, NULL },
  { 0, "top/below", ENG_PLACE_TAKEN, NULL },
  { 0, "b", ENG_PLACE_TAKEN, NULL },
  { 0, "b/other", ENG_PLACE_TAKEN, NULL },
  { 0, "./b/OTHER/", ENG_PLACE_TAKEN, NULL },
  { 1, "b", ENG_PLACE_FREE, "b" },
  { 1, "a", ENG_PLACE_TAKEN, NULL },
  { 2, "a/third", ENG_PLACE_FREE, "a/third" },
  { 0, "", ENG_PLACE_UNFIT, NULL },
  { 0, "..", ENG_PLACE_UNFIT, NULL },
  { 0, "/", ENG_PLACE_UNFIT, NULL },
  { 0, "../.", ENG_PLACE_UNFIT, NULL },
};

static void
test_judge (void)
{
  char *folder = files_folder ();
  g_autofree char *top = g_path_get_basename (folder);
  g_autofree char *expected = g_strconcat (top, "/b/other", NULL);
  g_autofree char *path = NULL;
  EngNames names = { 0 };
  BtMetainfo *metainfo;

  files_write (folder, "a/first", 10, 1);
  files_write (folder, "a/second", 10, 2);
  files_write (folder, "top", 10, 3);
  metainfo = files_torrent (folder, BT_FORMAT_V1, 16384, 1);
  eng_names_set (&names, &(EngName){ .file = 1, .path = (char *) (uintptr_t) "b/other" });
  path = eng_place_path (metainfo, &names, 1);
  g_assert_cmpstr (path, ==, expected);
  for (size_t i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      g_autofree char *out = NULL;

      g_test_message ("%u as “%s”", wishes[i].file, wishes[i].wish);
      g_assert_cmpint (eng_place_judge (metainfo, &names, wishes[i].file, wishes[i].wish, &out), ==,
                       wishes[i].verdict);
      g_assert_cmpstr (out, ==, wishes[i].path);
    }
  eng_names_clear (&names);
  bt_metainfo_unref (metainfo);
  files_remove (folder);
}

/* Whatever is asked for, what comes of it is fit, and stays so. */
static void
test_any_wish (void)
{
  static const char letters[] = "ab./\\\n \xc3\xa4\xff:~";
  char *folder = files_folder ();
  EngNames names = { 0 };
  BtMetainfo *metainfo;

  files_write (folder, "a", 10, 1);
  files_write (folder, "b/c", 10, 2);
  metainfo = files_torrent (folder, BT_FORMAT_HYBRID, 16384, 1);
  for (int i = 0; i < 20000; i++)
    {
      char wish[16] = "";
      g_autofree char *path = NULL;
      g_autofree char *again = NULL;

      for (size_t k = 0; k + 1 < sizeof wish && g_test_rand_int_range (0, 12) > 0; k++)
        wish[k] = letters[g_test_rand_int_range (0, (int) sizeof letters - 1)];
      if (eng_place_judge (metainfo, &names, 0, wish, &path) != ENG_PLACE_FREE)
        continue;
      g_assert_true (eng_names_is_fit (path));
      g_assert_cmpint (eng_place_judge (metainfo, &names, 0, path, &again), ==, ENG_PLACE_FREE);
      g_assert_cmpstr (path, ==, again);
    }
  bt_metainfo_unref (metainfo);
  files_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/place/names", test_names);
  g_test_add_func ("/place/given", test_given);
  g_test_add_func ("/place/fit", test_fit);
  g_test_add_func ("/place/judge", test_judge);
  g_test_add_func ("/place/any-wish", test_any_wish);
  return g_test_run ();
}
