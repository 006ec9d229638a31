/* test-shoal-choice.c: a torrent that waits for a choice, and trackers that are merged. */
#include <string.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define PIECE 16384
#define TRACKER "http://127.0.0.1:9/announce"

typedef struct
{
  char *folder; /* with the file */
  char *other;  /* without */
  ShoalSession *session;
  GBytes *bytes;
} World;

static World
world_new (void)
{
  World w = { .folder = files_folder (), .other = files_folder () };
  g_autofree char *content = g_build_filename (w.folder, "a", NULL);
  GError *error = NULL;
  BtMetainfo *metainfo;

  files_write (w.folder, "a/file", 3 * PIECE + 1, 'a');
  files_write (w.folder, "a/second", PIECE, 'b');
  metainfo = files_torrent (content, BT_FORMAT_V1, PIECE, 1);
  w.bytes = g_bytes_ref (bt_metainfo_bytes (metainfo));
  bt_metainfo_unref (metainfo);
  w.session = shoal_session_new ("127.0.0.1:0", TRUE, &error);
  g_assert_no_error (error);
  return w;
}

static void
world_clear (World *w)
{
  g_object_unref (w->session);
  g_bytes_unref (w->bytes);
  files_remove (w->folder);
  files_remove (w->other);
}

static ShoalTorrent *
add (World *w, const char *folder, ShoalAddFlags flags)
{
  GError *error = NULL;
  ShoalTorrent *torrent = shoal_session_add (w->session, w->bytes, folder, NULL,
                                             flags | SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  return torrent;
}

static void
wait_for (ShoalTorrent *torrent, ShoalTorrentState state)
{
  while (shoal_torrent_get_state (torrent) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
note (guint *n)
{
  ++*n;
}

/* Nothing happens before the choice; then it is where it was told to be. */
static void
test_waits (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, w.other, SHOAL_ADD_CHOOSE);
  guint n_told = 0;

  g_signal_connect_swapped (torrent, "notify::chosen", G_CALLBACK (note), &n_told);
  wait_for (torrent, SHOAL_TORRENT_STATE_METADATA);
  g_assert_false (shoal_torrent_get_chosen (torrent));
  g_assert_cmpuint (shoal_torrent_get_total (torrent), ==, 4 * PIECE + 1);
  shoal_torrent_choose_in (torrent, w.folder, NULL);
  g_assert_true (shoal_torrent_get_chosen (torrent));
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_cmpstr (shoal_torrent_get_folder (torrent), ==, w.folder);
  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  shoal_torrent_choose_in (torrent, w.other, NULL); /* too late */
  g_assert_cmpstr (shoal_torrent_get_folder (torrent), ==, w.folder);
  world_clear (&w);
}

static void
test_files (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, w.folder, SHOAL_ADD_CHOOSE);
  g_autoptr (GListModel) files = shoal_torrent_dup_files (torrent);
  g_autoptr (ShoalFile) second = g_list_model_get_item (files, 1);
  g_autoptr (GBytes) all = shoal_torrent_dup_priorities (torrent);
  g_autoptr (GBytes) first = g_bytes_new_static ("\4\0", 2);
  g_autoptr (GBytes) done = NULL;
  guint n_told = 0;

  g_assert_cmpmem (g_bytes_get_data (all, NULL), g_bytes_get_size (all), "\4\4", 2);
  g_assert_null (shoal_torrent_dup_files_done (torrent));
  g_signal_connect_swapped (second, "notify::priority", G_CALLBACK (note), &n_told);
  shoal_torrent_choose (torrent, first);
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_cmpuint (shoal_file_get_priority (second), ==, 0);
  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  while (done == NULL || ((const guint64 *) g_bytes_get_data (done, NULL))[0] == 0)
    {
      g_main_context_iteration (NULL, TRUE);
      g_clear_pointer (&done, g_bytes_unref);
      done = shoal_torrent_dup_files_done (torrent);
    }
  g_assert_cmpuint (g_bytes_get_size (done), ==, 2 * sizeof (guint64));
  g_assert_cmpuint (((const guint64 *) g_bytes_get_data (done, NULL))[0], ==, 3 * PIECE + 1);
  world_clear (&w);
}

/* What is paused before the choice verifies what is there, and goes no further. */
static void
test_paused (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, w.other, SHOAL_ADD_CHOOSE);

  shoal_torrent_pause (torrent);
  shoal_torrent_set_sequential (torrent, TRUE);
  shoal_torrent_choose (torrent, NULL);
  wait_for (torrent, SHOAL_TORRENT_STATE_DOWNLOADING);
  g_assert_true (shoal_torrent_get_paused (torrent));
  g_assert_true (shoal_torrent_get_sequential (torrent));
  world_clear (&w);
}

static void
test_removed (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, w.folder, SHOAL_ADD_CHOOSE);
  g_autofree char *file = g_build_filename (w.folder, "a", "file", NULL);

  shoal_torrent_remove (torrent);
  wait_for (torrent, SHOAL_TORRENT_STATE_REMOVED);
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
  world_clear (&w);
}

/* One that is never chosen ends with its session. */
static void
test_ends_with_session (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, w.other, SHOAL_ADD_CHOOSE);

  world_clear (&w);
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, SHOAL_TORRENT_STATE_REMOVED);
}

