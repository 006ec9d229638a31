/* eng-engine.c: the thread, the commands, and what ties a torrent to its trackers. */
#include "client-core/engine/eng-engine.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client-core/engine/eng-door.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

#define SNAPSHOT_US 250000
#define STOP_US 2000000
#define WANT_PEERS 200
#define USER_AGENT "Shoal/0.1.0"

typedef enum
{
  COMMAND_ADD,
  COMMAND_REMOVE,
  COMMAND_PEER,
  COMMAND_QUIT
} CommandKind;

typedef struct Command
{
  struct Command *next;
  CommandKind kind;
  uint64_t id;
  BtMetainfo *metainfo;
  char *folder;
  bool use_trackers;
  EngPreallocate preallocate;
  BtEndpoint peer;
} Command;

/* A torrent and its announces. */
typedef struct
{
  EngEngine *engine;
  uint64_t id;
  EngTorrent *torrent;
  EngAnnounces *announces; /* once the torrent is verified; NULL without trackers */
  BtMetainfo *metainfo;
  bool use_trackers;
  bool removing;
  unsigned leaving; /* parts that are still stopping */
  char *tracker;    /* the last word of a tracker */
} Entry;

struct EngEngine
{
  EngEngineConfig config; /* without its strings */
  char *interface;
  const EngEngineEvents *events;
  void *owner;
  pthread_t thread;

  /* Between threads. */
  pthread_mutex_t lock;
  pthread_cond_t started;
  bool is_started;
  int start_errno;
  Command *first;
  Command **last;
  int wake_fd;
  uint16_t port;

  /* The thread's own. */
  GMainContext *context;
  GMainLoop *loop;
  BtioReactor *reactor;
  BtioWatch wake;
  BtioTimer snapshot;
  EngDoor *door;
  EngDisk *disk;
  EngAnnouncer *announcer;
  EngShare share;
  GPtrArray *entries; /* of Entry */
  uint64_t next_seed;
  bool quitting;
};

static uint64_t
random_word (const EngEngine *e, size_t i)
{
  uint64_t word;

  memcpy (&word, e->config.random + 8 * i, sizeof word);
  return word;
}

static void
make_peer_id (const EngEngine *e, uint8_t out[20])
{
  bt_peer_id_make (e->config.random, out);
}

static Entry *
find_entry (const EngEngine *e, uint64_t id)
{
  for (guint i = 0; i < e->entries->len; i++)
    if (((Entry *) e->entries->pdata[i])->id == id)
      return e->entries->pdata[i];
  return NULL;
}

/* --- a torrent's trackers --- */

static void
on_facts (void *owner, EngAnnounceFacts *out)
{
  Entry *entry = owner;
  EngTorrentStats stats = eng_torrent_stats (entry->torrent);

  *out = (EngAnnounceFacts){ .uploaded = stats.uploaded,
                             .downloaded = stats.downloaded,
                             .left = stats.left,
                             .want_peers
                             = eng_torrent_wants_peers (entry->torrent) ? WANT_PEERS : 0 };
}

static void
on_peers (void *owner, const BtEndpoint *peers, size_t n, bool local)
{
  Entry *entry = owner;

  for (size_t i = 0; i < n && entry->torrent != NULL; i++)
    eng_torrent_add_peer (entry->torrent, &peers[i], ENG_SOURCE_TRACKER, local);
}

static void
on_tracker_changed (void *owner, size_t tracker)
{
  Entry *entry = owner;
  EngTrackerStatus status = eng_announces_status (entry->announces, tracker);

  g_free (entry->tracker);
  entry->tracker = g_strdup (status.message);
}

static const EngAnnounceEvents announce_events
    = { .facts = on_facts, .peers = on_peers, .changed = on_tracker_changed };

static void
start_announces (Entry *entry)
{
  size_t n;
  const BtTracker *trackers = bt_metainfo_trackers (entry->metainfo, &n);

  if (!entry->use_trackers || n == 0 || entry->announces != NULL || entry->removing)
    return;
  entry->announces
      = eng_announces_new (entry->engine->announcer, eng_torrent_info_hash (entry->torrent),
                           trackers, n, &announce_events, entry);
}

