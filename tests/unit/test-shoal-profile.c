/* test-shoal-profile.c: what a session with a profile remembers. */
#include <string.h>

#include <glib/gstdio.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define PIECE 16384
#define TRACKER "http://127.0.0.1:1/announce"
#define MAGNET "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=found&xl=1000"

typedef struct
{
  char *folder;
  char *profile;
  ShoalSession *session;
  GString *said; /* "at-removed+added" of each change of the list, and "loaded" */
} World;

static void
on_items (GListModel *list, guint at, guint removed, guint added, GString *said)
{
  g_string_append_printf (said, "%u-%u+%u ", at, removed, added);
}

static void
on_loaded (ShoalSession *session, GParamSpec *property, GString *said)
{
  g_string_append (said, "loaded ");
}

static void
on_warning (ShoalSession *session, const char *message)
{
  g_error ("%s", message);
}

static void
start (World *w)
{
  GError *error = NULL;

  g_string_truncate (w->said, 0);
  w->session = shoal_session_open (w->profile, "127.0.0.1:0", TRUE, &error);
  g_assert_no_error (error);
  g_signal_connect (w->session, "items-changed", G_CALLBACK (on_items), w->said);
  g_signal_connect (w->session, "warning", G_CALLBACK (on_warning), NULL);
  g_signal_connect (w->session, "notify::loaded", G_CALLBACK (on_loaded), w->said);
}

static World
world_new (void)
{
  World w = { .folder = files_folder (), .said = g_string_new (NULL) };

  w.profile = g_build_filename (w.folder, "state", "profile", NULL);
  start (&w);
  return w;
}

static void
restart (World *w)
{
  g_object_unref (w->session);
  start (w);
}

static void
world_clear (World *w)
{
  g_object_unref (w->session);
  g_string_free (w->said, TRUE);
  g_free (w->profile);
  files_remove (w->folder);
}

static guint
count (World *w)
{
  return g_list_model_get_n_items (G_LIST_MODEL (w->session));
}

/* (transfer full) */
static ShoalTorrent *
item (World *w, guint at)
{
  return g_list_model_get_item (G_LIST_MODEL (w->session), at);
}

static void
wait_loaded (World *w)
{
  while (!shoal_session_get_loaded (w->session))
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for (ShoalTorrent *torrent, ShoalTorrentState state)
{
  while (shoal_torrent_get_state (torrent) != state)
    g_main_context_iteration (NULL, TRUE);
}

/* The bytes of a torrent of one folder with two files, whose content is there. (transfer full) */
static GBytes *
make (World *w, const char *name)
{
  g_autofree char *first = g_strconcat (name, "/a", NULL);
  g_autofree char *second = g_strconcat (name, "/b", NULL);
  g_autofree char *content = g_build_filename (w->folder, name, NULL);
  BtMetainfo *metainfo;
  GBytes *bytes;

  files_write (w->folder, first, 3 * PIECE, name[0]);
  files_write (w->folder, second, 2 * PIECE, name[0] + 1);
  metainfo = files_torrent (content, BT_FORMAT_HYBRID, PIECE, 1);
  bytes = g_bytes_ref (bt_metainfo_bytes (metainfo));
  bt_metainfo_unref (metainfo);
  return bytes;
}

static ShoalTorrent *
add (World *w, const char *name)
{
  g_autoptr (GBytes) bytes = make (w, name);
  GError *error = NULL;
  ShoalTorrent *torrent
      = shoal_session_add (w->session, bytes, w->folder, NULL, SHOAL_ADD_NONE, &error);

  g_assert_no_error (error);
  return torrent;
}

/* --- one process --- */

static void
test_in_use (void)
{
  World w = world_new ();
  GError *error = NULL;

  g_assert_cmpstr (shoal_session_get_profile (w.session), ==, w.profile);
  g_assert_null (shoal_session_open (w.profile, "127.0.0.1:0", TRUE, &error));
  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_IN_USE);
  g_clear_error (&error);
  world_clear (&w);
}

/* --- the list --- */

/* In one change, and then it is loaded. */
static void
test_list (void)
{
  World w = world_new ();

  wait_loaded (&w);
  g_assert_cmpstr (w.said->str, ==, "loaded ");
  g_object_unref (add (&w, "c"));
  g_object_unref (add (&w, "a"));
  g_object_unref (add (&w, "b"));
  restart (&w);
  g_assert_cmpuint (count (&w), ==, 0);
  wait_loaded (&w);
  g_assert_cmpstr (w.said->str, ==, "0-0+3 loaded ");
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (ShoalTorrent) torrent = item (&w, i);
      const char name[] = { "cab"[i], '\0' };

      g_assert_cmpstr (shoal_torrent_get_name (torrent), ==, name);
    }
  world_clear (&w);
}

