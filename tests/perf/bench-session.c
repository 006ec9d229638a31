/* bench-session.c: opening a profile of many torrents, and what it costs while nothing moves; and
 * adding as many to an empty one.
 *
 *     bench-session [TORRENTS [DOWNLOADS]]     10000 that seed, and none that downloads
 *
 * Prints for a profile of so many small torrents: when the list is filled, counted from before the
 * session is opened; anonymous memory beyond the empty process, when the list is filled and once
 * all have risen; and processor time and wake-ups of an idle stretch after that. Then how long it
 * takes to add them: the calls, and until the last of them fetches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "client-core/shoal.h"
#include "client-core/store/eng-profile.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-metainfo.h"

#define PIECE 16384
#define N_PIECES 4
#define IDLE_S 10

/* How long to wait until all have risen, at the most: the turns, and what they begin. */
#define RISE_S(n) MIN (5 + (n) / 150, 100)

/* --- the profile --- */

/* A .torrent of one file that nobody has. (transfer full) */
static GBytes *
make_torrent (unsigned i)
{
  GString *out = g_string_new (NULL);
  char pieces[20 * N_PIECES];

  for (size_t k = 0; k < sizeof pieces; k++)
    pieces[k] = (char) (i * 31 + k * 7);
  g_string_append_printf (
      out, "d4:infod6:lengthi%de4:name11:file%07u12:piece lengthi%de6:pieces%zu:", PIECE * N_PIECES,
      i, PIECE, sizeof pieces);
  g_string_append_len (out, pieces, sizeof pieces);
  g_string_append (out, "ee");
  return g_string_free_to_bytes (out);
}

static void
put (EngStore *store, unsigned i, bool downloads)
{
  g_autoptr (GBytes) torrent = make_torrent (i);
  BtError why = { 0 };
  g_autoptr (BtMetainfo) metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), &why);
  EngRosterSource source = { .metainfo = torrent };
  EngRosterRow row = { .id = i + 1,
                       .has_v1 = true,
                       .position = i + 1,
                       .flags = ENG_ROSTER_METADATA,
                       .added_at = 1700000000 + i,
                       .total = PIECE * N_PIECES,
                       .wanted = PIECE * N_PIECES };

  g_assert_nonnull (metainfo);
  memcpy (row.v1, bt_metainfo_info_hash_v1 (metainfo), sizeof row.v1);
  row.name = g_strdup (bt_metainfo_name (metainfo));
  row.folder = g_strdup ("/nowhere/downloads");
  row.left = row.wanted_left = downloads ? row.total : 0;
  eng_store_put_row (store, &row, &source, NULL, NULL);
  g_free (row.name);
  g_free (row.folder);
}

static void
on_closed (void *closed)
{
  *(bool *) closed = true;
}

static void
make_profile (const char *folder, unsigned n, unsigned n_downloads)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  BtioReactor *reactor = btio_reactor_new (context);
  EngProfile *profile = eng_profile_open (folder, folder);
  EngStore *store;
  bool closed = false;

  g_assert_null (eng_profile_problem (profile));
  store = eng_store_new_profile (reactor, profile);
  for (unsigned i = 0; i < n; i++)
    put (store, i, i < n_downloads);
  eng_store_close (store, on_closed, &closed);
  while (!closed)
    g_main_context_iteration (context, TRUE);
  btio_reactor_free (reactor);
}

/* --- measuring --- */

static double
anonymous_mib (void)
{
  g_autofree char *text = NULL;
  const char *at;

  g_assert_true (g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL));
  at = strstr (text, "Anonymous:");
  g_assert_nonnull (at);
  return (double) g_ascii_strtoull (at + strlen ("Anonymous:"), NULL, 10) / 1024;
}

static guint64
switches_of (const char *task)
{
  g_autofree char *path = g_build_filename ("/proc/self/task", task, "status", NULL);
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  at = strstr (text, "voluntary_ctxt_switches:");
  return at != NULL ? g_ascii_strtoull (at + strlen ("voluntary_ctxt_switches:"), NULL, 10) : 0;
}

/* Of all threads: each time that one went to sleep. */
static guint64
count_switches (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *task;
  guint64 sum = 0;

  while ((task = g_dir_read_name (tasks)) != NULL)
    sum += switches_of (task);
  return sum;
}

