/* test-eng-store-names.c: what files are called comes back, of a torrent without a row as well; a
 * row that nobody of us can have written does not. */
#include <glib.h>
#include <sqlite3.h>

#include "store-world.h"

static void
on_named (void *data, const EngStoreProblem *problem)
{
  g_assert_null (problem);
  ++*(unsigned *) data;
}

static void
name_file (StoreScene *s, EngStore *store, uint32_t file, const char *path, const char *was)
{
  const EngName name = { file, (char *) (uintptr_t) path, (char *) (uintptr_t) was };
  unsigned n = 0;

  eng_store_name (store, &s->key, &name, on_named, &n);
  while (n == 0)
    g_main_context_iteration (s->world.context, TRUE);
}

/* @was of NULL: nothing is being carried out. */
static void
expect (const StoreAnswer *answer, uint32_t file, const char *path, const char *was)
{
  const EngName *name = eng_names_find (&answer->row.names, file);

  g_assert_true (answer->has_row);
  g_assert_cmpstr (name != NULL ? name->path : NULL, ==, path);
  g_assert_cmpstr (name != NULL ? name->was : NULL, ==, was);
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static StoreAnswer
reopen (StoreScene *s)
{
  EngStore *store = store_scene_open (s);
  StoreAnswer answer = store_load (&s->world, store, &s->key);

  g_assert_false (answer.has_problem);
  store_close (&s->world, store);
  return answer;
}

static void
test_round_trip (void)
{
  StoreScene s;
  EngStore *store;
  EngResume row;
  StoreAnswer answer;

  store_scene_init (&s);
  store_make_row (&row, s.key.n_pieces, s.key.n_files, 2);
  store = store_scene_open (&s);
  store_save_well (&s.world, store, &s.key, &row);
  name_file (&s, store, 2, "new/ñame", "old");
  name_file (&s, store, 0, "first", NULL);
  name_file (&s, store, 2, "new/ñame", NULL);
  name_file (&s, store, 1, "kept", "was");
  store_save_well (&s.world, store, &s.key, &row); /* a row says nothing of names */
  store_close (&s.world, store);
  answer = reopen (&s);
  store_compare_rows (&answer.row, &row);
  g_assert_cmpuint (answer.row.names.n, ==, 3);
  expect (&answer, 0, "first", NULL);
  expect (&answer, 1, "kept", "was");
  expect (&answer, 2, "new/ñame", NULL);
  store_answer_clear (&answer);
  eng_resume_clear (&row);
  store_scene_clear (&s);
}

/* A row is made, which claims nothing; what is saved later takes its place. */
static void
test_without_row (void)
{
  StoreScene s;
  EngStore *store;
  EngResume row;
  StoreAnswer answer;

  store_scene_init (&s);
  store = store_scene_open (&s);
  name_file (&s, store, 1, "new", "old");
  answer = store_load (&s.world, store, &s.key);
  expect (&answer, 1, "new", "old");
  g_assert_false (answer.row.dirty);
  g_assert_cmpuint (bt_bitfield_next_set (&answer.row.have, 0), ==, s.key.n_pieces);
  g_assert_cmpuint (answer.row.files[1].inode, ==, 0);
  store_answer_clear (&answer);
  store_make_row (&row, s.key.n_pieces, s.key.n_files, 3);
  store_save_well (&s.world, store, &s.key, &row);
  store_close (&s.world, store);
  answer = reopen (&s);
  store_compare_rows (&answer.row, &row);
  expect (&answer, 1, "new", "old");
  store_answer_clear (&answer);
  eng_resume_clear (&row);
  store_scene_clear (&s);
}

/* The first version had no names. */
static void
test_old_database (void)
{
  StoreScene s;
  EngStore *store;
  EngResume row;
  StoreAnswer answer;

  store_scene_init (&s);
  store_scene_make (&s, 5);
  run_sql (s.path, "DROP TABLE names; DROP TABLE sources; DROP TABLE trackers; DROP TABLE roster;"
                   " DROP TABLE settings; DROP TABLE history; PRAGMA user_version = 1");
  store_make_row (&row, s.key.n_pieces, s.key.n_files, 5);
  store = store_scene_open (&s);
  store_scene_expect (&s, store, &s.key, &row);
  name_file (&s, store, 0, "new", NULL);
  answer = store_load (&s.world, store, &s.key);
  expect (&answer, 0, "new", NULL);
  store_answer_clear (&answer);
  store_close (&s.world, store);
  eng_resume_clear (&row);
  store_scene_clear (&s);
}

static const char *const foreign[] = {
  "INSERT INTO names VALUES (1, 0, '../out', NULL)",
  "INSERT INTO names VALUES (1, 0, '/etc/passwd', NULL)",
  "INSERT INTO names VALUES (1, 0, 'a//b', NULL)",
  "INSERT INTO names VALUES (1, 0, '', NULL)",
  "INSERT INTO names VALUES (1, 0, 'good', '../out')",
  "INSERT INTO names VALUES (1, 0, 'a/.', NULL)",
  "INSERT INTO names VALUES (1, 0, printf ('%0300d', 0), NULL)",
  "INSERT INTO names VALUES (1, 3, 'behind the last', NULL)",
  "INSERT INTO names VALUES (1, 9223372036854775807, 'far behind', NULL)",
};

static void
test_foreign_rows (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      StoreScene s;
      StoreAnswer answer;

      store_scene_init (&s);
      store_scene_make (&s, 5);
      g_assert_cmpuint (s.key.n_files, ==, 3);
      run_sql (s.path, foreign[i]);
      answer = reopen (&s);
      g_assert_true (answer.has_row);
      g_assert_cmpuint (answer.row.names.n, ==, 0);
      store_answer_clear (&answer);
      store_scene_clear (&s);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/names/round-trip", test_round_trip);
  g_test_add_func ("/store/names/without-row", test_without_row);
  g_test_add_func ("/store/names/old-database", test_old_database);
  g_test_add_func ("/store/names/foreign-rows", test_foreign_rows);
  return g_test_run ();
}