/* Who adds one, or looks for one, needs the others first. */
static void
test_before_loaded (void)
{
  World w = world_new ();
  g_autoptr (GBytes) bytes = make (&w, "a");
  GError *error = NULL;

  g_object_unref (add (&w, "a"));
  restart (&w);
  g_assert_null (
      shoal_session_add (w.session, bytes, w.folder, NULL, SHOAL_ADD_NO_TRACKERS, &error));
  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (shoal_session_get_loaded (w.session));
  g_assert_cmpuint (count (&w), ==, 1);
  world_clear (&w);
}

static void
test_removed (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  g_autoptr (ShoalTorrent) paused = add (&w, "b");

  shoal_torrent_pause (paused);
  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  restart (&w);
  wait_loaded (&w);
  g_clear_object (&torrent);
  g_clear_object (&paused);
  g_assert_cmpuint (count (&w), ==, 2);
  torrent = item (&w, 0);
  paused = item (&w, 1);
  shoal_torrent_remove (torrent);
  shoal_torrent_remove (paused);
  wait_for (torrent, SHOAL_TORRENT_STATE_REMOVED);
  wait_for (paused, SHOAL_TORRENT_STATE_REMOVED);
  restart (&w);
  wait_loaded (&w);
  g_assert_cmpuint (count (&w), ==, 0);
  world_clear (&w);
}

/* --- what is kept of a torrent --- */

static void
test_wishes (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  g_autofree char *hash = g_strdup (shoal_torrent_get_info_hash (torrent));
  g_autofree char *hash_v2 = g_strdup (shoal_torrent_get_info_hash_v2 (torrent));
  g_autofree char *magnet = NULL;
  gint64 added = shoal_torrent_get_added (torrent);
  guint64 down, up;

  shoal_torrent_pause (torrent);
  shoal_torrent_set_sequential (torrent, TRUE);
  shoal_torrent_set_edges_first (torrent, TRUE);
  shoal_torrent_set_limits (torrent, 1000, 2000);
  g_assert_true (shoal_torrent_add_tracker (torrent, TRACKER, 3, NULL));
  g_assert_true (shoal_torrent_add_tracker (torrent, TRACKER "/2", 3, NULL));
  shoal_torrent_remove_tracker (torrent, TRACKER "/2");
  restart (&w);
  wait_loaded (&w);
  g_clear_object (&torrent);
  torrent = item (&w, 0);
  g_assert_true (shoal_torrent_get_paused (torrent));
  g_assert_true (shoal_torrent_get_sequential (torrent));
  g_assert_true (shoal_torrent_get_edges_first (torrent));
  shoal_torrent_get_limits (torrent, &down, &up);
  g_assert_cmpuint (down, ==, 1000);
  g_assert_cmpuint (up, ==, 2000);
  g_assert_cmpint (shoal_torrent_get_added (torrent), ==, added);
  g_assert_cmpstr (shoal_torrent_get_info_hash (torrent), ==, hash);
  g_assert_cmpstr (shoal_torrent_get_info_hash_v2 (torrent), ==, hash_v2);
  g_assert_cmpstr (shoal_torrent_get_folder (torrent), ==, w.folder);
  g_assert_cmpint (shoal_torrent_get_format (torrent), ==, SHOAL_FORMAT_HYBRID);
  g_assert_cmpuint (shoal_torrent_get_n_files (torrent), ==, 2);
  magnet = shoal_torrent_dup_magnet (torrent);
  g_assert_nonnull (strstr (magnet, "announce"));
  g_assert_null (strstr (magnet, "announce%2F2"));
  world_clear (&w);
}

static guint
priority_of (ShoalTorrent *torrent, guint at)
{
  g_autoptr (GListModel) files = shoal_torrent_dup_files (torrent);
  g_autoptr (ShoalFile) file = g_list_model_get_item (files, at);

  return shoal_file_get_priority (file);
}