static double
cpu_s (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static gboolean
on_time (void *loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
run_for (guint seconds)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add_seconds (seconds, on_time, loop);
  g_main_loop_run (loop);
}

static void
measure (const char *folder, unsigned n)
{
  GError *error = NULL;
  double empty = anonymous_mib ();
  gint64 start = g_get_monotonic_time ();
  ShoalSession *session = shoal_session_open (folder, "127.0.0.1:0", TRUE, &error);
  gint64 opened = g_get_monotonic_time ();
  double cpu;
  guint64 switches;

  g_assert_no_error (error);
  while (!shoal_session_get_loaded (session))
    g_main_context_iteration (NULL, TRUE);
  printf ("%8u torrents: open %.1f ms, list filled after %.1f ms\n", n,
          (double) (opened - start) / 1000, (double) (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (session)), ==, n);
  printf ("          memory %.1f MiB when filled", anonymous_mib () - empty);
  cpu = cpu_s ();
  run_for (RISE_S (n));
  printf (", %.1f MiB once risen, which took %.2f s of processor time\n", anonymous_mib () - empty,
          cpu_s () - cpu);
  cpu = cpu_s ();
  switches = count_switches ();
  run_for (IDLE_S);
  printf ("          idle: %.2f %% of a core, %.1f wake-ups a second\n",
          100 * (cpu_s () - cpu) / IDLE_S, (double) (count_switches () - switches) / IDLE_S);
  start = g_get_monotonic_time ();
  g_object_unref (session);
  printf ("          closed after %.1f ms\n", (double) (g_get_monotonic_time () - start) / 1000);
  fflush (stdout);
}

static bool
all_fetch (ShoalSession *session, unsigned n)
{
  for (unsigned i = n; i-- > 0;)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (G_LIST_MODEL (session), i);

      if (shoal_torrent_get_state (torrent) != SHOAL_TORRENT_STATE_DOWNLOADING)
        return false;
    }
  return true;
}

/* No file of them is there. */
static void
measure_adding (const char *folder, unsigned n, unsigned n_downloads)
{
  GError *error = NULL;
  g_autofree char *files = g_build_filename (folder, "files", NULL);
  ShoalSession *session = shoal_session_open (folder, "127.0.0.1:0", TRUE, &error);
  double cpu = cpu_s ();
  gint64 start, called;

  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir (files, 0700), ==, 0);
  start = g_get_monotonic_time ();
  for (unsigned i = 0; i < n; i++)
    {
      g_autoptr (GBytes) torrent = make_torrent (i);

      g_object_unref (shoal_session_add (session, torrent, files, NULL, 0, &error));
      g_assert_no_error (error);
    }
  called = g_get_monotonic_time ();
  while (!all_fetch (session, n))
    g_main_context_iteration (NULL, TRUE);
  printf ("          added by calls of %.1f ms, all under way after %.1f ms and %.2f s of "
          "processor time\n",
          (double) (called - start) / 1000, (double) (g_get_monotonic_time () - start) / 1000,
          cpu_s () - cpu);
  start = g_get_monotonic_time ();
  g_object_unref (session);
  printf ("          closed after %.1f ms\n", (double) (g_get_monotonic_time () - start) / 1000);
  fflush (stdout);
  g_assert_cmpint (g_rmdir (files), ==, 0);
}

/* In a process of its own each, so that neither leaves anything behind in the other. */
static void
in_child (void (*run) (const char *folder, unsigned n, unsigned n_downloads), const char *folder,
          unsigned n, unsigned n_downloads)
{
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      run (folder, n, n_downloads);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

static void
run_measure (const char *folder, unsigned n, unsigned n_downloads)
{
  measure (folder, n);
}

static void
clear_profile (const char *folder)
{
  for (const char *const *name = (const char *const[]){ "session.db", "session.db-wal",
                                                        "session.db-shm", "session.db-lock", NULL };
       *name != NULL; name++)
    {
      g_autofree char *path = g_build_filename (folder, *name, NULL);

      (void) g_unlink (path); /* not all of them are there */
    }
}

int
main (int argc, char **argv)
{
  unsigned n = argc > 1 ? (unsigned) strtoul (argv[1], NULL, 10) : 10000;
  unsigned n_downloads = argc > 2 ? (unsigned) strtoul (argv[2], NULL, 10) : 0;
  g_autofree char *folder = g_dir_make_tmp ("bench-session-XXXXXX", NULL);

  g_assert_nonnull (folder);
  in_child (make_profile, folder, n, n_downloads);
  in_child (run_measure, folder, n, n_downloads);
  clear_profile (folder);
  in_child (measure_adding, folder, n, n_downloads);
  clear_profile (folder);
  g_rmdir (folder);
  return 0;
}
