/* eng-engine.c: the thread and the commands. */
#include "client-core/engine/eng-engine.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client-core/engine/eng-engine-private.h"
#include "client-core/engine/eng-elsewhere.h"
#include "client-core/engine/eng-port.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd-dh.h"
#include "protocol/digest/btd.h"

#define USER_AGENT "Shoal/0.1.0"

typedef enum
{
  COMMAND_ADD,
  COMMAND_REMOVE,
  COMMAND_VERIFY,
  COMMAND_CHOOSE,
  COMMAND_PEER,
  COMMAND_TRACKER,
  COMMAND_LIMITS,
  COMMAND_ENCRYPTION,
  COMMAND_ORDER,
  COMMAND_CALL,
  COMMAND_QUIT
} CommandKind;

struct EngCommand
{
  struct EngCommand *next;
  CommandKind kind;
  uint64_t id;
  EngAddition addition; /* a copy */
  BtEndpoint peer;
  char *url; /* of a tracker; of CHOOSE the folder */
  unsigned tier;
  uint8_t *priorities; /* CHOOSE, like the next */
  size_t n_priorities;
  uint64_t down_Bps;
  uint64_t up_Bps;
  EngCryptPolicy encryption;
  void (*run) (EngEntry *entry, void *data);
  void (*call) (EngEngine *e, void *data);
  void *data;
  GDestroyNotify forget;
};

static uint64_t
random_word (const EngEngine *e, size_t i)
{
  uint64_t word;

  memcpy (&word, e->config.random + 8 * i, sizeof word);
  return word;
}

void
eng_engine_make_peer_id (const EngEngine *e, uint8_t out[20])
{
  bt_peer_id_make (e->config.random, out);
}

/* --- commands --- */

static void
remove_entry (EngEntry *entry)
{
  if (entry != NULL && !entry->removing)
    eng_entry_remove (entry);
}

static void
on_store_closed (void *data)
{
  EngEngine *e = data;

  g_main_loop_quit (e->loop);
}

void
eng_engine_end (EngEngine *e)
{
  if (e->is_unmapping)
    return; /* it comes back */
  if (e->store != NULL)
    eng_store_close (g_steal_pointer (&e->store), on_store_closed, e);
  else
    g_main_loop_quit (e->loop);
}

static void
quit (EngEngine *e)
{
  e->quitting = true;
  eng_port_quit (e); /* answers in a later turn */
  for (guint i = e->entries->len; i-- > 0;)
    remove_entry (e->entries->pdata[i]);
}

static void
set_limits (EngEngine *e, uint64_t down_Bps, uint64_t up_Bps)
{
  eng_throttle_set_rate (&e->share.down, down_Bps);
  eng_throttle_set_rate (&e->share.up, up_Bps);
}

static void
run_command (EngEngine *e, const EngCommand *command)
{
  EngEntry *entry;

  switch (command->kind)
    {
    case COMMAND_ADD:
      eng_entry_add (e, command->id, &command->addition);
      break;
    case COMMAND_REMOVE:
      remove_entry (eng_entry_find (e, command->id));
      break;
    case COMMAND_VERIFY:
      entry = eng_entry_find (e, command->id);
      if (entry != NULL)
        eng_entry_verify (entry);
      break;
    case COMMAND_CHOOSE:
      entry = eng_entry_find (e, command->id);
      if (entry != NULL)
        eng_entry_choose (entry, command->url, command->priorities, command->n_priorities);
      break;
    case COMMAND_PEER:
      entry = eng_entry_find (e, command->id);
      if (entry != NULL)
        eng_entry_add_peer (entry, &command->peer);
      break;
    case COMMAND_TRACKER:
      entry = eng_entry_find (e, command->id);
      if (entry != NULL && !entry->removing)
        eng_entry_add_tracker (entry, command->url, command->tier);
      break;
    case COMMAND_LIMITS:
      set_limits (e, command->down_Bps, command->up_Bps);
      break;
    case COMMAND_ENCRYPTION:
      eng_crypt_set_policy (e->crypt, command->encryption);
      break;
    case COMMAND_ORDER:
      entry = eng_entry_find (e, command->id);
      if (entry != NULL && !entry->removing)
        command->run (entry, command->data);
      break;
    case COMMAND_CALL:
      command->call (e, command->data);
      break;
    case COMMAND_QUIT:
      quit (e);
      break;
    }
}

