/* eng-entry.c: a torrent of an engine and its announces: what each tells the other, and their end.
 */
#include "client-core/engine/eng-engine-private.h"
#include "client-core/engine/eng-lending.h"
#include "client-core/engine/eng-moves.h"
#include "client-core/engine/eng-renames.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

/* Peers that are named to one that has not begun. */
#define WAITING_MAX 200

EngEntry *
eng_entry_find (const EngEngine *e, uint64_t id)
{
  return eng_book_find (e->book, id);
}

bool
eng_entry_lead_in (const EngEngine *e, EngConnection *connection, const uint8_t info_hash[20])
{
  EngEntry *entry = eng_book_find_name (e->book, info_hash);

  if (entry == NULL || entry->removing)
    return false;
  if (entry->metadata != NULL)
    return eng_metadata_adopt (entry->metadata, connection);
  if (entry->torrent != NULL)
    return eng_torrent_adopt (entry->torrent, connection);
  return eng_entry_receive (entry, connection, info_hash);
}

const uint8_t *
eng_entry_find_name (void *engine, const uint8_t name[20])
{
  return eng_book_find_crypt (((EngEngine *) engine)->book, name);
}

/* --- peers --- */

static void
let_wait (EngEntry *entry, const EngWaitingPeer *peer)
{
  if (entry->peers_next == NULL)
    entry->peers_next = g_array_new (FALSE, FALSE, sizeof *peer);
  if (entry->peers_next->len < WAITING_MAX)
    g_array_append_vals (entry->peers_next, peer, 1);
  eng_entry_wake (entry);
}

/* It is stopped, and begins anew. */
static bool
is_between (const EngEntry *entry)
{
  return entry->torrent == NULL && entry->metadata == NULL && !entry->is_asleep && !entry->waits;
}

void
eng_entry_hear_of (EngEntry *entry, const BtEndpoint *peer, EngSource source, bool local)
{
  if (entry->metadata != NULL)
    eng_metadata_add_peer (entry->metadata, peer, source, local);
  else if (entry->torrent != NULL)
    eng_torrent_add_peer (entry->torrent, peer, source, local);
  else if ((entry->is_asleep || is_between (entry)) && !entry->wishes.paused)
    let_wait (entry, &(EngWaitingPeer){ .endpoint = *peer, .source = source, .local = local });
}

void
eng_entry_add_peer (EngEntry *entry, const BtEndpoint *peer)
{
  eng_entry_hear_of (entry, peer, ENG_SOURCE_GIVEN, true);
}

void
eng_entry_add_waiting_peers (EngEntry *entry)
{
  g_autoptr (GArray) peers = g_steal_pointer (&entry->peers_next);

  for (guint i = 0; peers != NULL && i < peers->len; i++)
    {
      const EngWaitingPeer *peer = &g_array_index (peers, EngWaitingPeer, i);

      eng_entry_hear_of (entry, &peer->endpoint, peer->source, peer->local);
    }
}

bool
eng_entry_wants_peers (const EngEntry *entry)
{
  if (entry->metadata != NULL)
    return eng_metadata_wants_peers (entry->metadata);
  return entry->is_asleep || (entry->torrent != NULL && eng_torrent_wants_peers (entry->torrent));
}

/* --- a torrent's events --- */

/* What is left when nothing is known but, perhaps, what a magnet claims. */
uint64_t
eng_entry_whole_size (const EngEntry *entry)
{
  if (entry->addition.metainfo != NULL)
    return bt_metainfo_content_size (entry->addition.metainfo);
  return MAX (entry->addition.length, BT_BLOCK_LEN);
}

static EngTorrentStats
metadata_stats (const EngEntry *entry)
{
  uint64_t size
      = entry->addition.metainfo != NULL ? eng_entry_whole_size (entry) : entry->addition.length;
  EngTorrentStats stats = {
    .state = ENG_TORRENT_METADATA, .total = size, .left = size, .wanted = size, .wanted_left = size
  };

  if (entry->waits)
    return stats;
  if (eng_metadata_survey_progress (entry->metadata, &stats.verify_done, &stats.verify_total))
    stats.state = ENG_TORRENT_VERIFYING;
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
  stats.queued = entry->is_queued;
  stats.n_verified = entry->n_verified;
  return stats;
}

