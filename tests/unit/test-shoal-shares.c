/* test-shoal-shares.c: whoever waits for the same limit has the same share of it. */
#include <string.h>

#include "client-core/shoal.h"
#include "tests/unit/files-maker.h"

#define PIECE 16384
#define N_PIECES 128
#define N 16
#define N_SLOTS 4
#define RATE_BPS (4 * 1024 * 1024)

/* What passes while it is compared: a quarter of what there is, so that whoever has the whole limit
 * alone is at the end of it before the others. */
#define COMPARED ((guint64) N * N_PIECES * PIECE / 4)

/* The least that anybody has had of a fair share, and the most. A picture may be a second older
 * than another, which is half a share, and more on a busy machine. */
#define FAIR_LEAST(mean) ((mean) / 3)
#define FAIR_MOST(mean) (3 * (mean))

/* Many transfers below one limit. Whose bytes are compared: those of each of @of. */
typedef struct
{
  char *folders[N + 1];
  GPtrArray *sessions;
  GPtrArray *torrents;
  ShoalTorrent *of[N];
} World;

static ShoalSession *
add_session (World *w)
{
  GError *error = NULL;
  ShoalSession *session = shoal_session_new ("127.0.0.1:0", TRUE, &error);

  g_assert_no_error (error);
  g_ptr_array_add (w->sessions, session);
  return session;
}

static ShoalTorrent *
add_torrent (World *w, ShoalSession *session, GBytes *bytes, const char *folder)
{
  GError *error = NULL;
  ShoalTorrent *torrent
      = shoal_session_add (session, bytes, folder, NULL, SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  g_ptr_array_add (w->torrents, torrent);
  return torrent;
}

static ShoalTorrent *
add_seed (World *w, ShoalSession *session, unsigned i, size_t n_pieces)
{
  g_autofree char *name = g_strdup_printf ("%u/file", i);
  g_autofree char *content = g_strdup_printf ("%s/%u", w->folders[N], i);
  BtMetainfo *metainfo;
  ShoalTorrent *torrent;

  files_write (w->folders[N], name, n_pieces * PIECE, i);
  metainfo = files_torrent (content, BT_FORMAT_V1, PIECE, 1);
  torrent = add_torrent (w, session, bt_metainfo_bytes (metainfo), w->folders[N]);
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
introduce (ShoalTorrent *torrent, ShoalSession *to)
{
  g_autofree char *at = g_strdup_printf ("127.0.0.1:%u", shoal_session_get_port (to));

  g_assert_true (shoal_torrent_add_peer (torrent, at, NULL));
}

static World
world_new (void)
{
  World w = { .sessions = g_ptr_array_new_with_free_func (g_object_unref),
              .torrents = g_ptr_array_new_with_free_func (g_object_unref) };

  for (unsigned i = 0; i <= N; i++)
    w.folders[i] = files_folder ();
  return w;
}

static void
world_clear (World *w)
{
  g_ptr_array_unref (w->torrents);
  g_ptr_array_unref (w->sessions);
  for (unsigned i = 0; i <= N; i++)
    files_remove (w->folders[i]);
}

/* --- what is compared --- */

static guint64
moved (ShoalTorrent *torrent)
{
  return shoal_torrent_get_downloaded (torrent) + shoal_torrent_get_uploaded (torrent);
}

static void
compare (World *w, unsigned n)
{
  guint64 before[N], sum;
  bool all_move;

  do
    {
      g_main_context_iteration (NULL, TRUE);
      all_move = true;
      sum = 0;
      for (unsigned i = 0; i < n; i++)
        {
          before[i] = moved (w->of[i]);
          sum += before[i];
          all_move = all_move && before[i] > 0;
        }
    }
  while (!all_move && sum < COMPARED);
  g_assert_true (all_move);
  for (guint64 now = sum; now - sum < COMPARED;)
    {
      g_main_context_iteration (NULL, TRUE);
      now = 0;
      for (unsigned i = 0; i < n; i++)
        now += moved (w->of[i]);
    }
  for (unsigned i = 0; i < n; i++)
    {
      g_assert_cmpuint (moved (w->of[i]) - before[i], >=, FAIR_LEAST (COMPARED / n));
      g_assert_cmpuint (moved (w->of[i]) - before[i], <=, FAIR_MOST (COMPARED / n));
    }
}

/* --- the torrents of a session --- */

/* Many torrents go from one session to another. */
static void
send_many (World *w, ShoalSession **giver, ShoalSession **taker)
{
  ShoalTorrent *seeds[N];

  *giver = add_session (w);
  *taker = add_session (w);
  for (unsigned i = 0; i < N; i++)
    seeds[i] = add_seed (w, *giver, i, N_PIECES);
  for (unsigned i = 0; i < N; i++)
    wait_for (seeds[i], SHOAL_TORRENT_STATE_SEEDING);
  for (unsigned i = 0; i < N; i++)
    w->of[i] = add_torrent (w, *taker, shoal_torrent_get_torrent_file (seeds[i]), w->folders[i]);
}

static void
test_session (const void *data)
{
  World w = world_new ();
  ShoalSession *giver, *taker;

  send_many (&w, &giver, &taker);
  if (data != NULL)
    shoal_session_set_limits (giver, 0, RATE_BPS);
  else
    shoal_session_set_limits (taker, RATE_BPS, 0);
  for (unsigned i = 0; i < N; i++)
    introduce (w.of[i], giver);
  compare (&w, N);
  world_clear (&w);
}

/* --- the peers of a torrent --- */

/* As many as a slow seed serves at once fetch from one. */
static void
test_torrent_up (void)
{
  World w = world_new ();
  ShoalSession *giver = add_session (&w);
  ShoalTorrent *seed = add_seed (&w, giver, 0, N * N_PIECES);

  shoal_session_set_exchange (giver, FALSE); /* they would fetch from each other */
  wait_for (seed, SHOAL_TORRENT_STATE_SEEDING);
  shoal_torrent_set_limits (seed, 0, RATE_BPS);
  for (unsigned i = 0; i < N_SLOTS; i++)
    w.of[i]
        = add_torrent (&w, add_session (&w), shoal_torrent_get_torrent_file (seed), w.folders[i]);
  for (unsigned i = 0; i < N_SLOTS; i++)
    introduce (w.of[i], giver);
  compare (&w, N_SLOTS);
  world_clear (&w);
}

/* One fetches from many. */
static void
test_torrent_down (void)
{
  World w = world_new ();
  GBytes *bytes;
  ShoalTorrent *leech;

  w.of[0] = add_seed (&w, add_session (&w), 0, N * N_PIECES);
  wait_for (w.of[0], SHOAL_TORRENT_STATE_SEEDING);
  bytes = shoal_torrent_get_torrent_file (w.of[0]);
  for (unsigned i = 1; i < N; i++)
    w.of[i] = add_torrent (&w, add_session (&w), bytes, w.folders[N]);
  for (unsigned i = 1; i < N; i++)
    wait_for (w.of[i], SHOAL_TORRENT_STATE_SEEDING);
  leech = add_torrent (&w, add_session (&w), bytes, w.folders[0]);
  shoal_torrent_set_limits (leech, RATE_BPS, 0);
  for (unsigned i = 0; i < N; i++)
    introduce (leech, w.sessions->pdata[i]);
  compare (&w, N);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/shares/session/up", "up", test_session);
  g_test_add_data_func ("/shares/session/down", NULL, test_session);
  g_test_add_func ("/shares/torrent/up", test_torrent_up);
  g_test_add_func ("/shares/torrent/down", test_torrent_down);
  return g_test_run ();
}
