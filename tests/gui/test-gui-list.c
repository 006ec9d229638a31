/* test-gui-list.c: what the list of downloads shows, in which order, and what it remembers. */
#include "gtk-client/download/gui-filters.h"
#include "gtk-client/download/gui-download-page.h"
#include "gtk-client/parts/gui-picked.h"
#include "gtk-client/parts/gui-portion.h"
#include "gtk-client/parts/gui-columns.h"
#include "gtk-client/parts/gui-torrent-table.h"
#include "tests/gui/gui-profile.h"
#include "tests/gui/gui-torrents.h"

/* --- the condition's list --- */

static gboolean
is_paused (ShoalTorrent *torrent, void *data)
{
  return shoal_torrent_get_paused (torrent);
}

typedef struct
{
  guint position;
  guint removed;
  guint added;
  guint n;
} Change;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Change *change)
{
  *change = (Change){ position, removed, added, change->n + 1 };
}

static ShoalTorrent *
add (GuiSession *session, const char *name)
{
  static const GuiTestFile file = { "file", 100000 };
  g_autoptr (GBytes) bytes = gui_torrents_make (name, &file, 1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalTorrent) torrent
      = shoal_session_add (gui_session_get_shoal (session), bytes, g_get_tmp_dir (), NULL,
                           SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  return torrent; /* the session holds it */
}

static void
assert_name (GListModel *model, guint position, const char *name)
{
  g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (model, position);

  g_assert_nonnull (torrent);
  g_assert_cmpstr (shoal_torrent_get_name (torrent), ==, name);
}

static void
test_picked (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  ShoalTorrent *torrents[4];
  Change change = { 0 };
  g_autoptr (GuiPicked) picked = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (torrents); i++)
    torrents[i] = add (session, (const char *[]){ "a", "b", "c", "d" }[i]);
  shoal_torrent_pause (torrents[1]);
  picked = gui_picked_new (gui_session_get_torrents (session), is_paused, NULL);
  g_signal_connect (picked, "items-changed", G_CALLBACK (on_items_changed), &change);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (picked)), ==, 1);

  gui_picked_update (picked);
  g_assert_cmpuint (change.n, ==, 0); /* nothing differs: nobody is told */

  shoal_torrent_pause (torrents[0]);
  shoal_torrent_pause (torrents[3]);
  gui_picked_update (picked);
  g_assert_cmpuint (change.n, ==, 1); /* all at once */
  g_assert_cmpuint (change.position, ==, 0);
  g_assert_cmpuint (change.added - change.removed, ==, 2);
  assert_name (G_LIST_MODEL (picked), 0, "a");
  assert_name (G_LIST_MODEL (picked), 1, "b");
  assert_name (G_LIST_MODEL (picked), 2, "d");

  add (session, "e"); /* does not fit */
  g_assert_cmpuint (change.n, ==, 1);
  shoal_torrent_resume (torrents[1]);
  gui_picked_update (picked);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (picked)), ==, 2);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (picked), 2));
  gui_picked_stop (picked);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (picked)), ==, 0);
}

/* --- a portion --- */

#define EDITS 2000u
#define LONGEST 12u

/* Does what is announced to a list of its own, which has to be the same afterwards. */
static void
mirror (GListModel *portion, guint position, guint removed, guint added, GListStore *mirrored)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_assert_cmpuint (removed + added, >, 0);
  for (guint i = 0; i < added; i++)
    g_ptr_array_add (items, g_list_model_get_item (portion, position + i));
  g_list_store_splice (mirrored, position, removed, items->pdata, added);
}

static void
assert_first (GListModel *portion, GListModel *source, GListModel *mirrored, guint limit)
{
  guint n = MIN (g_list_model_get_n_items (source), limit);

  g_assert_cmpuint (g_list_model_get_n_items (portion), ==, n);
  g_assert_cmpuint (g_list_model_get_n_items (mirrored), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) shown = g_list_model_get_item (portion, i);
      g_autoptr (GObject) listed = g_list_model_get_item (source, i);
      g_autoptr (GObject) told = g_list_model_get_item (mirrored, i);

      g_assert_true (shown == listed && told == listed);
    }
  g_assert_null (g_list_model_get_item (portion, n));
}

