/* eng-entry-life.c: how an entry begins, begins anew when the person wants something else, and
 * ends.
 */
#include "client-core/engine/eng-engine-private.h"
#include "client-core/engine/eng-port.h"
#include "client-core/engine/eng-lending.h"
#include "client-core/engine/eng-moves.h"
#include "client-core/engine/eng-renames.h"

#include <string.h>

static void
clear_tracker (void *tracker)
{
  g_free ((char *) (uintptr_t) ((BtTracker *) tracker)->url);
}

void
eng_entry_name (EngEntry *entry, const uint8_t *v1, const uint8_t *v2)
{
  const uint8_t *names[] = { v1, v2 };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i] != NULL)
      {
        memcpy (entry->names_of_swarms[i], names[i], BT_SHA1_LEN);
        eng_book_name (entry->engine->book, names[i], entry);
      }
}

/* Another of the same names may come. */
static void
unname (EngEntry *entry)
{
  for (size_t i = 0; i < G_N_ELEMENTS (entry->names_of_swarms); i++)
    eng_book_unname (entry->engine->book, entry->names_of_swarms[i], entry);
}

EngEntry *
eng_entry_new (EngEngine *e, uint64_t id, const EngAddition *a)
{
  EngEntry *entry = g_new0 (EngEntry, 1);

  entry->engine = e;
  entry->id = id;
  eng_addition_init_copy (&entry->addition, a);
  entry->wishes.sequential = a->sequential;
  entry->wishes.rank = a->rank;
  entry->more_trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker));
  g_array_set_clear_func (entry->more_trackers, clear_tracker);
  entry->at = e->entries->len;
  g_ptr_array_add (e->entries, entry);
  eng_book_add (e->book, id, entry);
  if (a->metainfo != NULL)
    eng_entry_name (entry, bt_metainfo_info_hash_v1 (a->metainfo),
                    bt_metainfo_info_hash_v2 (a->metainfo));
  else
    eng_entry_name (entry, a->hashes.has_v1 ? a->hashes.v1 : NULL,
                    a->hashes.has_v2 ? a->hashes.v2 : NULL);
  eng_port_wake (e);
  return entry;
}

void
eng_entry_add (EngEngine *e, uint64_t id, const EngAddition *a)
{
  EngEntry *entry = eng_entry_new (e, id, a);

  entry->waits = a->metainfo != NULL && a->choose;
  if (entry->waits)
    eng_entry_tell (entry);
  else if (a->metainfo != NULL)
    eng_entry_begin (entry, a->trust_resume);
  else
    eng_entry_begin_metadata (entry);
  eng_entry_keep_first (entry);
}

/* The last one takes its place: O(1), so that many may go at once. */
static void
take_out (EngEntry *entry)
{
  GPtrArray *entries = entry->engine->entries;

  ((EngEntry *) entries->pdata[entries->len - 1])->at = entry->at;
  g_ptr_array_remove_index_fast (entries, entry->at);
}

static void
left_one (void *data)
{
  EngEntry *entry = data;
  EngEngine *e = entry->engine;
  uint64_t id = entry->id;

  if (--entry->leaving > 0)
    return;
  if (!e->quitting || entry->deletes)
    eng_entry_forget (entry); /* what the torrent has said on its way out */
  eng_renames_clear (entry);
  eng_moves_clear (entry);
  eng_entry_is_down (entry);
  take_out (entry);
  eng_book_remove (e->book, id);
  eng_names_clear (&entry->names);
  eng_addition_clear (&entry->addition);
  g_array_unref (entry->more_trackers);
  g_clear_pointer (&entry->dropped, g_hash_table_unref);
  g_free (entry->tracker);
  eng_roster_row_free (entry->row);
  g_clear_pointer (&entry->peers_next, g_array_unref);
  g_clear_pointer (&entry->peer_wishes, g_array_unref);
  eng_candidates_free (entry->candidates);
  g_free (entry);
  if (!e->quitting)
    e->events->removed (e->owner, id);
  else if (e->entries->len == 0)
    eng_engine_end (e);
}

