/* test-gui-files.c: the tree of files: its sums, its ticks, its order and its search, and the
 * widget on torrents of a real session. */
#include <adwaita.h>
#include <glib/gstdio.h>

#include "gtk-client/parts/gui-file-order.h"
#include "gtk-client/parts/gui-file-tree.h"
#include "tests/gui/gui-torrents.h"

static const GuiTestFile films[] = {
  { "Season 2/Part 10.mkv", 1000 },
  { "Season 2/Part 2.mkv", 2000 },
  { "Season 2/Part 2.srt", 10 },
  { "Season 1/Part 1.mkv", 3000 },
  { "cover.JPG", 50 },
  { "zeta/deep/er/note.txt", 5 },
};

static GuiFileNodes *
make_nodes (const GuiTestFile *files, guint n)
{
  GuiFileNodes *nodes = gui_file_nodes_new ();

  for (guint i = 0; i < n; i++)
    gui_file_nodes_add (nodes, files[i].path, files[i].length, i, GUI_FILE_PRIORITY_NORMAL);
  return nodes;
}

/* The node at a path. */
static guint
find_node (GuiFileNodes *nodes, guint folder, const char *path)
{
  const char *slash = strchr (path, '/');
  g_autofree char *name
      = slash != NULL ? g_strndup (path, (gsize) (slash - path)) : g_strdup (path);
  guint n;
  const guint *children = gui_file_nodes_get_children (nodes, folder, &n);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (gui_file_nodes_get_name (nodes, children[i]), name))
      return slash != NULL ? find_node (nodes, children[i], slash + 1) : children[i];
  g_assert_not_reached ();
}

static void
test_sums (void)
{
  g_autoptr (GuiFileNodes) nodes = make_nodes (films, G_N_ELEMENTS (films));
  guint season = find_node (nodes, GUI_FILE_ROOT, "Season 2");
  g_autofree char *path
      = gui_file_nodes_dup_path (nodes, find_node (nodes, GUI_FILE_ROOT, "zeta/deep/er/note.txt"));

  g_assert_cmpuint (gui_file_nodes_get_size (nodes, GUI_FILE_ROOT), ==, 6065);
  g_assert_cmpuint (gui_file_nodes_get_size (nodes, season), ==, 3010);
  g_assert_cmpuint (gui_file_nodes_get_chosen_bytes (nodes, GUI_FILE_ROOT), ==, 6065);
  g_assert_cmpuint (gui_file_nodes_get_chosen_files (nodes, GUI_FILE_ROOT), ==, 6);
  g_assert_cmpstr (path, ==, "zeta/deep/er/note.txt");
}

static void
test_ticks (void)
{
  g_autoptr (GuiFileNodes) nodes = make_nodes (films, G_N_ELEMENTS (films));
  guint season = find_node (nodes, GUI_FILE_ROOT, "Season 2");
  guint part = find_node (nodes, season, "Part 2.mkv");

  gui_file_nodes_choose (nodes, part, FALSE);
  g_assert_cmpint (gui_file_nodes_get_choice (nodes, part), ==, GUI_CHOICE_NONE);
  g_assert_cmpint (gui_file_nodes_get_choice (nodes, season), ==, GUI_CHOICE_SOME);
  g_assert_cmpint (gui_file_nodes_get_choice (nodes, GUI_FILE_ROOT), ==, GUI_CHOICE_SOME);
  g_assert_cmpuint (gui_file_nodes_get_chosen_bytes (nodes, GUI_FILE_ROOT), ==, 4065);
  gui_file_nodes_choose (nodes, season, FALSE);
  g_assert_cmpint (gui_file_nodes_get_choice (nodes, season), ==, GUI_CHOICE_NONE);
  g_assert_cmpuint (gui_file_nodes_get_chosen_bytes (nodes, season), ==, 0);
  g_assert_cmpuint (gui_file_nodes_get_chosen_files (nodes, GUI_FILE_ROOT), ==, 3);
  gui_file_nodes_choose (nodes, GUI_FILE_ROOT, TRUE);
  g_assert_cmpint (gui_file_nodes_get_choice (nodes, season), ==, GUI_CHOICE_ALL);
  g_assert_cmpuint (gui_file_nodes_get_chosen_bytes (nodes, GUI_FILE_ROOT), ==, 6065);
}

