/* test-eng-store-transfer.c: a transfer's database has a place of its own, a corrupt one is put
 * aside, and files have one writer or several readers. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "client-core/store/eng-lock-private.h"
#include "files-maker.h"
#include "store-world.h"

static const uint8_t hash_a[32] = { 0xa1, 2, 3 };
static const uint8_t hash_b[32] = { 0xb1, 2, 3 };

typedef struct
{
  StoreWorld world;
  char *state;
  char *folder; /* two that exist */
  char *other;
  EngStoreKey key;
} Scene;

static void
scene_init (Scene *s)
{
  store_world_init (&s->world);
  s->state = files_folder ();
  s->folder = files_folder ();
  s->other = files_folder ();
  s->key = (EngStoreKey){
    .v1 = hash_a, .name = "name", .folder = s->folder, .n_pieces = 9, .n_files = 1
  };
}

static void
scene_clear (Scene *s)
{
  files_remove (s->state);
  files_remove (s->folder);
  files_remove (s->other);
  store_world_clear (&s->world);
}

static EngStore *
open_store (Scene *s, const EngStoreKey *key, bool writes)
{
  EngStore *store = eng_store_new_transfer (s->world.reactor, s->state, key, writes);

  g_assert_nonnull (store);
  return store;
}

static void
save_once (Scene *s, const EngStoreKey *key, uint32_t seed)
{
  EngStore *store = open_store (s, key, true);
  EngResume row;

  store_make_row (&row, key->n_pieces, key->n_files, seed);
  store_save_well (&s->world, store, key, &row);
  eng_resume_clear (&row);
  store_close (&s->world, store);
}

static void
expect_seed (Scene *s, const EngStoreKey *key, uint32_t seed)
{
  EngStore *store = open_store (s, key, true);
  StoreAnswer answer = store_load (&s->world, store, key);
  EngResume row;

  store_make_row (&row, key->n_pieces, key->n_files, seed);
  g_assert_true (answer.has_row && !answer.has_problem);
  store_compare_rows (&answer.row, &row);
  store_answer_clear (&answer);
  eng_resume_clear (&row);
  store_close (&s->world, store);
}

/* The only file below a folder of the state that ends so. (transfer full) */
static char *
find_file (const Scene *s, const char *folder, const char *suffix)
{
  g_autofree char *at = g_build_filename (s->state, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (at, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, suffix))
      return g_build_filename (at, name, NULL);
  return NULL;
}

static void
test_folders_do_not_mix (void)
{
  Scene s;
  EngStoreKey elsewhere;
  EngStoreKey other;

  scene_init (&s);
  elsewhere = other = s.key;
  elsewhere.folder = s.other;
  other.v1 = hash_b;
  save_once (&s, &s.key, 1);
  save_once (&s, &elsewhere, 2);
  save_once (&s, &other, 3);
  expect_seed (&s, &s.key, 1);
  expect_seed (&s, &elsewhere, 2);
  expect_seed (&s, &other, 3);
  scene_clear (&s);
}

/* However the folder is called, its state is the same. */
static void
test_names_of_a_folder (void)
{
  Scene s;
  EngStoreKey through;
  g_autofree char *link = NULL;
  g_autofree char *dots = NULL;

  scene_init (&s);
  link = g_build_filename (s.other, "link", NULL);
  dots = g_strdup_printf ("%s/./", s.folder);
  g_assert_cmpint (symlink (s.folder, link), ==, 0);
  save_once (&s, &s.key, 1);
  through = s.key;
  through.folder = link;
  expect_seed (&s, &through, 1);
  through.folder = dots;
  expect_seed (&s, &through, 1);
  scene_clear (&s);
}

