/* test-gui-removals.c: what becomes of torrents that are removed, and of their files: with a real
 * session, real files and the trash of their file system. */
#include "gtk-client/model/gui-session.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "tests/gui/gui-profile.h"
#include "tests/gui/gui-torrents.h"

typedef struct
{
  GuiSession *session;
  char *folder;
  gboolean idle;
} Fixture;

/* Below the data folder, so that the trash of the home is that of the files. */
static void
setup (Fixture *fixture, const void *data)
{
  g_autofree char *name = g_strdup_printf ("removals-%u", g_random_int ());

  fixture->session = gui_profile_open ();
  fixture->folder = g_build_filename (g_get_user_data_dir (), name, NULL);
  g_assert_cmpint (g_mkdir_with_parents (fixture->folder, 0700), ==, 0);
}

static void
teardown (Fixture *fixture, const void *data)
{
  g_clear_object (&fixture->session);
  g_clear_pointer (&fixture->folder, g_free);
}

static char *
write_file (Fixture *fixture, const char *path)
{
  char *full = g_build_filename (fixture->folder, path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (full, "x", 1, NULL));
  return full;
}

static gboolean
exists (Fixture *fixture, const char *path)
{
  g_autofree char *full = g_build_filename (fixture->folder, path, NULL);

  return g_file_test (full, G_FILE_TEST_EXISTS);
}

static gboolean
is_in_trash (const char *name)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "Trash", "files", name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A torrent of two files in folders, both of which are there. */
static ShoalTorrent *
add_folder (Fixture *fixture, const char *name)
{
  static const GuiTestFile files[] = { { "a/one", 1 }, { "two", 1 } };
  g_autoptr (GBytes) bytes = gui_torrents_make (name, files, G_N_ELEMENTS (files), NULL);
  g_autoptr (GError) error = NULL;
  ShoalTorrent *torrent;

  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (name, files[i].path, NULL);
      g_autofree char *full = write_file (fixture, path);

      g_assert_nonnull (full);
    }
  torrent = shoal_session_add (gui_session_get_shoal (fixture->session), bytes, fixture->folder,
                               NULL, SHOAL_ADD_NO_TRACKERS, &error);
  g_assert_no_error (error);
  return torrent;
}

static void
remove_one (Fixture *fixture, ShoalTorrent *torrent, GuiRemove how)
{
  g_autoptr (GPtrArray) torrents = g_ptr_array_new ();

  g_ptr_array_add (torrents, torrent);
  gui_session_remove (fixture->session, torrents, how);
}

static void
on_closed (GObject *source, GAsyncResult *result, void *data)
{
  Fixture *fixture = data;

  gui_session_close_finish (fixture->session, result);
  fixture->idle = TRUE;
}

static void
carry_out (Fixture *fixture)
{
  fixture->idle = FALSE;
  gui_session_close_async (fixture->session, on_closed, fixture);
  while (!fixture->idle)
    g_main_context_iteration (NULL, TRUE);
}

static guint
n_shown (Fixture *fixture)
{
  return g_list_model_get_n_items (gui_session_get_torrents (fixture->session));
}

static void
test_undo (Fixture *fixture, const void *data)
{
  g_autoptr (ShoalTorrent) torrent = add_folder (fixture, "undone");

  remove_one (fixture, torrent, GUI_REMOVE_TRASH);
  g_assert_cmpuint (n_shown (fixture), ==, 0);
  g_assert_false (shoal_torrent_get_paused (torrent)); /* a crash now would leave it as it was */
  g_assert_true (gui_undo_take_back (gui_session_get_undo (fixture->session)));
  g_assert_cmpuint (n_shown (fixture), ==, 1);
  g_assert_false (gui_undo_take_back (gui_session_get_undo (fixture->session)));
  carry_out (fixture);
  g_assert_true (exists (fixture, "undone/a/one"));
  g_assert_cmpint (shoal_torrent_get_state (torrent), !=, SHOAL_TORRENT_STATE_REMOVED);
}

static void
keep_words (GuiUndo *undo, const char *words, char **told)
{
  g_free (*told);
  *told = g_strdup (words);
}

/* One offer is for all that can be taken back. */
static void
test_undo_all (Fixture *fixture, const void *data)
{
  g_autoptr (ShoalTorrent) first = add_folder (fixture, "first");
  g_autoptr (ShoalTorrent) second = add_folder (fixture, "second");
  GuiUndo *undo = gui_session_get_undo (fixture->session);
  g_autofree char *told = NULL;

  g_signal_connect (undo, "offered", G_CALLBACK (keep_words), &told);
  remove_one (fixture, first, GUI_REMOVE_TRASH);
  g_assert_cmpstr (told, ==, "1 torrent removed");
  remove_one (fixture, second, GUI_REMOVE_KEEP);
  g_assert_cmpstr (told, ==, "2 torrents removed");
  remove_one (fixture, second, GUI_REMOVE_KEEP); /* is on its way already */
  g_assert_cmpstr (told, ==, "2 torrents removed");
  g_assert_true (gui_undo_take_back (undo));
  g_assert_cmpuint (n_shown (fixture), ==, 2);
  g_assert_false (gui_undo_take_back (undo));
  carry_out (fixture);
  g_assert_true (exists (fixture, "first/a/one"));
}

/* What is offered, to be counted. */
typedef struct
{
  GString *log;
  char mark;
} Mark;

static gboolean
take_mark_back (void *data)
{
  const Mark *mark = data;

  g_string_append_c (mark->log, mark->mark);
  return TRUE;
}

