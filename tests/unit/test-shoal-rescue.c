/* test-shoal-rescue.c: a session whose profile is damaged, or is not to be used. */
#include <string.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define N 400 /* torrents: some dozens of pages */
#define PAGE 4096
#define MIDDLE "torrent-0200"

typedef struct
{
  char *folder;
  char *profile;
  char *path; /* of the database */
} Place;

static ShoalSession *
open_session (const Place *place)
{
  GError *error = NULL;
  ShoalSession *session = shoal_session_open (place->profile, "127.0.0.1:0", TRUE, &error);

  g_assert_no_error (error);
  while (!shoal_session_get_loaded (session))
    g_main_context_iteration (NULL, TRUE);
  return session;
}

static guint
count (ShoalSession *session)
{
  return g_list_model_get_n_items (G_LIST_MODEL (session));
}

/* A profile of N magnets, closed well. */
static Place
place_new (void)
{
  Place place = { .folder = files_folder () };
  ShoalSession *session;

  place.profile = g_build_filename (place.folder, "profile", NULL);
  place.path = g_build_filename (place.profile, "session.db", NULL);
  session = open_session (&place);
  shoal_session_set_limits (session, 12345, 0);
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *uri = g_strdup_printf ("magnet:?xt=urn:btih:%040x&dn=torrent-%04u", i, i);
      ShoalTorrent *torrent
          = shoal_session_add_magnet (session, uri, place.folder, SHOAL_ADD_NO_TRACKERS, NULL);

      shoal_torrent_pause (torrent);
      g_object_unref (torrent);
    }
  g_assert_null (shoal_session_get_rescue (session));
  g_object_unref (session);
  return place;
}

static void
place_clear (Place *place)
{
  g_free (place->path);
  g_free (place->profile);
  files_remove (place->folder);
}

/* --- what is damaged --- */

static void
make_garbage (char *data, gsize *len)
{
  memset (data, 0xa5, *len);
}

static void
cut_half (char *data, gsize *len)
{
  *len = *len / 2 / PAGE * PAGE;
}

/* All pages on which a torrent stands, in whatever table. */
static void
wipe_middle (char *data, gsize *len)
{
  for (gsize at = 0; at + PAGE <= *len; at += PAGE)
    if (memmem (data + at, PAGE, MIDDLE, strlen (MIDDLE)) != NULL)
      memset (data + at, 0, PAGE);
}

static void
spoil_header (char *data, gsize *len)
{
  memset (data, 0, 100);
}

static const struct
{
  const char *name;
  void (*damage) (char *data, gsize *len);
  guint min; /* torrents that are still there */
  guint max;
} cases[] = {
  { "garbage", make_garbage, 0, 0 },
  { "header", spoil_header, 0, 0 },
  { "cut", cut_half, 1, N - 1 },
  { "pages-in-the-middle", wipe_middle, N / 2, N - 1 },
};

/* The bytes of the damaged one lie where the sentence says. */
static void
check_aside (const Place *place, const char *words, const char *data, gsize len)
{
  g_autoptr (GDir) dir = g_dir_open (place->profile, 0, NULL);
  g_autofree char *kept = NULL;
  gsize kept_len = 0;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "session.db.damaged-") && !g_str_has_suffix (name, "-wal"))
      {
        g_autofree char *path = g_build_filename (place->profile, name, NULL);

        g_assert_nonnull (strstr (words, path));
        g_assert_true (g_file_get_contents (path, &kept, &kept_len, NULL));
      }
  g_assert_cmpmem (kept, kept_len, data, len);
}

static void
test_damaged (const void *data)
{
  gsize which = GPOINTER_TO_SIZE (data);
  Place place = place_new ();
  g_autofree char *bytes = NULL;
  gsize len;
  ShoalSession *session;
  guint64 down, up;

  g_assert_true (g_file_get_contents (place.path, &bytes, &len, NULL));
  cases[which].damage (bytes, &len);
  g_assert_true (g_file_set_contents (place.path, bytes, (gssize) len, NULL));
  session = open_session (&place);
  g_assert_nonnull (shoal_session_get_rescue (session));
  g_test_message ("%s: %u of %u: %s", cases[which].name, count (session), N,
                  shoal_session_get_rescue (session));
  g_assert_cmpuint (count (session), >=, cases[which].min);
  g_assert_cmpuint (count (session), <=, cases[which].max);
  check_aside (&place, shoal_session_get_rescue (session), bytes, len);
  shoal_session_get_limits (session, &down, &up);
  if (cases[which].damage == wipe_middle)
    g_assert_cmpuint (down, ==, 12345);
  g_object_unref (session);
  session = open_session (&place); /* and what was saved is kept from now on */
  g_assert_null (shoal_session_get_rescue (session));
  g_assert_cmpuint (count (session), >=, cases[which].min);
  g_object_unref (session);
  place_clear (&place);
}