/* The first answer says what became of it, and the store is a good one. */
static void
test_put_aside (void)
{
  Scene s;
  EngStore *store;
  StoreAnswer answer;
  g_autofree char *path = NULL;
  g_autofree char *bad = NULL;

  scene_init (&s);
  save_once (&s, &s.key, 1);
  path = find_file (&s, "transfers", ".db");
  g_assert_true (
      g_file_set_contents (path, "no database at all, but long enough for one?", -1, NULL));
  store = open_store (&s, &s.key, true);
  answer = store_load (&s.world, store, &s.key);
  g_assert_true (answer.has_problem && !answer.has_row);
  g_assert_cmpint (answer.trouble, ==, ENG_STORE_CORRUPT);
  g_assert_cmpstr (answer.path, ==, path);
  bad = find_file (&s, "transfers", ".bad");
  g_assert_cmpstr (answer.aside, ==, bad);
  store_answer_clear (&answer);
  answer = store_load (&s.world, store, &s.key);
  g_assert_false (answer.has_problem || answer.has_row);
  store_answer_clear (&answer);
  store_close (&s.world, store);
  save_once (&s, &s.key, 2);
  expect_seed (&s, &s.key, 2);
  scene_clear (&s);
}

/* --- locks --- */

static bool
is_refused (Scene *s, EngStore *store)
{
  StoreAnswer answer = store_load (&s->world, store, &s->key);
  bool refused = answer.has_problem && answer.trouble == ENG_STORE_FILES_IN_USE;

  if (refused)
    g_assert_cmpstr (answer.path, ==, s->folder);
  store_answer_clear (&answer);
  return refused;
}

static const struct
{
  const char *name;
  bool first_writes;
  bool first_shares; /* later */
  bool second_writes;
  bool refused;
} pairs[] = {
  { "two-writers", true, false, true, true },
  { "reader-beside-writer", true, false, false, true },
  { "writer-beside-reader", false, false, true, true },
  { "two-readers", false, false, false, false },
  { "reader-beside-writer-that-is-done", true, true, false, false },
  { "writer-beside-writer-that-is-done", true, true, true, true },
};

static void
test_pair (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  Scene s;
  EngStore *first;
  EngStore *second;

  scene_init (&s);
  first = open_store (&s, &s.key, pairs[i].first_writes);
  g_assert_false (is_refused (&s, first));
  if (pairs[i].first_shares)
    eng_store_share (first);
  g_assert_false (is_refused (&s, first)); /* it has been shared when this is answered */
  second = open_store (&s, &s.key, pairs[i].second_writes);
  g_assert_cmpint (is_refused (&s, second), ==, pairs[i].refused);
  g_assert_cmpint (is_refused (&s, second), ==, pairs[i].refused);
  store_close (&s.world, first);
  store_close (&s.world, second);
  save_once (&s, &s.key, 1); /* nothing is left of them */
  g_assert_null (find_file (&s, "locks", ""));
  scene_clear (&s);
}

/* Another torrent that would write the same files is refused, one beside them is not. */
static void
test_names_in_a_folder (void)
{
  Scene s;
  EngStore *first;
  EngStore *second;
  EngStoreKey same_name;

  scene_init (&s);
  first = open_store (&s, &s.key, true);
  g_assert_false (is_refused (&s, first));
  same_name = s.key;
  same_name.v1 = hash_b;
  second = open_store (&s, &same_name, true);
  g_assert_true (is_refused (&s, second));
  store_close (&s.world, second);
  same_name.name = "other name";
  second = open_store (&s, &same_name, true);
  g_assert_false (is_refused (&s, second));
  store_close (&s.world, second);
  store_close (&s.world, first);
  scene_clear (&s);
}

/* --- what was left behind --- */

