/* test-eng-store-faults.c: a database that cannot be used says why, to everybody who asks. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "store-world.h"

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* --- what cannot be used --- */

static void
spoil_garbage (const char *path)
{
  g_assert_true (g_file_set_contents (path, "this is no database, and it never was one", -1, NULL));
}

static void
spoil_cut (const char *path)
{
  g_assert_cmpint (truncate (path, 4096 + 100), ==, 0);
}

static void
spoil_pages (const char *path)
{
  g_autofree char *noise = g_malloc (3 * 4096);
  int fd = g_open (path, O_WRONLY, 0);

  memset (noise, 0xa5, 3 * 4096);
  g_assert_cmpint (pwrite (fd, noise, 3 * 4096, 4096), ==, 3 * 4096);
  close (fd);
}

static void
spoil_application (const char *path)
{
  run_sql (path, "PRAGMA application_id = 7");
}

static void
spoil_tables (const char *path)
{
  run_sql (path, "DROP TABLE files");
}

static void
spoil_columns (const char *path)
{
  run_sql (path, "ALTER TABLE torrents RENAME COLUMN have TO had");
}

static void
spoil_version (const char *path)
{
  run_sql (path, "PRAGMA user_version = 99");
}

static void
spoil_version_zero (const char *path)
{
  run_sql (path, "PRAGMA user_version = 0");
}

static const struct
{
  const char *name;
  void (*spoil) (const char *path);
  EngStoreTrouble trouble;
} spoilt[] = {
  { "garbage", spoil_garbage, ENG_STORE_CORRUPT },
  { "cut", spoil_cut, ENG_STORE_CORRUPT },
  { "pages", spoil_pages, ENG_STORE_CORRUPT },
  { "application", spoil_application, ENG_STORE_CORRUPT },
  { "tables", spoil_tables, ENG_STORE_CORRUPT },
  { "columns", spoil_columns, ENG_STORE_CORRUPT },
  { "version-zero", spoil_version_zero, ENG_STORE_CORRUPT },
  { "newer", spoil_version, ENG_STORE_NEWER },
};

static void
expect_trouble (StoreAnswer answer, EngStoreTrouble trouble, const char *path)
{
  g_assert_true (answer.has_problem);
  g_assert_cmpint (answer.trouble, ==, trouble);
  g_assert_cmpstr (answer.path, ==, path);
  g_assert_null (answer.aside);
  g_assert_false (answer.has_row);
  store_answer_clear (&answer);
}

/* Every request is told, and the file stays as it is. */
static void
test_spoilt (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  StoreScene s;
  EngStore *store;
  EngResume row;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  size_t len_before;
  size_t len_after;

  store_scene_init (&s);
  store_scene_make (&s, 1);
  spoilt[i].spoil (s.path);
  g_assert_true (g_file_get_contents (s.path, &before, &len_before, NULL));
  store = store_scene_open (&s);
  store_make_row (&row, s.key.n_pieces, s.key.n_files, 2);
  expect_trouble (store_load (&s.world, store, &s.key), spoilt[i].trouble, s.path);
  expect_trouble (store_save (&s.world, store, &s.key, &row), spoilt[i].trouble, s.path);
  expect_trouble (store_load (&s.world, store, &s.key), spoilt[i].trouble, s.path);
  store_close (&s.world, store);
  g_assert_true (g_file_get_contents (s.path, &after, &len_after, NULL));
  g_assert_cmpmem (before, len_before, after, len_after);
  eng_resume_clear (&row);
  store_scene_clear (&s);
}

static void
test_in_use (void)
{
  StoreScene s;
  EngStore *first;
  EngStore *second;

  store_scene_init (&s);
  first = store_scene_open (&s);
  store_scene_expect (&s, first, &s.key, NULL);
  second = store_scene_open (&s);
  expect_trouble (store_load (&s.world, second, &s.key), ENG_STORE_IN_USE, s.path);
  store_close (&s.world, second);
  store_close (&s.world, first);
  store_scene_make (&s, 1);
  store_scene_clear (&s);
}

static void
plant_file_for_folder (StoreScene *s)
{
  g_autofree char *folder = g_path_get_dirname (s->path);

  g_assert_true (g_file_set_contents (folder, "x", 1, NULL));
}

static void
plant_folder_for_file (StoreScene *s)
{
  g_assert_cmpint (g_mkdir_with_parents (s->path, 0700), ==, 0);
}

static void
plant_link_for_file (StoreScene *s)
{
  g_autofree char *folder = g_path_get_dirname (s->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink ("elsewhere", s->path), ==, 0);
}

static void
plant_closed_folder (StoreScene *s)
{
  g_autofree char *folder = g_path_get_dirname (s->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0500), ==, 0);
}

static const struct
{
  const char *name;
  void (*plant) (StoreScene *s);
  int sys_errno;
} planted[] = {
  { "file-for-folder", plant_file_for_folder, ENOTDIR },
  { "folder-for-file", plant_folder_for_file, EISDIR },
  { "link-for-file", plant_link_for_file, ELOOP },
  { "closed-folder", plant_closed_folder, EACCES },
};

static void
test_planted (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  StoreScene s;
  EngStore *store;
  StoreAnswer answer;

  if (planted[i].sys_errno == EACCES && geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }
  store_scene_init (&s);
  planted[i].plant (&s);
  store = store_scene_open (&s);
  answer = store_load (&s.world, store, &s.key);
  g_assert_true (answer.has_problem);
  g_assert_cmpint (answer.trouble, ==, ENG_STORE_SYSTEM);
  g_assert_cmpint (answer.sys_errno, ==, planted[i].sys_errno);
  store_answer_clear (&answer);
  store_close (&s.world, store);
  store_scene_clear (&s);
}

/* What no longer fits is told to whoever asked, and what was there before is there still. */
static void
test_no_room (void)
{
  StoreScene s;
  EngStore *store;
  EngResume old;
  EngResume row;
  StoreAnswer answer;
  struct rlimit before;
  struct rlimit limit;

  store_scene_init (&s);
  store_make_row (&old, s.key.n_pieces, s.key.n_files, 4);
  store = store_scene_open (&s);
  store_save_well (&s.world, store, &s.key, &old);
  store_make_row (&row, s.key.n_pieces, 20000, 5);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = (struct rlimit){ 128 * 1024, before.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  answer = store_save (&s.world, store, &s.key, &row);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_true (answer.has_problem);
  g_assert_cmpint (answer.trouble, ==, ENG_STORE_SYSTEM);
  g_assert_cmpint (answer.sys_errno, !=, 0);
  store_answer_clear (&answer);
  store_scene_expect (&s, store, &s.key, &old);
  s.key.n_files = 20000;
  store_save_well (&s.world, store, &s.key, &row);
  store_scene_expect (&s, store, &s.key, &row);
  store_close (&s.world, store);
  eng_resume_clear (&row);
  eng_resume_clear (&old);
  store_scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (spoilt); i++)
    {
      g_autofree char *path = g_strdup_printf ("/store-faults/spoilt/%s", spoilt[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_spoilt);
    }
  g_test_add_func ("/store-faults/in-use", test_in_use);
  for (size_t i = 0; i < G_N_ELEMENTS (planted); i++)
    {
      g_autofree char *path = g_strdup_printf ("/store-faults/planted/%s", planted[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_planted);
    }
  g_test_add_func ("/store-faults/no-room", test_no_room);
  return g_test_run ();
}