void
eng_addition_init_copy (EngAddition *self, const EngAddition *from)
{
  *self = *from;
  if (from->metainfo != NULL)
    self->metainfo = bt_metainfo_ref (from->metainfo);
  self->select.ranges
      = g_memdup2 (from->select.ranges, from->select.n_ranges * sizeof *from->select.ranges);
  self->folder = g_strdup (from->folder);
  self->state_folder = g_strdup (from->state_folder);
  self->row = from->row != NULL ? eng_roster_row_copy (from->row) : NULL;
  self->source = from->source != NULL ? eng_roster_source_copy (from->source) : NULL;
  if (from->priorities != NULL)
    self->priorities = g_memdup2 (from->priorities, bt_metainfo_layout (from->metainfo)->n_files);
  if (from->hashed != NULL)
    self->hashed = g_memdup2 (from->hashed,
                              bt_metainfo_layout (from->metainfo)->n_files * sizeof *from->hashed);
}

void
eng_addition_clear (EngAddition *self)
{
  bt_metainfo_unref (self->metainfo);
  bt_select_only_clear (&self->select);
  g_free ((char *) (uintptr_t) self->folder);
  g_free ((char *) (uintptr_t) self->state_folder);
  g_free ((uint8_t *) (uintptr_t) self->priorities);
  g_free ((EngFileState *) (uintptr_t) self->hashed);
  eng_roster_row_free ((EngRosterRow *) (uintptr_t) self->row);
  eng_roster_source_free ((EngRosterSource *) (uintptr_t) self->source);
  *self = (EngAddition){ 0 };
}

static void
command_free (EngCommand *command)
{
  eng_addition_clear (&command->addition);
  g_free (command->url);
  g_free (command->priorities);
  if (command->forget != NULL)
    command->forget (command->data);
  g_free (command);
}

static void
on_wake (BtioWatch *watch, uint32_t events)
{
  EngEngine *e = (EngEngine *) (void *) ((char *) watch - offsetof (EngEngine, wake));
  EngCommand *command;
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
      EngCommand *next = command->next;

      run_command (e, command);
      command_free (command);
      command = next;
    }
}

static void
send_command (EngEngine *e, const EngCommand *values)
{
  EngCommand *command = g_memdup2 (values, sizeof *values);
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
  EngCommand command = { .kind = COMMAND_ADD, .id = id };

  eng_addition_init_copy (&command.addition, addition);
  send_command (e, &command);
}

void
eng_engine_order (EngEngine *e, uint64_t id, void (*run) (EngEntry *entry, void *data), void *data,
                  GDestroyNotify forget)
{
  send_command (
      e,
      &(EngCommand){ .kind = COMMAND_ORDER, .id = id, .run = run, .data = data, .forget = forget });
}

void
eng_engine_call (EngEngine *e, void (*call) (EngEngine *e, void *data), void *data,
                 GDestroyNotify forget)
{
  send_command (
      e, &(EngCommand){ .kind = COMMAND_CALL, .call = call, .data = data, .forget = forget });
}

void
eng_engine_verify (EngEngine *e, uint64_t id)
{
  send_command (e, &(EngCommand){ .kind = COMMAND_VERIFY, .id = id });
}

void
eng_engine_choose (EngEngine *e, uint64_t id, const char *folder, const uint8_t *priorities,
                   size_t n)
{
  send_command (e, &(EngCommand){ .kind = COMMAND_CHOOSE,
                                  .id = id,
                                  .url = g_strdup (folder),
                                  .priorities = g_memdup2 (priorities, n),
                                  .n_priorities = n });
}

void
eng_engine_add_tracker (EngEngine *e, uint64_t id, const char *url, unsigned tier)
{
  send_command (
      e, &(EngCommand){ .kind = COMMAND_TRACKER, .id = id, .url = g_strdup (url), .tier = tier });
}

void
eng_engine_set_limits (EngEngine *e, uint64_t down_Bps, uint64_t up_Bps)
{
  send_command (e, &(EngCommand){ .kind = COMMAND_LIMITS, .down_Bps = down_Bps, .up_Bps = up_Bps });
}

