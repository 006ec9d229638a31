/* eng-kept.c: what a profile keeps of an entry, and an entry that comes out of a profile.
 *
 *     a row -> asleep: what a list shows, no metainfo, no torrent -> wake: the source is fetched
 *     -> the torrent begins, and believes its resume row
 *
 * Each change that the person makes is handed to the store in the turn that it comes in; what
 * counts by itself follows every few seconds. */
#include "client-core/engine/eng-engine-private.h"

#include <errno.h>
#include <string.h>

#include "protocol/digest/btd.h"

/* --- keeping --- */

/* Told once for each kind of trouble. */
static void
on_saved (void *data, const EngStoreProblem *problem)
{
  EngEngine *e = data;

  if (problem == NULL || e->quitting || (e->is_troubled && e->trouble == problem->trouble))
    return;
  e->is_troubled = true;
  e->trouble = problem->trouble;
  e->events->trouble (e->owner, 0, problem);
}

static void
put_flag (EngRosterRow *row, EngRosterFlag flag, bool value)
{
  row->flags = value ? row->flags | flag : row->flags & ~(unsigned) flag;
}

/* While the files are verified, what is known of them is less than what was. */
static void
note_stats (EngRosterRow *row, const EngTorrentStats *stats)
{
  row->downloaded = stats->downloaded;
  row->uploaded = stats->uploaded;
  if (stats->state != ENG_TORRENT_DOWNLOADING && stats->state != ENG_TORRENT_SEEDING)
    return;
  row->total = stats->total;
  row->left = stats->left;
  row->wanted = stats->wanted;
  row->wanted_left = stats->wanted_left;
}

static void
fill_row (const EngEntry *entry, EngRosterRow *row)
{
  const EngTorrentStats stats = eng_entry_stats (entry);

  note_stats (row, &stats);
  row->completed_at = entry->completed_at;
  row->down_Bps = entry->wishes.down_Bps;
  row->up_Bps = entry->wishes.up_Bps;
  put_flag (row, ENG_ROSTER_PAUSED, entry->is_paused);
  put_flag (row, ENG_ROSTER_SEQUENTIAL, entry->wishes.sequential);
  put_flag (row, ENG_ROSTER_EDGES_FIRST, entry->wishes.edges_first);
  put_flag (row, ENG_ROSTER_FORCED, entry->wishes.forced);
  row->position = entry->wishes.rank;
}

void
eng_entry_keep (EngEntry *entry)
{
  EngRosterRow *row = entry->row;
  EngRosterRow before;

  if (row == NULL || entry->engine->store == NULL || entry->removing)
    return;
  memcpy (&before, row, sizeof before);
  fill_row (entry, row);
  /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the padding has been copied */
  if (memcmp (&before, row, sizeof before) != 0)
    eng_store_put_row (entry->engine->store, row, NULL, on_saved, entry->engine);
}

/* With what is large, or with trackers. */
static void
keep_all (EngEntry *entry, const EngRosterSource *source)
{
  if (entry->row == NULL || entry->engine->store == NULL)
    return;
  fill_row (entry, entry->row);
  eng_store_put_row (entry->engine->store, entry->row, source, on_saved, entry->engine);
}

void
eng_entry_keep_first (EngEntry *entry)
{
  EngAddition *a = &entry->addition;

  if (a->row == NULL || entry->engine->store == NULL)
    return;
  entry->row = eng_roster_row_copy (a->row);
  keep_all (entry, a->source);
}

void
eng_entry_keep_priorities (EngEntry *entry, const uint8_t *priorities, size_t n)
{
  EngRosterSource source = { 0 };

  if (entry->row == NULL)
    return;
  source.priorities = g_bytes_new (priorities, n);
  keep_all (entry, &source);
  eng_roster_source_clear (&source);
}

void
eng_entry_keep_tracker (EngEntry *entry, const char *url, unsigned tier, bool dropped)
{
  if (entry->row == NULL)
    return;
  eng_roster_row_set_tracker (entry->row, url, tier, dropped);
  keep_all (entry, NULL);
}

/* Whether another torrent goes by one of these names. */
static bool
is_anothers (const EngEntry *entry, const uint8_t *v1, const uint8_t *v2)
{
  const GPtrArray *entries = entry->engine->entries;

  for (guint i = 0; i < entries->len; i++)
    {
      const EngEntry *other = entries->pdata[i];

      if (other == entry || other->removing || other->row == NULL)
        continue;
      if ((v1 != NULL && other->row->has_v1 && memcmp (other->row->v1, v1, BT_SHA1_LEN) == 0)
          || (v2 != NULL && other->row->has_v2 && memcmp (other->row->v2, v2, BT_SHA256_LEN) == 0))
        return true;
    }
  return false;
}

