/* test-shoal-details.c: two sessions of one process: files, peers, pieces, pauses and the end of a
 * torrent; and torrents that are made and verified by the library. */
#include <string.h>

#include <glib/gstdio.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define PIECE 16384

typedef struct
{
  char *from;
  char *to;
  GBytes *bytes;
  ShoalSession *giver;
  ShoalSession *taker;
  ShoalTorrent *seed;
  ShoalTorrent *leech;
} World;

static void
wait_for (ShoalTorrent *torrent, ShoalTorrentState state)
{
  while (shoal_torrent_get_state (torrent) != state)
    g_main_context_iteration (NULL, TRUE);
}

static ShoalSession *
session_new (void)
{
  GError *error = NULL;
  ShoalSession *session = shoal_session_new ("127.0.0.1:0", TRUE, &error);

  g_assert_no_error (error);
  return session;
}

static ShoalTorrent *
add (ShoalSession *session, GBytes *bytes, const char *folder, GBytes *priorities)
{
  GError *error = NULL;
  ShoalTorrent *torrent
      = shoal_session_add (session, bytes, folder, priorities, SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  return torrent;
}

static void
meet (World *w)
{
  g_autofree char *at = g_strdup_printf ("127.0.0.1:%u", shoal_session_get_port (w->giver));

  g_assert_true (shoal_torrent_add_peer (w->leech, at, NULL));
}

/* A seed of a(5 pieces) and b(3 pieces), and one that wants what @wanted says. */
static World
world_new (const char wanted[2])
{
  World w = { .from = files_folder (), .to = files_folder () };
  g_autofree char *content = g_build_filename (w.from, "tree", NULL);
  g_autoptr (GBytes) priorities = g_bytes_new (wanted, 2);
  BtMetainfo *metainfo;

  files_write (w.from, "tree/a", 5 * PIECE, 1);
  files_write (w.from, "tree/b", 3 * PIECE, 2);
  metainfo = files_torrent (content, BT_FORMAT_V1, PIECE, 1);
  w.bytes = g_bytes_ref (bt_metainfo_bytes (metainfo));
  bt_metainfo_unref (metainfo);
  w.giver = session_new ();
  w.taker = session_new ();
  w.seed = add (w.giver, w.bytes, w.from, NULL);
  wait_for (w.seed, SHOAL_TORRENT_STATE_SEEDING);
  w.leech = add (w.taker, w.bytes, w.to, priorities);
  meet (&w);
  return w;
}

static void
world_clear (World *w)
{
  g_object_unref (w->leech);
  g_object_unref (w->seed);
  g_object_unref (w->taker);
  g_object_unref (w->giver);
  g_bytes_unref (w->bytes);
  files_remove (w->from);
  files_remove (w->to);
}

static void
test_files (void)
{
  World w = world_new ("\4\0");
  g_autoptr (GListModel) files = shoal_torrent_dup_files (w.leech);
  g_autoptr (ShoalFile) a = g_list_model_get_item (files, 0);
  g_autoptr (ShoalFile) again = g_list_model_get_item (files, 0);
  g_autoptr (ShoalFile) b = g_list_model_get_item (files, 1);

  g_assert_cmpuint (g_list_model_get_n_items (files), ==, 2);
  g_assert_null (g_list_model_get_item (files, 2));
  g_assert_true (a == again);
  g_assert_cmpstr (shoal_file_get_path (b), ==, "b");
  g_assert_cmpuint (shoal_file_get_priority (b), ==, 0);
  wait_for (w.leech, SHOAL_TORRENT_STATE_SEEDING);
  while (shoal_file_get_done (a) < 5 * PIECE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (shoal_file_get_done (b), ==, 0);
  g_assert_cmpuint (shoal_torrent_get_left (w.leech), ==, 3 * PIECE);
  shoal_file_set_priority (b, 7);
  wait_for (w.leech, SHOAL_TORRENT_STATE_DOWNLOADING);
  wait_for (w.leech, SHOAL_TORRENT_STATE_SEEDING);
  g_assert_cmpuint (shoal_torrent_get_left (w.leech), ==, 0);
  world_clear (&w);
  g_assert_cmpuint (shoal_file_get_size (b), ==, 3 * PIECE);
}

/* What is found to be damaged comes from those who gave it: nobody names them again. */
static void
test_damaged (void)
{
  World w = world_new ("\4\4");

  wait_for (w.leech, SHOAL_TORRENT_STATE_SEEDING);
  files_write (w.to, "tree/a", 5 * PIECE, 3);
  shoal_torrent_verify (w.leech);
  wait_for (w.leech, SHOAL_TORRENT_STATE_DOWNLOADING);
  wait_for (w.leech, SHOAL_TORRENT_STATE_SEEDING);
  g_assert_cmpuint (shoal_torrent_get_downloaded (w.leech), ==, 13 * PIECE);
  world_clear (&w);
}

/* Lists end when nobody holds them, whoever of them and the torrent goes first. */
static void
test_lists_come_and_go (void)
{
  World w = world_new ("\4\4");
  GListModel *files = shoal_torrent_dup_files (w.leech);
  GListModel *peers = shoal_torrent_dup_peers (w.leech);
  GListModel *trackers = shoal_torrent_dup_trackers (w.leech);

  wait_for (w.leech, SHOAL_TORRENT_STATE_SEEDING);
  g_object_unref (files);
  g_object_unref (trackers);
  trackers = shoal_torrent_dup_trackers (w.leech);
  files = shoal_torrent_dup_files (w.leech);
  world_clear (&w);
  g_assert_cmpuint (g_list_model_get_n_items (files), ==, 2);
  g_object_unref (peers);
  g_object_unref (trackers);
  g_object_unref (files);
}

static void
test_peers_and_pause (void)
{
  World w = world_new ("\4\4");
  g_autoptr (GListModel) peers = NULL;
  g_autoptr (ShoalPeer) peer = NULL;
  guint64 down, up;

  shoal_torrent_set_limits (w.seed, 0, PIECE);
  shoal_torrent_get_limits (w.seed, &down, &up);
  g_assert_cmpuint (up, ==, PIECE);
  peers = shoal_torrent_dup_peers (w.leech);
  while ((peer = g_list_model_get_item (peers, 0)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpfloat (shoal_peer_get_progress (peer), <=, 1);
  g_assert_false (shoal_peer_get_incoming (peer));
  shoal_torrent_pause (w.leech);
  shoal_torrent_pause (w.leech);
  while (shoal_torrent_get_n_peers (w.leech) > 0 || g_list_model_get_n_items (peers) > 0)
    g_main_context_iteration (NULL, TRUE);
  shoal_torrent_set_limits (w.seed, 0, 0);
  shoal_torrent_resume (w.leech);
  wait_for (w.leech, SHOAL_TORRENT_STATE_SEEDING);
  world_clear (&w);
}

typedef struct
{
  bool over;
  gboolean ok;
  GBytes *bytes;
  GBytes *counts;
  GBytes *requested;
  GError *error;
} Answer;

static void
wait (const Answer *answer)
{
  while (!answer->over)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_pieces (GObject *source, GAsyncResult *result, void *data)
{
  Answer *answer = data;

  answer->bytes = shoal_torrent_look_at_pieces_finish (
      SHOAL_TORRENT (source), result, &answer->counts, &answer->requested, &answer->error);
  answer->over = true;
}

static void
test_pieces (void)
{
  World w = world_new ("\4\4");
  Answer answer = { 0 };
  g_autoptr (GBytes) last = NULL;

  shoal_torrent_look_at_pieces_async (w.seed, NULL, on_pieces, &answer);
  wait (&answer);
  g_assert_no_error (answer.error);
  last = shoal_torrent_dup_pieces (w.seed);
  g_assert_true (g_bytes_equal (last, answer.bytes));
  g_assert_cmpmem (g_bytes_get_data (last, NULL), g_bytes_get_size (last), "\xff", 1);
  g_assert_cmpuint (g_bytes_get_size (answer.counts), ==, 8 * sizeof (guint16));
  g_bytes_unref (answer.bytes);
  g_assert_cmpmem (g_bytes_get_data (answer.requested, NULL), g_bytes_get_size (answer.requested),
                   "\0", 1);
  g_bytes_unref (answer.counts);
  g_bytes_unref (answer.requested);
  world_clear (&w);
}

static void
on_removed (GObject *source, GAsyncResult *result, void *data)
{
  Answer *answer = data;

  answer->ok = shoal_torrent_remove_finish (SHOAL_TORRENT (source), result, &answer->error);
  answer->over = true;
}

static void
test_remove_with_data (void)
{
  World w = world_new ("\4\4");
  g_autofree char *gone = g_build_filename (w.to, "tree", NULL);
  g_autofree char *kept = g_build_filename (w.from, "tree", "a", NULL);
  Answer leech = { 0 }, seed = { 0 };

  wait_for (w.leech, SHOAL_TORRENT_STATE_SEEDING);
  g_assert_true (g_file_test (gone, G_FILE_TEST_IS_DIR));
  shoal_torrent_remove_async (w.leech, SHOAL_REMOVE_DELETE_DATA, NULL, on_removed, &leech);
  shoal_torrent_remove_async (w.seed, SHOAL_REMOVE_KEEP_DATA, NULL, on_removed, &seed);
  wait (&leech);
  wait (&seed);
  g_assert_true (leech.ok && seed.ok);
  g_assert_false (g_file_test (gone, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept, G_FILE_TEST_IS_REGULAR));
  world_clear (&w);
}

static void
on_created (GObject *source, GAsyncResult *result, void *data)
{
  Answer *answer = data;

  answer->bytes = shoal_creator_create_finish (SHOAL_CREATOR (source), result, &answer->error);
  answer->over = true;
}

static void
on_verified (GObject *source, GAsyncResult *result, void *data)
{
  Answer *answer = data;

  answer->ok = shoal_verifier_verify_finish (SHOAL_VERIFIER (source), result, &answer->error);
  answer->over = true;
}

static void
test_create_and_verify (void)
{
  g_autofree char *folder = files_folder ();
  g_autofree char *content = g_build_filename (folder, "tree", NULL);
  g_autoptr (ShoalCreator) creator = shoal_creator_new ();
  g_autoptr (ShoalVerifier) verifier = shoal_verifier_new ();
  g_autofree guint *bad = NULL;
  Answer created = { 0 }, verified = { 0 };
  gsize n;

  files_write (folder, "tree/a", 5 * PIECE, 1);
  g_object_set (creator, "format", SHOAL_FORMAT_V1, "piece-length", (guint64) PIECE, NULL);
  shoal_creator_add_path (creator, content);
  g_assert_true (shoal_creator_add_tracker (creator, "udp://tracker.example:80", 0, NULL));
  shoal_creator_create_async (creator, NULL, on_created, &created);
  wait (&created);
  g_assert_no_error (created.error);
  files_spoil (folder, "tree/a", 2 * PIECE);
  shoal_verifier_verify_async (verifier, created.bytes, folder, NULL, on_verified, &verified);
  wait (&verified);
  g_assert_true (verified.ok);
  bad = shoal_verifier_dup_bad_pieces (verifier, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (bad[0], ==, 2);
  g_bytes_unref (created.bytes);
  files_remove (g_steal_pointer (&folder));
}

static void
test_create_cancelled (void)
{
  g_autofree char *folder = files_folder ();
  g_autoptr (ShoalCreator) creator = shoal_creator_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer created = { 0 };

  files_write (folder, "a", 5 * PIECE, 1);
  shoal_creator_add_path (creator, folder);
  g_cancellable_cancel (cancellable);
  shoal_creator_create_async (creator, cancellable, on_created, &created);
  wait (&created);
  g_assert_error (created.error, SHOAL_ERROR, SHOAL_ERROR_CANCELLED);
  g_clear_error (&created.error);
  files_remove (g_steal_pointer (&folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/details/files", test_files);
  g_test_add_func ("/details/damaged", test_damaged);
  g_test_add_func ("/details/lists-come-and-go", test_lists_come_and_go);
  g_test_add_func ("/details/peers-and-pause", test_peers_and_pause);
  g_test_add_func ("/details/pieces", test_pieces);
  g_test_add_func ("/details/remove-with-data", test_remove_with_data);
  g_test_add_func ("/details/create-and-verify", test_create_and_verify);
  g_test_add_func ("/details/create-cancelled", test_create_cancelled);
  return g_test_run ();
}
