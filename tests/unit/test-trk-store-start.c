/* test-trk-store-start.c: how a store begins: what the last run left is looked at closely unless it
 * ended as it should, and a database of an older version becomes one of ours, whenever that is
 * stopped. */
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "trk-store-world.h"

#define BYTES_LEN 100000u
#define PAGE_LEN 4096u

typedef TrkStoreWorld World;

/* Calls of this process until one ends it; 0: none does. SQLite makes them through the dynamic
 * linker, which finds these first. */
static atomic_uint calls_left;

static void
maybe_end (void)
{
  unsigned left = atomic_load (&calls_left);

  if (left == 1)
    _exit (9);
  if (left > 0)
    atomic_store (&calls_left, left - 1);
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t len, off_t offset)
{
  maybe_end ();
  return syscall (SYS_pwrite64, fd, bytes, len, offset);
}

int
fdatasync (int fd)
{
  maybe_end ();
  return (int) syscall (SYS_fdatasync, fd);
}

/* Opens it in a child that ends without closing it, at the @nth call that writes or, at 0, once it
 * is open. Whether it came to that. */
static bool
open_and_die (World *w, unsigned nth)
{
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      w->context = g_main_context_new ();
      w->reactor = btio_reactor_new (w->context);
      atomic_store (&calls_left, nth);
      _exit (trk_store_world_open (w)[0] == 'o' ? 0 : 1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), !=, 1);
  return WEXITSTATUS (status) == 0;
}

static int64_t
is_clean (const World *w)
{
  return trk_store_ask_sql (w->path, "SELECT clean FROM run");
}

/* A closed store with two torrents; the .torrent of the first one lies on pages of its own. */
static void
begin (World *w)
{
  g_autofree char *text = g_strnfill (BYTES_LEN, 'Z');
  g_autoptr (GBytes) bytes = g_bytes_new (text, BYTES_LEN);
  TrkTorrent t = trk_store_torrent (1, 2, "first");

  trk_store_world_init (w);
  g_assert_cmpstr (trk_store_world_open (w), ==, "ok");
  trk_store_put_torrent (w, &t, NULL, bytes);
  t = trk_store_torrent (3, 0, "second");
  t.state = TRK_MARK_PENDING;
  trk_store_put_torrent (w, &t, "files", NULL);
  trk_store_world_close (w);
}

/* Damages a page that nothing reads before somebody asks for the .torrent: the first one that is
 * full of it has a wrong page behind it. */
static void
damage (const World *w)
{
  g_autofree char *page = g_strnfill (PAGE_LEN - 4, 'Z');
  g_autofree char *all = NULL;
  gsize len;
  size_t at = 0;

  g_assert_true (g_file_get_contents (w->path, &all, &len, NULL));
  while (at + PAGE_LEN <= len && memcmp (all + at + 4, page, PAGE_LEN - 4) != 0)
    at += PAGE_LEN;
  g_assert_cmpuint (at + PAGE_LEN, <=, len);
  memset (all + at, 0xa5, 4);
  g_assert_true (g_file_set_contents (w->path, all, (gssize) len, NULL));
}

/* --- the end of the last run --- */

static void
test_unclean (void)
{
  World w;

  begin (&w);
  g_assert_cmpint (is_clean (&w), ==, 1);
  g_assert_true (open_and_die (&w, 0));
  g_assert_cmpint (is_clean (&w), ==, 0);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  trk_store_world_close (&w);
  g_assert_cmpint (is_clean (&w), ==, 1);
  g_assert_true (open_and_die (&w, 0));
  damage (&w);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "!corrupt");
  trk_store_world_clear (&w);
}

/* Not all of it is read; but who meets damage says so, and then all of it is. */
static void
test_clean (void)
{
  World w;

  begin (&w);
  damage (&w);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  g_assert_cmpstr (trk_store_get (&w, 1), ==, "1 first allowed 0");
  g_assert_cmpint (strcmp (trk_store_bytes (&w, 1), "!corrupt"), ==, 0); /* or it is long */
  trk_store_world_close (&w);
  g_assert_cmpint (is_clean (&w), ==, 0);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "!corrupt");
  trk_store_world_clear (&w);
}

/* A copy of a store that runs has not been closed. */
static void
test_copy (void)
{
  World w;
  g_autofree char *copy = NULL;

  begin (&w);
  copy = g_strconcat (w.path, ".copy", NULL);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  g_assert_cmpstr (trk_store_backed_up (&w, copy), ==, "ok");
  g_assert_cmpint (trk_store_ask_sql (copy, "SELECT clean FROM run"), ==, 0);
  trk_store_world_clear (&w);
}

/* --- older versions --- */

