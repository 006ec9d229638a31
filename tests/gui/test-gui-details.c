/* test-gui-details.c: the details of torrents of a real session: what they say, whom they look at,
 * and that no stranger's text is more than text. */
#include <adwaita.h>

#include "gtk-client/details/gui-details.h"
#include "gtk-client/text/gui-text.h"
#include "tests/gui/gui-profile.h"
#include "tests/gui/gui-torrents.h"

/* Markup, marks that turn the direction, control characters, bytes that are no UTF-8. */
#define HOSTILE                                                                                    \
  "<b>x</b>&amp;\xe2\x80\xae"                                                                      \
  "gnp.exe\n\x01\xff%s%n"

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

/* Whether a label that is shown below @widget has that text. */
static gboolean
says (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
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

/* --- what it says --- */

static void
test_hostile (void)
{
  static const char *const tabs[] = { "overview", "files", "peers", "trackers" };
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
  g_test_add_func ("/details/only-while-shown", test_only_while_shown);
  g_test_add_func ("/details/files-are-let-go", test_files_are_let_go);
  g_test_add_func ("/details/hostile", test_hostile);
  return g_test_run ();
}