/* A magnet of one hash may have become a hybrid. */
static void
note_hashes (EngEntry *entry, const BtMetainfo *metainfo)
{
  EngRosterRow *row = entry->row;
  const uint8_t *v1 = bt_metainfo_info_hash_v1 (metainfo);
  const uint8_t *v2 = bt_metainfo_info_hash_v2 (metainfo);

  if (v1 != NULL && !row->has_v1 && !is_anothers (entry, v1, NULL))
    {
      row->has_v1 = true;
      memcpy (row->v1, v1, sizeof row->v1);
    }
  if (v2 != NULL && !row->has_v2 && !is_anothers (entry, NULL, v2))
    {
      row->has_v2 = true;
      memcpy (row->v2, v2, sizeof row->v2);
    }
}

void
eng_entry_keep_metainfo (EngEntry *entry, GBytes *torrent)
{
  EngRosterRow *row = entry->row;
  const BtMetainfo *metainfo = entry->addition.metainfo;
  const EngRosterSource source = { .metainfo = torrent };

  if (row == NULL || metainfo == NULL)
    return;
  note_hashes (entry, metainfo);
  g_free (row->name);
  row->name = g_strdup (bt_metainfo_name (metainfo));
  row->total = row->left = row->wanted = row->wanted_left = bt_metainfo_content_size (metainfo);
  put_flag (row, ENG_ROSTER_METADATA, true);
  put_flag (row, ENG_ROSTER_PRIVATE, bt_metainfo_is_private (metainfo));
  keep_all (entry, &source);
}

static void
set_folder (EngRosterRow *row, const char *folder)
{
  g_free (row->folder);
  row->folder = g_strdup (folder);
}

void
eng_entry_keep_folder (EngEntry *entry, const char *folder)
{
  if (entry->row == NULL)
    return;
  set_folder (entry->row, folder);
  keep_all (entry, NULL);
}

void
eng_entry_keep_choice (EngEntry *entry, const char *folder)
{
  if (entry->row == NULL)
    return;
  if (folder != NULL)
    set_folder (entry->row, folder);
  put_flag (entry->row, ENG_ROSTER_CHOOSE, false);
  keep_all (entry, NULL);
}

/* It has a row, and no other torrent has one of the same names. */
static bool
is_alone (const EngEntry *entry)
{
  const EngRosterRow *row = entry->row;

  return row != NULL
         && !is_anothers (entry, row->has_v1 ? row->v1 : NULL, row->has_v2 ? row->v2 : NULL);
}

void
eng_entry_forget (EngEntry *entry)
{
  if (is_alone (entry) && entry->engine->store != NULL)
    eng_store_drop_row (entry->engine->store, entry->row, on_saved, entry->engine);
}

void
eng_entry_keep_deleting (EngEntry *entry, EngStoreSaved kept)
{
  EngEngine *e = entry->engine;

  if (is_alone (entry) && e->store != NULL)
    {
      put_flag (entry->row, ENG_ROSTER_DELETING, true);
      eng_store_put_row (e->store, entry->row, NULL, kept != NULL ? kept : on_saved,
                         kept != NULL ? (void *) entry : (void *) e);
    }
  else if (kept != NULL)
    kept (entry, NULL);
}

/* --- out of a profile --- */

EngTorrentStats
eng_roster_stats (const EngRosterRow *row)
{
  EngTorrentStats stats = { .total = row->total,
                            .left = row->left,
                            .wanted = row->wanted,
                            .wanted_left = row->wanted_left,
                            .downloaded = row->downloaded,
                            .uploaded = row->uploaded,
                            .completed_at = row->completed_at };
  bool waits = (row->flags & (ENG_ROSTER_CHOOSE | ENG_ROSTER_METADATA)) != ENG_ROSTER_METADATA;

  if (waits)
    stats.state = ENG_TORRENT_METADATA;
  else
    stats.state = row->wanted_left == 0 ? ENG_TORRENT_SEEDING : ENG_TORRENT_DOWNLOADING;
  return stats;
}

static bool
has (const EngRosterRow *row, EngRosterFlag flag)
{
  return (row->flags & flag) != 0;
}

static EngAddition
addition_of (const EngRosterRow *row)
{
  EngAddition a = { .folder = row->folder,
                    .use_trackers = !has (row, ENG_ROSTER_NO_TRACKERS),
                    .sequential = has (row, ENG_ROSTER_SEQUENTIAL),
                    .rank = row->position,
                    .super_seed = has (row, ENG_ROSTER_SUPER_SEED),
                    .choose = has (row, ENG_ROSTER_CHOOSE),
                    .read_only = has (row, ENG_ROSTER_READ_ONLY),
                    .preallocate = has (row, ENG_ROSTER_PREALLOCATE) ? ENG_PREALLOCATE_FULL
                                                                     : ENG_PREALLOCATE_SPARSE };

  a.hashes.has_v1 = row->has_v1;
  a.hashes.has_v2 = row->has_v2;
  memcpy (a.hashes.v1, row->v1, sizeof a.hashes.v1);
  memcpy (a.hashes.v2, row->v2, sizeof a.hashes.v2);
  return a;
}

static void
take_trackers (EngEntry *entry)
{
  const GArray *trackers = entry->row->trackers;

  for (guint i = 0; trackers != NULL && i < trackers->len; i++)
    {
      const EngRosterTracker *tracker = &g_array_index (trackers, EngRosterTracker, i);

      if (tracker->dropped)
        eng_entry_note_dropped (entry, tracker->url);
      else
        eng_entry_note_tracker (entry, tracker->url, tracker->tier);
    }
}