bool
eng_entry_tell (EngEntry *entry)
{
  EngEngine *e = entry->engine;
  EngTorrentStats stats;

  if (is_between (entry) || entry->removing || e->quitting)
    return false;
  stats = eng_entry_stats (entry);
  /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): other padding is told once more */
  if (entry->told != NULL && memcmp (entry->told, &stats, sizeof stats) == 0
      && !entry->tracker_changed)
    return false;
  if (entry->told == NULL && !entry->is_asleep)
    entry->told = g_new (EngTorrentStats, 1);
  if (entry->told != NULL)
    memcpy (entry->told, &stats, sizeof stats);
  entry->tracker_changed = false;
  e->events->snapshot (e->owner, entry->id, &stats, entry->tracker);
  return true;
}

/* It may have taken no longer than until the next picture. */
static void
count_verified (EngEntry *entry)
{
  if (entry->is_verified || entry->torrent == NULL)
    return;
  if (entry->verifies_anew || eng_torrent_stats (entry->torrent).hashed > 0)
    entry->n_verified++;
  entry->is_verified = true;
}

static void
on_changed (void *owner, EngTorrentState state)
{
  EngEntry *entry = owner;

  if (state == ENG_TORRENT_DOWNLOADING || state == ENG_TORRENT_SEEDING)
    {
      count_verified (entry);
      eng_renames_settled (entry);
      eng_entry_tell_trackers (entry);
      eng_entry_start_announces (entry);
    }
  if (state == ENG_TORRENT_SEEDING)
    eng_keeping_share (entry->keeping);
  entry->is_rising = false;
  eng_engine_queue_is_due (entry->engine);
  if (state == ENG_TORRENT_SEEDING && entry->completed_at == 0)
    entry->completed_at = g_get_real_time () / G_USEC_PER_SEC;
  eng_entry_tell (entry);
  eng_entry_keep (entry);
}

static void
on_completed (void *owner)
{
  EngEntry *entry = owner;

  eng_entry_tell_completed (entry);
  entry->engine->events->completed (entry->engine->owner, entry->id);
}

static void
on_lacks (void *owner)
{
  eng_entry_begin_again (owner, true);
}

static const EngTorrentEvents torrent_events = { .spoilt = eng_entry_spoilt,
                                                 .banned = eng_entry_banned,
                                                 .lacks = on_lacks,
                                                 .changed = on_changed,
                                                 .completed = on_completed,
                                                 .named = eng_renames_loaded,
                                                 .loans = eng_lending_loans };

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
  const EngKeepingPlace place = { .profile = entry->row != NULL || a->row != NULL ? e->store : NULL,
                                  .state_folder = a->state_folder,
                                  .metainfo = a->metainfo,
                                  .folder = folder,
                                  .writes = !a->read_only && !entry->reads_first };

  entry->keeping = eng_keeping_new (e->reactor, &place, on_trouble, entry);
}

static void
begin_torrent (EngEntry *entry)
{
  EngEngine *e = entry->engine;
  EngAddition *a = &entry->addition;
  bool trust = entry->trusts_next;
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
                              .bind = &e->config.bind,
                              .share = &e->share,
                              .crypt = e->crypt,
                              .seed = e->next_seed++,
                              .many_per_address = e->config.many_per_address,
                              .trust = trust,
                              .hashed = (EngFileState *) (uintptr_t) g_steal_pointer (&a->hashed),
                              .misses_files = entry->row != NULL,
                              .read_only = a->read_only,
                              .reads_first = entry->reads_first,
                              .metadata = g_steal_pointer (&entry->metadata),
                              .candidates = g_steal_pointer (&entry->candidates),
                              .events = &torrent_events,
                              .owner = entry };

  entry->is_verified = false;
  entry->verifies_anew = !trust;
  eng_engine_make_peer_id (e, config.peer_id);
  eng_lending_begin (entry);
  eng_entry_open_keeping (entry, a->folder);
  config.keeper = entry->keeping != NULL ? &eng_keeping_keeper : NULL;
  config.keeper_data = entry->keeping;
  entry->torrent = eng_torrent_new (&config);
  (void) eng_torrent_set_wishes (entry->torrent, &entry->wishes); /* it is not verified yet */
  eng_entry_limit_peers (entry);
  eng_entry_is_awake (entry);
  eng_renames_go_on (entry);
  eng_moves_go_on (entry);
  eng_entry_add_waiting_peers (entry);
}

/* --- a magnet, or a .torrent without piece layers --- */

/* The files that a magnet asks for, once it is known which there are. */
static void
select_files (EngEntry *entry)
{
  EngAddition *a = &entry->addition;

  if (a->priorities != NULL)
    return;
  a->priorities = eng_select_priorities (&a->select, a->metainfo);
  if (a->priorities != NULL)
    eng_entry_keep_priorities (entry, a->priorities, bt_metainfo_layout (a->metainfo)->n_files);
}