static void
edit (GListStore *source)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (source));
  guint position = (guint) g_test_rand_int_range (0, (int) n + 1);
  guint removed = (guint) g_test_rand_int_range (0, (int) (n - position) + 1);
  guint added = (guint) g_test_rand_int_range (0, (int) LONGEST / 2);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++)
    g_ptr_array_add (items, g_object_new (G_TYPE_OBJECT, NULL));
  g_list_store_splice (source, position, removed, items->pdata, added);
}

static void
test_portion (void)
{
  g_autoptr (GListStore) source = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (GListStore) mirrored = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (GuiPortion) portion = gui_portion_new (G_LIST_MODEL (source));
  guint limit = 0;

  g_signal_connect (portion, "items-changed", G_CALLBACK (mirror), mirrored);
  for (guint i = 0; i < EDITS; i++)
    {
      edit (source);
      assert_first (G_LIST_MODEL (portion), G_LIST_MODEL (source), G_LIST_MODEL (mirrored), limit);
      limit = g_test_rand_int_range (0, 8) == 0 ? GUI_PORTION_ALL
                                                : (guint) g_test_rand_int_range (0, LONGEST);
      gui_portion_set_limit (portion, limit);
      assert_first (G_LIST_MODEL (portion), G_LIST_MODEL (source), G_LIST_MODEL (mirrored), limit);
    }
}

/* What is selected stays so while more is shown. */
static void
test_selected_portion (void)
{
  g_autoptr (GListStore) source = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (GuiPortion) portion = gui_portion_new (G_LIST_MODEL (source));
  g_autoptr (GtkMultiSelection) selection
      = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (portion)));

  for (guint i = 0; i < 2 * LONGEST; i++)
    {
      g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

      g_list_store_append (source, item);
    }
  gui_portion_set_limit (portion, LONGEST);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (selection), 3, TRUE);
  gui_portion_set_limit (portion, GUI_PORTION_ALL);
  g_list_store_remove (source, 0);
  g_assert_true (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (selection), 2));
}

/* --- filter and query --- */

static void
test_query (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autoptr (GuiPicked) list = NULL;
  GListModel *model;
  ShoalTorrent *film;

  film = add (session, "Ein schöner Film");
  add (session, "Debian 12 (amd64)");
  add (session, "DEBIAN 11 (arm64)");
  list = gui_picked_new (gui_session_get_torrents (session), NULL, NULL);
  model = G_LIST_MODEL (list);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 3);
  gui_picked_set_query (list, "debian");
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 2);
  gui_picked_set_query (list, " amd  DEB ");
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
  gui_picked_set_query (list, "SCHÖN");
  assert_name (model, 0, "Ein schöner Film");
  gui_picked_set_query (list, "  ");
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 3);
  gui_picked_stop (list);
  g_clear_object (&list);
  list = gui_picked_new (gui_session_get_torrents (session), is_paused, NULL);
  gui_picked_set_query (list, "film");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  shoal_torrent_pause (film);
  gui_picked_update (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
}

static void
test_counts (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  guint counts[GUI_N_FILTERS], n;
  ShoalTorrent *const *torrents;

  shoal_torrent_pause (add (session, "a"));
  shoal_torrent_pause (add (session, "b"));
  add (session, "c");
  torrents = gui_session_peek_torrents (session, &n);
  gui_filters_count (torrents, n, counts);
  g_assert_cmpuint (counts[GUI_FILTER_ALL], ==, 3);
  g_assert_cmpuint (counts[GUI_FILTER_PAUSED], ==, 2);
  g_assert_cmpuint (counts[GUI_FILTER_ERRORS], ==, 0);
  for (guint i = 0; i < GUI_N_FILTERS; i++)
    g_assert_cmpuint (gui_filters_find (gui_filters_id ((GuiFilter) i)), ==, i);
  g_assert_cmpuint (gui_filters_find ("nonsense"), ==, GUI_FILTER_ALL);
}

