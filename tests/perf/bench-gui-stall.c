/* bench-gui-stall.c: how long the window's thread is kept from its main loop while 4 GiB are
 * hashed, and while a torrent of them is fetched from another process at full speed.
 *
 *     tests/gui/run.py --network build/release/tests/perf/bench-gui-stall [GIB]
 *
 * The content is a file of zeros without blocks, so that hashing and the network are the limit, not
 * a disk. The window shows the torrent and its details, which are drawn as it moves. A timer of 2
 * ms says how late the loop comes back: waiting for a processor is part of it. */
#include <glib/gstdio.h>

#include "gtk-client/shell/gui-window.h"
#include "tests/perf/gui-goals.h"
#include "tests/perf/gui-turns.h"
#include "tests/perf/gui-zeros.h"

#define NAME "zeros"
#define PIECE (4u << 20)
#define PERIOD_MS 2u
#define SAMPLES_MAX 1000000u
#define STALL_MS 20 /* the limit */

typedef struct
{
  GArray *late_us;
  gint64 last_us;
  GMainLoop *loop;
  ShoalTorrent *torrent;
  gint64 started_us;
} Watch;

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static gboolean
look (void *data)
{
  Watch *watch = data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 late_us = MAX (0, now_us - watch->last_us - (gint64) PERIOD_MS * 1000);

  if (watch->late_us->len < SAMPLES_MAX)
    g_array_append_val (watch->late_us, late_us);
  watch->last_us = now_us;
  if (shoal_torrent_get_state (watch->torrent) == SHOAL_TORRENT_STATE_SEEDING)
    g_main_loop_quit (watch->loop);
  return G_SOURCE_CONTINUE;
}

static double
late_ms (GArray *late_us, guint place)
{
  return (double) g_array_index (late_us, gint64, place) / 1000;
}

static void
print_late (const char *what, double rate_MiB, GArray *late_us)
{
  guint n = late_us->len;
  g_autofree char *line
      = g_strdup_printf ("%s, %.0f MiB/s: how late the main loop is, p99; median %.1f, worst %.0f",
                         what, rate_MiB, late_ms (late_us, n / 2), late_ms (late_us, n - 1));

  gui_goals_print (line, STALL_MS, late_ms (late_us, n - 1 - n / 100), "ms");
}

/* Runs until the torrent is complete. */
static void
measure (const char *what, ShoalTorrent *torrent)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watch watch = { .late_us = g_array_new (FALSE, FALSE, sizeof (gint64)),
                  .last_us = g_get_monotonic_time (),
                  .started_us = g_get_monotonic_time (),
                  .loop = loop,
                  .torrent = torrent };
  guint timer = g_timeout_add (PERIOD_MS, look, &watch);
  double seconds;

  gui_turns_begin ();
  g_main_loop_run (loop);
  (void) gui_turns_end (what); /* how late the loop is says it */
  g_source_remove (timer);
  seconds = (double) (g_get_monotonic_time () - watch.started_us) / G_USEC_PER_SEC;
  g_array_sort (watch.late_us, compare);
  print_late (what, (double) shoal_torrent_get_total (torrent) / seconds / (1 << 20),
              watch.late_us);
  g_array_unref (watch.late_us);
}

/* Shows a torrent of the window's session, with its details. */
static void
show (GtkWidget *window, ShoalTorrent *torrent)
{
  gui_window_show_torrent (GUI_WINDOW (window), torrent);
  gtk_widget_activate_action (window, "win.show-details", "b", TRUE);
}

static GtkWidget *
open_window (GuiSession *session)
{
  GtkWidget *window = GTK_WIDGET (gui_window_new (NULL, session));

  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  while (!shoal_session_get_loaded (gui_session_get_shoal (session)))
    g_main_context_iteration (NULL, TRUE);
  return window;
}

/* What is on the disk is hashed; then the same is fetched into another folder. */
static void
measure_both (GBytes *torrent, const char *from, const char *to, const char *seed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GuiSession) session = gui_session_new ("bench", &error);
  g_autoptr (ShoalTorrent) hashed = NULL;
  g_autoptr (ShoalTorrent) fetched = NULL;
  GtkWidget *window;

  g_assert_no_error (error);
  shoal_session_set_port_mapping (gui_session_get_shoal (session), FALSE);
  window = open_window (session);
  hashed = gui_zeros_add (gui_session_get_shoal (session), torrent, from);
  show (window, hashed);
  measure ("hashing", hashed);
  shoal_torrent_remove (hashed);
  gui_turns_settle (500);
  fetched = gui_zeros_add (gui_session_get_shoal (session), torrent, to);
  show (window, fetched);
  gui_turns_settle (500);
  shoal_torrent_add_peer (fetched, seed, &error);
  g_assert_no_error (error);
  measure ("fetching", fetched);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  guint64 gib = 4;
  g_autofree char *from = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autofree char *to = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autofree char *clean = g_strdup_printf ("rm -rf -- '%s' '%s'", from, to);
  g_autoptr (GPtrArray) torrents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GuiZerosSeed seed;

  if (argc > 1)
    (void) g_ascii_string_to_unsigned (argv[1], 10, 1, 64, &gib, NULL); /* or 4 */
  g_setenv ("GTK_A11Y", "atspi", TRUE);                                 /* as on a desktop */
  gui_zeros_content (from, NAME, gib << 30);
  g_ptr_array_add (torrents, gui_zeros_torrent (NAME, gib << 30, PIECE));
  seed = gui_zeros_seed (torrents, from, 0);
  adw_init ();
  measure_both (torrents->pdata[0], from, to, seed.address);
  gui_zeros_stop (&seed);
  return g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL) ? 0 : 1;
}
