/* test-gui-details.c: the details of torrents of a real session: what they say, whom they look at,
 * and that no stranger's text is more than text. */
#include <adwaita.h>

#include "gtk-client/details/gui-details.h"
#include "gtk-client/draw/gui-speed-graph.h"
#include "gtk-client/text/gui-text.h"
#include "tests/gui/gui-profile.h"
#include "tests/gui/gui-torrents.h"
#include "tests/unit/files-maker.h"

/* Markup, marks that turn the direction, control characters, bytes that are no UTF-8. */
#define HOSTILE                                                                                    \
  "<b>x</b>&amp;\xe2\x80\xae"                                                                      \
  "gnp.exe\n\x01\xff%s%n"

#define HOSTILE_COMMENT "<i>see</i> &amp; \xe2\x80\xae https://example.org/"

typedef struct
{
  GtkWindow *window;
  GuiSession *session;
  GuiDetails *details;
} World;

static World
world_new (void)
{
  World w = { .session = gui_profile_open () };

  w.window = GTK_WINDOW (gtk_window_new ());
  w.details = gui_details_new (w.session);
  gtk_window_set_child (w.window, GTK_WIDGET (w.details));
  gtk_window_set_default_size (w.window, 900, 500);
  gui_session_set_shown (w.session, TRUE);
  gtk_window_present (w.window);
  while (!gtk_widget_get_mapped (GTK_WIDGET (w.details)))
    g_main_context_iteration (NULL, TRUE);
  return w;
}

static void
world_clear (World *w)
{
  gtk_window_destroy (w->window);
  g_object_unref (w->session);
}

