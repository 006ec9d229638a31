/* test-shoal-limits.c: limits that change while peers wait for them. */
#include <stdbool.h>
#include <string.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define PIECE 16384
#define N_PIECES 64

/* So many names take more of metadata than passes at once. */
#define N_NAMES 600
#define NAME_LEN 200

/* A moment's data, and hours of waiting for a little more. */
#define SLOW_BPS (4 * PIECE)
#define STOPPED_BPS 1

/* Nothing changes for so long: who waits is asleep. */
#define STILL_MS 1000

typedef struct
{
  char *from;
  char *to;
  ShoalSession *giver;
  ShoalSession *taker;
  ShoalTorrent *seed;
  ShoalTorrent *leech;
} World;

typedef struct
{
  const char *name;
  void (*limit) (World *w, guint64 rate_Bps);
  bool magnet;
} Case;

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

static void
write_names (const char *folder)
{
  for (unsigned i = 0; i < N_NAMES; i++)
    {
      g_autofree char *path = g_strdup_printf ("a/%0*u", NAME_LEN, i);

      files_write (folder, path, 1, i);
    }
}

static ShoalTorrent *
add_seed (World *w, bool has_names)
{
  g_autofree char *content = g_build_filename (w->from, "a", NULL);
  BtMetainfo *metainfo;
  ShoalTorrent *torrent;
  GError *error = NULL;

  files_write (w->from, "a/file", N_PIECES * PIECE, 1);
  if (has_names)
    write_names (w->from);
  metainfo = files_torrent (content, BT_FORMAT_V1, PIECE, 1);
  torrent = shoal_session_add (w->giver, bt_metainfo_bytes (metainfo), w->from, NULL,
                               SHOAL_ADD_NO_TRACKERS, &error);
  g_assert_no_error (error);
  bt_metainfo_unref (metainfo);
  wait_for (torrent, SHOAL_TORRENT_STATE_SEEDING);
  return torrent;
}

static ShoalTorrent *
add_leech (World *w, bool magnet)
{
  g_autofree char *uri = shoal_torrent_dup_magnet (w->seed);
  GError *error = NULL;
  ShoalTorrent *torrent
      = magnet ? shoal_session_add_magnet (w->taker, uri, w->to, SHOAL_ADD_NO_TRACKERS, &error)
               : shoal_session_add (w->taker, shoal_torrent_get_torrent_file (w->seed), w->to, NULL,
                                    SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  return torrent;
}

static World
world_new (const Case *c)
{
  World w = {
    .from = files_folder (), .to = files_folder (), .giver = session_new (), .taker = session_new ()
  };
  g_autofree char *at = g_strdup_printf ("127.0.0.1:%u", shoal_session_get_port (w.giver));

  w.seed = add_seed (&w, c->magnet);
  w.leech = add_leech (&w, c->magnet);
  c->limit (&w, SLOW_BPS);
  g_assert_true (shoal_torrent_add_peer (w.leech, at, NULL));
  return w;
}

static void
world_clear (World *w)
{
  g_object_unref (w->leech);
  g_object_unref (w->seed);
  g_object_unref (w->taker);
  g_object_unref (w->giver);
  files_remove (w->from);
  files_remove (w->to);
}

/* --- whose limit --- */

static void
limit_session_down (World *w, guint64 rate_Bps)
{
  shoal_session_set_limits (w->taker, rate_Bps, 0);
}

static void
limit_session_up (World *w, guint64 rate_Bps)
{
  shoal_session_set_limits (w->giver, 0, rate_Bps);
}

static void
limit_torrent_down (World *w, guint64 rate_Bps)
{
  shoal_torrent_set_limits (w->leech, rate_Bps, 0);
}

static void
limit_torrent_up (World *w, guint64 rate_Bps)
{
  shoal_torrent_set_limits (w->seed, 0, rate_Bps);
}

/* --- lifted --- */

static bool
has_begun (ShoalTorrent *leech)
{
  return shoal_torrent_get_metadata_progress (leech) > 0
         && (shoal_torrent_get_state (leech) == SHOAL_TORRENT_STATE_METADATA
             || shoal_torrent_get_left (leech) < shoal_torrent_get_total (leech));
}

static gboolean
on_still (void *still)
{
  *(bool *) still = true;
  return G_SOURCE_REMOVE;
}

static void
wait_until_still (ShoalTorrent *leech)
{
  guint64 left;
  bool still;

  do
    {
      left = shoal_torrent_get_left (leech);
      still = false;
      g_timeout_add (STILL_MS, on_still, &still);
      while (!still)
        g_main_context_iteration (NULL, TRUE);
    }
  while (shoal_torrent_get_left (leech) != left);
}

/* Whoever sleeps for the sake of a limit that has gone wakes up; otherwise this lasts an hour. */
static void
test_lifted (const void *data)
{
  const Case *c = data;
  World w = world_new (c);

  while (!has_begun (w.leech))
    g_main_context_iteration (NULL, TRUE);
  c->limit (&w, STOPPED_BPS);
  wait_until_still (w.leech);
  c->limit (&w, 0);
  wait_for (w.leech, SHOAL_TORRENT_STATE_SEEDING);
  world_clear (&w);
}

static const Case cases[] = {
  { "session-down", limit_session_down, false }, { "session-up", limit_session_up, false },
  { "torrent-down", limit_torrent_down, false }, { "torrent-up", limit_torrent_up, false },
  { "magnet", limit_session_down, true },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/limits/lifted/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_lifted);
    }
  return g_test_run ();
}