static void
test_priorities (void)
{
  g_autoptr (GuiFileNodes) nodes = make_nodes (films, G_N_ELEMENTS (films));
  guint season = find_node (nodes, GUI_FILE_ROOT, "Season 2");
  guint8 bytes[] = { 9, 9, 9, 9, 9, 9, 9 };
  const guint8 wanted[] = { 4, 7, 4, 4, 4, 4, 9 };

  gui_file_nodes_set_priority (nodes, find_node (nodes, season, "Part 2.mkv"), 7);
  g_assert_cmpuint (gui_file_nodes_get_priority (nodes, season), ==, GUI_FILE_MIXED);
  gui_file_nodes_write_priorities (nodes, bytes, sizeof bytes);
  g_assert_cmpmem (bytes, sizeof bytes, wanted, sizeof wanted);
  gui_file_nodes_choose (nodes, season, TRUE); /* those that are chosen keep what they have */
  g_assert_cmpuint (gui_file_nodes_get_priority (nodes, season), ==, GUI_FILE_MIXED);
  gui_file_nodes_set_priority (nodes, season, 2);
  g_assert_cmpuint (gui_file_nodes_get_priority (nodes, season), ==, 2);
  gui_file_nodes_set_priority (nodes, season, 0);
  g_assert_cmpuint (gui_file_nodes_get_priority (nodes, season), ==, GUI_FILE_PRIORITY_SKIP);
}

static void
test_kinds (void)
{
  g_autoptr (GuiFileNodes) nodes = make_nodes (films, G_N_ELEMENTS (films));

  g_assert_true (gui_file_nodes_has_kind (nodes, GUI_FILE_KIND_VIDEO));
  g_assert_false (gui_file_nodes_has_kind (nodes, GUI_FILE_KIND_AUDIO));
  gui_file_nodes_choose_kind (nodes, GUI_FILE_KIND_PICTURE);
  g_assert_cmpuint (gui_file_nodes_get_chosen_bytes (nodes, GUI_FILE_ROOT), ==, 50);
  gui_file_nodes_choose_kind (nodes, GUI_FILE_KIND_VIDEO);
  g_assert_cmpuint (gui_file_nodes_get_chosen_bytes (nodes, GUI_FILE_ROOT), ==, 6000);
  g_assert_cmpint (gui_file_order_kind (".mkv"), ==, GUI_FILE_KIND_OTHER);
  g_assert_cmpint (gui_file_order_kind ("a.7Z"), ==, GUI_FILE_KIND_PROGRAM);
  g_assert_cmpint (gui_file_order_kind ("a.zst"), ==, GUI_FILE_KIND_PROGRAM);
}

static void
test_order (void)
{
  static const char *const wanted[] = { "Season 1", "Season 2", "zeta", "cover.JPG" };
  g_autoptr (GuiFileNodes) nodes = make_nodes (films, G_N_ELEMENTS (films));
  guint n;
  const guint *top = gui_file_nodes_get_children (nodes, GUI_FILE_ROOT, &n);
  const guint *parts;

  g_assert_cmpuint (n, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (gui_file_nodes_get_name (nodes, top[i]), ==, wanted[i]);
  parts = gui_file_nodes_get_children (nodes, top[1], &n);
  g_assert_cmpstr (gui_file_nodes_get_name (nodes, parts[0]), ==, "Part 2.mkv");
  g_assert_cmpstr (gui_file_nodes_get_name (nodes, parts[2]), ==, "Part 10.mkv");
}

/* What is too large to be asked of the language has the same order, without its letters. */
static void
test_order_of_many (void)
{
  g_autoptr (GuiFileNodes) nodes = gui_file_nodes_new ();
  guint n;
  const guint *children;

  for (guint i = 0; i < 6000; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %u", i % 2 == 0 ? "part" : "Part", 5999 - i);

      gui_file_nodes_add (nodes, name, 1, i, 4);
    }
  gui_file_nodes_add (nodes, "z/inside", 1, 6000, 4);
  children = gui_file_nodes_get_children (nodes, GUI_FILE_ROOT, &n);
  g_assert_cmpuint (n, ==, 6001);
  g_assert_cmpstr (gui_file_nodes_get_name (nodes, children[0]), ==, "z");
  for (guint i = 1; i < n; i++)
    g_assert_cmpuint (gui_file_nodes_get_index (nodes, children[i]), ==, 6000 - i);
}

static void
test_search (void)
{
  static const struct
  {
    const char *query;
    guint n;
  } cases[] = {
    { "part 2", 2 }, { "PART", 4 },         { "season 2", 3 }, { "deep", 1 },
    { ".jpg", 1 },   { "nothing here", 0 }, { "", 6 },         { "  note ", 1 },
  };
  static const GuiTestFile other[] = { { "ÄPFEL/Größe.txt", 1 }, { "apfel", 1 } };
  g_autoptr (GuiFileNodes) nodes = make_nodes (films, G_N_ELEMENTS (films));
  g_autoptr (GuiFileNodes) german = make_nodes (other, G_N_ELEMENTS (other));
  g_autoptr (GArray) found = gui_file_nodes_find (german, "äpfel");

  g_assert_cmpuint (found->len, ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) hits = gui_file_nodes_find (nodes, cases[i].query);

      g_assert_cmpuint (hits->len, ==, cases[i].n);
    }
}

