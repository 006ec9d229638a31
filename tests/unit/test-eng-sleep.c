/* test-eng-sleep.c: torrents of a profile that fall asleep when nobody needs them, and wake up for
 * whoever does: a peer that connects, the person, the end. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "client-core/engine/eng-elsewhere.h"
#include "client-core/engine/eng-engine-private.h"
#include "files-maker.h"
#include "protocol/core/bt-endpoint.h"

#define PIECE 16384
#define N 4
#define WAIT_US (60 * G_USEC_PER_SEC)

/* What an engine's thread tells of one torrent. */
typedef struct
{
  uint64_t id;
  bool is_removed;
  bool is_completed;
  EngTorrentStats stats;
} Told;

typedef struct
{
  EngEngine *engine;
  GAsyncQueue *told; /* of Told */
} Client;

typedef struct
{
  char *folder;
  Client seed;
  Client leech;
  BtMetainfo *metainfos[N]; /* of id i + 1 */
  uint64_t asleep[N - 1];   /* ids */
} World;

/* --- what is told --- */

static void
on_snapshot (void *owner, uint64_t id, const EngTorrentStats *stats, const char *tracker)
{
  const Told told = { .id = id, .stats = *stats };

  g_async_queue_push (owner, g_memdup2 (&told, sizeof told));
}

static void
on_completed (void *owner, uint64_t id)
{
  const Told told = { .id = id, .is_completed = true };

  g_async_queue_push (owner, g_memdup2 (&told, sizeof told));
}

static void
on_removed (void *owner, uint64_t id)
{
  const Told told = { .id = id, .is_removed = true };

  g_async_queue_push (owner, g_memdup2 (&told, sizeof told));
}

static void
on_trouble (void *owner, uint64_t id, const EngStoreProblem *problem)
{
  g_error ("trouble %d of %s", (int) problem->trouble, problem->path);
}

static const EngEngineEvents events = {
  .snapshot = on_snapshot, .completed = on_completed, .removed = on_removed, .trouble = on_trouble
};

/* The next that is told of @id. */
static Told
next_of (Client *client, uint64_t id)
{
  for (;;)
    {
      g_autofree Told *told = g_async_queue_timeout_pop (client->told, WAIT_US);

      g_assert_nonnull (told);
      if (told->id == id)
        return *told;
    }
}

static void
wait_for_state (Client *client, uint64_t id, EngTorrentState state)
{
  Told told;

  do
    told = next_of (client, id);
  while (told.is_removed || told.is_completed || told.stats.state != state);
}

/* --- looking into the engine --- */

typedef struct
{
  uint64_t id;
  GAsyncQueue *answer;
} Question;

static void
answer_state (EngEngine *e, void *data)
{
  Question *question = data;
  const EngEntry *entry = eng_book_find (e->book, question->id);

  g_async_queue_push (question->answer, GUINT_TO_POINTER (entry->is_asleep ? 2 : 1));
}

static bool
is_asleep (Client *client, uint64_t id)
{
  g_autoptr (GAsyncQueue) answer = g_async_queue_new ();
  Question question = { .id = id, .answer = answer };

  eng_engine_call (client->engine, answer_state, &question, NULL);
  return g_async_queue_pop (answer) == GUINT_TO_POINTER (2);
}

/* Waits until all but one are asleep, whose ids come in @out. There is no event for that: nobody
 * but the engine has to know. */
static void
wait_asleep (Client *client, uint64_t out[N - 1])
{
  gint64 end = g_get_monotonic_time () + WAIT_US;
  unsigned n;

  do
    {
      n = 0;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      for (uint64_t id = 1; id <= N && n < N - 1; id++)
        if (is_asleep (client, id))
          out[n++] = id;
    }
  while (n < N - 1);
}

/* --- the world --- */

static Client
client_new (void)
{
  Client client = { .told = g_async_queue_new_full (g_free) };
  EngEngineConfig config = { .many_per_address = true, .awake_max = 1, .sleep_after_us = 1 };

  g_assert_true (bt_endpoint_parse ("127.0.0.1:0", 11, &config.bind.address));
  config.random[0] = (uint8_t) g_random_int ();
  config.random[1] = (uint8_t) g_random_int ();
  client.engine = eng_engine_new (&config, &events, client.told);
  g_assert_nonnull (client.engine);
  return client;
}

static void
client_clear (Client *client)
{
  eng_engine_free (client->engine);
  g_async_queue_unref (client->told);
}