/* --- a torrent's events --- */

static void
tell (Entry *entry)
{
  EngEngine *e = entry->engine;
  EngTorrentStats stats;

  if (entry->torrent == NULL || entry->removing || e->quitting)
    return;
  stats = eng_torrent_stats (entry->torrent);
  e->events->snapshot (e->owner, entry->id, &stats, entry->tracker);
}

static void
on_changed (void *owner, EngTorrentState state)
{
  Entry *entry = owner;

  if (state == ENG_TORRENT_DOWNLOADING || state == ENG_TORRENT_SEEDING)
    start_announces (entry);
  tell (entry);
}

static void
on_completed (void *owner)
{
  Entry *entry = owner;

  if (entry->announces != NULL)
    eng_announces_completed (entry->announces);
  entry->engine->events->completed (entry->engine->owner, entry->id);
}

static const EngTorrentEvents torrent_events = { .changed = on_changed, .completed = on_completed };

/* --- commands --- */

static void
add_torrent (EngEngine *e, const Command *command)
{
  Entry *entry = g_new0 (Entry, 1);
  EngTorrentConfig config = { .reactor = e->reactor,
                              .disk = e->disk,
                              .ops = btd_ops (),
                              .metainfo = command->metainfo,
                              .folder = command->folder,
                              .preallocate = command->preallocate,
                              .port = e->port,
                              .bind = &e->config.bind,
                              .share = &e->share,
                              .seed = e->next_seed++,
                              .many_per_address = e->config.many_per_address,
                              .events = &torrent_events,
                              .owner = entry };

  make_peer_id (e, config.peer_id);
  entry->engine = e;
  entry->id = command->id;
  entry->metainfo = bt_metainfo_ref (command->metainfo);
  entry->use_trackers = command->use_trackers;
  g_ptr_array_add (e->entries, entry);
  entry->torrent = eng_torrent_new (&config);
}

static void
left_one (void *data)
{
  Entry *entry = data;
  EngEngine *e = entry->engine;
  uint64_t id = entry->id;

  if (--entry->leaving > 0)
    return;
  g_ptr_array_remove_fast (e->entries, entry);
  bt_metainfo_unref (entry->metainfo);
  g_free (entry->tracker);
  g_free (entry);
  if (!e->quitting)
    e->events->removed (e->owner, id);
  else if (e->entries->len == 0)
    g_main_loop_quit (e->loop);
}

static void
on_torrent_stopped (void *data)
{
  left_one (data);
}

static void
on_announces_stopped (void *data)
{
  Entry *entry = data;

  entry->announces = NULL;
  if (entry->torrent != NULL)
    eng_torrent_stop (g_steal_pointer (&entry->torrent), on_torrent_stopped, entry);
  left_one (entry);
}

/* The trackers hear of it first: what they are told is the torrent's. */
static void
remove_torrent (EngEngine *e, uint64_t id)
{
  Entry *entry = find_entry (e, id);

  if (entry == NULL || entry->removing)
    return;
  entry->removing = true;
  entry->leaving = entry->announces != NULL ? 2 : 1;
  if (entry->announces != NULL)
    eng_announces_stop (entry->announces, STOP_US, on_announces_stopped, entry);
  else
    eng_torrent_stop (g_steal_pointer (&entry->torrent), on_torrent_stopped, entry);
}

static void
quit (EngEngine *e)
{
  e->quitting = true;
  if (e->entries->len == 0)
    g_main_loop_quit (e->loop);
  for (guint i = e->entries->len; i-- > 0;)
    remove_torrent (e, ((Entry *) e->entries->pdata[i])->id);
}

static void
run_command (EngEngine *e, const Command *command)
{
  Entry *entry;

  switch (command->kind)
    {
    case COMMAND_ADD:
      add_torrent (e, command);
      break;
    case COMMAND_REMOVE:
      remove_torrent (e, command->id);
      break;
    case COMMAND_PEER:
      entry = find_entry (e, command->id);
      if (entry != NULL && entry->torrent != NULL)
        eng_torrent_add_peer (entry->torrent, &command->peer, ENG_SOURCE_GIVEN, true);
      break;
    case COMMAND_QUIT:
      quit (e);
      break;
    }
}