/* What version 1 had in place of what came after it. */
static void
make_version_1 (const World *w)
{
  trk_store_run_sql (w->path, "DROP TRIGGER torrents_come; DROP TRIGGER torrents_go;"
                              "DROP TRIGGER torrents_change; DROP TABLE run; DROP TABLE states;"
                              "DROP INDEX torrents_of_state_by_name;"
                              "DROP INDEX torrents_of_state_by_size;"
                              "DROP INDEX torrents_of_state_by_added;"
                              "DROP INDEX torrents_of_state_by_completed;"
                              "CREATE INDEX torrents_by_state ON torrents (state);"
                              "PRAGMA user_version = 1");
}

static void
assert_whole (World *w)
{
  const TrkTorrentQuery pending = { .states = 1u << TRK_MARK_PENDING, .limit = 9 };

  g_assert_cmpstr (trk_store_get (w, 1), ==, "1 first allowed 0");
  g_assert_cmpuint (strlen (trk_store_bytes (w, 1)), ==, BYTES_LEN);
  g_assert_cmpstr (trk_store_list (w, &pending), ==, "1: second");
  g_assert_cmpstr (trk_store_list (w, &(TrkTorrentQuery){ .text = "files", .limit = 9 }), ==,
                   "1: second");
  g_assert_cmpint (trk_lists_get (w->lists, trk_store_hash (3)), ==, TRK_MARK_PENDING);
  g_assert_cmpstr (trk_store_checked (w), ==, "ok");
}

/* What was there stays beside it. */
static void
test_upgrade (void)
{
  World w;
  g_autofree char *before = NULL;

  begin (&w);
  before = g_strconcat (w.path, ".v1", NULL);
  make_version_1 (&w);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  g_assert_true (w.found.migrated);
  assert_whole (&w);
  trk_store_world_close (&w);
  g_assert_cmpint (trk_store_ask_sql (before, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (trk_store_ask_sql (before, "SELECT count (*) FROM torrents"), ==, 2);
  g_assert_cmpint (trk_store_ask_sql (w.path, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (is_clean (&w), ==, 1);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  g_assert_false (w.found.migrated);
  assert_whole (&w);
  trk_store_world_clear (&w);
}

/* At every call that writes. */
static void
test_upgrade_killed (void)
{
  bool opened = false;
  unsigned nth;

  for (nth = 1; !opened; nth++)
    {
      World w;

      begin (&w);
      make_version_1 (&w);
      opened = open_and_die (&w, nth);
      g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
      assert_whole (&w);
      trk_store_world_clear (&w);
    }
  g_test_message ("%u calls", nth - 2);
  g_assert_cmpuint (nth, >, 10);
}

/* An old database is looked at before it is changed. */
static void
test_upgrade_damaged (void)
{
  World w;

  begin (&w);
  make_version_1 (&w);
  damage (&w);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "!corrupt");
  g_assert_cmpint (trk_store_ask_sql (w.path, "PRAGMA user_version"), ==, 1);
  trk_store_world_clear (&w);
}

/* --- what is counted --- */

/* However torrents come, change and go. */
static void
test_states (void)
{
  TrkTorrent t = trk_store_torrent (0, 4, "half");
  World w;

  begin (&w);
  g_assert_cmpstr (trk_store_world_open (&w), ==, "ok");
  t.state = TRK_MARK_DENIED;
  trk_store_put_torrent (&w, &t, NULL, NULL);
  t = trk_store_torrent (3, 4, "whole"); /* two rows become one */
  g_assert_cmpstr (trk_store_put_torrent (&w, &t, NULL, NULL), ==, "merged 2");
  trk_store_put (&w, 5, 0, "fifth");
  trk_store_put (&w, 5, 0, "again");
  trk_store_judge (&w, 1, TRK_MARK_PENDING);
  trk_store_judge (&w, 1, TRK_MARK_PENDING);
  trk_store_remove (&w, 4);
  trk_store_world_close (&w);
  g_assert_cmpint (trk_store_ask_sql (w.path, "SELECT sum (n) FROM states"), ==, 2);
  g_assert_cmpint (trk_store_ask_sql (w.path, "SELECT n FROM states WHERE state = 3"), ==, 1);
  g_assert_cmpint (trk_store_ask_sql (w.path, "SELECT n FROM states WHERE state = 2"), ==, 1);
  trk_store_world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-store-start/unclean", test_unclean);
  g_test_add_func ("/trk-store-start/clean", test_clean);
  g_test_add_func ("/trk-store-start/copy", test_copy);
  g_test_add_func ("/trk-store-start/upgrade", test_upgrade);
  g_test_add_func ("/trk-store-start/upgrade-killed", test_upgrade_killed);
  g_test_add_func ("/trk-store-start/upgrade-damaged", test_upgrade_damaged);
  g_test_add_func ("/trk-store-start/states", test_states);
  return g_test_run ();
}
