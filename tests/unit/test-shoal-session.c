/* test-shoal-session.c: a session as a list of torrents, and what a torrent tells of itself. */
#include <stdbool.h>
#include <string.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define PIECE 16384

typedef struct
{
  char *folder;
  ShoalSession *session;
  GString *said; /* "at-removed+added" of each change of the list */
} World;

static void
on_items (GListModel *list, guint at, guint removed, guint added, GString *said)
{
  g_string_append_printf (said, "%u-%u+%u ", at, removed, added);
}

static World
world_new (void)
{
  World w = { .folder = files_folder (), .said = g_string_new (NULL) };
  GError *error = NULL;

  w.session = shoal_session_new ("127.0.0.1:0", TRUE, &error);
  g_assert_no_error (error);
  g_signal_connect (w.session, "items-changed", G_CALLBACK (on_items), w.said);
  return w;
}

static void
world_clear (World *w)
{
  g_object_unref (w->session);
  g_string_free (w->said, TRUE);
  files_remove (w->folder);
}

/* A torrent of one folder with one file, whose content is there. */
static ShoalTorrent *
add (World *w, const char *name)
{
  g_autofree char *path = g_strconcat (name, "/file", NULL);
  g_autofree char *content = g_build_filename (w->folder, name, NULL);
  ShoalTorrent *torrent;
  BtMetainfo *metainfo;
  GError *error = NULL;

  files_write (w->folder, path, 3 * PIECE + 1, name[0]);
  metainfo = files_torrent (content, BT_FORMAT_V1, PIECE, 1);
  torrent = shoal_session_add (w->session, bt_metainfo_bytes (metainfo), w->folder, NULL,
                               SHOAL_ADD_NO_TRACKERS, &error);
  g_assert_no_error (error);
  bt_metainfo_unref (metainfo);
  return torrent;
}

static void
wait_for (ShoalTorrent *torrent, ShoalTorrentState state)
{
  while (shoal_torrent_get_state (torrent) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
check_item (World *w, guint at, ShoalTorrent *expected)
{
  g_autoptr (ShoalTorrent) item = g_list_model_get_item (G_LIST_MODEL (w->session), at);

  g_assert_true (item == expected);
}

static void
test_list (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) a = add (&w, "a");
  g_autoptr (ShoalTorrent) b = add (&w, "b");
  g_autoptr (ShoalTorrent) c = add (&w, "c");

  g_assert_cmpuint (g_list_model_get_item_type (G_LIST_MODEL (w.session)), ==, SHOAL_TYPE_TORRENT);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (w.session)), ==, 3);
  shoal_torrent_remove (b);
  wait_for (b, SHOAL_TORRENT_STATE_REMOVED);
  g_assert_cmpstr (w.said->str, ==, "0-0+1 1-0+1 2-0+1 1-1+0 ");
  check_item (&w, 0, a);
  check_item (&w, 1, c);
  check_item (&w, 2, NULL);
  world_clear (&w);
  g_assert_cmpint (shoal_torrent_get_state (a), ==, SHOAL_TORRENT_STATE_REMOVED);
}

static void
on_notify (GObject *torrent, GParamSpec *property, GHashTable *counts)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, property->name));

  g_hash_table_insert (counts, (gpointer) (guintptr) property->name, GUINT_TO_POINTER (n + 1));
}

static guint
count_of (GHashTable *counts, const char *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, name));
}

static void
on_changed (ShoalTorrent *torrent, guint *n)
{
  *n += 1;
}

static gboolean
on_time (void *over)
{
  *(bool *) over = true;
  return G_SOURCE_REMOVE;
}

/* Once it seeds nothing changes: no picture comes, in which time several would. */
static void
test_notifies_what_changes (void)
{
  World w = world_new ();
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  bool over = false;
  guint n = 0;

  g_signal_connect (torrent, "notify", G_CALLBACK (on_notify), counts);
  g_signal_connect (torrent, "changed", G_CALLBACK (on_changed), &n);
  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  g_assert_cmpuint (count_of (counts, "state"), ==, 1);
  g_assert_cmpuint (count_of (counts, "left"), >=, 1);
  g_assert_cmpuint (count_of (counts, "total"), ==, 0);
  g_assert_cmpuint (count_of (counts, "name"), ==, 0);
  g_assert_cmpuint (n, >=, 1);
  g_hash_table_remove_all (counts);
  g_timeout_add (1200, on_time, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_hash_table_size (counts), ==, 0);
  g_assert_cmpuint (n, <=, 2); /* what the last of the verification has changed */
  world_clear (&w);
}