static void
test_priorities (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  guint64 total;

  {
    g_autoptr (GListModel) files = shoal_torrent_dup_files (torrent);
    g_autoptr (ShoalFile) file = g_list_model_get_item (files, 1);

    shoal_file_set_priority (file, 0);
  }
  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  total = shoal_torrent_get_total (torrent);
  while (shoal_torrent_get_wanted (torrent) == total)
    g_main_context_iteration (NULL, TRUE);
  restart (&w);
  wait_loaded (&w);
  g_clear_object (&torrent);
  torrent = item (&w, 0);
  g_assert_cmpuint (shoal_torrent_get_wanted (torrent), ==, 3 * PIECE);
  g_assert_cmpuint (priority_of (torrent, 0), ==, 4);
  g_assert_cmpuint (priority_of (torrent, 1), ==, 0);
  world_clear (&w);
}

/* The row answers for it: nothing is read again, and it seeds at once. */
static void
test_seed (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  gint64 completed;

  g_assert_cmpint (shoal_torrent_get_completed_at (torrent), ==, 0);
  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  completed = shoal_torrent_get_completed_at (torrent);
  g_assert_cmpint (completed, >=, shoal_torrent_get_added (torrent));
  restart (&w);
  wait_loaded (&w);
  g_clear_object (&torrent);
  torrent = item (&w, 0);
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, SHOAL_TORRENT_STATE_SEEDING);
  g_assert_cmpuint (shoal_torrent_get_left (torrent), ==, 0);
  g_assert_cmpfloat (shoal_torrent_get_progress (torrent), ==, 1);
  g_assert_cmpint (shoal_torrent_get_completed_at (torrent), ==, completed);
  shoal_torrent_verify (torrent);
  while (shoal_torrent_get_hashed (torrent) == 0)
    g_main_context_iteration (NULL, TRUE);
  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  world_clear (&w);
}

/* Their disk may not be there: nothing is fetched again before somebody says so. */
static void
test_missing (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  g_autofree char *a = g_build_filename (w.folder, "a", NULL);
  g_autofree char *b = g_build_filename (w.folder, "b", NULL);

  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  g_clear_object (&w.session);
  g_assert_cmpint (g_rename (a, b), ==, 0);
  for (int i = 0; i < 2; i++)
    {
      start (&w);
      wait_loaded (&w);
      g_clear_object (&torrent);
      torrent = item (&w, 0);
      wait_for (torrent, SHOAL_TORRENT_STATE_FAULT);
      g_assert_error (shoal_torrent_get_error (torrent), SHOAL_ERROR, SHOAL_ERROR_NOT_FOUND);
      g_clear_object (&w.session);
    }
  g_assert_cmpint (g_rename (b, a), ==, 0);
  start (&w);
  wait_loaded (&w);
  g_clear_object (&torrent);
  torrent = item (&w, 0);
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, SHOAL_TORRENT_STATE_SEEDING);
  g_clear_object (&w.session);
  g_assert_cmpint (g_rename (a, b), ==, 0);
  start (&w);
  wait_loaded (&w);
  g_clear_object (&torrent);
  torrent = item (&w, 0);
  wait_for (torrent, SHOAL_TORRENT_STATE_FAULT);
  shoal_torrent_verify (torrent);
  wait_for (torrent, SHOAL_TORRENT_STATE_DOWNLOADING);
  world_clear (&w);
}

static void
test_magnet (void)
{
  World w = world_new ();
  GError *error = NULL;
  g_autoptr (ShoalTorrent) torrent
      = shoal_session_add_magnet (w.session, MAGNET, w.folder, SHOAL_ADD_NONE, &error);

  g_assert_no_error (error);
  restart (&w);
  wait_loaded (&w);
  g_clear_object (&torrent);
  torrent = item (&w, 0);
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, SHOAL_TORRENT_STATE_METADATA);
  g_assert_cmpstr (shoal_torrent_get_name (torrent), ==, "found");
  g_assert_cmpfloat (shoal_torrent_get_metadata_progress (torrent), <, 1);
  g_assert_null (shoal_torrent_get_torrent_file (torrent));
  g_assert_true (shoal_session_find_magnet (w.session, MAGNET) == torrent);
  world_clear (&w);
}

/* --- what is kept of the session --- */

static void
test_settings (void)
{
  World w = world_new ();
  guint64 down, up;

  shoal_session_set_limits (w.session, 5000, 6000);
  shoal_session_set_encryption (w.session, SHOAL_ENCRYPTION_REQUIRE);
  restart (&w);
  shoal_session_get_limits (w.session, &down, &up);
  g_assert_cmpuint (down, ==, 5000);
  g_assert_cmpuint (up, ==, 6000);
  g_assert_cmpint (shoal_session_get_encryption (w.session), ==, SHOAL_ENCRYPTION_REQUIRE);
  world_clear (&w);
}