static void
add_seed (World *w, unsigned i)
{
  const char name[] = { (char) ('a' + i), '\0' };
  g_autofree char *path = g_strconcat (name, "/file", NULL);
  g_autofree char *content = g_build_filename (w->folder, name, NULL);
  EngRosterRow row = { .id = i + 1, .has_v1 = true, .position = i, .flags = ENG_ROSTER_METADATA };
  EngRosterSource source = { 0 };
  EngAddition addition = { .folder = w->folder, .row = &row, .source = &source };

  files_write (w->folder, path, 3 * PIECE + 1, i + 1);
  w->metainfos[i] = files_torrent (content, BT_FORMAT_V1, PIECE, 1);
  memcpy (row.v1, bt_metainfo_info_hash_v1 (w->metainfos[i]), sizeof row.v1);
  row.name = (char *) (uintptr_t) name;
  row.folder = w->folder;
  source.metainfo = bt_metainfo_bytes (w->metainfos[i]);
  addition.metainfo = w->metainfos[i];
  eng_engine_add (w->seed.engine, i + 1, &addition);
  wait_for_state (&w->seed, i + 1, ENG_TORRENT_SEEDING);
}

static void
set_profile (World *w)
{
  g_autofree char *folder = g_build_filename (w->folder, "profile", NULL);
  EngProfile *profile = eng_profile_open (folder, folder);
  GPtrArray *rows;

  g_assert_null (eng_profile_problem (profile));
  rows = eng_profile_list (profile);
  eng_engine_set_profile (w->seed.engine, profile, rows);
}

static World *
world_new (void)
{
  World *w = g_new0 (World, 1);

  w->folder = files_folder ();
  w->seed = client_new ();
  w->leech = client_new ();
  set_profile (w);
  for (unsigned i = 0; i < N; i++)
    add_seed (w, i);
  wait_asleep (&w->seed, w->asleep);
  return w;
}

static void
world_free (World *w)
{
  client_clear (&w->seed);
  client_clear (&w->leech);
  for (unsigned i = 0; i < N; i++)
    bt_metainfo_unref (w->metainfos[i]);
  files_remove (w->folder);
  g_free (w);
}

/* --- the tests --- */

static void
fetch (World *w, uint64_t id)
{
  g_autofree char *folder = g_build_filename (w->folder, "fetched", NULL);
  EngAddition addition = { .metainfo = w->metainfos[id - 1], .folder = folder };
  BtEndpoint seed;
  Told told;

  g_mkdir (folder, 0700);
  g_assert_true (bt_endpoint_parse ("127.0.0.1:1", 11, &seed));
  seed.port = eng_engine_port (w->seed.engine);
  eng_engine_add (w->leech.engine, id, &addition);
  eng_engine_add_peer (w->leech.engine, id, &seed);
  do
    told = next_of (&w->leech, id);
  while (!told.is_completed);
}

/* Who connects is served, though nobody was there. */
static void
test_peer_wakes (void)
{
  World *w = world_new ();

  for (unsigned i = 0; i < N - 1; i++)
    fetch (w, w->asleep[i]);
  wait_asleep (&w->seed, w->asleep);
  world_free (w);
}

/* A peer far away, of which the first bytes are here. */
typedef struct
{
  BtioStream stream;
  uint8_t hello[BT_HANDSHAKE_LEN];
  size_t left; /* to read */
  bool is_closed;
  uint64_t id; /* of whom it wants */
  EngEngine *engine;
  GAsyncQueue *answer;
} Far;

static ssize_t
far_readv (BtioStream *stream, const struct iovec *parts, int n)
{
  Far *far = (Far *) stream;
  size_t len = MIN (parts[0].iov_len, far->left);

  if (len == 0)
    {
      errno = EAGAIN;
      return -1;
    }
  memcpy (parts[0].iov_base, far->hello + sizeof far->hello - far->left, len);
  far->left -= len;
  return (ssize_t) len;
}

static ssize_t
far_writev (BtioStream *stream, const struct iovec *parts, int n)
{
  size_t len = 0;

  for (int i = 0; i < n; i++)
    len += parts[i].iov_len;
  return (ssize_t) len;
}

static void
far_want (BtioStream *stream, unsigned ready)
{
}

static int
far_error (BtioStream *stream)
{
  return 0;
}

static void
far_close (BtioStream *stream)
{
  ((Far *) stream)->is_closed = true;
}

static const BtioStreamClass far_class = { far_readv, far_writev, far_want, far_error, far_close };

static bool
far_identify (void *owner, EngConnection *connection, const uint8_t info_hash[20])
{
  Far *far = owner;

  return eng_entry_receive (eng_book_find (far->engine->book, far->id), connection, info_hash);
}