/* As if nobody had touched it for so long. */
static void
age (const char *path, unsigned days)
{
  const time_t at = time (NULL) - (time_t) days * 24 * 3600;
  const struct timespec times[] = { { at, 0 }, { at, 0 } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static char *
put_database (const Scene *s, const char *name, unsigned days)
{
  g_autofree char *transfers = g_build_filename (s->state, "transfers", NULL);
  g_autofree char *path = g_build_filename (transfers, name, NULL);

  files_write (transfers, name, 100, 1);
  age (path, days);
  return g_steal_pointer (&path);
}

static const struct
{
  const char *name;
  const char *file;
  const char *journal; /* beside it, NULL for none */
  unsigned days;
  unsigned journal_days;
  bool locked;
  bool stays;
} left_behind[] = {
  { "unused", "a.db", NULL, 91, 0, false, false },
  { "unused-with-journal", "a.db", "a.db-wal", 91, 91, false, false },
  { "used", "a.db", NULL, 89, 0, false, true },
  { "journal-used", "a.db", "a.db-wal", 91, 1, false, true },
  { "locked", "a.db", NULL, 91, 0, true, true },
  { "other-file", "a.txt", NULL, 91, 0, false, true },
  { "put-aside", "a.db.bad", NULL, 91, 0, false, true },
  { "journal-unused", "a.db", "a.db-wal", 1, 91, false, true },
};

static void
test_left_behind (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  EngLock *lock = NULL;
  g_autofree char *path = NULL;
  g_autofree char *journal = NULL;
  g_autofree char *lock_path = NULL;
  Scene s;

  scene_init (&s);
  path = put_database (&s, left_behind[i].file, left_behind[i].days);
  if (left_behind[i].journal != NULL)
    journal = put_database (&s, left_behind[i].journal, left_behind[i].journal_days);
  lock_path = g_strconcat (path, "-lock", NULL);
  if (left_behind[i].locked)
    lock = eng_lock_take (lock_path, false, NULL);
  save_once (&s, &s.key, 1);
  g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, left_behind[i].stays);
  if (journal != NULL)
    g_assert_cmpint (g_file_test (journal, G_FILE_TEST_EXISTS), ==, left_behind[i].stays);
  expect_seed (&s, &s.key, 1);
  eng_lock_free (lock);
  g_assert_false (g_file_test (lock_path, G_FILE_TEST_EXISTS));
  scene_clear (&s);
}

/* Thousands do not hold up one start. */
static void
test_left_behind_many (void)
{
  unsigned n_left = 0;
  Scene s;

  scene_init (&s);
  for (unsigned i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.db", i);

      g_free (put_database (&s, name, 1000));
    }
  save_once (&s, &s.key, 1);
  for (unsigned i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.db", i);
      g_autofree char *path = g_build_filename (s.state, "transfers", name, NULL);

      n_left += g_file_test (path, G_FILE_TEST_EXISTS);
    }
  g_assert_cmpuint (n_left, ==, 40 - 32);
  expect_seed (&s, &s.key, 1);
  scene_clear (&s);
}

/* --- on the device --- */

static const char *sought;
static int n_synced;

/* This stands before that of the C library: counts syncs of the folder that is sought. */
int
fsync (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *path = g_file_read_link (link, NULL);

  if (sought != NULL && strcmp (path, sought) == 0)
    g_atomic_int_inc (&n_synced);
  return 0;
}

/* The folders above the database are put on the device before any row is, though they were there:
 * whoever made them may have been killed. */
static void
test_folders_on_device (void)
{
  Scene s;
  g_autofree char *state = NULL;
  EngStore *store;

  scene_init (&s);
  state = realpath (s.state, NULL);
  sought = state;
  store = open_store (&s, &s.key, true);
  g_assert_false (is_refused (&s, store));
  g_assert_cmpint (g_atomic_int_get (&n_synced), ==, 1);
  store_close (&s.world, store);
  sought = NULL;
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store-transfer/folders-do-not-mix", test_folders_do_not_mix);
  g_test_add_func ("/store-transfer/names-of-a-folder", test_names_of_a_folder);
  g_test_add_func ("/store-transfer/put-aside", test_put_aside);
  for (size_t i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *path = g_strdup_printf ("/store-transfer/lock/%s", pairs[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_pair);
    }
  g_test_add_func ("/store-transfer/names-in-a-folder", test_names_in_a_folder);
  for (size_t i = 0; i < G_N_ELEMENTS (left_behind); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/store-transfer/left-behind/%s", left_behind[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_left_behind);
    }
  g_test_add_func ("/store-transfer/left-behind/many", test_left_behind_many);
  g_test_add_func ("/store-transfer/folders-on-device", test_folders_on_device);
  return g_test_run ();
}
