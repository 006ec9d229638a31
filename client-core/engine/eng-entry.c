/* eng-entry.c: a torrent of an engine and its announces: what each tells the other, and their end.
 */
#include "client-core/engine/eng-engine-private.h"
#include "client-core/engine/eng-renames.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

#define WANT_PEERS 200

EngEntry *
eng_entry_find (const EngEngine *e, uint64_t id)
{
  for (guint i = 0; i < e->entries->len; i++)
    if (((EngEntry *) e->entries->pdata[i])->id == id)
      return e->entries->pdata[i];
  return NULL;
}

bool
eng_entry_lead_in (const EngEngine *e, EngConnection *connection, const uint8_t info_hash[20])
{
  for (guint i = 0; i < e->entries->len; i++)
    {
      EngEntry *entry = e->entries->pdata[i];

      if (entry->removing)
        continue;
      if (entry->metadata != NULL
          && memcmp (eng_metadata_info_hash (entry->metadata), info_hash, BT_SHA1_LEN) == 0)
        return eng_metadata_adopt (entry->metadata, connection);
      if (entry->torrent != NULL && eng_torrent_is_called (entry->torrent, info_hash))
        return eng_torrent_adopt (entry->torrent, connection);
    }
  return false;
}

/* The info-hash that encrypted connections call @name, when it is one of the entry's; else NULL. */
static const uint8_t *
name_behind (const EngEntry *entry, const uint8_t *name)
{
  if (entry->removing)
    return NULL;
  if (entry->metadata != NULL)
    return memcmp (eng_metadata_crypt_name (entry->metadata), name, BT_SHA1_LEN) == 0
               ? eng_metadata_info_hash (entry->metadata)
               : NULL;
  return entry->torrent != NULL ? eng_torrent_find_crypt_name (entry->torrent, name) : NULL;
}

const uint8_t *
eng_entry_find_name (void *engine, const uint8_t name[20])
{
  const EngEngine *e = engine;

  for (guint i = 0; i < e->entries->len; i++)
    {
      const uint8_t *own = name_behind (e->entries->pdata[i], name);

      if (own != NULL)
        return own;
    }
  return NULL;
}

/* --- peers --- */

static void
add_peer (EngEntry *entry, const BtEndpoint *peer, EngSource source, bool local)
{
  if (entry->metadata != NULL)
    eng_metadata_add_peer (entry->metadata, peer, source, local);
  else if (entry->torrent != NULL)
    eng_torrent_add_peer (entry->torrent, peer, source, local);
}

void
eng_entry_add_peer (EngEntry *entry, const BtEndpoint *peer)
{
  add_peer (entry, peer, ENG_SOURCE_GIVEN, true);
}

static bool
wants_peers (const EngEntry *entry)
{
  if (entry->metadata != NULL)
    return eng_metadata_wants_peers (entry->metadata);
  return entry->torrent != NULL && eng_torrent_wants_peers (entry->torrent);
}

/* --- a torrent's trackers --- */

/* What is left when nothing is known but, perhaps, what a magnet claims. */
static uint64_t
whole_size (const EngEntry *entry)
{
  if (entry->addition.metainfo != NULL)
    return bt_metainfo_content_size (entry->addition.metainfo);
  return MAX (entry->addition.length, BT_BLOCK_LEN);
}

static void
on_facts (void *owner, EngAnnounceFacts *out)
{
  EngEntry *entry = owner;
  EngTorrentStats stats = { .left = whole_size (entry) };

  if (entry->torrent != NULL)
    stats = eng_torrent_stats (entry->torrent);
  *out = (EngAnnounceFacts){ .uploaded = entry->uploaded + stats.uploaded,
                             .downloaded = entry->downloaded + stats.downloaded,
                             .left = stats.left };
  if (wants_peers (entry))
    out->want_peers = WANT_PEERS;
}

