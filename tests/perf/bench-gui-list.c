/* bench-gui-list.c: the window on a profile of many torrents, as a person starts it: how long it
 * takes until it is drawn, what a second costs the main thread, what a click on a header does, and
 * memory.
 *
 *     tests/gui/run.py --network build/release/tests/perf/bench-gui-list [TORRENTS]
 *
 * All but a hundred of the torrents are whole, with files that are there. The hundred are fetched
 * from processes that seed them slowly: so they change four times a second, and in each column that
 * moves. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gtk-client/download/gui-download-page.h"
#include "gtk-client/parts/gui-torrent-table.h"
#include "gtk-client/shell/gui-window.h"
#include "tests/perf/gui-turns.h"
#include "tests/perf/gui-zeros.h"

#define PROFILE "bench"
#define MOVING 100u
#define MOVING_NAME "moving-"
#define MOVING_SIZE (G_GUINT64_CONSTANT (48) << 20)
#define MOVING_PIECE (256u << 10)
#define SEEDS 25u             /* that share the moving ones */
#define SEED_BPS (400u << 10) /* of each */
#define SMALL_PIECE 16384u
#define WATCHED_MS 10000u

/* --- the profile --- */

static char *
name_of (guint i)
{
  static const char *const words[] = { "debian", "Ubuntu", "fedora", "arch", "Slackware", "guix" };

  return g_strdup_printf ("%s-%u.iso", words[i % G_N_ELEMENTS (words)], i * 7919);
}

static GPtrArray *
make_moving (const char *folder)
{
  GPtrArray *torrents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < MOVING; i++)
    {
      g_autofree char *name = g_strdup_printf (MOVING_NAME "%u.mkv", i);

      gui_zeros_content (folder, name, MOVING_SIZE);
      g_ptr_array_add (torrents, gui_zeros_torrent (name, MOVING_SIZE, MOVING_PIECE));
    }
  return torrents;
}

static guint
count_whole (GListModel *torrents)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (torrents); i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      n += shoal_torrent_get_state (torrent) == SHOAL_TORRENT_STATE_SEEDING ? 1 : 0;
    }
  return n;
}

static void
fill_profile (guint n, GPtrArray *moving, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GuiSession) session = gui_session_new (PROFILE, &error);
  ShoalSession *shoal;

  g_assert_no_error (error);
  shoal = gui_session_get_shoal (session);
  shoal_session_set_port_mapping (shoal, FALSE); /* which the profile keeps */
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = name_of (i);
      guint64 size = 1 + i % SMALL_PIECE;
      g_autoptr (GBytes) torrent = gui_zeros_torrent (name, size, SMALL_PIECE);

      gui_zeros_content (folder, name, size);
      g_object_unref (gui_zeros_add (shoal, torrent, folder));
    }
  for (guint i = 0; i < moving->len; i++)
    g_object_unref (gui_zeros_add (shoal, moving->pdata[i], folder));
  while (count_whole (G_LIST_MODEL (shoal)) < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
start_seeds (GuiZerosSeed seeds[SEEDS], GPtrArray *moving, const char *folder)
{
  for (guint i = 0; i < SEEDS; i++)
    {
      g_autoptr (GPtrArray) part = g_ptr_array_new ();

      for (guint k = i; k < moving->len; k += SEEDS)
        g_ptr_array_add (part, moving->pdata[k]);
      seeds[i] = gui_zeros_seed (part, folder, SEED_BPS);
    }
}

/* In a process of its own: what is measured begins with the profile alone. */
static void
make_profile (guint n, GPtrArray *moving, const char *folder)
{
  int status;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      fill_profile (n, moving, folder);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

/* --- measuring --- */

/* What the process has in memory, and how much of it no file has. */
static void
print_memory (const char *when)
{
  static const char *const names[] = { "VmHWM:", "VmRSS:", "RssAnon:" };
  g_autofree char *text = NULL;
  guint64 mib[G_N_ELEMENTS (names)];

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    mib[i] = g_ascii_strtoull (strstr (text, names[i]) + strlen (names[i]), NULL, 10) / 1024;
  g_print ("memory %s: %" G_GUINT64_FORMAT " MiB, %" G_GUINT64_FORMAT
           " of them anonymous; at most %" G_GUINT64_FORMAT " MiB\n",
           when, mib[1], mib[2], mib[0]);
}

static void
print_since (const char *what, const GuiMoment *start)
{
  g_print ("%s: %.0f ms, %.0f of them computed by the main thread\n", what,
           gui_moment_wall_ms (start), gui_moment_cpu_ms (start));
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

static GtkColumnView *
find_view (GtkWidget *window)
{
  GtkWidget *page = find (window, GUI_TYPE_DOWNLOAD_PAGE);

  return GTK_COLUMN_VIEW (find (find (page, GUI_TYPE_TORRENT_TABLE), GTK_TYPE_COLUMN_VIEW));
}

static void
sort (GtkWidget *window, const char *title, GtkSortType order)
{
  GtkColumnView *view = find_view (window);
  GListModel *columns = gtk_column_view_get_columns (view);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);
      GuiMoment start = gui_moment_now ();
      double sorted_ms;

      if (title != NULL && strcmp (gtk_column_view_column_get_title (column), title) != 0)
        continue;
      gtk_column_view_sort_by_column (view, column, order);
      sorted_ms = gui_moment_cpu_ms (&start);
      gtk_test_widget_wait_for_draw (window);
      g_print ("sort by %s: %.1f ms, drawn after %.1f ms of the main thread\n",
               gtk_column_view_column_get_title (column), sorted_ms, gui_moment_cpu_ms (&start));
      gui_turns_settle (50);
    }
}

/* Who has the torrent; SEEDS for one that does not move. */
static guint
seed_of (ShoalTorrent *torrent)
{
  const char *name = shoal_torrent_get_name (torrent);

  if (!g_str_has_prefix (name, MOVING_NAME))
    return SEEDS;
  return (guint) g_ascii_strtoull (name + strlen (MOVING_NAME), NULL, 10) % SEEDS;
}

static guint
count_moving (GListModel *torrents)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (torrents); i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      n += shoal_torrent_get_rate_down (torrent) > 0 ? 1 : 0;
    }
  return n;
}

