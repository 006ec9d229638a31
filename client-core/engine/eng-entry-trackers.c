/* eng-entry-trackers.c: a torrent's trackers: what they are told of it, and what they say. */
#include <string.h>

#include "client-core/engine/eng-engine-private.h"
#include "protocol/core/bt-limits.h"

#define WANT_PEERS 200

static bool
is_partial_seed (const EngTorrentStats *stats)
{
  return stats->state == ENG_TORRENT_SEEDING && stats->left > 0;
}

static void
on_facts (void *owner, EngAnnounceFacts *out)
{
  EngEntry *entry = owner;
  EngTorrentStats stats = { .left = eng_entry_whole_size (entry) };

  if (entry->torrent != NULL)
    stats = eng_torrent_stats (entry->torrent);
  else if (entry->is_asleep || entry->sleeps_next)
    stats = entry->stats;
  *out = (EngAnnounceFacts){ .uploaded = entry->uploaded + stats.uploaded,
                             .downloaded = entry->downloaded + stats.downloaded,
                             .left = stats.left,
                             .partial_seed = is_partial_seed (&stats) };
  entry->said_whole = stats.left == 0;
  if (eng_entry_wants_peers (entry))
    out->want_peers = WANT_PEERS;
}

/* Whether one of the peers may want something; a tracker need not tell. */
static bool
has_leeches (const EngEntry *entry)
{
  const EngAnnounces *announces = eng_swarms_first (entry->announces);

  for (size_t i = 0; i < eng_announces_count (announces); i++)
    {
      EngTrackerStatus status = eng_announces_status (announces, i);

      if (status.n_peers > 0 && status.incomplete != 0)
        return true;
    }
  return false;
}

static void
on_peers (void *owner, const BtEndpoint *peers, size_t n, bool local, bool v2)
{
  EngEntry *entry = owner;
  EngSource source = v2 ? ENG_SOURCE_TRACKER | ENG_SOURCE_V2 : ENG_SOURCE_TRACKER;

  if (entry->is_asleep && entry->stats.state == ENG_TORRENT_SEEDING && !has_leeches (entry))
    return;
  for (size_t i = 0; i < n; i++)
    eng_entry_hear_of (entry, &peers[i], source, local);
}

static void
on_tracker_changed (void *owner, const EngTrackerStatus *status)
{
  EngEntry *entry = owner;
  EngEngine *e = entry->engine;
  bool is_outcome = status->state == ENG_TRACKER_WORKING || status->state == ENG_TRACKER_FAILING;

  g_free (entry->tracker);
  entry->tracker = g_strdup (status->message);
  entry->tracker_changed = true;
  if (is_outcome && e->events->tracker != NULL && !entry->removing && !e->quitting)
    e->events->tracker (e->owner, entry->id, status);
}

static const EngSwarmEvents swarm_events
    = { .facts = on_facts, .peers = on_peers, .changed = on_tracker_changed };

static void
drop_one (void *url, void *value, void *announces)
{
  eng_swarms_drop (announces, url);
}

/* What the person has said of trackers, or the magnet. */
static void
apply_noted (EngEntry *entry)
{
  const GArray *more = entry->more_trackers;

  for (guint i = 0; i < more->len; i++)
    eng_swarms_add (entry->announces, &g_array_index (more, BtTracker, i));
  if (entry->dropped != NULL)
    g_hash_table_foreach (entry->dropped, drop_one, entry->announces);
}

static void
start_magnet (EngEntry *entry)
{
  const EngSwarmNames *names = eng_metadata_names (entry->metadata);

  entry->announces
      = eng_swarms_new (entry->engine->announcer, eng_swarm_names_get (names, ENG_SWARM_V1),
                        eng_swarm_names_get (names, ENG_SWARM_V2), NULL, 0, &swarm_events, entry);
  apply_noted (entry);
}

void
eng_entry_start_search_announces (EngEntry *entry)
{
  const EngAddition *a = &entry->addition;

  if (entry->announces != NULL || entry->removing || entry->wishes.paused)
    return;
  if (a->metainfo == NULL)
    start_magnet (entry);
  else if (!a->read_only)
    eng_entry_start_announces (entry);
}

const BtTracker *
eng_entry_trackers (const EngEntry *entry, size_t *n)
{
  *n = 0;
  return entry->addition.metainfo != NULL && entry->addition.use_trackers
             ? bt_metainfo_trackers (entry->addition.metainfo, n)
             : NULL;
}

/* Whether the person has named a tracker. */
bool
eng_entry_has_noted (const EngEntry *entry, const char *url)
{
  for (guint i = 0; i < entry->more_trackers->len; i++)
    if (strcmp (g_array_index (entry->more_trackers, BtTracker, i).url, url) == 0)
      return true;
  return false;
}

void
eng_entry_start_announces (EngEntry *entry)
{
  size_t n;
  const BtMetainfo *metainfo = entry->addition.metainfo;
  const BtTracker *trackers = eng_entry_trackers (entry, &n);

  if (entry->announces != NULL || entry->removing || entry->wishes.paused
      || n + entry->more_trackers->len == 0)
    return;
  entry->announces
      = eng_swarms_new (entry->engine->announcer, bt_metainfo_info_hash_v1 (metainfo),
                        bt_metainfo_info_hash_v2 (metainfo), trackers, n, &swarm_events, entry);
  eng_swarms_set_private (entry->announces, bt_metainfo_is_private (metainfo));
  apply_noted (entry);
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
  for (guint i = entry->more_trackers->len; i-- > 0;)
    if (strcmp (g_array_index (entry->more_trackers, BtTracker, i).url, url) == 0)
      g_array_remove_index (entry->more_trackers, i);
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
  else if (entry->metadata != NULL)
    eng_entry_start_search_announces (entry);
  else
    eng_entry_rise (entry);
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

void
eng_entry_want_peers (EngEntry *entry)
{
  if (entry->announces != NULL && eng_entry_wants_peers (entry))
    eng_swarms_more (entry->announces);
}

void
eng_entry_tell_trackers (EngEntry *entry)
{
  EngTorrentStats stats = eng_torrent_stats (entry->torrent);
  bool whole = stats.left == 0;

  if (entry->announces != NULL && (whole != entry->said_whole || is_partial_seed (&stats)))
    eng_swarms_tell (entry->announces,
                     whole || is_partial_seed (&stats) ? BT_ANNOUNCE_NONE : BT_ANNOUNCE_STARTED);
  entry->is_first_time = whole && !entry->was_whole;
  entry->was_whole = entry->was_whole || whole;
}

/* What was whole before, and damaged, is not counted once more; nor is a part. */
void
eng_entry_tell_completed (EngEntry *entry)
{
  if (entry->announces != NULL && entry->is_first_time)
    eng_swarms_tell (entry->announces, BT_ANNOUNCE_COMPLETED);
}