static void
test_properties (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  g_autofree char *name = NULL;
  guint64 total, left;
  guint n_peers;
  double progress, ratio;
  gint64 added;
  ShoalTorrentState state;

  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  g_object_get (torrent, "name", &name, "total", &total, "left", &left, "n-peers", &n_peers,
                "progress", &progress, "ratio", &ratio, "added", &added, "state", &state, NULL);
  g_assert_cmpstr (name, ==, "a");
  g_assert_cmpuint (total, ==, 3 * PIECE + 1);
  g_assert_cmpuint (left, ==, 0);
  g_assert_cmpuint (n_peers, ==, 0);
  g_assert_cmpfloat (progress, ==, 1);
  g_assert_cmpfloat (ratio, ==, 0);
  g_assert_cmpint (added, >, 0);
  g_assert_cmpint (state, ==, SHOAL_TORRENT_STATE_SEEDING);
  world_clear (&w);
}

/* --- what it is, and finding it --- */

#define HASH_A "0123456789abcdef0123456789abcdef01234567"
#define HASH_B "89abcdef0123456789abcdef0123456789abcdef"

static void
check_exists (ShoalTorrent *added, GError **error)
{
  g_assert_null (added);
  g_assert_error (*error, SHOAL_ERROR, SHOAL_ERROR_EXISTS);
  g_clear_error (error);
}

static void
test_facts (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  g_autofree char *plain = NULL;
  g_autofree char *with_tracker = NULL;
  g_autofree char *without = NULL;

  g_assert_cmpuint (strlen (shoal_torrent_get_info_hash (torrent)), ==, 40);
  g_assert_null (shoal_torrent_get_info_hash_v2 (torrent));
  g_assert_cmpint (shoal_torrent_get_format (torrent), ==, SHOAL_FORMAT_V1);
  g_assert_cmpstr (shoal_torrent_get_folder (torrent), ==, w.folder);
  g_assert_cmpuint (shoal_torrent_get_piece_length (torrent), ==, PIECE);
  g_assert_cmpuint (shoal_torrent_get_n_pieces (torrent), ==, 4);
  g_assert_cmpuint (shoal_torrent_get_n_files (torrent), ==, 1);
  g_assert_false (shoal_torrent_get_private (torrent));
  g_assert_null (shoal_torrent_get_comment (torrent));
  plain = shoal_torrent_dup_magnet (torrent);
  g_assert_nonnull (strstr (plain, shoal_torrent_get_info_hash (torrent)));
  g_assert_null (strstr (plain, "tr="));
  g_assert_true (shoal_torrent_add_tracker (torrent, "http://127.0.0.1:1/a", 0, NULL));
  with_tracker = shoal_torrent_dup_magnet (torrent);
  g_assert_nonnull (strstr (with_tracker, "127.0.0.1"));
  shoal_torrent_remove_tracker (torrent, "http://127.0.0.1:1/a");
  without = shoal_torrent_dup_magnet (torrent);
  g_assert_cmpstr (without, ==, plain);
  world_clear (&w);
}

static void
test_find (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  g_autoptr (ShoalTorrent) again = NULL;
  g_autofree char *upper = g_ascii_strup (shoal_torrent_get_info_hash (torrent), -1);
  g_autoptr (GBytes) bytes = g_bytes_ref (shoal_torrent_get_torrent_file (torrent));
  g_autoptr (GBytes) none = g_bytes_new_static ("x", 1);
  g_autofree char *magnet = shoal_torrent_dup_magnet (torrent);
  GError *error = NULL;

  g_assert_true (shoal_session_find (w.session, upper) == torrent);
  g_assert_true (shoal_session_find_torrent (w.session, bytes) == torrent);
  g_assert_true (shoal_session_find_magnet (w.session, magnet) == torrent);
  g_assert_null (shoal_session_find (w.session, HASH_A));
  g_assert_null (shoal_session_find_torrent (w.session, none));
  g_assert_null (shoal_session_find_magnet (w.session, "magnet:?"));
  check_exists (shoal_session_add (w.session, bytes, w.folder, NULL, SHOAL_ADD_NONE, &error),
                &error);
  check_exists (shoal_session_add_magnet (w.session, magnet, w.folder, SHOAL_ADD_NONE, &error),
                &error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (w.session)), ==, 1);
  shoal_torrent_remove (torrent);
  g_assert_null (shoal_session_find (w.session, upper));
  again = shoal_session_add (w.session, bytes, w.folder, NULL, SHOAL_ADD_NO_TRACKERS, &error);
  g_assert_no_error (error);
  wait_for (torrent, SHOAL_TORRENT_STATE_REMOVED);
  g_assert_true (shoal_session_find (w.session, upper) == again);
  world_clear (&w);
}

