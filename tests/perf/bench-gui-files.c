/* bench-gui-files.c: how fast the window opens a torrent of many files: the tree, its ticks and its
 * search.
 *
 *     tests/gui/run.py bench-gui-files [FILES]
 *
 * In milliseconds: the median of RUNS and the worst, and what the main thread computed meanwhile,
 * which a busy machine does not change much. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <adwaita.h>
#include <glib/gstdio.h>

#include "gtk-client/parts/gui-file-tree.h"
#include "tests/gui/gui-torrents.h"

#define RUNS 5
#define FILES 150000u

typedef struct
{
  double ms[RUNS];
  double cpu_ms[RUNS];
} Times;

/* A moment. */
typedef struct
{
  double ms;
  double cpu_ms;
} Moment;

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static void
print (const char *what, Times *times)
{
  qsort (times->ms, RUNS, sizeof *times->ms, compare);
  qsort (times->cpu_ms, RUNS, sizeof *times->cpu_ms, compare);
  printf ("| %s | %.0f | %.0f | %.0f |\n", what, times->ms[RUNS / 2], times->ms[RUNS - 1],
          times->cpu_ms[RUNS / 2]);
}

static Moment
now (void)
{
  struct timespec cpu;

  (void) clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu); /* Linux has it */
  return (Moment){ (double) g_get_monotonic_time () / 1000,
                   (double) cpu.tv_sec * 1000 + (double) cpu.tv_nsec / 1000000 };
}

static void
note (Times *times, guint run, Moment start)
{
  Moment end = now ();

  times->ms[run] = end.ms - start.ms;
  times->cpu_ms[run] = end.cpu_ms - start.cpu_ms;
}

static ShoalTorrent *
add (ShoalSession *session, GBytes *bytes, const char *folder)
{
  GError *error = NULL;
  ShoalTorrent *torrent
      = shoal_session_add (session, bytes, folder, NULL, SHOAL_ADD_CHOOSE, &error);

  if (torrent == NULL)
    g_error ("%s", error->message);
  return torrent;
}

/* From nothing to a tree that is drawn. */
static GuiFileTree *
open_tree (GtkWindow *window, ShoalTorrent *torrent)
{
  GuiFileTree *tree = GUI_FILE_TREE (gui_file_tree_new (GUI_FILE_TREE_CHOOSE));

  gui_file_tree_set_torrent (tree, torrent);
  gtk_window_set_child (window, GTK_WIDGET (tree));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  return tree;
}

static void
search (GtkWindow *window, GuiFileTree *tree, const char *query)
{
  gui_file_tree_set_query (tree, query);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
}

int
main (int argc, char **argv)
{
  guint64 n = FILES;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *folder = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autoptr (ShoalSession) session = shoal_session_new ("127.0.0.1:0", TRUE, NULL);
  g_autoptr (ShoalTorrent) torrent = NULL;
  Times parse, open, ticks, found;
  GtkWindow *window;
  GuiFileTree *tree;

  if (argc > 1 && !g_ascii_string_to_unsigned (argv[1], 10, 1, G_MAXUINT32, &n, NULL))
    return 2;
  bytes = gui_torrents_make_large ((guint) n);
  gtk_init ();
  adw_init ();
  window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (window, 900, 700);
  gtk_window_present (window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  for (guint i = 0; i < RUNS; i++)
    {
      Moment start = now ();

      if (torrent != NULL)
        shoal_torrent_remove (torrent);
      g_clear_object (&torrent);
      torrent = add (session, bytes, folder);
      note (&parse, i, start);
      start = now ();
      tree = open_tree (window, torrent);
      note (&open, i, start);
      start = now ();
      gtk_widget_activate_action (GTK_WIDGET (tree),
                                  i % 2 == 0 ? "files.choose-none" : "files.choose-all", NULL);
      note (&ticks, i, start);
      start = now ();
      search (window, tree, "length, 1499");
      note (&found, i, start);
    }
  printf ("| %u files | median ms | worst ms | computed ms |\n| --- | --- | --- | --- |\n",
          (guint) n);
  print ("add the torrent: parse, find the same one", &parse);
  print ("open the tree, drawn", &open);
  print ("tick or clear all", &ticks);
  print ("search, drawn", &found);
  gtk_window_destroy (window);
  g_rmdir (folder);
  return 0;
}
