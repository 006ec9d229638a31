/* test-gui-checks.c: what a person hears of verifications that were asked for: with a real session
 * and files that are not what their torrents say. */
#include "gtk-client/model/gui-checks.h"

#include "tests/gui/gui-profile.h"
#include "tests/gui/gui-torrents.h"

/* Within a sentence, whichever way it is written. */
#define NAME(name) "\u2068" name "\u2069"

typedef struct
{
  GuiSession *session;
  GuiChecks *checks;
  GPtrArray *torrents; /* that are asked together */
  GPtrArray *told;     /* of char * */
} Fixture;

static void
keep_words (GuiChecks *checks, const char *words, Fixture *fixture)
{
  g_ptr_array_add (fixture->told, g_strdup (words));
}

static void
setup (Fixture *fixture, const void *data)
{
  fixture->session = gui_profile_open ();
  fixture->checks = gui_checks_new ();
  fixture->torrents = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->told = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (fixture->checks, "told", G_CALLBACK (keep_words), fixture);
}

static void
teardown (Fixture *fixture, const void *data)
{
  g_clear_object (&fixture->checks);
  g_clear_pointer (&fixture->torrents, g_ptr_array_unref);
  g_clear_pointer (&fixture->told, g_ptr_array_unref);
  g_clear_object (&fixture->session);
}

/* Nothing of its 3 KiB is there; it is downloaded once its first verification has ended. */
static ShoalTorrent *
add (Fixture *fixture, const char *name)
{
  static const GuiTestFile file = { "file", 3072 };
  g_autoptr (GBytes) bytes = gui_torrents_make (name, &file, 1, NULL);
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "checks", NULL);
  g_autoptr (GError) error = NULL;
  ShoalTorrent *torrent;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  torrent = shoal_session_add (gui_session_get_shoal (fixture->session), bytes, folder, NULL,
                               SHOAL_ADD_NO_TRACKERS, &error);
  g_assert_no_error (error);
  g_ptr_array_add (fixture->torrents, torrent);
  while (shoal_torrent_get_state (torrent) != SHOAL_TORRENT_STATE_DOWNLOADING)
    g_main_context_iteration (NULL, TRUE);
  return torrent;
}

static void
wait_for_words (Fixture *fixture, const char *words)
{
  while (fixture->told->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->told->len, ==, 1);
  g_assert_cmpstr (fixture->told->pdata[0], ==, words);
  g_ptr_array_set_size (fixture->told, 0);
}

static void
test_one (Fixture *fixture, const void *data)
{
  add (fixture, "one");
  g_assert_cmpuint (fixture->told->len, ==, 0); /* nobody has asked for the first verification */
  for (guint i = 0; i < 2; i++)
    {
      gui_checks_ask (fixture->checks, fixture->torrents, shoal_torrent_verify);
      wait_for_words (fixture,
                      "“" NAME ("one") "”: 0 % is here and right, 3.0\u00a0KiB are missing");
    }
}

static void
test_several (Fixture *fixture, const void *data)
{
  add (fixture, "one");
  add (fixture, "another");
  gui_checks_ask (fixture->checks, fixture->torrents, shoal_torrent_verify);
  wait_for_words (fixture, "2 torrents are checked: 6.0\u00a0KiB are missing in all");
}

static void
skip_file (ShoalTorrent *torrent)
{
  g_autoptr (GListModel) files = shoal_torrent_dup_files (torrent);
  g_autoptr (ShoalFile) file = g_list_model_get_item (files, 0);

  shoal_file_set_priority (file, 0);
}

static void
test_wanted (Fixture *fixture, const void *data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%u", i);
      ShoalTorrent *torrent = add (fixture, name);

      skip_file (torrent);
      while (shoal_torrent_get_wanted_left (torrent) > 0)
        g_main_context_iteration (NULL, TRUE);
    }
  gui_checks_ask (fixture->checks, fixture->torrents, shoal_torrent_verify);
  wait_for_words (fixture, "2 torrents are checked: everything that is wanted is here and right");
  g_ptr_array_set_size (fixture->torrents, 1);
  gui_checks_ask (fixture->checks, fixture->torrents, shoal_torrent_verify);
  wait_for_words (fixture, "Everything that is wanted of “" NAME ("n0") "” is here and right");
}

/* It is not waited for, and nothing is said of it. */
static void
test_removed (Fixture *fixture, const void *data)
{
  ShoalTorrent *gone = add (fixture, "gone");

  add (fixture, "stays");
  gui_checks_ask (fixture->checks, fixture->torrents, shoal_torrent_verify);
  shoal_torrent_remove (gone);
  while (fixture->told->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->told->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/checks/one", Fixture, NULL, setup, test_one, teardown);
  g_test_add ("/checks/several", Fixture, NULL, setup, test_several, teardown);
  g_test_add ("/checks/wanted", Fixture, NULL, setup, test_wanted, teardown);
  g_test_add ("/checks/removed", Fixture, NULL, setup, test_removed, teardown);
  return g_test_run ();
}