#define HASH_V2 HASH_B "0123456789abcdef01234567"

/* A magnet may name either hash, or both. */
static void
test_find_magnets (void)
{
  World w = world_new ();
  GError *error = NULL;
  g_autoptr (ShoalTorrent) v2 = shoal_session_add_magnet (
      w.session, "magnet:?xt=urn:btmh:1220" HASH_V2, w.folder, SHOAL_ADD_NONE, &error);

  g_assert_no_error (error);
  g_assert_true (shoal_session_find (w.session, HASH_V2) == v2);
  g_assert_cmpstr (shoal_torrent_get_info_hash_v2 (v2), ==, HASH_V2);
  g_assert_null (shoal_torrent_get_info_hash (v2));
  g_assert_cmpint (shoal_torrent_get_format (v2), ==, SHOAL_FORMAT_V2);
  check_exists (shoal_session_add_magnet (w.session,
                                          "magnet:?xt=urn:btih:" HASH_A "&xt=urn:btmh:1220" HASH_V2,
                                          w.folder, SHOAL_ADD_NONE, &error),
                &error);
  world_clear (&w);
}

/* --- what has happened --- */

static void
check_event (GListModel *log, guint at, ShoalLogSeverity severity, const char *text)
{
  g_autoptr (ShoalLogEntry) entry = g_list_model_get_item (log, at);

  g_assert_nonnull (entry);
  g_assert_cmpint (shoal_log_entry_get_severity (entry), ==, severity);
  g_assert_nonnull (strstr (shoal_log_entry_get_text (entry), text));
  g_assert_cmpint (shoal_log_entry_get_time (entry), >, 0);
}

static void
test_log (void)
{
  World w = world_new ();
  g_autoptr (ShoalTorrent) torrent = add (&w, "a");
  g_autoptr (GListModel) log = shoal_torrent_dup_log (torrent);

  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  shoal_torrent_pause (torrent);
  shoal_torrent_pause (torrent);
  shoal_torrent_resume (torrent);
  g_assert_cmpuint (g_list_model_get_n_items (log), ==, 4);
  check_event (log, 0, SHOAL_LOG_INFO, "Added");
  check_event (log, 1, SHOAL_LOG_INFO, "100.0 %");
  check_event (log, 2, SHOAL_LOG_INFO, "Paused");
  check_event (log, 3, SHOAL_LOG_INFO, "ended");
  for (guint i = 0; i < 300; i++)
    {
      shoal_torrent_pause (torrent);
      shoal_torrent_resume (torrent);
    }
  g_assert_cmpuint (g_list_model_get_n_items (log), ==, 200);
  check_event (log, 199, SHOAL_LOG_INFO, "ended");
  shoal_torrent_verify (torrent);
  check_event (log, 199, SHOAL_LOG_INFO, "verified");
  world_clear (&w);
}

/* --- another address --- */

typedef struct
{
  bool over;
  GError *error;
} Answer;

static void
on_moved (GObject *session, GAsyncResult *result, void *data)
{
  Answer *answer = data;

  answer->over = true;
  g_assert_true (shoal_session_set_address_finish (SHOAL_SESSION (session), result, &answer->error)
                 == (answer->error == NULL));
}

/* (transfer full) */
static GError *
move_to (ShoalSession *session, const char *address)
{
  Answer answer = { 0 };

  shoal_session_set_address_async (session, address, NULL, on_moved, &answer);
  while (!answer.over)
    g_main_context_iteration (NULL, TRUE);
  return answer.error;
}

