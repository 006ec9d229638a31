/* test-eng-store.c: rows come back as they were saved, in a database that is its owner's alone. */
#include <sys/stat.h>

#include <glib.h>
#include <sqlite3.h>

#include "store-world.h"

static int64_t
ask_sql (const char *path, const char *sql)
{
  sqlite3 *db;
  sqlite3_stmt *statement;
  int64_t number;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return number;
}

/* --- rows --- */

static const struct
{
  const char *name;
  bool v1;
  bool v2;
  size_t n_pieces;
  size_t n_files;
  uint32_t seed;
} rows[] = {
  { "v1", true, false, 77, 3, 2 },         { "v2", false, true, 77, 3, 2 },
  { "hybrid", true, true, 77, 3, 2 },      { "dirty", true, false, 64, 1, 3 },
  { "one-piece", true, false, 1, 1, 3 },   { "no-pieces", false, true, 0, 1, 4 },
  { "many-files", true, true, 9, 500, 5 }, { "many-pieces", true, false, 100001, 1, 6 },
};

static void
test_round_trip (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  StoreScene s;
  EngStore *store;
  EngResume row;

  store_scene_init (&s);
  s.key.v1 = rows[i].v1 ? store_hash_a : NULL;
  s.key.v2 = rows[i].v2 ? store_hash_b : NULL;
  s.key.n_pieces = rows[i].n_pieces;
  s.key.n_files = rows[i].n_files;
  store_make_row (&row, rows[i].n_pieces, rows[i].n_files, rows[i].seed);
  store = store_scene_open (&s);
  store_scene_expect (&s, store, &s.key, NULL);
  store_save_well (&s.world, store, &s.key, &row);
  store_scene_expect (&s, store, &s.key, &row);
  store_close (&s.world, store);
  store = store_scene_open (&s);
  store_scene_expect (&s, store, &s.key, &row);
  store_close (&s.world, store);
  eng_resume_clear (&row);
  store_scene_clear (&s);
}

/* What is asked for with other facts than were saved has no row. */
static void
test_strangers (void)
{
  StoreScene s;
  EngStore *store;
  EngStoreKey keys[5];

  store_scene_init (&s);
  store_scene_make (&s, 1);
  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    keys[i] = s.key;
  keys[0].folder = "/";
  keys[1].n_pieces++;
  keys[2].n_pieces = 7;
  keys[3].v1 = store_hash_b;
  keys[3].v2 = NULL;
  keys[4].v1 = NULL;
  keys[4].v2 = store_hash_a;
  store = store_scene_open (&s);
  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    store_scene_expect (&s, store, &keys[i], NULL);
  store_close (&s.world, store);
  store_scene_clear (&s);
}

static void
test_last_save_counts (void)
{
  StoreScene s;
  EngStore *store;
  EngResume row;

  store_scene_init (&s);
  store = store_scene_open (&s);
  for (uint32_t seed = 1; seed <= 20; seed++)
    {
      s.key.n_files = 1 + seed % 4; /* fewer than before, at times */
      store_make_row (&row, s.key.n_pieces, s.key.n_files, seed);
      store_save_well (&s.world, store, &s.key, &row);
      store_scene_expect (&s, store, &s.key, &row);
      eng_resume_clear (&row);
    }
  store_close (&s.world, store);
  g_assert_cmpint (ask_sql (s.path, "SELECT count (*) FROM torrents"), ==, 1);
  g_assert_cmpint (ask_sql (s.path, "SELECT count (*) FROM files"), ==, (int64_t) s.key.n_files);
  store_scene_clear (&s);
}

/* Two magnets that were halves of one hybrid. */
static void
test_halves_become_one (void)
{
  StoreScene s;
  EngStore *store;
  EngStoreKey v1;
  EngStoreKey v2;
  EngResume row;

  store_scene_init (&s);
  v1 = v2 = s.key;
  v1.v2 = NULL;
  v2.v1 = NULL;
  store = store_scene_open (&s);
  store_make_row (&row, s.key.n_pieces, s.key.n_files, 8);
  store_save_well (&s.world, store, &v1, &row);
  store_save_well (&s.world, store, &v2, &row);
  store_save_well (&s.world, store, &s.key, &row);
  store_scene_expect (&s, store, &v1, &row);
  store_scene_expect (&s, store, &v2, &row);
  store_close (&s.world, store);
  g_assert_cmpint (ask_sql (s.path, "SELECT count (*) FROM torrents"), ==, 1);
  g_assert_cmpint (ask_sql (s.path, "SELECT count (*) FROM files"), ==, 3);
  g_assert_cmpint (ask_sql (s.path, "SELECT id FROM torrents"), ==, 1);
  eng_resume_clear (&row);
  store_scene_clear (&s);
}