static void
run_sql (const Place *place, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (place->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* A metainfo that is not what the hash says is fetched anew; the rest of the torrent stays. */
static void
test_spoilt_metainfo (void)
{
  Place place = place_new ();
  ShoalSession *session;
  ShoalTorrent *torrent;

  run_sql (&place, "UPDATE sources SET metainfo = zeroblob (100), magnet = NULL"
                   " WHERE torrent = 7; UPDATE roster SET flags = flags | 256 WHERE id = 7;"
                   " INSERT OR REPLACE INTO settings VALUES ('clean', 0);"
                   " DROP TABLE history"); /* which is what is noticed */
  session = open_session (&place);
  g_assert_nonnull (shoal_session_get_rescue (session));
  g_assert_cmpuint (count (session), ==, N);
  torrent = g_list_model_get_item (G_LIST_MODEL (session), 6);
  g_assert_cmpstr (shoal_torrent_get_name (torrent), ==, "torrent-0006");
  g_assert_cmpint (shoal_torrent_get_state (torrent), ==, SHOAL_TORRENT_STATE_METADATA);
  g_assert_true (shoal_torrent_get_paused (torrent));
  g_object_unref (torrent);
  g_object_unref (session);
  place_clear (&place);
}

/* --- what is not touched --- */

static void
test_newer (void)
{
  Place place = place_new ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before, n_after;
  GError *error = NULL;

  run_sql (&place, "PRAGMA user_version = 97; PRAGMA journal_mode = DELETE");
  g_assert_true (g_file_get_contents (place.path, &before, &n_before, NULL));
  g_assert_null (shoal_session_open (place.profile, "127.0.0.1:0", TRUE, &error));
  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "97"));
  g_assert_nonnull (strstr (error->message, "knows 3"));
  g_clear_error (&error);
  run_sql (&place, "PRAGMA journal_mode = DELETE");
  g_assert_true (g_file_get_contents (place.path, &after, &n_after, NULL));
  g_assert_cmpuint (n_after, ==, n_before);
  run_sql (&place, "PRAGMA user_version = 3");
  ShoalSession *session = open_session (&place);
  g_assert_cmpuint (count (session), ==, N);
  g_object_unref (session);
  place_clear (&place);
}

/* A rescue that was killed between its renames is brought to its end; one that was not done is
 * thrown away. */
static void
test_killed (void)
{
  Place place = place_new ();
  g_autofree char *rescue = g_strconcat (place.path, ".rescue", NULL);
  ShoalSession *session;

  g_assert_cmpint (g_rename (place.path, rescue), ==, 0);
  session = open_session (&place);
  g_assert_cmpuint (count (session), ==, N);
  g_object_unref (session);
  g_assert_true (g_file_set_contents (rescue, "half", -1, NULL));
  session = open_session (&place);
  g_assert_cmpuint (count (session), ==, N);
  g_assert_null (shoal_session_get_rescue (session));
  g_assert_false (g_file_test (rescue, G_FILE_TEST_EXISTS));
  g_object_unref (session);
  place_clear (&place);
}

/* A folder that cannot be written. */
static void
test_no_folder (void)
{
  Place place = place_new ();
  g_autofree char *below = g_build_filename (place.path, "profile", NULL);
  GError *error = NULL;

  g_assert_null (shoal_session_open (below, "127.0.0.1:0", TRUE, &error));
  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_WRITE);
  g_assert_nonnull (strstr (error->message, place.path));
  g_clear_error (&error);
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rescue/%s", cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_damaged);
    }
  g_test_add_func ("/rescue/spoilt-metainfo", test_spoilt_metainfo);
  g_test_add_func ("/rescue/newer", test_newer);
  g_test_add_func ("/rescue/killed", test_killed);
  g_test_add_func ("/rescue/no-folder", test_no_folder);
  return g_test_run ();
}