static void
begin_moving (GListModel *torrents, const GuiZerosSeed *seeds)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  for (guint i = 0; i < g_list_model_get_n_items (torrents); i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);
      g_autoptr (GError) error = NULL;

      if (seed_of (torrent) == SEEDS)
        continue;
      shoal_torrent_add_peer (torrent, seeds[seed_of (torrent)].address, &error);
      g_assert_no_error (error);
    }
  while (count_moving (torrents) < MOVING && g_get_monotonic_time () < end_us)
    gui_turns_settle (250);
  g_print ("%u torrents move\n", count_moving (torrents));
}

static GtkWidget *
open_window (GuiSession **session)
{
  g_autoptr (GError) error = NULL;
  GuiMoment start = gui_moment_now ();
  GtkWidget *window;

  adw_init ();
  print_since ("the toolkit is ready", &start);
  print_memory ("of the toolkit");
  start = gui_moment_now ();
  *session = gui_session_new (PROFILE, &error);
  g_assert_no_error (error);
  print_since ("the session is open", &start);
  window = GTK_WIDGET (gui_window_new (NULL, *session));
  print_since ("the window is made", &start);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  print_since ("first draw", &start);
  while (!shoal_session_get_loaded (gui_session_get_shoal (*session)))
    g_main_context_iteration (NULL, TRUE);
  print_since ("the list is filled", &start);
  gtk_test_widget_wait_for_draw (window);
  print_since ("its rows are drawn", &start);
  return window;
}

static void
measure (const GuiZerosSeed *seeds)
{
  g_autoptr (GuiSession) session = NULL;
  GtkWidget *window = open_window (&session);

  gui_turns_settle (10000);
  print_memory ("with all torrents");
  gui_turns_begin ();
  gui_turns_settle (WATCHED_MS);
  gui_turns_end ("nothing moves");
  begin_moving (gui_session_get_torrents (session), seeds);
  gui_turns_begin ();
  gui_turns_settle (WATCHED_MS);
  gui_turns_end ("a hundred move");
  sort (window, "Down", GTK_SORT_DESCENDING);
  gui_turns_begin ();
  gui_turns_settle (WATCHED_MS);
  gui_turns_end ("a hundred move, on top, in the order of their speed");
  sort (window, NULL, GTK_SORT_ASCENDING);
  print_memory ("in the end");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  guint64 n = 10000;
  g_autofree char *from = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autofree char *to = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autofree char *clean = g_strdup_printf ("rm -rf -- '%s' '%s'", from, to);
  g_autoptr (GPtrArray) moving = NULL;
  GuiZerosSeed seeds[SEEDS];

  if (argc > 1)
    (void) g_ascii_string_to_unsigned (argv[1], 10, MOVING, G_MAXUINT, &n, NULL); /* or 10000 */
  g_setenv ("GTK_A11Y", "atspi", TRUE); /* as on a desktop */
  moving = make_moving (from);
  make_profile ((guint) n - MOVING, moving, to);
  start_seeds (seeds, moving, from);
  measure (seeds);
  for (guint i = 0; i < SEEDS; i++)
    gui_zeros_stop (&seeds[i]);
  return g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL) ? 0 : 1;
}