/* --- the table --- */

#define MANY 300u /* more than GTK makes widgets for */

static GtkColumnView *
find_view (GtkWidget *widget)
{
  GtkColumnView *found = GTK_IS_COLUMN_VIEW (widget) ? GTK_COLUMN_VIEW (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_view (child);
  return found;
}

static GtkColumnViewColumn *
find_column (GtkWidget *table, const char *title)
{
  GListModel *columns = gtk_column_view_get_columns (find_view (table));

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_str_equal (gtk_column_view_column_get_title (column), title))
        return column; /* the view holds it */
    }
  g_assert_not_reached ();
}

static GtkWidget *
new_table (GuiSession *session)
{
  return g_object_ref_sink (GTK_WIDGET (gui_torrent_table_new (
      gui_session_get_torrents (session), gui_session_get_settings (session), "download", NULL)));
}

/* In a window, which the caller destroys: a table that is not shown has no rows. */
static GtkWidget *
show_table (GtkWidget *table)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 900, 500);
  gtk_window_set_child (GTK_WINDOW (window), table);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static void
test_order (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autoptr (GtkWidget) table = NULL;
  GtkWidget *window;
  GListModel *shown;

  add (session, "file 10");
  add (session, "File 9");
  add (session, "another");
  table = new_table (session);
  window = show_table (table);
  shown = G_LIST_MODEL (gui_torrent_table_get_selection (GUI_TORRENT_TABLE (table)));
  gtk_column_view_sort_by_column (find_view (table), find_column (table, "Name"),
                                  GTK_SORT_ASCENDING);
  assert_name (shown, 0, "another");
  assert_name (shown, 1, "File 9"); /* numbers as numbers, letters without case */
  assert_name (shown, 2, "file 10");
  gtk_column_view_sort_by_column (find_view (table), find_column (table, "Name"),
                                  GTK_SORT_DESCENDING);
  assert_name (shown, 0, "file 10");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A figure that changes moves its row with the next tick. */
static void
test_tick (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autoptr (GtkWidget) table = NULL;
  ShoalTorrent *first = add (session, "a");
  GtkWidget *window;
  GListModel *shown;

  add (session, "b");
  table = new_table (session);
  window = show_table (table);
  shown = G_LIST_MODEL (gui_torrent_table_get_selection (GUI_TORRENT_TABLE (table)));
  gtk_column_view_sort_by_column (find_view (table), find_column (table, "Status"),
                                  GTK_SORT_ASCENDING);
  assert_name (shown, 0, "a");
  shoal_torrent_pause (first);
  gui_torrent_table_tick (GUI_TORRENT_TABLE (table));
  assert_name (shown, 0, "b");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Rows cost more than all else that a window does before it is drawn: there are few at first, none
 * of what is not shown, and soon all; one that is asked for is there at once. */
static void
test_rows_come_later (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autoptr (GtkWidget) table = NULL;
  GtkWidget *window;
  GListModel *shown;

  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("torrent %u", i);

      add (session, name);
    }
  table = new_table (session);
  shown = G_LIST_MODEL (gui_torrent_table_get_selection (GUI_TORRENT_TABLE (table)));
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, 0);
  window = show_table (table);
  g_assert_cmpuint (g_list_model_get_n_items (shown), >, 0);
  g_assert_cmpuint (g_list_model_get_n_items (shown), <, MANY / 4);
  while (g_list_model_get_n_items (shown) < MANY)
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_set_visible (table, FALSE);
  add (session, "one more");
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, MANY + 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_row_that_is_asked_for (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autoptr (GtkWidget) table = NULL;
  GListModel *torrents = gui_session_get_torrents (session);
  g_autoptr (ShoalTorrent) last = NULL;
  g_autoptr (GPtrArray) selected = NULL;

  for (guint i = 0; i < MANY / 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("torrent %u", i);

      add (session, name);
    }
  table = new_table (session);
  last = g_list_model_get_item (torrents, MANY / 4 - 1);
  gui_torrent_table_select (GUI_TORRENT_TABLE (table), last);
  selected = gui_torrent_table_dup_selected (GUI_TORRENT_TABLE (table));
  g_assert_cmpuint (selected->len, ==, 1);
  g_assert_true (selected->pdata[0] == last);
}

static guint
count_names (GtkWidget *widget)
{
  guint n = GTK_IS_INSCRIPTION (widget) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_names (child);
  return n;
}

/* GTK has cells of hidden columns as well: they are empty until they are shown, and follow then. */
static void
test_hidden_columns (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  g_autoptr (GtkWidget) table = NULL;
  GtkWidget *window;
  guint n;

  add (session, "a");
  table = new_table (session);
  gtk_column_view_column_set_visible (find_column (table, "Size"), FALSE);
  window = show_table (table);
  n = count_names (table);
  gtk_column_view_column_set_visible (find_column (table, "Size"), TRUE);
  g_assert_cmpuint (count_names (table), ==, n + 1);
  gtk_column_view_column_set_visible (find_column (table, "Added"), TRUE);
  g_assert_cmpuint (count_names (table), ==, n + 2);
  gtk_column_view_column_set_visible (find_column (table, "Size"), FALSE);
  add (session, "b");
  gtk_column_view_column_set_visible (find_column (table, "Size"), TRUE);
  g_assert_cmpuint (count_names (table), ==, 2 * (n + 2));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_remembered (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWidget *table = new_table (session);
  GListModel *columns;
  g_autoptr (GtkColumnViewColumn) second = NULL;
  g_autofree char *sorted = NULL;
  gboolean descending;

  gtk_column_view_column_set_visible (find_column (table, "Uploaded"), TRUE);
  gtk_column_view_column_set_visible (find_column (table, "Seeds"), FALSE);
  gtk_column_view_column_set_fixed_width (find_column (table, "Size"), 177);
  gtk_column_view_insert_column (find_view (table), 1, find_column (table, "Ratio"));
  gtk_column_view_sort_by_column (find_view (table), find_column (table, "Ratio"),
                                  GTK_SORT_DESCENDING);
  g_object_unref (table);

  table = new_table (session);
  g_assert_true (gtk_column_view_column_get_visible (find_column (table, "Uploaded")));
  g_assert_false (gtk_column_view_column_get_visible (find_column (table, "Seeds")));
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (find_column (table, "Size")), ==, 177);
  columns = gtk_column_view_get_columns (find_view (table));
  second = g_list_model_get_item (columns, 1);
  g_assert_true (second == find_column (table, "Ratio"));
  g_settings_get (gui_session_get_settings (session), "download-sort", "(sb)", &sorted,
                  &descending);
  g_assert_cmpstr (sorted, ==, "ratio");
  g_assert_true (descending);
  /* A column that is shown again has the width that it had. */
  gtk_column_view_column_set_visible (find_column (table, "Seeds"), TRUE);
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (find_column (table, "Seeds")), >, 0);
  g_object_unref (table);
}