static void
command_free (Command *command)
{
  bt_metainfo_unref (command->metainfo);
  g_free (command->folder);
  g_free (command);
}

static void
on_wake (BtioWatch *watch, uint32_t events)
{
  EngEngine *e = (EngEngine *) (void *) ((char *) watch - offsetof (EngEngine, wake));
  Command *command;
  uint64_t count;

  if (read (e->wake_fd, &count, sizeof count) < 0)
    return; /* nothing was there: another turn has read it */
  pthread_mutex_lock (&e->lock);
  command = e->first;
  e->first = NULL;
  e->last = &e->first;
  pthread_mutex_unlock (&e->lock);
  while (command != NULL)
    {
      Command *next = command->next;

      run_command (e, command);
      command_free (command);
      command = next;
    }
}

static void
send_command (EngEngine *e, const Command *values)
{
  Command *command = g_memdup2 (values, sizeof *values);
  const uint64_t one = 1;

  pthread_mutex_lock (&e->lock);
  *e->last = command;
  e->last = &command->next;
  pthread_mutex_unlock (&e->lock);
  (void) !write (e->wake_fd, &one, sizeof one); /* a full counter wakes as well */
}

void
eng_engine_add (EngEngine *e, uint64_t id, const EngAddition *addition)
{
  send_command (e, &(Command){ .kind = COMMAND_ADD,
                               .id = id,
                               .metainfo = bt_metainfo_ref (addition->metainfo),
                               .folder = g_strdup (addition->folder),
                               .use_trackers = addition->use_trackers,
                               .preallocate = addition->preallocate });
}

void
eng_engine_remove (EngEngine *e, uint64_t id)
{
  send_command (e, &(Command){ .kind = COMMAND_REMOVE, .id = id });
}

void
eng_engine_add_peer (EngEngine *e, uint64_t id, const BtEndpoint *peer)
{
  send_command (e, &(Command){ .kind = COMMAND_PEER, .id = id, .peer = *peer });
}

/* --- the thread --- */

static void
on_snapshot (BtioTimer *timer, uint64_t now_us)
{
  EngEngine *e = (EngEngine *) (void *) ((char *) timer - offsetof (EngEngine, snapshot));

  for (guint i = 0; i < e->entries->len; i++)
    {
      Entry *entry = e->entries->pdata[i];

      tell (entry);
      if (entry->announces != NULL && entry->torrent != NULL
          && eng_torrent_wants_peers (entry->torrent))
        eng_announces_more (entry->announces);
      if (entry->torrent != NULL)
        eng_torrent_hold (entry->torrent, eng_disk_is_full (e->disk));
    }
  btio_timer_set (timer, e->reactor, now_us + SNAPSHOT_US);
}

static void
on_room (void *data)
{
  EngEngine *e = data;

  for (guint i = 0; i < e->entries->len; i++)
    if (((Entry *) e->entries->pdata[i])->torrent != NULL)
      eng_torrent_hold (((Entry *) e->entries->pdata[i])->torrent, false);
}

/* A stranger names the torrent that it wants. */
static bool
lead_in (void *owner, EngConnection *connection, const uint8_t info_hash[20])
{
  EngEngine *e = owner;

  for (guint i = 0; i < e->entries->len; i++)
    {
      Entry *entry = e->entries->pdata[i];

      if (entry->torrent != NULL && !entry->removing
          && memcmp (eng_torrent_info_hash (entry->torrent), info_hash, 20) == 0)
        return eng_torrent_adopt (entry->torrent, connection);
    }
  return false;
}

