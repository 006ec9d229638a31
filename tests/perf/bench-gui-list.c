/* bench-gui-list.c: the window with many torrents of a real session: how long it takes until they
 * are drawn, what a second costs the main thread, what a click on a header does, and memory.
 *
 *     tests/gui/run.py build/plain/tests/perf/bench-gui-list [TORRENTS]
 *
 * The torrents have no data and no trackers; a hundred of them change each second, as those that
 * move do. */
#include <string.h>

#include <sys/resource.h>
#include <time.h>

#include <glib/gstdio.h>

#include "gtk-client/download/gui-download-page.h"
#include "gtk-client/parts/gui-torrent-table.h"
#include "gtk-client/shell/gui-window.h"

#define PIECE 16384u
#define CHANGING 100u
#define TICKS 20u

/* A moment by the clock on the wall, and by what the main thread has computed. */
typedef struct
{
  gint64 wall_us;
  double cpu_ms;
} Moment;

static Moment
now (void)
{
  struct timespec cpu;

  (void) clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu); /* cannot fail with this clock */
  return (Moment){ .wall_us = g_get_monotonic_time (),
                   .cpu_ms = (double) cpu.tv_sec * 1000 + (double) cpu.tv_nsec / 1e6 };
}

static double
wall_since (const Moment *start)
{
  return (double) (now ().wall_us - start->wall_us) / 1000;
}

static double
cpu_since (const Moment *start)
{
  return now ().cpu_ms - start->cpu_ms;
}

static gboolean
end_loop (void *loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* Lets the window and the engine live for a while. */
static void
settle (guint ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (ms, end_loop, loop);
  g_main_loop_run (loop);
}

static guint64
number_of (const char *text)
{
  guint64 number = 0;

  (void) g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &number, NULL); /* 0 for nonsense */
  return number;
}

/* --- torrents --- */

static GBytes *
make_torrent (guint i)
{
  static const char *const words[] = { "debian", "Ubuntu", "fedora", "arch", "Slackware", "guix" };
  g_autofree char *name = g_strdup_printf ("%s-%u.iso", words[i % G_N_ELEMENTS (words)], i * 7919);
  GString *text = g_string_new ("d4:infod6:lengthi");
  char pieces[20];

  g_string_append_printf (text, "%ue4:name%zu:%s12:piece lengthi%ue6:pieces20:", 1 + i % PIECE,
                          strlen (name), name, PIECE);
  memset (pieces, (int) (i & 0x7f), sizeof pieces);
  memcpy (pieces, &i, sizeof i);
  g_string_append_len (text, pieces, sizeof pieces);
  g_string_append (text, "ee");
  return g_string_free_to_bytes (text);
}

static void
add_torrents (ShoalSession *shoal, guint n, const char *folder)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) bytes = make_torrent (i);
      g_autoptr (GError) error = NULL;
      g_autoptr (ShoalTorrent) torrent
          = shoal_session_add (shoal, bytes, folder, NULL, SHOAL_ADD_NO_TRACKERS, &error);

      g_assert_no_error (error);
      shoal_torrent_pause (torrent);
    }
}

/* --- measuring --- */

/* The most that was ever resident. */
static long
memory_mib (void)
{
  struct rusage usage;

  (void) getrusage (RUSAGE_SELF, &usage); /* cannot fail with these arguments */
  return usage.ru_maxrss / 1024;
}

static void
change_some (GListModel *torrents, guint round)
{
  guint n = g_list_model_get_n_items (torrents);

  for (guint i = 0; i < CHANGING && i < n; i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i * (n / CHANGING) % n);

      g_object_notify (G_OBJECT (torrent), "rate-down");
      g_object_notify (G_OBJECT (torrent), "progress");
      g_object_notify (G_OBJECT (torrent), "n-peers");
    }
}

static void
measure_ticks (GuiSession *session, GtkWidget *window)
{
  double worst = 0, sum = 0;

  for (guint round = 0; round < TICKS; round++)
    {
      Moment start = now ();
      double ms;

      change_some (gui_session_get_torrents (session), round);
      g_signal_emit_by_name (session, "tick");
      while (g_main_context_iteration (NULL, FALSE))
        ;
      ms = cpu_since (&start);
      worst = MAX (worst, ms);
      sum += ms;
      settle (30);
    }
  g_print ("tick, %u rows changing: mean %.1f ms of the main thread, worst %.1f ms\n", CHANGING,
           sum / TICKS, worst);
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *child, *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static void
measure_sorts (GtkWidget *window)
{
  GtkWidget *page = find (window, GUI_TYPE_DOWNLOAD_PAGE);
  GtkColumnView *view
      = GTK_COLUMN_VIEW (find (find (page, GUI_TYPE_TORRENT_TABLE), GTK_TYPE_COLUMN_VIEW));
  GListModel *columns = gtk_column_view_get_columns (view);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);
      Moment start = now ();
      double sorted_ms;

      gtk_column_view_sort_by_column (view, column, GTK_SORT_ASCENDING);
      sorted_ms = cpu_since (&start);
      gtk_test_widget_wait_for_draw (window);
      g_print ("sort by %s: %.1f ms, drawn after %.1f ms of the main thread\n",
               gtk_column_view_column_get_title (column), sorted_ms, cpu_since (&start));
      settle (50);
    }
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) number_of (argv[1]) : 10000;
  g_autofree char *folder = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GuiSession) session = NULL;
  GtkWidget *window;
  Moment start;

  adw_init ();
  session = gui_session_new ("bench", &error);
  g_assert_no_error (error);
  g_print ("memory before the torrents: %ld MiB\n", memory_mib ());
  start = now ();
  add_torrents (gui_session_get_shoal (session), n, folder);
  g_print ("adding %u torrents: %.1f ms\n", n, wall_since (&start));
  settle (3000);
  g_print ("memory with the torrents: %ld MiB\n", memory_mib ());
  start = now ();
  window = GTK_WIDGET (gui_window_new (NULL, session));
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  g_print ("first draw: %.1f ms, %.1f ms of the main thread\n", wall_since (&start),
           cpu_since (&start));
  settle (1500);
  measure_ticks (session, window);
  measure_sorts (window);
  g_print ("memory at most: %ld MiB\n", memory_mib ());
  if (g_getenv ("BENCH_STAY") != NULL)
    settle (60000);
  gtk_window_destroy (GTK_WINDOW (window));
  g_rmdir (folder);
  return 0;
}