/* Who quits at once after a change finds it again: the windows are hidden then, and no more is
 * certain. */
static void
test_remembered_at_once (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  g_autoptr (GtkWidget) table = new_table (session);
  GtkWidget *window = show_table (table);
  g_autofree char *sorted = NULL;
  g_autoptr (GVariant) columns = NULL;
  g_autofree char *text = NULL;
  gboolean descending;

  gtk_column_view_sort_by_column (find_view (table), find_column (table, "Size"),
                                  GTK_SORT_ASCENDING);
  gtk_column_view_sort_by_column (find_view (table), find_column (table, "Size"),
                                  GTK_SORT_DESCENDING);
  gtk_column_view_column_set_visible (find_column (table, "Seeds"), FALSE);
  gtk_widget_set_visible (window, FALSE);
  g_settings_get (settings, "download-sort", "(sb)", &sorted, &descending);
  g_assert_cmpstr (sorted, ==, "size");
  g_assert_true (descending);
  columns = g_settings_get_value (settings, "download-columns");
  text = g_variant_print (columns, FALSE);
  g_assert_nonnull (strstr (text, "('seeds', false,"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Settings are anybody's: what they say is looked at before it is done. */
static void
test_foreign_settings (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  g_autoptr (GVariant) columns = g_variant_ref_sink (
      g_variant_new_parsed ("[('nonsense', true, 5), ('name', false, -7), ('size', true, "
                            "2000000000), ('size', true, 90)]"));
  g_autoptr (GtkWidget) table = NULL;

  g_settings_set_value (settings, "download-columns", columns);
  g_settings_set (settings, "download-sort", "(sb)", "nonsense", TRUE);
  table = new_table (session);
  g_assert_true (gtk_column_view_column_get_visible (find_column (table, "Name")));
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (find_column (table, "Size")), <, 10000);
}

/* --- the page --- */

static void
test_page (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GtkWidget *window = gtk_window_new ();
  GuiDownloadPage *page = gui_download_page_new (session);
  ShoalTorrent *hidden;
  g_autofree char *query = NULL;

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 600);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  hidden = add (session, "<b>markup</b> & \xe2\x80\xae turned");
  add (session, "other");
  g_object_set (page, "query", "other", NULL);
  gtk_test_widget_wait_for_draw (window);
  gui_download_page_show (page, hidden);
  g_object_get (page, "query", &query, NULL);
  g_assert_null (query); /* what is to be shown is not hidden by a search */
  gui_download_page_show_details (page, TRUE);
  gtk_test_widget_wait_for_draw (window);
  gui_download_page_show_details (page, FALSE);
  g_settings_set_boolean (gui_session_get_settings (session), "compact", TRUE);
  gtk_test_widget_wait_for_draw (window);
  gtk_window_destroy (GTK_WINDOW (window));
}

static GtkWidget *
find_paned (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_PANED (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_paned (child);
  return found;
}

/* The details are as high in the next run as they were left, by who quits as well: the window is
 * hidden then, and no more is certain. */
static void
test_height_of_details (void)
{
  g_autoptr (GuiSession) session = gui_profile_open ();
  GSettings *settings = gui_session_get_settings (session);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *page = GTK_WIDGET (gui_download_page_new (session));
  GtkPaned *paned = GTK_PANED (find_paned (page));
  GtkWidget *details = gtk_paned_get_end_child (paned);
  int height;

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (window), page);
  add (session, "one");
  gui_download_page_show_details (GUI_DOWNLOAD_PAGE (page), TRUE);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  height = gtk_widget_get_height (details);
  g_assert_cmpint (height, ==, g_settings_get_int (settings, "details-height"));
  gtk_paned_set_position (paned, gtk_paned_get_position (paned) - 50);
  gtk_test_widget_wait_for_draw (window);
  g_assert_cmpint (gtk_widget_get_height (details), ==, height + 50);
  gtk_widget_set_visible (window, FALSE);
  g_assert_cmpint (g_settings_get_int (settings, "details-height"), ==, height + 50);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/list/picked", test_picked);
  g_test_add_func ("/list/portion", test_portion);
  g_test_add_func ("/list/selected-portion", test_selected_portion);
  g_test_add_func ("/list/query", test_query);
  g_test_add_func ("/list/counts", test_counts);
  g_test_add_func ("/list/order", test_order);
  g_test_add_func ("/list/tick", test_tick);
  g_test_add_func ("/list/rows-come-later", test_rows_come_later);
  g_test_add_func ("/list/row-that-is-asked-for", test_row_that_is_asked_for);
  g_test_add_func ("/list/hidden-columns", test_hidden_columns);
  g_test_add_func ("/list/remembered", test_remembered);
  g_test_add_func ("/list/remembered-at-once", test_remembered_at_once);
  g_test_add_func ("/list/foreign-settings", test_foreign_settings);
  g_test_add_func ("/list/page", test_page);
  g_test_add_func ("/list/height-of-details", test_height_of_details);
  return g_test_run ();
}