static void
on_peers (void *owner, const BtEndpoint *peers, size_t n, bool local, bool v2)
{
  EngEntry *entry = owner;
  EngSource source = v2 ? ENG_SOURCE_TRACKER | ENG_SOURCE_V2 : ENG_SOURCE_TRACKER;

  for (size_t i = 0; i < n; i++)
    add_peer (entry, &peers[i], source, local);
}

static void
on_tracker_changed (void *owner, const EngTrackerStatus *status)
{
  EngEntry *entry = owner;
  EngEngine *e = entry->engine;

  g_free (entry->tracker);
  entry->tracker = g_strdup (status->message);
  if (status->message != NULL && status->state != ENG_TRACKER_BUSY && e->events->tracker != NULL
      && !entry->removing && !e->quitting)
    e->events->tracker (e->owner, entry->id, status->url, status->message,
                        status->state == ENG_TRACKER_FAILING);
}

static const EngSwarmEvents swarm_events
    = { .facts = on_facts, .peers = on_peers, .changed = on_tracker_changed };

/* A magnet begins without trackers: they are added. */
static void
start_magnet_announces (EngEntry *entry)
{
  const uint8_t *name = eng_metadata_info_hash (entry->metadata);
  bool v1 = entry->addition.hashes.has_v1;

  entry->announces = eng_swarms_new (entry->engine->announcer, v1 ? name : NULL, v1 ? NULL : name,
                                     NULL, 0, &swarm_events, entry);
}

static void
drop_one (void *url, void *value, void *announces)
{
  eng_swarms_drop (announces, url);
}

static void
start_announces (EngEntry *entry)
{
  size_t n = 0;
  const BtTracker *trackers
      = entry->addition.use_trackers ? bt_metainfo_trackers (entry->addition.metainfo, &n) : NULL;
  const GArray *more = entry->more_trackers;

  if (entry->announces != NULL || entry->removing || entry->wishes.paused || n + more->len == 0)
    return;
  entry->announces = eng_swarms_new (
      entry->engine->announcer, eng_torrent_swarm (entry->torrent, ENG_SWARM_V1),
      eng_torrent_swarm (entry->torrent, ENG_SWARM_V2), trackers, n, &swarm_events, entry);
  eng_swarms_set_private (entry->announces, bt_metainfo_is_private (entry->addition.metainfo));
  for (guint i = 0; i < more->len; i++)
    eng_swarms_add (entry->announces, &g_array_index (more, BtTracker, i));
  if (entry->dropped != NULL)
    g_hash_table_foreach (entry->dropped, drop_one, entry->announces);
}

/* What is here is known, and can be announced. */
static bool
is_known (EngEntry *entry)
{
  EngTorrentState state;

  if (entry->torrent == NULL)
    return false;
  state = eng_torrent_stats (entry->torrent).state;
  return state == ENG_TORRENT_DOWNLOADING || state == ENG_TORRENT_SEEDING;
}

/* Before the announces begin it waits for them; after a pause they begin again. */
void
eng_entry_add_tracker (EngEntry *entry, const char *url, unsigned tier)
{
  BtTracker now = { .url = url, .tier = tier };
  BtTracker kept = { .url = g_strdup (url), .tier = tier };

  if (entry->dropped != NULL)
    g_hash_table_remove (entry->dropped, url);
  g_array_append_val (entry->more_trackers, kept);
  if (entry->announces != NULL)
    eng_swarms_add (entry->announces, &now);
  else if (is_known (entry))
    start_announces (entry);
}

void
eng_entry_drop_tracker (EngEntry *entry, const char *url)
{
  if (entry->dropped == NULL)
    entry->dropped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (entry->dropped, g_strdup (url));
  if (entry->announces != NULL)
    eng_swarms_drop (entry->announces, url);
}

static void
clear_tracker (void *tracker)
{
  g_free ((char *) (uintptr_t) ((BtTracker *) tracker)->url);
}

/* --- a torrent's events --- */