static char *
list_of (ShoalTorrent *torrent)
{
  g_auto (GStrv) list = shoal_torrent_dup_announce_list (torrent);

  return g_strjoinv ("|", list);
}

static void
test_magnet (void)
{
  static const char hash[] = "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567";
  World w = world_new ();
  g_autofree char *uri = g_strconcat (hash, "&tr=http://a.example/x&tr=http://b.example/x", NULL);
  g_autofree char *more = g_strconcat (hash, "&tr=http://b.example/x&tr=udp://127.0.0.1:9", NULL);
  GError *error = NULL;
  g_autoptr (ShoalTorrent) torrent = shoal_session_add_magnet (
      w.session, uri, w.other, SHOAL_ADD_CHOOSE | SHOAL_ADD_NO_TRACKERS, &error);
  g_autofree char *before = list_of (torrent);
  g_autofree char *after = NULL;

  g_assert_false (shoal_torrent_get_chosen (torrent));
  g_assert_null (shoal_torrent_dup_priorities (torrent));
  g_assert_cmpstr (before, ==, "http://a.example/x||http://b.example/x");
  shoal_torrent_pause (torrent); /* nobody is asked */
  g_assert_cmpuint (shoal_torrent_merge_magnet (torrent, more), ==, 1);
  g_assert_cmpuint (shoal_torrent_merge_magnet (torrent, more), ==, 0);
  g_assert_cmpuint (shoal_torrent_merge_magnet (torrent, "magnet:?"), ==, 0);
  shoal_torrent_remove_tracker (torrent, "http://a.example/x");
  after = list_of (torrent);
  g_assert_cmpstr (after, ==, "http://b.example/x|udp://127.0.0.1:9");
  world_clear (&w);
}

/* The torrent of a world, with a tracker. */
static GBytes *
bytes_with_tracker (const World *w)
{
  GString *bytes = g_string_new ("d8:announce");

  g_string_append_printf (bytes, "%zu:%s", strlen (TRACKER), TRACKER);
  g_string_append_len (bytes, (const char *) g_bytes_get_data (w->bytes, NULL) + 1,
                       (gssize) g_bytes_get_size (w->bytes) - 1);
  return g_string_free_to_bytes (bytes);
}

/* The URLs of the trackers as they are shown, once there are so many of which the first is @first.
 */
static void
wait_for_first (GListModel *trackers, guint n, const char *first)
{
  gboolean is_first = FALSE;

  while (!is_first)
    {
      g_autoptr (ShoalTorrentTracker) tracker = NULL;

      g_main_context_iteration (NULL, TRUE);
      tracker = g_list_model_get_item (trackers, 0);
      is_first = g_list_model_get_n_items (trackers) == n
                 && g_str_equal (shoal_torrent_tracker_get_url (tracker), first);
    }
}

static void
test_tiers (void)
{
  static const char *const others[] = { "http://b.example/x", "http://c.example/x" };
  World w = world_new ();
  g_autoptr (GBytes) bytes = bytes_with_tracker (&w);
  GError *error = NULL;
  g_autoptr (ShoalTorrent) torrent
      = shoal_session_add (w.session, bytes, w.folder, NULL, SHOAL_ADD_NONE, &error);
  g_autoptr (GListModel) trackers = shoal_torrent_dup_trackers (torrent);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  shoal_torrent_pause (torrent); /* nobody is asked */
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_true (shoal_torrent_add_tracker (torrent, others[i], i + 1, &error));
  before = list_of (torrent);
  g_assert_cmpstr (before, ==, TRACKER "||http://b.example/x||http://c.example/x");
  wait_for_first (trackers, 3, TRACKER);
  g_assert_true (shoal_torrent_add_tracker (torrent, TRACKER, 2, &error));
  after = list_of (torrent);
  g_assert_cmpstr (after, ==, "http://b.example/x||http://c.example/x|" TRACKER);
  wait_for_first (trackers, 3, others[0]);
  world_clear (&w);
}

static void
test_merge_torrent (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, w.folder, SHOAL_ADD_CHOOSE);
  g_autoptr (GBytes) none = g_bytes_new_static ("x", 1);
  g_autofree char *list = NULL;
  g_autoptr (GBytes) with_tracker = bytes_with_tracker (&w);

  g_assert_cmpuint (shoal_torrent_merge_torrent (torrent, none), ==, 0);
  g_assert_cmpuint (shoal_torrent_merge_torrent (torrent, with_tracker), ==, 1);
  g_assert_cmpuint (shoal_torrent_merge_torrent (torrent, with_tracker), ==, 0);
  list = list_of (torrent);
  g_assert_cmpstr (list, ==, TRACKER);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/choice/waits", test_waits);
  g_test_add_func ("/choice/files", test_files);
  g_test_add_func ("/choice/paused", test_paused);
  g_test_add_func ("/choice/removed", test_removed);
  g_test_add_func ("/choice/ends-with-session", test_ends_with_session);
  g_test_add_func ("/choice/magnet", test_magnet);
  g_test_add_func ("/choice/tiers", test_tiers);
  g_test_add_func ("/choice/merge-torrent", test_merge_torrent);
  return g_test_run ();
}