/* Nothing of the torrent is left: it goes, or is verified anew. */
static void
on_keeping_closed (void *data)
{
  EngEntry *entry = data;

  if (entry->removing)
    left_one (entry);
  else if (entry->sleeps_next)
    {
      eng_entry_is_down (entry);
      eng_entry_fell_asleep (entry);
    }
  else
    eng_entry_begin (entry, entry->trusts_next);
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

/* That they go is on the device. */
static void
delete_files (void *data, const EngStoreProblem *problem)
{
  EngEntry *entry = data;

  eng_disk_delete (entry->engine->disk, entry->addition.metainfo, entry->addition.folder,
                   &entry->names, on_deleted, entry);
}

static void
on_torrent_stopped (void *data)
{
  EngEntry *entry = data;

  eng_lending_end (entry);
  if (eng_moves_stopped (entry))
    return;
  if (entry->removing && entry->deletes && entry->addition.metainfo != NULL)
    eng_entry_keep_deleting (entry, delete_files);
  else
    eng_keeping_close (g_steal_pointer (&entry->keeping), on_keeping_closed, entry);
}

void
eng_entry_moved (EngEntry *entry)
{
  if (entry->removing)
    on_torrent_stopped (entry);
  else
    eng_entry_begin (entry, entry->trusts_next);
}

void
eng_entry_slept (EngEntry *entry)
{
  on_torrent_stopped (entry);
}

/* What is to be deleted is in the source, which may be on its way. */
static void
stop_sleeper (EngEntry *entry)
{
  if (!entry->is_waking)
    on_torrent_stopped (entry);
}

/* One that is being stopped already ends in the same place. */
void
eng_entry_stop (EngEntry *entry)
{
  if (entry->is_asleep)
    stop_sleeper (entry);
  else if (entry->waits)
    left_one (entry);
  else if (entry->metadata != NULL)
    eng_metadata_stop (g_steal_pointer (&entry->metadata), on_torrent_stopped, entry);
  else if (entry->torrent != NULL)
    eng_torrent_stop (g_steal_pointer (&entry->torrent), on_torrent_stopped, entry);
}

void
eng_entry_begin_again (EngEntry *entry, bool trusts)
{
  EngTorrentStats stats;

  if (entry->removing || entry->torrent == NULL)
    return;
  stats = eng_torrent_stats (entry->torrent);
  entry->downloaded += stats.downloaded;
  entry->uploaded += stats.uploaded;
  entry->trusts_next = trusts;
  entry->reads_first = false;
  eng_torrent_leave_candidates (entry->torrent, &entry->candidates);
  eng_entry_stop (entry);
}

void
eng_entry_retry (EngEntry *entry)
{
  if (eng_entry_stats (entry).state != ENG_TORRENT_FAULT)
    return;
  eng_entry_wake (entry);
  eng_entry_begin_again (entry, true);
}

void
eng_entry_verify (EngEntry *entry)
{
  entry->verifies_next = entry->is_asleep || entry->sleeps_next;
  eng_entry_wake (entry);
  eng_entry_survey (entry);
  eng_entry_begin_again (entry, false);
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

void
eng_entry_close_lobby (EngEntry *entry)
{
  if (entry->lobby == NULL)
    return;
  entry->n_goodbyes++;
  eng_metadata_stop (g_steal_pointer (&entry->lobby), on_goodbye, entry);
}

static void
pause_announces (EngEntry *entry)
{
  if (entry->announces == NULL)
    return;
  entry->n_goodbyes++;
  eng_swarms_stop (g_steal_pointer (&entry->announces), ENG_STOP_US, on_goodbye, entry);
}

static void
apply (EngEntry *entry, const EngWishes *wishes)
{
  bool resumes = entry->wishes.paused && !wishes->paused;
  bool goes_on;

  entry->wishes = *wishes;
  entry->wishes.priorities = NULL;
  if (wishes->paused)
    pause_announces (entry);
  if (wishes->priorities != NULL)
    eng_entry_wake (entry);
  else if (resumes)
    eng_entry_rise (entry);
  if (resumes && entry->metadata != NULL)
    eng_entry_start_search_announces (entry);
  eng_entry_keep (entry);
  if (entry->torrent == NULL)
    return;
  goes_on = eng_torrent_set_wishes (entry->torrent, wishes);
  if (eng_entry_is_known (entry))
    eng_entry_start_announces (entry);
  if (!goes_on)
    eng_entry_begin_again (entry, true);
  eng_entry_tell (entry);
}

void
eng_entry_set_wishes (EngEntry *entry, const EngWishes *wishes)
{
  EngWishes now = *wishes;

  entry->is_paused = wishes->paused;
  now.paused = entry->is_paused || entry->is_queued;
  apply (entry, &now);
  eng_engine_queue_is_due (entry->engine);
}

void
eng_entry_hold (EngEntry *entry, bool waits)
{
  EngWishes wishes = entry->wishes;

  if (entry->is_queued == waits || entry->removing)
    return;
  entry->is_queued = waits;
  entry->busy_us = btio_reactor_now_us (entry->engine->reactor);
  wishes.paused = entry->is_paused || waits;
  apply (entry, &wishes);
  eng_entry_tell (entry);
}

/* --- the end --- */

static void
on_announces_stopped (void *data)
{
  EngEntry *entry = data;

  entry->announces = NULL;
  eng_entry_stop (entry);
  left_one (entry);
}

/* The trackers hear of it first: what they are told is the torrent's. */
void
eng_entry_remove (EngEntry *entry)
{
  if (entry->deletes && entry->is_asleep)
    eng_entry_wake (entry); /* before its source is forgotten */
  if (entry->deletes)
    eng_entry_keep_deleting (entry, NULL);
  else if (entry->engine->quitting)
    eng_entry_keep (entry);
  else
    eng_entry_forget (entry);
  eng_entry_close_lobby (entry);
  entry->removing = true;
  eng_engine_queue_is_due (entry->engine);
  eng_moves_cancel (entry);
  unname (entry);
  entry->leaving = (entry->announces != NULL ? 2 : 1) + entry->n_goodbyes;
  if (entry->announces != NULL)
    eng_swarms_stop (entry->announces, ENG_STOP_US, on_announces_stopped, entry);
  else
    eng_entry_stop (entry);
}
