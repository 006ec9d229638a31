/* test-trk-store-faults.c: a database that cannot be used says why, to everybody who asks; what no
 * longer fits or fails harms nothing that was answered; copies are whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "trk-store-world.h"

typedef TrkStoreWorld World;

static void
begin (World *w)
{
  trk_store_world_init (w);
  g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
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

/* Another program's, which has its journal in the old way. */
static void
spoil_application (const char *path)
{
  trk_store_run_sql (path, "PRAGMA journal_mode = DELETE; PRAGMA application_id = 7");
}

static void
spoil_tables (const char *path)
{
  trk_store_run_sql (path, "DROP TABLE marks");
}

static void
spoil_columns (const char *path)
{
  trk_store_run_sql (path, "ALTER TABLE torrents RENAME COLUMN completed TO downloaded");
}

static void
spoil_version (const char *path)
{
  trk_store_run_sql (path, "PRAGMA user_version = 99");
}

static void
spoil_version_zero (const char *path)
{
  trk_store_run_sql (path, "PRAGMA user_version = 0");
}

static void
spoil_journal_row (const char *path)
{
  trk_store_run_sql (path, "DELETE FROM journal");
}

static const struct
{
  const char *name;
  void (*spoil) (const char *path);
  const char *said;
} spoilt[] = {
  { "garbage", spoil_garbage, "!corrupt" },
  { "cut", spoil_cut, "!corrupt" },
  { "pages", spoil_pages, "!corrupt" },
  { "application", spoil_application, "!foreign" },
  { "tables", spoil_tables, "!corrupt" },
  { "columns", spoil_columns, "!corrupt" },
  { "version-zero", spoil_version_zero, "!foreign" },
  { "newer", spoil_version, "!newer" },
  { "journal-row", spoil_journal_row, "!corrupt" },
};

/* Every request is told, and the file stays as it is. */
static void
test_spoilt (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  World w;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize len_before;
  gsize len_after;

  begin (&w);
  trk_store_put (&w, 1, 2, "name");
  trk_store_world_close (&w);
  spoilt[i].spoil (w.path);
  g_assert_true (g_file_get_contents (w.path, &before, &len_before, NULL));
  g_assert_cmpstr (trk_store_world_open (&w), ==, spoilt[i].said);
  g_assert_cmpstr (trk_store_set (&w, "a", "1"), ==, spoilt[i].said);
  g_assert_cmpstr (trk_store_get (&w, 1), ==, spoilt[i].said);
  g_assert_cmpstr (trk_store_flushed (&w), ==, spoilt[i].said);
  trk_store_world_close (&w);
  g_assert_true (g_file_get_contents (w.path, &after, &len_after, NULL));
  g_assert_cmpmem (before, len_before, after, len_after);
  trk_store_world_clear (&w);
}

static void
plant_file_for_folder (const World *w)
{
  g_autofree char *folder = g_path_get_dirname (w->path);

  g_assert_true (g_file_set_contents (folder, "x", 1, NULL));
}

static void
plant_folder_for_file (const World *w)
{
  g_assert_cmpint (g_mkdir_with_parents (w->path, 0700), ==, 0);
}

static void
plant_link_for_file (const World *w)
{
  g_autofree char *folder = g_path_get_dirname (w->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink ("elsewhere", w->path), ==, 0);
}

static void
plant_folder_for_journal (const World *w)
{
  g_autofree char *journal = g_strconcat (w->path, ".completions", NULL);

  g_assert_cmpint (g_mkdir_with_parents (journal, 0700), ==, 0);
}

static const struct
{
  const char *name;
  void (*plant) (const World *w);
  int sys_errno;
} planted[] = {
  { "file-for-folder", plant_file_for_folder, ENOTDIR },
  { "folder-for-file", plant_folder_for_file, EISDIR },
  { "link-for-file", plant_link_for_file, ELOOP },
  { "folder-for-journal", plant_folder_for_journal, EISDIR },
};

static void
test_planted (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  World w;

  trk_store_world_init (&w);
  planted[i].plant (&w);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "!system");
  g_assert_cmpint (w.sys_errno, ==, planted[i].sys_errno);
  g_assert_cmpstr (trk_store_set (&w, "a", "1"), ==, "!system");
  trk_store_world_clear (&w);
}

/* --- calls that fail --- */

/* SQLite makes its calls through the dynamic linker, which finds these first. All threads. */
static struct
{
  atomic_uint left;    /* calls until one fails; 0: none does */
  atomic_bool goes_on; /* all after it fail too */
  atomic_bool syncs;   /* those that sync, and not those that write */
  atomic_int sys_errno;
  atomic_bool failed;
} calls;