static void
test_done (void)
{
  static const guint64 done[] = { 1000, 0, 5, 0, 50, 0 };
  g_autoptr (GuiFileNodes) nodes = make_nodes (films, G_N_ELEMENTS (films));
  guint season = find_node (nodes, GUI_FILE_ROOT, "Season 2");

  g_assert_false (gui_file_nodes_is_done_known (nodes));
  g_assert_true (gui_file_nodes_take_done (nodes, done, G_N_ELEMENTS (done)));
  g_assert_true (gui_file_nodes_is_done_known (nodes));
  g_assert_false (gui_file_nodes_take_done (nodes, done, G_N_ELEMENTS (done)));
  g_assert_cmpuint (gui_file_nodes_get_done (nodes, season), ==, 1005);
  g_assert_cmpuint (gui_file_nodes_get_done (nodes, GUI_FILE_ROOT), ==, 1055);
  g_assert_false (gui_file_nodes_take_done (nodes, done, 1)); /* of the others nothing was told */
}

static void
test_rename (void)
{
  g_autoptr (GuiFileNodes) nodes = make_nodes (films, G_N_ELEMENTS (films));
  guint note = find_node (nodes, GUI_FILE_ROOT, "zeta/deep/er/note.txt");
  g_autofree char *path = NULL;

  g_assert_cmpuint (gui_file_nodes_first_position (nodes, note), ==, 5);
  g_assert_cmpuint (gui_file_nodes_first_position (nodes, find_node (nodes, GUI_FILE_ROOT, "zeta")),
                    ==, 5);
  g_assert_cmpuint (gui_file_nodes_find_index (nodes, 5), ==, note);
  g_assert_cmpuint (gui_file_nodes_find_index (nodes, 99), ==, GUI_FILE_ROOT);
  gui_file_nodes_set_name (nodes, note, "other.txt");
  path = gui_file_nodes_dup_path (nodes, note);
  g_assert_cmpstr (path, ==, "zeta/deep/er/other.txt");
}

/* --- the widget --- */

typedef struct
{
  ShoalSession *session;
  ShoalTorrent *torrent;
  GtkWindow *window;
  GuiFileTree *tree;
  char *folder;
} Scene;

static void
scene_open (Scene *s, GBytes *torrent, GuiFileTreeMode mode)
{
  g_autoptr (GError) error = NULL;

  s->folder = g_dir_make_tmp ("shoal-tree-XXXXXX", &error);
  g_assert_no_error (error);
  s->session = shoal_session_new ("127.0.0.1:0", TRUE, &error);
  g_assert_no_error (error);
  s->torrent = shoal_session_add (s->session, torrent, s->folder, NULL, SHOAL_ADD_CHOOSE, &error);
  g_assert_no_error (error);
  s->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (s->window, 600, 400);
  s->tree = GUI_FILE_TREE (gui_file_tree_new (mode));
  gtk_window_set_child (s->window, GTK_WIDGET (s->tree));
  gui_file_tree_set_torrent (s->tree, s->torrent);
  gtk_window_present (s->window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s->window));
}