static EngTorrentStats
metadata_stats (const EngEntry *entry)
{
  uint64_t size = entry->addition.metainfo != NULL ? whole_size (entry) : entry->addition.length;
  EngTorrentStats stats = {
    .state = ENG_TORRENT_METADATA, .total = size, .left = size, .wanted = size, .wanted_left = size
  };

  if (entry->waits)
    return stats;
  stats.n_peers = eng_metadata_n_peers (entry->metadata);
  eng_metadata_progress (entry->metadata, &stats.metadata_have, &stats.metadata_all);
  if (eng_metadata_state (entry->metadata) == ENG_METADATA_UNFIT)
    {
      stats.state = ENG_TORRENT_FAULT;
      stats.fault = ENG_FAULT_METADATA;
      stats.problem = *eng_metadata_problem (entry->metadata);
    }
  return stats;
}

void
eng_entry_tell (EngEntry *entry)
{
  EngEngine *e = entry->engine;
  EngTorrentStats stats;

  if ((entry->torrent == NULL && entry->metadata == NULL && !entry->waits) || entry->removing
      || e->quitting)
    return;
  stats = entry->torrent == NULL ? metadata_stats (entry) : eng_torrent_stats (entry->torrent);
  stats.downloaded += entry->downloaded;
  stats.uploaded += entry->uploaded;
  e->events->snapshot (e->owner, entry->id, &stats, entry->tracker);
}

void
eng_entry_want_peers (EngEntry *entry)
{
  if (entry->announces != NULL && wants_peers (entry))
    eng_swarms_more (entry->announces);
}

static void
on_changed (void *owner, EngTorrentState state)
{
  EngEntry *entry = owner;

  if (state == ENG_TORRENT_DOWNLOADING || state == ENG_TORRENT_SEEDING)
    {
      eng_renames_settled (entry);
      start_announces (entry);
    }
  if (state == ENG_TORRENT_SEEDING)
    eng_keeping_share (entry->keeping);
  eng_entry_tell (entry);
}

static void
on_completed (void *owner)
{
  EngEntry *entry = owner;

  if (entry->announces != NULL)
    eng_swarms_completed (entry->announces);
  entry->engine->events->completed (entry->engine->owner, entry->id);
}

static const EngTorrentEvents torrent_events
    = { .changed = on_changed, .completed = on_completed, .named = eng_renames_loaded };

static void
on_trouble (void *data, const EngStoreProblem *problem)
{
  EngEntry *entry = data;

  if (!entry->engine->quitting)
    entry->engine->events->trouble (entry->engine->owner, entry->id, problem);
}

/* --- the torrent --- */

static void
begin_torrent (EngEntry *entry, bool trust)
{
  EngEngine *e = entry->engine;
  const EngAddition *a = &entry->addition;
  EngTorrentConfig config = { .reactor = e->reactor,
                              .disk = e->disk,
                              .ops = btd_ops (),
                              .metainfo = a->metainfo,
                              .folder = a->folder,
                              .names = &entry->names,
                              .priorities = a->priorities,
                              .sequential = a->sequential,
                              .super_seed = a->super_seed,
                              .preallocate = a->preallocate,
                              .port = e->port,
                              .bind = &e->config.bind,
                              .share = &e->share,
                              .crypt = e->crypt,
                              .seed = e->next_seed++,
                              .many_per_address = e->config.many_per_address,
                              .trust = trust,
                              .read_only = a->read_only,
                              .metadata = g_steal_pointer (&entry->metadata),
                              .events = &torrent_events,
                              .owner = entry };

  eng_engine_make_peer_id (e, config.peer_id);
  entry->keeping = eng_keeping_new (e->reactor, a->state_folder, a->metainfo, a->folder,
                                    !a->read_only, on_trouble, entry);
  config.keeper = entry->keeping != NULL ? &eng_keeping_keeper : NULL;
  config.keeper_data = entry->keeping;
  entry->torrent = eng_torrent_new (&config);
  (void) eng_torrent_set_wishes (entry->torrent, &entry->wishes); /* it is not verified yet */
  eng_renames_go_on (entry);
}