static ShoalTorrent *
add (World *w, const char *name, const char *announce)
{
  static const GuiTestFile files[] = { { "a", 100000 }, { "folder/b", 50000 } };
  g_autoptr (GBytes) bytes = gui_torrents_make (name, files, G_N_ELEMENTS (files), announce);
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autoptr (GError) error = NULL;
  ShoalTorrent *torrent = shoal_session_add (gui_session_get_shoal (w->session), bytes, folder,
                                             NULL, SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  return torrent;
}

/* Whether a text that is shown below @widget has that text. */
static gboolean
says (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  if (GTK_IS_INSCRIPTION (widget)
      && strstr (gtk_inscription_get_text (GTK_INSCRIPTION (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

static void
wait_until_says (World *w, const char *text)
{
  while (!says (GTK_WIDGET (w->details), text))
    g_main_context_iteration (NULL, TRUE);
}

static AdwViewStack *
find_tabs (GtkWidget *widget)
{
  AdwViewStack *found = ADW_IS_VIEW_STACK (widget) ? ADW_VIEW_STACK (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_tabs (child);
  return found;
}

static void
show_tab (World *w, const char *name)
{
  adw_view_stack_set_visible_child_name (find_tabs (GTK_WIDGET (w->details)), name);
}

/* --- what is chosen --- */

static void
test_selection (void)
{
  World w = world_new ();
  g_autoptr (GListStore) chosen = g_list_store_new (SHOAL_TYPE_TORRENT);
  g_autoptr (ShoalTorrent) one = add (&w, "one", NULL);
  g_autoptr (ShoalTorrent) two = add (&w, "two", NULL);
  g_autofree char *size = gui_text_size (2 * 150000);

  wait_until_says (&w, "Nothing Is Chosen");
  gui_details_set_selection (w.details, G_LIST_MODEL (chosen));
  g_list_store_append (chosen, one);
  wait_until_says (&w, shoal_torrent_get_info_hash (one));
  g_list_store_append (chosen, two);
  wait_until_says (&w, "2 Transfers");
  wait_until_says (&w, size);
  g_list_store_remove (chosen, 0);
  wait_until_says (&w, shoal_torrent_get_info_hash (two));
  gui_details_set_torrent (w.details, NULL);
  wait_until_says (&w, "Nothing Is Chosen");
  g_list_store_append (chosen, one); /* nobody listens to it any more */
  g_assert_true (says (GTK_WIDGET (w.details), "Nothing Is Chosen"));
  world_clear (&w);
}

/* --- what is remembered --- */

static GtkToggleButton *
find_toggle (GtkWidget *widget, const char *label)
{
  GtkToggleButton *found = NULL;

  if (GTK_IS_TOGGLE_BUTTON (widget)
      && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return GTK_TOGGLE_BUTTON (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_toggle (child, label);
  return found;
}

/* The tab that is shown in new details, and whether the graph is of an hour. */
static void
assert_shown (GuiSession *session, const char *tab, gboolean hour)
{
  GtkWidget *details = g_object_ref_sink (GTK_WIDGET (gui_details_new (session)));

  g_assert_cmpstr (adw_view_stack_get_visible_child_name (find_tabs (details)), ==, tab);
  g_assert_cmpint (gtk_toggle_button_get_active (find_toggle (details, "1 h")), ==, hour);
  g_object_unref (details);
}

/* Settings are anybody's: a tab and a span that there are not are not shown. */
static void
test_remembered (void)
{
  World w = world_new ();
  GSettings *settings = gui_session_get_settings (w.session);

  assert_shown (w.session, "overview", FALSE);
  show_tab (&w, "peers");
  gtk_toggle_button_set_active (find_toggle (GTK_WIDGET (w.details), "1 h"), TRUE);
  assert_shown (w.session, "peers", TRUE);
  g_settings_set_string (settings, "details-tab", "no such tab");
  g_settings_set_string (settings, "graph-span", "century");
  assert_shown (w.session, "overview", FALSE);
  world_clear (&w);
}

/* --- who is looked at --- */

static void
test_only_while_shown (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) one = add (&w, "one", NULL);
  g_autoptr (ShoalTorrent) two = add (&w, "two", NULL);
  GListModel *peers;

  gui_details_set_torrent (w.details, one);
  show_tab (&w, "peers");
  peers = shoal_torrent_dup_peers (one);
  g_object_add_weak_pointer (G_OBJECT (peers), (gpointer *) &peers);
  g_object_unref (peers);
  g_assert_nonnull (peers); /* the tab holds it */
  show_tab (&w, "overview");
  g_assert_null (peers);
  show_tab (&w, "peers");
  peers = shoal_torrent_dup_peers (one);
  g_object_add_weak_pointer (G_OBJECT (peers), (gpointer *) &peers);
  g_object_unref (peers);
  g_assert_nonnull (peers);
  gui_details_set_torrent (w.details, two);
  g_assert_null (peers);
  world_clear (&w);
}

/* The tree of files stays as it is while other tabs are shown, not when the details are gone. */
static void
test_files_are_let_go (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) one = add (&w, "one", NULL);
  GListModel *files;

  gui_details_set_torrent (w.details, one);
  show_tab (&w, "files");
  files = shoal_torrent_dup_files (one);
  g_object_add_weak_pointer (G_OBJECT (files), (gpointer *) &files);
  g_object_unref (files);
  show_tab (&w, "overview");
  g_assert_nonnull (files);
  gtk_widget_set_visible (GTK_WIDGET (w.details), FALSE);
  gui_details_set_torrent (w.details, NULL);
  g_assert_null (files);
  world_clear (&w);
}

/* --- a real transfer --- */

#define PIECE 16384

/* A session that seeds, in this process. */
typedef struct
{
  char *from;
  char *to;
  ShoalSession *session;
  ShoalTorrent *seed;
  ShoalTorrent *leech; /* of the window's session */
} Transfer;

static void
on_created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(GBytes **) data = shoal_creator_create_finish (SHOAL_CREATOR (source), result, &error);
  g_assert_no_error (error);
}

/* Of a and b in a folder, with a comment. */
static GBytes *
create (const char *folder)
{
  g_autoptr (ShoalCreator) creator = shoal_creator_new ();
  g_autofree char *path = g_build_filename (folder, "tree", NULL);
  GBytes *bytes = NULL;

  g_object_set (creator, "piece-length", (guint64) PIECE, "format", SHOAL_FORMAT_V1, "comment",
                HOSTILE_COMMENT, NULL);
  shoal_creator_add_path (creator, path);
  shoal_creator_create_async (creator, NULL, on_created, &bytes);
  while (bytes == NULL)
    g_main_context_iteration (NULL, TRUE);
  return bytes;
}

/* It sends one piece a second, so that there is something to look at. */
static Transfer
transfer_new (World *w)
{
  Transfer t = { .from = files_folder (), .to = files_folder () };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *at = NULL;

  files_write (t.from, "tree/a", 5 * PIECE, 1);
  files_write (t.from, "tree/b", 3 * PIECE, 2);
  bytes = create (t.from);
  t.session = shoal_session_new ("127.0.0.1:0", TRUE, &error);
  g_assert_no_error (error);
  t.seed = shoal_session_add (t.session, bytes, t.from, NULL, SHOAL_ADD_NO_TRACKERS, &error);
  g_assert_no_error (error);
  shoal_torrent_set_limits (t.seed, 0, PIECE);
  while (shoal_torrent_get_state (t.seed) != SHOAL_TORRENT_STATE_SEEDING)
    g_main_context_iteration (NULL, TRUE);
  t.leech = shoal_session_add (gui_session_get_shoal (w->session), bytes, t.to, NULL,
                               SHOAL_ADD_NO_TRACKERS, &error);
  g_assert_no_error (error);
  at = g_strdup_printf ("127.0.0.1:%u", shoal_session_get_port (t.session));
  g_assert_true (shoal_torrent_add_peer (t.leech, at, &error));
  return t;
}

static void
transfer_clear (Transfer *t)
{
  g_object_unref (t->leech);
  g_object_unref (t->seed);
  g_object_unref (t->session);
  files_remove (t->from);
  files_remove (t->to);
}

static GtkWidget *
find_kind (GtkWidget *widget, GType type, const char *label)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type)
      && (label == NULL || g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_kind (child, type, label);
  return found;
}

/* How far back the graph goes is the person's choice, and is said. */
static void
look_back (World *w)
{
  static const struct
  {
    const char *button;
    const char *says;
  } spans[] = { { "1 h", "The last 1 h 0 min." },
                { "24 h", "The last 1 day." },
                { "1 min", "The last 1 min." } };
  GtkWidget *details = GTK_WIDGET (w->details);
  GtkWidget *graph = find_kind (details, GUI_TYPE_SPEED_GRAPH, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      GtkWidget *button = find_kind (details, GTK_TYPE_TOGGLE_BUTTON, spans[i].button);

      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
      g_assert_true (
          g_str_has_prefix (gui_speed_graph_get_text (GUI_SPEED_GRAPH (graph)), spans[i].says));
    }
}

static void
test_transfer (void)
{
  World w = world_new ();
  Transfer t = transfer_new (&w);
  g_autofree char *port = g_strdup_printf (":%u", shoal_session_get_port (t.session));

  gui_details_set_torrent (w.details, t.leech);
  show_tab (&w, "peers");
  wait_until_says (&w, "1 peer");
  wait_until_says (&w, port);
  wait_until_says (&w, "Shoal");
  show_tab (&w, "overview");
  wait_until_says (&w, "1.00 copies at the peers; 1 peer has each");
  look_back (&w);
  wait_until_says (&w, "/i>"); /* of the comment, as it was written */
  shoal_torrent_set_limits (t.seed, 0, 0);
  wait_until_says (&w, "8 of 8 pieces are here");
  show_tab (&w, "trackers");
  wait_until_says (&w, "No Tracker Is Asked");
  g_assert_true (shoal_torrent_add_tracker (t.leech, "http://127.0.0.1:9/announce", 0, NULL));
  wait_until_says (&w, "Failed");
  show_tab (&w, "log");
  wait_until_says (&w, "127.0.0.1:9"); /* that the tracker failed is written down */
  show_tab (&w, "trackers");
  shoal_torrent_pause (t.leech);
  wait_until_says (&w, "Waits for its turn"); /* it is still there to be taken away */
  transfer_clear (&t);
  world_clear (&w);
}

/* --- what has happened --- */

static GListModel *
shown_list (GtkWidget *widget)
{
  GListModel *found = NULL;

  if (GTK_IS_LIST_VIEW (widget) && gtk_widget_get_mapped (widget))
    return G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = shown_list (child);
  return found;
}

/* The last two hundred events, the newest first. */
static void
test_log (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "busy", NULL);
  g_autoptr (ShoalLogEntry) newest = NULL;
  GListModel *log;

  for (guint i = 0; i < 150; i++)
    {
      shoal_torrent_pause (torrent);
      shoal_torrent_resume (torrent);
    }
  shoal_torrent_pause (torrent);
  gui_details_set_torrent (w.details, torrent);
  show_tab (&w, "log");
  wait_until_says (&w, "Paused");
  log = shown_list (GTK_WIDGET (w.details));
  g_assert_cmpuint (g_list_model_get_n_items (log), ==, 200);
  newest = g_list_model_get_item (log, 0);
  g_assert_cmpstr (shoal_log_entry_get_text (newest), ==, "Paused");
  world_clear (&w);
}

/* --- what it says --- */

static void
test_hostile (void)
{
  static const char *const tabs[] = { "overview", "files", "peers", "trackers", "log" };
  World w = world_new ();
  g_autofree char *long_name = g_strnfill (200, 'x');
  const char *names[] = { HOSTILE, long_name, "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (ShoalTorrent) torrent = add (&w, names[i], "http://127.0.0.1:9/<i>announce</i>");
      g_autoptr (GError) error = NULL;

      gui_details_set_torrent (w.details, torrent);
      for (gsize j = 0; j < G_N_ELEMENTS (tabs); j++)
        {
          show_tab (&w, tabs[j]);
          while (g_main_context_iteration (NULL, FALSE))
            ;
        }
      g_assert_false (shoal_torrent_add_tracker (torrent, "gopher://<b>", 0, &error));
    }
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/details/selection", test_selection);
  g_test_add_func ("/details/remembered", test_remembered);
  g_test_add_func ("/details/only-while-shown", test_only_while_shown);
  g_test_add_func ("/details/files-are-let-go", test_files_are_let_go);
  g_test_add_func ("/details/transfer", test_transfer);
  g_test_add_func ("/details/log", test_log);
  g_test_add_func ("/details/hostile", test_hostile);
  return g_test_run ();
}