static void
take_metadata (EngEntry *entry)
{
  EngEngine *e = entry->engine;
  EngAddition *a = &entry->addition;
  EngFileState *surveyed = eng_metadata_take_surveyed (entry->metadata);

  bt_metainfo_unref (a->metainfo);
  a->metainfo = bt_metainfo_ref (eng_metadata_metainfo (entry->metadata));
  select_files (entry);
  if (surveyed != NULL)
    {
      g_free ((EngFileState *) (uintptr_t) a->hashed);
      a->hashed = surveyed;
    }
  eng_entry_name (entry, bt_metainfo_info_hash_v1 (a->metainfo),
                  bt_metainfo_info_hash_v2 (a->metainfo));
  if (entry->announces != NULL)
    eng_swarms_set_private (entry->announces, bt_metainfo_is_private (a->metainfo));
  if (!entry->removing && !e->quitting)
    e->events->metadata (e->owner, entry->id, a->metainfo);
  if (!entry->removing && !a->choose)
    begin_torrent (entry);
}

/* In the lobby nothing is looked for. */
static void
on_metadata_ended (void *owner, EngMetadataState state)
{
  EngEntry *entry = owner;

  if (entry->metadata == NULL)
    return;
  if (state == ENG_METADATA_FOUND)
    take_metadata (entry);
  eng_entry_tell (entry);
}

/* A magnet of one hash is a hybrid: it is announced under the other as well. */
static void
on_renamed (void *owner)
{
  EngEntry *entry = owner;
  const EngSwarmNames *names;

  if (entry->metadata == NULL)
    return;
  names = eng_metadata_names (entry->metadata);
  eng_entry_name (entry, eng_swarm_names_get (names, ENG_SWARM_V1),
                  eng_swarm_names_get (names, ENG_SWARM_V2));
  if (entry->announces == NULL)
    return;
  eng_swarms_set_private (entry->announces,
                          bt_metainfo_is_private (eng_metadata_metainfo (entry->metadata)));
  eng_swarms_join (entry->announces, eng_swarm_names_get (names, ENG_SWARM_V1),
                   eng_swarm_names_get (names, ENG_SWARM_V2));
}

static const EngMetadataEvents metadata_events
    = { .ended = on_metadata_ended, .renamed = on_renamed };

EngMetadata *
eng_entry_new_metadata (EngEntry *entry, const BtMagnetHashes *hashes)
{
  EngEngine *e = entry->engine;
  EngMetadataConfig config = { .reactor = e->reactor,
                               .ops = btd_ops (),
                               .hashes = *hashes,
                               .bind = &e->config.bind,
                               .share = &e->share,
                               .crypt = e->crypt,
                               .seed = e->next_seed++,
                               .many_per_address = e->config.many_per_address,
                               .events = &metadata_events,
                               .owner = entry };

  eng_engine_make_peer_id (e, config.peer_id);
  return eng_metadata_new (&config);
}

void
eng_entry_survey (EngEntry *entry)
{
  const EngMetadataPlace place = { .disk = entry->engine->disk,
                                   .folder = entry->addition.folder,
                                   .names = &entry->names,
                                   .has_to_do = entry->addition.read_only };

  if (entry->metadata != NULL && entry->addition.metainfo != NULL)
    eng_metadata_survey (entry->metadata, &place);
}

static void
seek_layers (EngEntry *entry)
{
  const EngAddition *a = &entry->addition;
  BtMagnetHashes hashes = { .has_v2 = true };

  memcpy (hashes.v2, bt_metainfo_info_hash_v2 (a->metainfo), sizeof hashes.v2);
  if (entry->metadata == NULL)
    entry->metadata = eng_entry_new_metadata (entry, &hashes);
  eng_metadata_know (entry->metadata, a->metainfo);
  eng_entry_survey (entry);
  eng_entry_is_awake (entry);
  eng_entry_add_waiting_peers (entry);
  eng_entry_start_search_announces (entry);
}

void
eng_entry_begin (EngEntry *entry, bool trust)
{
  entry->trusts_next = trust;
  if (bt_metainfo_needs_layers (entry->addition.metainfo))
    {
      seek_layers (entry);
      return;
    }
  if (entry->metadata != NULL)
    eng_metadata_know (entry->metadata, entry->addition.metainfo);
  begin_torrent (entry);
}

void
eng_entry_begin_metadata (EngEntry *entry)
{
  entry->trusts_next = entry->addition.trust_resume;
  entry->metadata = eng_entry_new_metadata (entry, &entry->addition.hashes);
  eng_entry_is_awake (entry);
  eng_entry_add_waiting_peers (entry);
  eng_entry_start_search_announces (entry);
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
