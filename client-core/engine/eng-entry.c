/* eng-entry.c: a torrent of an engine and its announces: what each tells the other, and their end.
 */
#include "client-core/engine/eng-engine-private.h"
#include "client-core/engine/eng-moves.h"
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
  if (entry->is_asleep)
    {
      if (entry->peers_next == NULL)
        entry->peers_next = g_array_new (FALSE, FALSE, sizeof (BtEndpoint));
      g_array_append_vals (entry->peers_next, peer, 1);
      eng_entry_wake (entry);
    }
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

void
eng_entry_start_announces (EngEntry *entry)
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
bool
eng_entry_is_known (EngEntry *entry)
{
  EngTorrentState state;

  if (entry->torrent == NULL)
    return false;
  state = eng_torrent_stats (entry->torrent).state;
  return state == ENG_TORRENT_DOWNLOADING || state == ENG_TORRENT_SEEDING;
}

void
eng_entry_note_tracker (EngEntry *entry, const char *url, unsigned tier)
{
  BtTracker kept = { .url = g_strdup (url), .tier = tier };

  if (entry->dropped != NULL)
    g_hash_table_remove (entry->dropped, url);
  g_array_append_val (entry->more_trackers, kept);
}

/* Before the announces begin it waits for them; after a pause they begin again. */
void
eng_entry_add_tracker (EngEntry *entry, const char *url, unsigned tier)
{
  BtTracker now = { .url = url, .tier = tier };

  eng_entry_note_tracker (entry, url, tier);
  eng_entry_keep_tracker (entry, url, tier, false);
  if (entry->announces != NULL)
    eng_swarms_add (entry->announces, &now);
  else if (eng_entry_is_known (entry))
    eng_entry_start_announces (entry);
}

void
eng_entry_note_dropped (EngEntry *entry, const char *url)
{
  if (entry->dropped == NULL)
    entry->dropped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (entry->dropped, g_strdup (url));
}

void
eng_entry_drop_tracker (EngEntry *entry, const char *url)
{
  eng_entry_note_dropped (entry, url);
  eng_entry_keep_tracker (entry, url, 0, true);
  if (entry->announces != NULL)
    eng_swarms_drop (entry->announces, url);
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

/* One that wakes up is what its row says of it, unless there is a need to hash. */
static EngTorrentStats
torrent_stats (const EngEntry *entry)
{
  EngTorrentStats stats = eng_torrent_stats (entry->torrent);

  if (entry->is_rising && stats.state == ENG_TORRENT_VERIFYING && stats.verify_done == 0)
    return entry->stats;
  return stats;
}

EngTorrentStats
eng_entry_stats (const EngEntry *entry)
{
  EngTorrentStats stats = entry->stats;

  if (entry->metadata != NULL || (entry->waits && !entry->is_asleep))
    stats = metadata_stats (entry);
  else if (entry->torrent != NULL)
    stats = torrent_stats (entry);
  stats.downloaded += entry->downloaded;
  stats.uploaded += entry->uploaded;
  stats.completed_at = entry->completed_at;
  return stats;
}

void
eng_entry_tell (EngEntry *entry)
{
  EngEngine *e = entry->engine;
  bool is_between
      = entry->torrent == NULL && entry->metadata == NULL && !entry->is_asleep && !entry->waits;
  EngTorrentStats stats;

  if (is_between || entry->removing || e->quitting)
    return;
  stats = eng_entry_stats (entry);
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
      eng_entry_start_announces (entry);
    }
  if (state == ENG_TORRENT_SEEDING)
    eng_keeping_share (entry->keeping);
  entry->is_rising = false;
  if (state == ENG_TORRENT_SEEDING && entry->completed_at == 0)
    entry->completed_at = g_get_real_time () / G_USEC_PER_SEC;
  eng_entry_tell (entry);
  eng_entry_keep (entry);
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

void
eng_entry_open_keeping (EngEntry *entry, const char *folder)
{
  EngEngine *e = entry->engine;
  const EngAddition *a = &entry->addition;

  entry->keeping
      = eng_keeping_new (e->reactor, entry->row != NULL || a->row != NULL ? e->store : NULL,
                         a->state_folder, a->metainfo, folder, !a->read_only, on_trouble, entry);
}

void
eng_entry_begin (EngEntry *entry, bool trust)
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
  eng_entry_open_keeping (entry, a->folder);
  config.keeper = entry->keeping != NULL ? &eng_keeping_keeper : NULL;
  config.keeper_data = entry->keeping;
  entry->torrent = eng_torrent_new (&config);
  (void) eng_torrent_set_wishes (entry->torrent, &entry->wishes); /* it is not verified yet */
  eng_renames_go_on (entry);
  eng_moves_go_on (entry);
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
      if (a->priorities != NULL)
        eng_entry_keep_priorities (entry, a->priorities, bt_metainfo_layout (a->metainfo)->n_files);
      if (entry->announces != NULL)
        eng_swarms_set_private (entry->announces, bt_metainfo_is_private (a->metainfo));
      if (!entry->removing && !e->quitting)
        e->events->metadata (e->owner, entry->id, a->metainfo);
      if (!entry->removing && !a->choose)
        eng_entry_begin (entry, a->trust_resume);
    }
  eng_entry_tell (entry);
}

static const EngMetadataEvents metadata_events = { .ended = on_metadata_ended };

void
eng_entry_begin_metadata (EngEntry *entry)
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

static void
set_priorities (EngAddition *a, const uint8_t *priorities, size_t n)
{
  g_free ((uint8_t *) (uintptr_t) a->priorities);
  a->priorities = g_memdup2 (priorities, n);
}

void
eng_entry_choose (EngEntry *entry, const char *folder, const uint8_t *priorities, size_t n)
{
  EngAddition *a = &entry->addition;
  bool sleeps = entry->is_asleep && entry->waits;

  if (entry->removing || (entry->metadata == NULL && !entry->waits)
      || (priorities != NULL && !sleeps
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
    set_priorities (a, priorities, n);
  eng_entry_keep_choice (entry, folder);
  if (a->priorities != NULL)
    eng_entry_keep_priorities (entry, a->priorities,
                               sleeps ? n : bt_metainfo_layout (a->metainfo)->n_files);
  if (sleeps)
    eng_entry_wake (entry);
  if (sleeps || a->metainfo == NULL)
    return; /* a magnet begins when that is here */
  eng_entry_begin (entry, a->trust_resume);
  eng_entry_tell (entry);
}