static void
end_mark (void *data)
{
  const Mark *mark = data;

  g_string_append_c (mark->log, '.');
}

/* The last first; each ends once, also those for which there is no room. */
static void
test_undo_order (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  Mark marks[GUI_UNDO_MAX + 1];
  GuiUndo *undo = gui_undo_new ();

  for (guint i = 0; i <= GUI_UNDO_MAX; i++)
    {
      marks[i] = (Mark){ log, (char) ('a' + i) };
      gui_undo_offer (undo, "done", take_mark_back, &marks[i], end_mark);
    }
  g_assert_cmpstr (log->str, ==, ".");
  g_assert_true (gui_undo_take_back (undo));
  gui_undo_offer (undo, "done", take_mark_back, &marks[3],
                  end_mark); /* again: now it is the last */
  g_assert_true (gui_undo_take_back (undo));
  g_assert_true (gui_undo_take_back (undo));
  g_assert_cmpstr (log->str, ==, ".u..d.t.");
  g_object_unref (undo);
  g_assert_cmpuint (log->len, ==, 8 + GUI_UNDO_MAX + 1 - 4);
}

static void
test_keep (Fixture *fixture, const void *data)
{
  g_autoptr (ShoalTorrent) torrent = add_folder (fixture, "kept");

  remove_one (fixture, torrent, GUI_REMOVE_KEEP);
  carry_out (fixture);
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, SHOAL_TORRENT_STATE_REMOVED);
  g_assert_true (exists (fixture, "kept/a/one"));
  g_assert_true (exists (fixture, "kept/two"));
}

static void
test_trash (Fixture *fixture, const void *data)
{
  g_autoptr (ShoalTorrent) torrent = add_folder (fixture, "thrown-away");

  remove_one (fixture, torrent, GUI_REMOVE_TRASH);
  carry_out (fixture);
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, SHOAL_TORRENT_STATE_REMOVED);
  g_assert_false (exists (fixture, "thrown-away"));
  g_assert_true (is_in_trash ("thrown-away")); /* as one, as the person knows it */
  g_assert_true (is_in_trash ("thrown-away/a/one"));
}

/* What somebody else has put into the folder, or what a link points to, is not the torrent's. */
static void
test_trash_leaves_others (Fixture *fixture, const void *data)
{
  g_autoptr (ShoalTorrent) torrent = add_folder (fixture, "shared");
  g_autofree char *notes = write_file (fixture, "shared/a/notes");
  g_autofree char *outside = write_file (fixture, "outside/precious");
  g_autofree char *target = g_path_get_dirname (outside);
  g_autofree char *link = g_build_filename (fixture->folder, "shared", "link", NULL);

  g_assert_cmpint (symlink (target, link), ==, 0);
  remove_one (fixture, torrent, GUI_REMOVE_TRASH);
  carry_out (fixture);
  g_assert_false (exists (fixture, "shared/a/one"));
  g_assert_false (exists (fixture, "shared/two"));
  g_assert_true (exists (fixture, "shared/a/notes"));
  g_assert_true (exists (fixture, "outside/precious"));
  g_assert_true (is_in_trash ("one"));
}

static void
test_delete (Fixture *fixture, const void *data)
{
  g_autoptr (ShoalTorrent) torrent = add_folder (fixture, "deleted");

  remove_one (fixture, torrent, GUI_REMOVE_DELETE);
  carry_out (fixture);
  g_assert_false (exists (fixture, "deleted/two"));
  g_assert_false (is_in_trash ("deleted"));
}

/* A magnet without metadata has no files at all. */
static void
test_magnet (Fixture *fixture, const void *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalTorrent) torrent
      = shoal_session_add_magnet (gui_session_get_shoal (fixture->session),
                                  "magnet:?xt=urn:btih:0123456789012345678901234567890123456789",
                                  fixture->folder, SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  remove_one (fixture, torrent, GUI_REMOVE_TRASH);
  carry_out (fixture);
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, SHOAL_TORRENT_STATE_REMOVED);
}

/* What waits to be chosen is nobody's row yet. */
static void
test_unchosen (Fixture *fixture, const void *data)
{
  static const GuiTestFile file = { "one", 1 };
  g_autoptr (GBytes) bytes = gui_torrents_make ("unchosen", &file, 1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalTorrent) torrent
      = shoal_session_add (gui_session_get_shoal (fixture->session), bytes, fixture->folder, NULL,
                           SHOAL_ADD_NO_TRACKERS | SHOAL_ADD_CHOOSE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_shown (fixture), ==, 0);
  shoal_torrent_choose (torrent, NULL);
  g_assert_cmpuint (n_shown (fixture), ==, 1);
}

static void
test_profile_names (void)
{
  g_assert_true (gui_session_is_profile ("work-2_a"));
  g_assert_false (gui_session_is_profile (""));
  g_assert_false (gui_session_is_profile ("default"));
  g_assert_false (gui_session_is_profile ("../other"));
  g_assert_false (gui_session_is_profile ("a b"));
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, setup, test, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/removals/undo", test_undo);
  ADD ("/removals/undo-all", test_undo_all);
  g_test_add_func ("/removals/undo-order", test_undo_order);
  ADD ("/removals/keep", test_keep);
  ADD ("/removals/trash", test_trash);
  ADD ("/removals/trash-leaves-others", test_trash_leaves_others);
  ADD ("/removals/delete", test_delete);
  ADD ("/removals/magnet", test_magnet);
  ADD ("/removals/unchosen", test_unchosen);
  g_test_add_func ("/removals/profile-names", test_profile_names);
  return g_test_run ();
}