static void
on_moved (GObject *session, GAsyncResult *result, void *data)
{
  GError *error = NULL;
  bool *over = data;

  g_assert_true (shoal_session_set_address_finish (SHOAL_SESSION (session), result, &error));
  g_assert_no_error (error);
  *over = true;
}

/* The session begins anew without an address. */
static void
reopen (World *w)
{
  GError *error = NULL;

  g_clear_object (&w->session);
  w->session = shoal_session_open (w->profile, NULL, TRUE, &error);
  g_assert_no_error (error);
}

static void
move_to (World *w, const char *address)
{
  bool over = false;

  shoal_session_set_address_async (w->session, address, NULL, on_moved, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* A port that somebody else has by then gives way, and is asked for the next time. */
static void
test_address (void)
{
  static const char *const others[] = { "lo:0", ":0" };
  World w = world_new ();
  g_autoptr (ShoalSession) thief = NULL;
  g_autofree char *address = NULL;
  guint port;

  move_to (&w, "127.0.0.1:0");
  port = shoal_session_get_port (w.session);
  address = g_strdup_printf ("127.0.0.1:%u", port);
  move_to (&w, address);
  reopen (&w);
  g_assert_cmpuint (shoal_session_get_port (w.session), ==, port);
  g_assert_cmpstr (shoal_session_get_address (w.session), ==, address);
  g_clear_object (&w.session);
  thief = shoal_session_new (address, TRUE, NULL);
  g_assert_nonnull (thief);
  reopen (&w);
  g_assert_cmpuint (shoal_session_get_port (w.session), !=, port);
  g_assert_cmpstr (shoal_session_get_address (w.session), ==, address);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      move_to (&w, others[i]);
      reopen (&w);
      g_assert_cmpstr (shoal_session_get_address (w.session), ==, others[i]);
    }
  world_clear (&w);
}

static void
on_flushed (GObject *session, GAsyncResult *result, void *data)
{
  GError *error = NULL;
  bool *done = data;

  g_assert_true (shoal_session_flush_finish (SHOAL_SESSION (session), result, &error));
  g_assert_no_error (error);
  *done = true;
}

/* What a flush has answered for, a copy of the database has. */
static void
test_flush (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  bool done = false;

  shoal_torrent_set_sequential (torrent, TRUE);
  shoal_session_flush_async (w.session, NULL, on_flushed, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  {
    static const char *const names[] = { "session.db", "session.db-wal" };
    g_autofree char *copy = g_build_filename (w.folder, "copy", NULL);
    g_autoptr (ShoalSession) other = NULL;
    g_autoptr (ShoalTorrent) kept = NULL;
    GError *error = NULL;

    g_assert_cmpint (g_mkdir (copy, 0700), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
      {
        g_autofree char *from = g_build_filename (w.profile, names[i], NULL);
        g_autofree char *to = g_build_filename (copy, names[i], NULL);
        g_autofree char *bytes = NULL;
        gsize len;

        g_assert_true (g_file_get_contents (from, &bytes, &len, NULL));
        g_assert_true (g_file_set_contents (to, bytes, (gssize) len, NULL));
      }
    other = shoal_session_open (copy, "127.0.0.1:0", TRUE, &error);
    g_assert_no_error (error);
    while (!shoal_session_get_loaded (other))
      g_main_context_iteration (NULL, TRUE);
    kept = g_list_model_get_item (G_LIST_MODEL (other), 0);
    g_assert_nonnull (kept);
    g_assert_true (shoal_torrent_get_sequential (kept));
  }
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/in-use", test_in_use);
  g_test_add_func ("/profile/list", test_list);
  g_test_add_func ("/profile/before-loaded", test_before_loaded);
  g_test_add_func ("/profile/removed", test_removed);
  g_test_add_func ("/profile/wishes", test_wishes);
  g_test_add_func ("/profile/priorities", test_priorities);
  g_test_add_func ("/profile/seed", test_seed);
  g_test_add_func ("/profile/missing", test_missing);
  g_test_add_func ("/profile/magnet", test_magnet);
  g_test_add_func ("/profile/settings", test_settings);
  g_test_add_func ("/profile/address", test_address);
  g_test_add_func ("/profile/flush", test_flush);
  return g_test_run ();
}