static void
far_closed (void *owner, EngConnection *connection, const EngClosure *closure)
{
}

static const EngConnectionEvents far_events = { .identify = far_identify, .closed = far_closed };

/* It comes to one that is asleep, and before that is awake the network is gone. */
static void
come_and_lose (EngEngine *e, void *data)
{
  Far *far = data;
  const EngEntry *entry = eng_book_find (e->book, far->id);

  far->engine = e;
  (void) eng_connection_new_incoming (e->reactor, &far->stream, NULL, &far_events, far);
  far->stream.ready (&far->stream, far->stream.owner, BTIO_READABLE);
  g_assert_nonnull (entry->lobby);
  g_assert_cmpint (far->left, ==, 0);
  eng_elsewhere_lost (e, BT_FAMILY_V4);
}

static void
answer_closed (EngEngine *e, void *data)
{
  Far *far = data;

  g_async_queue_push (far->answer, GUINT_TO_POINTER (far->is_closed ? 2 : 1));
}

/* Who waits for one that is asleep is cut off like all others when the network is lost. */
static void
test_network_lost (void)
{
  World *w = world_new ();
  g_autoptr (GAsyncQueue) answer = g_async_queue_new ();
  Far far = { .stream = { .class = &far_class },
              .left = BT_HANDSHAKE_LEN,
              .id = w->asleep[0],
              .answer = answer };
  BtHandshake hello = { .features = BT_FEATURE_FAST };
  gint64 end = g_get_monotonic_time () + WAIT_US;

  g_assert_true (bt_endpoint_parse ("8.8.4.4:5000", 12, &far.stream.remote));
  memcpy (hello.info_hash, bt_metainfo_info_hash_v1 (w->metainfos[far.id - 1]), 20);
  memset (hello.peer_id, 'x', sizeof hello.peer_id);
  bt_handshake_write (&hello, far.hello);
  eng_engine_call (w->seed.engine, come_and_lose, &far, NULL);
  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      eng_engine_call (w->seed.engine, answer_closed, &far, NULL);
    }
  while (g_async_queue_pop (answer) != GUINT_TO_POINTER (2));
  world_free (w);
}

static void
test_looking_wakes (void)
{
  World *w = world_new ();

  eng_engine_watch (w->seed.engine, w->asleep[0], ENG_DETAIL_PEERS);
  while (is_asleep (&w->seed, w->asleep[0]))
    ;
  eng_engine_watch (w->seed.engine, w->asleep[0], 0);
  wait_asleep (&w->seed, w->asleep);
  world_free (w);
}

/* Every byte is read again, and it seeds on. */
static void
test_verifying_wakes (void)
{
  World *w = world_new ();
  Told told;

  eng_engine_verify (w->seed.engine, w->asleep[0]);
  do
    told = next_of (&w->seed, w->asleep[0]);
  while (told.stats.hashed != 3 * PIECE + 1);
  world_free (w);
}

/* (transfer full) */
static char *
path_of (const World *w, uint64_t id)
{
  const char name[] = { (char) ('a' + id - 1), '\0' };

  return g_build_filename (w->folder, name, "file", NULL);
}

static void
wait_removed (World *w, uint64_t id)
{
  while (!next_of (&w->seed, id).is_removed)
    ;
}

static void
test_removing (void)
{
  World *w = world_new ();
  g_autofree char *deleted = path_of (w, w->asleep[0]);
  g_autofree char *kept = path_of (w, w->asleep[1]);

  eng_engine_remove_data (w->seed.engine, w->asleep[0]);
  wait_removed (w, w->asleep[0]);
  g_assert_false (g_file_test (deleted, G_FILE_TEST_EXISTS));
  eng_engine_remove (w->seed.engine, w->asleep[1]);
  wait_removed (w, w->asleep[1]);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  world_free (w);
}

/* Nobody is there for long enough to be told to go. */
static void
test_ending (void)
{
  World *w = world_new ();

  eng_engine_watch (w->seed.engine, w->asleep[0], ENG_DETAIL_PEERS);
  eng_engine_verify (w->seed.engine, w->asleep[1]);
  world_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sleep/peer-wakes", test_peer_wakes);
  g_test_add_func ("/sleep/network-lost", test_network_lost);
  g_test_add_func ("/sleep/looking-wakes", test_looking_wakes);
  g_test_add_func ("/sleep/verifying-wakes", test_verifying_wakes);
  g_test_add_func ("/sleep/removing", test_removing);
  g_test_add_func ("/sleep/ending", test_ending);
  return g_test_run ();
}
