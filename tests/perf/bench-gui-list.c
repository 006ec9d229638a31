/* bench-gui-list.c: the window on a profile of many torrents, as a person starts it: how long it
 * takes until it is drawn, what a second costs the main thread, what a click on a header does, what
 * it costs while nothing moves, and memory.
 *
 *     tests/gui/run.py --network build/release/tests/perf/bench-gui-list [TORRENTS [SECONDS]]
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
#include "tests/perf/gui-goals.h"
#include "tests/perf/gui-process.h"
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
#define FIRST_DRAW_MS 300 /* the limits */
#define TICK_MS 16
#define SORT_MS 50
#define MEMORY_MIB 200
#define WAKEUPS 5u /* a second */
#define RISE_S 120 /* in which ten thousand have risen, also on a busy machine */
#define RISE_LOOK_MS 4000u

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

static void
print_memory (const char *when, double limit_MiB)
{
  GuiProcess now = gui_process_look ();
  g_autofree char *what
      = g_strdup_printf ("memory %s; its share of it %.0f, anonymous %.0f, at most %.0f MiB", when,
                         now.pss_MiB, now.anonymous_MiB, now.most_rss_MiB);

  gui_goals_print (what, limit_MiB, now.rss_MiB, "MiB");
}

static void
print_since (const char *what, const GuiMoment *start, double limit_ms)
{
  g_autofree char *computed = g_strdup_printf ("%s: computed by the main thread", what);
  g_autofree char *wall = g_strdup_printf ("%s: by the wall", what);

  gui_goals_print (computed, limit_ms, gui_moment_cpu_ms (start), "ms");
  gui_goals_print (wall, limit_ms, gui_moment_wall_ms (start), "ms");
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
      g_autofree char *what = NULL;
      double sorted_ms;

      if (title != NULL && strcmp (gtk_column_view_column_get_title (column), title) != 0)
        continue;
      gtk_column_view_sort_by_column (view, column, order);
      sorted_ms = gui_moment_cpu_ms (&start);
      gtk_test_widget_wait_for_draw (window);
      what
          = g_strdup_printf ("sort by %s; drawn after %.0f ms",
                             gtk_column_view_column_get_title (column), gui_moment_cpu_ms (&start));
      gui_goals_print (what, SORT_MS, sorted_ms, "ms");
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
  gui_goals_print ("torrents that move", 0, count_moving (torrents), "");
}

static GtkWidget *
open_window (GuiSession **session)
{
  g_autoptr (GError) error = NULL;
  GuiMoment start = gui_moment_now ();
  GtkWidget *window;

  adw_init ();
  print_since ("the toolkit is ready", &start, 0);
  print_memory ("of the toolkit", 0);
  start = gui_moment_now ();
  *session = gui_session_new (PROFILE, &error);
  g_assert_no_error (error);
  window = GTK_WIDGET (gui_window_new (NULL, *session));
  print_since ("the window is made", &start, 0);
  gtk_window_present (GTK_WINDOW (window));
  while (!shoal_session_get_loaded (gui_session_get_shoal (*session)))
    g_main_context_iteration (NULL, TRUE);
  gtk_test_widget_wait_for_draw (window);
  print_since ("from opening the session until its rows are drawn", &start, FIRST_DRAW_MS);
  return window;
}

static void
watch_turns (const char *what)
{
  g_autofree char *turn = g_strdup_printf ("the worst turn of the main loop while %s", what);

  gui_turns_begin ();
  gui_turns_settle (WATCHED_MS);
  gui_goals_print (turn, TICK_MS, gui_turns_end (what), "ms");
}

/* The engine lets some torrents rise with each turn of its own: until there is nothing left to do.
 */
static void
let_rise (void)
{
  gint64 end_us = g_get_monotonic_time () + RISE_S * G_USEC_PER_SEC;
  guint64 before, after = gui_process_look ().wakeups;

  do
    {
      before = after;
      gui_turns_settle (RISE_LOOK_MS);
      after = gui_process_look ().wakeups;
    }
  while (after - before > WAKEUPS * RISE_LOOK_MS / 1000 && g_get_monotonic_time () < end_us);
}

/* What it costs while nothing moves, and whether it grows. */
static void
watch_rest (const char *how, guint seconds)
{
  GuiProcess before, after;
  g_autofree char *wakeups = g_strdup_printf ("%s for %u s: wake-ups a second", how, seconds);
  g_autofree char *growth = g_strdup_printf ("%s for %u s: growth of memory", how, seconds);

  gui_turns_settle (2000);
  before = gui_process_look ();
  gui_turns_settle (seconds * 1000);
  after = gui_process_look ();
  gui_goals_print (wakeups, WAKEUPS, (double) (after.wakeups - before.wakeups) / seconds, "");
  gui_goals_print (growth, 0, (after.rss_MiB - before.rss_MiB) * 1024, "KiB");
}

static void
measure (const GuiZerosSeed *seeds, guint seconds)
{
  g_autoptr (GuiSession) session = NULL;
  GtkWidget *window = open_window (&session);

  let_rise ();
  print_memory ("once all have risen", MEMORY_MIB);
  watch_turns ("nothing moves");
  watch_rest ("at rest, shown", seconds);
  gtk_widget_set_visible (window, FALSE);
  watch_rest ("at rest, hidden", seconds);
  gtk_widget_set_visible (window, TRUE);
  begin_moving (gui_session_get_torrents (session), seeds);
  watch_turns ("a hundred move");
  sort (window, "Down", GTK_SORT_DESCENDING);
  watch_turns ("they are on top, in the order of their speed");
  sort (window, NULL, GTK_SORT_ASCENDING);
  print_memory ("in the end, pieces that come in among it", MEMORY_MIB);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  guint64 n = 10000, seconds = 10;
  g_autofree char *from = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autofree char *to = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autofree char *clean = g_strdup_printf ("rm -rf -- '%s' '%s'", from, to);
  g_autoptr (GPtrArray) moving = NULL;
  GuiZerosSeed seeds[SEEDS];

  if (argc > 1)
    (void) g_ascii_string_to_unsigned (argv[1], 10, MOVING, G_MAXUINT, &n, NULL); /* or 10000 */
  if (argc > 2)
    (void) g_ascii_string_to_unsigned (argv[2], 10, 1, 3600, &seconds, NULL); /* or 10 */
  g_setenv ("GTK_A11Y", "atspi", TRUE);                                       /* as on a desktop */
  moving = make_moving (from);
  make_profile ((guint) n - MOVING, moving, to);
  start_seeds (seeds, moving, from);
  measure (seeds, (guint) seconds);
  for (guint i = 0; i < SEEDS; i++)
    gui_zeros_stop (&seeds[i]);
  return g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL) ? 0 : 1;
}