/* --- a magnet --- */

static void
on_metadata_ended (void *owner, EngMetadataState state)
{
  EngEntry *entry = owner;
  EngEngine *e = entry->engine;
  EngAddition *a = &entry->addition;

  if (state == ENG_METADATA_FOUND)
    {
      a->metainfo = bt_metainfo_ref (eng_metadata_metainfo (entry->metadata));
      a->priorities = eng_select_priorities (&a->select, a->metainfo);
      if (entry->announces != NULL)
        eng_swarms_set_private (entry->announces, bt_metainfo_is_private (a->metainfo));
      if (!entry->removing && !e->quitting)
        e->events->metadata (e->owner, entry->id, a->metainfo);
      if (!entry->removing && !a->choose)
        begin_torrent (entry, a->trust_resume);
    }
  eng_entry_tell (entry);
}

static const EngMetadataEvents metadata_events = { .ended = on_metadata_ended };

static void
begin_metadata (EngEntry *entry)
{
  EngEngine *e = entry->engine;
  EngMetadataConfig config = { .reactor = e->reactor,
                               .ops = btd_ops (),
                               .hashes = entry->addition.hashes,
                               .port = e->port,
                               .bind = &e->config.bind,
                               .share = &e->share,
                               .crypt = e->crypt,
                               .seed = e->next_seed++,
                               .many_per_address = e->config.many_per_address,
                               .events = &metadata_events,
                               .owner = entry };

  eng_engine_make_peer_id (e, config.peer_id);
  entry->metadata = eng_metadata_new (&config);
  start_magnet_announces (entry);
}

void
eng_entry_choose (EngEntry *entry, const char *folder, const uint8_t *priorities, size_t n)
{
  EngAddition *a = &entry->addition;

  if (entry->removing || (entry->metadata == NULL && !entry->waits)
      || (priorities != NULL
          && (a->metainfo == NULL || n != bt_metainfo_layout (a->metainfo)->n_files)))
    return;
  entry->waits = false;
  a->choose = false;
  if (folder != NULL)
    {
      g_free ((char *) (uintptr_t) a->folder);
      a->folder = g_strdup (folder);
    }
  if (priorities != NULL)
    {
      g_free ((uint8_t *) (uintptr_t) a->priorities);
      a->priorities = g_memdup2 (priorities, n);
    }
  if (a->metainfo == NULL)
    return; /* a magnet: it begins when that is here */
  begin_torrent (entry, a->trust_resume);
  eng_entry_tell (entry);
}

/* --- the beginning and the end of an entry --- */

void
eng_entry_add (EngEngine *e, uint64_t id, const EngAddition *a)
{
  EngEntry *entry = g_new0 (EngEntry, 1);

  entry->engine = e;
  entry->id = id;
  eng_addition_init_copy (&entry->addition, a);
  entry->wishes.sequential = a->sequential;
  entry->more_trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker));
  g_array_set_clear_func (entry->more_trackers, clear_tracker);
  g_ptr_array_add (e->entries, entry);
  entry->waits = a->metainfo != NULL && a->choose;
  if (entry->waits)
    eng_entry_tell (entry);
  else if (a->metainfo != NULL)
    begin_torrent (entry, a->trust_resume);
  else
    begin_metadata (entry);
}

static void
left_one (void *data)
{
  EngEntry *entry = data;
  EngEngine *e = entry->engine;
  uint64_t id = entry->id;

  if (--entry->leaving > 0)
    return;
  eng_renames_clear (entry);
  g_ptr_array_remove_fast (e->entries, entry);
  eng_names_clear (&entry->names);
  eng_addition_clear (&entry->addition);
  g_array_unref (entry->more_trackers);
  g_clear_pointer (&entry->dropped, g_hash_table_unref);
  g_free (entry->tracker);
  g_free (entry);
  if (!e->quitting)
    e->events->removed (e->owner, id);
  else if (e->entries->len == 0)
    g_main_loop_quit (e->loop);
}