static void
on_port (ShoalSession *session, GParamSpec *property, guint *n)
{
  *n += 1;
}

/* What is not to be had is named without its port. */
static const struct
{
  const char *address;
  const char *begins;
} wrong[] = {
  { "127.0.0.1:65536", "“127.0.0.1”" },
  { "nonsuch0:1", "“nonsuch0”" },
  { "[2001:db8::zz]:1", "“[2001:db8::zz]”" },
  { "2001:db8::zz", "“2001:db8::zz”" },
  { "nonsuch0", "“nonsuch0”" },
};

static void
test_address_errors (void)
{
  World w = world_new ();
  World other = world_new ();
  guint port = shoal_session_get_port (w.session);
  guint taken = shoal_session_get_port (other.session);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", taken);
  g_autofree char *number = g_strdup_printf ("%u", taken);
  GError *error = move_to (w.session, address);

  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, number));
  g_clear_error (&error);
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      error = move_to (w.session, wrong[i].address);
      g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_INVALID);
      g_assert_true (g_str_has_prefix (error->message, wrong[i].begins));
      g_clear_error (&error);
    }
  g_assert_cmpuint (shoal_session_get_port (w.session), ==, port);
  g_assert_cmpstr (shoal_session_get_address (w.session), ==, "127.0.0.1:0");
  world_clear (&other);
  world_clear (&w);
}

/* The same port of every address can be had while it is ours. */
static void
test_address_same_port (void)
{
  World w = world_new ();
  guint port = shoal_session_get_port (w.session);
  g_autofree char *everywhere = g_strdup_printf (":%u", port);

  g_assert_no_error (move_to (w.session, everywhere));
  g_assert_cmpuint (shoal_session_get_port (w.session), ==, port);
  g_assert_cmpstr (shoal_session_get_address (w.session), ==, everywhere);
  world_clear (&w);
}

/* What the other has as "a", to be fetched from it. (transfer full) */
static ShoalTorrent *
fetch_from (World *w, ShoalTorrent *there, guint port)
{
  g_autofree char *peer = g_strdup_printf ("127.0.0.1:%u", port);
  GError *error = NULL;
  ShoalTorrent *torrent = shoal_session_add (w->session, shoal_torrent_get_torrent_file (there),
                                             w->folder, NULL, SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  g_assert_true (shoal_torrent_add_peer (torrent, peer, &error));
  return torrent;
}

/* One who is connected fetches on, although nobody listens where it came in; another comes in at
 * the new port. */
static void
test_address_peers (void)
{
  World w = world_new ();
  World slow = world_new ();
  World late = world_new ();
  g_autoptr (ShoalTorrent) seed = add (&w, "a");
  guint port = shoal_session_get_port (w.session);
  guint n = 0;
  g_autoptr (ShoalTorrent) first = NULL;
  g_autoptr (ShoalTorrent) second = NULL;

  wait_for (seed, SHOAL_TORRENT_STATE_SEEDING);
  shoal_session_set_limits (slow.session, PIECE / 2, 0);
  first = fetch_from (&slow, seed, port);
  while (shoal_torrent_get_n_peers (seed) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_connect (w.session, "notify::port", G_CALLBACK (on_port), &n);
  g_assert_no_error (move_to (w.session, "127.0.0.1:0"));
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (shoal_session_get_port (w.session), !=, port);
  second = fetch_from (&late, seed, shoal_session_get_port (w.session));
  wait_for (second, SHOAL_TORRENT_STATE_SEEDING);
  wait_for (first, SHOAL_TORRENT_STATE_SEEDING);
  world_clear (&late);
  world_clear (&slow);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/list", test_list);
  g_test_add_func ("/session/notifies-what-changes", test_notifies_what_changes);
  g_test_add_func ("/session/properties", test_properties);
  g_test_add_func ("/session/facts", test_facts);
  g_test_add_func ("/session/find", test_find);
  g_test_add_func ("/session/find-magnets", test_find_magnets);
  g_test_add_func ("/session/log", test_log);
  g_test_add_func ("/session/address-errors", test_address_errors);
  g_test_add_func ("/session/address-same-port", test_address_same_port);
  g_test_add_func ("/session/address-peers", test_address_peers);
  return g_test_run ();
}