static void
test_unanswered_requests_are_carried_out (void)
{
  StoreScene s;
  EngStore *store;
  EngResume row;
  StoreAnswer answers[50] = { 0 };

  store_scene_init (&s);
  store = store_scene_open (&s);
  for (uint32_t i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      store_make_row (&row, s.key.n_pieces, s.key.n_files, i);
      store_ask_save (store, &s.key, &row, &answers[i]);
      eng_resume_clear (&row);
    }
  store_close (&s.world, store);
  for (uint32_t i = 0; i < G_N_ELEMENTS (answers); i++)
    g_assert_true (answers[i].is_there && !answers[i].has_problem);
  store_make_row (&row, s.key.n_pieces, s.key.n_files, G_N_ELEMENTS (answers) - 1);
  store = store_scene_open (&s);
  store_scene_expect (&s, store, &s.key, &row);
  store_close (&s.world, store);
  eng_resume_clear (&row);
  store_scene_clear (&s);
}

/* --- files --- */

static void
test_modes (void)
{
  StoreScene s;
  EngStore *store;
  g_autofree char *folder = NULL;
  g_autofree char *journal = NULL;
  struct stat st;

  store_scene_init (&s);
  store_scene_make (&s, 1);
  folder = g_path_get_dirname (s.path);
  journal = g_strconcat (s.path, "-wal", NULL);
  g_assert_cmpint (stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
  g_assert_cmpint (stat (s.path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (journal, &st), !=, 0); /* a close brings it home */
  store = store_scene_open (&s);
  store_scene_expect (&s, store, &(EngStoreKey){ .v1 = store_hash_b, .name = "", .folder = "/" },
                      NULL);
  g_assert_cmpint (stat (journal, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  store_close (&s.world, store);
  store_scene_clear (&s);
}

static void
test_marks (void)
{
  StoreScene s;
  g_autofree char *bytes = NULL;

  store_scene_init (&s);
  store_scene_make (&s, 1);
  g_assert_cmpint (ask_sql (s.path, "PRAGMA user_version"), ==, 3);
  g_assert_cmpint (ask_sql (s.path, "PRAGMA application_id"), ==, 0x53686f61);
  g_assert_true (g_file_get_contents (s.path, &bytes, NULL, NULL));
  g_assert_cmpint (bytes[18], ==, 2); /* WAL, in SQLite's header */
  store_scene_clear (&s);
}

static void
copy_file (const char *from, const char *to, const char *suffix)
{
  g_autofree char *source = g_strconcat (from, suffix, NULL);
  g_autofree char *target = g_strconcat (to, suffix, NULL);
  g_autofree char *bytes = NULL;
  size_t len;

  g_assert_true (g_file_get_contents (source, &bytes, &len, NULL));
  g_assert_true (g_file_set_contents (target, bytes, (gssize) len, NULL));
}

/* As after a kill: the last rows are in the journal alone. */
static void
test_journal_left_behind (void)
{
  StoreScene s;
  EngStore *store;
  EngResume row;
  g_autofree char *copy = NULL;

  store_scene_init (&s);
  store_make_row (&row, s.key.n_pieces, s.key.n_files, 11);
  store = store_scene_open (&s);
  store_save_well (&s.world, store, &s.key, &row);
  copy = g_build_filename (s.folder, "copy.db", NULL);
  copy_file (s.path, copy, "");
  copy_file (s.path, copy, "-wal");
  store_close (&s.world, store);
  g_free (s.path);
  s.path = g_steal_pointer (&copy);
  store = store_scene_open (&s);
  store_scene_expect (&s, store, &s.key, &row);
  store_close (&s.world, store);
  eng_resume_clear (&row);
  store_scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/store/round-trip/%s", rows[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_round_trip);
    }
  g_test_add_func ("/store/strangers", test_strangers);
  g_test_add_func ("/store/last-save-counts", test_last_save_counts);
  g_test_add_func ("/store/halves-become-one", test_halves_become_one);
  g_test_add_func ("/store/unanswered", test_unanswered_requests_are_carried_out);
  g_test_add_func ("/store/modes", test_modes);
  g_test_add_func ("/store/marks", test_marks);
  g_test_add_func ("/store/journal-left-behind", test_journal_left_behind);
  return g_test_run ();
}