static void
scene_close (Scene *s)
{
  gtk_window_destroy (s->window);
  g_object_unref (s->torrent);
  g_object_unref (s->session);
  g_rmdir (s->folder); /* nothing was written before the choice */
  g_assert_false (g_file_test (s->folder, G_FILE_TEST_EXISTS));
  g_free (s->folder);
}

static void
count (guint *n)
{
  ++*n;
}

static void
test_choose (void)
{
  g_autoptr (GBytes) torrent
      = gui_torrents_make ("films", films, G_N_ELEMENTS (films), "http://127.0.0.1:9/announce");
  g_autoptr (GBytes) priorities = NULL;
  const guint8 wanted[] = { 0, 0, 0, 0, 4, 0 };
  guint n_told = 0;
  Scene s;

  scene_open (&s, torrent, GUI_FILE_TREE_CHOOSE);
  g_assert_cmpuint (gui_file_tree_get_selected_bytes (s.tree), ==, 6065);
  g_signal_connect_swapped (s.tree, "notify::selected-bytes", G_CALLBACK (count), &n_told);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (s.tree), "files.choose-kind", "u",
                                             GUI_FILE_KIND_PICTURE));
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_cmpuint (gui_file_tree_get_selected_bytes (s.tree), ==, 50);
  g_assert_cmpuint (gui_file_tree_get_selected_files (s.tree), ==, 1);
  priorities = gui_file_tree_dup_priorities (s.tree);
  g_assert_cmpmem (g_bytes_get_data (priorities, NULL), g_bytes_get_size (priorities), wanted,
                   sizeof wanted);
  gui_file_tree_set_query (s.tree, "part");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s.window));
  gui_file_tree_set_query (s.tree, "no such file");
  gui_file_tree_set_query (s.tree, NULL);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s.window));
  g_assert_cmpint (shoal_torrent_get_state (s.torrent), ==, SHOAL_TORRENT_STATE_METADATA);
  scene_close (&s);
}

static void
test_hostile_names (void)
{
  static const GuiTestFile files[] = {
    { "<b>bold</b> & co/\xe2\x80\xae"
      "gpj.exe",
      1 },
    { "a\nb\tc", 2 },
    { "&#0;<span foreground='red'>", 3 },
    { "  ", 4 },
  };
  g_autoptr (GBytes) torrent = gui_torrents_make ("<i>&", files, G_N_ELEMENTS (files), NULL);
  Scene s;

  scene_open (&s, torrent, GUI_FILE_TREE_LIVE);
  g_assert_cmpuint (gui_file_tree_get_n_files (s.tree), ==, G_N_ELEMENTS (files));
  gui_file_tree_set_query (s.tree, "<");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s.window));
  scene_close (&s);
}

/* 150,000 files are rows only where they are seen; bench-gui-files measures how fast. */
static void
test_many (void)
{
  g_autoptr (GBytes) torrent = gui_torrents_make_large (150000);
  Scene s;

  scene_open (&s, torrent, GUI_FILE_TREE_CHOOSE);
  g_assert_cmpuint (gui_file_tree_get_n_files (s.tree), ==, 150000);
  gtk_widget_activate_action (GTK_WIDGET (s.tree), "files.choose-none", NULL);
  g_assert_cmpuint (gui_file_tree_get_selected_bytes (s.tree), ==, 0);
  gui_file_tree_set_query (s.tree, "1499");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s.window));
  scene_close (&s);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/gui-files/sums", test_sums);
  g_test_add_func ("/gui-files/ticks", test_ticks);
  g_test_add_func ("/gui-files/priorities", test_priorities);
  g_test_add_func ("/gui-files/kinds", test_kinds);
  g_test_add_func ("/gui-files/order", test_order);
  g_test_add_func ("/gui-files/order-of-many", test_order_of_many);
  g_test_add_func ("/gui-files/search", test_search);
  g_test_add_func ("/gui-files/done", test_done);
  g_test_add_func ("/gui-files/rename", test_rename);
  g_test_add_func ("/gui-files/choose", test_choose);
  g_test_add_func ("/gui-files/hostile-names", test_hostile_names);
  g_test_add_func ("/gui-files/many", test_many);
  return g_test_run ();
}