static bool
is_due (bool sync)
{
  unsigned left = atomic_load (&calls.left);

  if (left == 0 || atomic_load (&calls.syncs) != sync)
    return false;
  if (left > 1)
    return atomic_store (&calls.left, left - 1), false;
  atomic_store (&calls.failed, true);
  if (!atomic_load (&calls.goes_on))
    atomic_store (&calls.left, 0);
  errno = atomic_load (&calls.sys_errno);
  return true;
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t len, off_t offset)
{
  return is_due (false) ? -1 : syscall (SYS_pwrite64, fd, bytes, len, offset);
}

int
fdatasync (int fd)
{
  return is_due (true) ? -1 : (int) syscall (SYS_fdatasync, fd);
}

static void
begin_failing (bool syncs, unsigned nth, bool goes_on, int sys_errno)
{
  atomic_store (&calls.syncs, syncs);
  atomic_store (&calls.goes_on, goes_on);
  atomic_store (&calls.sys_errno, sys_errno);
  atomic_store (&calls.failed, false);
  atomic_store (&calls.left, nth);
}

static bool
end_failing (void)
{
  atomic_store (&calls.left, 0);
  return atomic_load (&calls.failed);
}

/* The disk is full for a while: changes are told so, what was there is there, counts wait and are
 * committed when there is room again. */
static void
test_full_disk (void)
{
  World w;

  begin (&w);
  trk_store_set (&w, "a", "1");
  trk_store_put (&w, 1, 0, "before");
  begin_failing (false, 1, true, ENOSPC);
  g_assert_cmpstr (trk_store_set (&w, "a", "2"), ==, "!system");
  g_assert_cmpint (w.sys_errno, ==, ENOSPC);
  g_assert_cmpstr (trk_store_put (&w, 2, 0, "during"), ==, "!system");
  g_assert_cmpint (trk_lists_get (w.lists, trk_store_hash (2)), ==, TRK_MARK_NONE);
  g_assert_true (trk_store_completed (w.store, trk_store_hash (1), 1));
  g_assert_cmpstr (trk_store_flushed (&w), ==, "!system");
  g_assert_true (trk_store_completed (w.store, trk_store_hash (1), 1));
  g_assert_cmpstr (trk_store_flushed (&w), ==, "!system");
  g_assert_cmpstr (trk_store_setting (&w, "a"), ==, "1");
  g_assert_cmpuint (trk_store_figures (&w).failed, ==, 4);
  g_assert_cmpuint (trk_store_figures (&w).waiting, ==, 2);
  g_assert_true (end_failing ());
  g_assert_cmpstr (trk_store_flushed (&w), ==, "ok");
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 before allowed 2");
  g_assert_cmpstr (trk_store_put (&w, 2, 0, "after"), ==, "new 2");
  trk_store_world_reopen (&w);
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (1)), ==, 2);
  g_assert_cmpstr (trk_store_checked (&w), ==, "ok");
  trk_store_world_clear (&w);
}

/* One call of an operation after the other fails: what was answered with success is there. */
static void
test_each_write (gconstpointer data)
{
  int sys_errno = GPOINTER_TO_INT (data);
  bool failed = true;

  for (unsigned nth = 1; failed; nth++)
    {
      World w;
      bool added;
      bool set;
      bool counted;

      begin (&w);
      trk_store_put (&w, 1, 0, "name");
      begin_failing (false, nth, false, sys_errno);
      added = trk_store_put (&w, 2, 3, "other")[0] == 'n';
      set = trk_store_set (&w, "a", "1")[0] == 'o';
      trk_store_completed (w.store, trk_store_hash (1), 1);
      counted = trk_store_flushed (&w)[0] == 'o';
      failed = end_failing ();
      g_assert_cmpint (added + set + counted, >=, failed ? 2 : 3);
      trk_store_world_reopen (&w);
      g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 name allowed 1");
      g_assert_cmpstr (trk_store_get_hash (&w, trk_store_hash (3), 32), ==,
                       added ? "2 other allowed 0" : "-");
      g_assert_cmpint (trk_lists_get (w.lists, trk_store_hash (2)), ==,
                       added ? TRK_MARK_ALLOWED : TRK_MARK_NONE);
      g_assert_cmpstr (trk_store_setting (&w, "a"), ==, set ? "1" : "-");
      g_assert_cmpstr (trk_store_checked (&w), ==, "ok");
      trk_store_world_clear (&w);
    }
}

/* A device that fails to sync once is not believed again: no more changes, but answers. */
static void
test_failed_sync (void)
{
  World w;

  begin (&w);
  trk_store_set (&w, "a", "1");
  begin_failing (true, 1, false, EIO);
  g_assert_cmpstr (trk_store_set (&w, "a", "2"), ==, "!system");
  g_assert_true (end_failing ());
  g_assert_cmpstr (trk_store_set (&w, "a", "3"), ==, "!suspect");
  g_assert_true (trk_store_completed (w.store, trk_store_hash (1), 1));
  g_assert_cmpstr (trk_store_flushed (&w), ==, "!suspect");
  g_assert_cmpstr (trk_store_setting (&w, "a"), ==, "1");
  trk_store_world_reopen (&w);
  g_assert_cmpuint (w.found.n_replayed, ==, 1);
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (1)), ==, 1);
  g_assert_cmpstr (trk_store_set (&w, "a", "4"), ==, "ok");
  trk_store_world_clear (&w);
}

