/* test-shoal-hashed.c: what was read to make a torrent is not read again to seed it, unless it has
 * changed in between. */
#include <fcntl.h>
#include <sys/stat.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define KIB 1024u
#define PIECE (16 * KIB)
#define SECOND (50 * KIB + 1)

typedef struct
{
  char *folder;
  char *shared; /* what the torrent is made of */
  ShoalSession *session;
  ShoalCreator *creator;
} World;

static void
set_time (World *w, const char *path, time_t seconds)
{
  g_autofree char *full = g_build_filename (w->shared, path, NULL);
  const struct timespec times[] = { { seconds, 0 }, { seconds, 0 } };

  g_assert_cmpint (utimensat (AT_FDCWD, full, times, 0), ==, 0);
}

static World
world_new (ShoalFormat format)
{
  World w = { .folder = files_folder () };
  GError *error = NULL;

  w.shared = g_build_filename (w.folder, "shared", NULL);
  files_write (w.shared, "deep/first", 100 * KIB, 1);
  files_write (w.shared, "empty", 0, 2);
  files_write (w.shared, "second", SECOND, 3);
  set_time (&w, "deep/first", 1000000000);
  set_time (&w, "empty", 1000000000);
  set_time (&w, "second", 1000000000);
  w.session = shoal_session_new ("127.0.0.1:0", TRUE, &error);
  g_assert_no_error (error);
  w.creator
      = g_object_new (SHOAL_TYPE_CREATOR, "format", format, "piece-length", (guint64) PIECE, NULL);
  shoal_creator_add_path (w.creator, w.shared);
  return w;
}

static void
world_clear (World *w)
{
  g_object_unref (w->session);
  g_object_unref (w->creator);
  g_free (w->shared);
  files_remove (w->folder);
}

static void
take (GObject *source, GAsyncResult *result, void *data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GBytes *
create (World *w)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;
  GBytes *bytes;

  shoal_creator_create_async (w->creator, NULL, take, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  bytes = shoal_creator_create_finish (w->creator, result, &error);
  g_assert_no_error (error);
  return bytes;
}

static void
wait_while (ShoalTorrent *torrent, ShoalTorrentState state)
{
  while (shoal_torrent_get_state (torrent) == state)
    g_main_context_iteration (NULL, TRUE);
}

/* --- what happens between the hashing and the seeding --- */

static void
nothing (World *w)
{
}

static void
touch (World *w)
{
  set_time (w, "second", 1000000001);
}

static void
spoil (World *w)
{
  files_spoil (w->shared, "second", 20 * KIB);
}

static void
lose (World *w)
{
  g_autofree char *path = g_build_filename (w->shared, "second", NULL);

  g_assert_cmpint (unlink (path), ==, 0);
}

static const struct
{
  const char *name;
  void (*change) (World *);
  ShoalTorrentState state;
  bool reads;
} cases[] = {
  { "nothing", nothing, SHOAL_TORRENT_STATE_SEEDING, false },
  { "touched", touch, SHOAL_TORRENT_STATE_SEEDING, true },
  { "spoilt", spoil, SHOAL_TORRENT_STATE_DOWNLOADING, true },
  { "lost", lose, SHOAL_TORRENT_STATE_DOWNLOADING, false },
};

static void
check_case (size_t i, ShoalFormat format)
{
  World w = world_new (format);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = create (&w);
  g_autoptr (ShoalTorrent) torrent = NULL;
  guint64 hashed;

  g_assert_cmpuint (shoal_hashed_files_get_n_files (shoal_creator_get_hashed_files (w.creator)), ==,
                    3);
  cases[i].change (&w);
  torrent = shoal_session_add_hashed (w.session, bytes, w.folder,
                                      shoal_creator_get_hashed_files (w.creator),
                                      SHOAL_ADD_NO_TRACKERS, &error);
  g_assert_no_error (error);
  wait_while (torrent, SHOAL_TORRENT_STATE_VERIFYING);
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, cases[i].state);
  hashed = shoal_torrent_get_hashed (torrent);
  g_assert_cmpint (hashed > 0, ==, cases[i].reads);
  g_assert_cmpuint (hashed, <=, SECOND + PIECE); /* v1: one piece has bytes of both files */
  world_clear (&w);
}

static void
test_case (gconstpointer data)
{
  for (guint format = SHOAL_FORMAT_V1; format <= SHOAL_FORMAT_HYBRID; format++)
    check_case (GPOINTER_TO_SIZE (data), (ShoalFormat) format);
}

/* A file that was written to a moment ago may be written to again with the same time. */
static void
test_recent (void)
{
  World w = world_new (SHOAL_FORMAT_HYBRID);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_null (shoal_creator_get_hashed_files (w.creator));
  set_time (&w, "second", time (NULL));
  bytes = create (&w);
  g_assert_cmpuint (shoal_hashed_files_get_n_files (shoal_creator_get_hashed_files (w.creator)), ==,
                    2);
  world_clear (&w);
}

/* Who asks for a check gets one. */
static void
test_verify_reads (void)
{
  World w = world_new (SHOAL_FORMAT_V2);
  g_autoptr (GBytes) bytes = create (&w);
  GError *error = NULL;
  g_autoptr (ShoalTorrent) torrent = shoal_session_add_hashed (
      w.session, bytes, w.folder, shoal_creator_get_hashed_files (w.creator), SHOAL_ADD_NO_TRACKERS,
      &error);

  g_assert_no_error (error);
  wait_while (torrent, SHOAL_TORRENT_STATE_VERIFYING);
  g_assert_cmpuint (shoal_torrent_get_hashed (torrent), ==, 0);
  shoal_torrent_verify (torrent);
  while (shoal_torrent_get_hashed (torrent) < 100 * KIB + SECOND)
    g_main_context_iteration (NULL, TRUE);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/hashed/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/hashed/recent", test_recent);
  g_test_add_func ("/hashed/verify-reads", test_verify_reads);
  return g_test_run ();
}