void
eng_entry_restore (EngEngine *e, EngRosterRow *row)
{
  const EngAddition a = addition_of (row);
  EngEntry *entry = eng_entry_new (e, row->id, &a);

  entry->row = row;
  entry->is_asleep = true;
  entry->waits = has (row, ENG_ROSTER_CHOOSE) && has (row, ENG_ROSTER_METADATA);
  entry->stats = eng_roster_stats (row);
  entry->stats.downloaded = entry->stats.uploaded = 0; /* the next have them */
  entry->downloaded = row->downloaded;
  entry->uploaded = row->uploaded;
  entry->completed_at = row->completed_at;
  entry->was_whole = row->completed_at != 0 && entry->stats.left == 0;
  entry->wishes.paused = entry->is_paused = has (row, ENG_ROSTER_PAUSED);
  entry->wishes.edges_first = has (row, ENG_ROSTER_EDGES_FIRST);
  entry->wishes.forced = has (row, ENG_ROSTER_FORCED);
  entry->wishes.down_Bps = row->down_Bps;
  entry->wishes.up_Bps = row->up_Bps;
  take_trackers (entry);
  entry->deletes = has (row, ENG_ROSTER_DELETING);
}

/* --- waking --- */

static bool
is_of_row (const BtMetainfo *metainfo, const EngRosterRow *row)
{
  const uint8_t *v1 = bt_metainfo_info_hash_v1 (metainfo);
  const uint8_t *v2 = bt_metainfo_info_hash_v2 (metainfo);

  return (!row->has_v1 || (v1 != NULL && memcmp (v1, row->v1, sizeof row->v1) == 0))
         && (!row->has_v2 || (v2 != NULL && memcmp (v2, row->v2, sizeof row->v2) == 0));
}

static bool
take_metainfo (EngEntry *entry, const EngRosterSource *source)
{
  EngAddition *a = &entry->addition;
  BtError why = { 0 };
  gsize n = 0;
  const uint8_t *priorities
      = source->priorities != NULL ? g_bytes_get_data (source->priorities, &n) : NULL;

  a->metainfo = bt_metainfo_parse (source->metainfo, BT_ORIGIN_OWN, btd_ops (), &why);
  if (a->metainfo != NULL && !is_of_row (a->metainfo, entry->row))
    g_clear_pointer (&a->metainfo, bt_metainfo_unref);
  if (a->metainfo == NULL)
    return false;
  if (a->priorities == NULL && n == bt_metainfo_layout (a->metainfo)->n_files)
    a->priorities = g_memdup2 (priorities, n);
  return true;
}

static void
begin_magnet (EngEntry *entry, const char *uri)
{
  BtError why = { 0 };
  g_autoptr (BtMagnet) magnet = bt_magnet_parse (uri, strlen (uri), &why);

  if (magnet != NULL)
    {
      entry->addition.length = magnet->length;
      entry->addition.select = magnet->select_only;
      magnet->select_only = (BtSelectOnly){ 0 };
    }
  eng_entry_begin_metadata (entry);
}

/* With those who came while it was not awake. */
static void
begin_torrent (EngEntry *entry)
{
  entry->metadata = g_steal_pointer (&entry->lobby);
  entry->reads_first = entry->stats.state == ENG_TORRENT_SEEDING;
  eng_entry_begin (entry, !entry->verifies_next);
}

static void
fail (EngEntry *entry, const EngStoreProblem *problem)
{
  entry->stats.state = ENG_TORRENT_FAULT;
  entry->stats.fault = ENG_FAULT_DISK;
  entry->stats.sys_errno = problem != NULL && problem->sys_errno != 0 ? problem->sys_errno : EIO;
  entry->stats.fault_path = entry->row->name;
  eng_entry_close_lobby (entry);
  eng_entry_tell (entry);
}

static void
on_fetched (void *data, const EngStoreProblem *problem, const EngRosterSource *source)
{
  EngEntry *entry = data;
  bool has_metainfo = source != NULL && source->metainfo != NULL;
  bool ok = has_metainfo && take_metainfo (entry, source);

  entry->is_waking = entry->wakes_next = false;
  if (entry->removing)
    {
      if (source != NULL && entry->names.n == 0)
        eng_names_init_copy (&entry->names, &source->names);
      eng_entry_slept (entry);
      return;
    }
  if (!ok && (has_metainfo || source == NULL || source->magnet == NULL))
    {
      fail (entry, problem);
      return;
    }
  entry->is_rising = ok && !entry->verifies_next;
  if (ok)
    begin_torrent (entry);
  else
    begin_magnet (entry, source->magnet);
  entry->verifies_next = false;
}

void
eng_entry_wake (EngEntry *entry)
{
  if (entry->sleeps_next || entry->is_waking)
    {
      entry->wakes_next = true;
      return;
    }
  if (!entry->is_asleep || (entry->waits && !entry->removing))
    return;
  entry->is_waking = true;
  eng_store_fetch (entry->engine->store, entry->id, on_fetched, entry);
}