/* --- copies --- */

static void
test_backup_and_restore (void)
{
  World w;
  TrkProblem problem;
  struct stat st;
  g_autofree char *backup = NULL;
  g_autofree char *before = NULL;

  begin (&w);
  backup = g_build_filename (w.folder, "backup.db", NULL);
  before = g_strconcat (w.path, ".before", NULL);
  trk_store_put (&w, 1, 2, "old");
  trk_store_completed (w.store, trk_store_hash (1), 1);
  trk_store_flushed (&w);
  g_assert_cmpstr (trk_store_backed_up (&w, backup), ==, "ok");
  g_assert_cmpint (stat (backup, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  trk_store_put (&w, 3, 0, "new");
  g_assert_cmpstr (trk_store_backed_up (&w, "/proc/nonexistent/backup.db"), ==, "!system");
  g_assert_false (trk_store_restore (w.path, backup, &problem));
  g_assert_cmpint (problem.trouble, ==, TRK_TROUBLE_IN_USE);
  trk_store_world_close (&w);
  g_assert_true (trk_store_restore (w.path, backup, &problem));
  g_assert_cmpint (stat (w.path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  g_assert_cmpint (trk_store_ask_sql (before, "SELECT count (*) FROM torrents"), ==, 2);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  g_assert_false (w.found.journal_put_aside);
  g_assert_cmpstr (trk_store_list (&w, &(TrkTorrentQuery){ .text = "old", .limit = 9 }), ==,
                   "1: old");
  g_assert_cmpstr (trk_store_list (&w, &(TrkTorrentQuery){ .limit = 9 }), ==, "1: old");
  g_assert_cmpuint (trk_store_primed (&w, trk_store_hash (1)), ==, 1);
  trk_store_world_clear (&w);
}

static const struct
{
  const char *name;
  void (*spoil) (const char *path);
  TrkTrouble trouble;
} bad_backups[] = {
  { "garbage", spoil_garbage, TRK_TROUBLE_CORRUPT },
  { "pages", spoil_pages, TRK_TROUBLE_CORRUPT },
  { "application", spoil_application, TRK_TROUBLE_FOREIGN },
  { "newer", spoil_version, TRK_TROUBLE_NEWER },
};

/* What cannot be restored leaves the database as it is. */
static void
test_bad_backup (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  World w;
  TrkProblem problem;
  g_autofree char *backup = NULL;

  begin (&w);
  backup = g_build_filename (w.folder, "backup.db", NULL);
  trk_store_put (&w, 1, 2, "name");
  trk_store_backed_up (&w, backup);
  trk_store_world_close (&w);
  bad_backups[i].spoil (backup);
  g_assert_false (trk_store_restore (w.path, backup, &problem));
  g_assert_cmpint (problem.trouble, ==, bad_backups[i].trouble);
  g_assert_cmpstr (problem.path, ==, backup);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 name allowed 0");
  trk_store_world_clear (&w);
}

static void
test_no_backup (void)
{
  World w;
  TrkProblem problem;

  trk_store_world_init (&w);
  g_assert_false (trk_store_restore (w.path, "/proc/nonexistent/backup.db", &problem));
  g_assert_cmpint (problem.trouble, ==, TRK_TROUBLE_SYSTEM);
  g_assert_cmpint (problem.sys_errno, ==, ENOENT);
  g_assert_false (g_file_test (w.path, G_FILE_TEST_EXISTS));
  trk_store_world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (spoilt); i++)
    {
      g_autofree char *path = g_strdup_printf ("/trk-store-faults/spoilt/%s", spoilt[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_spoilt);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (planted); i++)
    {
      g_autofree char *path = g_strdup_printf ("/trk-store-faults/planted/%s", planted[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_planted);
    }
  g_test_add_func ("/trk-store-faults/full-disk", test_full_disk);
  g_test_add_data_func ("/trk-store-faults/each-write/no-space", GINT_TO_POINTER (ENOSPC),
                        test_each_write);
  g_test_add_data_func ("/trk-store-faults/each-write/io", GINT_TO_POINTER (EIO), test_each_write);
  g_test_add_func ("/trk-store-faults/failed-sync", test_failed_sync);
  g_test_add_func ("/trk-store-faults/backup-and-restore", test_backup_and_restore);
  for (size_t i = 0; i < G_N_ELEMENTS (bad_backups); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/trk-store-faults/bad-backup/%s", bad_backups[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_bad_backup);
    }
  g_test_add_func ("/trk-store-faults/no-backup", test_no_backup);
  return g_test_run ();
}
