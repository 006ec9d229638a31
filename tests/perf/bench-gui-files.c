/* bench-gui-files.c: how fast the window opens a torrent of many files: the sheet that adds it, the
 * tree of one that runs, ticks and search; and a folder of as many files that is to be shared.
 *
 *     tests/gui/run.py --network bench-gui-files [FILES]
 *
 * Medians of RUNS: by the wall, and what the main thread computed meanwhile, which a busy machine
 * does not change much. */
#include <stdlib.h>

#include <adwaita.h>
#include <glib/gstdio.h>

#include "gtk-client/download/gui-add-sheet.h"
#include "gtk-client/parts/gui-file-tree-private.h"
#include "gtk-client/upload/gui-create-card.h"
#include "tests/gui/gui-torrents.h"
#include "tests/perf/gui-goals.h"
#include "tests/perf/gui-turns.h"

#define RUNS 5u
#define FILES 150000u
#define OPEN_MS 500 /* the limit */
#define TICK_MS 16
#define QUERY "length, 1499"

typedef struct
{
  double wall_ms[RUNS];
  double cpu_ms[RUNS];
} Times;

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static void
print (const char *what, Times *times, double limit_ms)
{
  g_autofree char *wall = g_strdup_printf ("%s: by the wall", what);
  g_autofree char *computed = g_strdup_printf ("%s: computed by the main thread", what);

  qsort (times->wall_ms, RUNS, sizeof *times->wall_ms, compare);
  qsort (times->cpu_ms, RUNS, sizeof *times->cpu_ms, compare);
  gui_goals_print (computed, limit_ms, times->cpu_ms[RUNS / 2], "ms");
  gui_goals_print (wall, limit_ms, times->wall_ms[RUNS / 2], "ms");
}

static void
note (Times *times, guint run, const GuiMoment *start)
{
  times->wall_ms[run] = gui_moment_wall_ms (start);
  times->cpu_ms[run] = gui_moment_cpu_ms (start);
}

/* --- the sheet --- */

static GuiFileTree *
find_tree (GtkWidget *widget)
{
  GuiFileTree *found = GUI_IS_FILE_TREE (widget) ? GUI_FILE_TREE (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_tree (child);
  return found;
}

/* The sheet is the window that came last. */
static GtkWindow *
last_window (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (GtkWindow) window
      = g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);

  return window; /* GTK holds it */
}

/* From a click on a .torrent until its files are drawn. */
static void
open_sheet (GtkWindow *window, GuiSession *session, const char *path, guint n)
{
  const char *const uris[] = { path, NULL };
  GuiFileTree *tree;

  gui_add_sheet_present (window, session, uris);
  while (tree = find_tree (GTK_WIDGET (last_window ())),
         tree == NULL || gui_file_tree_get_n_files (tree) < n)
    g_main_context_iteration (NULL, TRUE);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (last_window ()));
}