/* Nothing of the torrent is left: it goes, or is verified anew. */
static void
on_keeping_closed (void *data)
{
  EngEntry *entry = data;

  if (entry->removing)
    left_one (entry);
  else
    begin_torrent (entry, entry->trusts_next);
}

/* The files are still ours. */
static void
on_deleted (void *data, int sys_errno, const char *path)
{
  EngEntry *entry = data;
  EngEngine *e = entry->engine;

  if (sys_errno != 0 && !e->quitting && e->events->undeleted != NULL)
    e->events->undeleted (e->owner, entry->id, sys_errno, path);
  eng_keeping_close (g_steal_pointer (&entry->keeping), on_keeping_closed, entry);
}

static void
on_torrent_stopped (void *data)
{
  EngEntry *entry = data;

  if (entry->removing && entry->deletes)
    eng_disk_delete (entry->engine->disk, entry->addition.metainfo, entry->addition.folder,
                     &entry->names, on_deleted, entry);
  else
    eng_keeping_close (g_steal_pointer (&entry->keeping), on_keeping_closed, entry);
}

/* One that is being stopped already ends in the same place. */
static void
stop_torrent (EngEntry *entry)
{
  if (entry->waits)
    left_one (entry);
  else if (entry->metadata != NULL)
    eng_metadata_stop (g_steal_pointer (&entry->metadata), on_torrent_stopped, entry);
  else if (entry->torrent != NULL)
    eng_torrent_stop (g_steal_pointer (&entry->torrent), on_torrent_stopped, entry);
}

static void
begin_again (EngEntry *entry, bool trusts)
{
  EngTorrentStats stats;

  if (entry->removing || entry->torrent == NULL)
    return;
  stats = eng_torrent_stats (entry->torrent);
  entry->downloaded += stats.downloaded;
  entry->uploaded += stats.uploaded;
  entry->trusts_next = trusts;
  stop_torrent (entry);
}

void
eng_entry_verify (EngEntry *entry)
{
  begin_again (entry, false);
}

/* --- wishes --- */

static void
on_goodbye (void *data)
{
  EngEntry *entry = data;

  entry->n_goodbyes--;
  if (entry->removing)
    left_one (entry);
}

static void
pause_announces (EngEntry *entry)
{
  if (entry->announces == NULL)
    return;
  entry->n_goodbyes++;
  eng_swarms_stop (g_steal_pointer (&entry->announces), ENG_STOP_US, on_goodbye, entry);
}

void
eng_entry_set_wishes (EngEntry *entry, const EngWishes *wishes)
{
  bool goes_on;

  entry->wishes = *wishes;
  entry->wishes.priorities = NULL;
  if (wishes->paused)
    pause_announces (entry);
  if (entry->torrent == NULL)
    return;
  goes_on = eng_torrent_set_wishes (entry->torrent, wishes);
  if (is_known (entry))
    start_announces (entry);
  if (!goes_on)
    begin_again (entry, true);
  eng_entry_tell (entry);
}

/* --- the end --- */

static void
on_announces_stopped (void *data)
{
  EngEntry *entry = data;

  entry->announces = NULL;
  stop_torrent (entry);
  left_one (entry);
}

/* The trackers hear of it first: what they are told is the torrent's. */
void
eng_entry_remove (EngEntry *entry)
{
  entry->removing = true;
  entry->leaving = (entry->announces != NULL ? 2 : 1) + entry->n_goodbyes;
  if (entry->announces != NULL)
    eng_swarms_stop (entry->announces, ENG_STOP_US, on_announces_stopped, entry);
  else
    stop_torrent (entry);
}
