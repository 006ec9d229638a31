/* bench-gui-details.c: what the details of a torrent cost the main thread: many peers, many
 * trackers, many pieces.
 *
 *     tests/gui/run.py build/plain/tests/perf/bench-gui-details [PEERS [TRACKERS [PIECES]]]
 *
 * The peers and trackers are made up; the lists are those of the window. */
#include <time.h>

#include <adwaita.h>

#include "client-core/shoal.h"
#include "gtk-client/details/gui-peer-columns.h"
#include "gtk-client/details/gui-tracker-row.h"
#include "gtk-client/draw/gui-availability-bar.h"
#include "gtk-client/draw/gui-pieces-map.h"

#define ROWS_CHANGING 200u

/* Milliseconds that the main thread has computed. */
static double
cpu_ms (void)
{
  struct timespec cpu;

  (void) clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu); /* cannot fail with this clock */
  return (double) cpu.tv_sec * 1000 + (double) cpu.tv_nsec / 1e6;
}

static gboolean
end_loop (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
settle (guint ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (ms, end_loop, loop);
  g_main_loop_run (loop);
}

static void
tell (const char *what, double start)
{
  g_print ("%-44s %8.1f ms\n", what, cpu_ms () - start);
}

static GtkWindow *
show (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), child);
  gtk_window_set_child (GTK_WINDOW (window), scroll);
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 500);
  gtk_window_present (GTK_WINDOW (window));
  settle (500);
  return GTK_WINDOW (window);
}

/* --- peers --- */

static GListStore *
make_objects (GType type, guint n)
{
  GListStore *store = g_list_store_new (type);
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (objects, g_object_new (type, NULL));
  g_list_store_splice (store, 0, 0, objects->pdata, n);
  return store;
}

static void
tell_of_peers (GListStore *store, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) peer = g_list_model_get_item (G_LIST_MODEL (store), i);

      g_object_notify (peer, "rate-down");
      g_object_notify (peer, "rate-up");
    }
}

static void
bench_peers (guint n)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  GtkSortListModel *sorted
      = gtk_sort_list_model_new (NULL, g_object_ref (gtk_column_view_get_sorter (view)));
  g_autoptr (GtkSingleSelection) rows
      = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (sorted)));
  g_autoptr (GListStore) store = make_objects (SHOAL_TYPE_PEER, n);
  GtkWindow *window;
  double start;

  gui_peer_columns_add (view);
  gtk_column_view_set_model (view, GTK_SELECTION_MODEL (rows));
  window = show (GTK_WIDGET (view));
  start = cpu_ms ();
  gtk_sort_list_model_set_model (sorted, G_LIST_MODEL (store));
  settle (500);
  tell ("the list of peers is opened and drawn", start);
  start = cpu_ms ();
  tell_of_peers (store, MIN (n, ROWS_CHANGING));
  gtk_sorter_changed (gtk_column_view_get_sorter (view), GTK_SORTER_CHANGE_DIFFERENT);
  settle (500);
  tell ("a second: 200 peers change, order, draw", start);
  start = cpu_ms ();
  gtk_sort_list_model_set_model (sorted, NULL);
  settle (100);
  tell ("the list of peers is let go", start);
  gtk_window_destroy (window);
  g_object_unref (sorted);
}

/* --- trackers --- */

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gui_tracker_row_new ());
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GuiTrackerRow *row = GUI_TRACKER_ROW (gtk_list_item_get_child (item));

  gui_tracker_row_set_wraps (row, FALSE);
  gui_tracker_row_set (row, gtk_list_item_get_item (item));
}

static void
bench_trackers (guint n)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GListStore) store = make_objects (SHOAL_TYPE_TORRENT_TRACKER, n);
  g_autoptr (GtkSingleSelection) rows = gtk_single_selection_new (NULL);
  GtkWindow *window;
  double start;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  window = show (gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (rows)), factory));
  start = cpu_ms ();
  gtk_single_selection_set_model (rows, G_LIST_MODEL (store));
  settle (500);
  tell ("the list of trackers is opened and drawn", start);
  gtk_window_destroy (window);
}

/* --- pieces --- */

static void
bench_pieces (guint n)
{
  GtkWidget *map = gui_pieces_map_new ();
  GtkWidget *bar = gui_availability_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  g_autofree guint8 *have = g_malloc0 (n / 8 + 1);
  g_autofree guint16 *counts = g_new0 (guint16, n);
  GtkWindow *window;
  double start;

  gtk_box_append (GTK_BOX (box), map);
  gtk_box_append (GTK_BOX (box), bar);
  window = show (box);
  for (guint second = 0; second < 2; second++)
    {
      g_autoptr (GBytes) pieces = NULL;
      g_autoptr (GBytes) availability = NULL;

      for (guint i = 0; i < n; i++)
        counts[i] = (guint16) (i % 7 + second);
      have[second * 8] = 0xff;
      pieces = g_bytes_new (have, (n + 7) / 8);
      availability = g_bytes_new (counts, n * sizeof *counts);
      start = cpu_ms ();
      gui_pieces_map_set_pieces (GUI_PIECES_MAP (map), n, pieces, availability, NULL);
      gui_availability_bar_set (GUI_AVAILABILITY_BAR (bar), n, pieces, availability);
      settle (500);
      tell (second == 0 ? "the map is drawn" : "a second: the map is drawn anew", start);
    }
  gtk_window_destroy (window);
}

static guint
argument (int argc, char **argv, int i, guint usual)
{
  guint64 number;

  if (argc > i && g_ascii_string_to_unsigned (argv[i], 10, 1, 10000000, &number, NULL))
    return (guint) number;
  return usual;
}

int
main (int argc, char **argv)
{
  adw_init ();
  bench_peers (argument (argc, argv, 1, 100000));
  bench_trackers (argument (argc, argv, 2, 1000));
  bench_pieces (argument (argc, argv, 3, 100000));
  return 0;
}