static bool
start (EngEngine *e)
{
  EngDiskConfig disk = { .ops = btd_ops () };
  EngAnnouncerConfig announcer
      = { .user_agent = USER_AGENT, .bind = e->config.bind, .seed = random_word (e, 2) };

  e->reactor = btio_reactor_new (e->context);
  if (e->reactor == NULL)
    return false;
  e->door = eng_door_new (e->reactor, &e->config.bind, lead_in, e);
  e->disk = eng_disk_new (e->reactor, &disk);
  e->wake.ready = on_wake;
  if (e->door == NULL || e->disk == NULL
      || !btio_watch_start (&e->wake, e->reactor, e->wake_fd, EPOLLIN))
    return false;
  e->port = eng_door_port (e->door);
  eng_disk_on_room (e->disk, on_room, e);
  make_peer_id (e, announcer.peer_id);
  announcer.key = (uint32_t) random_word (e, 3);
  announcer.port = e->port;
  e->announcer = eng_announcer_new (e->reactor, &announcer);
  bt_token_bucket_init (&e->share.connects, NULL, BT_LIMIT_CONNECTS_PER_SECOND,
                        BT_LIMIT_CONNECTS_PER_SECOND, btio_reactor_now_us (e->reactor));
  e->next_seed = random_word (e, 1);
  e->snapshot.due = on_snapshot;
  btio_timer_set (&e->snapshot, e->reactor, btio_reactor_now_us (e->reactor) + SNAPSHOT_US);
  return true;
}

static void
stop (EngEngine *e)
{
  eng_door_close (e->door);
  while (e->door != NULL && !eng_door_is_empty (e->door))
    g_main_context_iteration (e->context, TRUE);
  eng_door_free (e->door);
  eng_announcer_free (e->announcer);
  eng_disk_free (e->disk);
  if (e->reactor == NULL)
    return;
  btio_watch_stop (&e->wake);
  btio_timer_stop (&e->snapshot);
  btio_reactor_free (e->reactor);
}

static void *
run (void *data)
{
  EngEngine *e = data;
  bool ok;

  g_main_context_push_thread_default (e->context);
  ok = start (e);
  pthread_mutex_lock (&e->lock);
  e->start_errno = ok ? 0 : (errno != 0 ? errno : EIO);
  e->is_started = true;
  pthread_cond_signal (&e->started);
  pthread_mutex_unlock (&e->lock);
  if (ok)
    g_main_loop_run (e->loop);
  stop (e);
  g_main_context_pop_thread_default (e->context);
  return NULL;
}

static void
engine_clear (EngEngine *e)
{
  g_ptr_array_unref (e->entries);
  g_main_loop_unref (e->loop);
  g_main_context_unref (e->context);
  if (e->wake_fd >= 0)
    close (e->wake_fd);
  pthread_cond_destroy (&e->started);
  pthread_mutex_destroy (&e->lock);
  g_free (e->interface);
  g_free (e);
}

EngEngine *
eng_engine_new (const EngEngineConfig *config, const EngEngineEvents *events, void *owner)
{
  EngEngine *e = g_new0 (EngEngine, 1);
  int failure;

  e->config = *config;
  e->config.bind.interface = e->interface = g_strdup (config->bind.interface);
  e->events = events;
  e->owner = owner;
  e->last = &e->first;
  e->entries = g_ptr_array_new ();
  e->context = g_main_context_new ();
  e->loop = g_main_loop_new (e->context, FALSE);
  e->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  pthread_mutex_init (&e->lock, NULL);
  pthread_cond_init (&e->started, NULL);
  failure = e->wake_fd < 0 ? errno : pthread_create (&e->thread, NULL, run, e);
  if (failure == 0)
    {
      pthread_mutex_lock (&e->lock);
      while (!e->is_started)
        pthread_cond_wait (&e->started, &e->lock);
      failure = e->start_errno;
      pthread_mutex_unlock (&e->lock);
      if (failure == 0)
        return e;
      pthread_join (e->thread, NULL);
    }
  engine_clear (e);
  errno = failure;
  return NULL;
}

void
eng_engine_free (EngEngine *e)
{
  if (e == NULL)
    return;
  send_command (e, &(Command){ .kind = COMMAND_QUIT });
  pthread_join (e->thread, NULL);
  engine_clear (e);
}

uint16_t
eng_engine_port (const EngEngine *e)
{
  return e->port;
}