void
eng_engine_set_encryption (EngEngine *e, EngCryptPolicy policy)
{
  send_command (e, &(EngCommand){ .kind = COMMAND_ENCRYPTION, .encryption = policy });
}

void
eng_engine_remove (EngEngine *e, uint64_t id)
{
  send_command (e, &(EngCommand){ .kind = COMMAND_REMOVE, .id = id });
}

void
eng_engine_add_peer (EngEngine *e, uint64_t id, const BtEndpoint *peer)
{
  send_command (e, &(EngCommand){ .kind = COMMAND_PEER, .id = id, .peer = *peer });
}

/* --- the thread --- */

static void
on_room (void *data)
{
  EngEngine *e = data;

  for (guint i = 0; i < e->awake->len; i++)
    if (((EngEntry *) e->awake->pdata[i])->torrent != NULL)
      eng_torrent_hold (((EngEntry *) e->awake->pdata[i])->torrent, false);
}

/* A stranger names the torrent that it wants. */
static bool
lead_in (void *owner, EngConnection *connection, const uint8_t info_hash[20])
{
  if (!eng_entry_lead_in (owner, connection, info_hash))
    return false;
  eng_port_reached (owner, connection);
  return true;
}

static EngCrypt *
make_crypt (EngEngine *e)
{
  EngCryptConfig config = { .reactor = e->reactor,
                            .digests = btd_ops (),
                            .dh = btd_dh_ops (),
                            .find = eng_entry_find_name,
                            .owner = e };

  memcpy (config.secret, e->config.random + 32, sizeof config.secret);
  return eng_crypt_new (&config);
}

static bool
start (EngEngine *e)
{
  EngDiskConfig disk = { .ops = btd_ops () };
  EngAnnouncerConfig announcer
      = { .user_agent = USER_AGENT, .bind = e->config.bind, .seed = random_word (e, 2) };

  e->book = eng_book_new (btd_ops ());
  eng_engine_init_sleep (e);
  eng_engine_init_queue (e);
  e->reactor = btio_reactor_new (e->context);
  if (e->reactor == NULL)
    return false;
  eng_share_init (&e->share, e->reactor, e->config.many_per_address, random_word (e, 8));
  e->crypt = make_crypt (e);
  e->door = eng_door_new (e->reactor, &e->config.bind, e->crypt, lead_in, e);
  if (e->door == NULL)
    return false; /* errno says why it cannot listen */
  e->disk = eng_disk_new (e->reactor, &disk);
  e->wake.ready = on_wake;
  if (e->disk == NULL || !btio_watch_start (&e->wake, e->reactor, e->wake_fd, EPOLLIN))
    return false;
  e->share.port = eng_door_port (e->door);
  eng_disk_on_room (e->disk, on_room, e);
  eng_engine_make_peer_id (e, announcer.peer_id);
  announcer.key = (uint32_t) random_word (e, 3);
  announcer.port = e->share.port;
  e->announcer = eng_announcer_new (e->reactor, &announcer);
  e->next_seed = random_word (e, 1);
  eng_port_start (e);
  eng_elsewhere_start (e);
  return true;
}

static void
stop (EngEngine *e)
{
  eng_door_close (e->door);
  while (e->door != NULL && !eng_door_is_empty (e->door))
    g_main_context_iteration (e->context, TRUE);
  eng_door_free (e->door);
  eng_crypt_free (e->crypt);
  eng_elsewhere_free (e);
  eng_port_free (e);
  eng_announcer_free (e->announcer);
  eng_disk_free (e->disk);
  eng_engine_clear_sleep (e);
  eng_engine_clear_queue (e);
  eng_book_free (e->book);
  if (e->reactor == NULL)
    return;
  eng_share_clear (&e->share);
  btio_watch_stop (&e->wake);
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
  eng_roots_free (e->roots);
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
  e->roots = eng_roots_new ();
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
  send_command (e, &(EngCommand){ .kind = COMMAND_QUIT });
  pthread_join (e->thread, NULL);
  engine_clear (e);
}

uint16_t
eng_engine_port (const EngEngine *e)
{
  return eng_door_port (e->door);
}