static void
close_sheet (GuiSession *session)
{
  gtk_window_close (last_window ());
  while (g_list_model_get_n_items (G_LIST_MODEL (gui_session_get_shoal (session))) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
measure_sheet (GtkWindow *window, GuiSession *session, const char *path, guint n)
{
  Times opened, ticked, found;

  for (guint i = 0; i < RUNS; i++)
    {
      GuiMoment start = gui_moment_now ();
      GtkWidget *sheet, *tree;

      open_sheet (window, session, path, n);
      note (&opened, i, &start);
      sheet = GTK_WIDGET (last_window ());
      tree = GTK_WIDGET (find_tree (sheet));
      start = gui_moment_now ();
      gtk_widget_activate_action (tree, i % 2 == 0 ? "files.choose-none" : "files.choose-all",
                                  NULL);
      note (&ticked, i, &start);
      start = gui_moment_now ();
      gui_file_tree_set_query (GUI_FILE_TREE (tree), QUERY);
      gtk_test_widget_wait_for_draw (sheet);
      note (&found, i, &start);
      close_sheet (session);
    }
  print ("the sheet: from the file until its tree is drawn", &opened, OPEN_MS);
  print ("tick or clear all", &ticked, 0);
  print ("search, drawn", &found, 0);
}

/* --- the files of one that runs --- */

/* From nothing to a tree that is drawn. */
static GtkWidget *
open_files (GtkWindow *window, ShoalTorrent *torrent)
{
  GtkWidget *tree = gui_file_tree_new (GUI_FILE_TREE_LIVE);

  gui_file_tree_set_torrent (GUI_FILE_TREE (tree), torrent);
  gtk_window_set_child (window, tree);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  return tree;
}

/* What is had of each file becomes known: all rows that GTK keeps are told. */
static void
tell_all (GtkWidget *tree, GtkWindow *window, guint run, Times *told)
{
  GuiFileRows *rows = gui_file_tree_get_rows (GUI_FILE_TREE (tree));
  g_autofree guint64 *done = g_new (guint64, FILES);
  GuiMoment start;

  for (guint i = 0; i < FILES; i++)
    done[i] = run + 1;
  start = gui_moment_now ();
  gui_file_rows_take_done (rows, done, FILES);
  note (told, run, &start);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
}

static void
measure_files (GtkWindow *window, GuiSession *session, GBytes *bytes, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalTorrent) torrent = shoal_session_add (
      gui_session_get_shoal (session), bytes, folder, NULL, SHOAL_ADD_NO_TRACKERS, &error);
  Times opened;
  Times told;

  g_assert_no_error (error);
  gui_turns_settle (3000);
  for (guint i = 0; i < RUNS; i++)
    {
      GuiMoment start = gui_moment_now ();
      GtkWidget *tree = open_files (window, torrent);

      note (&opened, i, &start);
      tell_all (tree, window, i, &told);
    }
  print ("the files of one that runs: the tree, drawn", &opened, OPEN_MS);
  print ("what is had of each file changes", &told, TICK_MS);
  gui_turns_begin ();
  gui_turns_settle (5000);
  gui_goals_print ("the worst turn of the main loop while they are shown", TICK_MS,
                   gui_turns_end ("files are shown"), "ms");
}

/* --- a folder that is to be shared --- */

#define FILES_A_FOLDER 1000u

/* Files of no bytes. (transfer full) */
static char *
make_folder (const char *above, guint n)
{
  char *folder = g_build_filename (above, "shared", NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path
          = g_strdup_printf ("%s/%u/a file of no length, %u", folder, i / FILES_A_FOLDER, i);
      g_autofree char *inner = g_path_get_dirname (path);

      if (i % FILES_A_FOLDER == 0)
        g_assert_cmpint (g_mkdir_with_parents (inner, 0700), ==, 0);
      g_assert_true (g_file_set_contents_full (path, "x", 1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
  return folder;
}

static void
wait_looked (GtkWindow *window, GuiShareTask *task)
{
  while (gui_share_task_get_state (task) == GUI_SHARE_LOOKING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (gui_share_task_get_state (task), ==, GUI_SHARE_READY);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
}

/* From the choice of the folder until the card says how many files it is; the card itself is there
 * before. Then a pattern that leaves some out. */
static void
measure_card (GtkWindow *window, GuiSession *session, const char *folder, guint n)
{
  static const char *const patterns[] = { "*9", NULL };
  const GuiShareWishes wishes = { .format = SHOAL_FORMAT_HYBRID, .exclude = patterns };
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  Times shown, counted, excluded;

  g_list_store_append (files, file);
  for (guint i = 0; i < RUNS; i++)
    {
      g_autoptr (GuiShareTask) task = gui_share_task_new (session, G_LIST_MODEL (files));
      GuiMoment start = gui_moment_now ();

      gtk_window_set_child (window, gui_create_card_new (session, task));
      gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
      note (&shown, i, &start);
      wait_looked (window, task);
      note (&counted, i, &start);
      g_assert_cmpuint (shoal_estimate_get_n_files (gui_share_task_get_estimate (task)), ==, n);
      start = gui_moment_now ();
      gui_share_task_look (task, &wishes);
      wait_looked (window, task);
      note (&excluded, i, &start);
    }
  print ("the card of a folder that is to be shared, drawn", &shown, OPEN_MS);
  print ("the same until it says how many files there are", &counted, OPEN_MS);
  print ("a pattern leaves files out, drawn", &excluded, OPEN_MS);
}

int
main (int argc, char **argv)
{
  guint64 n = FILES;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GuiSession) session = NULL;
  g_autofree char *folder = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "large.torrent", NULL);
  g_autofree char *clean = g_strdup_printf ("rm -rf -- '%s'", folder);
  g_autofree char *shared = NULL;
  GtkWindow *window;

  if (argc > 1 && !g_ascii_string_to_unsigned (argv[1], 10, 1, G_MAXUINT32, &n, NULL))
    return 2;
  g_setenv ("GTK_A11Y", "atspi", TRUE); /* as on a desktop */
  bytes = gui_torrents_make_large ((guint) n);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));
  adw_init ();
  session = gui_session_new ("bench", &error);
  g_assert_no_error (error);
  window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (window, 900, 700);
  gtk_window_present (window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  measure_sheet (window, session, path, (guint) n);
  measure_files (window, session, bytes, folder);
  shared = make_folder (folder, (guint) n);
  measure_card (window, session, shared, (guint) n);
  gtk_window_destroy (window);
  return g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL) ? 0 : 1;
}
